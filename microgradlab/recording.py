"""A training, recorded step by step: what plots and the player show of it.

    >>> from microgradlab import losses, nn, optim
    >>> data = [((x,), 2.0 * x + 1.0) for x in (-1.0, 0.0, 1.0)]
    >>> model = nn.Neuron(1, seed=0)
    >>> optimizer = optim.SGD(model.parameters(), lr=0.5, momentum=0.5)
    >>> recording = record_training(model, data, loss=losses.mse_loss, optimizer=optimizer, epochs=3)
    >>> [round(frame.loss, 3) for frame in recording.frames]
    [1.434, 0.048, 0.271, 0.116]
    >>> recording.names, recording.frames[1].state[0]
    (('weights.0', 'bias'), (-1.07585027712446,))

A frame is how things stand before a step, and the last one how they stand after the last step.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from microgradlab.evaluation import mean_loss, mode
from microgradlab.nn import Module
from microgradlab.optim import Optimizer
from microgradlab.train import Training, begun, with_arguments_of


class Frame(NamedTuple):
    """A moment of a training; what is of each parameter is in the order of the optimizer's.

    `loss` is the mean over the batch, and `grads` are its gradients; `state` has what the optimizer keeps, by its
    `slots`. `epoch` and `step` are those of the step that comes; of the last frame, of the one that has been.
    """

    epoch: int
    step: int
    loss: float
    lr: float
    weights: tuple[float, ...]
    grads: tuple[float, ...]
    state: tuple[tuple[float, ...], ...]


@dataclass(eq=False)
class Recording:
    """A training that has been: its frames, and what it trained, as it is now, at the end."""

    model: Module
    data: list[Any]
    loss: Any
    optimizer: Optimizer
    frames: list[Frame]

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each parameter, as in the model's `state_dict`; of one that is not the model's, its number."""
        known = {id(parameter): name for name, parameter in self.model.named_parameters()}
        return tuple(known.get(id(p), f"parameter {i}") for i, p in enumerate(self.optimizer.parameters))

    def __repr__(self) -> str:
        last = self.frames[-1]
        return f"Recording of {last.step:,} steps: loss {self.frames[0].loss:.4f} → {last.loss:.4f}"


@with_arguments_of(Training)
def record_training(*arguments: Any, **named: Any) -> Recording:
    """Train as `fit` does, which tells the arguments, and keep every step."""
    training = begun("record_training", arguments, named)
    optimizer, frames, batch = training.optimizer, [], []

    def frame(epoch: int, step: int, loss: float, lr: float) -> Frame:
        weights, grads = zip(*((p.data, p.grad) for p in optimizer.parameters))
        return Frame(epoch, step, loss, lr, weights, grads, tuple(optimizer.state))

    for step in training.steps():
        frames.append(frame(step.epoch, step.step, step.loss, step.lr))
        batch = step.batch
    with mode(training.model, training=False):
        loss = mean_loss(training.model, batch, training.loss)
    optimizer.zero_grad()
    loss.backward()
    frames.append(frame(training.epoch, training.step, loss.data, optimizer.lr))
    return Recording(training.model, [*training.batches.rows], training.loss, optimizer, frames)
