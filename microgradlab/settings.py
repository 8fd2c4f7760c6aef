"""Settings that are checked whenever they are set, and can be saved: what optimizers and schedules share.

    >>> @dataclass(eq=False)
    ... class Fan(Settings):
    ...     speed: UpToOne = 0.5
    ...     mode: Literal["eco", "turbo"] = "eco"
    >>> fan = Fan()
    >>> fan.speed = 2
    Traceback (most recent call last):
    ValueError: speed must be a number in [0, 1], got 2
    >>> fan.state_dict()
    {'settings': 'Fan', 'speed': 0.5, 'mode': 'eco'}

The annotation of a field is its rule, so that the rule stands where the name does, and a subclass of your own is
checked like the others. It is one of the types below, a plain `float` or `bool`, a `Literal`, one of these `| None`,
or your own `Annotated[type, Rule(words, test)]`. A field with another annotation takes anything. What is no field
cannot be set: it would be a misspelling that nobody notices.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from math import inf
from numbers import Integral, Real
from sys import float_info, maxsize
from types import NoneType
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, get_args, get_origin, get_type_hints

from microgradlab.coercion import shown


class Rule(NamedTuple):
    """What a value must be, in words and as a test; for a sequence, also the rule of each element."""

    words: str
    holds: Callable[[Any], bool]
    each: "Rule | None" = None

    def __repr__(self) -> str:
        return self.words  # so that help(SGD) shows `lr: Annotated[float, a number in [0, ∞)]`

    def check(self, name: str, value: Any) -> Any:
        """The value, its numbers as Python's own; ValueError if it breaks the rule."""
        plain = _plain(value)
        if not self.holds(plain):
            raise ValueError(f"{name} must be {self.words}, got {shown(value)}")
        if self.each:
            return tuple(self.each.check(f"{name}[{i}]", element) for i, element in enumerate(value))
        return plain


def _plain(x: Any) -> Any:
    """`x`, but the numbers of numpy and the like as Python's own, and a sequence as a tuple."""
    if isinstance(x, bool | str):
        return x
    if isinstance(x, Integral):
        return int(x)
    if isinstance(x, Real):
        return float(x)
    return tuple([y if isinstance(y, Sequence) else _plain(y) for y in x]) if isinstance(x, Sequence) else x


def is_number(x: Any) -> bool:
    """Whether `x` is a float, or an int that fits one; a bool counts as neither."""
    return isinstance(x, float) or (isinstance(x, int) and not isinstance(x, bool) and abs(x) <= float_info.max)


def is_count(x: Any, least: int = 0) -> bool:
    """Whether `x` is an int, `least` or more, and not beyond all counting; a bool counts as none."""
    return isinstance(x, int) and not isinstance(x, bool) and least <= x <= maxsize


def number(interval: str, contains: Callable[[float], bool]) -> Rule:
    """The rule for a number in an interval."""
    return Rule(f"a number in {interval}", lambda x: is_number(x) and contains(x))


def is_pair(xs: Any) -> bool:
    """Whether `xs` are two."""
    return isinstance(xs, tuple) and len(xs) == 2


def is_increasing(xs: Any) -> bool:
    """Whether `xs` are whole numbers from 0 up, none below the one before it."""
    return isinstance(xs, tuple) and all(map(is_count, xs)) and list(xs) == sorted(xs)


# fmt: off
NUMBER = Rule("a number", is_number)
FLAG   = Rule("True or False", lambda x: isinstance(x, bool))

NonNegative = Annotated[float, number("[0, ∞)", lambda x: 0 <= x < inf)]
Positive    = Annotated[float, number("(0, ∞)", lambda x: 0 < x < inf)]
UpToOne     = Annotated[float, number("[0, 1]", lambda x: 0 <= x <= 1)]
TwoBelowOne = Annotated[tuple[float, float], Rule("two numbers", is_pair, each=number("[0, 1)", lambda x: 0 <= x < 1))]
Count       = Annotated[int, Rule("a whole number from 0 up", is_count)]
PositiveInt = Annotated[int, Rule("a whole number from 1 up", lambda x: is_count(x, 1))]
Increasing  = Annotated[Sequence[int], Rule("whole numbers in increasing order", is_increasing)]
# fmt: on


def rule_of(annotation: Any) -> Rule | None:
    """The rule that an annotation stands for, if any."""
    parts = get_args(annotation)
    if get_origin(annotation) is Literal:
        return Rule(" or ".join(map(repr, parts)), parts.__contains__)
    if NoneType in parts and (rule := rule_of(parts[0])):
        return Rule(f"None or {rule.words}", lambda x: x is None or rule.holds(x))
    if annotation in (float, bool):
        return NUMBER if annotation is float else FLAG
    return next((note for note in getattr(annotation, "__metadata__", ()) if isinstance(note, Rule)), None)


@dataclass(eq=False)
class Settings:
    """A dataclass that checks its fields whenever they are set, and saves those that its repr shows."""

    kind: ClassVar[str] = "settings"  # under this key a state says whose it is

    @classmethod
    @cache
    def _rules(cls) -> dict[str, Rule | None]:
        """The rule of each field, if it has one."""
        annotations = get_type_hints(cls, include_extras=True)
        return {f.name: rule_of(annotations[f.name]) for f in fields(cls)}

    def __setattr__(self, name: str, value: Any) -> None:
        rules = self._rules()
        if name not in rules and not name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no {name}: it has {', '.join(rules)}")
        rule = rules.get(name)
        super().__setattr__(name, rule.check(name, value) if rule else value)

    @property  # so that a class has none, which hypothesis would call
    def _repr_pretty_(self) -> Callable[[Any, bool], None]:
        return lambda printer, _: printer.text(repr(self))  # hypothesis would print fields that are no attributes

    def state_dict(self) -> dict[str, Any]:
        """All that is needed to continue from here, fit for JSON."""
        saved = {f.name: getattr(self, f.name) for f in fields(self) if f.repr}
        lists = {name: list(value) for name, value in saved.items() if isinstance(value, tuple)}
        return {self.kind: type(self).__name__, **saved, **lists}

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Continue from a `state_dict()`; ValueError, and no change, if it does not fit."""
        mine, loaded = self.state_dict(), copy.copy(self)
        owner = saved.get(self.kind) if isinstance(saved, Mapping) else saved
        if owner != mine[self.kind]:
            raise ValueError(f"expected a state of {mine[self.kind]}, got one of {shown(owner)}")
        if saved.keys() != mine.keys():
            missing, more = sorted(mine.keys() - saved.keys()), sorted(map(str, saved.keys() - mine.keys()))
            raise ValueError(f"a state has the keys {', '.join(mine)}, got it without {missing} and with {shown(more)}")
        loaded._restore(saved)
        vars(self).update(vars(loaded))

    def _restore(self, saved: Mapping[str, Any]) -> None:
        """Take up a state that has the right keys; `load_state_dict` calls it on a copy."""
        for f in fields(self):
            if f.repr:
                setattr(self, f.name, saved[f.name])
