"""A graph of Values as text in the DOT language, made from the graph alone: no program or library is needed.

    >>> x = Value(3.0, label="x")
    >>> for line in source(x + x).splitlines()[-4:]:
    ...     print(line)
        n0 -> op1
        n0 -> op1
        op1 -> n1 [weight=4]
    }

A Value is the box `n0`, `n1` …, numbered as in `trace`: leaves first, then results, oldest first. The op that made
`n3` is `op3`, and a constant that it takes `op3c0`. So equal graphs give equal text, whatever was computed before.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from microgradlab.coercion import shown
from microgradlab.drawing import boxes
from microgradlab.engine import Value, trace
from microgradlab.errors import GraphError
from microgradlab.formula import INFIX
from microgradlab.nn import names_of
from microgradlab.ops import Op
from microgradlab.settings import is_count
from microgradlab.steps import digits

LIMIT = 500  # values: Graphviz needs seconds for so many, some minutes at worst; without a limit, for ever
PATIENCE = "nslimit=2"  # rounds of straightening per node: by itself, Graphviz takes hours for a power written x*x*x*…
Placed = tuple[tuple[Any, ...], str]  # the modules around a statement, outermost first, and the statement
SIDES = {"LR": "w", "TB": "n", "RL": "e", "BT": "s"}  # for each direction, the side where arrows come in


def source(value: Value, direction: str = "LR", limit: int = LIMIT) -> str:
    """The whole text; see `draw` for the arguments."""
    return f"// {value!r}\ndigraph {{\n{''.join(body(value, direction, limit))}}}\n"


def body(value: Value, direction: str = "LR", limit: int = LIMIT) -> list[str]:
    """The lines between the braces of `source`."""
    if type(value) is not Value:
        raise TypeError(f"a graph is drawn from one Value, got {shown(value)}")
    if direction not in [*SIDES]:
        raise ValueError(f"direction is one of {', '.join(SIDES)}, got {shown(direction)}")
    if not is_count(limit, 1):
        raise ValueError(f"limit is a whole number from 1 up, got {shown(limit)}")
    nodes, _ = trace(value)
    if len(nodes) > limit:
        raise GraphError(
            f"this graph has {len(nodes):,} values, and {limit:,} is the limit: draw a part of it, such as one "
            f"example or one neuron, or all of it with draw(value, limit={len(nodes)}), which may take long"
        )
    names = {id(node): f"n{i}" for i, node in enumerate(nodes)}
    homes = _homes(nodes)
    placed: list[Placed] = []
    arrows: list[str] = []
    for i, node in enumerate(nodes):
        placed.append((node.scope if node.op else homes.get(id(node), ()), boxes.value_box(f"n{i}", node, value)))
        if node.op:
            drawn, edges = _op(f"op{i}", node, names, direction)
            placed += [(node.scope, line) for line in drawn]
            arrows += [*edges, f"op{i} -> n{i} [weight=4]"]
    head = [f"rankdir={direction}", PATIENCE, *boxes.STYLE, f'label="{boxes.markup(_caption(value, nodes))}"']
    return [f"    {line}\n" for line in (*head, *_clusters(placed), *arrows)]


def _caption(root: Value, nodes: Sequence[Value]) -> str:
    """Whether backward has run, and what the gradients are then gradients of."""
    if not any(node.grad for node in nodes if node.op or node is root):
        return "backward() has not run on this graph yet"
    end = (boxes.short(root.label) or "the result") if root.grad == 1.0 else "a later result"
    return f"grad: how fast {end} changes with each value"


def _op(me: str, node: Value, names: dict[int, str], direction: str) -> tuple[list[str], list[str]]:
    """The statements that draw the op of `node` with its constants, and the arrows that lead to it."""
    if _takes_any_order(node.op):
        arguments = list(_opened(node.arguments))
        tails = [names.get(id(a), f"{me}c{i}") for i, a in enumerate(arguments)]
        constants = [boxes.constant(tail, a) for tail, a in zip(tails, arguments) if type(a) is float]
        return [boxes.op_circle(me, node.op), *constants], [f"{tail} -> {me}" for tail in tails]
    terms = list(_terms(node.op, node.arguments))
    title = "" if node.op.name in INFIX else node.op.symbol
    box = boxes.op_box(me, node.op, title, [text for text, *_ in terms], direction in ("LR", "RL"))
    ports = [(a, f"{me}:p{i}:{SIDES[direction]}") for i, (_, *inputs) in enumerate(terms) for a in inputs]
    return [box], [f"{names[id(a)]} -> {port}" for a, port in ports if type(a) is Value]


def _takes_any_order(op: Op) -> bool:
    """Whether the picture says it all without naming the arguments: one, or one sequence, or a commutative op."""
    return len(op.parameters) == 1 or "commutative" in op.traits


def _opened(arguments: tuple[Any, ...]) -> Iterator[Any]:
    """The arguments, sequences element by element."""
    return (a for argument in arguments for a in (argument if isinstance(argument, tuple) else (argument,)))


def _terms(op: Op, arguments: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """What the box of `op` says, line by line, each with the arguments that it is about."""
    if "pairs" in op.traits:  # w·x + b written out
        weights, inputs, bias = arguments
        for i, (w, x) in enumerate(zip(weights, inputs), start=1):
            yield f"{_name(w, f'w{i}')} × {_name(x, f'x{i}')} = {digits(float(w) * float(x))}", w, x
        yield f"{'b' if type(bias) is float else _name(bias, 'b')} = {digits(float(bias))}", bias
    elif op.name in INFIX:  # a, and below it − b
        for sign, parameter, argument in zip(("", f"{op.symbol} "), op.parameters, arguments):
            yield f"{sign}{_name(argument, parameter)}", argument
    else:
        for parameter, argument in zip(op.parameters, arguments):
            for i, element in enumerate(argument if isinstance(argument, tuple) else (argument,)):
                name = f"{parameter}[{i}]" if isinstance(argument, tuple) else parameter
                yield f"{name} = {digits(element)}" if type(element) is float else name, element


def _name(argument: Any, parameter: str) -> str:
    """What to call an argument: its label, or else what the op calls it; a constant is its digits."""
    return digits(argument) if type(argument) is float else boxes.short(argument.label, 12) or parameter


def _homes(nodes: Sequence[Value]) -> dict[int, tuple[Any, ...]]:
    """For each parameter of a module that made a node: that module's scope, the innermost if several hold it."""
    scopes = dict.fromkeys(node.scope for node in nodes if node.scope)
    return {id(p): scope for scope in sorted(scopes, key=len) for p in scope[-1].parameters()}


def _clusters(placed: Sequence[Placed], name: str = "cluster", depth: int = 0) -> Iterator[str]:
    """The statements, those of one module inside a frame with its name."""
    inside: dict[int, list[Placed]] = {}
    for scope, line in placed:
        if len(scope) == depth:
            yield line
        else:
            inside.setdefault(id(scope[depth]), []).append((scope, line))
    for i, members in reversed(list(enumerate(inside.values()))):  # Graphviz puts the last one on top
        scope, _ = members[0]
        yield f"subgraph {name}_{i} {{"
        yield f'    label="{boxes.markup(names_of(scope)[depth])}"'
        yield from (f"    {line}" for line in _clusters(members, f"{name}_{i}", depth + 1))
        yield "}"
