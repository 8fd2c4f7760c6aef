"""See a graph: `draw` it, `save` it as a file, or make it the last line of a notebook's cell.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + x
    >>> y.backward()
    >>> save(y, "graph.svg")  # doctest: +SKIP

Blue boxes are leaves, white ones results, and the yellow one is what you drew; grey shapes are ops. The text is made
from the graph alone (`dot.py`, and `boxes.py` for its looks), and a picture from the text (`graphviz.py`).
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from microgradlab.drawing import dot
from microgradlab.engine import Value
from microgradlab.errors import GraphError

if TYPE_CHECKING:
    from microgradlab.drawing.graphviz import Drawing

FORMATS = {".svg": "svg", ".png": "png", ".pdf": "pdf", ".dot": "dot", ".gv": "dot"}
AT_A_GLANCE = 100  # values: larger graphs do not show by themselves in a notebook


def draw(value: Value, *, direction: str = "LR", limit: int = dot.LIMIT) -> "Drawing":
    """The graph of `value` as a `graphviz.Digraph`: to look at in a notebook, to `save`, or to edit.

    It runs from left to right, or in another direction: "TB", "RL", "BT".

    Raises:
        GraphError: the graph has more than `limit` values.
        ImportError: the package graphviz is missing.
    """
    from microgradlab.drawing.graphviz import Drawing  # here, because it loads graphviz

    body = dot.body(value, direction, limit)  # which says what is wrong
    return Drawing(comment=repr(value), body=body)


def svg(drawing: "Value | Drawing") -> str:
    """The picture as SVG text."""
    return _drawing(drawing).image("svg").decode()


def png(drawing: "Value | Drawing") -> bytes:
    """The picture as a PNG file's bytes."""
    return _drawing(drawing).image("png")


def save(drawing: "Value | Drawing", path: str | os.PathLike[str]) -> None:
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
        return draw(value, limit=AT_A_GLANCE)._repr_mimebundle_()
    except (GraphError, ImportError) as problem:
        return {"text/plain": f"{value!r}\n{problem}"}


def _drawing(thing: Any) -> "Drawing":
    """A drawing as it is, and a Value drawn."""
    from microgradlab.drawing.graphviz import Drawing

    return thing if isinstance(thing, Drawing) else draw(thing)
