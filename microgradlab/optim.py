"""Optimizers: each `step()` moves every parameter a little against its gradient.

    >>> from types import SimpleNamespace
    >>> w = SimpleNamespace(data=1.0, grad=0.5)  # or a Value, or your own class
    >>> optimizer = SGD([w], lr=0.1)
    >>> optimizer.step()
    >>> w.data
    0.95

An optimizer is a `formula` for one parameter; `Optimizer` does the rest. They stand in the order
of their ideas: SGD, Adagrad, RMSprop, Adadelta, Adam, AdamW; gradient clipping follows. Names,
defaults and results are PyTorch's. In a formula, g is the gradient, t counts steps from 1, and ←
replaces what is kept from step to step, at first 0. For an optimizer of your own, copy SGD.
"""

import copy
import math
from collections.abc import Callable, Iterable
from dataclasses import InitVar, dataclass, field, fields
from numbers import Real
from typing import Any, ClassVar, Protocol

State = tuple[float, ...]  # what a parameter keeps from step to step, in the order of `slots`


class Parameter(Protocol):
    """All that an optimizer needs of a parameter: a number, and its gradient."""

    data: float
    grad: float


@dataclass(eq=False)
class Optimizer:
    """What optimizers share; a subclass adds its hyperparameters, `slots` and `formula`.

    `params` is any iterable of parameters. Hyperparameters are attributes, checked when set:
    ValueError for a bad one, for no parameters, and for the same parameter twice.
    """

    params: InitVar[Iterable[Parameter]]
    lr: float
    parameters: tuple[Parameter, ...] = field(init=False, repr=False)
    steps: int = field(init=False, default=0)
    state: list[State] = field(init=False, repr=False)

    slots: ClassVar[tuple[str, ...]] = ()
    weight_decay = 0.0

    def __post_init__(self, params: Iterable[Parameter]) -> None:
        self.parameters = tuple(params)
        if not self.parameters:
            raise ValueError("there are no parameters: pass some, such as model.parameters()")
        repeated = len(self.parameters) - len(set(map(id, self.parameters)))  # == compares data
        if repeated:
            raise ValueError(f"{repeated} of the parameters came before: pass each once")
        _numbers(self.parameters, "data")
        self.state = [(0.0,) * len(self.slots)] * len(self.parameters)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, _checked(name, value))

    def formula(self, data: float, grad: float, step: int, state: State) -> tuple[float, State]:
        """The new data and state of one parameter; `step` counts from 1."""
        raise NotImplementedError

    def decay(self, data: float, grad: float) -> tuple[float, float]:
        """Weight decay as an L2 penalty: the derivative of weight_decay/2 · data² joins g."""
        return data, grad + self.weight_decay * data if self.weight_decay else grad

    def update(self, data: float, grad: float, step: int, state: State) -> tuple[float, State]:
        """The whole update of one parameter: weight decay, then the formula."""
        return self.formula(*self.decay(data, grad), step, state)

    def step(self) -> None:
        """Update every parameter, or none: all is computed before anything is assigned.

        Raises TypeError for data or a gradient that is not a number.
        """
        datas, grads = _numbers(self.parameters, "data"), _numbers(self.parameters, "grad")
        step = self.steps + 1
        updates = [self.update(d, g, step, s) for d, g, s in zip(datas, grads, self.state)]
        for parameter, (data, _) in zip(self.parameters, updates):
            parameter.data = data
        self.steps, self.state = step, [state for _, state in updates]

    def zero_grad(self) -> None:
        """Set every gradient to 0.0, before the next backward pass adds to it."""
        for parameter in self.parameters:
            parameter.grad = 0.0

    def state_dict(self) -> dict[str, Any]:
        """Hyperparameters, steps, and each parameter's state in order; fit for JSON."""
        saved = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "parameters"}
        saved |= {name: list(value) for name, value in saved.items() if isinstance(value, tuple)}
        saved["state"] = [dict(zip(self.slots, state)) for state in self.state]
        return {"optimizer": type(self).__name__, **saved}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Continue from a `state_dict()`; ValueError, and no change, if it does not fit."""
        mine, loaded = self.state_dict(), copy.copy(self)
        kind = saved.get("optimizer") if isinstance(saved, dict) else saved
        if kind != mine["optimizer"]:
            raise ValueError(f"expected a state of {mine['optimizer']}, got one of {kind!r}")
        if saved.keys() != mine.keys():
            raise ValueError(f"a state has the keys {sorted(mine)}, got {sorted(saved)}")
        for name in saved.keys() - {"optimizer", "state"}:
            setattr(loaded, name, saved[name])
        loaded.state = _states(saved["state"], self.slots, len(self.parameters))
        vars(self).update(vars(loaded))


@dataclass(eq=False)
class SGD(Optimizer):
    """Stochastic gradient descent (Robbins & Monro, 1951), with momentum (Polyak, 1964).

        data ← data - lr·g

    With momentum, a velocity v takes the place of g; the first gradient enters it undampened:

        v ← momentum·v + (1 - dampening)·g

    and with nesterov g + momentum·v does, which looks one step ahead (Sutskever et al., 2013).
    """

    lr: float = 1e-3
    momentum: float = 0.0
    dampening: float = 0.0
    weight_decay: float = 0.0
    nesterov: bool = False

    slots = ("momentum_buffer",)

    def __post_init__(self, params: Iterable[Parameter]) -> None:
        super().__post_init__(params)
        if self.nesterov and (self.momentum == 0.0 or self.dampening != 0.0):
            raise ValueError(f"nesterov needs momentum above 0 and dampening 0, got {self}")

    def formula(self, data: float, grad: float, step: int, state: State) -> tuple[float, State]:
        if self.momentum == 0.0:
            return data - self.lr * grad, state
        (v,) = state
        dampening = self.dampening * (step > 1)  # as a product: a formula, not a branch
        v = self.momentum * v + (1.0 - dampening) * grad
        direction = grad + self.momentum * v if self.nesterov else v
        return data - self.lr * direction, (v,)


@dataclass(eq=False)
class Adagrad(Optimizer):
    """A rate for every parameter: small where gradients have been large (Duchi et al., 2011).

    s ← s + g²
    data ← data - lr / (1 + (t - 1)·lr_decay) · g / (√(initial_accumulator_value + s) + eps)
    """

    lr: float = 1e-2
    lr_decay: float = 0.0
    weight_decay: float = 0.0
    initial_accumulator_value: float = 0.0
    eps: float = 1e-10

    slots = ("sum",)

    def formula(self, data: float, grad: float, step: int, state: State) -> tuple[float, State]:
        (s,) = state
        s = s + grad * grad
        rate = self.lr / (1.0 + (step - 1) * self.lr_decay)
        spread = sqrt(self.initial_accumulator_value + s)
        return data - divide(rate * grad, spread + self.eps), (s,)


@dataclass(eq=False)
class RMSprop(Optimizer):
    """Adagrad that forgets: a running mean takes the place of its sum (Hinton, 2012, lecture 6e).

        s ← alpha·s + (1 - alpha)·g²
        v ← momentum·v + g / (√s + eps)
        data ← data - lr·v

    centered takes off the squared mean, m ← m + (1 - alpha)·(g - m): √(s - m²), the standard
    deviation of g (Graves, 2013).
    """

    lr: float = 1e-2
    alpha: float = 0.99
    eps: float = 1e-8
    weight_decay: float = 0.0
    momentum: float = 0.0
    centered: bool = False

    slots = ("square_avg", "momentum_buffer", "grad_avg")

    def formula(self, data: float, grad: float, step: int, state: State) -> tuple[float, State]:
        s, v, m = state
        s = self.alpha * s + (1.0 - self.alpha) * grad * grad
        m = m + (1.0 - self.alpha) * (grad - m)
        spread = sqrt(s - m * m if self.centered else s)
        v = self.momentum * v + divide(grad, spread + self.eps)
        return data - self.lr * v, (s, v, m)


@dataclass(eq=False)
class Adadelta(Optimizer):
    """RMSprop whose steps have the parameter's own unit: u is a mean of past steps (Zeiler, 2012).

    s ← rho·s + (1 - rho)·g²
    d = √(u + eps) / √(s + eps) · g
    u ← rho·u + (1 - rho)·d²
    data ← data - lr·d
    """

    lr: float = 1.0
    rho: float = 0.9
    eps: float = 1e-6
    weight_decay: float = 0.0

    slots = ("square_avg", "acc_delta")

    def formula(self, data: float, grad: float, step: int, state: State) -> tuple[float, State]:
        s, u = state
        s = self.rho * s + (1.0 - self.rho) * grad * grad
        d = divide(sqrt(u + self.eps), sqrt(s + self.eps)) * grad
        u = self.rho * u + (1.0 - self.rho) * d * d
        return data - self.lr * d, (s, u)


@dataclass(eq=False)
class Adam(Optimizer):
    """Momentum and RMSprop together, both corrected for starting at 0 (Kingma & Ba, 2014).

        m ← m + (1 - β₁)·(g - m)                 β₁, β₂ = betas
        s ← β₂·s + (1 - β₂)·g²
        data ← data - lr / (1 - β₁ᵗ) · m / (√s / √(1 - β₂ᵗ) + eps)

    With amsgrad the largest s so far takes the place of s (Reddi et al., 2018).
    """

    lr: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    amsgrad: bool = False

    slots = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")

    def formula(self, data: float, grad: float, step: int, state: State) -> tuple[float, State]:
        (m, s, largest), (beta1, beta2) = state, self.betas
        m = m + (1.0 - beta1) * (grad - m)
        s = beta2 * s + (1.0 - beta2) * grad * grad
        largest = maximum(largest, s)
        spread = sqrt(largest if self.amsgrad else s) / sqrt(1.0 - beta2**step)
        rate = self.lr / (1.0 - beta1**step)
        return data - divide(rate * m, spread + self.eps), (m, s, largest)


@dataclass(eq=False)
class AdamW(Adam):
    """Adam whose weight decay is apart from the gradient (Loshchilov & Hutter, 2019).

    data ← data · (1 - lr·weight_decay), and then as Adam without weight decay
    """

    weight_decay: float = 1e-2

    def decay(self, data: float, grad: float) -> tuple[float, float]:
        return data * (1.0 - self.lr * self.weight_decay), grad


def clip_grad_norm_(
    parameters: Iterable[Parameter],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> float:
    """Scale all gradients so that their norm together is at most max_norm; return what it was.

    The norm is (Σ|g|^norm_type)^(1/norm_type), or the largest |g| for inf (Pascanu et al., 2013).
    A norm of inf or nan spreads to the gradients, or raises RuntimeError if error_if_nonfinite.
    """
    parameters = tuple(parameters)
    grads = _numbers(parameters, "grad")
    max_norm = _checked("max_norm", max_norm)
    norm = _norm(grads, _checked("norm_type", norm_type))
    if error_if_nonfinite and not math.isfinite(norm):
        raise RuntimeError(f"the norm of the gradients is {norm}: they cannot be clipped")
    scale = min(max_norm / (norm + 1e-6), 1.0)  # in this order nan stays nan
    for parameter, grad in zip(parameters, grads):
        parameter.grad = grad * scale
    return norm


def clip_grad_value_(parameters: Iterable[Parameter], clip_value: float) -> None:
    """Bring each gradient into [-clip_value, clip_value]; nan stays nan."""
    parameters = tuple(parameters)
    clip_value = _checked("clip_value", clip_value)
    for parameter, grad in zip(parameters, _numbers(parameters, "grad")):
        parameter.grad = min(max(grad, -clip_value), clip_value)


def _norm(numbers: list[float], p: float) -> float:
    """(Σ|x|^p)^(1/p), of fractions of the largest: only a norm beyond all floats overflows."""
    if any(map(math.isnan, numbers)):
        return math.nan
    largest = max(map(abs, numbers), default=0.0)
    if math.inf in (p, largest) or largest == 0.0:
        return largest
    total: float = math.fsum((abs(x) / largest) ** p for x in numbers) ** (1.0 / p)
    return largest * total


def sqrt(x: float) -> float:
    """√x in IEEE arithmetic: nan below 0, where math.sqrt raises."""
    return math.sqrt(x) if x >= 0.0 else math.nan


def divide(x: float, y: float) -> float:
    """x / y in IEEE arithmetic: ±inf or nan for y = 0, where Python raises."""
    return x / y if y else x * math.copysign(math.inf, y)


def maximum(x: float, y: float) -> float:
    """The larger of x and y in IEEE arithmetic: nan if either is, where max looks at the order."""
    return x if x > y or math.isnan(x) else y


def _numbers(parameters: tuple[Parameter, ...], attribute: str) -> list[float]:
    """The data or the gradients as floats; TypeError names the first that is not a number."""
    values = [getattr(parameter, attribute) for parameter in parameters]
    for place, value in enumerate(values):
        if not isinstance(value, Real):
            raise TypeError(f"parameter {place} needs a number as its {attribute}, has {value!r}")
    return list(map(float, values))


def _states(saved: Any, slots: tuple[str, ...], count: int) -> list[State]:
    """The states in a `state_dict()`; ValueError if they do not fit."""
    if not isinstance(saved, list) or len(saved) != count:
        raise ValueError(f"expected a list of {count} states, one per parameter, got {saved!r:.70}")
    for state in saved:
        numbers = isinstance(state, dict) and all(map(_is_number, state.values()))
        if not numbers or state.keys() != set(slots):
            raise ValueError(f"a parameter's state has numbers for {slots}, got {state!r}")
    return [tuple(float(state[slot]) for slot in slots) for state in saved]


def _is_number(x: Any) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool)


# What each argument must be: in words, as a test, and for which names.
RULES: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("a number in [0, ∞)", lambda x: _is_number(x) and 0 <= x < math.inf,
     "lr momentum weight_decay eps lr_decay initial_accumulator_value"),
    ("a number in [0, 1]", lambda x: _is_number(x) and 0 <= x <= 1, "dampening alpha rho"),
    ("a number in [0, 1)", lambda x: _is_number(x) and 0 <= x < 1, "betas[0] betas[1]"),
    ("a number in [0, ∞]", lambda x: _is_number(x) and x >= 0, "max_norm clip_value"),
    ("a number in [1, ∞]", lambda x: _is_number(x) and x >= 1, "norm_type"),
    ("two numbers", lambda x: isinstance(x, list | tuple) and len(x) == 2, "betas"),
    ("True or False", lambda x: isinstance(x, bool), "nesterov centered amsgrad"),
    ("a whole number from 0 up", lambda x: isinstance(x, int) and x >= 0, "steps"),
)  # fmt: skip


def _checked(name: str, value: Any) -> Any:
    """The value, where it keeps the rule for its name; ValueError where it does not."""
    for rule, holds, names in RULES:
        if name in names.split() and not holds(value):
            raise ValueError(f"{name} must be {rule}, got {value!r}")
    if name == "betas":
        return tuple(_checked(f"betas[{i}]", beta) for i, beta in enumerate(value))
    return value
