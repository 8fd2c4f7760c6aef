"""The engine: `Value`, a number that remembers how it was made, and backpropagation through what it remembers.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + x
    >>> y.backward()
    >>> x.grad
    7.0

Every result keeps the op that made it, its arguments, and the *local derivatives*: how fast it changes with each, as
floats taken at that moment (`record`; `arithmetic.py` has the operators, and `fast.py` compiles a quicker `record` for
each op). Backpropagation goes through the results, youngest first, and adds `result.grad * local` to the grad of each
argument (`_flow`). Youngest first is right because results are made of older ones: with a birth number in each, sorting
is a topological sort, without recursion, for a million nodes as for three. Links go from results to arguments only, so
a graph has no reference cycles and is freed the moment it is dropped.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from operator import attrgetter
from threading import RLock, get_ident
from typing import Any, NoReturn

from microgradlab import ops
from microgradlab.arithmetic import Arithmetic
from microgradlab.coercion import Measured, number, shown
from microgradlab.errors import GraphError
from microgradlab.scopes import Call, call_of, modules_of, scopes
from microgradlab.steps import Step, places, step

tick = count().__next__  # the next birth number
birth = attrgetter("_birth")
edits = [0]  # when a leaf's data was last changed
paused: list[int] = []  # the threads that are inside no_grad() right now
pictures: list[Callable[["Value"], dict[str, str]]] = []  # the last one makes what a notebook shows of a Value
one_at_a_time = RLock()  # threads that share a leaf add to its grad in turn


class Value(Arithmetic, Measured):
    """A number in a computation graph: `data`, its value, and `grad`, how fast the end result changes with it.

    `Value(2.0, label="w")` makes a leaf; operators, and every op of the table as a method or a function, make
    results. Data and grad are floats. What turns a Value into a float leaves the graph: `float(v)`, and therefore
    `math.exp(v)` too; write `v.exp()` to stay in it. `==` and `<` compare data; `is` tells whether two are one.
    Data that is not a real number is a TypeError, an int too large for a float an OverflowError.
    """

    _da: Any
    _db: Any
    _label: str
    _scope: Call
    # _a and _b are a result's arguments, _da and _db the local derivatives: a third faster and smaller than tuples.
    # With three arguments, or sequences among them, _a is the tuple of all arguments, and _da that of all locals.
    __slots__ = ("_a", "_b", "_birth", "_da", "_data", "_db", "_grad", "_label", "_op", "_scope")

    def __init__(self, data: Any, label: str = "") -> None:
        self._data = number(data)
        self._grad = 0.0
        self._op: ops.Op | None = None
        self._a: Any = None
        self._b: Any = None
        self._birth = tick()
        self.label = label

    @property
    def data(self) -> float:
        """The number itself. Assign to a leaf to change it; a result's is what its op computed."""
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        if self._op is not None:
            raise GraphError(f"{self!r} was computed by {self._op.name}: change its leaves and compute it again")
        self._data = number(data)
        self._birth = edits[0] = tick()  # younger than results of the old number: by this `grad` sees the edit

    @property
    def grad(self) -> float:
        """The derivative by this Value of what `backward()` was called on; 0.0 before."""
        return self._grad

    @grad.setter
    def grad(self, grad: Any) -> None:
        self._grad = number(grad)

    @property
    def label(self) -> str:
        """A name for people, printed by drawings and explanations."""
        return getattr(self, "_label", "")

    @label.setter
    def label(self, label: str) -> None:
        if not isinstance(label, str):
            raise TypeError(f"a label is a string, got {label!r}")
        self._label = label

    op = property(attrgetter("_op"), doc="The row of the op table that made this Value; None for a leaf.")
    scope = property(lambda self: modules_of(call_of(self)), doc="The modules it was made in, outermost first.")

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What it was made from: Values, floats, and for an op over sequences tuples of them."""
        return self._a if type(self._a) is tuple else tuple(x for x in (self._a, self._b) if x is not None)

    @property
    def locals(self) -> tuple[Any, ...]:
        """The local derivative by each argument: a float, for a sequence one per element, None for a constant."""
        return self._da if type(self._a) is tuple else (self._da, self._db)[: len(self.arguments)] if self._op else ()

    def detach(self) -> "Value":
        """A new leaf with the same data and no history."""
        return Value(self._data)

    def backward(self) -> None:
        """Add the derivative of this Value by each leaf it was made from to that leaf's `grad`.

        A second call adds the same again, as in PyTorch; `leaf.grad = 0` starts anew. The grads of results are
        computed anew each time. Threads may share leaves: their additions take turns.
        """
        with one_at_a_time:
            deque(_flow(self), maxlen=0)  # runs it to the end, and keeps nothing

    def backward_steps(self) -> Iterator[Step]:
        """`backward()` one step at a time: yields each result once its grad is final and passed on.

        `print(step)` explains it: incoming gradient × local derivative = contribution, and the running total.
        """
        last = None
        for node in _flow(self):
            if last:
                yield last  # what it passed on has arrived by now
            last = step(node)
        if last:
            yield last

    def __repr__(self) -> str:
        op = f", op={self._op.name!r}" if self._op else ""
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._data!r}, grad={self._grad!r}{op}{label})"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return pictures[-1](self) if pictures else {"text/plain": repr(self)}

    def __reduce__(self) -> tuple[Any, ...]:
        if self._op is not None:
            raise GraphError(f"{self!r} is the result of a computation, and a copy would lose its history: "
                             "copy its number with .detach(), or copy the leaves and compute it again")  # fmt: skip
        return Value, (self._data, self.label), (None, {"grad": self._grad})

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("Value cannot be subclassed: results are plain Values. Add a row with microgradlab.ops.op")


def record(op: ops.Op, *arguments: Any) -> Value:
    """The node for `op` on these arguments: how results come into being, and what each remembers."""
    arguments = tuple(map(_argument, arguments))
    floats = [[v._data for v in a] if _is_sequence(a) else a._data if type(a) is Value else a for a in arguments]
    node = Value(op.kernel(*floats))
    if paused and get_ident() in paused:
        return node
    node._op = op
    slopes = slopes_of(op, arguments, floats, node._data)
    if len(arguments) > 2 or any(isinstance(a, tuple) for a in arguments):
        node._a, node._da = arguments, slopes
    else:
        (node._a, node._b), (node._da, node._db) = (*arguments, None)[:2], (*slopes, None)[:2]
    if scopes:
        node._scope = scopes.get(get_ident(), ())
    return node


ops.handlers[Value] = record


def _is_sequence(argument: Any) -> bool:
    """Whether it is a sequence of Values; one of floats is a constant."""
    return isinstance(argument, tuple) and bool(argument) and type(argument[0]) is Value


def _argument(x: Any) -> Any:
    """`x` as a node keeps it: a Value, a float, or a tuple of only Values or only floats."""
    if not isinstance(x, tuple):
        return x if type(x) is Value else number(x)
    kinds = {*map(type, x)}
    if kinds <= {float} or kinds == {Value}:
        return x
    return tuple(v if type(v) is Value else Value(v) if Value in kinds else number(v) for v in x)


def slopes_of(op: ops.Op, arguments: tuple[Any, ...], numbers: Sequence[Any], y: Any) -> tuple[Any, ...]:
    """The local derivative by each argument that carries a gradient: the op's rules, run on `numbers` and `y`."""
    slopes: list[Any] = []
    for rule, argument in zip(op.rules, arguments):
        slope = rule(*numbers, y) if type(argument) is Value or _is_sequence(argument) else None
        one_for_all = _is_sequence(argument) and not isinstance(slope, (list, tuple))
        slopes.append([slope] * len(argument) if one_for_all else slope)
    return tuple(slopes)


def results_of(root: Value) -> list[Value]:
    """Every result that `root` depends on, and itself, youngest first; leaves and constants are left out."""
    seen: set[Any] = {root}
    found = [root] if root._op else []
    for node in found:  # which grows as we go
        a, b = node._a, node._b
        if type(a) is Value and a._op is not None and a not in seen:
            seen.add(a)
            found.append(a)
        if type(b) is Value and b._op is not None and b not in seen:
            seen.add(b)
            found.append(b)
        if type(a) is tuple:
            for xs in a:
                if id(xs) not in seen:  # a sequence is often shared, as by the neurons of a layer
                    seen.add(id(xs))
                    elements = xs if isinstance(xs, tuple) else (xs,)
                    unseen = {x for x in elements if type(x) is Value and x._op is not None} - seen
                    seen |= unseen
                    found += unseen
    found.sort(key=birth, reverse=True)
    return found


def _flow(root: Value) -> Iterator[Value]:
    """Backpropagation: yields each result when its grad is final, then passes that on to its arguments."""
    order = results_of(root)
    for node in order:
        node._grad = 0.0
    root._grad += 1.0
    for node in order:
        yield node
        grad, a, b = node._grad, node._a, node._b
        if type(a) is Value:
            a._grad += grad * node._da
        if type(b) is Value:
            b._grad += grad * node._db
        if type(a) is tuple:
            for argument, local in zip(a, node._da):
                if type(argument) is Value:
                    argument._grad += grad * local
                elif local is not None:
                    for element, slope in zip(argument, local):
                        element._grad += grad * slope


def trace(root: Value) -> tuple[list[Value], list[tuple[Value, Value]]]:
    """The graph of `root`: its nodes, leaves first and then results oldest first, and an edge per argument place.

    An edge is a pair (argument, result): `m + m` has two of them.
    """
    if type(root) is not Value:
        raise TypeError(f"trace takes one Value, such as a loss, got {shown(root)}")
    results = results_of(root)[::-1]
    edges = [(a, node) for node in results for a, _ in places(node.arguments, node.locals)]
    leaves = {id(a): a for a, _ in edges if a._op is None} or {id(root): root}
    return sorted(leaves.values(), key=birth) + results, edges


@contextmanager
def no_grad() -> Iterator[None]:
    """Within it, this thread's results are leaves: nothing is remembered, for speed where no gradient is needed."""
    thread = get_ident()
    paused.append(thread)
    try:
        yield
    finally:
        paused.remove(thread)
