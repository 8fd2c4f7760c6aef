"""What a drawing shows and how: the options of `draw`, checked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from microgradlab.coercion import shown
from microgradlab.drawing.palette import THEMES, Palette
from microgradlab.engine import Value
from microgradlab.module import Module
from microgradlab.settings import is_count

SIDES = {"LR": "w", "TB": "n", "RL": "e", "BT": "s"}  # for each direction, the side where arrows come in
SHOWN = {Value: ("data", "grad", "local", "rule"), Module: ("weight",)}  # what there is to show
USUAL = {Value: ("data", "grad"), Module: ("weight",)}
LIMIT = 100  # boxes that can be taken in at a glance
FOLDS = "'auto', a depth such as 2, the name of a module such as 'Layer', a module, a function of a Value, or None"

Fold = str | int | Module | type[Module] | Callable[[Value], Any] | Iterable[Any] | None


@dataclass(frozen=True)
class Options:
    """See `draw`; as asked, until they are `checked`."""

    direction: str = "LR"
    show: Any = ("data", "grad")
    fold: Any = "auto"
    roll_up: bool | None = None
    unfold: bool = False
    highlight: Any = ()
    inputs: Any = ()
    theme: str = "light"
    limit: int = LIMIT

    @property
    def palette(self) -> Palette:
        """The colours."""
        return THEMES["light" if self.theme == "auto" else self.theme]


def checked(asked: Options, kind: type) -> Options:
    """What is meant by what is asked for a Value or a Module; TypeError or ValueError where that is nothing."""
    show = USUAL[kind] if asked.show is None else asked.show
    show = tuple(show.split()) if isinstance(show, str) else tuple(_listed("show", show, str))
    if not isinstance(asked.direction, str) or asked.direction not in SIDES:
        raise ValueError(f"direction is one of {', '.join(SIDES)}, got {shown(asked.direction)}")
    if not {*show} <= {*SHOWN[kind]}:
        usual = " ".join(USUAL[kind])
        raise ValueError(f"show is some of {', '.join(SHOWN[kind])}, such as {usual!r}, got {shown(' '.join(show))}")
    if asked.theme not in ("auto", *THEMES):
        raise ValueError(f"theme is auto, {' or '.join(THEMES)}, got {shown(asked.theme)}")
    if not is_count(asked.limit, 1):
        raise ValueError(f"limit is a whole number of boxes from 1 up, got {shown(asked.limit)}")
    for name, answer in (("unfold", asked.unfold), ("roll_up", asked.roll_up)):
        if not isinstance(answer, bool) and not (answer is None and name == "roll_up"):
            raise TypeError(f"{name} is True or False, got {shown(answer)}")
    lit = tuple(_listed("highlight", asked.highlight, Value))
    inputs = tuple(_listed("inputs", asked.inputs, Value))
    return replace(asked, show=show, fold=_fold(asked.fold), highlight=lit, inputs=inputs)


def _listed(name: str, given: Any, kind: type) -> list[Any]:
    """One of this kind or several, as a list."""
    listed = [given] if isinstance(given, kind) else list(given) if isinstance(given, Iterable) else [None]
    if not all(isinstance(x, kind) for x in listed):
        what = "a Value, or a list of some" if kind is Value else "a list of words"
        raise TypeError(f"{name} is {what}, got {shown(given)}")
    return listed


def _fold(fold: Any) -> Any:
    """What to fold: None, "auto", a depth, a function of a Value, or a tuple of names, modules and their classes."""
    if fold is None or fold is False or fold == "auto":
        return fold or None
    if isinstance(fold, bool):
        raise TypeError(f"fold is {FOLDS}; got True")
    if isinstance(fold, int):
        if not is_count(fold, 1):
            raise ValueError(f"fold as a depth is a whole number from 1 up, got {shown(fold)}")
        return fold
    if _names_modules(fold):
        return (fold,)
    if callable(fold):
        return fold
    if isinstance(fold, Iterable) and all(map(_names_modules, found := tuple(fold))):
        return found
    raise TypeError(f"fold is {FOLDS}; got {shown(fold)}")


def _names_modules(fold: Any) -> bool:
    is_class = isinstance(fold, type) and issubclass(fold, Module)
    return is_class or isinstance(fold, (str, Module))
