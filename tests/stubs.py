"""Write what editors and the type checker read of the op table: `python tests/stubs.py [--check]`.

Rows become functions and methods when the table is loaded, which no editor can see; so their names stand in two stub
files beside the modules. Run this after adding a row; a test refuses stubs that have drifted from the table.
"""

import inspect
import sys
from pathlib import Path

from microgradlab import arithmetic, ops
from microgradlab.row import Op

PACKAGE = Path(arithmetic.__file__).parent
NOTE = "# Generated from the op table by `python tests/stubs.py`: do not edit."


def summary(row: Op) -> str:
    """The first line of the kernel's docstring."""
    return (inspect.getdoc(row.kernel) or row.name).split("\n")[0].replace("\\", "\\\\")


def ops_stub() -> str:
    """`ops.pyi`: every row as a name."""
    rows = "\n".join(f'{row.name}: Op\n"""{row!r}: {summary(row)}"""' for row in ops.table.values())
    exported = "".join(
        f"from microgradlab.row import {n} as {n}\n" for n in ("Op", "apply", "handlers", "listeners", "op", "table")
    )
    return f"{NOTE}\n{exported}\n{rows}\n"


def arithmetic_stub() -> str:
    """`arithmetic.pyi`: every row over numbers as a method, and the operators."""
    binary = ["add", "sub", "mul", "truediv", "pow"]
    lines = [f"    def __{name}__(self) -> Self: ..." for name in ("pos", "neg", "abs")]
    lines += [f"    def __{r}{name}__(self, other: Any, /) -> Self: ..." for r in ("", "r") for name in binary]
    for row in ops.table.values():
        if not row.over_sequences:
            required = len(row.parameters) - len(row.defaults)
            defaults = [""] * required + [f" = {default!r}" for default in row.defaults]
            parameters = "".join(f", {p}: Any{d}" for p, d in list(zip(row.parameters, defaults))[1:])
            lines.append(f'    def {row.name}(self{parameters}) -> Self:\n        """{summary(row)}"""')
    body = "\n".join(lines)
    return f"{NOTE}\nfrom typing import Any, Self\n\nclass Arithmetic:\n    __slots__ = ()\n{body}\n"


STUBS = {"ops.pyi": ops_stub, "arithmetic.pyi": arithmetic_stub}

if __name__ == "__main__":
    for name, stub in STUBS.items():
        path = PACKAGE / name
        if "--check" not in sys.argv:
            path.write_text(stub(), encoding="utf-8")
        elif path.read_text(encoding="utf-8") != stub():
            sys.exit(f"{name} has drifted from the op table: run  python tests/stubs.py")
