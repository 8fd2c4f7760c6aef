"""One step of backpropagation, as a record and as a sentence.

>>> from microgradlab.engine import Value
>>> x = Value(3.0, label="x")
>>> for step in (x * x).backward_steps():
...     print(step)
x × x = 9 has gradient 1
  ∂/∂x = x = 3; passes on 1 × 3 = 3; x.grad: 0 + 3 → 3
  ∂/∂x = x = 3; passes on 1 × 3 = 3; x.grad: 3 + 3 → 6
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from microgradlab.formula import Formula, formula
from microgradlab.row import Domain, apply


def places(arguments: tuple[Any, ...], slopes: tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:
    """(argument, slope) for each place of an argument that carries a gradient, sequences opened."""
    for argument, slope in zip(arguments, slopes):
        if slope is not None:
            if isinstance(argument, tuple):
                yield from zip(argument, slope)
            else:
                yield argument, slope


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one argument receives: contribution = the result's gradient × local; total = before + contribution."""

    argument: Any
    name: str  # its label, or what the op calls it
    local: float
    formula: str  # the rule that gave `local`, with the names put in
    contribution: float
    before: float
    total: float

    def __str__(self) -> str:
        local = f"{self.local:.4g}"
        rule = local if self.formula == local.replace("-", "−") else f"{self.formula} = {local}"
        return f"∂/∂{self.name} = {rule}"


@dataclass(frozen=True, slots=True)
class Step:
    """A result, its final gradient, and what that passes on to each of its arguments, in their order."""

    node: Any
    grad: float
    name: str  # the op with its arguments' names put in
    contributions: tuple[Contribution, ...]

    def __str__(self) -> str:
        label = f"{self.node.label} = " if self.node.label else ""
        lines = [f"{label}{self.name} = {self.node.data:.4g} has gradient {self.grad:.4g}"]
        for c in self.contributions:
            product = f"passes on {self.grad:.4g} × {c.local:.4g} = {c.contribution:.4g}"
            lines.append(f"  {c}; {product}; {c.name}.grad: {c.before:.4g} + {c.contribution:.4g} → {c.total:.4g}")
        return "\n".join(lines)


def step(node: Any) -> Step:
    """The record for `node`, made when its gradient is final and not yet passed on."""
    names = tuple(map(_name, node.op.parameters, node.arguments, node.op.domain))
    text = apply(node.op, *names)
    result = Formula(node.label) if node.label else text
    rules = tuple(_opened(rule(*names, result), name) for rule, name in zip(node.op.rules, names))
    totals: dict[int, float] = {}
    contributions = []
    for (argument, local), (name, rule) in zip(places(node.arguments, node.locals), _shown(node, names, rules)):
        before = totals.get(id(argument), argument.grad)  # an argument used twice grows twice
        total = totals[id(argument)] = before + node.grad * local
        text_of_rule = str(formula(rule))
        contributions.append(Contribution(argument, str(name), local, text_of_rule, node.grad * local, before, total))
    return Step(node, node.grad, str(text), tuple(contributions))


def _shown(node: Any, names: tuple[Any, ...], rules: tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:
    """(name, rule) for the places of `places(node.arguments, node.locals)`."""
    carried = [None if local is None else rule for local, rule in zip(node.locals, rules)]
    return places(names, tuple(carried))


def _name(parameter: str, argument: Any, domain: Domain) -> Any:
    """The argument as a formula: its label, a constant's digits, or else what the op calls it."""
    if isinstance(argument, tuple):
        return tuple(_name(f"{parameter}{i}", a, domain) for i, a in enumerate(argument, start=1))
    if domain.is_index:
        return argument
    return formula(argument) if type(argument) is float else Formula(argument.label or parameter)


def _opened(rule: Any, name: Any) -> Any:
    """One rule per element where the argument is a sequence and the rule one number for all."""
    return [rule] * len(name) if isinstance(name, tuple) and not isinstance(rule, (list, tuple)) else rule
