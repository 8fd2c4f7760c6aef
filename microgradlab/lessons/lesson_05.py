"""The exercises of lesson 5, from neurons to networks."""

import math
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from microgradlab.coercion import shown
from microgradlab.lessons.exercise import Exercise, Unmet, a_number, called, close, numbers_of

CORNERS = ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0))  # x1, x2 and whether they differ


def _parameters(parameters: Any) -> None:
    cases = [([2, 1], 3), ([2, 3, 1], 13), ([2, 16, 16, 1], 337), ([64, 32, 10], 2410)]
    widths = [random.randint(1, 9) for _ in range(4)]
    cases.append((widths, sum((a + 1) * b for a, b in pairwise(widths))))
    for widths, count in cases:
        call = f"parameters({widths})"
        found = a_number(called(parameters, widths, name="parameters"), call)
        weights = sum(a * b for a, b in pairwise(widths))
        idea = "each neuron has a weight for each of its inputs, and a bias." if found == weights else ""
        close(found, count, call, idea or "go through the pairs of neighbours: zip(widths, widths[1:]).")


def _outputs(weights: Sequence[Sequence[float]], biases: Sequence[float], xs: Sequence[float]) -> list[float]:
    return [sum(w * x for w, x in zip(row, xs)) + b for row, b in zip(weights, biases)]


def _dense(dense: Any) -> None:
    drawn = [[random.uniform(-1, 1) for _ in range(4)] for _ in range(2)]
    cases = [
        ([[2.0, 3.0]], [0.5], [1.0, -1.0]),
        ([[0.5, 0.25], [-1.0, 0.5], [1.0, -1.0]], [0.0, 0.0, 0.0], [1.0, 2.0]),
        (drawn, [0.25, -0.5], [random.uniform(-1, 1) for _ in range(4)]),
    ]
    for weights, biases, xs in cases:
        found = called(dense, weights, biases, xs, name="dense")
        call = f"dense({weights}, {biases}, {xs})" if len(xs) < 4 else "dense of random numbers"
        expected = [1.0 / (1.0 + math.exp(-z)) for z in _outputs(weights, biases, xs)]
        unbent = _outputs(weights, biases, xs)
        for i, (one, right) in enumerate(zip(numbers_of(found, len(weights), call), expected)):
            idea = "multiply and add along one row of weights, then the bias, then σ."
            if math.isclose(one, unbent[i], rel_tol=1e-9, abs_tol=1e-12):
                idea = "that is z; the answer is σ(z)."
            close(one, right, f"number {i} of {call}", idea)
    _refuses(dense)


def _refuses(dense: Any) -> None:
    """zip drops what has no partner, and nobody notices."""
    biases, xs = [0.5, 0.5], [1.0, -1.0, 4.0]
    for weights in ([[2.0, 3.0], [1.0, 2.0]], [[1.0, 2.0, 3.0], [1.0, 2.0]], [[1.0] * 4] * 2):
        try:
            found = dense(weights, biases, xs)
        except ValueError:
            continue
        except Exception as error:
            told = f"dense({weights}, {biases}, {xs}) should raise ValueError, and raises {type(error).__name__}."
            raise Unmet(told, "Write raise ValueError(…) with a sentence of yours.") from None
        count = "four" if len(weights[0]) == 4 else "two"
        call = f"dense({weights}, {biases}, {xs})"
        told = f"{call} has a row of {count} weights for three inputs, and gives {shown(found)}."
        idea = "zip stops with the shorter one, silently: say zip(row, xs, strict=True), or raise ValueError yourself."
        raise Unmet(told, idea)


def _collapse(collapse: Any) -> None:
    for inside in (1, 2, 3):
        first = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(inside)]
        second = [[random.uniform(-1, 1) for _ in range(inside)] for _ in range(2)]
        a, b = [random.uniform(-1, 1) for _ in first], [random.uniform(-1, 1) for _ in second]
        if inside == 1:
            first, a, second, b = [[2.0, 3.0]], [1.0], [[10.0], [100.0]], [5.0, 6.0]
        found = called(collapse, first, a, second, b, name="collapse")
        call = f"collapse({first}, {a}, {second}, {b})" if inside == 1 else f"collapse of 2 → {inside} → 2"
        if not isinstance(found, tuple | list) or len(found) != 2:
            raise Unmet(
                f"{call} should be a pair, weights and biases, and is {shown(found)}.", "return weights, biases"
            )
        weights, biases = found
        if not isinstance(weights, Sequence) or len(weights) != 2:
            raise Unmet(f"The weights of {call} should be two rows, and are {shown(weights)}.", "One for each output.")
        rows = [numbers_of(row, 2, f"row {i} of the weights of {call}") for i, row in enumerate(weights)]
        offsets = numbers_of(biases, 2, f"the biases of {call}")
        for xs in ([0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [random.uniform(-1, 1), random.uniform(-1, 1)]):
            right = _outputs(second, b, _outputs(first, a, xs))
            for i, (one, truth) in enumerate(zip(_outputs(rows, offsets, xs), right)):
                at_zero = "at (0, 0) only the biases are left: the second layer of the first one's, and its own."
                by_weight = "a weight of the one layer is the sum, over the neurons between, of what goes in times out."
                told = f"For {call}, output {i} at ({xs[0]:g}, {xs[1]:g})"
                close(one, truth, told, at_zero if xs == [0.0, 0.0] else by_weight)


def _differ(weights: Any) -> None:
    if not isinstance(weights, Sequence) or isinstance(weights, str) or len(weights) != 3:
        told = f"weights should be three pairs, and is {shown(weights)}."
        raise Unmet(told, "Write ((…, …), (…, …), (…, …)): the first neuron's, the second's, and those of the output.")
    one, other, out = (numbers_of(pair, 2, f"pair {i} of weights") for i, pair in enumerate(weights))
    for x1, x2, expected in CORNERS:
        hidden = [max(0.0, pair[0] * x1 + pair[1] * x2) for pair in (one, other)]
        found = out[0] * hidden[0] + out[1] * hidden[1]
        told = f"At ({x1}, {x2}) the hidden neurons say {hidden[0]:g} and {hidden[1]:g}; the output"
        close(found, expected, told, "one neuron for “x1 is larger”, one for “x2 is larger”; then add the two.")


EXERCISES = (
    Exercise(
        "05.1", "How many numbers?", "parameters",
        '''def parameters(widths):
    """How many weights and biases a network has; [2, 3, 1] is two inputs, three neurons, one output."""
    return sum((before + 1) * after for before, after in zip(widths, widths[1:]))''',
        _parameters,
        ("Count for one layer first: each of its neurons has one weight per input. What else?",
         "A layer of `after` neurons that sees `before` numbers has (before + 1)·after parameters: + 1 for the bias.",
         "sum((before + 1) * after for before, after in zip(widths, widths[1:]))"),
    ),
    Exercise(
        "05.2", "A layer by hand", "dense",
        '''def dense(weights, biases, xs):
    """The outputs of a layer: for each neuron, σ of its row of weights times xs, plus its bias.

    ValueError if a row has more or fewer weights than there are xs.
    """
    zs = [sum(w * x for w, x in zip(row, xs, strict=True)) + b for row, b in zip(weights, biases, strict=True)]
    return [1 / (1 + math.exp(-z)) for z in zs]''',
        _dense,
        ("Each neuron is what lesson 1 had: multiply, add, bend. So go through the rows of weights and the biases.",
         "For one row: z = sum(w * x for w, x in zip(row, xs)) + b; its output is 1 / (1 + math.exp(-z)).",
         "zip(row, xs, strict=True) refuses rows of another length by itself, with a ValueError."),
    ),
    Exercise(
        "05.3", "Two layers into one", "collapse",
        '''def collapse(A, a, B, b):
    """Weights and biases of the one linear layer that does what layer A, a and then layer B, b do.

    A and B are lists of rows, one row for each neuron; a and b are the biases.
    """
    weights = [[sum(row[k] * A[k][j] for k in range(len(A))) for j in range(len(A[0]))] for row in B]
    biases = [sum(w * x for w, x in zip(row, a)) + offset for row, offset in zip(B, b)]
    return weights, biases''',
        _collapse,
        ("Ask the two layers at (0, 0): what comes out is the new biases. How do the old ones get there?",
         "Input j reaches output i on as many ways as there are neurons between: on each, A[k][j] times B[i][k]. Add.",
         "weights[i][j] = sum over k of B[i][k]·A[k][j], and biases[i] = sum over k of B[i][k]·a[k], plus b[i]."),
    ),
    Exercise(
        "05.4", "Another way to differ", "weights",
        "weights = ((1, -1), (-1, 1), (1, 1))",
        _differ,
        ("Without biases, a relu neuron can say how much larger one input is than the other.",
         "relu(x1 − x2) is 1 at (1, 0), and 0 at the other three corners. Which neuron is 1 at (0, 1) alone?",
         "relu(x1 − x2) + relu(x2 − x1): the pairs are (1, −1) and (−1, 1), and the output adds the two: (1, 1)."),
        "weights = ((..., ...), (..., ...), (..., ...))  # of the first neuron, of the second, and of the output",
    ),
)  # fmt: skip
