"""A graph as a tape: what a page needs to compute it again, forward and backward, from other numbers.

    >>> x, w = Value(3.0, label="x"), Value(2.0, label="w")
    >>> tape = Tape(w * x)
    >>> [entry["label"] for entry in tape.nodes], tape.nodes[2]["arguments"]
    (['x', 'w', ''], [1, 0])
    >>> print(tape.functions["mul/vv"])
    {forward: (a) => (a[0] * a[1]), slopes: (a, y) => [a[1], a[0]]}

The nodes stand in the order of `trace`. An argument is the place of a node, or for a constant its number as text. What
an op computes is its kernel, in JavaScript (`javascript.py`), and a slope is its rule, run on a printing number
(`formula.py`) whose text JavaScript reads as Python does. So nothing about any op is written twice.
"""

from typing import Any

from microgradlab import ops
from microgradlab.engine import Value, trace
from microgradlab.formula import Formula, formula
from microgradlab.player.javascript import Program, UntranslatableError
from microgradlab.row import Op, kernels


class Tape:
    """`nodes`, as they are to be written into a page; `functions`, by their key; what these call is in `program`."""

    def __init__(self, root: Value) -> None:
        nodes, _ = trace(root)
        self.values = nodes
        self.place = {id(node): i for i, node in enumerate(nodes)}
        self.program = Program()
        self.names: dict[str, str] = {}  # for each kernel, as formulas call it: what the program calls it
        self.functions: dict[str, str] = {}
        self.missing: dict[str, str] = {}  # for each op that has no translation: why
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
        every = [x for a in node.arguments for x in (a if isinstance(a, tuple) else (a,))]
        return [self.place[id(x)] if type(x) is Value else repr(x) for x in every]

    def _function(self, node: Value) -> str:
        """The key of what computes the node and its slopes; "" if its op has no translation."""
        op = node.op
        if op.name in self.missing:
            return ""
        kinds = "".join(_kind(a, local) for a, local in zip(node.arguments, node.locals))
        key = f"{op.name}/{kinds}"
        if key not in self.functions:
            try:
                self.functions[key] = self._written(op, node)
            except UntranslatableError as error:
                self.missing[op.name] = str(error)
                return ""
        return key

    def _written(self, op: Op, node: Value) -> str:
        """The forward pass and the slopes, as functions of the arguments `a` and the result `y`."""
        count = iter(range(10**9))
        names: list[Any] = []
        for argument, domain in zip(node.arguments, op.domain):
            if isinstance(argument, tuple):
                names.append(tuple(Formula(f"a[{next(count)}]") for _ in argument))
            else:
                name = Formula(f"a[{next(count)}]")
                names.append(int(argument) if domain.is_index else name)
        codes = []
        for rule, name, local in zip(op.rules, names, node.locals):
            if local is None:
                codes += ["0"] * (len(name) if isinstance(name, tuple) else 1)
                continue
            slopes = rule(*names, Formula("y"))
            several = isinstance(slopes, (list, tuple))
            codes += [
                formula(s).code
                for s in (slopes if several else [slopes] * (len(name) if isinstance(name, tuple) else 1))
            ]
        forward = ops.apply(op, *names).code
        self._translate_kernels([forward, *codes])
        return f"{{forward: (a) => {forward}, slopes: (a, y) => [{', '.join(codes)}]}}"

    def _translate_kernels(self, codes: list[str]) -> None:
        for name, kernel in kernels.items():
            if name not in self.names and any(f"{name}(" in code for code in codes):
                self.names[name] = self.program.function(kernel)


def _kind(argument: Any, local: Any) -> str:
    """What tells the functions of an op apart: v for a Value, c for a constant, and how many in a sequence."""
    kind = "c" if local is None else "v"
    return (
        f"{kind}{len(argument)}" if isinstance(argument, tuple) else f"{kind}" if type(argument) is not float else "c"
    )
