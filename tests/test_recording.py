"""A recording has every step of a training, and changes nothing about it."""

from small_training import DATA, parts

from microgradlab import losses, nn, optim
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
    assert list(map(tuple, recording.frames[:-1])) == seen
    last = recording.frames[-1]
    assert last.weights == tuple(p.data for p in other.parameters()) == tuple(p.data for p in model.parameters())
    assert last.state == tuple(its.state)
    assert last[:2] == seen[-1][:2]
    assert last.grads == tuple(p.grad for p in model.parameters())
    assert recording.data == DATA


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
