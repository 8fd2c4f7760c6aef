"""In which call of which module a thread is, and so where a node was made.

A call is a pair: the call around it, or () outside of all, and the module. So two calls of one module are two pairs,
each of which its nodes share.
"""

from typing import Any

Call = tuple[Any, ...]

scopes: dict[int, Call] = {}  # for each thread that is inside a call: the innermost


def call_of(node: Any) -> Call:
    """The call that a node was made in; () outside of all."""
    return getattr(node, "_scope", ())


def modules_of(call: Call) -> Call:
    """The modules of a call and of those around it, outermost first."""
    return (*modules_of(call[0]), call[1]) if call else ()
