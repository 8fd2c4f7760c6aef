"""A number that prints itself: run a rule of the op table on it, and read what the rule computes.

    >>> x = Formula("x")
    >>> print(ops.tanh.rules[0](x, Formula("y")))
    sech²(x)

Two readers use it. A person sees a step of backpropagation as the rule that ran (`text`); and the fast callers
of the engine are compiled from the same rules (`code`), so that nothing is written twice.
"""

import operator
from typing import Any, NoReturn

from microgradlab import ops
from microgradlab.arithmetic import Arithmetic
from microgradlab.coercion import number
from microgradlab.errors import RuleError

# How tightly each operator binds, for parentheses only where they are needed.
INFIX = {"less": 0, "less_equal": 0, "add": 1, "sub": 1, "mul": 2, "div": 2, "pow": 4}
PREFIX, ATOM = 3, 5
PATTERNS = {"1/x": 2, "x²": 4, "|x|": ATOM}  # symbols that hold their argument, and how tightly they bind


def _squared(x: Any) -> Any:
    return x if x.constant == 1.0 else ops.square(x)


# Helpers that differ from arithmetic only at the edges, where they are a convention: spelled as that arithmetic.
SPELLED: dict[str, Any] = {
    "scaled_pow": lambda c, a, b, k: c * a ** (b if k.constant == 0.0 else b - k),
    "scaled_exp": lambda c, x: c * ops.exp(x),
    "gaussian": lambda c, k, x: c * ops.exp(-ops.square(x) if k.constant == -1.0 else k * ops.square(x)),
    "divide_no_nan": lambda a, b: a / b,
    "over_square": lambda a, b, c: a / ops.square(b if c.constant == 0.0 else b + c),
    "over_sum_of_squares": lambda a, b: a / (_squared(a) + _squared(b)),
    "over_hypot": lambda a, b: a / ops.hypot(a, b),
    "finite": lambda x: x,
    "positive": lambda x: x,
}
# Operators that mean the same to Python's floats as to IEEE 754; `/` and `**` raise, so they stay calls.
PYTHON = {"add": "({} + {})", "sub": "({} - {})", "mul": "({} * {})", "neg": "(-{})"}


class Formula(Arithmetic):
    """A name, or an op applied to formulas: `text` for people, `code` for Python."""

    __slots__ = ("code", "constant", "strength", "text")

    def __init__(self, text: str, code: str = "", strength: int = ATOM, constant: float | None = None) -> None:
        self.text, self.code, self.strength, self.constant = text, code or text, strength, constant

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> NoReturn:
        raise RuleError(
            f"a derivative rule asks whether {self.text} is true, but it must hold for every number at once: "
            "write where(condition, a, b) with step, less or less_equal as the condition"
        )

    __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: self.__bool__()


def formula(x: Any) -> Formula:
    """`x` as a formula: itself if it is one, else the number's shortest text."""
    if isinstance(x, Formula):
        return x
    x = number(x)
    text = f"{x:g}" if float(f"{x:g}") == x else repr(x)
    return Formula(text.replace("-", "−"), repr(x), PREFIX if x < 0 else ATOM, x)


def python(op: ops.Op) -> str:
    """Python's way to write the op, if it is one of its operators."""
    return PYTHON.get(op.name, "") if op.kernel is getattr(operator, op.name, None) else ""


def wrapped(part: Formula, strength: int) -> str:
    """Its text, in parentheses if it binds less tightly than `strength`."""
    return part.text if part.strength >= strength else f"({part.text})"


def _print(op: ops.Op, *arguments: Any) -> Formula:
    """The formula for `op` on these arguments."""
    nested = [tuple(map(formula, a)) if isinstance(a, tuple) else formula(a) for a in arguments]
    parts = [part for a in nested for part in (a if isinstance(a, tuple) else (a,))]
    codes = [f"[{', '.join(p.code for p in a)}]" if isinstance(a, tuple) else a.code for a in nested]
    code = python(op).format(*codes) if python(op) else f"{op.kernel_name}({', '.join(codes)})"
    constants = [part.constant for part in parts if part.constant is not None]
    if len(constants) == len(parts) and op.name in INFIX:  # 2 − 1 is 1
        return formula(op.kernel(*constants))
    if op.name in SPELLED and op is getattr(ops, op.name):
        spelled = SPELLED[op.name](*parts)
        return Formula(spelled.text, code, spelled.strength)
    if op.name in INFIX:
        strength = INFIX[op.name]
        left = wrapped(parts[0], strength + (op.name == "pow"))
        right = wrapped(parts[1], strength + 1)
        return Formula(f"{left} {op.symbol} {right}", code, strength)
    if op.name == "neg":
        return Formula(f"−{wrapped(parts[0], PREFIX)}", code, PREFIX)
    if op.symbol in PATTERNS:
        strength = PATTERNS[op.symbol]
        inside = parts[0].text if op.symbol == "|x|" else wrapped(parts[0], ATOM)
        return Formula(op.symbol.replace("x", inside), code, strength)
    if "pairs" in op.traits:  # w·x + b written out
        terms = [str(w * x) for w, x in zip(*nested[:2])] + [parts[-1].text]
        terms[2:-2] = ["…"] if len(terms) > 5 else terms[2:-2]
        return Formula(" + ".join(terms), code, INFIX["add"])
    shown = [p.text for p in parts]
    shown[3:-2] = ["…"] if len(shown) > 6 else shown[3:-2]
    return Formula(f"{op.symbol}({', '.join(shown)})", code)


ops.handlers[Formula] = _print
