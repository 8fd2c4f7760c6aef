"""The numbers of lesson 9, adaptive optimizers, come out."""

import pytest
from lesson_notebooks import Lesson, cells, named, numbers, stored

LESSON = Lesson("09-adaptive-optimizers")
printed = LESSON.printed


@pytest.mark.parametrize(
    ("cell_id", "digits"),
    [
        ("sgd", 1.952),
        ("adagrad-library", 0.2263567),
        ("rmsprop", 0.2268267),
        ("adadelta", 0.0097034),
        ("adam-library", 0.2997262),
    ],
)
def test_the_third_step(cell_id, digits):
    assert named(printed(cell_id), "library") == pytest.approx(digits, abs=5e-8)


@pytest.mark.parametrize("cell_id", ["sgd", "rmsprop", "adadelta"])
def test_updates_by_hand_are_the_librarys(cell_id):
    lines = [line for line in printed(cell_id).splitlines() if "by hand" in line]
    for line in lines:
        assert named(line, "by hand") == pytest.approx(named(line, "library"), rel=1e-14)


def test_adagrads_first_step_is_the_rate():
    steps = [numbers(line)[-1] for line in printed("first-steps").splitlines()]
    assert steps == [0.8, 0.1, 800, 0.1]


def test_a_sum_never_forgets():
    adagrad, rmsprop = numbers(printed("one-bad-gradient"))[1:]
    assert adagrad < 0.25
    assert rmsprop > 3.9


def test_adam_without_hats_takes_steps_that_are_too_long():
    bald, hatted, *times = (numbers(line) for line in printed("bald").splitlines())
    assert (bald, hatted) == ([0.3162, 5.6129], [0.1, 4.0948])
    assert times == [[1, 3.16], [10, 6.53], [100, 3.24], [1000, 1.26]]


def test_listings_go_wrong_where_the_clues_say():
    lines = [numbers(line) for line in printed("listings").splitlines() if "[" in line]
    rmsprop, adam, adadelta = zip(lines[::2], lines[1::2])
    assert rmsprop[0][0] == pytest.approx(rmsprop[1][0] / 10)
    for here, library in (adam, adadelta):
        assert here[0] == library[0]
        assert here[1] > 1.4 * library[1]


def test_three_landscapes_have_three_winners():
    header, *lines = printed("three-landscapes").splitlines()
    table = {line.split()[0]: numbers(line) for line in lines}
    winners = [min(table, key=lambda name: table[name][i]) for i in range(len(header.split()) - 4)]
    assert winners == ["Adagrad", "RMSprop", "momentum"]
    for name in ("SGD", "momentum"):
        assert table[name][0] == table[name][1]
    assert [max(row[i] for row in table.values()) for i in range(3)] == table["Adadelta"]


def test_adam_has_more_good_rates_on_the_network():
    found = [numbers(line) for line in printed("network-figure").splitlines()]
    assert found == [[0.0094, 10, 0.1, 1, 11], [0.0018, 3.16, 0.1, 2, 11], [0.0015, 1, 0.1, 3, 11]]


def test_the_player_and_the_figures_show():
    html = "".join(output.data["text/html"] for output in cells(stored(LESSON.name))["player"].outputs)
    assert html.startswith('<div class="microgradlab"')
    assert LESSON.showing("image/png") == {"the-picture", "one-bad-gradient", "bald", "network-figure"}
