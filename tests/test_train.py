"""Training: the loop, what happens between epochs, what ends it, and going on after any interruption."""

import doctest
import inspect
import io
import json
import math
import os
import random
import re
import subprocess
import sys
from math import nan

import pytest

from microgradlab import history, ops, train
from microgradlab.data import Batches, moons, split_every
from microgradlab.engine import Value
from microgradlab.errors import FileFormatError, NonFiniteLossError
from microgradlab.losses import binary_cross_entropy_with_logits, cross_entropy, hinge_loss, mse_loss
from microgradlab.nn import MLP, Dropout, Neuron, Sequential
from microgradlab.optim import SGD, Adam, AdamW, clip_grad_norm_
from microgradlab.progress import say
from microgradlab.schedules import CosineAnnealingLR, OneCycleLR, ReduceLROnPlateau, StepLR
from microgradlab.train import (
    EarlyStopping,
    Epoch,
    History,
    accuracy,
    evaluate,
    fit,
    predicted_class,
    training_steps,
)

LINE = [((x / 4,), x / 2 - 1.0) for x in range(10)]  # y = 2x - 1


def line(lr=0.1, **settings):
    """A neuron, and the arguments to train it on a line."""
    model = Neuron(1, seed=0)
    return model, {
        "data": LINE,
        "loss": mse_loss,
        "optimizer": SGD(model.parameters(), lr=lr),
        "epochs": 4,
        "batch_size": 4,
        **settings,
    }


@pytest.mark.parametrize("module", [train, history])
def test_the_examples_in_the_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


# Learning


def test_two_moons_are_told_apart():
    training, test = split_every(moons(500, noise=0.1), 5)
    model = MLP(2, [16, 16, 1], "tanh", seed=0)
    optimizer = Adam(model.parameters(), lr=0.02)
    schedule = CosineAnnealingLR(optimizer, T_max=25)
    rule = {"loss": binary_cross_entropy_with_logits, "optimizer": optimizer, "schedule": schedule}
    figures = fit(model, training, epochs=25, batch_size=32, **rule)
    assert accuracy(model, test) == 1.0
    assert figures[-1].loss < 0.02 < 0.3 < figures[0].loss


# The loop


def test_a_loop_by_hand_gives_the_same_bits():
    model, arguments = line()
    figures = fit(model, **arguments)
    other = Neuron(1, seed=0)
    optimizer = SGD(other.parameters(), lr=0.1)
    batches = Batches(LINE, batch_size=4, seed=0)
    losses = []
    for _ in range(4):
        for batch in batches:
            loss = ops.mean([mse_loss(other(inputs), target) for inputs, target in batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.data)
    assert other.state_dict() == model.state_dict()
    means = [(4 * a + 4 * b + 2 * c) / 10 for a, b, c in zip(losses[::3], losses[1::3], losses[2::3])]
    assert figures.column("loss") == pytest.approx(means, rel=1e-15)


def test_the_steps_are_those_of_fit_with_loss_weights_and_gradients_that_belong_together():
    model, arguments = line(schedule_every="step")
    arguments["schedule"] = StepLR(arguments["optimizer"], 6, gamma=0.5)
    twin, twins = line(schedule_every="step")
    twins["schedule"] = StepLR(twins["optimizer"], 6, gamma=0.5)
    seen = []
    for step in training_steps(model, **arguments):
        error = model(step.batch[0][0]).data - step.batch[0][1]
        if len(step.batch) == 1:
            assert step.loss == error * error
        rest = [model(inputs).data - target for inputs, target in step.batch]
        assert model.bias.grad == pytest.approx(2 * math.fsum(rest) / len(rest))
        seen.append(step[:2] + step[3:4])
    figures = fit(twin, **twins)
    assert model.state_dict() == twin.state_dict()
    assert seen == [(1 + i // 3, 1 + i, 0.1 if i < 6 else 0.05) for i in range(12)]
    assert figures.column("lr") == [0.1, 0.1, 0.05, 0.05]


def test_gradients_changed_in_between_are_the_ones_that_count():
    model, arguments = line(lr=1.0, epochs=1, batch_size=None)
    start = model.state_dict()
    for _ in training_steps(model, **arguments):
        clip_grad_norm_(model.parameters(), 0.01)
    moved = [after - before for after, before in zip(model.state_dict().values(), start.values())]
    assert math.hypot(*moved) == pytest.approx(0.01, rel=1e-3)


def test_both_functions_show_their_arguments():
    shown = [inspect.signature(function) for function in (fit, training_steps, train.Training)]
    assert shown[0].parameters == shown[1].parameters == shown[2].parameters
    assert shown[0].return_annotation is History


class Number:
    """A learner's own Value: data, grad, + and *, backward; nothing of ours."""

    def __init__(self, data, flows=()):
        self.data, self.grad, self.flows = data, 0.0, flows

    def __add__(self, other):
        other = other if isinstance(other, Number) else Number(other)
        return Number(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Number) else Number(other)
        return Number(self.data * other.data, [(self, other.data), (other, self.data)])

    __radd__, __rmul__ = __add__, __mul__

    def backward(self, grad=1.0):
        self.grad += grad
        for argument, slope in self.flows:
            argument.backward(grad * slope)


def test_numbers_of_your_own_learn_the_same():
    def squared(output, target):
        error = output + -target
        return error * error

    model, arguments = line(validation=LINE)
    ours = fit(model, **arguments)
    theirs = Neuron(1, seed=0, value=Number)
    optimizer = SGD(theirs.parameters(), lr=0.1)
    figures = fit(theirs, **(arguments | {"optimizer": optimizer, "loss": squared}))
    for name in ("loss", "validation_loss"):
        assert figures.column(name) == pytest.approx(ours.column(name), rel=1e-9)


# Between epochs


def test_validation_is_measured_without_dropout_and_leaves_no_trace():
    def fresh():
        model = Sequential(MLP(1, [8], seed=0), Dropout(0.5, seed=0), MLP(8, [1], seed=1))
        optimizer = SGD(model.parameters(), lr=0.01)
        return model, {"data": LINE, "loss": mse_loss, "optimizer": optimizer, "epochs": 3, "batch_size": 4}

    (plain, arguments), (model, others) = fresh(), fresh()
    fit(plain, **arguments)
    model.modules[1].eval()
    measured, modes = [], []
    figures = fit(
        model,
        **others,
        validation=LINE,
        metrics={"worst": lambda model, data: max(mse_loss(model(x), t).data for x, t in data)},
        callbacks=[measured.append, lambda _: modes.append(model.modules[1].training)],
    )
    assert model.state_dict() == plain.state_dict()
    assert modes == [True] * 3
    assert not model.modules[1].training  # as it was before
    assert measured == list(figures)
    assert figures[-1].validation_loss == evaluate(model, LINE, mse_loss) < figures[-1].metrics["worst"]


def test_schedules_step_once_an_epoch_and_a_plateau_looks_at_the_validation_loss():
    model, arguments = line()
    halving = StepLR(arguments["optimizer"], 2, gamma=0.5)
    assert fit(model, **arguments, schedule=halving).column("lr") == [0.1, 0.1, 0.05, 0.05]
    for validation, rates in ((None, [0.1] * 4), ([((0.0,), nan)], [0.1, 0.05, 0.025, 0.0125])):
        model, arguments = line(validation=validation)
        schedule = ReduceLROnPlateau(arguments["optimizer"], factor=0.5, patience=0)
        assert fit(model, **arguments, schedule=schedule).column("lr") == rates


def test_one_cycle_goes_by_steps():
    model, arguments = line(schedule_every="step")
    schedule = OneCycleLR(arguments["optimizer"], 0.1, epochs=4, steps_per_epoch=3)
    rates = [step.lr for step in training_steps(model, **arguments, schedule=schedule)]
    assert max(rates) == rates[3]
    assert rates[0] == pytest.approx(0.1 / 25)
    assert rates[-1] == pytest.approx(0.1 / 25 / 1e4)


def test_early_stopping_brings_the_best_weights_back():
    best, weights, losses = EarlyStopping(patience=2, min_delta=0.01), [], iter([3.0, 1.0, 0.995, nan, 0.0])

    def scripted(output, target):
        return mse_loss(output, target) if model.training else Value(next(losses))

    model, arguments = line(epochs=9, validation=LINE[:1], early_stopping=best, loss=scripted)
    arguments["callbacks"] = [lambda _: weights.append(model.state_dict())]
    figures = fit(model, **arguments)
    assert figures.column("validation_loss")[:3] == [3.0, 1.0, 0.995]
    assert len(figures) == 4  # 0.995 is too little better, nan is not better
    assert model.state_dict() == weights[1] != weights[3]
    assert repr(best) == "EarlyStopping(patience=2, min_delta=0.01, best=1.0)"
    losses = iter([9.0] * 9)
    assert len(fit(model, **arguments)) == 3  # the same again starts anew


def test_a_history_is_a_table_and_comes_back_from_json(capsys):
    figures = History(Epoch(i, 1 / i, 0.5, 2 / i, {"accuracy": 0.25}) for i in range(1, 40))
    assert History.from_dict(json.loads(json.dumps(figures.to_dict()))) == figures
    assert repr(figures).splitlines()[:3] == [
        "epoch    loss  validation_loss  accuracy   lr",
        "    1  1.0000           2.0000    0.2500  0.5",
        "    2  0.5000           1.0000    0.2500  0.5",
    ]
    assert len(repr(figures).splitlines()) == 22
    assert repr(History()) == "History of no epochs"
    say(figures[1])
    assert capsys.readouterr().out == "epoch 2  loss 0.5000  validation_loss 1.0000  accuracy 0.2500  lr 0.5\n"


# What ends a training


@pytest.mark.parametrize("lr", [1e3, 1e200])
def test_a_loss_beyond_all_floats_ends_it_with_one_sentence_and_weights_that_work(lr):
    model, arguments = line(lr=lr, epochs=900)
    with pytest.raises(NonFiniteLossError) as caught:
        fit(model, **arguments)
    sentence = str(caught.value)
    assert re.search(rf"in epoch \d+, step \d+, at a learning rate of {re.escape(f'{lr:g}')}: try ", sentence)
    assert "\n" not in sentence
    assert all(map(math.isfinite, model.state_dict().values()))
    assert math.isfinite(mse_loss(model(LINE[0][0]), LINE[0][1]).data)


def test_the_last_good_weights_are_those_of_the_step_before():
    model, arguments = line(lr=1e3, epochs=900)
    steps, weights = training_steps(model, **arguments), []
    with pytest.raises(NonFiniteLossError):
        weights.extend(model.state_dict() for _ in steps)
    assert len(weights) > 2
    assert model.state_dict() == weights[-1] != weights[-2]


def test_a_last_step_too_far_is_taken_back():
    model, arguments = line(data=[((100.0,), 1.0)], lr=1e308, epochs=1)
    before = model.state_dict()
    with pytest.raises(NonFiniteLossError, match="a weight became inf or nan in epoch 1, step 1, "):
        fit(model, **arguments)
    assert model.state_dict() == before


def test_a_bad_example_ends_it_before_the_weights_move():
    model, arguments = line(data=[((nan,), 1.0)])
    before = model.state_dict()
    with pytest.raises(NonFiniteLossError, match="the loss became nan in epoch 1, step 1, "):
        fit(model, **arguments)
    assert model.state_dict() == before


def test_a_loop_that_is_left_leaves_a_model_that_works():
    model, arguments = line()
    model.eval()
    steps = training_steps(model, **arguments)
    next(steps)
    assert model.training
    before = model.state_dict()
    steps.close()
    assert model.state_dict() == before
    assert not model.training
    fit(model, **arguments)


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"epochs": 0}, ValueError, "epochs must be at least 1"),
        ({"epochs": 2.0}, TypeError, "epochs must be a whole number"),
        ({"data": []}, ValueError, "data is empty"),
        ({"data": Batches(LINE, 4)}, ValueError, "leave batch_size out"),
        ({"validation": []}, ValueError, "validation is empty"),
        ({"early_stopping": EarlyStopping(1)}, ValueError, "pass some as validation="),
        ({"metrics": {"accuracy": accuracy}}, ValueError, "pass some as validation="),
        ({"schedule_every": "batch"}, ValueError, "schedule_every is 'epoch' or 'step', got 'batch'"),
        ({"resume": True}, ValueError, "pass it as checkpoint="),
        ({"optimizer": SGD([Value(1.0)])}, ValueError, r"make it with model.parameters\(\)"),
        ({"loss": lambda output, target: math.exp(output)}, TypeError, r"instead of math.exp\(x\)"),
        ({"lr": 1}, TypeError, "unexpected keyword"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(settings, error, words):
    model, arguments = line()
    with pytest.raises(error, match=words):
        training_steps(model, **(arguments | settings)).__next__()


# Going on


def deep(path=None, epochs=4, resume=True):
    """A training in which everything has a state; made anew, as after a restart."""
    model = Sequential(MLP(1, [4, 4], "tanh", seed=0), Dropout(0.3, seed=0), MLP(4, [1], seed=1))
    optimizer = AdamW(model.parameters(), lr=0.05)
    return train.Training(
        model,
        LINE,
        loss=mse_loss,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=4,
        validation=LINE[:3],
        schedule=ReduceLROnPlateau(optimizer, factor=0.5, patience=0),
        early_stopping=EarlyStopping(patience=3),
        checkpoint=path,
        resume=resume and path is not None,
    )


def outcome(training):
    for _ in training.steps():
        pass
    stopping = training.early_stopping
    return (
        training.model.state_dict(),
        training.optimizer.state_dict(),
        training.schedule.state_dict(),
        training.batches.state_dict(),
        training.model.modules[1].random.getstate(),
        (stopping.best, stopping.waited, stopping.weights),
        list(training.history),
        training.step,
    )


@pytest.mark.parametrize("steps", range(13))
def test_a_training_stopped_at_any_step_and_resumed_ends_in_the_same_bits(tmp_path, steps):
    path, expected = tmp_path / "c.json", outcome(deep())
    for step in deep(path).steps():
        if step.step == steps:
            break
    assert outcome(deep(path)) == expected
    assert outcome(deep(path)) == expected  # nothing left to do


def test_a_finished_training_can_be_prolonged(tmp_path):
    outcome(deep(tmp_path / "c.json", epochs=2))
    assert outcome(deep(tmp_path / "c.json")) == outcome(deep())


def test_a_stopped_one_stays_stopped(tmp_path):
    expected = outcome(deep(epochs=99))
    assert expected[-1] < 99 * 3
    assert outcome(deep(tmp_path / "c.json", epochs=99)) == outcome(deep(tmp_path / "c.json", epochs=99)) == expected


def test_without_resume_it_starts_anew_and_of_another_training_it_says_so(tmp_path):
    path = tmp_path / "c.json"
    outcome(deep(path))
    assert outcome(deep(path, resume=False)) == outcome(deep())
    model, arguments = line(checkpoint=path, resume=True)
    with pytest.raises(FileFormatError, match=r"c\.json cannot be used"):
        fit(model, **arguments)
    assert model.state_dict() == Neuron(1, seed=0).state_dict()


@pytest.mark.parametrize(
    ("other", "name"), [({"data": LINE[1:]}, "data"), ({"batch_size": 5}, "batch_size"), ({"seed": 1}, "seed")]
)
def test_a_training_does_not_go_on_with_what_it_was_not_given(tmp_path, other, name):
    model, arguments = line(checkpoint=tmp_path / "c.json", resume=True)
    fit(model, **arguments | {"epochs": 2})
    twin, twins = line(checkpoint=tmp_path / "c.json", resume=True)
    with pytest.raises(FileFormatError, match=f"with another {name}: pass the same as then"):
        fit(twin, **twins | other)
    assert twin.state_dict() == Neuron(1, seed=0).state_dict()
    fit(twin, **twins | {"data": [[list(inputs), target] for inputs, target in LINE]})  # the same in lists
    assert twin.state_dict() == outcome_of_line()


def outcome_of_line():
    model, arguments = line()
    fit(model, **arguments)
    return model.state_dict()


CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
from test_train import deep
from microgradlab.persist import save
training = deep(sys.argv[2], epochs=200)
training.early_stopping.patience = 999
for step in training.steps():
    print(step.step, flush=True)
save(training.model, sys.argv[3])
"""


def test_killed_at_any_moment_and_resumed_it_ends_in_the_same_bits(tmp_path):
    command = [sys.executable, "-c", CHILD, os.path.dirname(__file__)]
    subprocess.run([*command, tmp_path / "a.json", tmp_path / "expected.json"], check=True, stdout=subprocess.DEVNULL)
    rng = random.Random()
    for first in (1, 150, 300):
        with subprocess.Popen([*command, tmp_path / "b.json", tmp_path / "b"], stdout=subprocess.PIPE) as child:
            for step in child.stdout:
                if int(step) >= first + rng.randrange(100):
                    break
            child.kill()
        assert child.returncode != 0
    subprocess.run([*command, tmp_path / "b.json", tmp_path / "resumed.json"], check=True, stdout=subprocess.DEVNULL)
    assert (tmp_path / "resumed.json").read_bytes() == (tmp_path / "expected.json").read_bytes()


# Judging and showing


def test_accuracy_counts_right_answers():
    assert [predicted_class(output) for output in (Value(0.1), Value(0.0), 2.0)] == [1, 0, 1]
    assert predicted_class([Value(-1.0), Value(3.0), Value(2.0)]) == 1
    model = Neuron(1)
    model.weights[0].data, model.bias.data = 1.0, -0.5
    assert accuracy(model, [((0.0,), 0), ((1.0,), 1), ((2.0,), 0), ((0.2,), 1)]) == 0.5
    assert accuracy(model, [((0.0,), -1), ((1.0,), 1), ((2.0,), -1), ((0.2,), -1)]) == 0.75
    assert evaluate(model, [((0.0,), -1), ((1.0,), 1)], hinge_loss) == 0.5
    dropping = Sequential(Dropout(0.99, seed=0), model)
    assert accuracy(dropping, [((1.0,), 1)] * 20) == 1.0
    assert evaluate(dropping, [((1.0,), 1)] * 20, hinge_loss) == 0.5
    assert dropping.modules[0].training
    three = MLP(2, [3], seed=0)
    assert 0.0 <= accuracy(three, [((1.0, 2.0), 2)]) <= 1.0
    assert evaluate(three, [((1.0, 2.0), 2)], cross_entropy) > 0.0
    for measure in (lambda: accuracy(model, []), lambda: evaluate(model, [], mse_loss)):
        with pytest.raises(ValueError, match="data is empty"):
            measure()


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_shows_in_a_terminal_only(monkeypatch):
    for screen, shown in ((Terminal(), "12/12"), (io.StringIO(), ""), (Terminal(), "")):
        model, arguments = line()
        monkeypatch.setattr(sys, "stderr", screen)
        fit(model, **arguments)
        assert shown in screen.getvalue()
        assert bool(screen.getvalue()) == bool(shown)
        monkeypatch.setitem(sys.modules, "tqdm.auto", None if screen.getvalue() == "" else sys.modules["tqdm.auto"])
    model, arguments = line(progress=False)
    monkeypatch.undo()
    fit(model, **arguments)


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        ({"schedule": "cosine"}, TypeError, "schedule is one such as"),
        ({"callbacks": [3]}, TypeError, "callbacks are functions"),
        ({"early_stopping": True}, (TypeError, ValueError), "early_stopping"),
        ({"optimizer": "adam"}, TypeError, "optimizer is one such as"),
        ({"loss": "mse"}, TypeError, "loss is a function"),
    ],
)
def test_what_cannot_train_is_refused_before_anything_moves(wrong, error, says):
    model, arguments = line()
    before = model.state_dict()
    with pytest.raises(error, match=says):
        fit(model, **arguments | wrong)
    assert model.state_dict() == before


def test_a_schedule_of_another_optimizer_is_refused():
    (model, arguments), (_, others) = line(), line()
    with pytest.raises(ValueError, match="another optimizer's"):
        fit(model, **arguments | {"schedule": StepLR(others["optimizer"], 1)})
