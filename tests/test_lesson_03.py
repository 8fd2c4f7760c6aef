"""The numbers of lesson 3, backpropagation step by step, come out."""

import re

import pytest
from lesson_notebooks import Lesson, cells, numbers, stored

LESSON = Lesson("03-backpropagation")
printed = LESSON.printed


def test_the_lectures_question_has_its_numbers():
    said = printed("two-paths")
    w2, w1 = (float(re.search(rf"∂J/∂{w} = .* = (\S+)", said)[1]) for w in ("w2", "w1"))
    assert (w2, w1) == pytest.approx((-2.5310104480370557, 0.3403467736986969), rel=1e-15)
    assert "-3.4621171572600096 · -1.0 · 0.09830596662074093" in said
    assert [float(x) for x in said.splitlines()[-1].split()[2:]] == pytest.approx([w2, w1], rel=1e-15)


def test_a_number_used_three_times_adds_up():
    text = LESSON.text("adds-up")
    for sum in ("0 + 1 → 1", "1 + 3 → 4", "4 + 3 → 7"):
        assert f"`{sum}`" in text
        assert sum in printed("seven")
    assert printed("two-ways") == "e = 6, ∂e/∂a = 1.5, ∂e/∂b = 5.5\n"


def test_what_goes_wrong_on_purpose():
    assert "∂f/∂x: 3, and it is 7" in printed("one-sign")
    found, right = numbers(printed("one-sign").splitlines()[1])[-2:]
    assert found == right
    assert numbers(printed("wrong-turn")) == [4.0, 6.0]
    assert numbers(printed("backward-twice")) == [7.0, 14.0, 7.0]


def test_the_player_is_there():
    notebook = cells(stored(LESSON.name))
    html = "".join(output.data["text/html"] for output in notebook["player"].outputs)
    assert html.startswith('<div class="microgradlab"')
    assert "<img" in html
