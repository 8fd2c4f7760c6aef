"""Run the notebooks anew and keep what comes out: `python tests/run_notebooks.py [FILE…]`, all if none is named.

A notebook is stored with its outputs, so that a page on the web shows its pictures. Run this after editing one, or
after a change of the library that shows in it; a test refuses outputs that have drifted.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.font_manager  # noqa: F401  (the first import on a machine may take long, and say so in an output)
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def read(path: Path) -> NotebookNode:
    """The notebook in that file."""
    return nbformat.read(path, as_version=4)


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
        options = {"resources": {"metadata": {"path": folder}}, "extra_arguments": ["--log-level=ERROR"]}
        return NotebookClient(notebook, km=kernel, timeout=60, **options).execute(env=env, cleanup_kc=True)


def clean(notebook: NotebookNode) -> NotebookNode:
    """The notebook without what tells of the machine or the hour: of its metadata, only the language stays."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = NotebookNode()
    return notebook


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:] or sorted(NOTEBOOKS.glob("*.ipynb"))):
        nbformat.write(clean(execute(read(path))), path)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
