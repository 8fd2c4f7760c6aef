"""A network for a table: trained on the rows of a CSV file, judged by rows held out, saved ready to predict.

    >>> table = read_csv("houses.csv", target="price")  # doctest: +SKIP
    >>> parts = split(table)  # doctest: +SKIP
    >>> model, history = train(table, parts)  # doctest: +SKIP
    >>> model.judge(parts)  # doctest: +SKIP
    'RMSE 31.2, R² 0.870; always saying the mean of price: RMSE 86.9'
    >>> model.predict((120.0, 4.0))  # doctest: +SKIP
    Prediction(answer=412.6, probability=None)

A network learns best from numbers around 0 of size 1, so the inputs are standardized, and so is a quantity
that is to be predicted. What does that, and the names of columns and classes, stay with the network.
"""

import csv
import io
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, mean
from typing import Any, NamedTuple, Self

from microgradlab import losses, ops
from microgradlab.coercion import shown
from microgradlab.data import Standardizer, Table, train_test_split
from microgradlab.data.cells import Sheet
from microgradlab.early_stopping import EarlyStopping
from microgradlab.engine import no_grad
from microgradlab.errors import DataError, FileFormatError
from microgradlab.evaluation import mode, predicted_class
from microgradlab.files import FilePath, blaming
from microgradlab.history import History
from microgradlab.nn import MLP
from microgradlab.optim import Adam
from microgradlab.persist import load, load_extra, save
from microgradlab.train import fit

FEWEST_ROWS = 10
PATIENCE = 20  # epochs without a better validation loss

Rows = list[tuple[tuple[float, ...], Any]]


class Parts(NamedTuple):
    """Rows to learn from, rows that say when to stop, and rows to judge by, which have no influence."""

    training: Rows
    validation: Rows
    held_out: Rows


class Prediction(NamedTuple):
    """A class name and its probability, or a quantity and None."""

    answer: str | float
    probability: float | None


@dataclass
class TableModel:
    """A network with the names and scales of the table that it is for."""

    network: MLP
    inputs: tuple[str, ...]
    target: str
    classes: tuple[str, ...] | None  # None: the target is a quantity
    input_scale: Standardizer
    target_scale: Standardizer  # fitted to a quantity only

    def predict(self, inputs: Sequence[float]) -> Prediction:
        """What the target is for these inputs, in the units of the table."""
        with mode(self.network, training=False), no_grad():
            output = self.network(self.input_scale(inputs))
            if self.classes is not None:
                likeliest = predicted_class(output)
                return Prediction(self.classes[likeliest], float(ops.softmax(output)[likeliest]))
        [middle], [deviation] = self.target_scale.means, self.target_scale.deviations
        return Prediction(middle + deviation * float(output), None)

    def judge(self, parts: Parts) -> str:
        """In one line, how good it is on the rows held out, beside what says the same of every row."""
        _check("parts", parts, Parts, "split(table)")
        answers = [self.predict(inputs).answer for inputs, _ in parts.held_out]
        learned, truth = ([target for _, target in rows] for rows in (parts.training, parts.held_out))
        if self.classes is not None:
            [(usual, _)] = Counter(learned).most_common(1)
            right = fmean(answer == self.classes[target] for answer, target in zip(answers, truth))
            return f"accuracy {right:.1%}; always saying {self.classes[usual]}: {truth.count(usual) / len(truth):.1%}"
        error, spread, baseline = (_rmse(guess, truth) for guess in (answers, mean(truth), mean(learned)))
        share = error / spread if spread else math.nan
        explained = f", R² {1.0 - share * share:.3f}" if spread else ""  # ** would raise where * gives inf
        return f"RMSE {error:.4g}{explained}; always saying the mean of {self.target}: RMSE {baseline:.4g}"

    def save(self, path: FilePath) -> None:
        """Write it to a file for `load`."""
        names = {"inputs": self.inputs, "target": self.target, "classes": self.classes}
        scales = {"input_scale": self.input_scale.state_dict()}
        if self.classes is None:
            scales["target_scale"] = self.target_scale.state_dict()
        save(self.network, path, extra=names | scales)

    @classmethod
    def load(cls, path: FilePath) -> Self:
        """Return the model that was saved; FileFormatError for another file."""
        network, extra = load(path), load_extra(path)
        if not extra.keys() >= {"inputs", "target", "classes", "input_scale"}:
            raise FileFormatError(f"{path} holds a network, but not one for a table: make it with  microgradlab train")
        with blaming(path):
            names = tuple(extra["inputs"]), extra["target"], extra["classes"] and tuple(extra["classes"])
            model = cls(network, *names, Standardizer(), Standardizer())
            model.input_scale.load_state_dict(extra["input_scale"])
            if model.classes is None:
                model.target_scale.load_state_dict(extra["target_scale"])
            widths = len(model.inputs), len(model.classes or [model.target])
            if widths != (network.layers[0].inputs, network.layers[-1].outputs):
                raise ValueError(f"it names {widths[0]} inputs and {widths[1]} outputs, its network has others")
            model.predict(model.input_scale.means)  # so that what else does not fit shows here
            return model


def split(table: Table, seed: int = 0) -> Parts:
    """Hold out a fifth of the rows, and a fifth of the others for validation; shuffled, as files are often sorted.

    Raises:
        DataError: there are fewer than 10 rows, the target is the same in all, or a class of its own in most.
    """
    _check("table", table, Table, "read_csv(path, target)")
    if len(table.data) < FEWEST_ROWS:
        raise DataError(f"there are {len(table.data)} rows, too few to learn from: collect {FEWEST_ROWS} or many more")
    different = len({target for _, target in table.data})
    if different == 1:
        raise DataError(f"{table.target!r} is the same in every row: there is nothing to learn")
    if table.classes is not None and different > len(table.data) / 2:
        raise DataError(
            f"{table.target!r} has {different} classes in {len(table.data)} rows, too few of each to learn from: "
            "collect more, or for a quantity say task='regression', on a command line --task regression"
        )
    others, held_out = train_test_split(table.data, 0.2, seed)
    training, validation = train_test_split(others, 0.2, seed)
    return Parts(training, validation, held_out)


def train(
    table: Table, parts: Parts, hidden: Sequence[int] = (16, 16), epochs: int = 200, **options: Any
) -> tuple[TableModel, History]:
    """Train until the validation loss has not fallen for 20 epochs; `options` go to `fit`."""
    _check("table", table, Table, "read_csv(path, target)")
    _check("parts", parts, Parts, "split(table)")
    if not isinstance(hidden, Sequence):
        raise TypeError(f"hidden is a list of widths, such as [16, 16], got {shown(hidden)}")
    input_scale, target_scale = Standardizer().fit(parts.training), Standardizer()
    if table.classes is None:
        target_scale.fit([((target,), None) for _, target in parts.training])
    network = MLP(len(table.inputs), [*hidden, len(table.classes or [table.target])], seed=0)

    def scaled(rows: Rows) -> Rows:
        if table.classes is None:
            rows = [(inputs, target_scale((target,))[0]) for inputs, target in rows]
        return input_scale.transform(rows)

    history = fit(
        network,
        scaled(parts.training),
        batch_size=32,
        loss=losses.mse_loss if table.classes is None else losses.cross_entropy,
        optimizer=Adam(network.parameters(), lr=0.01),
        epochs=epochs,
        validation=scaled(parts.validation),
        early_stopping=EarlyStopping(PATIENCE),
        **options,
    )
    return TableModel(network, table.inputs, table.target, table.classes, input_scale, target_scale), history


def with_predictions(model: TableModel, path: FilePath, delimiter: str = ",") -> str:
    """The rows of a CSV file as CSV text, each with its prediction, and for a class also its probability.

    Raises:
        DataError: the file lacks one of the model's inputs, or has a cell there that is not a number.
    """
    _check("model", model, TableModel, "TableModel.load(path)")
    sheet = Sheet(path, delimiter)
    predictions = [model.predict(inputs) for inputs in sheet.numbers(model.inputs)]
    names = [f"predicted {model.target}"] + ["probability"] * (model.classes is not None)
    text = io.StringIO()
    table = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    table.writerow([*sheet.header, *names])
    for (_, cells), prediction in zip(sheet.rows, predictions):
        table.writerow([*cells, *(x if isinstance(x, str) else f"{x:.9g}" for x in prediction if x is not None)])
    return text.getvalue()


def _check(name: str, thing: Any, kind: type, maker: str) -> None:
    if not isinstance(thing, kind):
        raise TypeError(f"{name} is what {maker} returns, got {shown(thing)}")


def _rmse(guesses: Sequence[Any] | float, truth: Sequence[float]) -> float:
    """The root of the mean squared error: how far off a guess, or one guess for all, typically is."""
    if isinstance(guesses, float):
        guesses = [guesses] * len(truth)
    return math.dist(guesses, truth) / math.sqrt(len(truth))
