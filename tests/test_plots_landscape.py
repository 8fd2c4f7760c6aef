"""The loss landscape: its heights are losses, its path is the recording's, and the weights are left as they were."""

import random
from math import hypot, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plot_examples import MOONS, RECORDING, recorded

from microgradlab import losses, nn, optim, plots
from microgradlab.engine import Value
from microgradlab.evaluation import evaluate
from microgradlab.plots.landscape import _direction, _filters, _random_plane

NAMES = ("weights.0", "bias")
ROWS = [((1.0, 0.5), 0.25), ((-1.0, 2.0), 1.0)]
LOSS = losses.binary_cross_entropy_with_logits


def output_itself(output, target):
    return output * 1.0


def contours(ax):
    """By height, the points of its lines."""
    (lines,) = [each for each in ax.collections if hasattr(each, "allsegs") and not each.filled]
    return {level: [tuple(p) for s in segs for p in s] for level, segs in zip(lines.levels, lines.allsegs)}


def lines(ax):
    return {line.get_label(): [*zip(*line.get_data())] for line in ax.lines}


def test_a_line_joins_the_weights_of_one_loss():
    neuron = nn.Neuron(2, seed=0)
    ax = plots.loss_landscape(neuron, ROWS, output_itself, weights=NAMES, resolution=4)
    found = contours(ax)
    assert sum(map(len, found.values())) > 20
    for level, points in found.items():
        for neuron.weights[0].data, neuron.bias.data in points:
            assert evaluate(neuron, ROWS, output_itself) == pytest.approx(level, abs=1e-9)


def test_two_weights_are_the_axes_and_the_others_are_as_they_are_now():
    neuron, seen = nn.Neuron(2, seed=0), []

    def loss(output, target):
        seen.append((neuron.weights[0].data, neuron.bias.data, neuron.weights[1].data))
        return losses.mse_loss(output, target)

    now = neuron.state_dict()
    ax = plots.loss_landscape(neuron, ROWS, loss, weights=NAMES, span=0.5, resolution=3)
    (a, b), other = (now[name] for name in NAMES), now["weights.1"]
    assert {*seen} == {(x, y, other) for x in (a - 0.5, a, a + 0.5) for y in (b - 0.5, b, b + 0.5)}
    assert len(seen) == 9 * len(ROWS)
    assert (ax.get_xlabel(), ax.get_ylabel()) == NAMES
    assert lines(ax)["weights now"] == [(a, b)]
    assert "path of descent" not in lines(ax)


def test_the_path_on_two_weights_is_exactly_the_recordings():
    names = "layers.1.neurons.0.bias", "layers.0.neurons.2.weights.1"
    ax = plots.loss_landscape(RECORDING, weights=names, resolution=3)
    i, j = map(RECORDING.names.index, names)
    path = [(frame.weights[i], frame.weights[j]) for frame in RECORDING.frames]
    assert lines(ax)["path of descent"] == path
    assert lines(ax)["begin"] == path[:1]
    assert lines(ax)["weights now"] == path[-1:]


def test_the_plane_reaches_around_the_weights_now_and_around_the_path():
    ax = plots.loss_landscape(recorded(epochs=40), weights=("layers.0.neurons.0.bias", "layers.1.neurons.0.bias"),
                              span=0.01, resolution=3)  # fmt: skip
    for place, (low, high) in enumerate((ax.get_xlim(), ax.get_ylim())):
        along = [point[place] for point in lines(ax)["path of descent"]]
        assert low < min(along) < max(along) < high
        assert high - low == pytest.approx(1.3 * (max(along) - min(along)), rel=0.1)
    ax = plots.loss_landscape(RECORDING.model, MOONS, LOSS, span=2.5, resolution=3)
    assert ax.get_xlim() == ax.get_ylim() == (-2.5, 2.5)


@settings(max_examples=15)
@given(st.integers(0, 2**32), st.lists(st.floats(-10.0, 10.0), min_size=13, max_size=13))
def test_a_random_direction_is_as_long_as_the_weights_in_every_neuron(seed, numbers):
    model = nn.MLP(2, [3, 1], seed=0)
    names, parameters = zip(*model.named_parameters())
    for parameter, number in zip(parameters, numbers):
        parameter.data = number
    groups = _filters(model, names, parameters)
    assert sorted(map(len, groups)) == [3, 3, 3, 4]  # neurons of two and of three inputs, with their biases
    direction = _direction(random.Random(seed), groups, numbers)
    for places in groups:
        assert len({names[i].partition(".weights")[0].removesuffix(".bias") for i in places}) == 1
        length, norm = (hypot(*(each[i] for i in places)) for each in (direction, numbers))
        assert length == pytest.approx(norm)


def test_parameters_outside_of_neurons_are_scaled_by_attribute():
    class Line(nn.Module):
        def __init__(self):
            self.slopes, self.offset = [Value(3.0), Value(4.0)], Value(0.5)

        def forward(self, xs):
            return self.slopes[0] * xs[0] + self.slopes[1] * xs[1] + self.offset

    line = Line()
    assert _filters(line, *zip(*line.named_parameters())) == [[0, 1], [2]]
    plots.loss_landscape(line, ROWS, losses.mse_loss, resolution=3)


def test_a_seed_says_which_directions():
    def heights(seed):
        return contours(plots.loss_landscape(RECORDING, seed=seed, resolution=4))

    assert heights(1) == heights(1)
    assert heights(1) != heights(2)


@settings(max_examples=20)
@given(st.integers(0, 1000), st.floats(-2.0, 2.0), st.floats(-2.0, 2.0))
def test_the_coordinates_of_a_point_of_the_plane_are_its_own(seed, x, y):
    model = nn.MLP(2, [3, 1], seed=1)
    names, parameters = zip(*model.named_parameters())
    plane = _random_plane(model, names, parameters, seed)
    assert plane.coordinates(plane.weights(x, y)) == pytest.approx((x, y), abs=1e-9)
    away = [w + 1.0 for w in plane.weights(x, y)]
    there = plane.weights(*plane.coordinates(away))
    for direction in (plane.first, plane.second):  # the nearest point: what is left stands upright on the plane
        assert sum(d * (w - v) for d, w, v in zip(direction, away, there)) == pytest.approx(0.0, abs=1e-9)


def test_the_path_on_random_directions_ends_at_0():
    ax = plots.loss_landscape(RECORDING, resolution=3)
    path = lines(ax)["path of descent"]
    assert len(path) == len(RECORDING.frames)
    assert path[-1] == (0.0, 0.0)
    assert path[0] != (0.0, 0.0)
    assert "1 = ‖weights‖" in ax.get_xlabel()


def everything(model):
    return [(p.data, p.grad) for p in model.parameters()], [m.training for _, m in model.named_modules()]


@pytest.mark.parametrize("weights", [None, NAMES])
def test_the_weights_are_the_same_afterwards_also_if_the_loss_raises(weights):
    model, calls = nn.Neuron(2, seed=0), []

    def loss(output, target):
        calls.append(model.bias.data)
        if len(calls) == 7:
            raise RuntimeError("enough")
        return losses.mse_loss(output, target)

    ax, before = plots.Plot(3, 3).add_subplot(), everything(model)
    with pytest.raises(RuntimeError, match="enough"):
        plots.loss_landscape(model, ROWS, loss, weights=weights, resolution=3, ax=ax)
    assert len({*calls}) > 1
    assert everything(model) == before
    assert not ax.has_data()
    plots.loss_landscape(model, ROWS, loss, weights=weights, resolution=3, ax=ax)
    assert everything(model) == before


def test_a_recordings_data_and_loss_may_be_replaced():
    seen = []

    def loss(output, target):
        seen.append(target)
        return losses.mse_loss(output, target)

    plots.loss_landscape(RECORDING, [((1.0, 2.0), 7.0)], loss, resolution=2)
    assert seen == [7.0] * 4


def test_where_the_loss_is_not_finite_the_map_is_blank():
    model = nn.Neuron(2, seed=0)

    def loss(output, target):
        return output * (inf if model.bias.data > 0.0 else 1.0)

    ax = plots.loss_landscape(model, ROWS, loss, weights=NAMES, resolution=5)
    ax.figure.draw_without_rendering()
    assert all(y <= 0.0 for points in contours(ax).values() for _, y in points)


def test_the_lines_of_a_quadratic_bowl_are_at_equal_distances():
    neuron = nn.Neuron(1, seed=0)
    neuron.load_state_dict({"weights.0": 0.0, "bias": 0.0})
    rows = [((1.0,), 0.0), ((-1.0,), 0.0)]  # a mean of (w + b)² and (w - b)²
    ax = plots.loss_landscape(neuron, rows, losses.mse_loss, weights=NAMES, resolution=41)
    radii = [[hypot(*point) for point in points] for points in contours(ax).values()]
    means = [sum(each) / len(each) for each in radii]
    assert means == pytest.approx([2**0.5 * i / 12 for i in range(1, 12)], rel=0.02)
    assert {text.get_text() for text in ax.texts} >= {"0.22", "0.5"}


def test_no_number_sticks_out_of_the_map():
    for seed in range(8):
        ax = plots.loss_landscape(RECORDING.model, MOONS, LOSS, seed=seed, resolution=7)
        assert all(abs(place) < 0.92 for text in ax.texts for place in text.get_position())


def test_a_flat_landscape_has_no_lines():
    ax = plots.loss_landscape(nn.Neuron(2, seed=0), ROWS, lambda output, target: output * 0.0, resolution=3)
    ax.figure.draw_without_rendering()
    assert not any(contours(ax).values())


def test_weights_of_0_have_no_directions():
    for numbers in ([0.0, 0.0, 0.0], [1.0, 0.0, 0.0]):
        model = nn.Sequential(nn.Neuron(1, seed=0), nn.Neuron(1, seed=0))
        model.load_state_dict(dict(zip(model.state_dict(), [*numbers, 0.0])))
        if not any(numbers):
            with pytest.raises(ValueError, match="need two that are not 0"):
                plots.loss_landscape(model, [((1.0,), 1.0)], losses.mse_loss)
        else:
            plots.loss_landscape(model, [((1.0,), 1.0)], losses.mse_loss, resolution=2)


def test_an_optimizer_of_some_weights_has_a_plane_of_those():
    model = nn.MLP(2, [2, 1], seed=0)
    optimizer = optim.SGD(model.layers[1].parameters(), lr=0.5)
    recording = recorded(model=model, optimizer=optimizer)
    ax = plots.loss_landscape(recording, resolution=3)
    assert len(lines(ax)["path of descent"]) == len(recording.frames)
    with pytest.raises(ValueError, match=r"no weight of the model is called 'layers\.0"):
        plots.loss_landscape(recording, weights=("layers.0.neurons.0.bias", "layers.1.neurons.0.bias"))
