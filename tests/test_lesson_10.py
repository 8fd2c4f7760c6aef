"""The numbers of lesson 10, mini-batches, come out."""

import math

import pytest
from lesson_notebooks import Lesson, named, numbers

LESSON = Lesson("10-mini-batches")
printed = LESSON.printed


def test_the_gradient_is_the_mean_opinion():
    of_the_mean, mean_of_all, *_ = map(numbers, printed("opinions").splitlines())
    assert of_the_mean == pytest.approx(mean_of_all[1:], rel=1e-12)  # the first is the 400 in the name
    uphill, count = numbers(printed("opinions").splitlines()[-1])
    assert 1 / 6 < uphill / count < 1 / 4  # "about one in five"


def test_a_batch_of_tens_knows_the_side():
    uphill = {B: wrong for B, wrong, _ in map(numbers, printed("batches-uphill").splitlines())}
    assert uphill[1] > 150
    assert 0 < uphill[8] < 20
    assert uphill[32] == uphill[128] == 0


def test_the_variance_of_the_digits_gradients():
    assert named(printed("digits-opinions"), "S²") == 13.30


def test_the_error_falls_as_one_over_the_root_of_the_batch_size():
    rows = [numbers(line) for line in printed("law").splitlines()[1:-1]]
    assert [B for B, *_ in rows] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    for size, measured, law, ratio in rows:
        assert law == pytest.approx(math.sqrt(13.30 / size * (1 - size / 1437)), abs=1e-3)
        assert measured / law == pytest.approx(1, abs=0.05)
        assert ratio == pytest.approx(measured / law, abs=0.01)
    errors = {B: measured for B, measured, *_ in rows}
    assert errors[64] == pytest.approx(named(printed("law"), "length of the true gradient"), rel=0.02)


def test_an_epoch_costs_the_same_however_it_is_cut():
    rows = [numbers(line) for line in printed("steps-and-passes").splitlines()[1:]]
    assert [(B, math.ceil(1437 / B)) for B, *_ in rows] == [(B, steps) for B, steps, *_ in rows]
    assert {passes for *_, passes in rows} == {1437}


def test_larger_batches_allow_larger_steps():
    rows = [numbers(line) for line in printed("rates").splitlines()]
    assert [(B, steps, rate) for B, steps, _, rate in rows] == [(1, 720, 0.3), (8, 90, 1), (32, 23, 3), (128, 6, 1)]
    losses = [loss for *_, loss, _ in rows]
    assert losses == sorted(losses)  # for the same number of passes


def test_what_goes_wrong_on_purpose():
    assert named(printed("sorted-run"), "shuffled: test accuracy") > 0.7
    assert named(printed("sorted-run"), "in order: test accuracy") < 0.15
    assert "it answers 9 for 359 of 359 test images" in printed("sorted-run")


def test_pieces_add_up_to_the_whole():
    whole, quarters, pieces = (numbers(line)[-2:] for line in printed("accumulate").splitlines())
    assert whole == quarters
    assert pieces == pytest.approx([4 * slope for slope in whole], abs=1e-9)


def test_graphs_and_figures_show():
    assert LESSON.showing("text/html") == {"side-by-side"}
    assert LESSON.showing("image/png") == {"the-picture", "law", "rates", "sorted-run"}
