"""Reports: what there is to know of a training, as one HTML file that needs nothing else.

    >>> sections = [Section("Data", paragraph("1,797 images"), table(["digit", "images"], [["0", 178], ["1", 182]]))]
    >>> document("Digits", "97.5 % are read right.", sections).count("<section>")
    1

A section is made of paragraphs, tables, code, pictures and players; all text is escaped. `tables.py` makes the report
of a network for a CSV file, and `handwriting.py` that of the demo.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from microgradlab.drawing import svg
from microgradlab.engine import Value
from microgradlab.module import Module
from microgradlab.player import page, play
from microgradlab.steps import digits

PIXELS = 80  # of a page, for an inch of a plot


class Section:
    """A heading, and what stands below it as HTML."""

    def __init__(self, title: str, *parts: str) -> None:
        self.title, self.parts = title, parts

    def __str__(self) -> str:
        return f"<section>\n<h2>{escape(self.title)}</h2>\n{''.join(self.parts)}\n</section>\n"


def document(title: str, lead: str, sections: Iterable[Section]) -> str:
    """The whole page: its title, the result in a sentence, and the sections."""
    body = f'<p class="lead">{escape(lead)}</p>\n' + "".join(map(str, sections))
    return page.document(title, body, files(__package__).joinpath("report.css").read_text("utf-8"))


def paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>\n"


def code(text: str) -> str:
    return f'<pre tabindex="0">{escape(text)}</pre>\n'


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows below their heads; floats have four significant digits."""
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = "".join(f"<tr>{''.join(f'<td>{escape(_shown(x))}</td>' for x in row)}</tr>\n" for row in rows)
    body = f"<table><thead><tr>{heads}</tr></thead>\n<tbody>{lines}</tbody></table>"
    return f'<div class="scroll" tabindex="0" role="group" aria-label="Table">{body}</div>\n'


def picture(drawn: Value | Module, about: str) -> str:
    """A drawing, with what it shows in words."""
    return _figure(svg(drawn).encode(), "svg+xml", about)


def plot(make: Callable[[str], Any], about: str) -> str:
    """A plot, which `make` makes for a theme, in light and in dark; or a sentence that says what to install for it."""
    try:
        light, dark = make("light").figure, make("dark").figure
    except ImportError as problem:
        return paragraph(f"Without the plot: {problem}")
    width, content = round(light.get_figwidth() * PIXELS), light._repr_png_()
    return _figure(content, "png", about, f' width="{width}"', dark._repr_png_())


def player(value: Value, about: str) -> str:
    """The graph of a value, to be played; a sentence where it is too large."""
    try:
        return paragraph(about) + play(value).html
    except ValueError as problem:
        return paragraph(f"{about} Not here: {problem}.")


def _figure(content: bytes, kind: str, about: str, size: str = "", dark: bytes = b"") -> str:
    """An image with its words below it; where readers want it dark, another."""
    data, other = (f"data:image/{kind};base64,{b64encode(each).decode()}" for each in (content, dark))
    source = f'<source media="(prefers-color-scheme: dark)" srcset="{other}">' if dark else ""
    image = f'<picture>{source}<img alt="{escape(about)}"{size} src="{data}"></picture>'
    return f"<figure>{image}<figcaption>{escape(about)}</figcaption></figure>\n"


def _shown(x: Any) -> str:
    return digits(x) if isinstance(x, float) else f"{x:,}" if isinstance(x, int) else str(x)
