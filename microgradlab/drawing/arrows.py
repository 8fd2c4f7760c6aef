"""The arrows of a drawing, and which of them are too long: these take long to lay out, and tell little.

    >>> chain = [Flow(f"n{i}", f"n{i + 1}") for i in range(40)]
    >>> too_long(chain), too_long([*chain, *(Flow("n0", f"n{i}") for i in range(2, 40))])
    ([], [71, 72, 73, 74, 75, 76, 77])

An arrow that passes other ranks of boxes costs Graphviz a place in each, and words on it some more.
"""

from collections.abc import Sequence
from typing import NamedTuple

PASSED, WORDS = 500, 4  # ranks, by all arrows together; and how many times the cost with words on the arrow


class Flow(NamedTuple):
    """An arrow, as `Look.arrow` takes it."""

    tail: str
    head: str
    gradient: float = 0.0
    words: str = ""
    more: str = ""
    is_pale: bool = False


def ends(flow: Flow) -> tuple[str, str]:
    """The boxes that an arrow leads from and to, whatever entry it takes."""
    return flow.tail, flow.head.partition(":")[0]


def too_long(flows: Sequence[Flow]) -> list[int]:
    """The longest arrows, by their places: so many that the others together pass few ranks."""
    pairs = [*map(ends, flows)]
    ranks: dict[str, int] = {}
    for tail, head in pairs:  # in the order of the graph: what leads to a tail has come before
        ranks[head] = max(ranks.get(head, 0), ranks.get(tail, 0) + 1)
    for tail, head in pairs:
        if tail not in ranks or ranks[tail] < 0:  # a leaf: it stands just before its first use
            ranks[tail] = max(ranks.get(tail, -len(pairs)), -ranks[head])
    lengths = [ranks[head] - (ranks[tail] if ranks[tail] > 0 else -ranks[tail] - 1) for tail, head in pairs]
    costs = [(length - 1) * (WORDS if flow.words else 1) for length, flow in zip(lengths, flows)]
    total = 0
    for most in sorted(costs):
        total += most
        if total > PASSED:
            return [i for i, cost in enumerate(costs) if cost >= most]
    return []
