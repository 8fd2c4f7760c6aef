"""Every op as mathematics: what papers and textbooks define it to be, in mpmath, at any precision.

    >>> definition(ops.tanh)(mp.mpf(1))
    mpf('0.76159415595576485')

Nothing here is shared with the kernels and rules that it serves to check. Where mpmath has a function of our op's name,
that is its definition; the others are written down, in the plainest form: digits that cancel are no concern where
there are as many as you like (`truth.py` asks for more until the answer stands). Give the row of an op of your own a
definition by `definitions["name"] = …`; without one it is checked by differences of its kernel.
"""

from collections.abc import Callable
from typing import Any

from mpmath import mp

from microgradlab import ops


def clip(x: Any, low: Any, high: Any) -> Any:
    return min(max(x, low), high)


def selu(x: Any) -> Any:
    """Klambauer et al. 2017, equation 2, with the constants of its appendix to 28 digits."""
    alpha, scale = mp.mpf("1.6732632423543772848170429916717"), mp.mpf("1.0507009873554804934193349852946")
    return scale * (x if x > 0 else alpha * mp.expm1(x))


def atan2(a: Any, b: Any) -> Any:
    """The angle; undefined on the cut, where its sign is that of a zero, which mpmath does not have."""
    return mp.nan if a == 0 and b <= 0 else mp.atan2(a, b)


def erfc(x: Any) -> Any:
    """mpmath's, which gives up where it is less than 10 to the power -10^15."""
    return mp.erfc(x) if x < 1e8 else mp.zero


def logsumexp(xs: Any) -> Any:
    """log(Σ exp(x))."""
    return max(xs) + rest(xs)


def exponentials(xs: Any) -> list[Any]:
    """exp(x - largest) for each x; exp(-10^6) counts for nothing beside 1."""
    return [mp.exp(x - max(xs)) if x - max(xs) > -1e6 else mp.zero for x in xs]


def rest(xs: Any) -> Any:
    """log(Σ exp(x - largest)), by the elements other than the largest, so that 10^-100 beside 1 is not lost."""
    e = exponentials(xs)
    e.remove(1)
    return mp.log1p(mp.fsum(e))


def softmax(xs: Any, i: int) -> Any:
    """exp(x) / Σ exp(x) for the x in place i."""
    e = exponentials(xs)
    return e[i] / mp.fsum(e)


def log_softmax(xs: Any, i: int) -> Any:
    """x - log(Σ exp(x)) for the x in place i."""
    return xs[i] - max(xs) - rest(xs)


def share_of_largest(xs: Any, i: int) -> Any:
    """1/k for each of the k largest, else 0."""
    return mp.mpf(xs[i] == max(xs)) / xs.count(max(xs))


# fmt: off
MPMATHS = ["sqrt", "exp", "expm1", "log", "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "hypot",
           "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "sign"]
definitions: dict[str, Callable[..., Any]] = {name: getattr(mp, name) for name in MPMATHS} | {
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
    "atan2":         atan2,
    "erfc":          erfc,
    "sigmoid":       lambda x: 1 / (1 + mp.exp(-x)),
    "log_sigmoid":   lambda x: -mp.log1p(mp.exp(-x)),
    "softplus":      lambda x: mp.log1p(mp.exp(x)),
    "relu":          lambda x: max(x, mp.zero),
    "relu6":         lambda x: clip(x, mp.zero, mp.mpf(6)),
    "leaky_relu":    lambda x, slope: x if x > 0 else slope * x,
    "elu":           lambda x, alpha: x if x > 0 else alpha * mp.expm1(x),
    "selu":          selu,
    "gelu":          lambda x: x * erfc(-x / mp.sqrt(2)) / 2,
    "silu":          lambda x: x / (1 + mp.exp(-x)),
    "mish":          lambda x: x * mp.tanh(mp.log1p(mp.exp(x))),
    "softsign":      lambda x: x / (1 + abs(x)),
    "hardtanh":      lambda x: clip(x, -mp.one, mp.one),
    "hardsigmoid":   lambda x: clip(x + 3, mp.zero, mp.mpf(6)) / 6,
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
    "logsumexp":     logsumexp,
    "softmax":       softmax,
    "log_softmax":   log_softmax,
    "sech2":         lambda x: mp.sech(x) ** 2,
    "finite":        lambda x: x,
    "positive":      lambda x: x if x >= 0 else mp.nan,
    "step":          lambda x: mp.mpf(x > 0),
    "less":          lambda a, b: mp.mpf(a < b),
    "less_equal":    lambda a, b: mp.mpf(a <= b),
    "share":         lambda a, b: (mp.mpf(a > b) + mp.mpf(a >= b)) / 2,
    "max_share":     share_of_largest,
    "min_share":     lambda xs, i: share_of_largest([-x for x in xs], i),
    "xlogy":         lambda a, b: a * mp.log(b),
    "divide_no_nan": lambda a, b: a / b if b else mp.zero,
    "over_square":   lambda a, b, c: a / (b + c) ** 2,
    "over_sum_of_squares": lambda a, b: a / (a ** 2 + b ** 2) if a or b else mp.zero,
    "over_hypot":    lambda a, b: a / mp.sqrt(a ** 2 + b ** 2) if a or b else mp.zero,
    "gaussian":      lambda c, k, x: c * mp.exp(k * x ** 2),
    "normal_cdf":    lambda x: erfc(-x / mp.sqrt(2)) / 2,
    "scaled_exp":    lambda c, x: c * mp.exp(x),
    "scaled_pow":    lambda c, a, b, k: c * a ** b / a ** k,
    "products_of_others": lambda xs, i: mp.fprod(x for j, x in enumerate(xs) if j != i),
}
# fmt: on


OURS = dict(definitions)  # which are of our rows alone, and not of those that took their names


def definition(op: ops.Op) -> Callable[..., Any] | None:
    """The op in mpmath, or None where nobody has said what it is."""
    found = definitions.get(op.name)
    return found if found is not OURS.get(op.name) or getattr(ops, op.name, None) is op else None
