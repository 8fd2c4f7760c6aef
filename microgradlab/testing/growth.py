"""How expressions grow: step by step, each an op on earlier results that its domain admits.

The number at each place is known while the expression is drawn. So nothing is thrown away for the logarithm of a
negative number: a logarithm is given what fits, among the results so far, the variables, and round constants.

To hypothesis a step is two choices, however many arguments its op has: an instruction of a few bytes, which say what
the op is and where each argument comes from; and whether the expression ends here. That lets a failing case become
small: any run of steps can be left out in one go, and the others still read as they did. Zero is the simplest: the end,
the first op, the first variable. What an instruction asks for and cannot have, for want of a number that fits, is made
good without a further choice.

A variable has its number before the steps are drawn, so that leaving steps out does not change it; yet what was shown
by the result of several steps may need another number once a variable stands in their place. So one step down from
"a result" stands "a variable, as high, as low or as near to 0 as it may be", which a shrinker tries.
"""

import math
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import cycle
from operator import or_
from typing import Any

from hypothesis import strategies as st

from microgradlab.row import REAL, Domain, Op
from microgradlab.testing.arguments import ROUND, Choose, Numbers, chosen_arguments
from microgradlab.testing.expression import Expression, OpCall, Place, filled, flat, mapped

LIMIT = 1e4  # of each result, and of how much it magnifies a change of the variables
H = 1e-7  # the step of the differences by which that is measured
SIMPLEST = (0.5, 1.5, 2.5, 3.5)  # of the variables' numbers: at 0 and at 1, and where two are one, errors hide
INSTRUCTIONS = st.binary(min_size=7, max_size=7)
ENDS = 5  # ways to end: with the latest result, or four times as often with the one that is made of most

VARIABLE, EDGE, UNUSED, EARLIER, CONSTANT = range(5)  # where an argument comes from
EDGES = 3  # numbers for a variable that no step uses yet: the highest, the lowest, and a tiny one
TINY = 0.0625  # and within the margins
EIGHTHS = 8  # of the way back to the first result
CONSTANTS = 2  # of the round numbers


class Growth:
    """An expression while it is drawn: what stands at each place, first the variables and then the results."""

    def __init__(
        self, draw: st.DrawFn, ops: Sequence[Op], variables: tuple[str, ...], numbers: Numbers, depth: int
    ) -> None:
        self.draw, self.ops, self.variables, self.numbers, self.depth = draw, ops, variables, numbers, depth
        self.count = len(variables)
        self.sources = _sources(self.count)
        self.floats = [self.number(SIMPLEST[place % len(SIMPLEST)]) for place in range(self.count)]  # at the point
        self.settled: set[int] = set()  # the variables that keep their floats, as some step uses them
        self.steps: list[OpCall] = []
        self.depths = [0] * self.count
        self.magnified = [1.0] * self.count  # at most so much, a change of the variables by 1
        self.needs = [0] * self.count  # the results that it needs, itself one, as bits
        self.result = 0  # what the expression's result needs
        self.unused: list[int] = []
        self.taken: set[int] = set()  # by the step being drawn

    def number(self, simplest: float) -> float:
        """A number between the bounds, which shrinks to this one."""
        low, high = self.numbers.interval(REAL)
        simplest = min(max(low, simplest), high)
        return min(max(low, simplest + self.draw(st.floats(low - simplest, high - simplest))), high)

    def grow(self, max_nodes: int) -> None:
        """Draw steps, 3 for each of the depth on average, until one is the last or there are `max_nodes` of use."""
        ends = st.sampled_from(range(ENDS * min(3 * self.depth, 100)))
        for _ in range(4 * max_nodes):
            low, high, *rest = self.draw(INSTRUCTIONS)
            self.step(self.ops[(low + 256 * high) % len(self.ops)], _chooser(rest), max_nodes)
            end = self.draw(ends)
            if end < ENDS or self.needs[-1].bit_count() == max_nodes:
                break
        self.result = self.needs[-1] if end == 0 else max(self.needs, key=int.bit_count)

    def step(self, op: Op, choose: Choose, max_nodes: int) -> None:
        """Apply the op to what there is, and keep the result if it is of moderate size."""
        self.taken = set()
        arguments = chosen_arguments(op, choose, lambda *wanted: self.pick(choose(len(self.sources)), *wanted))
        if arguments is None:
            return
        places = [int(x) if type(x) is Place else None for x in flat(arguments)]
        y, slopes = measured(op, filled(arguments, self.floats), [place is not None for place in places])
        magnified = abs(y) + sum(slope * self.magnified[p] for slope, p in zip(slopes, places) if p is not None)
        moderate = magnified <= LIMIT * (1.0 if self.steps else max(1.0, abs(y)))  # an op alone may be of any size
        needs = reduce(or_, (self.needs[p] for p in self.taken), 1 << len(self.floats))
        if moderate and needs.bit_count() <= max_nodes:
            self.unused = [p for p in self.unused if p not in self.taken] + [len(self.floats)]
            self.steps.append(OpCall(op, arguments))
            self.floats.append(y)
            self.depths.append(1 + max(self.depths[p] for p in self.taken))
            self.magnified.append(max(1.0, magnified))
            self.needs.append(needs)

    def pick(self, choice: int, domain: Domain, avoided: Sequence[float], last: bool) -> tuple[Any, float] | None:
        """An argument, from the source that is chosen or else another, and its number."""
        source, number = self.sources[choice]
        x = self.numbers.fitted(ROUND[number % CONSTANTS], domain, avoided) if self.taken or not last else None
        constant = None if x is None else (x, x)
        if constant and source == CONSTANT:
            return constant
        for place in self.candidates(source, number):
            edge = (*self.numbers.interval(domain), TINY)[number] if source == EDGE else None
            x = self.settle(place, domain, avoided, edge)
            if self.numbers.fits(x, domain, avoided):
                self.taken.add(place)
                return Place(place), x
        return constant

    def settle(self, place: int, domain: Domain, avoided: Sequence[float], edge: float | None) -> float:
        """The number at this place; a variable that is used for the first time gets one that fits, if there is one."""
        if place < self.count and place not in self.settled:
            x = self.numbers.fitted(self.floats[place] if edge is None else edge, domain, avoided)
            if x is not None:
                self.settled.add(place)
                self.floats[place] = x
        return self.floats[place]

    def candidates(self, source: int, number: int) -> Iterator[int]:
        """The places that an argument may refer to, those of this source first."""
        end = len(self.floats)
        if source == EDGE:
            yield from (p for p in range(self.count) if p not in self.settled)
        if source in (EDGE, UNUSED):
            yield from (p for p in self.unused if p not in self.taken and self.depths[p] < self.depth)
        if source == EARLIER:
            latest = end - 1 - (end - self.count) * number // EIGHTHS
            yield from (p for p in range(latest, self.count - 1, -1) if self.depths[p] < self.depth)
        first = number if source == VARIABLE else 0
        yield from range(first, self.count)
        yield from range(first)
        yield from (p for p in range(end - 1, self.count - 1, -1) if self.depths[p] < self.depth)

    def expression(self) -> Expression:
        """The result, and the steps that it needs."""
        kept = [place for place in range(self.count, len(self.floats)) if self.result >> place & 1]
        moved = {old: Place(new) for new, old in enumerate([*range(self.count), *kept])}
        steps = [self.steps[place - self.count] for place in kept]
        return Expression(
            self.variables,
            tuple(self.floats[: self.count]),
            tuple(OpCall(s.op, mapped(lambda x: moved[x] if type(x) is Place else x, s.arguments)) for s in steps),
        )


def _sources(count: int) -> list[tuple[int, int]]:
    """Where an argument may come from, the simplest first; what occurs more than once is chosen more often."""
    variables = [(VARIABLE, place) for place in range(count)]
    edges = [(EDGE, i) for i in range(EDGES)]  # so near to what is unused that a shrinker tries them in its place
    earlier = [(EARLIER, i) for i in range(EIGHTHS)]
    constants = [(CONSTANT, i) for i in range(CONSTANTS)]
    return [*variables, *edges, *[(UNUSED, 0)] * 20, *variables, *earlier, *constants]


def _chooser(numbers: Sequence[int]) -> Choose:
    number = cycle(numbers)
    return lambda count: next(number) % count


def measured(op: Op, arguments: tuple[Any, ...], varies: Sequence[bool]) -> tuple[float, list[float]]:
    """The result, and how steep it is in each argument, sequences opened; inf where it is no smooth function.

    From differences of the kernel: an expression must not depend on the rules that it is to test.
    """
    numbers = flat(arguments)
    slopes = [0.0] * len(numbers)

    def at(place: int, step: float) -> float:
        rest = iter([*numbers[:place], numbers[place] + step, *numbers[place + 1 :]])
        return float(op.kernel(*mapped(lambda _: next(rest), arguments)))

    try:
        y = float(op.kernel(*arguments))
        for place, x in enumerate(numbers):
            if varies[place]:
                h = H * max(1.0, abs(x))
                right, left = (at(place, h) - y) / h, (y - at(place, -h)) / h
                smooth = abs(right - left) <= 0.01 * (1.0 + abs(right) + abs(left))
                slopes[place] = max(abs(right), abs(left)) if smooth else math.inf
    except (ArithmeticError, ValueError):
        return math.nan, slopes
    return (y, slopes) if math.isfinite(y) else (math.nan, slopes)
