"""The lessons in a folder of the learner's own: copied there, and never over what is there already.

The copies show their opening picture, and nothing else until it is run: a learner is to decide first.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from microgradlab.files import write_atomically
from microgradlab.lessons import EXERCISES, progress

HERE = Path(__file__).parent / "notebooks"  # in an installed package; in the repository they stand at its top
FOLDER = Path("microgradlab-lessons")


def lessons() -> list[Path]:
    """The notebooks, as learners find them, in their order."""
    folder = HERE if HERE.is_dir() else Path(__file__).parents[2] / "notebooks"
    return sorted(folder.glob("*.ipynb"))


def default_folder() -> Path:
    """This one, if lessons are in it already, else microgradlab-lessons in it."""
    here = Path()
    return here if any((here / lesson.name).exists() for lesson in lessons()) else FOLDER


def start(folder: Path) -> Iterator[tuple[str, bool]]:
    """Copy the lessons; yields the name of each, and whether it is new there. What is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for lesson in lessons():
        is_new = not (folder / lesson.name).exists()
        if is_new:
            write_atomically(folder / lesson.name, unseen(lesson.read_text(encoding="utf-8")))
        yield lesson.name, is_new


def unseen(text: str) -> str:
    """A notebook without the outputs that come after its first section has begun."""
    notebook: dict[str, Any] = json.loads(text)
    has_begun = False
    for cell in notebook["cells"]:
        has_begun |= cell["cell_type"] == "markdown" and any(line.startswith("## ") for line in cell["source"])
        if has_begun and cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def status() -> Iterator[str]:
    """A line for each exercise, with a mark at those that are solved; and how many these are."""
    solved = progress.solved()
    for number, exercise in EXERCISES.items():
        yield f"{'✓' if number in solved else '·'} {number}  {exercise.title} ({exercise.kind})"
    yield f"{len(solved.keys() & EXERCISES.keys())} of {len(EXERCISES)} solved."
