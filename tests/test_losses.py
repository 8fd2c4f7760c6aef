"""Losses agree with PyTorch and with mathematics, stay right at extremes, and refuse what is wrong."""

import doctest
import inspect
import json
import math
from decimal import Decimal
from fractions import Fraction
from math import inf, log, nan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from microgradlab import Value, grad, losses, no_grad, ops, trace
from microgradlab.errors import ShapeError
from microgradlab.formula import Formula
from microgradlab.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge_loss,
    huber_loss,
    kl_div,
    l1_loss,
    l1_penalty,
    l2_penalty,
    mse_loss,
    nll_loss,
    smooth_l1_loss,
)

REFERENCE = json.loads(Path(__file__).with_name("reference").joinpath("losses.json").read_text())
REGRESSION = [l1_loss, mse_loss, huber_loss, smooth_l1_loss]
ONE_EXAMPLE = [
    *((loss, 0.75, 0.5) for loss in REGRESSION),
    (hinge_loss, 0.75, -1),
    (binary_cross_entropy, 0.75, 0.5),
    (binary_cross_entropy_with_logits, 0.75, 0.5),
    (nll_loss, [-1.0, -0.5, -2.0], 1),
    (cross_entropy, [0.5, -1.0, 2.0], 1),
    (kl_div, [-1.0, -0.5, -2.0], [0.25, 0.75, 0.0]),
]
numbers = st.floats(-1e3, 1e3)
probabilities = st.floats(0, 1)
logits = st.lists(numbers, min_size=1, max_size=5)


def values(x):
    """Values in place of the numbers in nested lists."""
    return list(map(values, x)) if isinstance(x, list) else Value(x)


def grads(x):
    return list(map(grads, x)) if isinstance(x, list) else x.grad


def flat(x):
    return [y for element in x for y in flat(element)] if isinstance(x, list) else [x]


def slope(loss, x, *target):
    """The derivative of the loss in x, a number or a list of them."""
    x = values(x)
    loss(x, *target).backward()
    return grads(x)


def near(expected, rel=1e-12, abs=1e-15):
    return pytest.approx(expected, rel=rel, abs=abs, nan_ok=True)


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(losses).failed == 0


@pytest.mark.parametrize("run", REFERENCE["runs"], ids=lambda run: run["loss"])
def test_value_and_gradient_are_pytorchs(run):
    loss, x = getattr(losses, run["loss"]), values(run["input"])
    result = loss(x, run["target"], **run["settings"])
    result.backward()
    assert result.data == near(run["value"])
    assert flat(grads(x)) == near(flat(run["gradient"]))
    assert loss(run["input"], run["target"], **run["settings"]) == result.data


@pytest.mark.parametrize(
    "signature",
    [
        "l1_loss: input target",
        "mse_loss: input target",
        "huber_loss: input target delta=1.0",
        "smooth_l1_loss: input target beta=1.0",
        "hinge_loss: input target",
        "binary_cross_entropy: input target",
        "binary_cross_entropy_with_logits: input target",
        "nll_loss: input target",
        "cross_entropy: input target",
        "kl_div: input target",
        "l1_penalty: parameters",
        "l2_penalty: parameters",
    ],
)
def test_signatures(signature):
    name, expected = signature.split(": ")
    parameters = inspect.signature(getattr(losses, name)).parameters.values()
    found = [p.name if p.default is p.empty else f"{p.name}={p.default}" for p in parameters]
    assert " ".join(found) == expected


def test_the_lectures_numbers():
    assert binary_cross_entropy(0.1, 1) == near(2.302585092994046)
    assert slope(binary_cross_entropy_with_logits, log(0.1 / 0.9), 1) == near(-0.9)
    assert binary_cross_entropy([0.1, 0.8, 0.6], [1, 0, 1]) == near(1.4742828763980456)
    assert mse_loss(0.1, 1) == near(0.81)
    assert mse_loss([30, 80, 85], [90, 20, 95]) == near(7300 / 3)
    assert cross_entropy([0.5] * 10, 3) == near(log(10))
    assert slope(cross_entropy, [0.0, 3.0, -2.0, 1.0], 3) == pytest.approx(
        [0.0417726, 0.8390245, 0.0056533, -0.8864504], abs=5e-8
    )


def test_why_not_squared_error_behind_a_sigmoid():
    squared = slope(lambda z, t: mse_loss(z.sigmoid(), t), -6.0, 1)
    assert slope(binary_cross_entropy_with_logits, -6.0, 1) / squared == near(202.7, rel=2e-4)


# One and many ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("loss", "x", "target"), ONE_EXAMPLE)
def test_many_examples_give_the_mean_of_each(loss, x, target):
    one = loss(x, target)
    assert type(one) is float
    assert type(loss(values(x), target)) is Value
    assert loss([x], [target]) == one
    assert loss([x] * 3, (target,) * 3) == near(one)
    assert loss([[x, x], [x, x]], [[target, target]] * 2) == near(one)
    assert loss(iter([x, x]), (t for t in [target, target])) == near(one)
    assert loss(np.array([x, x]), np.array([target, target])) == near(one)
    assert loss(input=x, target=target) == one


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=9))
def test_the_mean_is_over_all_elements_however_nested(pairs):
    inputs, targets = map(list, zip(*pairs))
    for loss in REGRESSION:
        mean = math.fsum(map(loss, inputs, targets)) / len(pairs)
        assert loss(inputs, targets) == near(mean)
        ragged = loss([inputs, inputs[:1]], [targets, targets[:1]])
        assert ragged == near((mean * len(pairs) + loss(*pairs[0])) / (len(pairs) + 1))


@pytest.mark.parametrize("loss", REGRESSION)
def test_regression_targets_carry_gradients_too(loss):
    x, target = values([1.0, -2.0]), values([0.75, 3.0])
    loss(x, target).backward()
    assert grads(target) == [-g for g in grads(x)]
    assert grads(x) == slope(loss, [1.0, -2.0], [0.75, 3.0])


@pytest.mark.parametrize("kind", [int, bool, Fraction, Decimal, np.float32, np.int64, np.bool_])
def test_targets_of_any_numeric_kind(kind):
    for loss in [*REGRESSION, binary_cross_entropy, binary_cross_entropy_with_logits, hinge_loss]:
        assert loss(Value(0.25), kind(1)).data == loss(0.25, 1.0)
    for loss in nll_loss, cross_entropy:
        assert loss(values([-1.0, -2.0]), kind(1)).data == loss([-1.0, -2.0], 1)
    assert kl_div([-1.0, -2.0], [kind(1), kind(0)]) == 1.0
    assert huber_loss(5, 1, delta=kind(1)) == smooth_l1_loss(5, 1, beta=kind(1)) == 3.5


def test_formulas_take_few_nodes():
    def count(loss):
        return len([node for node in trace(loss)[0] if node.op])

    v, vs = Value(0.5), values([0.5, 0.25])
    for loss, most in [(mse_loss, 2), (huber_loss, 5), (binary_cross_entropy_with_logits, 6)]:
        assert count(loss(v, 1)) == most
        assert count(loss([v, v], [1, 1])) == 2 * most + 1
    assert count(cross_entropy(vs, 1)) == 2
    assert count(kl_div(vs, [0.5, 0.5])) == 2
    assert count(l2_penalty(vs)) == 1


@pytest.mark.parametrize(("loss", "x", "target"), ONE_EXAMPLE)
def test_no_formula_looks_at_a_prediction(loss, x, target):
    """A Formula raises if asked for its truth, as the compiler's tracer will."""
    x = list(map(Formula, "abc")) if isinstance(x, list) else Formula("a")
    assert type(loss(x, target)) is Formula
    with no_grad():
        assert type(loss(x, target)) is Formula


def test_targets_may_be_traced_where_they_are_not_an_index():
    p, t = Formula("p"), Formula("t")
    assert str(mse_loss(p, t)) == "(p − t)²"
    assert str(hinge_loss(p, t)) == "relu(1 − t × p)"
    assert "softplus(p)" in str(binary_cross_entropy_with_logits(p, t))
    assert "where(t, p, 1)" in str(binary_cross_entropy(p, t))
    assert "xlogy(t, t)" in str(kl_div([p, p], [t, t]))


# What is true of each ----------------------------------------------------------------------------


@given(numbers, numbers, st.floats(1e-3, 1e3))
def test_huber_and_smooth_l1_lie_between_square_and_line(x, t, delta):
    huber = huber_loss(x, t, delta)
    error = abs(x - t)
    assert huber == near(error**2 / 2 if error < delta else delta * (error - delta / 2))
    assert huber <= mse_loss(x, t) / 2 * (1 + 1e-15) + 5e-324  # half a subnormal number is rounded
    assert huber <= delta * l1_loss(x, t)
    assert huber == near(delta * smooth_l1_loss(x, t, delta))
    assert slope(huber_loss, x, t, delta) == near(max(-delta, min(x - t, delta)))
    assert slope(smooth_l1_loss, x, t, delta) == near(max(-1, min((x - t) / delta, 1)))


@pytest.mark.parametrize("loss", [huber_loss, smooth_l1_loss])
@pytest.mark.parametrize("width", [0.25, 1.0, 3.0])
@pytest.mark.parametrize("side", [-1, 1])
def test_both_pieces_meet_at_the_kink(loss, width, side):
    at = side * width
    inside, outside = math.nextafter(at, 0), math.nextafter(at, side * inf)
    for x in inside, outside:
        assert loss(x, 0, width) == near(loss(at, 0, width))
        assert slope(loss, x, 0, width) == near(slope(loss, at, 0, width))


@given(st.floats(-30, 30), probabilities)
def test_binary_cross_entropy_from_logits_or_probabilities(z, t):
    p, loss = ops.sigmoid(z), binary_cross_entropy_with_logits
    assert loss(z, t) == near(binary_cross_entropy(p, t), rel=1e-2)  # 1 - p has lost digits
    assert loss(z, t) == near(loss(-z, 1 - t), abs=1e-14)
    assert loss(z, 1) == near(cross_entropy([0.0, z], 1), abs=1e-14)
    assert slope(loss, z, t) == near(p - t)


@given(probabilities, probabilities)
def test_binary_cross_entropy_is_least_for_the_truth(p, t):
    assert binary_cross_entropy(p, t) >= binary_cross_entropy(t, t) - 1e-15
    assume(1e-300 < p < 1)
    assert slope(binary_cross_entropy, p, t) == near((1 - t) / (1 - p) - t / p)


@given(st.data(), logits)
def test_cross_entropy_is_nll_of_log_softmax(data, xs):
    i = data.draw(st.integers(0, len(xs) - 1))
    assert cross_entropy(xs, i) == nll_loss(ops.log_softmax(xs), i) >= 0
    expected = [p - (j == i) for j, p in enumerate(ops.softmax(xs))]
    assert slope(cross_entropy, xs, i) == near(expected, abs=1e-12)
    assert slope(nll_loss, xs, i) == [-float(j == i) for j in range(len(xs))]


@given(st.data(), logits)
def test_kl_div_is_positive_and_nll_for_certain_targets(data, xs):
    weight = st.floats(0.0625, 1)
    shares = data.draw(st.lists(weight, min_size=len(xs), max_size=len(xs)))
    target = [share / math.fsum(shares) for share in shares]
    log_p = ops.log_softmax(xs)
    assert kl_div(log_p, target) >= -1e-12
    assert kl_div(list(map(log, target)), target) == near(0.0, abs=1e-14)
    assert slope(kl_div, log_p, target) == [-t for t in target]
    certain = [1, *[0] * (len(xs) - 1)]
    assert kl_div(log_p, certain) == nll_loss(log_p, 0)


@given(numbers, st.sampled_from([-1, 1]))
def test_hinge_loss_is_max(x, t):
    assert hinge_loss(x, t) == max(0, 1 - t * x)
    assert slope(hinge_loss, x, t) == (-t if t * x < 1 else 0)


@given(st.lists(numbers, min_size=1))
def test_penalties_are_sums_without_a_factor(ws):
    assert l1_penalty(ws) == near(math.fsum(map(abs, ws)))
    assert l2_penalty(iter(ws)) == near(math.fsum(w * w for w in ws))
    assert slope(l1_penalty, ws) == [float(np.sign(w)) for w in ws]
    assert slope(l2_penalty, ws) == [2 * w for w in ws]


# Edges -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "x", "target", "value", "gradient"),
    [
        (l1_loss, 0.0, 0, 0.0, 0.0),
        (l1_loss, -inf, 0, inf, -1.0),
        (l1_loss, nan, 0, nan, nan),
        (mse_loss, 0.0, 0, 0.0, 0.0),
        (mse_loss, 1e200, 0, inf, 2e200),
        (mse_loss, inf, 0, inf, inf),
        (mse_loss, nan, 0, nan, nan),
        (huber_loss, 0.0, 0, 0.0, 0.0),
        (huber_loss, 1e-200, 0, 0.0, 1e-200),
        (huber_loss, 1000.0, 0, 999.5, 1.0),
        (huber_loss, 1e200, 0, 1e200, 1.0),
        (huber_loss, -1e308, 0, 1e308, -1.0),
        (huber_loss, inf, 0, inf, nan),  # 0·inf, as the slope of the clipped error is 0
        (huber_loss, nan, 0, nan, nan),
        (smooth_l1_loss, 0.0, 0, 0.0, 0.0),
        (smooth_l1_loss, -1000.0, 0, 999.5, -1.0),
        (smooth_l1_loss, 1e200, 0, 1e200, 1.0),
        (smooth_l1_loss, nan, 0, nan, nan),
        (hinge_loss, 1.0, 1, 0.0, 0.0),
        (hinge_loss, 1000.0, 1, 0.0, 0.0),
        (hinge_loss, -1000.0, 1, 1001.0, -1.0),
        (hinge_loss, inf, 1, 0.0, 0.0),
        (hinge_loss, inf, -1, inf, 1.0),
        (hinge_loss, nan, 1, nan, nan),
        (binary_cross_entropy, 0.0, 0, 0.0, 1.0),
        (binary_cross_entropy, 1.0, 1, 0.0, -1.0),
        (binary_cross_entropy, 0.0, 1, inf, -inf),
        (binary_cross_entropy, 1.0, 0, inf, inf),
        (binary_cross_entropy, 5e-324, 0, 5e-324, 1.0),  # 1/5e-324 is inf: it must not be met
        (binary_cross_entropy, 1e-20, 0, 1e-20, 1.0),
        (binary_cross_entropy, 0.0, 0.5, inf, -inf),
        (binary_cross_entropy, nan, 1, nan, nan),
        (binary_cross_entropy_with_logits, 0.0, 1, log(2), -0.5),
        (binary_cross_entropy_with_logits, 40.0, 1, 4.248354255291589e-18, -4.248354255291589e-18),
        (binary_cross_entropy_with_logits, 1000.0, 1, 0.0, 0.0),
        (binary_cross_entropy_with_logits, -1000.0, 1, 1000.0, -1.0),
        (binary_cross_entropy_with_logits, 1000.0, 0, 1000.0, 1.0),
        (binary_cross_entropy_with_logits, -1000.0, 0, 0.0, 0.0),
        (binary_cross_entropy_with_logits, 1e308, 0.5, 5e307, 0.5),
        (binary_cross_entropy_with_logits, -inf, 1, inf, -1.0),
        (binary_cross_entropy_with_logits, inf, 1, nan, 0.0),  # 0·inf, as in PyTorch
        (binary_cross_entropy_with_logits, inf, 0.5, inf, 0.5),
        (binary_cross_entropy_with_logits, nan, 1, nan, nan),
        (nll_loss, [-inf, 0.0], 0, inf, [-1.0, 0.0]),
        (nll_loss, [nan, 0.0], 1, 0.0, [0.0, -1.0]),
        (cross_entropy, [0.0], 0, 0.0, [0.0]),
        (cross_entropy, [1000.0, -1000.0], 0, 0.0, [0.0, 0.0]),
        (cross_entropy, [1000.0, -1000.0], 1, 2000.0, [1.0, -1.0]),
        (cross_entropy, [0.0, -inf], 0, 0.0, [0.0, 0.0]),
        (cross_entropy, [0.0, -inf], 1, inf, [1.0, -1.0]),
        (cross_entropy, [nan, 0.0], 1, nan, [nan, nan]),
        (kl_div, [0.0, -1000.0], [1, 0], 0.0, [-1.0, 0.0]),
        (kl_div, [-1000.0, 0.0], [1, 0], 1000.0, [-1.0, 0.0]),
        (kl_div, [-inf, 0.0], [1, 0], inf, [-1.0, 0.0]),
        (kl_div, [nan, 0.0], [1, 0], nan, [-1.0, 0.0]),
    ],
)
def test_at_the_edges(loss, x, target, value, gradient):
    assert loss(x, target) == near(value, abs=0)
    assert slope(loss, x, target) == near(gradient, abs=0)


def test_a_saturated_sigmoid_cannot_spoil_a_gradient():
    for z in -800.0, -740.0, -709.5, 40.0, 800.0:
        target = int(z > 0)
        found = slope(lambda z, t: binary_cross_entropy(z.sigmoid(), t), z, target)
        assert found == near(0.0, abs=1e-17)


# Second derivatives ------------------------------------------------------------------------------


def second(loss, x, *target):
    x = Value(x)
    (first,) = grad(loss(x, *target), [x], create_graph=True)
    return grad(first, x)


@given(st.floats(-30, 30), st.sampled_from([0, 0.25, 1]))
def test_curvature_of_binary_cross_entropy_is_p_times_1_minus_p(z, t):
    p, q = ops.sigmoid(z), ops.sigmoid(-z)
    assert second(binary_cross_entropy_with_logits, z, t) == near(p * q)
    assert second(binary_cross_entropy, p, 1) == near(1 / p**2)


def test_other_curvatures():
    for x in -0.5, 0.0, 0.5:
        assert second(mse_loss, x, 0) == 2
        assert second(huber_loss, x, 0) == second(smooth_l1_loss, x, 0) == 1
        assert second(smooth_l1_loss, x, 0, 4.0) == 0.25
    for x in -2.0, 2.0, 1e200:
        assert second(huber_loss, x, 0) == second(smooth_l1_loss, x, 0) == second(l1_loss, x, 0) == 0
    for p in 0.0, 1.0:
        assert second(binary_cross_entropy, p, p) == 1
    for z in -1000.0, 1000.0:
        assert second(binary_cross_entropy_with_logits, z, 1) == 0


def test_curvature_of_cross_entropy():
    xs = values([0.5, -1.0, 2.0])
    p = ops.softmax([x.data for x in xs])
    first = grad(cross_entropy(xs, 2), xs, create_graph=True)
    for i, row in enumerate(first):
        assert grad(row, xs) == near([p[i] * ((i == j) - p[j]) for j in range(3)])


# What is refused ---------------------------------------------------------------------------------

TWO, THREE = [0.5, 0.25], [0.5, 0.25, 0.125]


@pytest.mark.parametrize(
    ("call", "kind", "parts"),
    [
        (lambda: mse_loss(TWO, THREE), ShapeError, "mse_loss|(2,)|(3,)"),
        (lambda: mse_loss([TWO, TWO], [TWO, THREE]), ShapeError, "mse_loss|(2,)|(3,)"),
        (lambda: mse_loss([Value(1.0)], 1.0), ShapeError, "as many of each|(1,) and ()"),
        (lambda: mse_loss(1.0, TWO), ShapeError, "a number and a number|() and (2,)"),
        (lambda: mse_loss([[1.0], [2.0]], TWO), ShapeError, "(2, 1) and (2,)"),
        (lambda: mse_loss([[1.0], 2.0], TWO), ShapeError, "(2, 1) and (2,)"),
        (lambda: mse_loss([], []), ShapeError, "input is empty"),
        (lambda: mse_loss([[1.0], []], [[1.0], []]), ShapeError, "input is empty"),
        (lambda: mse_loss([1.0], iter([])), ShapeError, "target is empty|used up"),
        (lambda: mse_loss("1", 1), TypeError, "input|the str '1'|float('1')"),
        (lambda: mse_loss([1.0], ["1"]), TypeError, "target|the str '1'"),
        (lambda: mse_loss(1.0, b"1"), TypeError, "target|bytes"),
        (lambda: mse_loss(None, 1), TypeError, "input|None|return"),
        (lambda: mse_loss(1.0, 1j), TypeError, "target|complex"),
        (lambda: mse_loss(1.0, 10**400), OverflowError, "target|int"),
        (lambda: huber_loss(1, 1, delta=0), ValueError, "delta must be above 0|0.0"),
        (lambda: huber_loss(1, 1, -1.0), ValueError, "delta must be above 0|-1.0"),
        (lambda: huber_loss(1, 1, delta=nan), ValueError, "delta|nan"),
        (lambda: huber_loss(1, 1, delta="1"), TypeError, "delta|the str '1'"),
        (lambda: smooth_l1_loss(TWO, TWO, beta=0), ValueError, "beta must be above 0|0.0"),
        (lambda: hinge_loss(0.5, 0), ValueError, "target must be -1 or 1|2 * label - 1|0.0"),
        (lambda: hinge_loss(TWO, [1, nan]), ValueError, "target must be -1 or 1|nan"),
        (lambda: binary_cross_entropy(0.5, 2), ValueError, "target must be|[0, 1]|2.0"),
        (lambda: binary_cross_entropy(0.5, nan), ValueError, "target must be|nan"),
        (lambda: binary_cross_entropy(0.5, Value(1.0)), ValueError, "target|plain|Value(data=1.0"),
        (lambda: binary_cross_entropy(1.5, 1), ValueError, "input|1.5|entropy_with_logits"),
        (lambda: binary_cross_entropy(Value(-0.5), 1), ValueError, "input|Value(data=-0.5"),
        (lambda: binary_cross_entropy_with_logits(1.5, -1), ValueError, "target|[0, 1]|-1.0"),
        (lambda: cross_entropy(THREE, 3), ValueError, "target|whole number from 0 to 2|3.0"),
        (lambda: cross_entropy(THREE, -1), ValueError, "target|from 0 to 2|-1.0"),
        (lambda: cross_entropy(THREE, 0.5), ValueError, "target|whole|0.5"),
        (lambda: cross_entropy(THREE, nan), ValueError, "target|whole|nan"),
        (lambda: cross_entropy([THREE], [inf]), ValueError, "target|whole|inf"),
        (
            lambda: cross_entropy(THREE, [0, 1, 2]),
            ShapeError,
            "a sequence and a number|(3,) and (3,)",
        ),
        (lambda: cross_entropy([THREE, THREE], 0), ShapeError, "cross_entropy|(2, 3) and ()"),
        (lambda: cross_entropy([THREE, THREE], [0]), ShapeError, "(2, 3) and (1,)"),
        (lambda: cross_entropy([1.0, [2.0]], 0), ShapeError, "(2, 1) and ()"),
        (lambda: cross_entropy(0.5, 0), ShapeError, "a sequence and a number|() and ()"),
        (lambda: cross_entropy([], 0), ShapeError, "input is empty"),
        (lambda: nll_loss(THREE, 3), ValueError, "target|from 0 to 2|3.0"),
        (lambda: nll_loss(THREE, True + 1.5), ValueError, "target|2.5"),
        (lambda: kl_div(THREE, TWO), ShapeError, "a sequence and a sequence|(3,) and (2,)"),
        (lambda: kl_div(THREE, 1), ShapeError, "(3,) and ()"),
        (lambda: kl_div(TWO, [1.5, -0.5]), ValueError, "target|[0, 1]|1.5"),
        (lambda: l1_penalty([]), ShapeError, "parameters is empty"),
        (lambda: l2_penalty(iter([])), ShapeError, "parameters is empty|used up"),
        (lambda: l2_penalty({"w": 1.0}), TypeError, "parameters|the dict {'w': 1.0}"),
        (lambda: l1_penalty(Value(1.0)), TypeError, "Value"),
        (lambda: l2_penalty(Value(1.0)), TypeError, "parameters is a list|Value(data=1.0"),
    ],
)
def test_messages_say_which_argument_what_came_and_what_to_do(call, kind, parts):
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    for part in parts.split("|"):
        assert part in str(caught.value)
