"""What the README says: its ten lines run, its links lead somewhere, and its tables name what there is."""

import contextlib
import io
import re
from pathlib import Path

import pytest

import microgradlab
from microgradlab import cli, nn, ops
from microgradlab.train import accuracy

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_ten_lines_run_and_print_what_they_say(tmp_path, monkeypatch):
    code, _ = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    printed, names = io.StringIO(), {}
    with contextlib.redirect_stdout(printed):
        exec(code, names)
    assert printed.getvalue().splitlines()[-1] == "1.179671599448891 1.179671599448891"
    assert str(names["curvature"]).startswith("-2.907")
    assert (tmp_path / "graph.svg").read_text().startswith("<?xml")


def test_its_training_learns(capsys):
    _, code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names = {}
    exec(code, names)
    assert accuracy(names["model"], names["test"]) >= 0.95
    assert capsys.readouterr().out


def test_its_links_lead_to_files():
    targets = re.findall(r"\]\((?!http)([^)]*)\)|src=\"([^\"]*)\"", README)
    assert len(targets) >= 8
    for target in ("".join(pair) for pair in targets):
        assert (ROOT / target).is_file(), target


def test_its_table_counts_the_ops():
    (count,) = re.findall(r"(\d+) ops", README)
    helpers = list(ops.table).index("sech2")
    assert int(count) == helpers


@pytest.mark.parametrize("command", re.findall(r"`microgradlab (\w+)", README))
def test_its_commands_exist(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main([command, "--help"])
    assert stopped.value.code == 0


def test_what_it_promises_to_those_who_come_from_micrograd():
    neuron = nn.Neuron(2)
    assert len(neuron.weights) == 2
    y = neuron.bias + 1.0
    assert (y.op.name, y.arguments) == ("add", (neuron.bias, 1.0))
    assert callable(microgradlab.draw)
