"""Every small change to a source file that a test should notice: the operators of mutmut, and a few of our own.

mutmut itself plants its changes through wrappers around functions, which leaves out what is decorated (properties,
`no_grad`), class bodies and modules. Here each change is made in the whole file, which a fresh process then imports.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import libcst as cst
from mutmut.mutation.mutators import mutation_operators

PASS = cst.SimpleStatementLine([cst.Pass()])
ALWAYS = cst.Name("True")


@dataclass(frozen=True)
class Mutant:
    """A file with one change."""

    file: str
    line: int
    change: str  # "the old line → the new line"
    source: str
    original: str


def dropped_statement(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    match node.body[0]:
        case cst.Import() | cst.ImportFrom() | cst.Expr(value=cst.SimpleString()) | cst.AnnAssign(value=None):
            return
    yield PASS.with_changes(leading_lines=node.leading_lines)


def opposite(node: cst.If | cst.While | cst.CompIf) -> Iterator[cst.CSTNode]:
    yield node.with_changes(test=cst.UnaryOperation(cst.Not(), _parenthesised(node.test)))


def one_side(node: cst.BooleanOperation) -> Iterator[cst.CSTNode]:
    yield _parenthesised(node.left)
    yield _parenthesised(node.right)


def no_iterations(node: cst.For | cst.CompFor) -> Iterator[cst.CSTNode]:
    yield node.with_changes(iter=cst.Tuple([], lpar=[cst.LeftParen()], rpar=[cst.RightParen()]))


def undecorated(node: cst.FunctionDef | cst.ClassDef) -> Iterator[cst.CSTNode]:
    if node.decorators:
        yield node.with_changes(decorators=[])


def unprotected(node: cst.Try) -> Iterator[cst.CSTNode]:
    if node.finalbody:  # what it does at the end is left out if something is raised before
        yield cst.If(ALWAYS, cst.IndentedBlock([*node.body.body, *node.finalbody.body.body]))


def without_context(node: cst.With) -> Iterator[cst.CSTNode]:
    yield cst.If(ALWAYS, node.body)


OWN: list[tuple[type | tuple[type, ...], Callable[..., Iterator[cst.CSTNode]]]] = [
    (cst.SimpleStatementLine, dropped_statement),
    ((cst.If, cst.While, cst.CompIf), opposite),
    (cst.BooleanOperation, one_side),
    ((cst.For, cst.CompFor), no_iterations),
    ((cst.FunctionDef, cst.ClassDef), undecorated),
    (cst.Try, unprotected),
    (cst.With, without_context),
]


class Changes(cst.CSTVisitor):
    """Collects (old node, new node) all over a file, but for annotations, imports and prose."""

    def __init__(self) -> None:
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, (cst.Annotation, cst.Import, cst.ImportFrom)) or _is_prose(node):
            return False
        for kind, change in [*mutation_operators, *OWN]:
            if isinstance(node, kind):
                changed = islice(change(node), 1 if kind is cst.BaseString else None)  # the others change its case
                self.found += [(node, new) for new in changed]
        return True


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file that compiles, each once, from top to bottom."""
    source = path.read_text(encoding="utf-8")
    module = cst.parse_module(source)
    seen = {source}
    start = source.index(module.code_for_node(module.body[0]))
    for statement in module.body:  # each by itself, as to replace a node copies all that is around it
        end = start + len(module.code_for_node(statement))
        changes = Changes()
        statement.visit(changes)
        for old, new in changes.found:
            changed = new if old is statement else statement.deep_replace(old, new)
            mutant = source[:start] + module.code_for_node(changed) + source[end:]
            if mutant not in seen and _compiles(mutant):
                seen.add(mutant)
                yield Mutant(path.name, *_described(source.splitlines(), mutant.splitlines()), mutant, source)
        start = end


def _parenthesised(node: cst.BaseExpression) -> cst.BaseExpression:
    return node.with_changes(lpar=[cst.LeftParen(), *node.lpar], rpar=[*node.rpar, cst.RightParen()])


def _is_prose(node: cst.CSTNode) -> bool:
    """A string with spaces is for people: tests look for what it says, not at every letter."""
    return isinstance(node, cst.SimpleString) and " " in node.value


def _compiles(source: str) -> bool:
    try:
        compile(source, "<mutant>", "exec")
    except SyntaxError:
        return False
    return True


def _described(before: list[str], after: list[str]) -> tuple[int, str]:
    """The number of the first line that differs, and the lines that do, before and after."""
    first = _alike(before, after)
    last = _alike(before[first:][::-1], after[first:][::-1])
    return first + 1, f"{_joined(before[first : len(before) - last])} → {_joined(after[first : len(after) - last])}"


def _alike(before: list[str], after: list[str]) -> int:
    """How many lines are the same until the first that is not."""
    return next((i for i, (a, b) in enumerate(zip(before, after)) if a != b), min(len(before), len(after)))


def _joined(lines: list[str]) -> str:
    """The lines as one, without comments."""
    return " / ".join(line.split("  # ")[0].strip() for line in lines) or "nothing"
