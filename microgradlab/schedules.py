"""Learning-rate schedules: each `step()`, once an epoch or a batch, sets the optimizer's next lr.

    >>> from types import SimpleNamespace
    >>> optimizer = SimpleNamespace(lr=0.1)  # any object with an lr
    >>> schedule = StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for _ in range(3):
    ...     optimizer.lr
    ...     schedule.step()
    0.1
    0.1
    0.05

A schedule is a `rate`: the lr after `step` steps, as a formula in the base lr, which is the one
that the optimizer has when the schedule is made. Nothing is computed from the lr before, so no
rounding adds up and no step depends on another. Names, defaults and results are PyTorch's; in
place of its last_epoch argument, load a `state_dict()`.
"""

import copy
import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from itertools import count
from typing import Any, Protocol


class HasLR(Protocol):
    """All that a schedule needs of an optimizer."""

    lr: float


@dataclass(eq=False)
class Saved:
    """What schedules share: settings that are checked when set, and can be saved."""

    optimizer: HasLR = field(repr=False)
    last_lr: float = field(init=False)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, _checked(name, value))

    def restore(self) -> None:
        """Give the optimizer the lr that belongs to the present state."""
        self.optimizer.lr = self.last_lr

    def state_dict(self) -> dict[str, Any]:
        """The settings and the place in the schedule; fit for JSON."""
        saved = {f.name: getattr(self, f.name) for f in fields(self) if f.repr}
        saved |= {name: list(value) for name, value in saved.items() if isinstance(value, tuple)}
        return {"schedule": type(self).__name__, **saved}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Continue from a `state_dict()`, with its lr; ValueError, and no change, if unfit."""
        mine, loaded = self.state_dict(), copy.copy(self)
        kind = saved.get("schedule") if isinstance(saved, dict) else saved
        if kind != mine["schedule"]:
            raise ValueError(f"expected a state of {mine['schedule']}, got one of {kind!r}")
        if saved.keys() != mine.keys():
            raise ValueError(f"a state has the keys {sorted(mine)}, got {sorted(saved)}")
        for name in saved.keys() - {"schedule"}:
            setattr(loaded, name, saved[name])
        loaded.restore()
        vars(self).update(vars(loaded))


@dataclass(eq=False)
class Schedule(Saved):
    """A learning rate as a function of the number of steps; a subclass gives `rate`.

    Settings are attributes, checked when set: ValueError for a bad one.
    """

    base_lr: float = field(init=False)
    steps: int = field(init=False, default=0)
    born: int = field(init=False, repr=False, default_factory=count().__next__)

    def __post_init__(self) -> None:
        self.base_lr = self.optimizer.lr
        self._move_to(0)

    def rate(self, base: float, step: int) -> float:
        """The learning rate after `step` steps, for the base learning rate `base`."""
        raise NotImplementedError

    def apply(self, base: float, step: int) -> None:
        """Set what the schedule sets in the optimizer."""
        self.optimizer.lr = self.rate(base, step)

    def step(self) -> None:
        """Go one step on."""
        self._move_to(self.steps + 1)

    def restore(self) -> None:
        self._move_to(self.steps)

    def _move_to(self, steps: int) -> None:
        self.apply(self.base_lr, steps)
        self.steps, self.last_lr = steps, self.optimizer.lr


@dataclass(eq=False)
class LambdaLR(Schedule):
    """base · lr_lambda(t), for any function of the step t. A state does not hold the function."""

    lr_lambda: Callable[[int], float] = field(repr=False)

    def rate(self, base: float, step: int) -> float:
        return base * self.lr_lambda(step)


@dataclass(eq=False)
class StepLR(Schedule):
    """base · gamma^⌊t / step_size⌋: times gamma every step_size steps."""

    step_size: int
    gamma: float = 0.1

    def rate(self, base: float, step: int) -> float:
        return base * _power(self.gamma, step // self.step_size)


@dataclass(eq=False)
class MultiStepLR(Schedule):
    """base · gamma^(milestones reached): times gamma at each; one given twice counts twice."""

    milestones: Sequence[int]
    gamma: float = 0.1

    def rate(self, base: float, step: int) -> float:
        return base * _power(self.gamma, bisect_right(self.milestones, step))


@dataclass(eq=False)
class ConstantLR(Schedule):
    """base · factor for the first total_iters steps, then base."""

    factor: float = 1.0 / 3
    total_iters: int = 5

    def rate(self, base: float, step: int) -> float:
        return base * self.factor if step < self.total_iters else base


@dataclass(eq=False)
class LinearLR(Schedule):
    """From base · start_factor straight to base · end_factor in total_iters steps: a warm-up."""

    start_factor: float = 1.0 / 3
    end_factor: float = 1.0
    total_iters: int = 5

    def rate(self, base: float, step: int) -> float:
        share = min(step, self.total_iters) / self.total_iters
        return base * (self.start_factor + (self.end_factor - self.start_factor) * share)


@dataclass(eq=False)
class ExponentialLR(Schedule):
    """base · gamma^t."""

    gamma: float

    def rate(self, base: float, step: int) -> float:
        return base * _power(self.gamma, step)


@dataclass(eq=False)
class PolynomialLR(Schedule):
    """base · (1 - t / total_iters)^power, and 0 from total_iters steps on."""

    total_iters: int = 5
    power: float = 1.0

    def rate(self, base: float, step: int) -> float:
        return base * _power(1.0 - min(step, self.total_iters) / self.total_iters, self.power)


@dataclass(eq=False)
class CosineAnnealingLR(Schedule):
    """From base to eta_min in T_max steps along half a cosine (Loshchilov & Hutter, 2017).

    eta_min + (base - eta_min) · (1 + cos(π·t / T_max)) / 2; beyond T_max it rises again, back to
    base after 2·T_max steps, and so on.
    """

    T_max: int
    eta_min: float = 0.0

    def rate(self, base: float, step: int) -> float:
        share = (1.0 + math.cos(math.pi * step / self.T_max)) / 2.0
        return self.eta_min + (base - self.eta_min) * share


@dataclass(eq=False)
class OneCycleLR(Schedule):
    """Up from max_lr / div_factor to max_lr, then down to almost 0 (Smith & Topin, 2018).

    The way up takes pct_start of the total_steps (or epochs · steps_per_epoch); with three_phase,
    so does the way down to where it began. The end is final_div_factor below the beginning; one
    step more, as a loop makes it, is allowed as in PyTorch, and a further one is a ValueError.
    With cycle_momentum, the optimizer's momentum, or else the first of its betas, goes the
    opposite way, from max_momentum to base_momentum and back.
    """

    max_lr: float
    total_steps: int | None = None
    epochs: int | None = None
    steps_per_epoch: int | None = None
    pct_start: float = 0.3
    anneal_strategy: str = "cos"
    cycle_momentum: bool = True
    base_momentum: float = 0.85
    max_momentum: float = 0.95
    div_factor: float = 25.0
    final_div_factor: float = 1e4
    three_phase: bool = False

    def __post_init__(self) -> None:
        if self.total_steps is None:
            if self.epochs is None or self.steps_per_epoch is None:
                raise ValueError("pass total_steps, or both epochs and steps_per_epoch")
            self.total_steps = self.epochs * self.steps_per_epoch
        cycles = hasattr(self.optimizer, "momentum") or hasattr(self.optimizer, "betas")
        if self.cycle_momentum and not cycles:
            raise ValueError("the optimizer has no momentum or betas: pass cycle_momentum=False")
        super().__post_init__()

    def rate(self, base: float, step: int) -> float:
        start = self.max_lr / self.div_factor
        end = start / self.final_div_factor
        turns = (start, self.max_lr, start, end) if self.three_phase else (start, self.max_lr, end)
        return max(0.0, self._between(turns, step))  # past the end, a straight line falls below 0

    def apply(self, base: float, step: int) -> None:
        super().apply(base, step)
        if self.cycle_momentum:
            optimizer: Any = self.optimizer
            high, low = self.max_momentum, self.base_momentum
            momentum = self._between((high, low, high, high), step)
            if hasattr(optimizer, "betas"):
                optimizer.betas = (momentum, optimizer.betas[1])
            else:
                optimizer.momentum = momentum

    def _between(self, levels: Sequence[float], step: int) -> float:
        """The value at a step of a curve that goes from level to level, one phase each."""
        total = self.total_steps or 0
        if step > total:
            raise ValueError(f"OneCycleLR was made for {total} steps, and this is step {step}")
        peak = self.pct_start * total - 1
        turns = (0, peak, 2 * peak, total - 1) if self.three_phase else (0, peak, total - 1)
        phase = sum(step > turn for turn in turns[1:-1])
        share = (step - turns[phase]) / ((turns[phase + 1] - turns[phase]) or 1)
        start, end = levels[phase : phase + 2]
        if self.anneal_strategy == "linear":
            return (end - start) * share + start
        return end + (start - end) / 2.0 * (math.cos(math.pi * share) + 1.0)


@dataclass(eq=False)
class SequentialLR(Schedule):
    """One schedule after another, each counting its steps from its milestone on.

    The base lr is the one the optimizer had before the first of them was made. A state does not
    hold the schedules: make the same ones, then load it.
    """

    schedulers: Sequence[Schedule] = field(repr=False)
    milestones: Sequence[int]

    def __post_init__(self) -> None:
        if len(self.milestones) != len(self.schedulers) - 1:
            got = f"{len(self.milestones)} for {len(self.schedulers)} schedulers"
            raise ValueError(f"milestones must be one fewer than schedulers, got {got}")
        for schedule in self.schedulers:
            if not isinstance(schedule, Schedule):
                raise TypeError(f"schedulers must step without a metric, got {schedule!r}")
            if schedule.optimizer is not self.optimizer:
                raise ValueError(
                    f"schedulers must have the same optimizer, {schedule!r} has another"
                )
        first = min(self.schedulers, key=lambda schedule: schedule.born)
        self.optimizer.lr, self.born = first.base_lr, first.born
        super().__post_init__()

    def rate(self, base: float, step: int) -> float:
        schedule, start = self._at(step)
        return schedule.rate(base, step - start)

    def apply(self, base: float, step: int) -> None:
        schedule, start = self._at(step)
        schedule.apply(base, step - start)

    def _at(self, step: int) -> tuple[Schedule, int]:
        """The schedule whose turn it is, and the step at which its turn began."""
        place = bisect_right(self.milestones, step)
        return self.schedulers[place], self.milestones[place - 1] if place else 0


@dataclass(eq=False)
class ReduceLROnPlateau(Saved):
    """Times factor, down to min_lr, when a metric has not got better for over `patience` steps.

    Better means below best · (1 - threshold) in mode "min" or above best · (1 + threshold) in mode
    "max"; with threshold_mode "abs", by the threshold itself. After a reduction, `cooldown` steps
    are not counted. Reductions by no more than eps are left out.
    """

    mode: str = "min"
    factor: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    threshold_mode: str = "rel"
    cooldown: int = 0
    min_lr: float = 0.0
    eps: float = 1e-8
    best: float = field(init=False)
    num_bad_epochs: int = field(init=False, default=0)
    cooldown_counter: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        if self.factor == 1:
            raise ValueError("factor must be below 1, or the lr never falls, got 1")
        self.best = math.inf if self.mode == "min" else -math.inf
        self.last_lr = self.optimizer.lr

    def step(self, metric: float) -> None:
        """Take note of the metric after an epoch, such as the validation loss; nan is a bad one."""
        _checked("metric", metric)
        self.num_bad_epochs += 1
        if self._is_better(metric):
            self.best, self.num_bad_epochs = metric, 0
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
            reduced = max(self.optimizer.lr * self.factor, self.min_lr)
            if self.optimizer.lr - reduced > self.eps:
                self.optimizer.lr = reduced
        self.last_lr = self.optimizer.lr

    def _is_better(self, metric: float) -> bool:
        change = self.threshold if self.mode == "max" else -self.threshold
        bar = self.best * (1.0 + change) if self.threshold_mode == "rel" else self.best + change
        return metric > bar if self.mode == "max" else metric < bar


def _power(x: float, y: float) -> float:
    """x^y in IEEE arithmetic: inf for what is too large, where Python raises."""
    try:
        return math.pow(x, y)
    except OverflowError:
        return math.inf


def _is_number(x: Any) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool)


def _is_count(x: Any, lowest: int = 0) -> bool:
    return isinstance(x, int) and x >= lowest


def _are_increasing(xs: Any) -> bool:
    return isinstance(xs, Sequence) and all(map(_is_count, xs)) and sorted(xs) == list(xs)


# What each argument must be: in words, as a test, and for which names.
RULES: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("a number", _is_number, "last_lr best metric"),
    ("a number in [0, ∞)", lambda x: _is_number(x) and 0 <= x < math.inf,
     "base_lr gamma power eta_min max_lr min_lr threshold eps"),
    ("a number in (0, ∞)", lambda x: _is_number(x) and 0 < x < math.inf,
     "div_factor final_div_factor"),
    ("a number in [0, 1]", lambda x: _is_number(x) and 0 <= x <= 1,
     "factor start_factor end_factor pct_start base_momentum max_momentum"),
    ("a whole number from 0 up", _is_count,
     "steps patience cooldown num_bad_epochs cooldown_counter"),
    ("a whole number from 1 up", lambda x: _is_count(x, 1), "step_size total_iters T_max"),
    ("None or a whole number from 1 up", lambda x: x is None or _is_count(x, 1),
     "total_steps epochs steps_per_epoch"),
    ("whole numbers in increasing order", _are_increasing, "milestones"),
    ("True or False", lambda x: isinstance(x, bool), "cycle_momentum three_phase"),
    ("'cos' or 'linear'", lambda x: x in ("cos", "linear"), "anneal_strategy"),
    ("'min' or 'max'", lambda x: x in ("min", "max"), "mode"),
    ("'rel' or 'abs'", lambda x: x in ("rel", "abs"), "threshold_mode"),
    ("a function of the step", callable, "lr_lambda"),
)  # fmt: skip


def _checked(name: str, value: Any) -> Any:
    """The value, where it keeps the rule for its name; ValueError where it does not."""
    for rule, holds, names in RULES:
        if name in names.split() and not holds(value):
            raise ValueError(f"{name} must be {rule}, got {value!r}")
    return tuple(value) if name == "milestones" else value
