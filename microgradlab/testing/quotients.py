"""The slope of a function of mpmath's numbers as the quotient of one difference, and how to tell that it is the slope.

    >>> with mp.workprec(QUICK):
    ...     h = step_from(mp.one)
    ...     print(mp.nstr(settled(lambda scale: (mp.exp(1 + scale * h) - mp.e) / (scale * h)), 20))
    2.7182818284590452354

One difference over a step of 2^-100 is all that most slopes take. Where rounding could hide one, as that of tanh at 60,
it is taken in more bits; where both sides or a finer step say something else, `truth.py` has the last word.
"""

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any

from mpmath import mp

from microgradlab.testing.truth import CAREFUL, NoTruthError

QUICK = 256  # bits
STEP, NEAR_0, SAME, FINER = 100, mp.ldexp(1, -20), mp.ldexp(1, -40), mp.ldexp(1, -30)


class Care(IntEnum):
    """How closely to look; the more closely, the slower."""

    LITTLE = 0  # differences to the right
    SOME = 1  # and to the left, which shows a kink
    ALL = 2  # in more and more bits


def step_from(x: Any, numbers: Iterable[Any] = ()) -> Any:
    """The step of a difference: small beside `x`; or if that is 0, beside 2^-20 and the smallest of all numbers."""
    return mp.ldexp(abs(x) or min([NEAR_0, *(abs(n) for n in numbers if n)]), -STEP)


def is_clear(quotient: Any, y: Any, step: Any) -> bool:
    """Whether a difference of numbers like `y`, divided by `step`, is far above what rounding makes of it."""
    return bool(quotient) and bool(abs(quotient * step) * SAME >= abs(y) * mp.eps)


def in_more_bits(function: Callable[[], Any]) -> Any:
    """The function computed in so many bits that a slope as small as a float shows beside a value as large as one."""
    with mp.workprec(CAREFUL):
        return function()


def settled(quotient: Callable[[Any], Any]) -> Any:
    """The limit of a difference quotient whose steps are scaled by a number, which is negative for steps to the left.

    Raises:
        NoTruthError: the sides or a finer step do not agree, nor do they shrink with the step, as towards 0.
    """
    right, left, finer = quotient(1), quotient(-1), quotient(FINER)
    if max(abs(right - left), abs(right - finer)) <= abs(right) * SAME:
        return right
    if max(abs(finer), abs(quotient(-FINER))) <= 2**10 * FINER * max(abs(right), abs(left)):
        return mp.zero
    raise NoTruthError("the slope to the right is not that to the left")
