"""A Value is a number on either side of every operator, with numbers of every kind."""

import math
import operator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import SCALAR, SPECIAL, same
from test_coercion import by_kind

from microgradlab import Value, arithmetic, grad, ops
from microgradlab.arithmetic import Arithmetic

OPERATORS = {
    operator.add: "add", operator.sub: "sub", operator.mul: "mul", operator.truediv: "div", operator.pow: "pow"
}  # fmt: skip
by_operator = pytest.mark.parametrize("of", OPERATORS, ids=lambda of: of.__name__)
floats = st.floats() | st.sampled_from(SPECIAL)


@by_operator
@given(a=floats, b=floats)
def test_an_operator_is_its_row_on_either_side(of, a, b):
    row = ops.table[OPERATORS[of]]
    for result in (of(Value(a), Value(b)), of(Value(a), b), of(a, Value(b))):
        assert type(result) is Value
        assert result.op is row
        assert same(result.data, row.kernel(a, b))


@given(floats)
def test_signs_and_absolute_values_are_rows(x):
    v = Value(x)
    assert +v is v
    assert same((-v).data, -x)
    assert (-v).op is ops.neg
    assert same(abs(v).data, abs(x))
    assert abs(v).op is ops.abs


@by_operator
@by_kind
def test_numbers_of_every_kind_stand_on_either_side(of, one):
    v = Value(2.0)
    left, right = of(one, v), of(v, one)
    assert type(left) is type(right) is Value
    assert (left.data, right.data) == (of(1.0, 2.0), of(2.0, 1.0))
    assert left.arguments[0] == right.arguments[1] == 1.0
    assert grad(left, v) == grad(of(1.0, v), v)


@by_operator
def test_the_sides_are_not_mixed_up(of):
    assert of(np.float64(2), Value(3.0)).data == of(2, Value(3)).data == of(Fraction(2), Value(3)).data == of(2.0, 3.0)
    assert of(Value(3), np.float64(2)).data == of(Value(3), 2).data == of(Value(3), Fraction(2)).data == of(3.0, 2.0)


def test_assigning_operators_make_a_new_value():
    v = old = Value(2.0)
    v += 1
    v *= 2
    v -= 1
    v /= 5
    v **= 2
    assert (v.data, old.data) == (1.0, 2.0)
    assert grad(v, old) == 2 * 2 / 5


def test_powers_are_taken_of_and_to_values():
    x, y = Value(2.0), Value(3.0)
    assert grad(x**y, [x, y]) == [12.0, 8.0 * math.log(2.0)]
    assert grad(2**y, y) == 8.0 * math.log(2.0)
    assert grad(x**3, x) == 12.0
    assert (Value(-2.0) ** 3).data == -8.0


@by_operator
def test_what_python_cannot_operate_on_neither_can_a_value(of):
    for other in (object(), {}, "a", np.array([1.0, 2.0])):
        with pytest.raises(TypeError):
            of(Value(1.0), other)
        with pytest.raises(TypeError):
            of(other, Value(1.0))


def test_numpy_functions_do_not_take_a_value_apart():
    with pytest.raises(TypeError):
        np.exp(Value(1.0))


def test_a_sum_of_the_builtin_is_a_graph():
    xs = [Value(1.0), Value(2.0), Value(3.0)]
    assert grad(sum(xs), xs) == [1.0, 1.0, 1.0]
    assert grad(math.prod(xs), xs) == [6.0, 3.0, 2.0]


@pytest.mark.parametrize("row", SCALAR, ids=lambda row: row.name)
def test_every_row_of_numbers_is_a_method_of_every_kind_of_number(row):
    assert callable(vars(Arithmetic)[row.name])


def test_help_on_a_method_says_what_it_computes(new_row):
    def kernel(x):
        """x cubed."""
        return x**3

    new_row("cube", kernel, lambda x: 3.0 * ops.square(x))
    for _ in range(2):  # before and after the first call
        for method in (Arithmetic.cube, Value.cube):
            assert (method.__name__, method.__doc__) == ("cube", "x cubed.")
        Value(1.0).cube()


def test_another_kind_of_number_needs_only_a_handler():
    class Counted(Arithmetic):
        """A number that counts the ops it went through."""

        def __init__(self, data, ops=0):
            self.data, self.ops = data, ops

    def handle(op, *arguments):
        counted = [a if isinstance(a, Counted) else Counted(a) for a in arguments]
        return Counted(op.kernel(*(c.data for c in counted)), 1 + sum(c.ops for c in counted))

    ops.handlers[Counted] = handle
    try:
        x = Counted(0.5)
        y = 2.0 * x.tanh() + ops.exp(-x)
    finally:
        del ops.handlers[Counted]
    assert (y.data, y.ops) == (2.0 * math.tanh(0.5) + math.exp(-0.5), 5)


def test_the_stubs_that_editors_read_are_those_of_the_table():
    import stubs

    for name, stub in stubs.STUBS.items():
        assert (stubs.PACKAGE / name).read_text(encoding="utf-8") == stub(), f"run  python tests/stubs.py  for {name}"
    assert all(f"def {row.name}(" in stubs.arithmetic_stub() for row in SCALAR)
    assert arithmetic.__file__
