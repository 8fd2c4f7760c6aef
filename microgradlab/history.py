"""What a training leaves behind: a row of figures for every epoch.

>>> history = History([Epoch(1, loss=0.7, lr=0.1), Epoch(2, loss=0.4, lr=0.1)])
>>> history
epoch    loss   lr
    1  0.7000  0.1
    2  0.4000  0.1
>>> history.column("loss")
[0.7, 0.4]
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from microgradlab.coercion import shown
from microgradlab.settings import is_count, is_number

MOST_ROWS = 20  # a longer history is printed with its middle left out
FIGURES = ("epoch", "loss", "validation_loss", "lr")  # of every training; a metric has another name


@dataclass(frozen=True)
class Epoch:
    """The figures of one epoch; epochs count from 1.

    `loss` is the mean over the training examples, each taken when its batch came by; `lr` the
    learning rate of the last step; `validation_loss` and `metrics` are measured after it, and are
    None and empty without validation data. TypeError for what is no number.
    """

    epoch: int
    loss: float
    lr: float
    validation_loss: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not is_count(self.epoch, 1):
            raise TypeError(f"epoch is a whole number from 1 up, got {shown(self.epoch)}")
        check_metrics(self.metrics)
        for name, figure in {"loss": self.loss, **self.figures()}.items():
            if not is_number(figure):
                raise TypeError(f"{name} is a number, got {shown(figure)}")

    def figures(self) -> dict[str, Any]:
        """Every figure by name, those that were not measured left out."""
        named = {"epoch": self.epoch, "loss": self.loss, "validation_loss": self.validation_loss}
        measured = {name: figure for name, figure in named.items() if figure is not None}
        return {**measured, **self.metrics, "lr": self.lr}

    def __str__(self) -> str:
        """One line, so that `callbacks=[print]` reports every epoch."""
        return "  ".join(f"{name} {_shown(name, x)}" for name, x in self.figures().items())


def check_metrics(metrics: Any) -> None:
    """Refuse what is no dictionary by name, and a name that another figure has: TypeError or ValueError."""
    if not isinstance(metrics, Mapping) or not all(isinstance(name, str) for name in metrics):
        raise TypeError(f"metrics are in a dictionary by name, {{'accuracy': …}}, got {shown(metrics)}")
    if taken := [name for name in metrics if name in FIGURES]:
        raise ValueError(f"a metric cannot be called {taken[0]!r}, as another figure is: choose another name")


class History(list[Epoch]):
    """The epochs of a training, oldest first: a list whose repr is a table."""

    def column(self, name: str) -> list[float]:
        """One figure through all epochs: "loss", "validation_loss", "lr", or a metric's name.

        Raises KeyError for a figure that was not measured.
        """
        if unmeasured := [row for row in self if name not in [*row.figures()]]:
            measured = ", ".join(unmeasured[0].figures())
            raise KeyError(f"no {shown(name)} was measured in epoch {unmeasured[0].epoch}: there are {measured}")
        return [row.figures()[name] for row in self]

    def to_dict(self) -> dict[str, Any]:
        """The history as JSON can hold it, apart from inf and nan."""
        return {"epochs": [asdict(row) for row in self]}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """The history that `to_dict` described; ValueError if it is not that."""
        rows = saved["epochs"] if isinstance(saved, Mapping) and saved.keys() == {"epochs"} else saved
        names = [f.name for f in fields(Epoch)]
        if not isinstance(rows, list):
            raise ValueError(f"this is no history: it has a list of epochs and nothing else, got {shown(rows)}")
        for row in rows:
            if not isinstance(row, dict) or row.keys() != {*names} or not isinstance(row["metrics"], dict):
                raise ValueError(f"this is no history: an epoch has {', '.join(names)}, got {shown(row)}")
        try:
            return cls(Epoch(**row) for row in rows)
        except TypeError as problem:
            raise ValueError(f"this is no history: {problem}") from problem

    def __repr__(self) -> str:
        """A table with a row per epoch; of a long history, the first and the last epochs."""
        if not self:
            return "History of no epochs"
        rows = [list(self[0].figures())]
        rows += [[_shown(name, x) for name, x in row.figures().items()] for row in self]
        if len(self) > MOST_ROWS:
            rows[MOST_ROWS // 2 + 1 : -MOST_ROWS // 2] = [["…"] * len(rows[0])]
        widths = [max(map(len, column)) for column in zip(*rows)]
        return "\n".join("  ".join(map(str.rjust, row, widths)) for row in rows)


def _shown(name: str, figure: float) -> str:
    return f"{figure:g}" if name in ("epoch", "lr") else f"{figure:.4f}"
