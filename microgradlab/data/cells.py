"""A CSV file cut into cells, each of which knows where it stood and can complain about itself."""

import csv
import io
import math
import os
import reprlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from microgradlab.coercion import shown
from microgradlab.data.pairs import Inputs
from microgradlab.errors import DataError

FilePath: TypeAlias = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of one cell, without the spaces around it, and its place."""

    path: FilePath
    line: int
    column: str
    text: str

    def error(self, problem: str) -> DataError:
        """Return, to be raised, what is wrong with this cell."""
        stood = reprlib.repr(self.text)
        return DataError(f"{self.path}, line {self.line}, column {self.column!r}: {stood} {problem}")

    def parse(self) -> float | None:
        """Return the finite number that the text stands for, or None for a word."""
        if not self.text:
            raise self.error("is empty; fill it in, or delete its row")
        try:
            value = float(self.text)
        except ValueError:
            return None
        if not math.isfinite(value):
            raise self.error("is not a finite number, and would spread to every weight; correct it")
        return None if "_" in self.text else value  # 1_000 is Python, not data

    def number(self, otherwise: str) -> float:
        """Return the number, or raise the error whose cure is to correct it, `otherwise` …."""
        value = self.parse()
        if value is None:
            raise self.error(f"is not a number; correct it, or {otherwise}")
        return value

    def class_name(self) -> str:
        """Return the text as a class name: 3, 3.0 and 03 are the same class."""
        value = self.parse()
        if value is None or not value.is_integer() or abs(value) > 2**53:
            return self.text
        return str(int(value))


class Sheet:
    """The cells of a CSV file, by the names in its header row; every row is as long as that."""

    def __init__(self, path: FilePath, delimiter: str) -> None:
        if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n\0':
            raise ValueError(f"delimiter must be one character, such as ';' or '\\t', got {shown(delimiter)}")
        records = _records(path, delimiter)
        self.path = path
        self.line, self.header = next(records, (1, []))
        self.places = {name: place for place, name in reversed([*enumerate(self.header)])}  # the first, of equal names
        self.rows = list(records)
        self._check_header()
        for line, row in self.rows:
            if len(row) != len(self.header):
                cure = f"look for a {delimiter!r} too few or too many (a cell that contains one must stand in quotes)"
                raise DataError(
                    f"{path}, line {line}, column {self.header[: len(row) + 1][-1]!r}: the row has "
                    f"{len(row)} cells, the header {len(self.header)}; {self._other_delimiter() or cure}"
                )

    def _check_header(self) -> None:
        if not self.rows:
            found = "no row follows the header" if self.header else "the file is empty"
            raise DataError(f"{self.path}, line {self.line}: {found}; it needs a header and rows")
        for place, name in enumerate(self.header):
            if not name or self.places[name] < place:
                problem = f"is the second {name!r}" if name else "has no name"
                raise DataError(
                    f"{self.path}, line {self.line}: column {place + 1} {problem}; give every column a name of its own"
                )

    def _other_delimiter(self) -> str:
        """What to type where the whole header is one cell, as if another sign stood between the names; else ''."""
        for sign in ";\t":
            if len(self.header) == 1 and sign in self.header[0]:
                return f"is {sign!r} between the cells? say delimiter={sign!r}, on a command line --delimiter {sign!r}"
        return ""

    def column(self, name: str) -> Iterator[Cell]:
        """Return the cells below `name`, top to bottom."""
        if name not in self.places:
            cure = self._other_delimiter() or "choose one of them, or name the columns in a header row"
            raise DataError(
                f"{self.path}, line {self.line}: no column {name!r} among {', '.join(self.header):.300}; {cure}"
            )
        place = self.places[name]
        return (Cell(self.path, line, name, row[place]) for line, row in self.rows)

    def names_beside(self, target: str) -> tuple[str, ...]:
        """Return the names of all columns but `target`, left to right."""
        names = tuple(name for name in self.header if name != target)
        if not names:
            raise DataError(
                f"{self.path}, line {self.line}: {target!r} is the only column; add one or more to predict it from"
            )
        return names

    def numbers(self, names: Sequence[str]) -> list[Inputs]:
        """Return the rows as numbers, of the columns `names` and in their order."""
        cure = "name the columns to use, of numbers only: inputs=[...], on a command line train --inputs A,B"
        columns = [self.column(name) for name in names]
        return [tuple(cell.number(cure) for cell in row) for row in zip(*columns)]


def _records(path: FilePath, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line where a row starts (it has more if a quoted cell does) and its cells."""
    text = io.StringIO(_read_text(path), newline="")
    reader = csv.reader(text, delimiter=delimiter, skipinitialspace=True, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if len(cells) > 1 or any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{path}, line {line}: {error}; look for a stray or missing quotation mark") from error


def _read_text(path: FilePath) -> str:
    """Read a file of UTF-8 text, and name the line of the first byte that is none."""
    raw = Path(path).read_bytes()
    bad = raw.find(b"\0")
    if bad < 0:
        try:
            return raw.decode().removeprefix("\N{BOM}")
        except UnicodeDecodeError as error:
            bad = error.start
    line = len(raw[: bad + 1].splitlines())
    raise DataError(f"{path}, line {line}: byte {raw[bad]:#04x} is no text; save it as UTF-8")
