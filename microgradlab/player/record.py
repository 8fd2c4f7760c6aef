"""What is played: backpropagation as the engine does it, recorded step by step.

    >>> x = Value(3.0, label="x")
    >>> played = recorded(x * x)
    >>> played["texts"][1]
    {'name': 'x × x', 'told': [[0, 'x', 'x'], [1, 'x', 'x']]}
    >>> played["steps"]
    [{'node': 1, 'grad': 1.0, 'contributions': [[3.0, 3.0, 0.0, 3.0], [3.0, 3.0, 3.0, 6.0]]}]

Values are numbered as in `trace`. What is `told` of a result, and the contributions of a step, are in the order of
those of its arguments that carry a gradient: which argument, its name and the rule; and then its slope, what it
receives, and its gradient before and after.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from microgradlab.drawing.graph import slopes_of
from microgradlab.engine import Value, one_at_a_time, trace
from microgradlab.steps import Step


def recorded(root: Value) -> dict[str, Any]:
    """The names and numbers of each step. All gradients are left as they were."""
    nodes, _ = trace(root)
    place = {id(node): i for i, node in enumerate(nodes)}
    texts: list[dict[str, Any] | None] = [None] * len(nodes)
    steps = []
    with one_at_a_time, _gradients_aside(nodes):
        for step in root.backward_steps():
            i = place[id(step.node)]
            texts[i] = {"name": step.name, "told": list(_told(step))}
            numbers = [[c.local, c.contribution, c.before, c.total] for c in step.contributions]
            steps.append({"node": i, "grad": step.grad, "contributions": numbers})
    return {"data": [node.data for node in nodes], "texts": texts, "steps": steps}


def _told(step: Step) -> Iterator[list[Any]]:
    carried = (k for k, slope in enumerate(slopes_of(step.node)) if slope is not None)
    for k, c in zip(carried, step.contributions):
        yield [k, c.name, c.formula]


@contextmanager
def _gradients_aside(nodes: Sequence[Value]) -> Iterator[None]:
    """Within it all gradients begin at 0, and afterwards are what they were."""
    before = [node.grad for node in nodes]
    for node in nodes:
        node.grad = 0.0
    try:
        yield
    finally:
        for node, grad in zip(nodes, before):
            node.grad = grad
