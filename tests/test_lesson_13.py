"""The numbers of lesson 13, proving gradients, come out."""

import re

import pytest
from lesson_notebooks import Lesson, numbers

from microgradlab import Value
from microgradlab.lessons.lesson_13 import HIDDEN, engine
from microgradlab.testing.bugs import BUGS

LESSON = Lesson("13-proving-gradients")
printed = LESSON.printed


def test_the_authors_four_tests_pass_on_an_engine_that_is_wrong():
    assert [line.split()[-1] for line in printed("authors-tests").splitlines()] == ["right"] * 4
    assert [float(line.split()[-2]) for line in printed("authors-tests").splitlines()] == [3.0, 6.0, 2.0, 5.5]
    assert re.findall("zero\\? (\\w+)", printed("cannot-fail")) == ["True"] * 5
    assert re.findall("says\\? (\\w+)", printed("cannot-fail")) == ["True"] * 4 + ["False"]


def test_a_complex_step_is_right_to_the_last_bit():
    first, _, _, *rows = printed("two-steps").splitlines()
    assert numbers(first) == [0.01, 5.7e-5, 5.7e-5]
    assert rows[1].split("  ")[-1] == "1e-13 to 1e-12"
    assert "1e-11 to 1e-10" in rows[1]  # the best that a central difference can do
    assert len(rows) == 6
    assert all(row.endswith("none but the last bit") for row in rows[2:])


def test_long_numbers_and_the_engine_agree():
    long, floats = (float(line.split()[-1]) for line in printed("many-digits").splitlines())
    assert floats == pytest.approx(long, rel=1e-15) == 1.4566392950360747


def test_the_smallest_graph_has_two_operations_and_is_named_in_the_text():
    assert "in x + tanh(x)\n" in printed("shrinking")
    assert "x.grad is one of these alone" in printed("shrinking")
    assert "Two operations: x + tanh(x)." in LESSON.text("read-the-message")
    assert "x" in LESSON.shown("drawn-by-a")["text/html"]


def test_the_engines_are_told_by_their_names():
    assert "ours: nothing wrong" in printed("told")
    assert "The op at fault is mul" in printed("told")
    assert printed("cube").startswith("∂cube/∂x is wrong at x = 1.0")
    words = [line.split(":")[1].strip() for line in printed("cube-defined").splitlines()]
    assert words == ["nothing wrong", "∂cube/∂x is wrong at x = 1.0", "nothing wrong"]


def test_which_law_notices_which_engine():
    by_engine = dict(line.split(" is noticed by ") for line in printed("matrix").splitlines())
    found = {name.strip(): laws.split(", ") for name, laws in by_engine.items()}
    assert found["ours"] == ["nothing"]
    assert found["B"] == found["C"] == ["differences"]
    assert found["D"] == ["backward twice"]
    assert found["E"] == ["(3f)′ = 3f′", "(f·x)′ = f′·x + f", "differences"]
    assert len(found["A"]) == 4


def test_a_corner_is_left_out_and_not_called_wrong():
    assert "central difference: 0.5\nthe engine:         0.0" in printed("corner")
    assert "left out ∂relu/∂x" in printed("corner")
    assert printed("distances").count("True") == 2


# The engines to search


def test_an_engine_does_not_tell_which_bug_it_has():
    for letter, bug in HIDDEN.items():
        assert bug in BUGS
        assert engine(letter) is engine(letter) is not Value
        assert bug not in repr(engine(letter)) + repr(engine(letter)(2.0))
    with pytest.raises(KeyError, match="there is no engine 'F': there are A, B, C, D, E"):
        engine("F")
