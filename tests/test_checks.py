"""`check_gradients` tells right from wrong, and says what is wrong."""

import doctest
import math
import pickle
import random
import re
from collections import namedtuple
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings

from microgradlab import MLP, Module, Value, engine, losses, ops
from microgradlab.errors import GradientError
from microgradlab.testing import checks, diagnosis, differences, quotients, replay, rounding
from microgradlab.testing.checks import check_gradients
from microgradlab.testing.definitions import definitions
from microgradlab.testing.properties import gradients_agree
from microgradlab.testing.strategies import expressions, op_calls


@pytest.fixture(autouse=True)
def pictures(tmp_path, monkeypatch):
    monkeypatch.setattr(diagnosis, "PICTURES", tmp_path / "pictures")
    return tmp_path / "pictures"


def wrong(f, *at, **options):
    """The message about what is wrong."""
    with pytest.raises(GradientError) as caught:
        check_gradients(f, *at, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    "module", [checks, differences, quotients, replay, rounding], ids=lambda module: module.__name__
)
def test_the_examples_in_the_docstrings_run(module):
    names = {"mp": rounding.mp, "EPSILON": rounding.EPSILON, "math": math, "Value": Value}
    assert doctest.testmod(module, extraglobs=names).failed == 0


# what is checked ---------------------------------------------------------------------------------


def test_a_function_of_numbers_is_checked_in_each_of_them():
    report = check_gradients(lambda x, y: ops.tanh(x) * y + x**3, 20.0, 0.5)
    assert (report.compared, report.excused, report.left_out) == (2, 0, ())
    assert report.worst < 1


def test_second_derivatives_are_those_by_every_pair():
    assert check_gradients(lambda x, y: ops.sin(x * y) / y, 1.5, -2.0, order=2).compared == 2 + 4
    assert check_gradients(lambda x: ops.exp(ops.sin(x)), 1.5, order=4).compared == 4


def test_lists_hold_variables_and_what_is_no_float_is_a_constant():
    assert check_gradients(losses.mse_loss, [0.5, -1.0], [1.0, 0.25]).compared == 4
    assert check_gradients(losses.cross_entropy, [0.5, -1.0, 2.0], 1).compared == 3
    assert check_gradients(lambda rows: ops.sum([x for row in rows for x in row]), [[1.0, 2.0], [3.0]]).compared == 3


def test_a_module_is_checked_in_its_inputs_and_its_parameters_and_left_as_it_was():
    model = MLP(2, [3, 2], activation="tanh", seed=0)
    for parameter in model.parameters():
        parameter.grad = 7.0
    before = model.state_dict()
    report = check_gradients(model, [0.5, -1.0])
    assert report.compared == 2 * (2 + 17)  # two outputs, two inputs, 17 parameters
    assert model.state_dict() == before
    assert {parameter.grad for parameter in model.parameters()} == {7.0}


def test_a_wrong_parameter_is_called_by_its_name(new_row):
    skew = new_row("skew", lambda x: x * x, lambda x: x)

    class Curve(Module):
        def __init__(self):
            self.height = Value(3.0)

        def forward(self, x):
            return skew(self.height) * x

    assert "∂Curve/∂height is wrong at x = 2.0, height = 3.0" in wrong(Curve(), 2.0)


def test_a_graph_is_checked_at_its_own_numbers_and_its_grads_stay():
    x, y = Value(3.0, label="x"), Value(0.5)
    root = x * x + ops.sin(y) * x
    root.backward()
    before = x.grad, y.grad, root.grad
    assert check_gradients(root, order=2).compared == 2 + 4
    assert (x.grad, y.grad, root.grad) == before
    with pytest.raises(TypeError, match="has its numbers already"):
        check_gradients(root, 2.0)


def test_a_check_without_a_variable_says_how_to_write_one():
    with pytest.raises(TypeError, match=r"write 3\.0 for a variable"):
        check_gradients(lambda x: x, 3)
    with pytest.raises(TypeError, match="takes a function, a module or a Value, got 3"):
        check_gradients(3.0)
    with pytest.raises(TypeError, match=r"Value\(data=3.0.*write 3\.0|write 3\.0.*Value\(data=3.0"):
        check_gradients(lambda x: x, Value(3.0))
    with pytest.raises(TypeError, match="gives nothing to differentiate: return a number"):
        check_gradients(lambda x: [], 3.0)


@pytest.mark.parametrize(
    "option",
    [{"order": order} for order in (0, True, 2.0, "2", None)]
    + [{"value": value} for value in (None, "Value", Value(1.0), float)]
    + [{name: x} for name in ("rtol", "atol") for x in (-1.0, math.nan, math.inf, "1e-3", None, True)],
)
def test_an_option_that_means_nothing_is_refused_with_what_came(option):
    ((name, x),) = option.items()
    with pytest.raises(TypeError, match=f"{name} is .*got {re.escape(repr(x))}"):
        check_gradients(ops.sin, 1.0, **option)


def test_numbers_of_every_kind_that_is_not_whole_are_variables():
    assert check_gradients(lambda x, y, z: x * y * z, np.float32(2.0), Fraction(1, 3), np.int64(2)).compared == 2


def test_a_module_that_holds_its_parameter_where_no_copy_reaches_is_refused():
    class Closed(Module):
        def __init__(self):
            self.w = Value(2.0)
            self.square = lambda: self.w * self.w

        def forward(self, x):
            return self.square() * x

    with pytest.raises(TypeError, match=r"Closed has w where .* check_gradients\(model\(x\)\)"):
        check_gradients(Closed(), 1.5)
    assert check_gradients(Closed()(1.5)).compared == 1


# what is right -----------------------------------------------------------------------------------


@settings(max_examples=150)
@given(expressions(max_nodes=60, depth=15))
def test_no_expression_of_ours_is_blamed(expression):
    check_gradients(expression)


@settings(max_examples=40)
@given(expressions(max_nodes=20))
def test_no_second_derivative_of_ours_is_blamed(expression):
    check_gradients(expression, order=2)


@settings(max_examples=300)
@given(op_calls())
def test_no_op_of_ours_is_blamed_anywhere_in_its_domain(call):
    assume(call.point and not any(0.0 < abs(x) < 1e-100 for x in call.point))  # of which products would be 0
    check_gradients(call)


def test_an_ill_conditioned_gradient_is_right_as_far_as_rounding_lets_it_be():
    x = 1.0000001
    report = check_gradients(lambda x: 1e9 * (ops.exp(x) - ops.exp(x * (1 + 1e-15))), x)
    assert report.excused == 1
    assert report.worst > 1000
    assert "1 as near to the truth as rounding lets it be" in str(report)


@pytest.mark.parametrize(
    ("f", "at", "reason"),
    [
        (ops.relu, 0.0, "relu is at a kink"),
        (lambda x: ops.relu(x) - ops.relu(-x), 0.0, "kink"),  # which is x, but the conventions do not add up to 1
        (lambda x: ops.maximum(x, 2.0), 2.0, "maximum is at a kink"),
        (lambda x: ops.sqrt(x) * 0.0, 0.0, "0 is multiplied by a slope that is inf or nan"),
        (ops.log, -1.0, "not a finite real number"),
        (ops.cbrt, 0.0, "cbrt is at"),
        (lambda x: ops.log(ops.exp(x)), 1000.0, "exp overflows"),
        (lambda x: ops.log(ops.exp(x)), -1000.0, "too large for a float"),
        (ops.sin, math.inf, "the point is not finite"),
        (ops.sin, math.nan, "the point is not finite"),
    ],
)
def test_what_cannot_be_compared_is_left_out_and_said(f, at, reason):
    report = check_gradients(f, at)
    assert report.compared == 0
    assert reason in str(report)
    assert all(which in str(report) for which, _ in report.left_out)


def test_where_there_is_no_first_derivative_there_is_no_second():
    report = check_gradients(lambda x, y: ops.relu(x) * y, 0.0, 3.0, order=2)
    assert report.compared == 2  # by y, and by y again
    assert [which for which, _ in report.left_out] == ["∂f/∂x", "∂²f/∂x∂x", "∂²f/∂x∂y", "∂²f/∂y∂x"]


def test_a_kink_that_the_result_does_not_depend_on_is_no_reason_to_leave_out():
    report = check_gradients(lambda x, y: ops.relu(x) * 0.0 + y, 0.0, 2.0)
    assert (report.compared, report.left_out) == (2, ())


def test_the_kink_of_one_argument_does_not_excuse_a_smooth_point(new_row):
    norm = new_row("norm", ops.hypot.kernel, lambda a, b: ops.over_hypot(a, b), lambda a, b: ops.sign(a), kinks=(0.0,))
    definitions["norm"] = rounding.mp.hypot
    try:
        with pytest.raises(GradientError, match=r"∂norm/∂b is wrong at a = 3.0, b = 0.0"):
            check_gradients(norm, 3.0, 0.0)
    finally:
        del definitions["norm"]
    assert [which for which, _ in check_gradients(ops.hypot, 0.0, 0.0).left_out] == ["∂hypot/∂a", "∂hypot/∂b"]


def test_what_is_left_of_a_difference_from_1_is_no_0():
    assert check_gradients(lambda x: ops.log(ops.normal_cdf(x)), 32.0, order=2).left_out == ()


@pytest.mark.parametrize("ends", [(0.0,), ()])
def test_at_a_kink_without_a_definition_any_slope_is_a_convention(new_row, ends):
    bend = new_row("bend", lambda x: max(x, 0.0), lambda x: ops.step(x), kinks=ends)
    larger = new_row("larger", max, lambda a, b: ops.share(a, b), lambda a, b: ops.share(b, a), kinks="ties")
    gradients_agree(bend)()
    gradients_agree(larger)()
    assert check_gradients(bend, 0.0).compared == 0
    assert check_gradients(larger, 1.0, 1.0).compared == 0


@pytest.mark.parametrize(
    ("kernel", "rule"),
    [
        (lambda x: math.sin(2 * math.pi * x), lambda x: 2 * math.pi * ops.cos(2 * math.pi * x)),
        (lambda x: math.exp(x) - 1, lambda x: ops.exp(x)),
        (lambda x: 1 - math.cos(x), lambda x: ops.sin(x)),
        (lambda x: (x + 1e8) ** 2 - 1e16, lambda x: 2.0 * (x + 1e8)),
    ],
)
def test_the_errors_of_a_kernel_are_not_laid_at_the_door_of_its_rule(new_row, kernel, rule):
    gradients_agree(new_row("noisy", kernel, rule))()


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: ops.tanh(y / x),  # 0 times what overflows
        lambda x, y: ops.max([1 / x, y]),
        lambda x, y: 0.0 * (1 / x) + y,
        lambda x, y: x / (ops.exp(x) - 1.0) + y,  # in floats, no digit is left of a difference
        lambda x, y: ops.leaky_relu(x + y - y),
        lambda x, y: y / (1.0 - ops.tanh(x * 10.0)),
        lambda x, y: ops.exp(-x * x / (y * y)),  # what is squared is too small for a float
        lambda x, y: x * y / (abs(x) * abs(y)),
    ],
)
def test_what_floats_cannot_do_is_nobodys_fault(f):
    gradients_agree(f)()


@pytest.mark.parametrize(
    ("f", "x", "reason"),
    [
        (lambda x: ops.relu(-1.0 / x), 1e-200, "0 is multiplied by a slope that is inf or nan"),
        (lambda x: ops.abs((x + 1e16) - 1e16), 0.4, "rounding can leave no digit of sub on the way"),
        (lambda x: ops.where(x * x, x, 2.0 * x), 1e-170, "mul is too small for a float on the way"),
        (lambda x: ops.log10(ops.sum([x, ops.silu(x)])), -3.730182202164445e278, "not a finite real number"),
        (lambda x: ops.sign(x**x), -1e308, "sign is at a kink"),
        (lambda x: ops.maximum(x, math.nan), 1.0, "maximum is given nan"),
        (lambda x: ops.where(math.nan, x, 2.0 * x), 1.0, "where is given nan"),
    ],
)
def test_what_floats_cannot_do_is_left_out_and_said(f, x, reason):
    report = check_gradients(f, x)
    assert report.compared == 0
    assert reason in str(report)


def test_numbers_in_a_named_tuple_are_variables():
    point = namedtuple("point", "a b")(2.0, 3.0)
    assert check_gradients(lambda p, z: p.a * p.b + z, point, 4.0).compared == 3
    with pytest.raises(GradientError, match=r"∂f/∂p\[0\] is wrong"):
        check_gradients(lambda p: float(p.a) * p.b + p.a, point)


def test_a_function_that_changes_its_argument_is_told_so():
    def f(x):
        y = x * x
        x.data += 1.0
        return y

    with pytest.raises(TypeError, match="f changes the data of its argument x"):
        check_gradients(f, 0.5)


@pytest.mark.parametrize("kernel", [lambda x: math.sin(1e5 * x), lambda x: math.sin(x) + 1e15, lambda x: hash(x) % 7])
def test_differences_that_say_nothing_do_not_count(new_row, kernel):
    assert check_gradients(new_row("wild", kernel, 0.0), 0.5).compared == 0


def test_a_row_that_takes_the_name_of_ours_is_not_judged_by_its_definition():
    ours = [ops.table[name] for name in ("step", "gaussian")]
    try:
        step = ops.op("step", math.tanh, lambda x: ops.sech2(x))
        gaussian = ops.op("gaussian", lambda x: math.exp(-x * x), lambda x, y: -2.0 * x * y)
        assert check_gradients(lambda x: step(gaussian(x)), 0.5).compared == 1
        with pytest.raises(GradientError, match="The op at fault is step"):
            check_gradients(ops.op("step", math.tanh, lambda x: ops.cos(x)), 0.5)
    finally:
        for row in ours:
            ops.table[row.name] = row
            for listener in ops.listeners:
                listener(row)
    assert check_gradients(lambda x: ops.erf(x) * x.step(), 0.5).compared == 1


def test_errors_that_do_not_change_over_short_steps_are_seen_as_well(new_row):
    assert check_gradients(new_row("noisy", lambda x: 1 - math.cos(x), lambda x: ops.sin(x)), 1e-5).excused == 1


@pytest.mark.parametrize("name", ["gamma", "diff", "one", "eps", "j", "rand"])
def test_what_mpmath_means_by_the_name_of_an_op_of_your_own_does_not_matter(new_row, name):
    assert check_gradients(new_row(name, lambda x: x * x, lambda x: 2.0 * x), 1.5).worst == 0.0


def test_a_step_from_0_is_small_beside_the_other_numbers():
    assert check_gradients(ops.over_sum_of_squares, 0.0, 1.2850747394304114e-30).excused == 0
    assert check_gradients(ops.over_sum_of_squares, 3.5e-270, 3.5e-270, order=2).compared > 0


def test_a_slope_of_which_nothing_shows_in_two_thousand_bits_is_no_0():
    assert check_gradients(lambda x: ops.gaussian(1e200, -1e-150, x), 1e-300).compared == 1


# what is wrong -----------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [-1.0, 1 + 1e-6, 1 - 1e-6, 1 + 1e-10, 1 + 1e-13])
def test_a_factor_in_a_rule_is_seen_to_the_last_digits(new_row, factor):
    definitions["off"] = lambda x: rounding.mp.sin(x)
    try:
        off = new_row("off", math.sin, lambda x: ops.cos(x) * factor)
        assert "The op at fault is off" in wrong(off, 0.5)
        assert "The op at fault is off" in wrong(lambda x, y: ops.tanh(off(x) * y) + x, 0.5, 2.0)
    finally:
        del definitions["off"]


def test_without_a_definition_a_factor_is_seen_by_differences(new_row):
    off = new_row("off", math.sin, lambda x: ops.cos(x) * (1 + 1e-6))
    assert "The op at fault is off" in wrong(off, 0.5)


def test_a_rule_whose_digits_cancel_is_blamed_and_not_excused(new_row):
    definitions["tangent"] = lambda x: rounding.mp.tanh(x)
    try:
        tangent = new_row("tangent", math.tanh, lambda x, y: 1.0 - y * y)
        assert check_gradients(tangent, 0.5).compared == 1
        for x in (18.0, 60.0, 300.0):  # where the slope is a float still, and 1 - y² is 0
            assert f"∂tangent/∂x is wrong at x = {x}" in wrong(tangent, x)
            assert check_gradients(ops.tanh, x, order=2).compared == 2
    finally:
        del definitions["tangent"]


def test_a_rule_that_is_right_at_first_order_and_wrong_at_second_is_found(new_row):
    flat = new_row("flat", lambda x: x * x, 0.0)
    frozen = new_row("frozen", lambda x: x * x * x, lambda x: 3.0 * flat(x))
    assert check_gradients(frozen, 2.0).compared == 1
    assert "∂²frozen/∂x∂x is wrong" in wrong(frozen, 2.0, order=2)


def test_a_wrong_slope_is_left_out_at_a_jump_and_found_beside_it(new_row):
    floor = new_row("floor", lambda x: float(math.floor(x)), 7.0)
    assert check_gradients(floor, 1.0).compared == 0
    assert "∂floor/∂x is wrong" in wrong(floor, 1.5)


def test_an_overflow_on_the_way_to_one_variable_does_not_excuse_another(new_row):
    off = new_row("off", lambda x: x * x, lambda x: 3.0 * x)
    assert "∂f/∂x is wrong" in wrong(lambda x, y: off(x) + ops.reciprocal(y * 1e-200) * 1e-300, 2.0, 1e-105)
    [(which, why)] = check_gradients(lambda x, y: x + ops.reciprocal(y * 1e-200) * 1e-300, 2.0, 1e-105).left_out
    assert which == "∂f/∂y"
    assert "too large" in why


def test_a_wrong_value_is_found(new_row):
    definitions["half"] = lambda x: x / 2
    try:
        message = wrong(new_row("half", lambda x: x * 0.500001, 0.5), 2.0)
        assert "the value of half is wrong at x = 2.0" in message
        assert "half(2.0) is 1.0, and not 1.000002" in message
    finally:
        del definitions["half"]


def test_the_message_names_the_point_both_numbers_the_op_its_rule_and_the_picture(new_row, pictures):
    cube = new_row("cube", lambda x: x * x * x, lambda x: 2.0 * ops.square(x))
    message = wrong(lambda x, y: ops.tanh(cube(x) * y) + x, 2.0, 0.125)
    for part in ("is wrong at x = 2.0, y = 0.125", "microgradlab  1.41", "off by ", "ulps; rounding explains",
                 "in tanh(cube(x) * y) + x", "The op at fault is cube: ∂cube/∂x of cube(2.0) is 12.0, and not 8.0",
                 "as its rule has it: 2 × x²", "in which the node is labelled WRONG"):  # fmt: skip
        assert part in message
    (picture,) = pictures.glob("*.svg")
    assert str(picture) in message
    assert "WRONG" in picture.read_text()
    assert len(message.splitlines()) <= 15


def test_a_picture_that_cannot_be_drawn_is_no_error_of_its_own(monkeypatch, new_row):
    monkeypatch.setattr("microgradlab.drawing.save", lambda *_: 1 / 0)
    assert "No picture: division by zero" in wrong(new_row("bad", abs, 7.0), 2.0)


def test_the_message_is_worked_out_only_when_it_is_read_and_survives_pickling(new_row, pictures):
    with pytest.raises(GradientError) as caught:
        check_gradients(new_row("bad", abs, 7.0), 2.0)
    assert not pictures.exists()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert pictures.exists()


def test_a_contribution_that_our_engine_loses_is_missed_at_the_variable(monkeypatch):
    flow = engine._flow

    def losing(root):
        for node in flow(root):
            yield node
            if type(node._a) is Value:
                node._a._grad = 0.0  # what arrived before is lost

    monkeypatch.setattr(engine, "_flow", losing)
    message = wrong(lambda x: ops.sin(x) + x * 3.0, 0.5)
    assert "No op is at fault" in message
    assert "x is used 2 times: " in message
    assert "x.grad is one of these alone: does backward write `grad =` where it must add, `grad +=`?" in message


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * float(x),
        lambda x: x * x.data,
        lambda x: x + math.exp(x),
        lambda x: x * x.detach(),
        lambda x: float(x) ** 2,
    ],
)
def test_a_number_that_leaves_the_graph_is_noticed(f):
    message = wrong(f, 1.5)
    assert "Did a number leave\nthe graph, by float(v)" in message
    assert "differences" in message


def test_constants_and_choices_are_no_numbers_that_leave_the_graph():
    assert check_gradients(lambda x: x * 2.5 + Value(3.0) if x > 0 else -x, 1.5).compared == 1
    assert check_gradients(lambda x: round(x) * x, 1.5).compared == 1
    report = check_gradients(lambda x: random.random() * x, 1.5)
    assert report.compared == 1
    assert "left out numbers that leave the graph: its constants change from call to call" in str(report)


def test_a_number_that_leaves_the_graph_is_noticed_beside_a_kink():
    assert "differences" in wrong(lambda x, y: x * math.exp(x) + ops.relu(y), 2.0, 0.0)


def test_a_definition_in_floats_is_refused(new_row):
    wave = new_row("wave", math.sin, lambda x: ops.cos(x))
    definitions["wave"] = math.sin
    try:
        with pytest.raises(TypeError, match=r"the definition of wave gives a float, .*: write it with mpmath"):
            check_gradients(wave, 1.0)
    finally:
        del definitions["wave"]
