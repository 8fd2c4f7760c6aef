"""The exercises of lesson 6, losses."""

import math
import random
from typing import Any

from microgradlab import grad, losses
from microgradlab.engine import Value
from microgradlab.lessons.exercise import Exercise, called, close, numbers_of


def _surprise(surprise: Any) -> None:
    for p, y in ((0.1, 1), (0.9, 1), (0.5, 0), (0.1, 0), (random.uniform(0.01, 0.99), 0), (1.0, 1), (0.0, 0)):
        idea = "the surprise is −log of what it gave to the answer that came true: p for a 1, and 1 − p for a 0."
        if p == y:
            idea = "who was certain, and right, is not surprised; and log(0) must not be asked for."
        close(
            called(surprise, p, y, name="surprise", idea=idea),
            losses.binary_cross_entropy(p, y),
            f"surprise({p:g}, {y})",
            idea,
        )


def _from_logit(from_logit: Any) -> None:
    for z, y in ((0.0, 1), (2.0, 1), (2.0, 0), (-3.0, 1), (random.uniform(-5, 5), random.choice((0, 1)))):
        idea = "log(1 + e^z) is the surprise at a 0, and log(1 + e^−z) that at a 1."
        close(called(from_logit, z, y, name="from_logit"), _true(z, y), f"from_logit({z:g}, {y})", idea)
    for z, y in ((1000.0, 1), (1000.0, 0), (-1000.0, 1), (-1000.0, 0), (750.0, 0), (-750.0, 1)):
        idea = "log(1 + e^z) is z + log(1 + e^−z): take the one in which the power is small."
        close(called(from_logit, z, y, name="from_logit", idea=idea), _true(z, y), f"from_logit({z:g}, {y})", idea)
    for z, y in ((40.0, 1), (-40.0, 0)):
        idea = "1 + e^−40 is rounded to 1, and nothing is left: math.log1p(x) is log(1 + x) without that."
        close(called(from_logit, z, y, name="from_logit"), _true(z, y), f"from_logit({z:g}, {y})", idea, abs=0.0)


def _true(z: float, y: int) -> float:
    return float(losses.binary_cross_entropy_with_logits(z, y))


def _slopes(slopes: Any) -> None:
    drawn = [random.uniform(-3.0, 3.0) for _ in range(3)]
    for logits, label in (([0.0, 0.0], 0), ([0.0, 3.0, -2.0, 1.0], 3), (drawn, 1), ([1000.0, 0.0, -1000.0], 1)):
        call = f"slopes({[round(z, 3) for z in logits]}, {label})"
        found = numbers_of(called(slopes, list(logits), label, name="slopes"), len(logits), call)
        leaves = [Value(z) for z in logits]
        expected = grad(losses.cross_entropy(leaves, label), leaves)
        shares = [e + (i == label) for i, e in enumerate(expected)]
        for i, (one, right) in enumerate(zip(found, expected)):
            idea = "the gradient is what it gives to each class, less what it should have given: 1 for the label."
            if math.isclose(one, shares[i], rel_tol=1e-9, abs_tol=1e-12):
                idea = "these are the shares, softmax(z); take away the 1 that the label should have had."
            if logits[0] == 1000.0:
                idea = "take the largest logit away from all of them first: their shares stay the same."
            close(one, right, f"number {i} of {call}", idea)


EXERCISES = (
    Exercise(
        "06.1", "Surprise", "surprise",
        '''def surprise(p, y):
    """Binary cross-entropy: the loss of someone who gives y = 1 the probability p, in nats."""
    return -math.log(p) if y == 1 else -math.log(1 - p)''',
        _surprise,
        ("If the truth is 1, the answer p is as good as p is large. If it is 0, what did the answer give to the 0?",
         "To a 0 it gave 1 − p. The loss is minus the logarithm of what was given to that which came true.",
         "-math.log(p) if y == 1 else -math.log(1 - p): like this, only one of the two logarithms is ever asked for."),
    ),
    Exercise(
        "06.2", "From the logit", "from_logit",
        '''def from_logit(z, y):
    """The same loss from z, without computing σ(z); right for every float."""
    away = -z if y == 1 else z  # how far z is on the wrong side
    return max(away, 0.0) + math.log1p(math.exp(-abs(away)))''',
        _from_logit,
        ("For y = 0 the loss is −log(1 − σ(z)) = log(1 + e^z), and for y = 1 it is log(1 + e^−z). "
         "So one function of one number is enough.",
         "If that number, a, is large, e^a overflows; but log(1 + e^a) = a + log(1 + e^−a), and that does not.",
         "max(a, 0.0) + math.log1p(math.exp(-abs(a))), where a is −z for y = 1 and z for y = 0."),
    ),
    Exercise(
        "06.3", "Shares, less one at the label", "slopes",
        '''def slopes(logits, label):
    """The gradient of cross-entropy by each logit."""
    largest = max(logits)
    powers = [math.exp(z - largest) for z in logits]
    shares = [power / sum(powers) for power in powers]
    return [share - (i == label) for i, share in enumerate(shares)]''',
        _slopes,
        ("It is section 4 for more than two classes: by each logit, the gradient is p − y.",
         "The p are the shares of softmax: e^z of each logit, divided by the sum of all of them. y is 1 at the label "
         "and 0 elsewhere. And shares do not change if you take the same number away from all logits: e^1000 is too "
         "much for a float, e^0 is not.",
         "powers = [math.exp(z - max(logits)) for z in logits] does not overflow; divide by their sum, and take 1 away "
         "at the label."),
    ),
)  # fmt: skip
