"""What a drawing says of an op: the terms in its box, and the words on the arrows that lead to it."""

from collections.abc import Iterator, Sequence
from typing import Any

from microgradlab.drawing.boxes import markup, short
from microgradlab.formula import INFIX
from microgradlab.ops import Op
from microgradlab.steps import Contribution, digits


def words_of(told: Contribution, show: Sequence[str]) -> str:
    """What stands on an arrow: the rule, the number, or both."""
    number = digits(told.local)
    if "rule" not in show:
        return markup(number)
    value = f" = {number}" if "local" in show and told.formula != number else ""
    return markup(f"∂/∂{told.name} = {short(told.formula, 40)}{value}")


def takes_any_order(op: Op) -> bool:
    """Whether the picture says it all without naming the arguments: one, or one sequence, or a commutative op."""
    return len(op.parameters) == 1 or "commutative" in op.traits


def terms_of(op: Op, arguments: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """What the box of `op` says, line by line, each with the places of the arguments that it is about."""
    if "pairs" in op.traits:  # w·x + b written out
        weights, inputs, bias = arguments
        for i, (w, x) in enumerate(zip(weights, inputs)):
            text = f"{name_of(w, f'w{i + 1}')} × {name_of(x, f'x{i + 1}')} = {digits(float(w) * float(x))}"
            yield text, i, len(weights) + i
        yield f"{'b' if type(bias) is float else name_of(bias, 'b')} = {digits(float(bias))}", 2 * len(weights)
    elif op.name in INFIX:  # a, and below it − b
        for i, (sign, parameter) in enumerate(zip(("", f"{op.symbol} "), op.parameters)):
            yield f"{sign}{name_of(arguments[i], parameter)}", i
    else:
        place = 0
        for parameter, argument in zip(op.parameters, arguments):
            for i, element in enumerate(argument if isinstance(argument, tuple) else (argument,)):
                name = f"{parameter}[{i}]" if isinstance(argument, tuple) else parameter
                yield f"{name} = {digits(element)}" if type(element) is float else name, place
                place += 1


def name_of(argument: Any, parameter: str) -> str:
    """What to call an argument: its label, or else what the op calls it; a constant is its digits."""
    return digits(argument) if type(argument) is float else short(argument.label, 12) or parameter
