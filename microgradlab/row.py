"""What a row of the op table is: `Op`, made by `op(...)`, and `apply`, through which every op runs.

A row says all there is to know of an op: its name; the kernel, which computes it on floats; one derivative rule per
argument; the domain its arguments may be drawn from; the symbol a drawing prints; and its kinks, where the slope is
only a convention.

    >>> from microgradlab.ops import square
    >>> cube = op("cube", lambda x: x * x * x, lambda x: 3.0 * square(x))
    >>> cube(2.0)
    8.0

`apply` sends an op to whoever handles the kind of numbers it meets. Values, formulas and tracers register themselves
in `handlers`; plain numbers go to the kernel. Nothing here knows what is built on top of it.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from keyword import iskeyword
from math import inf
from numbers import Real
from typing import Any, NamedTuple

from microgradlab.coercion import named_number, number, shown
from microgradlab.errors import RuleError, ShapeError

Rule = Callable[..., Any]


class Domain(NamedTuple):
    """Where an argument may be drawn from: the interval, and whether it is a sequence of such numbers."""

    low: float = -inf
    high: float = inf
    sequence: bool = False
    is_index: bool = False


REAL, POSITIVE, UNIT = Domain(), Domain(0.0), Domain(-1.0, 1.0)
ABOVE_MINUS_1, ABOVE_1 = Domain(-1.0), Domain(1.0)
SEQUENCE = Domain(sequence=True)
INDEX = Domain(0.0, is_index=True)  # which element of the sequence: a constant
TRAITS = ("linear", "commutative", "reduction", "pairs")
TIES = "ties"  # the kinks of an op whose slope is a convention wherever two of its arguments are equal

table: dict[str, "Op"] = {}  # every row, by name
kernels: dict[str, Callable[..., Any]] = {}  # every row's kernel, also of rows that were replaced, by a name of its own
handlers: dict[type, Callable[..., Any]] = {}  # for each kind of number, what runs an op on it
reserved: set[str] = set()  # names no row may have, as numbers use them for something else
listeners: list[Callable[["Op"], None]] = []  # called with each new row: so it becomes a method of Value


@dataclass(eq=False, repr=False)
class Op:
    """A row of the table, and a function of numbers of any kind."""

    name: str
    kernel: Callable[..., Any]
    rules: tuple[Rule, ...]  # each is called with all arguments and the result
    parameters: tuple[str, ...]
    domain: tuple[Domain, ...]
    defaults: tuple[float, ...]
    symbol: str
    kinks: tuple[float, ...] | str
    traits: tuple[str, ...]  # of TRAITS
    every: Callable[..., list[float]] | None  # for an op with an index: the kernel for all indices at once
    kernel_name: str  # in `kernels`

    def __post_init__(self) -> None:
        self.run: Callable[..., Any] = self.general  # a faster way may take its place

    def __call__(self, /, *arguments: Any, **named: Any) -> Any:
        return self.run(*arguments, **named)

    def general(self, /, *arguments: Any, **named: Any) -> Any:
        """The op on numbers of any kind, all arguments checked."""
        if named:
            arguments = self._in_order(arguments, named)
        if self.every and len(arguments) == 1:  # softmax(xs): all of softmax(xs, i)
            xs = _sequence(self, arguments[0])
            if handlers.keys().isdisjoint(map(type, xs)):
                name = str(self)
                return self.every(tuple([named_number(name, x) for x in xs]))
            return [self(xs, i) for i in range(len(xs))]
        return apply(self, *self.checked(arguments))

    @property
    def __name__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(self.parameters)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _row, (self.name,)

    def _in_order(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """The arguments with those given by name in their places."""
        defaults = dict(zip(reversed(self.parameters), reversed(self.defaults)))
        given = dict(zip(self.parameters, arguments))
        if named.keys() & given.keys() or named.keys() - set(self.parameters) or len(arguments) > len(self.parameters):
            raise TypeError(f"{self} does not take {len(arguments)} arguments and {', '.join(named)}=")
        given = defaults | given | named
        if missing := [name for name in self.parameters if name not in given]:
            raise TypeError(f"{self} lacks {' and '.join(missing)}")
        return tuple(given[name] for name in self.parameters)

    def describe(self, method: Any) -> None:
        """Give a method made for this row the name, the signature and the words that `help` shows."""
        method.__name__, method.__doc__ = self.name, self.kernel.__doc__
        defaults = [inspect.Parameter.empty] * (len(self.parameters) - len(self.defaults)) + list(self.defaults)
        names = ["self", *self.parameters[1:]]
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        method.__signature__ = inspect.Signature(
            [inspect.Parameter(name, kind, default=default) for name, default in zip(names, defaults)]
        )

    @property
    def over_sequences(self) -> bool:
        """Whether some argument is a sequence."""
        return any(domain.sequence for domain in self.domain)

    def checked(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments with defaults filled in and sequences as tuples of one length.

        Raises:
            TypeError: too many arguments, too few, or no sequence where one belongs.
            ShapeError: sequences of several lengths, an empty one, or an index beyond its end.
        """
        missing = len(self.rules) - len(arguments)
        if missing and 0 < missing <= len(self.defaults):
            arguments += self.defaults[-missing:]
        elif missing:
            raise TypeError(f"{self} does not take {len(arguments)} arguments")
        for argument, domain in zip(arguments, self.domain):
            if isinstance(argument, tuple) and not domain.sequence:
                named_number(str(self), argument)  # which says what to do instead
        if not self.over_sequences:
            return arguments
        arguments = tuple(_sequence(self, a) if d.sequence else a for a, d in zip(arguments, self.domain))
        lengths = {len(a) for a, d in zip(arguments, self.domain) if d.sequence}
        if len(lengths) > 1:
            raise ShapeError(f"{self} takes sequences of one length, got {' and '.join(map(str, sorted(lengths)))}")
        if self.every:
            *others, index = arguments
            if index not in range(max(lengths)):
                raise ShapeError(f"{self}: i is a whole number from 0 to {max(lengths) - 1}, got {shown(index)}")
            arguments = (*others, float(index))
        return arguments


def _row(name: str) -> Op:
    return table[name]


def _sequence(op: Op, xs: Any) -> tuple[Any, ...]:
    if not isinstance(xs, tuple):
        if isinstance(xs, (str, bytes, dict)) or not hasattr(xs, "__iter__"):
            raise TypeError(f"{op} takes a sequence of numbers, got {shown(xs)}: put numbers in a list, [1.0, x]")
        xs = tuple(xs)
    if not xs and op.name not in ("sum", "prod", "dot"):
        raise ShapeError(f"{op} needs at least one element, got an empty sequence")
    return xs  # type: ignore[no-any-return]


def apply(op: Op, *arguments: Any) -> Any:
    """`op` on numbers of any kind: if some have a handler, the one registered last decides, else they are floats."""
    kinds = {type(x) for a in arguments for x in (a if isinstance(a, tuple) else (a,))}
    try:
        for kind, handler in reversed(handlers.items()):
            if kind in kinds:
                return handler(op, *arguments)
        return number(op.kernel(*[tuple(map(number, a)) if isinstance(a, tuple) else number(a) for a in arguments]))
    except (TypeError, OverflowError) as error:
        if type(error) in (TypeError, OverflowError):  # not RuleError, which says more
            error.args = (f"{op}: {error}",)
        raise


def op(
    name: str,
    kernel: Callable[..., Any],
    *rules: Rule | float,
    domain: Domain | Sequence[Domain] = REAL,
    defaults: Sequence[float] = (),
    symbol: str = "",
    kinks: Sequence[float] | str = (),
    traits: str = "",
) -> Op:
    """Add a row to the table: `kernel` on floats, and a rule (or a constant) for the slope in each argument.

    A rule takes the arguments, and also the result if it has one parameter more. Left out, the domain is all
    real numbers and the symbol the name. A name that is taken replaces its row. If the last domain is INDEX, the
    kernel gives the list for all indices.

    Raises:
        ValueError: the name is not an identifier, or a Value uses it for something else.
        RuleError: there is no rule, one takes a wrong number of arguments, or another argument makes no row.
    """
    if not isinstance(name, str) or not name.isidentifier() or iskeyword(name) or name in reserved:
        raise ValueError(f"{shown(name)} cannot be the name of an op: choose another identifier")
    if not rules:
        raise RuleError(f"op {name!r} has no rule: give one derivative rule per argument, after the kernel")
    arity = len(rules)
    _check(name, arity, kernel, domain, defaults, symbol, kinks, traits)
    domains = (domain,) * arity if isinstance(domain, Domain) else tuple(domain)
    if not _takes(kernel, arity - domains[-1].is_index):
        raise RuleError(f"op {name!r} needs one rule for each argument of its kernel, which does not take {arity}")
    every = kernel if domains[-1].is_index else None
    kernel_name = f"k_{name}" if name not in table else f"k_{name}_{len(kernels)}"
    default = (
        ("x",) if arity == 1 else ("a", "b", "c")[:arity] if arity <= 3 else tuple(f"x{i + 1}" for i in range(arity))
    )
    names = next((_parameters(rule)[:arity] for rule in rules if callable(rule)), default)
    row = Op(
        name,
        _at_index(kernel) if every else kernel,
        tuple(_with_result(rule, arity) for rule in rules),
        names,
        domains,
        tuple(map(number, defaults)),
        symbol or name,
        kinks if isinstance(kinks, str) else tuple(kinks),
        tuple(traits.split()),
        every,
        kernel_name,
    )
    table[name], kernels[kernel_name] = row, row.kernel
    for listener in listeners:
        listener(row)
    return row


def _check(name: str, arity: int, *given: Any) -> None:
    """RuleError for an argument of `op` of which no row can be made."""
    kernel, domain, defaults, symbol, kinks, traits = given

    def each(kind: type, xs: Any) -> bool:
        return isinstance(xs, Sequence) and all(isinstance(x, kind) for x in xs)

    for argument, value, fits, words in (
        ("kernel", kernel, callable(kernel), "a function of floats"),
        ("domain", domain, isinstance(domain, Domain) or (each(Domain, domain) and len(domain) == arity),
         f"a Domain, or one for each of the {arity} rules"),
        ("defaults", defaults, each(Real, defaults) and len(defaults) <= arity, "numbers for the last arguments"),
        ("symbol", symbol, isinstance(symbol, str), "a text"),
        ("kinks", kinks, kinks == TIES or each(Real, kinks), "a list of points, or TIES"),
        ("traits", traits, isinstance(traits, str) and {*traits.split()} <= {*TRAITS}, f"of {' '.join(TRAITS)}"),
    ):  # fmt: skip
        if not fits:
            raise RuleError(f"op {name!r}: {argument} must be {words}, got {shown(value)}")


def _takes(kernel: Callable[..., Any], count: int) -> bool:
    """Whether a kernel can be called with so many arguments, as far as it tells."""
    try:
        inspect.signature(kernel).bind(*range(count))
    except TypeError:
        return False
    except ValueError:  # as of some that are written in C
        return True
    return True


def _at_index(every: Callable[..., Any]) -> Callable[..., float]:
    @wraps(every)
    def kernel(xs: Sequence[float], i: float) -> float:
        return every(xs)[int(i)]  # type: ignore[no-any-return]

    return kernel


def _parameters(rule: Any) -> tuple[str, ...]:
    """What a rule must be given: `lambda x, k=k: k` takes x."""
    return tuple(name for name, p in inspect.signature(rule).parameters.items() if p.default is p.empty)


def _with_result(rule: Rule | float, arity: int) -> Rule:
    """`rule` as a function of the arguments and the result, whether or not it asks for the result."""
    if not callable(rule):
        constant = named_number("a rule that is no function", rule)
        return lambda *_: constant
    count = len(_parameters(rule))
    if count not in (arity, arity + 1):
        raise RuleError(f"a rule of an op of {arity} takes {arity} arguments, or also the result y; this takes {count}")
    return rule if count > arity else lambda *arguments: rule(*arguments[:-1])
