"""Make the notebooks from their sources: `python tests/build_notebooks.py [NAME…]`, all if none is named.

A lesson is one text, `notebooks/sources/NAME.py`, in the percent format of jupytext. From it come the learner's
notebook, `notebooks/NAME.ipynb`, with blanks where an exercise is, and the solved one, `notebooks/solved/NAME.ipynb`.
Both are run and stored with their outputs, so that a page on the web shows its pictures. Run this after editing a
source, or after a change of the library that shows in a lesson; a test refuses what has drifted.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import jupytext
import matplotlib.font_manager  # noqa: F401  (the first import on a machine may take long, and say so in an output)
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

from microgradlab.lessons import EXERCISES

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
SOURCES = NOTEBOOKS / "sources"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def read(path: Path) -> NotebookNode:
    """The notebook in that file."""
    return nbformat.read(path, as_version=4)


def made(source: Path, solved: bool) -> NotebookNode:
    """The notebook of a source, not yet run: cells have their names as ids, and exercises a blank or their solution."""
    notebook = jupytext.read(source, fmt="py:percent")
    for cell in notebook.cells:
        cell.id = cell.metadata.pop("name")
        if exercise := EXERCISES.get(cell.metadata.pop("exercise", "")):
            cell.source = exercise.solution if solved else exercise.blank
    return clean(notebook)


def target(source: Path, solved: bool) -> Path:
    """Where the notebook of a source is."""
    return (NOTEBOOKS / "solved" if solved else NOTEBOOKS) / f"{source.stem}.ipynb"


def execute(notebook: NotebookNode) -> NotebookNode:
    """The notebook, run in place from top to bottom, by this Python in a kernel of its own and an empty folder.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised.
        nbclient.exceptions.CellTimeoutError: a cell took more than 60 seconds.
    """
    specs = KernelSpecManager(kernel_dirs=[])  # of kernels installed on this machine it sees none: python3 is this one
    kernel = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)
    with TemporaryDirectory() as folder, TemporaryDirectory() as profile:
        # neither the user's start-up files nor another choice of where figures go
        env = os.environ | {"IPYTHONDIR": profile, "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
        env["MICROGRADLAB_HOME"] = profile  # what is solved here is nobody's progress
        options = {"resources": {"metadata": {"path": folder}}, "extra_arguments": ["--log-level=ERROR"]}
        return NotebookClient(notebook, km=kernel, timeout=60, **options).execute(env=env, cleanup_kc=True)


def clean(notebook: NotebookNode) -> NotebookNode:
    """The notebook without what tells of the machine or the hour: of its metadata, only the language stays."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = NotebookNode()
    return notebook


if __name__ == "__main__":
    names = sys.argv[1:] or sorted(path.stem for path in SOURCES.glob("*.py"))
    for source in [SOURCES / f"{name}.py" for name in names]:
        for solved in (False, True):
            path = target(source, solved)
            nbformat.write(clean(execute(made(source, solved))), path)
            print(f"{path.relative_to(NOTEBOOKS)}: {path.stat().st_size / 1000:.0f} kB")
