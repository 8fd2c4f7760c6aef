"""The lessons of an installed package are those of the repository."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from build_notebooks import NOTEBOOKS


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
    mine = {path.name: path.read_bytes() for path in (tmp_path / "mine").iterdir()}
    assert mine == {path.name: path.read_bytes() for path in NOTEBOOKS.glob("*.ipynb")}
