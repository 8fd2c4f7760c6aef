"""What is under test: a function with the point to try it at, and the derivatives that an engine finds there.

A subject is made of a function, a module or a graph (`subject`). It runs on `Value` (`graphs`), or on another class
that has `data`, `grad`, `backward()` and the operators used: a learner's own, or micrograd's. Functions written with
`microgradlab.ops` run on such a class too, while `adopted(…)` hands their ops over to its operators and methods.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any

from microgradlab import ops
from microgradlab.coercion import number, shown
from microgradlab.engine import Value, trace
from microgradlab.gradients import grad
from microgradlab.module import Module
from microgradlab.testing.expression import OPERATORS, Expression, OpCall, recorded
from microgradlab.testing.replay import names_of

Places = tuple[int, ...]  # by which variables one differentiates, one after the other; () is the value itself


@dataclass(frozen=True, eq=False)
class Subject:
    """A function of as many numbers as it has names, of any kind, and the floats to try it at."""

    name: str
    names: tuple[str, ...]
    point: tuple[float, ...]
    function: Callable[..., Any]
    graph: Value | None = None  # of which the function is a copy
    is_closed: bool = False  # whether it is made of nothing but ops

    def __call__(self, *numbers: Any) -> list[Any]:
        """Its outputs: most functions have one."""
        return _leaves(self.function(*numbers))

    def at(self, point: Sequence[float]) -> "Subject":
        """The same at another point."""
        return replace(self, point=tuple(point), graph=None)

    def what(self, places: Places) -> str:
        """The name of a derivative: ∂f/∂x, ∂²f/∂x∂y."""
        if not places:
            return self.name
        power = "" if len(places) == 1 else "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(len(places)))
        return f"∂{power}{self.name}/" + "".join(f"∂{self.names[place]}" for place in places)


def subject(f: Any, at: Sequence[Any]) -> Subject:
    """What is to be checked: `f` with the arguments `at`, a float in which is a variable; all else is passed on as is.

    Raises:
        TypeError: there is no variable, or a graph was given arguments.
    """
    if type(f) is Value:
        return _graph(f, at)
    if isinstance(f, (Expression, OpCall)):
        names = f.variables if isinstance(f, Expression) else names_of(f.op.parameters, f.arguments)
        name = f.op.name if isinstance(f, OpCall) else f.steps[0].op.name if len(f.steps) == 1 else "f"
        return Subject(name, names, tuple(at) or f.point, f, is_closed=True)
    if not callable(f):
        raise TypeError(f"check_gradients takes a function, a module or a Value, got {f!r}")
    is_module = isinstance(f, Module)
    at = _mapped(lambda x: float(x) if _varies(x) else x, list(at))  # of numpy.float32 as well
    names = names_of(_parameters(f.forward if is_module else f), at)
    point = tuple(float(x) for x in _leaves(at) if _varies(x))
    parameters = dict(f.named_parameters()) if is_module else {}
    count = len(point)

    def function(*numbers: Any) -> Any:
        rest = iter(numbers)
        arguments = _mapped(lambda x: next(rest) if _varies(x) else x, at)
        if not is_module:
            return f(*arguments)
        # a copy of the module, that has these numbers wherever the module has its parameters
        outputs = deepcopy(f, {id(p): new for p, new in zip(parameters.values(), numbers[count:])})(*arguments)
        kept = {id(node) for y in _leaves(outputs) if type(y) is Value for node in trace(y)[0]}
        for parameter, p in parameters.items():
            if id(p) in kept:
                raise TypeError(f"{name} has {parameter} where a copy of it cannot have another, as in a function "
                                "made within it: check the graph that it makes, check_gradients(model(x))")  # fmt: skip
        return outputs

    name = type(f).__name__ if is_module else getattr(f, "__name__", "f")
    names, point = (*names, *parameters), (*point, *(float(p.data) for p in parameters.values()))
    if not point:
        came = ", ".join(map(shown, at)) or "no argument"
        raise TypeError(
            f"{name} has no variable to differentiate by: write 3.0 for a variable, 3 is a constant; got {came}"
        )
    return Subject(name if name.isidentifier() else "f", names, point, function, is_closed=isinstance(f, ops.Op))


def _graph(root: Value, at: Sequence[Any]) -> Subject:
    if at:
        raise TypeError("a graph has its numbers already: check_gradients(y), or give the function that made it")
    leaves = [node for node in trace(root)[0] if node.op is None]
    named = {leaf.label: leaf for leaf in leaves}  # of a label that several have, the last
    names = tuple(
        leaf.label if leaf.label and named[leaf.label] is leaf else f"x{i}" for i, leaf in enumerate(leaves, start=1)
    )
    point = tuple(leaf.data for leaf in leaves)
    return Subject(root.label or "y", names, point, recorded(root, leaves, names), root, is_closed=True)


def _varies(x: Any) -> bool:
    return isinstance(x, Real) and not isinstance(x, Integral)


def _leaves(x: Any) -> list[Any]:
    """What stands in nested lists and tuples."""
    return [leaf for element in x for leaf in _leaves(element)] if isinstance(x, (list, tuple)) else [x]


def _mapped(function: Callable[[Any], Any], x: Any) -> Any:
    """`x` with the function of all that stands in its nested lists and tuples, which may have names."""
    if not isinstance(x, (list, tuple)):
        return function(x)
    return getattr(x, "_make", type(x))([_mapped(function, e) for e in x])


def _parameters(f: Callable[..., Any]) -> Sequence[str]:
    if isinstance(f, ops.Op):
        return f.parameters
    try:
        return [p.name for p in inspect.signature(f).parameters.values() if p.kind <= p.POSITIONAL_OR_KEYWORD]
    except (TypeError, ValueError):
        return []


@contextmanager
def adopted(kind: type) -> Iterator[None]:
    """Within it, `microgradlab.ops` run on numbers of this class: by its operators, or else its methods."""
    if kind in ops.handlers:
        yield
        return

    def handler(op: ops.Op, *arguments: Any) -> Any:
        if op.name in OPERATORS:
            return OPERATORS[op.name][1](*arguments)
        first, *others = arguments
        return getattr(first if type(first) is kind else kind(first), op.name)(*others)

    ops.handlers[kind] = handler
    try:
        yield
    finally:
        del ops.handlers[kind]


def graphs(subject: Subject) -> tuple[list[Value], list[Value]]:
    """The leaves and the outputs that the function makes of Values; a graph has its own."""
    if subject.graph is not None:
        return [node for node in trace(subject.graph)[0] if node.op is None], [subject.graph]
    leaves = [Value(x, label=name) for x, name in zip(subject.point, subject.names)]
    outputs = [y if type(y) is Value else Value(y) for y in subject(*leaves)]
    for leaf, x in zip(leaves, subject.point):
        if leaf.data != x and x == x:
            raise TypeError(f"{subject.name} changes the data of its argument {leaf.label}: let it compute with a new "
                            f"Value, or change a copy, {leaf.label}.detach()")  # fmt: skip
    return leaves, outputs


def found_by_value(leaves: Sequence[Value], y: Value, order: int) -> dict[Places, float]:
    """The value of `y` and its derivatives up to that order, by the places of the leaves; no grad is changed."""
    nodes = [*trace(y)[0], *leaves]
    before = [node.grad for node in nodes]
    for leaf in leaves:
        leaf.grad = 0.0
    y.backward()
    found: dict[Places, float] = {(): y.data} | {(i,): leaf.grad for i, leaf in enumerate(leaves)}
    for node, was in zip(nodes, before):
        node.grad = was
    lower: dict[Places, Any] = {(): y}
    for _ in range(1, order):
        lower = {(*p, i): g for p, y in lower.items() for i, g in enumerate(grad(y, leaves, create_graph=True))}
        found |= {(*p, i): slope for p, y in lower.items() for i, slope in enumerate(grad(y, leaves))}
    return found


def found_by(value: type, subject: Subject, output: int) -> dict[Places, float]:
    """The same, to first order, as another engine finds it: `value(x)`, the function, `backward()` and `grad`."""
    with adopted(value):
        leaves = [value(x) for x in subject.point]
        y = subject(*leaves)[output]
        if not hasattr(y, "backward"):  # a plain number, which depends on nothing
            return {(): number(y)} | {(i,): 0.0 for i in range(len(leaves))}
        y.backward()
    return {(): number(y.data)} | {(i,): number(leaf.grad or 0.0) for i, leaf in enumerate(leaves)}


def forward(value: type, subject: Subject, output: int) -> float:
    """The value of the function, as that engine computes it."""
    with adopted(value):
        y = subject(*[value(x) for x in subject.point])[output]
    return number(getattr(y, "data", y))
