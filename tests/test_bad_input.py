"""Bad inputs to every public function: each is refused, in words that help, and changes nothing.

The folder `bad_inputs` has a file for each public module, and a line for each input: what is typed, then the error. As
in a doctest, `...` stands for what is left out of a message. Names are the module's, and those that `worlds.py` makes.
"""

import ast
import faulthandler
import importlib
import inspect
import os
import pkgutil
import random
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import worlds

import microgradlab
from microgradlab import Value, cli, engine, losses, nn, ops, optim, row, schedules
from microgradlab.scopes import scopes

TABLE, ROOT = Path(__file__).parent / "bad_inputs", "microgradlab"
# Modules that are not for people to import: what these refuse is met through the others.
INNER = (
    "arithmetic coercion command_line early_stopping engine errors fast files forks formula given gradients history "
    "initial module numerics progress reports row scopes sequences settings steps"
)
TESTING = "testing"  # whose strategies refuse in hypothesis' way, and have tests of their own
# What Python says where kinds meet that nobody meant to, and what tells people of our insides.
FOR_PROGRAMMERS = re.compile(
    r"object is not|has no attribute|not a mapping|unhashable|NoneType|can't multiply|unpack|codec|<locals>"
    r"|out of range|not supported between|unsupported operand"
)


class Line(NamedTuple):
    """A line of the table."""

    module: str
    call: str
    error: str
    words: str


def table():
    """Every line; a call and its error are apart by `  # `."""
    for path in sorted(TABLE.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                call, _, said = line.partition("  # ")
                yield Line(path.stem, call, *said.split(": ", maxsplit=1))


def lines_for_every_op():
    """For each op: what is no number in each of its places, and the method with too many arguments."""
    for op in list(ops.table.values()):
        good = ["[x, y]" if d.sequence else "0" if d.is_index else "x" for d in op.domain]
        for place, domain in enumerate(op.domain):
            bad, shown = ("x", "Value") if domain.sequence else ("'1'", "'1'")
            call = f"{op.name}({', '.join([*good[:place], bad, *good[place + 1 :]])})"
            yield Line("ops", call, "ShapeError" if domain.is_index else "TypeError", f"{op} ... {shown}")
        if not op.over_sequences:
            arguments = ", ".join("x" * len(op.domain))
            yield Line("ops", f"x.{op.name}({arguments})", "TypeError", f"{op.name}() takes ... were given")


LINES = [*table()]
NAMES = {line.module for line in LINES} - {ROOT}
MODULES = {name: importlib.import_module(f"microgradlab.{name}") for name in sorted(NAMES)}
MODULES[ROOT] = microgradlab


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    """Where the calls find their files: no call may change one, so all share them."""
    before = os.getcwd()
    os.chdir(tmp_path_factory.mktemp("files"))
    worlds.write_files()
    for op in ops.table.values():
        if not op.over_sequences:
            op(*[Value(0.5)] * len(op.domain))  # the first call compiles it, and the words of later ones are Python's
    yield
    os.chdir(before)


@pytest.fixture(autouse=True)
def no_hanging():
    """A call that does not come back ends the tests, and shows where it is."""
    faulthandler.dump_traceback_later(120.0, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def names_in(module, things):
    """What the words of a call mean: the names that people import, the module's own, and the things."""
    named = [nn, losses, optim, schedules, microgradlab, MODULES[module]]
    return {name: thing for each in named for name, thing in vars(each).items() if name[:2] != "__"} | things


def snapshot(things):
    """All that a call could change, to the last bit."""
    files = {path.name: path.read_bytes() for path in Path().iterdir() if path.is_file()}
    rows = {name: id(op) for name, op in ops.table.items()}
    inside = [*row.kernels, *row.handlers, *row.listeners, *engine.paused, *scopes]
    return frozen(things), random.getstate(), os.getcwd(), sorted(os.listdir()), files, rows, inside


def frozen(x):
    """`x` and all in it as plain things that stay as they are, and are equal if no bit has changed."""
    if isinstance(x, random.Random):
        return x.getstate()
    if isinstance(x, dict):
        return {name: frozen(thing) for name, thing in x.items()}
    if isinstance(x, list | tuple):
        return [frozen(thing) for thing in x]
    if type(x).__module__.startswith(("microgradlab", "types")) and not isinstance(x, Value | ops.Op):
        return type(x), frozen(numbers_of(type(x)) | vars(x))
    return repr(x)  # which shows every bit of a float, of a Value its number, gradient and label


@cache
def numbers_of(kind):
    """The class's own numbers, such as `training`, which an object has until it is given others."""
    return {name: thing for name, thing in inspect.getmembers_static(kind) if isinstance(thing, int)}


@pytest.mark.parametrize("line", [*LINES, *lines_for_every_op()], ids=lambda line: f"{line.module}: {line.call:.60}")
def test_a_bad_input_is_refused_in_words_and_changes_nothing(line):
    things = worlds.world()
    names, before = names_in(line.module, things), snapshot(things)
    with pytest.raises(Exception) as caught:  # noqa: PT011 (which one is the line's to say)
        exec(line.call, names)
    said = str(caught.value)
    assert f"{type(caught.value).__name__}: {said}".startswith(f"{line.error}: ")
    assert re.search(".*".join(map(re.escape, re.split(r" ?\.\.\. ?", line.words))), said, re.DOTALL), said
    assert len(said) <= 420
    assert "\n" not in said or line.error == "ExpressionError"  # which shows the place in a line of its own
    assert not FOR_PROGRAMMERS.search(said) or FOR_PROGRAMMERS.search(line.words)
    assert snapshot(things) == before


def test_there_are_at_least_250_and_only_a_dozen_are_answered_by_python():
    assert len({line.call for line in LINES}) >= 250
    pythons = [line.call for line in LINES if FOR_PROGRAMMERS.search(line.words)]
    assert len(pythons) <= 12, pythons


# No public function is left out


def test_every_module_is_in_the_table_or_an_inner_one():
    found = {module.name for module in pkgutil.iter_modules(microgradlab.__path__)} - {"__main__"}
    assert found | {"microgradlab"} == {*MODULES, *INNER.split(), TESTING}


def first_with(kind, name):
    """The topmost class that has the method: it is tried there, and what overrides it does the same."""
    return next(base for base in reversed(kind.__mro__) if name in vars(base)), name


def public_functions(module):
    """What people can call: functions with arguments, classes and their methods, each once."""
    own = [name for name, thing in vars(module).items() if getattr(thing, "__module__", None) == module.__name__]
    for name in getattr(module, "__all__", [name for name in own if name[0] != "_"]):
        thing = getattr(module, name)
        if inspect.isclass(thing) and not issubclass(thing, Exception | tuple) and not hasattr(thing, "_is_protocol"):
            if takes_arguments(thing) and thing.__init__ is not list.__init__:
                yield thing
            for method, function in vars(thing).items():
                base = first_with(thing, method)
                ours = base[0].__module__.startswith("microgradlab") and method not in ops.table
                if ours and method[0] != "_" and callable(getattr(thing, method)) and takes_arguments(function):
                    yield base
        elif inspect.isfunction(thing) and takes_arguments(thing):
            yield thing


def takes_arguments(function):
    """Whether it has parameters, a method those beside itself."""
    parameters = [*inspect.signature(getattr(function, "__func__", function)).parameters]
    return bool({*parameters} - {"self", "cls"})


def called(line):
    """The function that a line calls, or None, as for an operator."""
    tree = ast.parse(line.call).body[-1]
    tree = getattr(tree, "value", tree)
    tree = tree.values[-1] if isinstance(tree, ast.BoolOp) else tree
    if not isinstance(tree, ast.Call):
        return None
    try:
        function = eval(ast.unparse(tree.func), names_in(line.module, worlds.world()))
    except AttributeError:  # the bad input is its name
        return None
    owner = getattr(function, "__self__", None)
    if owner is None or inspect.ismodule(owner) or isinstance(function, ops.Op):
        return function
    return first_with(owner if inspect.isclass(owner) else type(owner), function.__name__)


def test_every_public_function_has_a_bad_input():
    tried = [called(line) for line in LINES]
    missing = {
        f"{module}: {getattr(function, '__name__', function)}"
        for module in MODULES
        for function in public_functions(MODULES[module])
        if function not in tried and function is not cli.main
    }
    assert not missing


def test_every_command_has_a_bad_input():
    commands = {line.call.partition('"')[2].split()[0] for line in LINES if re.match(r'cli\("\w', line.call)}
    assert commands >= {"demo", "train", "predict", "draw", "play", "lessons"}
