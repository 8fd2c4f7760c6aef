"""The slope of a function that nothing is known of: differences of its floats, and how far off they may be.

    >>> slope, error = ridders(math.exp, 1.0)
    >>> abs(slope - math.e) <= error < 1e-11
    True

A central difference (f(x + h) - f(x - h)) / 2h leaves out terms in h², h⁴, …, which steps of different lengths show,
and so take away: Richardson's extrapolation to h = 0. Ridders lets the steps shrink until rounding, which a small step
magnifies, does more harm than the shorter step does good (C. J. F. Ridders, "Accurate computation of F'(x) and
F'(x)F''(x)", Advances in Engineering Software 4, 1982; Numerical Recipes, section 5.7).
"""

import math
from collections.abc import Callable
from itertools import pairwise

SHRINK, ROUNDS = 1.6, 14  # each step is so much shorter than the one before; the last one by a factor of 450
EPSILON, SMALLEST = math.ldexp(1.0, -52), math.ldexp(1.0, -1074)


def ridders(f: Callable[[float], float], x: float) -> tuple[float, float]:
    """The slope of `f` at `x`, and a bound of its error: inf where the differences do not settle.

    Near 0 long steps see more, unless `f` has a pole or a kink at 0: they are believed if short ones agree.
    """
    slope, error = _extrapolated(f, x, min(abs(x), 1.0) / 8 or 0.125)
    if 0 < abs(x) < 0.5:
        far, doubt = _extrapolated(f, x, 0.125)
        if doubt < error and abs(far - slope) <= error:
            return far, doubt
    return slope, error


def _extrapolated(f: Callable[[float], float], x: float, h: float) -> tuple[float, float]:
    """Ridders' table, the first step of which is `h`: its best entry, and what that may be off by.

    An entry is doubted by as much as it differs from its neighbours, as Ridders has it; but not less than by what
    rounding does to a quotient, as neighbours may agree by chance; nor than it differs from what the shortest step
    says, as they also agree about a slope that is not there, across a kink.
    """
    best, error = math.nan, math.inf
    before: list[float] = []
    for _ in range(ROUNDS):
        right, left = x + h, x - h
        high, low = _value(f, right), _value(f, left)
        row = [(high - low) / (right - left) if right > left else math.nan]  # by the step made, not the one meant
        noise = (4 * EPSILON * max(abs(high), abs(low)) + SMALLEST) / h
        for order, coarser in enumerate(before, start=1):
            factor = SHRINK ** (2 * order)
            row.append((factor * row[-1] - coarser) / (factor - 1))
        for (one, finer), coarser in zip(pairwise(row), before):
            doubt = max(abs(finer - one), abs(finer - coarser), noise)
            if doubt < error:
                best, error = finer, doubt
        before, last = row, before
        h /= SHRINK
    gap = abs(best - before[0])
    return best, error if gap <= noise + abs(before[0] - last[0]) else max(error, gap)


def _value(f: Callable[[float], float], x: float) -> float:
    """f(x), or nan where it has none."""
    try:
        return float(f(x))
    except (ArithmeticError, ValueError, TypeError):  # as for a complex number
        return math.nan
