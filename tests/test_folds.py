"""Folding: what is one box, by module, by depth, by a function, alike ones, and the oldest of too many."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microgradlab import Value, losses, nn, ops
from microgradlab.drawing import folds
from microgradlab.drawing.dot import picture
from microgradlab.drawing.folds import MOST, count, folded
from microgradlab.drawing.graph import Graph
from microgradlab.drawing.options import Options, checked
from microgradlab.nn import MLP, Layer, Module, Neuron
from microgradlab.testing import expressions


def chosen(**given):
    return checked(Options(**given), Value)


def titles(root, **given):
    """The titles of the boxes, in the order of the graph; of a value alone, its op or label."""
    graph = Graph(root)
    boxes = folded(graph, chosen(**given))
    made = [node.op.name if node.op else node.label for node in graph.nodes]
    names = [group.title if group else name for group, name in zip(boxes, made)]
    ends = [group.places[-1] if group else i for i, group in enumerate(boxes)]
    return [name for i, (name, end) in enumerate(zip(names, ends)) if i == end]


def network():
    return MLP(2, [3, 1], seed=0)([Value(1.0, label="x1"), Value(2.0, label="x2")])


class Line(Module):
    def __init__(self):
        self.w, self.b = Value(2.0, label="w"), Value(1.0, label="b")

    def forward(self, x):
        return self.w * x + self.b


class Thrice(Module):
    def __init__(self):
        self.line = Line()

    def forward(self, x):
        return self.line(self.line(self.line(x)))


def test_the_examples_in_the_docstring():
    assert doctest.testmod(folds, extraglobs={"Graph": Graph, "Options": chosen}).failed == 0


def test_what_fits_is_not_folded():
    y = network()
    assert titles(y) == titles(y, fold=None)
    assert count(folded(Graph(y), chosen())) == 22


@pytest.mark.parametrize("fold", [2, "Layer", Layer, ["Layer 1", "Layer 2"]])
def test_by_depth_by_name_and_by_class(fold):
    assert titles(network(), fold=fold) == ["x1", "x2", "Layer 1", "Layer 2"]


def test_the_outermost_depth_is_one():
    assert titles(network(), fold=1) == ["x1", "x2", "MLP"]
    neurons = ["Neuron 1", "Neuron 2", "Neuron 3"]
    assert titles(network(), fold=Neuron) == titles(network(), fold=3) == ["x1", "x2", *neurons, "Neuron"]


def test_a_module_of_yours_alone():
    model = MLP(2, [3, 1], seed=0)
    y = model([1.0, 2.0])
    assert titles(y, fold=model.layers[1]).count("Layer 2") == 1
    assert "Neuron 2" in titles(y, fold=["Layer 2", "Neuron 2"])
    assert "Neuron 3" not in titles(y, fold=["Layer 2", "Neuron 2"])


def test_by_a_function_connected_values_are_one_box():
    x = Value(0.5, label="x")
    y = (x * x).exp() + (x + 1.0)
    assert titles(y, fold=lambda v: v.op in (ops.mul, ops.exp)) == ["x", "2 values", "add", "add"]
    assert titles(y, fold=lambda v: v.op is ops.add) == ["x", "mul", "exp", "2 values"]


def test_calls_of_one_module_are_boxes_of_their_own_and_numbered():
    y = Thrice()(Value(3.0, label="x"))
    assert titles(y, fold="Line") == ["w", "b", "x", "Line, call 1", "Line, call 2", "Line, call 3"]
    assert titles(y, fold="Thrice") == ["x", "Thrice"]


def test_alike_boxes_are_one_with_a_count():
    assert titles(network(), fold="Neuron", roll_up=True) == ["2 × x", "3 × Neuron", "Neuron"]
    model, xs = MLP(2, [3, 1], seed=0), [[0.1 * i, 1.0] for i in range(50)]
    loss = losses.mse_loss([model(x) for x in xs], [0.5] * 50)
    assert titles(loss) == ["150 × Neuron", "50 × Neuron", "50 × −", "50 × x²", "mean"]
    assert titles(loss, fold=1, roll_up=True) == ["50 × MLP", "50 × −", "50 × x²", "mean"]


def test_what_is_made_differently_is_not_alike():
    x, y = Value(1.0), Value(2.0)
    z = ops.sum([x.exp(), y.exp(), (x * y).exp(), x.log()])
    found = titles(z, fold=None, roll_up=True)
    assert found == ["", "", "2 × exp", "mul", "exp", "log", "sum"]


def test_a_parameter_is_in_the_box_that_alone_uses_it():
    layer = Layer(2, 2, "tanh", seed=0)
    a, b = layer([1.0, 2.0])
    assert titles(a + b, fold="Neuron") == ["Neuron 1", "Neuron 2", "add"]
    shared = layer.neurons[0].weights[0]
    assert titles(a + b + shared, fold="Neuron") == ["w1", "Neuron 1", "Neuron 2", "add", "add"]


def test_of_too_many_the_oldest_are_one_box():
    x = Value(1.0, label="x")
    for i in range(300):
        x = x * 1.5 if i % 2 else x.tanh()
    found = titles(x)
    assert found[0] == "202 earlier values"
    assert len(found) == 100
    assert titles(x, limit=1) == ["300 earlier values", "mul"]


def test_whatever_is_asked_there_are_not_more_than_graphviz_can_take():
    x = Value(1.0)
    for i in range(2000):
        x = x * 1.5 if i % 2 else x.tanh()
    assert len(titles(x, fold=None)) == MOST


@given(expressions(max_nodes=30), st.integers(1, 30), st.sampled_from([None, False, True]))
def test_folding_keeps_every_value_and_makes_no_circle(e, limit, roll_up):
    root = e(*map(Value, e.point))
    if not isinstance(root, Value):
        return
    graph = Graph(root)
    boxes = folded(graph, chosen(limit=limit, roll_up=roll_up))
    groups = {id(group): group for group in boxes if group}.values()
    assert sorted(p for g in groups for p in g.places) == [i for i, group in enumerate(boxes) if group]
    assert count(boxes) <= max(limit, 2) or len({*graph.arguments[-1]}) >= limit - 1
    edges = {(id(boxes[a]) if boxes[a] else a, id(boxes[i]) if boxes[i] else i)
             for i, arguments in enumerate(graph.arguments) for a in arguments if a >= 0}  # fmt: skip
    edges = {(a, b) for a, b in edges if a != b}
    while edges:
        ends = {b for _, b in edges}
        left = {(a, b) for a, b in edges if a in ends}
        assert left != edges
        edges = left


def test_a_folded_box_says_what_it_gives():
    y = network()
    y.backward()
    lines = "".join(picture(y, chosen(fold="Layer")).lines())
    assert "Layer 1" in lines
    assert "15 values" in lines
    assert "22 values, folded to 4 boxes" in lines
    assert lines.count("×3") == 3


def test_a_fold_that_finds_nothing_says_what_there_is():
    y = network()
    for fold in ("neuron", ["Layers"], nn.Dropout(0.5)):
        with pytest.raises(ValueError, match=r"fold finds no .* in the graph: there are MLP, Layer, Neuron"):
            picture(y, chosen(fold=fold))
    with pytest.raises(ValueError, match="it was made outside of all modules"):
        picture(Value(1.0) + 2.0, chosen(fold="Neuron"))
    assert picture(y, chosen(fold=["neuron", "Layer 2"]))
