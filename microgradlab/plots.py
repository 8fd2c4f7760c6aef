"""Plots of a training: its curves, what is taken for what, and images with their captions.

    >>> figure = curves(history)  # doctest: +SKIP
    >>> save(figure, "curves.png")  # doctest: +SKIP

A plot is a `Figure` of its own, apart from pyplot and its windows: it needs no screen, may be made in
any thread, and shows itself in a notebook. With `ax=`, curves and a confusion matrix go into axes of
yours. The two colours are apart for every eye, and in grey (Okabe & Ito, 2008). This is the one file
that needs matplotlib, the extra `plot`.
"""

import io
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from microgradlab.coercion import named_number, shown
from microgradlab.errors import MissingDependencyError
from microgradlab.files import write_atomically
from microgradlab.history import Epoch, History
from microgradlab.settings import is_count

try:
    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine
    from matplotlib.ticker import MaxNLocator
except ImportError as error:
    raise MissingDependencyError("matplotlib", "plot", "a plot") from error

BLUE, ORANGE = "#0072b2", "#d55e00"
INK, MUTED, LINE = "#1f2933", "#5f6b7a", "#c3ccd6"
RIGHT = LinearSegmentedColormap.from_list("right", ["white", BLUE])
WRONG = LinearSegmentedColormap.from_list("wrong", ["white", ORANGE])
DPI = 150


class Plot(Figure):
    """A figure that a notebook shows as the result of a cell, whether or not pyplot was imported."""

    def __init__(self, width: float, height: float) -> None:
        layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12)  # inches, as the width and the height
        super().__init__(figsize=(width, height), dpi=DPI, layout=layout, facecolor="white")

    def _repr_png_(self) -> bytes:
        return _image(self, "png")


def save(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write a plot as .png, .svg, .pdf, whatever the path ends in; the file is never half written.

    Raises:
        ValueError: matplotlib does not know this ending.
    """
    if not isinstance(figure, Figure):
        raise TypeError(f"figure is one such as curves(history), got {shown(figure)}")
    path = Path(path)
    content = _image(figure, path.suffix[1:] or "png")
    write_atomically(path, content)


def curves(history: History, ax: Any = None) -> Figure:
    """The loss epoch by epoch, on training and on validation data; beside it, a panel for each metric.

    In axes of yours there are the losses only. ValueError for a history without epochs.
    """
    if not isinstance(history, list) or not all(isinstance(epoch, Epoch) for epoch in history):
        raise TypeError(f"history is what fit returns, got {shown(history)}")
    _check_axes(ax)
    if not history:
        raise ValueError("there are no curves of no epochs: train first")
    metrics = list(history[-1].metrics) if ax is None else []
    first, *others = [ax] if ax is not None else _panels(1 + len(metrics))
    _curve(first, history, "loss", BLUE, "training")
    if history[-1].validation_loss is not None:
        _curve(first, history, "validation_loss", ORANGE, "validation")
        first.legend(frameon=False, labelcolor=INK)
    _style(first, "epoch", "loss")
    for panel, metric in zip(others, metrics):
        _curve(panel, history, metric, ORANGE, "validation")
        _style(panel, "epoch", f"{metric} on validation data")
    figure: Figure = first.figure
    return figure


def confusion_matrix(counts: Sequence[Sequence[int]], classes: Sequence[str], ax: Any = None) -> Figure:
    """How often each class (row) was taken for each (column): `counts[truth][prediction]`.

    Blue is right and orange wrong, each the deeper the larger its share of the row; 0 is left blank.
    ValueError if it is not one row and one column for each class.
    """
    size, widths = len(_texts("classes", classes)), [*map(len, _rows("counts", counts))]
    if widths != [size] * size:
        raise ValueError(f"{size} classes need {size} rows of {size} counts, got rows of {shown(widths)}")
    if any(not 0 <= count < math.inf for row in counts for count in row):
        raise ValueError(f"counts are numbers from 0 up, got {shown(counts)}")
    _check_axes(ax)
    longest = max(map(len, classes), default=0)
    if ax is None:
        side = 1.4 + 0.42 * size + 0.1 * longest  # inches; a letter is a tenth
        ax = Plot(side, side).add_subplot()
    ax.imshow([[_tint(row, truth, i) for i in range(size)] for truth, row in enumerate(counts)])
    for truth, row in enumerate(counts):
        for predicted, count in enumerate(row):
            ink = "white" if truth == predicted and 2 * count > sum(row) else INK
            ax.text(predicted, truth, count or "", ha="center", va="center", color=ink, fontsize=9)
    ax.set_xticks(range(size), classes, rotation=90 if longest > 3 else 0)
    ax.set_yticks(range(size), classes)
    _style(ax, "predicted", "true")
    ax.grid(visible=False)
    edges, ends = [i - 0.5 for i in range(size + 1)], (-0.5, size - 0.5)
    for draw_lines in (ax.hlines, ax.vlines):
        draw_lines(edges, *ends, color=LINE, linewidth=0.5, clip_on=False)
    figure: Figure = ax.figure
    return figure


def images(pixels: Sequence[Sequence[float]], captions: Sequence[str], width: int = 8, columns: int = 6) -> Figure:
    """Images, each under its caption: rows of `width` pixels, top to bottom, from 0 (paper) to 1 (ink).

    ValueError if there are none, not as many captions, or an image is no such rows.
    """
    lengths = [*map(len, _rows("pixels", pixels))]
    if len(lengths) != len(_texts("captions", captions)):
        raise ValueError(f"every image needs a caption, got {len(lengths)} images and {len(captions)} captions")
    for name, value in (("width", width), ("columns", columns)):
        if not is_count(value, 1):
            raise ValueError(f"{name} is a whole number from 1 up, got {shown(value)}")
    if any(length % width or not length for length in lengths):
        raise ValueError(f"images of width {width} have a multiple of {width} pixels, got {shown(lengths)}")
    columns = min(columns, len(pixels))
    rows = math.ceil(len(pixels) / columns)
    figure = Plot(1.5 * columns, 1.75 * rows)
    axes = figure.subplots(rows, columns, squeeze=False)
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, image, caption in zip(axes.flat, pixels, captions):
        lines = [image[start : start + width] for start in range(0, len(image), width)]
        ax.imshow(lines, cmap="Greys", vmin=0.0, vmax=1.0)
        ax.set_title(caption, fontsize=9, color=INK)
    return figure


def _rows(name: str, rows: Any) -> Sequence[Sequence[float]]:
    """The rows themselves, at least one; TypeError for what is not numbers in sequences."""
    if not isinstance(rows, Sequence) or not all(hasattr(row, "__len__") for row in rows):
        raise TypeError(f"{name} is a list of lists of numbers, got {shown(rows)}")
    if not rows:
        raise ValueError(f"{name} is empty: give it at least one row")
    for row in rows:
        for x in row:
            named_number(name, x)
    return rows


def _texts(name: str, texts: Any) -> Sequence[str]:
    if not isinstance(texts, Sequence) or not all(isinstance(text, str) for text in texts):
        raise TypeError(f"{name} is a list of texts, got {shown(texts)}")
    return texts


def _check_axes(ax: Any) -> None:
    if ax is not None and not isinstance(ax, Axes):
        raise TypeError(f"ax is a matplotlib Axes, such as figure.add_subplot(), got {shown(ax)}")


def _image(figure: Figure, format: str) -> bytes:
    """The figure as a file's bytes."""
    file = io.BytesIO()
    figure.savefig(file, format=format)
    return file.getvalue()


def _panels(count: int) -> list[Any]:
    return list(Plot(4.5 * count, 3.4).subplots(1, count, squeeze=False).flat)


def _curve(ax: Any, history: History, name: str, colour: str, label: str) -> None:
    """One figure of the history as a line, a dot for each epoch where they are few."""
    marker = "o" if len(history) <= 30 else None
    ax.plot(history.column("epoch"), history.column(name), color=colour, label=label, marker=marker, markersize=3.5)


def _tint(row: Sequence[int], truth: int, predicted: int) -> Any:
    """The colour of a cell; a few mistakes among many right answers must show."""
    share = row[predicted] / max(1, sum(row))
    return RIGHT(share) if predicted == truth else WRONG(min(1.0, 0.15 + 2.0 * share) if share else 0.0)


def _style(ax: Any, xlabel: str, ylabel: str) -> None:
    """What all plots have in common: quiet lines, two spines, the words in one ink."""
    ax.set_xlabel(xlabel, color=INK)
    ax.set_ylabel(ylabel, color=INK)
    ax.tick_params(colors=MUTED, labelcolor=INK, length=0)
    ax.grid(color=LINE, linewidth=0.5)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(LINE)
    if xlabel == "epoch":
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
