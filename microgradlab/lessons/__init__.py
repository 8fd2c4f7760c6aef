"""Exercises that answer: `check` tries what you wrote, `hint` helps, `solution` shows.

    >>> def central(f, x, h):
    ...     return (f(x + h) - f(x)) / h
    >>> check("02.2", central)
    ✗ 02.2 Nudge both ways: not yet.
      central(square, 3, 0.1) should be 6, and is 6.1.
      Look again at: the nudge goes both ways, from x − h to x + h, which is 2h apart.
      hint("02.2") helps.

An exercise is tried on random numbers and on its traps, against what is known to be right. Nothing leaves your machine;
what you have solved is remembered in a file of yours (`progress.py`).
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from importlib import import_module
from typing import Any

from microgradlab.coercion import shown
from microgradlab.drawing import draw
from microgradlab.engine import Value
from microgradlab.lessons import progress
from microgradlab.lessons.exercise import Exercise, Unmet

__all__ = ["Verdict", "check", "hint", "solution"]

LESSONS = [import_module(f"{__name__}.lesson_{number:02}") for number in (*range(1, 14), 15)]  # 14 is kept free
EXERCISES: dict[str, Exercise] = {exercise.number: exercise for lesson in LESSONS for exercise in lesson.EXERCISES}


@dataclass(frozen=True)
class Verdict:
    """What a check found: whether it `passed`, and in words what to do next; a notebook shows the graph as well."""

    passed: bool
    text: str
    graph: Value | None = None
    caption: str = ""

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, str]:
        words = {"text/plain": self.text}
        if self.graph is None:
            return words
        picture = draw(self.graph)._repr_mimebundle_()["text/html"]
        return words | {"text/html": f"<pre>{escape(self.text)}\n\n{self.caption}</pre>{picture}"}


def check(number: str, answer: Any) -> Verdict:
    """Try an answer to an exercise, such as `check("02.2", central)`.

    KeyError for an exercise that is not there.
    """
    exercise = _exercise(number)
    number = exercise.number
    title = f"{number} {exercise.title}"
    try:
        if answer is ... or answer is None:
            found = "None" if answer is None else "..."
            raise Unmet(f"{exercise.gives} is still {found}.", "Put your answer in the cell above, and run it.")
        with _chances_of_its_own():
            exercise.check(answer)
    except Unmet as unmet:
        lines = [f"✗ {title}: not yet.", f"  {unmet}"]
        if unmet.idea:
            lines.append(f"  {unmet.idea}" if unmet.idea[0].isupper() else f"  Look again at: {unmet.idea}")
        caption = "The graph of what you gave:" if unmet.theirs else "The graph with the gradients that it should have:"
        return Verdict(False, "\n".join([*lines, f'  hint("{number}") helps.']), unmet.graph, caption)
    progress.remember(number)
    return Verdict(True, f"✓ {title}: right. {_next(number)}")


@contextmanager
def _chances_of_its_own() -> Iterator[None]:
    """Random numbers that no seed of the learner's decides; theirs go on afterwards as if nothing had been."""
    state = random.getstate()
    random.seed()
    try:
        yield
    finally:
        random.setstate(state)


def hint(number: str, level: int = 1) -> None:
    """Print a hint to an exercise: level 1 points the way, 2 says more, 3 all but the code."""
    exercise = _exercise(number)
    number = exercise.number
    if level not in (1, 2, 3):
        raise ValueError(f"a hint has level 1, 2 or 3, got {shown(level)}")
    more = f'  More: hint("{number}", {level + 1})' if level < 3 else f'  The answer: solution("{number}", show=True)'
    print(f"{exercise.hints[level - 1]}\n{more}")


def solution(number: str, show: bool = False) -> None:
    """Print an answer to an exercise; without show=True only how to see it."""
    exercise = _exercise(number)
    if show:
        print(exercise.solution.strip())
    else:
        number = exercise.number
        print(f'Try hint("{number}") first; to see it all the same: solution("{number}", show=True)')


def _exercise(number: str) -> Exercise:
    """The exercise of that number: "04.2", and also "4.2" or 4.2."""
    written = f"{number}".zfill(4) if isinstance(number, str | float) else ""
    if written in EXERCISES:
        return EXERCISES[written]
    of_lesson = [known for known in EXERCISES if known[:2] == written[:2]] or [*EXERCISES]
    raise KeyError(f"there is no exercise {shown(number)}: there are {of_lesson[0]} to {of_lesson[-1]}")


def _next(number: str) -> str:
    """What comes after this exercise."""
    numbers = list(EXERCISES)
    after = numbers[numbers.index(number) + 1 :]
    if not after:
        return "That was the last one."
    title = EXERCISES[after[0]].title
    return f"Next: {after[0]} {title}" + ("" if title.endswith("?") else ".")
