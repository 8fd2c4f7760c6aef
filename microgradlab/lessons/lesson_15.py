"""The exercises of lesson 15, beyond: second derivatives and sequences."""

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from microgradlab import ops
from microgradlab.coercion import shown
from microgradlab.data import ELEMENTS
from microgradlab.engine import Value, trace
from microgradlab.gradients import grad
from microgradlab.lessons.exercise import Exercise, Unmet, called, close


def cube(x: Any) -> Any:
    return x * x * x


def tanh(x: Any) -> Any:
    return ops.tanh(x)


def parabola(x: Any) -> Any:
    return 3.0 * x * x - 4.0 * x + 5.0


def two_valleys(x: Any) -> Any:
    return x * x * x * x - 4.0 * x * x + x


FUNCTIONS = (cube, tanh, parabola, two_valleys)


def _derivatives(f: Callable[[Any], Any], at: float) -> tuple[float, float]:
    """The first and the second derivative."""
    x = Value(at)
    slope = grad(f(x), x, create_graph=True)
    return slope.data, grad(slope, x)


# 15.1


def _curvature(curvature: Any) -> None:
    tries = [(cube, 2.0), (tanh, 2.0), (parabola, 3.0)]
    tries += [(f, random.uniform(-2.0, 2.0)) for f in FUNCTIONS]
    for f, at in tries:
        first, second = _derivatives(f, at)
        found = called(curvature, f, at, name="curvature")
        idea = "grad of grad: the first one with create_graph=True, the second one of what that gave."
        if isinstance(found, int | float | Value) and math.isclose(float(found), first, rel_tol=1e-9):
            idea = "this is the slope. How fast does the slope change?"
        close(found, second, f"curvature({f.__name__}, {at:.4g})", idea)


# 15.2


def _newton(newton_step: Any) -> None:
    tries = [(parabola, 3.0), (two_valleys, 2.0), (two_valleys, 0.1)]
    tries += [(two_valleys, random.uniform(1.5, 3.0)), (cube, random.uniform(0.5, 3.0))]
    for f, at in tries:
        first, second = _derivatives(f, at)
        found = called(newton_step, f, at, name="newton_step")
        idea = "where a line of slope f″ that starts at f′(x) comes to 0: from x go back by f′(x) / f″(x)."
        if isinstance(found, int | float | Value) and math.isclose(float(found), at - float(f(at)) / first):
            idea = "that is Newton's step to where f is 0. For a minimum, the slope f′ has to become 0."
        close(found, at - first / second, f"newton_step({f.__name__}, {at:.4g})", idea)


# 15.3


def _surprise(surprise: Any) -> None:
    words = ["".join(random.choices("abc", k=random.randint(1, 4))) for _ in range(5)]
    for names in (["aa", "ab"], ["tin", "iron"], words, [*ELEMENTS]):
        pairs = Counter(pair for name in names for pair in zip(f".{name}", f"{name}."))
        first = Counter(before for name in names for before in f".{name}")
        total = sum(count * math.log(count / first[before]) for (before, _), count in pairs.items())
        call = f"surprise({'the 118 names' if len(names) > 5 else names})"
        found = called(surprise, list(names), name="surprise")
        expected = -total / pairs.total()
        close(found, expected, call, _idea(found, -total, pairs, len(names)))


def _idea(found: Any, total: float, pairs: Counter[tuple[str, str]], names: int) -> str:
    """What may have gone wrong on the way to this number."""
    every = pairs.total()
    slips = {
        total / names: "the mean is over pairs of letters, not over names.",
        total: "this is the sum; the mean is over all pairs.",
        -total / every: "a probability is at most 1, and its logarithm at most 0: the surprise is −log p.",
        total / every / math.log(2.0): "nats are natural logarithms, math.log.",
        -sum(n * math.log(n / every) for n in pairs.values()) / every:
            "p of b after a: divide the count of the pair by that of all pairs that begin with a.",
    }  # fmt: skip
    close_to = (idea for slip, idea in slips.items() if _is_number(found) and math.isclose(float(found), slip))
    return next(close_to, "begin and end each name with a point, count the pairs, and take the mean of −log p of each.")


def _is_number(x: Any) -> bool:
    return isinstance(x, int | float | Value)


# 15.4


def _cell(cell: Any) -> None:
    cases: list[tuple[list[float], list[list[float]], list[float], float, list[float]]] = [
        ([0.5], [[2.0]], [0.1], 1.0, [0.3]),
        ([1.0, -1.0], [[0.0, 1.0], [1.0, 0.0]], [0.0, 0.0], 0.0, [0.5, -0.2]),
    ]
    for n in (2, 4):
        u = [[random.uniform(-1.0, 1.0) for _ in range(n)] for _ in range(n + 3)]
        cases.append((u[0], u[3:], u[1], random.uniform(-1.0, 1.0), u[2]))
    for w, u, b, x, h in cases:
        values = [Value(number) for number in h]
        found = called(cell, w, u, b, x, list(values), name="cell")
        told = f"cell({', '.join(map(_rounded, (w, u, b, x, h)))})"
        if not isinstance(found, list | tuple) or len(found) != len(h):
            raise Unmet(f"{told} should be a list of {len(h)}, and is {shown(found)}.", "One new number for each unit.")
        for i, new in enumerate(found):
            z = w[i] * x + sum(a * old for a, old in zip(u[i], h)) + b[i]
            close(new, math.tanh(z), f"Number {i} of {told}", _slip(new, z, w, u, b, x, h, i))
            if type(new) is not Value or not {*map(id, values)} <= {*map(id, _leaves(new))}:
                raise Unmet(f"Number {i} of {told} has lost its graph.", "Stay among Values: ops.tanh, not math.tanh.")


def _slip(new: Any, z: float, w: Any, u: Any, b: Any, x: float, h: Sequence[float], i: int) -> str:
    """What may have gone wrong on the way to this number."""
    swapped = w[i] * x + sum(row[i] * old for row, old in zip(u, h)) + b[i]
    slips = {
        z: "the sum is right; then it is bent by tanh.",
        math.tanh(w[i] * x + b[i]): "the old h counts as well: add Σ u[i][j]·h[j].",
        math.tanh(z - b[i]): "each unit has its bias, b[i].",
        math.tanh(swapped): "row i of u belongs to unit i: it is u[i][j], not u[j][i].",
    }
    is_close = (idea for slip, idea in slips.items() if _is_number(new) and math.isclose(float(new), slip))
    return next(is_close, "unit i: tanh(w[i]·x + Σ u[i][j]·h[j] + b[i]), with all of the old h, none of the new.")


def _leaves(root: Value) -> list[Value]:
    return [node for node in trace(root)[0] if node.op is None]


def _rounded(x: Any) -> str:
    return f"[{', '.join(map(_rounded, x))}]" if isinstance(x, list) else f"{x:.3g}"


EXERCISES = (
    Exercise(
        "15.1", "The slope of the slope", "curvature",
        '''from microgradlab import grad


def curvature(f, x):
    """The second derivative of f at the number x."""
    x = Value(x)
    slope = grad(f(x), x, create_graph=True)
    return grad(slope, x)''',
        _curvature,
        ("Make a Value of x, compute f of it, and take grad twice.",
         "The first grad has to give a graph, not a number: create_graph=True.",
         "slope = grad(f(x), x, create_graph=True), with x = Value(x) before it; then return grad(slope, x)."),
        '''from microgradlab import grad


def curvature(f, x):
    """The second derivative of f at the number x."""
    ...''',
    ),
    Exercise(
        "15.2", "One step of Newton's", "newton_step",
        '''from microgradlab import grad


def newton_step(f, x):
    """Where the slope of f would be 0, if it went on changing as it does at the number x."""
    v = Value(x)
    slope = grad(f(v), v, create_graph=True)
    return x - slope.data / grad(slope, v)''',
        _newton,
        ("You need the slope at x, and how fast the slope changes there: 15.1.",
         "If the slope changes by f″ for each 1 that x moves, how far must x move to bring it from f′ to 0?",
         "By −f′/f″. So the step ends at x − f′(x) / f″(x)."),
        '''from microgradlab import grad


def newton_step(f, x):
    """Where the slope of f would be 0, if it went on changing as it does at the number x."""
    ...''',
    ),
    Exercise(
        "15.3", "The surprise of a name", "surprise",
        '''def surprise(names):
    """The mean of −log p over all pairs of letters of the names, with p from the counts of these pairs."""
    pairs, first = {}, {}
    for name in names:
        for a, b in zip("." + name, name + "."):
            pairs[a, b] = pairs.get((a, b), 0) + 1
            first[a] = first.get(a, 0) + 1
    total = sum(-n * math.log(n / first[a]) for (a, b), n in pairs.items())
    return total / sum(pairs.values())''',
        _surprise,
        ("For tin the pairs are .t, ti, in and n followed by a point: zip(\".\" + name, name + \".\") gives them.",
         "Count how often each pair (a, b) comes, and how often a pair begins with a. p of b after a is their ratio.",
         "Each pair that comes n times adds n·(−log(n / first[a])). Divide the sum of these by the number of pairs."),
    ),
    Exercise(
        "15.4", "A cell with a memory", "cell",
        '''def cell(w, u, b, x, h):
    """The next numbers of the units, from the input x and their numbers before, h."""
    return [
        ops.tanh(ops.dot([w[i], *u[i]], [x, *h], b[i]))
        for i in range(len(h))
    ]''',
        _cell,
        ("Each unit is a neuron of lesson 1, bent by tanh. Its inputs are x, and all the old numbers h.",
         "Unit i: multiply x by w[i], each h[j] by u[i][j], add all of these and b[i], and take ops.tanh.",
         "Return a new list; ops.dot([w[i], *u[i]], [x, *h], b[i]) is the sum of unit i."),
    ),
)  # fmt: skip
