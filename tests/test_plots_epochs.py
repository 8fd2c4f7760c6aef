"""The curves of a training are its figures, by epoch or by step."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plot_examples import HISTORY, RECORDING, recorded

from microgradlab import optim, plots, schedules
from microgradlab.drawing.palette import DARK
from microgradlab.history import Epoch, History

NUMBERS = st.floats(0.0, 1e6)


def drawn(ax):
    return {line.get_label(): list(zip(*line.get_data())) for line in ax.lines}


@settings(max_examples=25)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=40))
def test_the_lines_of_a_history_are_its_columns(losses):
    history = History(Epoch(i + 1, a, lr=0.1, validation_loss=b) for i, (a, b) in enumerate(losses))
    assert drawn(plots.loss(history)) == {
        "training": [(i + 1, a) for i, (a, _) in enumerate(losses)],
        "validation": [(i + 1, b) for i, (_, b) in enumerate(losses)],
    }


def test_a_training_without_validation_is_one_line():
    ax = plots.loss(History([Epoch(1, 0.5, 0.1)]))
    assert drawn(ax) == {"training": [(1, 0.5)]}
    assert ax.lines[0].get_marker() == "o"  # as a line through one point is not seen
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss (mean of the examples)")


def test_a_recording_is_shown_step_by_step_up_to_the_end():
    ax = plots.loss(RECORDING)
    assert drawn(ax) == {"training, on the step's batch": [(i, f.loss) for i, f in enumerate(RECORDING.frames)]}
    assert ax.get_xlabel() == "steps taken"


def test_the_accuracy_is_in_percent_and_another_metric_as_it_is():
    ax = plots.metric(HISTORY)
    assert drawn(ax) == {"validation": [*zip([1, 2, 3], HISTORY.column("accuracy"))]}
    assert ax.get_ylabel() == "accuracy (% of the examples)"
    assert ax.yaxis.get_major_formatter()(0.5) == "50.0"
    other = plots.metric(History([Epoch(1, 0.5, 0.1, 0.5, {"f1": 0.25})]), "f1")
    assert other.get_ylabel() == "f1"
    assert other.yaxis.get_major_formatter()(0.5) != "50.0"


def test_the_learning_rate_is_shown_by_epoch_or_by_step():
    assert [*drawn(plots.learning_rate(HISTORY)).values()] == [[(1, 0.1), (2, 0.1), (3, 0.1)]]
    model = recorded(epochs=1).model
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    recording = recorded(
        model=model,
        optimizer=optimizer,
        schedule=schedules.ExponentialLR(optimizer, 0.5),
        schedule_every="step",
    )
    ax = plots.learning_rate(recording)
    assert [*drawn(ax).values()] == [[(0, 0.5), (1, 0.25), (2, 0.125), (3, 0.0625), (4, 0.03125)]]
    assert ax.get_ylim()[0] < 0.0 < 0.03125


def test_curves_are_the_loss_and_each_metric_side_by_side():
    figure = plots.curves(HISTORY, theme="dark")
    loss, accuracy = figure.axes
    assert drawn(loss) == drawn(plots.loss(HISTORY))
    assert drawn(accuracy) == drawn(plots.metric(HISTORY))
    assert loss.lines[0].get_color() == DARK.strokes[-1]
    (alone,) = plots.curves(History([Epoch(1, 0.5, 0.1)])).axes
    assert alone.get_ylabel() == loss.get_ylabel()


def test_epochs_and_steps_are_whole_numbers():
    for ax in (plots.loss(HISTORY), plots.metric(HISTORY), plots.learning_rate(RECORDING)):
        assert all(tick == round(tick) for tick in ax.get_xticks())


def test_what_was_not_measured_is_no_curve():
    with pytest.raises(KeyError, match="no 'f1' was measured"):
        plots.metric(HISTORY, "f1")
