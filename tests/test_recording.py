"""A recording has every step of a training, and changes nothing about it."""

from itertools import pairwise

import pytest
from small_training import DATA, parts

from microgradlab import losses, nn, optim
from microgradlab.early_stopping import EarlyStopping
from microgradlab.errors import NonFiniteLossError
from microgradlab.recording import record_training
from microgradlab.train import fit, training_steps


def made(seed=3):
    model = nn.MLP(2, [3, 1], "tanh", seed=seed)
    return model, optim.Adam(model.parameters(), lr=0.05)


def options(optimizer):
    return {"loss": losses.mse_loss, "optimizer": optimizer, "epochs": 4, "batch_size": 5, "progress": False}


def test_frames_are_the_steps_before_the_weights_move_and_one_after_the_last():
    model, optimizer = made()
    recording = record_training(model, DATA, **options(optimizer))
    other, its = made()
    seen = []
    for step in training_steps(other, DATA, **options(its)):
        weights, grads = zip(*((p.data, p.grad) for p in other.parameters()))
        seen.append((step.epoch, step.step, step.loss, step.lr, weights, grads, tuple(its.state)))
    assert [tuple(frame)[:-1] for frame in recording.frames[:-1]] == seen
    for frame, after in pairwise(recording.frames):
        assert frame.moves == tuple(b - a for a, b in zip(frame.weights, after.weights))
    last = recording.frames[-1]
    assert last.weights == tuple(p.data for p in other.parameters()) == tuple(p.data for p in model.parameters())
    assert last.state == tuple(its.state)
    assert last[:2] == seen[-1][:2]
    assert last.grads == tuple(p.grad for p in model.parameters())
    assert recording.data == DATA
    assert [epoch.epoch for epoch in recording.history] == [1, 2, 3, 4]


def test_a_recorded_training_is_the_one_that_fit_does_with_dropout_too():
    one, other = parts(0), parts(0)
    for each in (one, other):
        del each["schedule"], each["early_stopping"]
    run = {"loss": losses.mse_loss, "epochs": 3, "progress": False}
    batches = one["batches"], other["batches"]
    fit(one["model"], batches[0], optimizer=one["optimizer"], **run)
    record_training(other["model"], batches[1], optimizer=other["optimizer"], **run)
    assert one["model"].state_dict() == other["model"].state_dict()


def test_parameters_have_their_names():
    model, optimizer = made()
    recording = record_training(model, DATA, **options(optimizer))
    assert recording.names == tuple(model.state_dict())
    assert repr(recording).startswith("Recording of 12 steps: loss ")


def test_what_early_stopping_restores_is_no_move_of_the_last_step():
    model, optimizer = made()
    run = options(optimizer) | {"epochs": 6, "validation": DATA, "early_stopping": EarlyStopping(1)}
    optimizer.lr = 5.0  # so that it gets worse
    recording = record_training(model, DATA, **run)
    *_, before, end = recording.frames
    assert recording.restored
    assert end.weights == tuple(p.data for p in model.parameters())
    assert end.weights != tuple(weight + move for weight, move in zip(before.weights, before.moves))
    assert len(before.moves) == len(before.weights)


def test_a_training_that_diverges_leaves_its_steps_with_the_error():
    model, _ = made()
    optimizer = optim.SGD(model.parameters(), lr=1e6)
    with pytest.raises(NonFiniteLossError) as caught:
        record_training(model, DATA, **options(optimizer) | {"epochs": 50})
    recording = caught.value.recording
    assert len(recording.frames) > 2
    assert recording.frames[0].loss < recording.frames[-2].loss


def test_when_nothing_is_left_to_train_it_says_so(tmp_path):
    run = {"checkpoint": tmp_path / "checkpoint.json", "resume": True}
    for _ in range(2):
        model, optimizer = made()
        arguments = options(optimizer) | run
        if not (tmp_path / "checkpoint.json").exists():
            record_training(model, DATA, **arguments)
    with pytest.raises(ValueError, match=r"nothing left to train.*epochs="):
        record_training(model, DATA, **arguments)
