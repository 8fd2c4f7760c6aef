"""The curve of an activation, and of its derivative: both the engine's, and broken where they jump."""

import random
from itertools import pairwise
from math import inf, isfinite, isnan, nan

import pytest

from microgradlab import Value, grad, ops, plots

NAMES = [op.name for op in ops.table.values() if not op.over_sequences and len(op.rules) - len(op.defaults) == 1]


def points(ax, place):
    return [*zip(*ax.lines[place].get_data())]


def pieces(line):
    """The unbroken parts of a line, as points."""
    found = [[]]
    for x, y in line:
        if isnan(y):
            found.append([])
        else:
            found[-1].append((x, y))
    return [piece for piece in found if piece]


def curves(ax):
    labels = [line.get_label() for line in ax.lines]
    return points(ax, 0), points(ax, labels.index("derivative"))


@pytest.mark.parametrize("name", NAMES)
def test_every_op_of_one_number_has_curves_that_are_its_value_and_its_derivative(name):
    ax = plots.activation(name)
    values, slopes = curves(ax)
    for x, y in values[::20]:
        assert isnan(y) or y == getattr(Value(x), name)().data
    for at, y in slopes[::20]:
        x = Value(at)
        assert isnan(y) or y == grad(getattr(x, name)(), x)
    assert (values[0][0], values[-1][0]) == (-4.0, 4.0)
    assert all(a <= b for (a, _), (b, _) in pairwise(values))
    ax.figure.draw_without_rendering()


@pytest.mark.parametrize(
    ("name", "kinks"), [("relu", [0]), ("relu6", [0]), ("abs", [0]), ("hardtanh", [-1, 1]), ("hardsigmoid", [-3, 3])]
)
def test_a_derivative_is_broken_at_the_kinks_and_nowhere_else(name, kinks):
    values, slopes = curves(plots.activation(name))
    parts = [piece for piece in pieces(slopes) if len(piece) > 1]
    assert len(parts) == len(kinks) + 1
    assert len(pieces(values)) == 1
    for piece, following, kink in zip(parts, parts[1:], kinks):
        assert piece[-1][0] == pytest.approx(kink, abs=1e-8)
        assert following[0][0] == pytest.approx(kink, abs=1e-8)
        assert len({y for _, y in piece}) == 1  # the level of each side is exact up to its end


@pytest.mark.parametrize("name", ["tanh", "gelu", "silu", "mish", "softplus", "sigmoid", "elu", "linear"])
def test_a_smooth_curve_is_in_one_piece_however_steep(name):
    values, slopes = curves(plots.activation(name))
    assert len(pieces(values)) == len(pieces(slopes)) == 1
    steep = plots.activation(lambda x: (500.0 * x).tanh())
    assert [len(pieces(curve)) for curve in curves(steep)] == [1, 1]


def test_a_kink_between_the_points_is_found_and_a_value_alone_gets_a_dot():
    _, slopes = curves(plots.activation(lambda x: (x - 0.123456789).relu()))
    left, right = pieces(slopes)
    assert left[-1][0] == pytest.approx(0.123456789, abs=1e-8)
    assert right[0][0] == pytest.approx(0.123456789, abs=1e-8)
    ax = plots.activation("sign")
    dots = [line.get_data() for line in ax.lines if line.get_marker() == "o"]
    assert [(list(xs), list(ys)) for xs, ys in dots] == [([0.0], [0.0])]


def test_a_pole_does_not_stretch_the_axes():
    values, _ = curves(plots.activation("reciprocal"))
    assert max(y for _, y in values if isfinite(y)) == pytest.approx(50.0)
    assert len(pieces(values)) >= 2


def test_a_function_may_be_an_op_or_ones_own_and_is_labelled_by_its_name():
    def swish(x):
        return x * x.sigmoid()

    ax = plots.activation(swish, low=-2.0, high=6.0)
    assert [line.get_label() for line in ax.lines] == ["swish(x)", "derivative"]
    assert ax.get_ylabel() == "swish(x), and derivative per unit of x"
    assert ax.get_xlabel() == "input x"
    assert (points(ax, 0)[0][0], points(ax, 0)[-1][0]) == (-2.0, 6.0)
    assert points(plots.activation(ops.tanh), 0) == points(plots.activation("tanh"), 0)
    assert plots.activation(lambda x: x + 1.0).lines[0].get_label() == "f(x)"


def test_the_two_lines_differ_in_their_dashes_too():
    first, second = plots.activation("tanh").lines
    assert first.get_linestyle() != second.get_linestyle()


def test_what_is_no_number_anywhere_is_an_empty_plot():
    ax = plots.activation(lambda x: x * nan)
    ax.figure.draw_without_rendering()
    assert all(isnan(y) for _, y in points(ax, 0))
    plots.activation(lambda x: x * inf).figure.draw_without_rendering()


def test_a_plot_of_an_activation_draws_no_random_number():
    state = random.getstate()
    plots.activation("relu")
    assert random.getstate() == state
