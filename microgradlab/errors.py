"""Every error of our own, on one page; each message says what came, where, and what to type next.

    MicrogradlabError
    ├── GraphError              a graph cannot do what was asked of it       (RuntimeError)
    ├── RuleError               an op's derivative rule is not usable        (TypeError)
    ├── ShapeError              lengths or widths that do not fit together   (ValueError)
    ├── ExpressionError         text that is not an expression we accept     (ValueError)
    ├── DataError               a data file with a cell we cannot use        (ValueError)
    ├── FileFormatError         a saved file that is damaged or not ours     (ValueError)
    ├── GradientError           a derivative that is not the true one        (AssertionError)
    ├── NonFiniteLossError      training met a loss of inf or nan            (ArithmeticError)
    └── MissingDependencyError  an optional package is not installed         (ImportError)

Each also is the builtin error named beside it, so `except ValueError` keeps working. A plain wrong
argument (a string where a number belongs) is a plain TypeError, ValueError or OverflowError.
"""


class MicrogradlabError(Exception):
    """The base of all errors defined here."""


class GraphError(MicrogradlabError, RuntimeError):
    """A graph cannot do what was asked of it, such as copying a node out of its middle."""


class RuleError(MicrogradlabError, TypeError):
    """An op's derivative rule is not usable, such as one that branches on a number's value."""


class ShapeError(MicrogradlabError, ValueError):
    """Lengths or widths do not fit together."""


class ExpressionError(MicrogradlabError, ValueError):
    """A text is not an expression we accept."""


class DataError(MicrogradlabError, ValueError):
    """A data file has a cell, row or column that cannot be used."""


class FileFormatError(MicrogradlabError, ValueError):
    """A saved file is damaged, of another version, or not ours."""


class GradientError(MicrogradlabError, AssertionError):
    """A derivative that an engine found is not the true one; `microgradlab.testing` raises it."""


class NonFiniteLossError(MicrogradlabError, ArithmeticError):
    """Training met a loss of inf or nan; `recording` has its steps, if it was recorded."""

    recording: object = None


class MissingDependencyError(MicrogradlabError, ImportError):
    """A package that something needs is not installed."""

    def __init__(self, package: str, extra: str = "", purpose: str = "this") -> None:
        what = f"'microgradlab[{extra}]'" if extra else package
        super().__init__(f"{purpose} needs the package {package}: type  pip install {what}")
