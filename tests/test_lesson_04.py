"""The engine of lesson 4 has thirty lines, agrees with ours, and trains; what the lesson says comes out."""

import ast
import inspect
import math
import sys

import pytest
from hypothesis import given
from lesson_notebooks import Lesson, numbers

from microgradlab import Value
from microgradlab.lessons import EXERCISES, thirty_lines
from microgradlab.testing import expressions

LESSON = Lesson("04-your-own-value")
printed = LESSON.printed


def test_it_has_thirty_lines_and_three_for_each_bend():
    lines = inspect.getsource(thirty_lines).splitlines()
    engine = [line for line in lines if line and not line.startswith(('"""', "import", "from"))]
    bends = sum(
        len(inspect.getsource(bend).splitlines()) for bend in (thirty_lines.Value.tanh, thirty_lines.Value.relu)
    )
    assert (len(engine) - bends, bends) == (30, 6)


def in_steps():
    """The class that the exercises' solutions make, one after the other."""
    names = {"math": math}
    for number, exercise in EXERCISES.items():
        if number.startswith("04."):
            exec(exercise.solution, names)
    return names["Value"]


@given(expressions(ops=["add", "sub", "mul", "neg", "tanh", "relu"]))
def test_in_one_piece_or_in_steps_it_agrees_with_ours(e):
    found = []
    for engine in (Value, thirty_lines.Value, in_steps()):
        leaves = [engine(x) for x in e.point]
        root = e(*leaves)
        if isinstance(root, engine):
            root.backward()
            found.append([root.data, *(leaf.grad for leaf in leaves)])
    for other in found[1:]:
        assert other == pytest.approx(found[0], rel=1e-6, abs=1e-6)


def test_in_a_chain_it_needs_no_recursion():
    x = y = in_steps()(1.0)
    for _ in range(10 * sys.getrecursionlimit()):
        y = y + x
    y.backward()
    assert x.grad == 10 * sys.getrecursionlimit() + 1


def test_what_goes_wrong_on_purpose():
    assert "math range error" in printed("overflow")
    assert "math.tanh(1000) = 1.0" in printed("overflow")
    assert printed("recursion").startswith("RecursionError")
    assert "The op at fault is neg" in printed("caught")
    assert LESSON.showing("text/html") == {"caught"}
    assert "digits may cancel in its formula, as in 1 - tanh(x)²" in printed("digits")
    assert "Picture" not in printed("digits"), "no path of this machine"


def test_it_trains_as_ours_does():
    first, last = numbers(printed("trains").splitlines()[1])
    assert first > 0.5
    assert last < 0.12
    assert "the same? True" in printed("trains")
    assert "right side: 100%" in printed("trains")
    theirs, ours = numbers(printed("trains").splitlines()[-1])
    assert theirs > 2 * ours


def test_the_engine_is_shown_whole():
    [shown] = [node for node in ast.parse(printed("in-one-piece")).body if isinstance(node, ast.ClassDef)]
    assert shown.name == "Value"
    assert LESSON.showing("image/png") == {"the-picture", "trained-picture"}
