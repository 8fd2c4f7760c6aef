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
from dataclasses import asdict, dataclass, field
from typing import Any, Self

MOST_ROWS = 20  # a longer history is printed with its middle left out


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
        for name, figure in self.figures().items():
            if not isinstance(figure, int | float) or isinstance(figure, bool):
                raise TypeError(f"{name} is a number, got {figure!r}")

    def figures(self) -> dict[str, Any]:
        """Every figure by name, those that were not measured left out."""
        named = {"epoch": self.epoch, "loss": self.loss, "validation_loss": self.validation_loss}
        measured = {name: figure for name, figure in named.items() if figure is not None}
        return {**measured, **self.metrics, "lr": self.lr}

    def __str__(self) -> str:
        """One line, so that `callbacks=[print]` reports every epoch."""
        return "  ".join(f"{name} {_shown(name, x)}" for name, x in self.figures().items())


class History(list[Epoch]):
    """The epochs of a training, oldest first: a list whose repr is a table."""

    def column(self, name: str) -> list[float]:
        """One figure through all epochs: "loss", "validation_loss", "lr", or a metric's name.

        Raises KeyError for a figure that was not measured.
        """
        return [row.figures()[name] for row in self]

    def to_dict(self) -> dict[str, Any]:
        """The history as JSON can hold it, apart from inf and nan."""
        return {"epochs": [asdict(row) for row in self]}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """The history that `to_dict` described; ValueError if it is not that."""
        try:
            return cls(Epoch(**row) for row in saved["epochs"])
        except (AttributeError, KeyError, TypeError) as problem:
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
