"""What a network is made of: `Module`, a function with parameters, made of values and other modules.

To build your own, keep Values and modules as attributes (or in lists, tuples and dicts), and write `forward`.
Parameters are found by looking; nothing is registered.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Value(2.0), Value(1.0)
    ...     def forward(self, x):
    ...         return self.slope * x + self.offset
    >>> line = Line()
    >>> line(3.0).data, line.state_dict()
    (7.0, {'slope': 2.0, 'offset': 1.0})
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from threading import get_ident
from typing import Any

from microgradlab.coercion import named_number, shown
from microgradlab.engine import Value
from microgradlab.errors import GraphError, ShapeError
from microgradlab.scopes import Call, scopes
from microgradlab.settings import FLAG

Path = tuple[str | int, ...]  # the attributes and places that lead to a part of a module
TOO_DEEP = (
    "{} goes deeper than Python's calls may: it is nested hundreds of modules deep, holds a list that holds itself, "
    "or its forward calls itself; put the modules side by side, Sequential(*modules)"
)


class Module:
    """A function with parameters, its own and those of the modules it is made of.

    A subclass writes `forward`; calling the module runs it. `training` says whether it is being trained.
    """

    training = True
    has_own_line = True  # in the repr of what it is part of

    def forward(self, *inputs: Any) -> Any:
        """The module's output for its inputs."""
        raise NotImplementedError(f"{type(self).__name__} has no forward: define it, def forward(self, inputs): …")

    def __call__(self, *inputs: Any) -> Any:
        thread = get_ident()
        outer = scopes.get(thread, ())
        scopes[thread] = (outer, self)  # the nodes made meanwhile remember where they were made
        try:
            return self.forward(*inputs)
        except RecursionError:
            raise GraphError(TOO_DEEP.format(type(self).__name__)) from None
        finally:
            _back_to(outer)

    def call_each(self, modules: Sequence["Module"], *inputs: Any) -> list[Any]:
        """What each of several modules inside this one gives for the same inputs: faster than calling each."""
        thread = get_ident()
        outer = scopes.get(thread, ())
        outputs = []
        try:
            for module in modules:
                scopes[thread] = (outer, module)
                outputs.append(module.forward(*inputs))
        finally:
            _back_to(outer)
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
        try:
            _collect((), self, parameters, modules)
        except RecursionError:
            raise GraphError(TOO_DEEP.format(type(self).__name__)) from None
        return parameters.values(), modules.values()

    def zero_grad(self) -> None:
        """Set every parameter's gradient to 0, as each training step must before `backward()` adds to it."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def train(self, mode: bool = True) -> "Module":
        """Switch this module and all inside it to training: dropout drops. Returns the module."""
        FLAG.check("mode", mode)
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
        if not isinstance(state, Mapping):
            raise TypeError(f"a state is what state_dict() gives, numbers by name; got {shown(state)}")
        parameters = dict(self.named_parameters())
        for names, problem in (
            (parameters.keys() - state.keys(), "no number for {} parameters"),
            (state.keys() - parameters.keys(), "numbers for {} unknown parameters"),
        ):
            if names:
                first = ", ".join(sorted(map(str, names))[:3]) + (", …" if len(names) > 3 else "")
                raise ShapeError(f"the state has {problem.format(len(names))} ({first}): was it saved from another "
                                 f"network? This one is {self._summary()}")  # fmt: skip
        numbers = {name: named_number(name, state[name]) for name in parameters}
        for name, parameter in parameters.items():
            parameter.data = numbers[name]

    def _summary(self) -> str:
        """One line: what it is, without what it is made of."""
        return f"{type(self).__name__}()"

    def __repr__(self) -> str:
        """The tree of modules with parameter counts, equal siblings in one line."""
        rows = [(self._summary(), len(self.parameters()))]
        for path, module in self._collected()[1]:
            if path and module.has_own_line:
                depth = sum(1 for part in path if isinstance(part, str))
                rows.append((f"{'  ' * depth}{_name(path)}  {module._summary()}", len(module.parameters())))
        width = max(len(text) for text, _ in rows)
        return "\n".join(f"{text:{width}}  {count:6,} parameters" for text, count in rows)


def _name(path: Path) -> str:
    return ".".join(map(str, path))


def _collect(path: Path, item: Any, parameters: dict[int, Any], modules: dict[int, Any]) -> None:
    """Put every parameter and every module in `item` into the dictionaries, by identity: (its path, itself)."""
    if type(item) is Value or (hasattr(item, "grad") and hasattr(item, "data")):
        if type(item) is Value and item.op is not None:
            return  # a result that the module keeps
        parameters.setdefault(id(item), (path, item))
    elif isinstance(item, Module):
        if id(item) in modules:
            return
        modules[id(item)] = (path, item)
        for name, attribute in vars(item).items():
            _collect((*path, name), attribute, parameters, modules)
    elif isinstance(item, (list, tuple)):
        for i, element in enumerate(item):
            _collect((*path, i), element, parameters, modules)
    elif isinstance(item, dict):
        for key, element in item.items():
            _collect((*path, key), element, parameters, modules)


def _back_to(call: Call) -> None:
    """Let this thread be inside this call again."""
    if call:
        scopes[get_ident()] = call
    else:
        scopes.pop(get_ident(), None)


def names_of(scope: Sequence[Module]) -> tuple[str, ...]:
    """What people call the modules of a scope, counting from 1 among their kind: ("MLP", "Layer 1", "Neuron 3")."""
    inner = [names_within(parent).get(id(child), type(child).__name__) for parent, child in pairwise(scope)]
    return *(type(module).__name__ for module in scope[:1]), *inner


def names_within(module: Module) -> dict[int, str]:
    """What people call the modules directly inside this one, by their ids."""
    children = module.children()
    many = Counter(type(child).__name__ for child in children)
    seen: Counter[str] = Counter()
    names = {}
    for child in children:
        name = type(child).__name__
        seen[name] += 1
        names[id(child)] = f"{name} {seen[name]}" if many[name] > 1 else name
    return names
