"""The demo in small: what it writes and says, and that any kill and resume ends in the same bits.

`DEMO_KILLS=20 pytest tests/test_demo.py` kills the demo in its full size at 20 random moments.
"""

import os
import random
import subprocess
import sys
from time import perf_counter, sleep

import pytest

import microgradlab
from microgradlab import demo, drawing, losses, trace
from microgradlab.persist import load

KILLS = int(os.environ.get("DEMO_KILLS", "0"))
SMALL = {"epochs": 3, "limit": 150}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("finished")
    return folder, demo.run(folder, **SMALL)


def test_every_result_is_written_and_announced(tmp_path, capsys):
    demo.run(tmp_path / "new" / "demo", epochs=1, limit=50)
    said = capsys.readouterr().out
    assert "40 images, and 10 held out" in said
    assert "epoch  1 of 1   loss" in said
    written = {path.name for path in (tmp_path / "new" / "demo").iterdir()}
    assert written == {"checkpoint.json", *demo.RESULTS}
    assert all(f"  {name}  " in said for name in written)
    assert "\033" not in said


def test_it_learns_and_the_saved_network_is_the_trained_one(finished):
    folder, outcome = finished
    assert outcome.history[-1].loss < outcome.history[0].loss
    assert outcome.history[-1].metrics["accuracy"] > 0.5
    assert load(folder / "model.json").state_dict() == outcome.model.state_dict()
    assert (folder / "history.csv").read_text().splitlines()[0] == "epoch,loss,validation_loss,accuracy,lr"
    assert len((folder / "history.csv").read_text().splitlines()) == 1 + SMALL["epochs"]


def test_to_resume_what_is_finished_says_so_and_changes_nothing(finished, capsys):
    folder, _ = finished
    before = (folder / "model.json").read_bytes()
    demo.run(folder, resume=True, **SMALL)
    said = capsys.readouterr().out
    assert "The training had finished before, 3 epochs." in said
    assert "held-out images are read right" in said
    assert (folder / "model.json").read_bytes() == before


def test_the_drawn_neuron_has_the_numbers_and_gradients_of_the_whole_network(finished):
    _, (model, _, readings) = finished
    reading = readings[0]
    drawn = demo.neuron_at_work(model, reading)
    whole = losses.cross_entropy(model(reading.pixels), reading.truth)
    model.zero_grad()
    whole.backward()
    neuron = model.layers[1].neurons[reading.truth]
    parameters = {f"w{i}": w for i, w in enumerate(neuron.weights, start=1)} | {"b + 26 terms": neuron.bias}
    leaves = [node for node in trace(drawn)[0] if node.label in parameters]
    assert len(leaves) == demo.TERMS + 1
    assert drawn.data == pytest.approx(whole.data)
    for leaf in leaves:
        assert leaf.grad == pytest.approx(parameters[leaf.label].grad)
    assert f"logit of {reading.truth}" in drawing.svg(drawn)


def test_without_matplotlib_it_trains_and_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.colors", None)
    for name in [name for name in sys.modules if name.startswith("microgradlab.plots")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(microgradlab, "plots", raising=False)
    demo.run(tmp_path, epochs=1, limit=50)
    said = capsys.readouterr().out
    assert said.count("pip install 'microgradlab[plot]'") == 1
    assert "Without curves.png, confusion.png, mistakes.png: " in said
    written = {"checkpoint.json", "model.json", "history.csv", "neuron.svg", "report.html"}
    assert {path.name for path in tmp_path.iterdir()} == written
    assert (tmp_path / "report.html").read_text("utf-8").count("microgradlab[plot]") == 3


def test_killed_at_any_moment_and_resumed_it_ends_in_the_same_bits(tmp_path):
    def start(folder, resume):
        size = {} if KILLS else SMALL
        program = f"import pathlib, microgradlab.demo as d; d.run(pathlib.Path({str(folder)!r}), {resume}, **{size})"
        return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL)

    begin = perf_counter()
    assert start(tmp_path / "whole", resume=False).wait() == 0
    seconds = perf_counter() - begin
    for kill in range(KILLS or 2):
        folder = tmp_path / str(kill)
        process = start(folder, resume=False)
        sleep(random.uniform(0.0, seconds))
        process.kill()
        process.wait()
        assert start(folder, resume=True).wait() == 0
        for name in ("model.json", "checkpoint.json"):
            assert (folder / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
