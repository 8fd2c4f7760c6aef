"""The lessons of an installed package are those of the repository."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from build_notebooks import NOTEBOOKS

from microgradlab.lessons import copies


@pytest.mark.long
def test_lessons_start_works_from_an_installed_wheel(tmp_path):
    root, site = Path(__file__).parents[1], tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path)]
    subprocess.run([*pip, str(root)], check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(site)
    command = [sys.executable, "-c", "import microgradlab.cli as c; print(c.__file__); raise SystemExit(c.main())"]
    command += ["lessons", "start", "mine", "--no-open"]
    env = os.environ | {"PYTHONPATH": str(site)}
    run = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert run.stdout.startswith(str(site))
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {path.name for path in NOTEBOOKS.glob("*.ipynb")}


@pytest.mark.parametrize("lesson", copies.lessons(), ids=lambda path: path.stem)
def test_a_copy_shows_its_opening_picture_and_no_answers(lesson):
    whole, copy = (nbformat.reads(text, 4).cells for text in (lesson.read_text(), copies.unseen(lesson.read_text())))
    assert [(cell.id, cell.source) for cell in copy] == [(cell.id, cell.source) for cell in whole]
    shown = {cell.id for cell in copy if cell.get("outputs")}
    assert shown <= {"the-picture"}
    assert shown or lesson.stem.startswith("00")


def test_in_a_folder_with_lessons_they_are_copied_to_that_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert copies.default_folder() == copies.FOLDER
    assert all(is_new for _, is_new in copies.start(Path()))
    assert copies.default_folder() == Path()
    assert not any(is_new for _, is_new in copies.start(Path()))
