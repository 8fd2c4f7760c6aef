"""Early stopping: end a training when it no longer gets better on data that it does not learn from."""

from dataclasses import dataclass, field
from math import inf
from typing import Annotated

from microgradlab.nn import Module
from microgradlab.settings import NUMBER, Count, NonNegative, PositiveInt, Rule, Settings, is_number

Weights = Annotated[
    dict[str, float],
    Rule("numbers by name", lambda x: isinstance(x, dict) and all(map(is_number, x.values()))),
]


@dataclass(eq=False)
class EarlyStopping(Settings):
    """Stop after `patience` epochs without a new best validation loss; the best weights return at the end.

    A new best is lower than the one before by more than `min_delta`; nan is never one. The validation
    data have thus been used to choose the weights: judge them by others (Prechelt, 1998).
    """

    patience: PositiveInt
    min_delta: NonNegative = 0.0
    best: float = field(init=False, default=inf)
    waited: Count = field(init=False, default=0)
    weights: Weights = field(init=False, default_factory=dict)

    kind = "early_stopping"

    @property
    def stopped(self) -> bool:
        """Whether its patience has come to an end."""
        return self.waited >= self.patience

    def reset(self) -> None:
        """Forget all epochs."""
        self.best, self.waited, self.weights = inf, 0, {}

    def update(self, loss: float, model: Module) -> None:
        """Take note of an epoch: its validation loss and, if that is a new best, the weights."""
        loss, waited = NUMBER.check("loss", loss), self.waited + 1
        if loss < self.best - self.min_delta:
            self.best, waited, self.weights = loss, 0, model.state_dict()
        self.waited = waited

    def restore_best(self, model: Module) -> None:
        """Give the model its best weights, if there are any."""
        if self.weights:
            model.load_state_dict(self.weights)

    def __repr__(self) -> str:
        return f"EarlyStopping(patience={self.patience}, min_delta={self.min_delta}, best={self.best})"
