"""The numbers of lesson 12, putting it together, come out."""

import re

import pytest
from lesson_notebooks import Lesson, named, numbers

LESSON = Lesson("12-putting-it-together")
printed = LESSON.printed


def test_the_network_has_2410_parameters():
    assert "2410 parameters" in LESSON.text("five-lines")
    assert "2,410 parameters" in LESSON.shown("the-picture")["text/html"].replace("2410", "2,410")


def test_the_bend_pays_on_moons_and_spirals():
    assert named(printed("moons-code"), "moons, network: test accuracy") == 1.00
    assert named(printed("moons-code"), "moons, line: test accuracy") < 0.9
    assert named(printed("spirals-code"), "spirals, network: test accuracy") == 1.00
    assert named(printed("spirals-code"), "spirals, line: test accuracy") < 0.6


def test_digits_are_read_as_well_as_by_pytorch():
    said = printed("digits-code")
    after = {epochs: named(said, f"digits, after {epochs}: test accuracy") for epochs in (1, 5, 10)}
    assert after[1] == pytest.approx(0.861, abs=0.02)
    assert after[5] == pytest.approx(0.947, abs=0.02)
    assert after[10] >= 0.955
    for number in ("0.861", "0.947", "0.961", "0.955", "0.972"):
        assert number in LESSON.text("digits-answer")


def test_the_misread_are_those_that_accuracy_misses():
    misread, count = numbers(printed("confusion"))
    assert 1 - misread / count == pytest.approx(named(printed("digits-code"), "after 10: test accuracy"), abs=5e-4)


def test_numbers_of_all_sizes_are_harder():
    raw, standardised = printed("breast").splitlines()[1:]
    assert named(raw, "test accuracy") < named(standardised, "test accuracy") == 1.00
    assert numbers(raw)[0] > 10 * numbers(standardised)[0]


def test_a_line_ties_on_the_real_data():
    rows = printed("line-or-network").splitlines()
    for row in rows[:3]:
        network, line, margin = map(float, re.search(r"network (\S+)\s+line (\S+) ± (\S+)", row).groups())
        assert abs(network - line) <= margin
    network, line = map(float, re.search(r"network (\S+)\s+line (\S+)", rows[3]).groups())
    assert network >= 0.43
    assert abs(network - line) < 0.03


def test_what_is_kept_is_the_same():
    assert "same answers: True" in printed("kept")
    kept = named(printed("kept"), "accuracy of the loaded network")
    assert kept == named(printed("digits-code"), "after 10: test accuracy")


def test_figures_show():
    assert LESSON.showing("image/png") == {"spirals-code", "confusion", "misread"}
    assert LESSON.showing("text/html") == {"the-picture", "played"}
