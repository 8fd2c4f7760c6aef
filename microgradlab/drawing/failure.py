"""Where a forward pass failed: an error, as the last node of the graph that led to it.

    >>> from microgradlab.ops import op, table
    >>> picky = op("picky", lambda x: math.sqrt(x), lambda x: 0.5)
    >>> x = Value(-2.0, label="x")
    >>> try:
    ...     picky(x + 1.0) * 3.0
    ... except ValueError as error:
    ...     node = failed(error)
    >>> node.label, node.op.name, node.arguments[0][0].data
    ('ValueError', 'picky', -1.0)
    >>> del table["picky"], Value.picky

An error's traceback holds the frames that it went through, and each frame its variables. The innermost one that holds
Values is where it happened: in an op, if it is one of the engine's, and else in a module or a function, of the last
Values that it made.
"""

import math
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

from microgradlab.coercion import shown
from microgradlab.engine import Value, record, results_of
from microgradlab.module import Module
from microgradlab.row import SEQUENCE, Op


def failed(error: BaseException) -> Value:
    """A node for the error, made from what there was when it happened; ValueError if there was no Value."""
    frames, traceback = [], error.__traceback__
    while traceback:
        frames.append(traceback.tb_frame)
        traceback = traceback.tb_next
    for frame in reversed(frames):
        name, things = _happened(frame)
        if name and (values := list(_values_in(things))):
            node = Value(math.nan, label=type(error).__name__)
            # Of one sequence, whatever the op is: with arguments that it cannot take, its rules would fail as well.
            node._op = Op(name, max, (), ("xs",), (SEQUENCE,), (), name, (), (), None, "")
            node._a, node._da = (tuple(values),), (None,)
            return node
    raise ValueError(f"no Value took part in {shown(error)}: draw an error that was raised while a graph was made")


def _happened(frame: FrameType) -> tuple[str, Iterable[Any]]:
    """What a frame was about, an op, a module or a function, and what it had; "" for a helper of the library's."""
    local = frame.f_locals
    if frame.f_code is record.__code__:
        return local["op"].symbol, local["arguments"]
    if frame.f_code is Op.general.__code__:
        return local["self"].symbol, local["arguments"]
    if frame.f_code.co_filename.startswith("<fast "):
        op = frame.f_globals["row"]
        return op.symbol, [local[p] for p in op.parameters]
    owner = local.get("self")
    if str(frame.f_globals.get("__name__")).startswith("microgradlab."):
        return (type(owner).__name__ if isinstance(owner, Module) else ""), local.values()
    name = type(owner).__name__ if isinstance(owner, Module) else frame.f_code.co_name
    return name, _last(list(_values_in(local.values())))


def _values_in(things: Iterable[Any]) -> Iterator[Value]:
    """The Values among some things, and in sequences among these."""
    for thing in things:
        yield from (x for x in (thing if isinstance(thing, list | tuple) else (thing,)) if type(x) is Value)


def _last(values: list[Value]) -> list[Value]:
    """Those from which none of the others was made, each once."""
    used = {id(a) for value in values for node in results_of(value) for a in _values_in(node.arguments)}
    return list({id(value): value for value in values if id(value) not in used}.values())
