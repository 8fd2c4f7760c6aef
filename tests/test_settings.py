"""Settings obey the rule that stands beside them, at construction, at assignment and when loaded."""

import doctest
import inspect
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Literal

import numpy as np
import pytest

from microgradlab import settings
from microgradlab.settings import Count, Increasing, NonNegative, Positive, PositiveInt, Rule, TwoBelowOne, UpToOne

EVEN = Rule("an even number", lambda x: x % 2 == 0)


@dataclass(eq=False)
class Everything(settings.Settings):
    number: float = 0.0
    flag: bool = False
    non_negative: NonNegative = 0.0
    positive: Positive = 1.0
    up_to_one: UpToOne = 0.0
    pair: TwoBelowOne = (0.0, 0.0)
    count: Count = 0
    positive_int: PositiveInt = 1
    increasing: Increasing = ()
    choice: Literal["a", "b"] = "a"
    maybe: PositiveInt | None = None
    quoted: "UpToOne" = 0.0
    own: Annotated[int, "in volts", EVEN] = 0
    unruled: Sequence[float] | None = None
    hidden: UpToOne = field(default=0.0, repr=False)


def test_the_examples_in_the_docstring_run():
    assert doctest.testmod(settings).failed == 0


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("number", [0, -1.5, math.inf, math.nan], [True, None, "1", 1j, [1.0], 10**400]),
        ("flag", [True, False], [0, 1.0, None, "True"]),
        ("non_negative", [0, -0.0, 1e308], [-1e-300, 10**400, math.inf, math.nan, False, None]),
        ("positive", [1e-300, 2], [0, -0.0, math.inf, math.nan, True]),
        ("up_to_one", [0, 1, 0.5], [-1e-9, 1.0000001, math.nan, True]),
        ("pair", [(0, 0.5)], [0.5, (0.5,), (0.5, 0.5, 0.5), (0.5, 1), (math.nan, 0), {0.1, 0.2}, "ab"]),
        ("count", [0, 7], [-1, 1.0, True, None, 2**64]),
        ("positive_int", [1, 7], [0, 1.0, True, None]),
        ("increasing", [(), (0, 3, 3)], [3, (3, 2), (-1, 2), (1.0,), (True,), "12"]),
        ("choice", ["a", "b"], ["c", None, 1, ["a"]]),
        ("maybe", [None, 3], [0, 1.5, "None"]),
        ("quoted", [1], [2]),
        ("own", [4], [3]),
        ("hidden", [1], [2]),
    ],
)
def test_a_value_is_taken_where_it_keeps_the_rule_and_changes_nothing_where_not(name, good, bad):
    everything = Everything()
    for value in good:
        setattr(everything, name, value)
        assert getattr(everything, name) is value or getattr(everything, name) == value
    for value in bad:
        with pytest.raises(ValueError, match=f"^{name}.* must be .*, got "):
            setattr(everything, name, value)
        with pytest.raises(ValueError, match=f"^{name}.* must be .*, got "):
            Everything(**{name: value})
    assert getattr(everything, name) is good[-1] or getattr(everything, name) == good[-1]


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("up_to_one", np.float32(0.5), 0.5),
        ("up_to_one", np.float64(0.5), 0.5),
        ("up_to_one", Fraction(1, 2), 0.5),
        ("count", np.int64(3), 3),
        ("maybe", np.int64(3), 3),
        ("pair", [np.float32(0.5), 0], (0.5, 0)),
        ("increasing", range(2, 7, 2), (2, 4, 6)),
        ("unruled", [1.0, 2.0], [1.0, 2.0]),
    ],
)
def test_numbers_become_pythons_own_and_sequences_tuples(name, given, kept):
    everything = Everything(**{name: given})
    assert repr(getattr(everything, name)) == repr(kept)


def test_a_state_holds_what_the_repr_shows_and_goes_through_json():
    everything = Everything(number=0.1, pair=(0.5, 0.25), increasing=[1, 2], choice="b", maybe=4, hidden=1.0)
    other = Everything()
    other.load_state_dict(json.loads(json.dumps(everything.state_dict())))
    assert repr(other) == repr(everything)
    assert (everything.hidden, other.hidden) == (1.0, 0.0)


def test_a_signature_shows_the_rules():
    signature = str(inspect.signature(Everything)).replace("typing.", "")
    assert "up_to_one: Annotated[float, a number in [0, 1]] = 0.0" in signature
