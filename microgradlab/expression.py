"""Expressions as people type them, such as `tanh(w*x + b)`, read into graphs of Values.

    >>> y = evaluate("tanh(w*x + b)", {"w": 2.0, "x": 0.5, "b": -0.5})
    >>> print(f"{y.label} = {y.data:.4f}")
    tanh(w*x + b) = 0.4621

Python's parser reads the text, but nothing of it is run as Python: numbers, the given names,
arithmetic and the ops of the table have a meaning here; all else is an error that points at its place.
"""

import ast
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from typing import Any
from unicodedata import normalize

from microgradlab import ops
from microgradlab.coercion import named_number, number, shown
from microgradlab.engine import Value
from microgradlab.errors import ExpressionError
from microgradlab.row import SEQUENCE, table

__all__ = ["evaluate"]

LONGEST, LONGEST_LABEL = 2000, 40  # characters
ATTEMPTS = 8  # at parsing
STRAY = re.compile(r"\\|(?<!\w)\d[\w.]*?(and|else|for|if|in|is|not|or)")  # of this the parser would warn on stderr

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: ops.add,
    ast.Sub: ops.sub,
    ast.Mult: ops.mul,
    ast.Div: ops.div,
    ast.Pow: ops.pow,
    ast.USub: ops.neg,
    ast.UAdd: lambda x: x,
}
ALLOWED = (
    "an expression has numbers, names, + - * / ** (2*x, not 2x), parentheses, "
    "and functions such as tanh(x) or max(x, y)"
)


def evaluate(text: str, variables: Mapping[str, Any]) -> Value:
    """The result of the expression, computed with these numbers; each name is one leaf, however often it occurs.

    The result is labelled with the text, if that is short. Numbers in the text are constants, as in
    Python code with Values, and arithmetic does not raise: `1/x` at 0 is inf.

    Raises:
        ExpressionError: the text is no such expression, a name has no number, or a number is for no name in it.
        TypeError, OverflowError: one of the variables is not a number that fits a float.
    """
    if not isinstance(text, str):
        raise TypeError(f"an expression is a text, such as 'tanh(w*x + b)', got {shown(text)}")
    if not isinstance(variables, Mapping) or not all(isinstance(name, str) for name in variables):
        raise TypeError(f"variables are numbers by name, such as {{'x': 2.0}}, got {shown(variables)}")
    text = " ".join(text.split())  # one line, for the caret
    numbers = {name: named_number(name, x) for name, x in variables.items()}
    leaves = {normalize("NFKC", name): Value(x, label=name) for name, x in numbers.items()}  # as the parser does
    reader = _Reader(text, leaves)
    try:
        result = reader.value(_parsed(text))
    except RecursionError:
        raise ExpressionError("too deep: use fewer parentheses, or sum(a, b, …) for a long sum") from None
    unused = [leaf.label for name, leaf in leaves.items() if name not in reader.used]
    if unused:
        raise ExpressionError(f"{unused[0]:.60} does not occur in {text:.60}: leave out {unused[0]:.60}=…")
    root: Value = result if type(result) is Value else Value(result)
    if not root.label and len(text) <= LONGEST_LABEL:
        root.label = text
    return root


def _parsed(text: str) -> ast.expr:
    """The syntax tree that Python makes of the text."""
    if not text:
        raise ExpressionError("an expression is missing: type one such as tanh(w*x + b)")
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression has at most {LONGEST:,} characters, got {len(text):,}")
    if stray := STRAY.search(text):
        raise _error(text, stray.start(), f"not an expression: {ALLOWED}")
    try:
        return syntax_tree(text)
    except SyntaxError as error:
        position = error.offset - 1 if error.offset else len(text)
        raise _error(text, position, f"not an expression ({error.msg}): {ALLOWED}") from None
    except (MemoryError, ValueError) as error:  # nested beyond the parser's stack; a null or half a character
        what = "half a character" if isinstance(error, UnicodeError) else error or "too deep"
        raise ExpressionError(f"not an expression ({what}): {ALLOWED}") from None


def syntax_tree(text: str) -> ast.expr:
    """`ast.parse`, again where CPython 3.11 has mixed up its depth with that of another thread's."""
    for _ in range(ATTEMPTS):
        with suppress(SystemError):
            return ast.parse(text, mode="eval").body
    return ast.parse(text, mode="eval").body


def _error(text: str, position: int, problem: str) -> ExpressionError:
    """What is wrong, with a caret under that position of the text."""
    start = max(0, position - 40)
    return ExpressionError(f"{problem}\n  {text[start : start + 80]}\n  {' ' * (position - start)}^")


class _Reader:
    """Goes through the syntax tree of `text`, and notes which of the `leaves` it has `used`."""

    def __init__(self, text: str, leaves: Mapping[str, Value]) -> None:
        self.text, self.leaves = text, leaves
        self.used: set[str] = set()

    def value(self, tree: ast.expr) -> Any:
        """What this part of the tree stands for: a Value, or a float where no name is in it."""
        match tree:
            case ast.Constant(value=int() | float() as x) if type(x) is not bool:
                return self.constant(tree, x)
            case ast.Name(id=name):
                return self.leaf(tree, name)
            case ast.UnaryOp(op=operator, operand=x) if type(operator) in OPERATORS:
                return OPERATORS[type(operator)](self.value(x))
            case ast.BinOp(left=a, op=operator, right=b) if type(operator) in OPERATORS:
                return OPERATORS[type(operator)](self.value(a), self.value(b))
            case ast.BinOp(op=ast.BitXor(), right=b):
                raise self.error(b, "a power is written with **, as in x**2")
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self.call(tree, name, arguments)
        raise self.error(tree, ALLOWED)

    def error(self, tree: ast.expr, problem: str) -> ExpressionError:
        """What is wrong with this part of the text."""
        before = self.text.encode()[: tree.col_offset]  # the parser counts bytes
        return _error(self.text, len(before.decode()), problem)

    def constant(self, tree: ast.expr, x: float) -> float:
        """A number in the text."""
        try:
            return number(x)
        except OverflowError:
            raise self.error(tree, "this number is beyond the largest float, about 1.8e308") from None

    def leaf(self, tree: ast.expr, name: str) -> Value:
        """The Value of a name."""
        if name in self.leaves:
            self.used.add(name)
            return self.leaves[name]
        if name in table:
            raise self.error(tree, f"{name} is a function: write {name}(…), or add {name}=…")
        raise self.error(tree, f"{name:.60} has no number: add {name:.60}=…")

    def call(self, tree: ast.expr, name: str, arguments: list[ast.expr]) -> Any:
        """An op of the table; one over a sequence takes its arguments as that: `max(x, y, 0)`."""
        op = table.get(name)
        if op is None:
            anagrams = [known for known in table if sorted(known) == sorted(name)]  # tahn is tanh, not tan
            near = anagrams or get_close_matches(name, table, n=1)
            raise self.error(tree, f"there is no function {name:.60}" + (f": did you mean {near[0]}?" if near else ""))
        if op.domain == (SEQUENCE,) and arguments:
            return op([self.value(x) for x in arguments])
        if SEQUENCE in op.domain or not 0 <= len(op.rules) - len(arguments) <= len(op.defaults):
            raise self.error(tree, f"{name} is called as {op}; arguments here: {len(arguments)}")
        return op(*map(self.value, arguments))
