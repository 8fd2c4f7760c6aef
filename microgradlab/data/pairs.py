"""The names for what a data set is made of, and the checks every file of this package shares."""

import random
from collections.abc import Iterable
from typing import Any, TypeAlias, TypeVar

Inputs: TypeAlias = tuple[float, ...]
Labelled: TypeAlias = tuple[Inputs, int]
"""The inputs and the index of their class, counted from 0."""
Row = TypeVar("Row", bound=tuple[Any, Any])
"""Any `(inputs, target)` pair, handed on as it came."""


def check_whole(name: str, value: int, least: int) -> None:
    """Refuse anything but an int of at least `least`: TypeError or ValueError, by name."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")


def check_real(name: str, value: float, below: float = float("inf")) -> None:
    """Refuse anything but a number from 0 up to, not including, `below`."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not 0 <= value < below:
        raise ValueError(f"{name} must be at least 0 and below {below}, got {value}")


def seeded(seed: int) -> random.Random:
    """Return a random generator of one's own, so that nobody else's draws change its numbers."""
    check_whole("seed", seed, least=0)  # Random(-1) would repeat Random(1)
    return random.Random(seed)


def as_pairs(data: Iterable[Row]) -> list[Row]:
    """Return the pairs of `data` as a new list, which is not empty."""
    rows = list(data)
    if not rows:
        raise ValueError("data is empty: give it at least one (inputs, target) pair")
    for place, row in enumerate(rows):
        if not isinstance(row, tuple | list) or len(row) != 2:
            raise TypeError(f"data[{place}] must be an (inputs, target) pair, got {row!r:.80}")
    return rows
