"""The decision boundary: it lies where the model's output changes sign or order, and leaves the model as it was."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plot_examples import MOONS

from microgradlab import nn, plots
from microgradlab.drawing.palette import DARK, LIGHT
from microgradlab.errors import ShapeError

WEIGHTS = st.floats(-3.0, 3.0).filter(lambda w: abs(w) > 0.1)
SQUARE = [((0.0, 0.0), 0), ((1.0, 0.0), 1), ((0.0, 1.0), 1), ((1.0, 1.0), 0)]


def linear(*rows):
    """A layer with these weights and biases."""
    layer = nn.Layer(2, len(rows), seed=0)
    layer.load_state_dict(dict(zip(layer.state_dict(), [w for row in rows for w in row])))
    return layer


def contours(ax):
    """The points of the lines, for each surface."""
    lines = [each for each in ax.collections if hasattr(each, "allsegs") and not each.filled]
    return [[tuple(point) for segment in each.allsegs[0] for point in segment] for each in lines]


def dots(ax):
    """By label, the points of the data."""
    return {s.get_label(): s.get_offsets().tolist() for s in ax.collections if not hasattr(s, "allsegs")}


@settings(max_examples=15)
@given(WEIGHTS, WEIGHTS, st.floats(-1.0, 1.0))
def test_the_boundary_of_a_single_output_is_where_it_is_0(a, b, c):
    for points in contours(plots.decision_boundary(linear((a, b, c)), SQUARE, resolution=5)):
        for x, y in points:
            assert a * x + b * y + c == pytest.approx(0.0, abs=1e-9)


def test_the_surface_is_blue_above_0_and_orange_below():
    for theme, palette in (("light", LIGHT), ("dark", DARK)):
        ax = plots.decision_boundary(linear((1.0, 0.0, -0.5)), SQUARE, resolution=9, theme=theme)
        (fill,) = [each for each in ax.collections if getattr(each, "filled", False)]
        assert [*fill.colors] == [*palette.tints[:4], *palette.tints[5:]]
        assert fill.levels[4] == 0.0
        assert [*fill.levels] == [-level for level in reversed(fill.levels)]
        assert [*fill.levels][5:] == pytest.approx([share * (1.0 + 0.12 - 0.5) for share in (1 / 16, 1 / 4, 9 / 16, 1)])
        (points,) = contours(ax)
        assert {x for x, _ in points} == {0.5}


@settings(max_examples=10)
@given(st.lists(st.tuples(WEIGHTS, WEIGHTS, WEIGHTS), min_size=2, max_size=4))
def test_the_boundary_of_several_outputs_is_where_the_two_largest_are_equal(rows):
    for points in contours(plots.decision_boundary(linear(*rows), SQUARE, resolution=41)):
        for x, y in points:
            *_, second, first = sorted(a * x + b * y + c for a, b, c in rows)
            assert first - second < 0.5  # but for the corners, where straight lines cut


def test_two_outputs_have_the_boundary_of_their_difference():
    one = contours(plots.decision_boundary(linear((1.0, 1.0, -0.7)), SQUARE, resolution=5))
    two = contours(plots.decision_boundary(linear((0.0, 0.0, 0.0), (1.0, 1.0, -0.7)), SQUARE, resolution=5))
    assert len(two) == 2
    for points in two:
        for point, same in zip(sorted(points), sorted(one[0]), strict=True):
            assert point == pytest.approx(same)


@pytest.mark.parametrize("zero", [0, -1])
def test_the_data_are_dots_by_their_class(zero):
    rows = [(inputs, target or zero) for inputs, target in SQUARE]
    ax = plots.decision_boundary(linear((1.0, 1.0, -0.7)), rows, classes=["no", "yes"], inputs=["age (years)", "b"])
    assert dots(ax) == {"no": [[0.0, 0.0], [1.0, 1.0]], "yes": [[1.0, 0.0], [0.0, 1.0]]}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("age (years)", "b")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["no", "yes", "boundary"]
    shapes = {s.get_paths()[0].vertices.shape for s in ax.collections if not hasattr(s, "allsegs")}
    assert len(shapes) == 2
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    assert (x0, x1) == (y0, y1) == pytest.approx((-0.12, 1.12))


def test_a_model_that_never_changes_its_mind_has_no_boundary():
    for model in (linear((0.0, 0.0, 0.0)), linear((0.0, 0.0, 5.0)), linear((0.0, 0.0, 0.0), (0.0, 0.0, 1.0))):
        ax = plots.decision_boundary(model, SQUARE, resolution=3)
        assert contours(ax) == []
        ax.figure.draw_without_rendering()


def test_one_example_and_examples_in_a_line_have_room_around():
    for rows in (SQUARE[:1], SQUARE[:2]):
        ax = plots.decision_boundary(linear((1.0, 1.0, -0.7)), iter(rows), resolution=3)
        assert ax.get_ylim() == (-1.0, 1.0)


def test_the_model_is_called_in_evaluation_mode_and_left_as_it_was():
    dropout = nn.Dropout(0.5, seed=0)
    model = nn.Sequential(nn.Layer(2, 4, "relu", seed=0), dropout, nn.Layer(4, 1, seed=1))
    model.modules[0].training = False
    before = model.state_dict(), dropout.random.getstate(), random.getstate(), [p.grad for p in model.parameters()]
    plots.decision_boundary(model, MOONS, resolution=3)
    after = model.state_dict(), dropout.random.getstate(), random.getstate(), [p.grad for p in model.parameters()]
    assert after == before
    assert [module.training for module in model.modules] == [False, True, True]


def test_a_failure_leaves_the_mode_and_your_axes_as_they_were():
    model = nn.MLP(3, [2, 1], seed=0)
    ax = plots.Plot(3, 3).add_subplot()
    with pytest.raises(ShapeError, match="Layer 1 takes 3 inputs, got 2"):
        plots.decision_boundary(model, MOONS, ax=ax)
    assert model.training
    assert not ax.get_xlabel()
    assert not ax.has_data()


def test_an_output_that_is_not_finite_is_an_error_that_says_where():
    with pytest.raises(ValueError, match=r"the model's output is \[inf\] at \(-0.12, -0.12\)"):
        plots.decision_boundary(linear((-1e308, -1e308, 1.7e308)), SQUARE)
