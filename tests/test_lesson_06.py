"""The numbers of lesson 6, losses, come out."""

import math

import pytest
from lesson_notebooks import Lesson, named, numbers

LESSON = Lesson("06-losses")
printed = LESSON.printed


@pytest.mark.parametrize(
    ("cell_id", "name", "number"),
    [
        ("the-student", "ŷ", 0.1),
        ("the-student", "cross-entropy", 2.302585092994046),
        ("the-student", "squared error", 0.81),
        ("three-rows", "mean, by hand", 1.4742828763980456),
        ("three-rows", "by the engine", 1.4742828763980456),
        ("grades-code", "mean, by hand", 7300 / 3),
        ("grades-code", "by the engine", 7300 / 3),
        ("p-minus-y", "dJ/dlogit", -0.9),
        ("ten-classes", "uniform over 10", math.log(10)),
        ("ratio", "times smaller", 202.7),
    ],
)
def test_the_numbers(cell_id, name, number):
    assert named(printed(cell_id), name) == pytest.approx(number, rel=1e-15)


def test_slopes_are_shares_less_one_at_the_label():
    lines = printed("four-logits").splitlines()
    assert [numbers(line)[-1] for line in lines[:4]] == [0.0417726, 0.8390245, 0.0056533, -0.8864504]
    assert numbers(lines[3])[1] == pytest.approx(1 - 0.8864504)
    assert numbers(lines[4]) == [0.0]


def test_slopes_are_what_was_said_less_what_was_true():
    for line in printed("p-minus-y").splitlines()[2:]:
        assert numbers(line)[-1] == numbers(line)[-2]


def test_what_goes_wrong_on_purpose():
    naive, from_logit = printed("naive").splitlines()
    assert naive.endswith("ŷ = 0.0  loss = inf  slope = nan")
    assert from_logit.endswith("loss = 1000.0  slope = -1.0")


def test_forty_students_teach_it():
    before, after = numbers(printed("training").splitlines()[0])
    first, last = numbers(printed("training").splitlines()[1])
    assert before == 0.1
    assert after > 0.5
    assert last < 0.3 < first
    assert LESSON.showing("image/png") == {"the-picture", "slopes-figure", "students-figure"}
