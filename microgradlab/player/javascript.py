"""Kernels in JavaScript: Python functions of floats, translated, so that a page computes what Python does.

    >>> from microgradlab import numerics
    >>> program = Program()
    >>> program.function(numerics.square)
    'square'
    >>> print(program.text)
    function square(x) {
      return (x * x);
    }

A kernel is a few lines of arithmetic, conditions, loops and other kernels, and so is its translation. What it calls is
translated with it; what Python itself is made of (`math`, `max`, `frexp` …) stands in `python.js`, which does what
Python does, to the exceptions. So an op has no second definition: one added by a user is translated like ours. What has
no translation, such as a kernel that calls numpy or C code, is an `UntranslatableError`, which says why.
"""

import ast
import builtins
from collections.abc import Callable, Iterable
from itertools import chain, count
from types import BuiltinFunctionType, FunctionType, MethodDescriptorType, ModuleType
from typing import Any, NoReturn

from microgradlab.player.sources import tree_of
from microgradlab.row import Op

# What python.js has, by module.
MATH = """acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1 fabs floor fmod
frexp fsum hypot isfinite isinf isnan ldexp log log10 log1p log2 pow prod sin sinh sqrt tan tanh trunc"""
OPERATOR = "abs add mul neg pos pow sub truediv"
BUILTINS = "abs all any enumerate filter float int len list map max min next range reversed round sorted sum tuple zip"
MOST_ARGUMENTS = {"py.round": 1, "py.int": 1, "py.float": 1, "py.sum": 1, "py.sorted": 1, "py.range": 2}
METHODS = ("as_integer_ratio", "count", "index", "remove", "append")
PYTHONS = (("math", "math", MATH), ("_operator", "operator", OPERATOR), ("builtins", "py", BUILTINS))
KNOWN = {(module, name): f"{prefix}.{name}" for module, prefix, names in PYTHONS for name in names.split()}
RESERVED = """arguments await break case catch class const continue debugger default delete do else enum eval export
extends false finally for function if implements import in instanceof interface let math new null operator package
private protected public py return static super switch this throw true try typeof undefined var void while with yield"""
OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Eq: "===",
    ast.NotEq: "!==",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
CALLS: dict[type[ast.AST], str] = {ast.Div: "py.div", ast.FloorDiv: "py.floordiv", ast.Mod: "py.mod", ast.Pow: "py.pow"}
ERRORS = (ZeroDivisionError, OverflowError, ValueError, ArithmeticError)


class UntranslatableError(ValueError):
    """A kernel has no translation; the message says why."""


class Program:
    """Functions in JavaScript, each after those that it calls."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.names: dict[Any, str] = {}
        self.taken: set[str] = set()

    @property
    def text(self) -> str:
        """The functions so far."""
        return "\n".join(self.texts)

    def function(self, function: Callable[..., Any]) -> str:
        """What to call the translation of a Python function, which is added if it is not there."""
        if isinstance(function, Op):
            function = function.kernel
        if (name := _of_python(function)) is not None:
            return name
        if not isinstance(function, FunctionType):
            raise UntranslatableError(f"{function!r:.60} is not written in Python")
        if function not in self.names:
            name = self._free_name(function.__name__)
            self.names[function] = name  # before its text, in which it may call itself
            texts, names = [*self.texts], {known: name for known, name in self.names.items() if known is not function}
            try:
                self.texts.append(_Writer(self, function, name).text())
            except UntranslatableError:
                self.texts, self.names = texts, names  # without what it alone would have called
                raise
        return self.names[function]

    def _free_name(self, name: str) -> str:
        name = _named(name if name.isidentifier() else "f")
        found = next(n for n in chain([name], (f"{name}{i}" for i in count(2))) if n not in self.taken)
        self.taken.add(found)
        return found


def _of_python(function: Any) -> str | None:
    """What python.js calls a function of Python's own, if it has it."""
    name = getattr(function, "__name__", "")
    if isinstance(function, MethodDescriptorType):
        return f"py.{name}" if name in METHODS else None
    is_pythons = isinstance(function, BuiltinFunctionType | type)
    return KNOWN.get((getattr(function, "__module__", ""), name)) if is_pythons else None


def _named(name: str) -> str:
    return f"{name}_" if name in RESERVED.split() else name


class _Writer:
    """Writes one function."""

    def __init__(self, program: Program, function: FunctionType, name: str) -> None:
        self.program, self.function, self.name = program, function, name
        tree = tree_of(function)
        if tree is None:
            raise UntranslatableError(f"the source of {function.__qualname__} is not to be found")
        self.tree = tree
        arguments = self.tree.args
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs:
            self.refuse(self.tree, "it takes any number of arguments, or some by name only")
        self.parameters = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
        names = (node for node in ast.walk(self.tree) if isinstance(node, ast.Name))
        stored = [name.id for name in names if isinstance(name.ctx, ast.Store)]
        self.variables = [each for each in dict.fromkeys(stored) if each not in self.parameters]
        self.local = {*self.parameters, *self.variables}

    def text(self) -> str:
        """The whole function."""
        values = self.function.__defaults__ or ()
        defaults = dict(zip(reversed(self.parameters), reversed(values)))
        parts = [_named(p) + (f" = {self.value(defaults[p])}" if p in defaults else "") for p in self.parameters]
        if isinstance(self.tree, ast.Lambda):
            body = [f"return {self.expression(self.tree.body)};"]
        else:
            body = self.block(self.tree.body)
        if self.variables:
            body.insert(0, f"let {', '.join(map(_named, self.variables))};")
        return "\n".join([f"function {self.name}({', '.join(parts)}) {{", *_indented(body), "}"])

    def refuse(self, node: ast.AST, why: str = "") -> NoReturn:
        words = ast.unparse(node).partition("\n")[0]
        raise UntranslatableError(f"{self.function.__qualname__} has {words:.60}" + (f": {why}" if why else ""))

    # statements ------------------------------------------------------------------------------------------------------

    def block(self, statements: Iterable[ast.stmt]) -> list[str]:
        return [line for statement in statements for line in self.statement(statement)]

    def statement(self, node: ast.stmt) -> list[str]:
        """The lines for one statement."""
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                return []
            case ast.Expr(value=value):
                return [f"{self.expression(value)};"]
            case ast.Return(value=value):
                return [f"return {self.expression(value)};" if value else "return;"]
            case ast.Assign(targets=[target], value=value):
                return [f"{self.expression(target)} = {self.expression(value)};"]
            case ast.AugAssign(target=ast.Name() as target, op=op, value=value):
                binary = ast.BinOp(ast.Name(target.id, ast.Load()), op, value)
                return [f"{self.expression(target)} = {self.expression(binary)};"]
            case ast.If(test=test, body=body, orelse=orelse):
                lines = [f"if ({self.condition(test)}) {{", *_indented(self.block(body)), "}"]
                return [*lines[:-1], "} else {", *_indented(self.block(orelse)), "}"] if orelse else lines
            case ast.While(test=test, body=body, orelse=[]):
                return [f"while ({self.condition(test)}) {{", *_indented(self.block(body)), "}"]
            case ast.For(target=target, iter=iterable, body=body, orelse=[]):
                head = f"for ({self.expression(target)} of {self.expression(iterable)}) {{"
                return [head, *_indented(self.block(body)), "}"]
            case ast.Try(body=body, handlers=handlers, orelse=[], finalbody=[]):
                caught = self.caught(handlers)
                return ["try {", *_indented(self.block(body)), "} catch (error) {", *_indented(caught), "}"]
        return self.refuse(node)

    def caught(self, handlers: list[ast.ExceptHandler]) -> list[str]:
        """What happens with an error: the first handler for its kind, or it goes on."""
        lines: list[str] = []
        for handler in handlers:
            if handler.name or handler.type is None:
                self.refuse(handler)
            kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            errors = [self.static(kind) for kind in kinds]
            if not all(error in ERRORS for error in errors):
                self.refuse(handler)
            test = f"py.is_a(error, {', '.join(repr(error.__name__) for error in errors)})"
            lines += [f"if ({test}) {{", *_indented(self.block(handler.body)), "}"]
            if not isinstance(handler.body[-1], ast.Return):
                self.refuse(handler, "an except block must end with return")
        return [*lines, "throw error;"]

    # expressions -----------------------------------------------------------------------------------------------------

    def condition(self, node: ast.expr) -> str:
        """A test, which is true where Python's is: nan is true, and an empty list is not."""
        match node:
            case ast.Compare():
                return self.expression(node)
            case ast.BoolOp(op=op, values=values):
                sign = " && " if isinstance(op, ast.And) else " || "
                return f"({sign.join(map(self.condition, values))})"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"!{self.condition(operand)}"
        return f"py.truth({self.expression(node)})"

    def expression(self, node: ast.expr) -> str:
        """The text for one expression."""
        match node:
            case ast.Constant(value=value):
                return self.value(value)
            case ast.Name(id=name) if name in self.local:
                return _named(name)
            case ast.Name() | ast.Attribute():
                return self.value(self.static(node))
            case ast.BinOp(left=ast.Constant(), right=ast.Constant()):
                return self.value(eval(compile(ast.Expression(node), "", "eval"), {"__builtins__": {}}))
            case ast.BinOp(left=left, op=op, right=right):
                a, b = self.expression(left), self.expression(right)
                if type(op) in CALLS:
                    return f"{CALLS[type(op)]}({a}, {b})"
                if type(op) in OPERATORS:
                    return f"({a} {OPERATORS[type(op)]} {b})"
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"(-{self.expression(operand)})"
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.expression(operand)
            case ast.UnaryOp(op=ast.Not()):
                return self.condition(node)
            case ast.BoolOp(op=op, values=[*others, last]):
                text, name = self.expression(last), "and" if isinstance(op, ast.And) else "or"
                for other in reversed(others):
                    text = f"py.{name}({self.expression(other)}, () => {text})"
                return text
            case ast.Compare(left=left, ops=signs, comparators=right) if all(type(sign) in OPERATORS for sign in signs):
                parts = [self.expression(part) for part in (left, *right)]
                pairs = zip(parts, signs, parts[1:])
                texts = [f"{a} {OPERATORS[type(sign)]} {b}" for a, sign, b in pairs]
                return f"({' && '.join(texts)})"
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return f"({self.condition(test)} ? {self.expression(body)} : {self.expression(orelse)})"
            case ast.NamedExpr(target=target, value=value):
                return f"({self.expression(target)} = {self.expression(value)})"
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return f"[{', '.join(map(self.expression, parts))}]"
            case ast.Starred(value=value):
                return f"...{self.expression(value)}"
            case ast.ListComp() | ast.GeneratorExp():
                return self.comprehension(node)
            case ast.Subscript(value=value, slice=ast.Slice(lower=lower, upper=upper, step=None)):
                ends = [self.expression(end) if end else "undefined" for end in (lower, upper)]
                return f"{self.expression(value)}.slice({', '.join(ends)})"
            case ast.Subscript(value=value, slice=index):
                return f"{self.expression(value)}.at({self.expression(index)})"
            case ast.Lambda(args=arguments, body=body) if not arguments.defaults:
                names = [argument.arg for argument in arguments.args]
                self.local |= {*names}
                return f"(({', '.join(map(_named, names))}) => {self.expression(body)})"
            case ast.Call(func=function, args=arguments):
                given = [*arguments, *self.placed(node)]
                if self.is_static(function) and len(given) > MOST_ARGUMENTS.get(
                    _of_python(self.static(function)) or "", 99
                ):
                    self.refuse(node)
                return self.call(function, ", ".join(map(self.expression, given)))
        return self.refuse(node)

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> str:
        """A list built from another."""
        [loop, *inner] = node.generators
        if inner or loop.is_async:
            self.refuse(node)
        names = [each.id for each in ast.walk(loop.target) if isinstance(each, ast.Name)]
        self.variables = [each for each in self.variables if each not in names]  # they are the arrow's own
        target, items = self.expression(loop.target), self.expression(loop.iter)
        for test in loop.ifs:
            items = f"py.list({items}).filter(({target}) => {self.condition(test)})"
        return f"py.list({items}).map(({target}) => {self.expression(node.elt)})"

    def placed(self, call: ast.Call) -> list[ast.expr]:
        """The arguments that a call names, if they come in the order in which the function takes them."""
        if not call.keywords:
            return []
        called = self.static(call.func)
        names = called.__code__.co_varnames if isinstance(called, FunctionType) else ()
        place = len(call.args)
        if names[place : place + len(call.keywords)] != tuple(each.arg for each in call.keywords):
            self.refuse(call)
        return [each.value for each in call.keywords]

    def call(self, function: ast.expr, arguments: str) -> str:
        """A call: of a method that python.js has, or of a function."""
        if isinstance(function, ast.Attribute) and not self.is_static(function):
            if function.attr not in METHODS:
                self.refuse(function)
            rest = f", {arguments}" if arguments else ""
            return f"py.{function.attr}({self.expression(function.value)}{rest})"
        return f"{self.expression(function)}({arguments})"

    # what names stand for --------------------------------------------------------------------------------------------

    def is_static(self, node: ast.expr) -> bool:
        """Whether it is a name, or a name in a module or class, that is not a variable."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id not in self.local

    def static(self, node: ast.expr) -> Any:
        """What Python finds under a name."""
        if not self.is_static(node):
            self.refuse(node)
        if isinstance(node, ast.Attribute):
            owner = self.static(node.value)
            if not isinstance(owner, ModuleType | type) or not hasattr(owner, node.attr):
                self.refuse(node)
            return getattr(owner, node.attr)
        assert isinstance(node, ast.Name)
        cells = zip(self.function.__code__.co_freevars, self.function.__closure__ or ())
        places = {name: cell.cell_contents for name, cell in cells}, self.function.__globals__, vars(builtins)
        for place in places:
            if node.id in place:
                return place[node.id]
        return self.refuse(node, f"there is no {node.id}")

    def value(self, value: Any) -> str:
        """The text for something that Python has found, or that stands there."""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int | float):
            return {"inf": "Infinity", "-inf": "(-Infinity)", "nan": "NaN"}.get(repr(value), repr(value))
        if callable(value):
            return self.program.function(value)
        raise UntranslatableError(f"{self.function.__qualname__} uses {value!r:.60}, no number and no function")


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]
