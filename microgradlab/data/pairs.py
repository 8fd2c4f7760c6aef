"""The names for what a data set is made of, and the checks every file of this package shares."""

import random
from collections.abc import Iterable
from typing import Any, TypeAlias, TypeVar

from microgradlab.coercion import shown

Inputs: TypeAlias = tuple[float, ...]
Labelled: TypeAlias = tuple[Inputs, int]
"""The inputs and the index of their class, counted from 0."""
Row = TypeVar("Row", bound=tuple[Any, Any])
"""Any `(inputs, target)` pair, handed on as it came."""


def check_whole(name: str, value: int, least: int) -> None:
    """Refuse anything but an int of at least `least`: TypeError or ValueError, by name."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, got {shown(value)}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {shown(value)}")


def check_real(name: str, value: float, below: float = float("inf")) -> None:
    """Refuse anything but a number from 0 up to, not including, `below`."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {shown(value)}")
    if not 0 <= value < below:
        raise ValueError(f"{name} must be at least 0 and below {below}, got {value}")


def seeded(seed: int) -> random.Random:
    """Return a random generator of one's own, so that nobody else's draws change its numbers."""
    check_whole("seed", seed, least=0)  # Random(-1) would repeat Random(1)
    return random.Random(seed)


def random_words(numbers: Iterable[int]) -> tuple[int, ...]:
    """Return the numbers of a generator's saved state; ValueError for others, some of which `setstate` would take."""
    words = tuple(numbers)
    if len(words) != 625 or not all(type(word) is int and 0 <= word < 2**32 for word in words):
        raise ValueError("a random state has 625 whole numbers from 0 to 2**32 - 1")
    return words


def as_pairs(data: Iterable[Row], name: str = "data") -> list[Row]:
    """Return the pairs of `data` as a new list, which is not empty; an error calls it `name`."""
    if not isinstance(data, Iterable):
        raise TypeError(f"{name} must be a list of (inputs, target) pairs, got {shown(data)}")
    if hasattr(data, "batch_size"):  # before a shuffle is drawn; a batch of two looks like a pair
        raise TypeError(f"{name} must be a list of (inputs, target) pairs, got batches of them: pass batches.rows")
    rows = list(data)
    if not rows:
        raise ValueError(f"{name} is empty: give it at least one (inputs, target) pair")
    for place, row in enumerate(rows):
        if not isinstance(row, tuple | list) or len(row) != 2:
            raise TypeError(f"{name}[{place}] must be an (inputs, target) pair, got {shown(row)}")
    return rows
