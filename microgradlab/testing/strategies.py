"""Strategies for hypothesis: values, calls of ops, and expressions; `trainings.py` has those for networks.

    >>> from hypothesis import given
    >>> @given(expressions())
    ... def test_a_graph_computes_what_floats_do(e):
    ...     assert e(*map(Value, e.point)).data == e(*e.point)
    >>> test_a_graph_computes_what_floats_do()

What they draw from is the op table as it stands when they draw, so an op of your own is among the others from the
moment its row is there. `.example()` shows what a strategy draws. A failing case shrinks to few ops, as a rule to as
few as show the failure, the first of the table where any will do, and to round numbers.
"""

from collections.abc import Iterable, Sequence
from keyword import iskeyword
from math import inf
from typing import Any
from unicodedata import normalize

from hypothesis import assume, reject
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from microgradlab.coercion import shown
from microgradlab.engine import Value
from microgradlab.row import Domain, Op, table
from microgradlab.settings import is_number
from microgradlab.testing.arguments import Numbers, chosen_arguments, kinks_of
from microgradlab.testing.bounds import check_bounds, check_choice, check_whole, check_yes_or_no, reusable
from microgradlab.testing.expression import Expression, OpCall
from microgradlab.testing.growth import Growth

__all__ = ["expressions", "op_calls", "values"]

MARGIN = 0.05  # between the arguments in an expression and the ends of their domains, or kinks


@reusable
@st.composite
def values(
    draw: st.DrawFn,
    *,
    min_value: float | None = None,
    max_value: float | None = None,
    allow_nan: bool = False,
    allow_infinity: bool = False,
    labels: st.SearchStrategy[str] | None = None,
) -> Value:
    """Leaves of a graph: Values of floats between the bounds; without bounds, of any float.

    `labels` is a strategy for their labels, which otherwise are empty.

        >>> from hypothesis import given
        >>> @given(values(min_value=0.0), values(min_value=0.0))
        ... def test_a_sum_of_two_is_no_less_than_either(x, y):
        ...     assert x + y >= x
        >>> test_a_sum_of_two_is_no_less_than_either()
    """
    check_bounds(min_value, max_value, is_finite=False)
    check_yes_or_no(allow_nan=allow_nan, allow_infinity=allow_infinity)
    floats = st.floats(min_value, max_value, allow_nan=allow_nan, allow_infinity=allow_infinity)
    return draw(st.builds(Value, floats) if labels is None else st.builds(Value, floats, label=labels))


@reusable
@st.composite
def op_calls(
    draw: st.DrawFn,
    *,
    min_value: float | None = None,
    max_value: float | None = None,
    ops: Iterable[Op | str] | None = None,
    margin: float = 0.0,
) -> OpCall:
    """Calls such as `hypot(3.0, 4.0)`: any op, or one of `ops`, with numbers from its domain and between the bounds.

    Without bounds a number is at most 4 beyond 0, the end of the domain that is nearest to 0, and all kinks. With a
    `margin` it keeps that far from the ends of its domain and from kinks, and is not nearly 0: so much room a
    comparison with difference quotients needs. Sequences have 1 to 4 elements.

        >>> from hypothesis import given
        >>> @given(op_calls(ops=["sin", "cos"]))
        ... def test_sine_and_cosine_are_at_most_1(call):
        ...     assert abs(call()) <= 1.0
        >>> test_sine_and_cosine_are_at_most_1()
    """
    numbers = _numbers(min_value, max_value, _check_margin(margin))
    op = draw(st.sampled_from(_rows(ops, numbers)))
    kinks = kinks_of(op)

    def pick(domain: Domain, avoided: Sequence[float], _: bool) -> tuple[float, float] | None:
        floats = st.floats(*numbers.interval(domain, kinks))
        if kinks and draw(st.integers(0, 7)) == 7:  # which floats alone seldom hit
            floats = st.sampled_from(kinks)
        x = numbers.fitted(draw(floats), domain, avoided)
        return None if x is None else (x, x)

    arguments = chosen_arguments(op, lambda count: draw(st.integers(0, count - 1)), pick)
    return reject() if arguments is None else OpCall(op, arguments)


@reusable
@st.composite
def expressions(
    draw: st.DrawFn,
    *,
    min_value: float | None = None,
    max_value: float | None = None,
    variables: Iterable[str] = ("x", "y"),
    ops: Iterable[Op | str] | None = None,
    depth: int = 10,
    max_nodes: int = 50,
) -> Expression:
    """Functions of `variables`, such as `a = x * y; tanh(a) + a`, with a point at which they can be compared.

    They are made of all ops, or of `ops`: at most `depth` of them one inside another, and at most `max_nodes` in all; a
    result may be the argument of several. At `e.point` each op has its arguments within its domain, away from kinks;
    no result or derivative is beyond 10,000, except that of a single op. The bounds are those of the point's numbers;
    without them these are between -4 and 4, or as near to 0 as a domain allows.

        >>> from hypothesis import given
        >>> @given(expressions(variables="x", ops=["add", "mul", "neg"]))
        ... def test_a_polynomial_computes_what_floats_do(e):
        ...     assert e(*map(Value, e.point)).data == e(*e.point)
        >>> test_a_polynomial_computes_what_floats_do()
    """
    names, numbers = _names(variables), _numbers(min_value, max_value, MARGIN)
    check_whole(depth=depth, max_nodes=max_nodes)
    growth = Growth(draw, _rows(ops, numbers), names, numbers, depth)
    growth.grow(max_nodes)
    assume(growth.steps)
    return growth.expression()


def _numbers(min_value: Any, max_value: Any, margin: float) -> Numbers:
    check_bounds(min_value, max_value)
    low, high = (None if bound is None else float(bound) for bound in (min_value, max_value))
    return Numbers(low, high, margin)


def _rows(ops: Any, numbers: Numbers) -> list[Op]:
    """The rows to draw from: of the table, or of `ops`, those that take numbers between the bounds."""
    rows = list(table.values()) if ops is None else [_row(op) for op in check_choice("ops", ops)]
    fitting = [row for row in rows if all(low <= high for low, high in map(numbers.interval, row.domain))]
    if not fitting:
        raise InvalidArgument(f"ops={ops!r} must have one that takes numbers between the bounds")
    return fitting


def _row(op: Any) -> Op:
    row = table.get(op) if isinstance(op, str) else op
    if not isinstance(row, Op):
        raise InvalidArgument(f"ops has {op!r}, which is no op: microgradlab.ops.table has their names")
    return row


def _names(variables: Any) -> tuple[str, ...]:
    names = tuple(variables) if isinstance(variables, Iterable) else ()
    if not names or not all(map(_is_name, names)) or len({*names}) < len(names) or not table.keys().isdisjoint(names):
        raise InvalidArgument(
            f"variables={shown(variables)} must be different names, other than those of ops and no __name__: ('x', 'y')"
        )
    return names


def _is_name(name: Any) -> bool:
    """Whether it may name a variable, in the one way that Python's parser spells it."""
    is_word = isinstance(name, str) and name.isidentifier() and not iskeyword(name) and not name.startswith("__")
    return is_word and normalize("NFKC", name) == name


def _check_margin(margin: Any) -> float:
    if not is_number(margin) or not 0.0 <= margin < inf:
        raise InvalidArgument(f"margin={shown(margin)} must be a number from 0 on")
    return float(margin)
