"""Which values a drawing shows as one box: a module's, alike ones, and the oldest of too many.

    >>> x = Value(1.0)
    >>> for _ in range(1000):
    ...     x = x * 1.5
    >>> boxes = folded(Graph(x), Options(limit=10))
    >>> boxes[0].title
    '992 earlier values'

A call of a module is a block of the graph, and calls lie inside one another: so a network folds to the depth that is
wanted. Blocks and values are *alike* if they are made in the same way from alike ones, whatever their numbers are; as
the sixteen neurons of a layer are, and the hundred examples of a batch. Alike ones may be drawn as one, with a count.
If that is not enough, as for a chain of a million products, the oldest values are one box.
"""

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from microgradlab.coercion import shown
from microgradlab.drawing.graph import NO_PLACE, Graph, around
from microgradlab.drawing.options import Options
from microgradlab.engine import Value
from microgradlab.scopes import Call, modules_of

MOST = 1000  # boxes, whatever is asked: Graphviz takes minutes for some graphs of a few thousand


@dataclass(eq=False)
class Group:
    """Values that are drawn as one box."""

    title: str
    call: Call  # around it
    places: list[int] = field(default_factory=list)  # of its values in the graph, in order
    sort: type | None = None  # of module, if it is a call of one
    number: int = 1  # of alike ones in it


Boxes = list[Group | None]  # for each value of a graph: the group that it is drawn in, or None


def folded(graph: Graph, options: Options, outer: int = 0) -> Boxes:
    """How the values of a graph are folded by these options; by themselves, only calls deeper than `outer`."""
    how, limit = options.fold, options.limit
    if how != "auto":
        boxes = _made(graph, how, options.roll_up is True)
        return boxes if count(boxes) <= MOST else _oldest(graph, boxes, MOST)
    depths = Counter(d for call in graph.calls.values() if (d := len(modules_of(call))) > outer)
    boxes = [None] * len(graph.nodes)
    for depth in (None, *sorted(depths, reverse=True)):
        for rolled in (False, True) if options.roll_up is None else (options.roll_up,):
            if rolled and depth is None and depths and options.roll_up is None:
                continue  # neurons are rather folded than rolled up piece by piece
            if not rolled and (len(graph.nodes) if depth is None else depths[depth]) > limit:
                continue
            boxes = _made(graph, depth, rolled)
            if count(boxes) <= limit:
                return boxes
    return _oldest(graph, boxes, limit)


def count(boxes: Boxes) -> int:
    """How many boxes there are."""
    return len({*map(id, boxes)} - {id(None)}) + boxes.count(None)


def _made(graph: Graph, how: Any, rolled: bool) -> Boxes:
    """The boxes made in one way, alike ones together or not, and with the parameters that are used in one alone."""
    boxes = _connected(graph, how) if callable(how) else _modules(graph, how)
    _take_parameters(graph, boxes)
    if rolled:
        boxes = _rolled_up(graph, boxes)
    return boxes


def _modules(graph: Graph, how: Any) -> Boxes:
    """A group for each call of a module that is to be folded, and is in none that is."""
    if how is None:
        return [None] * len(graph.nodes)
    group_of: dict[int, Group | None] = {id(()): None}
    for me, call in graph.calls.items():  # the outer ones first
        outer = group_of[id(call[0])]
        is_meant = outer is None and _is_meant(call, graph.titles[me], how)
        group_of[me] = Group(graph.titles[me], call[0], sort=type(call[1])) if is_meant else outer
    if isinstance(how, tuple) and not any(group_of.values()):
        known = dict.fromkeys(type(call[1]).__name__ for call in graph.calls.values())
        there = f"there are {', '.join(known)}" if known else "it was made outside of all modules"
        raise ValueError(f"fold finds no {shown(how[0])} in the graph: {there}")
    boxes = [group_of[id(call)] for call in graph.call_of]
    for place, group in enumerate(boxes):
        if group:
            group.places.append(place)
    return boxes


def _is_meant(call: Call, title: str, how: Any) -> bool:
    """Whether this call is to be folded: by its depth, or by the name, the class or the identity of its module."""
    if isinstance(how, int):
        return len(modules_of(call)) == how
    module, names = call[1], (type(call[1]).__name__, title, title.partition(",")[0])
    return any(x in names if isinstance(x, str) else module is x or type(module) is x for x in how)


def _connected(graph: Graph, is_folded: Callable[[Value], Any]) -> Boxes:
    """A group for each connected part of those results that the function is true of."""
    boxes: Boxes = [None] * len(graph.nodes)
    for i, node in enumerate(graph.nodes):
        if node.op and is_folded(node):
            others = {id(g): g for a in graph.arguments[i] if a != NO_PLACE and (g := boxes[a])}
            first, *rest = others.values() or [Group("", graph.call_of[i])]
            for place in [place for group in rest for place in group.places] + [i]:
                first.places.append(place)
                boxes[place] = first
    for group in _distinct(boxes):
        group.places.sort()
        group.call = reduce(around, (graph.call_of[place] for place in group.places))
        group.title = _counted(len(group.places), "value")
    return boxes


def _take_parameters(graph: Graph, boxes: Boxes) -> None:
    """Put a parameter that is used in one group alone into that group."""
    for parameter, uses in graph.parameters.items():
        group = boxes[uses[0]] if uses else None
        if group and boxes[parameter] is None and all(boxes[i] is group for i in uses):
            boxes[parameter] = group
            insort(group.places, parameter)


def _rolled_up(graph: Graph, boxes: Boxes) -> Boxes:
    """The boxes with alike groups, and alike values, as one."""
    kinds: dict[Any, int] = {}  # the number of each kind
    kind = [NO_PLACE] * len(boxes)  # of each value, or of the group it is in; leaves have none
    where = {me: tuple(map(type, modules_of(call))) for me, call in graph.calls.items()}
    left = Counter(map(id, boxes))
    for i, group in enumerate(boxes):
        node = graph.nodes[i]
        if group is None:
            if node._op is not None:
                key = (
                    node._op,
                    where.get(id(graph.call_of[i])) if where else None,
                    *[kind[a] for a in graph.arguments[i]],
                )
                kind[i] = kinds.setdefault(key, len(kinds))
        else:
            left[id(group)] -= 1
            if not left[id(group)]:  # only now all that it was made from is known
                made = kinds.setdefault(_pattern(graph, group, kind), len(kinds))
                for place in group.places:
                    kind[place] = made
    alike: dict[Any, list[int]] = {}  # by kind: a place of each item
    begun: set[Group] = set()
    for i, group in enumerate(boxes):
        if group not in begun and graph.nodes[i]._op is not None:
            begun |= {group} if group else set()
            alike.setdefault(kind[i], []).append(i)
    rolled = _joined(graph, boxes, alike)
    _take_parameters(graph, rolled)
    leaves: dict[Any, list[int]] = {}
    for i, uses in _uses_of_leaves(graph, rolled, kind).items():
        leaves.setdefault(uses, []).append(i)
    return _joined(graph, rolled, leaves)


def _joined(graph: Graph, boxes: Boxes, alike: dict[Any, list[int]]) -> Boxes:
    """The boxes with those as one that are alike, of which a place each is given."""
    joined = list(boxes)
    for places in alike.values():
        if len(places) > 1:
            together = _together(graph, boxes, places)
            for place in together.places:
                joined[place] = together
    return joined


def _pattern(graph: Graph, group: Group, kind: list[int]) -> Any:
    """How a group is made: from which ops, each on what inside it, or of which kind."""
    inside = {place: i for i, place in enumerate(group.places)}
    made = [(graph.nodes[place].op, *[(inside.get(a), kind[a] if a not in inside and a != NO_PLACE else None)
                                      for a in graph.arguments[place]]) for place in group.places]  # fmt: skip
    return group.sort, *made


def _uses_of_leaves(graph: Graph, boxes: Boxes, kind: list[int]) -> dict[int, frozenset[Any]]:
    """For the place of each leaf in no group: of which kinds of value or group it is an argument, and as which."""
    leaves = {i for i, node in enumerate(graph.nodes) if node._op is None and boxes[i] is None}
    uses: dict[int, set[Any]] = {i: set() for i in leaves}
    for i, arguments in enumerate(graph.arguments):
        if not leaves.isdisjoint(arguments):
            its, node = kind[i], graph.nodes[i]
            length = max(1, len(node.arguments[0])) if node.op.over_sequences else 1
            for n, a in enumerate(arguments):
                if a in leaves:
                    uses[a].add((its, n // length))
    return {i: frozenset(found) for i, found in uses.items()}


def _together(graph: Graph, boxes: Boxes, items: list[int]) -> Group:
    """One group of alike items, given by a place of each."""
    groups = [group for i in items if (group := boxes[i])]
    values = [graph.nodes[i] for i in items]
    calls = {id(call): call for call in ([group.call for group in groups] or [graph.call_of[i] for i in items])}
    call = reduce(around, calls.values())
    if groups:
        name = groups[0].sort.__name__ if groups[0].sort else "group"
        places = sorted(place for group in groups for place in group.places)
        return Group(f"{len(items):,} × {name}", call, places, groups[0].sort, len(items))
    names = {value.op.symbol if value.op else value.label.rstrip("0123456789") for value in values}
    name = names.pop() if len(names) == 1 else ""
    return Group(f"{len(items):,} × {name}" if name else _counted(len(items), "value"), call, items, number=len(items))


def _oldest(graph: Graph, boxes: Boxes, limit: int) -> Boxes:
    """The boxes, with the oldest items in one, such that there are at most so many."""
    kept: set[int] = set()
    for i in range(len(boxes) - 1, -1, -1):
        group, item = boxes[i], _item(boxes, i)
        if graph.nodes[i]._op is None or item in kept:
            continue
        arguments = (a for place in (group.places if group else (i,)) for a in graph.arguments[place])
        leaves = {_item(boxes, a) for a in arguments if a != NO_PLACE and graph.nodes[a]._op is None}
        if kept and len(kept | leaves | {item}) > limit - 1:
            break
        kept |= {item, *leaves}
    hidden = [i for i in range(len(boxes)) if _item(boxes, i) not in kept]
    oldest = Group(_counted(len(hidden), "earlier value"), (), hidden)
    new = list(boxes)
    for i in hidden:
        new[i] = oldest
    return new


def _item(boxes: Boxes, place: int) -> int:
    """What tells the box of this value from the others."""
    group = boxes[place]
    return -id(group) if group else place


def _distinct(boxes: Boxes) -> Iterator[Group]:
    """Each group once."""
    return iter({id(group): group for group in boxes if group}.values())


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"
