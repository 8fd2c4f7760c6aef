"""The kernels over sequences: sums, products, and the softmax family; like those of numbers, complete and exact.

What you can rely on: a sum or a product is as good as if it were rounded once, and neither overflows on the way to a
result that does not. A `dot`, the work of every neuron, rounds each product: that is faster, and right to an ulp of
|w[0]*x[0]| + |w[1]*x[1]| + … + |b|, unless a product over- or underflows.

The softmax family starts from the differences to the largest element, of which no exponential overflows. Their
rounding is carried on: exp(-700) is 350 units off if -700 is half a unit off.
"""

import builtins
import math
from collections.abc import Sequence
from math import inf, isfinite, isnan, nan
from operator import mul

from microgradlab.numerics import scaled_exp, sign, two_sum


def sum(xs: Sequence[float]) -> float:
    """The sum, rounded once (`math.fsum`)."""
    return sum_over(xs, 1)


def mean(xs: Sequence[float]) -> float:
    """The sum divided by the number of terms."""
    return sum_over(xs, len(xs))


def sum_over(xs: Sequence[float], count: int) -> float:
    """The sum divided by `count`, also where the sum alone, or a part of it, is too large for a float."""
    try:
        return math.fsum(xs) / count
    except ValueError:  # inf and -inf
        return nan
    except OverflowError:  # so they are added as whole numbers over one denominator, which hold 1e308 + 1e-308
        if all(map(isfinite, xs)):
            ratios = [x.as_integer_ratio() for x in xs]
            bottom = max(below for _, below in ratios)  # all are powers of two
            return quotient(
                builtins.sum(above * (bottom // below) for above, below in ratios), math.prod([bottom, count])
            )
        return sum_over([0.0 if isfinite(x) else x for x in xs], count)


def prod(xs: Sequence[float]) -> float:
    """The product, rounded once; 1 for no factors."""
    if all(x and abs(x) < inf for x in xs):
        return quotient(*fraction(xs))
    return math.prod(x if isnan(x) or abs(x) == inf else sign(x) for x in xs)


def products_of_others(xs: Sequence[float]) -> list[float]:
    """For each x the product of all the others, rounded once: that of all divided by x, where it can be."""
    if all(x and abs(x) < inf for x in xs):
        top, bottom = fraction(xs)
        return [quotient(top * below, bottom * above) for above, below in map(float.as_integer_ratio, xs)]
    return [prod([*xs[:i], *xs[i + 1 :]]) for i in range(len(xs))]


def fraction(xs: Sequence[float]) -> tuple[int, int]:
    """The product of finite numbers, exactly, as a fraction of two whole ones."""
    ratios = [x.as_integer_ratio() for x in xs]
    return math.prod(above for above, _ in ratios), math.prod(below for _, below in ratios)


def quotient(top: int, bottom: int) -> float:
    """The float that is nearest to a fraction of whole numbers."""
    try:
        return top / bottom
    except OverflowError:
        return inf if (top > 0) == (bottom > 0) else -inf


def dot(w: Sequence[float], x: Sequence[float], b: float) -> float:
    """w[0]*x[0] + w[1]*x[1] + … + b: each product rounded, their sum rounded once, then the bias.

    So a product beyond 1.8e308 is inf, though another may be its opposite, and one below 2.2e-308 loses digits.
    """
    try:
        return math.fsum(map(mul, w, x)) + b
    except (OverflowError, ValueError):
        return sum([*map(mul, w, x), b])


def largest(xs: Sequence[float]) -> float:
    """The largest; nan if any is."""
    return next(filter(isnan, xs), max(xs))


def smallest(xs: Sequence[float]) -> float:
    """The smallest; nan if any is."""
    return next(filter(isnan, xs), min(xs))


def max_share(xs: Sequence[float]) -> list[float]:
    """For each x the part of max(xs) that is due to it: 1/k where k elements tie, 0 for the others."""
    top = largest(xs)
    share = top if isnan(top) else 1.0 / xs.count(top)
    return [share if x == top or isnan(top) else 0.0 for x in xs]


def min_share(xs: Sequence[float]) -> list[float]:
    """For each x the part of min(xs) that is due to it: 1/k where k elements tie, 0 for the others."""
    return max_share([-x for x in xs])


def exponentials(xs: Sequence[float]) -> list[float]:
    """exp(x - largest) for each x: what the softmax family is made of, and none overflows."""
    return exponentials_beside(largest(xs), xs)


def exponentials_beside(top: float, xs: Sequence[float]) -> list[float]:
    """exp(x - top) for each x, none of which is larger than top."""
    gaps = [two_sum(x, -top) for x in xs]
    return [1.0 if x == top else (e := math.exp(gap)) + e * lost for x, (gap, lost) in zip(xs, gaps)]


def log1p_others(xs: Sequence[float]) -> float:
    """log(Σ exp(x - largest)), as log1p of the exponentials other than the largest, which is exactly 1."""
    top, others = largest(xs), list(xs)
    others.remove(top)
    total = sum(exponentials_beside(top, others))
    if total < 1e-290 and others:  # where each has lost digits of its own: add them beside 1, then scale the sum
        total = scaled_exp(sum(exponentials(others)), *two_sum(largest(others), -top))
    return math.log1p(total)


def logsumexp(xs: Sequence[float]) -> float:
    """log(Σ exp(x)) = largest + log(Σ exp(x - largest))."""
    return largest(xs) + log1p_others(xs)


def log_softmax(xs: Sequence[float]) -> list[float]:
    """For each x the log of its softmax: (x - largest) - log(Σ exp(x - largest))."""
    top, rest = largest(xs), log1p_others(xs) if len(xs) > 1 else -0.0  # the log of 1 is 0, that of less below 0
    return [-rest if x == top else x - top - rest for x in xs]


def softmax(xs: Sequence[float]) -> list[float]:
    """exp(x) / Σ exp(x) for each x."""
    e = exponentials(xs)
    total = sum(e)
    return [x / total for x in e]
