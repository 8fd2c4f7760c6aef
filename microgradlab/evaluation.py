"""How good a model is: its loss and its accuracy, on examples it has not been trained on."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from statistics import fmean
from typing import Any, TypeAlias

from microgradlab import ops
from microgradlab.data.pairs import as_pairs
from microgradlab.engine import Value, no_grad
from microgradlab.nn import Module

Data: TypeAlias = Iterable[tuple[Any, Any]]
"""The `(inputs, target)` pairs of examples."""
Loss: TypeAlias = Callable[[Any, Any], Any]
"""The loss of one example, from the model's output and the target."""
Metric: TypeAlias = Callable[[Module, Any], float]
"""A figure of a model on a data set, such as `accuracy`."""


def evaluate(model: Module, data: Data, loss: Loss) -> float:
    """The mean loss over the examples, in evaluation mode and without a graph."""
    with mode(model, training=False), no_grad():
        return float(ops.mean([_number(loss(model(inputs), target)) for inputs, target in as_pairs(data)]))


def accuracy(model: Module, data: Data) -> float:
    """The share of examples whose class the model predicts, from 0 to 1.

    Targets are class indices; for a single output they are 0 or 1, or else -1 or 1.
    """
    with mode(model, training=False), no_grad():
        return fmean(predicted_class(model(inputs)) == max(target, 0) for inputs, target in as_pairs(data))


def predicted_class(output: Any) -> int:
    """The class an output stands for: where the largest logit is, or for a single one whether it is above 0."""
    if isinstance(output, list | tuple):
        return max(range(len(output)), key=lambda i: _number(output[i]))
    return int(_number(output) > 0.0)


def mean_loss(model: Module, data: Data, loss: Loss) -> Any:
    """The mean loss over the examples, as the end of a graph."""
    losses = [loss(model(inputs), target) for inputs, target in data]
    if Value in map(type, losses):
        return ops.mean(losses)
    if not any(hasattr(one, "backward") for one in losses):
        raise TypeError(
            f"loss(output, target) must give a Value for one example, got {losses[0]!r:.60}: stay in the graph, "
            "x.exp() instead of math.exp(x) and x.relu() instead of max(0, x)"
        )
    return sum(losses[1:], losses[0]) * (1.0 / len(losses))  # in + and *, as the numbers are not ours


@contextmanager
def mode(model: Module, *, training: bool) -> Iterator[None]:
    """Have the model in training or in evaluation mode; afterwards each module is in its own again."""
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
