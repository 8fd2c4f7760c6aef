"""The strategies of the test kit: what they draw, what they refuse, and how small a failing case becomes."""

import copy
import doctest
import inspect
import math
import re
import subprocess
import sys
import warnings
from collections import Counter
from contextlib import suppress
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument, NonInteractiveExampleWarning
from micrograd.engine import Value as Micrograd

from microgradlab import MLP, Value, grad, losses, ops, optim
from microgradlab.formula import Formula
from microgradlab.row import TIES, Domain
from microgradlab.testing import expression, strategies, trainings
from microgradlab.testing.expression import Expression, OpCall, Place, flat, recorded
from microgradlab.testing.growth import LIMIT
from microgradlab.testing.strategies import MARGIN, expressions, op_calls, values
from microgradlab.testing.trainings import datasets, mlps, training_steps

ALL = [values, op_calls, expressions, mlps, datasets, training_steps]
BOUNDED = [values, op_calls, expressions, datasets]
by_strategy = pytest.mark.parametrize("strategy", ALL, ids=lambda s: s.__name__)


some_ops = list(ops.table.values())[::12]


def minimal(strategy, condition=lambda _: True, seed=0):
    """The smallest case that hypothesis finds."""
    quick = settings(max_examples=2000, database=None, suppress_health_check=list(HealthCheck))
    return find(strategy, condition, settings=quick, random=Random(seed))


def sample(strategy, count=100):
    """What a test with hypothesis' default settings draws, health checks included."""
    drawn = []

    @settings(max_examples=count, database=None, derandomize=True, deadline=None, suppress_health_check=[])
    @given(strategy)
    def run(x):
        drawn.append(x)

    run()
    return drawn


def same(a, b):
    """Whether two floats are one, to the bit; any nan is any nan."""
    return (a == b and math.copysign(1.0, a) == math.copysign(1.0, b)) or (a != a and b != b)


def places(e):
    return [x for step in e.steps for x in flat(step.arguments) if type(x) is Place]


def gradient(e):
    leaves = [Value(x) for x in e.point]
    return grad(e(*leaves), leaves)


# all of them ------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", [expression, strategies, trainings], ids=lambda m: m.__name__)
def test_the_examples_in_the_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


@by_strategy
def test_an_example_shows_what_a_strategy_draws(strategy):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NonInteractiveExampleWarning)
        assert strategy().example() is not None


@by_strategy
def test_arguments_are_keywords_and_none_is_required(strategy):
    parameters = inspect.signature(strategy).parameters.values()
    assert all(p.kind is p.KEYWORD_ONLY and p.default is not p.empty for p in parameters)
    assert [p.name for p in parameters][:2] == ["min_value", "max_value"] or strategy in (mlps, training_steps)


@by_strategy
def test_each_has_one_example_in_its_docstring(strategy):
    assert inspect.getdoc(strategy).count("@given(") == 1


def test_a_strategy_prints_as_it_was_written():
    assert repr(expressions(depth=3, ops=["add"])) == "expressions(ops=['add'], depth=3)"
    assert repr(values(min_value=0.0)) == "values(min_value=0.0)"
    assert repr(op_calls(ops=iter(["add"]))) == "op_calls(ops=('add',))"
    assert "SGD" in repr(training_steps(optimizers=[optim.SGD]))


@pytest.mark.parametrize(
    ("strategy", "bad", "message"),
    [
        *[(s, {"min_value": math.nan}, "min_value=nan") for s in BOUNDED],
        *[(s, {"max_value": "4"}, "max_value='4'") for s in BOUNDED],
        *[(s, {"min_value": 2.0, "max_value": 1.0}, "between min_value=2") for s in BOUNDED],
        *[(s, {"max_value": math.inf}, "max_value=inf must be finite") for s in [op_calls, expressions, datasets]],
        *[(s, {"min_value": 10**400}, "min_value=1000*… must be finite, a number that fits a float") for s in BOUNDED],
        *[(s, {"max_value": -(10**5000)}, "max_value=<unprintable int> must be finite") for s in BOUNDED],
        (values, {"allow_nan": "no"}, "allow_nan='no' must be True or False"),
        (values, {"allow_infinity": None}, "allow_infinity=None must be True or False"),
        *[(s, {"ops": []}, r"ops=\[\] must be a list of at least one") for s in [op_calls, expressions]],
        *[(s, {"ops": "add"}, "ops='add' must be a list") for s in [op_calls, expressions]],
        *[(s, {"ops": ["tahn"]}, "ops has 'tahn', which is no op") for s in [op_calls, expressions]],
        *[(s, {"ops": [math.tanh]}, "which is no op") for s in [op_calls, expressions]],
        *[(s, {"ops": ["asin"], "min_value": 2.0}, "numbers between the bounds") for s in [op_calls, expressions]],
        (values, {"labels": "x"}, "label"),
        (op_calls, {"margin": -1.0}, "margin=-1.0 must be a number from 0 on"),
        (op_calls, {"margin": math.inf}, "margin=inf"),
        (op_calls, {"margin": "0.1"}, "margin='0.1'"),
        (op_calls, {"margin": 10**400}, "margin=1000*… must be a number from 0 on"),
        (expressions, {"depth": 0}, "depth=0 must be a whole number from 1 on"),
        (expressions, {"depth": 2.0}, "depth=2.0"),
        (expressions, {"max_nodes": True}, "max_nodes=True"),
        (expressions, {"variables": ()}, r"variables=\(\) must be different names"),
        (expressions, {"variables": ("x", "x")}, "variables"),
        (expressions, {"variables": ("x y",)}, "variables"),
        (expressions, {"variables": ("tanh",)}, "other than those of ops"),
        (expressions, {"variables": ("if",)}, "variables"),
        (expressions, {"variables": ["__builtins__"]}, "no __name__"),
        (expressions, {"variables": ["ﬁ"]}, "variables"),  # which Python's parser reads as fi
        (expressions, {"variables": [2]}, "variables"),
        (expressions, {"variables": 2}, "variables=2"),
        (mlps, {"inputs": 0}, "inputs=0 must be a whole number from 1 on"),
        (mlps, {"outputs": "1"}, "outputs='1'"),
        (mlps, {"max_layers": 0}, "max_layers=0"),
        (mlps, {"max_width": -1}, "max_width=-1"),
        (mlps, {"activations": "relu"}, "activations='relu' must be a list"),
        (datasets, {"inputs": 0}, "inputs=0"),
        (datasets, {"min_size": 0}, "min_size=0"),
        (datasets, {"min_size": 3, "max_size": 2}, "min_size"),
        (datasets, {"targets": 1.0}, "SearchStrategy"),
        (training_steps, {"losses": []}, "losses"),
        (training_steps, {"optimizers": ()}, "optimizers"),
        (training_steps, {"max_epochs": 0}, "max_epochs=0"),
    ],
)
def test_what_is_wrong_is_an_invalid_argument_that_names_it(strategy, bad, message):
    with pytest.raises(InvalidArgument, match=message):
        minimal(strategy(**bad))


@pytest.mark.parametrize(
    ("strategy", "iterables"),
    [
        (op_calls, {"ops": ["add", "mul"]}),
        (expressions, {"ops": ["add", "mul"], "variables": ["a", "b"]}),
        (mlps, {"activations": ["tanh", "relu"]}),
        (training_steps, {"losses": [losses.mse_loss], "optimizers": [optim.SGD], "activations": ["tanh"]}),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_what_to_choose_from_may_be_an_iterator(strategy, iterables):
    once = strategy(**{name: (x for x in choices) for name, choices in iterables.items()})
    assert len(sample(once, 20)) >= 20


HUGE = [(1e308, 1.7e308), (-1.7e308, -1e308), (-1.7e308, 1.7e308)]


@pytest.mark.parametrize("strategy", [expressions, op_calls, datasets, values], ids=lambda s: s.__name__)
@pytest.mark.parametrize("bounds", HUGE, ids=str)
def test_the_bounds_may_be_as_large_as_floats_are(strategy, bounds):
    low, high = bounds
    assert minimal(strategy(min_value=low, max_value=high)) is not None
    for drawn in sample(strategy(min_value=low, max_value=high), 50):
        numbers = [drawn.data] if strategy is values else getattr(drawn, "point", ())
        assert all(low <= x <= high for x in numbers)


@pytest.mark.parametrize("order", ["import hypothesis\nimport microgradlab", "import microgradlab\nimport hypothesis"])
def test_hypothesis_knows_how_to_make_a_value(order):
    program = f"""if True:
        import sys
        {order.splitlines()[0]}
        {order.splitlines()[1]}
        assert not {{"mpmath", "microgradlab.testing.strategies"}} & {{*sys.modules}}
        values = hypothesis.strategies.from_type(microgradlab.Value)
        x = hypothesis.find(values, lambda x: x.data > 1.5)
        assert type(x) is microgradlab.Value and x.data == 2.0, x
    """
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)


# values -----------------------------------------------------------------------------------------


@given(values(min_value=-2.0, max_value=3.0), values())
def test_values_are_leaves_of_finite_numbers_between_the_bounds(bounded, any_finite):
    assert type(bounded) is type(any_finite) is Value
    assert -2.0 <= bounded.data <= 3.0
    assert math.isfinite(any_finite.data)
    assert bounded.op is None
    assert bounded.label == ""


def test_values_may_be_infinite_or_nan_if_asked_for():
    assert math.isinf(minimal(values(allow_infinity=True), lambda x: math.isinf(x.data)).data)
    assert math.isnan(minimal(values(allow_nan=True), lambda x: math.isnan(x.data)).data)
    assert minimal(values(), lambda x: abs(x.data) > 1e308)


def test_values_have_labels_if_asked_for():
    assert minimal(values(labels=st.sampled_from(["w", "b"]))).label == "w"


def test_values_shrink_to_0_and_to_whole_numbers():
    assert repr(minimal(values())) == "Value(data=0.0, grad=0.0)"
    assert minimal(values(), lambda x: x.data < -1.5).data == -2.0


# calls of ops -----------------------------------------------------------------------------------


def within(call, margin):
    """Whether each number is in its domain, `margin` away from its ends and from kinks, and an index in range."""
    for domain, argument in zip(call.op.domain, call.arguments):
        numbers = argument if domain.sequence else (argument,)
        if domain.is_index:
            assert type(argument) is int
            assert 0 <= argument < len(call.arguments[0])
        else:
            assert all(type(x) is float and domain.low + margin <= x <= domain.high - margin for x in numbers)
    kinks = () if call.op.kinks == TIES or not margin else call.op.kinks
    assert all(abs(x - kink) > margin for x in call.point for kink in kinks)
    ties = call.op.kinks == TIES and margin
    assert not ties or all(abs(a - b) > margin for i, a in enumerate(call.point) for b in call.point[:i])
    return True


@given(op_calls(), op_calls(margin=0.1))
def test_a_call_has_arguments_from_the_domain_with_a_margin_if_asked_for(call, with_margin):
    assert within(call, 0.0)
    assert within(with_margin, 0.1)
    assert all(x == 0.0 or abs(x) >= 0.1 for x in with_margin.point)


@given(op_calls(min_value=-1e300, max_value=1e300), op_calls(min_value=2.0, max_value=3.0))
def test_the_bounds_are_those_of_the_numbers(wide, narrow):
    assert all(abs(x) <= 1e300 for x in wide.point)
    assert all(2.0 <= x <= 3.0 for x in narrow.point)
    assert narrow.op is not ops.asin


@pytest.mark.parametrize("op", [ops.relu, ops.relu6, ops.hardsigmoid], ids=lambda op: op.name)
def test_calls_without_a_margin_are_at_each_kink_and_on_both_sides_of_all(op):
    points = [call.point[0] for call in sample(op_calls(ops=[op]))]
    assert set(op.kinks) <= set(points)
    assert min(points) < min(op.kinks) - 1.0
    assert max(points) > max(op.kinks) + 1.0


@given(op_calls())
def test_a_call_runs_on_its_floats_or_on_as_many_numbers_of_any_kind(call):
    expected = call.op.kernel(*call.arguments)
    leaves = [Value(x) for x in call.point]
    assert same(call(), expected)
    assert same(call(*call.point), expected)
    result = call(*leaves)
    assert same(result.data, expected)
    assert all(any(x is leaf for x in flat(result.arguments)) for leaf in leaves)


@given(op_calls(ops=[op for op in ops.table.values() if op not in (ops.div, ops.pow)]))  # / and ** raise at 0
def test_a_call_prints_as_python(call):
    assert same(eval(repr(call), {**ops.table}), call())


def test_what_fails_is_printed_as_it_prints_itself():
    @settings(database=None, phases=[Phase.generate, Phase.shrink])
    @given(call=op_calls(ops=["hypot"]), e=expressions(ops=["tanh"]))
    def fails(call, e):
        raise AssertionError

    with pytest.raises(AssertionError) as failure:
        fails()
    text = "".join(failure.value.__notes__)
    assert "call=hypot(0.0, 0.0)" in text
    assert "e=Expression.parse('tanh(x)', x=0.5, y=1.5)" in text


def test_calls_print_as_one_would_write_them():
    assert repr(OpCall(ops.tanh, (0.5,))) == "tanh(0.5)"
    assert repr(OpCall(ops.add, (1.0, -2.0))) == "1.0 + -2.0"
    assert repr(OpCall(ops.pow, (-2.0, 3.0))) == "(-2.0) ** 3.0"
    assert repr(OpCall(ops.softmax, ((1.0, 2.0), 1))) == "softmax([1.0, 2.0], 1)"
    assert repr(OpCall(ops.dot, ((1.0,), (2.0,), 0.0))) == "dot([1.0], [2.0], 0.0)"


def test_a_call_with_too_few_numbers_is_refused():
    with pytest.raises(TypeError, match=r"hypot.* takes 2 numbers, got 1"):
        OpCall(ops.hypot, (3.0, 4.0))(1.0)


@pytest.mark.parametrize("op", some_ops, ids=lambda op: op.name)
def test_a_call_shrinks_to_round_numbers(op):
    call = minimal(op_calls(margin=MARGIN), lambda call: call.op is op)
    assert all(x == round(2.0 * x) / 2.0 for x in call.point)
    assert len(call.point) <= 3


def test_of_several_ops_the_first_is_the_simplest():
    assert repr(minimal(op_calls(ops=["tanh", "add"]))) == "tanh(0.0)"
    assert repr(minimal(op_calls(), lambda call: call.op.over_sequences)) == "sum([0.0])"


def test_a_narrow_domain_far_away_is_kept(new_row):
    far = new_row("far", lambda a, b: a + b, 1.0, 1.0, domain=(Domain(100.0, 100.01), Domain(-300.0, -200.0)))
    for call in sample(op_calls(ops=[far], margin=0.1), 30):
        a, b = call.point
        assert 100.0 < a < 100.01
        assert -204.0 - 0.1 <= b <= -200.1


# expressions ------------------------------------------------------------------------------------


@given(expressions())
def test_at_its_point_every_op_of_an_expression_is_within_its_domain_and_moderate(e):
    results = e.results()
    assert all(within(call, 0.05) for call in e.calls)
    assert all(map(math.isfinite, results))
    assert len(e.steps) == 1 or all(abs(y) <= LIMIT for y in results)
    assert all(x == 0.0 or math.copysign(1.0, x) * x > 1e-3 for p, x in enumerate(e.point) if p in places(e))


@given(expressions())
def test_no_derivative_of_an_expression_is_infinite_or_extreme(e):
    limit = LIMIT * max(1.0, abs(e())) if len(e.steps) == 1 else LIMIT
    assert all(abs(slope) <= 1.1 * limit for slope in gradient(e))


@given(expressions(ops=["exp", "mul", "reciprocal"]))
def test_not_even_ops_that_grow_fast_go_beyond_the_limit(e):
    limit = LIMIT * max(1.0, abs(e())) if len(e.steps) == 1 else LIMIT
    assert all(abs(y) <= limit for y in (*e.results(), *gradient(e)))


def test_a_result_that_is_not_finite_is_kept_away_from(new_row):
    pole = new_row("pole", lambda x: math.inf if x < 1.0 else math.nan if x < 2.0 else x, 1.0)
    assert all(e.point[0] >= 2.0 for e in sample(expressions(ops=[pole], variables="x", min_value=0.5)))


def test_a_kink_that_no_row_declares_is_kept_away_from(new_row):
    bent = new_row("bent", lambda x: abs(x - 0.5), 1.0)
    step = new_row("jump", lambda x: float(x > 0.5), 0.0)
    calls = [call for e in sample(expressions(ops=[bent, step, "sub", "neg"]), 300) for call in e.calls]
    assert {call.op for call in calls} >= {bent, step}
    assert not [call for call in calls if call.op in (bent, step) and call.point == (0.5,)]


@given(expressions(depth=4, max_nodes=6))
def test_an_expression_has_a_use_for_each_step_and_keeps_to_depth_and_size(e):
    depths = [0] * len(e.variables)
    for step in e.steps:
        depths.append(1 + max(depths[x] for x in flat(step.arguments) if type(x) is Place))
    assert max(depths) <= 4
    assert 1 <= len(e.steps) <= 6
    last = len(e.variables) + len(e.steps) - 1
    assert {*places(e)} >= set(range(len(e.variables), last))
    assert any(place < len(e.variables) for place in places(e))


@given(expressions(min_value=1.5, max_value=2.5, variables=["a", "b", "c"]))
def test_variables_and_bounds_are_as_asked_for(e):
    assert e.variables == ("a", "b", "c")
    assert all(1.5 <= x <= 2.5 for x in e.point)


@given(expressions(ops=["add", ops.tanh]))
def test_ops_may_be_given_by_name_or_as_they_are(e):
    assert {*e.ops} <= {ops.add, ops.tanh}


@given(expressions())
def test_an_expression_computes_the_same_on_every_kind_of_number(e):
    leaves = [Value(x) for x in e.point]
    result = e(*leaves)
    assert same(result.data, e())
    assert same(e(*e.point), e())
    assert isinstance(e(*map(Formula, e.variables)), Formula)


@given(expressions())
def test_each_step_is_one_node_however_often_it_is_used(e):
    graph = e(*[Value(x) for x in e.point])
    results, todo = {}, [graph]
    while todo:
        node = todo.pop()
        if type(node) is Value and node.op and id(node) not in results:
            results[id(node)] = node
            todo += flat(node.arguments)
    assert len(results) == len(e.steps)


@given(expressions())
def test_the_text_of_an_expression_is_python_that_computes_the_same(e):
    again = Expression.parse(str(e), **dict(zip(e.variables, e.point)))
    assert str(again) == str(e)
    assert repr(again) == repr(e)
    assert (again.variables, again.point, Counter(again.ops)) == (e.variables, e.point, Counter(e.ops))
    assert same(again(), e())
    assert gradient(again) == pytest.approx(gradient(e), rel=1e-9, abs=1e-9)
    assert repr(eval(repr(e))) == repr(e)


@pytest.mark.parametrize(
    "text",
    [
        "x + y",
        "a = x * y; tanh(a) + a",
        "-(x + y) * (x - (x - y))",
        "x / (y / x) / y",
        "(-x) ** (x ** y) ** -2.0",
        "-x ** 2.0 - -x",
        "2.0 ** x",
        "softmax([x, 1.0, y], 1)",
        "dot([x, y], [y, x], 0.5)",
        "abs(x) + sum([x])",
        "a = -x; b = a + a; b * b",
    ],
)
def test_text_is_written_with_no_more_parentheses_than_needed(text):
    assert str(Expression.parse(text, x=1.5, y=2.5)) == text


def test_a_shared_result_has_a_name_that_nothing_else_has(new_row):
    new_row("c", lambda x: x, 1.0)
    e = Expression.parse("n = tanh(a) * b; m = n * n; c(m + m)", a=1.0, b=2.0)
    assert str(e) == "d = tanh(a) * b; e = d * d; c(e + e)"


def test_a_leaf_alone_is_an_expression_too():
    assert Expression.parse("x", x=3.0, y=4.0)() == 3.0
    assert str(Expression.parse("x", x=-0.0)()) == "-0.0"


def test_text_reaches_nothing_but_ops_and_variables():
    for text in ("__import__('os')", "open('x')", "print(x)", "y"):
        with pytest.raises(NameError):
            Expression.parse(text, x=1.0)
    with pytest.raises(ValueError, match=r"'2.0 \+ 1.0' has no variable: give each in it a number"):
        Expression.parse("2.0 + 1.0", x=1.0)


UNSAFE = "tanh.__class__.__init__.__globals__['__builtins__']['__import__']('os').system('touch {}') * x"


def test_text_is_read_and_not_run(tmp_path):
    with pytest.raises(ValueError, match=r"tanh\.__class__.* is not allowed here: there may be numbers, variables"):
        Expression.parse(UNSAFE.format(tmp_path / "made"), x=1.0)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is no expression"),
        ("x y", r"'x y' is no expression \(invalid syntax\): there may be numbers, variables"),
        ("x; y", "'x' before ; names no result"),
        ("a = x", "is no expression"),
        ("a = b = x; a", "is no expression"),
        ("if = x; x", "'if = x' before ; names no result"),
        ("x # + y", "is no expression"),  # the rest would be lost
        ("1or x", "is no expression"),  # of which the parser would warn
        ("x.data", r"x\.data is not allowed here"),
        ("x[0]", r"x\[0\] is not allowed here"),
        ("x == y", "x == y is not allowed here"),
        ("x if x else y", "is not allowed here"),
        ("[x, y]", r"\[x, y\] is not allowed here"),
        ("f'{x}'", "is not allowed here"),
        ("True * x", "True is not allowed here"),
        ("tanh * x", "tanh is not allowed here"),
        ("x(y)", r"x\(y\) is not allowed here"),
        ("tanh(x=x)", "is not allowed here"),
        ("sum([*x])", r"\*x is not allowed here"),
        ("sum(x)", r"x is not allowed here: a list, such as \[x, y\], belongs there"),
        ("softmax([x, y], x)", "x is not allowed here: an index, such as 0, belongs there"),
        ("softmax([x, y], True)", "True is not allowed here: an index"),
        ("softmax([x, y], 2)", "i is a whole number from 0 to 1, got 2"),
        ("softmax([x, y])", "softmax.* does not take 1 arguments"),
        ("tanh(x, y)", "tanh.* does not take 2 arguments"),
        ("1" * 400 + " * x", "cannot be computed: int too large"),
        ("1" * 5000 + " * x", "is no expression"),
        ("\ud800 + x", "half a character"),
        ("x \0", "null"),
        ("(" * 300 + "x" + ")" * 300, "too many nested parentheses"),
        ("-" * 100_000 + "x", "is too deep: name a part of it"),
        ("x" + " + x" * 5000, "is too deep: name a part of it"),
    ],
)
def test_what_is_no_expression_is_a_value_error_that_names_it(text, message):
    with pytest.raises(ValueError, match=message) as caught:
        Expression.parse(text, x=1.0, y=2.0)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("text", [None, b"x", 2.0])
def test_what_is_no_text_is_no_expression(text):
    with pytest.raises(TypeError, match="an expression is a text, such as"):
        Expression.parse(text, x=1.0)


WORDS = ["x", "y", "a", "x = ", "; ", "(", ")", "[", "]", ", ", ".", "1", "2.5", "1e309", "9**9**9", "-", " + ", " * ",
         " / ", " ** ", "tanh", "sum", "softmax", "log", "lambda: ", "__class__", "'", " if ", "\n", "#", ":=", "@",
         "~", "not ", "inf", "{", "}", "\\", "await "]  # fmt: skip


@settings(max_examples=400)
@given(st.text(max_size=20) | st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
def test_random_text_is_an_expression_or_one_of_two_errors(text):
    with suppress(NameError, ValueError):
        e = Expression.parse(text, x=0.5, y=1.5)
        assert "." not in re.sub(r"\d\.|\.\d", "", text)  # of an attribute
        assert repr(Expression.parse(str(e), x=0.5, y=1.5)) == repr(e)


def test_numbers_in_a_text_are_floats_and_no_work_without_end():
    assert str(Expression.parse("9**9**9 * x", x=1.0)) == "inf * x"
    assert str(Expression.parse("1 / 0 - x", x=1.0)) == "inf - x"
    assert str(Expression.parse("nan + inf + x", x=1.0)) == "nan + x"
    assert str(Expression.parse("inf * 2", inf=3.0)) == "inf * 2.0"
    assert str(Expression.parse(" a =x*2\n;a+  a ", x=1.0)) == "a = x * 2.0; a + a"
    assert Expression.parse("softmax((x, 1), 1)", x=1.0)() == 0.5


DEEP = {
    "call": lambda x, y: ops.sin(x),
    "list": lambda x, y: ops.logsumexp([x, y]),
    "right": lambda x, y: y - x,
    "left": lambda x, y: x + y,
    "sign": lambda x, y: -x,
    "twice": lambda x, y: x * x - y,
    "power": lambda x, y: 2.0 ** (x * y),
}


@pytest.mark.parametrize("step", DEEP.values(), ids=DEEP)
def test_the_text_of_a_chain_of_a_thousand_is_read_again(step):
    x, y = Value(0.5, label="x"), Value(0.25, label="y")
    root = x
    for _ in range(1000):
        root = step(root, y)
    e = recorded(root, [x, y])
    again = Expression.parse(str(e), x=0.5, y=0.25)
    assert len(again.steps) == len(e.steps) >= 1000
    assert (again.steps, str(again)) == (e.steps, str(e))
    assert repr(eval(repr(e))) == repr(e)


def test_no_more_is_named_than_is_shared_or_deep():
    text = "sin(" * 40 + "x" + ")" * 40
    assert str(Expression.parse(text, x=1.0)) == text
    assert str(Expression.parse(f"cos({text})", x=1.0)) == f"a = {text}; cos(a)"


def test_an_expression_is_called_with_a_number_for_each_variable():
    with pytest.raises(TypeError, match="an expression of x, y takes 2 numbers, got 1"):
        Expression.parse("x + y", x=1.0, y=2.0)(1.0)


def test_ops_and_calls_tell_what_is_in_an_expression():
    e = Expression.parse("a = x * x; b = a + a; exp(b) - b", x=0.5)
    assert e.ops == (ops.mul, ops.add, ops.exp, ops.sub)
    assert repr(e.calls) == "(0.5 * 0.5, 0.25 + 0.25, exp(0.5), 1.6487212707001282 - 0.5)"


def test_expressions_of_two_hundred_shared_steps_come_and_are_run_without_recursion():
    drawn = sample(expressions(depth=200, max_nodes=200), 200)
    assert 180 <= max(len(e.steps) for e in drawn) <= 200
    assert sum(any(n > 1 for p, n in Counter(places(e)).items() if p >= 2) for e in drawn) > 100
    deep = Expression(("x",), (1.0,), tuple(OpCall(ops.neg, (Place(i),)) for i in range(20_000)))
    assert deep() == 1.0
    assert str(deep).count("-") == 20_000


def test_any_op_is_drawn_alone_too():
    for op in ops.table.values():
        assert all(e.ops == (op,) for e in sample(expressions(ops=[op]), 3))
        assert all(call.op is op for call in sample(op_calls(ops=[op], margin=MARGIN), 3))


def test_most_expressions_have_several_steps_and_many_share_a_result():
    drawn = sample(expressions(), 300)
    assert sorted(len(e.steps) for e in drawn)[150] >= 7
    assert sum(any(n > 1 for p, n in Counter(places(e)).items() if p >= 2) for e in drawn) > 100


def test_hypothesis_default_number_of_examples_reaches_nearly_all_ops():
    drawn = {op for e in sample(expressions(), 300) for op in e.ops}
    assert len(ops.table) - len(drawn) <= 3


@pytest.mark.parametrize("options", [{}, {"depth": 100, "max_nodes": 200}, {"ops": ["log", "acosh", "max_share"]}])
def test_next_to_nothing_is_thrown_away(options, monkeypatch):
    grown = []
    monkeypatch.setattr(strategies, "assume", lambda steps: grown.append(bool(steps)) or assume(steps))
    sample(expressions(**options), 200)
    assert grown.count(False) <= 0.01 * len(grown)


def test_a_row_that_is_added_is_drawn_at_once(new_row):
    everything, calls = expressions(), op_calls()
    cube = new_row("cube", lambda x: x * x * x, lambda x: 3.0 * ops.square(x))
    assert str(minimal(everything, lambda e: cube in e.ops)) == "cube(x)"
    assert repr(minimal(calls, lambda call: call.op is cube)) == "cube(0.0)"


def test_rows_over_sequences_and_with_a_domain_or_kinks_of_their_own_are_drawn_as_they_say(new_row):
    range_ = new_row("range_", lambda xs: max(xs) - min(xs), lambda xs: [0.0 for _ in xs],
                     domain=Domain(10.0, 12.0, sequence=True), kinks=TIES)  # fmt: skip
    drawn = [call for e in sample(expressions(ops=[range_, "add"])) for call in e.calls if call.op is range_]
    assert drawn
    assert all(within(call, MARGIN) for call in drawn)
    assert {len(call.point) for call in drawn} == {1, 2, 3, 4}


def test_drawing_asks_no_derivative_rule(new_row):
    def rule(x):
        raise AssertionError("the rule is what is to be tested")

    broken = new_row("broken", lambda x: x, rule)
    assert minimal(expressions(), lambda e: broken in e.ops)


def test_a_kernel_that_raises_or_overflows_is_kept_out_of_expressions_and_shown_by_calls(new_row):
    picky = new_row("picky", lambda x: math.sqrt(x - 1.0), lambda x, y: 0.5 / y)
    assert all(call.point[0] > 1.0 for e in sample(expressions(ops=[picky])) for call in e.calls)
    assert minimal(op_calls(ops=[picky])).point == (0.0,)


# numbers of other libraries ---------------------------------------------------------------------


class Mine:
    """A learner's first engine: operators, one method, and no gradient yet."""

    def __init__(self, data):
        self.data = data

    def __add__(self, other):
        return Mine(self.data + (other.data if isinstance(other, Mine) else other))

    __radd__ = __add__

    def maximum(self, other):
        return Mine(max(self.data, other.data if isinstance(other, Mine) else other))


@given(expressions(ops=["add", "maximum"]))
def test_an_expression_runs_on_a_class_the_table_does_not_know(e):
    result = e(*map(Mine, e.point))
    assert type(result) is Mine
    assert result.data == e()


@given(expressions(ops=["add", "sub", "mul", "neg", "relu"]))
def test_an_expression_runs_on_micrograd(e):
    assert e(*map(Micrograd, e.point)).data == pytest.approx(e())


def test_a_method_that_is_missing_is_said():
    with pytest.raises(TypeError, match=r"tanh is no method of Mine: write one, or draw .*expressions\(ops="):
        Expression.parse("tanh(x)", x=1.0)(Mine(1.0))
    with pytest.raises(TypeError, match="sum is over a sequence"):
        Expression.parse("sum([x])", x=1.0)(Mine(1.0))


# shrinking --------------------------------------------------------------------------------------


@pytest.mark.parametrize("op", some_ops, ids=lambda op: op.name)
def test_an_op_shrinks_to_itself_alone_at_round_numbers(op):
    e = minimal(expressions(), lambda e: op in e.ops)
    assert len(e.steps) == 1
    assert e.point == (0.5, 1.5) or op is ops.acosh


def test_the_simplest_expression_is_the_first_op_on_the_first_variable():
    assert repr(minimal(expressions())) == "Expression.parse('x + x', x=0.5, y=1.5)"


def test_a_shared_result_shrinks_to_two_steps_or_three():
    def is_shared(e):
        return any(n > 1 for p, n in Counter(places(e)).items() if p > 1)

    lengths = sorted(len(minimal(expressions(), is_shared, seed).steps) for seed in range(3))
    assert lengths[1] <= 3  # of one in ten a step more is left


@pytest.mark.parametrize("seed", range(3))
def test_a_large_result_shrinks_to_a_few_steps(seed):
    large = minimal(expressions(ops=["add", "mul", "neg", "exp"]), lambda e: e() > 10.0, seed)
    assert len(large.steps) <= 4
    assert all(abs(x) <= 6.0 for x in large.point)


@pytest.mark.parametrize(
    ("op", "condition"), [(ops.log, lambda x: x < 0.2), (ops.asin, lambda x: x < -0.8)], ids=["log", "asin"]
)
def test_an_argument_that_is_rare_shrinks_to_a_variable(op, condition):
    def has_it(e):
        return any(call.op is op and condition(call.point[0]) for call in e.calls)

    some = expressions(ops=["add", "sigmoid", "erfc", "sin", op])
    lengths = sorted(len(minimal(some, has_it, seed).steps) for seed in range(3))
    assert lengths[1] == 1  # of one in ten a step more is left


def test_two_variables_shrink_to_one_op_of_both():
    both = minimal(expressions(), lambda e: {0, 1} <= set(places(e)))
    assert len(both.steps) == 1


WRONG = {
    "sign": lambda x: -3.0 * ops.square(x),
    "factor": lambda x: 3.0 * ops.square(x) * (1.0 + 1e-6),
    "term": lambda x: 2.0 * ops.square(x),
    "output": lambda x, y: 3.0 * ops.square(y),
}


@pytest.mark.parametrize("rule", WRONG.values(), ids=WRONG)
def test_a_wrong_rule_shrinks_to_its_op_alone_at_round_numbers(new_row, rule):
    wrong = new_row("wrong", lambda x: x * x * x, rule)
    right = new_row("right", lambda x: x * x * x, lambda x: 3.0 * ops.square(x))

    def differs(e):
        steps = tuple(OpCall(right, s.arguments) if s.op is wrong else s for s in e.steps)
        truth = gradient(Expression(e.variables, e.point, steps))
        return gradient(e) != pytest.approx(truth, rel=1e-9, abs=1e-9)

    e = minimal(expressions(), differs)
    assert str(e) == "wrong(x)"
    assert e.point == (0.5, 1.5)


# networks, data and trainings -------------------------------------------------------------------


@given(mlps(inputs=2, max_layers=2, max_width=3), mlps(outputs=4))
def test_networks_keep_to_the_widths_that_are_asked_for(model, wide):
    assert model.layers[0].inputs == 2
    assert len(model.layers) <= 2
    assert all(layer.outputs <= 3 for layer in model.layers)
    assert wide.layers[-1].outputs == 4


@given(mlps())
def test_networks_run(model):
    outputs = model([0.5] * model.layers[0].inputs)
    assert all(type(y) is Value for y in (outputs if isinstance(outputs, list) else [outputs]))


@given(mlps(activations=["relu"], value=Micrograd))
def test_networks_may_be_of_another_class_of_numbers(model):
    assert all(type(parameter) is Micrograd for parameter in model.parameters())


def test_a_network_shrinks_to_one_weight_and_an_activation_of_ones_own_is_among_the_others(new_row):
    assert str(minimal(mlps())) == str(MLP(1, [1], "linear"))
    new_row("swish", lambda x: x, 1.0)
    deep = minimal(mlps(), lambda model: model.activation == "swish" and len(model.layers) > 1)
    assert str(deep) == str(MLP(1, [1, 1], "swish"))


@given(datasets(inputs=2, min_value=-1.0, max_value=1.0, min_size=2, max_size=3), datasets(targets=st.integers(0, 2)))
def test_datasets_are_pairs_of_as_many_inputs_and_a_target(data, classes):
    assert 2 <= len(data) <= 3
    assert all(len(inputs) == 2 and all(abs(x) <= 1.0 for x in (*inputs, target)) for inputs, target in data)
    assert len({len(inputs) for inputs, _ in classes}) == 1
    assert all(target in range(3) for _, target in classes)


def test_a_dataset_shrinks_to_zeros():
    assert minimal(datasets()) == [((0.0,), 0.0)]


@settings(max_examples=200)
@given(training_steps())
def test_a_training_is_ready_to_run_and_every_loss_is_finite(training):
    before = [parameter.data for parameter in training.model.parameters()]
    steps = list(training.steps())
    assert len(steps) == training.epochs * len(training.batches)
    assert all(math.isfinite(step.loss) for step in steps)
    assert all(math.isfinite(parameter.data) for parameter in training.model.parameters())
    assert len(before) == len(training.model.parameters())


@settings(max_examples=200)
@given(training_steps(losses=[losses.mse_loss], optimizers=[optim.SGD], activations=["linear"], max_epochs=3))
def test_even_the_training_that_diverges_most_easily_does_not(training):
    assert all(step.loss < 1e6 for step in training.steps())


def test_trainings_have_every_loss_and_every_optimizer():
    drawn = sample(training_steps(), 300)
    assert {training.loss for training in drawn} == {*trainings.LOSSES}
    everyone = {kind for kind in vars(optim).values() if isinstance(kind, type) and issubclass(kind, optim.Optimizer)}
    assert {type(training.optimizer) for training in drawn} == everyone - {optim.Optimizer}


@given(training_steps(losses=[lambda output, target: ops.abs(output - target)], optimizers=[optim.SGD], max_epochs=1))
def test_a_training_may_be_of_a_loss_of_ones_own(training):
    assert training.epochs == 1
    assert type(training.optimizer) is optim.SGD
    assert all(step.epoch == 1 for step in training.steps())


@settings(max_examples=20)
@given(training_steps())
def test_a_training_can_be_copied_and_run_twice_to_the_same_weights(training):
    again = copy.deepcopy(training)
    for one in (training, again):
        for _ in one.steps():
            pass
    assert [p.data for p in training.model.parameters()] == [p.data for p in again.model.parameters()]


def test_a_training_shrinks_to_one_step_of_one_weight():
    training = minimal(training_steps())
    assert str(training.model) == str(MLP(1, [1], "linear"))
    assert (training.data, training.loss) == ([((0.0,), 0.0)], losses.mse_loss)
    assert len(list(training.steps())) == 1


def test_a_failing_network_or_training_is_printed_as_the_call_that_makes_it_again():
    @settings(database=None, phases=[Phase.generate, Phase.shrink])
    @given(mlps(inputs=2, outputs=1), training_steps(optimizers=[optim.Adam]))
    def fails(model, training):
        raise AssertionError

    with pytest.raises(AssertionError) as failure:
        fails()
    text = "".join("".join(failure.value.__notes__).split())
    assert "MLP(2,[1],activation='linear'" in text
    assert "Training(MLP(1,[1],activation='linear'" in text
    assert "loss=mse_loss,optimizer=Adam(" in text
