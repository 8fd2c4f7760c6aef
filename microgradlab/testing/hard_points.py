"""Where floats are hard: for every op of the table, the arguments at which a careless formula fails.

    >>> from microgradlab import ops
    >>> hard_points(ops.log1p)[:3]
    [(0.0,), (-0.0,), (5e-324,)]

They are magnitudes over the whole range of a float, 5e-324 to 1.8e308, of both signs, and the neighbourhoods of
`SPOTS`: the ends of a domain, kinks, where digits cancel, where a result overflows or fades away. Every op gets them,
one of your own too; ops of several arguments get pairs and triples of them, ops over sequences several lengths that
cancel, spread widely or nearly tie. The same list comes out every time.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from microgradlab.row import Op

LEAST, LEAST_NORMAL, LARGEST = 5e-324, math.ldexp(1.0, -1022), math.nextafter(math.inf, 0.0)
EXTREMES = 0.0, LEAST, math.nextafter(LEAST_NORMAL, 0.0), LEAST_NORMAL, 0.5, 1.0, 2.0, LARGEST
FEW = 0.0, -0.0, LEAST, -LEAST_NORMAL, 1e-150, 0.5, -1.0, 1.0, 3.0, -1e160, 1e200, LARGEST  # paired with each other
EXPONENTS = 2.0, 3.0, -1.0, -2.0, 0.5, 1 / 3, 1.5, -0.5, 7.25, 1.0 + 2.0**-52, 2.0**-53, 1e-300
DISTANCES = 52, 51, 48, 40, 30, 20, 10, 5  # around a spot s lie s ± s / 2^distance
# Multiples of π/2 that a float nearly hits; the last but one is nearest of all (Kahan).
QUARTER_TURNS = (*(math.pi / 2 * k for k in (1, 2, 3, 4, 7, 22, 710, 5419351)),
                 11.0, 22.0, 355.0, 5419351.0, math.ldexp(6381956970095103.0, 797), 1e22)  # fmt: skip
FADING = 36.7368005696771, -36.7368005696771, -708.3964185322641, -745.1332191019412, -751.7  # 1 + exp(-x) and exp(x)

# fmt: off
SPOTS: dict[str, tuple[float, ...]] = {
    "exp":         (-745.1332191019412, -744.4400719213812, -708.3964185322641, 709.782712893384),
    "expm1":       (-37.42994775023705, 709.782712893384, math.log(2.0)),
    "log":         (1.0, math.sqrt(2.0)),
    "log2":        (1.0, math.sqrt(2.0), 8.0),
    "log10":       (1.0, 10.0, 1000.0),
    "log1p":       (-1.0, -0.5, 1.0),
    "cbrt":        (8.0, 27.0),
    "sin":         QUARTER_TURNS,
    "cos":         QUARTER_TURNS,
    "tan":         QUARTER_TURNS,
    "asin":        (-1.0, -0.5, 0.5, 1.0),
    "acos":        (-1.0, -0.5, 0.5, 1.0),
    "atan":        (-1.0, 1.0, 2.0 ** 27, 2.0 ** 54, 1e154),
    "acosh":       (1.0, 2.0, 2.0 ** 28),
    "asinh":       (2.0 ** -28, 1.0, 2.0 ** 28),
    "atanh":       (-1.0, -0.5, 0.5, 1.0),
    "sinh":        (-710.4758600739439, 1.0, 22.0, 710.4758600739439),
    "cosh":        (-710.4758600739439, 1.0, 22.0, 710.4758600739439),
    "tanh":        (0.55, 1.0, 19.06154746539849, 22.0, 372.56, -354.19),
    "sech2":       (0.55, 1.0, 19.06154746539849, 22.0, 372.56, -354.19),
    "erf":         (0.5, 0.84375, 1.25, 5.92, 26.6, -26.6),
    "erfc":        (0.5, 0.84375, 1.25, 5.92, 26.543, 27.226),
    "sigmoid":     (2.0, -6.0, *FADING),
    "log_sigmoid": (2.0, -6.0, *FADING, 708.3964185322641, 745.1332191019412),
    "softplus":    (2.0, -6.0, *FADING),
    "silu":        (-1.2784645427610738, -40.0, *FADING),
    "mish":        (-1.1924, 18.4, -40.0, *FADING),
    "gelu":        (-0.7517915246935645, -5.0, -8.3, 8.3, -30.0, -37.5, -38.44, -38.6),
    "normal_cdf":  (-0.7517915246935645, -5.0, -8.3, 8.3, -30.0, -37.5, -38.44, -38.6),
    "elu":         (-37.42994775023705, 709.782712893384),
    "selu":        (-37.42994775023705, 709.782712893384),
}
# fmt: on
Point = tuple[Any, ...]


def hard_points(op: Op) -> list[Point]:
    """Arguments for `op` that are hard to be exact at, from its domain; and whole powers of negative numbers."""
    random = Random(op.name)  # each op has its own, so that a row added elsewhere changes nothing here
    if op.over_sequences:
        found = sequences(op, random)
    else:
        found = [singles, pairs, triples, quadruples][len(op.rules) - 1](numbers(op, random), random)
    found = [p for p in found if all(d.low <= x <= d.high for a, d in zip(p, op.domain) for x in opened(a))]
    return [p for p in (*found, *POWERS[op.name](random)) if tame(*p)] if op.name in POWERS else found


def opened(argument: Any) -> Sequence[float]:
    """The numbers of an argument, be it a sequence or one number."""
    return argument if isinstance(argument, tuple) else (argument,)


def numbers(op: Op, random: Random) -> list[float]:
    """Hard numbers for an argument of `op`."""
    spots = [*SPOTS.get(op.name, ()), *(kink for kink in op.kinks if isinstance(kink, float))]
    found = [s for x in EXTREMES for s in (x, -x)] + [x for spot in spots for x in around(spot)]
    return [*found, *magnitudes(180, random), *moderate(80, random)]


def around(spot: float) -> Iterator[float]:
    """The spot and its neighbours on both sides, from the next float to a few percent away."""
    yield spot
    for distance in DISTANCES:
        yield spot - math.ldexp(spot, -distance)
        yield spot + math.ldexp(spot, -distance)


def magnitudes(count: int, random: Random) -> Iterator[float]:
    """Numbers of both signs, spread evenly over all exponents a float can have."""
    for k in range(count):
        exponent = -1074 + (2098 * k + random.randrange(2098)) // count
        yield random.choice((-1.0, 1.0)) * math.ldexp(1.0 + random.random(), exponent)


def moderate(count: int, random: Random) -> Iterator[float]:
    """Numbers of both signs as networks have them, spread evenly over the exponents from 2^-12 to 2^10."""
    for _ in range(count):
        yield random.choice((-1.0, 1.0)) * 2.0 ** random.uniform(-12.0, 10.0)


def singles(xs: list[float], random: Random) -> list[Point]:
    """Each number alone."""
    return [(x,) for x in xs]


def pairs(xs: list[float], random: Random) -> list[Point]:
    """Pairs of numbers: extremes, any two, two that agree in all but a few digits, and two of like size."""
    found = [(a, b) for a in FEW for b in FEW] + [(a, random.choice(xs)) for a in random.sample(xs, 120)]
    found += [(x, within(x - random.choice((-1, 1)) * math.ldexp(x, -random.choice(DISTANCES)))) for x in xs[::5]]
    return [*found, *((x, within(x * random.choice((-1, 1)) * 2.0 ** random.uniform(-60, 60))) for x in xs[::2])]


def triples(xs: list[float], random: Random) -> list[Point]:
    """A number, and a pair."""
    found = pairs(xs, random)
    return [(random.choice(xs), *pair) for pair in random.sample(found, min(len(found), 350))]


def quadruples(xs: list[float], random: Random) -> list[Point]:
    """A number, and a triple."""
    return [(random.choice(xs), *triple) for triple in triples(xs, random)]


def within(x: float) -> float:
    """The nearest finite float."""
    return min(max(x, -LARGEST), LARGEST)


def powers(random: Random) -> Iterator[Point]:
    """Bases over the whole range, and next to 1, with exponents that bring the power anywhere in the range."""
    bases = [abs(x) for x in magnitudes(100, random)] + [1.0 + s * 2.0**-k for k in range(1, 53) for s in (-0.5, 1.0)]
    for a in bases:
        yield a, within(random.uniform(-1078.0, 1026.0) / math.log2(a))
        yield a, random.choice(EXPONENTS)
    for a in moderate(40, random):
        yield -abs(a), float(random.randint(-60, 60))


def scaled_powers(random: Random) -> Iterator[Point]:
    """The same, for c * a**(b - k)."""
    for c, (a, b) in zip(moderate(300, random), powers(random)):
        yield c, a, b, random.choice((0.0, 1.0, 2.0))


POWERS: dict[str, Callable[[Random], Iterator[Point]]] = {"pow": powers, "scaled_pow": scaled_powers}


def tame(*point: float) -> bool:
    """Whether mpmath can write the power down: the exponent of 3**1e308 has 308 digits."""
    a, b, *_ = point[-3:] if len(point) > 2 else point
    return a == 0 or abs(b * math.log2(abs(a))) < 1e9


def sequence(length: int, random: Random) -> list[float]:
    """Numbers that are hard to add, to multiply or to take the exponentials of together."""
    some = list(moderate(length, random))
    first, far = some[0], random.choice((20.0, 40.0, 708.0, 745.0))
    nearly_opposite = -1.0 - random.choice((0.0, 2.0**-52, 2.0**-30))
    return random.choice(
        (
            some,
            list(magnitudes(length, random)),
            [x for a in some for x in (a, a * nearly_opposite)][:length],  # a sum cancels all but the last digits
            [first * (1.0 + random.randint(-2, 2) * 2.0**-52) for _ in some],  # nearly all alike
            [first + far, *some[1:]],
            [math.ldexp(x, -40) for x in some],  # where the softmax family is flat
            [random.choice((first, first, 0.0, -0.0, -first)) for _ in some],
            [random.choice((1e308, -1e308, 1e200, 1e-200, LEAST, 1.0)) for _ in some],
        )
    )


def sequences(op: Op, random: Random) -> list[Point]:
    """Sequences of several lengths, with numbers or an index beside them."""
    found: list[Point] = []
    for n in (1, 2, 3, 4, 5, 8, 16, 40) * 25:
        arguments: list[Any] = []
        for domain in op.domain:
            xs = tuple(sequence(n, random))
            arguments.append(xs if domain.sequence else random.randrange(n) if domain.is_index else xs[0])
        found.append(tuple(arguments))
    return found
