"""Run a notebook from top to bottom, by this Python, in a kernel and an empty folder of its own."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from microgradlab.errors import MissingDependencyError

TIMEOUT = 60.0  # seconds for a cell


def read(path: Path) -> Any:
    """The notebook in that file; ValueError if it is none."""
    try:
        import nbformat
    except ImportError:
        raise MissingDependencyError("nbformat", "notebooks", "reading a notebook") from None
    try:
        return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no notebook: {error}") from None


def run(notebook: Any, home: Path, *, go_on: bool = False) -> Any:
    """The notebook, run in place; the progress of its lessons is kept in the folder `home`.

    With `go_on`, a cell that raises, or takes more than a minute, is left with its error, and the next one follows.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised.
        nbclient.exceptions.CellTimeoutError: a cell took more than a minute.
        nbclient.exceptions.DeadKernelError: the kernel is gone, also with `go_on`.
    """
    try:
        from jupyter_client.kernelspec import KernelSpecManager
        from jupyter_client.manager import AsyncKernelManager
        from nbclient import NotebookClient
    except ImportError:
        raise MissingDependencyError("nbclient", "notebooks", "running a notebook") from None
    specs = KernelSpecManager(kernel_dirs=[])  # of kernels installed on this machine it sees none: python3 is this one
    kernel = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)
    with TemporaryDirectory() as folder, TemporaryDirectory() as profile:
        # neither the user's start-up files nor another choice of where figures go
        env = os.environ | {"IPYTHONDIR": profile, "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
        env["MICROGRADLAB_HOME"] = str(home)
        options = {"allow_errors": go_on, "interrupt_on_timeout": go_on, "extra_arguments": ["--log-level=ERROR"]}
        client = NotebookClient(
            notebook, km=kernel, timeout=TIMEOUT, resources={"metadata": {"path": folder}}, **options
        )
        return client.execute(env=env, cleanup_kc=True)
