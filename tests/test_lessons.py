"""Exercises: blanks are refused with a hint, solutions accepted, and wrong answers told what is wrong with them."""

import ast
import doctest
import json
import math
from pathlib import Path
from time import perf_counter

import pytest
from wrong_answers import WRONG

from microgradlab import Value, lessons, ops
from microgradlab.lessons import EXERCISES, check, exercise, hint, progress, solution
from microgradlab.lessons.exercise import Unmet, a_number, called, close

every = pytest.mark.parametrize("number", EXERCISES)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MICROGRADLAB_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def given(number, code):
    """What the learner's code defines, after the lesson's exercises before."""
    names = {"ops": ops, "math": math, "Value": Value}
    for before in EXERCISES:
        if before[:2] == number[:2] and before < number:
            exec(EXERCISES[before].solution, names)
    exec(code, names)
    return names[EXERCISES[number].gives]


def test_the_examples_in_the_docstring():
    assert doctest.testmod(lessons).failed == 0


@every
def test_a_blank_is_refused_with_a_hint_and_a_solution_accepted(number):
    one = EXERCISES[number]
    verdict = check(number, given(number, one.blank))
    assert not verdict
    assert f'hint("{number}") helps.' in repr(verdict)
    assert "Traceback" not in repr(verdict)
    begun, tries = perf_counter(), 0
    while tries < 20 and (perf_counter() < begun + 1.0 or not tries):  # it is tried on random numbers
        verdict = check(number, given(number, one.solution))
        assert verdict, verdict
        tries += 1


@every
def test_typical_wrong_answers_are_told_what_is_wrong(number):
    assert len(WRONG[number]) >= 3
    for code, words in WRONG[number]:
        verdict = check(number, given(number, code))
        assert not verdict, code
        assert words in repr(verdict), repr(verdict)


@every
def test_an_exercise_is_whole(number):
    one = EXERCISES[number]
    assert one.number == number
    assert len({*one.hints}) == 3
    assert all(len(text) > 20 for text in one.hints)
    assert ast.parse(one.blank)
    assert "..." in one.blank
    assert one.blank != one.solution
    assert one.gives in one.blank


THINGS = {
    "dots": ...,
    "none": None,
    "three": 3,
    "text": "x",
    "list": [],
    "no-arguments": lambda: 1,
    "gives-text": lambda *_: "x",
    "gives-nan": lambda *_: math.nan,
    "a-class": Value,
    "an-object": object(),
}


@every
@pytest.mark.parametrize("thing", THINGS)
def test_anything_at_all_is_answered_in_words(number, thing):
    verdict = check(number, THINGS[thing])
    assert not verdict
    assert len(repr(verdict)) < 700


def test_the_readme_counts_them():
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert f"which of the {len(EXERCISES)} exercises" in readme
    assert len(EXERCISES) >= 40


def test_the_kinds_go_from_warm_up_to_stretch():
    assert [EXERCISES[number].kind for number in ("01.1", "01.2", "01.3")] == ["warm-up", "core", "stretch"]


# Hints, solutions and progress


def test_hints_have_three_levels_and_say_where_more_is(capsys):
    for level in (1, 2, 3):
        hint("02.2", level)
        said = capsys.readouterr().out
        assert said.startswith(EXERCISES["02.2"].hints[level - 1])
        assert (f'hint("02.2", {level + 1})' in said) == (level < 3)
    assert 'solution("02.2", show=True)' in said


def test_a_solution_shows_only_when_it_is_asked_to(capsys):
    solution("02.2")
    assert "return" not in capsys.readouterr().out
    solution("02.2", show=True)
    assert capsys.readouterr().out.strip() == EXERCISES["02.2"].solution.strip()


def test_what_is_solved_is_remembered_and_the_next_exercise_named(home):
    first, second, *_ = EXERCISES
    verdict = check(first, given(first, EXERCISES[first].solution))
    assert f"Next: {second} {EXERCISES[second].title}." in repr(verdict)
    assert [*progress.solved()] == [first]
    check(second, ...)
    assert [*json.loads((home / "progress.json").read_text())] == [first]
    *_, last = EXERCISES
    assert "That was the last one." in repr(check(last, given(last, EXERCISES[last].solution)))


def test_without_a_place_for_progress_lessons_go_on(home):
    home.write_text("a file where the folder should be")
    assert check("02.1", lambda x: 6 * x - 4)
    assert progress.solved() == {}
    home.unlink()
    home.mkdir()
    (home / "progress.json").write_text("[broken")
    assert progress.solved() == {}
    assert check("02.1", lambda x: 6 * x - 4)
    assert [*progress.solved()] == ["02.1"]


# What checks are made of


def test_a_graph_that_is_wrong_is_drawn():
    x = Value(3.0, "x")
    with pytest.raises(Unmet) as caught:
        close(x * x, 6.0, "twice x", "what is x · 2?")
    assert caught.value.graph.op.name == "mul"
    verdict = lessons.Verdict(False, "✗ <not> yet", caught.value.graph)
    shown = verdict._repr_mimebundle_()
    assert "&lt;not&gt;" in shown["text/html"]
    assert "<img" in shown["text/html"]
    assert lessons.Verdict(True, "✓")._repr_mimebundle_() == {"text/plain": "✓"}


def test_numbers_may_be_values_and_nan_is_told():
    assert a_number(Value(2.0), "it") == 2.0
    with pytest.raises(Unmet, match="it should be 1, and is nan"):
        close(math.nan, 1.0, "it")
    with pytest.raises(Unmet, match=r"f\(2\) stops at `.*x / 0.*` with ZeroDivisionError"):
        called(lambda x: x / 0, 2.0, name="f")
    assert exercise.called(max, 1.0, 2.0) == 2.0


def test_two_numbers_are_told_so_that_one_sees_how_they_differ():
    with pytest.raises(Unmet, match=r"it should be 2\.00000001, and is 2\."):
        close(2.0, 2.00000001, "it")
    with pytest.raises(Unmet, match=r"it should be 6, and is 6\.1\."):
        close(6.1, 6.0, "it")


@pytest.mark.parametrize("number", ["03.2", "3.2", 3.2])
def test_a_number_may_be_written_as_in_the_text(number, capsys):
    assert "03.2 Backward" in repr(check(number, None))
    hint(number)
    assert 'hint("03.2", 2)' in capsys.readouterr().out
    solution(number)
    assert 'hint("03.2")' in capsys.readouterr().out


def test_a_picture_says_whether_it_is_theirs_or_as_it_should_be():
    names = {}
    exec(EXERCISES["03.2"].solution.replace("+=", "="), names)
    assert "with the gradients that it should have" in check("03.2", names["backward"])._repr_mimebundle_()["text/html"]
    assert "of what you gave" in check("02.1", lambda x: Value(x) * 2.0)._repr_mimebundle_()["text/html"]
