"""A training through time: its loss, its metrics and its learning rate, by epoch or by step."""

from collections.abc import Sequence
from typing import Any

from microgradlab.coercion import shown
from microgradlab.history import History
from microgradlab.plots.style import Plot, legend, line, palette_of, panel, percent, whole_numbers
from microgradlab.recording import Recording

STEPS = "steps taken"


def learning_rate(training: History | Recording, ax: Any = None, theme: str = "light") -> Any:
    """The learning rate: of a history by epoch, that of its last step; of a recording by step. Returns the axes."""
    palette_of(theme, ax)
    xs, ys = _figures(training, "lr")
    ax = panel(ax, theme, _time_of(training), "learning rate (factor of each step)")
    line(ax, theme, xs, ys, "learning rate")
    ax.set_ylim(bottom=-0.02 * max(ys))  # so that a dot at 0 is seen whole
    whole_numbers(ax.xaxis)
    return ax


def loss(training: History | Recording, ax: Any = None, theme: str = "light") -> Any:
    """The loss: of a history by epoch, on training and on validation data; of a recording by step, on its batch.

    Returns the axes. ValueError for a training without epochs.
    """
    palette_of(theme, ax)
    recorded = isinstance(training, Recording)
    lines = {"training, on the step's batch" if recorded else "training": _figures(training, "loss")}
    if isinstance(training, History) and training[-1].validation_loss is not None:
        lines["validation"] = _figures(training, "validation_loss")
    ax = panel(ax, theme, _time_of(training), "loss (mean of the examples)")
    for place, (label, (xs, ys)) in enumerate(lines.items()):
        line(ax, theme, xs, ys, label, place)
    legend(ax, theme)
    whole_numbers(ax.xaxis)
    return ax


def metric(history: History, name: str = "accuracy", ax: Any = None, theme: str = "light") -> Any:
    """A metric by epoch, on validation data; the accuracy in %, others as they are. Returns the axes.

    Raises:
        KeyError: this metric was not measured.
    """
    palette_of(theme, ax)
    xs, ys = _figures(_epochs(history), name)
    ax = panel(ax, theme, "epoch", "accuracy (% of the examples)" if name == "accuracy" else name)
    line(ax, theme, xs, ys, "validation", place=1)
    legend(ax, theme)
    whole_numbers(ax.xaxis)
    if name == "accuracy":
        percent(ax.yaxis)
    return ax


def curves(history: History, theme: str = "light") -> Plot:
    """The loss and every metric of a training side by side: a figure."""
    names = [*_epochs(history)[-1].metrics]
    figure = Plot(4.5 * (1 + len(names)), 3.4, theme)
    first, *others = figure.subplots(1, 1 + len(names), squeeze=False).flat
    loss(history, first, theme)
    for name, ax in zip(names, others):
        metric(history, name, ax, theme)
    return figure


def steps_taken(recording: Recording) -> Sequence[int]:
    """How many steps had been taken at each frame; ValueError if there are no frames."""
    if not recording.frames:
        raise ValueError("the recording has no frames: record_training makes one that has")
    before = recording.frames[0].step - 1  # not 0 where a training was resumed
    return range(before, before + len(recording.frames))


def _time_of(training: History | Recording) -> str:
    return STEPS if isinstance(training, Recording) else "epoch"


def _figures(training: Any, name: str) -> tuple[Sequence[float], Sequence[float]]:
    """The times, and a figure of a training at each."""
    if isinstance(training, Recording):
        return steps_taken(training), [getattr(frame, name) for frame in training.frames]
    if not isinstance(training, History):
        raise TypeError(f"training is what fit or record_training returns, got {shown(training)}")
    return _epochs(training).column("epoch"), training.column(name)


def _epochs(history: Any) -> History:
    if not isinstance(history, History):
        raise TypeError(f"history is what fit returns, got {shown(history)}")
    if not history:
        raise ValueError("there are no curves of no epochs: train first")
    return history
