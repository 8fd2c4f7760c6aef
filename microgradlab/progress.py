"""The progress bar: in a terminal and in a notebook; none in a pipe, or where tqdm is not installed."""

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from shutil import get_terminal_size
from typing import Any


def _tqdm() -> Any:
    """The class of bars for where we are; None where tqdm is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a notebook without widgets has a bar of text, which is as good
            from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm


def _in_notebook() -> bool:
    """Whether a Jupyter kernel runs us; asked without importing IPython."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


@contextmanager
def progress_bar(total: int, done: int, wanted: bool) -> Iterator[Callable[..., None]]:
    """A bar over `total` steps of which some are done; `advance(loss=…)` shows a figure and goes on by one."""
    tqdm = _tqdm() if wanted else None
    if tqdm is None:
        yield lambda **figures: None
        return
    columns, rows = get_terminal_size()  # tqdm shows nothing in a terminal of unknown size
    place = {"disable": None, "ncols": columns, "nrows": rows}  # None: where this is no terminal
    if _in_notebook():
        place = {"disable": False}
    with tqdm(total=total, initial=done, unit="step", **place) as bar:

        def advance(**figures: Any) -> None:
            bar.set_postfix(figures, refresh=False)
            bar.update()

        yield advance


def say(line: object) -> None:
    """Print a line above the bar, if there is one: `callbacks=[say]` reports every epoch."""
    tqdm = _tqdm()
    print(line) if tqdm is None else tqdm.write(str(line))
