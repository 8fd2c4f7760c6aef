"""Wrong derivative rules, planted on purpose: what a checker of gradients must notice.

    .venv/bin/python tests/mutants.py

plants each of them in turn, has `microgradlab.testing` look at it as it looks at any op, and prints what was noticed.

Every rule of the table is spoiled in each of these ways: its sign flipped, off by a factor of 1 ± 1e-6, arguments
swapped, the result taken for an argument or an argument for the result, a term or factor dropped. A mutant is a row
of its own, beside the right one: the same kernel and definition, and one wrong rule.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, settings

from microgradlab import Value, ops
from microgradlab.arithmetic import Arithmetic
from microgradlab.errors import GradientError
from microgradlab.testing.definitions import definition, definitions
from microgradlab.testing.expression import OpCall
from microgradlab.testing.properties import gradients_agree
from microgradlab.testing.strategies import op_calls

# Mutants that differ from the right rule nowhere, or only where there is no derivative, each with the reason.
EQUAL = {
    "relu, slope in x: the result for x": "relu(x) > 0 where x > 0, and nowhere else",
    "relu6, slope in x: the result for x": "relu6(x) is between 0 and 6 where x is",
    "hardtanh, slope in x: the result for x": "hardtanh(x) is between -1 and 1 where x is",
    "clip, slope in x: the result for low": "clip(x) ≤ x where low ≤ x",
    "clip, slope in x: the result for high": "x ≤ clip(x) where x ≤ high",
    "clip, slope in low: the result for high": "low ≤ clip(x) where low ≤ high",
    "clip, slope in high: x and low swapped": "the larger of two has no order",
    "clip, slope in high: the result for high": "clip(x) is below the larger of x and low where high is",
    "over_square, slope in a: b and c swapped": "b + c is c + b",
    "over_square, slope in b: b and c swapped": "b + c is c + b",
    "over_square, slope in c: b and c swapped": "b + c is c + b",
    "over_hypot, slope in b: a and b swapped": "-a·b / (a² + b²)^1.5 is the same in a and b",
    "max_share, slope in a: the first lost": "all slopes are 0",
    "max_share, slope in a: the last lost": "all slopes are 0",
    "min_share, slope in a: the first lost": "all slopes are 0",
    "min_share, slope in a: the last lost": "all slopes are 0",
}

TINY = 1e-6
NAME = "mutant"


class Mutant(NamedTuple):
    """A row with one wrong rule."""

    op: ops.Op
    place: int  # of the argument whose rule is wrong
    how: str
    rule: Callable[..., Any]

    def __str__(self) -> str:
        return f"{self.op.name}, slope in {self.op.parameters[self.place]}: {self.how}"


def mutants() -> Iterator[Mutant]:
    """Every mutant of every rule of the table."""
    for op in list(ops.table.values()):
        for place, (rule, domain) in enumerate(zip(op.rules, op.domain)):
            if not domain.is_index:
                for how, wrong in (_of_sequence if domain.sequence else _of_number)(op, rule):
                    yield Mutant(op, place, how, wrong)


@contextmanager
def planted(mutant: Mutant) -> Iterator[ops.Op]:
    """The mutant as a row of the table, for a while."""
    op = mutant.op
    rules = [_with_names(mutant.rule if i == mutant.place else rule, op) for i, rule in enumerate(op.rules)]
    options = {"domain": op.domain, "defaults": op.defaults, "symbol": op.symbol, "kinks": op.kinks}
    definitions[NAME] = definition(op)
    try:
        yield ops.op(NAME, op.every or op.kernel, *rules, traits=" ".join(op.traits), **options)
    finally:
        del definitions[NAME], ops.table[NAME]
        for kind in (Value, Arithmetic):
            if NAME in vars(kind):
                delattr(kind, NAME)


def _with_names(rule: Callable[..., Any], op: ops.Op) -> Callable[..., Any]:
    """The rule with the parameters that a row asks of it."""
    names = ", ".join([*op.parameters, "y_"])
    return eval(f"lambda {names}: rule({names})", {"rule": rule})  # type: ignore[no-any-return]


# the ways to be wrong -------------------------------------------------------------------------------------------------


def _anywhere(op: ops.Op, rule: Any) -> Iterator[tuple[str, Any]]:
    """What can go wrong with any rule."""
    terms = _terms(op)
    slope = rule(*terms)
    if slope == 0 and not isinstance(slope, Term):
        yield "not 0", lambda *_: TINY
        return
    yield "its sign flipped", lambda *a: _each(rule(*a), lambda d: -d)
    yield "too large by 1e-6", lambda *a: _each(rule(*a), lambda d: d * (1.0 + TINY))
    yield "too small by 1e-6", lambda *a: _each(rule(*a), lambda d: d * (1.0 - TINY))
    used = {*_leaves(slope)}
    for i, a in enumerate(terms[:-1]):
        for j, b in enumerate(terms[:i]):
            if op.domain[i].sequence == op.domain[j].sequence and used & {*_flat((a, b))}:
                names = f"{op.parameters[j]} and {op.parameters[i]}"
                yield f"{names} swapped", lambda *x, i=i, j=j: rule(*_with(x, {i: x[j], j: x[i]}))
        if isinstance(a, Term) and a in used:
            yield f"the result for {op.parameters[i]}", lambda *x, i=i: rule(*_with(x, {i: x[-1]}))
        if isinstance(a, Term) and terms[-1] in used:
            yield f"{op.parameters[i]} for the result", lambda *x, i=i: rule(*x[:-1], x[i])


def _of_number(op: ops.Op, rule: Any) -> Iterator[tuple[str, Any]]:
    """What can go wrong with the slope in a number: also that one of its terms, or factors, is lost."""
    yield from _anywhere(op, rule)
    terms = _terms(op)
    for part in _parts(rule(*terms)):
        if part.arguments and part.op.name in ("add", "sub", "mul", "div"):
            for kept, name in zip(part.arguments, ("second", "first")):
                where = f"the {name} operand of {part} dropped"
                yield where, lambda *x, part=part, kept=kept: _again(rule(*terms), terms, x, {str(part): kept})


def _of_sequence(op: ops.Op, rule: Any) -> Iterator[tuple[str, Any]]:
    """What can go wrong with the slopes in a sequence: also that they are in another order, or one is lost."""
    yield from _anywhere(op, rule)

    def opened(*x: Any) -> list[Any]:
        slopes = rule(*x)
        return list(slopes) if isinstance(slopes, (list, tuple)) else [slopes] * len(x[0])

    yield "the first lost", lambda *x: [0.0, *opened(*x)[1:]]
    yield "the last lost", lambda *x: [*opened(*x)[:-1], 0.0]
    if isinstance(rule(*_terms(op)), (list, tuple)):
        yield "in reverse order", lambda *x: opened(*x)[::-1]


def _each(slope: Any, change: Callable[[Any], Any]) -> Any:
    return [*map(change, slope)] if isinstance(slope, (list, tuple)) else change(slope)


def _with(x: tuple[Any, ...], changes: dict[int, Any]) -> list[Any]:
    return [changes.get(i, a) for i, a in enumerate(x)]


# a rule as a tree -----------------------------------------------------------------------------------------------------


class Term(Arithmetic):
    """A number that remembers how it was computed, to be computed again with a change."""

    __slots__ = ("arguments", "op")

    def __init__(self, op: Any, *arguments: Any) -> None:
        self.op, self.arguments = op, arguments

    def __str__(self) -> str:
        return f"{self.op.name}({', '.join(map(str, self.arguments))})" if self.arguments else self.op


ops.handlers[Term] = Term


def _terms(op: ops.Op) -> list[Any]:
    """The arguments and the result as leaves; a sequence has three elements."""
    numbers = count(1)
    leaves: list[Any] = [
        tuple(Term(f"x{next(numbers)}") for _ in range(3)) if d.sequence else 1.0 if d.is_index else Term(name)
        for name, d in zip(op.parameters, op.domain)
    ]
    return [*leaves, Term("y")]


def _flat(x: Any) -> Iterator[Any]:
    for a in x if isinstance(x, (tuple, list)) else ():
        yield from _flat(a)
    if isinstance(x, Term):
        yield x


def _parts(slope: Any) -> Iterator[Term]:
    """Every term that the slope is computed from, itself first."""
    for term in _flat(slope):
        yield term
        yield from _parts(term.arguments)


def _leaves(slope: Any) -> Iterator[Term]:
    return (term for term in _parts(slope) if not term.arguments)


def _again(term: Any, leaves: list[Any], numbers: Any, changed: dict[str, Any]) -> Any:
    """What `term` computes with these numbers for the leaves, with some parts of it in the place of others."""
    if not isinstance(term, Term):
        return term
    if term in leaves:
        return numbers[next(i for i, leaf in enumerate(leaves) if leaf is term)]
    if str(term) in changed:
        return _again(changed[str(term)], leaves, numbers, {})
    return term.op(*(_again(a, leaves, numbers, changed) for a in term.arguments))


# the hunt -------------------------------------------------------------------------------------------------------------


def calls(op: ops.Op, row: ops.Op) -> Any:
    """What an op is tried with: all that it is defined for, and a scaled_pow with what the rules give it.

    Its k counts how often a power was differentiated, and c is a product of factors: beside other numbers the rule
    loses digits of k + 1, and c * (b - k) may be too small for a float.
    """
    if row is not ops.scaled_pow:
        return op

    def as_in_rules(call: OpCall) -> OpCall:
        c, a, b, k = call.arguments
        c, b = (x if abs(x) > 1e-100 else 1.5 for x in (c, b))
        return OpCall(op, (c, a, b, float(abs(round(k)) % 3)))

    return op_calls(ops=[op], min_value=-1e6, max_value=1e6).map(as_in_rules)


def survives(mutant: Mutant) -> bool:
    """Whether the kit, with hypothesis' default number of examples, finds nothing wrong."""
    with planted(mutant) as op:
        test = settings(database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=HealthCheck)(
            gradients_agree(calls(op, mutant.op), order=1)
        )
        try:
            test()
        except GradientError:
            return False
    return True


if __name__ == "__main__":
    found = list(mutants())
    survivors = [str(mutant) for mutant in found if survives(mutant)]
    for name in survivors:
        print(f"survived: {name}{': ' + EQUAL[name] if name in EQUAL else ''}")
    equal = sum(name in EQUAL for name in survivors)
    print(f"{len(found)} mutants: {len(found) - len(survivors)} killed, {equal} equal, {len(survivors) - equal} missed")
    sys.exit(len(survivors) > equal)
