"""`gradients_agree`: a hypothesis test of your gradients, in one line.

    @gradients_agree(x=st.floats(0.1, 10.0))
    def test_of_my_formula(x, y):
        return ops.log(x) * y

    test_cube = gradients_agree(cube)                         # an op, over its domain: values, slopes, slopes of slopes
    test_engine = gradients_agree(expressions(ops=["add", "mul"]), value=MyValue)

Under pytest they are tests; anywhere else, as in a notebook, call them: `test_cube()`. `@settings` goes above or below.
"""

import inspect
from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any, get_args

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from microgradlab.engine import Value
from microgradlab.module import Module
from microgradlab.row import Op
from microgradlab.testing.checks import check_gradients
from microgradlab.testing.strategies import op_calls

FLOATS = st.floats(-4.0, 4.0, allow_subnormal=False)
PHASES = [phase for phase in Phase if phase is not Phase.explain]  # which would trace every line of mpmath
APPLIED = "_hypothesis_internal_settings_applied"
LISTS = st.lists(FLOATS, min_size=1, max_size=4)


def gradients_agree(
    f: Any = None,
    /,
    *,
    order: int | None = None,
    value: type = Value,
    rtol: float = 0.0,
    atol: float = 0.0,
    **arguments: st.SearchStrategy[Any],
) -> Any:
    """A hypothesis test that `f` passes `check_gradients` wherever it is tried.

    `f` is a function, its parameters drawn from the strategies of their names, and without one from moderate floats, or
    lists of them if it is annotated as `list[float]`; an op, drawn from its domain; or a strategy that draws functions
    with a point of their own, such as `expressions()`. The order is 1, and 2 for an op. A point where nothing can be
    compared does not count as an example.

    Raises:
        TypeError: a strategy for a parameter that `f` has not, or none for one that is no float.
    """
    options: dict[str, Any] = {"order": order or 1, "value": value, "rtol": rtol, "atol": atol}
    if f is None:
        return partial(gradients_agree, order=order, value=value, rtol=rtol, atol=atol, **arguments)
    if isinstance(f, Op):
        options["order"] = order or (2 if value is Value else 1)
        return _test(f.name, {"call": op_calls(ops=[f])}, lambda call: (call,), options)
    if isinstance(f, st.SearchStrategy):
        return _test("gradients_agree", {"f": f}, lambda f: (f,), options)
    drawn = _strategies(f, arguments)
    return _test("f", drawn, lambda **at: (f, *(at[name] for name in drawn)), options, f)


def _test(
    name: str, drawn: dict[str, Any], checked: Callable[..., tuple[Any, ...]], options: dict[str, Any], f: Any = None
) -> Callable[[], None]:
    """The hypothesis test that `check_gradients` passes with the arguments that `checked` makes of what is drawn."""

    def test(**at: Any) -> None:
        f, *point = checked(**at)
        __tracebackhide__ = True  # from pytest: what counts is the message
        assume(check_gradients(f, *point, **options).compared)

    test.__name__ = test.__qualname__ = name
    if f is not None:
        update_wrapper(test, f, updated=["__dict__"] if inspect.isfunction(f) else [])  # with the settings below
    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in drawn]
    test.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    if not vars(test).pop(APPLIED, False):
        settings(deadline=None, phases=PHASES)(test)
        vars(test).pop(APPLIED)  # `@settings` above may still take their place
    return given(**drawn)(test)


def _strategies(f: Any, given: dict[str, st.SearchStrategy[Any]]) -> dict[str, st.SearchStrategy[Any]]:
    """What each parameter of `f` is drawn from, up to the last one that has no default or has a strategy."""
    signature = inspect.signature(f.forward if isinstance(f, Module) else f)
    parameters = {p.name: p for p in signature.parameters.values() if p.kind <= p.POSITIONAL_OR_KEYWORD}
    if unknown := given.keys() - parameters.keys():
        raise TypeError(f"{f!r:.60} takes {', '.join(parameters) or 'nothing'}, and no {', '.join(sorted(unknown))}")
    wanted = [name in given or p.default is p.empty for name, p in parameters.items()]
    needed = [*parameters.items()][: 1 + max((i for i, is_wanted in enumerate(wanted) if is_wanted), default=-1)]
    return {name: given[name] if name in given else _default(name, p.annotation) for name, p in needed}


def _default(name: str, annotation: Any) -> st.SearchStrategy[Any]:
    """What a parameter with that annotation is drawn from."""
    if annotation in (inspect.Parameter.empty, float, Any, Value, "float", "Any", "Value"):
        return FLOATS
    if annotation in ("list[float]", "Sequence[float]") or get_args(annotation) in ((float,), (Value,), (Any,)):
        return LISTS
    raise TypeError(f"say what to draw {name} from: @gradients_agree({name}=st.floats(0, 1)), or another strategy")
