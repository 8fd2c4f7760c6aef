"""What is true of the ops, said without them: mathematics in mpmath, and points to compare at.

Ops that mpmath has under the same name are taken from there, the others are written down here as papers and textbooks
define them. A row that is in neither place is still checked, by differences of its own kernel (`derivative`).
"""

import math

import mpmath as mp
from hypothesis import assume
from hypothesis import strategies as st

from microgradlab import Value, grad, ops
from microgradlab.row import INDEX, SEQUENCE, TIES

SCALAR = [row for row in ops.table.values() if SEQUENCE not in row.domain]
UNARY = [row for row in SCALAR if len(row.rules) == 1]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, 40.0, 5e-324, 1e308, -1e308, math.inf, -math.inf, math.nan]


def clip(x, low, high):
    return min(max(x, low), high)


def share_of_largest(xs, i):
    """1/k for each of the k largest, else 0."""
    return mp.mpf(xs[i] == max(xs)) / xs.count(max(xs))


SELU = mp.mpf("1.6732632423543772848170429916717"), mp.mpf("1.0507009873554804934193349852946")

# fmt: off
DEFINITIONS = {
    "add":           lambda a, b: a + b,
    "sub":           lambda a, b: a - b,
    "mul":           lambda a, b: a * b,
    "div":           lambda a, b: a / b,
    "pow":           lambda a, b: a ** b,
    "neg":           lambda x: -x,
    "abs":           lambda x: abs(x),
    "square":        lambda x: x ** 2,
    "reciprocal":    lambda x: 1 / x,
    "cbrt":          lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "log2":          lambda x: mp.log(x, 2),
    "sigmoid":       lambda x: 1 / (1 + mp.exp(-x)),
    "log_sigmoid":   lambda x: -mp.log1p(mp.exp(-x)),
    "softplus":      lambda x: mp.log1p(mp.exp(x)),
    "relu":          lambda x: max(x, 0),
    "finite":        lambda x: x,
    "relu6":         lambda x: clip(x, 0, 6),
    "leaky_relu":    lambda x, slope: x if x > 0 else slope * x,
    "elu":           lambda x, alpha: x if x > 0 else alpha * mp.expm1(x),
    "selu":          lambda x: SELU[1] * (x if x > 0 else SELU[0] * mp.expm1(x)),
    "gelu":          lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2,
    "silu":          lambda x: x / (1 + mp.exp(-x)),
    "mish":          lambda x: x * mp.tanh(mp.log1p(mp.exp(x))),
    "softsign":      lambda x: x / (1 + abs(x)),
    "hardtanh":      lambda x: clip(x, -1, 1),
    "hardsigmoid":   lambda x: clip(x + 3, 0, 6) / 6,
    "maximum":       lambda a, b: max(a, b),
    "minimum":       lambda a, b: min(a, b),
    "clip":          clip,
    "where":         lambda condition, a, b: a if condition else b,
    "sum":           lambda xs: mp.fsum(xs),
    "mean":          lambda xs: mp.fsum(xs) / len(xs),
    "prod":          lambda xs: mp.fprod(xs),
    "dot":           lambda w, x, b: mp.fdot(w, x) + b,
    "max":           lambda xs: max(xs),
    "min":           lambda xs: min(xs),
    "logsumexp":     lambda xs: mp.log(mp.fsum(map(mp.exp, xs))),
    "softmax":       lambda xs, i: mp.exp(xs[i]) / mp.fsum(map(mp.exp, xs)),
    "log_softmax":   lambda xs, i: xs[i] - mp.log(mp.fsum(map(mp.exp, xs))),
    "sech2":         lambda x: mp.sech(x) ** 2,
    "step":          lambda x: mp.mpf(x > 0),
    "less":          lambda a, b: mp.mpf(a < b),
    "less_equal":    lambda a, b: mp.mpf(a <= b),
    "share":         lambda a, b: (mp.mpf(a > b) + mp.mpf(a >= b)) / 2,
    "max_share":     share_of_largest,
    "min_share":     lambda xs, i: share_of_largest([-x for x in xs], i),
    "xlogy":         lambda a, b: a * mp.log(b),
    "scaled_pow":    lambda c, a, b: c * a ** b,
    "divide_no_nan": lambda a, b: a / b if b else mp.mpf(0),
}
# fmt: on


def definition(row):
    """The op in mpmath, or None."""
    return DEFINITIONS.get(row.name) or getattr(mp, row.name, None)


def flat(arguments):
    """The places of a list of arguments, sequences opened."""
    return [x for a in arguments for x in (a if isinstance(a, (tuple, list)) else (a,))]


def like(arguments, numbers):
    """`numbers` in the shape of `arguments`; an index stays an int."""
    rest = iter(numbers)
    return [
        tuple(next(rest) for _ in a) if isinstance(a, tuple) else int(next(rest)) if type(a) is int else next(rest)
        for a in arguments
    ]


@st.composite
def points(draw, row, reach=4.0, margin=0.05, least=0.01):
    """Arguments for `row` from its domain, 0 or between `least` and `reach`, `margin` away from its ends and kinks."""
    length = draw(st.integers(1, 4))

    def number(domain):
        low, high = max(domain.low + margin, -reach), min(domain.high - margin, max(domain.low, 0.0) + reach)
        return st.floats(low, high).map(lambda x: x + 0.0).filter(lambda x: x == 0 or abs(x) >= least)  # no -0.0

    arguments = [
        tuple(draw(number(d)) for _ in range(length))
        if d is SEQUENCE
        else draw(st.integers(0, length - 1) if d is INDEX else number(d))
        for d in row.domain
    ]
    numbers = [x for x in flat(arguments) if type(x) is float]
    if row.kinks == TIES:
        assume(all(abs(a - b) > margin for i, a in enumerate(numbers) for b in numbers[:i]))
    else:
        assume(all(abs(x - kink) > margin for x in numbers for kink in row.kinks))
    return arguments


def values_at(arguments):
    """The same arguments with a Value at every place that carries a gradient."""
    return like(arguments, [x if type(x) is int else Value(x) for x in flat(arguments)])


def slope(y, xs, places):
    """The derivative of `y` by the xs at these places, one after the other: a float, of any order."""
    for place in places[:-1]:
        y = grad(y, xs[place], create_graph=True)
    return grad(y, xs[places[-1]])


def derivative(row, arguments, places):
    """The true derivative of `row` by the arguments at these places, one after the other."""
    numbers, truth = flat(arguments), definition(row)
    if truth is None:
        return _difference(row, arguments, places)
    used = sorted(set(places))

    def of_the_used(*moved):
        at = {**dict(enumerate(numbers)), **dict(zip(used, moved))}
        return truth(*like(arguments, [n if type(n) is int else mp.mpf(n) for n in at.values()]))

    at, orders = [numbers[p] for p in used], [places.count(p) for p in used]
    try:
        with mp.workdps(30):
            found = mp.diff(of_the_used, at, orders)
        with mp.workdps(40):  # with a smaller step, and from the right alone, a derivative is the same
            again = mp.diff(of_the_used, at, orders, direction=1)
    except (ZeroDivisionError, ValueError):  # at a pole, or where mpmath leaves the real numbers
        found = again = mp.nan
    exists = not isinstance(found, mp.mpc) and abs(found - again) <= 1e-9 * (1 + abs(found))
    assume(exists and math.isfinite(row.kernel(*arguments)))
    return float(found)


def _difference(row, arguments, places, h=1e-3):
    """The five-point difference, along the last place, of the derivative by the places before it."""
    *before, last = places

    def along(step):
        moved = [x + step if i == last else x for i, x in enumerate(flat(arguments))]
        if not before:
            return row.kernel(*like(arguments, moved))
        leaves = values_at(like(arguments, moved))
        return slope(row(*leaves), flat(leaves), before)

    return (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h)


def same(a, b):
    """Whether two floats are one, sign of zero included; any nan is any nan."""
    return type(a) is type(b) is float and (
        (a == b and math.copysign(1, a) == math.copysign(1, b)) or (a != a and b != b)
    )
