"""Bugs to find: sixteen ways in which an autograd engine goes wrong, each by one line, and each planted on request.

    >>> bug = BUGS["last_use_wins"]
    >>> print(*bug.program, sep="\\n")
    x = Value(3.0)
    (x * 2.0 + x * 3.0).backward()
    x.grad
    >>> bug.expected, outcome(bug, broken(bug))
    (5.0, 2.0)

`broken(bug)` is a second microgradlab, imported under a name of its own from the same files, but for the one line. It
has its own Value, op table and modules, so the microgradlab that you use is left alone. Look for the bug as in any
code: try things out, and read (`inspect.getsource(lab.engine)`); `bug.right` and `bug.wrong` are the solution.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import ExecutionLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, spec_from_loader
from types import ModuleType
from typing import Any

PREFIX = "microgradlab_with_"


@dataclass(frozen=True)
class Bug:
    """One wrong line in one file, and a program of a few lines whose result shows it."""

    name: str
    file: str
    right: str
    wrong: str
    program: tuple[str, ...]  # its lines, of which the last is an expression
    expected: float  # what that gives without the bug
    seen: str  # what a learner sees
    idea: str  # a test that notices


BUGS = {
    bug.name: bug
    for bug in (
        Bug(
            "no_seed",
            "engine.py",
            "root._grad += 1.0",
            "pass",
            ("x = Value(3.0)", "(x * x).backward()", "x.grad"),
            6.0,
            "Every gradient is 0: nothing says that the result's own gradient is 1.",
            "Any gradient that should not be 0.",
        ),
        Bug(
            "last_use_wins",
            "engine.py",
            "a._grad += grad * node._da",
            "a._grad = grad * node._da",
            ("x = Value(3.0)", "(x * 2.0 + x * 3.0).backward()", "x.grad"),
            5.0,
            "A number that is used in several places gets the gradient of one of them.",
            "Use one number twice: the derivative of x * 2 + x * 3 is 5.",
        ),
        Bug(
            "oldest_first",
            "engine.py",
            "found.sort(key=birth, reverse=True)",
            "found.sort(key=birth)",
            ("x = Value(3.0)", "(x * 2.0 * 5.0).backward()", "x.grad"),
            10.0,
            "A single op is right; in a chain of two, all but the last pass on a gradient that has not come yet: 0.",
            "Two ops one after another.",
        ),
        Bug(
            "unsorted",
            "engine.py",
            "found.sort(key=birth, reverse=True)",
            "pass",
            ("x = Value(1.0)", "a = x * 2.0", "b = a * 3.0", "(a * b).backward()", "x.grad"),
            24.0,
            "Chains and trees are right; where a short and a long way lead to one node, it passes on its gradient "
            "before all of it has come.",
            "A number and what is made of it, multiplied.",
        ),
        Bug(
            "visited_twice",
            "engine.py",
            "if type(a) is Value and a._op is not None and a not in seen:",
            "if type(a) is Value and a._op is not None:",
            ("x = Value(3.0)", "m = x * 2.0", "((m + 1.0) * (m + 2.0)).backward()", "x.grad"),
            30.0,
            "A result that two others use passes on its gradient twice: too large, more so with every such node.",
            "Share a result, not a leaf.",
        ),
        Bug(
            "results_keep_grads",
            "engine.py",
            "node._grad = 0.0",
            "pass",
            ("x = Value(3.0)", "y = x * x", "y.backward()", "x.grad = 0.0", "y.backward()", "x.grad"),
            6.0,
            "The first backward() is right, a second on the same graph is not: what the results got before is passed "
            "on again.",
            "Call backward() twice, with the leaves' gradients set to 0 in between.",
        ),
        Bug(
            "zero_grad_does_nothing",
            "module.py",
            "parameter.grad = 0.0",
            "pass",
            (
                "neuron = Neuron(1, seed=0)",
                "for _ in range(2):",
                "    neuron.zero_grad()",
                "    neuron([2.0]).backward()",
                "neuron.bias.grad",
            ),
            1.0,
            "The first step of a training is right, then every step goes further than it should: gradients add up.",
            "The gradient after two rounds of zero_grad() and backward() is that of one.",
        ),
        Bug(
            "detach_does_nothing",
            "engine.py",
            "return Value(self._data)",
            "return self",
            ("x = Value(3.0)", "y = x * x", "(y.detach() * x).backward()", "x.grad"),
            9.0,
            "Gradients flow into what was to count as a constant.",
            "A product of a number and something detached that is made of it.",
        ),
        Bug(
            "paused_for_ever",
            "engine.py",
            "paused.remove(thread)",
            "pass",
            ("with no_grad():", "    pass", "x = Value(3.0)", "(x * x).backward()", "x.grad"),
            6.0,
            "After the first no_grad(), as for a validation, training stands still: nothing is remembered any more.",
            "A gradient after a with-block of no_grad().",
        ),
        Bug(
            "edit_unnoticed",
            "engine.py",
            "self._birth = edits[0] = tick()",
            "self._birth = tick()",
            ("neuron = Neuron(1, seed=0)", "neuron([1.0])", "neuron.weights[0].data = 5.0", "neuron([1.0]).data"),
            5.0,
            "Weights move, the loss does not: neurons go on computing with the numbers that they read first.",
            "Call a neuron, change a weight, and call it again.",
        ),
        Bug(
            "edge_lost",
            "engine.py",
            "edges = [(a, node) for node in results for a, _ in places(node.arguments, node.locals)]",
            "edges = [*{(a, node) for node in results for a, _ in places(node.arguments, node.locals)}]",
            ("m = Value(1.0)", "nodes, edges = trace(m + m)", "len(edges)"),
            2.0,
            "The drawing of m + m has one arrow where there should be two: a set keeps equal edges once.",
            "Count the edges of m + m.",
        ),
        Bug(
            "swapped_factors",
            "ops.py",
            'mul         = op("mul",         operator.mul,         lambda a, b: b,',
            'mul         = op("mul",         operator.mul,         lambda a, b: a,',
            ("x, y = Value(3.0), Value(4.0)", "(x * y).backward()", "x.grad"),
            4.0,
            "The derivative of x * y by x is x. Squares are right, and so is all that multiplies equal numbers.",
            "Multiply two different numbers.",
        ),
        Bug(
            "wrong_sign",
            "ops.py",
            'cos         = op("cos",         numerics.cos,         lambda x: -sin(x))',
            'cos         = op("cos",         numerics.cos,         lambda x: sin(x))',
            ("x = Value(0.0)", "(x + 1.5707963267948966).cos().backward()", "x.grad"),
            -1.0,
            "One op of many has a slope of the wrong sign. Laws such as that of the product hold all the same.",
            "Compare with the truth, each op by itself.",
        ),
        Bug(
            "no_running_total",
            "steps.py",
            "total = totals[id(argument)] = before + node.grad * local",
            "total = before + node.grad * local",
            ("x = Value(3.0)", "[step] = (x * x).backward_steps()", "step.contributions[1].total"),
            6.0,
            "The explanation of x * x says twice that x.grad goes from 0 to 3, while the gradient is 6.",
            "The last total that the steps tell of a number is its gradient.",
        ),
        Bug(
            "grad_differs",
            "gradients.py",
            "grads[id(argument)] = contribution if before is None else before + contribution",
            "grads[id(argument)] = contribution",
            ("x = Value(3.0)", "grad(x * 2.0 + x * 3.0, x)"),
            5.0,
            "grad() and backward() disagree as soon as a number is used twice.",
            "grad() gives what backward() adds.",
        ),
        Bug(
            "constant_slopes",
            "gradients.py",
            "locals = _slopes_as_graph(node) if create_graph else node.locals",
            "locals = node.locals",
            ("x = Value(2.0)", "slope = grad(x**3.0, x, create_graph=True)", "grad(slope, x)"),
            12.0,
            "First derivatives are right, second ones are 0: the slopes are numbers that have forgotten x.",
            "The second derivative of x**3 at 2 is 12.",
        ),
    )
}


def outcome(bug: Bug, package: ModuleType) -> Any:
    """What the bug's program gives in this microgradlab: `expected` in a right one."""
    names = dict(vars(package))
    *lines, last = bug.program
    exec("\n".join(lines), names)
    return eval(last, names)


def broken(bug: Bug) -> ModuleType:
    """A microgradlab of its own with this bug in it, fresh with every call."""
    name = PREFIX + bug.name
    for module in [m for m in sys.modules if m.partition(".")[0] == name]:
        del sys.modules[module]
    if not any(isinstance(finder, _Planter) for finder in sys.meta_path):
        sys.meta_path.append(_Planter())
    return import_module(name)


class _Planter(ExecutionLoader, MetaPathFinder):
    """Imports microgradlab_with_<bug> and its modules: the sources of microgradlab, with the bug in its line."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        is_ours = fullname.startswith(PREFIX) and find_spec(_original(fullname))
        return spec_from_loader(fullname, self) if is_ours else None

    def is_package(self, fullname: str) -> bool:
        spec = find_spec(_original(fullname))
        return spec is not None and spec.submodule_search_locations is not None

    def get_filename(self, fullname: str) -> str:
        return f"{fullname.replace('.', '/')}.py"  # there is no such file, so Python asks us for the source

    def get_source(self, fullname: str) -> str:
        spec = find_spec(_original(fullname))
        assert spec is not None
        source: str = spec.loader.get_source(spec.name)  # type: ignore[union-attr]
        package, _, module = fullname.partition(".")
        bug = BUGS[package.removeprefix(PREFIX)]
        if bug.file == f"{module}.py":
            source = source.replace(bug.right, bug.wrong)
        return re.sub(r'(^\s*(?:from|import) |import_module\(f")microgradlab\b', rf"\1{package}", source, flags=re.M)


def _original(fullname: str) -> str:
    """The module of the microgradlab in use that this one is made from."""
    return ".".join(["microgradlab", *fullname.split(".")[1:]])
