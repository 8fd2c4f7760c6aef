"""The package as a whole: light to import, complete on disk, and with one tree of errors."""

import doctest
import importlib
import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import microgradlab
from microgradlab import errors

PACKAGE = Path(microgradlab.__file__).parent
ROOT = PACKAGE.parent
CORE = ["numerics", "sequences", "errors", "coercion", "row", "ops", "arithmetic", "formula", "steps", "engine",
        "gradients", "fast", "nn", "losses", "optim", "schedules", "data"]  # fmt: skip


def test_importing_it_loads_no_third_party_package():
    program = f"""if True:
        import sys
        before = set(sys.modules)
        import microgradlab
        for name in {CORE}:
            __import__("microgradlab." + name)
        new = {{name.split(".")[0] for name in set(sys.modules) - before}}
        print(sorted(new - sys.stdlib_module_names))
    """
    result = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "['microgradlab']"


def test_a_star_import_shadows_no_builtin():
    names = set()
    namespace = {}
    exec("from microgradlab import *", namespace)
    names = namespace.keys() - {"__builtins__"}
    assert "Value" in names
    assert not names & set(dir(__import__("builtins")))


def test_the_package_says_that_it_is_typed():
    assert (PACKAGE / "py.typed").exists()


@pytest.mark.parametrize("name", [path.stem for path in sorted(PACKAGE.glob("*.py")) if path.stem != "__main__"])
def test_every_module_says_what_you_can_do_with_it(name):
    module = importlib.import_module(f"microgradlab.{name}".removesuffix(".__init__"))
    assert len(inspect.getdoc(module) or "") > 40


def test_the_examples_of_the_front_page_run():
    assert doctest.testmod(microgradlab).failed == 0


# errors -----------------------------------------------------------------------------------------

KINDS = [kind for kind in vars(errors).values() if inspect.isclass(kind) and kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_is_ours_stands_in_the_tree_and_says_when_it_comes(kind):
    assert issubclass(kind, errors.MicrogradlabError)
    assert kind.__name__ in errors.__doc__
    assert kind.__doc__
    for line in errors.__doc__.splitlines():
        if f"── {kind.__name__} " in line:
            builtin = line.rsplit("(", 1)[1].rstrip(")")
            assert issubclass(kind, getattr(__import__("builtins"), builtin))
            break
    else:
        assert kind is errors.MicrogradlabError


def test_a_missing_package_is_answered_with_what_to_type():
    error = errors.MissingDependencyError("matplotlib", "plot", "drawing curves")
    assert isinstance(error, ImportError)
    assert str(error).endswith("matplotlib: type  pip install 'microgradlab[plot]'")


# the repository ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_project_is_for_python_3_11_with_three_dependencies_and_its_extras(project):
    metadata = project["project"]
    assert metadata["requires-python"] == ">=3.11"
    assert metadata["license"] == "MIT"
    assert [d.split(">=")[0] for d in metadata["dependencies"]] == ["graphviz", "pygraphviz", "tqdm"]
    assert {"plot", "notebooks", "test", "all"} <= metadata["optional-dependencies"].keys()
    assert metadata["version"] == getattr(microgradlab, "__version__", metadata["version"])


def test_warnings_are_errors_types_are_strict_and_floors_are_kept(project):
    tool = project["tool"]
    assert tool["pytest"]["ini_options"]["filterwarnings"] == ["error"]
    assert tool["mypy"]["strict"]
    (contract,) = tool["importlinter"]["contracts"]
    floors = {name.strip() for layer in contract["layers"] for name in layer.split("|")}
    assert {f"microgradlab.{name}" for name in CORE} <= floors


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a checkout has these")
@pytest.mark.parametrize("name", ["README.md", "LICENSE", ".gitignore", ".pre-commit-config.yaml", ".ci/run"])
def test_the_repository_has_what_a_newcomer_and_a_machine_look_for(name):
    assert (ROOT / name).read_text(encoding="utf-8").strip()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a checkout has these")
def test_the_workflow_calls_what_everyone_calls():
    workflows = [path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").iterdir()]
    assert any(".ci/run" in text for text in workflows)
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert all(tool in run for tool in ("README", "ruff check", "ruff format", "mypy", "lint-imports"))


def test_the_public_names_are_these():
    assert " ".join(microgradlab.__all__) == (
        "MLP Dropout EarlyStopping History Layer Module Neuron Sequential Value data draw errors fit grad load "
        "losses nn no_grad ops optim play record_training save schedules trace training_steps"
    )
    assert all(hasattr(microgradlab, name) for name in microgradlab.__all__)
    with pytest.raises(AttributeError, match="no attribute 'tahn'"):
        _ = microgradlab.tahn
