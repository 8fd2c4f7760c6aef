"""Curves of a function of one number, and of its derivative."""

from collections.abc import Callable
from itertools import pairwise
from math import inf, isfinite, isnan, nan
from typing import Any

from microgradlab.coercion import named_number, shown
from microgradlab.engine import Value
from microgradlab.gradients import grad
from microgradlab.nn import Neuron, activation_name
from microgradlab.plots.style import legend, line, palette_of, panel

POINTS = 400  # of a curve, between its ends
JUMP = 0.02  # of a curve's height: less is not seen
CLOSEST = 1e-9  # of a curve's width: what rises over less is a jump
Point = tuple[float, float]


def activation(
    function: str | Callable[[Any], Any], low: float = -4.0, high: float = 4.0, ax: Any = None, theme: str = "light"
) -> Any:
    """An activation from `low` to `high`, and its derivative as our engine finds it. Returns the axes.

    `function` is the name of an op of one number, "relu" or "gelu", or a function of a Value. Where it or its
    derivative jumps, its line is broken.
    """
    palette_of(theme, ax)
    low, high = named_number("low", low), named_number("high", high)
    if not -inf < low < high < inf:
        raise ValueError(f"low and high are finite, and low is below high; got {low:g} and {high:g}")
    neuron = Neuron(1, function, seed=0)
    neuron.load_state_dict({"weights.0": 1.0, "bias": 0.0})  # so that it is its activation
    values = _curve(lambda x: _result(neuron, x).data, low, high)
    slopes = _curve(lambda x: _slope(neuron, x), low, high)
    name = activation_name(function)
    name = "f" if name == "<lambda>" else name
    ax = panel(ax, theme, "input x", f"{name}(x), and derivative per unit of x")
    _draw(ax, theme, values, f"{name}(x)", place=0)
    _draw(ax, theme, slopes, "derivative", place=1)
    legend(ax, theme)
    return ax


def _result(neuron: Neuron, x: float | Value) -> Value:
    y = neuron([x])
    if type(y) is not Value:
        raise TypeError(f"an activation gives a Value for a Value, got {shown(y)}: x.exp() instead of math.exp(x)")
    return y


def _slope(neuron: Neuron, at: float) -> float:
    x = Value(at)
    slope: float = grad(_result(neuron, x), x)
    return slope


def _draw(ax: Any, theme: str, points: list[Point], label: str, place: int) -> None:
    """The curve, with a dot for a point that is alone between two jumps."""
    xs, ys = zip(*points)
    drawn = line(ax, theme, xs, ys, label, place)
    for before, point, after in zip(points, points[1:], points[2:]):
        if isnan(before[1]) and isnan(after[1]) and isfinite(point[1]):
            ax.plot(*point, "o", color=drawn.get_color(), markersize=3.5)


def _curve(function: Callable[[float], float], low: float, high: float) -> list[Point]:
    """Points of a curve, from left to right, with nan where it jumps."""
    samples = [(x, function(x)) for x in (low + (high - low) * i / POINTS for i in range(POINTS + 1))]
    finite = [y for _, y in samples if isfinite(y)]
    bottom, top = min(finite, default=0.0), max(finite, default=0.0)
    points = samples[:1]
    for left, right in pairwise(samples):
        points += [*_jump(function, left, right, JUMP * (top - bottom), CLOSEST * (high - low)), right]
    return [(x, y if bottom <= y <= top else nan) for x, y in points]  # nothing further up a pole


def _jump(function: Callable[[float], float], left: Point, right: Point, least: float, closest: float) -> list[Point]:
    """What a curve has at a jump between two of its points, nan amid; nothing if it does not jump there."""
    ends = left, right
    while abs(right[1] - left[1]) > least:
        if right[0] - left[0] < closest:
            return [point for point in (left, (left[0], nan), right) if point not in ends]
        x = (left[0] + right[0]) / 2.0
        middle = x, function(x)
        further_left = abs(middle[1] - left[1]) > abs(right[1] - middle[1])
        left, right = (left, middle) if further_left else (middle, right)
    return []
