"""`check_gradients`: compare what an engine finds with the truth, and if it is wrong, say where.

    >>> from microgradlab import ops
    >>> print(check_gradients(lambda x, y: ops.tanh(x) * y, 20.0, 0.5))
    2 derivatives compared: none is further than 0.11 ulps from the truth

The function runs on the engine under test, and its graph is replayed without that engine (`replay.py`). What lies no
further from the truth than rounding may carry is right (`judge.py`). The rest is a GradientError, whose message is
worked out when it is read (`diagnosis.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from math import inf, isfinite, isnan
from typing import Any, cast

from mpmath import mp

from microgradlab.coercion import shown
from microgradlab.engine import Value
from microgradlab.errors import GradientError
from microgradlab.gradients import grad
from microgradlab.settings import is_count, is_number
from microgradlab.testing.diagnosis import Finding
from microgradlab.testing.expression import Expression, Place, flat, mapped, recorded
from microgradlab.testing.judge import AT_ONCE, Judge, Verdict, by_differences
from microgradlab.testing.quotients import Care
from microgradlab.testing.replay import step_alone
from microgradlab.testing.subjects import Places, Subject, forward, found_by, found_by_value, graphs, subject
from microgradlab.testing.truth import NoTruthError

VISIBLE = 1e-6  # relative: a smaller change by a number that left the graph is not seen, but no difference is that bad


@dataclass(frozen=True)
class Report:
    """What a check that found nothing wrong has compared, and what it left out and why."""

    compared: int = 0  # derivatives
    worst: float = 0.0  # ulps between one of them and the truth
    excused: int = 0  # those with more than a few ulps, which rounding explains
    left_out: tuple[tuple[str, str], ...] = ()  # (which, why)

    def __add__(self, other: "Report") -> "Report":
        left_out = tuple(dict.fromkeys(self.left_out + other.left_out))
        counts = self.compared + other.compared, max(self.worst, other.worst), self.excused + other.excused
        return Report(*counts, left_out)

    def __str__(self) -> str:
        number = f"{self.compared} {'derivative' if self.compared == 1 else 'derivatives'} compared"
        near = f": none is further than {self.worst:.2g} ulps from the truth" if self.compared else ""
        if self.excused:
            near = f": {self.excused} as near to the truth as rounding lets it be"
            near += f", the others within {AT_ONCE:g} ulps" if self.excused < self.compared else ""
        lines = [number + near]
        reasons: dict[str, list[str]] = {}
        for which, why in self.left_out:
            reasons.setdefault(why, []).append(which)
        lines += [f"left out {', '.join(which[:4])}{', …' * (len(which) > 4)}: {why}" for why, which in reasons.items()]
        return "\n".join(lines)


def check_gradients(
    f: Any, /, *at: Any, order: int = 1, value: type = Value, rtol: float = 0.0, atol: float = 0.0
) -> Report:
    """Compare the value of `f` at this point, and its derivatives up to that order, with the truth.

    `f` is a function, a module (its parameters are variables too), or a graph, which has its point already. Each float
    in `at` is a variable, also in lists; anything else is passed on as it is, such as an int that is an index.
    `value` is another engine's class, which has `data`, `grad`, `backward()` and the operators used. By `rtol` and
    `atol` its numbers may be off more than rounding explains.

    Raises:
        GradientError: a derivative is wrong, or the other engine raised an exception.
        TypeError: there is no variable or no output, `order` is above 1 for another engine, or an option is of no use.
    """
    __tracebackhide__ = True  # from pytest, here and below: the message says more
    _check_options(order, value, rtol, atol)
    case = subject(f, at)
    leaves: list[Value] = []
    roots: list[Any] = [None]
    try:
        leaves, roots = graphs(case)
    except Exception:  # it may be written for the other engine alone
        if value is Value:
            raise
    if not roots:
        raise TypeError(f"{case.name} gives nothing to differentiate: return a number, or a list of some")
    report = Report()
    for output, root in enumerate(roots):
        report += Check(case, output, value, leaves, root, rtol, atol).run(order)
    return report


def _check_options(order: Any, value: Any, rtol: Any, atol: Any) -> None:
    """TypeError for an option that means nothing."""
    if not is_count(order, 1) or (order > 1 and value is not Value):
        raise TypeError(f"order is a whole number from 1, and 1 for an engine other than ours; got {shown(order)}")
    if not isinstance(value, type) or not callable(getattr(value, "backward", None)):
        raise TypeError(f"value is the class of an engine, which has backward() and grad; got {shown(value)}")
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if not is_number(tolerance) or not 0 <= tolerance < inf:
            raise TypeError(f"{name} is a number from 0, by which the other engine may be off; got {shown(tolerance)}")


@dataclass(frozen=True, eq=False)
class Check:
    """The check of one output of a subject, on one engine."""

    subject: Subject
    output: int
    value: type
    leaves: list[Value]
    root: Any  # the output, on our Value; None if the function does not run on it
    rtol: float = 0.0
    atol: float = 0.0

    @cached_property
    def expression(self) -> Expression | None:
        """What the function computes, as far as it runs on our Value."""
        return recorded(self.root, self.leaves, self.subject.names) if self.root is not None else None

    @property
    def engine(self) -> str:
        """What to call the engine: micrograd.engine.Value."""
        return "microgradlab" if self.value is Value else f"{self.value.__module__}.{self.value.__qualname__}"

    def run(self, order: int) -> Report:
        """Compare everything the engine finds; GradientError at the first that is wrong."""
        __tracebackhide__ = True
        left_out, errors = [], []
        try:
            found = self.found(order)
        except GradientError as error:
            if reason := self.nothing_to_find(error.args[0].error):
                return Report(left_out=((self.subject.what(()), reason),))
            raise
        verdict_on = self.judge()
        kinks: dict[int, Verdict] = {}  # by place, where there is no first derivative, and so no higher one either
        for places, number in found.items():
            verdict = next((kinks[place] for place in places if place in kinks), None) or verdict_on(places, number)
            if not verdict.is_right:
                raise GradientError(Finding(self, places, verdict))
            if verdict.reason:
                left_out.append((self.subject.what(places), verdict.reason))
                kinks |= {places[0]: verdict} if len(places) == 1 else {}
            elif places:
                errors.append(verdict.ulps)
        left_out += self.look_outside({place: found[place,] for place in range(len(self.leaves)) if place not in kinks})
        excused = sum(error > AT_ONCE for error in errors)
        return Report(len(errors), max(errors, default=0.0), excused, tuple(left_out))

    def found(self, order: int) -> dict[Places, float]:
        """The value and the derivatives, by the places of the variables."""
        __tracebackhide__ = True
        if self.value is Value:
            return found_by_value(self.leaves, self.root, order)
        try:
            return found_by(self.value, self.subject, self.output)
        except Exception as error:
            raise GradientError(Finding(self, error=error)) from error

    def nothing_to_find(self, error: Exception | None) -> str:
        """Why another engine may raise this error, as Python's floats do at a pole: there is no truth."""
        if self.expression is None or not isinstance(error, (ZeroDivisionError, ValueError)):
            return ""
        judge = Judge(self.expression, self)
        truths = [judge.truth(places, Care.ALL) for places in [(), *((i,) for i in range(len(self.leaves)))]]
        return next((str(truth) for truth in truths if isinstance(truth, NoTruthError)), "")

    def judge(self) -> Callable[[Places, float], Verdict]:
        """What gives the verdict on a number that the engine found."""
        if not all(map(isfinite, self.subject.point)):
            ours = found_by_value(self.leaves, self.root, 1) if self.root is not None else {}
            return partial(_beyond, ours)
        if self.expression is None:
            return partial(by_differences, self.subject.point, self, rtol=self.rtol, atol=self.atol)
        return Judge(self.expression, self, self.rtol, self.atol).verdict

    def lower(self, places: Places, place: int, x: float) -> float:
        """The engine's derivative by these places where the variable at another place is `x`."""
        moved = self.subject.at([x if i == place else other for i, other in enumerate(self.subject.point)])
        if not places:
            return forward(self.value, moved, self.output)
        leaves, roots = graphs(moved)
        return found_by_value(leaves, roots[self.output], len(places))[places]

    def lower_graph(self, places: Places) -> Expression:
        """What our engine computes for its derivative by these places."""
        y = self.root
        for place in places:
            y = grad(y, self.leaves[place], create_graph=True)
        return recorded(y, self.leaves, self.subject.names)

    def look_outside(self, found: dict[int, float]) -> list[tuple[str, str]]:
        """GradientError if a number left the graph: a constant in it, that is another one where the variables are.

        `found` are the first derivatives by these variables. What cannot be looked for is told.
        """
        __tracebackhide__ = True
        if self.subject.is_closed or self.expression is None:
            return []
        moved = [x + (1 + 0.618 * i % 1) * (abs(x) or 1.0) / 1024 for i, x in enumerate(self.subject.point)]
        here, there = _constants(self.expression), self.constants_at(moved)
        if there in (here, None):
            return []
        if self.constants_at(self.subject.point) != here:
            return [("numbers that leave the graph", "its constants change from call to call, as if drawn at random")]
        for place, slope in found.items():
            verdict = by_differences(self.subject.point, self, (place,), slope, rtol=VISIBLE)
            if not verdict.is_right:
                raise GradientError(Finding(self, (place,), verdict, outside=True))
        return []

    def constants_at(self, point: Sequence[float]) -> list[str] | None:
        """The constants in what the function computes at that point; None if it computes something else there."""
        leaves, roots = graphs(self.subject.at(point))
        there = recorded(roots[self.output], leaves)
        same = self.expression is not None and _shape(there) == _shape(self.expression)
        return _constants(there) if same else None

    def alone(self, index: int, order: int) -> Finding | None:
        """What is wrong with the op of one step alone, on the same engine."""
        assert self.expression is not None
        case = subject(step_alone(self.expression, index), ())
        leaves, (root,) = graphs(case)
        try:
            Check(case, 0, self.value, leaves, root, self.rtol, self.atol).run(order)
        except GradientError as error:
            return cast(Finding, error.args[0])
        return None


def _constants(expression: Expression) -> list[str]:
    return [repr(x) for step in expression.steps for x in flat(step.arguments) if type(x) is float]


def _shape(expression: Expression) -> list[tuple[Any, ...]]:
    """What it computes, whatever its constants are."""
    return [(step.op, mapped(lambda x: x if type(x) is Place else None, step.arguments)) for step in expression.steps]


def _beyond(ours: dict[Places, float], places: Places, found: float) -> Verdict:
    """The verdict on a number at a point that is not finite: nan must not get lost."""
    if isnan(ours.get(places, 0.0)) and not isnan(found):
        return Verdict(found, mp.nan, inf, is_right=False)
    return Verdict(found, reason="the point is not finite")
