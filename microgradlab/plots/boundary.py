"""What a model makes of the plane: where it changes its mind between classes, among the data."""

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

from microgradlab.coercion import named_number, shown
from microgradlab.data.pairs import as_pairs
from microgradlab.drawing.palette import LEVELS, THEMES
from microgradlab.engine import no_grad
from microgradlab.errors import ShapeError
from microgradlab.evaluation import Data, mode
from microgradlab.nn import Module
from microgradlab.plots.style import MARKERS, key, legend, map_panel, palette_of
from microgradlab.settings import is_count

MARGIN = 0.12  # of the data's extent, around them
Grid = list[list[Any]]


def decision_boundary(
    model: Module,
    data: Data,
    classes: Sequence[str] | None = None,
    inputs: Sequence[str] = ("input 1", "input 2"),
    resolution: int = 81,
    ax: Any = None,
    theme: str = "light",
) -> Any:
    """The model's output over its two inputs, the lines where the class changes, and the data. Returns the axes.

    With one output, the deeper the blue, the further it is above 0 (class 1), and the orange, below (class 0; data
    have targets 0 and 1, or -1 and 1). With several, the class is that of the largest. `classes` and `inputs` are
    names; `resolution` squared is how often the model is called, in evaluation mode.

    Raises:
        ShapeError: the data have not two inputs.
        ValueError: a target that is no class of the model's, or an output that is not finite.
    """
    palette_of(theme, ax)
    if not is_count(resolution, 2):
        raise ValueError(f"resolution is a whole number from 2 up, got {shown(resolution)}")
    _check_names("inputs", inputs, 2)
    points = _points(data)
    xs, ys = (_extent([point[i] for point, _ in points], resolution) for i in (0, 1))
    with mode(model, training=False), no_grad():
        outputs = [[_numbers(model((x, y)), x, y) for x in xs] for y in ys]
    count = max(2, len(outputs[0][0]))
    names = [f"class {i}" for i in range(count)] if classes is None else classes
    _check_names("classes", names, count)
    members = _members(points, outputs)
    ax = map_panel(ax, theme, *inputs)
    fill = _fill_by_sign if len(outputs[0][0]) == 1 else _fill_by_largest
    fill(ax, theme, xs, ys, outputs)
    _draw_members(ax, theme, members, names)
    return ax


def _points(data: Data) -> list[tuple[list[float], Any]]:
    """The data, their inputs as numbers."""
    points = []
    for place, (inputs, target) in enumerate(as_pairs(data)):
        if not isinstance(inputs, Iterable) or len(row := [*inputs]) != 2:
            raise ShapeError(
                f"a decision boundary is drawn over 2 inputs, and data[{place}] has the inputs {shown(inputs)}: "
                "train a model on two of them"
            )
        points.append(([named_number(f"data[{place}]", x) for x in row], target))
    return points


def _extent(numbers: Sequence[float], count: int) -> list[float]:
    """So many numbers at equal distances, from a little below these to a little above."""
    low, high = min(numbers), max(numbers)
    if not (isfinite(low) and isfinite(high)):
        raise ValueError("the data have an input that is inf or nan: leave its row out")
    margin = MARGIN * (high - low) or 1.0
    return [low - margin + (high - low + 2.0 * margin) * i / (count - 1) for i in range(count)]


def _numbers(output: Any, x: float, y: float) -> list[float]:
    """The outputs as floats, a single one as a list of one."""
    outputs = output if isinstance(output, list | tuple) else [output]
    numbers = [named_number("output", getattr(each, "data", each)) for each in outputs]
    if not numbers or not all(map(isfinite, numbers)):
        raise ValueError(f"the model's output is {shown(numbers)} at ({x:g}, {y:g}): was it trained too fast?")
    return numbers


def _members(points: list[tuple[list[float], Any]], outputs: Grid) -> dict[int, list[list[float]]]:
    """By class, the points of those that have it."""
    single = len(outputs[0][0]) == 1
    allowed = (-1, 0, 1) if single else range(len(outputs[0][0]))
    members: dict[int, list[list[float]]] = {}
    for point, target in points:
        if isinstance(target, list | tuple) or target not in allowed:
            raise ValueError(f"target must be a class index from {allowed[0]} to {allowed[-1]}, got {shown(target)}")
        members.setdefault(max(int(target), 0), []).append(point)
    return dict(sorted(members.items()))


def _fill_by_sign(ax: Any, theme: str, xs: list[float], ys: list[float], outputs: Grid) -> None:
    """Bands of blue above 0 and of orange below, four each, which widen as the palette's levels do."""
    palette, heights = THEMES[theme], [[numbers[0] for numbers in row] for row in outputs]
    largest = max(abs(z) for row in heights for z in row) or 1.0
    shares = [(i / LEVELS) ** 2 for i in range(1, LEVELS + 1)]
    levels = [-largest * share for share in reversed(shares)] + [0.0] + [largest * share for share in shares]
    tints = [*palette.tints[:LEVELS], *palette.tints[LEVELS + 1 :]]
    ax.contourf(xs, ys, heights, levels=levels, colors=tints)
    _draw_border(ax, theme, xs, ys, heights)


def _fill_by_largest(ax: Any, theme: str, xs: list[float], ys: list[float], outputs: Grid) -> None:
    """A colour for each class, where its output is the largest."""
    fills = _fills(theme)
    for i in range(len(outputs[0][0])):
        lead = [[numbers[i] - max(numbers[:i] + numbers[i + 1 :]) for numbers in row] for row in outputs]
        largest = max(map(max, lead))
        if largest > 0.0:
            ax.contourf(xs, ys, lead, levels=[0.0, largest], colors=[fills[i % len(fills)]])
            _draw_border(ax, theme, xs, ys, lead)


def _draw_border(ax: Any, theme: str, xs: list[float], ys: list[float], heights: Grid) -> None:
    """The line of height 0, if there is one."""
    if min(map(min, heights)) < 0.0 < max(map(max, heights)):
        ax.contour(xs, ys, heights, levels=[0.0], colors=[THEMES[theme].ink], linewidths=1.2)


def _draw_members(ax: Any, theme: str, members: dict[int, list[list[float]]], names: Sequence[str]) -> None:
    """A dot for each point, in the colour and the shape of its class."""
    palette, edge = THEMES[theme], THEMES[theme].paper
    colours = (palette.strokes[0], palette.strokes[-1], palette.ink, palette.muted)
    for i, points in members.items():
        xs, ys = zip(*points)
        look = {"marker": MARKERS[i % len(MARKERS)], "color": colours[i % len(colours)], "edgecolors": edge}
        ax.scatter(xs, ys, s=26, linewidths=0.7, label=names[i], zorder=3, **look)
    key(ax, "boundary", palette.ink, width=1.2)
    legend(ax, theme)


def _fills(theme: str) -> Sequence[str]:
    """What is behind the dots of a class, in their order."""
    palette = THEMES[theme]
    return palette.tints[2], palette.tints[6], palette.op, palette.root, palette.folded


def _check_names(name: str, names: Any, count: int) -> None:
    if isinstance(names, str) or not isinstance(names, Sequence) or not all(isinstance(n, str) for n in names):
        raise TypeError(f"{name} is a list of texts, got {shown(names)}")
    if len(names) != count:
        raise ValueError(f"{name} has a name for each of {count}, got {len(names)}: {shown(names)}")
