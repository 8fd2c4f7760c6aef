"""The slope of a function that nothing is known of: differences of its floats, and how far off they may be.

    >>> slope, error = ridders(math.exp, 1.0)
    >>> abs(slope - math.e) <= error < 1e-11
    True

A central difference (f(x + h) - f(x - h)) / 2h leaves out terms in h², h⁴, …, which steps of different lengths show,
and so take away: Richardson's extrapolation to h = 0. Ridders lets the steps shrink until rounding, which a small step
magnifies, does more harm than the shorter step does good (C. J. F. Ridders, "Accurate computation of F'(x) and
F'(x)F''(x)", Advances in Engineering Software 4, 1982; Numerical Recipes, section 5.7).

What rounding does is measured: exp(x) - 1 has errors of 1e-16, however small it is. In a table of differences those of
the fourth order show hardly anything else (J. J. Moré and S. M. Wild, "Estimating computational noise", SIAM Journal
on Scientific Computing 33, 2011).
"""

import math
from collections.abc import Callable
from itertools import pairwise

SHRINK, ROUNDS = 1.6, 24  # each step is so much shorter than the one before; the last one by a factor of 50,000
EPSILON, SMALLEST = math.ldexp(1.0, -52), math.ldexp(1.0, -1074)
UNSETTLED = math.nan, math.inf
OTHER = 0.83  # of the first step: no step of one table is near one of the other
WIDE = math.ldexp(1.0, -15)  # of the first step: of what is smooth, nothing shows in the fourth differences
NOTHING = 1e-6  # of the change over the first step: a slope that is not surer than that, nor than itself, is none
FLAT = 1e-9  # long steps that are more in doubt have met something else


def ridders(f: Callable[[float], float], x: float) -> tuple[float, float]:
    """The slope of `f` at `x`, and a bound of its error: inf where the differences do not settle.

    Near 0 long steps see more, unless `f` has a pole or a kink at 0: they are believed if short ones agree, or see
    rounding alone. If both are sure of themselves and do not agree, as where exp(x) - 1 is 0 at 1e-20, nothing is
    settled.
    """
    short = min(abs(x), 1.0) / 8 or 0.125
    slope, error = _extrapolated(f, x, short)
    if 0 < abs(x) < 0.5:
        far, doubt = _extrapolated(f, x, 0.125)
        if _says_nothing(f, x, 0.125, far, doubt):
            far, doubt = UNSETTLED
        if abs(far - slope) > 4 * (error + doubt):
            return UNSETTLED
        if doubt < error and abs(far - slope) <= error:
            return far, doubt
        if slope == 0 and doubt < FLAT:  # its digits may be lost, as those of 1 - cos(x)
            return slope, max(error, doubt, abs(far - slope))
    return UNSETTLED if _says_nothing(f, x, short, slope, error) else (slope, error)


def _extrapolated(f: Callable[[float], float], x: float, h: float) -> tuple[float, float]:
    """The slope by two tables of other steps, and its error: where one is sure by chance, the other is not."""
    (slope, error), (other, doubt) = sorted([_table(f, x, h), _table(f, x, h * OTHER)], key=lambda found: found[1])
    return UNSETTLED if doubt == math.inf else (slope, max(error, abs(slope - other)))


def _says_nothing(f: Callable[[float], float], x: float, h: float, slope: float, error: float) -> bool:
    """Whether a slope by steps up to `h` is no surer than itself, or than what `f` changes by over such a step."""
    change = max(abs(_value(f, x + end) - _value(f, x)) for end in (h, -h)) / h
    return 4 * error >= max(abs(slope), NOTHING * change) > 0


def _table(f: Callable[[float], float], x: float, h: float) -> tuple[float, float]:
    """Ridders' table, the first step of which is `h`: its best entry, and what that may be off by.

    An entry is doubted by as much as it differs from its neighbours, as Ridders has it; but not less than by what
    rounding does to a quotient, as neighbours may agree by chance; nor than it differs from what the shortest step
    says, as they also agree about a slope that is not there, across a kink.
    """
    steps = [step for step in (h / SHRINK**i for i in range(ROUNDS)) if step >= 8 * math.ulp(x)]
    sides = [(_value(f, x + step), _value(f, x - step)) for step in steps]
    if not steps or not _is_smooth(steps, sides, _value(f, x), noise := _noise(f, x, h, steps[-1] / 64)):
        return UNSETTLED
    best, error = UNSETTLED
    before: list[float] = []
    last: list[float] = []
    for h, (high, low) in zip(steps, sides):
        row = [(high - low) / ((x + h) - (x - h))]  # by the step made, not the one meant
        rounding = (max(noise, 4 * EPSILON * max(abs(high), abs(low))) + SMALLEST) / h
        for order, coarser in enumerate(before, start=1):
            factor = SHRINK ** (2 * order)
            row.append((factor * row[-1] - coarser) / (factor - 1))
        for (one, finer), coarser in zip(pairwise(row), before):
            doubt = max(abs(finer - one), abs(finer - coarser), rounding)
            if doubt < error:
                best, error = finer, doubt
        before, last = row, before
    gap = abs(best - before[0])
    return best, error if gap <= rounding + abs(before[0] - last[0]) else max(error, gap)


def _noise(f: Callable[[float], float], x: float, h: float, step: float) -> float:
    """About how far off the values of `f` are, next to `x` on either side and around h on, whatever it does at `x`.

    Around h on also in wider steps: over short ones 1 - cos(x) stays the same, and its errors do as well.
    """
    step, wide, largest = max(step, math.ulp(x)), max(h * WIDE, math.ulp(x + h)), 0.0
    next_to = [(x + step, step), (x - 7 * step, step)]
    for start, each in next_to + [(start, each) for start in (x + h, x - h) for each in (step, wide)]:
        differences = [_value(f, start + i * each) for i in range(7)]
        for _ in range(4):  # errors of size 1 come to √70 in them
            differences = [b - a for a, b in pairwise(differences)]
        largest = max(largest, *map(abs, differences))
    return largest / 4


def _is_smooth(steps: list[float], sides: list[tuple[float, float]], middle: float, noise: float) -> bool:
    """Whether the values on both sides come together as the steps shrink, and so do the slopes on both sides."""
    spreads = [abs(high - low) for high, low in sides]
    bends = [abs((high - middle) - (middle - low)) / h for h, (high, low) in zip(steps, sides)]
    floor = 4 * (noise + EPSILON * abs(middle))
    return (spreads[-1] <= _largest(spreads) / 4 + floor) and (bends[-1] <= _largest(bends) / 4 + floor / steps[-1])


def _largest(xs: list[float]) -> float:
    return max((x for x in xs if math.isfinite(x)), default=math.nan)


def _value(f: Callable[[float], float], x: float) -> float:
    """f(x), or nan where it has none."""
    try:
        return float(f(x))
    except (ArithmeticError, ValueError, TypeError):  # as for a complex number
        return math.nan
