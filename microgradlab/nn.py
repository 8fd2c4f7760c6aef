"""Neural networks: a neuron is a dot product and an activation, a layer is neurons side by side, an MLP is layers.

    >>> model = MLP(2, [16, 16, 1], activation="tanh", seed=0)
    >>> model
    MLP(2 → 16 → 16 → 1, tanh)                 337 parameters
      layers.0  Layer(2 → 16, tanh)             48 parameters
      layers.1  Layer(16 → 16, tanh)           272 parameters
      layers.2  Layer(16 → 1, linear)           17 parameters

    >>> round(model([0.5, -1.0]).data, 6)
    -0.206

To build your own, subclass `Module`, keep Values and other modules as attributes (or in lists), and write
`forward`: parameters are found by looking. The networks run on any class of numbers with `data`, `grad`, `+`
and `*`, not only on our Value: `MLP(2, [16, 1], value=YourValue)`.
"""

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from numbers import Real
from operator import methodcaller
from threading import get_ident
from typing import Any

from microgradlab import ops
from microgradlab.coercion import number
from microgradlab.engine import Value, scopes
from microgradlab.errors import ShapeError
from microgradlab.fast import Bundle, bundled

Path = tuple[str | int, ...]  # the attributes and places that lead to a part of a module
Initialiser = Callable[[random.Random, int, int, float], float]

# fmt: off
# A weight from a random generator, the widths before and after it, and the activation's gain.
INITIALISERS: dict[str, Initialiser] = {
    # micrograd's
    "uniform":         lambda rng, fan_in, fan_out, gain: rng.uniform(-1.0, 1.0),
    # Glorot and Bengio 2010, equations 16 and 12: forward and backward signals keep their size
    "xavier_uniform":  lambda rng, fan_in, fan_out, gain: rng.uniform(-1.0, 1.0) * math.sqrt(6.0 / (fan_in + fan_out)),
    "xavier_normal":   lambda rng, fan_in, fan_out, gain: rng.gauss(0.0, 1.0) * math.sqrt(2.0 / (fan_in + fan_out)),
    # He et al. 2015, equation 10: the same for activations that halve the variance, as relu does
    "kaiming_uniform": lambda rng, fan_in, fan_out, gain: rng.uniform(-1.0, 1.0) * gain * math.sqrt(3.0 / fan_in),
    "kaiming_normal":  lambda rng, fan_in, fan_out, gain: rng.gauss(0.0, 1.0) * gain / math.sqrt(fan_in),
}
# fmt: on

# By how much an activation shrinks its input: PyTorch's `calculate_gain`; what bends like relu gets relu's.
GAINS = {"tanh": 5.0 / 3.0, "selu": 0.75}
GAINS |= dict.fromkeys(["relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "mish", "softplus"], math.sqrt(2.0))


class Module:
    """A function with parameters, its own and those of the modules it is made of.

    A subclass writes `forward`; calling the module runs it. `training` says whether it is being trained.
    """

    training = True

    def forward(self, *inputs: Any) -> Any:
        """The module's output for its inputs."""
        raise NotImplementedError(f"{type(self).__name__} has no forward: define it, def forward(self, inputs): …")

    def __call__(self, *inputs: Any) -> Any:
        thread = get_ident()
        outer = scopes.get(thread, ())
        scopes[thread] = (*outer, self)  # the nodes made meanwhile remember where they were made
        try:
            return self.forward(*inputs)
        finally:
            if outer:
                scopes[thread] = outer
            else:
                del scopes[thread]

    def call_each(self, modules: Sequence["Module"], *inputs: Any) -> list[Any]:
        """What each of several modules inside this one gives for the same inputs, inside this one's call."""
        thread = get_ident()
        outer = scopes[thread]
        outputs = []
        for module in modules:
            scopes[thread] = (*outer, module)
            outputs.append(module.forward(*inputs))
        scopes[thread] = outer
        return outputs

    def named_modules(self) -> Iterator[tuple[str, "Module"]]:
        """This module, named "", and all those inside it; one that is shared comes once."""
        return ((_name(path), module) for path, module in self._collected()[1])

    def children(self) -> list["Module"]:
        """The modules directly inside this one."""
        paths = {path: module for path, module in self._collected()[1] if path}
        return [module for path, module in paths.items() if not any(path[:n] in paths for n in range(1, len(path)))]

    def named_parameters(self) -> Iterator[tuple[str, Any]]:
        """Every parameter with its name, `layers.0.neurons.3.weights.1`; one that is shared comes once."""
        return ((_name(path), parameter) for path, parameter in self._collected()[0])

    def parameters(self) -> list[Any]:
        """Every parameter, in the order of their names."""
        return [parameter for _, parameter in self._collected()[0]]

    def _collected(self) -> tuple[Iterable[tuple[Path, Any]], Iterable[tuple[Path, "Module"]]]:
        parameters: dict[int, tuple[Path, Any]] = {}
        modules: dict[int, tuple[Path, Module]] = {}
        _collect((), self, parameters, modules)
        return parameters.values(), modules.values()

    def zero_grad(self) -> None:
        """Set every parameter's gradient to 0, as each training step must before `backward()` adds to it."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def train(self, mode: bool = True) -> "Module":
        """Switch this module and all inside it to training: dropout drops. Returns the module."""
        for _, module in self.named_modules():
            module.training = mode
        return self

    def eval(self) -> "Module":
        """Switch this module and all inside it to evaluation: dropout passes everything. Returns the module."""
        return self.train(False)

    def state_dict(self) -> dict[str, float]:
        """Every parameter's number by name."""
        return {name: parameter.data for name, parameter in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Set every parameter to its number in `state`; all or, if the names do not match, none.

        Raises:
            ShapeError: a name is missing in `state`, or one there is not a parameter's.
        """
        parameters = dict(self.named_parameters())
        for names, problem in (
            (parameters.keys() - state.keys(), "has no number for"),
            (state.keys() - parameters.keys(), "has numbers for unknown"),
        ):
            if names:
                shown = ", ".join(sorted(names)[:3]) + (", …" if len(names) > 3 else "")
                raise ShapeError(f"the state {problem} {len(names)} parameters ({shown}): was it saved from another "
                                 f"network? This one is {self._summary()}")  # fmt: skip
        numbers = {name: number(state[name]) for name in parameters}
        for name, parameter in parameters.items():
            parameter.data = numbers[name]

    def _summary(self) -> str:
        """One line: what it is, without what it is made of."""
        return f"{type(self).__name__}()"

    def __repr__(self) -> str:
        """The tree of modules with parameter counts, equal siblings in one line."""
        rows = [(self._summary(), len(self.parameters()))]
        shown = [(n, m) for n, m in self.named_modules() if n and not isinstance(m, Neuron)]
        rows += [(f"{'  ' * (1 + n.count('.') // 2)}{n}  {m._summary()}", len(m.parameters())) for n, m in shown]
        width = max(len(text) for text, _ in rows)
        return "\n".join(f"{text:{width}}  {count:6,} parameters" for text, count in rows)


def _name(path: Path) -> str:
    return ".".join(map(str, path))


def _collect(path: Path, item: Any, parameters: dict[int, Any], modules: dict[int, Any]) -> None:
    """Put every parameter and every module in `item` into the dictionaries, by identity: (its path, itself)."""
    if type(item) is Value or (hasattr(item, "grad") and hasattr(item, "data")):
        parameters.setdefault(id(item), (path, item))
    elif isinstance(item, Module):
        modules.setdefault(id(item), (path, item))
        for name, attribute in vars(item).items():
            _collect((*path, name), attribute, parameters, modules)
    elif isinstance(item, (list, tuple)):
        for i, element in enumerate(item):
            _collect((*path, i), element, parameters, modules)
    elif isinstance(item, dict):
        for key, element in item.items():
            _collect((*path, key), element, parameters, modules)


def weighted_sum(weights: Sequence[Any], xs: Sequence[Any], bias: Any) -> Any:
    """w[0]*x[0] + w[1]*x[1] + … + bias in `+` and `*` alone, for numbers that are not ours."""
    total = bias
    for w, x in zip(weights, xs):
        total = total + w * x
    return total


class Neuron(Module):
    """The perceptron of the lecture (14:48): activation(w · x + b), from `inputs` numbers to one.

    `weights` is a tuple of that length, `bias` one parameter, initially 0. `activation` is the name of an op,
    "linear" for none, or a function of your own; `init` the name of an initialiser or a function like one;
    `seed` an int, or the random generator that several neurons share; `value` the class of the parameters.
    """

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
        rng = seed if isinstance(seed, random.Random) else random.Random(seed)
        draw = _named("init", init, INITIALISERS)
        gain = GAINS.get(activation, 1.0) if isinstance(activation, str) else 1.0
        weights = [value(draw(rng, inputs, outputs, gain)) for _ in range(inputs)]
        self.weights = Bundle(weights) if value is Value else tuple(weights)
        self.bias = value(0.0)
        if value is Value:
            self.bias.label = "b"
            for i, weight in enumerate(self.weights, start=1):
                weight.label = f"w{i}"
        self.activation = activation
        self._combine = ops.dot.run if value is Value else weighted_sum
        self._activate = _activation(activation, value)

    def forward(self, xs: Sequence[Any]) -> Any:
        """The neuron's output: one dot node, and one activation node unless that is linear."""
        z = self._combine(self.weights, xs, self.bias)
        return self._activate(z) if self._activate else z

    def _summary(self) -> str:
        return f"Neuron({len(self.weights)}, {_name_of(self.activation)})"


def _activation(activation: Any, value: Any) -> Callable[[Any], Any] | None:
    """The function to call: a row of our table, a method of the class `value`, or as it is; None for linear."""
    if activation == "linear":
        return None
    if callable(activation):
        return activation  # type: ignore[no-any-return]
    if value is Value:
        row: ops.Op = _named("activation", activation, ops.table)
        return row
    if not callable(getattr(value, str(activation), None)):
        raise TypeError(f"{value.__name__} has no method {activation}(): write one, or pass a function as activation=")
    return methodcaller(str(activation))


def _named(argument: str, name: Any, choices: Mapping[str, Any]) -> Any:
    """The choice of that name, or `name` itself if it is a function."""
    if callable(name):
        return name
    if name not in choices:
        raise ValueError(f"{argument} is one of {', '.join(choices)}, or a function; got {name!r}")
    return choices[name]


def _name_of(activation: Any) -> str:
    return activation if isinstance(activation, str) else getattr(activation, "__name__", repr(activation))


def _check_width(name: str, width: Any) -> None:
    if not isinstance(width, int) or isinstance(width, bool) or width < 1:
        raise ValueError(f"{name} is a whole number from 1 on, got {width!r}")


class Layer(Module):
    """`outputs` neurons side by side, each seeing all `inputs` numbers; see Neuron for the arguments."""

    def __init__(
        self, inputs: int, outputs: int, activation: Any = "linear", *, seed: Any = None, **options: Any
    ) -> None:
        _check_width("outputs", outputs)
        rng = seed if isinstance(seed, random.Random) else random.Random(seed)
        self.inputs, self.outputs, self.activation = inputs, outputs, activation
        self.neurons = [Neuron(inputs, activation, outputs=outputs, seed=rng, **options) for _ in range(outputs)]

    def forward(self, xs: Any) -> Any:
        """One number for one neuron, else a list; a layer of one input also takes it without a list."""
        xs = list(xs) if hasattr(xs, "__iter__") else [xs]
        if len(xs) != self.inputs:
            name = names_of(scopes.get(get_ident(), (self,)))[-1]
            raise ShapeError(f"{name} takes {self.inputs} inputs, got {len(xs)}")
        outputs = self.call_each(self.neurons, bundled(xs))
        return outputs[0] if len(outputs) == 1 else outputs

    def _summary(self) -> str:
        return f"Layer({self.inputs} → {self.outputs}, {_name_of(self.activation)})"


class Sequential(Module):
    """Modules one after another: each is called with what the one before gave."""

    def __init__(self, *modules: Module) -> None:
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
        if not isinstance(widths, Sequence) or not widths:
            raise TypeError(f"widths is a list of the layers' widths, such as [16, 16, 1], got {widths!r}")
        self.activation = activation
        sizes, rng = [inputs, *widths], random.Random(seed)
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
        return f"MLP({widths}, {_name_of(self.activation)})"


class Dropout(Module):
    """In training, each input is set to 0 with probability `p`, and the others are divided by 1 - p (51:25).

    The division keeps the expected sum ("inverted dropout", Srivastava et al. 2014), so that in evaluation
    everything passes as it is. It owns its random generator, which checkpoints save.
    """

    def __init__(self, p: float = 0.5, seed: int | None = None) -> None:
        if not isinstance(p, Real) or not 0.0 <= p <= 1.0:
            raise ValueError(f"p is a probability from 0 to 1, got {p!r}")
        self.p: float = float(p)
        self.random: random.Random = random.Random(seed)

    def forward(self, xs: Any) -> Any:
        """As many outputs as inputs."""
        if not self.training or self.p == 0.0:
            return xs
        if not hasattr(xs, "__iter__"):
            return self.forward([xs])[0]
        return [x * (0.0 if self.random.random() < self.p else 1.0 / (1.0 - self.p)) for x in xs]

    def _summary(self) -> str:
        return f"Dropout({self.p:g})"


def names_of(scope: Sequence[Module]) -> tuple[str, ...]:
    """What people call the modules of a scope, counting from 1 among their kind: ("MLP", "Layer 1", "Neuron 3")."""
    names = [type(module).__name__ for module in scope[:1]]
    for parent, child in pairwise(scope):
        kind = type(child)
        siblings = [module for module in parent.children() if type(module) is kind]
        place = next((i for i, module in enumerate(siblings, start=1) if module is child), None)
        names.append(f"{kind.__name__} {place}" if place and len(siblings) > 1 else kind.__name__)
    return tuple(names)
