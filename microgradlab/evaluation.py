"""How good a model is: its loss and its accuracy, on examples it has not been trained on."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from statistics import fmean
from typing import Any, TypeAlias

from microgradlab import ops
from microgradlab.coercion import named_number, shown
from microgradlab.data.pairs import as_pairs
from microgradlab.engine import Value, no_grad
from microgradlab.nn import Module
from microgradlab.settings import FLAG

Data: TypeAlias = Iterable[tuple[Any, Any]]
"""The `(inputs, target)` pairs of examples."""
Loss: TypeAlias = Callable[[Any, Any], Any]
"""The loss of one example, from the model's output and the target."""
Metric: TypeAlias = Callable[[Module, Any], float]
"""A figure of a model on a data set, such as `accuracy`."""


def evaluate(model: Module, data: Data, loss: Loss) -> float:
    """The mean loss over the examples, in evaluation mode and without a graph."""
    pairs = as_pairs(data)
    if not callable(loss):
        raise TypeError(f"loss is a function such as losses.mse_loss, got {shown(loss)}")
    with mode(model, training=False), no_grad():
        found = [_number(loss(model(inputs), target)) for inputs, target in pairs]
    return float(ops.mean([named_number("loss(output, target)", one) for one in found]))


def accuracy(model: Module, data: Data) -> float:
    """The share of examples whose class the model predicts, from 0 to 1.

    Targets are class indices; for a single output they are 0 or 1, or else -1 or 1.
    """
    pairs = as_pairs(data)
    with mode(model, training=False), no_grad():
        return fmean(_is_right(model(inputs), target) for inputs, target in pairs)


def _is_right(output: Any, target: Any) -> bool:
    """Whether the output stands for the class of the target; ValueError for a target that is no class of it."""
    classes = range(len(output)) if isinstance(output, list | tuple) else (-1, 0, 1)
    if isinstance(target, list | tuple) or target not in classes:
        raise ValueError(f"target must be a class index from {classes[0]} to {classes[-1]}, got {shown(target)}")
    return bool(predicted_class(output) == max(target, 0))


def predicted_class(output: Any) -> int:
    """The class an output stands for: where the largest logit is, or for a single one whether it is above 0."""
    if isinstance(output, list | tuple) and output:
        logits = [named_number("output", _number(logit)) for logit in output]
        return logits.index(max(logits))
    return int(named_number("output", _number(output)) > 0.0)


def mean_loss(model: Module, data: Data, loss: Loss) -> Any:
    """The mean loss over the examples, as the end of a graph."""
    losses = [loss(model(inputs), target) for inputs, target in data]
    if not losses:
        raise ValueError("data is empty: give it at least one (inputs, target) pair")
    if Value in map(type, losses):
        return ops.mean(losses)
    if not any(hasattr(one, "backward") for one in losses):
        raise TypeError(
            f"loss(output, target) must give a Value for one example, got {shown(losses[0])}: stay in the graph, "
            "x.exp() instead of math.exp(x) and x.relu() instead of max(0, x)"
        )
    return sum(losses[1:], losses[0]) * (1.0 / len(losses))  # in + and *, as the numbers are not ours


@contextmanager
def mode(model: Module, *, training: bool) -> Iterator[None]:
    """Have the model in training or in evaluation mode; afterwards each module is in its own again."""
    if not isinstance(model, Module):
        raise TypeError(f"model is a module, such as nn.MLP(2, [16, 1]), got {shown(model)}")
    FLAG.check("training", training)
    before = [(module, module.training) for _, module in model.named_modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, was_training in before:
            module.training = was_training


def _number(x: Any) -> Any:
    """The number in a Value of any class."""
    return getattr(x, "data", x)
