"""The loss over a plane, as a map with contour lines, and a path on it."""

from itertools import chain
from math import isnan
from typing import Any

from microgradlab.drawing.palette import LEVELS, THEMES
from microgradlab.plots.style import LETTERS, key, legend, map_panel, ramp

BANDS = 12  # between the lowest and the highest loss
EDGE = 0.04  # of the map: nearer to its end, a number would stick out


def draw_heights(
    ax: Any, theme: str, labels: tuple[str, str], xs: list[float], ys: list[float], heights: list[list[float]]
) -> Any:
    """The map: the deeper the blue, the higher. The lines of a quadratic bowl are at equal distances."""
    known = [z for z in chain(*heights) if not isnan(z)]
    if not known:
        raise ValueError("the loss is inf or nan everywhere on this plane: try a smaller span")
    palette, low = THEMES[theme], min(known)
    rise = (max(known) - low) or 1.0
    levels = [low + rise * (i / BANDS) ** 2 for i in range(BANDS + 1)]
    ax = map_panel(ax, theme, *labels)
    ax.set(xlim=(xs[0], xs[-1]), ylim=(ys[0], ys[-1]))
    ax.set_facecolor(palette.op)  # where the loss is not finite
    blues = ramp([palette.paper, *palette.tints[LEVELS + 1 :]])
    ax.contourf(xs, ys, heights, levels=levels, colors=[blues(i / (BANDS - 1)) for i in range(BANDS)])
    key(ax, "loss (mean of the examples)", palette.line, width=0.8)
    lines = ax.contour(xs, ys, heights, levels=levels[1:-1], colors=[palette.line], linewidths=0.5)
    for label in ax.clabel(lines, levels[2:-1:2], fmt="%.2g", fontsize=LETTERS - 2, colors=[palette.ink]):
        shares = [(x - axis[0]) / (axis[-1] - axis[0]) for x, axis in zip(label.get_position(), (xs, ys))]
        if not EDGE < min(shares) <= max(shares) < 1.0 - EDGE:
            label.remove()
    return ax


def draw_path(ax: Any, theme: str, path: list[tuple[float, float]], here: tuple[float, float]) -> None:
    """The path, from a ring where descent began; and a dot where the weights are."""
    palette, colour = THEMES[theme], THEMES[theme].strokes[0]
    if path:
        ax.plot(*zip(*path), color=colour, linewidth=1.6, label="path of descent", zorder=3)
        ax.plot(*path[0], "o", color=colour, markerfacecolor=palette.paper, markersize=6, label="begin", zorder=4)
    ax.plot(*here, "o", color=colour, markeredgecolor=palette.paper, markersize=7, label="weights now", zorder=4)
    legend(ax, theme)
