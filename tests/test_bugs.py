"""The bugs to find: each is one line that is there, shows in its program, and leaves the microgradlab in use alone."""

import doctest
import inspect
import sys
from pathlib import Path

import pytest

import microgradlab
from microgradlab import Value, engine, ops
from microgradlab.testing import bugs
from microgradlab.testing.bugs import BUGS, Bug, broken, outcome

FOLDER = Path(microgradlab.__file__).parent
by_bug = pytest.mark.parametrize("bug", BUGS.values(), ids=lambda bug: bug.name)


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(bugs).failed == 0


@by_bug
def test_the_right_line_is_in_the_source_once_and_the_wrong_one_changes_that_line_alone(bug):
    source = (FOLDER / bug.file).read_text(encoding="utf-8")
    assert source.count(bug.right) == 1
    assert bug.name.isidentifier()
    assert "\n" not in bug.right + bug.wrong
    assert len(bug.program) <= 6


@by_bug
def test_a_bug_shows_in_its_program_and_only_with_the_bug(bug):
    assert outcome(bug, microgradlab) == bug.expected
    assert outcome(bug, broken(bug)) != bug.expected


def test_without_a_bug_the_second_microgradlab_is_as_right_as_the_first(monkeypatch):
    none = Bug("none", "engine.py", "", "", (), 0.0, "", "")
    monkeypatch.setitem(BUGS, "none", none)
    lab = broken(none)
    for bug in BUGS.values():
        if bug is not none:
            assert outcome(bug, lab) == bug.expected
    assert lab.losses.mse_loss(lab.Value(1.0), 3.0).data == 4.0  # which is loaded when it is first asked for


def test_a_broken_microgradlab_is_apart_from_the_one_in_use():
    handlers, rows, names = dict(ops.handlers), dict(ops.table), set(vars(Value))
    bug = BUGS["no_seed"]
    lab, again = broken(bug), broken(bug)
    assert lab is not again
    assert Value not in (lab.Value, again.Value)
    assert (ops.handlers, ops.table, set(vars(Value))) == (handlers, rows, names)
    parts = [name for name in sys.modules if name.startswith(f"{lab.__name__}.")]
    assert {name.partition(".")[2] for name in parts} >= {"engine", "ops", "fast", "gradients", "nn"}
    modules = {id(module) for name, module in sys.modules.items() if name.partition(".")[0] == "microgradlab"}
    assert not [name for name in parts for x in vars(sys.modules[name]).values() if id(x) in modules]


def test_the_source_of_a_broken_module_can_be_read_and_has_the_bug():
    bug = BUGS["oldest_first"]
    text = inspect.getsource(broken(bug).engine.results_of)
    assert bug.wrong in text
    assert bug.right not in text
    assert bug.right in inspect.getsource(engine.results_of)
