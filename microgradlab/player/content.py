"""What a page holds of one graph: its tape, what was recorded of backpropagation through it, and its pictures."""

from typing import Any

from microgradlab.drawing.graph import NO_PLACE, Graph
from microgradlab.drawing.options import Options
from microgradlab.engine import Value, birth
from microgradlab.errors import GraphError
from microgradlab.player.record import recorded
from microgradlab.player.tape import Tape
from microgradlab.player.views import views, whereabouts

MOST = 3000  # values: a list that nobody reads to its end


def content_of(value: Value, options: Options, other: Tape | None = None) -> tuple[dict[str, Any], Tape]:
    """The content for `player.js`, and the tape, with the functions of another; ValueError for too many values.

    GraphError for a graph one of whose leaves has another number since.
    """
    graph = Graph(value)
    if len(graph.nodes) > MOST:
        raise ValueError(
            f"the graph has {len(graph.nodes):,} values, and a page plays {MOST:,}: play a part of it, such as the "
            "loss of one example, or a smaller network"
        )
    for node, places in zip(graph.nodes, graph.arguments):
        edited = [graph.nodes[a] for a in places if a != NO_PLACE and birth(graph.nodes[a]) > birth(node)]
        if edited and repr(_computed(node)) != repr(node.data):
            raise GraphError(f"{edited[0]!r} was edited after {node!r} was computed from it: compute it again first")
    tape = Tape(value, other)
    content = {
        "nodes": [node | {"where": where} for node, where in zip(tape.nodes, whereabouts(graph))],
        "missing": tape.missing,
        "recorded": recorded(value),
        "views": [vars(view) for view in views(graph, options)],
    }
    return content, tape


def _computed(node: Value) -> float:
    """What the node's op gives for its arguments as they are now."""
    assert node.op is not None
    floats = [[float(x) for x in a] if isinstance(a, tuple) else float(a) for a in node.arguments]
    return float(node.op.kernel(*floats))
