"""Differences of floats: as good as they say, and silent where they are not."""

import doctest
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from microgradlab.testing import differences
from microgradlab.testing.differences import ridders

SMOOTH = [
    (math.sin, math.cos),
    (math.exp, math.exp),
    (math.atan, lambda x: 1 / (1 + x * x)),
    (lambda x: x**3, lambda x: 3 * x * x),
]

# Digits cancel within them, or the rounding of the argument is magnified.
NOISY = [
    (lambda x: math.exp(x) - 1, math.exp),
    (lambda x: 1 - math.cos(x), math.sin),
    (lambda x: math.sin(2 * math.pi * x), lambda x: 2 * math.pi * math.cos(2 * math.pi * x)),
    (lambda x: math.sin(1e4 * x), lambda x: 1e4 * math.cos(1e4 * x)),
    (lambda x: (x + 1e8) ** 2 - 1e16, lambda x: 2 * (x + 1e8)),
]


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(differences).failed == 0


@given(st.floats(-5.0, 5.0), st.sampled_from(SMOOTH))
@example(1.4204641955900733e-15, SMOOTH[0])  # where short steps see rounding alone
def test_differences_are_as_good_as_they_say(x, pair):
    f, slope = pair
    found, error = ridders(f, x)
    assert abs(found - slope(x)) <= 4 * error
    assert error <= 1e-7 * (1 + abs(slope(x)))


@given(st.floats(-5.0, 5.0), st.sampled_from(NOISY))
def test_the_errors_of_the_function_itself_are_measured(x, pair):
    f, slope = pair
    found, error = ridders(f, x)
    assert error == math.inf or abs(found - slope(x)) <= 4 * error


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda x: 1 - math.cos(x), 1e-5, math.sin(1e-5)),  # over short steps its errors do not change
        (lambda x: math.exp(-x * x / 2), 2.367580579335004, -0.1435818075590259),  # where one table is sure by chance
    ],
)
def test_what_once_was_surer_than_right(f, x, slope):
    found, error = ridders(f, x)
    assert abs(found - slope) <= 2 * error <= 1e-12


@pytest.mark.parametrize("pair", NOISY)
def test_a_noisy_function_has_a_slope_all_the_same(pair):
    f, slope = pair
    assert ridders(f, 1.3)[1] <= 1e-6 * abs(slope(1.3))


@given(st.floats(1e-3, 5.0), st.sampled_from([1.0, -1.0]))
def test_differences_near_a_pole_or_a_kink_do_not_claim_to_be_good(x, sign):
    for f, slope in (lambda x: 1 / x, -1 / x**2), (abs, sign):
        found, error = ridders(f, sign * x)
        assert abs(found - slope) <= 4 * error


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (abs, 0.0),  # a kink, at which both sides are alike
        (lambda x: max(x, 1.0), 1.0),
        (math.floor, 1.0),  # a jump
        (lambda x: float(x > 0) - float(x < 0), 0.0),  # one with a value in the middle
        (lambda x: math.sqrt(abs(x)), 0.0),
        (lambda x: 1 / x, 0.0),
        (math.log, 0.0),
        (lambda x: math.exp(x) - 1, 1e-20),  # where it is 0
        (math.sin, 1e16),  # of whose steps rounding leaves nothing
    ],
)
def test_nothing_settles_at_a_kink_a_jump_or_a_pole_or_where_all_digits_are_lost(f, x):
    assert ridders(f, x)[1] == math.inf
