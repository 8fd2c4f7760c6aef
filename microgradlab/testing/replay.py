"""What an expression's value and gradient truly are, and how far rounding may carry those that an engine finds.

    >>> truth = Replay(Expression.parse("tanh(x) * 3.0", x=20.0))
    >>> float(truth.value), float(truth.gradient[0])
    (3.0, 5.0980251063499066e-17)

`Replay` runs an expression in mpmath: each op by its definition, each local slope by a difference of the definition
(`quotients.py`), and the chain rule in many bits: no rule of the table, and no line of backpropagation, serves as its
own judge. An op without a definition is taken at its kernel's word, and its slope from differences of floats.

How large an error is nobody's fault? With a seed, a replay makes the errors of floats at random (`rounding.py`), and
what a few seeds give spreads as far as rounding carries. That excuses what an ill-conditioned expression does to any
engine, but not a rule whose own digits cancel, such as 1 - tanh².
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from math import inf
from typing import Any

from mpmath import mp

from microgradlab.ops import Op
from microgradlab.row import TIES
from microgradlab.testing.definitions import definition
from microgradlab.testing.differences import EPSILON, ridders
from microgradlab.testing.expression import Expression, OpCall, Place, flat, mapped
from microgradlab.testing.quotients import QUICK, Care, in_more_bits, is_clear, settled, step_from
from microgradlab.testing.rounding import Exactly, Rounding
from microgradlab.testing.truth import CAREFUL, NoTruthError, derivative, real

LARGEST = mp.ldexp(1, 1024)  # and above, a float is inf


def step_alone(expression: Expression, index: int) -> Expression:
    """One step as an expression of its own: what it takes from elsewhere are the variables, its constants stay."""
    step, numbers = expression.steps[index], expression.calls[index].arguments
    given = [float(n) if type(x) is Place else None for x, n in zip(flat(step.arguments), flat(numbers))]
    names = names_of(step.op.parameters, like(step.arguments, given))
    places = map(Place, count())
    arguments = mapped(lambda x: next(places) if type(x) is Place else x, step.arguments)
    return Expression(names, tuple(x for x in given if x is not None), (OpCall(step.op, arguments),))


def names_of(parameters: Sequence[str], arguments: Sequence[Any]) -> tuple[str, ...]:
    """A name for each float in the arguments: x by itself, x[0], x[1], … in a sequence."""

    def named(name: str, x: Any) -> Iterator[str]:
        if isinstance(x, (list, tuple)):
            for i, element in enumerate(x):
                yield from named(f"{name}[{i}]", element)
        elif isinstance(x, float):
            yield name

    every = [*parameters, *(f"x{i + 1}" for i in range(len(parameters), len(arguments)))]
    return tuple(name for parameter, x in zip(every, arguments) for name in named(parameter, x))


def values(expression: Expression, at: Sequence[Any], rounded: Exactly) -> list[Any]:
    """The numbers `at`, and after them the result of each step, or the NoTruthError that says why it has none."""
    found = [mp.mpf(x) for x in at]
    for step in expression.steps:
        try:
            found.append(rounded(_result(step.op, _nudged(arguments_of(step, found), rounded))))
        except NoTruthError as error:
            found.append(error)
    return found


def value_at(expression: Expression, *at: Any) -> Any:
    """The value at these numbers."""
    result = values(expression, at, Exactly())[-1]
    if isinstance(result, NoTruthError):
        raise result
    return result


class Replay:
    """An expression's `value`, and its `gradient`: an mpf for each variable, or the NoTruthError that says why none.

    A kink counts only where the result depends on it: relu(x) * 0 has a slope at 0. But relu(x) - relu(-x) counts as
    having none, because an engine's slopes at 0 are conventions, which need not add up to that of x. `times_0` lets all
    count, as 0 times inf is nan in IEEE 754.
    """

    def __init__(
        self, expression: Expression, seed: int | None = None, care: Care = Care.LITTLE, times_0: bool = False
    ) -> None:
        self.expression, self.care, self.times_0 = expression, care, times_0
        self.rounded = Exactly() if seed is None else Rounding(seed)
        with mp.workprec(CAREFUL if care is Care.ALL else QUICK):
            self.values = values(expression, expression.point, self.rounded)
            self.contributions: list[list[tuple[Op, Any]]] = [[] for _ in self.values]
            self.adjoints: list[Any] = [mp.zero] * len(self.values)
            self.overflows = [False] * len(self.values)  # whether a number on a way to it is too large for a float
            self._flow()
        self.value = self.values[-1]
        self.gradient = self.adjoints[: len(expression.variables)]

    def _flow(self) -> None:
        """The chain rule, from the last step to the first."""
        self.adjoints[-1] = self.values[-1] if isinstance(self.values[-1], NoTruthError) else mp.one
        for step, place in reversed([*zip(self.expression.steps, range(len(self.expression.variables), 10**9))]):
            if self.adjoints[place] == 0 and not self.times_0:
                continue
            for x, slope in self._slopes(step, self.values[place]):
                contribution = self._product(self.adjoints[place], slope)
                total = self._sum(self.adjoints[x], contribution)
                self.contributions[x].append((step.op, contribution))
                self.adjoints[x] = total
                self.overflows[x] |= self.overflows[place] or any(map(_is_too_large, (slope, contribution, total)))

    def _product(self, adjoint: Any, slope: Any) -> Any:
        if isinstance(adjoint, NoTruthError) or isinstance(slope, NoTruthError):
            return adjoint if isinstance(adjoint, NoTruthError) else slope
        return self.rounded(adjoint * self.rounded(slope))

    def _sum(self, total: Any, contribution: Any) -> Any:
        if isinstance(total, NoTruthError) or isinstance(contribution, NoTruthError):
            return total if isinstance(total, NoTruthError) else contribution
        return self.rounded(total + contribution)

    def _slopes(self, step: OpCall, y: Any) -> Iterator[tuple[Place, Any]]:
        """For each place that the step takes its arguments from, its slope by that argument, or why there is none."""
        arguments = arguments_of(step, self.values)
        problem = next((x for x in (*flat(arguments), y) if isinstance(x, NoTruthError)), None)
        if problem is None and type(self.rounded) is Rounding:
            arguments = _nudged(arguments, self.rounded)
            y = None
        for position, place in enumerate(flat(step.arguments)):
            if type(place) is Place:
                yield place, problem or self._slope(step.op, arguments, position, y)

    def _slope(self, op: Op, arguments: tuple[Any, ...], position: int, y: Any) -> Any:
        """The slope of `op` by the argument at that position, sequences opened; its result is `y` if that is known."""
        numbers = flat(arguments)
        x = numbers[position]

        def along(x: Any) -> Any:
            return _result(op, like(arguments, [*numbers[:position], x, *numbers[position + 1 :]]))

        try:
            if (self.care is Care.ALL or definition(op) is None) and (kink := _kink(op, numbers)):
                return kink
            if definition(op) is None:
                slope, error = ridders(along, float(x))
                if error == inf:
                    return NoTruthError(f"{op.name} has no definition, and differences of its kernel do not settle")
                return mp.mpf(slope) + error * (self.rounded(mp.one) - 1) / EPSILON
            h, y = step_from(x, numbers), along(x) if y is None else y

            def quotient(scale: Any) -> Any:
                quick = (along(x + scale * h) - y) / (scale * h)
                return (
                    quick
                    if is_clear(quick, y, scale * h)
                    else in_more_bits(lambda: (along(x + scale * h) - along(x)) / (scale * h))
                )

            if self.care is Care.LITTLE:
                return quotient(1)
            if self.care is Care.SOME:
                return settled(quotient)
            with suppress(NoTruthError):
                if slope := settled(quotient):
                    return slope
            return derivative(along, [x], [0])  # has the last word on kinks, and on 0
        except NoTruthError:
            return NoTruthError(f"{op.name} is at a kink, a jump, a pole or the edge of its domain")


def _is_too_large(x: Any) -> bool:
    return not isinstance(x, NoTruthError) and bool(abs(x) >= LARGEST)


def _kink(op: Op, numbers: Sequence[Any]) -> NoTruthError | None:
    """Whether equal arguments make the slopes of the op conventions, even where it is smooth, as clip(0, 0, 0) is."""
    xs = [x for x in numbers if type(x) is not int]
    is_kink = op.kinks == TIES and len(set(xs)) < len(xs)
    return NoTruthError(f"{op.name} is at a kink, where its slope is a convention") if is_kink else None


def _result(op: Op, arguments: tuple[Any, ...]) -> Any:
    """What the op's definition, or failing that its kernel, makes of these numbers of mpmath."""
    problem = next((x for x in flat(arguments) if isinstance(x, NoTruthError)), None)
    if problem:
        raise problem
    if any(x != x for x in (arguments[:1] if op.name == "where" else flat(arguments))):  # its other branch may be nan
        raise NoTruthError(f"{op.name} is given nan")
    defined = definition(op)
    result = real(defined or (lambda *_: op.kernel(*mapped(float, arguments))), *arguments)
    if defined and isinstance(result, float):
        raise TypeError(f"the definition of {op.name} gives a float, which is no truth: write it with mpmath, such as "
                        "lambda x: mpmath.sin(x), which is given numbers of mpmath")  # fmt: skip
    result = mp.mpf(result)
    if abs(result) >= LARGEST:
        raise NoTruthError(f"{op.name} overflows there: it is {mp.nstr(result, 5)}, too large for a float")
    return result


def _nudged(arguments: tuple[Any, ...], rounded: Exactly) -> tuple[Any, ...]:
    """The arguments, each off by an ulp at most; an index stays."""
    return mapped(lambda x: rounded(x, 1.0) if isinstance(x, mp.mpf) else x, arguments)


def arguments_of(step: OpCall, found: Sequence[Any]) -> tuple[Any, ...]:
    """The arguments of a step: results of earlier ones, and constants."""
    return mapped(lambda x: found[x] if type(x) is Place else mp.mpf(x) if type(x) is float else x, step.arguments)


def like(arguments: tuple[Any, ...], numbers: Sequence[Any]) -> tuple[Any, ...]:
    """`numbers` in the shape of `arguments`."""
    rest = iter(numbers)
    return mapped(lambda _: next(rest), arguments)
