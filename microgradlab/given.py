"""What a training is given: checked before anything moves, and held against what its checkpoint was made with.

A training that goes on with other data, or in other batches, would end in other weights than one that was never
stopped, and nothing would show it. So a checkpoint holds a checksum of the data, and refuses another.
"""

import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from numbers import Real
from pathlib import Path
from typing import Any

from microgradlab.coercion import named_number, shown
from microgradlab.data import Batches
from microgradlab.early_stopping import EarlyStopping
from microgradlab.files import FilePath
from microgradlab.nn import Module
from microgradlab.optim import Optimizer
from microgradlab.schedules import ReduceLROnPlateau, Schedule

DEEPEST = 32  # sequences in sequences: as deep as numpy's arrays
KINDS: dict[str, tuple[Any, str]] = {  # by the name of an argument of `fit`: what it is
    "model": (Module, "a module such as nn.MLP(2, [16, 1])"),
    "loss": (Callable, "a function such as losses.mse_loss"),
    "optimizer": (Optimizer, "one such as optim.Adam(model.parameters())"),
    "schedule": (Schedule | ReduceLROnPlateau | None, "one such as schedules.StepLR(optimizer, 10)"),
    "early_stopping": (EarlyStopping | None, "one such as EarlyStopping(patience=3)"),
    "metrics": (Mapping | None, "a dictionary such as {'accuracy': accuracy}"),
    "callbacks": (Iterable, "a list of functions, such as [print]"),
    "progress": (bool, "True or False"),
    "resume": (bool, "True or False"),
    "checkpoint": (str | os.PathLike | None, "a file such as 'checkpoint.json'"),
}


def check_kinds(arguments: Mapping[str, Any]) -> None:
    """Refuse what is not what its name says: TypeError, with an example of what is."""
    for name, (kind, words) in KINDS.items():
        if not isinstance(arguments[name], kind):
            raise TypeError(f"{name} is {words}, got {shown(arguments[name])}")


def check_folder(path: FilePath) -> None:
    """Refuse a path in a folder that does not exist, before there is anything to lose: FileNotFoundError."""
    if not Path(path).parent.is_dir():
        raise FileNotFoundError(f"there is no folder {Path(path).parent}: make it first")


def check_functions(name: str, functions: Iterable[Any]) -> None:
    """Refuse what cannot be called: TypeError."""
    for function in functions:
        if not callable(function):
            raise TypeError(f"{name} are functions, got {shown(function)}")


class Given:
    """The data, the batch size and the seed, as a part of a checkpoint that no training with others can load."""

    def __init__(self, batches: Batches[Any], seed: int | None) -> None:
        self.state = {"data": fingerprint(batches.rows), "batch_size": batches.batch_size, "seed": seed}

    def state_dict(self) -> dict[str, Any]:
        """The batch size, the seed, and a checksum of the data."""
        return dict(self.state)

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """ValueError for the state of a training that was given something else."""
        if different := [name for name in self.state if saved.get(name) != self.state[name]]:
            raise ValueError(
                f"it is from a training with another {' and another '.join(different)}: pass the same as then, or "
                "start anew without resume (on a command line --resume)"
            )


def fingerprint(data: Any) -> int:
    """A checksum of the numbers and texts in sequences of sequences; of anything else, only the type counts."""
    return zlib.crc32(_text(data).encode())


def _text(x: Any, outer: tuple[Any, ...] = ()) -> str:
    """The data as a text; what would not end, or be used up, is left out."""
    if type(x) is float:  # first, as most are
        return repr(x)
    if isinstance(x, str | Real):
        return repr(x) if isinstance(x, str) else repr(named_number("data", x))
    ends = len(outer) < DEEPEST and not any(x is each for each in outer)
    if isinstance(x, Iterable) and not isinstance(x, Iterator) and ends:
        return f"({','.join([_text(element, (*outer, x)) for element in x])})"
    return type(x).__name__
