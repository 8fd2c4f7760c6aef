"""Every row of the table keeps what it promises; a new row needs nothing but itself."""

import doctest
import itertools
import math
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import SCALAR, SPECIAL, derivative, flat, like, points, same, slope, values_at

from microgradlab import Value, fast, grad, ops, row
from microgradlab.drawing import draw
from microgradlab.errors import RuleError, ShapeError
from microgradlab.formula import Formula
from microgradlab.row import INDEX, SEQUENCE

ROWS = list(ops.table.values())
REQUIRED = set(
    """
    neg abs add sub mul div pow exp expm1 log log1p log2 log10 sqrt cbrt square reciprocal sin cos tan asin
    acos atan atan2 sinh cosh tanh asinh acosh atanh hypot erf erfc sigmoid log_sigmoid softplus relu relu6
    leaky_relu elu selu gelu silu mish softsign hardtanh hardsigmoid maximum minimum clip where sum mean prod
    dot max min logsumexp softmax log_softmax step sech2
    """.split()  # noqa: SIM905
)
by_name = pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
scalar_by_name = pytest.mark.parametrize("op", SCALAR, ids=lambda op: op.name)


def check_derivatives(op, order, data):
    """The rules of `op` give its true derivative by any of its arguments, one after the other."""
    arguments = data.draw(points(op))
    leaves = values_at(arguments)
    xs = flat(leaves)
    movable = [place for place, x in enumerate(xs) if type(x) is Value]
    places = data.draw(st.lists(st.sampled_from(movable), min_size=order, max_size=order))
    expected = derivative(op, arguments, places)
    assert slope(op(*leaves), xs, places) == pytest.approx(expected, rel=1e-7, abs=1e-8)


def test_the_examples_in_the_docstrings_run(new_row):
    assert doctest.testmod(row, globs={"op": new_row}).failed == 0
    assert doctest.testmod(ops).failed == 0


def test_the_table_has_every_op_that_was_promised():
    assert not REQUIRED - ops.table.keys()


@by_name
def test_every_row_is_complete(op):
    assert ops.table[op.name] is op is getattr(ops, op.name)
    assert len(op.rules) == len(op.parameters) == len(op.domain) >= len(op.defaults)
    assert op.symbol
    assert set(op.traits) <= {"linear", "commutative", "reduction", "pairs"}


@pytest.mark.parametrize("order", [1, 2, 3])
@by_name
@settings(max_examples=20)
@given(data=st.data())
def test_the_derivatives_are_those_of_the_mathematics(op, order, data):
    check_derivatives(op, order, data)


@scalar_by_name
def test_no_rule_raises_at_special_numbers(op):
    for arguments in itertools.product(SPECIAL, repeat=len(op.rules)):
        y = op.kernel(*arguments)
        assert all(type(rule(*arguments, y)) is float for rule in op.rules)


@pytest.mark.parametrize("op", [op for op in ROWS if SEQUENCE in op.domain], ids=lambda op: op.name)
@given(data=st.data())
@settings(max_examples=40)
def test_no_rule_over_a_sequence_raises_at_special_numbers(op, data):
    numbers = st.lists(st.sampled_from(SPECIAL), min_size=3, max_size=3).map(tuple)
    arguments = [data.draw(numbers) if d is SEQUENCE else 1 if d is INDEX else 0.5 for d in op.domain]
    slopes = [rule(*arguments, op.kernel(*arguments)) for rule in op.rules]
    assert all(type(slope) is float for slope in flat(slopes))


@pytest.mark.parametrize(
    ("name", "arguments", "slopes"),
    [
        # at a kink
        ("relu", (0.0,), (0.0,)),
        ("relu", (-0.0,), (0.0,)),
        ("abs", (0.0,), (0.0,)),
        ("leaky_relu", (0.0, 0.01), (0.01, 0.0)),
        ("elu", (0.0, 1.0), (1.0, 0.0)),
        ("relu6", (0.0,), (0.0,)),
        ("relu6", (6.0,), (0.0,)),
        ("hardtanh", (-1.0,), (0.0,)),
        ("hardtanh", (1.0,), (0.0,)),
        ("hardsigmoid", (-3.0,), (0.0,)),
        ("hardsigmoid", (3.0,), (0.0,)),
        ("clip", (1.0, 1.0, 2.0), (1.0, 0.0, 0.0)),
        ("clip", (2.0, 1.0, 2.0), (1.0, 0.0, 0.0)),
        ("clip", (0.5, 1.0, 2.0), (0.0, 1.0, 0.0)),
        ("clip", (2.5, 1.0, 2.0), (0.0, 0.0, 1.0)),
        ("clip", (0.0, 3.0, 1.0), (0.0, 0.0, 1.0)),
        ("maximum", (2.0, 2.0), (0.5, 0.5)),
        ("minimum", (2.0, 2.0), (0.5, 0.5)),
        ("where", (0.0, 1.0, 2.0), (0.0, 0.0, 1.0)),
        ("where", (-3.0, 1.0, inf), (0.0, 1.0, 0.0)),
        # powers
        ("pow", (0.0, 0.0), (0.0, -inf)),
        ("pow", (3.0, 0.0), (0.0, math.log(3.0))),
        ("pow", (0.0, 2.0), (0.0, 0.0)),
        ("pow", (0.0, 0.5), (inf, 0.0)),
        ("pow", (0.0, 1.0), (1.0, 0.0)),
        ("pow", (-2.0, 3.0), (12.0, nan)),
        ("pow", (0.0, -1.0), (-inf, -inf)),
        # poles and the origin
        ("sqrt", (0.0,), (inf,)),
        ("cbrt", (0.0,), (inf,)),
        ("log", (0.0,), (inf,)),
        ("log1p", (-1.0,), (inf,)),
        ("asin", (1.0,), (inf,)),
        ("acos", (-1.0,), (-inf,)),
        ("acosh", (1.0,), (inf,)),
        ("atanh", (-1.0,), (inf,)),
        ("reciprocal", (-0.0,), (-inf,)),
        ("hypot", (0.0, 0.0), (0.0, 0.0)),
        ("atan2", (0.0, 0.0), (0.0, 0.0)),
        ("hypot", (3e200, 4e200), (0.6, 0.8)),
        ("atan2", (3e200, 4e200), (1.6e-201, -1.2e-201)),
        ("div", (1.0, 1e-200), (1e200, -inf)),
        ("mul", (inf, 0.0), (0.0, inf)),
    ],
)
def test_the_slopes_at_kinks_and_poles_are_the_conventions(name, arguments, slopes):
    locals = ops.table[name](*map(Value, arguments)).locals
    assert [abs(x) if x == 0 else x for x in locals] == pytest.approx(slopes, nan_ok=True)


@pytest.mark.parametrize(
    ("op", "xs", "slopes"),
    [
        (ops.max, (1.0, 3.0, 3.0, 2.0), (0.0, 0.5, 0.5, 0.0)),
        (ops.min, (1.0, 1.0, 1.0), (1 / 3, 1 / 3, 1 / 3)),
        (ops.prod, (0.0, 2.0, 3.0), (6.0, 0.0, 0.0)),
        (ops.prod, (0.0, 0.0, 3.0), (0.0, 0.0, 0.0)),
        (ops.logsumexp, (1000.0, -1000.0), (1.0, 0.0)),
        (ops.mean, (1.0, 2.0, 3.0, 4.0), (0.25, 0.25, 0.25, 0.25)),
    ],
)
def test_the_slopes_of_a_sequence_are_one_for_each_element(op, xs, slopes):
    assert list(op([*map(Value, xs)]).locals[0]) == pytest.approx(slopes)


def test_the_slope_of_a_sure_softmax_does_not_cancel():
    rest = math.exp(-40.0)
    xs = [Value(40.0), Value(0.0)]
    assert grad(ops.log_softmax(xs, 0), xs) == pytest.approx([rest, -rest], rel=1e-12, abs=0)
    assert grad(ops.softmax(xs, 0), xs) == pytest.approx([rest, -rest], rel=1e-12, abs=0)


def test_a_gradient_of_zero_times_an_infinite_slope_is_nan_as_in_ieee_754():
    x = Value(0.0)
    for y in (x.sqrt() * 0.0, ops.where(0.0, x.log(), x), ops.dot([x], [inf], 0.0) * 0.0):
        x.grad = 0.0
        y.backward()
        assert math.isnan(x.grad)
        assert math.isnan(grad(y, x))


@pytest.mark.parametrize("op", [op for op in ROWS if "linear" in op.traits], ids=lambda op: op.name)
@given(data=st.data(), scale=st.floats(-10.0, 10.0))
def test_linear_means_linear(op, data, scale):
    first = data.draw(points(op))
    second = like(first, data.draw(st.tuples(*[st.floats(-4.0, 4.0)] * len(flat(first)))))
    mixed = like(first, [scale * x + y for x, y in zip(flat(first), flat(second))])
    assert op.kernel(*mixed) == pytest.approx(scale * op.kernel(*first) + op.kernel(*second), abs=1e-12)


@pytest.mark.parametrize("op", SCALAR, ids=lambda op: op.name)
def test_commutative_says_exactly_whether_the_order_of_two_arguments_is_free(op):
    pairs = list(itertools.product(SPECIAL, repeat=2)) if len(op.rules) == 2 else []
    equal = [x == y or (x != x and y != y) for x, y in ((op.kernel(a, b), op.kernel(b, a)) for a, b in pairs)]
    assert ("commutative" in op.traits) == (bool(pairs) and all(equal))


@pytest.mark.parametrize("op", [op for op in ROWS if "reduction" in op.traits], ids=lambda op: op.name)
@given(data=st.data())
def test_a_reduction_does_not_depend_on_the_order_of_its_elements(op, data):
    arguments = data.draw(points(op))
    order = data.draw(st.permutations(range(len(arguments[0]))))
    shuffled = [tuple(a[i] for i in order) if isinstance(a, tuple) else a for a in arguments]
    assert op.kernel(*shuffled) == pytest.approx(op.kernel(*arguments), abs=1e-12)


@given(data=st.data())
def test_pairs_are_multiplied_and_summed_and_a_bias_added(data):
    w, x, b = data.draw(points(ops.dot))
    assert ops.dot(w, x, b) == pytest.approx(ops.sum(map(ops.mul, w, x)) + b, abs=1e-12)


@by_name
@settings(max_examples=10)
@given(data=st.data())
def test_an_op_of_plain_floats_is_a_plain_float(op, data):
    arguments = data.draw(points(op))
    assert same(op(*arguments), op.kernel(*arguments))


@scalar_by_name
@settings(max_examples=5)
@given(data=st.data())
def test_every_scalar_op_is_a_function_and_a_method(op, data):
    x, *others = data.draw(points(op))
    function, method = op(Value(x), *others), getattr(Value(x), op.name)(*others)
    assert function.op is method.op is op
    assert same(function.data, method.data)
    assert same(function.data, op.kernel(x, *others))


def test_defaults_fill_in_what_is_left_out():
    assert ops.leaky_relu(-2.0) == -0.02
    assert Value(-2.0).leaky_relu().data == -0.02
    assert ops.elu(-1.0) == math.expm1(-1.0)
    assert ops.dot([2.0], [3.0]) == 6.0


def test_an_argument_may_be_given_by_its_name(new_row):
    shifted = new_row("shifted", lambda x, by: x + by, lambda x, by: 1.0, 1.0, defaults=(1.0,))
    for _ in range(2):  # before and after it is compiled
        for wrong in ({"by": 3.0}, {"x": 1.0, "on": 2.0}):
            with pytest.raises(TypeError, match="shifted"):
                shifted(**wrong)
        with pytest.raises(TypeError, match="shifted"):
            shifted(1.0, 2.0, by=3.0)
        assert shifted(2.0, by=3.0) == shifted(by=3.0, x=2.0) == 5.0
        assert shifted(Value(2.0), by=3.0).data == Value(2.0).shifted(by=3).data == 5.0
    assert ops.dot(w=[1.0], x=[2.0], b=3.0) == 5.0


def test_softmax_without_an_index_gives_all():
    xs = [Value(1.0), Value(2.0), Value(3.0)]
    for op in (ops.softmax, ops.log_softmax):
        assert [v.data for v in op(xs)] == op([1.0, 2.0, 3.0]) == [op([1.0, 2.0, 3.0], i) for i in range(3)]


def test_sequences_of_any_kind_are_taken():
    assert ops.sum(Value(float(i)) for i in range(4)).data == 6.0
    assert ops.sum([1, True, 2.5]) == 4.5
    assert ops.dot([], [], Value(3.0)).data == 3.0
    assert ops.sum([]) == 0.0


def test_floats_among_values_are_constants_and_a_value_among_floats_is_not_lost():
    v = Value(3.0)
    assert grad(ops.sum([1.0, v, 2]), v) == 1.0
    assert grad(ops.dot((2.0, v), (v, 1.0)), v) == 3.0
    assert grad(ops.dot([1.0, 2.0, 3.0], [4.0, 5.0, v]), v) == 3.0


def test_a_sequence_of_a_thousand_is_no_trouble():
    xs = [Value(i / 1000) for i in range(1000)]
    total = ops.add(ops.logsumexp(xs), ops.max(xs)) + ops.softmax(xs, 7) + ops.log_softmax(xs, 8)
    assert len(grad(total, xs)) == 1000


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ops.tanh(), TypeError, "tanh.* argument"),
        (lambda: ops.tanh(1.0, 2.0), TypeError, "tanh.* argument"),
        (lambda: ops.dot([1.0]), TypeError, "dot.* argument"),
        (lambda: Value(1.0).tanh(2.0), TypeError, "tanh"),
        (lambda: ops.tanh("1"), TypeError, "'1'"),
        (lambda: ops.tanh([1.0]), TypeError, "one by one"),
        (lambda: ops.sum(Value(1.0)), TypeError, r"takes a sequence of numbers.*\["),
        (lambda: ops.sum("12"), TypeError, "takes a sequence of numbers"),
        (lambda: ops.softmax(3.0), TypeError, "sequence"),
        (lambda: ops.softmax([]), ShapeError, "at least one element"),
        (lambda: ops.max([]), ShapeError, "at least one element"),
        (lambda: ops.mean([]), ShapeError, "at least one element"),
        (lambda: ops.logsumexp([]), ShapeError, "at least one element"),
        (lambda: ops.dot([1.0], [1.0, 2.0]), ShapeError, "one length, got 1 and 2"),
        (lambda: ops.softmax([1.0, 2.0], 2), ShapeError, "from 0 to 1, got 2"),
        (lambda: ops.softmax([1.0, 2.0], -1), ShapeError, "from 0 to 1, got -1"),
        (lambda: ops.softmax([1.0, 2.0], 0.5), ShapeError, "whole number"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


# a row that is added ----------------------------------------------------------------------------


@pytest.fixture
def cube(new_row):
    return new_row("cube", lambda x: x * x * x, lambda x: 3.0 * ops.square(x))


def test_a_new_row_is_differentiable_three_times_a_method_printable_and_drawable(cube):
    x = Value(2.0, label="x")
    y = cube(x)
    first = grad(y, x, create_graph=True)
    second = grad(first, x, create_graph=True)
    assert (cube(2.0), y.data, first.data, second.data, grad(second, x)) == (8.0, 8.0, 12.0, 12.0, 6.0)
    assert x.cube().op is cube
    assert str(cube(Formula("x"))) == str(Formula("x").cube()) == "cube(x)"
    assert "3 × x²" in str(next(y.backward_steps()))
    assert "cube" in draw(y).source
    assert "def cube(" in fast.source(cube, "cube", cube.parameters)


def checked(op, order):
    """Whether `op` passes the check that every row must pass."""

    @settings(database=None, max_examples=50)
    @given(data=st.data())
    def check(data):
        check_derivatives(op, order, data)

    try:
        check()
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_new_row_is_checked_with_no_edit_elsewhere(cube, order):
    assert checked(cube, order)


@pytest.mark.parametrize(
    "wrong",
    [lambda x: 2.0 * ops.square(x), lambda x: ops.square(x) + 2.0 * x, lambda x: 3.0 * ops.square(x) + 1e-3],
)
def test_the_check_notices_a_wrong_rule(new_row, wrong):
    assert not checked(new_row("miscube", lambda x: x * x * x, wrong), 1)


def test_a_new_row_may_take_any_number_of_arguments_under_any_names(new_row):
    plane = new_row("plane", lambda x, y: x + 2.0 * y, 1.0, lambda x, y: 2.0)
    result = plane(a := Value(1.0), b := Value(5.0))
    assert result.arguments[0] is a
    assert result.arguments[1] is b
    assert grad(result, [a, b]) == [1.0, 2.0]
    blend = new_row("blend", lambda node, new, row, tick: node + new * row * tick, 1.0,
                    lambda node, new, row, tick: row * tick, lambda node, new, row, tick: new * tick,
                    lambda node, new, row, tick: new * row)  # fmt: skip
    assert grad(blend(a, 2.0, b, 3), [a, b]) == [1.0, 6.0]
    primed = new_row("primed", lambda a, a_: a * a_, lambda a, a_: a_, lambda a, a_: a)
    assert grad(primed(a, b), [a, b]) == [5.0, 1.0]
    scale = new_row("scale", lambda x, scale: x * scale, lambda x, scale: scale, lambda x, scale: x)
    assert grad(a.scale(3), a) == grad(scale(3, a), a) == 3.0


def test_a_new_row_may_take_a_sequence_from_its_own_domain(new_row):
    positive = row.Domain(0.0, inf, sequence=True)
    total = new_row("total", math.fsum, lambda xs: 1.0, domain=(positive,))
    xs = [Value(1.0), Value(2.0)]
    assert grad(total(xs), xs) == [1.0, 1.0]


def test_a_kernel_that_gives_an_int_gives_a_float(new_row):
    sign = new_row("direction", lambda x: (x > 0) - (x < 0), 0.0)
    assert type(sign(Value(2.0)).data) is float
    assert type(sign(2.0)) is float


def test_a_rule_that_branches_is_refused_and_told_of_where(new_row):
    bad = new_row("bad", abs, lambda x: 1.0 if x > 0 else -1.0)
    for _ in range(2):
        with pytest.raises(RuleError, match="where"):
            bad(Value(1.0))


@pytest.mark.parametrize("name", ["data", "grad", "backward", "label", "not-a-name", "lambda"])
def test_a_name_that_would_break_value_is_refused(name):
    had = getattr(Value, name, None)
    try:
        with pytest.raises(ValueError, match=name):
            ops.op(name, abs, lambda x: ops.sign(x))
    finally:
        ops.table.pop(name, None)
        if had is not None:
            setattr(Value, name, had)


def test_the_name_of_a_row_that_is_taken_replaces_it(new_row):
    first = new_row("shift", lambda x: x + 1.0, 1.0)
    second = ops.op("shift", lambda x: x + 2.0, 1.0)
    assert ops.table["shift"] is second
    assert first(Value(0.0)).data == 1.0
    assert Value(0.0).shift().data == second(Value(0.0)).data == 2.0


def test_a_row_needs_a_rule_for_each_argument_of_its_kernel():
    for kernel, rules in ((lambda x, y: x * y, [1.0]), (lambda x: x, [1.0, 1.0]), (lambda x, y, z=0.0: x, [1.0])):
        with pytest.raises(RuleError, match="op 'short' needs one rule for each argument of its kernel"):
            ops.op("short", kernel, *rules)
    assert "short" not in ops.table


def test_a_kernel_may_take_more_than_it_is_given(new_row):
    assert new_row("first", lambda x, y=2.0: x * y, 2.0)(3.0) == 6.0
    assert new_row("largest_of", lambda *xs: max(xs), 1.0, 0.0)(3.0, 1.0) == 3.0
