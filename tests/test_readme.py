"""What the README says: its ten lines run, its links lead somewhere, and its tables name what there is."""

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import learner
import pytest

import microgradlab
from microgradlab import cli, nn, ops
from microgradlab.lessons import EXERCISES, check
from microgradlab.testing import GradientError, check_gradients
from microgradlab.train import accuracy

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEN_LINES, TRAINING, PLAYER, TRAINING_PLAYER, WRONG_OP, OWN_TESTS = re.findall(
    r"```python\n(.*?)```", README, re.DOTALL
)
VERDICT, MESSAGE, OF_AN_ENGINE = re.findall(r"```text\n(.*?)```", README, re.DOTALL)


def test_its_ten_lines_run_and_print_what_they_say(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    printed, names = io.StringIO(), {}
    with contextlib.redirect_stdout(printed):
        exec(TEN_LINES, names)
    assert printed.getvalue().splitlines()[-1] == "1.179671599448891 1.179671599448891"
    assert str(names["curvature"]).startswith("-2.907")
    assert (tmp_path / "graph.svg").read_text().startswith("<?xml")


def test_its_training_learns(capsys):
    names = {}
    exec(TRAINING, names)
    assert accuracy(names["model"], names["test"]) >= 0.95
    assert capsys.readouterr().out


@pytest.mark.parametrize(("code", "file"), [(PLAYER, "backprop.html"), (TRAINING_PLAYER, "training.html")])
def test_its_players_are_pages_of_their_own(code, file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert (tmp_path / file).read_text(encoding="utf-8").startswith("<!doctype html>")


def test_an_exercise_answers_as_it_says(tmp_path, monkeypatch):
    monkeypatch.setenv("MICROGRADLAB_HOME", str(tmp_path))
    names = {}
    exec(EXERCISES["03.2"].solution.replace("+=", "="), names)
    assert repr(check("03.2", names["backward"])) == VERDICT.strip()


def what_pytest_says(tmp_path, code):
    """What pytest says of these tests in an empty folder."""
    (tmp_path / "test_mine.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_mine.py"]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout


def test_its_wrong_op_is_caught_as_it_says_and_the_right_one_passes(tmp_path):
    found = re.sub("^E +", "", what_pytest_says(tmp_path, WRONG_OP), flags=re.MULTILINE)
    for line in MESSAGE.splitlines():
        assert re.sub(r"/\S*/microgradlab/", "", line).strip() in re.sub(r"/\S*/microgradlab/", "", found)
    assert "2 failed" in found
    assert "2 passed" in what_pytest_says(tmp_path, WRONG_OP.replace("2.0 *", "3.0 *"))


def test_its_engine_that_forgets_to_add_is_told_so():
    message = OF_AN_ENGINE.replace("__main__.Value  3.0", "learner.SetsGrad  3.0").replace(
        "truth           4", "truth             4"
    )
    with pytest.raises(GradientError) as caught:
        check_gradients(lambda x, w: x * w + x, 2.0, 3.0, value=learner.SetsGrad)
    assert str(caught.value).startswith(message.rstrip())


def test_its_own_tests_pass(tmp_path):
    assert "2 passed" in what_pytest_says(tmp_path, OWN_TESTS)


def test_its_links_lead_somewhere():
    targets = re.findall(r"\]\((?!http|#)([^)]*)\)|src=\"([^\"]*)\"", README)
    assert len(targets) >= 8
    for target in ("".join(pair) for pair in targets):
        assert (ROOT / target).exists(), target


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
