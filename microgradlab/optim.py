"""Optimizers: each `step()` moves every parameter a little against its gradient.

    >>> from types import SimpleNamespace
    >>> w = SimpleNamespace(data=1.0, grad=0.5)  # or a Value, or your own class
    >>> optimizer = SGD([w], lr=0.1)
    >>> optimizer.step()
    >>> w.data
    0.95

An optimizer is a `formula` for one parameter; `Optimizer` does the rest. They stand in the order of their ideas: SGD,
Adagrad, RMSprop, Adadelta, Adam, AdamW; gradient clipping follows. Names, defaults and results are PyTorch's. In a
formula, g is the gradient, t counts steps from 1, and ← replaces what is kept from step to step, at first 0: b, a
buffer of steps; m, a mean of g; v, a sum or mean of g². For an optimizer of your own, copy SGD.

A formula branches on settings, never on a number, and calls functions by the names of their ops: with the ops in their
place, it runs on any kind of number.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from numbers import Real
from typing import Any, ClassVar, Protocol

from microgradlab import numerics, sequences
from microgradlab.coercion import shown
from microgradlab.numerics import div, less, maximum, sqrt  # the kernels of ops: on floats 40 times as fast
from microgradlab.settings import FLAG, Count, NonNegative, Settings, TwoBelowOne, UpToOne, is_number, number

Numbers = tuple[float, ...]


class Parameter(Protocol):
    """All that an optimizer needs of a parameter: a number, and its gradient."""

    data: float
    grad: float


@dataclass(eq=False)
class Optimizer(Settings):
    """What optimizers share; a subclass adds its hyperparameters, `slots` and `formula`.

    `params` is any iterable of parameters. Hyperparameters are attributes, checked when set: ValueError for a bad one,
    for no parameters, for the same parameter twice, and for one that is a result; TypeError for what is none.
    """

    params: InitVar[Iterable[Parameter]]
    lr: NonNegative
    steps: Count = field(init=False, default=0)
    parameters: tuple[Parameter, ...] = field(init=False, repr=False)
    state: list[Numbers] = field(init=False, repr=False)
    slots: ClassVar[tuple[str, ...]] = ()
    kind = "optimizer"
    weight_decay = 0.0

    def __post_init__(self, params: Iterable[Parameter]) -> None:
        self.parameters = _listed("params", params)
        if not self.parameters:
            raise ValueError("there are no parameters: pass some, such as model.parameters()")
        repeated = len(self.parameters) - len(set(map(id, self.parameters)))  # by id, as == compares data
        if repeated:
            raise ValueError(f"{repeated} of the parameters came before: pass each once")
        _numbers(self.parameters, "data")
        for place, parameter in enumerate(self.parameters):
            if getattr(parameter, "op", None) is not None:  # a Value in the middle of a graph
                raise ValueError(f"parameter {place} is a result, {shown(parameter)}: pass leaves, model.parameters()")
        self.state = [(0.0,) * len(self.slots)] * len(self.parameters)

    def formula(self, data: float, g: float, t: int, *state: Any) -> Numbers:
        """The new data of one parameter, and its new state: a tuple with one number more than `slots`."""
        raise NotImplementedError(f"{type(self).__name__} has no formula: define it, def formula(self, data, g, t): …")

    def update(self, data: float, g: float, t: int, *state: float) -> Numbers:
        """The formula after weight decay, an L2 penalty: the derivative of weight_decay/2 · data² joins g."""
        return self.formula(data, g + self.weight_decay * data if self.weight_decay else g, t, *state)

    def step(self) -> None:
        """Update every parameter, or none: all is computed before anything is assigned.

        Raises TypeError for data or a gradient that is not a number.
        """
        datas, grads = _numbers(self.parameters, "data"), _numbers(self.parameters, "grad")
        t = self.steps + 1
        updates = [self.update(data, g, t, *state) for data, g, state in zip(datas, grads, self.state)]
        for parameter, update in zip(self.parameters, updates):
            parameter.data = update[0]
        self.steps, self.state = t, [update[1:] for update in updates]

    def zero_grad(self) -> None:
        """Set every gradient to 0.0, before the next backward pass adds to it."""
        for parameter in self.parameters:
            parameter.grad = 0.0

    def state_dict(self) -> dict[str, Any]:
        """Hyperparameters, steps, and each parameter's state in order; fit for JSON."""
        return super().state_dict() | {"state": [dict(zip(self.slots, state)) for state in self.state]}

    def _restore(self, saved: Mapping[str, Any]) -> None:
        super()._restore(saved)
        states, count = saved["state"], len(self.parameters)
        if not isinstance(states, list) or len(states) != count:
            raise ValueError(f"expected a list of {count} states, one per parameter, got {shown(states)}")
        for state in states:
            numbers = isinstance(state, dict) and all(map(is_number, state.values()))
            if not numbers or state.keys() != set(self.slots):
                raise ValueError(f"a parameter's state has numbers for {self.slots}, got {shown(state)}")
        self.state = [tuple(float(state[slot]) for slot in self.slots) for state in states]


@dataclass(eq=False)
class SGD(Optimizer):
    """Stochastic gradient descent: data ← data - lr·g (Robbins & Monro, 1951).

    With momentum (Polyak, 1964), a velocity takes the place of g: b ← momentum·b + (1 - dampening)·g, where the first
    g is not dampened. With nesterov, g + momentum·b does, which looks one step ahead (Sutskever et al., 2013).
    """

    lr: NonNegative = 1e-3
    momentum: NonNegative = 0.0
    dampening: UpToOne = 0.0
    weight_decay: NonNegative = 0.0
    nesterov: bool = False
    slots = ("momentum_buffer",)

    def __post_init__(self, params: Iterable[Parameter]) -> None:
        super().__post_init__(params)
        if self.nesterov and (self.momentum == 0.0 or self.dampening != 0.0):
            raise ValueError(f"nesterov needs momentum above 0 and dampening 0, got {self}")

    def formula(self, data: float, g: float, t: int, b: float) -> Numbers:
        if self.momentum == 0.0:
            return data - self.lr * g, b
        b = self.momentum * b + (1.0 - self.dampening * less(1, t)) * g
        direction = g + self.momentum * b if self.nesterov else b
        return data - self.lr * direction, b


@dataclass(eq=False)
class Adagrad(Optimizer):
    """A rate for every parameter, small where gradients have been large (Duchi et al., 2011).

    v ← v + g²
    data ← data - lr / (1 + (t - 1)·lr_decay) · g / (√(initial_accumulator_value + v) + eps)
    """

    lr: NonNegative = 1e-2
    lr_decay: NonNegative = 0.0
    weight_decay: NonNegative = 0.0
    initial_accumulator_value: NonNegative = 0.0
    eps: NonNegative = 1e-10
    slots = ("sum",)

    def formula(self, data: float, g: float, t: int, v: float) -> Numbers:
        v = v + g * g
        lr = self.lr / (1.0 + (t - 1) * self.lr_decay)
        return data - lr * div(g, sqrt(self.initial_accumulator_value + v) + self.eps), v


@dataclass(eq=False)
class RMSprop(Optimizer):
    """Adagrad that forgets: a running mean takes the place of its sum (Hinton, 2012, lecture 6e).

    v ← alpha·v + (1 - alpha)·g²
    b ← momentum·b + g / (√v + eps)
    data ← data - lr·b

    With centered (Graves, 2013), v - m² takes the place of v, the variance of g: m ← m + (1 - alpha)·(g - m).
    """

    lr: NonNegative = 1e-2
    alpha: UpToOne = 0.99
    eps: NonNegative = 1e-8
    weight_decay: NonNegative = 0.0
    momentum: NonNegative = 0.0
    centered: bool = False
    slots = ("square_avg", "momentum_buffer", "grad_avg")

    def formula(self, data: float, g: float, t: int, v: float, b: float, m: float) -> Numbers:
        v = self.alpha * v + (1.0 - self.alpha) * g * g
        m = m + (1.0 - self.alpha) * (g - m)
        variance = v - m * m if self.centered else v
        b = self.momentum * b + div(g, sqrt(variance) + self.eps)
        return data - self.lr * b, v, b, m


@dataclass(eq=False)
class Adadelta(Optimizer):
    """RMSprop whose steps have the parameter's own unit: u is a mean of past steps, squared (Zeiler, 2012).

    v ← rho·v + (1 - rho)·g²
    d = √(u + eps) / √(v + eps) · g
    u ← rho·u + (1 - rho)·d²
    data ← data - lr·d
    """

    lr: NonNegative = 1.0
    rho: UpToOne = 0.9
    eps: NonNegative = 1e-6
    weight_decay: NonNegative = 0.0
    slots = ("square_avg", "acc_delta")

    def formula(self, data: float, g: float, t: int, v: float, u: float) -> Numbers:
        v = self.rho * v + (1.0 - self.rho) * g * g
        d = div(sqrt(u + self.eps), sqrt(v + self.eps)) * g
        u = self.rho * u + (1.0 - self.rho) * d * d
        return data - self.lr * d, v, u


@dataclass(eq=False)
class Adam(Optimizer):
    """Momentum and RMSprop together, both corrected for starting at 0 (Kingma & Ba, 2014).

    m ← β₁·m + (1 - β₁)·g,    m̂ = m / (1 - β₁ᵗ)    where β₁, β₂ = betas
    v ← β₂·v + (1 - β₂)·g²,   v̂ = v / (1 - β₂ᵗ)
    data ← data - lr · m̂ / (√v̂ + eps)

    With amsgrad (Reddi et al., 2018), the largest v so far takes the place of v in v̂.
    """

    lr: NonNegative = 1e-3
    betas: TwoBelowOne = (0.9, 0.999)
    eps: NonNegative = 1e-8
    weight_decay: NonNegative = 0.0
    amsgrad: bool = False
    slots = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")

    def formula(self, data: float, g: float, t: int, m: float, v: float, largest: float) -> Numbers:
        beta1, beta2 = self.betas
        m = beta1 * m + (1.0 - beta1) * g
        v = beta2 * v + (1.0 - beta2) * g * g
        largest = maximum(largest, v) if self.amsgrad else v
        m_hat = m / (1.0 - beta1**t)
        v_hat = largest / (1.0 - beta2**t)
        return data - self.lr * div(m_hat, sqrt(v_hat) + self.eps), m, v, largest


@dataclass(eq=False)
class AdamW(Adam):
    """Adam with weight decay apart from g: first, data ← data · (1 - lr·weight_decay) (Loshchilov & Hutter, 2019)."""

    weight_decay: NonNegative = 1e-2

    def update(self, data: float, g: float, t: int, *state: float) -> Numbers:
        return self.formula(data * (1.0 - self.lr * self.weight_decay), g, t, *state)


def clip_grad_value_(parameters: Iterable[Parameter], clip_value: float) -> None:
    """Bring each gradient into [-clip_value, clip_value]; nan stays nan."""
    parameters = _listed("parameters", parameters)
    bound = number("[0, ∞]", lambda x: x >= 0).check("clip_value", clip_value)
    for parameter, g in zip(parameters, _numbers(parameters, "grad")):
        parameter.grad = numerics.clip(g, -bound, bound)


def clip_grad_norm_(
    parameters: Iterable[Parameter], max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> float:
    """Scale all gradients so that their norm together is at most max_norm; return what it was.

    The norm is (Σ|g|^norm_type)^(1/norm_type), or the largest |g| for inf (Pascanu et al., 2013). A norm of inf or nan
    spreads to the gradients, or raises RuntimeError if error_if_nonfinite.
    """
    parameters = _listed("parameters", parameters)
    FLAG.check("error_if_nonfinite", error_if_nonfinite)
    max_norm = number("[0, ∞]", lambda x: x >= 0).check("max_norm", max_norm)
    norm_type = number("[1, ∞]", lambda x: x >= 1).check("norm_type", norm_type)
    grads = _numbers(parameters, "grad")
    norm = _norm(grads, norm_type)
    if error_if_nonfinite and not math.isfinite(norm):
        raise RuntimeError(f"the norm of the gradients is {norm}: they cannot be clipped")
    scale = numerics.minimum(max_norm / (norm + 1e-6), 1.0)
    for parameter, g in zip(parameters, grads):
        parameter.grad = g * scale
    return norm


def _norm(xs: list[float], p: float) -> float:
    """(Σ|x|^p)^(1/p), of fractions of the largest |x|: only a norm beyond all floats overflows."""
    largest = sequences.largest([abs(x) for x in xs] or [0.0])
    if p == math.inf or not 0.0 < largest < math.inf:
        return largest
    return largest * numerics.pow(sequences.sum([(abs(x) / largest) ** p for x in xs]), 1.0 / p)


def _listed(name: str, parameters: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """The parameters as a tuple."""
    if not isinstance(parameters, Iterable):
        raise TypeError(f"{name} is a list of parameters, such as model.parameters(), got {shown(parameters)}")
    return tuple(parameters)


def _numbers(parameters: tuple[Parameter, ...], attribute: str) -> list[float]:
    """The data or the gradients as floats; TypeError names the first that is not a number."""
    values: list[Any] = [getattr(parameter, attribute, None) for parameter in parameters]
    for place, value in enumerate(values):
        if not isinstance(value, (float, Real)):  # float first: Real takes five times as long
            raise TypeError(f"parameter {place} needs a number as its {attribute}, has {shown(value)}: "
                            f"pass parameters, as model.parameters(), got {shown(parameters[place])}")  # fmt: skip
    return list(map(float, values))
