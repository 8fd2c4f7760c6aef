"""The exercises of lesson 7, gradient descent and the landscape."""

import random
from collections.abc import Callable
from itertools import product
from typing import Any

from microgradlab.coercion import shown
from microgradlab.engine import Value
from microgradlab.lessons.exercise import Exercise, Unmet, called, close, idea_of

Landscape = Callable[[Any], Any]
AGAINST = "the step goes against the gradient: minus."
ZERO_FIRST = "backward adds to the gradient: set it to 0 before each backward."


def parabola(x: Any) -> Any:
    return (x - 4.0) * (x - 4.0)


def two_valleys(w: Any) -> Any:
    return w**4 - 4.0 * w**2 + w


def walked(
    loss: Landscape, start: float, lr: float, steps: int, momentum: float = 0.0, zero: bool = True, anew: bool = True
) -> float:
    """Where gradient descent leads; without `zero` gradients pile up, without `anew` the first is used throughout."""
    w, b = Value(start), 0.0
    for step in range(steps):
        if anew or step == 0:
            w.grad = 0.0 if zero else w.grad
            loss(w).backward()
        b = momentum * b + w.grad
        w.data -= lr * b
    return w.data


def _two_steps(places: Any) -> None:
    if not isinstance(places, list | tuple) or len(places) != 2:
        raise Unmet(f"places_of_two_steps should be two numbers, and is {shown(places)}.", "Write (…, …).")
    for place, expected, which, gradient in zip(places, (0.8, 1.44), ("first", "second"), ("2(0 − 4)", "2(0.8 − 4)")):
        close(place, expected, f"The place after the {which} step", f"the gradient there is {gradient}.")


def _journeys() -> list[tuple[Landscape, float, float, int]]:
    """A loss, a start, a learning rate and a number of steps: the smallest first, then the traps, then random ones."""

    def bowl(x: Any) -> Any:
        return steepness * (x - bottom) * (x - bottom)

    steepness, bottom = random.uniform(0.5, 2.0), random.uniform(-3.0, 3.0)
    journeys = [(parabola, 0.0, 0.1, 1), (parabola, 0.0, 0.1, 2), (parabola, 5.0, 0.25, 0), (two_valleys, 2.5, 0.01, 9)]
    return [*journeys, (bowl, random.uniform(-3.0, 3.0), 0.1, random.randint(3, 30))]


def _descend(descend: Any) -> None:
    for journey in _journeys():
        loss, start, lr, steps = journey
        found = called(descend, *journey, name="descend")
        mistakes = {
            AGAINST: walked(loss, start, -lr, steps),
            ZERO_FIRST: walked(*journey, zero=False),
            "the gradient changes with the place: compute it anew in each step.": walked(*journey, anew=False),
            "how often does your loop run?": walked(loss, start, lr, steps + 1),
            "you return after the first step: is the return inside the loop?": walked(loss, start, lr, 1),
        }
        idea = idea_of(found, mistakes, "zero, forward, backward, step; and then the same again.")
        close(found, walked(*journey), f"descend({loss.__name__}, {start:.4g}, {lr:g}, {steps})", idea)


def _roll(roll: Any) -> None:
    for (loss, start, lr, steps), momentum in product(_journeys(), (0.5, 0.0, 0.9)):
        found = called(roll, loss, start, lr, momentum, steps, name="roll")
        whole = "the velocity takes in the whole gradient, not a part of it."
        behind = "that is one step behind: first the new velocity, then the step with it."
        mistakes = {
            "that is where a walker gets: does the velocity last from step to step?": walked(loss, start, lr, steps),
            ZERO_FIRST: walked(loss, start, lr, steps, momentum, zero=False),
            behind: walked(loss, start, lr, max(steps - 1, 0), momentum),
            whole: walked(loss, start, (1.0 - momentum) * lr, steps, momentum),
            AGAINST: walked(loss, start, -lr, steps, momentum),
        }
        idea = idea_of(found, mistakes, "b is momentum times the old b, plus the gradient; w moves by −lr·b.")
        call = f"roll({loss.__name__}, {start:.4g}, {lr:g}, {momentum:g}, {steps})"
        close(found, walked(loss, start, lr, steps, momentum), call, idea)


EXERCISES = (
    Exercise(
        "07.1", "Two steps by hand", "places_of_two_steps",
        "places_of_two_steps = (0.8, 1.44)",
        _two_steps,
        ("The gradient of (x − 4)² is 2(x − 4). How steep is it at 0?",
         "At 0 it is −8, so the first step leads to 0 − 0.1·(−8). Now the gradient at that place.",
         "At 0.8 the gradient is −6.4, so the second step leads to 0.8 + 0.64."),
        "places_of_two_steps = (..., ...)  # x after one step and after two, from 0 with η = 0.1, on (x − 4)²",
    ),
    Exercise(
        "07.2", "The loop", "descend",
        '''def descend(J, start, lr, steps):
    """Where so many steps of gradient descent on J lead, from start, with the learning rate lr."""
    w = Value(start)
    for _ in range(steps):
        w.grad = 0.0
        J(w).backward()
        w.data -= lr * w.grad
    return w.data''',
        _descend,
        ("It is the loop of section 2, with J(w) in place of (x - 4).square().",
         "Make a Value of start. In each step: its grad to 0, J of it, backward, and data moves by −lr times grad.",
         "for _ in range(steps): w.grad = 0.0; J(w).backward(); w.data -= lr * w.grad. After the loop, return w.data."),
    ),
    Exercise(
        "07.3", "A loop with a memory", "roll",
        '''def roll(J, start, lr, momentum, steps):
    """Where so many steps on J lead a ball, from start and at rest."""
    w, b = Value(start), 0.0
    for _ in range(steps):
        w.grad = 0.0
        J(w).backward()
        b = momentum * b + w.grad
        w.data -= lr * b
    return w.data''',
        _roll,
        ("Your loop of 7.2, and one number more that lasts from step to step: the velocity b, at first 0.",
         "After backward, renew b from the old b and w.grad; then move w.data by −lr times the new b.",
         "b = momentum * b + w.grad, then w.data -= lr * b, in this order."),
    ),
)  # fmt: skip
