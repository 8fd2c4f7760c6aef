"""How each thing in a drawing looks, as DOT statements: a Value, an op, a constant; and the colours.

Whatever people wrote into a label is shown as they wrote it, and never read as DOT or as HTML.
"""

from collections.abc import Iterable
from html import escape

from microgradlab.engine import Value
from microgradlab.ops import Op
from microgradlab.steps import digits

# Blue, white and yellow, which every kind of colour vision tells apart; letters on them have a contrast over 4.5 : 1.
INK, MUTED, LINE, FRAME, GRADIENT = "#1f2933", "#586473", "#75828f", "#c3ccd6", "#a8480f"
LEAF, RESULT, ROOT, OP = "#dfedfa", "#ffffff", "#fce6b5", "#eceff3"

FONT = 'fontname="Helvetica,Arial,sans-serif"'
SPACE = "bgcolor=white pad=0.15 nodesep=0.2 ranksep=0.3"
STYLE = (
    f'graph [{SPACE} style=rounded color="{FRAME}" {FONT} fontsize=10 fontcolor="{MUTED}"]',
    f'node [shape=box style="rounded,filled" margin="0.09,0.05" color="{LINE}" {FONT} fontsize=11 fontcolor="{INK}"]',
    f'edge [color="{LINE}" arrowsize=0.6]',
)


def short(words: str, longest: int = 32) -> str:
    """`words` on one line: what cannot be printed is blank, and the end of a long text is cut."""
    line = "".join(c if c.isprintable() else " " for c in words).strip()
    return line if len(line) <= longest else line[: longest - 1] + "…"


def markup(words: str) -> str:
    """`words` with all that Graphviz would read as markup escaped, for its strings as for its HTML-like labels."""
    return escape(words).replace("\\", "\\\\")


def tooltip(thing: object) -> str:
    """The attribute that shows the whole `repr` under the mouse. Graphviz reads backslashes in it twice."""
    words = markup(short(repr(thing), longest=1000)).replace("\\", "\\\\")
    return f'tooltip="{words}"'


def table(rows: Iterable[str], padding: int) -> str:
    """An HTML-like label of rows of cells."""
    lines = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="{padding}">{lines}</table>>'


def value_box(identifier: str, value: Value, root: Value) -> str:
    """A Value: label, data and gradient; leaves, results and the root have each their tint."""
    fill = ROOT if value is root else RESULT if value.op else LEAF
    title = markup(short(value.label))
    rows = [f'<td colspan="2"><b>{title}</b></td>'] if title else []
    for key, amount, colour in ("data", value.data, INK), ("grad", value.grad, GRADIENT):
        left = f'<td align="left"><font color="{MUTED}">{key} </font></td>'
        rows.append(f'{left}<td align="right"><font color="{colour}">{digits(amount)}</font></td>')
    return f'{identifier} [label={table(rows, 1)} fillcolor="{fill}" {tooltip(value)}]'


def op_circle(identifier: str, op: Op) -> str:
    """An op whose arguments need no names: its symbol in a circle, or in an ellipse if it is long."""
    shape = "shape=circle width=0.36 fixedsize=true" if len(op.symbol) <= 2 else "shape=ellipse height=0.36"
    return f'{identifier} [label="{markup(op.symbol)}" {shape} fillcolor="{OP}" {tooltip(op)}]'


def op_box(identifier: str, op: Op, title: str, terms: Iterable[str], in_rows: bool) -> str:
    """An op with a row for each of these terms, or else a column, and an entry `p0`, `p1` … to each."""
    cells = [f"<td><b> {markup(title)} </b></td>"] if title else []
    cells += [f'<td port="p{i}" align="left"> {markup(term)} </td>' for i, term in enumerate(terms)]
    label = table(cells, 3) if in_rows else table(["".join(cells)], 3)
    return f'{identifier} [label={label} margin=0 width=0 height=0 fillcolor="{OP}" {tooltip(op)}]'


def constant(identifier: str, x: float) -> str:
    """A plain number in the expression: no box, as it has no gradient."""
    size = "shape=plaintext margin=0.04 width=0.2 height=0.2"
    return f'{identifier} [label="{digits(x)}" {size} style="" {tooltip(x)}]'
