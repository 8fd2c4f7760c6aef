"""The numbers of lesson 7, gradient descent and the landscape, come out."""

import math

import pytest
from lesson_notebooks import Lesson, named, numbers

LESSON = Lesson("07-gradient-descent")
printed = LESSON.printed


def test_who_only_guesses_has_a_loss_of_ln_2():
    assert "100 flowers, 50 of them virginica" in printed("heights")
    assert named(printed("heights"), "J(0, 0)") == math.log(2)
    assert "a number of 3,370 digits" in printed("too-many")


def test_500_steps_on_a_parabola():
    said = printed("parabola")
    assert named(said, "x after 500 steps") == pytest.approx(3.9997914564580883, rel=1e-15)
    assert named(said, "4 + (start − 4)·0.98⁵⁰⁰") == 3.9997914564580883
    assert f"{0.98**500:.3%}" == "0.004%"
    assert "0.004 %" in LESSON.text("slows-down")


def test_gradients_that_pile_up_swing_for_ever():
    low, high = numbers(printed("no-zero"))[-2:]
    assert 4 - low == pytest.approx(high - 4, abs=0.01)
    assert low == pytest.approx(-1.08, abs=0.02)


def test_the_walk_by_hand_is_the_librarys():
    said = printed("by-hand")
    assert "ends at the same place: True" in said
    assert [numbers(line)[-1] for line in said.splitlines()[1:3]] == [0.5645, 0.5532]
    assert "0.5527" in said.splitlines()[-2]
    assert "about 0.5527" in LESSON.text("not-zero")


@pytest.mark.parametrize(
    ("name", "place", "height"),
    [("left", -1.47299760111403, -5.444), ("hill", 0.1260001925862561, 0.063), ("right", 1.3469974085277738, -2.619)],
)
def test_the_three_places_where_the_valleys_are_level(name, place, height):
    said = printed("three-places")
    assert named(said, name) == pytest.approx(place, rel=1e-14)
    assert 4 * place**3 - 8 * place + 1 == pytest.approx(0, abs=1e-13)
    assert f"J is {height}" in next(line for line in said.splitlines() if line.startswith(name))


def test_the_ball_escapes_the_worse_valley_and_the_walker_does_not():
    assert named(printed("ball"), "walker") == 1.346997
    assert named(printed("ball"), "ball") == -1.472998
    assert [numbers(line) for line in printed("many-starts").splitlines()] == [[34, 61], [32, 61]]


def test_neurons_that_begin_alike_stay_alike():
    said = printed("constant-starts")
    assert "zeros: loss = 0.6931471805599453 where ln 2 = 0.6931471805599453" in said
    assert "alike, to the last bit? True" in said
    zeros, halves, random = (numbers(line)[1] for line in said.splitlines()[:6:2])
    assert random < halves < zeros


def test_figures_show():
    assert LESSON.showing("image/png") == {
        "the-picture", "parabola-figure", "no-zero", "ball", "many-starts", "copies"
    }  # fmt: skip
