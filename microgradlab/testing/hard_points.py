"""Where floats are hard: for every op of the table, the arguments at which a careless formula fails.

    >>> from microgradlab import ops
    >>> hard_points(ops.log1p)[:3]
    [(0.0,), (-0.0,), (5e-324,)]

They are magnitudes over the whole range of a float, 5e-324 to 1.8e308, of both signs, and the neighbourhoods of
`SPOTS`: the ends of a domain, kinks, where digits cancel, where a result overflows or fades away. Every op gets them,
one of your own too; ops of several arguments get pairs and triples of them, ops over sequences several lengths that
cancel, spread widely or nearly tie. For an op of the library there are the points of `FURTHEST` as well. The same list
comes out every time.
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


# Where a search by hill climbing has found a result furthest from the truth, and where earlier formulas lost it.
# fmt: off
FURTHEST: dict[str, tuple[Point, ...]] = {
    "cbrt":         ((2.809719875832148e-12,), (0.024283632310555792,)),
    "pow": (
        (2.0303322104890112e-14, 4.839202957861773e-15),
        (0.9999998872387801, -6380921678.077961),
        (0.9999999999999426, -1.2520282707508508e+16),
    ),
    "tan":          ((10.906469912014515,),),
    "asin":         ((0.86490340559093,),),
    "acos":         ((-0.8647182842912543,),),
    "atan":         ((94976975.04743885,),),
    "atan2":        ((22.63700440550428, -0.1233549312290342), (-32838.85240613743, 20.919924265462758)),
    "sinh":         ((-710.4754493212994,), (710.4752140228609,)),
    "cosh":         ((710.4736820767529,), (-710.4628549865708,)),
    "tanh":         ((0.24893735674152098,), (0.2341058475642066,), (372.5666095509706,), (355.2881583880969,)),
    "asinh":        ((-0.5196075238651744,),),
    "acosh":        ((1.0268357153464944,), (1.0019452407247644,), (17.572134999029284,)),
    "atanh":        ((-0.24005992042753427,), (-0.7061630454758584,), (0.699975692782356,)),
    "erf":          ((-26.616647562164864,),),
    "erfc":         ((1.2499998867980253,), (1.2499081174225277,), (26.600194893907155,)),
    "sigmoid":      ((1.9562286088173635,),),
    "elu": (
        (-0.39509461932676193, -0.18995845747282147),
        (-852.4083785773374, -6.4717043884397894e140),
        (-754.0685519575696, 1.0731429063940745e83),
    ),
    "gelu":         ((-33.06574188511573,), (-1.7676593355447852,), (-37.70013740036662,), (-37.69589742164414,)),
    "silu":         ((-712.2422714865754,), (-1.2784645420516099,), (-30.49762881801779,)),
    "mish":         ((-0.22730926043266853,), (-1.9668759083791152,), (-3.2169759293466895,)),
    "softsign":     ((0.002138258721946229,),),
    "logsumexp": (
        ((-1.0543297729285386, -0.9960367153621474, -0.3860148925272411, 0.13809797938068175),),
        ((-0.703194281238928, -0.06876764733963991, -1.8947982445278388),),
        ((0.06940093670398727, 4.1041969064624935, 2.1372117694530215),),
        ((0.0, *[-745.2] * 60),),
    ),
    "log_softmax": (
        ((-707.3937493984688, -707.569719088678, -707.2593158166773, 0.31193618641486587, -708.0895342868452), 3),
        ((0.3, *[0.3 - 738.1665880530139] * 60), 0),  # each exponential alone has lost digits
        ((0.0, *[-744.8] * 60), 0),
    ),
    "softmax":      (((31.6795008833079, -33.31479819038244, -45.544602147101415, 33.876782613628535), 1),),
    "sech2":        ((372.5666095509706,),),
    "over_square":  ((8.094575529880936, 1.442596042622313e-14, -0.12576766466147113),),
    "over_sum_of_squares": ((0.5031988072529016, 90.81386040219861),),
    "gaussian":     ((2.404270259582712e229, -0.9999999999999917, 28.58903716927563),),
    "normal_cdf":   ((-13.83524099088727,), (-1.767595571920821,)),
    "scaled_exp":   ((-2.654922832317207e-291, 829.1916553352627),),
    "scaled_pow":   ((-0.2280055267321177, 13.615854612185892, -261.23664539216486, 0.9999996662642101),),
    "hypot":        ((1e-100, 1e-262), (1e-150, LEAST_NORMAL)),
    "sum":          (((1.7e308, 1.7e308, -1.7e308, -1.7e308, 3e-310),),),
    "mean":         (((1.7e308, 1.7e308, -1.7e308, -1.7e308, 1e-300),),),
}
# fmt: on


def hard_points(op: Op) -> list[Point]:
    """Arguments for `op` that are hard to be exact at, from its domain; and whole powers of negative numbers."""
    random = Random(op.name)  # each op has its own, so that a row added elsewhere changes nothing here
    if op.over_sequences:
        found = sequences(op, random)
    else:
        found = [singles, pairs, triples, quadruples][len(op.rules) - 1](numbers(op, random), random)
    found += FURTHEST.get(op.name, ())
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
