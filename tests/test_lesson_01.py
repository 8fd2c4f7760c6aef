"""The numbers of lesson 1, one neuron, come out."""

import math
import re

import pytest
from lesson_notebooks import Lesson, numbers

LESSON = Lesson("01-one-neuron")


def said(cell_id):
    """What that cell prints in lesson 1 today, with single spaces."""
    return " ".join(LESSON.printed(cell_id).split())


@pytest.mark.parametrize(
    ("cell_id", "name", "number"),
    [
        ("five-numbers-code", "σ'(0)", 0.25),
        ("five-numbers-code", "σ(2)", 0.8807970779778823),
        ("five-numbers-code", "tanh(1)", 0.7615941559557649),
        ("five-numbers-code", "tanh'(2)", 0.07065082485316446),
        ("five-numbers-code", "relu'(0)", 0.0),
        ("lecture", "z", -6.0),
        ("lecture", "σ(-6)", 0.0024726231566347743),
        ("lecture", "∂ŷ/∂w0", 0.00246650929136),
        ("lecture", "∂ŷ/∂w1", -0.00246650929136),
        ("lecture", "∂ŷ/∂w2", 0.00493301858272),
        ("line-figure", "6/√13", 6 / math.sqrt(13)),
        ("line-figure", "z where the dashed way ends", 0.0),
    ],
)
def test_the_numbers(cell_id, name, number):
    found = re.search(rf"(?:^| ){re.escape(name)} = (\S+)", said(cell_id))
    assert float(found[1]) == pytest.approx(number, rel=1e-15, abs=0)


def test_the_engine_agrees_with_the_formulas():
    assert numbers(said("curves"))[-1] < 1e-15
    for i in range(3):
        engine, formula = re.search(rf"∂ŷ/∂w{i} = (\S+) (\S+)", said("lecture")).groups()
        assert engine == formula


def test_the_bias_shifts_the_activation():
    assert re.findall(r"b = (\S+): at x = (\S+) the answer is (\S+)", said("bias-figure")) == [
        ("−1", "2", "0.5"),
        ("0", "0", "0.5"),
        ("1", "-2", "0.5"),
    ]


def test_linear_layers_collapse():
    differences = dict(
        re.findall(r"(linear|tanh) : .*? at most (\S+)", said("collapse").replace("linear:", "linear :"))
    )
    assert float(differences["linear"]) < 1e-12
    assert float(differences["tanh"]) > 0.1


def test_what_goes_wrong_on_purpose():
    z, tanh, naive, engine = numbers(said("saturated"))[-4:]
    assert (z, tanh, naive) == (20.0, 1.0, 0.0)
    assert engine == pytest.approx(1 / math.cosh(20) ** 2, rel=1e-5)
    assert "v.grad 0.000000" in said("forgetful")


def test_the_explanation_follows_what_the_steps_print():
    text = LESSON.text("after-backward")
    for words in ("0.235 × 4 = 0.94", "0.25 × sech²(0.5 × z)"):
        assert words in text
        assert words in said("steps")


def test_graphs_and_figures_show():
    assert LESSON.showing("text/html") == {
        *("drawn", "dotted", "drawn-with-gradients", "bias-slider", "forgetful", "lecture"),
    }
    assert LESSON.showing("image/png") == {"the-picture", "curves", "bias-figure", "line-figure"}
    assert "backward() has not run" in LESSON.shown("drawn")["text/html"]
    assert "grad: how fast ŷ changes" in LESSON.shown("drawn-with-gradients")["text/html"]
