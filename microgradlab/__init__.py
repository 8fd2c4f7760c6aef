"""microgradlab: a scalar autograd engine to read, see, prove and run.

>>> from microgradlab import Value
>>> x = Value(3.0, label="x")
>>> y = x * x + x
>>> y.backward()
>>> x.grad
7.0

Where things are: ops as functions in `ops`; networks in `nn`; `losses`; `optim` and `schedules`; `data`; the training
loop in `train`; pictures in `drawing`. To read the code, start with `ops.py` and `engine.py`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from microgradlab import drawing, engine, errors, forks, nn, ops
from microgradlab.drawing import draw
from microgradlab.engine import Value, no_grad, trace
from microgradlab.gradients import grad
from microgradlab.nn import MLP, Dropout, Layer, Module, Neuron, Sequential

if TYPE_CHECKING:
    from microgradlab import data, losses, optim, schedules
    from microgradlab.persist import load, save
    from microgradlab.player import play
    from microgradlab.recording import record_training
    from microgradlab.train import EarlyStopping, History, fit, training_steps

__version__ = "0.1.0"
__all__ = [
    "MLP",
    "Dropout",
    "EarlyStopping",
    "History",
    "Layer",
    "Module",
    "Neuron",
    "Sequential",
    "Value",
    "data",
    "draw",
    "errors",
    "fit",
    "grad",
    "load",
    "losses",
    "nn",
    "no_grad",
    "ops",
    "optim",
    "play",
    "record_training",
    "save",
    "schedules",
    "trace",
    "training_steps",
]

engine.pictures.append(drawing.picture)  # a Value as a notebook's result shows its graph
forks.prepare()

# What training needs is loaded when it is first asked for: the engine alone is there in half the time.
LATER = {name: name for name in ("data", "losses", "optim", "schedules")}
LATER |= {"load": "persist", "save": "persist"}
LATER |= {"play": "player", "record_training": "recording"}
LATER |= dict.fromkeys(("EarlyStopping", "History", "fit", "training_steps"), "train")


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module microgradlab has no attribute {name!r}")
    module = import_module(f"microgradlab.{LATER[name]}")
    found = module if LATER[name] == name else getattr(module, name)
    globals()[name] = found
    return found
