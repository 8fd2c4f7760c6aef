"""The colours of drawings and pages, in light and in dark, and the scale that gives a gradient its colour.

    >>> scale = Scale([-2.0, 0.1])
    >>> scale.level(-2.0), scale.level(0.0), scale.level(0.1)
    (-4, 0, 1)

Negative is orange and positive blue, which every kind of colour vision tells apart, and grey is nothing. Letters have a
contrast of 4.5 : 1 or more on whatever they stand on. Each colour of a palette is another one, so that a picture can
turn from light to dark by exchanging them (`svg.py`).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields

LEVELS = 4  # of a gradient's size, on either side of 0


@dataclass(frozen=True)
class Palette:
    """Colours by what they are for, as #rrggbb."""

    paper: str
    ink: str
    muted: str  # letters of less weight
    line: str
    frame: str
    leaf: str
    result: str
    root: str
    op: str
    folded: str
    failed: str
    pale: str  # what is there, but is not what the picture is about
    tints: tuple[str, ...]  # behind the letters of a gradient, from the most negative to the most positive
    strokes: tuple[str, ...]  # the same for lines

    @property
    def colours(self) -> list[str]:
        """All of them, in one order."""
        given = [getattr(self, field.name) for field in fields(self)]
        return [colour for x in given for colour in (x if isinstance(x, tuple) else (x,))]


LIGHT = Palette(
    paper="#fffffe",
    ink="#1f2933",
    muted="#586473",
    line="#75828f",
    frame="#c3ccd6",
    leaf="#dfedfa",
    result="#ffffff",
    root="#fce6b5",
    op="#eceff3",
    folded="#e9e4f2",
    failed="#fddfe2",
    pale="#b4bdc7",
    tints=("#e89052", "#f1b382", "#f7cfae", "#fbe6d5", "#f3f5f7", "#deebf6", "#bbd8ee", "#8dc0e3", "#5ca6d6"),
    strokes=("#c75300", "#d46f25", "#dd8f57", "#dfb190", "#a9b3bd", "#9fbfd8", "#66a4cf", "#2b88c4", "#0067a5"),
)
DARK = Palette(
    paper="#15191e",
    ink="#e8edf2",
    muted="#a3afbb",
    line="#7b8793",
    frame="#3d4854",
    leaf="#183a58",
    result="#20272f",
    root="#4a3a0c",
    op="#2b343d",
    folded="#37304b",
    failed="#5e2a33",
    pale="#4a5560",
    tints=("#a04f0c", "#7f441a", "#5f381d", "#40301f", "#262e36", "#20374a", "#1c4666", "#175683", "#1567a3"),
    strokes=("#ff9a47", "#e08a45", "#b87744", "#8d6546", "#65717d", "#4b6f8c", "#4a89b5", "#55a5de", "#6fc0ff"),
)
THEMES = {"light": LIGHT, "dark": DARK}


class Scale:
    """Numbers on a scale of colours: 0 is for 0 alone, and the level grows with the root of the size up to LEVELS."""

    def __init__(self, numbers: Iterable[float]) -> None:
        self.largest = max((abs(x) for x in numbers if math.isfinite(x)), default=0.0)

    def level(self, x: float) -> int:
        """From -LEVELS to LEVELS."""
        if x == 0 or math.isnan(x):
            return 0
        share = abs(x) / self.largest if self.largest and math.isfinite(x) else 1.0
        return int(math.copysign(min(LEVELS, max(1, math.ceil(LEVELS * math.sqrt(share)))), x))
