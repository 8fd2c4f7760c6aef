"""Gradients as a function, to any order: `grad(y, xs)` leaves every `.grad` alone and answers with the derivatives.

    >>> from microgradlab.engine import Value
    >>> x = Value(2.0)
    >>> slope = grad(x**3.0, x, create_graph=True)
    >>> slope.data, grad(slope, x)
    (12.0, 12.0)

With `create_graph=True` the rules of the op table run on Values instead of floats. So the derivative is a graph like
any other: it can be drawn, and differentiated again.
"""

from collections.abc import Iterable
from typing import Any

from microgradlab.coercion import shown
from microgradlab.engine import Value, results_of, slopes_of
from microgradlab.errors import GraphError
from microgradlab.settings import FLAG
from microgradlab.steps import places


def grad(y: Value, xs: Any, create_graph: bool = False) -> Any:
    """The derivative of `y` by each of `xs` (one Value, or a sequence: then a list); no `.grad` is touched.

    Floats; with `create_graph=True` Values, results that can be differentiated again, to any order.

    Raises:
        TypeError: `y`, or one of `xs`, is not a Value.
        ValueError: `create_graph` is neither True nor False.
        GraphError: with `create_graph=True`, a leaf was edited after `y` was computed from it.
    """
    targets = list(xs) if isinstance(xs, Iterable) and not isinstance(xs, str) else [xs]
    for x in (y, *targets):
        if type(x) is not Value:
            raise TypeError(f"grad(y, xs) takes a Value y, and for xs a Value or a list of Values; got {shown(x)}")
    FLAG.check("create_graph", create_graph)
    grads: dict[int, Any] = {id(y): 1.0}
    for node in results_of(y):
        locals = _slopes_as_graph(node) if create_graph else node.locals
        for argument, local in places(node.arguments, locals):
            contribution = _times(grads[id(node)], local)
            before = grads.get(id(argument))
            grads[id(argument)] = contribution if before is None else before + contribution
    found = [grads.get(id(x), 0.0) for x in targets]
    if create_graph:
        found = [g if type(g) is Value else Value(g) for g in found]
    return found[0] if type(xs) is Value else found


def _times(a: Any, b: Any) -> Any:
    """a * b, without a node for a factor of exactly 1."""
    return b if type(a) is float and a == 1.0 else a if type(b) is float and b == 1.0 else a * b


def _slopes_as_graph(node: Value) -> tuple[Any, ...]:
    """The local derivatives of `node` as Values: its op's rules, run on its arguments as they are now."""
    for argument, _ in places(node.arguments, node.locals):
        if argument._birth > node._birth:
            raise GraphError(f"{argument!r} was edited after {node!r} was computed from it: compute it again first")
    assert node._op is not None  # a leaf is in nobody's results
    return slopes_of(node._op, node.arguments, node.arguments, node)
