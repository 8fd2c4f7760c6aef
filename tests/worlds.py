"""A world to go wrong in: for the table of bad inputs, all things that its calls are about."""

import contextlib
import copy
import dataclasses
import io
import math
import pickle
import re
import shlex
import shutil
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np

import microgradlab
from microgradlab import cli, data, losses, nn, optim, persist, schedules, tabular, train
from microgradlab.engine import Value
from microgradlab.recording import record_training

FILES = {
    "rows.csv": "a,b,c\n" + "".join(f"{i},{i * i},{1.5 * i}\n" for i in range(12)),
    "few.csv": "a,b,c\n1,2,3.5\n2,3,4.5\n",
    "words.csv": "a,b,c\n1,2,3.5\n2,two,4.5\n",
    "empty.csv": "",
    "broken.json": '{"format": "microgradlab model", "vers',
    "picture.png": "\x89PNG\r\n\x1a\n\0",
}


def write_files():
    """The files, into the folder where we are."""
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="latin-1")
    things = world()
    persist.save(things["model"], "model.json")
    persist.save(nn.Sequential(things["model"]), "weights.json")
    things["table_model"].save("table-model.json")
    persist.save_checkpoint("simple.json", epoch=1, model=things["model"], optimizer=things["sgd"])
    train.fit(**things["given"](checkpoint="checkpoint.json"))
    shutil.copy("checkpoint.json", "other.checkpoint.json")


def world():
    """By its name, each thing that the table's calls are about."""
    x, y = Value(2.0, "x"), Value(3.0, "y")
    z, edited = x * y, Value(2.0, "edited")
    of_edited = edited * y
    edited.data = 5.0
    infinite = SimpleNamespace(data=1.0, grad=math.inf)
    model, layer, neuron = nn.MLP(2, [3, 1], seed=0), nn.Layer(2, 3, seed=0), nn.Neuron(2, seed=0)
    dropout, weights, bias = nn.Dropout(0.5, seed=0), model.state_dict(), "layers.1.neurons.0.bias"
    sgd, adam = optim.SGD(model.parameters(), lr=0.1, momentum=0.9), optim.Adam(model.parameters())
    halving, plateau, saved = schedules.StepLR(sgd, 2), schedules.ReduceLROnPlateau(adam), sgd.state_dict()
    over = schedules.OneCycleLR(optim.SGD([x], momentum=0.9), 0.1, total_steps=1)
    over.step()
    pairs = [((1.0, 2.0), 1.0), ((2.0, 1.0), 0.0), ((0.0, 1.0), 1.0)]
    batches, scale = data.Batches(pairs, 2), data.Standardizer().fit(pairs)
    given = partial(dict, model=model, data=pairs, loss=losses.mse_loss, optimizer=sgd, epochs=1)
    again = partial(given, checkpoint="checkpoint.json", resume=True)
    stopping, figures = train.EarlyStopping(3), train.History([train.Epoch(1, 0.5, 0.1)])
    learner = nn.MLP(2, [2, 1], seed=0)
    recording = record_training(**given(model=learner, optimizer=optim.SGD(learner.parameters())))
    table = data.read_csv("rows.csv", "c")
    few = dataclasses.replace(table, data=table.data[:3])
    constant = dataclasses.replace(table, data=[(inputs, 1.0) for inputs, _ in table.data])
    parts = tabular.split(table)
    target_scale = data.Standardizer().fit([((1.0,), 0), ((3.0,), 0)])
    table_model = tabular.TableModel(nn.MLP(2, [1], seed=0), ("a", "b"), "c", None, scale, target_scale)
    return {**locals(), **TOOLS}


def broken(**attributes):
    """An optimizer whose second parameter has lost its number."""
    parameters = [SimpleNamespace(data=1.0, grad=0.5), SimpleNamespace(data=1.0, grad=0.5)]
    optimizer = optim.SGD(parameters)
    vars(parameters[1]).update(attributes)
    return optimizer


def deep():
    """A list in a list in a list …"""
    nest = [1.0]
    for _ in range(5000):
        nest = [nest]
    return nest


def itself():
    """A list that holds itself, twice, so that whoever goes through all that is in it is never done."""
    found = []
    found += [found, found]
    return found


def nested():
    """A module in a module in a module …"""
    nest = nn.Dropout(0.5)
    for _ in range(1500):
        nest = nn.Sequential(nest)
    return nest


def holding(thing):
    """A module with that in it."""
    module = nn.Module()
    module.held = thing
    return module


class CommandError(Exception):
    """What a command says on stderr."""


def run(line):
    """Run a command line that is wrong, and raise what it says: in one line, and with exit code 2."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            code = cli.main(shlex.split(line))
        except SystemExit as stop:
            code = stop.code
    assert code == 2
    lines = re.fullmatch(r"microgradlab(?: \w+)*: (.+?)( \(examples: microgradlab.* --help\))?\n", said.getvalue())
    assert lines, said.getvalue()
    raise CommandError(lines[1])


TOOLS = {
    "broken": broken,
    "deep": deep,
    "itself": itself,
    "nested": nested,
    "holding": holding,
    "cli": run,
    "inf": math.inf,
    "nan": math.nan,
    "np": np,
    "Decimal": Decimal,
    "copy": copy,
    "math": math,
    "pickle": pickle,
    "microgradlab": microgradlab,
}
