"""The engine beside a reference too simple to be wrong, through whatever a user may do, in whatever order.

The reference computes with fractions, knows only +, × and 1/x, and differentiates as the textbook says: along every
path, by recursion. Its numbers have few bits, so that the engine's floats are exact and both must agree to the last.
"""

import copy
import pickle
from collections import Counter
from contextlib import nullcontext
from fractions import Fraction
from itertools import count
from weakref import WeakSet

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from microgradlab import Value, grad, no_grad, ops, trace
from microgradlab.errors import GraphError
from microgradlab.fast import bundled

MOST_BITS = 14  # before and after the binary point


class InexactError(ArithmeticError):
    """A float might round what a fraction does not."""


class Naive:
    """A fraction that knows its `places`: (argument, slope, and what number the slope was at the time)."""

    def __init__(self, data, places=(), bits=1):
        if bits > MOST_BITS or Fraction(data).denominator.bit_count() > 1:
            raise InexactError
        self.data, self.places, self.bits = Fraction(data), [(a, s, s.data) for a, s in places], bits

    def __add__(self, other):
        return Naive(self.data + other.data, [(self, ONE), (other, ONE)], max(self.bits, other.bits) + 1)

    def __mul__(self, other):
        return Naive(self.data * other.data, [(self, other), (other, self)], self.bits + other.bits)

    def inverse(self):
        y = Naive(1 / self.data, bits=2 * self.bits)
        slope = constant(-1) * y * y
        y.places = [(self, slope, slope.data)]
        return y


def constant(x):
    return Naive(x, bits=0 if abs(x) in (0, 1) else 1)


ZERO, ONE = Naive(0, bits=0), Naive(1, bits=0)


def slopes(y, along=1):
    """The derivative of y by all that it was made of: for each the sum over its paths."""
    found = Counter({y: along})
    for argument, _, number in y.places:
        found.update(slopes(argument, along * number))
    return found


def slope_as_graph(y, x):
    """The derivative of y by x, itself made by + and ×."""
    inner = [(slope, slope_as_graph(argument, x)) for argument, slope, _ in y.places]
    return total([*[ONE] * (y is x), *(slope * rest for slope, rest in inner if rest is not ZERO)])


def total(terms):
    first, *rest = terms or [ZERO]
    for term in rest:
        first = first + term
    return first


def largest(xs):
    """The largest; those that are equal share its slope."""
    ties = [x.data == max(x.data for x in xs) for x in xs]
    return total([Naive(Fraction(tie, sum(ties)), bits=1) * x for tie, x in zip(ties, xs)])


def product(xs):
    return xs[0] * product(xs[1:]) if xs else ONE


# fmt: off
OPS = {
    "add":      lambda a, b: a + b,
    "sub":      lambda a, b: a + constant(-1) * b,
    "mul":      lambda a, b: a * b,
    "div":      lambda a, b: a * b.inverse(),
    "maximum":  lambda a, b: largest([a, b]),
    "where":    lambda condition, a, b: a * constant(condition.data != 0) + b * constant(condition.data == 0),
    "neg":      lambda x: constant(-1) * x,
    "abs":      lambda x: constant((x.data > 0) - (x.data < 0)) * x,
    "relu":     lambda x: constant(x.data > 0) * x,
    "square":   lambda x: x * x,
    "pow":      lambda x, exponent: product([x] * int(exponent.data)),
    "sum":      total,
    "max":      largest,
    "prod":     product,
    "dot":      lambda w, x, b: total([*(p * q for p, q in zip(w, x)), b]),
}
# fmt: on
REDUCTIONS = ["dot", "sum", "max", "prod"]
SCALAR = sorted(OPS.keys() - {*REDUCTIONS})
ARITY = {name: OPS[name].__code__.co_argcount for name in OPS}
COPIES = [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]

halves = st.integers(-4, 4).map(lambda n: Fraction(n, 2))
places = st.integers(0, 9)  # of a node, counted from the youngest
operands = places | halves.map(float)
remembered = st.sampled_from([True] * 9 + [False])  # or made within no_grad()
ops_of_numbers = st.tuples(st.sampled_from(SCALAR), places, operands, operands, st.integers(0, 2), remembered)


class Engine(RuleBasedStateMachine):
    """Each node is a Naive that has its Value as `value`, its `grad`, its `inputs` and when it was `made`.

    `derived` is what `grad` gave as a graph, and all that is made of that: within it the two sides have nodes of their
    own, so only numbers and the gradients of leaves can be compared.
    """

    def __init__(self):
        super().__init__()
        self.held, self.sequences = [], []  # what a user still has, oldest first
        self.alive, self.clock, self.edited = WeakSet(), count(), -1
        self.leaf(1)
        self.leaf(-1.5)
        self.sequence([0, 1], as_bundle=True)

    def at(self, operand, of=lambda node: True):
        """The node at a place, among those that are of a kind if there are any; a number is itself."""
        nodes = list(filter(of, self.held)) or self.held
        return operand if type(operand) is float else nodes[-1 - operand % len(nodes)]

    def hold(self, value, naive, inputs=(), derived=False, remembered=True):
        """A new node for what both sides have made."""
        inputs = inputs if remembered else ()
        node = Naive(naive.data, [(naive, ONE)] if inputs or derived else [], max(1, naive.bits))
        node.value, node.grad, node.inputs, node.made = value, Fraction(0), inputs, next(self.clock)
        node.derived = derived or any(x.derived for x in inputs)
        self.held.append(node)
        self.alive.add(node)
        return node

    def apply(self, name, arguments, remembered):
        """The op on both sides, unless floats might round."""
        try:
            naive = OPS[name](*[constant(Fraction(a)) if type(a) is float else a for a in arguments])
        except ArithmeticError:
            return
        values = [a if type(a) is float else a.value for a in arguments]
        inputs = [x for a in arguments for x in (a if isinstance(a, list) else [a]) if isinstance(x, Naive)]
        with nullcontext() if remembered else no_grad():
            self.hold(ops.table[name](*values), naive, inputs, remembered=remembered)

    @rule(data=halves)
    def leaf(self, data):
        self.hold(Value(data), Naive(data))

    @initialize(steps=st.lists(ops_of_numbers, min_size=4, max_size=8))
    def begin(self, steps):
        self.build(steps)

    @rule(steps=st.lists(ops_of_numbers, min_size=1, max_size=4))
    def build(self, steps):
        for name, first, second, third, place, remembered in steps:
            if name == "pow":
                arguments = [first, float(place)]
            else:
                arguments = [second, third][: ARITY[name] - 1]
                arguments.insert(place, first)  # somewhere among them there is a node
            self.apply(name, list(map(self.at, arguments)), remembered)

    @rule(elements=st.lists(places, min_size=1, max_size=3), as_bundle=st.sampled_from([True, True, False]))
    def sequence(self, elements, as_bundle):
        nodes = Sequence(map(self.at, elements))
        nodes.value = (bundled if as_bundle else tuple)([node.value for node in nodes])
        self.sequences.append(nodes)

    @rule(name=st.sampled_from(REDUCTIONS), first=places, second=places, bias=operands, remembered=remembered)
    def reduce(self, name, first, second, bias, remembered):
        w = self.sequences[-1 - first % len(self.sequences)]
        of_one_length = [x for x in self.sequences if len(x) == len(w)]
        x = of_one_length[-1 - second % len(of_one_length)]
        self.apply(name, [w, x, self.at(bias)] if name == "dot" else [w], remembered)

    @rule(place=places, data=halves)
    def edit(self, place, data):
        node = self.at(place, is_leaf)
        if is_leaf(node):
            node.value.data = node.data = data
            node.made = self.edited = next(self.clock)

    @rule(place=places, grad=st.just(0) | halves)
    def set_grad(self, place, grad):
        self.at(place).value.grad = self.at(place).grad = grad

    @rule(place=places)
    def detach(self, place):
        self.hold(self.at(place).value.detach(), self.at(place))

    @rule(place=places, copied=st.sampled_from(COPIES))
    def copy(self, place, copied):
        node = self.at(place)
        if is_leaf(node):
            self.hold(copied(node.value), node).grad = node.grad
        elif is_result(node):
            with pytest.raises(GraphError):
                copied(node.value)

    @rule(place=places)
    def drop(self, place):
        """From now on it lives in the graphs that it is part of, and nowhere else."""
        if len(self.held) > 1:
            self.held.remove(self.at(place))
        if len(self.sequences) > 1:
            del self.sequences[place % len(self.sequences)]

    @rule(place=places, times=st.integers(1, 2), in_steps=st.booleans())
    def backward(self, place, times, in_steps):
        root = self.at(place, is_result)
        gradients, graph = slopes(root), reached(root)
        for _ in range(times):
            if in_steps:
                steps = list(root.value.backward_steps())
                totals = {id(c.argument): c for step in steps for c in step.contributions}
                assert all(c.total == c.argument.grad for c in totals.values())
            else:
                root.value.backward()
        for node in self.alive:
            if is_leaf(node):
                node.grad += times * gradients[node]
            elif root.derived:
                node.grad = Fraction(node.value.grad)
            elif node in graph:
                node.grad = gradients[node]

    @rule(place=places, by=st.lists(places, max_size=4))
    def gradients(self, place, by):
        root, xs = self.at(place, is_result), map(self.at, by)
        xs = [x for x in xs if is_leaf(x) or not root.derived]
        expected = slopes(root)
        assert grad(root.value, [x.value for x in xs]) == [expected[x] for x in xs]

    @rule(place=places, by=places)
    def gradient_as_graph(self, place, by):
        root, x = self.at(place, is_result), self.at(by)
        graph = reached(root)
        if any(argument.made > node.made for node in graph for argument in node.inputs):
            with pytest.raises(GraphError):
                grad(root.value, x.value, create_graph=True)
            return
        if any(node.derived and (node.made < self.edited or not is_leaf(x)) for node in graph):
            return
        try:
            expected = slope_as_graph(root, x)
        except InexactError:
            return
        found = grad(root.value, x.value, create_graph=True)
        assert found.data == expected.data
        if not any(node.value is found for node in self.alive):  # the slope of x * w is w
            self.hold(found, expected, derived=True)

    @rule(place=places)
    def trace(self, place):
        root = self.at(place, is_result)
        graph = sorted(reached(root), key=lambda node: (is_result(node), node.made))
        if not root.derived:
            edges = [(argument, node) for node in graph for argument in node.inputs]
            found = trace(root.value)
            assert [id(v) for v in found[0]] == [id(node.value) for node in graph]
            assert [(id(a), id(b)) for a, b in found[1]] == [(id(a.value), id(b.value)) for a, b in edges]

    @invariant()
    def numbers_and_gradients_agree(self):
        for node in self.alive:
            assert (node.value.data, node.value.grad) == (node.data, node.grad)


class Sequence(list):
    """Nodes, and as `value` the tuple of their Values, which several ops may share."""


def is_result(node):
    return bool(node.inputs)


def is_leaf(node):
    return not node.inputs and not node.derived


def reached(root):
    """The nodes that `root` was made of, and itself."""
    found = [root]
    for node in found:  # which grows as we go
        found += [x for x in dict.fromkeys(node.inputs) if x not in found]
    return found


TestEngine = Engine.TestCase
