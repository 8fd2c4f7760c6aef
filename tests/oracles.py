"""What is true of the ops, said without them: the derivatives of their definitions, and points to compare at.

A row that has no definition is still checked, by differences of its own kernel (`derivative`).
"""

import math

import mpmath as mp
from hypothesis import assume
from hypothesis import strategies as st

from microgradlab import Value, grad, ops
from microgradlab.row import INDEX, SEQUENCE, TIES
from microgradlab.testing.definitions import definition

SCALAR = [row for row in ops.table.values() if SEQUENCE not in row.domain]
UNARY = [row for row in SCALAR if len(row.rules) == 1]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, 40.0, 5e-324, 1e308, -1e308, math.inf, -math.inf, math.nan]


def flat(arguments):
    """The places of a list of arguments, sequences opened."""
    return [x for a in arguments for x in (a if isinstance(a, (tuple, list)) else (a,))]


def like(arguments, numbers):
    """`numbers` in the shape of `arguments`; an index stays an int."""
    rest = iter(numbers)
    return [
        tuple(next(rest) for _ in a) if isinstance(a, tuple) else int(next(rest)) if type(a) is int else next(rest)
        for a in arguments
    ]


@st.composite
def points(draw, row, reach=4.0, margin=0.05, least=0.01):
    """Arguments for `row` from its domain, 0 or between `least` and `reach`, `margin` away from its ends and kinks."""
    length = draw(st.integers(1, 4))

    def number(domain):
        low, high = max(domain.low + margin, -reach), min(domain.high - margin, max(domain.low, 0.0) + reach)
        return st.floats(low, high).map(lambda x: x + 0.0).filter(lambda x: x == 0 or abs(x) >= least)  # no -0.0

    arguments = [
        tuple(draw(number(d)) for _ in range(length))
        if d is SEQUENCE
        else draw(st.integers(0, length - 1) if d is INDEX else number(d))
        for d in row.domain
    ]
    numbers = [x for x in flat(arguments) if type(x) is float]
    if row.kinks == TIES:
        assume(all(abs(a - b) > margin for i, a in enumerate(numbers) for b in numbers[:i]))
    else:
        assume(all(abs(x - kink) > margin for x in numbers for kink in row.kinks))
    return arguments


def values_at(arguments):
    """The same arguments with a Value at every place that carries a gradient."""
    return like(arguments, [x if type(x) is int else Value(x) for x in flat(arguments)])


def slope(y, xs, places):
    """The derivative of `y` by the xs at these places, one after the other: a float, of any order."""
    for place in places[:-1]:
        y = grad(y, xs[place], create_graph=True)
    return grad(y, xs[places[-1]])


def derivative(row, arguments, places):
    """The true derivative of `row` by the arguments at these places, one after the other."""
    numbers, truth = flat(arguments), definition(row)
    if truth is None:
        return _difference(row, arguments, places)
    used = sorted(set(places))

    def of_the_used(*moved):
        at = {**dict(enumerate(numbers)), **dict(zip(used, moved))}
        return truth(*like(arguments, [n if type(n) is int else mp.mpf(n) for n in at.values()]))

    at, orders = [numbers[p] for p in used], [places.count(p) for p in used]
    try:
        with mp.workdps(30):
            found = mp.diff(of_the_used, at, orders)
        with mp.workdps(40):  # with a smaller step, and from the right alone, a derivative is the same
            again = mp.diff(of_the_used, at, orders, direction=1)
    except (ZeroDivisionError, ValueError):  # at a pole, or where mpmath leaves the real numbers
        found = again = mp.nan
    exists = not isinstance(found, mp.mpc) and abs(found - again) <= 1e-9 * (1 + abs(found))
    assume(exists and math.isfinite(row.kernel(*arguments)))
    return float(found)


def _difference(row, arguments, places, h=1e-3):
    """The five-point difference, along the last place, of the derivative by the places before it."""
    *before, last = places

    def along(step):
        moved = [x + step if i == last else x for i, x in enumerate(flat(arguments))]
        if not before:
            return row.kernel(*like(arguments, moved))
        leaves = values_at(like(arguments, moved))
        return slope(row(*leaves), flat(leaves), before)

    return (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h)


def same(a, b):
    """Whether two floats are one, sign of zero included; any nan is any nan."""
    return type(a) is type(b) is float and (
        (a == b and math.copysign(1, a) == math.copysign(1, b)) or (a != a and b != b)
    )
