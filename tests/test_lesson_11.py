"""The numbers of lesson 11, overfitting, come out."""

import math
import re

import pytest
from lesson_notebooks import Lesson, named, numbers

from microgradlab import MLP, data, fit, losses, optim
from microgradlab.train import evaluate

LESSON = Lesson("11-overfitting")
printed = LESSON.printed


def test_too_simple_right_and_too_close():
    line, right, over = (numbers(row)[-4:] for row in printed("three-models").splitlines()[1:])
    assert line[0] > right[0] > over[0]  # on the points they learned from
    assert right[1] < line[1] < over[1]  # on others
    assert right[3] > max(line[3], over[3])


def test_the_test_loss_is_best_before_the_end():
    assert 70 <= named(printed("curves"), "best epoch") <= 100
    assert named(printed("curves"), "test loss") == pytest.approx(0.34, abs=0.02)
    assert named(printed("curves"), "test loss at epoch 200") > 0.5


@pytest.mark.long
def test_at_epoch_1000_it_is_as_bad_as_the_text_says():
    sixty, fresh = data.moons(60, noise=0.35, seed=6), data.moons(400, noise=0.35, seed=106)
    net = MLP(2, [32, 32, 1], "tanh", init=lambda rng, inputs, *_: rng.uniform(-1, 1) / math.sqrt(inputs), seed=0)
    loss, optimizer = losses.binary_cross_entropy_with_logits, optim.Adam(net.parameters(), lr=0.01)
    fit(net, sixty, loss=loss, optimizer=optimizer, epochs=1000, progress=False)
    assert 1.3 < evaluate(net, fresh, loss) < 1.8
    assert "between 1.3 and 1.8" in LESSON.text("curves-answer")


def test_an_oversized_net_is_worse_at_epoch_50_than_at_5_on_every_seed():
    rows = [numbers(row) for row in printed("patients-code").splitlines()[2:-1]]
    assert [seed for seed, *_ in rows] == [0, 1, 2, 3, 4]
    assert all(at_50 > at_5 + 0.2 for _, at_5, at_50, _ in rows)
    assert "worse at epoch 50 than at epoch 5: 5 of 5" in printed("patients-code")
    assert all(on_its_own < 0.15 for *_, on_its_own in rows)


def test_the_sixteen_masks():
    assert "[0, 2, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14, 16, 18, 20]" in printed("masks")
    of_the_sum, of_two, drawn = printed("masks").splitlines()[1:]
    assert (named(of_the_sum, "mean"), named(of_the_sum, "variance")) == (10, 30)
    assert (named(of_two, "mean"), named(of_two, "variance")) == (2, 4)
    assert numbers(drawn) == [4000, 10, 0, 20]


def test_dropout_that_is_left_on_gives_three_answers():
    training, evaluation, loss = printed("asked-three-times").splitlines()
    assert len({*numbers(training)}) == 3
    assert len({*numbers(evaluation)}) == 1
    left_on, off = numbers(loss)
    assert left_on > off


def test_each_remedy_helps_on_every_seed():
    for cell in ("stopped", "dropped", "decayed"):
        rows = re.findall(r"test loss (\S+), not (\S+)", printed(cell))
        assert len(rows) == 5
        assert all(float(found) < 0.8 * float(without) for found, without in rows)
    medians = [numbers(row.split("median")[1])[0] for row in printed("compare").splitlines()]
    assert medians[0] > medians[2] > medians[1] > medians[3]  # in the order that the text tells


def test_figures_show():
    assert LESSON.showing("image/png") == {"the-picture", "curves", "masks", "compare"}
