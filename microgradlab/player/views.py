"""What a page shows of a graph: the whole of it, folded until it can be read, and a picture of what is in each box.

    >>> from microgradlab import MLP
    >>> model = MLP(2, [60, 60, 1], seed=0)
    >>> [whole, *others] = views(Graph(model([1.0, 2.0])), Options(limit=40))
    >>> whole.title, whole.opens, others[0].title
    ('All', {'g0': 1, 'g1': 2, 'g2': 3}, 'Layer 1 › 60 × Neuron')

All pictures are made here, so that a page lays nothing out. In the SVG of a view, what changes has a class: the numbers
`data` and `grad`, the `tint` behind a gradient, the `term` of an op; and each arrow has its number.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from xml.etree import ElementTree

from microgradlab.drawing.boxes import Look
from microgradlab.drawing.dot import Picture
from microgradlab.drawing.finish import SVG, about, raise_labels
from microgradlab.drawing.folds import Group
from microgradlab.drawing.graph import NO_PLACE, Graph
from microgradlab.drawing.graphviz import lay_out
from microgradlab.drawing.options import LIMIT, Options
from microgradlab.drawing.palette import LEVELS, LIGHT
from microgradlab.drawing.terms import takes_any_order, terms_of
from microgradlab.scopes import modules_of

MOST_VIEWS, MOST_BOXES = 60, 1500  # in a page
ROOM = 63  # points, for a number such as −1.234e−05
RESULT = -1  # instead of the number of an argument: the arrow from an op to its result

Carried = list[list[int]]  # for each gradient that flows along an arrow: the place of the result, and which argument


@dataclass
class View:
    """A picture, and what is where in it; places are those in the whole graph."""

    title: str
    around: int | None  # the number of the view in which this is one box
    svg: str = ""
    boxes: dict[str, list[int]] = field(default_factory=dict)  # the places in each box
    gives: dict[str, list[int]] = field(default_factory=dict)  # of those in a folded box, whose numbers it shows
    opens: dict[str, int] = field(default_factory=dict)  # for a folded box: the number of the view of what is in it
    terms: dict[str, Carried] = field(default_factory=dict)  # for each term of an op: which arguments are multiplied
    arrows: list[Carried] = field(default_factory=list)


def paths_of(graph: Graph) -> dict[int, str]:
    """For each call of a module, by its id, the modules around it and itself, as "Layer 1 › Neuron 3".

    A module that is around all of them is left out.
    """
    paths: dict[int, str] = {id(()): ""}
    for me, (outer, _) in graph.calls.items():
        above, title = paths[id(outer)], graph.titles[me]
        paths[me] = f"{above} › {title}" if above else title
    outermost = {id(call) for call in graph.calls.values() if not call[0]}
    if len(outermost) == 1:
        [name] = (paths[me] for me in outermost)
        paths = {me: path.removeprefix(name).removeprefix(" › ") for me, path in paths.items()}
    return paths


def whereabouts(graph: Graph) -> list[str]:
    """For each value, and each parameter of a module, the path of the module around it."""
    paths = paths_of(graph)
    return [paths[id(graph.home_of(place))] for place in range(len(graph.nodes))]


def views(graph: Graph, options: Options) -> list[View]:
    """The views of a graph, the whole first; what is beyond all measure stays closed."""
    found, paths = [View("All", None)], paths_of(graph)
    waiting = deque([(Scene(graph, options), 0)])  # a picture, and the number of its view
    boxes = 0
    while waiting:
        scene, number = waiting.popleft()
        part, view = scene.graph, found[number]
        scene.show(view, graph)
        boxes += len(view.boxes)
        for group, name in scene.names.items():
            if group and len(found) < MOST_VIEWS and boxes < MOST_BOXES:
                view.opens[name] = len(found)
                found.append(View(" › ".join(filter(None, (paths[id(group.call)], group.title))), number))
                waiting.append((_inside(graph, part, group, options), view.opens[name]))
    return found


def _inside(graph: Graph, part: Graph, group: Group, options: Options) -> "Scene":
    """The picture of what is in a folded box, folded in its turn, but not to that box again."""
    places = [graph.place[id(part.nodes[i])] for i in group.places]
    inner = graph.part(places)
    outer = len(modules_of(group.call)) + (group.number == 1 and group.sort is not None)
    apart = False if group.number > 1 else None
    how = replace(options, fold="auto", roll_up=apart, limit=max(options.limit, LIMIT))
    scene = Scene(inner, how, outer)
    is_same = any(box and len(box.places) == len(places) for box in scene.boxes)
    return Scene(inner, replace(how, fold=None), outer) if is_same else scene


class Scene(Picture):
    """A picture whose numbers and colours will change."""

    @cached_property
    def look(self) -> Look:
        return Look(self.options.palette, room=ROOM)

    def caption(self) -> list[str]:
        return []

    def show(self, view: View, whole: Graph) -> None:
        """Put the picture into the view."""
        body = self.lines()
        raw = lay_out(f"digraph {{\n{''.join(body)}}}\n", "svg", "dot")
        place = [whole.place[id(node)] for node in self.graph.nodes]
        for i, group in enumerate(self.boxes):
            view.boxes.setdefault(self.box_of(i), []).append(place[i])
            if group:
                view.gives.setdefault(self.names[group], [])
        for group, places in self.outputs.items():
            if group:
                view.gives[self.names[group]] = [place[i] for i in places]
        view.arrows = [[[place[i], k] for i, k in carried] for carried in self.carried()]
        view.terms = {f"op{place}": ks for place, ks in self.products()}
        view.svg = marked(raw, self)

    def products(self) -> Iterator[tuple[int, Carried]]:
        """For the place of each dot product that has a box of terms: which arguments each term multiplies."""
        for i, node in enumerate(self.graph.nodes):
            if self.boxes[i] is None and self.graph.arguments[i] and "pairs" in node.op.traits:
                yield i, [ks for _, *ks in terms_of(node.op, node.arguments)]

    def carried(self) -> list[Carried]:
        """What each arrow stands for, by their order."""
        to_op: dict[tuple[str, str], deque[list[int]]] = defaultdict(deque)
        to_box: dict[tuple[str, str], Carried] = defaultdict(list)
        for i, arguments in enumerate(self.graph.arguments):
            for k in self._order(i):
                if (a := arguments[k]) != NO_PLACE:
                    if self.boxes[i] is None:
                        to_op[self.box_of(a), f"op{i}"].append([i, k])
                    to_box[self.box_of(a), self.box_of(i)].append([i, k])
        found = []
        for flow in self.flows:
            tail, head = self.copies.get(flow.tail, flow.tail), flow.head.partition(":")[0]
            waiting = to_op[tail, head]
            if head.startswith("n"):
                found.append([[int(head[1:]), RESULT]])
            elif head.startswith("g"):
                found.append(to_box[tail, head])
            elif tail.startswith("g"):
                found.append([*waiting])
            else:
                found.append([waiting.popleft()] if waiting else [])  # nothing flows to a constant
        return found

    def _order(self, place: int) -> list[int]:
        """The arguments of a value in the order in which their arrows are drawn."""
        node, arguments = self.graph.nodes[place], self.graph.arguments[place]
        if not arguments or takes_any_order(node.op) or self.boxes[place]:
            return list(range(len(arguments)))
        return [k for _, *ks in terms_of(node.op, node.arguments) for k in ks]


def marked(raw: bytes, scene: Scene) -> str:
    """The SVG without what a page needs not, and with classes for what will change in it."""
    root = ElementTree.fromstring(raw)
    numbers: dict[tuple[str, str], Iterator[int]] = {}
    order: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, flow in enumerate(scene.flows):
        order[flow.tail, flow.head.partition(":")[0]].append(i)
    for group in root.iter(f"{{{SVG}}}g"):
        name = group.findtext(f"{{{SVG}}}title", "")
        kind = group.get("class")
        if kind == "node":
            group.set("class", f"node {name} {scene.copies.get(name, '')}".rstrip())
            _mark_node(group, name)
        elif kind == "edge":
            tail, head = (end.partition(":")[0] for end in name.split("->"))
            numbers.setdefault((tail, head), iter(order[tail, head]))
            group.set("data-arrow", str(next(numbers[tail, head])))
        if kind != "node" and name:
            group.remove(group.find(f"{{{SVG}}}title"))  # type: ignore[arg-type]
    raise_labels(root, LIGHT.paper)
    for element in root.iter():
        for attribute in ("id", "font-family", "{http://www.w3.org/XML/1998/namespace}space"):
            element.attrib.pop(attribute, None)
    text = ElementTree.tostring(root, encoding="unicode")
    return text.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1).replace("\n", "")


def _mark_node(group: ElementTree.Element, name: str) -> None:
    """Mark the numbers in a box, set so that they end where they ended; and a title, what it is."""
    title = group.find(f"{{{SVG}}}title")
    if title is not None:
        title.text = about(group)
    key, right = "", 0.0
    terms = count()
    for element in list(group):
        text, fill = (element.text or "").strip(), element.get("fill")
        if element.tag == f"{{{SVG}}}polygon" and fill == LIGHT.tints[LEVELS]:
            element.set("class", "tint")
            right = max(float(point.partition(",")[0]) for point in element.get("points", "").split()) - 1.0
        elif element.tag == f"{{{SVG}}}text":
            if key:
                element.set("class", key)
                key = ""
            elif fill == LIGHT.muted and text in ("data", "grad"):
                key = text
            elif name.startswith("op") and " = " in text:
                element.set("class", f"term {next(terms)}")
    for element in group:
        if element.get("class") in ("data", "grad") and right:
            element.set("text-anchor", "end")
            element.set("x", f"{right:g}")
