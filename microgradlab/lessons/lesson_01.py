"""The exercises of lesson 1, one neuron."""

import math
from collections.abc import Sequence
from typing import Any

from microgradlab import ops
from microgradlab.coercion import shown
from microgradlab.lessons.exercise import Exercise, Unmet, a_number, called, close

SIX = "(Six digits are compared, so take σ′(−6) with more than three.)"
LECTURES = (1.0, 3.0, -2.0)  # w0, w1, w2 of the lecture's neuron (20:06)


def _numbers(found: Any, count: int, what: str) -> list[float]:
    """So many numbers in a tuple or a list."""
    if found is ...:
        raise Unmet(f"{what} is still missing.", "Put it where the ... is.")
    if not isinstance(found, Sequence) or isinstance(found, str) or len(found) != count:
        sentence = f"{what} should be {count} numbers in a tuple, and is {shown(found)}."
        raise Unmet(sentence, "Write (1.0, 2.0), with a comma.")
    return [a_number(x, f"number {i} of {what}") for i, x in enumerate(found, 1)]


def _points(points: Any) -> None:
    if not isinstance(points, Sequence) or len(points) != 2:
        raise Unmet(f"points should be two points, and is {shown(points)}.", "Write points = [(x1, x2), (x1, x2)].")
    for (x1, x2), z, which in zip([_numbers(p, 2, "a point") for p in points], (0.0, 6.0), ("first", "second")):
        found = LECTURES[0] + LECTURES[1] * x1 + LECTURES[2] * x2
        idea = "ŷ is 0.5 where z is 0." if z == 0 else "Choose x1, and solve 1 + 3·x1 − 2·x2 = 6 for x2."
        close(found, z, f"z at your {which} point, ({x1:g}, {x2:g}),", idea)


def _and(numbers: Any) -> None:
    w1, w2, b = _numbers(numbers, 3, "numbers")
    for x1, x2 in ((0, 0), (0, 1), (1, 0), (1, 1)):
        answer = float(ops.sigmoid(w1 * x1 + w2 * x2 + b))
        is_meant = x1 == x2 == 1
        if not (answer > 0.9 if is_meant else answer < 0.1):
            wanted = "above 0.9" if is_meant else "below 0.1"
            z = w1 * x1 + w2 * x2 + b
            idea = f"there z is {z:g}; σ is above 0.9 from 2.2 on, and below 0.1 up to −2.2."
            raise Unmet(f"The answer at ({x1}, {x2}) should be {wanted}, and is {answer:.3g}.", idea)


def _raised(raised: Any) -> None:
    for eta in (0.0, 1.0, 10.0, 100.0, 1000.0):
        slope = math.exp(-6.0) / (1.0 + math.exp(-6.0)) ** 2  # σ'(−6)
        xs = (1.0, -1.0, 2.0)
        z = sum((w + eta * slope * x) * x for w, x in zip(LECTURES, xs))
        idea = "Each weight w becomes w + η·∂ŷ/∂w, and ∂ŷ/∂w is σ′(−6) times the weight's input: 1, −1 and 2."
        close(called(raised, eta, name="raised"), float(ops.sigmoid(z)), f"raised({eta:g})", f"{idea} {SIX}", rel=1e-6)
    again = called(raised, 0.0, name="raised")
    idea = "start from the lecture's weights in each call, and leave those outside as they are."
    close(again, float(ops.sigmoid(-6.0)), "raised(0), asked once more,", idea, rel=1e-6)


EXERCISES = (
    Exercise(
        "01.1", "Two points of the lecture's neuron", "points",
        "points = [(1.0, 2.0), (1.0, -1.0)]",
        _points,
        ("ŷ = σ(z) is 0.5 where z is 0. So the question is where 1 + 3·x1 − 2·x2 is 0, and where it is 6.",
         "There are many such points: choose x1 = 1 and find x2.",
         "With x1 = 1, z = 4 − 2·x2. It is 0 for x2 = 2, and 6 for x2 = −1."),
        "points = [..., ...]  # two points (x1, x2): at the first ŷ is exactly 0.5, at the second z is 6",
    ),
    Exercise(
        "01.2", "A neuron that says AND", "numbers",
        "numbers = (6.0, 6.0, -9.0)",
        _and,
        ("Both inputs must be 1 for a yes. So one weight alone must not outweigh the bias, and two together must.",
         "Take w1 = w2 = w. You need b < −2.2, w + b < −2.2 and 2w + b > 2.2.",
         "b halfway between −w and −2w does it: w = 6 and b = −9 leave 3 on either side."),
        "numbers = (..., ..., ...)  # w1, w2 and b",
    ),
    Exercise(
        "01.3", "What a gradient promises", "raised",
        '''def raised(eta):
    """The lecture's neuron at x = (-1, 2), after each weight has moved by eta times its gradient."""
    weights, inputs = [1.0, 3.0, -2.0], [1.0, -1.0, 2.0]
    answer = ops.sigmoid(sum(w * x for w, x in zip(weights, inputs)))
    slope = answer * (1 - answer)
    moved = [w + eta * slope * x for w, x in zip(weights, inputs)]
    return ops.sigmoid(sum(w * x for w, x in zip(moved, inputs)))''',
        _raised,
        ("Write the neuron as w0·1 + w1·(−1) + w2·2, and its gradient as in section 9.",
         "The gradient of each weight is σ′(z) times its input, with z = −6; σ′(z) is σ(z)·(1 − σ(z)).",
         "moved = [w + eta * slope * x for w, x in zip(weights, inputs)]; then ops.sigmoid of their sum of products."),
    ),
)  # fmt: skip
