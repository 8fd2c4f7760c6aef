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

from microgradlab.formula import ATOM, Formula, formula, wrapped
from microgradlab.row import Domain, apply

SHORT = 30  # characters: a longer formula does not serve as a name


def digits(x: float) -> str:
    """Four significant digits, with the minus sign of mathematics."""
    return f"{x:.4g}".replace("-", "−")


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
        local = digits(self.local)
        rule = local if self.formula == local else f"{self.formula} = {local}"
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
        lines = [f"{label}{self.name} = {digits(self.node.data)} has gradient {digits(self.grad)}"]
        for c in self.contributions:
            product = f"passes on {digits(self.grad)} × {digits(c.local)} = {digits(c.contribution)}"
            sign = "−" if c.contribution < 0 else "+"
            sum = f"{digits(c.before)} {sign} {digits(abs(c.contribution))} → {digits(c.total)}"
            lines.append(f"  {c}; {product}; {c.name}.grad: {sum}")
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
        texts = wrapped(name, ATOM), local, str(formula(rule))
        contributions.append(Contribution(argument, *texts, node.grad * local, before, total))
    return Step(node, node.grad, str(text), tuple(contributions))


def _shown(node: Any, names: tuple[Any, ...], rules: tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:
    """(name, rule) for the places of `places(node.arguments, node.locals)`."""
    carried = [None if local is None else rule for local, rule in zip(node.locals, rules)]
    return places(names, tuple(carried))


def _name(parameter: str, argument: Any, domain: Domain, depth: int = 2) -> Any:
    """The argument as a formula: its label, a constant's digits, how it was computed, or what the op calls it."""
    if isinstance(argument, tuple):
        return tuple(_name(f"{parameter}{i}", a, domain, depth) for i, a in enumerate(argument, start=1))
    if domain.is_index:
        return argument
    if type(argument) is float:
        constant = formula(argument)
        return Formula(digits(argument), constant.code, constant.strength, argument)
    if not argument.label and argument.op and depth:
        row = argument.op
        inner = zip(row.parameters, argument.arguments, row.domain)
        computed = apply(row, *(_name(p, a, d, depth - 1) for p, a, d in inner))
        if len(computed.text) <= SHORT:
            return computed
    return Formula(argument.label or ("…" if argument.op else parameter))


def _opened(rule: Any, name: Any) -> Any:
    """One rule per element where the argument is a sequence and the rule one number for all."""
    return [rule] * len(name) if isinstance(name, tuple) and not isinstance(rule, (list, tuple)) else rule
