"""A graph as a tape: what a page needs to compute it again, forward and backward, from other numbers.

    >>> x, w = Value(3.0, label="x"), Value(2.0, label="w")
    >>> tape = Tape(w * x)
    >>> [entry["label"] for entry in tape.nodes], tape.nodes[2]["arguments"]
    (['x', 'w', ''], [1, 0])
    >>> print(tape.functions["mul/vv"])
    {forward: (a) => (a[0] * a[1]), slopes: (a, y) => [a[1], a[0]], told: ["‹0› × ‹1›", "‹1›", "‹0›"]}

The nodes stand in the order of `trace`. An argument is the place of a node, or for a constant its number as text. What
an op computes is its kernel, in JavaScript (`javascript.py`), and a slope is its rule, run on a printing number
(`formula.py`) whose code JavaScript reads as Python does. So nothing about any op is written twice. What is `told` of
an op is its formula and those of its slopes, with ‹0›, ‹1› … for the arguments and ‹y› for the result.
"""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

from microgradlab import ops
from microgradlab.drawing.graph import flat
from microgradlab.engine import Value, trace
from microgradlab.formula import Formula, formula
from microgradlab.player.javascript import Program, UntranslatableError
from microgradlab.row import Domain, Op, kernels


class Tape:
    """`nodes`, as they are to be written into a page; `functions`, by their key; what these call is in `program`.

    Functions are added to those of another tape, if one is given: then all are in the text of the last.
    """

    def __init__(self, root: Value, other: "Tape | None" = None) -> None:
        nodes, _ = trace(root)
        self.values = nodes
        self.place = {id(node): i for i, node in enumerate(nodes)}
        self.program: Program = other.program if other else Program()
        # For each kernel, as formulas call it: what the program calls it.
        self.names: dict[str, str] = other.names if other else {}
        self.functions: dict[str, str] = other.functions if other else {}
        self.missing: dict[str, str] = other.missing if other else {}  # for each op that has no translation: why
        self.refused: set[str] = other.refused if other else set()
        self.nodes = [self._entry(node) for node in nodes]

    @property
    def text(self) -> str:
        """All functions, as JavaScript; python.js comes before it."""
        named = "".join(f"const {kernel} = {name};\n" for kernel, name in self.names.items())
        table = ",\n".join(f'  "{key}": {function}' for key, function in self.functions.items())
        return f"{self.program.text}\n{named}const FUNCTIONS = {{\n{table}\n}};\n"

    def _entry(self, node: Value) -> dict[str, Any]:
        entry: dict[str, Any] = {"label": node.label, "data": repr(node.data)}
        if node.op:
            entry |= {"op": node.op.symbol, "function": self._function(node), "arguments": self._arguments(node)}
        return entry

    def _arguments(self, node: Value) -> list[int | str]:
        return [self.place[id(x)] if type(x) is Value else repr(x) for x in flat(node)]

    def _function(self, node: Value) -> str:
        """The key of what computes the node and its slopes; "" if its op has no translation."""
        op = node.op
        if op.kernel_name in self.refused:
            return ""
        kinds = "".join(map(_kind, node.arguments, node.locals, op.domain))
        key = f"{op.kernel_name.removeprefix('k_')}/{kinds}"  # not the name: an op may have been replaced
        if key not in self.functions:
            try:
                self.functions[key] = self._written(op, node)
            except UntranslatableError as error:
                self.refused.add(op.kernel_name)
                self.missing[op.name] = str(error)
                return ""
        return key

    def _written(self, op: Op, node: Value) -> str:
        """The forward pass and the slopes, as functions of the arguments `a` and the result `y`."""
        places = count()
        names = [_names(a, places) if not d.is_index else int(a) for a, d in zip(node.arguments, op.domain)]
        slopes: list[Formula] = []
        for rule, name, local in zip(op.rules, names, node.locals):
            length = len(name) if isinstance(name, tuple) else 1
            slope = 0.0 if local is None else rule(*names, Formula("‹y›", "y"))
            slopes += map(formula, slope if isinstance(slope, (list, tuple)) else [slope] * length)
        forward, codes = ops.apply(op, *names), [slope.code for slope in slopes]
        self._translate_kernels([forward.code, *codes])
        told = json.dumps([each.text for each in (forward, *slopes)], ensure_ascii=False)
        return f"{{forward: (a) => {forward.code}, slopes: (a, y) => [{', '.join(codes)}], told: {told}}}"

    def _translate_kernels(self, codes: list[str]) -> None:
        for name, kernel in kernels.items():
            if name not in self.names and any(f"{name}(" in code for code in codes):
                self.names[name] = self.program.function(kernel)


def _names(argument: Any, places: Iterator[int]) -> Any:
    """What the functions call an argument: a[0], and so on; a tuple of such for a sequence."""
    if isinstance(argument, tuple):
        return tuple(_names(element, places) for element in argument)
    place = next(places)
    return Formula(f"‹{place}›", f"a[{place}]")


def _kind(argument: Any, local: Any, domain: Domain) -> str:
    """What tells the functions of an op apart: v for a Value, c for a constant, how many in a sequence, an index."""
    if domain.is_index:
        return f"[{int(argument)}]"
    kind = "c" if local is None else "v"
    return f"{kind}{len(argument)}" if isinstance(argument, tuple) else kind
