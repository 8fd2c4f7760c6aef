"""A graph as a list, for drawing: each value by its place, leaves first and then results, oldest first, as in `trace`.

A million values are a matter of seconds, if no pass over them asks more of each than what a list can answer.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property, reduce
from typing import Any

from microgradlab.coercion import shown
from microgradlab.engine import Value, birth, results_of
from microgradlab.module import names_within
from microgradlab.scopes import Call, call_of

NO_PLACE = -1  # of a constant, or of a Value that is not drawn


class Graph:
    """The graph of a Value, or of it what leads from some `inputs` to it.

    `nodes` are its values; `arguments[i]` the places of the arguments of `nodes[i]`, sequences opened.
    """

    def __init__(self, root: Value, inputs: Iterable[Value] = ()) -> None:
        results = results_of(root)[::-1]
        leaves = {id(a): a for node in results for a in flat(node) if type(a) is Value and a._op is None}
        self.nodes: list[Value] = sorted(leaves.values(), key=birth) + results or [root]
        place = {id(node): i for i, node in enumerate(self.nodes)}
        get = place.get
        self.arguments: list[tuple[int, ...]] = [()] * (len(self.nodes) - len(results))
        self.arguments += [tuple([get(id(a), NO_PLACE) for a in flat(node)]) for node in results]
        self.place = place
        self.root = root
        self.outside: frozenset[int] = frozenset()  # of a part: what it is made from
        if wanted := list(inputs):
            self._keep(self.reached(wanted, "inputs"))

    def _keep(self, places: set[int]) -> None:
        """Keep only the values at these places."""
        kept = sorted(places)
        new = {old: i for i, old in enumerate(kept)}
        self.arguments = [tuple([new.get(a, NO_PLACE) for a in self.arguments[old]]) for old in kept]
        self.nodes = [self.nodes[old] for old in kept]
        self.place = {id(node): i for i, node in enumerate(self.nodes)}

    def part(self, places: Iterable[int]) -> "Graph":
        """The graph of these values alone: what they are made from is in it, but not what that is made from."""
        inside = {*places}
        kept = sorted(inside | {a for i in inside for a in self.arguments[i]} - {NO_PLACE})
        part = Graph.__new__(Graph)
        part.root, part.nodes = self.root, self.nodes
        part.arguments = [arguments if i in inside else () for i, arguments in enumerate(self.arguments)]
        part._keep({*kept})
        part.outside = frozenset(part.place[id(self.nodes[i])] for i in kept if i not in inside)
        part.call_of = [() if i in part.outside else call_of(node) for i, node in enumerate(part.nodes)]
        part.titles = self.titles
        return part

    def reached(self, ends: Sequence[Value], option: str) -> set[int]:
        """The places of these values and of all that is made from them; ValueError for one that is not in the graph."""
        for end in ends:
            if id(end) not in self.place:
                raise ValueError(f"{option} has {shown(end)}, which the graph does not depend on")
        found = {self.place[id(end)] for end in ends}
        for i, arguments in enumerate(self.arguments):
            if not found.isdisjoint(arguments):
                found.add(i)
        return found

    @cached_property
    def has_gradients(self) -> bool:
        """Whether backward has run."""
        return any(node._grad for node in self.nodes if node._op or node is self.root)

    @cached_property
    def call_of(self) -> list[Call]:
        """The call of a module that each value was made in; () outside of all."""
        return list(map(call_of, self.nodes))

    @cached_property
    def calls(self) -> dict[int, Call]:
        """Every call of a module that a value here was made in, outermost before those inside, by its id."""
        found: dict[int, Call] = {}
        for call in self.call_of:
            chain = []
            while call and id(call) not in found:
                chain.append(call)
                call = call[0]
            found |= {id(c): c for c in reversed(chain)}
        return found

    @cached_property
    def titles(self) -> dict[int, str]:
        """What people call each call, by its id: "Neuron 3", and "MLP, call 2" where it was called several times."""
        names: dict[int, dict[int, str]] = {}  # within each module
        times: dict[int, list[int]] = {}  # the calls of each module
        titles = {}
        for me, (outer, module) in self.calls.items():
            times.setdefault(id(module), []).append(me)
            if outer and id(outer[1]) not in names:
                names[id(outer[1])] = names_within(outer[1])
            titles[me] = names[id(outer[1])].get(id(module), "") if outer else ""
            titles[me] = titles[me] or type(module).__name__
        for calls in times.values():
            if len(calls) > 1:
                titles |= {me: f"{titles[me]}, call {i}" for i, me in enumerate(calls, start=1)}
        return titles

    def home_of(self, place: int) -> Call:
        """The call that a result was made in, and for a parameter of a module the innermost around all its uses."""
        if place in self.parameters:
            calls = [call for i in self.parameters[place] if (call := self.call_of[i])]
            return reduce(around, calls, calls[0]) if calls else ()
        return self.call_of[place] if self.nodes[place].op else ()

    @cached_property
    def parameters(self) -> dict[int, list[int]]:
        """For the place of each parameter of a module that was called: where it is used."""
        modules = {id(module): module for outer, module in self.calls.values() if not outer}
        owned = {self.place.get(id(p), NO_PLACE) for module in modules.values() for p in module.parameters()}
        uses: dict[int, list[int]] = {p: [] for p in sorted(owned - {NO_PLACE})}
        if uses:
            for i, arguments in enumerate(self.arguments):
                for a in arguments:
                    if a in uses:
                        uses[a].append(i)
        return uses


def flat(node: Value) -> tuple[Any, ...]:
    """The arguments of a result, sequences element by element."""
    a, b = node._a, node._b
    if type(a) is tuple:
        return tuple([x for argument in a for x in (argument if isinstance(argument, tuple) else (argument,))])
    return (a,) if b is None else (a, b)


def slopes_of(node: Value) -> Sequence[Any]:
    """The local derivative by each argument, sequences opened; None for a constant."""
    if type(node._a) is not tuple:
        return node._da, node._db
    pairs = zip(node.arguments, node.locals)
    return [x for a, local in pairs for x in (_each(a, local) if isinstance(a, tuple) else (local,))]


def _each(sequence: tuple[Any, ...], local: Any) -> Sequence[Any]:
    return [None] * len(sequence) if local is None else local


def around(one: Call, other: Call) -> Call:
    """The innermost call around both."""
    outside = set()
    while one:
        outside.add(id(one))
        one = one[0]
    while other and id(other) not in outside:
        other = other[0]
    return other
