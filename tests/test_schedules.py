"""Schedules give PyTorch's learning rates, from any point on, and refuse what makes no sense."""

import doctest
import json
import math
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microgradlab import optim, schedules

REFERENCE = json.loads(Path(__file__).with_name("reference").joinpath("schedules.json").read_text())
RUNS = REFERENCE["runs"]
METRICS = REFERENCE["metrics"]


def an_optimizer(lr=0.1):
    """Any object with an lr will do; OneCycleLR wants a momentum too."""
    return SimpleNamespace(lr=lr, momentum=0.0)


def build(optimizer, name, settings):
    """The schedule of a reference run; those inside a SequentialLR are [name, settings]."""
    made = dict(settings)
    if "schedulers" in made:
        made["schedulers"] = [build(optimizer, *inner) for inner in made["schedulers"]]
    if "lr_lambda" in made:
        made["lr_lambda"] = lambda t: 1 / (1 + t)
    return getattr(schedules, name)(optimizer, **made)


def advance(schedule, metrics):
    """The optimizer's lr and momentum after each step."""
    needs_metric = isinstance(schedule, schedules.ReduceLROnPlateau)
    for metric in metrics:
        schedule.step(*([metric] if needs_metric else []))
        assert schedule.last_lr == schedule.optimizer.lr
        yield schedule.optimizer.lr, schedule.optimizer.momentum


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(schedules).failed == 0


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run["schedule"])
def test_gives_pytorchs_learning_rates(run):
    schedule = build(an_optimizer(), run["schedule"], run["settings"])
    begin = (schedule.optimizer.lr, schedule.optimizer.momentum)
    lrs, momenta = zip(begin, *advance(schedule, METRICS))
    assert lrs == pytest.approx(run["lrs"], rel=1e-12, abs=0)
    assert momenta == pytest.approx(run.get("momenta", [0.0] * 101), rel=1e-12, abs=0)


@given(st.sampled_from(RUNS), st.integers(0, 99))
def test_a_state_continues_bit_for_bit(run, split):
    one = build(an_optimizer(), run["schedule"], run["settings"])
    list(advance(one, METRICS[:split]))
    saved = json.loads(json.dumps(one.state_dict()))
    two = build(an_optimizer(lr=0.7), run["schedule"], run["settings"])
    two.load_state_dict(saved)
    assert two.optimizer == one.optimizer
    assert repr(two) == repr(one)
    assert list(advance(two, METRICS[split:])) == list(advance(one, METRICS[split:]))


@given(st.integers(1, 60), st.floats(0, 0.1))
def test_the_cosine_returns_after_twice_its_length(t_max, eta_min):
    schedule = schedules.CosineAnnealingLR(an_optimizer(), t_max, eta_min)
    rates = [schedule.rate(0.1, t) for t in range(2 * t_max + 1)]
    assert rates[t_max] == eta_min
    assert rates == pytest.approx(rates[::-1], rel=1e-9, abs=1e-15)


def test_one_cycle_moves_the_first_of_adams_betas():
    adam = optim.Adam([SimpleNamespace(data=0.0, grad=1.0)])
    schedule = schedules.OneCycleLR(adam, max_lr=0.1, total_steps=10)
    assert adam.betas == (0.95, 0.999)
    for _ in range(2):
        adam.step()
        schedule.step()
    assert (adam.lr, *adam.betas) == pytest.approx((0.1, 0.85, 0.999))


def test_one_cycle_may_rise_in_no_time():
    schedule = schedules.OneCycleLR(an_optimizer(), 0.1, total_steps=10, pct_start=0.1)
    lrs = [schedule.last_lr, *(lr for lr, _ in advance(schedule, range(2)))]
    assert lrs[0] == pytest.approx(0.1 / 25)
    assert 0.1 > lrs[1] > lrs[2]


def test_one_cycle_ends():
    straight = schedules.OneCycleLR(an_optimizer(), 0.1, total_steps=3, anneal_strategy="linear")
    lrs = [lr for lr, _ in advance(straight, range(3))]
    assert lrs[-2:] == pytest.approx([0.1 / 25 / 1e4, 0.0])
    with pytest.raises(ValueError, match="OneCycleLR was made for 3 steps, and this is step 4"):
        straight.step()
    assert straight.steps == 3


def test_a_sequence_finds_the_lr_from_before_its_schedules_in_whatever_order_they_were_made():
    optimizer = an_optimizer()
    late = schedules.ConstantLR(optimizer, factor=0.5, total_iters=2)
    early = schedules.LinearLR(optimizer, start_factor=0.5, total_iters=2)
    last = schedules.ExponentialLR(optimizer, 0.5)
    inner = schedules.SequentialLR(optimizer, [early, late], [2])
    outer = schedules.SequentialLR(optimizer, [inner, last], [5])
    lrs = [optimizer.lr, *(lr for lr, _ in advance(outer, range(6)))]
    assert lrs == pytest.approx([0.05, 0.075, 0.05, 0.05, 0.1, 0.1, 0.05])
    assert [outer.rate(0.1, t) for t in range(7)] == lrs


def test_growth_beyond_all_floats_is_inf():
    schedule = schedules.ExponentialLR(an_optimizer(), gamma=10)
    assert schedule.rate(0.1, 400) == math.inf


def test_a_metric_of_nan_counts_as_no_better():
    schedule = schedules.ReduceLROnPlateau(an_optimizer(), patience=0, factor=0.5)
    assert [lr for lr, _ in advance(schedule, [1.0, math.nan, 0.5])] == [0.1, 0.05, 0.05]


def test_a_refused_lr_stops_the_step():
    optimizer = optim.SGD([SimpleNamespace(data=0.0, grad=1.0)], lr=0.1)
    schedule = schedules.LambdaLR(optimizer, lambda t: 1 - t)
    schedule.step()
    with pytest.raises(ValueError, match=r"lr .* -0\.1"):
        schedule.step()
    assert (schedule.steps, schedule.last_lr, optimizer.lr) == (1, 0.0, 0.0)


@pytest.mark.parametrize(
    ("name", "settings", "named"),
    [
        ("LambdaLR", {"lr_lambda": 0.5}, "lr_lambda must be a function of the step, got 0.5"),
        ("StepLR", {"step_size": 0}, "step_size must be a whole number from 1 up, got 0"),
        ("StepLR", {"step_size": 2.0}, "step_size .* 2.0"),
        ("StepLR", {"step_size": 2, "gamma": -1}, r"gamma must be a number in \[0, ∞\), got -1"),
        ("MultiStepLR", {"milestones": [3, 2]}, "milestones .* increasing order, got"),
        ("MultiStepLR", {"milestones": 3}, "milestones .* 3"),
        ("ConstantLR", {"factor": 1.5}, r"factor .* \[0, 1\], got 1.5"),
        ("LinearLR", {"start_factor": math.nan}, "start_factor .* nan"),
        ("LinearLR", {"total_iters": 0}, "total_iters .* 0"),
        ("PolynomialLR", {"power": -1}, "power .* -1"),
        ("CosineAnnealingLR", {"T_max": None}, "T_max .* None"),
        ("OneCycleLR", {"max_lr": 1.0}, "pass total_steps, or both epochs and steps_per_epoch"),
        ("OneCycleLR", {"max_lr": 1.0, "total_steps": 9, "pct_start": 2}, "pct_start .* 2"),
        ("OneCycleLR", {"max_lr": 1.0, "total_steps": 9, "div_factor": 0}, "div_factor .* 0"),
        ("OneCycleLR", {"max_lr": 1.0, "total_steps": 9, "anneal_strategy": "x"}, "'cos' or"),
        ("ReduceLROnPlateau", {"mode": "low"}, "mode must be 'min' or 'max', got 'low'"),
        ("ReduceLROnPlateau", {"threshold_mode": "x"}, "threshold_mode .* 'x'"),
        ("ReduceLROnPlateau", {"factor": 1.0}, "factor must be below 1"),
        ("ReduceLROnPlateau", {"patience": -1}, "patience .* -1"),
    ],
)
def test_bad_settings_are_refused_and_leave_the_lr(name, settings, named):
    optimizer = an_optimizer()
    with pytest.raises(ValueError, match=named):
        getattr(schedules, name)(optimizer, **settings)
    assert optimizer == an_optimizer()


def test_one_cycle_asks_for_a_momentum_to_cycle():
    with pytest.raises(ValueError, match="no momentum or betas: pass cycle_momentum=False"):
        schedules.OneCycleLR(SimpleNamespace(lr=0.1), 0.1, total_steps=9)


def test_bad_sequences_are_refused():
    optimizer, other = an_optimizer(), an_optimizer()
    one = schedules.StepLR(optimizer, 2)
    with pytest.raises(ValueError, match="one fewer than schedulers, got 2 for 1 schedulers"):
        schedules.SequentialLR(optimizer, [one], [1, 2])
    with pytest.raises(TypeError, match="must step without a metric, got ReduceLROnPlateau"):
        schedules.SequentialLR(optimizer, [one, schedules.ReduceLROnPlateau(optimizer)], [1])
    with pytest.raises(ValueError, match=r"the same optimizer, StepLR.* has another"):
        schedules.SequentialLR(other, [one], [])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"schedule": "LinearLR"}, "expected a state of StepLR, got one of 'LinearLR'"),
        ({"extra": 1}, "a state has the keys .* got .*extra"),
        ({"steps": -1}, "steps .* -1"),
        ({"gamma": "half"}, "gamma .* 'half'"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_before_anything_changes(change, named):
    schedule = schedules.StepLR(an_optimizer(), 2)
    before = schedule.state_dict()
    with pytest.raises(ValueError, match=named):
        schedule.load_state_dict(before | {"base_lr": 0.5} | change)
    assert schedule.state_dict() == before
    assert schedule.optimizer == an_optimizer()
