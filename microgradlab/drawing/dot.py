"""A graph of Values as text in the DOT language, made from the graph alone: no program or library is needed.

    >>> x = Value(3.0, label="x")
    >>> for line in source(x + x).splitlines()[-4:]:
    ...     print(line)
        n0 -> op1
        n0 -> op1
        op1 -> n1 [weight=4]
    }

A Value is the box `n0`, `n1` …, numbered as in `trace`: leaves first, then results, oldest first. The op that made
`n3` is `op3`, a constant that it takes `op3c0`, and what is folded `g0`, `g1` …. So equal graphs give equal text,
whatever was computed before.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from textwrap import wrap

from microgradlab.coercion import shown
from microgradlab.drawing.arrows import Flow, ends, too_long
from microgradlab.drawing.boxes import Look, markup, short, span, value_rows
from microgradlab.drawing.failure import failed
from microgradlab.drawing.folds import Group, count, folded
from microgradlab.drawing.graph import NO_PLACE, Graph, flat, slopes_of
from microgradlab.drawing.options import SIDES, Options
from microgradlab.drawing.palette import Scale
from microgradlab.drawing.terms import name_of, takes_any_order, terms_of, words_of
from microgradlab.engine import Value
from microgradlab.formula import INFIX
from microgradlab.scopes import Call
from microgradlab.steps import digits, step

PATIENCE = "nslimit=2"  # rounds of straightening per node: by itself, Graphviz takes hours for a power written x*x*x*…
TOLD = 100  # boxes in a description
WIDE, LONGEST = 34, 200  # letters in a line of an error, and in all
Placed = tuple[Call, str]  # the call around a statement, and the statement
AS_USUAL = Options()


def source(value: Value, options: Options = AS_USUAL) -> str:
    """The whole text."""
    return f"// {value!r}\ndigraph {{\n{''.join(picture(value, options).lines())}}}\n"


def picture(value: Value | BaseException, options: Options = AS_USUAL) -> "Picture":
    """The drawing of what a Value was made from, or of what led to an error; TypeError for what is neither."""
    if isinstance(value, BaseException):
        return Picture(Graph(failed(value), options.inputs), options, failure=str(value) or "without a message")
    if type(value) is not Value:
        raise TypeError(f"a graph is drawn from one Value, and an architecture from a Module; got {shown(value)}")
    return Picture(Graph(value, options.inputs), options)


class Picture:
    """The drawing of one graph, while it is made.

    `outer` says how deep the calls lie around all of it, and `failure` what went wrong in its last node.
    """

    def __init__(self, graph: Graph, options: Options, outer: int = 0, failure: str = "") -> None:
        self.failure = failure
        self.root, self.options, self.graph = graph.root, options, graph
        self.lit = self.graph.reached(options.highlight, "highlight")  # empty: all is
        self.boxes = folded(self.graph, options, outer)
        groups = dict.fromkeys(group for group in self.boxes if group)
        self.names: dict[Group | None, str] = {None: "", **{group: f"g{i}" for i, group in enumerate(groups)}}
        self.called: dict[str, str] = {}  # what people read on each box
        self.copies: dict[str, str] = {}  # for each small copy of a box: which
        self.statements: dict[str, Placed] = {}  # by the name of what they draw
        self.flows: list[Flow] = []
        self.joined: dict[tuple[str, str], tuple[int, int]] = {}  # arrows from groups: their place, and how many in one

    @cached_property
    def look(self) -> Look:
        scale = Scale(node.grad for node in self.graph.nodes) if self.graph.has_gradients else None
        return Look(self.options.palette, scale)

    def is_pale(self, *places: int) -> bool:
        """Whether none of the values at these places is on a highlighted path."""
        return bool(self.lit) and self.lit.isdisjoint(places)

    def box_of(self, place: int) -> str:
        """The name of the box that the value at this place is drawn as, or in."""
        return self.names[self.boxes[place]] or f"n{place}"

    def lines(self) -> list[str]:
        """The lines of the text."""
        for place, group in enumerate(self.boxes):
            if group is None:
                self.draw_value(place, self.graph.home_of(place))
            elif place == group.places[-1]:  # after all that it is made from
                self.draw_group(group)
        self.repeat_what_is_far()
        head = [f"rankdir={self.options.direction}", PATIENCE, *self.look.defaults(), *self.caption()]
        arrows = [self.look.arrow(*flow) for flow in self.flows]
        return [f"    {line}\n" for line in (*head, *self.clusters([*self.statements.values()]), *arrows)]

    def caption(self) -> list[str]:
        return [f"label={self.look.caption(self.sentences())}"]

    def sentences(self) -> list[str]:
        """What is said below: whether backward has run, and whether all is drawn."""
        end = (short(self.root.label) or "the result") if self.root.grad == 1.0 else "a later result"
        about = f"grad: how fast {end} changes with each value"
        sentences = [about if self.graph.has_gradients else "backward() has not run on this graph yet"]
        if self.failure:
            sentences = [f"the forward pass got as far as this: {self.root.label} in {self.root.op.name}"]
        if len(self.names) > 1:
            sentences.append(f"{len(self.graph.nodes):,} values, folded to {count(self.boxes):,} boxes")
        return sentences

    def description(self) -> str:
        """The picture in words, for those who do not see it: what each box stands for, in the order of the graph."""
        told = []
        for place, node in enumerate(self.graph.nodes):
            group = self.boxes[place]
            if group is None:
                told.append(self.told(node))
            elif place == group.places[-1]:
                told.append(group.title)
            if len(told) == TOLD:
                told.append("…")
                break
        return ". ".join([*self.sentences(), *told])

    def told(self, node: Value) -> str:
        """A value in words."""
        if self.failure and node is self.root:
            return f"{node.label}: {self.failure}"
        leaf = f"{node.label or 'a leaf'} = {digits(node.data)}"
        return str(step(node)).partition("\n")[0] if node.op else leaf

    # boxes -----------------------------------------------------------------------------------------------------------

    def draw_value(self, place: int, call: Call) -> None:
        """The box of a Value, and the op that made it."""
        node, p, name, pale = self.graph.nodes[place], self.look.palette, f"n{place}", self.is_pale(place)
        fill = p.root if node is self.root else p.result if node.op else p.leaf
        self.called[name] = short(node.label, 12) or digits(node.data)
        rows, about = value_rows(node, self.options.show), repr(node)
        if self.failure and node is self.root:
            fill, about = p.failed, f"{node.label}: {self.failure}"
            rows = [(line, "", 0.0) for line in wrap(short(self.failure, LONGEST), WIDE)]
        box = self.look.value_box(name, short(node.label), rows, fill, about, pale)
        self.add(call, box)
        if node.op and place not in self.graph.outside:
            self.draw_op(place, call)
            self.flow(f"op{place}", name, node.grad, more="weight=4", is_pale=pale)

    def draw_group(self, group: Group) -> None:
        """One box for a group, with what it gives to the others, and the arrows that lead to it."""
        name, nodes = self.names[group], self.graph.nodes
        pale = self.is_pale(*group.places)
        outputs = [nodes[i] for i in self.outputs.get(group, ()) or group.places]
        rows = [(f"{len(group.places):,} values", "", 0.0)] if group.sort else []
        for key in ("data", "grad"):
            if key in self.options.show:
                numbers = [getattr(value, key) for value in outputs]
                low, high = min(numbers), max(numbers)
                rows.append((key, span(numbers), max(low, high, key=abs) if low * high > 0 else 0.0))
        self.called[name] = group.title
        fill = self.look.palette.folded
        self.add(group.call, self.look.value_box(name, group.title, rows, fill, group.title, pale))
        inward: dict[str, tuple[int, float, bool]] = {}  # from each box: how many arrows, and the largest gradient
        boxes, arguments, has_gradients = self.boxes, self.graph.arguments, self.graph.has_gradients
        for place in group.places:
            slopes = slopes_of(nodes[place]) if has_gradients and arguments[place] else ()
            for k, a in enumerate(arguments[place]):
                if a != NO_PLACE and boxes[a] is not group:
                    number, largest, is_pale = inward.get(tail := self.box_of(a), (0, 0.0, True))
                    if has_gradients:
                        largest = max(largest, nodes[place]._grad * slopes[k], key=abs)
                    inward[tail] = number + 1, largest, is_pale and self.is_pale(a)
        for tail, (number, largest, is_pale) in inward.items():
            self.flow(tail, name, largest, f"×{number:,}" * (number > 1), is_pale=pale or is_pale)

    @cached_property
    def outputs(self) -> dict[Group | None, dict[int, None]]:
        """For each group the places of its values that are used outside of it, or are the root."""
        found: dict[Group | None, dict[int, None]] = {}
        boxes = self.boxes
        for i, arguments in enumerate(self.graph.arguments):
            for a in arguments:
                if a != NO_PLACE and boxes[a] is not None and boxes[a] is not boxes[i]:
                    found.setdefault(boxes[a], {})[a] = None
        last = len(boxes) - 1
        found.setdefault(boxes[last], {})[last] = None
        return found

    def gradient(self, place: int, k: int) -> float:
        """What flows back from a value to its k-th argument, sequences opened."""
        node = self.graph.nodes[place]
        return node.grad * (slopes_of(node)[k] or 0.0) if self.graph.has_gradients else 0.0

    def add(self, call: Call, statement: str) -> None:
        self.statements[statement.partition(" ")[0]] = call, statement

    def flow(
        self, tail: str, head: str, gradient: float, words: str = "", more: str = "", is_pale: bool = False
    ) -> None:
        self.flows.append(Flow(tail, head, gradient, words, more, is_pale))

    def flow_from_group(self, tail: str, head: str, gradient: float, is_pale: bool) -> None:
        """An arrow from one of the values in a group: with those of the others to the same end it is one."""
        place, number = self.joined.get((tail, head), (len(self.flows), 0))
        self.joined[tail, head] = place, number + 1
        if not number:
            self.flow(tail, head, gradient, is_pale=is_pale)
        else:
            first = self.flows[place]
            largest = max(first.gradient, gradient, key=abs)
            self.flows[place] = Flow(tail, head, largest, f"×{number + 1:,}", "", first.is_pale and is_pale)

    def repeat_what_is_far(self) -> None:
        """Draw what is used far from where it stands as a small box at its use."""
        for i in too_long(self.flows):
            tail, head = ends(self.flows[i])
            reference = self.look.reference(f"r{i}", self.called[tail], self.flows[i].is_pale)
            self.add(self.statements[head][0], reference)
            self.copies[f"r{i}"] = tail
            self.flows[i] = self.flows[i]._replace(tail=f"r{i}")

    # ops -------------------------------------------------------------------------------------------------------------

    def draw_op(self, place: int, call: Call) -> None:
        """The op of a value with its constants, and the arrows that lead to it."""
        node, me, pale = self.graph.nodes[place], f"op{place}", self.is_pale(place)
        op, draw = node.op, partial(self.draw_argument, place, call)
        if self.options.unfold and "pairs" in op.traits:
            self.draw_products(place, call)
        elif takes_any_order(op):
            self.add(call, self.look.op_circle(me, op.symbol, op, pale))
            for k, _ in enumerate(self.graph.arguments[place]):
                draw(k, me, f"{me}c{k}")
        else:
            terms = list(terms_of(op, node.arguments))
            title = "" if op.name in INFIX else op.symbol
            in_rows = self.options.direction in ("LR", "RL")
            self.add(call, self.look.op_box(me, op, title, [text for text, *_ in terms], in_rows, pale))
            side = SIDES[self.options.direction]
            for i, (_, *arguments) in enumerate(terms):
                for k in arguments:
                    draw(k, f"{me}:p{i}:{side}")

    def draw_products(self, place: int, call: Call) -> None:
        """A dot, written out: each product in a box of its own, and their sum."""
        node, me, pale = self.graph.nodes[place], f"op{place}", self.is_pale(place)
        weights, inputs, bias = node.arguments
        self.add(call, self.look.op_circle(me, "Σ", node.op, pale))
        for i, (w, x) in enumerate(zip(weights, inputs)):
            times, box = f"{me}m{i}", f"{me}p{i}"
            title = f"{name_of(w, f'w{i + 1}')} × {name_of(x, f'x{i + 1}')}"
            product = Value(float(w) * float(x), title)
            product.grad = node.grad
            rows = value_rows(product, self.options.show)
            self.add(call, self.look.op_circle(times, "×", title, pale))
            self.add(call, self.look.value_box(box, title, rows, self.look.palette.result, title, pale))
            for k in (i, len(weights) + i):
                self.draw_argument(place, call, k, times, f"{times}c{k}")
            self.flow(times, box, node.grad, more="weight=4", is_pale=pale)
            self.flow(box, me, node.grad, is_pale=pale)
        if type(bias) is Value or bias:
            self.draw_argument(place, call, 2 * len(weights), me, f"{me}c")

    def draw_argument(self, place: int, call: Call, k: int, head: str, constant: str = "") -> None:
        """The arrow from the k-th argument of a value to its op; and if it is a constant with a name, itself."""
        a = self.graph.arguments[place][k]
        if a != NO_PLACE:
            pale = self.is_pale(place) or self.is_pale(a)
            if self.boxes[a]:
                self.flow_from_group(self.box_of(a), head, self.gradient(place, k), pale)
            else:
                self.flow(self.box_of(a), head, self.gradient(place, k), self.words(place)[k], is_pale=pale)
        elif constant and type(x := flat(self.graph.nodes[place])[k]) is not Value:
            self.add(call, self.look.constant(constant, float(x), self.is_pale(place)))
            self.flow(constant, head, 0.0, is_pale=self.is_pale(place))

    def words(self, place: int) -> list[str]:
        """For each argument of a value, sequences opened, what stands on its arrow."""
        node = self.graph.nodes[place]
        if not {"local", "rule"} & {*self.options.show}:
            return [""] * len(self.graph.arguments[place])
        told = iter(step(node).contributions)
        slopes = slopes_of(node)[: len(self.graph.arguments[place])]
        return ["" if slope is None else words_of(next(told), self.options.show) for slope in slopes]

    # frames ----------------------------------------------------------------------------------------------------------

    def clusters(self, statements: Sequence[Placed], outer: Call = (), name: str = "cluster") -> Iterator[str]:
        """The statements, those of one module's call inside a frame with its name."""
        inside: dict[int, tuple[Call, list[Placed]]] = {}
        for call, line in statements:
            if call is outer or not call:
                yield line
            else:
                inner = call
                while inner[0] is not outer and inner[0]:
                    inner = inner[0]
                inside.setdefault(id(inner), (inner, []))[1].append((call, line))
        for i, (inner, members) in reversed(list(enumerate(inside.values()))):  # Graphviz puts the last one on top
            yield f"subgraph {name}_{i} {{"
            yield f'    label="{markup(self.graph.titles[id(inner)])}"'
            yield from (f"    {line}" for line in self.clusters(members, inner, f"{name}_{i}"))
            yield "}"
