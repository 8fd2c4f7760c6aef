"""Toy problems in the plane, on which you can watch a network bend its decision boundary.

Each returns `n` pairs `((x, y), class index)`, the classes equally large (or nearly so, where they
do not divide `n`), and gives the same rows for the same seed. The rows are mixed evenly rather than
shuffled: any slice, and every n-th row, holds about its fair share of every class.
"""

import math
import random
from collections.abc import Sequence

from microgradlab.data.pairs import Labelled, check_real, check_whole, seeded

GOLDEN_RATIO = (1 + math.sqrt(5)) / 2


def moons(n: int = 100, noise: float = 0.1, seed: int = 0) -> list[Labelled]:
    """Two half circles of radius 1, the second upside down and reaching into the first.

    `noise` is the standard deviation added to both coordinates. As scikit-learn's `make_moons`.

    >>> moons(2, noise=0)
    [((0.0, 0.5), 1), ((1.0, 0.0), 0)]
    """
    upper, lower = _shares(n, 2)
    rows = [((math.cos(t), math.sin(t)), 0) for t in _steps(upper, math.pi)]
    rows += [((1 - math.cos(t), 0.5 - math.sin(t)), 1) for t in _steps(lower, math.pi)]
    return _mixed(_scattered(rows, "noise", noise, seeded(seed)))


def circles(n: int = 100, noise: float = 0.05, factor: float = 0.5, seed: int = 0) -> list[Labelled]:
    """A circle of radius 1 (class 0) around one of radius `factor` (class 1).

    `noise` is the standard deviation added to both coordinates. As scikit-learn's `make_circles`.
    """
    check_real("factor", factor, below=1)
    outer, inner = _shares(n, 2)
    rows = [((math.cos(t), math.sin(t)), 0) for t in _steps(outer + 1, math.tau)[:-1]]
    rows += [((factor * math.cos(t), factor * math.sin(t)), 1) for t in _steps(inner + 1, math.tau)[:-1]]
    return _mixed(_scattered(rows, "noise", noise, seeded(seed)))


def blobs(n: int = 100, centers: int = 3, spread: float = 1.0, seed: int = 0) -> list[Labelled]:
    """Round clouds, one per class, around random centers in the square from -10 to 10.

    `spread` is the standard deviation around a center. As scikit-learn's `make_blobs`.
    """
    rng = seeded(seed)
    rows = []
    for label, size in enumerate(_shares(n, centers, "centers")):
        center = (rng.uniform(-10, 10), rng.uniform(-10, 10))
        rows += [(center, label)] * size
    return _mixed(_scattered(rows, "spread", spread, rng))


def spirals(n: int = 300, arms: int = 3, noise: float = 0.2, seed: int = 0) -> list[Labelled]:
    """Spiral arms, one per class, that turn by 4 radians on their way from the origin to radius 1.

    `n` counts the rows of all arms together; `noise` is the standard deviation added to the angle,
    in radians. After Stanford's CS231n, "Putting it together: Minimal Neural Network Case Study",
    except that no two arms share the origin, and that they divide the full turn evenly (there,
    three arms start 4 radians apart).
    """
    check_real("noise", noise)
    rng = seeded(seed)
    rows: list[Labelled] = []
    for arm, size in enumerate(_shares(n, arms, "arms")):
        for radius in (i / size for i in range(1, size + 1)):
            angle = math.tau * arm / arms + 4 * radius + rng.gauss(0, noise)
            rows.append(((radius * math.sin(angle), radius * math.cos(angle)), arm))
    return _mixed(rows)


def _shares(n: int, classes: int, name: str = "classes") -> list[int]:
    """Divide `n` rows among the classes, the first ones taking what is left over."""
    check_whole(name, classes, least=1)
    check_whole("n", n, least=classes)
    return [n // classes + (label < n % classes) for label in range(classes)]


def _steps(count: int, end: float) -> list[float]:
    """Return `count` numbers from 0 to `end`, both included, evenly spaced."""
    return [end * i / max(count - 1, 1) for i in range(count)]


def _scattered(rows: Sequence[Labelled], name: str, deviation: float, rng: random.Random) -> list[Labelled]:
    """Add normally distributed noise to every coordinate."""
    check_real(name, deviation)
    return [(tuple(x + rng.gauss(0, deviation) for x in point), label) for point, label in rows]


def _mixed(rows: list[Labelled]) -> list[Labelled]:
    """Reorder rows so that any slice, and every n-th row, is an even sample of them all.

    The multiples of the golden ratio, modulo 1, each fall into one of the widest gaps that those
    before it left (Knuth, The Art of Computer Programming, 6.4); row k of the result, counted from
    1, comes from about the fraction k * ratio of the list. A shuffle would be even only on average:
    of 12 test rows, 9 may be of one class.
    """
    places = sorted(range(len(rows)), key=lambda i: (i + 1) * GOLDEN_RATIO % 1)
    return [row for _, row in sorted(zip(places, rows))]
