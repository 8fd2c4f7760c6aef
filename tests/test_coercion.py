"""Every kind of number becomes a float; everything else is refused with what came and what to do."""

import doctest
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import same

from microgradlab import Value, coercion, ops
from microgradlab.coercion import number

# One of each kind, all equal to 1 so that a bool can be among them.
ONES = [
    1, True, 1.0, Fraction(2, 2), Decimal("1.0"),
    np.float64(1), np.float32(1), np.float16(1), np.longdouble(1), np.int64(1), np.uint8(1), np.bool_(True),
]  # fmt: skip
by_kind = pytest.mark.parametrize("one", ONES, ids=lambda one: type(one).__name__)


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(coercion).failed == 0


@by_kind
def test_every_kind_of_number_becomes_a_float(one):
    assert same(number(one), 1.0)
    assert same(Value(one).data, 1.0)
    v = Value(0.0)
    v.data = v.grad = one
    assert same(v.data, 1.0)
    assert same(v.grad, 1.0)


@by_kind
def test_every_kind_of_number_works_in_ops_and_their_sequences(one):
    assert same(ops.tanh(one), math.tanh(1.0))
    assert same(ops.sum([one, one]), 2.0)
    assert same(ops.dot([Value(2.0)], [one], one).data, 3.0)
    assert same(ops.maximum(Value(0.5), one).data, 1.0)


@given(st.floats())
def test_a_float_is_taken_as_it_is(x):
    assert same(number(x), x)
    assert same(number(np.float64(x)), x)


@given(st.integers(-(10**308), 10**308) | st.fractions())
def test_a_number_is_rounded_as_float_rounds_it(x):
    assert number(x) == float(x)


@pytest.mark.parametrize("special", [math.nan, math.inf, -math.inf, -0.0])
def test_special_numbers_are_numbers(special):
    for kind in (float, np.float64, np.float32, Decimal):
        assert same(number(kind(special)), special)


REFUSED = [
    ("3.5", "str '3.5'", r"float\("),
    (b"3.5", "bytes", "convert"),
    (None, "None", "return"),
    (1j, "complex number 1j", "real or imaginary"),
    (np.complex128(1j), "complex", "real or imaginary"),
    ([1.0], "list", "one by one"),
    ((1.0,), "tuple", "one by one"),
    ({}, "dict", "one by one"),
    (np.array([1.0, 2.0]), "ndarray", "one by one"),
    (np.array(1.0), "ndarray", ""),
    (object(), "object", ""),
    (len, "builtin", ""),
]
by_refused = pytest.mark.parametrize(("x", "came", "to_do"), REFUSED, ids=lambda x: type(x).__name__)


@by_refused
def test_what_is_no_number_is_refused_with_what_came_and_what_to_do(x, came, to_do):
    calls = [lambda: Value(x), lambda: ops.tanh(x), lambda: setattr(Value(1.0), "data", x),
             lambda: setattr(Value(1.0), "grad", x), lambda: Value(1.0) + x, lambda: x * Value(1.0),
             lambda: Value(1.0).maximum(x), lambda: ops.sum([Value(1.0), x]), lambda: ops.sum([1.0, x])]  # fmt: skip
    for call in calls:
        with pytest.raises(TypeError, match=f"(?s){came}.*{to_do}"):
            call()


def test_a_refused_number_leaves_everything_as_it_was():
    v = Value(2.0)
    v.grad = 3.0
    for name in ("data", "grad", "label"):
        with pytest.raises(TypeError):
            setattr(v, name, None)
    assert (v.data, v.grad, v.label) == (2.0, 3.0, "")


def test_a_value_where_a_plain_number_belongs_is_told_of_detach():
    with pytest.raises(TypeError, match=r"\.detach\(\)"):
        Value(Value(3.0))


@pytest.mark.parametrize("x", [10**400, -(10**400), Fraction(10**400), Decimal("1e400")])
def test_a_number_too_large_for_a_float_is_refused_with_what_to_do(x):
    for call in (lambda: Value(x), lambda: Value(1.0) * x, lambda: x - Value(1.0), lambda: ops.tanh(x)):
        with pytest.raises(OverflowError, match=r"does not fit a float.*scale"):
            call()


@given(st.recursive(st.none() | st.text() | st.floats(), st.lists, max_leaves=20))
def test_anything_is_shown_on_one_line_and_in_few_characters(x):
    shown = coercion.shown(x)
    assert len(shown) <= 60
    assert "\n" not in shown
    assert shown == repr(x) or (len(repr(x)) > 60 and shown[:-1] == repr(x)[:59])


class Unprintable:
    def __repr__(self):
        raise ValueError("no")


def test_what_cannot_be_printed_is_shown_by_its_type():
    nest = [1.0]
    for _ in range(100_000):
        nest = [nest]
    assert coercion.shown(nest) == "<unprintable list>"
    assert coercion.shown(Unprintable()) == "<unprintable Unprintable>"
    assert coercion.shown(10**10_000) == "<unprintable int>"
    with pytest.raises(TypeError, match="of type Unprintable"):
        number(Unprintable())


def test_a_long_text_is_shown_in_part():
    with pytest.raises(TypeError) as refused:
        number("x" * 10_000)
    assert len(str(refused.value)) < 300
