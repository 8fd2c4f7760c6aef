"""`gradients_agree`: a hypothesis test of your gradients, in one line.

    @gradients_agree(x=st.floats(0.1, 10.0))
    def test_of_my_formula(x, y):
        return ops.log(x) * y

    test_cube = gradients_agree(cube)                         # an op, over its domain: values, slopes, slopes of slopes
    test_engine = gradients_agree(expressions(ops=["add", "mul"]), value=MyValue)

Under pytest they are tests, also in a class; anywhere else, as in a notebook, call them: `test_cube()`. `@settings`
goes above or below.
"""

import inspect
from collections.abc import Callable, Sequence
from functools import partial, update_wrapper
from numbers import Real
from typing import Any, get_args

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from microgradlab.engine import Value
from microgradlab.module import Module
from microgradlab.row import Op
from microgradlab.testing.checks import check_gradients
from microgradlab.testing.expression import Expression, OpCall
from microgradlab.testing.strategies import op_calls

FLOATS = st.floats(-4.0, 4.0, allow_subnormal=False)
PHASES = [phase for phase in Phase if phase is not Phase.explain]  # which would trace every line of mpmath
APPLIED, USED = "_hypothesis_internal_settings_applied", "_hypothesis_internal_use_settings"
LISTS = st.lists(FLOATS, min_size=1, max_size=4)
OWNERS = ("self", "cls")  # what the first parameter of a method is called

Parameter = inspect.Parameter
Strategies = dict[str, st.SearchStrategy[Any]]


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
    with a point of their own, such as `expressions()`. A parameter with another annotation, such as `k: int`, is left
    to pytest, to be a fixture or `parametrize`d, as is one that a `parametrize` below this decorator names. The order
    is 1, and 2 for an op. A point where nothing can be compared does not count as an example.

    Raises:
        TypeError: a strategy for a parameter that `f` has not, or nothing to draw for it.
    """
    if f is None:
        return partial(gradients_agree, order=order, value=value, rtol=rtol, atol=atol, **arguments)
    if isinstance(f, (classmethod, staticmethod)):
        inner = gradients_agree(f.__func__, order=order, value=value, rtol=rtol, atol=atol, **arguments)
        return type(f)(inner)
    if why := _cannot_be_tried(f):
        raise TypeError(f"{f!r:.60} {why}")
    if order is None:
        order = 2 if isinstance(f, Op) and value is Value else 1
    options: dict[str, Any] = {"order": order, "value": value, "rtol": rtol, "atol": atol}
    if isinstance(f, (Op, st.SearchStrategy)):
        if arguments:
            taken = f"{f!r:.60} is drawn with its numbers, and takes no {', '.join(arguments)}"
            bounded = ", or op_calls(ops=[…], max_value=100)" if isinstance(f, Op) else ""
            raise TypeError(f"{taken}: give a function of numbers from these strategies{bounded}")
        if isinstance(f, Op):
            return _test({"call": op_calls(ops=[f])}, lambda call: (call,), options, f.name)
        return _test({"f": f}, lambda f: (f,), options)
    return _test_of_function(f, arguments, options)


def _cannot_be_tried(f: Any) -> str:
    """Why `f` is nothing to make a test of."""
    if hasattr(f, "hypothesis"):
        return "is a hypothesis test already: write @gradients_agree once, and no @given"
    if inspect.iscoroutinefunction(f):
        return "is async: write def, as nothing in it has to wait"
    if isinstance(f, (Expression, OpCall)):
        return "has one point: check_gradients takes it as it is, gradients_agree a strategy such as expressions()"
    return ""


def _test_of_function(f: Any, arguments: Strategies, options: dict[str, Any]) -> Callable[..., None]:
    """The test of a function, a method or a module."""
    parameters = _parameters(f, arguments)
    marked = _marked(f)
    owner = next((name for name in [*parameters][:1] if name in OWNERS and name not in arguments), None)
    of_test = {name: p for name, p in parameters.items() if name != owner}
    drawn, left = dict(arguments), []
    for name, p in of_test.items():
        default = None if name in marked else _default(p.annotation)
        if name not in drawn and default is not None:
            drawn[name] = default
        elif name not in drawn and (name in marked or p.default is p.empty):
            left.append(name)
    if not drawn and left:
        raise TypeError(f"say what to draw {left[0]} from: @gradients_agree({left[0]}=st.floats(0, 1)), or another "
                        f"strategy; {f!r:.60} has no number without one")  # fmt: skip
    if not drawn:
        raise TypeError(f"{f!r:.60} names no number to draw: write def f(x, y), or def f(xs: list[float])")

    def checked(**at: Any) -> tuple[Any, ...]:
        bound = f.__get__(at[owner]) if owner else f
        return _positional(bound, [*of_test.values()]), *(at.get(name, p.default) for name, p in of_test.items())

    return _test(drawn, checked, options, "f", f, owner, left)


def _test(
    drawn: Strategies,
    checked: Callable[..., tuple[Any, ...]],
    options: dict[str, Any],
    name: str = "gradients_agree",
    f: Any = None,
    owner: str | None = None,
    left: Sequence[str] = (),
) -> Callable[..., None]:
    """The hypothesis test that `check_gradients` passes with the arguments that `checked` makes of what is drawn.

    Pytest gives what is `left`, and an `owner` to the method of a class. One that is in a class without having a
    parameter for it is given one all the same, as is `test_op = gradients_agree(op)` in a class.
    """

    def test(*owners: Any, **at: Any) -> None:
        __tracebackhide__ = True  # what counts is the message
        if any(isinstance(x, (Real, Value, list, tuple)) for x in owners):
            raise TypeError(
                f"{test.__name__} draws its numbers itself: call it with none, or check_gradients(f, …) at a point"
            )
        if owner and owners:  # hypothesis passes it by its place, or by its name
            at[owner] = owners[0]
        f, *point = checked(**at)
        assume(check_gradients(f, *point, **options).compared)

    test.__name__ = test.__qualname__ = name
    if f is not None:
        update_wrapper(test, f, updated=["__dict__"] if inspect.isfunction(f) else [])  # with the settings below
    rest = next(name for name in ("_", "__", "owners", "_owners") if name not in (*drawn, *left))
    first = Parameter(owner, Parameter.POSITIONAL_OR_KEYWORD) if owner else Parameter(rest, Parameter.VAR_POSITIONAL)
    others = [Parameter(name, Parameter.KEYWORD_ONLY) for name in [*drawn, *left]]
    test.__signature__ = inspect.Signature([first, *others])  # type: ignore[attr-defined]
    theirs = vars(test).pop(USED, None) if vars(test).pop(APPLIED, False) else None
    _settings(theirs)(test)
    vars(test).pop(APPLIED)  # `@settings` above may still take their place
    return given(**drawn)(test)


def _settings(theirs: settings | None) -> settings:
    """Settings that are theirs where they differ from the usual, and ours where they do not."""
    usual = settings()
    theirs = theirs or usual
    deadline = None if theirs.deadline == usual.deadline else theirs.deadline
    phases = PHASES if theirs.phases == usual.phases else theirs.phases
    fixtures = [HealthCheck.function_scoped_fixture]  # a test's fixture is the same for all its points, as is meant
    return settings(theirs, deadline=deadline, phases=phases,
                    suppress_health_check=[*theirs.suppress_health_check, *fixtures])  # fmt: skip


def _parameters(f: Any, given: Strategies) -> dict[str, inspect.Parameter]:
    """The parameters of `f` that are to have an argument: those without a default or with a strategy, and before them.

    TypeError for a strategy that belongs to none.
    """
    kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
    try:
        signature = inspect.signature(f.forward if isinstance(f, Module) else f)
    except ValueError:  # as of max
        raise TypeError(f"{f!r:.60} does not tell its parameters: write lambda x, y: … around it") from None
    every = {p.name: p for p in signature.parameters.values() if p.kind in kinds[: 2 if isinstance(f, Module) else 3]}
    if unknown := given.keys() - every.keys():
        raise TypeError(f"{f!r:.60} takes {', '.join(every) or 'nothing'}, and no {', '.join(sorted(unknown))}")
    named = given.keys() | _marked(f)
    wanted = [name for name, p in every.items() if name in named or p.default is p.empty]
    positional = [name for name, p in every.items() if p.kind != p.KEYWORD_ONLY]
    end = max((i for i, name in enumerate(positional, start=1) if name in wanted), default=0)
    return {name: every[name] for name in every if name in positional[:end] or name in wanted}


def _positional(f: Any, parameters: list[inspect.Parameter]) -> Any:
    """`f` as `check_gradients` calls it, with all of these in their order, also those that are keyword-only."""
    named = [p.name for p in parameters if p.kind == p.KEYWORD_ONLY]
    if not named:
        return f

    def function(*at: Any) -> Any:
        count = len(at) - len(named)
        return f(*at[:count], **dict(zip(named, at[count:])))

    function.__name__ = getattr(f, "__name__", "f")
    positional = [Parameter(p.name, Parameter.POSITIONAL_ONLY) for p in parameters]
    function.__signature__ = inspect.Signature(positional)  # type: ignore[attr-defined]
    return function


def _marked(f: Any) -> set[str]:
    """The parameters that `pytest.mark.parametrize` gives, as far as it is applied already."""
    names: set[str] = set()
    for mark in getattr(f, "pytestmark", ()):
        if mark.name == "parametrize":
            given = mark.args[0] if mark.args else mark.kwargs["argnames"]
            names |= {name.strip() for name in given.split(",")} if isinstance(given, str) else {*given}
    return names


def _default(annotation: Any) -> st.SearchStrategy[Any] | None:
    """What a parameter with that annotation is drawn from; None if it is left to pytest."""
    if annotation in (Parameter.empty, float, Any, Value, "float", "Any", "Value"):
        return FLOATS
    if annotation in ("list[float]", "Sequence[float]") or get_args(annotation) in ((float,), (Value,), (Any,)):
        return LISTS
    return None
