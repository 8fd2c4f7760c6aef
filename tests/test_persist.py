"""Saved files: exact, readable, whole at every moment; and no damage of any kind gets in."""

import errno
import json
import os
import pickle
import random
import struct
import threading
from contextlib import suppress
from functools import partial
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microgradlab import files
from microgradlab.data import Batches
from microgradlab.errors import FileFormatError
from microgradlab.files import write_atomically
from microgradlab.history import Epoch, History
from microgradlab.nn import MLP, Dropout, Layer, Module, Neuron, Sequential
from microgradlab.optim import SGD, Adam
from microgradlab.persist import load, load_checkpoint, load_extra, load_into, save, save_checkpoint
from microgradlab.schedules import ReduceLROnPlateau

EDGES = [0.1, -0.0, 5e-324, 1.7976931348623157e308, 1 / 3, inf, -inf, nan]


def bits(model):
    """The weights to the last bit, nan included."""
    return {name: struct.pack("d", weight) for name, weight in model.state_dict().items()}


@given(st.lists(st.floats(), min_size=1, max_size=9).map(lambda floats: floats + EDGES))
def test_every_float_comes_back_to_the_bit(tmp_path_factory, floats):
    path = tmp_path_factory.getbasetemp() / "neuron.json"
    model, other = Neuron(len(floats), seed=0), Neuron(len(floats), seed=1)
    for weight, number in zip(model.weights, floats):
        weight.data = nan if number != number else number  # JSON has one nan
    save(model, path)
    load_into(other, path)
    assert bits(other) == bits(model)


def test_an_mlp_is_built_from_its_file(tmp_path):
    model = MLP(3, [4, 2], "tanh", seed=0)
    save(model, tmp_path / "m.json")
    loaded = load(tmp_path / "m.json")
    assert repr(loaded) == repr(model)
    assert [y.data for y in loaded([1.0, 2.0, 3.0])] == [y.data for y in model([1.0, 2.0, 3.0])]


@pytest.mark.parametrize("model", [Sequential(MLP(1, [1])), MLP(1, [1], activation=lambda x: x)])
def test_other_modules_are_loaded_into(tmp_path, model):
    save(model, tmp_path / "m.json")
    with pytest.raises(FileFormatError, match=r"build the model, then load_into\(model, "):
        load(tmp_path / "m.json")
    before = bits(model)
    for parameter in model.parameters():
        parameter.data = 9.0
    load_into(model, tmp_path / "m.json")
    assert bits(model) == before


CHANGES = {
    "the activation": lambda model: setattr(model, "activation", "tanh"),
    "the activation, to none that there is": lambda model: setattr(model, "activation", "nonsense"),
    "a layer, for one with another activation": lambda model: model.layers.__setitem__(0, Layer(2, 3, "tanh")),
    "a layer, for a dropout": lambda model: model.layers.__setitem__(1, Dropout()),
    "no last layer": lambda model: model.layers.pop(),
    "one layer more": lambda model: model.layers.append(Layer(1, 1)),
    "one neuron less": lambda model: model.layers[0].neurons.pop(),
    "a bias that two neurons share": lambda model: setattr(
        model.layers[0].neurons[0], "bias", model.layers[1].neurons[0].bias
    ),
    "what a neuron does": lambda model: setattr(model.layers[0].neurons[0], "_activate", abs),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_mlp_changed_by_hand_is_never_loaded_as_another(tmp_path, change):
    model = MLP(2, [3, 2, 1], "relu", seed=0)
    CHANGES[change](model)
    save(model, tmp_path / "m.json")
    with pytest.raises(FileFormatError, match="has weights only: build the model"):
        load(tmp_path / "m.json")
    before = bits(model)
    load_into(model, tmp_path / "m.json")
    assert bits(model) == before


def test_an_mlp_whose_layer_was_replaced_by_one_of_its_kind_is_loaded_as_it_is(tmp_path):
    model = MLP(np.int64(2), [np.int32(3), 1], "relu", seed=0)
    model.layers[0] = Layer(2, 3, "relu", seed=1)
    save(model, tmp_path / "m.json")
    assert bits(load(tmp_path / "m.json")) == bits(model)


def test_the_extra_comes_back(tmp_path):
    extra = {"texts": ["nan", "=inf", "é", "=="], "numbers": [inf, -inf, 0.1, 3, None, True], "more": {"x": [1.0]}}
    save(MLP(1, [1]), tmp_path / "m.json", extra)
    assert load_extra(tmp_path / "m.json") == extra


def test_what_no_file_can_hold_is_refused_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 3 * 2**20)
    circle, deep = {}, []
    circle["in itself"] = circle
    for _ in range(2000):
        deep = [deep]
    for extra, error, words in [
        ({"by index": {0: "no"}}, TypeError, "keys"),
        (circle, ValueError, "nested too deep, or in itself"),
        ({"x": deep}, ValueError, "nested too deep, or in itself"),
        ({"x": "\ud800"}, ValueError, "surrogates"),
        ({"x": " " * 3 * 2**20}, ValueError, "a file of 3 MB, and 3 MB are the most"),
    ]:
        with pytest.raises(error, match=words):
            save(MLP(1, [1]), tmp_path / "m.json", extra)
    assert os.listdir(tmp_path) == []


def test_a_file_can_be_read_by_people_and_by_strict_parsers(tmp_path):
    model = MLP(1, [1], seed=0)
    model.layers[0].neurons[0].bias.data = nan
    save(model, tmp_path / "m.json", {"größe": 1})
    text = (tmp_path / "m.json").read_text(encoding="utf-8")
    weight = model.layers[0].neurons[0].weights[0].data
    assert f'   "layers.0.neurons.0.weights.0": {weight!r},\n   "layers.0.neurons.0.bias": "nan"\n' in text
    assert '"größe"' in text
    json.loads(text, parse_constant=pytest.fail)


def test_an_edited_file_without_its_checksum_is_taken(tmp_path):
    save(MLP(1, [1], seed=0), tmp_path / "m.json")
    edit(tmp_path / "m.json", lambda file: file["states"]["model"].update({"layers.0.neurons.0.bias": 7}))
    assert load(tmp_path / "m.json").layers[0].neurons[0].bias.data == 7.0


# Damage


def edit(path, change):
    """Change the content of a file as someone would who knows that the checksum must go."""
    file = json.loads(path.read_text())
    file.pop("checksum")
    changed = change(file)
    path.write_text(json.dumps(changed if isinstance(changed, list) else file))


def put(*names_and_value):
    """The edit that sets file[name][name]… to a value."""

    def change(file):
        *names, last, value = names_and_value
        for name in names:
            file = file[name]
        file[last] = value

    return change


RAW = {
    "empty": lambda raw: b"",
    "cut off": lambda raw: raw[:-3],
    "a pickle": lambda raw: pickle.dumps([1]),
    "not UTF-8": lambda raw: raw.replace(b"MLP", b"ML\xff"),
    "zeros, as after a crash": lambda raw: bytes(len(raw)),
    "two files in one": lambda raw: raw * 2,
    "NaN": lambda raw: raw.replace(b'"version": 1', b'"version": NaN'),
    "Infinity": lambda raw: raw.replace(b'"extra": {}', b'"extra": {"x": -Infinity}'),
    "deeply nested": lambda raw: b"[" * 100_000,
    "deeply nested, closed": lambda raw: raw.replace(b'"extra": {}', b'"extra": ' + b"[" * 900 + b"]" * 900),
    "another version": lambda raw: raw.replace(b'"version": 1', b'"version": 2'),
    "one digit": lambda raw: raw.replace(b"0.25", b"0.35"),
    "a renamed weight": lambda raw: raw.replace(b"weights.0", b"weights.1"),
    "an integer beyond all floats": lambda raw: raw.replace(b"0.25", b"1" + b"0" * 400),
    "a float beyond all floats": lambda raw: raw.replace(b"0.25", b"1e999"),
    "too large": lambda raw: raw + b" " * 4000,
    "a name twice": lambda raw: raw.replace(b'"extra": {}', b'"extra": {}, "extra": {}'),
    "names that a terminal would obey": lambda raw: raw.replace(b'"extra"', rb'"\u001b[2J\ud800\n"'),
    "a long name": lambda raw: raw.replace(b'"extra"', b'"' + b"x" * 2000 + b'"'),
}
WEIGHT = ("states", "model", "layers.0.neurons.0.bias")
EDITS = {
    "a list": lambda file: [file],
    "no format": lambda file: file.pop("format") and None,
    "of another program": put("format", "torch"),
    "of another kind": put("format", "microgradlab lesson"),
    "format is a number": put("format", 1),
    "no version": lambda file: file.pop("version") and None,
    "version is a truth": put("version", True),
    "no states": lambda file: file.pop("states") and None,
    "one thing more": put("code", "print(1)"),
    "states is a list": put("states", []),
    "no state of the model": put("states", {}),
    "a state is a list": put("states", "model", [0.25]),
    "a weight more": put("states", "model", "layers.0.neurons.0.weights.1", 1.0),
    "a weight less": lambda file: file["states"]["model"].popitem() and None,
    "a weight is a text": put(*WEIGHT, "1.0"),
    "a weight is a truth": put(*WEIGHT, True),
    "a weight is nothing": put(*WEIGHT, None),
    "a weight is a list": put(*WEIGHT, [1.0]),
    "a weight is a bare NaN": put(*WEIGHT, nan),
    "a weight is a bare Infinity": put(*WEIGHT, inf),
    "extra is a list": put("extra", []),
    "network is a text": put("network", "MLP(1, [1])"),
}
NETWORKS = {
    "another class": put("network", "class", "os.system"),
    "no widths": put("network", "widths", []),
    "widths is a text": put("network", "widths", "11"),
    "a width is a float": put("network", "widths", [1.0, 1]),
    "a width below 0": put("network", "widths", [-1, 1]),
    "a huge width": put("network", "widths", [10**12, 1]),
    "inputs is a truth": put("network", "inputs", True),
    "an unknown activation": put("network", "activation", "__class__"),
    "activation is a list": put("network", "activation", []),
    "no inputs": lambda file: file["network"].pop("inputs") and None,
}


@pytest.fixture
def saved(tmp_path, monkeypatch):
    """A model with the weights 0.25, and its file."""
    model = MLP(1, [1, 1])
    model.load_state_dict(dict.fromkeys(model.state_dict(), 0.25))
    save(model, tmp_path / "model.json")
    monkeypatch.setattr(files, "LARGEST", 4000)
    return model, tmp_path / "model.json"


@pytest.mark.parametrize("damage", RAW | EDITS | NETWORKS)
def test_a_damaged_file_is_refused_and_named_and_changes_nothing(saved, damage):
    model, path = saved
    if damage in RAW:
        path.write_bytes(RAW[damage](path.read_bytes()))
    else:
        edit(path, (EDITS | NETWORKS)[damage])
    for use in (load,) if damage in NETWORKS else (load, partial(load_into, model)):
        with pytest.raises(FileFormatError, match=r"model\.json cannot be used: \S") as problem:
            use(path)
        assert str(problem.value).isprintable()
        assert len(str(problem.value)) < 350 + len(str(path))
    assert set(model.state_dict().values()) == {0.25}


def test_no_flipped_or_missing_byte_gets_in(saved):
    model, path = saved
    raw = path.read_bytes()
    rng = random.Random(0)
    damaged = [raw[:i] + bytes([raw[i] ^ 1 << rng.randrange(8)]) + raw[i + 1 :] for i in range(len(raw))]
    for version in damaged + [raw[:i] + raw[i + 1 :] for i in range(len(raw))]:
        path.write_bytes(version)
        with suppress(FileFormatError):
            assert bits(load(path)) == bits(model)  # a space more or less


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda raw: raw[:-3], "damaged, cut off, or no JSON .*line 22"),
        (lambda raw: raw.replace(b'"version": 1', b'"version": 2'), "pip install -U microgradlab"),
        (lambda raw: b"{}", "not written by microgradlab"),
        (lambda raw: raw.replace(b"0.25", b"0.35"), "checksum"),
        (lambda raw: raw + b" " * 4000, "larger than 0 MB"),
    ],
)
def test_the_error_says_what_is_wrong(saved, damage, words):
    saved[1].write_bytes(damage(saved[1].read_bytes()))
    with pytest.raises(FileFormatError, match=words):
        load(saved[1])


def test_a_missing_file_is_just_that(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "no.json")


# Writing


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_whole_and_no_rubbish(saved, monkeypatch, step):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    _, path = saved
    raw = path.read_bytes()
    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space"):
        save(MLP(2, [2]), path)
    assert path.read_bytes() == raw
    assert os.listdir(path.parent) == ["model.json"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_stays_a_link(saved):
    _, path = saved
    link = path.with_name("link.json")
    link.symlink_to(path)
    save(MLP(2, [3]), link)
    assert link.is_symlink()
    assert len(load(path).parameters()) == 9


# Checkpoints


class Net(Module):
    """With a Dropout at the end and a random generator that has drawn a normal number."""

    def __init__(self, seed):
        self.body, self.dropout = MLP(1, [2], seed=seed), Dropout(0.5, seed=seed)
        self.random = random.Random(seed)
        self.random.gauss(0.0, 1.0)


def parts(seed, optimizer=Adam):
    model = Net(seed)
    optimizer = optimizer(model.parameters(), lr=0.1 + seed)
    schedule = ReduceLROnPlateau(optimizer)
    return {
        "model": model,
        "optimizer": optimizer,
        "schedule": schedule,
        "batches": Batches([((float(i),), i) for i in range(20)], 4, seed=seed),
    }


def future(model, optimizer, schedule, batches):
    """All that comes of these parts, to the bit."""
    draws = [model.random.gauss(0.0, 1.0), model.dropout([1.0] * 20), list(batches)]
    for parameter in model.parameters():
        parameter.grad = 0.3
    optimizer.step()
    schedule.step(1.0)
    return bits(model), optimizer.state_dict(), schedule.state_dict(), draws


def test_a_checkpoint_brings_every_part_to_the_same_future(tmp_path):
    path, first, second = tmp_path / "c.json", parts(0), parts(1)
    future(**first)
    history = History([Epoch(1, 0.5, 0.1, nan, {"accuracy": 0.5})])
    save_checkpoint(path, epoch=1, history=history, extra={"why": "test"}, **first)
    epoch, loaded, extra = load_checkpoint(path, **second)
    assert (epoch, repr(loaded), extra) == (1, repr(history), {"why": "test"})
    assert future(**first) == future(**second)


EPOCH = {"epoch": 1, "loss": 1.0, "lr": 0.1, "validation_loss": None, "metrics": {}}
CHECKPOINTS = {
    "epoch below 0": put("epoch", -1),
    "epoch is a truth": put("epoch", True),
    "history of nothing": put("history", {}),
    "history of words": put("history", {"epochs": [{"epoch": 1, "loss": "low", "lr": 0.1}]}),
    "history with a field more": put("history", {"epochs": [{"epoch": 1, "loss": 1.0, "lr": 0.1, "code": 1}]}),
    "metrics are a list": put("history", {"epochs": [{"epoch": 1, "loss": 1.0, "lr": 0.1, "metrics": [1]}]}),
    "no schedule": lambda file: file["states"].pop("schedule") and None,
    "a part more": put("states", "hidden", {}),
    "of another optimizer": put("states", "optimizer", {"optimizer": "SGD"}),
    "too few random numbers": put("states", "batches", "random", [1, 2]),
    "random numbers beyond all": put("states", "random", "", [3, [10**30] * 625, None]),
    "a random state of words": put("states", "random", "dropout", [3, ["1"] * 625, None]),
    "a random state with a text": put("states", "random", "dropout", 2, "gauss"),
    "no random state": put("states", "random", {}),
    "a schedule of words": put("states", "schedule", "best", "low"),
    "random numbers of 33 bits": put("states", "random", "", 1, 5, 2**32),
    "a random number that is a truth": put("states", "batches", "random", 5, True),
    "random numbers from another Python": put("states", "random", "", 0, 2),
    "epoch beyond all counting": put("epoch", 10**30),
    "epochs by name": put("history", {"epochs": {}}),
    "an epoch without its loss": put("history", {"epochs": [EPOCH | {"loss": None}]}),
    "an epoch without a field": put("history", {"epochs": [{"epoch": 1, "loss": 1.0, "lr": 0.1}]}),
    "half an epoch": put("history", {"epochs": [EPOCH | {"epoch": 0.5}]}),
    "a loss beyond all floats": put("history", {"epochs": [EPOCH | {"loss": 10**400}]}),
    "a learning rate beyond all floats": put("states", "optimizer", "lr", 10**400),
    "steps beyond all counting": put("states", "optimizer", "steps", 10**400),
    "the last part": put("states", "batches", {}),
}


@pytest.mark.parametrize("damage", CHECKPOINTS)
def test_a_checkpoint_that_does_not_fit_leaves_every_part_as_it_was(tmp_path, damage):
    path, mine, twin = tmp_path / "c.json", parts(1), parts(1)
    save_checkpoint(path, epoch=1, **parts(0))
    edit(path, CHECKPOINTS[damage])
    with pytest.raises(FileFormatError, match=r"c\.json cannot be used: \S"):
        load_checkpoint(path, **mine)
    assert future(**mine) == future(**twin)


def test_a_checkpoint_of_another_training_is_refused(tmp_path):
    path, mine = tmp_path / "c.json", parts(0, SGD)
    save_checkpoint(path, epoch=1, **parts(0))
    with pytest.raises(FileFormatError, match="expected a state of SGD, got one of 'Adam'"):
        load_checkpoint(path, **mine)
    with pytest.raises(FileFormatError, match="holds the states of model, random, optimizer, schedule, batches; you"):
        load_checkpoint(path, model=mine["model"])
    with pytest.raises(FileFormatError, match="microgradlab checkpoint, not a microgradlab model"):
        load(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path):
    pipe, received = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write_atomically(pipe, "text")
    reader.join(timeout=10)
    assert received == [b"text"]
    assert pipe.is_fifo()
