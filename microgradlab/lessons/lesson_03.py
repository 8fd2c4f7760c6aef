"""The exercises of lesson 3, backpropagation step by step."""

import random
from dataclasses import dataclass
from typing import Any

from microgradlab import ops
from microgradlab.coercion import shown
from microgradlab.drawing.graph import flat, slopes_of
from microgradlab.engine import Value, trace
from microgradlab.lessons.exercise import Exercise, Unmet, a_number, called, close

ADDS = "what arrives is added to what is there already: +=, not =."
PASSES_ON = "a node passes on its own gradient times the local derivative, when its turn in the order has come."


@dataclass(eq=False, repr=False)
class Node:
    """A number in a graph, as lesson 3 has it: what it was made from, and how fast it changes with each of these."""

    label: str
    arguments: tuple["Node", ...] = ()
    locals: tuple[float, ...] = ()
    grad: float = 0.0

    def __repr__(self) -> str:
        return self.label


def nodes_of(root: Value) -> list[Node]:
    """The graph of a Value as nodes, the last result first."""
    values, _ = trace(root)
    made: dict[int, Node] = {}
    for i, value in enumerate(values):
        pairs = (
            [(made[id(a)], d) for a, d in zip(flat(value), slopes_of(value)) if type(a) is Value] if value.op else []
        )
        arguments, slopes = zip(*pairs) if pairs else ((), ())
        made[id(value)] = Node(value.label or f"n{i}", arguments, slopes)
    return list(made.values())[::-1]


def overwritten(root: Value) -> dict[int, float]:
    """The gradients, by id, that a backward with = for += leaves."""
    nodes = nodes_of(root)
    nodes[0].grad = 1.0
    for node in nodes:
        for argument, local in zip(node.arguments, node.locals):
            argument.grad = node.grad * local
    return {id(value): node.grad for value, node in zip(trace(root)[0][::-1], nodes)}


def examples() -> list[tuple[str, Value]]:
    """Graphs in which values are used once, twice, and on several ways; a few of them random."""
    x, a, b = Value(3.0, "x"), Value(1.5, "a"), Value(2.5, "b")
    twice = Value(2.0, "a")
    double = twice + twice
    double.label = "b"
    once = Value(1.0, "x")
    late = once + once
    late.label = "a"
    late = late + (once + late)
    found = [
        ("2x", x * 2.0),
        ("x·x + x", x * x + x),
        ("(a + b)(b − 1)", (a + b) * (b - 1.0)),
        ("b + b, where b = a + a", double + double),
        ("a + (x + a), where a = x + x", late),
    ]
    for _ in range(6):
        known = [Value(random.uniform(-2.0, 2.0), name) for name in "xyz"]
        for _ in range(8):
            one, other = random.choices(known[-5:], k=2)
            known.append(random.choice([one + other, one * other, ops.tanh(one)]))
        found.append(("a random expression", known[-1]))
    return found


def _by_hand(gradients: Any) -> None:
    if not isinstance(gradients, list | tuple) or len(gradients) != 2:
        raise Unmet(f"gradients should be two numbers, and is {shown(gradients)}.", "Write gradients = (…, …).")
    first, second = (a_number(x, "a gradient") for x in gradients)
    close(first, 1.5, "∂e/∂a", "a is in the first factor alone; the other factor is b − 1 = 1.5.")
    close(second, 5.5, "∂e/∂b", "b is in both factors, so it reaches e on two ways: add what they bring, 1.5 and 4.")


def _backward(backward: Any) -> None:
    for text, root in examples():
        order = nodes_of(root)
        for leaf in trace(root)[0]:
            leaf.grad = 0.0
        root.backward()
        order[0].grad = 1.0
        try:
            called(_then(backward), order, name="backward")
        except Unmet as unmet:
            raise Unmet(str(unmet).replace(repr(order), f"the nodes of {text}"), unmet.idea) from None
        forgetful = overwritten(root)
        for node, value in zip(order, trace(root)[0][::-1]):
            idea = ADDS if node.grad == forgetful[id(value)] else PASSES_ON
            try:
                close(node.grad, value.grad, f"After backward through {text}, {node.label}.grad", idea)
            except Unmet as unmet:
                unmet.graph, unmet.theirs = root, False
                raise


def _then(backward: Any) -> Any:
    """The function, but giving something: it need not return anything."""
    if not callable(backward):
        return backward

    def run(order: Any) -> bool:
        backward(order)
        return True

    return run


def _order(last_first: Any) -> None:
    for text, root in examples():
        nodes = nodes_of(root)
        found = called(last_first, nodes[0], name="last_first")
        if not isinstance(found, list | tuple) or not all(isinstance(node, Node) for node in found):
            raise Unmet(f"For {text}, last_first gives {shown(found)}.", "It should be a list of nodes.")
        told = f"For {text}, your order is {', '.join(map(repr, found))}"
        if len({*map(id, found)}) < len(found):
            raise Unmet(f"{told}: a node stands in it twice.", "Remember which nodes you have been to.", root)
        if {*map(id, found)} != {*map(id, nodes)}:
            raise Unmet(
                f"{told}: of {len(nodes)} nodes.", "Go on to the arguments of the arguments, down to the leaves.", root
            )
        place = {id(node): i for i, node in enumerate(found)}
        for node in found:
            for argument in node.arguments:
                if place[id(argument)] < place[id(node)]:
                    idea = f"{node} still has a gradient to give to {argument}, which has passed its own on by then."
                    raise Unmet(f"{told}: {argument} comes before {node}, which is made from it.", idea, root)


EXERCISES = (
    Exercise(
        "03.1", "Two ways to the end", "gradients",
        "gradients = (1.5, 5.5)",
        _by_hand,
        ("Name the factors: c = a + b and d = b − 1, so e = c·d. How fast does e change with c, and with d?",
         "∂e/∂c = d = 1.5 and ∂e/∂d = c = 4. From c, a and b each receive 1.5·1; from d, b receives 4·1.",
         "a receives 1.5. b receives 1.5 from c and 4 from d."),
        "gradients = (..., ...)  # ∂e/∂a and ∂e/∂b of e = (a + b)·(b − 1) at a = 1.5, b = 2.5",
    ),
    Exercise(
        "03.2", "Backward", "backward",
        '''def backward(order):
    """Give every node its gradient; `order` has the last result first, whose grad is 1 already."""
    for node in order:
        for argument, local in zip(node.arguments, node.locals):
            argument.grad += node.grad * local''',
        _backward,
        ("Take the nodes in their order. When a node's turn comes, its gradient is complete.",
         "It passes on, to each of its arguments, its gradient times the local derivative.",
         "for argument, local in zip(node.arguments, node.locals): argument.grad += node.grad * local"),
    ),
    Exercise(
        "03.3", "Whose turn is it?", "last_first",
        '''def last_first(root):
    """All nodes that root was made from, and itself: each before its own arguments."""
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for argument in node.arguments:
                visit(argument)
            order.append(node)  # after all that it is made from

    visit(root)
    return order[::-1]''',
        _order,
        ("A node may only have its turn when all that is made from it has had its own.",
         "Visit a node's arguments before you write the node itself down: the leaves come first. Then turn it round.",
         "Write visit(node): if the node is new, visit its arguments, then append it. At the end, return order[::-1]."),
    ),
)  # fmt: skip
