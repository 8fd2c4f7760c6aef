"""Plots: what all have in common, that they need no screen and no pyplot, and how they are saved."""

import subprocess
import sys
from itertools import combinations

import pytest
from matplotlib import rc_context
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from plot_examples import COUNTS, HISTORY, PLOTS
from test_palette import LEGIBLE, VISIONS, apart, contrast

import microgradlab
from microgradlab import plots
from microgradlab.drawing.palette import LIGHT, THEMES
from microgradlab.errors import MissingDependencyError
from microgradlab.plots.style import line

every_plot = pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
both_themes = pytest.mark.parametrize("theme", THEMES)


@every_plot
@both_themes
def test_a_plot_returns_its_axes_labelled_and_in_the_colours_of_the_theme(plot, theme):
    ax = plot(theme=theme)
    palette = THEMES[theme]
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert isinstance(ax.figure, plots.Plot)
    assert to_hex(ax.figure.get_facecolor()) == palette.paper
    letters = [ax.xaxis.label, ax.yaxis.label, ax.title, *ax.get_xticklabels(), *ax.get_yticklabels()]
    letters += ax.get_legend().get_texts() if ax.get_legend() else []
    assert all(contrast(to_hex(text.get_color()), palette.paper) >= LEGIBLE for text in letters if text.get_text())


@every_plot
def test_nothing_is_cut_off_and_no_legend_hides_what_is_drawn(plot):
    ax = plot()
    ax.figure.draw_without_rendering()
    whole, drawn = ax.figure.bbox, ax.get_tightbbox()
    assert whole.x0 <= drawn.x0 < drawn.x1 <= whole.x1
    assert whole.y0 <= drawn.y0 < drawn.y1 <= whole.y1
    if ax.get_legend():
        assert ax.get_legend().get_window_extent().y0 >= ax.bbox.y1
        assert not ax.get_title(loc="left")


@every_plot
@both_themes
def test_a_plot_goes_into_axes_of_yours(plot, theme):
    figure = Figure()
    left, _ = figure.subplots(1, 2)
    assert plot(ax=left, theme=theme) is left
    assert len(figure.axes) == 2
    assert to_hex(figure.get_facecolor()) == THEMES[theme].paper


@both_themes
def test_twelve_lines_have_twelve_looks_and_neighbours_are_apart_for_every_eye(theme):
    ax = plots.Plot(3, 3, theme).add_subplot()
    drawn = [line(ax, theme, [0, 1], [0, 1], "", place) for place in range(12)]
    looks = [(each.get_color(), str(each.get_linestyle()), each._unscaled_dash_pattern) for each in drawn]
    assert all(one != other for one, other in combinations(looks, 2))
    for colours in combinations({look[0] for look in looks}, 2):
        assert all(contrast(colour, THEMES[theme].paper) >= 4.0 for colour in colours)
        assert all(apart(*colours, vision) > 0.12 for vision in VISIONS)
    assert looks[0][2] != looks[1][2]  # apart in grey too


def test_a_plot_shows_itself_in_a_notebook():
    ax = plots.loss(HISTORY)
    assert ax._repr_png_().startswith(b"\x89PNG")
    assert ax.figure._repr_png_().startswith(b"\x89PNG")
    assert hasattr(plots.Plot(3, 3).subplots(), "_repr_png_")
    assert plots.Plot(3, 3).add_subplot(projection="polar").name == "polar"


@pytest.mark.parametrize(
    ("name", "start"), [("plot.png", b"\x89PNG"), ("plot.svg", b"<?xml"), ("plot.pdf", b"%PDF"), ("plot", b"\x89PNG")]
)
def test_a_plot_is_saved_as_its_path_ends(tmp_path, name, start):
    plots.save(plots.confusion_matrix(COUNTS, "ab"), tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_saved_are_a_whole_figure_and_the_one_around_a_subfigure(tmp_path):
    figure = Figure()
    plots.save(plots.loss(HISTORY, figure.subfigures(1, 2)[0].subplots()), tmp_path / "part.png")
    plots.save(figure, tmp_path / "whole.png")
    assert (tmp_path / "part.png").read_bytes() == (tmp_path / "whole.png").read_bytes()


def test_a_failed_save_leaves_the_old_file(tmp_path):
    path = tmp_path / "plot.bmp3"
    path.write_text("old")
    with pytest.raises(ValueError, match="bmp3"):
        plots.save(plots.confusion_matrix(COUNTS, "ab"), path)
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_no_pyplot_and_no_screen_are_needed():
    program = """if True:
        import sys
        from microgradlab import plots
        print(plots.activation("relu")._repr_png_()[1:4], "matplotlib.pyplot" in sys.modules)
    """
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={})
    assert result.stdout == "b'PNG' False\n"


def test_without_matplotlib_it_says_what_to_type(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.colors", None)
    for name in [name for name in sys.modules if name.startswith("microgradlab.plots")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(microgradlab, "plots")
    with pytest.raises(MissingDependencyError, match=r"pip install 'microgradlab\[plot\]'"):
        from microgradlab import plots  # noqa: F401


def test_the_public_names_are_these():
    assert " ".join(plots.__all__) == (
        "BLUE INK ORANGE Plot activation confusion_matrix curves dead_units decision_boundary gradient_norms images "
        "learning_rate loss loss_landscape metric save set_style"
    )


def test_figures_of_ones_own_take_the_same_look():
    with rc_context():
        plots.set_style()
        ax = Figure().add_subplot()
        (line,) = ax.plot([0, 1], color=plots.BLUE)
        assert not ax.spines["top"].get_visible()
        assert ax.xaxis.label.get_color() == plots.INK == LIGHT.ink
        assert to_hex(ax.get_facecolor()) == LIGHT.paper
        assert (line.get_color(), plots.ORANGE) == (LIGHT.strokes[-1], LIGHT.strokes[0])
