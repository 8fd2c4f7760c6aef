"""An exercise: what a learner writes, how it is tried, and what is said when it is not yet right.

A check tries the learner's object, and raises `Unmet` with a sentence for the first thing that is not as it should be.
`called`, `a_number` and `close` do so for what goes wrong in any exercise: a function that returns None, a name that is
not defined, a number that is off; `idea_of` knows a mistake by the number that it leads to.
"""

import ast
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from traceback import extract_tb
from typing import Any

from microgradlab.coercion import shown
from microgradlab.engine import Value

PACKAGE = Path(__file__).parents[1]
KINDS = ("warm-up", "core", "stretch", "further")


class Unmet(Exception):  # noqa: N818 (no error of a program: an answer that is not yet right)
    """What was expected, on which input, and what came; `idea` says what to look at again, and `graph` shows it.

    The graph is one as it should be, or what the learner's code made, if it is `theirs`.
    """

    def __init__(self, sentence: str, idea: str = "", graph: Value | None = None, theirs: bool = False) -> None:
        super().__init__(sentence)
        self.idea, self.graph, self.theirs = idea, graph, theirs


@dataclass(frozen=True)
class Exercise:
    """`solution` is an answer; `blank`, what stands in the lesson, is valid Python with ... for what is missing.

    Where none is `given`, it is the solution's function with its docstring alone. `gives` is the name of what the
    learner's code defines, which `check` is called with.
    """

    number: str  # of the lesson and the exercise in it, "02.1"
    title: str
    gives: str
    solution: str
    check: Callable[[Any], None]
    hints: tuple[str, str, str]
    given: str = ""  # a blank of its own

    @property
    def blank(self) -> str:
        """What the learner finds."""
        if self.given:
            return self.given
        [function] = ast.parse(self.solution).body
        assert isinstance(function, ast.FunctionDef | ast.ClassDef)
        last = function.body[0].end_lineno  # of the docstring
        return "\n".join([*self.solution.splitlines()[:last], "    ..."])

    @property
    def kind(self) -> str:
        """Warm-up, core, stretch, or further."""
        return KINDS[min(int(self.number[3:]), len(KINDS)) - 1]


class Generator(random.Random):
    """A random generator, which a call shows as rng."""

    def __repr__(self) -> str:
        return "rng"


def called(function: Any, *arguments: Any, name: str = "", idea: str = "") -> Any:
    """What the learner's function gives for these arguments; `idea` is told if it stops."""
    name = name or getattr(function, "__name__", "your function")
    call = f"{name}({', '.join(map(_short, arguments))})"
    if not callable(function):
        raise Unmet(f"{name} should be a function, and is {shown(function)}.", "Write it with def.")
    return tried(call, lambda: function(*arguments), idea)


def tried(call: str, run: Callable[[], Any], idea: str = "") -> Any:
    """What the learner's code gives in a call that reads so; `idea` is told if it stops."""
    try:
        result = run()
    except NameError as error:
        raise Unmet(f"{call} stops: {error}.", "Is it spelled as above? Has the cell that defines it run?") from None
    except (Exception, SystemExit) as error:
        problem = f"{type(error).__name__}: {error}".rstrip(": ")
        where = _where(error)
        idea = idea or ("Look at that line." if where else "Try that call by itself, and look.")
        raise Unmet(f"{call} stops{where} with {problem}.", idea) from None
    if result is None or result is ...:
        found = "None" if result is None else "..."
        raise Unmet(f"{call} gives {found}.", "A function gives what stands behind return.")
    return result


def _where(error: BaseException) -> str:
    """The learner's line at which it stopped, if it is known."""
    lines = [frame.line for frame in extract_tb(error.__traceback__) if PACKAGE not in Path(frame.filename).parents]
    return f" at `{lines[-1]}`" if lines and lines[-1] else ""


def a_number(found: Any, what: str) -> float:
    """It as a float, if it is a number or a Value."""
    if found is ...:
        raise Unmet(f"{what} is still missing.", "Put it where the ... is.")
    if isinstance(found, bool) or not isinstance(found, Real | Value):
        idea = "What kind of thing does your code make here?"
        raise Unmet(f"{what} should be a number, and is {shown(found)}.", idea)
    try:
        return float(found)
    except OverflowError:
        raise Unmet(f"{what} is larger than any float.", "What makes it so large?") from None


def numbers_of(found: Any, count: int, what: str) -> list[float]:
    """So many numbers, in a list, a tuple or an array."""
    found = found.tolist() if hasattr(found, "tolist") else found
    if not isinstance(found, Sequence) or isinstance(found, str):
        raise Unmet(f"{what} should be a list of {count} numbers, and is {shown(found)}.", "One for each, in a list.")
    if len(found) != count:
        raise Unmet(f"{what} should have {count} numbers, and has {len(found)}.", "One for each, in a list.")
    return [a_number(x, f"number {i} of {what}") for i, x in enumerate(found)]


def close(found: Any, expected: float, what: str, idea: str = "", rel: float = 1e-9, abs: float = 1e-12) -> None:
    """Refuse a number that is not the one expected, to `rel` of it."""
    number = a_number(found, what)
    if not math.isclose(number, expected, rel_tol=rel, abs_tol=abs):
        graph = found if isinstance(found, Value) and found.op else None
        raise Unmet(f"{what} should be {_told(expected, number)}.", idea, graph, theirs=True)


def idea_of(found: Any, mistakes: Mapping[str, float], otherwise: str) -> str:
    """What to look at again: that of the mistake which leads to this very number, if it is one of these."""
    number = float(found) if isinstance(found, int | float | Value) else math.nan
    ideas = (idea for idea, wrong in mistakes.items() if math.isclose(number, wrong, rel_tol=1e-9, abs_tol=1e-12))
    return next(ideas, otherwise)


def _told(expected: float, found: float) -> str:
    """Both numbers, with so many digits that one sees the difference."""
    for digits in (6, 9, 12, 17):
        right, wrong = f"{expected:.{digits}g}", f"{found:.{digits}g}"
        if right != wrong:
            break
    return f"{right}, and is {wrong}"


def _short(argument: Any) -> str:
    if callable(argument):
        return getattr(argument, "__name__", "f")
    return f"{argument:g}" if isinstance(argument, float) else repr(argument)
