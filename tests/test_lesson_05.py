"""The numbers of lesson 5, from neurons to networks, come out."""

import math

import pytest
from lesson_notebooks import Lesson, named, numbers

LESSON = Lesson("05-networks")
printed = LESSON.printed


@pytest.mark.parametrize(("widths", "count"), [("2-3-1", 13), ("2-16-16-1", 337), ("64-32-10", 2410)])
def test_networks_are_counted(widths, count):
    assert named(printed("counted"), widths) == count
    assert "parameters: 13 and 13" in printed("network")


def test_a_layer_by_hand_has_its_answers():
    found = [named(printed("three-answers"), f"neuron {i}") for i in (1, 2, 3)]
    assert found == [0.73105858, 0.5, 0.26894142]
    assert named(printed("three-answers"), "first and last together") == 1.0


def test_what_zip_drops_is_not_noticed():
    two, three = printed("dropped").splitlines()
    assert two.split("[")[1] == three.split("[")[1]


def test_three_linear_layers_are_one():
    assert printed("three-into-one").startswith("numbers: 47 or 12\n")
    assert "below 1e-12? True" in printed("three-into-one")


def test_a_line_cannot_learn_xor():
    said = printed("line-learns")
    assert said.count("it says 0.500") == 4
    assert named(said, "loss") == named(said, "ln 2") == round(math.log(2), 6)
    assert "the best of 4,913 lines: 3 of 4, an accuracy of 0.75" in said


def test_two_neurons_compute_it_exactly():
    assert [numbers(line)[-1] for line in printed("exactly").splitlines()] == [0, 1, 1, 0]
    assert [numbers(line)[2:4] for line in printed("exactly").splitlines()] == [[0, 0], [1, 0], [1, 0], [2, 1]]


def test_with_four_neurons_every_beginning_learns_it():
    two, four = (numbers(line) for line in printed("luck").splitlines())
    assert four == [4, 20, 20]
    assert 5 < two[1] < 20


def test_pictures_show():
    assert LESSON.showing("image/png") == {"the-picture", "moved", "histogram"}
    assert {"layer", "network"} == LESSON.showing("text/html")
