"""The op table in other libraries, for `tests/exactness.py --beside`: values, and slopes by autograd."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from microgradlab import ops
from microgradlab.testing.hard_points import Point

# fmt: off
# What to call for an op of ours, where it has no function of the same name; `nn` holds a library's activations.
SPELLED: dict[str, Callable[[Any, Any], Callable[..., Any]]] = {
    "add":         lambda lib, nn: lambda a, b: a + b,
    "sub":         lambda lib, nn: lambda a, b: a - b,
    "mul":         lambda lib, nn: lambda a, b: a * b,
    "div":         lambda lib, nn: lambda a, b: a / b,
    "pow":         lambda lib, nn: lambda a, b: a ** b,
    "neg":         lambda lib, nn: lambda x: -x,
    "square":      lambda lib, nn: lambda x: x * x,
    "reciprocal":  lambda lib, nn: lambda x: 1.0 / x,
    "gelu":        lambda lib, nn: lambda x: nn.gelu(x, **({"approximate": False} if nn.__name__ == "jax.nn" else {})),
    "softplus":    lambda lib, nn: nn.softplus,  # torch.softplus is something else
    "log_sigmoid": lambda lib, nn: getattr(nn, "logsigmoid", None) or nn.log_sigmoid,
    "softsign":    lambda lib, nn: getattr(nn, "softsign", None) or nn.soft_sign,
    "hardsigmoid": lambda lib, nn: getattr(nn, "hardsigmoid", None) or nn.hard_sigmoid,
    "hardtanh":    lambda lib, nn: getattr(nn, "hardtanh", None) or nn.hard_tanh,
    "sum":         lambda lib, nn: lambda xs: xs.sum(-1),
    "mean":        lambda lib, nn: lambda xs: xs.mean(-1),
    "prod":        lambda lib, nn: lambda xs: xs.prod(-1),
    "dot":         lambda lib, nn: lambda w, x, b: (w * x).sum(-1) + b,
    "max":         lambda lib, nn: lambda xs: lib.amax(xs, -1),
    "min":         lambda lib, nn: lambda xs: lib.amin(xs, -1),
    "logsumexp":   lambda lib, nn: lambda xs: (lib if hasattr(lib, "logsumexp") else nn).logsumexp(xs, -1),
    "softmax":     lambda lib, nn: lambda xs, i: nn.softmax(xs, -1)[lib.arange(len(i)), i],
    "log_softmax": lambda lib, nn: lambda xs, i: nn.log_softmax(xs, -1)[lib.arange(len(i)), i],
}
# fmt: on
ALIKE = """abs exp expm1 log log2 log10 log1p sqrt cbrt sin cos tan asin acos atan atan2 hypot sinh cosh tanh asinh
    acosh atanh erf erfc sigmoid relu relu6 selu silu mish maximum minimum"""


def function(op: ops.Op, lib: Any, nn: Any, special: Any) -> Callable[..., Any] | None:
    """The op in a library, or None if it has none."""
    if op.name in SPELLED:
        return SPELLED[op.name](lib, nn)
    places = [place for place in (lib, nn, special) if op.name in ALIKE.split() and hasattr(place, op.name)]
    return getattr(places[0], op.name) if places else None


def torch(op: ops.Op, points: list[Point]) -> dict[Any, float]:
    """The op in PyTorch."""
    import torch as lib

    f = function(op, lib, lib.nn.functional, lib.special)

    def run(columns: list[Any]) -> tuple[Any, list[Any]]:
        xs = [
            lib.tensor(c, dtype=lib.float64, requires_grad=True) for c, d in zip(columns, op.domain) if not d.is_index
        ]
        y = f(*xs, *columns[len(xs) :])
        return y, list(lib.autograd.grad(y.sum(), xs))

    return in_groups(run, points) if f else {}


def jax(op: ops.Op, points: list[Point]) -> dict[Any, float]:
    """The op in JAX."""
    import jax as library
    import jax.numpy as lib

    library.config.update("jax_enable_x64", True)
    f = function(op, lib, library.nn, library.scipy.special)

    def run(columns: list[Any]) -> tuple[Any, list[Any]]:
        xs = [lib.array(c, dtype=lib.float64) for c, d in zip(columns, op.domain) if not d.is_index]
        indices = [lib.array(c) for c in columns[len(xs) :]]
        y, back = library.vjp(lambda *numbers: f(*numbers, *indices), *xs)
        return y, list(back(lib.ones_like(y)))

    return in_groups(run, points) if f else {}


def in_groups(run: Callable[[list[Any]], tuple[Any, list[Any]]], points: list[Point]) -> dict[Any, float]:
    """The results by point and place, from running all points of one length at once."""
    groups: dict[int, list[int]] = defaultdict(list)
    for k, point in enumerate(points):
        groups[max(len(a) if isinstance(a, tuple) else 0 for a in point)].append(k)
    found: dict[Any, float] = {}
    for ks in groups.values():
        y, slopes = run([list(column) for column in zip(*(points[k] for k in ks))])
        found |= {(k, ()): float(value) for k, value in zip(ks, y.tolist())}
        for row, k in enumerate(ks):
            one = [s for slope in slopes for s in (slope[row].tolist() if slope[row].ndim else [float(slope[row])])]
            found |= {(k, (place,)): s for place, s in enumerate(one)}
    return found


ENGINES = {"torch": torch, "jax": jax}
