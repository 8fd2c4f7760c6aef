"""Values, slopes and bends of every op are right to the last bits, at points where floats are hard and at any other."""

import doctest
import math
import re
from math import inf, isnan, nan
from pathlib import Path
from random import Random

import pytest
from exactness import BOUND, BOUNDS, FAR, HELPERS, SLOPES, TERMS, error, examined, flat, like, some, truth
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp
from oracles import UNARY

from microgradlab import Value, grad, losses, ops
from microgradlab.testing import definitions, hard_points
from microgradlab.testing.hard_points import LEAST, LEAST_NORMAL, tame
from microgradlab.testing.truth import NoTruthError, derivative, ulps

ROWS = list(ops.table.values())
by_name = pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
proper = pytest.mark.parametrize("op", [op for op in ROWS if op.name not in HELPERS], ids=lambda op: op.name)
moderate = st.floats(-30.0, 30.0).filter(lambda x: abs(x) > 1e-3)


def assert_within_bounds(op, points):
    """Every result is, and most points have a truth to compare with."""
    (tallies,) = examined(op, points)
    for tally in tallies.values():
        assert tally.worst <= 1.0, f"{tally.name} is {tally.error} ulps off at {tally.at}, its bound is {tally.bound}"
    return sum(t.compared for t in tallies.values()), sum(sum(t.left_out.values()) for t in tallies.values())


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(hard_points).failed == doctest.testmod(definitions).failed == 0


@by_name
def test_every_result_is_within_its_bound_at_a_tenth_of_the_hard_points(op):
    compared, left_out = assert_within_bounds(op, some(hard_points.hard_points(op), 0.1))
    assert compared > left_out


@pytest.mark.long
def test_every_result_is_within_its_bound_at_all_hard_points():
    counts = [assert_within_bounds(op, hard_points.hard_points(op)) for op in ROWS]
    compared, left_out = map(sum, zip(*counts))
    assert compared >= 20_000
    assert compared > 20 * left_out


@proper
@settings(max_examples=20)
@given(data=st.data())
def test_every_result_is_within_its_bound_at_hypothesis_own_floats(op, data):
    length = data.draw(st.integers(1, 4))

    def argument(domain):
        if domain.is_index:
            return st.integers(0, length - 1)
        numbers = st.floats(domain.low, domain.high, allow_nan=False, allow_infinity=False)
        return st.tuples(*[numbers] * length) if domain.sequence else numbers

    point = data.draw(st.tuples(*map(argument, op.domain)))
    assume(op.name != "pow" or tame(*point))
    assert_within_bounds(op, [point])


def test_hard_points_are_the_same_every_time_and_within_the_domain():
    for op in ROWS:
        points = hard_points.hard_points(op)
        assert points == hard_points.hard_points(op)
        assert len(points) >= 90
        if op.name not in hard_points.POWERS:
            assert all(d.low <= x <= d.high for p in points for a, d in zip(p, op.domain) for x in flat((a,)))


def test_the_tables_name_results_that_exist():
    results = {f"{op.name} {parameter}" for op in ROWS for parameter in op.parameters} | ops.table.keys()
    assert (BOUNDS.keys() | FAR.keys() | TERMS.keys() | SLOPES.keys()) - results == set()


@by_name
def test_a_row_says_the_bounds_that_are_tested(op):
    *_, row = re.split(rf"^{op.name} += op\(", Path(ops.__file__).read_text(encoding="utf-8"), flags=re.MULTILINE)
    said = re.search(r"(\d|-) / (\d|-) ulps", re.split(r"^\w+ += op\(", row, flags=re.MULTILINE)[0])
    held = [BOUNDS.get(op.name, BOUND), max(BOUNDS.get(f"{op.name} {p}", BOUND) for p in op.parameters)]
    assert held == [BOUND if number == "-" else float(number) for number in (said.groups() if said else "--")]


@pytest.mark.parametrize("name", SLOPES)
@settings(max_examples=5)
@given(data=st.data())
def test_slopes_in_closed_form_are_the_difference_quotients(name, data):
    op = ops.table[name.split()[0]]
    place = op.parameters.index(name.split()[1])
    shapes = [st.tuples(*[moderate] * 3) if d.sequence else st.just(1) if d.is_index else moderate for d in op.domain]
    point = data.draw(st.tuples(*shapes))
    point = (abs(point[0]), *point[1:]) if op.name == "pow" else point
    quotient = derivative(lambda *xs: definitions.definition(op)(*like(point, xs)), flat(point), (place,))
    assert abs(truth(op, name, point, (place,)) - quotient) < abs(quotient) * mp.ldexp(1, -64)


@pytest.mark.parametrize(
    ("rule", "kernel"),
    [
        (lambda x, y: 1.0 - ops.square(y), math.tanh),  # 0 from 19 on
        (lambda x: ops.sech2(x), lambda x: math.tanh(x) * (1 + 1e-15)),
        (lambda x: ops.sech2(x) * (1 + 1e-15), math.tanh),
    ],
)
def test_what_is_inexact_is_noticed(new_row, monkeypatch, rule, kernel):
    row = new_row("worse", kernel, rule)
    monkeypatch.setitem(definitions.definitions, "worse", mp.tanh)
    with pytest.raises(AssertionError, match="ulps off at"):
        assert_within_bounds(row, some(hard_points.hard_points(row), 0.2))


def test_a_zero_of_the_wrong_sign_is_noticed():
    assert error("silu", (-800.0,), 0.0, mp.mpf("-1e-340")) == inf
    assert error("silu", (-800.0,), -0.0, mp.mpf("-1e-340")) < 1


# where there is no number to compare with ----------------------------------------------------------------------------


@pytest.mark.parametrize("op", [op for op in UNARY if op.name not in HELPERS], ids=lambda op: op.name)
def test_outside_the_domain_value_and_slope_are_nan(op):
    (domain,) = op.domain
    below = [math.nextafter(domain.low, -inf), domain.low - 1.0, -inf] if domain.low > -inf else []
    above = [math.nextafter(domain.high, inf), domain.high + 1.0, inf] if domain.high < inf else []
    for x in below + above:
        assert isnan(op.kernel(x))
        assert isnan(op.rules[0](x, op.kernel(x)))


@pytest.mark.parametrize(
    ("name", "point", "slopes"),
    [
        ("log", (-0.0,), (inf,)),
        ("log2", (-0.0,), (inf,)),
        ("log10", (-0.0,), (inf,)),
        ("sqrt", (-0.0,), (inf,)),
        ("pow", (-0.0, 0.5), (inf, 0.0)),
        ("pow", (inf, 2.0), (inf, inf)),
        ("pow", (inf, -1.0), (0.0, 0.0)),
        ("pow", (0.5, inf), (0.0, 0.0)),
        ("hypot", (inf, 1.0), (1.0, 0.0)),
        ("hypot", (1.0, -inf), (0.0, -1.0)),
        ("hypot", (-inf, inf), (-math.sqrt(0.5), math.sqrt(0.5))),
        ("atan2", (inf, 1.0), (0.0, 0.0)),
        ("atan2", (1.0, -inf), (0.0, 0.0)),
        ("div", (1.0, inf), (0.0, 0.0)),
        ("div", (0.0, 0.0), (inf, nan)),
        ("gelu", (inf,), (1.0,)),
        ("gelu", (-inf,), (0.0,)),
        ("silu", (inf,), (1.0,)),
        ("mish", (-inf,), (0.0,)),
        ("softsign", (-inf,), (0.0,)),
        ("acosh", (inf,), (0.0,)),
        ("gaussian", (-5.6, -1.0, 1e200), (0.0, 0.0, 0.0)),
    ],
)
def test_slopes_at_infinity_and_at_minus_zero_are_the_limits(name, point, slopes):
    op = ops.table[name]
    y = op.kernel(*point)
    assert [rule(*point, y) + 0.0 for rule in op.rules] == pytest.approx(slopes, nan_ok=True, rel=1e-15)


# second derivatives --------------------------------------------------------------------------------------------------

# The terms of a local derivative that is itself a difference of two; others show as contributions to a leaf.
INNER = {"atan2": lambda a, b: ops.reciprocal(a * a + b * b)}


def bend(op, point, first, second):
    """The second derivative by these places, and the largest of the terms that add up to it."""
    leaves = [a if type(a) is int else tuple(map(Value, a)) if isinstance(a, tuple) else Value(a) for a in point]
    xs = flat(leaves)
    graph = grad(op(*leaves), xs[first], create_graph=True)
    terms = [c.contribution for s in graph.backward_steps() for c in s.contributions if c.argument is xs[second]]
    return grad(graph, xs[second]), max(map(abs, terms), default=0.0)


def true_bend(op, point, first, second):
    name = f"{op.name} {op.parameters[min(first, len(op.parameters) - 1)]}"
    if name in SLOPES and not op.over_sequences:
        return derivative(lambda *xs: SLOPES[name](*like(point, xs)), flat(point), (second,))
    return derivative(lambda *xs: definitions.definition(op)(*like(point, xs)), flat(point), (first, second))


def check_bends(op, moderate, anywhere):
    """At so many moderate points, and at so many of all; the number compared."""
    random, compared = Random(op.name), 0
    points = [p for p in hard_points.hard_points(op) if len(flat(p)) < 9]
    mild = [p for p in points if all(type(x) is int or 1e-12 < abs(x) < 1e4 for x in flat(p))]
    for point in some(mild, min(1.0, moderate / len(mild))) + some(points, min(1.0, anywhere / len(points))):
        places = [i for i, x in enumerate(flat(point)) if type(x) is not int]
        first, second = random.choice(places), random.choice(places)
        try:
            true = true_bend(op, point, first, second)
        except NoTruthError:
            continue
        found, largest = bend(op, point, first, second)
        if abs(true) < hard_points.LARGEST and largest < inf:
            scale = max(abs(true), largest, INNER.get(op.name, lambda *_: 0.0)(*point), 1e-290)
            assert abs(found - true) <= 1e-12 * scale, (point, first, second, found, float(true), largest)
            compared += 1
    return compared


@proper
def test_second_derivatives_are_right_to_the_largest_of_their_terms(op):
    assert check_bends(op, 6, 3) > 0


@pytest.mark.long
@proper
def test_second_derivatives_are_right_at_hundreds_of_points(op):
    assert check_bends(op, 60, 60) > 40


@pytest.mark.parametrize("point", [(1e-100, 1e-262), (1e-150, LEAST_NORMAL), (3e200, 1e100), (-4e-160, 3e-160)])
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("second", [0, 1])
def test_second_derivatives_of_hypot_do_not_fade_on_the_way(point, first, second):
    found, _ = bend(ops.hypot, point, first, second)
    assert found == pytest.approx(float(true_bend(ops.hypot, point, first, second)), rel=1e-14, abs=LEAST)


# losses from logits --------------------------------------------------------------------------------------------------

LOGITS = [
    0.0,
    5e-324,
    1e-17,
    0.3,
    -0.3,
    1.0,
    19.0,
    36.8,
    -36.8,
    700.25,
    -708.5,
    -740.0,
    -746.0,
    1e3,
    -1e10,
    1e308,
    -1e308,
]


@pytest.mark.parametrize("logit", LOGITS)
@pytest.mark.parametrize("target", [0.0, 1.0, 0.25])
def test_binary_cross_entropy_from_a_logit_is_exact(logit, target):
    x = Value(logit)
    loss = losses.binary_cross_entropy_with_logits(x, target)
    softplus, sigmoid = ops.table["softplus"], ops.table["sigmoid"]
    with mp.workprec(2400):
        yes, no = (truth(softplus, "softplus", (s * logit,), ()) for s in (-1.0, 1.0))
        assert ulps(loss.data, (1 - target) * no + target * yes) <= 3.0
        terms = truth(sigmoid, "sigmoid", (logit,), ()), target
        assert abs(grad(loss, x) - (terms[0] - target)) <= 3.0 * max(mp.ldexp(max(terms), -52), LEAST)


@pytest.mark.parametrize("spread", [0.0, 1e-9, 1.0, 40.0, 700.3, 1e5])
@pytest.mark.parametrize("target", [0, 1, 2])
def test_cross_entropy_from_logits_is_exact(spread, target):
    logits = (0.1 + spread, 0.1, -0.7 * spread)
    xs = [Value(x) for x in logits]
    loss = losses.cross_entropy(xs, target)
    log_softmax = ops.table["log_softmax"]
    assert ulps(-loss.data, truth(log_softmax, "log_softmax", (logits, target), ())) <= 3.0
    for j, slope_j in enumerate(grad(loss, xs)):
        assert ulps(-slope_j, truth(log_softmax, "log_softmax xs", (logits, target), (j,))) <= 3.0
