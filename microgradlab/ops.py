"""The op table: one row per op, and everything else reads it.

Each row is a function: `tanh(0.5)` is a float, and `tanh(Value(0.5))` a node that remembers how it was made.
A row says all there is to know of its op: the name; the kernel, which computes it on floats; one derivative
rule per argument; the domain its arguments may be drawn from; the symbol a drawing prints; and the kinks,
where the slope is only a convention. To add an op is to add one row, here or in your own code:

    >>> cube = op("cube", lambda x: x * x * x, lambda x: 3.0 * square(x))
    >>> cube(2.0)
    8.0

A rule gives the *local derivative*: how fast the result changes with that argument. It may ask for the result
too, as its last parameter `y`. It is written with the ops themselves, so that the same rule runs on floats
(a gradient), on Values (a gradient that is a graph again, and has gradients), and on any other kind of number
that registers itself in `handlers`. So a rule never branches on a number and calls ops by name, not `/` or `**`,
which raise on floats where IEEE 754 has an answer.

There is one rule per argument, so that `x**3.0` never computes the log(x) that only a moving exponent asks
for. An op over a sequence takes it as it is, and has one rule for the sequence: the list of its elements'
local derivatives, or one number that holds for all of them.
"""

import builtins
import inspect
import itertools
import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple

from microgradlab import numerics
from microgradlab.coercion import number
from microgradlab.errors import ShapeError

Rule = Callable[..., Any]


class Domain(NamedTuple):
    """Where an argument may be drawn from: the interval, and whether it is a sequence of such numbers."""

    low: float = -inf
    high: float = inf
    sequence: bool = False


REAL, POSITIVE, UNIT = Domain(), Domain(0.0), Domain(-1.0, 1.0)
ABOVE_MINUS_1, ABOVE_1 = Domain(-1.0), Domain(1.0)
SEQUENCE, INDEX = Domain(sequence=True), Domain(0.0)  # an index is a constant: which element of the sequence
TIES = "ties"  # the kinks of an op whose slope is a convention wherever two of its arguments are equal

table: dict[str, "Op"] = {}  # every row, by name
handlers: dict[type, Callable[..., Any]] = {}  # for each kind of number, what runs an op on it
listeners: list[Callable[["Op"], None]] = []  # called with each new row: so it becomes a method of Value


@dataclass(eq=False, repr=False)
class Op:
    """A row of the table, and a function of numbers of any kind."""

    name: str
    kernel: Callable[..., Any]
    rules: tuple[Rule, ...]  # each is called with all arguments and the result
    parameters: tuple[str, ...]
    domain: tuple[Domain, ...]
    defaults: tuple[float, ...]
    symbol: str
    kinks: tuple[float, ...] | str
    traits: tuple[str, ...]  # of: linear, commutative, reduction, pairs

    def __post_init__(self) -> None:
        self.run: Callable[..., Any] = self.general  # a faster way may take its place

    def __call__(self, *arguments: Any) -> Any:
        return self.run(*arguments)

    def general(self, *arguments: Any) -> Any:
        """The op on numbers of any kind, all arguments checked."""
        if self.domain[-1] is INDEX and len(arguments) == 1:  # softmax(xs): all of softmax(xs, i)
            xs = tuple(arguments[0])
            return [self(xs, i) for i in range(len(xs))]
        return apply(self, *self.checked(arguments))

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(self.parameters)})"

    def checked(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments with defaults filled in and sequences as tuples of one length.

        Raises:
            TypeError: too many arguments, too few, or no sequence where one belongs.
            ShapeError: sequences of several lengths, an empty one, or an index beyond its end.
        """
        missing = len(self.rules) - len(arguments)
        if missing and 0 < missing <= len(self.defaults):
            arguments += self.defaults[-missing:]
        elif missing:
            raise TypeError(f"{self} takes {len(self.rules)} arguments, got {len(arguments)}")
        if SEQUENCE not in self.domain:
            return arguments
        arguments = tuple(_sequence(self, a) if d is SEQUENCE else a for a, d in zip(arguments, self.domain))
        lengths = {len(a) for a, d in zip(arguments, self.domain) if d is SEQUENCE}
        if len(lengths) > 1:
            raise ShapeError(f"{self} takes sequences of one length, got {' and '.join(map(str, sorted(lengths)))}")
        if self.domain[-1] is INDEX and arguments[-1] not in range(len(arguments[0])):
            raise ShapeError(f"{self}: i is a whole number from 0 to {len(arguments[0]) - 1}, got {arguments[-1]}")
        return arguments


def _sequence(op: Op, xs: Any) -> tuple[Any, ...]:
    if type(xs) is not tuple:
        if isinstance(xs, str) or not hasattr(xs, "__iter__"):
            raise TypeError(f"{op} takes a sequence of numbers, got {xs!r}: put it in a list, [{xs!r}]")
        xs = tuple(xs)
    if not xs and op.kernel not in (numerics.sum, numerics.prod, numerics.dot):
        raise ShapeError(f"{op} needs at least one element, got an empty sequence")
    return xs  # type: ignore[no-any-return]


def apply(op: Op, *arguments: Any) -> Any:
    """`op` on numbers of any kind: if some have a handler, the one registered last decides, else they are floats."""
    kinds = {type(x) for a in arguments for x in (a if type(a) is tuple else (a,))}
    for kind, handler in reversed(handlers.items()):
        if kind in kinds:
            return handler(op, *arguments)
    return op.kernel(*[tuple(map(number, a)) if type(a) is tuple else number(a) for a in arguments])


def op(
    name: str,
    kernel: Callable[..., Any],
    *rules: Rule | float,
    domain: Sequence[Domain] = (),
    defaults: Sequence[float] = (),
    symbol: str = "",
    kinks: Sequence[float] | str = (),
    traits: str = "",
) -> Op:
    """Add a row to the table: `kernel` on floats, and a rule (or a constant) for the slope in each argument.

    A rule takes the arguments, and also the result if it has one parameter more. Left out, the domain is all
    real numbers and the symbol the name. A name that is taken replaces its row.
    """
    arity = len(rules)
    names = next((_parameters(rule)[:arity] for rule in rules if callable(rule)), ("a", "b", "c")[:arity])
    row = Op(
        name,
        kernel,
        tuple(_with_result(rule, arity) for rule in rules),
        names if arity > 1 else ("x",),
        tuple(domain) or (REAL,) * arity,
        tuple(defaults),
        symbol or name,
        kinks if isinstance(kinks, str) else tuple(kinks),
        tuple(traits.split()),
    )
    table[name] = row
    for listener in listeners:
        listener(row)
    return row


def _parameters(rule: Any) -> tuple[str, ...]:
    return tuple(inspect.signature(rule).parameters)


def _with_result(rule: Rule | float, arity: int) -> Rule:
    """`rule` as a function of the arguments and the result, whether or not it asks for the result."""
    if not callable(rule):
        return lambda *_: rule
    return rule if len(_parameters(rule)) > arity else lambda *arguments: rule(*arguments[:-1])


LN_2, LN_10 = math.log(2.0), math.log(10.0)
SQRT_HALF, ONE_OVER_SQRT_2PI = math.sqrt(0.5), 1.0 / math.sqrt(2.0 * math.pi)
TWO_OVER_SQRT_PI = 2.0 / math.sqrt(math.pi)


def _products_of_others(xs: Sequence[Any]) -> list[Any]:
    """For each x the product of all the others, without dividing by an x that may be 0."""
    before = list(itertools.accumulate(xs[:-1], operator.mul, initial=1.0))
    after = list(itertools.accumulate(xs[:0:-1], operator.mul, initial=1.0))
    return [b * a for b, a in zip(before, reversed(after))]


def _log_softmax_slopes(xs: Sequence[Any], i: float, y: Any) -> list[Any]:
    """-softmax_j, plus 1 where j is i: there 1 - softmax_i = -expm1(log softmax_i), which does not cancel."""
    slopes = [-p for p in softmax(xs)]
    slopes[int(i)] = -expm1(y)
    return slopes


# fmt: off
# arithmetic -------------------------------------------------------------------------------------------------
add         = op("add",         operator.add,           1.0,
                                                        1.0,                symbol="+", traits="linear commutative")
sub         = op("sub",         operator.sub,           1.0,
                                                        -1.0,               symbol="−", traits="linear")
mul         = op("mul",         operator.mul,           lambda a, b: b,
                                                        lambda a, b: a,     symbol="×", traits="commutative")
div         = op("div",         numerics.div,           lambda a, b, y: reciprocal(b),
                                                        lambda a, b, y: -div(y, b),     symbol="÷")
pow         = op("pow",         numerics.pow,           lambda a, b, y: scaled_pow(b, a, b - 1.0),
                                                        lambda a, b, y: xlogy(y, a),
                                                        symbol="^", domain=(POSITIVE, REAL))
neg         = op("neg",         operator.neg,           -1.0,               symbol="−", traits="linear")
abs         = op("abs",         builtins.abs,           lambda x: sign(x),  symbol="|x|", kinks=(0.0,))
square      = op("square",      lambda x: x * x,        lambda x: 2.0 * x,  symbol="x²")
reciprocal  = op("reciprocal",  lambda x: numerics.div(1.0, x), lambda x, y: -square(y), symbol="1/x")
sqrt        = op("sqrt",        numerics.sqrt,          lambda x, y: div(0.5, y),                symbol="√", domain=(POSITIVE,))
cbrt        = op("cbrt",        math.cbrt,              lambda x, y: reciprocal(3.0 * square(y)), symbol="∛")

# exponentials and logarithms --------------------------------------------------------------------------------
exp         = op("exp",         numerics.exp,           lambda x, y: y)
expm1       = op("expm1",       numerics.expm1,         lambda x: exp(x))
log         = op("log",         numerics.log,           lambda x: reciprocal(x),                 domain=(POSITIVE,))
log2        = op("log2",        numerics.log2,          lambda x: reciprocal(LN_2 * x),          domain=(POSITIVE,))
log10       = op("log10",       numerics.log10,         lambda x: reciprocal(LN_10 * x),         domain=(POSITIVE,))
log1p       = op("log1p",       numerics.log1p,         lambda x: reciprocal(1.0 + x),           domain=(ABOVE_MINUS_1,))

# circular and hyperbolic functions --------------------------------------------------------------------------
sin         = op("sin",         numerics.sin,           lambda x: cos(x))
cos         = op("cos",         numerics.cos,           lambda x: -sin(x))
tan         = op("tan",         numerics.tan,           lambda x, y: 1.0 + square(y))
asin        = op("asin",        numerics.asin,          lambda x: reciprocal(sqrt((1.0 - x) * (1.0 + x))),  domain=(UNIT,))
acos        = op("acos",        numerics.acos,          lambda x: -reciprocal(sqrt((1.0 - x) * (1.0 + x))), domain=(UNIT,))
atan        = op("atan",        math.atan,              lambda x: reciprocal(1.0 + square(x)))
atan2       = op("atan2",       math.atan2,             lambda a, b: divide_no_nan(divide_no_nan(b, hypot(a, b)), hypot(a, b)),
                                                        lambda a, b: -divide_no_nan(divide_no_nan(a, hypot(a, b)), hypot(a, b)))
hypot       = op("hypot",       math.hypot,             lambda a, b, y: divide_no_nan(a, y),
                                                        lambda a, b, y: divide_no_nan(b, y), traits="commutative")
sinh        = op("sinh",        numerics.sinh,          lambda x: cosh(x))
cosh        = op("cosh",        numerics.cosh,          lambda x: sinh(x))
tanh        = op("tanh",        math.tanh,              lambda x: sech2(x))
asinh       = op("asinh",       math.asinh,             lambda x: reciprocal(hypot(1.0, x)))
acosh       = op("acosh",       numerics.acosh,         lambda x: reciprocal(sqrt(x - 1.0) * sqrt(x + 1.0)), domain=(ABOVE_1,))
atanh       = op("atanh",       numerics.atanh,         lambda x: reciprocal((1.0 - x) * (1.0 + x)),        domain=(UNIT,))
erf         = op("erf",         math.erf,               lambda x: TWO_OVER_SQRT_PI * exp(-square(x)))
erfc        = op("erfc",        math.erfc,              lambda x: -TWO_OVER_SQRT_PI * exp(-square(x)))

# activations ------------------------------------------------------------------------------------------------
sigmoid     = op("sigmoid",     numerics.sigmoid,       lambda x: 0.25 * sech2(0.5 * x), symbol="σ")
log_sigmoid = op("log_sigmoid", numerics.log_sigmoid,   lambda x: sigmoid(-x),           symbol="log σ")
softplus    = op("softplus",    numerics.softplus,      lambda x: sigmoid(x))
relu        = op("relu",        numerics.relu,          lambda x: step(x),               kinks=(0.0,))
relu6       = op("relu6",       numerics.relu6,         lambda x: step(x) * step(6.0 - x),        kinks=(0.0, 6.0))
leaky_relu  = op("leaky_relu",  numerics.leaky_relu,    lambda x, slope: where(step(x), 1.0, slope),
                                                        lambda x, slope: minimum(x, 0.0),         kinks=(0.0,), defaults=(0.01,))
elu         = op("elu",         numerics.elu,           lambda x, alpha: where(step(x), 1.0, alpha * exp(minimum(x, 0.0))),
                                                        lambda x, alpha: expm1(minimum(x, 0.0)),  kinks=(0.0,), defaults=(1.0,))
selu        = op("selu",        numerics.selu,          lambda x: numerics.SELU_SCALE * where(step(x), 1.0, numerics.SELU_ALPHA * exp(minimum(x, 0.0))),
                                                        kinks=(0.0,))
gelu        = op("gelu",        numerics.gelu,          lambda x: 0.5 * erfc(-SQRT_HALF * x) + ONE_OVER_SQRT_2PI * x * exp(-0.5 * square(x)))
silu        = op("silu",        numerics.silu,          lambda x: sigmoid(x) + x * (0.25 * sech2(0.5 * x)))
mish        = op("mish",        numerics.mish,          lambda x: tanh(softplus(x)) + x * sech2(softplus(x)) * sigmoid(x))
softsign    = op("softsign",    numerics.softsign,      lambda x: square(reciprocal(1.0 + abs(x))))
hardtanh    = op("hardtanh",    numerics.hardtanh,      lambda x: step(x + 1.0) * step(1.0 - x),       kinks=(-1.0, 1.0))
hardsigmoid = op("hardsigmoid", numerics.hardsigmoid,   lambda x: step(x + 3.0) * step(3.0 - x) * (1.0 / 6.0), kinks=(-3.0, 3.0))

# choices ----------------------------------------------------------------------------------------------------
maximum     = op("maximum",     numerics.maximum,       lambda a, b: share(a, b),
                                                        lambda a, b: share(b, a), kinks=TIES, traits="commutative")
minimum     = op("minimum",     numerics.minimum,       lambda a, b: share(b, a),
                                                        lambda a, b: share(a, b), kinks=TIES, traits="commutative")
clip        = op("clip",        numerics.clip,          lambda x, low, high: less_equal(low, x) * less_equal(x, high),
                                                        lambda x, low, high: less(x, low) * less_equal(low, high),
                                                        lambda x, low, high: less(high, maximum(x, low)), kinks=TIES)
where       = op("where",       numerics.where,         lambda condition, a, b: 0.0,
                                                        lambda condition, a, b: where(condition, 1.0, 0.0),
                                                        lambda condition, a, b: where(condition, 0.0, 1.0))

# sequences: one rule for each, its elements' slopes as a list or one number for all --------------------------
sum         = op("sum",         numerics.sum,           lambda xs: 1.0,           symbol="Σ", domain=(SEQUENCE,), traits="linear reduction")
mean        = op("mean",        numerics.mean,          lambda xs: 1.0 / len(xs),             domain=(SEQUENCE,), traits="linear reduction")
prod        = op("prod",        numerics.prod,          lambda xs: _products_of_others(xs),   symbol="Π", domain=(SEQUENCE,), traits="reduction")
dot         = op("dot",         numerics.dot,           lambda w, x, b: x,
                                                        lambda w, x, b: w,
                                                        lambda w, x, b: 1.0,      symbol="w·x + b", domain=(SEQUENCE, SEQUENCE, REAL),
                                                        defaults=(0.0,), traits="reduction pairs")
max         = op("max",         numerics.largest,       lambda xs: max_share(xs), domain=(SEQUENCE,), kinks=TIES, traits="reduction")
min         = op("min",         numerics.smallest,      lambda xs: min_share(xs), domain=(SEQUENCE,), kinks=TIES, traits="reduction")
logsumexp   = op("logsumexp",   numerics.logsumexp,     lambda xs: softmax(xs),   domain=(SEQUENCE,), traits="reduction")
log_softmax = op("log_softmax", numerics.log_softmax,   lambda xs, i, y: _log_softmax_slopes(xs, i, y), 0.0, domain=(SEQUENCE, INDEX))
softmax     = op("softmax",     numerics.softmax,       lambda xs, i, y: [y * d for d in _log_softmax_slopes(xs, i, log_softmax(xs, i))], 0.0, domain=(SEQUENCE, INDEX))

# helpers: what the slopes above are made of ------------------------------------------------------------------
sech2       = op("sech2",       numerics.sech2,         lambda x, y: -2.0 * tanh(x) * y,       symbol="sech²")
step        = op("step",        numerics.step,          0.0, kinks=(0.0,))
sign        = op("sign",        numerics.sign,          0.0, kinks=(0.0,))
less        = op("less",        numerics.less,          0.0, 0.0, kinks=TIES, symbol="<")
less_equal  = op("less_equal",  numerics.less_equal,    0.0, 0.0, kinks=TIES, symbol="≤")
share       = op("share",       numerics.share,         0.0, 0.0, kinks=TIES)
max_share   = op("max_share",   numerics.max_share,     0.0, 0.0, kinks=TIES, domain=(SEQUENCE, INDEX))
min_share   = op("min_share",   numerics.min_share,     0.0, 0.0, kinks=TIES, domain=(SEQUENCE, INDEX))
scaled_pow  = op("scaled_pow",  numerics.scaled_pow,    lambda c, a, b, y: pow(a, b),
                                                        lambda c, a, b, y: scaled_pow(c * b, a, b - 1.0),
                                                        lambda c, a, b, y: xlogy(y, a),        domain=(REAL, POSITIVE, REAL))
xlogy       = op("xlogy",       numerics.xlogy,         lambda a, b: log(b),
                                                        lambda a, b: div(a, b),                domain=(REAL, POSITIVE))
divide_no_nan = op("divide_no_nan", numerics.divide_no_nan, lambda a, b, y: divide_no_nan(1.0, b),
                                                        lambda a, b, y: -divide_no_nan(y, b))
# fmt: on
