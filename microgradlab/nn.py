"""Neural networks: a neuron is a dot product and an activation, a layer is neurons side by side, an MLP is layers.

    >>> model = MLP(2, [16, 16, 1], activation="tanh", seed=0)
    >>> model
    MLP(2 → 16 → 16 → 1, tanh)            337 parameters
      layers.0  Layer(2 → 16, tanh)        48 parameters
      layers.1  Layer(16 → 16, tanh)      272 parameters
      layers.2  Layer(16 → 1, linear)      17 parameters

    >>> round(model([0.5, -1.0]).data, 6)
    -0.048252

The networks run on any class of numbers with `data`, `grad`, `+` and `*`, not only on our Value:
`MLP(2, [16, 1], value=YourValue)`. To build one of your own, see `module.py`.
"""

import random
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from operator import methodcaller
from threading import get_ident
from typing import Any

from microgradlab import ops
from microgradlab.coercion import named_number, shown
from microgradlab.engine import Value
from microgradlab.errors import ShapeError
from microgradlab.fast import Bundle, bundled
from microgradlab.initial import INITIALISERS, Initialiser, gain, generator, initialiser
from microgradlab.module import Module, names_of
from microgradlab.scopes import modules_of, scopes

__all__ = ["INITIALISERS", "MLP", "Dropout", "Layer", "Module", "Neuron", "Sequential", "names_of", "weighted_sum"]


def weighted_sum(weights: Sequence[Any], xs: Sequence[Any], bias: Any) -> Any:
    """w[0]*x[0] + w[1]*x[1] + … + bias in `+` and `*` alone, for numbers that are not ours."""
    total = bias
    for w, x in zip(weights, xs):
        total = total + w * x
    return total


class Neuron(Module):
    """The perceptron (MIT 6.S191 of 2023, lecture 1, 14:48): activation(w · x + b), from `inputs` numbers to one.

    `weights` is a tuple of that length, `bias` one parameter, initially 0. `activation` is the name of an op,
    "linear" for none, or a function of your own; `init` the name of an initialiser or a function like one;
    `seed` an int, or the random generator that several neurons share; `value` the class of the parameters.
    """

    has_own_line = False  # a layer's line stands for its neurons

    def __init__(
        self,
        inputs: int,
        activation: str | Callable[[Any], Any] = "linear",
        *,
        init: str | Initialiser = "kaiming_uniform",
        outputs: int = 1,
        seed: int | random.Random | None = None,
        value: Callable[[float], Any] = Value,
    ) -> None:
        _check_width("inputs", inputs)
        _check_width("outputs", outputs)
        rng, draw, activate = generator(seed), initialiser(init), _activation(activation, value)
        weights = [value(named_number("init", draw(rng, inputs, outputs, gain(activation)))) for _ in range(inputs)]
        self.weights = Bundle(weights) if value is Value else tuple(weights)
        self.bias = value(0.0)
        if not (hasattr(self.bias, "data") and hasattr(self.bias, "grad")):
            raise TypeError(f"value is a class of numbers with data and grad, got {shown(value)}")
        if value is Value:
            self.bias.label = "b"
            for i, weight in enumerate(self.weights, start=1):
                weight.label = f"w{i}"
        self.activation = activation
        self._combine = ops.dot.run if value is Value else weighted_sum
        self._activate = activate

    def __call__(self, xs: Any) -> Any:
        return super().__call__(_inputs(self, len(self.weights), xs))

    def forward(self, xs: Sequence[Any]) -> Any:
        """The neuron's output: one dot node, and one activation node unless that is linear."""
        z = self._combine(self.weights, xs, self.bias)
        return self._activate(z) if self._activate else z

    def _summary(self) -> str:
        return f"Neuron({len(self.weights)}, {activation_name(self.activation)})"


def _inputs(module: Module, width: int, xs: Any) -> Sequence[Any]:
    """`xs` as a sequence of that length, which the neurons share; a single number is one of length 1."""
    if type(xs) is not list:
        if xs is None or isinstance(xs, (str, bytes, dict, set, frozenset)):
            raise TypeError(f"{_called(module)} takes a list of {width} numbers, got {shown(xs)}")
        xs = list(xs) if hasattr(xs, "__iter__") else [xs]
    if len(xs) != width:
        raise ShapeError(f"{_called(module)} takes {width} inputs, got {len(xs)}")
    return bundled(xs)


def _called(module: Module) -> str:
    """What an error calls a module: its kind, and its place among its kind where that is known."""
    call = scopes.get(get_ident(), ())
    return names_of(modules_of(call))[-1] if call and call[-1] is module else type(module).__name__


def _activation(activation: Any, value: Any) -> Callable[[Any], Any] | None:
    """The function to call: the method of that name, or as it is; None for linear."""
    if not callable(value):
        raise TypeError(f"value is a class of numbers with data and grad, got {shown(value)}")
    if activation == "linear":
        return None
    if callable(activation):
        return activation  # type: ignore[no-any-return]
    if value is Value:
        row = ops.table.get(activation) if isinstance(activation, str) else None
        if row is None or row.over_sequences or len(row.rules) - len(row.defaults) != 1:
            raise ValueError(
                f"activation is an op of one number, as 'relu' or 'tanh', or a function; got {shown(activation)}"
            )
    elif not callable(getattr(value, str(activation), None)):
        raise TypeError(f"{value.__name__} has no method {activation}(): write one, or pass a function as activation=")
    return methodcaller(str(activation))


def activation_name(activation: Any) -> str:
    """What people call an activation."""
    return activation if isinstance(activation, str) else getattr(activation, "__name__", str(activation))


def _check_width(name: str, width: Any) -> None:
    if not isinstance(width, Integral) or isinstance(width, bool) or width < 1:
        raise ValueError(f"{name} is a whole number from 1 on, got {shown(width)}")


class Layer(Module):
    """`outputs` neurons side by side, each seeing all `inputs` numbers; see Neuron for the arguments."""

    def __init__(
        self, inputs: int, outputs: int, activation: Any = "linear", *, seed: Any = None, **options: Any
    ) -> None:
        _check_width("outputs", outputs)
        rng = generator(seed)
        self.inputs, self.outputs, self.activation = inputs, outputs, activation
        self.neurons = [Neuron(inputs, activation, outputs=outputs, seed=rng, **options) for _ in range(outputs)]

    def forward(self, xs: Any) -> Any:
        """One number for one neuron, else a list; a layer of one input also takes it without a list."""
        outputs = self.call_each(self.neurons, _inputs(self, self.inputs, xs))
        return outputs[0] if len(outputs) == 1 else outputs

    def _summary(self) -> str:
        return f"Layer({self.inputs} → {self.outputs}, {activation_name(self.activation)})"


class Sequential(Module):
    """Modules one after another: each is called with what the one before gave."""

    def __init__(self, *modules: Module) -> None:
        for module in modules:
            if not isinstance(module, Module):
                raise TypeError(f"Sequential takes modules, Sequential(Layer(2, 3), Dropout()), got {shown(module)}: "
                                "put a function into the forward of a Module")  # fmt: skip
        self.modules = list(modules)

    def forward(self, xs: Any) -> Any:
        """The last module's output."""
        for module in self.modules:
            xs = module(xs)
        return xs

    def __len__(self) -> int:
        return len(self.modules)

    def __getitem__(self, index: int) -> Module:
        return self.modules[index]


class MLP(Module):
    """A multi-layer perceptron: dense layers of these widths; the activation on all but the last, which is linear.

    `MLP(2, [16, 16, 1])` takes 2 numbers and gives one. The same seed gives the same weights on every machine.
    """

    def __init__(
        self,
        inputs: int,
        widths: Sequence[int],
        activation: str | Callable[[Any], Any] = "relu",
        init: str | Initialiser = "kaiming_uniform",
        seed: int | None = None,
        value: Callable[[float], Any] = Value,
    ) -> None:
        if not isinstance(widths, Sequence) or isinstance(widths, str) or not widths:
            raise TypeError(f"widths is a list of the layers' widths, such as [16, 16, 1], got {shown(widths)}")
        for i, width in enumerate(widths):
            _check_width(f"widths[{i}]", width)
        _activation(activation, value)  # checked also where there is no hidden layer
        self.activation = activation
        sizes, rng = [inputs, *widths], generator(seed)
        activations = [activation] * (len(widths) - 1) + ["linear"]
        self.layers = [
            Layer(before, after, act, seed=rng, init=init, value=value)
            for before, after, act in zip(sizes, widths, activations)
        ]

    def forward(self, xs: Any) -> Any:
        """The last layer's output: a number if it has one neuron, else a list."""
        for layer in self.layers:
            xs = layer(xs)
        return xs

    def _summary(self) -> str:
        widths = " → ".join(map(str, [self.layers[0].inputs, *(layer.outputs for layer in self.layers)]))
        return f"MLP({widths}, {activation_name(self.activation)})"


class Dropout(Module):
    """In training each input is set to 0 with probability `p`, the others are divided by 1 - p (the lecture, 51:25).

    The division keeps the expected sum ("inverted dropout", Srivastava et al. 2014), so that in evaluation
    everything passes as it is. It owns its random generator, which checkpoints save.
    """

    def __init__(self, p: float = 0.5, seed: int | None = None) -> None:
        if not isinstance(p, Real) or isinstance(p, bool) or not 0.0 <= p <= 1.0:
            raise ValueError(f"p is a probability from 0 to 1, got {shown(p)}")
        self.p: float = float(p)
        self.random: random.Random = generator(seed)

    def forward(self, xs: Any) -> Any:
        """As many outputs as inputs."""
        if not self.training or self.p == 0.0:
            return xs
        if not hasattr(xs, "__iter__"):
            return self.forward([xs])[0]
        for x in xs:
            if not hasattr(x, "data"):
                named_number("Dropout", x)  # an error comes before a random number is drawn
        return [x * (0.0 if self.random.random() < self.p else 1.0 / (1.0 - self.p)) for x in xs]

    def _summary(self) -> str:
        return f"Dropout({self.p:g})"
