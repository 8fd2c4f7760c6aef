"""Arguments for an op: numbers from its domain, with a margin from the ends of that and from its kinks."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from microgradlab.row import TIES, Domain, Op

REACH = 4.0  # how far from 0, or from the nearest end of its domain, a number is drawn where no bounds are given
ROUND = (2.0, 1.0, 3.0, 0.5, -1.0, -2.0, 0.0)
LONGEST = 4  # sequence


@dataclass(frozen=True)
class Numbers:
    """The numbers between two bounds, as far as a domain has them.

    A bound of None is REACH beyond 0, or beyond the nearest end of the domain, and beyond all kinks.
    """

    min_value: float | None = None
    max_value: float | None = None
    margin: float = 0.0

    def interval(self, domain: Domain, kinks: Sequence[float] = ()) -> tuple[float, float]:
        """The lowest and the highest number for this domain; the first is above the second if there is none."""
        low = min(domain.high, 0.0, *kinks) - REACH if self.min_value is None else self.min_value
        high = max(domain.low, 0.0, *kinks) + REACH if self.max_value is None else self.max_value
        room = self._room(domain)
        return max(low, domain.low + room), min(high, domain.high - room)

    def fits(self, x: float, domain: Domain, avoided: Sequence[float]) -> bool:
        """Whether `x` is well within the domain, and nowhere near what is to be avoided."""
        room = self._room(domain)
        inside = domain.low + room <= x <= domain.high - room
        return inside and (not self.margin or all(abs(x - other) > self.margin for other in avoided))

    def fitted(self, x: float, domain: Domain, avoided: Sequence[float]) -> float | None:
        """`x` if it fits, else a number that does, a round one for a round one; None if there is none."""
        low, high = self.interval(domain, avoided)
        if self.margin and abs(x) < self.margin and low <= 0.0 <= high:
            x = 0.0  # what is tiny and not 0 is lost in a difference quotient
        found = (y for y in _instead_of(x, low, high) if low <= y <= high and self.fits(y, domain, avoided))
        return next(found, None)

    def _room(self, domain: Domain) -> float:
        return min(self.margin, (domain.high - domain.low) / 4)


def _instead_of(x: float, low: float, high: float) -> Iterator[float]:
    """`x`, and what may take its place."""
    yield from (x, -x)
    if x % 0.5:
        yield low + (high - low) * (0.5 + math.atan(x) / math.pi)
    yield from ROUND
    yield from (low + (high - low) * (i / 64) for i in range(1, 64))


def kinks_of(op: Op) -> list[float]:
    """The points where the op has a kink in one of its arguments."""
    return [] if isinstance(op.kinks, str) else [float(kink) for kink in op.kinks]


Choose = Callable[[int], int]  # one of so many, counted from 0
Pick = Callable[[Domain, Sequence[float], bool], tuple[Any, float] | None]  # an argument, and the number it is


def chosen_arguments(op: Op, choose: Choose, pick: Pick) -> tuple[Any, ...] | None:
    """Arguments for the op, each number by `pick`; None if it finds none for one of them.

    `pick` is told the domain, the numbers to avoid, and whether this is the last to pick.
    """
    length = choose(LONGEST) + 1 if op.over_sequences else 1
    left = sum(length if domain.sequence else 1 for domain in op.domain if not domain.is_index)
    avoided = kinks_of(op)
    arguments: list[Any] = []
    for domain in op.domain:
        if domain.is_index:
            arguments.append(choose(length))
            continue
        elements = []
        for _ in range(length if domain.sequence else 1):
            left -= 1
            picked = pick(domain, avoided, left == 0)
            if picked is None:
                return None
            elements.append(picked[0])
            if op.kinks == TIES:
                avoided.append(picked[1])
        arguments.append(tuple(elements) if domain.sequence else elements[0])
    return tuple(arguments)
