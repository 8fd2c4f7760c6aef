"""A network without any data, as textbooks draw it: a column of circles for each layer, and a line for each weight.

    >>> from microgradlab import MLP
    >>> [column.width for column in columns(MLP(64, [32, 10]))]
    [64, 32, 10]

Of a wide layer the first circles and the last are drawn, with ⋮ between them. Each circle has its place, so that all
columns have one middle; Graphviz draws, but has nothing to lay out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from microgradlab.drawing.boxes import Look, markup, tooltip
from microgradlab.drawing.options import Options
from microgradlab.drawing.palette import Scale
from microgradlab.module import Module
from microgradlab.nn import Layer, Neuron, activation_name

MOST, HEAD, TAIL = 9, 5, 3  # circles in a column; of a wider layer, those above and below ⋮
STEP, GAP = 0.44, 2.1  # inches from circle to circle, and from column to column
DENSE = 40  # lines: more are thinner


@dataclass(frozen=True)
class Column:
    """The inputs, or a layer."""

    title: str
    detail: str
    layer: Layer | None
    width: int

    @property
    def shown(self) -> list[int | None]:
        """The numbers of its circles, from 0; None is ⋮."""
        if self.width <= MOST:
            return list(range(self.width))
        return [*range(HEAD), None, *range(self.width - TAIL, self.width)]


def columns(model: Module) -> list[Column]:
    """The columns of a network, the inputs first; ValueError if it is not layer after layer."""
    layers = [module for _, module in model.named_modules() if isinstance(module, Layer)]
    chained = all(before.outputs == after.inputs for before, after in pairwise(layers))
    if not layers or not chained:
        why = "its layers do not follow one another" if layers else "it has no Layer"
        raise ValueError(f"{type(model).__name__} cannot be drawn as columns of neurons, as {why}: "
                         "draw what it computes, draw(model(inputs))")  # fmt: skip
    inputs = layers[0].inputs
    found = [Column(f"{inputs:,} input{'s' * (inputs != 1)}", " ", None, inputs)]
    for i, layer in enumerate(layers, start=1):
        detail = f"{layer.outputs:,} × {activation_name(layer.activation)}"
        found.append(Column(f"Layer {i}", detail, layer, layer.outputs))
    return found


def lines(model: Module, options: Options) -> list[str]:
    """The lines of DOT text between the braces, for the engine that takes places as they are (neato)."""
    found = columns(model)
    weights = [w.data for column in found if column.layer for n in column.layer.neurons for w in n.weights]
    with_weights = "weight" in options.show
    count = sum(len(before.shown) * len(after.shown) for before, after in pairwise(found))
    look = Look(options.palette, Scale(weights) if with_weights else None, thickness=min(1.0, DENSE / count))
    caption = look.caption([f"{len(model.parameters()):,} parameters"], "weight")
    head = ["splines=line", *look.defaults(), f"label={caption}"]
    body = [*_circles(found, look), *_lines(found, look)]
    return [f"    {line}\n" for line in (*head, *body)]


def _circles(found: Sequence[Column], look: Look) -> Iterator[str]:
    p = look.palette
    depth = max(len(column.shown) for column in found) * STEP / 2
    for c, column in enumerate(found):
        fill = p.leaf if c == 0 else p.root if c == len(found) - 1 else p.result
        for row, i in enumerate(column.shown):
            place = f'pos="{c * GAP:g},{((len(column.shown) - 1) / 2 - row) * STEP:g}!"'
            if i is None:
                yield f'c{c}gap [label="⋮" shape=plaintext style="" {place} fontcolor="{p.muted}"]'
            else:
                about = _about(column, i)
                shape = f'label="" shape=circle width=0.3 fixedsize=true fillcolor="{fill}"'
                yield f"c{c}n{i} [{shape} {place} {tooltip(about)}]"
        place = f'pos="{c * GAP:g},{-depth - 0.25:g}!"'
        title = f"{markup(column.title)}\\n{markup(column.detail)}"
        yield f'c{c}title [label="{title}" shape=plaintext style="" {place} fontsize=10 fontcolor="{p.muted}"]'


def _about(column: Column, i: int) -> str:
    if column.layer is None:
        return f"input {i + 1}"
    neuron: Neuron = column.layer.neurons[i]
    return f"{column.title}, neuron {i + 1}: bias {neuron.bias.data:g}"


def _lines(found: Sequence[Column], look: Look) -> Iterator[str]:
    for c, (before, column) in enumerate(pairwise(found), start=1):
        assert column.layer is not None
        for i in column.shown:
            for j in before.shown:
                if i is not None and j is not None:
                    weight = column.layer.neurons[i].weights[j].data
                    more = f'arrowhead=none tooltip="weight {weight:g}"'
                    yield look.arrow(f"c{c - 1}n{j}", f"c{c}n{i}", weight, "", more, is_pale=False)
