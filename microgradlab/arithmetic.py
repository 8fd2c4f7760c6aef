"""What makes a class a number: every row of the op table as a method, and Python's operators.

`Value` is one such class, `Formula` another. A row added later becomes a method of them all at once. Rows over
sequences (`sum`, `dot`, …) stay functions.
"""

from typing import Any

from microgradlab import ops


# fmt: off
class Arithmetic:
    """A kind of number: `x + 1`, `2 ** x`, `abs(x)`, `x.tanh()`; each hands over to its row of the table."""

    __slots__ = ()

    def __pos__(self) -> Any: return self
    def __neg__(self) -> Any: return ops.neg(self)
    def __abs__(self) -> Any: return ops.abs(self)
    def __add__(self, other: Any) -> Any: return ops.add(self, other)
    def __sub__(self, other: Any) -> Any: return ops.sub(self, other)
    def __mul__(self, other: Any) -> Any: return ops.mul(self, other)
    def __truediv__(self, other: Any) -> Any: return ops.div(self, other)
    def __pow__(self, other: Any) -> Any: return ops.pow(self, other)
    def __radd__(self, other: Any) -> Any: return ops.add(other, self)
    def __rsub__(self, other: Any) -> Any: return ops.sub(other, self)
    def __rmul__(self, other: Any) -> Any: return ops.mul(other, self)
    def __rtruediv__(self, other: Any) -> Any: return ops.div(other, self)
    def __rpow__(self, other: Any) -> Any: return ops.pow(other, self)
# fmt: on


def _make_method(row: ops.Op) -> None:
    """Give `row` to every kind of number as a method."""
    if row.over_sequences:
        return

    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        return row(self, *arguments, **named)

    row.describe(method)
    setattr(Arithmetic, row.name, method)


for _row in ops.table.values():
    _make_method(_row)
ops.listeners.append(_make_method)
