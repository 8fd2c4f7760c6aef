"""The colours: legible in light and in dark, and apart for every kind of colour vision."""

import doctest
from itertools import pairwise
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microgradlab.drawing import palette
from microgradlab.drawing.palette import DARK, LEVELS, LIGHT, Scale

# What is left of a colour (linear red, green, blue) without one kind of cone: Machado, Oliveira & Fernandes 2009.
VISIONS = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
LEGIBLE = 4.5  # the contrast that WCAG 2 asks for


def linear(colour):
    """Red, green and blue, as light."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]


def contrast(one, other):
    bright = [sum(share * x for share, x in zip((0.2126, 0.7152, 0.0722), linear(c))) for c in (one, other)]
    return (max(bright) + 0.05) / (min(bright) + 0.05)


def seen(colour, vision):
    return [min(1.0, max(0.0, sum(m * x for m, x in zip(row, linear(colour))))) ** (1 / 2.4) for row in VISIONS[vision]]


def apart(one, other, vision):
    return sum((a - b) ** 2 for a, b in zip(seen(one, vision), seen(other, vision))) ** 0.5


def test_the_examples_in_the_docstring():
    assert doctest.testmod(palette).failed == 0


@pytest.mark.parametrize("p", [LIGHT, DARK], ids=["light", "dark"])
def test_letters_are_legible_on_all_they_stand_on(p):
    fills = [p.paper, p.leaf, p.result, p.root, p.op, p.folded, p.failed]
    assert all(contrast(p.ink, fill) >= LEGIBLE for fill in [*fills, *p.tints])
    assert all(contrast(p.muted, fill) >= LEGIBLE for fill in fills)


@pytest.mark.parametrize("p", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_stand_out_from_the_paper(p):
    assert all(contrast(stroke, p.paper) >= 1.7 for stroke in (*p.strokes, p.line))
    assert all(contrast(p.strokes[end], p.paper) >= 4.0 for end in (0, -1))


@pytest.mark.parametrize("p", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
def test_signs_and_levels_are_apart_for_every_kind_of_vision(p, vision):
    for scale in (p.tints, p.strokes):
        assert all(apart(a, b, vision) > 0.05 for a, b in pairwise(scale))
        assert all(apart(scale[LEVELS - i], scale[LEVELS + i], vision) > 0.12 for i in (2, 3, 4))


def test_no_colour_has_two_uses_so_that_they_can_be_exchanged():
    for p in (LIGHT, DARK):
        assert len({*p.colours}) == len(p.colours) == len(LIGHT.colours)


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_a_level_has_the_sign_of_the_number_and_grows_with_it(x, y):
    scale = Scale([x, y])
    a, b = sorted((x, y))
    assert scale.level(a) <= scale.level(b)
    assert (scale.level(x) > 0) == (x > 0)
    assert (scale.level(x) < 0) == (x < 0)
    assert scale.level(-x) == -scale.level(x)
    assert abs(scale.level(max(x, y, key=abs))) == (LEVELS if x or y else 0)


def test_what_is_no_finite_number_has_a_level_as_well():
    scale = Scale([1.0, inf, nan])
    assert (scale.largest, scale.level(nan), scale.level(-inf)) == (1.0, 0, -LEVELS)
    assert (Scale([]).level(0.0), Scale([]).level(3.0)) == (0, LEVELS)
