"""The exercises of lesson 8, the learning rate and schedules."""

import math
import random
from typing import Any

from microgradlab.coercion import shown
from microgradlab.lessons.exercise import Exercise, Unmet, a_number, called, close, idea_of


def _rates(rates: Any) -> None:
    if not isinstance(rates, list | tuple) or len(rates) != 2:
        raise Unmet(f"rates_of_a_parabola should be two numbers, and is {shown(rates)}.", "Write (…, …).")
    slope = "the slope of 3(x − 1)² is 6(x − 1), so a step multiplies the distance by 1 − 6η."
    close(rates[0], 1.0 / 6.0, "The rate that arrives in one step", slope, rel=1e-3)
    close(rates[1], 1.0 / 3.0, "The limit", "at the limit, the factor 1 − 6η is −1.", rel=1e-3)


def _share_left(share_left: Any) -> None:
    tries = [([2.0], 0.1), ([2.0], 0.9), ([1.0, 25.0], 0.07), ([25.0, 1.0], 0.079), ([1.0, 25.0], 0.1)]
    tries += [([random.uniform(0.1, 30.0) for _ in range(5)], random.uniform(0.01, 0.1)) for _ in range(5)]
    for curvatures, lr in tries:
        found = called(share_left, list(curvatures), lr, name="share_left")
        factors = [1.0 - lr * c for c in curvatures]
        mistakes = {
            "the flattest is not always the slowest: near the limit the steepest is.": abs(1.0 - lr * min(curvatures)),
            "a factor of −0.8 leaves 80 % of the distance, on the other side: take it without its sign.": max(factors),
            "where most is left, not where least is.": min(map(abs, factors)),
            "that is the share that is lost.": 1.0 - max(map(abs, factors)),
        }
        idea = idea_of(found, mistakes, "a step multiplies the distance along a weight by 1 − η·c.")
        shown_list = f"[{', '.join(f'{c:.3g}' for c in curvatures)}]"
        close(found, max(map(abs, factors)), f"share_left({shown_list}, {lr:.3g})", idea)


def warmed_cosine(t: int, steps: int, warmup: int, peak: float) -> float:
    """The rate of exercise 8.3 at step t."""
    if t < warmup:
        return peak * t / warmup
    return peak * (1.0 + math.cos(math.pi * (t - warmup) / (steps - warmup))) / 2.0


def _rate(rate: Any) -> None:
    steps, warmup, peak = random.randint(40, 90), random.randint(5, 30), random.uniform(0.1, 3.0)
    tries = [(0, 10, 2, 1.0), (1, 10, 2, 1.0), (2, 10, 2, 1.0), (10, 10, 2, 1.0), (6, 10, 2, 1.0), (4, 10, 2, 1.0)]
    tries += [(t, 10, 2, 3.0) for t in (1, 4)]
    tries += [(t, 10, 0, 1.0) for t in (0, 5, 10)]
    tries += [(random.randint(0, steps), steps, warmup, peak) for _ in range(8)]
    for t, steps, warmup, peak in tries:
        found = called(rate, t, steps, warmup, peak, name="rate")
        call = f"rate({t}, {steps}, {warmup}, {peak:.4g})"
        idea = "up in a straight line: the share t / warmup of the peak."
        if t >= warmup:
            idea = "s is 0 where the way down begins, at t = warmup, and 1 at the last step, t = steps."
        if t >= warmup and math.isclose(a_number(found, call), peak * (1 + math.cos(math.pi * t / steps)) / 2):
            idea = "the way down begins at t = warmup: s counts from there."
        close(found, warmed_cosine(t, steps, warmup, peak), call, idea)


EXERCISES = (
    Exercise(
        "08.1", "Two rates of a parabola", "rates_of_a_parabola",
        "rates_of_a_parabola = (1 / 6, 1 / 3)",
        _rates,
        ("What is the slope of 3(x − 1)²? By what does one step multiply the distance x − 1?",
         "The slope is 6(x − 1), so after a step the distance is (x − 1)·(1 − 6η).",
         "One step arrives if 1 − 6η = 0. It no longer arrives from where 1 − 6η = −1."),
        "rates_of_a_parabola = (..., ...)  # for 3(x − 1)²: the rate that arrives in one step, and the limit",
    ),
    Exercise(
        "08.2", "The slowest weight", "share_left",
        '''def share_left(curvatures, lr):
    """The largest share of a weight's distance from the bottom that one step leaves."""
    return max(abs(1 - lr * c) for c in curvatures)''',
        _share_left,
        ("Along a weight of curvature c, a step multiplies the distance by 1 − lr·c.",
         "That factor may be negative: then the weight is on the other side. How much of its distance is left?",
         "The share is abs(1 − lr·c); take the largest over all curvatures."),
    ),
    Exercise(
        "08.3", "Up, and down again", "rate",
        '''def rate(t, steps, warmup, peak):
    """The learning rate at step t: 0 at first, peak after `warmup` steps, and 0 again at `steps`."""
    if t < warmup:
        return peak * t / warmup
    s = (t - warmup) / (steps - warmup)
    return peak * (1 + math.cos(math.pi * s)) / 2''',
        _rate,
        ("Two cases: is t on the way up or on the way down?",
         "On the way up the rate is peak times t / warmup. On the way down, s is the share of that way that is done.",
         "s = (t − warmup) / (steps − warmup), and the rate is peak · (1 + cos(π·s)) / 2."),
    ),
)  # fmt: skip
