"""The op table: one row per op, and everything else reads it.

Each row is a function of any kind of number: `tanh(0.5)` is a float, and `tanh(Value(0.5))` a Value that remembers how
it was made. A row reads: name, kernel (the op on floats), and one *rule* per argument: the local derivative, how fast
the result changes with that argument. A rule gets the arguments, and if it wants one more, the result, `y`.

Rules are written with the ops themselves, so that one rule runs on floats (a gradient), on Values (a gradient that is
a graph and has gradients again) and on numbers that print or record themselves. A rule therefore never branches on a
number, and calls `div` and `pow` by name: Python's `/` and `**` raise on floats where IEEE 754 has an answer.

One rule per argument, so that `x**3.0` never computes the log(x) that only a moving exponent needs; a sequence has one
rule, for a list of its elements' slopes or one slope for them all. To add an op is to add one row, here or in your own
code; `row.py` explains the options. The last rows are helpers: what the slopes of the others are made of.
"""

import builtins
import math
import operator
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from microgradlab import numerics
from microgradlab.numerics import SELU_ALPHA, SELU_SCALE
from microgradlab.row import ABOVE_1, ABOVE_MINUS_1, INDEX, POSITIVE, REAL, SEQUENCE, TIES, UNIT, op
from microgradlab.row import Op, apply, handlers, listeners, table  # noqa: F401  (so that `ops` is all you need)

LN_2, LN_10, SIXTH, SQRT_HALF = math.log(2.0), math.log(10.0), 1.0 / 6.0, math.sqrt(0.5)
TWO_OVER_SQRT_PI, ONE_OVER_SQRT_2PI = 2.0 / math.sqrt(math.pi), 1.0 / math.sqrt(2.0 * math.pi)

# fmt: off
# arithmetic ----------------------------------------------------------------------------------------------------------
add         = op("add",         operator.add,         1.0,
                                                      1.0, symbol="+", traits="linear commutative")
sub         = op("sub",         operator.sub,         1.0,
                                                      -1.0, symbol="−", traits="linear")
mul         = op("mul",         operator.mul,         lambda a, b: b,
                                                      lambda a, b: a, symbol="×", traits="commutative")
neg         = op("neg",         operator.neg,         -1.0, symbol="−", traits="linear")
abs         = op("abs",         builtins.abs,         lambda x: sign(x), symbol="|x|", kinks=(0.0,))
square      = op("square",      numerics.square,      lambda x: 2.0 * x, symbol="x²")
reciprocal  = op("reciprocal",  numerics.reciprocal,  lambda x, y: -square(y), symbol="1/x")
div         = op("div",         numerics.div,         lambda a, b: reciprocal(b),
                                                      lambda a, b, y: -div(y, b), symbol="÷")
sqrt        = op("sqrt",        numerics.sqrt,        lambda x, y: div(0.5, y), symbol="√", domain=POSITIVE)
cbrt        = op("cbrt",        math.cbrt,            lambda x, y: reciprocal(3.0 * square(y)), symbol="∛")
pow         = op("pow",         numerics.pow,         lambda a, b: scaled_pow(b, a, b - 1.0),
                                                      lambda a, b, y: xlogy(y, a), symbol="^", domain=(POSITIVE, REAL))

# exponentials and logarithms -----------------------------------------------------------------------------------------
exp         = op("exp",         numerics.exp,         lambda x, y: y)
expm1       = op("expm1",       numerics.expm1,       lambda x: exp(x))
log         = op("log",         numerics.log,         lambda x: reciprocal(x), domain=POSITIVE)
log2        = op("log2",        numerics.log2,        lambda x: reciprocal(LN_2 * x), domain=POSITIVE)
log10       = op("log10",       numerics.log10,       lambda x: reciprocal(LN_10 * x), domain=POSITIVE)
log1p       = op("log1p",       numerics.log1p,       lambda x: reciprocal(1.0 + x), domain=ABOVE_MINUS_1)

# circular and hyperbolic functions, and their kin --------------------------------------------------------------------
sin         = op("sin",         numerics.sin,         lambda x: cos(x))
cos         = op("cos",         numerics.cos,         lambda x: -sin(x))
tan         = op("tan",         numerics.tan,         lambda x, y: 1.0 + square(y))
asin        = op("asin",        numerics.asin,        lambda x: reciprocal(sqrt((1.0 - x) * (1.0 + x))), domain=UNIT)
acos        = op("acos",        numerics.acos,        lambda x: -reciprocal(sqrt((1.0 - x) * (1.0 + x))), domain=UNIT)
atan        = op("atan",        math.atan,            lambda x: reciprocal(1.0 + square(x)))
atan2       = op("atan2",       math.atan2,           lambda a, b: _over_square(b, hypot(a, b)),
                                                      lambda a, b: -_over_square(a, hypot(a, b)))
hypot       = op("hypot",       math.hypot,           lambda a, b, y: divide_no_nan(a, y),
                                                      lambda a, b, y: divide_no_nan(b, y), traits="commutative")
sinh        = op("sinh",        numerics.sinh,        lambda x: cosh(x))
cosh        = op("cosh",        numerics.cosh,        lambda x: sinh(x))
tanh        = op("tanh",        math.tanh,            lambda x: sech2(x))
asinh       = op("asinh",       math.asinh,           lambda x: reciprocal(hypot(1.0, x)))
acosh       = op("acosh",       numerics.acosh,       lambda x: reciprocal(sqrt(x - 1.0) * sqrt(x + 1.0)),
                                                      domain=ABOVE_1)
atanh       = op("atanh",       numerics.atanh,       lambda x: reciprocal((1.0 - x) * (1.0 + x)), domain=UNIT)
erf         = op("erf",         math.erf,             lambda x: TWO_OVER_SQRT_PI * exp(-square(x)))
erfc        = op("erfc",        math.erfc,            lambda x: -TWO_OVER_SQRT_PI * exp(-square(x)))

# activations ---------------------------------------------------------------------------------------------------------
sigmoid     = op("sigmoid",     numerics.sigmoid,     lambda x: 0.25 * sech2(0.5 * x), symbol="σ")
log_sigmoid = op("log_sigmoid", numerics.log_sigmoid, lambda x: sigmoid(-x), symbol="log σ")
softplus    = op("softplus",    numerics.softplus,    lambda x: sigmoid(x))
relu        = op("relu",        numerics.relu,        lambda x: step(x), kinks=(0.0,))
relu6       = op("relu6",       numerics.relu6,       lambda x: step(x) * step(6.0 - x), kinks=(0.0, 6.0))
leaky_relu  = op("leaky_relu",  numerics.leaky_relu,  lambda x, slope: where(step(x), 1.0, slope),
                                                      lambda x, slope: minimum(x, 0.0), kinks=(0.0,), defaults=(0.01,))
elu         = op("elu",         numerics.elu,         lambda x, alpha: _elu_slope(x, alpha),
                                                      lambda x, alpha: expm1(minimum(x, 0.0)),
                                                      kinks=(0.0,), defaults=(1.0,))
selu        = op("selu",        numerics.selu,        lambda x: SELU_SCALE * _elu_slope(x, SELU_ALPHA), kinks=(0.0,))
gelu        = op("gelu",        numerics.gelu,        lambda x: 0.5 * erfc(-SQRT_HALF * x) + finite(x) * _density(x))
silu        = op("silu",        numerics.silu,        lambda x: sigmoid(x) + finite(x) * (0.25 * sech2(0.5 * x)))
mish        = op("mish",        numerics.mish,
                 lambda x: tanh(softplus(x)) + finite(x) * sech2(softplus(x)) * sigmoid(x))
softsign    = op("softsign",    numerics.softsign,    lambda x: square(reciprocal(1.0 + abs(x))))
hardtanh    = op("hardtanh",    numerics.hardtanh,    lambda x: step(x + 1.0) * step(1.0 - x), kinks=(-1.0, 1.0))
hardsigmoid = op("hardsigmoid", numerics.hardsigmoid, lambda x: SIXTH * step(x + 3.0) * step(3.0 - x),
                                                      kinks=(-3.0, 3.0))

# choices -------------------------------------------------------------------------------------------------------------
maximum     = op("maximum",     numerics.maximum,     lambda a, b: share(a, b),
                                                      lambda a, b: share(b, a), kinks=TIES, traits="commutative")
minimum     = op("minimum",     numerics.minimum,     lambda a, b: share(b, a),
                                                      lambda a, b: share(a, b), kinks=TIES, traits="commutative")
clip        = op("clip",        numerics.clip,        lambda x, low, high: less_equal(low, x) * less_equal(x, high),
                                                      lambda x, low, high: less(x, low) * less_equal(low, high),
                                                      lambda x, low, high: less(high, maximum(x, low)), kinks=TIES)
where       = op("where",       numerics.where,       lambda condition, a, b: 0.0,
                                                      lambda condition, a, b: where(condition, 1.0, 0.0),
                                                      lambda condition, a, b: where(condition, 0.0, 1.0))

# sequences -----------------------------------------------------------------------------------------------------------
sum         = op("sum",         numerics.sum,         lambda xs: 1.0, symbol="Σ", domain=SEQUENCE,
                                                      traits="linear reduction")
mean        = op("mean",        numerics.mean,        lambda xs: 1.0 / len(xs), domain=SEQUENCE,
                                                      traits="linear reduction")
prod        = op("prod",        numerics.prod,        lambda xs: _products_of_others(xs), symbol="Π", domain=SEQUENCE,
                                                      traits="reduction")
dot         = op("dot",         numerics.dot,         lambda w, x, b: x,
                                                      lambda w, x, b: w,
                                                      lambda w, x, b: 1.0, symbol="w·x + b", defaults=(0.0,),
                                                      domain=(SEQUENCE, SEQUENCE, REAL), traits="reduction pairs")
max         = op("max",         numerics.largest,     lambda xs: max_share(xs), kinks=TIES, domain=SEQUENCE,
                                                      traits="reduction")
min         = op("min",         numerics.smallest,    lambda xs: min_share(xs), domain=SEQUENCE, kinks=TIES,
                                                      traits="reduction")
logsumexp   = op("logsumexp",   numerics.logsumexp,   lambda xs: softmax(xs), domain=SEQUENCE, traits="reduction")
log_softmax = op("log_softmax", numerics.log_softmax, lambda xs, i, y: _log_softmax_slopes(xs, i, y),
                                                      0.0, domain=(SEQUENCE, INDEX))
softmax     = op("softmax",     numerics.softmax,
                 lambda xs, i, y: [y * d for d in _log_softmax_slopes(xs, i, log_softmax(xs, i))],
                 0.0, domain=(SEQUENCE, INDEX))

# helpers that the slopes above are made of ---------------------------------------------------------------------------
sech2       = op("sech2",       numerics.sech2,       lambda x, y: -2.0 * tanh(x) * y, symbol="sech²")
finite      = op("finite",      numerics.finite,      1.0, traits="linear")
step        = op("step",        numerics.step,        0.0, kinks=(0.0,))
sign        = op("sign",        numerics.sign,        0.0, kinks=(0.0,))
less        = op("less",        numerics.less,        0.0, 0.0, kinks=TIES, symbol="<")
less_equal  = op("less_equal",  numerics.less_equal,  0.0, 0.0, kinks=TIES, symbol="≤")
share       = op("share",       numerics.share,       0.0, 0.0, kinks=TIES)
max_share   = op("max_share",   numerics.max_share,   0.0, 0.0, kinks=TIES, domain=(SEQUENCE, INDEX))
min_share   = op("min_share",   numerics.min_share,   0.0, 0.0, kinks=TIES, domain=(SEQUENCE, INDEX))
xlogy       = op("xlogy",       numerics.xlogy,       lambda a, b: log(b),
                                                      lambda a, b: div(a, b), domain=(REAL, POSITIVE))
scaled_pow  = op("scaled_pow",  numerics.scaled_pow,  lambda c, a, b: pow(a, b),
                                                      lambda c, a, b: scaled_pow(c * b, a, b - 1.0),
                                                      lambda c, a, b, y: xlogy(y, a), domain=(REAL, POSITIVE, REAL))
divide_no_nan = op("divide_no_nan", numerics.divide_no_nan,
                                                      lambda a, b: divide_no_nan(1.0, b),
                                                      lambda a, b, y: -divide_no_nan(y, b))
# fmt: on


def _over_square(a: Any, r: Any) -> Any:
    """a / r², without r², which overflows first."""
    return divide_no_nan(divide_no_nan(a, r), r)


def _elu_slope(x: Any, alpha: Any) -> Any:
    """The slope of elu; exp sees no positive x, as an overflow in the branch not taken would give 0 * inf."""
    return where(step(x), 1.0, alpha * exp(minimum(x, 0.0)))


def _density(x: Any) -> Any:
    """The normal distribution's density."""
    return ONE_OVER_SQRT_2PI * exp(-0.5 * square(x))


def _products_of_others(xs: Sequence[Any]) -> list[Any]:
    """For each x the product of all the others, without dividing by an x that may be 0."""
    before = accumulate(xs[:-1], operator.mul, initial=1.0)
    after = [*accumulate(xs[:0:-1], operator.mul, initial=1.0)]
    return [b * a for b, a in zip(before, reversed(after))]


def _log_softmax_slopes(xs: Sequence[Any], i: float, y: Any) -> list[Any]:
    """-softmax_j, plus 1 where j is i: there 1 - softmax_i = -expm1(log softmax_i), which does not cancel."""
    slopes = [-p for p in softmax(xs)]
    slopes[int(i)] = -expm1(y)
    return slopes
