"""Run a notebook from top to bottom, by this Python, in a kernel and an empty folder of its own."""

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from microgradlab.errors import MissingDependencyError

TIMEOUT = 60  # seconds for a cell
GRACE = 10  # and for one that is told to stop


def read(path: Path) -> Any:
    """The notebook in that file; ValueError if it is none."""
    try:
        import nbformat
    except ImportError:
        raise MissingDependencyError("nbformat", "notebooks", "reading a notebook") from None
    try:
        return nbformat.from_dict(nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]
    except OSError:
        raise
    except Exception as error:
        raise ValueError(f"{path} is no notebook: {str(error)[:200]}") from None


def run(notebook: Any, home: Path, *, go_on: bool = False) -> Any:
    """The notebook, run in place; the progress of its lessons is kept in the folder `home`.

    With `go_on`, a cell that raises, or takes more than a minute, is left with its error, and the next one follows.
    A cell that does not stop when it is told to ends its kernel, and with it the notebook.

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
    begun = monotonic()

    def begins(**_: Any) -> None:
        nonlocal begun
        begun = monotonic()

    with TemporaryDirectory() as folder, TemporaryDirectory() as profile:
        # neither the user's start-up files nor another choice of where figures go
        env = os.environ | {"IPYTHONDIR": profile, "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
        env["MICROGRADLAB_HOME"] = str(home)
        client = NotebookClient(
            notebook,
            km=kernel,
            timeout=TIMEOUT,
            resources={"metadata": {"path": folder}},
            allow_errors=go_on,
            interrupt_on_timeout=go_on,
            coalesce_streams=True,
            on_cell_execute=begins,
            extra_arguments=["--log-level=ERROR"],
        )
        with ThreadPoolExecutor(1) as pool:  # a thread, so that Ctrl-C is ours, and not the client's
            running = pool.submit(lambda: asyncio.run(client.async_execute(env=env, cleanup_kc=True)))
            try:
                while not running.done():
                    wait([running], 0.5)
                    if monotonic() > begun + TIMEOUT + GRACE:
                        _kill(kernel)
            except BaseException:
                _kill(kernel)
                raise
            return running.result()


def _kill(kernel: Any) -> None:
    with suppress(AttributeError, OSError, TypeError):
        os.kill(kernel.provisioner.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
