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
    from microgradlab.testing.truth import NoTruthError, derivative, ulps

__all__ = [
    "NoTruthError",
    "derivative",
    "ulps",
]

# Loaded when first asked for: bugs.py needs neither package.
LATER = {
    "NoTruthError": "truth",
    "derivative": "truth",
    "ulps": "truth",
}


def __getattr__(name: str) -> Any:
    if name not in LATER:
        raise AttributeError(f"module {__name__} has no attribute {name!r}")
    try:
        module = import_module(f"{__name__}.{LATER[name]}")
    except ImportError as error:
        if error.name not in ("hypothesis", "mpmath"):
            raise
        raise MissingDependencyError(error.name, "testing", "microgradlab.testing") from error
    globals()[name] = getattr(module, name)
    return globals()[name]
