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

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from microgradlab.errors import NonFiniteLossError
from microgradlab.evaluation import mean_loss, mode
from microgradlab.history import History
from microgradlab.nn import Module
from microgradlab.optim import Optimizer
from microgradlab.train import Training, begun, with_arguments_of


class Frame(NamedTuple):
    """A moment of a training; what is of each parameter is in the order of the optimizer's.

    `loss` is the mean over the batch, and `grads` are its gradients; `state` has what the optimizer keeps, by its
    `slots`. `epoch` and `step` are those of the step that comes, and `moves` what it adds to each weight; of the last
    frame, `epoch` and `step` are those of the step that has been, and there are no moves.
    """

    epoch: int
    step: int
    loss: float
    lr: float
    weights: tuple[float, ...]
    grads: tuple[float, ...]
    state: tuple[tuple[float, ...], ...]
    moves: tuple[float, ...] = ()


@dataclass(eq=False)
class Recording:
    """A training that has been: its frames, and what it trained, as it is now, at the end.

    `history` is what `fit` returns. `restored`: early stopping brought the weights of an earlier step back, and the
    last frame has them.
    """

    model: Module
    data: list[Any]
    loss: Any
    optimizer: Optimizer
    frames: list[Frame]
    history: History = field(default_factory=History)
    restored: bool = False

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
    """Train as `fit` does, which tells the arguments, and keep every step.

    Raises what `fit` raises; a NonFiniteLossError has the recording up to there, as its `recording`.
    """
    training = begun("record_training", arguments, named)
    film = _Film(training)
    try:
        film.run()
    except NonFiniteLossError as error:
        if film.frames:
            error.recording = film.recording()
        raise
    return film.recording()


class _Film:
    """The frames of a training, while it runs."""

    def __init__(self, training: Training) -> None:
        self.training, self.optimizer = training, training.optimizer
        self.frames: list[Frame] = []
        self.batch: list[Any] = []
        self.arrived: tuple[float, ...] = ()  # the weights after the last step
        training.callbacks = (*training.callbacks, lambda _: self.moved())  # before early stopping restores any weights

    def run(self) -> None:
        """Train."""
        for step in self.training.steps():
            if self.frames:
                self.moved()
            self.frames.append(self.frame(step.epoch, step.step, step.loss, step.lr))
            self.batch = step.batch
        if not self.frames:
            raise ValueError("there was nothing left to train: the checkpoint has all epochs; ask for more, epochs=…")

    def frame(self, epoch: int, step: int, loss: float, lr: float) -> Frame:
        """How things stand."""
        weights, grads = zip(*((p.data, p.grad) for p in self.optimizer.parameters))
        return Frame(epoch, step, loss, lr, weights, grads, tuple(self.optimizer.state))

    def moved(self) -> None:
        """Tell the last frame what its step added to each weight, when that has been."""
        last = self.frames[-1]
        if not last.moves:
            self.arrived = tuple(p.data for p in self.optimizer.parameters)
            moves = tuple(after - before for after, before in zip(self.arrived, last.weights))
            self.frames[-1] = last._replace(moves=moves)

    def recording(self) -> Recording:
        """All frames, with one for how things stand at the end."""
        training, last = self.training, self.frames[-1]
        with mode(training.model, training=False):
            loss = mean_loss(training.model, self.batch, training.loss)
        self.optimizer.zero_grad()
        loss.backward()
        end = self.frame(training.epoch or last.epoch, last.step, loss.data, self.optimizer.lr)
        restored = bool(training.early_stopping) and end.weights != self.arrived
        frames = [*self.frames, end]
        return Recording(
            training.model, [*training.batches.rows], training.loss, self.optimizer, frames, training.history, restored
        )
