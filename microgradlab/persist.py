"""Save and load: a trained model, or a training half done, as a text that people can read.

    save(model, "moons.json", extra={"classes": ["upper", "lower"]})
    model = load("moons.json")

A file is JSON in which every float has all its digits; nothing in it is ever run. It is written
under another name and then renamed: whenever the power fails, the old file or the new one is
there, whole. What can be saved is whatever has a `state_dict()`, and a `load_state_dict()` that
takes all or nothing. A file that cannot be used is a FileFormatError, and nothing has changed.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, NamedTuple, Protocol

from microgradlab.errors import FileFormatError
from microgradlab.files import FilePath, Shapes, blaming, read, write
from microgradlab.history import History
from microgradlab.nn import MLP, Module

MODEL: Shapes = {"network": (dict, NoneType), "extra": (dict,), "states": (dict,)}
CHECKPOINT: Shapes = {"epoch": (int,), "history": (dict,), "extra": (dict,), "states": (dict,)}


class Stateful(Protocol):
    """Anything with a state to save, such as an optimizer; ValueError for a state that is unfit."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, saved: dict[str, Any], /) -> None: ...


class Checkpoint(NamedTuple):
    """What `load_checkpoint` returns: the number of epochs done, their figures, and your extra."""

    epoch: int
    history: History
    extra: dict[str, Any]


def save(model: Module, path: FilePath, extra: Mapping[str, Any] | None = None) -> None:
    """Write the model's weights to a file, of an MLP also how to build it.

    `extra` is a dictionary of your own for `load_extra`, such as the names of classes and columns,
    or the state of a Standardizer; a tuple in it comes back as a list.
    """
    states = {"model": _Weights(model).state_dict()}
    write(path, "model", {"network": _description(model), "extra": extra or {}, "states": states})


def load(path: FilePath) -> MLP:
    """Return the MLP that was saved; for other modules, build one and call `load_into`."""
    content = read(path, "model", MODEL)
    if content["network"] is None:
        raise FileFormatError(f"{path} has weights only: build the model, then load_into(model, {str(path)!r})")
    with blaming(path):
        model = _built(**content["network"], weights=content["states"]["model"])
    _load_states(path, content, {"model": _Weights(model)})
    return model


def load_into(model: Module, path: FilePath) -> None:
    """Set the weights of a model, built as the saved one was, to those in the file."""
    _load_states(path, read(path, "model", MODEL), {"model": _Weights(model)})


def load_extra(path: FilePath) -> dict[str, Any]:
    """Return the `extra` that a model was saved with."""
    extra: dict[str, Any] = read(path, "model", MODEL)["extra"]
    return extra


def save_checkpoint(
    path: FilePath,
    *,
    epoch: int,
    history: History | None = None,
    extra: Mapping[str, Any] | None = None,
    model: Module,
    **others: Stateful | None,
) -> None:
    """Write all that a training needs to go on as if it had never stopped, after so many epochs.

    `others` are the optimizer, the schedule, the batches, and whatever else has a state, each by a
    name of your choice. The random generators inside the model, such as a Dropout's, go with it.
    """
    states = {name: part.state_dict() for name, part in _parts(model, others).items()}
    content = {"epoch": epoch, "history": (history or History()).to_dict(), "extra": extra or {}, "states": states}
    write(path, "checkpoint", content)


def load_checkpoint(path: FilePath, *, model: Module, **others: Stateful | None) -> Checkpoint:
    """Bring the model and the others, made and named as when they were saved, to their states."""
    content = read(path, "checkpoint", CHECKPOINT)
    with blaming(path):
        if content["epoch"] < 0:
            raise ValueError("its epoch is below 0")
        checkpoint = Checkpoint(content["epoch"], History.from_dict(content["history"]), content["extra"])
    _load_states(path, content, _parts(model, others))
    return checkpoint


# The parts of a checkpoint


@dataclass
class _Weights:
    """A model's weights as a part with a state, in which only numbers pass."""

    model: Module

    def state_dict(self) -> dict[str, Any]:
        return {name: float(weight) for name, weight in self.model.state_dict().items()}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        for name, weight in saved.items():
            if type(weight) not in (int, float):
                raise ValueError(f"{name} is a number, got {weight!r:.40}")
        self.model.load_state_dict(saved)


@dataclass
class _Generators:
    """The random generators inside a model, by their module's name."""

    model: Module

    def _found(self) -> dict[str, random.Random]:
        found = {name: getattr(module, "random", None) for name, module in self.model.named_modules()}
        return {name: generator for name, generator in found.items() if isinstance(generator, random.Random)}

    def state_dict(self) -> dict[str, Any]:
        return {name: generator.getstate() for name, generator in self._found().items()}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        generators = self._found()
        if saved.keys() != generators.keys():
            raise ValueError(f"the model has random generators in {[*generators]}, the file has {[*saved]}")
        for name, (version, numbers, gauss) in saved.items():
            if not isinstance(gauss, float | None):
                raise ValueError(f"{name} has no random state")
            generators[name].setstate((version, tuple(numbers), gauss))


def _parts(model: Module, others: Mapping[str, Stateful | None]) -> dict[str, Stateful]:
    given = {name: part for name, part in others.items() if part is not None}
    return {"model": _Weights(model), "random": _Generators(model), **given}


def _load_states(path: FilePath, content: dict[str, Any], parts: Mapping[str, Stateful]) -> None:
    """Bring every part to its state; if one state does not fit, all back to where they were."""
    states = content["states"]
    with blaming(path):
        if states.keys() != parts.keys():
            raise ValueError(f"it holds the states of {', '.join(states)}; you passed {', '.join(parts)}")
        before = {name: part.state_dict() for name, part in parts.items()}
        try:
            for name, part in parts.items():
                part.load_state_dict(states[name])
        except BaseException:
            for name, part in parts.items():
                part.load_state_dict(before[name])
            raise


# How to build an MLP


def _description(model: Module) -> dict[str, Any] | None:
    """The arguments that build the model again; None if it is not an MLP with a named activation."""
    if type(model) is not MLP or not isinstance(model.activation, str):
        return None
    widths = [layer.outputs for layer in model.layers]
    return {"class": "MLP", "inputs": model.layers[0].inputs, "widths": widths, "activation": model.activation}


def _built(*, inputs: int, widths: list[int], activation: str, weights: dict[str, float], **kind: str) -> MLP:
    """The MLP of that description; its size is held against the weights before it is built."""
    sizes = [inputs, *widths]
    if kind != {"class": "MLP"} or not all(type(size) is int and size > 0 for size in sizes):
        raise ValueError(f"a network is an MLP with whole numbers as widths, got {kind} {sizes}")
    if sum((before + 1) * after for before, after in zip(sizes, widths)) != len(weights):
        raise ValueError(f"{len(weights)} weights are not those of an MLP of the widths {sizes}")
    return MLP(inputs, widths, activation)
