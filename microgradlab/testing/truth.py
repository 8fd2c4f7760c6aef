"""The truth to compare with: values, and derivatives of any order, right far beyond the last bit of a float, from
mpmath and without a derivative rule.

    >>> float(derivative(lambda x: mp.tanh(x), [20.0], [0]))  # in floats, 1 - tanh(20)² is 0.0
    1.6993417021166355e-17

A derivative is a difference quotient with a step so small, and numbers of so many bits, that what it leaves out does
not matter. How many that takes is not known beforehand: they are doubled until the quotient to the right, the one to
the left and the one of half the bits agree to 70 bits. Where they never do there is no derivative: a kink, a jump, a
pole, the edge of the domain. The same doubling makes a value right, whatever cancels in the formula. That all of them
are 0 says little while they have few bits: log(normal_cdf(32)) is 0 in 512, as what is left of 1 - 1e-227.
"""

from collections.abc import Callable, Sequence
from typing import Any

from mpmath import mp

Function = Callable[..., Any]

AGREED, NOTHING = mp.ldexp(1, -70), mp.ldexp(1, -1140)  # the smallest float is 2^-1074
CAREFUL = 2400  # bits: they hold all of 1e300 + 1e-300
FINEST = 10**6  # bits between the numbers of one point
LEVELS = 6  # of doubling: enough for the slope of a sigmoid at 5e-324, and for that of a sine at 1e300


class NoTruthError(ValueError):
    """There is nothing to compare with at this point; the message says why."""


def real(function: Function, *arguments: Any) -> Any:
    """`function` of these numbers of mpmath, if that is a real number."""
    try:
        result = function(*arguments)
    except (ArithmeticError, ValueError) as error:  # a pole, an exponent of more digits than fit, or complex numbers
        raise NoTruthError(f"it is not defined here{f' ({error})' if str(error) else ''}") from error
    if not mp.isfinite(result) or isinstance(result, mp.mpc):
        raise NoTruthError(f"it is {mp.nstr(result, 5)} here, not a finite real number")
    return result


def derivative(f: Function, at: Sequence[float], places: Sequence[int] = ()) -> Any:
    """The derivative of `f`, by the arguments at these places one after the other; its value for no places.

    `f` takes numbers of mpmath, as many as `at` has, and gives one. The result is an mpf.

    Raises:
        NoTruthError: `f` is not defined at or next to this point, or has no such derivative there.
    """
    last = None
    smallest = min([abs(mp.mpf(x)) for x in at if x] + [mp.one])  # what a step away from 0 must be small beside
    finest = max(0, -mp.mag(smallest))  # bits to tell 1 + x from 1, and twice as many to see x² beside 1 as well
    widest = max(0, mp.mag(max([abs(mp.mpf(x)) for x in at] + [mp.one])))  # and bits to hold 1 beside the largest
    if finest > FINEST:
        raise NoTruthError("its numbers are too far apart")
    for level in range(LEVELS):
        step = -128 << level
        with mp.workprec(max(mp.prec, 2 * finest + widest - step * (len(places) + 1))):
            xs = [mp.mpf(x) for x in at]
            steps = [mp.ldexp(abs(xs[p]) or smallest, step) for p in places]
            right = quotient(f, xs, places, steps)
            left = quotient(f, xs, places, [-h for h in steps]) if places else right
            noise = abs(real(f, *xs)) * mp.ldexp(1, step * (len(places) + 1)) / mp.fprod(steps)
            slack = abs(right) * AGREED + NOTHING * all(h <= 1 for h in steps)  # over a long step all is flat
            agree = last is not None and max(abs(right - left), abs(right - last), noise) <= slack
            if agree and (right or mp.prec >= CAREFUL):
                return right
        last = right
    raise NoTruthError("it has no derivative here: a kink, a jump or a pole" if places else "its digits do not settle")


def quotient(f: Function, xs: list[Any], places: Sequence[int], steps: Sequence[Any]) -> Any:
    """The difference quotient by the first place of that by the others."""
    if not places:
        return real(f, *xs)
    moved = [x + steps[0] if place == places[0] else x for place, x in enumerate(xs)]
    rest = places[1:], steps[1:]
    return (quotient(f, moved, *rest) - quotient(f, xs, *rest)) / steps[0]


def ulps(x: float, truth: Any) -> float:
    """How far `x` is from the truth, in units of the last place that a float next to the truth has; nan is inf away."""
    with mp.workprec(CAREFUL):
        if x != x:
            return float("inf")
        largest = mp.ldexp(1, 1024)
        near = min(max(mp.mpf(x), -largest), largest)
        true = min(max(truth, -largest), largest)
        exponent = mp.frexp(true)[1] - 53 if true else -1074
        return float(abs(near - true) / mp.ldexp(1, min(max(exponent, -1074), 971)))
