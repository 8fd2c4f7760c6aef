"""Training by gradient descent: `fit` does it all, `training_steps` lets you look inside at every step.

    >>> from microgradlab import losses, nn, optim
    >>> data = [((x,), 2.0 * x + 1.0) for x in (-1.0, 0.0, 1.0)]
    >>> model = nn.Neuron(1, seed=0)
    >>> optimizer = optim.SGD(model.parameters(), lr=0.5)
    >>> for step in training_steps(model, data, loss=losses.mse_loss, optimizer=optimizer, epochs=3):
    ...     print(f"{step.epoch}: loss {step.loss:.4f}, its slope in b {model.bias.grad:.4f}")
    1: loss 1.4340, its slope in b -2.0000
    2: loss 0.0482, its slope in b -0.0000
    3: loss 0.0054, its slope in b 0.0000

A step runs the model on a batch, takes the mean of the losses, goes backward for the gradients (here you
look), and lets the optimizer move the weights. Validation, the schedule, early stopping, callbacks and the
checkpoint come between one epoch and the next, in this order.
"""

import inspect
import math
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Literal, NamedTuple, ParamSpec, TypeVar

from microgradlab.coercion import shown
from microgradlab.data import Batches
from microgradlab.data.pairs import as_pairs, check_whole
from microgradlab.early_stopping import EarlyStopping
from microgradlab.engine import no_grad
from microgradlab.errors import NonFiniteLossError
from microgradlab.evaluation import Data, Loss, Metric, accuracy, evaluate, mean_loss, mode, predicted_class
from microgradlab.files import FilePath
from microgradlab.given import Given, check_folder, check_functions, check_kinds
from microgradlab.history import Epoch, History, check_metrics
from microgradlab.nn import Module
from microgradlab.optim import Optimizer
from microgradlab.persist import load_checkpoint, save_checkpoint
from microgradlab.progress import progress_bar
from microgradlab.schedules import ReduceLROnPlateau, Schedule

__all__ = [
    "EarlyStopping",
    "Epoch",
    "History",
    "Training",
    "TrainingStep",
    "accuracy",
    "evaluate",
    "fit",
    "predicted_class",
    "training_steps",
]

PARTS = ("given", "model", "optimizer", "schedule", "batches", "early_stopping")  # all that a checkpoint holds
P = ParamSpec("P")
Result = TypeVar("Result")


class TrainingStep(NamedTuple):
    """A step as it stands before the weights move; epoch and step count from 1, the step through all epochs.

    `loss` is the mean over the batch; its gradients are in the parameters, and `lr` is what they will be
    moved with. Gradients that you change now, as `clip_grad_norm_` does, are the ones that are used.
    """

    epoch: int
    step: int
    loss: float
    lr: float
    batch: list[Any]


@dataclass(eq=False, repr=False)
class Training:
    """A training and how far it has come; its arguments are those of `fit`."""

    model: Module
    data: Data | Batches[Any]
    _: KW_ONLY
    loss: Loss
    optimizer: Optimizer
    epochs: int
    batch_size: int | None = None
    validation: Data | None = None
    metrics: Mapping[str, Metric] | None = None
    schedule: Schedule | ReduceLROnPlateau | None = None
    schedule_every: Literal["epoch", "step"] = "epoch"
    early_stopping: EarlyStopping | None = None
    callbacks: Iterable[Callable[[Epoch], Any]] = ()
    progress: bool = True
    seed: int = 0
    checkpoint: FilePath | None = None
    resume: bool = False
    history: History = field(init=False, default_factory=History)
    epoch: int = field(init=False, default=0)  # so many are done
    step: int = field(init=False, default=0)
    given: Given | None = field(init=False, default=None)
    good: list[float] = field(init=False, default_factory=list)  # the last weights whose loss was finite

    def __post_init__(self) -> None:
        check_kinds(vars(self))
        check_whole("epochs", self.epochs, least=1)
        check_metrics(self.metrics or {})
        self.callbacks = tuple(self.callbacks)
        check_functions("callbacks", self.callbacks)
        check_functions("metrics", (self.metrics or {}).values())
        if getattr(self.schedule, "optimizer", self.optimizer) is not self.optimizer:
            raise ValueError("the schedule is another optimizer's: make it with the optimizer that you pass")
        seed = None if isinstance(self.data, Batches) else self.seed
        if not isinstance(self.data, Batches):
            self.batches = Batches(self.data, self.batch_size, seed=self.seed)
        elif self.batch_size is None:
            self.batches = self.data
        else:
            raise ValueError("data comes in batches already: leave batch_size out")
        if self.validation is not None:
            self.validation = as_pairs(self.validation, "validation")
        elif self.early_stopping or self.metrics:
            raise ValueError("early_stopping and metrics look at validation data: pass some as validation=")
        if self.schedule_every not in ("epoch", "step"):
            raise ValueError(f"schedule_every is 'epoch' or 'step', got {shown(self.schedule_every)}")
        if self.resume and self.checkpoint is None:
            raise ValueError("resume=True goes on from a file: pass it as checkpoint=")
        if {*map(id, self.model.parameters())}.isdisjoint(map(id, self.optimizer.parameters)):
            raise ValueError("the optimizer has none of the model's parameters: make it with model.parameters()")
        if self.checkpoint is not None:
            check_folder(self.checkpoint)
            self.given = Given(self.batches, seed)

    def steps(self) -> Generator[TrainingStep, None, None]:
        """Train; yields every step before the weights move."""
        self._begin()
        total, done = self.epochs * len(self.batches), self.epoch * len(self.batches)
        with mode(self.model, training=True), progress_bar(total, done, self.progress) as advance:
            while self.epoch < self.epochs and not (self.early_stopping and self.early_stopping.stopped):
                for step in self._one_epoch():
                    yield step
                    advance(epoch=step.epoch, loss=step.loss)
        if self.early_stopping:
            self.early_stopping.restore_best(self.model)

    def _one_epoch(self) -> Iterator[TrainingStep]:
        """Gradient descent, once through the data."""
        self.model.train()  # also if a callback switched it to evaluation
        total, count, lr = 0.0, 0, self.optimizer.lr
        for batch in self.batches:
            self.step += 1
            loss, lr = self._finite_loss(batch), self.optimizer.lr
            self.optimizer.zero_grad()
            loss.backward()
            yield TrainingStep(self.epoch + 1, self.step, loss.data, lr, batch)
            self._update()
            self._step_schedule("step", loss.data)
            total, count = total + loss.data * len(batch), count + len(batch)
        self._end_epoch(total / count, lr)

    def _finite_loss(self, batch: list[Any]) -> Any:
        """The mean loss over a batch; an error if it is not finite."""
        loss = mean_loss(self.model, batch, self.loss)
        if not math.isfinite(loss.data):
            raise self._diverged(f"the loss became {loss.data}")
        return loss

    def _update(self) -> None:
        """Let the optimizer move the weights; an error, and back, if one is then not finite."""
        self.good = self._weights()
        self.optimizer.step()
        if not all(map(math.isfinite, self._weights())):
            raise self._diverged("a weight became inf or nan")

    def _weights(self) -> list[float]:
        return [parameter.data for parameter in self.optimizer.parameters]

    def _diverged(self, what: str) -> NonFiniteLossError:
        for parameter, data in zip(self.optimizer.parameters, self.good):
            parameter.data = data
        lr = self.optimizer.lr
        return NonFiniteLossError(
            f"{what} in epoch {self.epoch + 1}, step {self.step}, at a learning rate of {lr:g}: try {lr / 10:g}, clip "
            "the gradients, or look for extreme numbers in the data (the model has its last good weights)"
        )

    def _end_epoch(self, loss: float, lr: float) -> None:
        validation_loss, metrics = None, {}
        if self.validation is not None:
            with mode(self.model, training=False), no_grad():
                validation_loss = evaluate(self.model, self.validation, self.loss)
                metrics = {name: metric(self.model, self.validation) for name, metric in (self.metrics or {}).items()}
        self.epoch += 1
        self.history.append(Epoch(self.epoch, loss, lr, validation_loss, metrics))
        if self.early_stopping and validation_loss is not None:
            self.early_stopping.update(validation_loss, self.model)
        self._step_schedule("epoch", loss if validation_loss is None else validation_loss)
        for callback in self.callbacks:
            callback(self.history[-1])
        self._save()

    def _step_schedule(self, now: str, loss: float) -> None:
        if now != self.schedule_every:
            return
        if isinstance(self.schedule, ReduceLROnPlateau):
            self.schedule.step(loss)
        elif self.schedule:
            self.schedule.step()

    def _begin(self) -> None:
        """Start anew, or from the checkpoint."""
        if self.resume and self.checkpoint is not None and os.path.exists(self.checkpoint):
            saved = load_checkpoint(self.checkpoint, **self._parts())
            self.epoch, self.step = saved.epoch, saved.epoch * len(self.batches)
            self.history[:] = saved.history
        else:
            if self.early_stopping:
                self.early_stopping.reset()
            self._save()

    def _save(self) -> None:
        if self.checkpoint is not None:
            save_checkpoint(self.checkpoint, epoch=self.epoch, history=self.history, **self._parts())

    def _parts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in PARTS}


def with_arguments_of(other: Callable[P, Any]) -> Callable[[Callable[..., Result]], Callable[P, Result]]:
    """Give a function that hands all its arguments on the signature of what it hands them to."""

    def sign(function: Callable[..., Result]) -> Callable[P, Result]:
        returns = inspect.signature(function).return_annotation
        signature = inspect.signature(other).replace(return_annotation=returns)
        function.__signature__ = signature  # type: ignore[attr-defined]
        return function

    return sign


def begun(name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Training:
    """The training; an argument that is missing or unknown is an error of the function that was called."""
    try:
        inspect.signature(Training).bind(*arguments, **named)
    except TypeError as error:
        raise TypeError(f"{name}: {error}") from None
    return Training(*arguments, **named)


@with_arguments_of(Training)
def fit(*arguments: Any, **named: Any) -> History:
    """Train to the end, and return the figures of every epoch.

    The data are `(inputs, target)` pairs, dealt in batches of `batch_size` (None: all in one) in an order
    drawn from `seed`; or `Batches`. `loss(output, target)` is that of one example. `epochs` counts all, those
    before a resume included.

    After each epoch come, in this order: on the `validation` pairs, the loss and the `metrics`, such as
    `{"accuracy": accuracy}`; `early_stopping`; a step of the `schedule`, which on a plateau looks at the
    validation loss, or without one at the training loss (schedule_every="step" steps it after every batch
    instead, as OneCycleLR wants it); and the `callbacks`, each called with the epoch's figures
    (`callbacks=[print]`). `progress` shows a bar where one can be seen.

    The file `checkpoint` is written at the beginning and after each epoch. With `resume`, a training goes on
    from there, if the file exists: given the same arguments, one that was killed ends in the same bits as one
    that was not.

    Raises:
        NonFiniteLossError: the loss or a weight became inf or nan. The model is left with the last weights
            whose loss was finite; the optimizer is spoiled.
        FileFormatError: a checkpoint that is damaged, or of another network or optimizer, other data, batch size
            or seed. Nothing has changed.
        ValueError, TypeError: arguments that are wrong or do not go together.
    """
    training = begun("fit", arguments, named)
    for _ in training.steps():
        pass
    return training.history


@with_arguments_of(Training)
def training_steps(*arguments: Any, **named: Any) -> Generator[TrainingStep, None, None]:
    """Train as `fit` does, which tells the arguments, and yield every step just before the weights move."""
    return begun("training_steps", arguments, named).steps()
