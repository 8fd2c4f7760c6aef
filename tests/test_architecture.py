"""A network without data: a column for each layer, wide ones abbreviated, weights as coloured lines."""

import doctest
import re

import pytest

from microgradlab import Value
from microgradlab.drawing import architecture, draw, svg
from microgradlab.nn import MLP, Dropout, Layer, Sequential


def lines(drawing):
    return re.findall(r"^    (\w+) -> (\w+)(.*)", drawing.source, re.MULTILINE)


def test_the_examples_in_the_docstring():
    assert doctest.testmod(architecture).failed == 0


def test_each_neuron_is_a_circle_and_each_weight_a_line():
    drawing = draw(MLP(2, [3, 1], activation="tanh", seed=0))
    assert drawing.source.count("shape=circle") == 6
    assert [(a, b) for a, b, _ in lines(drawing)][:3] == [("c0n0", "c1n0"), ("c0n1", "c1n0"), ("c0n0", "c1n1")]
    assert len(lines(drawing)) == 9
    assert all(words in svg(drawing) for words in ("2 inputs", "3 × tanh", "1 × linear", "13 parameters"))


def test_of_a_wide_layer_some_are_left_out_and_the_width_is_said():
    drawing = draw(MLP(64, [32, 10], seed=0))
    assert drawing.source.count("⋮") == 3
    assert drawing.source.count("shape=circle") == 24
    assert {a for a, b, _ in lines(drawing) if b == "c1n31"} == {f"c0n{i}" for i in (0, 1, 2, 3, 4, 61, 62, 63)}
    assert all(words in svg(drawing) for words in ("64 inputs", "32 × relu", "10 × linear", "2,410 parameters"))


def test_a_line_has_the_colour_and_the_thickness_of_its_weight():
    layer = Layer(3, 1, seed=0)
    for weight, x in zip(layer.neurons[0].weights, (2.0, -0.1, 0.0)):
        weight.data = x
    positive, negative, zero = lines(draw(layer, theme="light"))
    assert "#0067a5" in positive[2]
    assert "#dfb190" in negative[2]
    assert "color" not in zero[2]
    assert all(f"weight {x}" in line[2] for x, line in zip(("2", "-0.1", "0"), (positive, negative, zero)))
    assert not any("color" in line[2] for line in lines(draw(layer, show="")))


def test_layers_are_found_wherever_they_are():
    model = Sequential(Layer(2, 4, "relu"), Dropout(), Sequential(Layer(4, 2), Layer(2, 1)))
    assert [column.width for column in architecture.columns(model)] == [2, 4, 2, 1]
    assert len(lines(draw(model))) == 2 * 4 + 4 * 2 + 2 * 1


def test_what_has_no_columns_is_refused_with_another_way():
    for model in (Dropout(), Sequential(Layer(2, 3), Layer(2, 1))):
        with pytest.raises(ValueError, match=r"cannot be drawn as columns .* draw\(model\(inputs\)\)"):
            draw(model)


def test_a_circle_tells_its_place_and_its_bias():
    layer = Layer(1, 2, seed=0)
    layer.neurons[1].bias.data = 0.25
    assert "Layer 1, neuron 2: bias 0.25" in svg(layer)
    assert "<title>Layer(1 → 2, linear)</title>" in svg(layer)


def test_it_needs_no_gradient_and_no_data():
    model = MLP(2, [2, 1], seed=0)
    before = model.state_dict()
    draw(model)
    assert model.state_dict() == before
    assert all(type(p) is Value and p.grad == 0.0 for p in model.parameters())
