"""Confusion matrices and images: the counts and pixels themselves, in colours that letters can stand on."""

import pytest
from matplotlib.colors import to_hex
from plot_examples import COUNTS
from test_palette import LEGIBLE, contrast

from microgradlab import plots
from microgradlab.drawing.palette import THEMES


def test_a_confusion_matrix_shows_its_counts_blue_for_right_and_orange_for_wrong():
    ax = plots.confusion_matrix(COUNTS, ["cat", "dog"])
    assert [text.get_text() for text in ax.texts if text.get_text()] == ["8", "2", "5"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")
    assert ax.get_title(loc="left") == "number of examples"
    (right, wrong), (none, _) = ax.images[0].get_array()
    assert right[2] > right[0]
    assert wrong[0] > wrong[2]
    assert to_hex(none) == THEMES["light"].paper


@pytest.mark.parametrize("theme", THEMES)
def test_counts_are_legible_on_every_share_of_a_row(theme):
    for wrong in range(0, 101, 4):
        ax = plots.confusion_matrix([[100 - wrong, wrong], [0, 1]], "ab", theme=theme)
        cells = [to_hex(cell) for row in ax.images[0].get_array() for cell in row]
        for text, cell in zip(ax.texts, cells, strict=True):
            assert contrast(to_hex(text.get_color()), cell) >= LEGIBLE
        ax.figure.clear()


@pytest.mark.parametrize("theme", THEMES)
def test_images_stand_under_their_captions_from_paper_to_ink(theme):
    figure = plots.images([[0.0, 1.0, 0.5, 0.25]] * 3, ["a", "b", "c"], width=2, columns=2, theme=theme)
    assert [ax.get_title() for ax in figure.axes] == ["a", "b", "c", ""]
    image = figure.axes[0].images[0]
    assert image.get_array().tolist() == [[0.0, 1.0], [0.5, 0.25]]
    colours = [to_hex(image.cmap(image.norm(x))) for x in (0.0, 1.0)]
    assert colours == [THEMES[theme].paper, THEMES[theme].ink]


def test_what_does_not_go_together_is_refused():
    with pytest.raises(ValueError, match=r"3 classes need 3 rows of 3 counts, got rows of \[2, 2\]"):
        plots.confusion_matrix(COUNTS, "abc")
    with pytest.raises(ValueError, match="got 1 images and 0 captions"):
        plots.images([[0.0]], [])
