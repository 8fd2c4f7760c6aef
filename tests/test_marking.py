"""Learners' notebooks are run anew, and a table tells who has solved what."""

import csv

import nbformat
import pytest

from microgradlab.cli import main
from microgradlab.lessons import EXERCISES, kernel, marking, progress
from microgradlab.lessons.marking import Marked, mark, table, work_in

IMPORTS = "from microgradlab.lessons import check"
RIGHT = "def slope(x):\n    return 6 * x - 4"
CHECK = 'check("02.1", slope)'


def notebook(path, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def test_what_a_learner_solved_is_found_by_running_it(tmp_path, monkeypatch):
    monkeypatch.setenv("MICROGRADLAB_HOME", str(tmp_path / "teacher"))
    notebook(tmp_path / "ada" / "mine.ipynb", IMPORTS, RIGHT, CHECK, "1 / 0", "undefined", 'check("02.2", None)')
    notebook(tmp_path / "ada" / "notes.ipynb", "raise SystemExit")
    marked = mark(work_in(tmp_path / "ada"))
    assert (marked.learner, marked.solved) == ("ada", {"02.1"})
    assert marked.troubles == [f"{tmp_path / 'ada' / 'mine.ipynb'}: ZeroDivisionError: division by zero (and 1 more)"]
    assert progress.solved() == {}, "nothing of it is the teacher's"


def test_stored_outputs_do_not_count(tmp_path):
    notebook(tmp_path / "mine.ipynb", IMPORTS, "slope = abs", CHECK)
    assert mark(work_in(tmp_path / "mine.ipynb")) == Marked("mine")


def test_a_kernel_that_dies_keeps_what_was_solved(tmp_path):
    notebook(tmp_path / "mine.ipynb", IMPORTS, RIGHT, CHECK, "import os; os._exit(1)", CHECK)
    marked = mark(work_in(tmp_path / "mine.ipynb"))
    assert marked.solved == {"02.1"}
    assert "died" in marked.troubles[0]


def test_the_table_has_a_row_for_each_learner():
    rows = [*csv.DictReader(table([Marked("ada", {"02.1", "01.1"}), Marked("=ben,")]).splitlines())]
    assert [row["learner"] for row in rows] == ["ada", "'=ben,"], "a name is no formula"
    assert [row["solved"] for row in rows] == ["2", "0"]
    assert {number for number in EXERCISES if rows[0][number] == "1"} == {"02.1", "01.1"}
    assert {rows[1][number] for number in EXERCISES} == {"0"}


def test_what_is_no_learners_work_is_left_out_and_the_others_are_marked(tmp_path, capsys):
    notebook(tmp_path / "ada" / "mine.ipynb", IMPORTS, RIGHT, CHECK)
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.ipynb").write_text("[")
    (tmp_path / "half.ipynb").write_text('{"cells": [{"cell_type": "code"}], "nbformat": 4, "nbformat_minor": 5}')
    names = ["none", "empty", "broken.ipynb", "half.ipynb", "ada"]
    assert main(["lessons", "check", *(str(tmp_path / name) for name in names)]) == 2
    said = capsys.readouterr()
    for words in ("there is no folder or", "there is no notebook with", "broken.ipynb is no", "half.ipynb is no"):
        assert words in said.err
    assert "4 of 5 left out" in said.err
    assert [line.partition(",")[0] for line in said.out.splitlines()] == ["learner", "ada"]


def test_only_what_a_notebook_checks_can_be_solved_in_it(tmp_path):
    forged = "import json, os, pathlib; path = pathlib.Path(os.environ['MICROGRADLAB_HOME'], 'progress.json')"
    forged += "; path.write_text(json.dumps({'01.1': '', '02.1': ''}))"
    notebook(tmp_path / "mine.ipynb", IMPORTS, forged, CHECK.replace('"', "'"))
    assert mark(work_in(tmp_path / "mine.ipynb")).solved == {"02.1"}
    notebook(
        tmp_path / "mine.ipynb", IMPORTS, forged.replace("json.dumps({'01.1': '', '02.1': ''})", "'[' * 100000"), CHECK
    )
    assert mark(work_in(tmp_path / "mine.ipynb")).solved == set()


@pytest.mark.parametrize("deaf", [False, True])
def test_a_cell_that_does_not_end_is_ended(tmp_path, monkeypatch, deaf):
    monkeypatch.setattr(kernel, "TIMEOUT", 3)
    monkeypatch.setattr(kernel, "GRACE", 2)
    endless = "while True:\n    try:\n        time.sleep(1)\n    except KeyboardInterrupt:\n        " + (
        "pass" if deaf else "raise"
    )
    notebook(tmp_path / "mine.ipynb", IMPORTS + "; import time", RIGHT, CHECK, endless, 'check("02.2", None)')
    marked = mark(work_in(tmp_path / "mine.ipynb"))
    assert marked.solved == {"02.1"}
    assert ("died" if deaf else "took more than a minute") in marked.troubles[0]


def test_what_is_known_when_it_is_stopped_is_kept(tmp_path, capsys, monkeypatch):
    for name in ("ada", "ben"):
        notebook(tmp_path / name / "mine.ipynb", IMPORTS, RIGHT, CHECK)

    def stopped(work):
        if work.learner == "ben":
            raise KeyboardInterrupt
        return Marked(work.learner, {"02.1"})

    monkeypatch.setattr(marking, "mark", stopped)
    assert main(["lessons", "check", str(tmp_path / "ada"), str(tmp_path / "ben")]) == 130
    assert capsys.readouterr().out.splitlines()[1].startswith("ada,")


def test_the_command_writes_the_table(tmp_path, capsys):
    notebook(tmp_path / "ada" / "mine.ipynb", IMPORTS, RIGHT, CHECK)
    assert main(["lessons", "check", str(tmp_path / "ada"), "-o", str(tmp_path / "class.csv")]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "ada: 1 solved\n")
    assert (tmp_path / "class.csv").read_text().splitlines()[1].endswith(",1")
    assert main(["lessons", "check", str(tmp_path / "ada")]) == 0
    assert capsys.readouterr().out == (tmp_path / "class.csv").read_text()


@pytest.mark.parametrize("missing", ["nbformat", "nbclient"])
def test_without_jupyter_one_sentence_says_what_to_install(tmp_path, capsys, monkeypatch, missing):
    notebook(tmp_path / "mine.ipynb", IMPORTS, RIGHT, CHECK)
    monkeypatch.setitem(__import__("sys").modules, missing, None)
    assert main(["lessons", "check", str(tmp_path / "mine.ipynb")]) == 2
    assert "pip install 'microgradlab[notebooks]'" in capsys.readouterr().err
