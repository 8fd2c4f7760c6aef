"""Plots: what they show, that they need no screen and no pyplot, and how they are saved."""

import subprocess
import sys

import pytest

import microgradlab
from microgradlab import plots
from microgradlab.errors import MissingDependencyError
from microgradlab.history import Epoch, History

HISTORY = History(
    Epoch(epoch, 1.0 / epoch, lr=0.1, validation_loss=1.2 / epoch, metrics={"accuracy": 1.0 - 0.5 / epoch})
    for epoch in (1, 2, 3)
)
COUNTS = [[8, 2], [0, 5]]


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_curves_show_both_losses_and_each_metric_with_labelled_axes():
    losses, accuracy = plots.curves(HISTORY).axes
    assert [line.get_label() for line in losses.lines] == ["training", "validation"]
    assert [list(line.get_ydata()) for line in losses.lines] == [
        HISTORY.column("loss"),
        HISTORY.column("validation_loss"),
    ]
    assert list(accuracy.lines[0].get_ydata()) == HISTORY.column("accuracy")
    assert (losses.get_xlabel(), losses.get_ylabel()) == ("epoch", "loss")
    assert accuracy.get_ylabel() == "accuracy on validation data"


def test_curves_of_a_training_without_validation_are_one_line():
    (ax,) = plots.curves(History([Epoch(1, 0.5, 0.1)])).axes
    assert len(ax.lines) == 1
    assert ax.get_legend() is None


def test_plots_go_into_axes_of_yours():
    figure = plots.Plot(6, 3)
    left, right = figure.subplots(1, 2)
    assert plots.curves(HISTORY, left) is figure
    assert plots.confusion_matrix(COUNTS, "ab", right) is figure
    assert len(figure.axes) == 2


def test_a_confusion_matrix_shows_its_counts_blue_for_right_and_orange_for_wrong():
    (ax,) = plots.confusion_matrix(COUNTS, ["cat", "dog"]).axes
    assert texts(ax) == ["8", "2", "5"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")
    pixels = ax.images[0].get_array()
    (right, wrong), (none, _) = pixels[0], pixels[1]
    assert right[2] > right[0]
    assert wrong[0] > wrong[2]
    assert list(none) == [1, 1, 1, 1]


def test_images_stand_under_their_captions():
    figure = plots.images([[0.0, 1.0, 0.5, 0.25]] * 3, ["a", "b", "c"], width=2, columns=2)
    assert [ax.get_title() for ax in figure.axes] == ["a", "b", "c", ""]
    assert figure.axes[0].images[0].get_array().tolist() == [[0.0, 1.0], [0.5, 0.25]]


def test_what_cannot_be_plotted_is_refused():
    with pytest.raises(ValueError, match="no epochs: train first"):
        plots.curves(History())
    with pytest.raises(ValueError, match=r"3 classes need 3 rows of 3 counts, got rows of \[2, 2\]"):
        plots.confusion_matrix(COUNTS, "abc")
    with pytest.raises(ValueError, match="got 1 images and 0 captions"):
        plots.images([[0.0]], [])


@pytest.mark.parametrize(
    ("name", "start"), [("plot.png", b"\x89PNG"), ("plot.svg", b"<?xml"), ("plot.pdf", b"%PDF"), ("plot", b"\x89PNG")]
)
def test_a_plot_is_saved_as_its_path_ends(tmp_path, name, start):
    plots.save(plots.confusion_matrix(COUNTS, "ab"), tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_failed_save_leaves_the_old_file(tmp_path):
    path = tmp_path / "plot.bmp3"
    path.write_text("old")
    with pytest.raises(ValueError, match="bmp3"):
        plots.save(plots.confusion_matrix(COUNTS, "ab"), path)
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_notebook_shows_a_plot_and_no_pyplot_is_needed():
    program = """if True:
        import sys
        from microgradlab import plots
        print(plots.confusion_matrix([[1]], ["a"])._repr_png_()[1:4], "matplotlib.pyplot" in sys.modules)
    """
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "b'PNG' False\n"


def test_without_matplotlib_it_says_what_to_type(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.colors", None)
    monkeypatch.delitem(sys.modules, "microgradlab.plots")
    monkeypatch.delattr(microgradlab, "plots")
    with pytest.raises(MissingDependencyError, match=r"pip install 'microgradlab\[plot\]'"):
        from microgradlab import plots  # noqa: F401
