"""A class's work, for its teacher: run learners' notebooks, and see which of their exercises are solved.

    >>> mark(work_in(Path("class/ada")))  # doctest: +SKIP
    Marked(learner='ada', solved={'01.1', '01.2'}, troubles=['class/ada/02-derivatives.ipynb: NameError: …'])

Each notebook is run anew, from top to bottom, so that nothing counts but what stands in its cells. They run as their
writers wrote them, with all that Python can do on this machine: run those of strangers where there is nothing to lose.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from microgradlab.lessons import EXERCISES, kernel, progress

CHECK = re.compile(r"""check\(\s*["']?(\d{1,2}\.\d)""")


@dataclass(frozen=True)
class Work:
    """A learner's notebooks, by file."""

    learner: str
    notebooks: dict[Path, Any]


@dataclass(frozen=True)
class Marked:
    """What a learner has solved, and what went wrong in their cells."""

    learner: str
    solved: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)


def work_in(path: Path) -> Work:
    """The notebooks with exercises in a learner's folder, or one notebook; its name is the learner's.

    Raises:
        FileNotFoundError: there is no such place, or no such notebook in it.
        ValueError: a file is no notebook.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no folder or notebook {path}")
    files = sorted(path.glob("*.ipynb")) if path.is_dir() else [path]
    notebooks = {file: kernel.read(file) for file in files}
    notebooks = {file: notebook for file, notebook in notebooks.items() if any(map(_asked, notebook.cells))}
    if not notebooks:
        raise FileNotFoundError(f"there is no notebook with exercises in {path}: name a folder that lessons start made")
    return Work(path.resolve().stem, notebooks)


def mark(work: Work) -> Marked:
    """Run a learner's notebooks."""
    marked = Marked(work.learner)
    for file, notebook in work.notebooks.items():
        with TemporaryDirectory() as home:
            try:
                kernel.run(notebook, Path(home), go_on=True)
            except RuntimeError as error:  # the kernel died
                marked.troubles.append(f"{file}: {error}")
            asked = set().union(*map(_asked, notebook.cells))
            marked.solved.update(progress.solved(Path(home)).keys() & EXERCISES.keys() & asked)
        errors = [*filter(None, map(_error, notebook.cells))]
        if errors:
            others = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
            marked.troubles.append(f"{file}: {errors[0]}{others}")
    return marked


def table(marks: Iterable[Marked]) -> str:
    """A CSV with a row for each learner: 1 for each exercise that is solved, 0 for the others, and their number."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["learner", *EXERCISES, "solved"])
    for one in marks:
        learner = f"'{one.learner}" if one.learner[:1] in "=+-@" else one.learner  # to a spreadsheet, a formula
        rows.writerow([learner, *(int(number in one.solved) for number in EXERCISES), len(one.solved)])
    return text.getvalue()


def _asked(cell: Any) -> set[str]:
    """The exercises that a cell checks."""
    return {f"{number:0>4}" for number in CHECK.findall(cell.source)} if cell.cell_type == "code" else set()


def _error(cell: Any) -> str:
    """What a cell raised, in one line."""
    errors = [output for output in cell.get("outputs", ()) if output.output_type == "error"]
    if not errors:
        return ""
    if errors[0].ename == "KeyboardInterrupt":
        return "a cell took more than a minute"
    return f"{errors[0].ename}: {errors[0].evalue}".strip().splitlines()[0][:200]
