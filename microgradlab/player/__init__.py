"""Backpropagation played: `play` makes a page that steps through a graph, forward and backward, and computes it anew.

    >>> x = Value(3.0, label="x")
    >>> player = play(x * x + x)  # a notebook shows it
    >>> player.save("backprop.html")  # doctest: +SKIP

Played is a graph, or a training that `record_training` recorded: its surface, its weights, and the graph at each step.

What is played was recorded from `backward_steps()` (`record.py`). The page is one file that asks nothing of a network:
the pictures are drawn here, the whole graph and what is in each folded box (`views.py`); and where a reader changes a
number, the page computes the graph again with the ops' own kernels and rules, in JavaScript (`tape.py`, `javascript.py`
and `python.js`). `page.py` puts it together; of its scripts, `player.js` is the player of a graph and `training.js`
that of a training, and `player.css` is how they look.
"""

import os
from pathlib import Path
from typing import Any

from microgradlab.coercion import shown
from microgradlab.drawing.options import LIMIT, Fold, Options, checked
from microgradlab.engine import Value
from microgradlab.files import write_atomically
from microgradlab.player import page
from microgradlab.player.content import content_of
from microgradlab.player.training import training_content
from microgradlab.recording import Recording


class Player:
    """A page: a notebook shows it, and `save` writes it as a file."""

    def __init__(self, title: str, html: str) -> None:
        self.title, self.html = title, html  # the html without head and body, as a notebook takes it

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write an .html file that needs nothing else; it is never left half written.

        Raises:
            ValueError: the path ends in something else.
            FileNotFoundError: its directory does not exist.
        """
        path = Path(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"a player is saved as .html, got {path.name!r}: try {path.stem or 'graph'}.html")
        if not path.parent.is_dir():
            raise FileNotFoundError(f"there is no directory {path.parent}: make it first, mkdir {path.parent}")
        write_atomically(path, page.document(self.title, self.html, marks=" data-player").encode(errors="replace"))

    def __repr__(self) -> str:
        return f"Player({self.title})"

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html}


def play(what: Value | Recording, *, direction: str = "LR", fold: Fold = "auto", limit: int = LIMIT) -> Player:
    """A page that plays how a value is computed, and backpropagation from it; or a training, step by step.

    The options are those of `draw`. The graph is left as it is, its gradients too; the page shows the values that it
    has now. Of a recorded training, the graph is that of the loss of one example, a probe, which the reader moves.

    Raises:
        TypeError, ValueError: an option means nothing, or the graph has more than 3000 values; or a training's graph
            is not the same for all examples.
        GraphError: a leaf of the graph was edited since: compute it again.
    """
    options = checked(Options(direction=direction, show=None, fold=fold, limit=limit), Value)
    if isinstance(what, Recording):
        content, tape = training_content(what, options)
        start, title = "playTraining", f"A training, {what.frames[-1].step:,} steps"
        first = content["graphs"][0]
    elif type(what) is Value:
        content, tape = content_of(what, options)
        start, title, first = "play", f"Backpropagation from {what.label or 'a result'}", content
    else:
        raise TypeError(f"play takes one Value, such as the loss of an example, or a Recording; got {shown(what)}")
    picture = page.static(first["views"][0]["svg"], title)
    return Player(title, page.fragment(start, content, tape.text, picture))
