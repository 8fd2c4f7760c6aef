"""The notebooks run as they stand, and show today what they are stored with; for their numbers see test_lesson_….py."""

import re
from copy import deepcopy

import nbformat
import pytest
from build_notebooks import NOTEBOOKS, SOURCES, clean, execute, made, targets
from lesson_notebooks import NUMBER, cells, executed, numbers, shown, stored

from microgradlab.lessons import EXERCISES

PATHS = [path for source in sorted(SOURCES.glob("*.py")) for path in targets(source).values()]
NAMES = [path.relative_to(NOTEBOOKS).as_posix() for path in PATHS]
SOLVED = [name for name in NAMES if name.startswith("solved/")]
LEARNERS = [name for name in NAMES if name not in SOLVED]
every = pytest.mark.parametrize("name", NAMES)


def assert_same(before, after):
    """Word by word, and number by number within what differs from machine to machine."""
    assert before.keys() == after.keys()
    for kind in before:
        assert NUMBER.sub("#", before[kind]).split() == NUMBER.sub("#", after[kind]).split()
        assert numbers(before[kind]) == pytest.approx(numbers(after[kind]), rel=1e-6, abs=1e-12)


@every
def test_it_runs_from_top_to_bottom(name):
    notebook = executed(name)
    assert notebook.metadata["seconds"] < 60
    assert not [output for cell in cells(notebook).values() for output in cell.outputs if "ename" in output]
    assert not [cell.id for cell in cells(notebook).values() if "stderr" in shown(cell)]


@every
def test_it_is_stored_with_what_it_shows_today(name):
    today = cells(executed(name))
    for cell in cells(stored(name)).values():
        try:
            assert_same(shown(cell), shown(today[cell.id]))
        except AssertionError as error:
            error.add_note(f"the cell {cell.id!r} shows something else now: run  python tests/build_notebooks.py")
            raise


@pytest.mark.parametrize("name", [name for name in NAMES if name in SOLVED or f"solved/{name}" not in SOLVED])
def test_a_cell_run_twice_does_no_harm(name):
    notebook = deepcopy(stored(name))
    notebook.cells = [cell for one in cells(notebook).values() for cell in (one, again(one))]
    for cell in execute(notebook).cells:
        assert_same(shown(cell), shown(cells(stored(name))[cell.id.removesuffix("-again")]))


def again(cell):
    copy = deepcopy(cell)
    copy.id += "-again"
    return copy


@every
def test_it_is_stored_clean(name):
    notebook = stored(name)
    nbformat.validate(notebook)
    assert notebook == clean(deepcopy(notebook))
    assert [cell.execution_count for cell in cells(notebook).values()] == [*range(1, len(cells(notebook)) + 1)]
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", cell.id) for cell in notebook.cells), "ids are words, and stay"
    assert (NOTEBOOKS / name).stat().st_size < 600_000


@every
def test_it_is_what_its_source_makes(name):
    is_solved = name.startswith("solved/")
    source = SOURCES / f"{name.removeprefix('solved/').removesuffix('.ipynb')}.py"
    today = made(source, is_solved)
    assert [(c.id, c.cell_type, c.source) for c in stored(name).cells] == [
        (c.id, c.cell_type, c.source) for c in today.cells
    ]


def test_every_notebook_has_a_source():
    assert {*NOTEBOOKS.glob("*.ipynb"), *NOTEBOOKS.glob("solved/*.ipynb")} == {*PATHS}


def test_all_lessons_together_take_less_than_eight_minutes():
    assert sum(executed(name).metadata["seconds"] for name in LEARNERS) < 480


@pytest.mark.parametrize("name", [*SOLVED, *(name.removeprefix("solved/") for name in SOLVED)])
def test_blanks_are_refused_with_a_hint_and_solutions_accepted(name):
    texts = [shown(cell).get("text/plain", "") for cell in cells(executed(name)).values()]
    verdicts = [text for text in texts if text.startswith(("✓", "✗"))]
    assert len(verdicts) >= 3
    assert all(text.startswith("✓ ") == (name in SOLVED) for text in verdicts)
    assert name in SOLVED or all("hint(" in text for text in verdicts)
    number = name.removeprefix("solved/")[:2]
    asked = [re.search(r"[✓✗] (\S+)", text)[1] for text in verdicts]
    assert sorted(asked) == [exercise for exercise in EXERCISES if exercise[:2] == number], "each is checked once"
