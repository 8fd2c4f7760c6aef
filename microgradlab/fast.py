"""The fast way to make a node: one small function per op, written by the op's own rules.

`engine.record` is the definition, and works for every op; it costs microseconds, as it asks every argument what
it is. Here each rule is run once on a `Formula`, and the text it prints is compiled, with one branch for each
pattern of Values and floats. For `mul` and two Values that is

    if type(a) is Value and type(b) is Value:
        a_ = a._data; b_ = b._data
        y = (a_ * b_)
        if paused and get_ident() in paused: return Value(y)
        node = new(Value)
        node._data = y; node._grad = 0.0; node._op = row; node._birth = tick()
        node._a = a; node._b = b; node._da = b_; node._db = a_
        if scopes: node._scope = scopes.get(get_ident(), ())
        return node

Whatever fits no pattern goes to the definition. A test holds the two against each other for every op.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import product
from numbers import Real
from threading import get_ident
from typing import Any

from microgradlab import engine, ops
from microgradlab.coercion import number
from microgradlab.engine import Value, edits, paused, tick
from microgradlab.errors import RuleError
from microgradlab.formula import Formula, formula, python
from microgradlab.row import kernels, reserved
from microgradlab.scopes import scopes

new = object.__new__
NAMESPACE: dict[str, Any] = {"Value": Value, "new": new, "number": number, "inf": float("inf"), "nan": float("nan")}
NAMESPACE |= {"tick": tick, "paused": paused, "scopes": scopes, "get_ident": get_ident}
# What the small functions call things: an argument of the same name is left to the definition.
NAMES = {*NAMESPACE, "row", "node", "y", "type", "float"}
OPERATORS = {"add": "add", "sub": "sub", "mul": "mul", "div": "truediv", "pow": "pow", "neg": "neg", "abs": "abs"}


def install(row: ops.Op) -> None:
    """Make Value's method and operators for `row` fast; each is compiled when first called."""
    taken = NAMES | kernels.keys() | {f"{p}_" for p in row.parameters}
    if row.over_sequences or taken & {*row.parameters}:
        return
    row.run = _lazily(row, row.name, row.parameters)
    if row.name in OPERATORS:
        name = OPERATORS[row.name]
        _lazily(row, f"__{name}__", row.parameters)
        if len(row.parameters) == 2:
            _lazily(row, f"__r{name}__", row.parameters[::-1])


def _lazily(row: ops.Op, name: str, parameters: tuple[str, ...]) -> Callable[..., Any]:
    """A method that compiles itself when it first meets a Value, and is then replaced by the result."""

    def first_call(*arguments: Any, **named: Any) -> Any:
        if Value not in map(type, arguments):
            return row.general(*arguments, **named)  # which comes back here if a Value has a name
        caller = compiled(row, name, parameters)
        if vars(Value)[name] is first_call:  # and no other row has taken the name since
            setattr(Value, name, caller)
        if row.run is first_call:
            row.run = caller
        return caller(*arguments, **named)

    row.describe(first_call)
    setattr(Value, name, first_call)
    return first_call


def compiled(row: ops.Op, name: str, parameters: tuple[str, ...]) -> Callable[..., Any]:
    """The function `name(*parameters)` that makes the node for `row`."""
    try:
        text = source(row, name, parameters)
    except TypeError as error:
        raise RuleError(f"a rule of {row} fails on a formula ({error}): write it with ops, such as ops.cos") from error
    namespace = {**kernels, **NAMESPACE, "row": row}
    made: dict[str, Any] = {}  # apart from the namespace, where an op may have the name of something else
    exec(compile(text, f"<fast {row.name}>", "exec"), namespace, made)
    function: Callable[..., Any] = made[name]
    function.__doc__ = row.kernel.__doc__
    return function


def source(row: ops.Op, name: str, parameters: tuple[str, ...]) -> str:
    """The text of a function `name(*parameters)` that makes the node for `row`."""
    defaults = dict(zip(reversed(row.parameters), reversed(row.defaults)))
    signature = ", ".join(f"{p}={defaults[p]!r}" if p in defaults else p for p in parameters)
    branches = [_branch(row, pattern) for pattern in product((True, False), repeat=len(parameters)) if any(pattern)]
    for p in row.parameters:
        retry = ", ".join(f"number({q})" if q == p else q for q in row.parameters)
        branches.append(f"    if type({p}) is int: return row({retry})")
    return "\n".join(
        [f"def {name}({signature}):", *branches, f"    return row.general({', '.join(row.parameters)})", ""]
    )


def _branch(row: ops.Op, pattern: tuple[bool, ...]) -> str:
    """The lines for one pattern: for each argument, whether it is a Value (else a float)."""
    names = [f"{p}_" if is_value else p for p, is_value in zip(row.parameters, pattern)]
    floats = [Formula(name) for name in names]
    slopes = [formula(rule(*floats, Formula("y"))).code for rule in row.rules]
    locals = [slope if is_value else "None" for slope, is_value in zip(slopes, pattern)]
    kinds = [f"type({p}) is {'Value' if is_value else 'float'}" for p, is_value in zip(row.parameters, pattern)]
    code = ops.apply(row, *floats).code
    if len(names) < 3:
        (a, b), (da, db) = (*row.parameters, "None")[:2], (*locals, "None")[:2]
        keep = f"node._a = {a}; node._b = {b}; node._da = {da}; node._db = {db}"
    else:
        keep = f"node._a = ({', '.join(row.parameters)}); node._b = None; node._da = ({', '.join(locals)})"
    data = [f"{p}_ = {p}._data" for p, is_value in zip(row.parameters, pattern) if is_value]
    return f"""\
    if {" and ".join(kinds)}:
        {"; ".join(data)}
        y = {code}{"" if python(row) else "; y = y if type(y) is float else number(y)"}
        if paused and get_ident() in paused: return Value(y)
        node = new(Value)
        node._data = y; node._grad = 0.0; node._op = row; node._birth = tick()
        {keep}
        if scopes: node._scope = scopes.get(get_ident(), ())
        return node"""


class Bundle(tuple[Any, ...]):
    """Values, or floats, that many dots see as one sequence: a neuron's weights, a layer's inputs.

    It reads their floats once, and again only after some leaf was edited. `constant`: they are floats.
    """

    def __init__(self, xs: Any) -> None:
        kinds = {*map(type, self)}
        if kinds != {Value} and kinds != {float}:
            raise TypeError(f"a bundle is of Values or of floats, not of {kinds}")
        self.constant = kinds == {float}
        self.read()

    def __reduce__(self) -> tuple[Any, ...]:
        return Bundle, (tuple(self),)  # a copy reads its own floats

    def read(self) -> Any:
        """The floats as they are now."""
        now = edits[0]
        floats = tuple(self) if self.constant else tuple([v._data for v in self])
        self.floats = floats
        self.edits = now  # last, so that no other thread takes old floats for new ones
        return floats


def bundled(xs: Sequence[Any]) -> tuple[Any, ...]:
    """`xs` as a bundle where that is possible, with numbers of Python or numpy made floats; else as a tuple."""
    try:
        return Bundle(xs)
    except TypeError:  # other kinds of number, or several
        with suppress(OverflowError):  # of an int, which the dot refuses in words
            xs = tuple([float(x) if isinstance(x, Real) else x for x in xs])
        return Bundle(xs) if {*map(type, xs)} == {float} else tuple(xs)


def dot(w: Any, x: Any, b: Any = 0.0) -> Any:
    """`ops.dot` for a neuron: w and x bundles, b a Value."""
    if type(w) is not Bundle or type(x) is not Bundle or type(b) is not Value or len(w) != len(x) or w.constant:
        return ops.dot.general(w, x, b)
    now = edits[0]
    w_ = w.floats if w.edits == now else w.read()
    x_ = x.floats if x.edits == now else x.read()
    y = ops.dot.kernel(w_, x_, b._data)
    if paused and get_ident() in paused:
        return Value(y)
    node = new(Value)
    node._data = y
    node._grad = 0.0
    node._op = ops.dot
    node._birth = tick()
    node._a = (w, x, b)
    node._b = None
    node._da = (x_, None if x.constant else w_, 1.0)
    if scopes:
        node._scope = scopes.get(get_ident(), ())
    return node


def enter(op: ops.Op, *arguments: Any) -> Any:
    """The node for `op`, one of whose arguments is a Value; ints and their like become floats."""
    if op.over_sequences or op.run == op.general:
        return engine.record(op, *arguments)
    return op.run(*[a if type(a) is Value else number(a) for a in arguments])


reserved.update(vars(Value))
for _row in ops.table.values():
    install(_row)
ops.dot.run = dot
ops.listeners.append(install)
ops.handlers[Value] = enter
