"""`grad` gives what `backward` would, leaves every .grad alone, and can be differentiated to any order."""

import doctest
import math
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from oracles import same
from programs import inputs, leaves, programs, run

from microgradlab import Value, gradients, ops, trace
from microgradlab.errors import GraphError
from microgradlab.gradients import grad


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(gradients).failed == 0


@given(programs, inputs)
def test_grad_is_what_backward_adds_and_touches_no_grad(program, xs):
    variables = leaves(xs)
    results = run(program, variables)
    for node in results:
        node.grad = 123.0
    found = grad(results[-1], results)
    assert [node.grad for node in results] == [123.0] * len(results)
    for variable in variables:
        variable.grad = 0.0
    results[-1].backward()
    reached = {id(node) for node in trace(results[-1])[0]}
    for node, gradient in zip(results, found):
        assert type(gradient) is float
        assert gradient == (node.grad if id(node) in reached else 0.0) or math.isnan(node.grad)


@given(programs, inputs)
def test_with_create_graph_the_gradients_are_the_same_numbers_and_values(program, xs):
    variables = leaves(xs)
    y = run(program, variables)[-1]
    floats, values = grad(y, variables), grad(y, variables, create_graph=True)
    assert all(type(g) is Value for g in values)
    assert [same(g.data + 0.0, f + 0.0) for g, f in zip(values, floats)] == [True] * len(xs)
    assert all(v.grad == 0.0 for v in variables)


@given(programs, inputs, st.integers(0, 2), st.integers(0, 2))
def test_mixed_second_derivatives_do_not_depend_on_their_order(program, xs, i, j):
    variables = leaves(xs)
    y = run(program, variables)[-1]
    assume(abs(y.data) < 1e6 and len(set(map(abs, xs))) == 3 and 0.0 not in xs)  # no kinks, no overflow
    first = grad(y, variables, create_graph=True)
    there, back = grad(first[i], variables[j]), grad(first[j], variables[i])
    assume(abs(there) < 1e6)
    assert there == pytest.approx(back, rel=1e-6, abs=1e-6)


def test_one_value_gives_one_gradient_and_a_sequence_a_list():
    x, y = Value(2.0), Value(3.0)
    z = x * y
    assert grad(z, x) == 3.0
    assert grad(z, [x]) == [3.0]
    assert grad(z, (x, y)) == grad(z, iter([x, y])) == [3.0, 2.0]
    assert grad(z, [x, x, z, Value(1.0)]) == [3.0, 3.0, 1.0, 0.0]
    assert grad(z, []) == []


def test_an_inner_node_has_a_gradient_and_what_is_not_in_the_graph_zero():
    x = Value(2.0)
    inner = x * x
    y = inner * inner
    assert grad(y, inner) == 8.0
    assert grad(inner, y) == 0.0
    assert same(grad(y, Value(2.0)), 0.0)
    none = grad(y, Value(2.0), create_graph=True)
    assert (type(none), none.data) == (Value, 0.0)


def test_a_value_by_itself_is_one():
    x = Value(2.0)
    y = x * 2
    assert grad(x, x) == grad(y, y) == 1.0
    assert grad(x, x, create_graph=True).data == 1.0


@given(st.floats(0.5, 2.0), st.floats(-2.0, 2.0))
def test_derivatives_go_to_any_order(x, n):
    v = Value(x)
    derivative, factor = v**n, 1.0
    for k in range(5):
        derivative, factor = grad(derivative, v, create_graph=True), factor * (n - k)
        assert derivative.data == pytest.approx(factor * x ** (n - k - 1), rel=1e-9, abs=1e-9)


def test_the_gradient_is_a_graph_like_any_other():
    x = Value(0.3, label="x")
    slope = grad(x.sin() * x, x, create_graph=True)
    (slope * slope).backward()
    first, second = math.cos(0.3) * 0.3 + math.sin(0.3), 2 * math.cos(0.3) - math.sin(0.3) * 0.3
    assert slope.data == pytest.approx(first)
    assert x.grad == pytest.approx(2 * first * second)
    assert any(node is x for node in trace(slope)[0])


def test_a_slope_that_is_always_one_adds_no_node_and_one_that_is_one_by_chance_is_kept():
    x, w = Value(2.0), Value(1.0)
    y = (x + 1.0).exp()
    slope = grad(y, x, create_graph=True)
    assert [id(node) for node in trace(slope)[0]] == [id(node) for node in trace(y)[0]]
    slope = grad((x * w).exp(), x, create_graph=True)
    assert grad(slope, w) == pytest.approx(3.0 * math.exp(2.0))


@pytest.mark.parametrize("n", [1.0, 2.0, 3.0, 0.0])
def test_derivatives_of_a_whole_power_at_zero_are_those_of_the_polynomial(n):
    x = Value(0.0)
    derivative, factor = x**n, 1.0
    for k in range(5):
        derivative, factor = grad(derivative, x, create_graph=True), factor * (n - k)
        assert derivative.data == (factor if k == n - 1 else 0.0)


def test_a_gradient_as_a_graph_after_an_edit_is_refused_and_names_the_leaf():
    w, x = Value(2.0, label="weight 7"), Value(3.0, label="x")
    y = ops.dot([w], [x], 1.0) * x
    w.data = 5.0
    with pytest.raises(GraphError, match=r"weight 7.*edited.*compute it again"):
        grad(y, x, create_graph=True)
    assert grad(y, x) == 2.0 * 3.0 * 2 + 1.0
    again = ops.dot([w], [x], 1.0) * x
    assert grad(again, x, create_graph=True).data == 5.0 * 3.0 * 2 + 1.0


def test_an_edit_of_another_leaf_or_to_the_same_graph_later_is_no_obstacle():
    w, other = Value(2.0), Value(1.0)
    y = w * w
    other.data = 3.0
    slope = grad(y, w, create_graph=True)
    assert slope.data == 4.0
    w.data = 10.0
    assert grad(slope, w) == 2.0  # first gradients of what was computed before the edit
    with pytest.raises(GraphError, match="edited"):
        grad(slope, w, create_graph=True)


@pytest.mark.parametrize("y", [1.0, None, "y", [Value(1.0)]])
def test_the_gradient_of_what_is_no_value_is_refused_and_shown(y):
    with pytest.raises(TypeError, match=f"Value y, .* got {re.escape(repr(y))}"):
        grad(y, Value(1.0))


@pytest.mark.parametrize(
    ("xs", "bad"), [(1.0, 1.0), (None, None), ([1.0], 1.0), ([Value(1.0), "x"], "x"), ("xs", "xs")]
)
def test_a_gradient_by_what_is_no_value_is_refused_and_shown(xs, bad):
    with pytest.raises(TypeError, match=f"a list of Values; got {bad!r}$"):
        grad(Value(1.0) * 2.0, xs)


def test_create_graph_is_a_flag_and_what_is_none_is_refused():
    x = Value(1.0)
    with pytest.raises(ValueError, match="create_graph must be True or False, got 1"):
        grad(x * x, x, 1)
