"""Graphviz in whichever form this machine has it: the `dot` program, or else the library in the pygraphviz wheel.

The wheel needs no program, no PATH and no fonts: with it, a drawing works on a bare machine.
"""

import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from shutil import which
from tempfile import TemporaryFile
from threading import Lock
from typing import Any

from microgradlab.coercion import shown
from microgradlab.drawing.finish import finished
from microgradlab.errors import MissingDependencyError

try:
    import graphviz
except ImportError as error:
    raise MissingDependencyError("graphviz", purpose="drawing") from error

PICTURES = ("svg", "png", "pdf")
PNG_DPI = "192"  # twice the usual, for sharp letters on today's screens
one_at_a_time = Lock()  # the library is not made for threads


class Drawing(graphviz.Digraph):  # type: ignore[misc]
    """A `graphviz.Digraph` that also renders, and shows itself in notebooks, where there is no `dot` program."""

    theme = "light"  # of an SVG
    description = ""  # in words, for those who do not see it

    def pipe(self, format: str | None = None, *, encoding: str | None = None, **options: Any) -> Any:
        """The picture as bytes, or as text in this encoding. The options are those of `graphviz.Digraph.pipe`."""
        if which("dot"):
            return super().pipe(format, encoding=encoding, **options)
        picture = lay_out(self.source, format or self.format, options.get("engine") or self.engine)
        return picture.decode(encoding) if encoding else picture

    def render(self, filename: Any = None, *, format: str | None = None, outfile: Any = None, **options: Any) -> str:
        """Write the text and the picture to files; the picture's path. Arguments as in `graphviz.Digraph.render`."""
        if which("dot"):
            path: str = self._as_text().render(filename, format=format, outfile=outfile, **options)
            return path
        if outfile and not filename:
            filename = Path(outfile).with_suffix(".gv")
        text = Path(super().save(filename, directory=options.get("directory")))
        picture = Path(outfile or f"{text}.{format or self.format}")
        picture.write_bytes(self.pipe(format or picture.suffix[1:], engine=options.get("engine")))
        if options.get("cleanup"):
            text.unlink()
        if options.get("view"):
            graphviz.view(picture)
        return str(picture)

    def save(self, filename: Any = None, directory: Any = None, **options: Any) -> str:
        """Write a picture if the name ends in .svg, .png or .pdf, else text as `graphviz.Digraph` does; the path."""
        format = Path(filename or "").suffix.lower()[1:]
        if format not in PICTURES:
            path: str = super().save(filename, directory=directory, **options)
            return path
        from microgradlab.drawing import save  # here, as it makes drawings

        picture = Path(directory or "", filename)
        save(self, picture)
        return str(picture)

    def _as_text(self) -> Any:
        """The same without our ways, whose `render` writes the text by `save`, whatever its name."""
        own = {name: getattr(self, name) for name in ("filename", "directory", "format", "engine", "encoding")}
        return graphviz.Source(self.source, **own)

    def image(self, format: str) -> bytes:
        """The picture as bytes: a PNG with enough dots for today's screens, an SVG with names for its parts."""
        copy = self.copy()
        if format == "png":
            copy.graph_attr.setdefault("dpi", PNG_DPI)
        content = bytes(copy.pipe(format))
        return finished(content, self.comment, self.description, self.theme) if format == "svg" else content

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, str]:
        """For notebooks: an image with its data inside, which shows in a notebook that is not trusted, too."""
        data = b64encode(self.image("svg")).decode()
        html = f'<img alt="{escape(self.comment or "a graph")}" src="data:image/svg+xml;base64,{data}">'
        return {"text/plain": self.comment or repr(self), "text/html": html}


def lay_out(source: str, format: str, engine: str) -> bytes:
    """The picture of a DOT text, made inside this process; ValueError for a format or an engine of another name."""
    if format not in graphviz.FORMATS:
        raise ValueError(f"format is one of Graphviz's, such as svg, png or pdf, got {shown(format)}")
    if engine not in graphviz.ENGINES:
        raise ValueError(f"engine is one of {', '.join(sorted(graphviz.ENGINES))}, got {shown(engine)}")
    try:
        import pygraphviz
    except ImportError as error:
        raise MissingDependencyError("pygraphviz", purpose="making a picture without a dot program") from error
    with one_at_a_time, _words_go_into_the_error():
        return bytes(pygraphviz.AGraph(string=source).draw(format=format, prog=engine))


@contextmanager
def _words_go_into_the_error() -> Iterator[None]:
    """What C code writes on stderr is added to the error if there is one, else dropped.

    Graphviz says there, and only there, what is wrong with a text; but fontconfig grumbles there about every
    machine's files.
    """
    try:
        stderr = os.dup(2)
    except OSError:  # a program without a stderr, as on Windows under pythonw
        yield
        return
    with TemporaryFile() as words:
        os.dup2(words.fileno(), 2)
        try:
            yield
        except Exception as error:
            words.seek(0)
            error.add_note(words.read().decode(errors="replace"))
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
