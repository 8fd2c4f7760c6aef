"""The exercises of lesson 4, an engine of one's own."""

import operator
import random
from collections.abc import Callable, Sequence
from typing import Any

from microgradlab import engine
from microgradlab.coercion import shown
from microgradlab.errors import GradientError, MissingDependencyError
from microgradlab.lessons.exercise import Exercise, Unmet, close, tried
from microgradlab.lessons.lesson_03 import ADDS, overwritten

OPS = ("add", "mul", "neg", "sub", "tanh", "relu")  # what the learner's engine can do in the end
DEEP = 5000  # Python stops at a thousand calls inside one another


def _engine(found: Any) -> type:
    """The learner's class."""
    if found is engine.Value:
        raise Unmet("That is the Value of microgradlab.", "Write one of your own: class Value: …")
    if not isinstance(found, type):
        raise Unmet(f"Value should be a class, and is {shown(found)}.", "Write it with class.")
    return found


def _leaves(kind: type, numbers: Sequence[float]) -> list[Any]:
    return [tried(f"Value({x:g})", lambda x=x: kind(x)) for x in numbers]  # type: ignore[misc]


def _has(node: Any, what: str, name: str) -> Any:
    if not hasattr(node, name):
        idea = "A plain number has forgotten all."
        if hasattr(node, "data"):
            idea = f"Write def {name}(self): inside the class."
        raise Unmet(f"{what} should be a Value with {name}, and is {shown(node)}.", idea)
    return getattr(node, name)


def _remembers(found: Any) -> None:
    kind = _engine(found)
    for numbers in ((2.0, -3.0), (5.0, 5.0), tuple(random.uniform(-5.0, 5.0) for _ in "xy")):
        x, y = _leaves(kind, numbers)
        for sign, compute, slopes in (("+", operator.add, (1.0, 1.0)), ("*", operator.mul, numbers[::-1])):
            told = f"Value({numbers[0]:g}) {sign} Value({numbers[1]:g})"
            result = tried(told, lambda: compute(x, y))  # noqa: B023 (run at once)
            close(_has(result, told, "data"), compute(*numbers), f"({told}).data")
            arguments = _has(result, told, "arguments")
            if not isinstance(arguments, tuple | list) or [*map(id, arguments)] != [id(x), id(y)]:
                told = f"The arguments of x {sign} y should be x and y themselves, and are {shown(arguments)}."
                raise Unmet(told, "They are Values, not their data: gradients will be left with them.")
            locals = _has(result, told, "locals")
            if not isinstance(locals, tuple | list) or len(locals) != 2:
                raise Unmet(
                    f"The locals of x {sign} y should be two numbers, and are {shown(locals)}.", "One for each."
                )
            for name, local, slope in zip("xy", locals, slopes):
                idea = "x·y changes y times as fast as x." if sign == "*" else "x + y changes as fast as x."
                close(local, slope, f"The local derivative of {told} by its {_place(name)}", idea)


def _place(name: str) -> str:
    return "first argument" if name == "x" else "second argument"


Case = tuple[str, Callable[..., Any], tuple[float, ...]]

SUMS_AND_PRODUCTS: tuple[Case, ...] = (
    ("x·y", lambda x, y: x * y, (2.0, -3.0)),
    ("x·y·z", lambda x, y, z: x * y * z, (2.0, -3.0, 5.0)),
    ("x·y + y", lambda x, y: x * y + y, (2.0, -3.0)),
    ("x·x", lambda x: x * x, (3.0,)),
    ("x·x + x", lambda x: x * x + x, (3.0,)),
    ("b + b, where b = a + a", lambda a: operator.add(*[a + a] * 2), (2.0,)),
    ("a + (x + a), where a = x + x", lambda x: _late(x + x, x), (1.0,)),
    ("m·m + m·x, where m = x·y", lambda x, y: _shared(x * y, x), (2.0, 3.0)),
    ("s·x, where s = x + (x + x·x)", lambda x: (x + (x + x * x)) * x, (2.0,)),
)


def _late(a: Any, x: Any) -> Any:
    return a + (x + a)


def _shared(m: Any, x: Any) -> Any:
    return m * m + m * x


def _tried(kind: type, case: Case, idea: str = "", if_it_stops: str = "") -> None:
    """Refuse a result or a gradient that is not microgradlab's."""
    text, f, numbers = case
    names = f.__code__.co_varnames[: len(numbers)]
    truth = [engine.Value(x, name) for x, name in zip(numbers, names)]
    root = f(*truth)
    root.backward()
    leaves = _leaves(kind, numbers)
    at = ", ".join(f"{name} = {x:g}" for name, x in zip(names, numbers))
    told = f"{text} at {at}"
    end = tried(told, lambda: f(*leaves), if_it_stops)
    close(_has(end, told, "data"), root.data, told, idea, rel=1e-9, abs=1e-9)
    _has(end, told, "backward")
    tried(f"backward() of {told}", lambda: (end.backward(), True), if_it_stops)
    for name, leaf, right in zip(names, leaves, truth):
        try:
            sentence = f"After backward() through {told}, {name}.grad"
            close(_has(leaf, name, "grad"), right.grad, sentence, idea or _idea(leaf, right, root), 1e-9, 1e-9)
        except Unmet as unmet:
            unmet.graph, unmet.theirs = root, False
            raise


def _idea(leaf: Any, right: Any, root: Any) -> str:
    """What may be wrong with that gradient."""
    if leaf.grad == overwritten(root).get(id(right)):
        return ADDS
    used = sum(argument is right for argument, _ in engine.trace(root)[1])
    if leaf.grad == 0.0 or used < 2:
        return "the end comes first, with grad = 1; then each node passes on its own grad times the local derivative."
    return "a node has one turn, when all that is made from it has had its own: lesson 3, section 6."


def _backward(found: Any) -> None:
    kind = _engine(found)
    [leaf] = _leaves(kind, [2.0])
    _has(leaf, "Value(2)", "backward")
    for case in SUMS_AND_PRODUCTS:
        _tried(kind, case)
    for _ in range(5):
        steps = [(random.choice("+*"), random.random(), random.random()) for _ in range(6)]

        def f(x: Any, y: Any, steps: Any = steps) -> Any:
            known = [x, y]
            for sign, i, j in steps:
                a, b = (known[int(share * len(known))] for share in (i, j))
                known.append(a + b if sign == "+" else a * b)
            return known[-1]

        _tried(kind, ("a random expression", f, (random.uniform(-1.5, 1.5), random.uniform(-1.5, 1.5))))


def _tanh(found: Any) -> None:
    kind = _engine(found)
    idea = "the slope of tanh is 1 − tanh²: of the result, not of x."
    comma = "a tuple of one entry has a comma: (self,), and the same for its local derivative."
    for x in (0.0, 0.5, -1.0, 2.0, random.uniform(-3.0, 3.0)):
        _tried(kind, ("tanh(x)", lambda x: x.tanh(), (x,)), idea, comma)
    _tried(kind, ("tanh(w·x)", lambda w, x: (w * x).tanh(), (0.5, -3.0)))
    large = "math.tanh knows what to do where e^(2x) is too large."
    for x in (20.0, 1000.0, -1000.0):
        _tried(kind, ("tanh(x)", lambda x: x.tanh(), (x,)), large, large)


EVERYDAY: tuple[Case, ...] = (
    ("x + y", lambda x, y: x + y, (3.0, 5.0)),
    ("x * y", lambda x, y: x * y, (3.0, 5.0)),
    ("x + 1", lambda x: x + 1, (3.0,)),
    ("1 + x", lambda x: 1 + x, (3.0,)),
    ("x * 2", lambda x: x * 2, (3.0,)),
    ("2 * x", lambda x: 2 * x, (3.0,)),
    ("0.5 * x", lambda x: 0.5 * x, (3.0,)),
    ("-x", lambda x: -x, (3.0,)),
    ("x - y", lambda x, y: x - y, (3.0, 5.0)),
    ("x - 1", lambda x: x - 1, (3.0,)),
    ("1 - x", lambda x: 1 - x, (3.0,)),
    ("(x - 0.5) * (x - 0.5)", lambda x: (x - 0.5) * (x - 0.5), (3.0,)),
)


MIXED = {
    "x": "only a plain number is made into a Value; a Value stays as it is.",
    "0": "for 0.5 * x Python asks 0.5 first, and then x.__rmul__(0.5); and 0.5 is a plain number as 2 is.",
    "2": "for 2 * x Python asks 2 first, and then x.__rmul__(2).",
    "1": "for 1 + x Python asks 1 first, and then x.__radd__(1); for 1 - x it asks x.__rsub__(1), which is −x + 1.",
}


def _everyday(found: Any) -> None:
    kind = _engine(found)
    for case in EVERYDAY:
        _tried(kind, case, MIXED.get(case[0][0], ""), MIXED.get(case[0][0], ""))


def _deep(found: Any) -> None:
    kind = _engine(found)
    for case in SUMS_AND_PRODUCTS:
        _tried(kind, case)

    def chain(x: Any) -> Any:
        y = x
        for _ in range(DEEP):
            y = y + x
        return y

    idea = "no function that calls itself: sort by birth, or keep a list of what is still to be visited."
    _tried(kind, (f"a chain of {DEEP:,} sums", chain, (1.0,)), idea, idea)


def _whole(found: Any) -> None:
    kind = _engine(found)
    idea = "relu lets a number above 0 pass, with slope 1; all others become 0, with slope 0."
    for x in (3.0, -2.0, 0.0):
        _tried(kind, ("relu(x)", lambda x: x.relu(), (x,)), idea)
    _tried(kind, ("relu(w·x)", lambda w, x: (w * x).relu(), (2.0, 3.0)))
    for names in [[name] for name in OPS] + [[*OPS]]:
        if wrong := hunt(kind, names):
            raise wrong


def hunt(kind: type, names: Sequence[str], atol: float = 1e-9) -> Unmet | None:
    """Try an engine on expressions of these ops: the smallest that it gets wrong, in words and as a graph, if any."""
    try:
        from hypothesis import Phase, given, settings
    except ImportError:
        raise MissingDependencyError("hypothesis", "testing", "the hunter") from None
    from microgradlab.testing import check_gradients, expressions

    failed: list[Any] = []

    @settings(max_examples=25, database=None, deadline=None, derandomize=True, phases={*Phase} - {Phase.explain})
    @given(expressions(ops=names, max_nodes=12))
    def every_gradient_is_right(expression: Any) -> None:
        try:
            check_gradients(expression, value=kind, atol=atol)
        except GradientError:
            failed.append(expression)
            raise

    try:
        every_gradient_is_right()
    except GradientError as error:
        lines = str(error).splitlines()
        sentence = "\n  ".join(line.strip() for line in lines if not line.startswith("Picture"))
        return Unmet(sentence, "the smallest expression that goes wrong, above.", _graph_of(failed[-1]))
    return None


def _graph_of(expression: Any) -> Any:
    """The graph of an expression at its point, as it should be."""
    root = expression(*(engine.Value(x, name) for x, name in zip(expression.point, expression.variables)))
    root.backward()
    return root


EXERCISES = (
    Exercise(
        "04.1", "A number that remembers", "Value",
        '''class Value:
    """A number that remembers how it was made."""

    def __init__(self, data, arguments=(), locals=()):
        self.data, self.grad = data, 0.0
        self.arguments, self.locals = arguments, locals

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))


First = Value  # the class so far, for the next step to build upon''',
        _remembers,
        ("Each method makes a new Value, from three things: its data, its two arguments, its two local derivatives.",
         "The data of x + y is self.data + other.data, and the arguments are (self, other). How fast does the sum "
         "change with each of them? And the product?",
         "A sum changes as fast as each of its terms: (1.0, 1.0). A product changes other.data times as fast as self, "
         "and self.data times as fast as other."),
        '''class Value:
    """A number that remembers how it was made."""

    def __init__(self, data, arguments=(), locals=()):
        self.data, self.grad = data, 0.0
        self.arguments, self.locals = arguments, locals

    def __add__(self, other):
        ...  # return Value(data, arguments, locals)

    def __mul__(self, other):
        ...


First = Value  # the class so far, for the next step to build upon''',
    ),
    Exercise(
        "04.2", "The way back", "Value",
        '''class Value(First):  # all that it was, and the following
    def backward(self):
        """Give every Value that self was made from its gradient."""
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for argument in node.arguments:
                    visit(argument)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for argument, local in zip(node.arguments, node.locals):
                argument.grad += node.grad * local


Second = Value  # the class so far, for the next step to build upon''',
        _backward,
        ("You have written both halves in lesson 3: an order in 3.3, and the way back through it in 3.2.",
         "Find the order first, from self down to the leaves; set self.grad = 1.0; then let each node pass on.",
         "Paste last_first and backward of lesson 3 into the method, with self for root: "
         "order = last_first(self); self.grad = 1.0; and the two loops with argument.grad += node.grad * local."),
        '''class Value(First):  # all that it was, and the following
    def backward(self):
        """Give every Value that self was made from its gradient."""
        ...


Second = Value  # the class so far, for the next step to build upon''',
    ),
    Exercise(
        "04.3", "A bend", "Value",
        '''class Value(Second):
    def tanh(self):
        """tanh of the number, which bends every number into one between -1 and 1."""
        t = math.tanh(self.data)
        return Value(t, (self,), (1.0 - t * t,))


Third = Value  # the class so far, for the next step to build upon''',
        _tanh,
        ("As for + and *, but with one argument and one local derivative. math.tanh computes the number.",
         "The slope of tanh at x is 1 − tanh(x)², so the result's own data will do. And mind the comma: (self,).",
         "t = math.tanh(self.data); the arguments are (self,), and the locals (1.0 - t * t,)."),
        '''class Value(Second):
    def tanh(self):
        """tanh of the number, which bends every number into one between -1 and 1."""
        ...


Third = Value  # the class so far, for the next step to build upon''',
    ),
    Exercise(
        "04.4", "Beside plain numbers", "Value",
        '''class Value(Third):
    """The same beside plain numbers, x + 1 and 2 * x, and with minus."""

    def __add__(self, other):
        return super().__add__(like(other))

    def __mul__(self, other):
        return super().__mul__(like(other))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + other * -1.0

    def __rsub__(self, other):
        return -self + other

    __radd__, __rmul__ = __add__, __mul__


def like(number):
    return Value(number) if isinstance(number, (int, float)) else number


Fourth = Value  # the class so far, for the next step to build upon''',
        _everyday,
        ("Make a Value of a plain number first; then everything is as it was. super().__add__(other) is the sum of two "
         "Values that you have written already.",
         "Minus needs no rules of its own: −x is x·(−1), and x − y is x + (−1)·y. For 2 * x and 1 + x, "
         "__rmul__ and __radd__ may be the same methods as __mul__ and __add__, as the order does not matter.",
         "like(other) is Value(other) if other is an int or a float, and other itself if not; then "
         "return super().__add__(like(other)). __rsub__(self, other) is other − self, that is, −self + other."),
        '''class Value(Third):
    """The same beside plain numbers, x + 1 and 2 * x, and with minus."""

    def __add__(self, other):
        ...  # super().__add__(other) adds two Values, as before

    def __mul__(self, other):
        ...

    def __neg__(self):
        ...

    def __sub__(self, other):
        ...

    def __rsub__(self, other):
        ...  # what Python asks for in 1 - x: other is 1

    __radd__, __rmul__ = __add__, __mul__  # what Python asks for in 1 + x and 2 * x


Fourth = Value  # the class so far, for the next step to build upon''',
    ),
    Exercise(
        "04.5", "No deeper than it must be", "Value",
        '''from itertools import count

births = count()


class Value(Fourth):
    def __init__(self, data, arguments=(), locals=()):
        super().__init__(data, arguments, locals)
        self.birth = next(births)

    def backward(self):
        """The same without a function that calls itself."""
        found, todo = {self}, [self]
        while todo:
            new = {*todo.pop().arguments} - found
            found |= new
            todo += new
        self.grad = 1.0
        for node in sorted(found, key=lambda node: node.birth, reverse=True):
            for argument, local in zip(node.arguments, node.locals):
                argument.grad += node.grad * local


Fifth = Value  # the class so far, for the next step to build upon''',
        _deep,
        ("Give every Value a number when it is made. Then no visit is needed to find the order: the youngest is first.",
         "You still need to find all nodes: keep a list of those whose arguments you have not looked at yet, and take "
         "one after the other from it until it is empty.",
         "found, todo = {self}, [self]; while todo: look at the arguments of todo.pop(), and put those that are not in "
         "found into both. Then go through sorted(found, key=lambda node: node.birth, reverse=True)."),
        '''from itertools import count

births = count()  # next(births) is 0, then 1, then 2, …


class Value(Fourth):
    def __init__(self, data, arguments=(), locals=()):
        super().__init__(data, arguments, locals)
        self.birth = next(births)

    def backward(self):
        """The same without a function that calls itself."""
        ...


Fifth = Value  # the class so far, for the next step to build upon''',
    ),
    Exercise(
        "04.6", "The whole engine, before the hunter", "Value",
        '''class Value(Fifth):
    def relu(self):
        """The number if it is above 0, else 0."""
        slope = 1.0 if self.data > 0.0 else 0.0
        return Value(max(0.0, self.data), (self,), (slope,))''',
        _whole,
        ("relu is like tanh: one argument, and one local derivative, that depends on where self.data is.",
         "max(0.0, self.data) is the number. The slope is 1 where it passes, and 0 where it is stopped.",
         "slope = 1.0 if self.data > 0.0 else 0.0, and then Value(max(0.0, self.data), (self,), (slope,))."),
        '''class Value(Fifth):
    def relu(self):
        """The number if it is above 0, else 0."""
        ...''',
    ),
)  # fmt: skip
