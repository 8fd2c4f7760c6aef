"""The numbers of lesson 2, derivatives by hand and by machine, come out."""

import math
from itertools import pairwise

import pytest
from lesson_notebooks import Lesson, numbers

LESSON = Lesson("02-derivatives")
printed = LESSON.printed


def test_nudges_tend_to_the_slope():
    for h, slope in [numbers(line) for line in printed("nudges").splitlines()[1:]]:
        assert slope == pytest.approx(14 + 3 * h, abs=1e-6)


def test_errors_are_of_first_and_of_second_order():
    rows = [numbers(line) for line in printed("two-errors").splitlines()[1:]]
    assert rows[0] == [0.01, 6.2e-4, 5.7e-5]
    for (h, one, both), (smaller, one_less, both_less) in pairwise(rows):
        assert h / smaller == pytest.approx(10)
        assert one / one_less == pytest.approx(10, rel=0.1)
        assert both / both_less == pytest.approx(100, rel=0.1)


def test_the_best_nudge_is_near_a_millionth():
    assert "between 1e-7 and 1e-5? True" in printed("best-step")
    assert "h = 1e-06: off by something between 1e-11 and 1e-10" in printed("best-step")


def test_the_chain_rule_gives_all_digits():
    truth, product, backward, central = (float(line.split()[-1]) for line in printed("product").splitlines())
    assert truth == product == backward == math.cos(0.7) * math.exp(math.sin(0.7))
    assert central != truth
    assert central == pytest.approx(truth, rel=1e-10)
    text = LESSON.text("chain")
    local = [f"{x:.4f}" for x in (math.exp(math.sin(0.7)), math.cos(0.7))]
    assert f"{local[0]} × {local[1]}" in text


def test_a_gradient_by_nudges_takes_two_runs_for_each_weight():
    assert printed("cost") == "runs for one gradient: 4,820\n"


def test_a_corner_has_no_slope_and_a_convention():
    assert [float(line.split()[-1]) for line in printed("corner-asked").splitlines()] == [1.0, -1.0, 0.0, 0.0]
