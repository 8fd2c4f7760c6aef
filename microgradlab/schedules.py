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

A schedule is a `rate`: the lr after t steps, as a formula in the base lr, which is the one that the optimizer has
when the schedule is made. Nothing is computed from the lr before, so no rounding adds up and no step depends on
another. Names, defaults and results are PyTorch's; in place of its last_epoch argument, load a `state_dict()`.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from math import cos, inf, pi
from typing import Annotated, Any, Literal, Protocol

from microgradlab.coercion import shown
from microgradlab.numerics import pow
from microgradlab.settings import NUMBER, Count, Increasing, NonNegative, Positive, PositiveInt, Rule, Settings, UpToOne


class HasLR(Protocol):
    """All that a schedule needs of an optimizer."""

    lr: float


@dataclass(eq=False)
class Schedule(Settings):
    """A learning rate as a function of the number of steps; a subclass gives `rate`.

    Settings are attributes, checked when set: ValueError for a bad one.
    """

    optimizer: HasLR = field(repr=False)
    last_lr: float = field(init=False)
    base_lr: NonNegative = field(init=False)
    steps: Count = field(init=False, default=0)
    born: int = field(init=False, repr=False, default_factory=count().__next__)
    kind = "schedule"

    def __post_init__(self) -> None:
        self.base_lr = _lr_of(self.optimizer)
        self._move_to(0)

    def rate(self, base: float, t: int) -> float:
        """The learning rate after t steps, for the base learning rate `base`."""
        raise NotImplementedError(f"{type(self).__name__} has no rate: define it, def rate(self, base, t): …")

    def apply(self, base: float, t: int) -> None:
        """Set what the schedule sets in the optimizer after t steps."""
        self.optimizer.lr = self.rate(base, t)

    def step(self) -> None:
        """Go one step on."""
        self._move_to(self.steps + 1)

    def _restore(self, saved: Mapping[str, Any]) -> None:
        super()._restore(saved)
        self._move_to(self.steps)

    def _move_to(self, steps: int) -> None:
        self.apply(self.base_lr, steps)
        self.steps, self.last_lr = steps, self.optimizer.lr


def _lr_of(optimizer: HasLR) -> float:
    if not hasattr(optimizer, "lr"):
        raise TypeError(f"optimizer is one such as optim.SGD(model.parameters()), got {shown(optimizer)}")
    return optimizer.lr


def linear(start: float, end: float, share: float) -> float:
    """Straight from start, at share 0, to end, at share 1."""
    return start + (end - start) * share


def cosine(start: float, end: float, share: float) -> float:
    """From start, at share 0, along half a cosine to end, at share 1: flat at both."""
    return end + (start - end) * (1.0 + cos(pi * share)) / 2.0


@dataclass(eq=False)
class LambdaLR(Schedule):
    """base · lr_lambda(t), for any function of the step t. A state does not hold the function."""

    lr_lambda: Annotated[Callable[[int], float], Rule("a function of the step", callable)] = field(repr=False)

    def rate(self, base: float, t: int) -> float:
        return base * float(NUMBER.check(f"lr_lambda({t})", self.lr_lambda(t)))


@dataclass(eq=False)
class ConstantLR(Schedule):
    """base · factor for the first total_iters steps, then base."""

    factor: UpToOne = 1.0 / 3
    total_iters: PositiveInt = 5

    def rate(self, base: float, t: int) -> float:
        return base * self.factor if t < self.total_iters else base


@dataclass(eq=False)
class LinearLR(Schedule):
    """From base · start_factor straight to base · end_factor in total_iters steps: a warm-up."""

    start_factor: UpToOne = 1.0 / 3
    end_factor: UpToOne = 1.0
    total_iters: PositiveInt = 5

    def rate(self, base: float, t: int) -> float:
        share = min(t / self.total_iters, 1.0)
        return base * linear(self.start_factor, self.end_factor, share)


@dataclass(eq=False)
class ExponentialLR(Schedule):
    """base · gamma^t."""

    gamma: NonNegative

    def rate(self, base: float, t: int) -> float:
        return base * pow(self.gamma, t)


@dataclass(eq=False)
class StepLR(Schedule):
    """base · gamma^⌊t / step_size⌋: times gamma every step_size steps."""

    step_size: PositiveInt
    gamma: NonNegative = 0.1

    def rate(self, base: float, t: int) -> float:
        return base * pow(self.gamma, t // self.step_size)


@dataclass(eq=False)
class MultiStepLR(Schedule):
    """base · gamma^(milestones reached): times gamma at each; one given twice counts twice."""

    milestones: Increasing
    gamma: NonNegative = 0.1

    def rate(self, base: float, t: int) -> float:
        return base * pow(self.gamma, bisect_right(self.milestones, t))


@dataclass(eq=False)
class PolynomialLR(Schedule):
    """base · (1 - t / total_iters)^power, and 0 from total_iters steps on."""

    total_iters: PositiveInt = 5
    power: NonNegative = 1.0

    def rate(self, base: float, t: int) -> float:
        return base * pow(1.0 - min(t / self.total_iters, 1.0), self.power)


@dataclass(eq=False)
class CosineAnnealingLR(Schedule):
    """From base to eta_min in T_max steps along half a cosine (Loshchilov & Hutter, 2017).

    Beyond T_max it rises again, back to base after 2·T_max steps, and so on.
    """

    T_max: PositiveInt
    eta_min: NonNegative = 0.0

    def rate(self, base: float, t: int) -> float:
        return cosine(base, self.eta_min, t / self.T_max)


@dataclass(eq=False)
class OneCycleLR(Schedule):
    """Up from max_lr / div_factor to max_lr, then down to almost 0 (Smith & Topin, 2018).

    The way up takes pct_start of the total_steps (or epochs · steps_per_epoch); with three_phase, so does the way down
    to where it began. The end is final_div_factor below the beginning; one step more, as a loop makes it, is allowed as
    in PyTorch, and a further one is a ValueError. With cycle_momentum, the optimizer's momentum, or else the first of
    its betas, goes the opposite way, from max_momentum to base_momentum and back.
    """

    max_lr: NonNegative
    total_steps: PositiveInt | None = None
    epochs: PositiveInt | None = None
    steps_per_epoch: PositiveInt | None = None
    pct_start: UpToOne = 0.3
    anneal_strategy: Literal["cos", "linear"] = "cos"
    cycle_momentum: bool = True
    base_momentum: UpToOne = 0.85
    max_momentum: UpToOne = 0.95
    div_factor: Positive = 25.0
    final_div_factor: Positive = 1e4
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

    def rate(self, base: float, t: int) -> float:
        start = self.max_lr / self.div_factor
        end = start / self.final_div_factor
        lrs = (start, self.max_lr, start, end) if self.three_phase else (start, self.max_lr, end)
        return max(0.0, self._along(lrs, t))  # one step past the end, a line falls below 0

    def apply(self, base: float, t: int) -> None:
        if self.cycle_momentum:  # before the lr, as it may be refused
            optimizer: Any = self.optimizer
            high, low = self.max_momentum, self.base_momentum
            momentum = self._along((high, low, high, high), t)
            if hasattr(optimizer, "betas"):
                optimizer.betas = (momentum, optimizer.betas[1])
            else:
                optimizer.momentum = momentum
        super().apply(base, t)

    def _along(self, levels: Sequence[float], t: int) -> float:
        """The value at a step of a curve from level to level, one phase each."""
        total = self.total_steps or 0
        if t > total:
            raise ValueError(f"OneCycleLR was made for {total} steps, and this is step {t}")
        peak = self.pct_start * total - 1
        turns = (0, peak, 2 * peak, total - 1) if self.three_phase else (0, peak, total - 1)
        phase = sum(t > turn for turn in turns[1:-1])
        share = (t - turns[phase]) / ((turns[phase + 1] - turns[phase]) or 1)
        curve = cosine if self.anneal_strategy == "cos" else linear
        return curve(levels[phase], levels[phase + 1], share)


@dataclass(eq=False)
class SequentialLR(Schedule):
    """One schedule after another, each counting its steps from its milestone on.

    The base lr is the one the optimizer had before the first of them was made. A state does not hold the schedules:
    make the same ones, then load it.
    """

    schedulers: Sequence[Schedule] = field(repr=False)
    milestones: Increasing

    def __post_init__(self) -> None:
        if not isinstance(self.schedulers, Sequence):
            raise TypeError(f"schedulers is a list of schedules, got {shown(self.schedulers)}")
        if len(self.milestones) != len(self.schedulers) - 1:
            got = f"{len(self.milestones)} for {len(self.schedulers)} schedulers"
            raise ValueError(f"milestones must be one fewer than schedulers, got {got}")
        for schedule in self.schedulers:
            if not isinstance(schedule, Schedule):
                raise TypeError(f"schedulers must step without a metric, got {shown(schedule)}")
            if schedule.optimizer is not self.optimizer:
                raise ValueError(f"schedulers must have the same optimizer, {shown(schedule)} has another")
        first = min(self.schedulers, key=lambda schedule: schedule.born)
        self.optimizer.lr, self.born = first.base_lr, first.born
        super().__post_init__()

    def rate(self, base: float, t: int) -> float:
        schedule, t = self._turn(t)
        return schedule.rate(base, t)

    def apply(self, base: float, t: int) -> None:
        schedule, t = self._turn(t)
        schedule.apply(base, t)

    def _turn(self, t: int) -> tuple[Schedule, int]:
        """The schedule whose turn it is after t steps, and how many of them it has made."""
        place = bisect_right(self.milestones, t)
        return self.schedulers[place], t - (0, *self.milestones)[place]


@dataclass(eq=False)
class ReduceLROnPlateau(Settings):
    """Times factor, down to min_lr, when a metric has not got better for over `patience` steps.

    Better means below best · (1 - threshold) in mode "min" or above best · (1 + threshold) in mode "max"; with
    threshold_mode "abs", by the threshold itself. After a reduction, `cooldown` steps are not counted. Reductions by no
    more than eps are left out.
    """

    optimizer: HasLR = field(repr=False)
    mode: Literal["min", "max"] = "min"
    factor: UpToOne = 0.1
    patience: Count = 10
    threshold: NonNegative = 1e-4
    threshold_mode: Literal["rel", "abs"] = "rel"
    cooldown: Count = 0
    min_lr: NonNegative = 0.0
    eps: NonNegative = 1e-8
    last_lr: float = field(init=False)
    best: float = field(init=False)
    num_bad_epochs: Count = field(init=False, default=0)
    cooldown_counter: Count = field(init=False, default=0)
    kind = "schedule"

    def __post_init__(self) -> None:
        if self.factor == 1:
            raise ValueError("factor must be below 1, or the lr never falls, got 1")
        self.best = inf if self.mode == "min" else -inf
        self.last_lr = _lr_of(self.optimizer)

    def step(self, metric: float) -> None:
        """Take note of the metric after an epoch, such as the validation loss; nan is a bad one."""
        metric = NUMBER.check("metric", metric)
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

    def _restore(self, saved: Mapping[str, Any]) -> None:
        super()._restore(saved)
        self.optimizer.lr = self.last_lr

    def _is_better(self, metric: float) -> bool:
        change = self.threshold if self.mode == "max" else -self.threshold
        bar = self.best * (1.0 + change) if self.threshold_mode == "rel" else self.best + change
        return metric > bar if self.mode == "max" else metric < bar
