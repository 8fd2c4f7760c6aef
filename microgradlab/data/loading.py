"""From a data set to the training loop: split it, bring its columns to one scale, deal it out."""

import math
import random
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, Self, TypeVar

from microgradlab.coercion import number, shown
from microgradlab.data.pairs import Inputs, Row, as_pairs, check_real, check_whole, random_words, seeded
from microgradlab.errors import ShapeError
from microgradlab.settings import FLAG

Target = TypeVar("Target")


def split_every(data: Iterable[Row], nth: int = 5) -> tuple[list[Row], list[Row]]:
    """Return training and test rows, in order: rows nth, 2 nth, 3 nth … (from 1) are for test.

    >>> split_every([((0.0,), 0), ((1.0,), 1), ((2.0,), 2)], nth=2)
    ([((0.0,), 0), ((2.0,), 2)], [((1.0,), 1)])
    """
    check_whole("nth", nth, least=2)
    rows = as_pairs(data)
    if len(rows) < nth:
        raise ValueError(f"every {nth}th of {len(rows)} rows leaves none for test: lower nth")
    test = rows[nth - 1 :: nth]
    del rows[nth - 1 :: nth]
    return rows, test


def train_test_split(data: Iterable[Row], test_fraction: float = 0.2, seed: int = 0) -> tuple[list[Row], list[Row]]:
    """Shuffle a copy of the rows and return training and test rows, none of which may be empty."""
    check_real("test_fraction", test_fraction, below=1)
    rows = as_pairs(data)
    size = round(test_fraction * len(rows))
    if not 0 < size < len(rows):
        raise ValueError(
            f"test_fraction={test_fraction} of {len(rows)} rows makes {size} for test and "
            f"{len(rows) - size} for training: both need at least one"
        )
    seeded(seed).shuffle(rows)
    return rows[size:], rows[:size]


def _finite(name: str, inputs: Iterable[float]) -> Inputs:
    """Return the inputs, at least one, as floats, none of which is inf or nan; an error calls them `name`."""
    try:
        row = tuple(map(number, inputs))
    except (TypeError, OverflowError) as error:
        raise TypeError(f"{name} needs numbers as inputs, got {shown(inputs)}") from error
    if not row or not all(map(math.isfinite, row)):
        raise ValueError(f"{name} has an input that is not finite, or none at all: {shown(inputs)}")
    return row


class Standardizer:
    """Shift and scale each input column to mean 0 and standard deviation 1, as seen in training.

    `fit` it on the training rows only, or the test rows are no longer unseen; then apply it to all
    rows with `transform`, or to one row's inputs by calling it. The deviation divides by n, as in
    scikit-learn's `StandardScaler`; a column without spread is only shifted.

    >>> scale = Standardizer().fit([((10.0, 7.0), 0), ((30.0, 7.0), 1)])
    >>> scale((25.0, 8.0))
    (0.5, 1.0)
    """

    def __init__(self) -> None:
        self.means: list[float] = []
        self.deviations: list[float] = []

    def fit(self, data: Iterable[tuple[Sequence[float], Any]]) -> Self:
        """Measure the columns of `data` and return the standardizer itself."""
        rows = [_finite(f"data[{place}]", inputs) for place, (inputs, _) in enumerate(as_pairs(data))]
        for place, row in enumerate(rows):
            if len(row) != len(rows[0]):
                raise ShapeError(f"data[{place}] has {len(row)} inputs, data[0] has {len(rows[0])}")
        columns = list(zip(*rows))
        self.means = [statistics.mean(column) for column in columns]  # exact, then rounded once
        self.deviations = [statistics.pstdev(column) or 1.0 for column in columns]
        return self

    def transform(self, data: Iterable[tuple[Sequence[float], Target]]) -> list[tuple[Inputs, Target]]:
        """Return the pairs with their inputs standardized and their targets as they are."""
        return [(self(inputs), target) for inputs, target in as_pairs(data)]

    def __call__(self, inputs: Sequence[float]) -> Inputs:
        """Standardize the inputs of one row."""
        if not self.means:
            raise RuntimeError("the Standardizer has no means yet: call fit(training_data) first")
        try:
            if len(inputs) != len(self.means):
                raise ShapeError(f"fitted on {len(self.means)} columns, got {len(inputs)} inputs")
            return tuple((x - m) / d for x, m, d in zip(inputs, self.means, self.deviations))
        except TypeError as error:
            raise TypeError(f"inputs must be the {len(self.means)} numbers of a row, got {shown(inputs)}") from error

    def state_dict(self) -> dict[str, list[float]]:
        """Return means and deviations, ready for JSON."""
        return {"means": list(self.means), "deviations": list(self.deviations)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned; ValueError, and no change, if it is not that."""
        try:
            means, deviations = ([number(x) for x in state[key]] for key in ("means", "deviations"))
            fits = len(means) == len(deviations) and all(map(math.isfinite, means + deviations))
        except (KeyError, TypeError, ValueError, OverflowError):
            fits = False
        if not fits or min(deviations, default=1.0) <= 0:
            raise ValueError(
                "this is no state of a Standardizer: it needs 'means' and 'deviations', equally "
                "many finite numbers, the deviations above 0"
            )
        self.means, self.deviations = means, deviations


class Batches(Generic[Row]):
    """Deal the rows in batches, epoch after epoch: `for batch in batches` is one epoch.

    Every epoch shuffles anew, from a random generator that belongs to these batches alone. The last
    batch of an epoch is shorter where `batch_size` does not divide the rows, or is left out with
    `drop_last=True`. `batch_size=None` gives all rows as one batch, in order. `len()` is the number
    of batches in an epoch. A state saved between two epochs and loaded into batches of the same
    data brings the same batches again.

    >>> [len(batch) for batch in Batches([((x,), x % 2) for x in range(10)], batch_size=4)]
    [4, 4, 2]
    """

    def __init__(
        self,
        data: Iterable[Row],
        batch_size: int | None,
        shuffle: bool = True,
        seed: int = 0,
        drop_last: bool = False,
    ) -> None:
        self.rows = as_pairs(data)
        FLAG.check("shuffle", shuffle)
        FLAG.check("drop_last", drop_last)
        self.batch_size = len(self.rows) if batch_size is None else batch_size
        check_whole("batch_size", self.batch_size, least=1)
        if drop_last and self.batch_size > len(self.rows):
            raise ValueError(
                f"drop_last=True leaves no batch: batch_size={batch_size} exceeds the {len(self.rows)} rows"
            )
        self.shuffle = shuffle and batch_size is not None
        self.drop_last = drop_last
        self._random = seeded(seed)

    def __len__(self) -> int:
        full, rest = divmod(len(self.rows), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[list[Row]]:
        rows = self.rows.copy()
        if self.shuffle:
            self._random.shuffle(rows)
        for batch in range(len(self)):
            yield rows[batch * self.batch_size : (batch + 1) * self.batch_size]

    def state_dict(self) -> dict[str, list[int]]:
        """Return the state of the random generator, ready for JSON."""
        return {"random": list(self._random.getstate()[1])}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned; ValueError, and no change, if it is not that."""
        try:
            self._random.setstate((random.Random.VERSION, random_words(state["random"]), None))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError("this is no state of Batches: 'random' does not fit") from error
