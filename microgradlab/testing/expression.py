"""An op with its arguments, and expressions made of such: what the strategies draw, to run on numbers of any kind.

    >>> from microgradlab import Value, ops
    >>> call = OpCall(ops.hypot, (3.0, 4.0))
    >>> call, call(), call(Value(6.0), 8.0)
    (hypot(3.0, 4.0), 5.0, Value(data=10.0, grad=0.0, op='hypot'))

An expression is a straight-line program: a list of calls, each of which may take the results of earlier ones. So what
is shared is computed once, and nothing recurses, however deep it is. Its text is Python for the namespace of
`microgradlab.ops`, and is read without running any of it.
"""

import ast
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from keyword import iskeyword
from numbers import Real
from string import ascii_lowercase
from typing import Any
from unicodedata import normalize

from microgradlab.coercion import shown
from microgradlab.engine import Value, results_of
from microgradlab.expression import STRAY, syntax_tree
from microgradlab.formula import ATOM, INFIX, PREFIX, Formula, wrapped
from microgradlab.row import Domain, Op, handlers, table

__all__ = ["Expression", "OpCall", "Place", "recorded"]

# How Python writes an op, and runs it on numbers that the table has no handler for.
OPERATORS: dict[str, tuple[str, Callable[..., Any]]] = {
    "add": ("+", operator.add),
    "sub": ("-", operator.sub),
    "mul": ("*", operator.mul),
    "div": ("/", operator.truediv),
    "pow": ("**", operator.pow),
    "neg": ("-", operator.neg),
    "abs": ("abs", abs),
}
SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
    ast.USub: "neg",
}
DEEPEST = 40  # ops one inside another in a text: Python's parser takes no more than 200 parentheses
NAMED = re.compile(r"([^\W\d]\w*) ?=(?!=)(.*)")
ALLOWED = "there may be numbers, variables, + - * / **, ops such as tanh(x) or sum([x, y]), and a = …; before the end"


def _print(drawn: Any, printer: Any, _: bool) -> None:
    printer.text(repr(drawn))


class Place(int):
    """Which number an argument is: a variable or, counting on from there, the result of a step."""


@dataclass(frozen=True, repr=False)
class OpCall:
    """An op and its arguments: floats, a tuple of floats for a sequence, an int for an index.

    Call it with as many numbers as `point` has, of any kind: the op runs on them in place of its floats; with none, it
    runs on the floats. Within an expression an argument may also be a Place.
    """

    op: Op
    arguments: tuple[Any, ...]
    _repr_pretty_ = _print  # hypothesis would print the fields

    @property
    def point(self) -> tuple[float, ...]:
        """The floats among the arguments, sequences opened."""
        return tuple(x for x in flat(self.arguments) if type(x) is float)

    def __call__(self, *numbers: Any) -> Any:
        rest = iter(_one_for_each(self.point, numbers, f"{self.op}, with its sequences opened,"))
        return run(self.op, mapped(lambda x: next(rest) if type(x) is float else x, self.arguments))

    def __repr__(self) -> str:
        return _python(self.op, mapped(_constant, self.arguments)).text


@dataclass(frozen=True, repr=False)
class Expression:
    """A function of `variables`, made of ops, and a `point`, a float for each variable, where all of it is defined.

    Call it with one number of any kind for each variable; with none, it is computed at its point.

        >>> e = Expression.parse("a = tanh(x); a * a", x=0.5)
        >>> e(), e(1.0)
        (0.21355226703407257, 0.5800256583859739)
    """

    variables: tuple[str, ...]
    point: tuple[float, ...]
    steps: tuple[OpCall, ...]
    _repr_pretty_ = _print

    @property
    def ops(self) -> tuple[Op, ...]:
        """The ops in it, each once, in the order of their first use."""
        return tuple(dict.fromkeys(step.op for step in self.steps))

    @property
    def calls(self) -> tuple[OpCall, ...]:
        """Each step with the floats that it gets at the point."""
        results = self.results()
        return tuple(OpCall(step.op, filled(step.arguments, results)) for step in self.steps)

    @classmethod
    def parse(cls, text: str, /, **point: float) -> "Expression":
        """The expression of this text, as `str` writes it: so a failing case can be kept, with `@example`.

        Python's parser reads the text, but nothing of it is run as Python: there are numbers, the variables, the ops
        and their operators, and names for results.

        Raises:
            NameError: there is another name in it.
            ValueError: there is something else in it, or no variable.
            TypeError, OverflowError: it is no text, or what a variable is given is not a number that fits a float.
        """
        if not isinstance(text, str):
            raise TypeError(f"an expression is a text, such as 'tanh(x) * y', got {shown(text)}")
        leaves = [Value(x, label=name) for name, x in point.items()]
        root = _read(text, {normalize("NFKC", leaf.label): leaf for leaf in leaves})  # as the parser does
        if type(root) is not Value:
            raise ValueError(f"{text!r:.60} has no variable: give each in it a number, parse('x * y', x=1.0, y=2.0)")
        return recorded(root, leaves)

    def __call__(self, *numbers: Any) -> Any:
        return self.results(*numbers)[-1]

    def results(self, *numbers: Any) -> list[Any]:
        """The numbers, and after them the result of each step, the last of which is the expression's."""
        results = list(_one_for_each(self.point, numbers, f"an expression of {', '.join(self.variables)}"))
        for step in self.steps:
            results.append(run(step.op, filled(step.arguments, results)))
        return results

    def __str__(self) -> str:
        uses = Counter(x for step in self.steps for x in flat(step.arguments) if type(x) is Place)
        names = (name for name in _names() if name not in self.variables and name not in table)
        parts, lines = [Formula(name) for name in self.variables], []
        depths = [0] * len(parts)
        for step in self.steps:
            shown = mapped(lambda x: parts[x] if type(x) is Place else _constant(x), step.arguments)
            part = _python(step.op, shown)
            used = uses[Place(len(parts))]
            depths.append(1 + max((depths[x] for x in flat(step.arguments) if type(x) is Place), default=0))
            if used > 1 or (used and depths[-1] == DEEPEST):
                depths[-1] = 0
                name = next(names)
                lines.append(f"{name} = {part.text}")
                part = Formula(name)
            parts.append(part)
        return "; ".join([*lines, parts[-1].text])

    def __repr__(self) -> str:
        at = "".join(f", {name}={x!r}" for name, x in zip(self.variables, self.point))
        return f"Expression.parse({str(self)!r}{at})"


def recorded(root: Value, leaves: Sequence[Value], names: Sequence[str] = ()) -> Expression:
    """What the graph of `root` computes, as a function of these leaves; other leaves are constants."""
    places = {id(leaf): Place(i) for i, leaf in enumerate(leaves)}

    def place(x: Any) -> Any:
        return x if type(x) is float else places.get(id(x), x.data)

    steps = []
    for node in reversed(results_of(root)):
        assert node.op is not None  # results have one
        arguments = mapped(place, node.arguments)
        steps.append(OpCall(node.op, tuple(int(a) if d.is_index else a for a, d in zip(arguments, node.op.domain))))
        places[id(node)] = Place(len(places))
    if not steps:  # a leaf is its own result
        steps = [OpCall(table["sub"], (place(root), 0.0))]  # as -0.0 + 0.0 would be 0.0
    names = names or [leaf.label or f"x{i}" for i, leaf in enumerate(leaves, start=1)]
    return Expression(tuple(names), tuple(leaf.data for leaf in leaves), tuple(steps))


def _read(text: str, known: dict[str, Any]) -> Any:
    """The number that the text stands for, a Value if there is a variable in it; NameError or ValueError."""
    *before, last = " ".join(text.split()).split(";")
    known = dict(known)
    try:
        if "#" in text or STRAY.search(text):  # a comment would hide the rest, and of the others the parser would warn
            raise ValueError(f"{text!r:.60} is no expression: {ALLOWED}")
        for part in before:
            named = NAMED.fullmatch(part.strip())
            name = normalize("NFKC", named[1]) if named else ""
            if named is None or iskeyword(name) or not name.isidentifier():
                raise ValueError(f"{part.strip()!r:.60} before ; names no result: {ALLOWED}")
            known[name] = _Reader(known).number(syntax_tree(named[2].strip()))
        return _Reader(known).number(syntax_tree(last.strip()))
    except (SyntaxError, UnicodeError) as error:
        what = "half a character" if isinstance(error, UnicodeError) else error.msg
        raise ValueError(f"{text!r:.60} is no expression ({what:.60}): {ALLOWED}") from None
    except (RecursionError, MemoryError):
        raise ValueError(f"{text!r:.60} is too deep: name a part of it, 'a = …; tanh(a)'") from None
    except (ArithmeticError, TypeError) as error:  # of a constant, such as 1.0 / 0.0
        raise ValueError(f"{text!r:.60} cannot be computed: {error}") from error


class _Reader:
    """Goes through a syntax tree, in which the names stand for what is `known`."""

    def __init__(self, known: dict[str, Any]) -> None:
        self.known = known

    def number(self, tree: ast.expr) -> Any:
        """What this part of the tree stands for: a Value, or a float where no variable is in it."""
        match tree:
            case ast.Constant(value=int() | float() as x) if type(x) is not bool:
                return float(x)  # so that 9**9**9 is at once inf
            case ast.Name(id=name) if name in self.known:
                return self.known[name]
            case ast.Name(id="inf" | "nan" as name):
                return float(name)
            case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)) if name not in table and name not in self.known:
                raise NameError(f"{name:.60} is neither a variable here nor an op: {ALLOWED}")
            case ast.UnaryOp(op=sign, operand=x) if type(sign) in SIGNS:
                return self.result(table[SIGNS[type(sign)]], [x])
            case ast.BinOp(left=a, op=sign, right=b) if type(sign) in SIGNS:
                return self.result(table[SIGNS[type(sign)]], [a, b])
            case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]) if name in table:
                return self.result(table[name], parts)
        raise _refused(tree, ALLOWED)

    def result(self, op: Op, parts: list[ast.expr]) -> Any:
        """The op on what these parts of the tree stand for."""
        if not 0 <= len(op.rules) - len(parts) <= len(op.defaults):
            raise ValueError(f"{op} does not take {len(parts)} arguments")
        return op(*[self.argument(part, domain) for part, domain in zip(parts, op.domain)])

    def argument(self, tree: ast.expr, domain: Domain) -> Any:
        """One argument of an op that takes it from this domain."""
        match tree:
            case ast.Constant(value=int() as i) if domain.is_index and type(i) is int:
                return i
            case ast.List(elts=parts) | ast.Tuple(elts=parts) if domain.sequence:
                return tuple(self.number(part) for part in parts)
        if domain.is_index or domain.sequence:
            wanted = "an index, such as 0," if domain.is_index else "a list, such as [x, y],"
            raise _refused(tree, f"{wanted} belongs there")
        return self.number(tree)


def _refused(tree: ast.expr, why: str) -> ValueError:
    return ValueError(f"{ast.unparse(tree):.60} is not allowed here: {why}")


def run(op: Op, arguments: tuple[Any, ...]) -> Any:
    """The op on numbers of any kind; on those of a class the table does not know, by its operator or its method.

    Raises:
        TypeError: that class has no such method, or the op takes a sequence.
    """
    kind = next((type(x) for x in flat(arguments) if not _is_known(x)), None)
    if kind is None:
        return op(*arguments)
    if op.name in OPERATORS:
        return OPERATORS[op.name][1](*arguments)
    method = getattr(kind, op.name, None)
    if op.over_sequences or not callable(method):
        why = "is over a sequence" if op.over_sequences else f"is no method of {kind.__name__}"
        raise TypeError(f"{op.name} {why}: write one, or draw from the ops it has, expressions(ops=['add', 'mul', …])")
    first, *others = arguments
    return method(kind(first) if _is_known(first) else first, *others)


def _is_known(x: Any) -> bool:
    return type(x) is float or type(x) in handlers or isinstance(x, (Real, Decimal))


def _one_for_each(point: tuple[float, ...], numbers: tuple[Any, ...], what: str) -> tuple[Any, ...]:
    """The numbers, as many as the point has; if there are none, the point."""
    if numbers and len(numbers) != len(point):
        raise TypeError(f"{what} takes {len(point)} numbers, got {len(numbers)}")
    return numbers or point


def flat(arguments: tuple[Any, ...]) -> list[Any]:
    """The arguments, sequences opened."""
    return [x for a in arguments for x in (a if isinstance(a, tuple) else (a,))]


def mapped(function: Callable[[Any], Any], arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The function of each argument, and of each element of a sequence."""
    return tuple(tuple(map(function, a)) if isinstance(a, tuple) else function(a) for a in arguments)


def filled(arguments: tuple[Any, ...], results: list[Any]) -> tuple[Any, ...]:
    """The arguments with the results that stand at their places."""
    return mapped(lambda x: results[x] if type(x) is Place else x, arguments)


def _names() -> Iterator[str]:
    """a, b, …, z, a1, b1, …"""
    return (letter + suffix for number in count() for suffix in [str(number or "")] for letter in ascii_lowercase)


def _constant(x: float) -> Formula:
    return Formula(repr(x), strength=PREFIX if x < 0 else ATOM)


def _python(op: Op, parts: tuple[Any, ...]) -> Formula:
    """How Python writes the op on these parts, each a Formula or a tuple of them."""
    sign = OPERATORS.get(op.name, (op.name,))[0]
    if op.name in INFIX and op.name in OPERATORS:
        strength = INFIX[op.name]
        around = (ATOM, PREFIX) if op.name == "pow" else (strength, strength + 1)  # -x ** -y is -(x ** (-y))
        left, right = map(wrapped, parts, around)
        return Formula(f"{left} {sign} {right}", strength=strength)
    if op.name == "neg":
        return Formula(f"-{wrapped(parts[0], PREFIX)}", strength=PREFIX)
    shown = [f"[{', '.join(x.text for x in part)}]" if isinstance(part, tuple) else part.text for part in parts]
    return Formula(f"{sign}({', '.join(shown)})")
