"""Make the notebooks from their sources: `python tests/build_notebooks.py [NAME…]`, all if none is named.

A lesson is one text, `notebooks/sources/NAME.py`, in the percent format of jupytext. From it come the learner's
notebook, `notebooks/NAME.ipynb`, with blanks where an exercise is, and the solved one, `notebooks/solved/NAME.ipynb`.
Both are run and stored with their outputs, so that a page on the web shows its pictures. Run this after editing a
source, or after a change of the library that shows in a lesson; a test refuses what has drifted.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import jupytext
import matplotlib.font_manager  # noqa: F401  (the first import on a machine may take long, and say so in an output)
import nbformat
from nbformat import NotebookNode

from microgradlab.lessons import EXERCISES, kernel

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
SOURCES = NOTEBOOKS / "sources"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def made(source: Path, solved: bool) -> NotebookNode:
    """The notebook of a source, not yet run: cells have their names as ids, and exercises a blank or their solution."""
    notebook = jupytext.read(source, fmt="py:percent")
    for cell in notebook.cells:
        cell.id = cell.metadata.pop("name")
        if exercise := EXERCISES.get(cell.metadata.pop("exercise", "")):
            cell.source = exercise.solution if solved else exercise.blank
    return clean(notebook)


def targets(source: Path) -> dict[bool, Path]:
    """Where the notebooks of a source are: with blanks, and, if there are exercises in it, solved."""
    found = {False: NOTEBOOKS / f"{source.stem}.ipynb", True: NOTEBOOKS / "solved" / f"{source.stem}.ipynb"}
    return found if 'exercise="' in source.read_text(encoding="utf-8") else {False: found[False]}


def execute(notebook: NotebookNode) -> NotebookNode:
    """The notebook, run in place; what is solved in it is nobody's progress."""
    with TemporaryDirectory() as home:
        return kernel.run(notebook, Path(home))


def clean(notebook: NotebookNode) -> NotebookNode:
    """The notebook without what tells of the machine or the hour: of its metadata, only the language stays."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = NotebookNode()
    return notebook


if __name__ == "__main__":
    names = sys.argv[1:] or sorted(path.stem for path in SOURCES.glob("*.py"))
    for source in [SOURCES / f"{name}.py" for name in names]:
        for solved, path in targets(source).items():
            nbformat.write(clean(execute(made(source, solved))), path)
            print(f"{path.relative_to(NOTEBOOKS)}: {path.stat().st_size / 1000:.0f} kB")
