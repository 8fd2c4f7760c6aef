"""The one look of all plots, in light and in dark; and the one file that needs matplotlib, the extra `plot`.

Colours are those of the drawings (`drawing/palette.py`), letters have a contrast of 4.5 : 1 or more, and a legend
stands above the axes, where it hides nothing.
"""

import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from microgradlab.coercion import shown
from microgradlab.drawing.palette import LIGHT, THEMES, Palette
from microgradlab.errors import MissingDependencyError
from microgradlab.files import write_atomically

try:
    from matplotlib import rcParams
    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine
    from matplotlib.ticker import MaxNLocator, PercentFormatter
except ImportError as error:
    raise MissingDependencyError("matplotlib", "plot", "a plot") from error

DPI = 150
LETTERS = 9  # their size, in points
FEW = 30  # points of a line are dots as well
DASHES: tuple[Any, ...] = ("-", (0, (4, 1.5)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5)))
MARKERS = "o^sDvPX*"
BLUE, ORANGE, INK = LIGHT.strokes[-1], LIGHT.strokes[0], LIGHT.ink  # apart for every kind of colour vision


class Panel(Axes):
    """Axes that a notebook shows as the result of a cell, with the figure they are in."""

    def _repr_png_(self) -> bytes:
        return _image(_figure_of(self), "png")


class Plot(Figure):
    """A figure that a notebook shows as the result of a cell, whether or not pyplot was imported.

    `width` and `height` are in inches.
    """

    def __init__(self, width: float, height: float, theme: str = "light") -> None:
        paper = palette_of(theme).paper
        layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12)  # inches, as the width and the height
        super().__init__(figsize=(width, height), dpi=DPI, layout=layout, facecolor=paper)

    def add_subplot(self, *place: Any, **options: Any) -> Any:
        """Axes that show themselves too; the arguments are those of a matplotlib Figure."""
        kind = {} if "projection" in options else {"axes_class": Panel}
        return super().add_subplot(*place, **(kind | options))

    def _repr_png_(self) -> bytes:
        return _image(self, "png")


def save(plot: Axes | Figure, path: str | os.PathLike[str]) -> None:
    """Write the axes' figure, or a figure, as .png, .svg, .pdf, whatever the path ends in; never half of it.

    Raises:
        ValueError: matplotlib does not know this ending.
    """
    if not isinstance(plot, Axes | Figure):
        raise TypeError(f"plot is what a plot function returns, such as loss(history), got {shown(plot)}")
    path = Path(path)
    write_atomically(path, _image(_figure_of(plot), path.suffix[1:] or "png"))


def _figure_of(plot: Any) -> Any:
    """The whole figure, also around a subfigure's axes."""
    return plot if isinstance(plot, Figure) else plot.figure.figure


def _image(figure: Figure, format: str) -> bytes:
    """The figure as a file's bytes."""
    file = io.BytesIO()
    figure.savefig(file, format=format)
    return file.getvalue()


def set_style() -> None:
    """Give figures of your own, made with pyplot, a look that goes with that of these plots, in light."""
    rcParams.update(
        {
            "figure.dpi": 110,
            "figure.facecolor": LIGHT.paper,
            "axes.facecolor": LIGHT.paper,
            "figure.constrained_layout.use": True,
            "font.size": LETTERS + 1,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.titlecolor": INK,
            "axes.titlelocation": "left",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "lines.linewidth": 2,
            "legend.frameon": False,
        }
    )


# Where a plot is drawn


def palette_of(theme: Any, ax: Any = None) -> Palette:
    """The theme's colours; an error for what is no theme, or no axes."""
    if ax is not None and not isinstance(ax, Axes):
        raise TypeError(f"ax is a matplotlib Axes, such as figure.add_subplot(), got {shown(ax)}")
    if theme not in (*THEMES,):
        raise ValueError(f"theme is {' or '.join(THEMES)}, got {shown(theme)}")
    return THEMES[theme]


def panel(ax: Any, theme: str, xlabel: str, ylabel: str, size: tuple[float, float] = (4.8, 3.4)) -> Any:
    """The axes, or those of a new figure of that size in inches, in our look: quiet lines, and two spines."""
    palette = palette_of(theme, ax)
    ax = Plot(*size, theme).add_subplot() if ax is None else ax
    ax.figure.set_facecolor(palette.paper)
    ax.set_facecolor(palette.paper)
    ax.set_xlabel(xlabel, color=palette.ink, fontsize=LETTERS)
    ax.set_ylabel(ylabel, color=palette.ink, fontsize=LETTERS)
    ax.tick_params(which="both", colors=palette.line, labelcolor=palette.muted, labelsize=LETTERS - 1, length=0)
    ax.grid(color=palette.frame, linewidth=0.5)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(palette.frame)
    return ax


def map_panel(ax: Any, theme: str, xlabel: str, ylabel: str, title: str = "") -> Any:
    """The same for a surface, which fills the axes up to their edges; `title` says what its heights are."""
    ax = panel(ax, theme, xlabel, ylabel, size=(4.8, 4.4))
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    if title:
        ax.set_title(title, loc="left", color=palette_of(theme).ink, fontsize=LETTERS)
    return ax


# What is drawn in it


def line(ax: Any, theme: str, xs: Sequence[float], ys: Sequence[float], label: str, place: int = 0) -> Any:
    """The line through these points, a dot for each where they are few; 12 places have looks of their own."""
    palette = THEMES[theme]
    colour = (palette.strokes[-1], palette.strokes[0], palette.ink)[place % 3]
    dots = {"marker": MARKERS[place % len(MARKERS)], "markersize": 3.5} if len(xs) <= FEW else {}
    dashes = DASHES[place % len(DASHES)]
    return ax.plot(xs, ys, color=colour, linestyle=dashes, linewidth=1.6, label=label, **dots)[0]


def key(ax: Any, label: str, colour: str, width: float) -> None:
    """Have the legend say what the lines on a map are, which are none of those that it knows."""
    ax.plot([], [], color=colour, linewidth=width, label=label)


def legend(ax: Any, theme: str) -> None:
    """What lines and dots mean, above the axes, in as many columns as have room."""
    labels = ax.get_legend_handles_labels()[1]
    letters = sum(map(len, labels)) / len(labels)
    columns = max(1, int(ax.bbox.width / ax.figure.dpi / (0.42 + 0.065 * letters)))  # inches: of a sign, of a letter
    look = {"frameon": False, "labelcolor": THEMES[theme].ink, "fontsize": LETTERS - 1}
    look |= {"handlelength": 2.4, "columnspacing": 1.4, "handletextpad": 0.6, "borderpad": 0.0, "borderaxespad": 0.6}
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=columns, **look)


def ramp(colours: Iterable[str]) -> LinearSegmentedColormap:
    """The scale of colours from 0 to 1 that passes through these."""
    return LinearSegmentedColormap.from_list("ramp", [*colours])


def whole_numbers(axis: Any) -> None:
    """Have ticks at whole numbers only."""
    axis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))


def percent(axis: Any) -> None:
    """Show shares from 0 to 1 as percents, the sign for which is in the label."""
    axis.set_major_formatter(PercentFormatter(xmax=1.0, symbol=""))
