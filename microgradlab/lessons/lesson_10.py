"""The exercises of lesson 10, mini-batches."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from microgradlab import ops
from microgradlab.coercion import shown
from microgradlab.engine import Value
from microgradlab.lessons.exercise import Exercise, Generator, Unmet, a_number, called, close

Piece = list[tuple[float, float]]


def _numbers(numbers: Any) -> None:
    if not isinstance(numbers, list | tuple) or len(numbers) != 3:
        raise Unmet(f"numbers should be three numbers, and is {shown(numbers)}.", "Write numbers = (…, …, …).")
    steps, last, size = (a_number(x, f"number {i} of numbers") for i, x in enumerate(numbers, 1))
    close(steps, 45, "The number of steps", "44 full batches take 44 · 32 = 1408 examples, and some are left over.")
    close(last, 29, "The size of the last batch", "1437 examples, of which 44 · 32 = 1408 are in full batches.")
    idea = "the error falls as 1/√B, so half the error takes more than twice the batch."
    close(size, 128, "The batch size for half the error of 32", idea)


def _deal(deal: Any) -> None:
    orders = set()
    for seed, (count, size) in enumerate([(10, 4), (12, 4), (7, 1), (3, 5), (30, 8), (30, random.randint(2, 29))]):
        rows, rng = list(range(count)), Generator(seed)
        call = f"deal of {count} rows, 0 to {count - 1}, in batches of {size},"
        batches = _dealt(deal, rows, size, rng)
        if rows != list(range(count)):
            raise Unmet(f"{call} leaves the list of rows in another order.", "Shuffle a copy, list(rows).")
        dealt = [row for batch in batches for row in batch]
        times = Counter(dealt)
        if lost := [row for row in rows if row not in times]:
            idea = "what is left over at the end is a batch as well, a shorter one; and nothing is drawn twice."
            raise Unmet(f"{call} never deals {lost[0]}: {_short(batches)}.", idea)
        if len(dealt) != count:
            [(row, often)] = times.most_common(1)
            raise Unmet(f"{call} deals {row} {often} times: {_short(batches)}.", "Each row comes once in an epoch.")
        sizes = [size] * (count // size) + [count % size] * (count % size > 0)
        if [*map(len, batches)] != sizes:
            told = f"{call} should make batches of {', '.join(map(str, sizes))}, and makes {_short(batches)}."
            raise Unmet(told, "Batch number i is cards[i · size : (i + 1) · size].")
        if count == 30:
            again = _dealt(deal, rows, size, Generator(seed))
            if again != batches:
                raise Unmet(f"{call} with the same seed twice deals in two ways.", "Shuffle with rng, rng.shuffle(…).")
            orders |= {tuple(dealt), tuple(row for batch in _dealt(deal, rows, size, rng) for row in batch)}
    if tuple(range(30)) in orders:
        raise Unmet("deal leaves 30 rows in the order in which they came.", "Shuffle before you deal.")
    if len(orders) < 4:
        idea = "The generator goes on from where it is: shuffle with rng itself."
        raise Unmet("deal called twice with the same rng deals the same order.", idea)
    rng = Generator(0)
    small = {tuple(row for batch in _dealt(deal, list(range(5)), 2, rng) for row in batch) for _ in range(200)}
    if len(small) < 60:  # of 120 orders a fair dealer finds some 97
        idea = "rng.shuffle(cards) puts all rows in any order, and then you cut them into batches."
        raise Unmet(f"deal of 5 rows, called 200 times, makes only {len(small)} different orders of 120.", idea)


def _dealt(deal: Any, rows: list[int], size: int, rng: random.Random) -> list[list[int]]:
    """The batches, as lists; a learner's function may return them or yield them."""

    def run(rows: list[int], size: int, rng: random.Random) -> Any:
        batches = deal(rows, size, rng)
        return batches if batches is None or batches is ... else [list(batch) for batch in batches]

    found: list[list[int]] = called(run if callable(deal) else deal, rows, size, rng, name="deal")
    if not all(isinstance(row, int) for batch in found for row in batch):
        raise Unmet(f"deal gives {shown(found)}.", "It should be a list of batches, each a list of rows.")
    return found


def _short(batches: list[list[int]]) -> str:
    told = str(batches)
    return told if len(told) < 90 else f"{told[:90]}…"


def _accumulated(accumulated: Any) -> None:
    tries: list[list[Piece]] = [[[(1.0, 2.0), (2.0, 1.0)]]]
    for each in ((2, 2), (4, 4, 2), (3, 1), (5, 1, 2)):
        tries += [[[(random.uniform(1, 2), random.uniform(-2, 2)) for _ in range(size)] for size in each]]
    for pieces in tries:
        w, sizes = Value(0.5, "w"), [*map(len, pieces)]
        count = sum(sizes)
        loss, asked = _loss()
        own = [_gradient(w, loss, piece) for piece in pieces]
        expected = sum(len(piece) / count * gradient for piece, gradient in zip(pieces, own))
        w.grad = 5.0  # what an earlier step left
        asked.clear()
        found = called(accumulated, w, loss, pieces, name="accumulated")
        told = f"accumulated, of pieces of {' and '.join(map(str, sizes))} rows,"
        if max(asked, default=0) > max(sizes):
            raise Unmet(f"{told} takes {max(asked)} rows at once.", "Take one piece at a time, and let them add up.")
        number = a_number(found, told)
        idea = "the mean of a piece counts for its share of all rows: its rows / all rows."
        if _near(number, expected + 5.0) or _near(number, sum(own) + 5.0):
            idea = "w.grad was 5 before, from another step: start from 0."
        elif _near(number, sizes[-1] / count * own[-1]) or _near(number, own[-1]):
            idea = "set w.grad to 0 once, before the first piece; after that, the pieces add up."
        elif _near(number, sum(own)):
            idea = "each piece counts for its share only: multiply its loss by its rows / all rows."
        close(number, expected, told, idea)


def _near(one: float, other: float) -> bool:
    return abs(one - other) < 1e-9


def _gradient(w: Value, loss: Callable[[Value, Piece], Any], piece: Piece) -> float:
    w.grad = 0.0
    loss(w, piece).backward()
    return float(w.grad)


def _loss() -> tuple[Callable[[Value, Piece], Any], list[int]]:
    """A mean squared error of w·x against y; and how many rows it was asked for, each time."""
    asked: list[int] = []

    def loss(w: Value, piece: Piece) -> Any:
        asked.append(len(piece))
        return ops.mean([ops.square(w * x - y) for x, y in piece])

    return loss, asked


EXERCISES = (
    Exercise(
        "10.1", "Steps, passes and errors", "numbers",
        "numbers = (45, 29, 128)",
        _numbers,
        ("How often does 32 go into 1437, and what is left over? What is left over makes a batch as well.",
         "44 · 32 = 1408. For the last: the error falls as 1/√B, so what must √B become?",
         "44 full batches and one of 1437 − 1408. For half the error √B must double, so B must be four times 32."),
        "numbers = (..., ..., ...)  # steps in an epoch, size of the last batch, batch size for half the error of 32",
    ),
    Exercise(
        "10.2", "Shuffle, and deal", "deal",
        '''def deal(rows, size, rng):
    """The rows shuffled, as a list of batches of `size` rows, the last one perhaps shorter; `rows` stays as it is."""
    cards = list(rows)
    rng.shuffle(cards)
    return [cards[start : start + size] for start in range(0, len(cards), size)]''',
        _deal,
        ("Shuffle a copy of the rows, then cut it into slices.",
         "cards = list(rows); rng.shuffle(cards). Slices begin at 0, size, 2·size, …",
         "range(0, len(cards), size) gives where slices start; cards[start : start + size] stops at the end."),
    ),
    Exercise(
        "10.3", "Adding up, on purpose", "accumulated",
        '''def accumulated(w, loss, pieces):
    """The gradient in w of the mean loss over the rows of all pieces together, found piece by piece."""
    count = sum(len(piece) for piece in pieces)
    w.grad = 0.0
    for piece in pieces:
        (loss(w, piece) * (len(piece) / count)).backward()
    return w.grad''',
        _accumulated,
        ("Set w.grad to 0 once. Then backward of each piece adds to it.",
         "A mean over all rows is Σ rows of a piece / all rows · mean of that piece.",
         "For each piece: (loss(w, piece) * (len(piece) / count)).backward(), where count is the number of all rows."),
    ),
)  # fmt: skip
