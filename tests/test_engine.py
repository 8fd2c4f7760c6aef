"""The engine: what a Value is, what backpropagation adds up, and that no graph is too long, wide or shared for it."""

import copy
import doctest
import gc
import math
import pickle
import re
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from oracles import flat, same
from programs import inputs, leaves, programs, run

from microgradlab import Value, engine, grad, no_grad, ops, trace
from microgradlab.arithmetic import Arithmetic
from microgradlab.errors import GraphError
from microgradlab.scopes import scopes


class Dual(Arithmetic):
    """A number with its tangent: derivatives carried forward, by the same rules but no graph, order or sharing.

    `size` adds up the absolute contributions: errors are compared to it.
    """

    def __init__(self, data, tangent=0.0, size=0.0):
        self.data, self.tangent, self.size = data, tangent, size


def forward(op, *arguments):
    """`op` on dual numbers."""
    numbers = [tuple(d.data for d in a) if isinstance(a, tuple) else a.data for a in arguments]
    y = op.kernel(*numbers)
    tangent = size = 0.0
    for rule, argument in zip(op.rules, arguments):
        slopes, duals = flat([rule(*numbers, y)]), flat([argument])
        for slope, dual in zip(slopes * (len(duals) // len(slopes)), duals):
            tangent, size = tangent + slope * dual.tangent, size + abs(slope) * dual.size
    return Dual(y, tangent, size)


ops.handlers[Dual] = forward


def in_threads(function, n=4):
    """The results of `function(i)` in n threads that switch as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(n) as pool:
            return list(pool.map(function, range(n)))
    finally:
        sys.setswitchinterval(interval)


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(engine).failed == 0


# a Value ----------------------------------------------------------------------------------------


def test_a_value_is_a_leaf_with_a_number_a_gradient_of_zero_and_a_name():
    v = Value(2, label="w")
    assert (v.data, v.grad, v.label, v.op, v.arguments, v.locals, v.scope) == (2.0, 0.0, "w", None, (), (), ())
    assert type(v.data) is float
    assert Value(2).label == ""


def test_a_result_remembers_how_it_was_made():
    a, b = Value(2.0), Value(3.0)
    y = a * b
    assert y.op is ops.mul
    assert [x is y_ for x, y_ in zip(y.arguments, (a, b))] == [True, True]
    assert y.locals == (3.0, 2.0)
    assert (a * 4).arguments[1] == 4.0
    assert (a * 4).locals == (4.0, None)


def test_results_share_the_sequence_that_they_were_given():
    xs, constants = (Value(1.0), Value(2.0)), (3.0, 4.0)
    assert ops.sum(xs).arguments[0] is ops.dot(xs, constants).arguments[0] is xs
    assert ops.dot(xs, constants).arguments[1] is constants


def test_a_dot_of_nothing_is_its_bias():
    b = Value(2.0)
    y = ops.dot([], [], b)
    assert (y.data, grad(y, b)) == (2.0, 1.0)


@pytest.mark.parametrize("op", ops.table.values(), ids=lambda op: op.name)
def test_a_node_made_outside_of_modules_has_no_scope_while_another_thread_is_in_one(op, monkeypatch):
    monkeypatch.setitem(scopes, -1, ("a module",))  # no thread has that number
    arguments = [[Value(0.5)] if d.sequence else 0 if d.is_index else Value(0.5) for d in op.domain]
    assert op(*arguments).scope == ()


@pytest.mark.parametrize("name", ["dta", "gard", "requires_grad", "_backward", "backwards"])
def test_a_typo_in_an_attribute_is_an_error(name):
    for v in (Value(1.0), Value(1.0) + 1.0):
        with pytest.raises(AttributeError):
            setattr(v, name, 1.0)
        with pytest.raises(AttributeError):
            getattr(v, name)


@pytest.mark.parametrize("name", ["op", "arguments", "locals", "scope", "backward", "tanh"])
def test_what_made_a_value_cannot_be_assigned(name):
    with pytest.raises(AttributeError):
        setattr(Value(1.0), name, None)


def test_help_tells_what_made_a_value():
    assert "row of the op table" in Value.op.__doc__
    assert "modules" in Value.scope.__doc__


@pytest.mark.parametrize("label", [None, 3, b"w"])
def test_a_label_is_a_string(label):
    with pytest.raises(TypeError, match="a label is a string"):
        Value(1.0, label=label)
    with pytest.raises(TypeError, match="a label is a string"):
        Value(1.0).label = label


def test_the_data_of_a_result_cannot_be_assigned_and_the_error_says_what_to_do():
    y = Value(1.0) + 1.0
    with pytest.raises(GraphError, match=r"add.*leaves"):
        y.data = 3.0
    assert y.data == 2.0


def test_a_value_cannot_be_subclassed():
    with pytest.raises(TypeError, match="row"):

        class Mine(Value):
            pass


def test_detach_is_a_new_leaf_with_the_same_number():
    x = Value(3.0)
    y = x * x
    z = y.detach() * x
    assert y.detach().op is None
    assert y.detach().data == 9.0
    assert grad(z, x) == 9.0


@given(st.floats(), st.floats() | st.integers() | st.fractions() | st.decimals(allow_nan=False) | st.booleans())
def test_comparisons_compare_data(x, y):
    assume(x == x or not isinstance(y, Decimal))  # Decimal itself refuses to be compared with a nan
    a, b = Value(x), Value(y) if isinstance(y, float) else y
    assert (a == b, a != b, a < b, a <= b, a > b, a >= b) == (x == y, x != y, x < y, x <= y, x > y, x >= y)
    assert (b == a, b < a, b >= a) == (y == x, y < x, y >= x)


def test_equality_with_what_is_no_number_is_false():
    assert [Value(1.0) == other for other in (None, "1", [1.0])] == [False, False, False]


def test_the_hash_is_the_identity():
    a, b = Value(1.0), Value(1.0)
    assert a == b
    assert len({a, b}) == 2
    assert {a: "a", b: "b"}[b] == "b"
    a.data = 2.0
    assert a in {a}


def test_a_value_is_true_unless_it_is_zero():
    assert [bool(Value(x)) for x in (0.0, -0.0, 0.5, math.nan)] == [False, False, True, True]


@given(st.floats(-1e15, 1e15))
def test_a_value_converts_as_its_data_does(x):
    v = Value(x)
    assert same(float(v), x)
    assert (int(v), round(v), round(v, 2)) == (int(x), round(x), round(x, 2))
    assert (math.floor(v), math.ceil(v)) == (math.floor(x), math.ceil(x))
    assert (f"{v:.3f}", f"{v:>12.2e}") == (f"{x:.3f}", f"{x:>12.2e}")
    assert f"{v}" == str(v) == repr(v)


def test_the_builtins_work_on_values():
    xs = [Value(2.0), Value(-3.0), Value(1.0)]
    assert max(xs) is xs[0]
    assert min(xs) is xs[1]
    assert [v.data for v in sorted(xs)] == [-3.0, 1.0, 2.0]
    assert sum(xs).data == 0.0
    assert abs(xs[1]).data == 3.0
    assert np.array([float(x) for x in xs]).sum() == 0.0


def test_a_float_leaves_the_graph():
    x = Value(1.0)
    assert type(math.exp(x)) is type(float(x)) is float
    assert "float(v)" in Value.__doc__
    assert "math.exp(v)" in Value.__doc__


def test_the_repr_is_short_however_large_the_graph():
    x = Value(0.5, label="x")
    y = x
    for _ in range(500):
        y = y * y + x
    assert repr(x) == "Value(data=0.5, grad=0.0, label='x')"
    assert repr(x + 1.0) == "Value(data=1.5, grad=0.0, op='add')"
    assert len(repr(y)) < 80


def test_a_notebook_shows_what_the_last_of_the_pictures_makes_or_else_the_repr(monkeypatch):
    x = Value(2.0)
    monkeypatch.setattr(engine, "pictures", [])
    assert x._repr_mimebundle_(include=None) == {"text/plain": repr(x)}
    engine.pictures += [lambda v: {"first": v}, lambda v: {"last": v}]
    assert x._repr_mimebundle_()["last"] is x


# backpropagation --------------------------------------------------------------------------------


@given(programs, inputs)
def test_backward_agrees_with_derivatives_carried_forward(program, xs):
    variables = leaves(xs)
    run(program, variables)[-1].backward()
    for i, variable in enumerate(variables):
        dual = run(program, [Dual(x, float(i == j), float(i == j)) for j, x in enumerate(xs)])[-1]
        assume(math.isfinite(dual.size))
        assert variable.grad == pytest.approx(dual.tangent, abs=1e-12 * dual.size)


@given(programs, inputs)
def test_steps_are_backward_bit_by_bit_and_their_records_are_right(program, xs):
    variables, again = leaves(xs), leaves(xs)
    results, stepped = run(program, variables), run(program, again)
    results[-1].backward()
    totals = {id(node): 0.0 for node in stepped}
    seen = []
    for step in stepped[-1].backward_steps():
        seen.append(step.node)
        assert same(step.grad, step.node.grad)
        assert step.node is stepped[-1] or same(step.grad, totals[id(step.node)])
        for c, local in zip(step.contributions, carried(step.node), strict=True):
            assert same(c.local, local)
            assert same(c.contribution, step.grad * c.local)
            assert same(c.before, totals[id(c.argument)])
            assert same(c.total, c.before + c.contribution)
            totals[id(c.argument)] = c.total
        assert all(same(c.argument.grad, totals[id(c.argument)]) for c in step.contributions)  # all have arrived
    assert [same(a.grad, b.grad) for a, b in zip(results, stepped)] == [True] * len(results)
    assert {id(node) for node in seen} == {id(node) for node in trace(stepped[-1])[0] if node.op}


def carried(node):
    """The local derivative at each place of `node` that carries a gradient."""
    return [
        slope
        for argument, local in zip(node.arguments, node.locals)
        if local is not None
        for slope in (local if isinstance(argument, tuple) else [local])
    ]


def test_an_argument_used_twice_in_one_op_grows_twice():
    x = Value(3.0)
    (step,) = (x * x).backward_steps()
    assert [(c.before, c.contribution, c.total) for c in step.contributions] == [(0.0, 3.0, 3.0), (3.0, 3.0, 6.0)]
    assert x.grad == 6.0


def test_a_step_is_given_before_older_results_change():
    x = Value(2.0)
    a = x * 3.0
    steps = (a * a).backward_steps()
    next(steps)
    assert (a.grad, x.grad) == (12.0, 0.0)
    next(steps)
    assert x.grad == 36.0


def test_a_node_that_is_added_to_itself_counts_twice():
    a = Value(3.0)
    b = a + a
    c = b + b
    c.backward()
    assert (a.grad, b.grad, c.grad) == (4.0, 2.0, 1.0)


@given(st.floats(-2.0, 2.0), st.floats(-2.0, 2.0))
def test_a_diamond_adds_up_both_ways(x, y):
    a, b = Value(x), Value(y)
    s, p = a + b, a * b
    (s * p).backward()
    assert a.grad == pytest.approx(x * y + (x + y) * y)
    assert b.grad == pytest.approx(x * y + (x + y) * x)


def test_backward_twice_adds_the_same_again_to_leaves_and_double_counts_nothing_inside():
    x = Value(3.0)
    y = x * x
    z = y * y
    z.backward()
    z.backward()
    assert (x.grad, y.grad, z.grad) == (2 * 108.0, 18.0, 1.0)
    x.grad = 0
    z.backward()
    assert x.grad == 108.0


def test_two_roots_that_share_a_part_each_add_their_own():
    x = Value(3.0)
    shared = x * x
    p, q = shared * 2.0, shared + x
    p.backward()
    assert (x.grad, shared.grad) == (12.0, 2.0)
    q.backward()
    assert (x.grad, shared.grad) == (12.0 + 7.0, 1.0)


def test_backward_from_a_leaf_is_one():
    x = Value(3.0)
    x.backward()
    x.backward()
    assert x.grad == 2.0
    assert list(x.backward_steps()) == []


@given(programs, inputs, st.floats(-2.0, 2.0))
def test_an_edited_leaf_does_not_falsify_first_gradients(program, xs, edit):
    variables, untouched = leaves(xs), leaves(xs)
    y, z = run(program, variables)[-1], run(program, untouched)[-1]
    for variable in variables:
        variable.data = edit
    y.backward()
    z.backward()
    assert [same(a.grad, b.grad) for a, b in zip(variables, untouched)] == [True] * len(xs)
    assert grad(y, variables) == grad(z, untouched) or math.isnan(y.data)


def test_nan_and_infinity_flow_through_backward_as_ieee_754_has_it():
    x = Value(0.0)
    y = x.log()
    assert y.data == -math.inf
    y.backward()
    assert x.grad == math.inf
    (Value(math.nan) * x).backward()
    assert math.isnan(x.grad)


# tracing ----------------------------------------------------------------------------------------


def test_a_notebook_shows_what_the_last_picture_makes(monkeypatch):
    monkeypatch.setattr(engine, "pictures", [])
    assert Value(1.5)._repr_mimebundle_() == {"text/plain": "Value(data=1.5, grad=0.0)"}
    engine.pictures.extend(lambda value, name=name: {name: str(value.data)} for name in ("first", "second", "last"))
    assert Value(1.5)._repr_mimebundle_(include=None, exclude=None) == {"last": "1.5"}


def test_a_node_used_twice_has_two_edges():
    m = Value(1.0)
    y = m + m
    nodes, edges = trace(y)
    assert [id(n) for n in nodes] == [id(m), id(y)]
    assert [(id(a), id(b)) for a, b in edges] == [(id(m), id(y))] * 2
    assert len(trace(ops.dot([m, m], [m, 2.0], m))[1]) == 5


def test_the_trace_of_a_leaf_is_itself():
    x = Value(1.0)
    assert [id(n) for n in trace(x)[0]] == [id(x)]
    assert trace(x)[1] == []


@pytest.mark.parametrize("root", [3.0, "loss", [Value(7.0)]])
def test_the_trace_of_what_is_no_value_is_refused(root):
    with pytest.raises(TypeError, match=f"trace takes one Value.*{re.escape(repr(root))}"):
        trace(root)


@given(programs, inputs)
def test_a_trace_has_every_node_once_arguments_first_and_an_edge_per_place(program, xs):
    root = run(program, leaves(xs))[-1]
    nodes, edges = trace(root)
    order = {id(node): i for i, node in enumerate(nodes)}
    assert len(order) == len(nodes)
    assert nodes[-1] is root
    assert all(order[id(argument)] < order[id(result)] for argument, result in edges)
    assert len(edges) == sum(len(carried(node)) for node in nodes)
    reached = {id(root)} | {id(argument) for argument, _ in edges}
    assert reached == order.keys()


# size -------------------------------------------------------------------------------------------


def alive():
    """How many Values there are."""
    return sum(type(x) is Value for x in gc.get_objects())


def test_a_thousand_squarings_are_a_thousand_steps():
    x = Value(1.0)
    y = x
    for _ in range(1000):
        y = y * y
    y.backward()
    assert x.grad == 2.0**1000
    assert grad(y, x) == 2.0**1000
    assert len(trace(y)[0]) == 1001


def chain(x, n):
    y = x
    for _ in range(n):
        y = y + x
    return y


def wide(x, n):
    return ops.sum([x * 2.0 for _ in range(n)])


@pytest.mark.parametrize(("build", "slope"), [(chain, 1.0), (wide, 2.0)])
def test_a_million_nodes_are_built_differentiated_and_freed_without_recursion_or_collector(build, slope):
    n = 1_000_000
    x = Value(1.0)
    gc.collect()
    before = alive()
    gc.disable()
    try:
        y = build(x, n)
        y.backward()
        assert x.grad == n * slope + (build is chain)
        assert alive() - before >= n
        del y
        assert alive() == before
    finally:
        gc.enable()


def test_a_long_chain_is_differentiated_as_a_graph_stepped_through_and_traced():
    n = 20_000
    x = Value(1.0)
    y = chain(x, n)
    first = grad(y * x, x, create_graph=True)
    assert first.data == 2 * (n + 1)
    assert grad(first, x) == 2 * (n + 1)
    assert sum(1 for _ in y.backward_steps()) == n
    assert len(trace(y)[0]) == n + 1


def test_no_graph_holds_a_reference_cycle():
    gc.collect()
    gc.disable()
    try:
        before = alive()
        x = Value(0.5)
        y = ops.dot([x, x], [x, 1.0], x).tanh() + ops.where(x, x, 1.0)
        z = grad(grad(y, x, create_graph=True), x, create_graph=True)
        list(y.backward_steps())
        trace(z)
        del x, y, z
        assert alive() == before
    finally:
        gc.enable()


# no_grad ----------------------------------------------------------------------------------------


def remembers():
    """Whether a result made now remembers how: the same for fast ops, others, and those over sequences."""
    x = Value(2.0)
    kept = {y.op is not None for y in (x * x, -x, x.tanh(), ops.sum([x]), ops.where(x, 1, 2), Fraction(1) + x)}
    assert len(kept) == 1
    return kept.pop()


def test_within_no_grad_results_are_leaves():
    x = Value(2.0)
    with no_grad():
        y = x * x + 1
        y.data = 6.0  # as only a leaf allows
        assert not remembers()
    assert remembers()
    assert (y.data, y.arguments, y.locals) == (6.0, (), ())


def test_no_grad_nests_and_is_over_after_an_exception():
    with no_grad():
        with pytest.raises(ZeroDivisionError), no_grad():
            raise ZeroDivisionError
        assert not remembers()
        with no_grad():
            assert not remembers()
        assert not remembers()
    assert remembers()
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert remembers()


def test_no_grad_decorates_a_function():
    assert not no_grad()(remembers)()
    assert remembers()


def test_no_grad_is_of_its_thread_alone():
    inside, leave = threading.Event(), threading.Event()

    def pause():
        with no_grad():
            inside.set()
            leave.wait(10)
            return remembers()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(pause)
        inside.wait(10)
        assert remembers()
        leave.set()
        assert other.result() is False


# copies -----------------------------------------------------------------------------------------

COPIES = [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]
by_copy = pytest.mark.parametrize("copied", COPIES, ids=["copy", "deepcopy", "pickle"])


@by_copy
@given(st.floats(), st.floats(), st.text())
def test_a_leaf_copies_with_its_gradient_and_label(copied, data, grad, label):
    v = Value(data, label)
    v.grad = grad
    twin = copied(v)
    assert twin is not v
    assert type(twin) is Value
    assert same(twin.data, data)
    assert same(twin.grad, grad)
    assert twin.label == label
    twin.data = 7.0
    assert same(v.data, data)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_leaf_pickles_in_every_protocol(protocol):
    assert pickle.loads(pickle.dumps(Value(2.0, "w"), protocol)).label == "w"


def test_a_leaf_that_is_shared_stays_shared_in_a_deep_copy():
    v = Value(1.0)
    a, b = copy.deepcopy([v, v])
    assert a is b


def test_a_copied_leaf_starts_a_graph_of_its_own():
    x = Value(3.0)
    twin = copy.deepcopy(x)
    y = x * twin
    assert grad(y, [x, twin]) == [3.0, 3.0]
    assert grad(grad(twin * twin * x, twin, create_graph=True), twin) == 6.0


@by_copy
def test_the_copy_of_a_result_is_refused_with_the_reason_and_what_to_do(copied):
    for y in (Value(1.0) + 1.0, ops.sum([Value(1.0)])):
        for holder in (y, [y], {"y": y}):
            if copied is copy.copy and holder is not y:
                continue  # a shallow copy of a list copies no Value
            with pytest.raises(GraphError, match=r"result of a computation.*detach\(\)"):
                copied(holder)


# threads ----------------------------------------------------------------------------------------


def work(seed):
    """Many small graphs, one after another, and what they come to."""
    x, total = Value(seed + 0.5), 0.0
    for i in range(300):
        y = (x * i).sin() + ops.dot([x, x], [x, 1.0], x) * x.tanh()
        y.backward()
        total += grad(grad(y, x, create_graph=True), x)
    return x.grad, total


def test_threads_on_separate_graphs_give_serial_results():
    assert in_threads(work) == [work(i) for i in range(4)]


def test_threads_that_share_a_leaf_lose_nothing_and_that_is_documented():
    x = Value(1.0)
    rounds = 500

    def add_gradients(i):
        for _ in range(rounds):
            (ops.sum([x] * 8) * 2.0**i).backward()  # sums of powers of two are exact

    in_threads(add_gradients)
    assert x.grad == rounds * 8 * 15
    assert "share leaves" in Value.backward.__doc__


def test_backward_waits_while_another_thread_is_in_it():
    x = Value(3.0)
    with ThreadPoolExecutor(1) as pool:
        with engine.one_at_a_time:
            waiting = pool.submit((x * x).backward)
            with pytest.raises(TimeoutError):
                waiting.result(0.05)
            assert x.grad == 0.0
        waiting.result(10.0)
    assert x.grad == 6.0


def test_threads_that_run_backward_on_one_graph_take_turns():
    x = Value(1.0)
    y = ops.sum([chain(x, 20) for _ in range(5)])
    in_threads(lambda i: [y.backward() for _ in range(100)])
    assert x.grad == 400 * 105


def test_threads_that_meet_a_new_op_at_once_all_get_it_right(new_row):
    for i in range(20):
        row = new_row(f"cube{i}", lambda x: x * x * x, lambda x: 3.0 * ops.square(x))
        start = threading.Barrier(4)

        def first_use(_, row=row, start=start):
            x = Value(2.0)
            start.wait(10)
            return grad(row(x), x)

        assert in_threads(first_use) == [12.0] * 4
