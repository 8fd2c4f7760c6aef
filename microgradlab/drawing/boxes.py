"""How each thing in a drawing looks, as DOT statements: a Value, an op, a constant, what is folded, and the legend.

Whatever people wrote into a label is shown as they wrote it, and never read as DOT or as HTML.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from microgradlab.drawing.palette import LEVELS, Palette, Scale
from microgradlab.engine import Value
from microgradlab.ops import Op
from microgradlab.steps import digits

FONT = 'fontname="Helvetica,Arial,sans-serif"'
SPACE = "pad=0.15 nodesep=0.2 ranksep=0.3"
LETTER = 6  # points: the width of one, about
THIN, THICKER = 0.9, 0.55  # points: a line, and what each level of a gradient adds


def short(words: str, longest: int = 32) -> str:
    """`words` on one line: what cannot be printed is blank, and the end of a long text is cut."""
    line = "".join(c if c.isprintable() else " " for c in words).strip()
    return line if len(line) <= longest else line[: longest - 1] + "…"


def markup(words: str) -> str:
    """`words` with all that Graphviz would read as markup escaped, for its strings as for its HTML-like labels."""
    return escape(words).replace("\\", "\\\\")


def tooltip(thing: object) -> str:
    """The attribute that shows the whole `repr` under the mouse. Graphviz reads backslashes in it twice."""
    words = markup(short(thing if isinstance(thing, str) else repr(thing), longest=1000)).replace("\\", "\\\\")
    return f'tooltip="{words}"'


def table(rows: Iterable[str], padding: int) -> str:
    """An HTML-like label of rows of cells."""
    lines = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="{padding}">{lines}</table>>'


@dataclass(frozen=True)
class Look:
    """The looks of one drawing: its colours, and the scale of its gradients, if there are any."""

    palette: Palette
    scale: Scale | None = None
    thickness: float = 1.0  # of lines
    room: int = 0  # points, for each number: for numbers that change, and gradients that get a colour

    def defaults(self) -> list[str]:
        """What holds for the whole drawing."""
        p = self.palette
        node = f'shape=box style="rounded,filled" margin="0.09,0.05" color="{p.line}" {FONT} fontsize=11'
        return [
            f'graph [bgcolor="{p.paper}" {SPACE} style=rounded color="{p.frame}" {FONT} fontsize=10 '
            f'fontcolor="{p.muted}"]',
            f'node [{node} fontcolor="{p.ink}"]',
            f'edge [color="{p.strokes[LEVELS]}" arrowsize=0.6 {FONT} fontsize=9 fontcolor="{p.muted}"]',
        ]

    def ink(self, is_pale: bool) -> str:
        return self.palette.pale if is_pale else self.palette.ink

    def value_box(
        self, identifier: str, title: str, rows: Iterable[tuple[str, str, float]], fill: str, about: str, is_pale: bool
    ) -> str:
        """A Value, or what stands for several: a title, and rows of a key, its text and the gradient it shows."""
        p, ink = self.palette, self.ink(is_pale)
        cells = [f'<td colspan="2"><b>{markup(title)}</b></td>'] if title else []
        for key, text, gradient in rows:
            if not text:
                cells.append(
                    f'<td colspan="2"><font color="{p.pale if is_pale else p.muted}">{markup(key)}</font></td>'
                )
                continue
            left = f'<td align="left"><font color="{p.pale if is_pale else p.muted}">{key} </font></td>'
            tint = self.scale.level(gradient) if self.scale and key == "grad" and not is_pale else 0
            colour = f' bgcolor="{p.tints[tint + LEVELS]}"' if tint or (self.room and key == "grad") else ""
            cells.append(f'{left}<td align="right"{colour}{self.width(text)}><font color="{ink}">{text}</font></td>')
        fill = p.paper if is_pale else fill
        frame = f' color="{p.pale}"' if is_pale else ""
        cells = cells or ["<td> </td>"]
        return f'{identifier} [label={table(cells, 1)} fillcolor="{fill}" fontcolor="{ink}"{frame} {tooltip(about)}]'

    def width(self, text: str) -> str:
        """The attribute that keeps room in a cell for the number at its end, or for two with … between them."""
        name, _, _ = text.rpartition(" = ")
        points = self.room * (1 + text.count(" … ")) + (LETTER * (len(name) + 5) if name else 0)
        return f' width="{points}"' if self.room else ""

    def op_circle(self, identifier: str, symbol: str, about: Op | str, is_pale: bool) -> str:
        """An op whose arguments need no names: its symbol in a circle, or in an ellipse if it is long."""
        shape = "shape=circle width=0.36 fixedsize=true" if len(symbol) <= 2 else "shape=ellipse height=0.36"
        return f'{identifier} [label="{markup(symbol)}" {shape} {self._op(about, is_pale)}]'

    def op_box(self, identifier: str, op: Op, title: str, terms: Iterable[str], in_rows: bool, is_pale: bool) -> str:
        """An op with a row for each of these terms, or else a column, and an entry `p0`, `p1` … to each."""
        cells = [f"<td><b> {markup(title)} </b></td>"] if title else []
        cells += [f'<td port="p{i}" align="left"{self.width(t)}> {markup(t)} </td>' for i, t in enumerate(terms)]
        label = table(cells, 3) if in_rows else table(["".join(cells)], 3)
        return f"{identifier} [label={label} margin=0 width=0 height=0 {self._op(op, is_pale)}]"

    def _op(self, about: Op | str, is_pale: bool) -> str:
        p = self.palette
        pale = f' fontcolor="{p.pale}" color="{p.pale}"' if is_pale else ""
        return f'fillcolor="{p.paper if is_pale else p.op}"{pale} {tooltip(about)}'

    def constant(self, identifier: str, x: float, is_pale: bool) -> str:
        """A plain number in the expression: no box, as it has no gradient."""
        size = "shape=plaintext margin=0.04 width=0.2 height=0.2"
        return f'{identifier} [label="{digits(x)}" {size} style="" fontcolor="{self.ink(is_pale)}" {tooltip(x)}]'

    def reference(self, identifier: str, title: str, is_pale: bool) -> str:
        """A box that stands elsewhere, once more by its title alone."""
        p = self.palette
        how = f'style="rounded,dashed" margin="0.05,0.02" width=0 height=0.2 fontcolor="{self.ink(is_pale)}"'
        return f'{identifier} [label="{markup(title)}" {how} color="{p.pale if is_pale else p.line}" {tooltip(title)}]'

    def arrow(self, tail: str, head: str, gradient: float, words: str, more: str, is_pale: bool) -> str:
        """An arrow, whose colour and thickness say what gradient flows back along it."""
        level = self.scale.level(gradient) if self.scale and not is_pale else 0
        parts = [more] if more else []
        width = (THIN + THICKER * abs(level)) * self.thickness
        if level:
            parts.append(f'color="{self.palette.strokes[level + LEVELS]}" penwidth={width:.3g}')
        if is_pale:
            parts.append(f'color="{self.palette.pale}" fontcolor="{self.palette.pale}"')
        if words:
            parts.append(f'label="{words}"')
        return f"{tail} -> {head}" + (f" [{' '.join(parts)}]" if parts else "")

    def caption(self, sentences: Iterable[str], scale: str = "grad") -> str:
        """The sentences below a drawing, one to a line, and the scale of the colours under its name."""
        rows = [f"<td>{markup(sentence)}</td>" for sentence in sentences]
        if self.scale and self.scale.largest:
            cell = '<td width="16" height="7" fixedsize="true" bgcolor="{}"></td>'
            swatches = "".join(cell.format(colour) for colour in self.palette.strokes)
            ends = [digits(x) for x in (-self.scale.largest, self.scale.largest)]
            bar = f"<td>{scale} {ends[0]} </td>{swatches}<td> {ends[1]}</td>"
            rows.append(f"<td>{table([bar], 1)[1:-1]}</td>")
        return table(rows, 2)


def value_rows(value: Value, show: Iterable[str]) -> list[tuple[str, str, float]]:
    """The rows of a Value's box."""
    return [(key, digits(x), value.grad) for key, x in (("data", value.data), ("grad", value.grad)) if key in show]


def span(xs: Iterable[float]) -> str:
    """From the smallest of some numbers to the largest."""
    found = sorted({x for x in xs if x == x})
    ends = [digits(x) for x in found[:1] + found[1:][-1:]] or ["nan"]
    return " … ".join(dict.fromkeys(ends))
