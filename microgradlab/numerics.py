"""The arithmetic under the op table: functions from floats to a float, complete in the sense of IEEE 754.

What you can rely on: nothing here raises. Overflow is inf, 0/0 is nan, log(0) is -inf, and a nan that
comes in goes out again (IEEE's own exceptions: `nan**0`, `1**nan`, `hypot(inf, nan)`).

Why not `math` alone: it raises where IEEE has an answer, and textbook formulas lose digits: `1 - tanh(x)**2`
is exactly 0 from x = 19 on, where the slope is still 1e-16, and `1 / (1 + exp(-x))` overflows at -710.
So each formula here is chosen such that nothing overflows on the way and nothing cancels. Where the half unit that a
sum or a product loses would be magnified, `two_sum` and `two_prod` say what was lost, and it is carried on.
"""

import math
from collections.abc import Callable
from functools import wraps
from math import copysign, inf, isnan, nan

Kernel = Callable[[float], float]

SELU_SCALE = 1.0507009873554804934193349852946
SELU_SCALE_ALPHA = 1.7580993408473768599402175208123  # times 1.6732632423543772848170429916717, the α of elu
SQRT_HALF, SQRT_HALF_LOST = 0.7071067811865476, -4.833646656726457e-17  # √½, and what rounding has taken from it
TWO_OVER_SQRT_PI, ONE_OVER_SQRT_2PI = 1.1283791670955126, 0.3989422804014327
LEAST_NORMAL, LARGEST = math.ldexp(1.0, -1022), math.nextafter(inf, 0.0)  # below the first, floats have fewer digits


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
sin   = ieee(math.sin,   lambda x: nan)  # sin, cos and tan are the C library's: close to a multiple of π/2, and
cos   = ieee(math.cos,   lambda x: nan)  # beyond 1e5, some of those lose a few digits in subtracting it
tan   = ieee(math.tan,   lambda x: nan)
asin  = ieee(math.asin,  lambda x: nan)
acos  = ieee(math.acos,  lambda x: nan)
sinh  = ieee(math.sinh,  lambda x: copysign(inf, x))
cosh  = ieee(math.cosh,  lambda x: inf)
acosh = ieee(math.acosh, lambda x: nan)
atanh = ieee(math.atanh, lambda x: copysign(inf, x) if abs(x) == 1 else nan)
# fmt: on
log.__doc__ = "Return the natural logarithm of x."


def two_sum(a: float, b: float) -> tuple[float, float]:
    """a + b rounded, and exactly what rounding has lost (Knuth); together they are the sum, as long as it is finite."""
    s = a + b
    part = s - a
    return s, (a - (s - part)) + (b - part) if abs(s) < inf else 0.0


def two_prod(a: float, b: float) -> tuple[float, float]:
    """a * b rounded, and exactly what rounding has lost (Dekker), for products far from under- and overflow."""
    p = a * b
    (a1, a2), (b1, b2) = _halves(a), _halves(b)
    return p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2


def _halves(x: float) -> tuple[float, float]:
    """x as a sum of two numbers of 26 bits, whose products are exact."""
    t = 134217729.0 * x  # 2^27 + 1
    high = t - (t - x)
    return high, x - high


def ldexp(x: float, exponent: int) -> float:
    """x * 2**exponent."""
    try:
        return math.ldexp(x, exponent)
    except OverflowError:
        return copysign(inf, x)


def cbrt(x: float) -> float:
    """∛x: that of C, which may be 3 units off, and a step of Newton's with y³ - x in full."""
    if x == 0 or not math.isfinite(x):
        return x
    mantissa, exponent = math.frexp(x)
    third = exponent // 3
    x = math.ldexp(mantissa, exponent - 3 * third)
    y = math.cbrt(x)
    square, lost = two_prod(y, y)
    cube, lost_too = two_prod(square, y)
    return math.ldexp(y - ((cube - x) + lost_too + lost * y) / (3.0 * square), third)


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


def over_square(a: float, b: float, c: float = 0.0) -> float:
    """a / (b + c)², by mantissas and exponents, as (b + c)² may be out of range; what b + c loses is carried on."""
    s, lost = two_sum(b, c)
    (top, e), (bottom, f) = math.frexp(a), math.frexp(s)
    return ldexp(div(top, bottom * (bottom + 2.0 * ldexp(lost, -f))), e - 2 * f)


def in_range(a: float, b: float, down: float) -> tuple[float, float, float]:
    """a and b times a power of two that is `down` if one is huge, and 2^600 if both are tiny; and that power.

    Beside inf all else is 0, and so is the power.
    """
    size = max(abs(a), abs(b))
    if size == inf:
        return sign(a) if abs(a) == inf else 0.0 * a, sign(b) if abs(b) == inf else 0.0 * b, 0.0
    scale = down if size > 1e150 else 2.0**600 if size < 1e-150 else 1.0
    return a * scale, b * scale, scale


def over_sum_of_squares(a: float, b: float) -> float:
    """a / (a² + b²), and 0 at the origin."""
    a, b, scale = in_range(a, b, down=2.0**-600)
    return divide_no_nan(a, a * a + b * b) * scale


def over_hypot(a: float, b: float) -> float:
    """a / hypot(a, b), the cosine of the angle between (a, b) and the first axis; 0 at the origin."""
    a, b, _ = in_range(a, b, down=0.25)  # no less: a may be tiny beside a huge b
    return divide_no_nan(a, math.hypot(a, b))


def positive(x: float) -> float:
    """x, and nan below 0; -0 is 0: for slopes at the end of a domain, where 1/-0 would be -inf."""
    return x + 0.0 if x >= 0 else nan


def pow(a: float, b: float) -> float:
    """a ** b as C's pow: 0**negative is inf, a negative base with a fractional exponent is nan."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -inf if a < 0 and b % 2 == 1 else inf
    except ValueError:  # 0 ** negative, or negative ** fraction
        return nan if a else copysign(inf, a) if b % 2 == 1 else inf


def scaled_pow(c: float, a: float, b: float, k: float) -> float:
    """c * a**(b - k), and 0 where c or the power is: so the slope of x**0 is 0 even at x = 0, and not 0 * inf."""
    exponent, lost = two_sum(b, -k)
    if c == 0:
        return c
    if lost and 0 < abs(a) < inf:  # up to 700 units of the result, and the sign of an odd power
        c *= pow(a, lost)
    power = pow(a, exponent)
    if LEAST_NORMAL <= abs(power) <= LARGEST or isnan(power):
        return c * power
    # Where the power alone is out of range, c times it may be within: by its root, twice.
    root = pow(abs(a), 0.5 * exponent) if 0 < abs(a) < inf else 0.0
    return c * root * copysign(root, power) if root else sign(c) * power


def scaled_exp(c: float, x: float, lost: float = 0.0) -> float:
    """c * exp(x + lost), for a `lost` so small that x + lost is x; 0 where exp(x) is, even if c is inf."""
    if c == 0 and not isnan(x):
        return c
    e = exp(x)
    if LEAST_NORMAL <= e <= LARGEST:
        return c * (e + e * lost)
    root = exp(0.5 * x)  # where exp(x) alone is out of range, as above
    return c * root * root * (1.0 + lost) if root else sign(c) * 0.0


def gaussian(c: float, k: float, x: float) -> float:
    """c * exp(k * x²), for k from -1 to 0: at x = 27, what rounding x² loses is worth 400 units of the result."""
    if not abs(x) < 1e100:
        return scaled_exp(c, k * x * x)
    square, lost = two_prod(x, x)
    exponent, lost_too = two_prod(k, square)
    return scaled_exp(c, exponent, k * lost + lost_too)


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
    """The larger of two, of which 0.0 is larger than -0.0; nan if either is."""
    return a + b if isnan(a) or isnan(b) or a == b == 0 else max(a, b)  # 0.0 + -0.0 is 0.0


def minimum(a: float, b: float) -> float:
    """The smaller of two, of which -0.0 is smaller than 0.0; nan if either is."""
    return -maximum(-a, -b)


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
    more = e * (2.0 + e)
    square = 1.0 + more  # (1 + e)², without doubling what 1 + e loses
    y = 4.0 * e / square
    return y - y * (more - (square - 1.0)) / square  # and what 1 + more loses is carried on


def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)) = 1 - p, below 0 e - e * p, for e = exp(-|x|), which cannot overflow, and p = e / (1 + e).

    What the division rounds is p, and counts for less the smaller p is.
    """
    e = math.exp(-abs(x))
    p = e / (1.0 + e)
    return e - e * p if x < 0 else 1.0 - p


def softplus(x: float) -> float:
    """log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|))."""
    return maximum(x, 0.0) + math.log1p(math.exp(-abs(x)))


def log_sigmoid(x: float) -> float:
    """log(sigmoid(x)) = -softplus(-x), finite down to -1e308."""
    return -softplus(-x)


def silu(x: float) -> float:
    """x * sigmoid(x), as one quotient; below -40 that is x * exp(x)."""
    return scaled_exp(x, x) if x < -40.0 else x / (1.0 + math.exp(-x))


def mish(x: float) -> float:
    """x * tanh(softplus(x)); below -40 that is x * exp(x)."""
    return scaled_exp(x, x) if x < -40.0 else x * math.tanh(softplus(x))


def normal_cdf(x: float) -> float:
    """Φ(x) = ½·erfc(-x/√2), the part of a normal distribution that is below x.

    In the left tail, what rounding x/√2 loses is carried on: at x = -37 it is worth 1000 units of the result.
    """
    z = -SQRT_HALF * x
    if not 0.5 < z < 30.0:
        return 0.5 * math.erfc(z)
    lost = two_prod(-SQRT_HALF, x)[1] - SQRT_HALF_LOST * x
    return 0.5 * math.erfc(z) - 0.5 * gaussian(TWO_OVER_SQRT_PI * lost, -1.0, z)


def gelu(x: float) -> float:
    """x * Φ(x); below -30, where Φ(x) fades away, Φ(x) = φ(x) / (-x + 1/(-x + 2/(-x + 3/…))) (Laplace)."""
    if x > -30.0:
        return x * normal_cdf(x)
    tail = 0.0
    for k in (6.0, 5.0, 4.0, 3.0, 2.0, 1.0):
        tail = k / (tail - x)
    return gaussian(-ONE_OVER_SQRT_2PI / (1.0 - tail / x), -0.5, x)


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
    return SELU_SCALE * x if x > 0 else SELU_SCALE_ALPHA * math.expm1(x)


def relu6(x: float) -> float:
    """x between 0 and 6."""
    return clip(x, 0.0, 6.0)


def hardtanh(x: float) -> float:
    """x between -1 and 1."""
    return clip(x, -1.0, 1.0)


def hardsigmoid(x: float) -> float:
    """A sigmoid of three straight pieces: x/6 + 1/2 between -3 and 3."""
    return clip(x + 3.0, 0.0, 6.0) / 6.0
