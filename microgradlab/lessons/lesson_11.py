"""The exercises of lesson 11, overfitting: dropout, early stopping, weight decay."""

import random
from collections.abc import Sequence
from typing import Any

from microgradlab.coercion import shown
from microgradlab.engine import Value
from microgradlab.lessons.exercise import Exercise, Generator, Unmet, a_number, called, close

LOSSES = (0.9, 0.7, 0.6, 0.65, 0.62, 0.58, 0.6, 0.61, 0.63)


def _right(losses: Sequence[float], patience: int) -> tuple[int, int]:
    """The epoch after which a training stops, and the one whose weights it keeps."""
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best == patience:
            return epoch + 1, best + 1
    return len(losses), best + 1


def _pair(found: Any, what: str) -> list[float]:
    """Two epochs, as numbers."""
    if not isinstance(found, list | tuple) or len(found) != 2:
        raise Unmet(f"{what} should be two epochs, and is {shown(found)}.", "First when it stops, then which it keeps.")
    return [a_number(x, f"an epoch of {what}") for x in found]


def _by_hand(epochs: Any) -> None:
    if not isinstance(epochs, list | tuple) or len(epochs) != 2:
        idea = "Write epochs_by_hand = [(…, …), (…, …)]."
        raise Unmet(f"epochs_by_hand should be two pairs of epochs, and is {shown(epochs)}.", idea)
    for found, patience in zip(epochs, (3, 2)):
        stop, kept = _pair(found, f"the pair for patience {patience}")
        right_stop, right_kept = _right(LOSSES, patience)
        idea = f"count the epochs since the last new best; at {patience} it stops. A new best sets the count to 0."
        close(stop, right_stop, f"With patience {patience}, the epoch after which it stops", idea)
        close(kept, right_kept, f"With patience {patience}, the epoch that it keeps", "the lowest loss up to there.")


def _early_stop(early_stop: Any) -> None:
    tries = [
        (LOSSES, 3, "count the epochs since the last new best, and stop when they are as many as the patience."),
        (LOSSES, 2, "what comes after it has stopped is never seen, be it ever so good."),
        ((0.5, 0.6, 0.4, 0.3), 2, "one bad epoch is less than a patience of 2; and where it never stops, it ends."),
        ((0.5, 0.5, 0.5, 0.4), 2, "an equal loss is no new best."),
        ((0.5, 0.499999, 0.6, 0.6), 2, "a new best is lower than the best so far, by however little."),
        ((0.3,), 1, "the first epoch is the best so far."),
        ((0.9, 0.8, 0.7), 1, "where it always gets better, it goes on to the end."),
        ((0.5, 0.6, 0.55, 0.52, 0.4), 3, "better than the epoch before is not yet better than the best."),
    ]
    for _ in range(10):
        drawn = tuple(round(random.uniform(0.1, 0.9), 1) for _ in range(random.randint(1, 12)))
        tries.append((drawn, random.randint(1, 4), "a new best is lower than every loss before it."))
    for losses, patience, idea in tries:
        call = f"early_stop({[*losses]}, {patience})"
        stop, kept = _pair(called(early_stop, [*losses], patience, name="early_stop"), call)
        if (stop, kept) != _right(losses, patience):
            raise Unmet(f"{call} should be {_right(losses, patience)}, and is ({stop:g}, {kept:g}).", idea)


def _dropout(dropout: Any) -> None:
    xs = [1.0, 2.0, 3.0, 4.0]
    passed = _row(dropout, xs, 0.5, Generator(0), False)
    if passed != xs:
        idea = "outside of training nothing is dropped, and nothing scaled."
        raise Unmet(f"dropout({xs}, 0.5, rng, False) should be {xs}, and is {_short(passed)}.", idea)
    for p in (0.5, 0.2, 0.75):
        rng, count = Generator(random.randrange(1000)), 2000
        rows = [_row(dropout, xs, p, rng, True) for _ in range(count)]
        call = f"dropout({xs}, {p}, rng, True)"
        for row in rows:
            for x, found in zip(xs, row):
                if found and not abs(found - x / (1.0 - p)) < 1e-9:
                    idea = f"what stays is divided by 1 − p = {1.0 - p:g}, so that the mean stays {x:g}."
                    raise Unmet(f"{call} makes {found:.6g} of {x:g}: it should be 0 or {x / (1.0 - p):g}.", idea)
        if all(len({x == 0.0 for x in row}) == 1 for row in rows):
            raise Unmet(f"{call} drops all or none.", "Each number is dropped, or stays, by a draw of its own.")
        dropped = sum(x == 0.0 for row in rows for x in row) / (count * len(xs))
        if abs(dropped - p) > 0.04:
            idea = "rng.random() is below p with probability p."
            raise Unmet(f"{call}, {count} times, drops {dropped:.0%} of the numbers, not {p:.0%}.", idea)
        if len({sum(x == 0.0 for x in row) for row in rows}) == 1:
            raise Unmet(f"{call} always drops the same count.", "Each number is dropped, or stays, by its own draw.")
        if _row(dropout, xs * 5, p, Generator(1), True) != _row(dropout, xs * 5, p, Generator(1), True):
            raise Unmet(f"{call} with the same seed twice drops in two ways.", "Draw with rng: rng.random().")
    found = called(dropout, [Value(2.0) for _ in range(20)], 0.5, Generator(0), True, name="dropout")
    if not all(isinstance(x, Value) or x == 0 for x in found) or not any(isinstance(x, Value) for x in found):
        raise Unmet(f"dropout of Values gives {shown(found)}.", "Multiply or divide the Value itself: keep the graph.")


def _row(dropout: Any, xs: list[float], p: float, rng: Generator, training: bool) -> list[float]:
    """What dropout makes of the numbers, as many as they are."""
    given = list(xs)
    found = called(dropout, given, p, rng, training, name="dropout")
    if given != xs:
        raise Unmet(f"dropout changes the list that it is given: {xs} becomes {given}.", "Make a new list.")
    if not isinstance(found, list | tuple) or len(found) != len(xs):
        call = f"dropout({xs}, {p}, rng, {training})"
        raise Unmet(f"{call} should be {len(xs)} numbers, and is {_short(found)}.", "What is dropped stays, as a 0.")
    return [a_number(x, "a number that dropout gives") for x in found]


def _short(found: Any) -> str:
    return f"{[round(x, 6) if isinstance(x, float) else x for x in found]}" if isinstance(found, list) else shown(found)


EXERCISES = (
    Exercise(
        "11.1", "Patience", "epochs_by_hand",
        "epochs_by_hand = [(9, 6), (5, 3)]",
        _by_hand,
        ("Go from epoch to epoch, and count how many have passed since the lowest loss so far.",
         "The lowest losses so far are at epochs 1, 2, 3 and, if it comes to that, 6. The count begins anew at each.",
         "With patience 3: epochs 4 and 5 are two without a new best, 6 is one; 7, 8 and 9 are three. "
         "With patience 2 it does not come to epoch 6."),
        "epochs_by_hand = [(..., ...), (..., ...)]  # (stops after, keeps), with patience 3 and with patience 2",
    ),
    Exercise(
        "11.2", "Stop in time", "early_stop",
        '''def early_stop(losses, patience):
    """The epoch after which it stops, and the one whose weights it keeps, counted from 1; losses has one an epoch."""
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best == patience:
            return epoch + 1, best + 1
    return len(losses), best + 1''',
        _early_stop,
        ("Keep the place of the lowest loss so far. How far is the present epoch from it?",
         "If a loss is lower than the best, it is the new best. If the best is `patience` epochs ago, stop.",
         "for epoch, loss in enumerate(losses): move best, if losses[best] is higher; "
         "return (epoch + 1, best + 1) if epoch − best is the patience. After the loop: (len(losses), best + 1)."),
    ),
    Exercise(
        "11.3", "Dropout", "dropout",
        '''def dropout(xs, p, rng, training):
    """In training each of xs is 0 with probability p, else scaled so that its mean stays; otherwise xs as it is."""
    if not training:
        return xs
    return [0.0 if rng.random() < p else x / (1 - p) for x in xs]''',
        _dropout,
        ("Outside of training, give xs back. In training, draw for each number whether it is dropped.",
         "rng.random() < p is true with probability p. What stays is divided: the mean of 0 and x / (1 − p) is x.",
         "[0.0 if rng.random() < p else x / (1 − p) for x in xs], if training; else xs."),
    ),
)  # fmt: skip
