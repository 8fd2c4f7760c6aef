"""Between plain numbers and ours: what `number` accepts as a float, and what `Measured` gives back as one.

What is refused is named, and `shown` as short as an error can bear.
"""

import sys
from decimal import Decimal
from math import inf
from numbers import Complex, Real
from typing import Any

LONGEST = 60  # characters of a thing that an error shows


def number(x: Any) -> float:
    """The float that `x` stands for: an int, bool, Fraction, Decimal or numpy scalar.

    Raises:
        TypeError: `x` is something else (a string, None, a list, an array, a complex number).
        OverflowError: `x` is an int or Fraction beyond the largest float, about 1.8e308.
    """
    if type(x) is float:
        return x
    if isinstance(x, (Real, Decimal)) or _is_numpy_bool(x):
        try:
            result = float(x)
        except OverflowError:
            result = inf
        if abs(result) < inf or result != result or x == result:  # inf only from inf
            return result
        raise OverflowError(
            f"this {type(x).__name__} does not fit a float, of which the largest is about 1.8e308: "
            "scale it down first, or pass float('inf')"
        )
    raise TypeError(f"expected a number, got {_described(x)}")


def named_number(name: str, x: Any) -> float:
    """`number(x)`; an error says which argument it was."""
    try:
        return number(x)
    except (TypeError, OverflowError) as error:
        raise type(error)(f"{name}: {error}") from None


def shown(x: Any) -> str:
    """`x` as an error shows it: its repr on one line, cut where it is long; of what has none, its type."""
    try:
        text = repr(x)
    except Exception:  # as of a list in a list in a list … a thousand deep
        return f"<unprintable {type(x).__name__}>"
    text = " ".join(text.split()) if "\n" in text else text
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _is_numpy_bool(x: Any) -> bool:
    """numpy registers its other scalars as Real; asked without importing numpy."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(x, numpy.bool_)


def _described(x: Any) -> str:
    """What came, and what to type instead."""
    kind = type(x).__name__
    if x is None:
        return "None: does the function that made it lack a return?"
    if isinstance(x, (str, bytes)):
        return f"the {kind} {shown(x)}: convert it first, float({shown(x)}), if it is a number"
    if isinstance(x, Measured):
        return f"{shown(x)}: use it as it is, or .data for its number, .detach() for a leaf with that number"
    if isinstance(x, Complex):
        return f"the complex number {shown(x)}: pass its real or imaginary part"
    if hasattr(x, "__len__") or hasattr(x, "__iter__"):
        return f"the {kind} {shown(x)}: go through its elements one by one, [f(x) for x in …]"
    return f"{shown(x)} of type {kind}"


# fmt: off
class Measured:
    """A number that stands for its `data` wherever Python asks for a plain one: comparing, converting, printing.

    `==` compares data, so `x in values` and `values.index(x)` find an equal number, not the node: compare nodes
    with `is`. The hash is the node's identity, so Values serve as dictionary keys.
    """

    __slots__ = ()
    __hash__ = object.__hash__
    __array_ufunc__ = None  # numpy then leaves `np.float64(2) * v` to us
    data: float

    def __float__(self) -> float: return self.data
    def __int__(self) -> int: return int(self.data)
    def __bool__(self) -> bool: return bool(self.data)
    def __round__(self, digits: int | None = None) -> float: return round(self.data, digits)
    def __format__(self, spec: str) -> str: return format(self.data, spec) if spec else str(self)
    def __eq__(self, other: object) -> Any: return self.data == (other.data if isinstance(other, Measured) else other)
    def __lt__(self, other: Any) -> Any: return self.data < (other.data if isinstance(other, Measured) else other)
    def __le__(self, other: Any) -> Any: return self.data <= (other.data if isinstance(other, Measured) else other)
    def __gt__(self, other: Any) -> Any: return self.data > (other.data if isinstance(other, Measured) else other)
    def __ge__(self, other: Any) -> Any: return self.data >= (other.data if isinstance(other, Measured) else other)
# fmt: on
