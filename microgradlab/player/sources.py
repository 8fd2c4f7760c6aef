"""Where a function stands in its source: the syntax tree of a `def`, or of one lambda among several in a line."""

import ast
import linecache
from functools import lru_cache
from types import FunctionType


def tree_of(function: FunctionType) -> ast.FunctionDef | ast.Lambda | None:
    """The syntax tree of a function, from the source that it was read from; None if that is not to be found."""
    code = function.__code__
    nodes = _functions_in("".join(linecache.getlines(code.co_filename)))
    if code.co_name != "<lambda>":
        for node in nodes:
            if (
                isinstance(node, ast.FunctionDef)
                and node.name == code.co_name
                and _first_line(node) == code.co_firstlineno
            ):
                return node
    else:
        spots = [(line, column) for line, _, column, _ in code.co_positions() if line and column]
        inside = [node for node in nodes if isinstance(node, ast.Lambda)
                  and all(_start(node.body) <= spot <= _end(node.body) for spot in spots)]  # fmt: skip
        if spots and inside:
            return max(inside, key=lambda node: _start(node.body))  # the innermost
    return None


@lru_cache
def _functions_in(source: str) -> list[ast.FunctionDef | ast.Lambda]:
    """Every function in a file."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # as where the file was edited since
        return []
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]


def _first_line(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _start(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: ast.expr) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or 0
