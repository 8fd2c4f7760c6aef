"""What strategies refuse, as hypothesis does: InvalidArgument, when they are first drawn from."""

import math
from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument


def check_bounds(min_value: Any, max_value: Any) -> None:
    """Refuse what are no bounds of finite numbers, or none in this order; None is no bound."""
    for name, bound in (("min_value", min_value), ("max_value", max_value)):
        if isinstance(bound, (int, float)) and not -math.inf < bound < math.inf:
            raise InvalidArgument(f"{name}={bound!r} must be finite")
    st.floats(min_value, max_value).validate()


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
