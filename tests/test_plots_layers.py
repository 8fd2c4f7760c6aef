"""Gradient norms and dead units, layer by layer: what is shown is what the recording has."""

from math import inf

import pytest
from plot_examples import MOONS, RECORDING, recorded

from microgradlab import losses, nn, optim, plots
from microgradlab.engine import Value
from microgradlab.nn import MLP, Dropout, Layer, Module, Neuron
from microgradlab.recording import Recording


class Nested(Module):
    """Two networks with dropout between, and a factor of its own."""

    def __init__(self):
        self.first, self.drop, self.second = MLP(2, [3, 2], seed=1), Dropout(0.0), MLP(2, [1], seed=2)
        self.factor = Value(1.0)

    def forward(self, xs):
        return self.second(self.drop(self.first(xs))) * self.factor


def drawn(ax):
    return {line.get_label(): list(line.get_ydata()) for line in ax.lines}


def with_grads(model, *grads, epochs=None):
    """A recording of these gradients, the last of which are those after the last step."""
    recording = recorded(model=model, epochs=1)
    first = recording.frames[0]
    epochs = epochs or range(1, len(grads) + 1)
    recording.frames = [
        first._replace(grads=tuple(each), epoch=epoch, step=step)
        for step, (epoch, each) in enumerate(zip(epochs, grads), start=1)
    ]
    return recording


def test_a_norm_is_the_root_of_a_layers_squares_at_each_step():
    norms = drawn(plots.gradient_norms(RECORDING))
    for layer, ys in norms.items():
        prefix = {"Layer 1": "layers.0.", "Layer 2": "layers.1."}[layer]
        for frame, y in zip(RECORDING.frames, ys, strict=True):
            grads = [g for name, g in zip(RECORDING.names, frame.grads) if name.startswith(prefix)]
            assert y == pytest.approx(sum(g * g for g in grads) ** 0.5)
    assert [*norms] == ["Layer 1", "Layer 2"]


def test_layers_have_the_names_that_people_call_them_and_other_parameters_their_own():
    model = Nested()
    norms = drawn(plots.gradient_norms(recorded(model=model)))
    assert [*norms] == ["MLP 1, Layer 1", "MLP 1, Layer 2", "MLP 2, Layer", "factor"]
    assert [*drawn(plots.gradient_norms(recorded(model=Layer(2, 1, seed=0))))] == ["Layer"]
    assert [*drawn(plots.gradient_norms(recorded(model=Neuron(2, seed=0))))] == ["weights", "bias"]


def test_a_parameter_that_is_not_the_models_is_a_group_of_its_own():
    model, outside = nn.Layer(2, 1, seed=0), Value(1.0)

    def loss(output, target):
        return losses.mse_loss(output * outside, target)

    optimizer = optim.SGD([*model.parameters(), outside], lr=0.1)
    assert [*drawn(plots.gradient_norms(recorded(model=model, optimizer=optimizer, loss=loss)))] == [
        "Layer",
        "parameter 3",
    ]


def test_norms_are_on_a_logarithmic_axis_unless_all_are_0():
    model = Layer(2, 1, seed=0)
    ax = plots.gradient_norms(with_grads(model, [3.0, 4.0, 0.0], [0.0] * 3, [1e200, 0.0, 0.0]))
    assert ax.get_yscale() == "log"
    assert drawn(ax) == {"Layer": [5.0, 0.0, 1e200]}
    ax.figure.draw_without_rendering()
    ax = plots.gradient_norms(with_grads(model, [0.0] * 3, [0.0] * 3))
    assert ax.get_yscale() == "linear"
    ax.figure.draw_without_rendering()


def test_a_unit_is_dead_where_no_weight_had_a_gradient_through_the_whole_epoch():
    model = MLP(2, [2, 1], seed=0)  # two units of three parameters, and three of the output
    alive, half, none = [1.0] * 9, [0.0] * 3 + [1.0] * 6, [0.0] * 9
    bias_only = [0.0, 0.0, 1e-300] + [0.0] * 6
    ax = plots.dead_units(
        with_grads(model, half, none, half, bias_only, none, none, alive, epochs=[1, 1, 2, 2, 3, 3, 3])
    )
    assert drawn(ax) == {"Layer 1": [50.0, 0.0, 100.0]}
    assert [*ax.lines[0].get_xdata()] == [1, 2, 3]
    assert ax.get_ylabel() == "dead units (% of a hidden layer)"


def test_a_relu_that_is_0_everywhere_is_dead_and_a_tanh_is_not():
    for activation, dead in (("relu", 100.0), ("tanh", 0.0)):
        model = MLP(2, [3, 1], activation, seed=0)
        for neuron in model.layers[0].neurons:
            neuron.bias.data = -10.0
        for weight in model.layers[0].parameters():
            weight.data = min(weight.data, 0.1)
        assert drawn(plots.dead_units(recorded(model=model, epochs=1))) == {"Layer 1": [dead]}


def test_hidden_layers_are_all_but_the_last_and_only_those_that_are_trained():
    model = MLP(2, [2, 2, 1], seed=0)
    optimizer = optim.SGD([*model.layers[1].parameters(), *model.layers[2].parameters()])
    assert [*drawn(plots.dead_units(recorded(model=model)))] == ["Layer 1", "Layer 2"]
    assert [*drawn(plots.dead_units(recorded(model=model, optimizer=optimizer)))] == ["Layer 2"]
    with pytest.raises(ValueError, match=r"there is none in Layer\(2 → 1, linear\)"):
        plots.dead_units(recorded(model=Layer(2, 1, seed=0)))


def test_a_recording_that_goes_on_counts_the_steps_before_it():
    later = Recording(RECORDING.model, MOONS, RECORDING.loss, RECORDING.optimizer, RECORDING.frames[1:])
    assert [*plots.gradient_norms(later).lines[0].get_xdata()] == [1, 2, 3, 4]


def test_a_gradient_that_is_inf_leaves_a_plot():
    ax = plots.gradient_norms(with_grads(Layer(2, 1, seed=0), [inf, 0.0, 0.0], [1.0, 0.0, 0.0]))
    ax.figure.draw_without_rendering()
    assert drawn(ax) == {"Layer": [inf, 1.0]}
