"""Optimizers follow PyTorch's figures, obey their scaling laws, and refuse what makes no sense."""

import doctest
import inspect
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from micrograd.engine import Value

import microgradlab
from microgradlab import ops, optim
from microgradlab.formula import Formula

REFERENCE = json.loads(Path(__file__).with_name("reference").joinpath("optim.json").read_text())
GRADIENTS = {
    "rosenbrock": lambda x, y: (-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
    "quadratic": lambda x, y, z: (4 * x + y + 1, x + 2 * y - z, z - y - 3),
}
CONFIGURATIONS = [
    (getattr(optim, run["optimizer"]), run["settings"]) for run in REFERENCE["runs"] if run["function"] == "quadratic"
]
configurations = st.sampled_from(CONFIGURATIONS)
gradients = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6)


class Weight:
    """The least that an optimizer needs; all weights are equal, so == cannot tell them apart."""

    def __init__(self, data, grad=0.0):
        self.data, self.grad = data, grad

    def __eq__(self, other):
        return True

    __hash__ = None


def follow(optimizer, grads):
    """Where the first parameter is after a step with each gradient."""
    for grad in grads:
        optimizer.parameters[0].grad = grad
        optimizer.step()
    return optimizer.parameters[0].data


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(optim).failed == 0


@pytest.mark.parametrize("run", REFERENCE["runs"], ids=lambda run: run["optimizer"])
def test_follows_pytorch(run):
    weights = [Weight(x) for x in REFERENCE["starts"][run["function"]]]
    optimizer = getattr(optim, run["optimizer"])(iter(weights), **run["settings"])
    for expected in run["path"]:
        gradient = GRADIENTS[run["function"]](*(w.data for w in weights))
        for weight, grad in zip(weights, gradient):
            weight.grad = grad
        optimizer.step()
        assert [w.data for w in weights] == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    "signature",
    [
        "SGD: params lr momentum dampening weight_decay nesterov",
        "Adagrad: params lr lr_decay weight_decay initial_accumulator_value eps",
        "RMSprop: params lr alpha eps weight_decay momentum centered",
        "Adadelta: params lr rho eps weight_decay",
        "Adam: params lr betas eps weight_decay amsgrad",
        "AdamW: params lr betas eps weight_decay amsgrad",
        "clip_grad_norm_: parameters max_norm norm_type error_if_nonfinite",
        "clip_grad_value_: parameters clip_value",
    ],
)
def test_arguments_stand_in_pytorchs_order(signature):
    name, arguments = signature.split(": ")
    assert list(inspect.signature(getattr(optim, name)).parameters) == arguments.split()


@pytest.mark.parametrize(("cls", "settings"), CONFIGURATIONS)
def test_a_formula_runs_on_any_kind_of_number(cls, settings, monkeypatch):
    optimizer = cls([Weight(1.0)], **settings)
    numbers = [0.7, -0.3, 3.0, *[0.5, 0.1, 0.6][: len(cls.slots)]]  # data, gradient, step, state
    expected = optimizer.update(*numbers)
    for name in ("div", "less", "maximum", "sqrt"):
        monkeypatch.setattr(optim, name, ops.table[name])
    traced = optimizer.update(*map(microgradlab.Value, numbers))
    assert [value.data for value in traced] == pytest.approx(expected, rel=1e-15)
    optimizer.update(*map(Formula, "abcdef"[: len(numbers)]))  # a RuleError if it asked whether a number is true


@given(configurations, gradients, gradients)
def test_a_state_continues_bit_for_bit(configuration, before, after):
    cls, settings = configuration
    one = cls([Weight(0.5), Weight(1.0)], **settings)
    two = cls([Weight(follow(one, before)), Weight(one.parameters[1].data)])
    two.load_state_dict(json.loads(json.dumps(one.state_dict())))
    assert repr(two) == repr(one)
    assert follow(two, after) == follow(one, after)
    assert two.state_dict() == one.state_dict()


@given(
    st.sampled_from([optim.Adagrad, optim.RMSprop, optim.Adam, optim.AdamW]),
    st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=6),
    st.integers(-20, 20),
)
def test_adaptive_steps_do_not_depend_on_the_gradients_scale(cls, grads, exponent):
    scaled = [math.ldexp(grad, exponent) for grad in grads]  # powers of 2 round nothing
    one, two = cls([Weight(1.0)], eps=0.0), cls([Weight(1.0)], eps=0.0)
    assert follow(one, grads) == follow(two, scaled)


@given(gradients, st.floats(1e-3, 1e3))
def test_sgd_steps_grow_with_the_gradients_as_with_the_lr(grads, scale):
    settings = {"momentum": 0.9, "dampening": 0.1}
    by_lr = follow(optim.SGD([Weight(0.0)], lr=0.01 * scale, **settings), grads)
    by_grad = follow(optim.SGD([Weight(0.0)], lr=0.01, **settings), [g * scale for g in grads])
    assert by_lr == pytest.approx(by_grad, rel=1e-9, abs=1e-9 * scale)


@given(st.floats(-10, 10), st.floats(1e-6, 1e6), st.sampled_from([-1, 1]))
def test_adams_first_step_is_lr_long(data, size, sign):
    end = follow(optim.Adam([Weight(data)], lr=0.1, eps=0.0), [sign * size])
    assert end - data == pytest.approx(-0.1 * sign, rel=1e-12)


@given(configurations, st.floats(), st.lists(st.floats(), min_size=1, max_size=4))
def test_arithmetic_never_raises(configuration, data, grads):
    cls, settings = configuration
    zero_eps = {} if cls is optim.SGD else {"eps": 0.0}
    follow(cls([Weight(data)], **(settings | zero_eps)), grads)


def test_kernels_are_ieee():
    roots = [optim.sqrt(x) for x in (-1.0, -0.0, math.inf, math.nan)]
    assert str(roots) == "[nan, -0.0, inf, nan]"
    ratios = [optim.div(x, y) for x, y in ((1.0, 0.0), (1.0, -0.0), (0.0, 0.0), (1.0, math.nan))]
    assert str(ratios) == "[inf, -inf, nan, nan]"
    assert str([optim.maximum(math.nan, 1.0), optim.maximum(1.0, math.nan)]) == "[nan, nan]"


@pytest.mark.parametrize(
    ("cls", "settings", "named"),
    [
        (optim.SGD, {"lr": -1.0}, r"lr must be a number in \[0, ∞\), got -1.0"),
        (optim.SGD, {"lr": math.nan}, "lr .* nan"),
        (optim.SGD, {"lr": math.inf}, "lr .* inf"),
        (optim.SGD, {"lr": "0.1"}, "lr .* '0.1'"),
        (optim.SGD, {"momentum": -0.1}, "momentum .* -0.1"),
        (optim.SGD, {"dampening": 2}, r"dampening .* \[0, 1\], got 2"),
        (optim.SGD, {"nesterov": True}, "nesterov needs momentum above 0 .*momentum=0.0"),
        (optim.Adagrad, {"initial_accumulator_value": -1}, "initial_accumulator_value .* -1"),
        (optim.RMSprop, {"alpha": 1.1}, "alpha .* 1.1"),
        (optim.RMSprop, {"centered": 1}, "centered must be True or False, got 1"),
        (optim.Adam, {"betas": 0.9}, "betas must be two numbers, got 0.9"),
        (optim.Adam, {"betas": (0.9, 1.0)}, r"betas\[1\] must be a number in \[0, 1\), got 1.0"),
    ],
)
def test_bad_hyperparameters_are_refused(cls, settings, named):
    with pytest.raises(ValueError, match=named):
        cls([Weight(1.0)], **settings)


def test_the_lr_is_checked_when_set():
    optimizer = optim.Adam([Weight(1.0)])
    optimizer.lr = 0.5
    with pytest.raises(ValueError, match=r"lr .* -0\.5"):
        optimizer.lr = -0.5
    assert optimizer.lr == 0.5


def test_parameters_come_at_least_one_and_each_once():
    weight = Weight(1.0)
    with pytest.raises(ValueError, match=r"pass some, such as model.parameters\(\)"):
        optim.SGD(iter([]))
    with pytest.raises(ValueError, match="1 of the parameters came before: pass each once"):
        optim.SGD([weight, Weight(1.0), weight])
    with pytest.raises(TypeError, match="parameter 0 needs a number as its data, has 'one'"):
        optim.SGD([Weight("one")])
    assert len(optim.SGD([Weight(1.0), Weight(1.0)]).parameters) == 2


@pytest.mark.parametrize(("cls", "settings"), CONFIGURATIONS)
@pytest.mark.parametrize("bad", [None, "0.5", 1j, 10**400])
def test_a_failed_step_changes_nothing(cls, settings, bad):
    weights = [Weight(1.0, 0.5), Weight(2.0, 0.25)]
    optimizer = cls(weights, **settings)
    optimizer.step()
    datas, state = [w.data for w in weights], optimizer.state_dict()
    weights[1].grad = bad
    with pytest.raises((TypeError, OverflowError)):
        optimizer.step()
    assert [w.data for w in weights] == datas
    assert optimizer.state_dict() == state


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"optimizer": "Adam"}, "expected a state of SGD, got one of 'Adam'"),
        ({"extra": 1}, "has the keys .* got .*extra"),
        ({"lr": -1.0}, "lr .* -1.0"),
        ({"steps": 1.5}, "steps .* 1.5"),
        ({"state": [{"momentum_buffer": 1.0}]}, "expected a list of 2 states"),
        ({"state": [{"momentum_buffer": 1.0}, {}]}, "has numbers for"),
        ({"state": [{"momentum_buffer": 1.0}, {"momentum_buffer": None}]}, "has numbers for"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_before_anything_changes(change, named):
    optimizer = optim.SGD([Weight(1.0), Weight(2.0)], momentum=0.9)
    before = optimizer.state_dict()
    with pytest.raises(ValueError, match=named):
        optimizer.load_state_dict(before | {"lr": 0.5} | change)
    with pytest.raises(ValueError, match="expected a state of SGD, got one of None"):
        optimizer.load_state_dict(None)
    assert optimizer.state_dict() == before


def test_micrograds_value_can_be_trained():
    w = Value(3)
    optimizer = optim.SGD([w], lr=0.25)
    for _ in range(50):
        optimizer.zero_grad()
        ((w - 1.0) ** 2).backward()
        optimizer.step()
    assert w.data == pytest.approx(1.0)
    optimizer.zero_grad()
    assert w.grad == 0.0


def clipped(clip, grads, *settings):
    """What a clipping function returns, and the gradients it leaves."""
    weights = [Weight(0.0, grad) for grad in grads]
    return clip(iter(weights), *settings), [w.grad for w in weights]


@pytest.mark.parametrize(
    ("grads", "max_norm", "norm_type", "norm", "scale"),
    [
        ([3.0, -4.0], 10.0, 2.0, 5.0, 1.0),
        ([3.0, -4.0], 1.0, 2.0, 5.0, 1.0 / 5.000001),
        ([3.0, -4.0], 1.0, 1.0, 7.0, 1.0 / 7.000001),
        ([3.0, -4.0], 1.0, math.inf, 4.0, 1.0 / 4.000001),
        ([3.0, 4.0, 5.0], 1.0, 3.0, 6.0, 1.0 / 6.000001),
        ([3e200, -4e200], 1.0, 2.0, 5e200, 1 / 5e200),
        ([3e-200, -4e-200], 1.0, 2.0, 5e-200, 1.0),
        ([0.0, 0.0], 1.0, 2.0, 0.0, 1.0),
        ([], 1.0, 2.0, 0.0, 1.0),
    ],
)
def test_clip_grad_norm_scales_to_the_norm(grads, max_norm, norm_type, norm, scale):
    total, left = clipped(optim.clip_grad_norm_, grads, max_norm, norm_type)
    assert total == pytest.approx(norm, rel=1e-14, abs=0)
    assert left == pytest.approx([grad * scale for grad in grads], rel=1e-14, abs=0)


def test_a_norm_of_inf_or_nan_spreads_or_raises():
    for bad, others in ((math.inf, 0.0), (math.nan, math.nan)):
        total, left = clipped(optim.clip_grad_norm_, [1.0, bad], 1.0)
        assert left == pytest.approx([others, math.nan], nan_ok=True)
        assert total == pytest.approx(bad, nan_ok=True)
        with pytest.raises(RuntimeError, match=f"is {bad}: they cannot be clipped"):
            clipped(optim.clip_grad_norm_, [1.0, bad], 1.0, 2.0, True)


def test_clip_grad_value_bounds_each_gradient():
    _, left = clipped(optim.clip_grad_value_, [0.1, -3.0, math.inf, math.nan], 0.5)
    assert left == pytest.approx([0.1, -0.5, 0.5, math.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("clip", "settings", "named"),
    [
        (optim.clip_grad_norm_, (-1.0,), r"max_norm must be a number in \[0, ∞\], got -1.0"),
        (optim.clip_grad_norm_, (1.0, 0.5), r"norm_type must be a number in \[1, ∞\], got 0.5"),
        (optim.clip_grad_value_, (math.nan,), "clip_value .* nan"),
    ],
)
def test_bad_clipping_is_refused(clip, settings, named):
    with pytest.raises(ValueError, match=named):
        clipped(clip, [3.0], *settings)
