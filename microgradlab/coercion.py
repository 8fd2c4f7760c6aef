"""What counts as a plain number, and what is refused with a sentence that says what to do instead."""

import sys
from decimal import Decimal
from numbers import Complex, Real
from typing import Any


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
            return float(x)
        except OverflowError:
            raise OverflowError(
                f"a {type(x).__name__} of this size does not fit a float (the largest is about 1.8e308): "
                "scale it down first, or pass float('inf')"
            ) from None
    raise TypeError(f"expected a number, got {_described(x)}")


def _is_numpy_bool(x: Any) -> bool:
    """numpy registers its other scalars as Real; asked without importing numpy."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(x, numpy.bool_)


def _described(x: Any) -> str:
    """What came, and what to type instead."""
    shown = repr(x) if len(repr(x)) <= 40 else repr(x)[:37] + "..."
    kind = type(x).__name__
    if x is None:
        return "None: does the function that made it lack a return?"
    if isinstance(x, (str, bytes)):
        return f"the {kind} {shown}: convert it first, float({shown})"
    if isinstance(x, Complex):
        return f"the complex number {shown}: pass its real or imaginary part"
    if hasattr(x, "__len__") or hasattr(x, "__iter__"):
        return f"a {kind}: go through its elements one by one, [f(x) for x in …]"
    return f"{shown} of type {kind}"
