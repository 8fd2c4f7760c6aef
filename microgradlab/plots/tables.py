"""What was taken for what, and images with their captions."""

import math
from collections.abc import Sequence
from typing import Any

from microgradlab.coercion import named_number, shown
from microgradlab.drawing.palette import LEVELS, THEMES
from microgradlab.plots.style import LETTERS, Plot, map_panel, palette_of, ramp
from microgradlab.settings import is_count


def confusion_matrix(
    counts: Sequence[Sequence[int]], classes: Sequence[str], ax: Any = None, theme: str = "light"
) -> Any:
    """How many examples of each class (row) were taken for each (column): `counts[truth][prediction]`.

    Blue is right and orange wrong, each the deeper the larger its share of the row; 0 is left blank. Returns the axes.
    ValueError if it is not one row and one column for each class.
    """
    palette = palette_of(theme, ax)
    size, widths = len(_texts("classes", classes)), [*map(len, _rows("counts", counts))]
    if widths != [size] * size:
        raise ValueError(f"{size} classes need {size} rows of {size} counts, got rows of {shown(widths)}")
    if any(not 0 <= count < math.inf for row in counts for count in row):
        raise ValueError(f"counts are numbers from 0 up, got {shown(counts)}")
    longest = max(map(len, classes), default=0)
    if ax is None:
        side = 1.7 + 0.42 * size + 0.1 * longest  # inches; a letter is a tenth
        ax = Plot(side, side, theme).add_subplot()
    ax = map_panel(ax, theme, "predicted class", "true class", title="number of examples")
    ax.imshow([[_tint(row, truth, i, theme) for i in range(size)] for truth, row in enumerate(counts)])
    for truth, row in enumerate(counts):
        for predicted, count in enumerate(row):
            ax.text(predicted, truth, count or "", ha="center", va="center", color=palette.ink, fontsize=LETTERS)
    ax.set_xticks(range(size), classes, rotation=90 if longest > 3 else 0)
    ax.set_yticks(range(size), classes)
    edges, ends = [i - 0.5 for i in range(size + 1)], (-0.5, size - 0.5)
    for draw_lines in (ax.hlines, ax.vlines):
        draw_lines(edges, *ends, color=palette.frame, linewidth=0.5, clip_on=False)
    return ax


def images(
    pixels: Sequence[Sequence[float]],
    captions: Sequence[str],
    width: int = 8,
    columns: int = 6,
    theme: str = "light",
) -> Plot:
    """Images, each under its caption: rows of `width` pixels, top to bottom, from 0 (paper) to 1 (ink). A figure.

    ValueError if there are none, not as many captions, or an image is no such rows.
    """
    palette = palette_of(theme)
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
    figure = Plot(1.5 * columns, 1.75 * rows, theme)
    axes = figure.subplots(rows, columns, squeeze=False)
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, image, caption in zip(axes.flat, pixels, captions):
        lines = [image[start : start + width] for start in range(0, len(image), width)]
        ax.imshow(lines, cmap=ramp([palette.paper, palette.ink]), vmin=0.0, vmax=1.0)
        ax.set_title(caption, fontsize=LETTERS, color=palette.ink)
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


def _tint(row: Sequence[int], truth: int, predicted: int, theme: str) -> Any:
    """The colour of a cell; a few mistakes among many right answers must show."""
    palette = THEMES[theme]
    share = row[predicted] / max(1, sum(row))
    if predicted == truth:
        return ramp([palette.paper, *palette.tints[LEVELS + 1 :]])(share)
    wrong = ramp([palette.paper, *reversed(palette.tints[:LEVELS])])
    return wrong(min(1.0, 0.15 + 2.0 * share) if share else 0.0)
