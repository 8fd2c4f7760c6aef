"""The truth is right where floats, and differences of floats, are not; and it says where there is none."""

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from microgradlab import ops
from microgradlab.testing import definitions, truth
from microgradlab.testing.truth import NoTruthError, derivative, ulps

moderate = st.floats(-30.0, 30.0).filter(lambda x: x == 0 or abs(x) > 1e-30)


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(truth).failed == 0
    assert doctest.testmod(definitions).failed == 0


@pytest.mark.parametrize("op", ops.table.values(), ids=lambda op: op.name)
def test_every_op_has_a_definition(op):
    assert definitions.definition(op)


@pytest.mark.parametrize(
    ("f", "at", "places", "expected"),
    [
        (mp.tanh, [300.0], [0], lambda x: mp.sech(x) ** 2),  # 1e-260 next to a value of 1
        (mp.sin, [1e300], [], mp.sin),
        (mp.sin, [1e300], [0, 0], lambda x: -mp.sin(x)),
        (lambda x: 1 / (1 + mp.exp(-x)), [5e-324], [0], lambda x: mp.mpf(0.25)),
        (lambda x: x + 1 - x, [1e-300], [0], lambda x: mp.zero),
        (lambda x, y: x**3 * y**2, [2.0, 5.0], [0, 0, 1], lambda x, y: 12 * x * y),
        (mp.hypot, [0.0, 1e-300], [0], lambda x, y: mp.zero),
        (lambda x: mp.log(mp.ncdf(x)), [32.0], [], lambda x: mp.log1p(-mp.erfc(x / mp.sqrt(2)) / 2)),  # 1 - 1e-227
        (lambda x: mp.log(mp.ncdf(x)), [32.0], [0], lambda x: mp.npdf(x) / mp.ncdf(x)),
    ],
)
def test_a_derivative_has_all_its_digits(f, at, places, expected):
    found = derivative(f, at, places)
    with mp.workprec(2000):
        truth = expected(*map(mp.mpf, at))
        assert abs(found - truth) <= abs(truth) * mp.ldexp(1, -60) + mp.ldexp(1, -1139)


@given(moderate, st.integers(1, 3))
def test_the_derivatives_of_exp_are_exp(x, order):
    with mp.workprec(100):
        assert abs(derivative(mp.exp, [x], [0] * order) / mp.exp(mp.mpf(x)) - 1) < mp.ldexp(1, -60)


@pytest.mark.parametrize(
    ("f", "x", "words"),
    [
        (abs, 0.0, "kink"),
        (lambda x: mp.mpf(x > 1), 1.0, "jump"),
        (mp.sqrt, 0.0, "not a finite real"),
        (mp.log, 0.0, "not a finite real"),
        (lambda x: 1 / x, 0.0, "not defined"),
        (mp.asin, 2.0, "not a finite real"),
        (lambda x: abs(x) * x, 0.0, None),
    ],
)
def test_there_is_no_derivative_at_a_kink_a_jump_a_pole_or_an_edge(f, x, words):
    if words:
        with pytest.raises(NoTruthError, match=words):
            derivative(f, [x], [0])
    else:
        assert float(derivative(f, [x], [0])) == 0  # a kink only in the second derivative
        with pytest.raises(NoTruthError, match="kink"):
            derivative(f, [x], [0, 0])


@pytest.mark.parametrize(
    ("x", "truth", "distance"),
    [
        (1.0, mp.one, 0.0),
        (1.0 + 2.0**-52, mp.one, 1.0),
        (1.0 - 2.0**-53, mp.one, 0.5),
        (0.0, mp.ldexp(1, -1075), 0.5),
        (5e-324, mp.ldexp(1, -1075), 0.5),
        (-0.0, mp.zero, 0.0),
        (math.inf, mp.ldexp(1, 5000), 0.0),
        (math.inf, mp.ldexp(1, 1024) - mp.ldexp(1, 972), 2.0),
        (1.7976931348623157e308, mp.ldexp(1, 5000), 1.0),
        (math.nan, mp.one, math.inf),
        (-1.0, mp.one, 2.0**53),
    ],
)
def test_distances_are_in_units_of_the_last_place(x, truth, distance):
    assert ulps(x, truth) == distance


def test_a_small_number_is_held_beside_the_largest():
    largest = 1.7976931348623157e308
    assert derivative(lambda *xs: mp.fsum(xs) / 4, [1.0, largest, -largest, 1.0]) == 0.5
