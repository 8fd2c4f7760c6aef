"""The lessons' notebooks for tests: as they are stored, as they run today, and what their cells show.

`Lesson("02-derivatives").printed("nudges")` is what that cell of the solved notebook prints today.
"""

import os
import re
from base64 import b64decode
from copy import deepcopy
from functools import cache
from pathlib import Path
from time import perf_counter, sleep
from xml.etree import ElementTree

import nbformat
from build_notebooks import NOTEBOOKS, execute

from microgradlab.lessons.kernel import read

NUMBER = re.compile(r"[-+−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


@cache
def stored(name):
    return read(NOTEBOOKS / name)


@cache
def executed(name):
    """A fresh copy, run once for all workers; its metadata tell the seconds that took."""
    path = Path(os.environ["TESTS_SHARED"]) / name.replace("/", "-")  # conftest says where
    try:
        os.mkdir(path.with_suffix(".begun"))
    except FileExistsError:
        while not path.exists():
            sleep(0.2)
            if path.with_suffix(".failed").exists():
                raise RuntimeError(f"{name} does not run: another test says why") from None
        return read(path)
    try:
        start = perf_counter()
        notebook = execute(deepcopy(stored(name)))
        notebook.metadata["seconds"] = perf_counter() - start
    except BaseException:
        path.with_suffix(".failed").touch()
        raise
    nbformat.write(notebook, path.with_suffix(".part"))
    path.with_suffix(".part").rename(path)
    return notebook


def cells(notebook, kind="code"):
    return {cell.id: cell for cell in notebook.cells if cell.cell_type == kind}


def shown(cell):
    """What a cell shows, by kind: printed text joined, of a graph the words in it, of a figure that it is one."""
    said = {}
    for output in cell.outputs:
        texts = output.data if "data" in output else {output.get("name", "error"): output.get("text", "")}
        for kind, text in texts.items():
            said[kind] = said.get(kind, "") + ("" if kind == "image/png" else words(text) if "<img" in text else text)
    return said


def words(html):
    """The texts in a picture, in no particular order: programs place them differently, and in another order."""
    svg = b64decode(re.search(r"base64,([^\"]*)", html)[1])
    texts = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return " ".join(sorted(element.text for element in texts))


def numbers(text):
    return [float(number.replace("−", "-")) for number in NUMBER.findall(text)]


def named(text, name):
    """The number behind `name =` in that text."""
    found = re.search(rf"(?:^|\s){re.escape(name)}\s*=\s*(\S+)", text)
    assert found, f"no {name} = in {text}"
    return float(found[1].rstrip(",;").replace("−", "-"))


class Lesson:
    """A solved lesson, as it runs today."""

    def __init__(self, name):
        self.name = f"solved/{name}.ipynb"

    def shown(self, cell_id):
        """What a cell shows, by kind."""
        return shown(cells(executed(self.name))[cell_id])

    def printed(self, cell_id):
        return self.shown(cell_id)["stdout"]

    def text(self, cell_id):
        """What a cell of text says."""
        return cells(stored(self.name), "markdown")[cell_id].source

    def showing(self, kind):
        """The cells that show something of a kind: "image/png" is a figure, "text/html" a graph or a table."""
        return {cell_id for cell_id, cell in cells(executed(self.name)).items() if kind in shown(cell)}
