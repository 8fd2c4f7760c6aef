"""Property-test gradients, your own as well as ours.

    from microgradlab.testing import check_gradients, gradients_agree

`check_gradients(f, 0.5, 2.0)` compares the gradient of `f` with the truth; `@gradients_agree` makes a hypothesis test
of a function; the strategies draw values, ops, expressions, networks and trainings. It needs two packages more:
`pip install 'microgradlab[testing]'`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from microgradlab.errors import MissingDependencyError

if TYPE_CHECKING:
    from microgradlab.errors import GradientError
    from microgradlab.testing.checks import Report, check_gradients
    from microgradlab.testing.expression import Expression, OpCall
    from microgradlab.testing.properties import gradients_agree
    from microgradlab.testing.strategies import expressions, op_calls, values
    from microgradlab.testing.trainings import datasets, mlps, training_steps
    from microgradlab.testing.truth import NoTruthError, derivative, ulps

__all__ = [
    "Expression",
    "GradientError",
    "NoTruthError",
    "OpCall",
    "Report",
    "check_gradients",
    "datasets",
    "derivative",
    "expressions",
    "gradients_agree",
    "mlps",
    "op_calls",
    "training_steps",
    "ulps",
    "values",
]

# Loaded when first asked for: bugs.py needs neither package.
LATER = {"GradientError": ".errors", "gradients_agree": "properties"}
LATER |= dict.fromkeys(("Report", "check_gradients"), "checks")
LATER |= dict.fromkeys(("Expression", "OpCall"), "expression")
LATER |= dict.fromkeys(("expressions", "op_calls", "values"), "strategies")
LATER |= dict.fromkeys(("datasets", "mlps", "training_steps"), "trainings")
LATER |= dict.fromkeys(("NoTruthError", "derivative", "ulps"), "truth")


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module {__name__} has no attribute {name!r}")
    try:
        module = import_module(f".{LATER[name]}", __name__)
    except ImportError as error:
        if error.name not in ("hypothesis", "mpmath"):
            raise
        raise MissingDependencyError(error.name, "testing", "microgradlab.testing") from error
    globals()[name] = getattr(module, name)
    return globals()[name]
