"""What happens inside a network while it trains, layer by layer: how large its gradients are, and which units died."""

from collections.abc import Iterable
from math import hypot
from typing import Any

from microgradlab.coercion import shown
from microgradlab.module import Module, names_of
from microgradlab.nn import Layer, Neuron
from microgradlab.plots.epochs import STEPS, steps_taken
from microgradlab.plots.style import legend, line, palette_of, panel, whole_numbers
from microgradlab.recording import Recording


def gradient_norms(recording: Recording, ax: Any = None, theme: str = "light") -> Any:
    """The norm of each layer's gradient, the root of the sum of squares over its parameters, step by step.

    A parameter that is in no Layer counts to the attribute of the model that holds it. The axis is logarithmic,
    and a gradient of 0 is left out; where all are 0, the axis is linear. Returns the axes.
    """
    palette_of(theme, ax)
    xs, layers = steps_taken(_checked(recording)), _places_by_layer(recording)
    norms = {
        name: [hypot(*(frame.grads[i] for i in places)) for frame in recording.frames]
        for name, places in layers.items()
    }
    ax = panel(ax, theme, STEPS, "gradient norm (loss per weight)")
    if any(max(each) > 0.0 for each in norms.values()):
        ax.set_yscale("log", nonpositive="mask")
    for place, (name, ys) in enumerate(norms.items()):
        line(ax, theme, xs, ys, name, place)
    legend(ax, theme)
    whole_numbers(ax.xaxis)
    return ax


def dead_units(recording: Recording, ax: Any = None, theme: str = "light") -> Any:
    """The share of dead neurons in each hidden layer, in % and by epoch.

    A neuron is dead in an epoch in which its weights and its bias had a gradient of exactly 0 at every step, so that
    gradient descent could not move it: a relu that gives 0 for all the data. The last Layer is no hidden one.
    Returns the axes. ValueError if there is no hidden Layer.
    """
    palette_of(theme, ax)
    steps_taken(_checked(recording))
    layers = _neurons_of_hidden_layers(recording)
    moved = _moved_by_epoch(recording)
    ax = panel(ax, theme, "epoch", "dead units (% of a hidden layer)")
    for place, (name, neurons) in enumerate(layers.items()):
        dead = [100.0 * sum(places.isdisjoint(those) for places in neurons) / len(neurons) for those in moved.values()]
        line(ax, theme, [*moved], dead, name, place)
    ax.set_ylim(-2.0, 102.0)
    legend(ax, theme)
    whole_numbers(ax.xaxis)
    return ax


def modules_around(model: Module, kind: type[Module]) -> dict[int, Module]:
    """By the id of each parameter that is in a module of this kind: that module, the innermost one."""
    return {id(p): m for _, m in model.named_modules() if isinstance(m, kind) for p in m.parameters()}


def _checked(recording: Any) -> Recording:
    if not isinstance(recording, Recording):
        raise TypeError(f"recording is what record_training returns, got {shown(recording)}")
    return recording


def _names_of_layers(model: Module) -> dict[int, str]:
    """By the id of each layer: what people call it, "Layer 1", or "MLP 2, Layer 1" where it is deeper inside."""
    modules = dict(model.named_modules())
    names = {}
    for path, module in modules.items():
        if isinstance(module, Layer):
            scope = [outer for name, outer in modules.items() if not name or f"{path}.".startswith(f"{name}.")]
            names[id(module)] = ", ".join(names_of(scope)[1:]) or "Layer"
    return names


def _places_by_layer(recording: Recording) -> dict[str, list[int]]:
    """By the name of each layer: where its parameters are in a frame."""
    layers, names = modules_around(recording.model, Layer), _names_of_layers(recording.model)
    places: dict[str, list[int]] = {}
    for i, (parameter, name) in enumerate(zip(recording.optimizer.parameters, recording.names)):
        layer = layers.get(id(parameter))
        places.setdefault(names[id(layer)] if layer else name.split(".")[0], []).append(i)
    return places


def _neurons_of_hidden_layers(recording: Recording) -> dict[str, list[set[int]]]:
    """By the name of each hidden layer: for each neuron that is trained, where its parameters are in a frame."""
    place_of = {id(parameter): i for i, parameter in enumerate(recording.optimizer.parameters)}
    named = [*_names_of_layers(recording.model).items()][:-1]
    layers = {id(module): module for _, module in recording.model.named_modules()}
    found = {name: [*_places_of_neurons(layers[layer], place_of)] for layer, name in named}
    if not any(found.values()):
        raise ValueError(f"a unit is dead in a hidden Layer that is trained, and there is none in {recording.model!r}")
    return {name: neurons for name, neurons in found.items() if neurons}


def _places_of_neurons(layer: Module, place_of: dict[int, int]) -> Iterable[set[int]]:
    for _, module in layer.named_modules():
        if isinstance(module, Neuron):
            places = {place_of[id(p)] for p in module.parameters() if id(p) in place_of}
            if places:
                yield places


def _moved_by_epoch(recording: Recording) -> dict[int, set[int]]:
    """By epoch: the places of the parameters that had a gradient in one of its steps."""
    moved: dict[int, set[int]] = {}
    for frame in recording.frames[:-1]:  # the last is no step
        moved.setdefault(frame.epoch, set()).update(i for i, grad in enumerate(frame.grads) if grad)
    return moved
