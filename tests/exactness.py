"""How exact every op is, where floats are hard: `python tests/exactness.py [--beside torch jax] [op …]`.

For each op, its value and its slope in each argument, it prints the worst error in ulps (units of the last place that a
float next to the truth has), the bound, how many points were compared, and the worst point. `--beside` prints other
libraries' worst errors instead, and how many of their results are off by more than 4 ulps.

The truth is mpmath's (`testing/truth.py`), the points are those of `testing/hard_points.py`. A point without a truth, a
kink or a pole, is left out and counted, with the reason.
"""

import argparse
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from mpmath import mp

from microgradlab import ops
from microgradlab.row import TIES
from microgradlab.testing.definitions import definition, erfc, rest, softmax
from microgradlab.testing.hard_points import LARGEST, Point, hard_points
from microgradlab.testing.truth import NoTruthError, derivative, ulps

# The rows that slopes are made of; their own slopes are second derivatives, which test_exactness.py holds to 1e-12.
HELPERS = list(ops.table)[list(ops.table).index("sech2") :]


def sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def others(j: int, xs: Any, i: int) -> Any:
    """The slope of log_softmax(xs, i) in xs[j]; where j is i, the softmax of all the others."""
    return mp.fsum(softmax(xs, k) for k in range(len(xs)) if k != i) if i == j else -softmax(xs, j)


# fmt: off
BOUND, BOUNDS = 2.0, {  # in ulps; where it is not 2, the bound of an op's value or of its slope in an argument
    "cbrt x":         4.0,  # ⅓ / y²: the half ulp of y counts twice
    "pow a":          4.0,  # what b - 1 loses is one factor more
    "pow b":          4.0,  # of a power that is out of range, the root counts twice
    "tan x":          3.0,  # 1 + y²: so does the error of tan
    "atan x":         3.0,  # a sum, squares and a division, each of which can count in full
    "atan2 a":        3.0,
    "atan2 b":        3.0,
    "over_sum_of_squares": 3.0,
    "over_square":    3.0,
    "softsign x":     3.0,
    "atanh x":        3.0,
    "tanh":           3.0,  # the C library's
    "tanh x":         3.0,  # 4 exp(-2x): the half ulp of a subnormal counts four times
    "sech2":          3.0,
    "acosh":          3.0,  # the C library's
    "acosh x":        4.0,  # √(x-1)·√(x+1) is two roundings worse than √((x-1)(x+1)), which overflows
    "scaled_exp":     4.0,  # exp(x) where it is out of range is that of x/2, twice
    "scaled_pow":     4.0,
    "gaussian":       5.0,
    "erf x":          3.0,
    "erfc x":         3.0,
    "elu x":          4.0,
    "silu":           3.0,  # x times that, below -40
    "silu x":         5.0,  # a sum of two terms, each of several roundings; as are those of mish and gelu
    "mish":           4.0,  # x times a function of a function of a function
    "mish x":         6.0,
    "gelu x":         6.0,
    "erfc":           6.0,  # the C library's
    "normal_cdf":     6.0,  # half of it
    "gelu":           6.0,  # x times that
    "logsumexp":      3.0,  # exponentials, sums and a logarithm
    "logsumexp xs":   4.0,  # softmax
    "log_softmax":    4.0,
    "log_softmax xs": 4.0,
    "softmax":        4.0,  # an exponential, a sum and a division
    "softmax xs":     7.0,  # softmax times the slope of log_softmax
}
FAR = {"sin": 32.0, "cos": 32.0, "tan": 32.0}  # beyond 1e5, where the C library subtracts multiples of π/2
# Where terms of opposite sign meet: errors there are counted in ulps of the larger of this, their sum or the larger of
# two, and the truth.
TERMS: dict[str, Callable[..., Any]] = {
    "dot":       lambda w, x, b: mp.fsum(abs(p * q) for p, q in zip(w, x)) + abs(b),
    "logsumexp": lambda xs: max(abs(max(xs)), rest(xs)),
    "silu x":    lambda x: max(sigmoid(x), abs(x) * sigmoid(x) * sigmoid(-x)),
    "mish x":    lambda x: max(mp.tanh(mp.log1p(mp.exp(x))), abs(x) * sigmoid(x) * mp.sech(mp.log1p(mp.exp(x))) ** 2),
    "gelu x":    lambda x: max(erfc(-x / mp.sqrt(2)) / 2, abs(x) * mp.npdf(x)),
}
# Slopes in closed form where difference quotients would need thousands of bits; a test holds them against those.
SLOPES: dict[str, Callable[..., Any]] = {
    "exp x":         lambda x: mp.exp(x),
    "expm1 x":       lambda x: mp.exp(x),
    "sinh x":        lambda x: mp.cosh(x),
    "cosh x":        lambda x: mp.sinh(x),
    "erf x":         lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x ** 2),
    "erfc x":        lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x ** 2),
    "gelu x":        lambda x: erfc(-x / mp.sqrt(2)) / 2 + x * mp.npdf(x),
    "sigmoid x":     lambda x: sigmoid(x) * sigmoid(-x),
    "softplus x":    lambda x: sigmoid(x),
    "log_sigmoid x": lambda x: sigmoid(-x),
    "silu x":        lambda x: sigmoid(x) + x * sigmoid(x) * sigmoid(-x),
    "elu x":         lambda x, alpha: mp.one if x > 0 else alpha * mp.exp(x),
    "pow a":         lambda a, b: b * a ** b / a,  # not a ** (b - 1): b - 1 would need up to a thousand bits
    "pow b":         lambda a, b: a ** b * mp.log(a),
    "logsumexp xs":  lambda j, xs: softmax(xs, j),
    "log_softmax xs": others,
    "softmax xs":    lambda j, xs, i: softmax(xs, i) * others(j, xs, i),
}
# fmt: on

Place = tuple[int, tuple[int, ...]]  # which point, and the places the result is a slope in; none for the value


def flat(point: Point) -> list[Any]:
    """The numbers of a point, sequences opened."""
    return [x for a in point for x in (a if isinstance(a, tuple) else (a,))]


def like(point: Point, numbers: Any) -> list[Any]:
    """The numbers in the shape of the point; indices stay what they are."""
    rest = iter(numbers)
    moved = [tuple(next(rest) for _ in a) if isinstance(a, tuple) else next(rest) for a in point]
    return [old if type(old) is int else new for old, new in zip(point, moved)]


def asked(op: ops.Op, point: Point) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The results to compare at a point, by their names in the tables above, and the places each is a slope in."""
    yield op.name, ()
    first = 0
    for parameter, argument in zip(op.parameters, point):
        n = len(argument) if isinstance(argument, tuple) else 1
        some = range(n) if n < 4 else sorted({0, n // 2, max(range(n), key=argument.__getitem__)})
        for i in some if op.name not in HELPERS and type(argument) is not int else ():
            yield f"{op.name} {parameter}", (first + i,)
        first += n


def ours(op: ops.Op, points: list[Point]) -> dict[Place, float]:
    """What the op and its rules give at the points."""
    found: dict[Place, float] = {}
    for k, point in enumerate(points):
        y = found[k, ()] = op.kernel(*point)
        first = 0
        for rule, argument in zip(op.rules, point):
            n = len(argument) if isinstance(argument, tuple) else 1
            slope = rule(*point, y)
            slopes = slope if isinstance(slope, (list, tuple)) else [slope] * n
            found |= {(k, (first + i,)): s for i, s in enumerate(slopes)}
            first += n
    return found


def truth(op: ops.Op, name: str, point: Point, places: tuple[int, ...]) -> Any:
    """The true result, in mpmath."""
    f = definition(op)
    assert f is not None, f"{op} has no definition in mpmath"
    if places and name in SLOPES:
        f, places = partial(SLOPES[name], *places) if op.over_sequences else SLOPES[name], ()
    return derivative(lambda *xs: f(*like(point, xs)), flat(point), places)


def error(name: str, point: Point, x: float, true: Any) -> float:
    """How far x is from the truth, in ulps; a value of 0 has the truth's sign (a gradient adds slopes to 0.0)."""
    if x == 0 != true and name in ops.table and math.copysign(1.0, x) != mp.sign(true):
        return math.inf
    if name not in TERMS:
        return ulps(x, true)
    with mp.workprec(2400):
        terms = TERMS[name](*like(point, map(mp.mpf, flat(point))))
        if terms > LARGEST:  # then so may be what is added on the way
            return 0.0
        beside = math.isfinite(x) and abs(true) < terms
        return ulps(float(terms), float(terms) + (true - x)) if beside else ulps(x, true)


def bound(name: str, point: Point) -> float:
    """In ulps, at this point."""
    op = name.split()[0]
    return FAR[op] if op in FAR and abs(point[0]) > 1e5 else BOUNDS.get(name, BOUND)


@dataclass
class Tally:
    """The errors of one result of an op."""

    name: str
    compared: int = 0
    worst: float = 0.0  # as a part of the bound there
    error: float = 0.0  # in ulps, there
    bound: float = BOUND
    over_4: int = 0
    at: str = ""
    left_out: Counter[str] = field(default_factory=Counter)

    def note(self, name: str, point: Point, x: float, true: Any) -> None:
        error_here, bound_here = error(name, point, x, true), bound(name, point)
        self.compared += 1
        self.over_4 += error_here > 4.0
        if error_here / bound_here >= self.worst:
            self.worst, self.error, self.bound = error_here / bound_here, error_here, bound_here
            self.at = f"{point} where it is {x!r} and should be {mp.nstr(true, 20)}"


Engine = Callable[[ops.Op, list[Point]], dict[Place, float]]


def examined(op: ops.Op, points: list[Point], engine: Engine = ours, *others: Engine) -> list[dict[str, Tally]]:
    """For each engine, the tally of each result of the op."""
    found = [e(op, points) for e in (engine, *others)]
    tallies: list[dict[str, Tally]] = [{} for _ in found]
    for k, point in enumerate(points):
        for name, places in asked(op, point):
            tie = op.kinks == TIES and len(set(flat(point))) < len(flat(point)) and not op.over_sequences
            try:
                true, reason = truth(op, name, point, places), "arguments are equal" if tie and places else ""
            except NoTruthError as why:
                true, reason = None, "it is not a real number here" if "j)" in str(why) else str(why)
            for results, tally in zip(found, tallies):
                one = tally.setdefault(name, Tally(name))
                if reason:
                    one.left_out[reason] += 1
                elif (k, places) in results:
                    one.note(name, point, results[k, places], true)
    return tallies


def some(points: list[Point], share: float) -> list[Point]:
    """That part of the points, always the same."""
    return points if share >= 1.0 else Random(0).sample(points, math.ceil(share * len(points)))


def show(tally: Tally) -> None:
    worst = f"BEYOND IT: {tally.at}" if tally.worst > 1.0 else tally.at[:200]
    print(f"{tally.name:20} {tally.error:8.3g} {tally.bound:5.3g} {tally.compared:7}  {worst}")
    for reason, n in tally.left_out.items():
        print(f"{'':22}left out {n}: {reason[:90]}")


def show_beside(op: ops.Op, tallies: list[dict[str, Tally]]) -> None:
    columns = []
    for tally in tallies:
        value, slopes = tally[op.name], [t for name, t in tally.items() if name != op.name]
        parts = [f"{max(t.error for t in ts):.2g} ({sum(t.over_4 for t in ts)})" for ts in ([value], slopes) if ts]
        columns.append(" / ".join(parts) if value.compared else "")
    print(f"{op.name:14} {sum(t.compared for t in tallies[0].values()):6}  " + "".join(f"{c:28}" for c in columns))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("op", nargs="*", help="rows of the op table; all if left out")
    parser.add_argument("--share", type=float, default=1.0, help="the part of the points to look at")
    parser.add_argument("--beside", nargs="+", default=[], choices=["torch", "jax"])
    arguments = parser.parse_args()
    engines: list[Engine] = [ours]
    if arguments.beside:
        import peers

        engines += [peers.ENGINES[name] for name in arguments.beside]
        print(f"{'op':14} {'points':>6}  " + "".join(f"{name:28}" for name in ("microgradlab", *arguments.beside)))
    else:
        print(f"{'result':20} {'ulps':>8} {'bound':>5} {'points':>7}  worst at")
    compared, beyond, start = 0, 0, time.process_time()
    for op in [ops.table[name] for name in arguments.op or ops.table]:
        tallies = examined(op, some(hard_points(op), arguments.share), *engines)
        if arguments.beside:
            show_beside(op, tallies)
        for tally in tallies[0].values():
            if not arguments.beside:
                show(tally)
            compared, beyond = compared + tally.compared, beyond + (tally.worst > 1.0)
    print(f"{compared} compared, {beyond} results beyond their bound, {time.process_time() - start:.0f} s")
    raise SystemExit(bool(beyond))


if __name__ == "__main__":
    main()
