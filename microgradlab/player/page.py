"""A page, put together: its content packed, the functions that compute the graph, and the script that shows it.

Where scripts do not run, as in a notebook that is not trusted, there is the picture that the script would replace.
"""

import gzip
import json
import math
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

from microgradlab.drawing.finish import SVG, in_the_dark
from microgradlab.drawing.palette import DARK, LEVELS, LIGHT, Palette

NAMES = "elements numbers tape timeline picture words player surface training"
SCRIPTS = tuple(f"{name}.js" for name in NAMES.split())
DOCUMENT = """<!doctype html>
<html lang="en"{marks}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{html}
</main>
</body>
</html>
"""
STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 12px; background: var(--paper); color: var(--ink); }
h1 { margin: 0 0 10px; font: 600 19px/1.3 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
"""
# The script finds its place by the script element itself, or where that is unknown, by the key of the content.
FRAGMENT = """<div class="microgradlab" data-key="{key}" data-lm-suppress-shortcuts="true">
{static}
<script>
(() => {{
const host = document.currentScript?.closest(".microgradlab")
  ?? document.querySelector('.microgradlab[data-key="{key}"]:not([data-ready])');
const FUNCTIONS = (() => {{
{python}
{functions}
return FUNCTIONS;
}})();
{scripts}
unpacked("{content}").then((content) => {start}(host, content, FUNCTIONS));
}})();
</script>
</div>"""


def document(title: str, html: str, style: str = "", marks: str = "") -> str:
    """A whole page, with the colours by their names, what else a style sheet says, and marks of the whole."""
    light, dark = _declared(_named(LIGHT)), _declared(_named(DARK))
    colours = f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    return DOCUMENT.format(title=escape(title), html=html, style=f"{colours}{STYLE}{style}", marks=marks)


def fragment(start: str, content: dict[str, Any], functions: str, static: str) -> str:
    """What a notebook takes: the picture, and the script that replaces it by what `start` makes of the content."""
    content = _plain(content | {"style": style()})
    raw = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(errors="replace")
    packed = b64encode(gzip.compress(raw, mtime=0)).decode()
    key = sha256(raw).hexdigest()[:12]
    parts = {"python": _script("python.js"), "functions": functions, "scripts": "".join(map(_script, SCRIPTS))}
    safe = {name: re.sub(r"<(?=[/!]|script)", r"\\x3c", text) for name, text in parts.items()}  # only its end ends it
    return FRAGMENT.format(key=key, static=static, content=packed, start=start, **safe)


def static(svg: str, title: str) -> str:
    """A picture as an image with its data inside, in the reader's colours."""
    head = f'<svg xmlns="{SVG}" font-family="Helvetica,Arial,sans-serif"'
    picture = svg.replace("<svg", head, 1).replace(">", f"><style>text{{white-space:pre}}{in_the_dark()}</style>", 1)
    data = b64encode(picture.encode(errors="replace")).decode()
    return f'<img alt="{escape(title)}" src="data:image/svg+xml;base64,{data}">'


def style() -> str:
    """The style sheet: the colours by name, in light and dark, and then the rules."""
    light, dark = _named(LIGHT), _named(DARK)
    of_pictures = "".join(f'[fill="{c}"]{{fill:var({n})}}[stroke="{c}"]{{stroke:var({n})}}' for n, c in light.items())
    levels = "".join(
        f'.tint[data-level="{level}"]{{fill:var(--tints{level + LEVELS})}}'
        f'.edge[data-level="{level}"]{{--stroke:var(--strokes{level + LEVELS});--width:{0.9 + 0.55 * abs(level):g}}}'
        for level in range(-LEVELS, LEVELS + 1)
    )
    themes = f".app{{{_declared(light)}}}.app[data-theme=dark]{{{_declared(dark)}}}"
    return f"{themes}{of_pictures}{levels}{_script('player.css')}"


def _named(palette: Palette) -> dict[str, str]:
    """Each colour of a palette by the name of its CSS variable."""
    named: dict[str, str] = {}
    for name, given in vars(palette).items():
        if isinstance(given, tuple):
            named |= {f"--{name}{i}": colour for i, colour in enumerate(given)}
        else:
            named[f"--{name}"] = given
    return named


def _declared(named: dict[str, str]) -> str:
    return "".join(f"{name}:{colour};" for name, colour in named.items())


@cache
def _script(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _plain(x: Any) -> Any:
    """`x` as JSON can hold it: inf and nan as texts, which the page reads as numbers."""
    if isinstance(x, float):
        return x if math.isfinite(x) else repr(x)
    if isinstance(x, dict):
        return {key: _plain(value) for key, value in x.items()}
    return [_plain(value) for value in x] if isinstance(x, list | tuple) else x
