"""The numbers of lesson 15, beyond: second derivatives and sequences, come out."""

import math

import pytest
from lesson_notebooks import Lesson, named, numbers

from microgradlab.data import ELEMENTS

LESSON = Lesson("15-beyond")
printed = LESSON.printed


def test_tanh_at_2_has_three_derivatives():
    found = [named(printed("three-derivatives"), f"{name} derivative") for name in ("first", "second", "third")]
    assert found == [0.0706508, -0.1362187, 0.2526541]
    t, d = math.tanh(2), 1 - math.tanh(2) ** 2
    assert found == pytest.approx([d, -2 * t * d, d * (6 * t * t - 2)], abs=5e-8)


def test_newton_takes_six_steps_down_rosenbrocks_valley():
    rows = [numbers(line.replace("+", "")) for line in printed("rosenbrock").splitlines()]
    assert [step for step, _ in rows] == [*range(7)]
    heights = [height for _, height in rows]
    assert heights[0] == 24.2
    assert heights[2] / heights[1] == pytest.approx(298, abs=2)
    assert heights[5] > 1e-19 > heights[6]
    assert printed("rosenbrock-drawn").endswith("f = 0.45\n")
    assert "f = 0.45" in LESSON.text("newton-jumps")


def test_newton_goes_to_a_hilltop_as_well():
    stationary = {2.0: 1.3469974085277738, -2.0: -1.47299760111403, 0.1: 0.1260001925862561}
    for line in printed("hilltop").splitlines():
        start, end = numbers(line)
        assert end == pytest.approx(stationary[start], abs=1e-10)
        assert ("negative" in line) == (start == 0.1)


def test_the_largest_curvature_sets_the_limit():
    said = printed("two-weights")
    assert [named(said, name) for name in ("largest curvature", "smallest")] == [14, 4]
    assert named(said, "limit") == pytest.approx(1 / 7, abs=1e-6)
    below, above = (numbers(line)[1:] for line in said.replace("+", "").splitlines()[1:])
    assert below[1] < below[0] / 100
    assert above[1] > above[0] * 50


def test_it_does_so_in_a_real_training():
    said = printed("a-real-training")
    assert named(said, "limit") == pytest.approx(2 / named(said, "largest curvature"), abs=1e-3)
    assert [line.split()[-1] for line in said.splitlines()[1:]] == ["False", "True"]


def test_chance_counting_and_learning_are_surprised_by_so_much():
    assert named(printed("bigrams"), "chance") == 3.2958 == round(math.log(27), 4)
    assert named(printed("bigrams"), "counted") == 1.8369
    assert named(printed("descent"), "first") == 3.2958
    assert named(printed("descent"), "last") == 1.846
    assert "118 names, 1041 pairs" in printed("names")


def test_names_are_invented_and_two_of_them_quoted():
    invented = printed("writing").split()
    assert len(invented) == 10
    assert not {*invented} & {*ELEMENTS}
    assert LESSON.text("learned").startswith("Torybium and handelium")
    assert {"torybium", "handelium"} < {*invented}


def test_gradients_add_up_over_time():
    *each, total = numbers(printed("apart").splitlines()[0])
    assert each[0] == 0.0
    assert total == pytest.approx(sum(each), abs=2e-6)
    assert numbers(printed("apart").splitlines()[1]) == [total]


def test_the_echo_is_learned_from_every_seed():
    rows = [numbers(line) for line in printed("echo-trained").splitlines()]
    assert rows == [[seed, 199, 199] for seed in range(5)]
    assert [numbers(line) for line in printed("looking-back").splitlines()] == [[seed, 1] for seed in range(5)]
