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

from microgradlab.coercion import shown
from microgradlab.data.pairs import random_words
from microgradlab.errors import FileFormatError
from microgradlab.files import FilePath, Shapes, blaming, read, write
from microgradlab.history import History
from microgradlab.nn import MLP, Layer, Module, Neuron
from microgradlab.settings import is_count, is_number

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
    write(path, "model", {"network": _description(model), "extra": _checked(extra), "states": states})


def load(path: FilePath) -> MLP:
    """Return the MLP that was saved; for other modules, build one and call `load_into`."""
    content = read(path, "model", MODEL)
    if content["network"] is None:
        raise FileFormatError(f"{path} has weights only: build the model, then load_into(model, {str(path)!r})")
    with blaming(path):
        model = _built(content["network"], len(content["states"].get("model", ())))
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
    if not is_count(epoch):
        raise ValueError(f"epoch is the number of epochs done, got {shown(epoch)}")
    if not isinstance(history, History | None):
        raise TypeError(f"history is what fit returns, or left out, got {shown(history)}")
    states = {name: part.state_dict() for name, part in _parts(model, others).items()}
    figures = (history or History()).to_dict()
    content = {"epoch": epoch, "history": figures, "extra": _checked(extra), "states": states}
    write(path, "checkpoint", content)


def load_checkpoint(path: FilePath, *, model: Module, **others: Stateful | None) -> Checkpoint:
    """Bring the model and the others, made and named as when they were saved, to their states."""
    content = read(path, "checkpoint", CHECKPOINT)
    with blaming(path):
        if not is_count(content["epoch"]):
            raise ValueError(f"its epoch is the number of epochs done, got {content['epoch']!r:.40}")
        checkpoint = Checkpoint(content["epoch"], History.from_dict(content["history"]), content["extra"])
    _load_states(path, content, _parts(model, others))
    return checkpoint


def _checked(extra: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if not isinstance(extra, Mapping | None):
        raise TypeError(f"extra is a dictionary of your own, such as {{'classes': […]}}, got {shown(extra)}")
    return extra or {}


# The parts of a checkpoint


@dataclass
class _Weights:
    """A model's weights as a part with a state, in which only numbers pass."""

    model: Module

    def __post_init__(self) -> None:
        if not isinstance(self.model, Module):
            raise TypeError(f"model is a module such as nn.MLP(2, [16, 1]), got {shown(self.model)}")

    def state_dict(self) -> dict[str, Any]:
        return {name: float(weight) for name, weight in self.model.state_dict().items()}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        for name, weight in saved.items():
            if not is_number(weight):
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
            raise ValueError(f"the model has random generators in {[*generators]}, the file in {[*saved]!r:.100}")
        for name, state in saved.items():
            if not isinstance(state, list | tuple) or len(state) != 3 or state[0] != random.Random.VERSION:
                raise ValueError(f"the random state of {name!r:.60} cannot be {state!r:.40}")
            version, numbers, gauss = state
            if not isinstance(gauss, float | None):
                raise ValueError(f"the random state of {name!r:.60} cannot end with {gauss!r:.40}")
            generators[name].setstate((version, random_words(numbers), gauss))


def _parts(model: Module, others: Mapping[str, Stateful | None]) -> dict[str, Stateful]:
    given = {name: part for name, part in others.items() if part is not None}
    for name, part in given.items():
        if not hasattr(part, "state_dict") or not hasattr(part, "load_state_dict"):
            raise TypeError(f"{name} is a part with state_dict() and load_state_dict(), got {shown(part)}")
    if "random" in given:
        raise ValueError("random is the name of the model's generators: call your part something else")
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
    """What builds the model again; None if that would be another, as for one that was changed by hand."""
    if type(model) is not MLP or {*map(type, model.layers)} != {Layer}:
        return None
    sizes = [int(model.layers[0].inputs), *(int(layer.outputs) for layer in model.layers)]
    network = {"class": "MLP", "inputs": sizes[0], "widths": sizes[1:], "activation": model.activation}
    try:
        twin = _built(network, len(model.state_dict()))
    except ValueError:
        return None
    return network if _plan(twin) == _plan(model) else None


def _plan(model: Module) -> list[Any]:
    """The names of a model's parameters, and what each neuron really does with its sum."""
    neurons = [(name, repr(part._activate)) for name, part in model.named_modules() if type(part) is Neuron]
    return [*model.state_dict(), *neurons]


def _built(network: dict[str, Any], count: int) -> MLP:
    """The MLP of that description; its size is held against the number of weights before it is built."""
    if network.keys() != {"class", "inputs", "widths", "activation"} or network["class"] != "MLP":
        raise ValueError(f"a network is an MLP with inputs, widths and activation, got {network!r:.100}")
    inputs, widths, activation = network["inputs"], network["widths"], network["activation"]
    sizes = [inputs, *widths] if type(widths) is list else []
    if not sizes or not all(type(size) is int and size > 0 for size in sizes) or type(activation) is not str:
        raise ValueError(f"a network has whole numbers as widths, and a name as activation, got {network!r:.100}")
    if sum((before + 1) * after for before, after in zip(sizes, widths)) != count:
        raise ValueError(f"{count} weights are not those of an MLP of the widths {sizes!r:.100}")
    return MLP(inputs, widths, activation)
