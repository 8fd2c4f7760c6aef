"""The errors that floats make, put into exact numbers at random.

    >>> rounded = Rounding(seed=1)
    >>> 0 < abs(rounded(mp.mpf(3)) / 3 - 1) < 4 * EPSILON
    True

A float op may be off by some units in the last place, and by what one such unit in its arguments makes of it. Errors of
that size, made at random wherever an op runs, show in a few runs how far rounding carries in the whole: Monte Carlo
arithmetic (D. S. Parker, "Monte Carlo arithmetic: exploiting randomness in floating-point arithmetic", UCLA technical
report CSD-970002, 1997).
"""

from random import Random
from typing import Any

from mpmath import mp

from microgradlab.testing.differences import EPSILON

SMALLEST, TINY = mp.ldexp(1, -1074), mp.ldexp(1, -1000)
FEW = 1000.0  # of the smallest floats, which get lost where a rule has an even smaller number on its way


class Exactly:
    """No errors."""

    def __call__(self, x: Any, ulps: float = 0.0) -> Any:
        """`x` as it is."""
        return x


class Rounding(Exactly):
    """The errors that floats may make, at random; for the same seed the same ones in the same order."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def __call__(self, x: Any, ulps: float = 4.0) -> Any:
        """`x`, off by at most so many ulps; and by a few of the smallest floats if it is hardly larger than these."""
        error, last = self.random.uniform(-ulps, ulps), self.random.uniform(-FEW, FEW)
        return x + x * (error * EPSILON) + (last * SMALLEST if -TINY < x < TINY and x else 0)
