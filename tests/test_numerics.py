"""The kernels agree with mathematics wherever that has an answer, and with IEEE 754 where it has none."""

import doctest
import inspect
import itertools
import math
from fractions import Fraction
from math import inf, isnan, nan

import mpmath as mp
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles import SCALAR, SPECIAL, UNARY, definition, flat, like, points, same

from microgradlab import Value, grad, numerics, ops, sequences
from microgradlab.row import INDEX, REAL, SEQUENCE

ROWS = list(ops.table.values())
anything = st.floats() | st.sampled_from(SPECIAL)


def arguments_of(row, numbers=anything):
    """Any floats at all, in the shape that the row takes."""

    def of_length(n):
        shapes = {id(SEQUENCE): st.tuples(*[numbers] * n), id(INDEX): st.integers(0, n - 1)}
        return st.tuples(*(shapes.get(id(d), numbers) for d in row.domain))

    return st.integers(1, 4).flatmap(of_length)


# IEEE's own exceptions, and arguments that the op does not look at: here a nan may come in and not go out.
NAN_STAYS_INSIDE = {
    "pow": lambda a, b: a == 1 or b == 0,
    "hypot": lambda a, b: inf in (abs(a), abs(b)),
    "where": lambda condition, a, b: not isnan(condition) and not isnan(a if condition else b),
    "leaky_relu": lambda x, slope: x > 0,
    "elu": lambda x, alpha: x > 0,
    "scaled_pow": lambda c, a, b, k: c == 0 or (not isnan(c) and (a == 1 or b == k)),  # as for nan**0
    "products_of_others": lambda xs, i: isnan(xs[i]) and not any(isnan(x) for x in (*xs[:i], *xs[i + 1 :])),
}


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(numerics).failed == doctest.testmod(sequences).failed == 0


def test_every_kernel_says_what_it_computes():
    modules = (numerics, sequences)
    functions = [f for m in modules for f in vars(m).values() if inspect.isfunction(f) and f.__module__ == m.__name__]
    assert not [f.__name__ for f in functions if not inspect.getdoc(f)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@settings(max_examples=60)
@given(data=st.data())
def test_nothing_raises_and_nan_stays_nan(row, data):
    arguments = data.draw(arguments_of(row))
    result = row.kernel(*arguments)
    assert type(result) is float
    if any(map(isnan, flat(arguments))) and not NAN_STAYS_INSIDE.get(row.name, lambda *_: False)(*arguments):
        assert isnan(result)


@pytest.mark.parametrize("row", SCALAR, ids=lambda row: row.name)
def test_every_special_number_is_an_answer_at_every_place(row):
    for arguments in itertools.product(SPECIAL, repeat=len(row.rules)):
        assert type(row.kernel(*arguments)) is float


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@settings(max_examples=40)
@given(data=st.data())
def test_the_value_is_that_of_the_mathematics(row, data):
    arguments = data.draw(points(row, reach=30.0, margin=0.0, least=1e-30))
    try:
        with mp.workdps(60):
            truth = definition(row)(*like(arguments, [x if type(x) is int else mp.mpf(x) for x in flat(arguments)]))
    except (ZeroDivisionError, ValueError):
        truth = mp.nan
    assume(mp.isfinite(truth) and not isinstance(truth, mp.mpc))
    scale = mp.fsum(map(abs, flat(arguments))) ** 2 if "pairs" in row.traits else mp.fsum(map(abs, flat(arguments)))
    slack = 1e-15 * scale if SEQUENCE in row.domain else 1e-300
    assert row.kernel(*arguments) == pytest.approx(float(truth), rel=1e-12, abs=float(slack))


@pytest.mark.parametrize("x", [-800.0, -300.0, -30.1, -9.3, 9.3, 20.1, 300.0, 800.0])
@pytest.mark.parametrize("row", [row for row in UNARY if row.domain == (REAL,)], ids=lambda row: row.name)
def test_no_digit_of_value_slope_or_bend_is_lost_in_the_tails(row, x):
    """A textbook formula for tanh' is 0 from 19 on, one for sigmoid overflows at -710, one for gelu cancels at -8."""
    with mp.workdps(330):
        value, slope, bend = definition(row)(mp.mpf(x)), mp.diff(definition(row), x), mp.diff(definition(row), x, 2)
    assert row.kernel(x) == pytest.approx(float(value), rel=1e-9, abs=1e-300)
    v = Value(x)
    graph = grad(row(v), v, create_graph=True)
    assert graph.data == pytest.approx(float(slope), rel=1e-9, abs=1e-300)
    assert grad(graph, v) == pytest.approx(float(bend), rel=1e-6, abs=1e-300)


@pytest.mark.parametrize("row", UNARY, ids=lambda row: row.name)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_value_and_slope_at_infinity_are_the_limits(row, sign):
    def at(x):
        return row.kernel(x), row.rules[0](x, row.kernel(x))

    for nearly, nearer, there in zip(at(sign * 1e200), at(sign * 1e300), at(sign * inf)):
        if nearly == nearer:
            assert there == nearer


@pytest.mark.parametrize("row", UNARY, ids=lambda row: row.name)
def test_the_slope_at_nan_is_nan_unless_it_is_constant(row):
    constant = row.rules[0](0.3, row.kernel(0.3)) == row.rules[0](0.7, row.kernel(0.7)) == row.rules[0](nan, nan)
    assert constant or isnan(row.rules[0](nan, nan))


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        # overflow and poles
        ("exp", (1000.0,), inf),
        ("expm1", (1000.0,), inf),
        ("sinh", (-1000.0,), -inf),
        ("cosh", (-1000.0,), inf),
        ("mul", (1e308, 10.0), inf),
        ("square", (-1e308,), inf),
        ("log", (0.0,), -inf),
        ("log2", (0.0,), -inf),
        ("log10", (-0.0,), -inf),
        ("log1p", (-1.0,), -inf),
        ("log", (-1.0,), nan),
        ("sqrt", (-1.0,), nan),
        ("sqrt", (-0.0,), -0.0),
        ("asin", (2.0,), nan),
        ("acosh", (0.5,), nan),
        ("atanh", (-1.0,), -inf),
        ("atanh", (1.0,), inf),
        ("atanh", (2.0,), nan),
        ("sin", (inf,), nan),
        ("div", (1.0, 0.0), inf),
        ("div", (1.0, -0.0), -inf),
        ("div", (-inf, 0.0), -inf),
        ("div", (0.0, 0.0), nan),
        ("div", (nan, 0.0), nan),
        ("reciprocal", (-0.0,), -inf),
        ("sub", (inf, inf), nan),
        # powers
        ("pow", (nan, 0.0), 1.0),
        ("pow", (1.0, nan), 1.0),
        ("pow", (0.0, 0.0), 1.0),
        ("pow", (0.0, -1.0), inf),
        ("pow", (-0.0, -3.0), -inf),
        ("pow", (-0.0, -2.0), inf),
        ("pow", (0.0, -0.5), inf),
        ("pow", (-2.0, 3.0), -8.0),
        ("pow", (-2.0, -2.0), 0.25),
        ("pow", (-2.0, 0.5), nan),
        ("pow", (10.0, 400.0), inf),
        ("pow", (-10.0, 401.0), -inf),
        ("pow", (-10.0, 400.0), inf),
        ("pow", (-inf, 3.0), -inf),
        ("scaled_pow", (0.0, 0.0, 0.0, 1.0), 0.0),
        ("xlogy", (0.0, 0.0), 0.0),
        ("divide_no_nan", (0.0, 0.0), 0.0),
        ("divide_no_nan", (inf, 0.0), 0.0),
        # signs
        ("sign", (-0.0,), -0.0),
        ("sign", (0.0,), 0.0),
        ("abs", (-0.0,), 0.0),
        ("maximum", (-0.0, 0.0), 0.0),
        ("maximum", (0.0, -0.0), 0.0),
        ("maximum", (-0.0, -0.0), -0.0),
        ("minimum", (-0.0, 0.0), -0.0),
        ("minimum", (0.0, -0.0), -0.0),
        ("minimum", (0.0, 0.0), 0.0),
        ("relu6", (-0.0,), 0.0),
        ("hypot", (inf, nan), inf),
        ("hypot", (nan, -inf), inf),
        ("atan2", (0.0, -0.0), math.pi),
        ("atan2", (-0.0, -1.0), -math.pi),
        # activations at their ends
        ("sigmoid", (-1000.0,), 0.0),
        ("sigmoid", (1000.0,), 1.0),
        ("log_sigmoid", (-1e308,), -1e308),
        ("softplus", (1e308,), 1e308),
        ("silu", (-inf,), -0.0),
        ("gelu", (-inf,), -0.0),
        ("mish", (-inf,), -0.0),
        ("softsign", (-inf,), -1.0),
        ("relu", (nan,), nan),
        ("where", (1.0, 2.0, nan), 2.0),
        ("where", (-0.0, nan, 2.0), 2.0),
        ("where", (nan, 1.0, 2.0), nan),
        ("clip", (5.0, 3.0, 1.0), 1.0),
        # sequences
        ("sum", ((),), 0.0),
        ("sum", ((inf, -inf),), nan),
        ("sum", ((1e308, 1e308),), inf),
        ("sum", ((1e16, 1.0, -1e16),), 1.0),
        ("sum", ((1.7e308, 1.7e308, -1.7e308, -1.7e308, 3e-310),), 3e-310),  # nothing is lost beside what overflows
        ("sum", ((1e308, 1e308, -1e308),), 1e308),
        ("sum", ((1e308, 1e308, -inf),), -inf),
        ("sum", ((1e308, 1e308, inf, -inf),), nan),
        ("sum", ((1e308, 1e308, nan),), nan),
        ("mean", ((1.7e308, 1.7e308, -1.7e308, -1.7e308, 1e-300),), 2e-301),
        ("mean", ((1.7e308, 1.7e308),), 1.7e308),
        ("dot", ((1e16, 1.0, -1e16), (1.0, 1.0, 1.0), 0.5), 1.5),
        ("dot", ((inf,), (0.0,), 0.0), nan),
        ("dot", ((), (), 2.0), 2.0),
        ("prod", ((),), 1.0),
        ("max", ((nan, inf),), nan),
        ("max", ((-inf, -inf),), -inf),
        ("min", ((1.0, nan),), nan),
        ("logsumexp", ((1000.0, 1000.0),), 1000.0 + math.log(2.0)),
        ("logsumexp", ((-inf, -inf),), -inf),
        ("logsumexp", ((inf, 0.0),), inf),
        ("softmax", ((1000.0, -1000.0), 1), 0.0),
        ("softmax", ((inf, 0.0), 0), 1.0),
        ("softmax", ((7.0,), 0), 1.0),
        ("log_softmax", ((1000.0, -1000.0), 1), -2000.0),
        ("log_softmax", ((inf, 0.0), 0), -0.0),
        ("log_softmax", ((3.0,), 0), 0.0),
        ("log_softmax", ((nan,), 0), nan),
        ("log_softmax", ((0.0, *[-745.2] * 1000), 0), -2.31e-321),  # each exponential alone is 0
        ("logsumexp", ((0.0, *[-745.2] * 1000),), 2.31e-321),
        ("log_softmax", ((100.0, 60.0), 0), -math.log1p(math.exp(-40.0))),
    ],
)
def test_the_edges_are_those_of_ieee_754(name, arguments, expected):
    assert same(ops.table[name].kernel(*arguments), expected)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8))
def test_softmax_is_a_distribution_and_log_softmax_its_logarithm(xs):
    every = ops.softmax(xs)
    assert math.fsum(every) == pytest.approx(1.0)
    assert [math.exp(x) for x in ops.log_softmax(xs)] == pytest.approx(every, rel=1e-9, abs=1e-300)


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=6))
def test_a_sum_is_rounded_once(xs):
    assert sequences.sum(xs) == float(sum(map(Fraction, xs)))


@given(st.lists(anything, min_size=1, max_size=6))
def test_the_shares_of_the_largest_add_up_to_one(xs):
    for shares in sequences.max_share(xs), sequences.min_share(xs):
        assert all(map(isnan, shares)) if any(map(isnan, xs)) else math.fsum(shares) == pytest.approx(1.0)
