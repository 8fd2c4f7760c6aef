"""The exercises of lesson 2, derivatives by hand and by machine."""

import math
import random
from typing import Any

from microgradlab.coercion import shown
from microgradlab.lessons.exercise import Exercise, Unmet, called, close


def square(x: float) -> float:
    return x * x


def cube(x: float) -> float:
    return x * x * x


def exp_sin(x: float) -> float:
    return math.exp(math.sin(x))


def _slope(slope: Any) -> None:
    for x in (0.0, 1.0, 3.0, -2.0, random.uniform(-5, 5)):
        idea = "the slope of x² is 2x, that of a multiple is that multiple of the slope, and that of a constant is 0."
        close(called(slope, x, name="slope"), 6.0 * x - 4.0, f"slope({x:g})", idea)


def _central(central: Any) -> None:
    idea = "the nudge goes both ways, from x − h to x + h, which is 2h apart."
    tries = [(square, 3.0, 0.1), (cube, 1.0, 0.5), (exp_sin, 0.7, 1e-2)]
    tries += [(cube, random.uniform(-3, 3), random.choice((0.5, 0.01))) for _ in range(5)]
    for f, x, h in tries:
        expected = (f(x + h) - f(x - h)) / (2.0 * h)
        close(
            called(central, f, x, h, name="central"), expected, f"central({f.__name__}, {x:.4g}, {h:g})", idea, rel=1e-7
        )


def _gradient(gradient: Any) -> None:
    def plane(xs: Any) -> float:
        return 2.0 * float(xs[0]) - 3.0 * float(xs[1])

    def product(xs: Any) -> float:
        return float(xs[0]) * float(xs[1]) * float(xs[2])

    def squares(xs: Any) -> float:
        return float(xs[0]) ** 2 + float(xs[1]) ** 2

    alone = "nudge one number at a time, and leave the others as they are."
    both = "nudge each number both ways, as in 2.2: from x − h to x + h, which is 2h apart."
    cases = (
        (plane, "2·x0 − 3·x1", [1.0, 5.0], [2.0, -3.0], alone),
        (product, "x0·x1·x2", [2.0, 3.0, 4.0], [12.0, 8.0, 6.0], alone),
        (squares, "x0² + x1²", [2.0, 3.0], [4.0, 6.0], both),
    )
    for f, formula, xs, expected, idea in cases:
        given = list(xs)
        found = called(gradient, f, given, 1e-4, name="gradient")
        call = f"gradient({f.__name__}, {xs}, 0.0001), with {f.__name__} = {formula},"
        if not isinstance(found, list | tuple) or len(found) != len(xs):
            raise Unmet(
                f"{call} should be a list of {len(xs)} slopes, and is {shown(found)}.", "One slope for each number."
            )
        for i, (one, right) in enumerate(zip(found, expected)):
            close(one, right, f"slope {i} of {call}", idea, rel=1e-6)
        if given != xs:
            raise Unmet(f"{call} leaves the list of numbers as {given}.", "Nudge a copy, or put back what you nudged.")


EXERCISES = (
    Exercise(
        "02.1", "A slope by hand", "slope",
        '''def slope(x):
    """How fast 3x² − 4x + 5 changes at x."""
    return 6 * x - 4''',
        _slope,
        ("Take the three terms one by one: 3x², −4x and 5.",
         "x² changes 2x times as fast as x, so 3x² changes 6x times as fast.",
         "−4x changes −4 times as fast, and 5 not at all. Add the three."),
    ),
    Exercise(
        "02.2", "Nudge both ways", "central",
        '''def central(f, x, h):
    """How fast f changes at x, measured with a nudge of h to each side."""
    return (f(x + h) - f(x - h)) / (2 * h)''',
        _central,
        ("Measure f a little to the right of x, and a little to the left.",
         "The rise is f(x + h) − f(x − h). How far apart are the two places?",
         "Rise over run: (f(x + h) − f(x − h)) / (2h)."),
    ),
    Exercise(
        "02.3", "Many numbers, one nudge each", "gradient",
        '''def gradient(f, xs, h):
    """The slope of f by each of the numbers xs, as a list, by central differences."""
    slopes = []
    for i, x in enumerate(xs):
        up, down = list(xs), list(xs)
        up[i], down[i] = x + h, x - h
        slopes.append((f(up) - f(down)) / (2 * h))
    return slopes''',
        _gradient,
        ("It is 02.2 once for each number.",
         "For number i, make two copies of xs, with xs[i] + h in one and xs[i] − h in the other.",
         "up, down = list(xs), list(xs); up[i], down[i] = x + h, x − h; then (f(up) − f(down)) / (2h)."),
    ),
)  # fmt: skip
