"""The exercises of lesson 9, adaptive optimizers."""

import math
import random
from collections.abc import Callable
from typing import Any

from microgradlab.coercion import shown
from microgradlab.lessons.exercise import Exercise, Unmet, a_number, called, close, idea_of

Slope = Callable[[float], float]
WRONG_LINES = (1, 3, 3)  # of the listings of exercise 9.3
LISTINGS = ("rmsprop_in_a_hurry", "adam_in_a_hurry", "adadelta_in_a_hurry")
CLUES = (
    "already the first step is ten times too short, so the line is one that the first step uses.",
    "the first step is right, when t is 1; what is it that t should change?",
    "the first step is right, and uses u = 0; from the second on, it depends on what u has become.",
)


def _several(found: Any, names: tuple[str, ...], call: str) -> list[float]:
    """What a step gives: the new x and what is remembered."""
    if not isinstance(found, list | tuple) or len(found) != len(names):
        wanted = f"{call} should give {len(names)} numbers, the new {' and the new '.join(names)}"
        raise Unmet(f"{wanted}, and gives {shown(found)}.", "Write them after return, with commas between.")
    return [a_number(one, f"The new {name} of {call}") for one, name in zip(found, names)]


def _walks() -> list[tuple[float, float, Slope]]:
    """A start, a learning rate, and a slope: as in the lesson; a level place, a nearly level one; then random ones."""
    steepness, bottom = random.uniform(0.5, 5.0), random.uniform(-3.0, 3.0)
    return [
        (0.0, 0.1, lambda x: 2.0 * (x - 4.0)),
        (4.0, 0.1, lambda x: 2.0 * (x - 4.0)),
        (0.0, 0.1, lambda x: 1e-6),  # where ε counts
        (random.uniform(-3.0, 3.0), random.uniform(0.01, 0.5), lambda x: steepness * (x - bottom)),
    ]


def _adagrad(adagrad: Any) -> None:
    for x, lr, slope in _walks():
        v = 0.0
        for _ in range(3):
            g = slope(x)
            call = f"adagrad({x:.4g}, {g:.4g}, {v:.4g}, {lr:.3g})"
            new_x, new_v = _several(called(adagrad, x, g, v, lr, name="adagrad"), ("x", "v"), call)
            after = v + g * g
            mistakes = {
                "v is a sum: the old v and g².": g * g,
                "the square of g is added, not g itself.": v + g,
                "that is the running mean of RMSprop; Adagrad keeps a sum.": 0.99 * v + 0.01 * g * g,
            }
            close(new_v, after, f"The new v of {call}", idea_of(new_v, mistakes, "v grows by g² in each step."))
            mistakes = {
                "the step goes against the gradient: minus.": x + lr * g / (math.sqrt(after) + 1e-10),
                "divide by the root of v.": x - lr * g / (after + 1e-10),
                "ε stands beside the root, not under it.": x - lr * g / math.sqrt(after + 1e-10),
                "first the new v, and then the step with it.": x - lr * g / (math.sqrt(v) + 1e-10),
            }
            idea = idea_of(new_x, mistakes, "the step is lr·g / (√v + ε), with the new v and ε = 1e-10.")
            x, v = x - lr * g / (math.sqrt(after) + 1e-10), after
            close(new_x, x, f"The new x of {call}", idea)


def _adam_step(x: float, g: float, t: int, m: float, v: float, lr: float, hats: bool = True) -> tuple[float, ...]:
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    m_hat, v_hat = (m / (1.0 - 0.9**t), v / (1.0 - 0.999**t)) if hats else (m, v)
    return x - lr * m_hat / (math.sqrt(v_hat) + 1e-8), m, v


def _adam(adam: Any) -> None:
    for x, lr, slope in _walks():
        m = v = 0.0
        for t in (1, 2, 3):
            g = slope(x)
            call = f"adam({x:.4g}, {g:.4g}, {t}, {m:.4g}, {v:.4g}, {lr:.3g})"
            found = _several(called(adam, x, g, t, m, v, lr, name="adam"), ("x", "m", "v"), call)
            right = _adam_step(x, g, t, m, v, lr)
            m_hat, v_hat = right[1] / (1.0 - 0.9**t), right[2] / (1.0 - 0.999**t)
            kept = {
                "what is remembered is m itself; the hats are for the step only.": m_hat,
                "0.9 is for m, and 0.999 for v.": 0.999 * m + 0.001 * g,
            }
            close(found[1], right[1], f"The new m of {call}", idea_of(found[1], kept, "m ← 0.9·m + 0.1·g."))
            kept = {
                "what is remembered is v itself; the hats are for the step only.": v_hat,
                "v is a mean of the squares of g.": 0.999 * v + 0.001 * g,
                "0.9 is for m, and 0.999 for v.": 0.9 * v + 0.1 * g * g,
            }
            close(found[2], right[2], f"The new v of {call}", idea_of(found[2], kept, "v ← 0.999·v + 0.001·g²."))
            mistakes = {
                "the hats are missing: m̂ = m / (1 − 0.9ᵗ), and the same for v.": _adam_step(x, g, t, m, v, lr, False)[
                    0
                ],
                "only one of the two hats is there: v wants its own.": x - lr * m_hat / (math.sqrt(right[2]) + 1e-8),
                "only one of the two hats is there: m wants its own.": x - lr * right[1] / (math.sqrt(v_hat) + 1e-8),
                "divide by the root of v̂.": x - lr * m_hat / (v_hat + 1e-8),
                "the step goes against m̂: minus.": 2.0 * x - right[0],
                "in the hats, 0.9 and 0.999 are to the power of t.": x
                - lr * (right[1] / 0.1) / (math.sqrt(right[2] / 0.001) + 1e-8),
            }
            idea = idea_of(found[0], mistakes, "x ← x − lr·m̂ / (√v̂ + ε), with ε = 1e-8.")
            close(found[0], right[0], f"The new x of {call}", idea)
            x, m, v = right


def _wrong_lines(wrong_lines: Any) -> None:
    if not isinstance(wrong_lines, list | tuple) or len(wrong_lines) != len(WRONG_LINES):
        raise Unmet(f"wrong_lines should be three numbers, and is {shown(wrong_lines)}.", "Write (…, …, …).")
    for found, right, listing, clue in zip(wrong_lines, WRONG_LINES, LISTINGS, CLUES):
        if a_number(found, f"The wrong line of {listing}") != right:
            raise Unmet(f"In {listing}, line {shown(found)} is not the one that is wrong.", clue)


EXERCISES = (
    Exercise(
        "09.1", "Adagrad's step", "adagrad",
        '''def adagrad(x, g, v, lr):
    """One step of Adagrad, with ε = 1e-10: the new x and the new v."""
    v = v + g * g
    return x - lr * g / (math.sqrt(v) + 1e-10), v''',
        _adagrad,
        ("Two lines, as in the formula: first the new v, then the step with it.",
         "v grows by g·g. The step is lr times g, divided by the root of the new v plus ε.",
         "v = v + g * g; then return x - lr * g / (math.sqrt(v) + 1e-10), and v after a comma."),
    ),
    Exercise(
        "09.2", "Adam's step", "adam",
        '''def adam(x, g, t, m, v, lr):
    """Step t (from 1) of Adam, with 0.9, 0.999 and ε = 1e-8: the new x, the new m and the new v."""
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g * g
    m_hat = m / (1 - 0.9**t)
    v_hat = v / (1 - 0.999**t)
    return x - lr * m_hat / (math.sqrt(v_hat) + 1e-8), m, v''',
        _adam,
        ("Five lines, one for each formula: m, v, their hats, and x.",
         "The hats are names of their own, m_hat and v_hat: what you give back are m and v without them.",
         "m_hat = m / (1 - 0.9**t), v_hat = v / (1 - 0.999**t), the step lr * m_hat / (math.sqrt(v_hat) + 1e-8)."),
    ),
    Exercise(
        "09.3", "Three mistakes", "wrong_lines",
        "wrong_lines = (1, 3, 3)",
        _wrong_lines,
        ("Lay each listing beside its formula, and see at which step it goes wrong: at the first, or only later?",
         "RMSprop's first step is a tenth of what it should be. The other two begin right: look at what is remembered, "
         "and at what should change with t.",
         "RMSprop's mean has lost a factor of 0.01; Adam's first hat does not change with t; Adadelta remembers "
         "gradients where it should remember steps."),
        "wrong_lines = (..., ..., ...)  # of rmsprop_in_a_hurry, adam_in_a_hurry and adadelta_in_a_hurry",
    ),
)  # fmt: skip
