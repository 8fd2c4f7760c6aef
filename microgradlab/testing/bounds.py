"""What strategies refuse, as hypothesis does: InvalidArgument, when they are first drawn from."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from math import isfinite
from typing import Any, ParamSpec, TypeVar

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from microgradlab.coercion import shown
from microgradlab.settings import is_number

P = ParamSpec("P")
T = TypeVar("T")


def reusable(strategy: Callable[P, T]) -> Callable[P, T]:
    """The same, with a tuple in place of an iterator, which a strategy could draw from only once."""

    @wraps(strategy)
    def made(*args: P.args, **kwargs: P.kwargs) -> T:
        taken = {name: tuple(x) if isinstance(x, Iterator) else x for name, x in kwargs.items()}
        return strategy(*args, **taken)  # type: ignore[arg-type]

    return made


def check_bounds(min_value: Any, max_value: Any, is_finite: bool = True) -> None:
    """Refuse what are no bounds of numbers, or none in this order; None is no bound."""
    for name, bound in (("min_value", min_value), ("max_value", max_value)):
        if isinstance(bound, (int, float)) and not (is_number(bound) and (isfinite(bound) or not is_finite)):
            raise InvalidArgument(f"{name}={shown(bound)} must be finite, a number that fits a float")
    st.floats(min_value, max_value).validate()


def check_yes_or_no(**answers: Any) -> None:
    """Refuse anything but True and False."""
    for name, answer in answers.items():
        if not isinstance(answer, bool):
            raise InvalidArgument(f"{name}={shown(answer)} must be True or False")


def check_whole(least: int = 1, **numbers: Any) -> None:
    """Refuse anything but whole numbers from `least` on."""
    for name, number in numbers.items():
        if not isinstance(number, int) or isinstance(number, bool) or number < least:
            raise InvalidArgument(f"{name}={number!r} must be a whole number from {least} on")


def check_choice(name: str, choices: Any) -> list[Any]:
    """The choices as a list, which is not empty."""
    if isinstance(choices, str) or not isinstance(choices, Iterable) or not (found := list(choices)):
        raise InvalidArgument(f"{name}={choices!r} must be a list of at least one to choose from")
    return found
