"""The truth about a subject's derivatives, and whether what an engine found is that, but for rounding.

A number within 4 ulps of the truth is right at once. For others, some replays with random rounding errors show how far
these carry (`replay.py`), and what lies no further is right as well. Nothing is passed over: a verdict says what
could not be compared, and why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from math import inf, isfinite
from typing import Any, Protocol

from mpmath import mp

from microgradlab.testing.definitions import definition
from microgradlab.testing.differences import ridders
from microgradlab.testing.expression import Expression
from microgradlab.testing.quotients import QUICK, SAME, Care, in_more_bits, is_clear, settled, step_from
from microgradlab.testing.replay import Replay, value_at
from microgradlab.testing.subjects import Places
from microgradlab.testing.truth import NoTruthError, derivative, quotient, ulps

SMALLEST_NORMAL = mp.ldexp(1, -1022)  # below it, a float has fewer digits, and then none
AT_ONCE = 4.0  # ulps that need no excuse
SEEDS = 16  # replays at most; what is right seldom takes more than two
FIRST, FAR = 3, 100.0  # after so many replays, so far beyond what they allow is wrong for sure
SLACK = 2.0  # how far beyond the furthest replay one may lie
DOUBT = 4.0  # how far beyond the error that differences are estimated to have


class Lower(Protocol):
    """What an engine finds for the derivatives of one order less."""

    def lower(self, places: Places, place: int, x: float) -> float:
        """The derivative by these places, where the variable at another place is `x`."""

    def lower_graph(self, places: Places) -> Expression:
        """What it computes for that derivative."""


@dataclass(frozen=True)
class Verdict:
    """Whether `found` is right; or, with a reason, that nobody can tell."""

    found: float
    truth: Any = None
    ulps: float = 0.0
    allowed: float = 0.0  # difference
    is_right: bool = True
    reason: str = ""


class Judge:
    """What is true of an expression at its point."""

    def __init__(self, expression: Expression, engine: Lower, rtol: float = 0.0, atol: float = 0.0) -> None:
        self.expression, self.engine, self.rtol, self.atol = expression, engine, rtol, atol
        self.replay = cache(partial(Replay, expression))
        self.lower_replay = cache(lambda places, seed, care: Replay(engine.lower_graph(places), seed, care))
        self._value = cache(lambda bits, at: value_at(expression, *at))  # the corners of one quotient are also others'
        self.is_defined = all(definition(op) for op in expression.ops)

    def verdict(self, places: Places, found: float) -> Verdict:
        """On what an engine found."""
        if len(places) > 1 and not self.is_defined:
            return by_differences(self.expression.point, self.engine, places, found, self.rtol, self.atol)
        for care in Care:
            verdict = self._verdict(places, found, care)
            if verdict.is_right and not (verdict.reason and care < Care.ALL):
                break
        return verdict

    def _verdict(self, places: Places, found: float, care: Care) -> Verdict:
        """The verdict with so much care; one that is favourable stands."""
        truth = self.truth(places, care)
        if isinstance(truth, NoTruthError):
            return Verdict(found, reason=str(truth))
        if (distance := ulps(found, truth)) <= AT_ONCE or care is Care.LITTLE:
            return Verdict(found, truth, distance, is_right=distance <= AT_ONCE)
        if places and care is Care.ALL and (reason := self._excuse(places, found)):
            return Verdict(found, reason=reason)
        off, allowed = abs(found - truth), self.atol + self.rtol * abs(truth)
        quick = self.truth(places, Care.SOME)
        is_quick = not isinstance(quick, NoTruthError) and abs(quick - truth) <= abs(truth) * SAME
        for seed in range(SEEDS):
            if off <= allowed or (seed >= FIRST and not off <= FAR * allowed):
                break
            error = self.rounding(places, seed, Care.SOME if is_quick else care)
            if isinstance(error, NoTruthError):
                return Verdict(found, reason=f"rounding can lead to where {error}")
            allowed = max(allowed, SLACK * error)
        if care is Care.ALL and not off <= allowed and (reason := self._digits_lost()):
            return Verdict(found, reason=reason)
        return Verdict(found, truth, distance, float(allowed), is_right=bool(off <= allowed))

    def truth(self, places: Places, care: Care = Care.LITTLE) -> Any:
        """The derivative by the variables at these places; a NoTruthError if there is none."""
        if len(places) < 2:
            return _derivative(self.replay(None, care), places)

        def f(*at: Any) -> Any:
            return self._value(mp.prec, at)

        try:
            if care is Care.ALL:
                return derivative(f, self.expression.point, places)
            with mp.workprec(QUICK * len(places)):
                xs = [mp.mpf(x) for x in self.expression.point]
                steps = [step_from(xs[place], xs) for place in places]
                y = f(*xs)

                def slope(scale: Any) -> Any:
                    scaled = [scale * h for h in steps]
                    quick = quotient(f, xs, places, scaled)
                    clear = is_clear(quick, y, mp.fprod(scaled))
                    return quick if clear else in_more_bits(lambda: quotient(f, xs, places, scaled))

                return slope(1) if care is Care.LITTLE else settled(slope)
        except NoTruthError as error:
            return error

    def rounding(self, places: Places, seed: int, care: Care) -> Any:
        """How far random errors on the way carry the derivative; a NoTruthError if to where there is none.

        A second derivative is the slope of what the rules compute, and of their terms the largest one counts.
        """
        replay = self.replay if len(places) < 2 else partial(self.lower_replay, places[:-1])
        exact, noisy = (_derivative(replay(which, care), places[-1:]) for which in (None, seed))
        problem = next((x for x in (exact, noisy) if isinstance(x, NoTruthError)), None)
        return problem or abs(noisy - exact)

    def _digits_lost(self) -> str:
        """Why an engine may be somewhere else altogether: in floats, nothing is left of a number on the way."""
        exact = self.replay(None, Care.ALL).values[len(self.expression.point) :]
        for y, step in zip(exact, self.expression.steps):
            if not isinstance(y, NoTruthError) and 0 < abs(y) < SMALLEST_NORMAL:
                return f"{step.op.name} is too small for a float on the way"
        for seed in range(SEEDS):
            noisy = self.replay(seed, Care.SOME).values[len(self.expression.point) :]
            for y, other, step in zip(exact, noisy, self.expression.steps):
                is_lost = isinstance(other, NoTruthError) or abs(other - y) >= abs(y) / 2
                if not isinstance(y, NoTruthError) and y and is_lost:
                    return f"rounding can leave no digit of {step.op.name} on the way"
        return ""

    def _excuse(self, places: Places, found: float) -> str:
        """Why an engine may find anything here."""
        first, last = places[0], places[-1]
        replay = self.replay(None, Care.ALL)
        overflows = replay.overflows[first]
        if len(places) > 1:
            replay = self.lower_replay(places[:-1], None, Care.ALL)
            overflows |= replay.overflows[last]
        if overflows:
            return "a slope on the way is too large for a float"
        if isfinite(found):
            return ""
        times_0 = Replay(replay.expression, None, Care.ALL, times_0=True)
        is_nan = isinstance(times_0.gradient[last], NoTruthError) or times_0.overflows[last]
        return "0 is multiplied by a slope that is inf or nan" if is_nan else ""


def _derivative(replay: Replay, places: Places) -> Any:
    """The first derivative by the variable at that place; without one, the value."""
    return replay.gradient[places[0]] if places else replay.value


def by_differences(
    point: Sequence[float], engine: Lower, places: Places, found: float, rtol: float = 0.0, atol: float = 0.0
) -> Verdict:
    """The verdict where nothing is known of the function but the engine's own numbers for one derivative less."""
    if not places:
        return Verdict(found, mp.mpf(found))
    *before, last = places
    slope, error = ridders(partial(engine.lower, tuple(before), last), point[last])
    if error == inf:
        return Verdict(found, reason="the function has no definition in mpmath, and its differences do not settle")
    allowed = DOUBT * error + atol + rtol * abs(slope)
    return Verdict(found, mp.mpf(slope), ulps(found, mp.mpf(slope)), allowed, is_right=abs(found - slope) <= allowed)
