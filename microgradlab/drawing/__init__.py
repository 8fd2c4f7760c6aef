"""See a graph: `draw` it, `save` it as a file, or make it the last line of a notebook's cell.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + x
    >>> y.backward()
    >>> save(y, "graph.svg")  # doctest: +SKIP

Blue boxes are leaves, white ones results, and the yellow one is what you drew; grey shapes are ops, and violet boxes
stand for several values. After `backward()` the colour and thickness of an arrow say what gradient flows back along it.
The text is made from the graph alone (`dot.py`, with `folds.py` for what is one box, `terms.py` for what is said of an
op and `boxes.py` for the looks; `architecture.py` for a network without data), and a picture from the text
(`graphviz.py`, and for SVG `finish.py`).
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from microgradlab.drawing import architecture, dot
from microgradlab.drawing.options import LIMIT, Fold, Options, checked
from microgradlab.engine import Value
from microgradlab.module import Module

if TYPE_CHECKING:
    from microgradlab.drawing.graphviz import Drawing

FORMATS = {".svg": "svg", ".png": "png", ".pdf": "pdf", ".dot": "dot", ".gv": "dot"}


def draw(
    value: Value | Module | BaseException,
    *,
    direction: str = "LR",
    show: str | Iterable[str] | None = None,
    fold: Fold = "auto",
    roll_up: bool | None = None,
    unfold: bool = False,
    highlight: Value | Iterable[Value] = (),
    inputs: Value | Iterable[Value] = (),
    theme: str = "auto",
    limit: int = LIMIT,
) -> "Drawing":
    """The graph of a Value as a `graphviz.Digraph`: to look at in a notebook, to `save`, or to edit.

    `direction`: from left to right, or "TB", "RL", "BT". `show`: some of "data", "grad", and on the arrows "local", the
    local derivative, and "rule", its formula. `highlight`: only what leads from these Values to the end is in colour.
    `inputs`: only that is drawn at all. `unfold`: a dot product is drawn as products and their sum. `theme`: "light",
    "dark", or as the reader's system is; files other than .svg are then light.

    `fold` says what is one box: modules by depth (1 is the outermost), by name ("Layer" or "Layer 2"), by class, or
    one of yours, or a list of these; connected values of which a function of yours is true; None for nothing.
    `roll_up`: alike boxes are one, with a count. By themselves, graphs of more than `limit` boxes are folded and rolled
    up until they fit.

    Of an error that was raised while a graph was made, what there was of the graph is drawn, with the error at its end:
    `except ValueError as error: draw(error)`, or afterwards `draw(sys.last_value)`.

    Of a Module, without any data, the architecture is drawn: a column of circles for each layer, and a line for each
    weight, in its colour, or with `show=""` in grey.

    Raises:
        TypeError, ValueError: an option means nothing.
        ImportError: the package graphviz is missing.
    """
    kind = Module if isinstance(value, Module) else Value
    asked = Options(direction, show, fold, roll_up, unfold, highlight, inputs, theme, limit)
    chosen = checked(asked, kind)
    if isinstance(value, Module):
        body, engine, name, description = architecture.lines(value, chosen), "neato", value._summary(), repr(value)
    else:
        picture = dot.picture(value, chosen)  # which says what is wrong
        body, engine, name, description = picture.lines(), "dot", repr(value), picture.description()
    from microgradlab.drawing.graphviz import Drawing  # here, because it loads graphviz

    drawing = Drawing(comment=name, engine=engine, body=body)
    drawing.theme, drawing.description = theme, description
    return drawing


def svg(drawing: "Value | Module | Drawing") -> str:
    """The picture as SVG text."""
    return _drawing(drawing).image("svg").decode()


def png(drawing: "Value | Module | Drawing") -> bytes:
    """The picture as a PNG file's bytes."""
    return _drawing(drawing).image("png")


def save(drawing: "Value | Module | Drawing", path: str | os.PathLike[str]) -> None:
    """Write a file: .svg, .png or .pdf, a picture; .dot or .gv, the text. It is never left half written.

    Raises:
        ValueError: the path ends in something else.
        FileNotFoundError: its directory does not exist.
    """
    path = Path(path)
    format = FORMATS.get(path.suffix.lower())
    if format is None:
        raise ValueError(f"a drawing is saved as {', '.join(FORMATS)}, got {path.name!r}: try graph.svg")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no directory {path.parent}: make it first, mkdir {path.parent}")
    drawing = _drawing(drawing)
    content = drawing.source.encode() if format == "dot" else drawing.image(format)
    from microgradlab.files import write_atomically

    write_atomically(path, content)


def picture(value: Value) -> dict[str, str]:
    """What a notebook shows for `value`, by MIME type: its graph, or in words why not."""
    try:
        return draw(value)._repr_mimebundle_()
    except ImportError as problem:
        return {"text/plain": f"{value!r}\n{problem}"}


def _drawing(thing: Any) -> "Drawing":
    """A drawing as it is, and a Value drawn."""
    from microgradlab.drawing.graphviz import Drawing

    return thing if isinstance(thing, Drawing) else draw(thing)
