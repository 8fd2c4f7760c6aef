"""Read your own CSV file as a data set, and learn the exact place of any cell that is no number.

A file has a header row that names its columns, then one row per example. It is UTF-8 text (a byte
order mark is fine); blank lines are skipped, and spaces around a cell do not count. What cannot be
used raises `DataError` with the file, the line, the column, what stood there and what to do: no
cell is ever guessed, filled or dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from microgradlab.coercion import shown
from microgradlab.data.cells import Cell, FilePath, Sheet
from microgradlab.data.pairs import Inputs

MOST_CLASSES = 20
"""More distinct whole numbers than this are taken for a quantity, not for classes."""
AS_CLASSES = "task='classification', on a command line --task classification"


@dataclass(frozen=True)
class Table:
    """A data set with the names that its numbers had in the file.

    `inputs` are the names of the input columns, in the order of each pair's inputs; `target` is the
    name of the column to predict; `classes` holds the class names in the order of their indices, or
    is None for regression; `data` holds the `(inputs, target)` pairs.
    """

    inputs: tuple[str, ...]
    target: str
    classes: tuple[str, ...] | None
    data: list[tuple[Inputs, Any]]


def read_csv(
    path: FilePath,
    target: str,
    *,
    inputs: Sequence[str] | None = None,
    task: Literal["auto", "classification", "regression"] = "auto",
    classes: Sequence[str] | None = None,
    delimiter: str = ",",
) -> Table:
    """Read a CSV file whose column `target` is to be predicted from the others, or from `inputs`.

    `task="auto"` looks at the target column: words are classes, and so are whole numbers if at most
    20 different ones occur; other numbers are a quantity (regression); words among numbers are an
    error. Classes stand in the order of numbers, then of the alphabet; `classes` fixes them
    instead, so that a second file gets the indices of the first:
    `read_csv("test.csv", "y", inputs=train.inputs, classes=train.classes)`.
    """
    if task not in ("auto", "classification", "regression"):
        raise ValueError(f"task must be 'auto', 'classification' or 'regression', got {shown(task)}")
    if task == "regression" and classes is not None:
        raise ValueError("task='regression' has no classes: leave one of the two out")
    sheet = Sheet(path, delimiter)
    answers = list(sheet.column(target))
    columns = sheet.names_beside(target) if inputs is None else _names("inputs", inputs)
    if target in columns:
        raise ValueError(f"inputs must not contain the target {target!r}")
    rows = sheet.numbers(columns)
    if task == "regression" or (task == "auto" and classes is None and _are_quantities(answers)):
        quantities = [answer.number(f"say {AS_CLASSES}") for answer in answers]
        return Table(columns, target, None, list(zip(rows, quantities)))
    names = _class_names(answers) if classes is None else _names("classes", classes)
    return Table(columns, target, names, list(zip(rows, _indices(answers, names))))


def read_inputs(path: FilePath, inputs: Sequence[str], *, delimiter: str = ",") -> list[Inputs]:
    """Read the columns named by `inputs`, in that order, to predict what belongs to them.

    The file may hold its columns in any order and others besides; a target is not needed.
    """
    return Sheet(path, delimiter).numbers(_names("inputs", inputs))


def _names(argument: str, names: Sequence[str]) -> tuple[str, ...]:
    """Check a list of names, at least one and no two alike."""
    if isinstance(names, str) or not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise TypeError(f"{argument} must be a list of names, got {shown(names)}")
    if not names or len(set(names)) < len(names):
        raise ValueError(f"{argument} must hold one name or more, all different, got {shown(names)}")
    return tuple(names)


def _are_quantities(answers: Sequence[Cell]) -> bool:
    """Tell numbers to be predicted as such (True) from classes, as `read_csv` describes."""
    words = [answer for answer in answers if answer.parse() is None]
    if len(words) == len(answers):
        return False
    if words:
        raise words[0].error(f"stands among numbers; correct it, or say {AS_CLASSES}")
    numbers = {float(answer.text) for answer in answers}
    return len(numbers) > MOST_CLASSES or not all(number.is_integer() for number in numbers)


def _class_names(answers: Sequence[Cell]) -> tuple[str, ...]:
    """Return the distinct class names: numbers by size, then words by alphabet."""
    sizes = {answer.class_name(): answer.parse() for answer in answers}
    return tuple(sorted(sizes, key=lambda name: (sizes[name] is None, sizes[name] or 0.0, name)))


def _indices(answers: Sequence[Cell], names: Sequence[str]) -> list[int]:
    """Return each answer's place among the class names."""
    index = {name: place for place, name in enumerate(names)}
    for answer in answers:
        if answer.class_name() not in index:
            raise answer.error(f"is none of the classes {', '.join(names)}; correct it")
    return [index[answer.class_name()] for answer in answers]
