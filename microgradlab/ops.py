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
Values / slopes are within 2 / 2 ulps of the truth (units in its last place), or as a row says, "- / 3 ulps".
"""

import builtins
import math
import operator
from collections.abc import Sequence
from typing import Any

from microgradlab import numerics, sequences
from microgradlab.numerics import ONE_OVER_SQRT_2PI, SELU_SCALE, SELU_SCALE_ALPHA, TWO_OVER_SQRT_PI
from microgradlab.row import ABOVE_1, ABOVE_MINUS_1, INDEX, POSITIVE, REAL, SEQUENCE, TIES, UNIT, Domain, op
from microgradlab.row import Op, apply, handlers, listeners, table  # noqa: F401  (so that `ops` is all you need)

LOG2_E, LOG10_E, THIRD, SIXTH = 1.4426950408889634, 0.4342944819032518, 1.0 / 3.0, 1.0 / 6.0

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
reciprocal  = op("reciprocal",  numerics.reciprocal,  lambda x: -over_square(1.0, x), symbol="1/x")
div         = op("div",         numerics.div,         lambda a, b: reciprocal(b),
                                                      lambda a, b: -over_square(a, b), symbol="÷")
sqrt        = op("sqrt",        numerics.sqrt,        lambda x, y: div(0.5, positive(y)), symbol="√", domain=POSITIVE)
cbrt        = op("cbrt",        numerics.cbrt,        lambda x, y: div(THIRD, square(y)), symbol="∛")  # - / 4 ulps
pow         = op("pow",         numerics.pow,         lambda a, b: scaled_pow(b, a, b, 1.0),  # - / 4 ulps
                                                      lambda a, b: scaled_pow(log(a), a, b, 0.0), symbol="^",
                                                      domain=(POSITIVE, REAL))

# exponentials and logarithms -----------------------------------------------------------------------------------------
exp         = op("exp",         numerics.exp,         lambda x, y: y)
expm1       = op("expm1",       numerics.expm1,       lambda x: exp(x))
log         = op("log",         numerics.log,         lambda x: reciprocal(positive(x)), domain=POSITIVE)
log2        = op("log2",        numerics.log2,        lambda x: div(LOG2_E, positive(x)), domain=POSITIVE)
log10       = op("log10",       numerics.log10,       lambda x: div(LOG10_E, positive(x)), domain=POSITIVE)
log1p       = op("log1p",       numerics.log1p,       lambda x: reciprocal(positive(1.0 + x)), domain=ABOVE_MINUS_1)

# circular and hyperbolic functions, and their kin --------------------------------------------------------------------
sin         = op("sin",         numerics.sin,         lambda x: cos(x))  # sin, cos, tan: 32 ulps beyond 1e5,
cos         = op("cos",         numerics.cos,         lambda x: -sin(x))  # where C's fall short in reducing the angle
tan         = op("tan",         numerics.tan,         lambda x, y: 1.0 + square(y))  # - / 3 ulps: y's error doubles
asin        = op("asin",        numerics.asin,        lambda x: sqrt(reciprocal(positive((1.0 - x) * (1.0 + x)))),
                                                      domain=UNIT)
acos        = op("acos",        numerics.acos,        lambda x: -sqrt(reciprocal(positive((1.0 - x) * (1.0 + x)))),
                                                      domain=UNIT)
atan        = op("atan",        math.atan,            lambda x: over_sum_of_squares(1.0, x))  # - / 3 ulps
atan2       = op("atan2",       math.atan2,           lambda a, b: over_sum_of_squares(b, a),  # - / 3 ulps
                                                      lambda a, b: -over_sum_of_squares(a, b), kinks=(0.0,))
hypot       = op("hypot",       math.hypot,           lambda a, b: over_hypot(a, b),
                                                      lambda a, b: over_hypot(b, a), kinks=(0.0,), traits="commutative")
sinh        = op("sinh",        numerics.sinh,        lambda x: cosh(x))
cosh        = op("cosh",        numerics.cosh,        lambda x: sinh(x))
tanh        = op("tanh",        math.tanh,            lambda x: sech2(x))  # 3 / 3 ulps: C's, and where it is subnormal
asinh       = op("asinh",       math.asinh,           lambda x: reciprocal(hypot(1.0, x)))
acosh       = op("acosh",       numerics.acosh,       lambda x: reciprocal(sqrt(x - 1.0) * sqrt(x + 1.0)),
                                                      domain=ABOVE_1)  # 3 / 4 ulps: √((x-1)(x+1)) would overflow
atanh       = op("atanh",       numerics.atanh,       lambda x: reciprocal(positive((1.0 - x) * (1.0 + x))),
                                                      domain=UNIT)  # - / 3 ulps
erf         = op("erf",         math.erf,             lambda x: gaussian(TWO_OVER_SQRT_PI, -1.0, x))  # - / 3 ulps
erfc        = op("erfc",        math.erfc,            lambda x: gaussian(-TWO_OVER_SQRT_PI, -1.0, x))  # 6 / 3 ulps: C's

# activations ---------------------------------------------------------------------------------------------------------
sigmoid     = op("sigmoid",     numerics.sigmoid,     lambda x: 0.25 * sech2(0.5 * x), symbol="σ")
log_sigmoid = op("log_sigmoid", numerics.log_sigmoid, lambda x: sigmoid(-x), symbol="log σ")
softplus    = op("softplus",    numerics.softplus,    lambda x: sigmoid(x))
relu        = op("relu",        numerics.relu,        lambda x: step(x), kinks=(0.0,))
relu6       = op("relu6",       numerics.relu6,       lambda x: step(x) * step(6.0 - x), kinks=(0.0, 6.0))
leaky_relu  = op("leaky_relu",  numerics.leaky_relu,  lambda x, slope: where(step(x), 1.0, slope),
                                                      lambda x, slope: minimum(x, 0.0), kinks=(0.0,), defaults=(0.01,))
elu         = op("elu",         numerics.elu,  # - / 4 ulps, where exp(x) alone is out of range
                 lambda x, alpha: where(step(x), 1.0, scaled_exp(alpha, minimum(x, 0.0))),
                 lambda x, alpha: expm1(minimum(x, 0.0)), kinks=(0.0,), defaults=(1.0,))
selu        = op("selu",        numerics.selu,
                 lambda x: where(step(x), SELU_SCALE, scaled_exp(SELU_SCALE_ALPHA, minimum(x, 0.0))), kinks=(0.0,))
gelu        = op("gelu",        numerics.gelu,  # 6 / 6 ulps, C's; a slope that is a sum counts ulps of the larger term
                 lambda x: normal_cdf(x) + gaussian(ONE_OVER_SQRT_2PI * x, -0.5, x))
silu        = op("silu",        numerics.silu,        lambda x, y: sigmoid(x) + finite(y) * sigmoid(-x))  # 3 / 5 ulps
mish        = op("mish",        numerics.mish,  # 4 / 6 ulps
                 lambda x: tanh(softplus(x)) + finite(silu(x)) * sech2(softplus(x)))
softsign    = op("softsign",    numerics.softsign,    lambda x: over_square(1.0, 1.0, abs(x)))  # - / 3 ulps
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
where       = op("where",       numerics.where,       0.0, lambda condition, a, b: where(condition, 1.0, 0.0),
                                                      lambda condition, a, b: where(condition, 0.0, 1.0), kinks=(0.0,))

# sequences -----------------------------------------------------------------------------------------------------------
sum         = op("sum",         sequences.sum,        lambda xs: 1.0, symbol="Σ", domain=SEQUENCE,
                                                      traits="linear reduction")
mean        = op("mean",        sequences.mean,       lambda xs: 1.0 / len(xs), domain=SEQUENCE,
                                                      traits="linear reduction")
prod        = op("prod",        sequences.prod,       lambda xs: products_of_others(xs), symbol="Π", domain=SEQUENCE,
                                                      traits="reduction")
dot         = op("dot",         sequences.dot,        lambda w, x, b: x,  # in ulps of Σ|w·x| + |b|, where
                                                      lambda w, x, b: w,  # no product over- or underflows
                                                      lambda w, x, b: 1.0, symbol="w·x + b", defaults=(0.0,),
                                                      domain=(SEQUENCE, SEQUENCE, REAL), traits="reduction pairs")
max         = op("max",         sequences.largest,    lambda xs: max_share(xs), kinks=TIES, domain=SEQUENCE,
                                                      traits="reduction")
min         = op("min",         sequences.smallest,   lambda xs: min_share(xs), domain=SEQUENCE, kinks=TIES,
                                                      traits="reduction")
logsumexp   = op("logsumexp",   sequences.logsumexp,  lambda xs: softmax(xs), domain=SEQUENCE,  # 3 / 4 ulps; of the
                                                      traits="reduction")  # larger of its terms: largest, log(Σ exp(…))
log_softmax = op("log_softmax", sequences.log_softmax,  # 4 / 4 ulps
                 lambda xs, i, y: _put([-p for p in softmax(xs)], i, -expm1(y)), 0.0, domain=(SEQUENCE, INDEX))
softmax     = op("softmax",     sequences.softmax,  # 4 / 7 ulps: its slope is a product of two such
                 lambda xs, i, y: [y * d for d in _put([-p for p in softmax(xs)], i, -expm1(log_softmax(xs, i)))],
                 0.0, domain=(SEQUENCE, INDEX))

# helpers that the slopes above are made of; their own are right where no product on the way is out of range ----------
sech2       = op("sech2",       numerics.sech2,       lambda x, y: -2.0 * tanh(x) * y, symbol="sech²")  # 3 / - ulps
finite      = op("finite",      numerics.finite,      1.0, domain=Domain(-1e100, 1e100), traits="linear")
positive    = op("positive",    numerics.positive,    1.0, domain=POSITIVE)
step        = op("step",        numerics.step,        0.0, kinks=(0.0,))
sign        = op("sign",        numerics.sign,        0.0, kinks=(0.0,))
less        = op("less",        numerics.less,        0.0, 0.0, kinks=TIES, symbol="<")
less_equal  = op("less_equal",  numerics.less_equal,  0.0, 0.0, kinks=TIES, symbol="≤")
share       = op("share",       numerics.share,       0.0, 0.0, kinks=TIES)
max_share   = op("max_share",   sequences.max_share,  0.0, 0.0, kinks=TIES, domain=(SEQUENCE, INDEX))
min_share   = op("min_share",   sequences.min_share,  0.0, 0.0, kinks=TIES, domain=(SEQUENCE, INDEX))
xlogy       = op("xlogy",       numerics.xlogy,       lambda a, b: log(b),
                                                      lambda a, b: div(a, b), domain=(REAL, POSITIVE))
divide_no_nan = op("divide_no_nan", numerics.divide_no_nan,
                 lambda a, b: divide_no_nan(1.0, b), lambda a, b, y: -divide_no_nan(y, b), kinks=(0.0,))
over_square = op("over_square", numerics.over_square, lambda a, b, c: over_square(1.0, b, c),  # 3 / - ulps
                                                      lambda a, b, c, y: -2.0 * div(y, b + c),
                                                      lambda a, b, c, y: -2.0 * div(y, b + c), defaults=(0.0,))
over_sum_of_squares = op("over_sum_of_squares", numerics.over_sum_of_squares,  # 3 / - ulps
                 lambda a, b, y: (over_sum_of_squares(b, a) - y) * (over_sum_of_squares(b, a) + y),
                 lambda a, b, y: -2.0 * y * over_sum_of_squares(b, a), kinks=(0.0,))
over_hypot  = op("over_hypot",  numerics.over_hypot,
                 lambda a, b: over_hypot(b, a) * over_sum_of_squares(b, a),
                 lambda a, b: -over_hypot(a, b) * over_sum_of_squares(b, a), kinks=(0.0,))
gaussian    = op("gaussian",    numerics.gaussian,    lambda c, k, x: gaussian(1.0, k, x),  # 5 / - ulps
                                                      lambda c, k, x: gaussian(c * x * x, k, x),
                                                      lambda c, k, x: gaussian(2.0 * c * k * x, k, x),
                                                      domain=(REAL, Domain(-1.0, 0.0), REAL))
normal_cdf  = op("normal_cdf",  numerics.normal_cdf,  lambda x: gaussian(ONE_OVER_SQRT_2PI, -0.5, x),
                                                      symbol="Φ")  # 6 / - ulps
scaled_exp  = op("scaled_exp",  numerics.scaled_exp,  lambda c, x: exp(x), lambda c, x, y: y)  # 4 / - ulps
scaled_pow  = op("scaled_pow",  numerics.scaled_pow,  lambda c, a, b, k: scaled_pow(1.0, a, b, k),  # 4 / - ulps
                                                      lambda c, a, b, k: scaled_pow(c * (b - k), a, b, k + 1.0),
                                                      lambda c, a, b, k: scaled_pow(xlogy(c, a), a, b, k),
                                                      lambda c, a, b, k: -scaled_pow(xlogy(c, a), a, b, k),
                                                      domain=(REAL, POSITIVE, REAL, REAL))
products_of_others = op("products_of_others", sequences.products_of_others,
                 lambda xs, i: _put(products_of_others(_put(xs, i, 1.0)), i, 0.0), 0.0, domain=(SEQUENCE, INDEX))
# fmt: on


def _put(xs: Sequence[Any], i: float, x: Any) -> list[Any]:
    """`xs` with x in place i."""
    return [*xs[: int(i)], x, *xs[int(i) + 1 :]]
