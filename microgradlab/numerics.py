"""The arithmetic under the op table: functions from floats to a float, complete in the sense of IEEE 754.

What you can rely on: nothing here raises. Overflow is inf, 0/0 is nan, log(0) is -inf, and a nan that
comes in goes out again (IEEE's own exceptions: `nan**0`, `1**nan`, `hypot(inf, nan)`).

Why not `math` alone: it raises where IEEE has an answer, and textbook formulas lose digits: `1 - tanh(x)**2`
is exactly 0 from x = 19 on, where the slope is still 1e-16, and `1 / (1 + exp(-x))` overflows at -710.
So each formula here is chosen such that nothing overflows on the way and nothing cancels.
"""

import math
from collections.abc import Callable, Sequence
from functools import reduce, wraps
from math import copysign, inf, isnan, nan
from operator import add, mul

Kernel = Callable[[float], float]

SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def ieee(function: Kernel, edge: Kernel) -> Kernel:
    """`function` with the answer `edge(x)` where it would raise: at a pole, past overflow, off its domain."""

    @wraps(function)
    def kernel(x: float) -> float:
        try:
            return function(x)
        except (OverflowError, ValueError):
            return edge(x)

    return kernel


# fmt: off
exp   = ieee(math.exp,   lambda x: inf)
expm1 = ieee(math.expm1, lambda x: inf)
log   = ieee(math.log,   lambda x: -inf if x == 0 else nan)
log2  = ieee(math.log2,  lambda x: -inf if x == 0 else nan)
log10 = ieee(math.log10, lambda x: -inf if x == 0 else nan)
log1p = ieee(math.log1p, lambda x: -inf if x == -1 else nan)
sqrt  = ieee(math.sqrt,  lambda x: nan)
sin   = ieee(math.sin,   lambda x: nan)
cos   = ieee(math.cos,   lambda x: nan)
tan   = ieee(math.tan,   lambda x: nan)
asin  = ieee(math.asin,  lambda x: nan)
acos  = ieee(math.acos,  lambda x: nan)
sinh  = ieee(math.sinh,  lambda x: copysign(inf, x))
cosh  = ieee(math.cosh,  lambda x: inf)
acosh = ieee(math.acosh, lambda x: nan)
atanh = ieee(math.atanh, lambda x: copysign(inf, x) if abs(x) == 1 else nan)
# fmt: on
log.__doc__ = "Return the natural logarithm of x."


def square(x: float) -> float:
    """x * x."""
    return x * x


def div(a: float, b: float) -> float:
    """a / b, where a/0 is inf with the sign of both, and 0/0 is nan."""
    try:
        return a / b
    except ZeroDivisionError:
        return nan if a == 0 or isnan(a) else copysign(inf, a) * copysign(1.0, b)


def reciprocal(x: float) -> float:
    """1 / x."""
    return div(1.0, x)


def divide_no_nan(a: float, b: float) -> float:
    """a / b, and 0 where b is 0 (the name is TensorFlow's)."""
    return div(a, b) if b or isnan(a) else 0.0


def pow(a: float, b: float) -> float:
    """a ** b as C's pow: 0**negative is inf, a negative base with a fractional exponent is nan."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -inf if a < 0 and b % 2 == 1 else inf
    except ValueError:  # 0 ** negative, or negative ** fraction
        return nan if a else copysign(inf, a) if b % 2 == 1 else inf


def scaled_pow(c: float, a: float, b: float) -> float:
    """c * a**b, and 0 where c is 0: so the slope of x**0 is 0 even at x = 0, and not 0 * inf."""
    return c if c == 0 else c * pow(a, b)


def xlogy(x: float, y: float) -> float:
    """x * log(y), and 0 where x is 0 (the name is SciPy's): so the slope of 0**y in y is 0."""
    return x if x == 0 and not isnan(y) else x * log(y)


def sign(x: float) -> float:
    """-1, 0 or 1."""
    return x if x == 0 or isnan(x) else copysign(1.0, x)


def less(a: float, b: float) -> float:
    """1 where a < b, else 0."""
    return a + b if isnan(a) or isnan(b) else float(a < b)


def less_equal(a: float, b: float) -> float:
    """1 where a <= b, else 0."""
    return a + b if isnan(a) or isnan(b) else float(a <= b)


def share(a: float, b: float) -> float:
    """1 where a > b, 0 where a < b, and ½ at a tie: the part of maximum(a, b) that is due to a."""
    return (less_equal(b, a) + less(b, a)) / 2


def step(x: float) -> float:
    """Heaviside's step: 0 up to and at 0, then 1."""
    return 1.0 if x > 0 else 0.0 if x <= 0 else x


def maximum(a: float, b: float) -> float:
    """The larger of two; nan if either is."""
    return a + b if isnan(a) or isnan(b) else max(a, b)


def minimum(a: float, b: float) -> float:
    """The smaller of two; nan if either is."""
    return a + b if isnan(a) or isnan(b) else min(a, b)


def clip(x: float, low: float, high: float) -> float:
    """x, but at least `low` and at most `high`."""
    return minimum(maximum(x, low), high)


def finite(x: float) -> float:
    """x, or ±1e100 beyond: as a factor of what is 0 by then, where inf * 0 would give nan."""
    return clip(x, -1e100, 1e100)


def where(condition: float, a: float, b: float) -> float:
    """a where the condition holds (is not 0), else b; nan where the condition is nan."""
    return condition if isnan(condition) else a if condition else b


def sech2(x: float) -> float:
    """sech²(x) = 4e / (1 + e)² with e = exp(-2|x|), the slope of tanh: 1 - tanh² would cancel."""
    e = math.exp(-2.0 * abs(x))
    return 4.0 * e / ((1.0 + e) * (1.0 + e))


def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)), written with exp(-|x|), which cannot overflow."""
    e = math.exp(-abs(x))
    return e / (1.0 + e) if x < 0 else 1.0 / (1.0 + e)


def softplus(x: float) -> float:
    """log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|))."""
    return maximum(x, 0.0) + math.log1p(math.exp(-abs(x)))


def log_sigmoid(x: float) -> float:
    """log(sigmoid(x)) = -softplus(-x), finite down to -1e308."""
    return -softplus(-x)


def silu(x: float) -> float:
    """x * sigmoid(x), whose limit at -inf is 0."""
    return -0.0 if x == -inf else x * sigmoid(x)


def mish(x: float) -> float:
    """x * tanh(softplus(x)), whose limit at -inf is 0."""
    return -0.0 if x == -inf else x * math.tanh(softplus(x))


def gelu(x: float) -> float:
    """x * Φ(x), with the normal distribution's Φ from erfc, which keeps its digits in the left tail."""
    return -0.0 if x == -inf else 0.5 * x * math.erfc(-x / math.sqrt(2.0))


def softsign(x: float) -> float:
    """x / (1 + |x|), whose limits are -1 and 1."""
    return copysign(1.0, x) if abs(x) == inf else x / (1.0 + abs(x))


def relu(x: float) -> float:
    """max(x, 0)."""
    return 0.0 if x <= 0 else x


def leaky_relu(x: float, slope: float) -> float:
    """x where x > 0, else slope * x."""
    return x if x > 0 else slope * x


def elu(x: float, alpha: float) -> float:
    """x where x > 0, else alpha * (exp(x) - 1)."""
    return x if x > 0 else alpha * math.expm1(x)


def selu(x: float) -> float:
    """elu scaled so that a deep net keeps mean 0 and variance 1 (Klambauer et al. 2017, equation 14)."""
    return SELU_SCALE * elu(x, SELU_ALPHA)


def relu6(x: float) -> float:
    """x between 0 and 6."""
    return clip(x, 0.0, 6.0)


def hardtanh(x: float) -> float:
    """x between -1 and 1."""
    return clip(x, -1.0, 1.0)


def hardsigmoid(x: float) -> float:
    """A sigmoid of three straight pieces: x/6 + 1/2 between -3 and 3."""
    return clip(x + 3.0, 0.0, 6.0) / 6.0


def sum(xs: Sequence[float]) -> float:
    """The sum, rounded once (`math.fsum`); where that overflows or meets inf, as plain addition has it."""
    try:
        return math.fsum(xs)
    except (OverflowError, ValueError):
        return reduce(add, xs)


def mean(xs: Sequence[float]) -> float:
    """The sum divided by the number of terms."""
    return sum(xs) / len(xs)


def prod(xs: Sequence[float]) -> float:
    """The product, from left to right; 1 for no factors."""
    return math.prod(xs, start=1.0)


def dot(w: Sequence[float], x: Sequence[float], b: float) -> float:
    """w[0]*x[0] + w[1]*x[1] + … + b: each product rounded, their sum rounded once, then the bias."""
    try:
        return math.fsum(map(mul, w, x)) + b
    except (OverflowError, ValueError):
        return reduce(add, map(mul, w, x), 0.0) + b


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
    top = largest(xs)
    return [1.0 if x == top else exp(x - top) for x in xs]


def log1p_others(xs: Sequence[float]) -> float:
    """log(Σ exp(x - largest)), as log1p of the exponentials other than the largest, which is exactly 1."""
    others = exponentials(xs)
    others.pop(next((i for i, e in enumerate(others) if e == 1.0), 0))
    return math.log1p(sum(others))


def logsumexp(xs: Sequence[float]) -> float:
    """log(Σ exp(x)) = largest + log(Σ exp(x - largest))."""
    return largest(xs) + log1p_others(xs)


def log_softmax(xs: Sequence[float]) -> list[float]:
    """For each x the log of its softmax: (x - largest) - log(Σ exp(x - largest))."""
    top, rest = largest(xs), log1p_others(xs)
    return [(0.0 if x == top else x - top) - rest for x in xs]


def softmax(xs: Sequence[float]) -> list[float]:
    """exp(x) / Σ exp(x) for each x."""
    e = exponentials(xs)
    total = sum(e)
    return [x / total for x in e]
