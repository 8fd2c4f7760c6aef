"""Numbers in a page are written, read and coloured as in Python, to the last digit."""

import math
import random
from importlib.resources import files

from microgradlab.drawing.palette import Scale
from microgradlab.steps import digits

NUMBERS = files("microgradlab.player").joinpath("numbers.js").read_text("utf-8")
TIES = [1000.5, 1001.5, -1000.5, 10005.0, 10015.0, 0.5, 2.5, 1.0625, 0.00010625, 12345.0, 12355.0, 100050000.0, 999.95]


def in_page(page, function, arguments):
    return page.evaluate(f"(xs) => {{ {NUMBERS}; return xs.map((x) => {function}); }}", arguments)


def of_all_sizes(count):
    rng = random.Random(0)
    wide = [rng.choice([1, -1]) * rng.uniform(1, 10) * 10.0 ** rng.randint(-308, 307) for _ in range(count)]
    halves = [rng.randint(10**4, 10**6) / 2.0 ** rng.randint(0, 12) for _ in range(count)]
    return [*TIES, *wide, *halves, *(float(f"{x:.4g}") for x in wide), 0.0, -0.0, 5e-324, 1e308]


def test_four_digits_are_those_of_python(page):
    xs = of_all_sizes(3000)
    found = in_page(page, "digits(Number(x))", [repr(x) for x in xs])
    assert [(x, text) for x, text in zip(xs, found) if text != digits(x)] == []
    assert in_page(page, "digits(number(x))", ["inf", "-inf", "nan"]) == ["inf", "−inf", "nan"]


def test_levels_are_those_of_the_palette(page):
    rng = random.Random(1)
    xs = [rng.uniform(-1, 1) * 10.0 ** rng.randint(-12, 12) for _ in range(500)] + [0.0]
    for largest in (1.0, 1e-6, 1e9):
        expected = [Scale([largest]).level(x) for x in xs]
        assert in_page(page, f"level(x, {largest}) + 0", xs) == expected
    assert in_page(page, "level(number(x), 1)", ["inf", "-inf", "nan"]) == [4, -4, 0]


def test_fields_read_what_python_reads_and_nothing_else(page):
    good = [
        "1",
        "-0.5",
        "+2",
        "1e-3",
        ".5",
        "5.",
        "1E5",
        " 7 ",
        "inf",
        "-Infinity",
        "NaN",
        "−3",
        "−1.5e−05",
        "-0",
        "1e999",
    ]
    bad = ["", "-", "e5", "1e", "1_0", "0x10", "two", "1 2", "--1", "1.2.3", "Infinit", "1/2", "∞", "2,5", "1,000"]
    found = in_page(page, "String(read(x))", good)
    names = {"Infinity": "inf", "-Infinity": "-inf", "NaN": "nan"}
    for text, value in zip(good, found):
        expected = float(text.replace("−", "-"))
        assert float(names.get(value, value)) == expected or math.isnan(expected)
    assert in_page(page, "read(x) === undefined", bad) == [True] * len(bad)
