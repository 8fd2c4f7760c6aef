"""A formula reads as the mathematics it stands for, with the parentheses it needs and no others."""

import doctest
import math
import operator
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles import SCALAR, SPECIAL, UNARY, same

from microgradlab import formula as module
from microgradlab import ops
from microgradlab.errors import RuleError
from microgradlab.formula import Formula, formula

NAMES = {"a": Fraction(3), "b": Fraction(5, 7), "c": Fraction(-2, 11)}
EXACTLY = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "pow": operator.pow,
           "neg": operator.neg, "square": lambda x: x * x, "reciprocal": lambda x: 1 / x}  # fmt: skip


def computed(name, *parts):
    """A formula with the exact number it stands for, made of others."""
    formulas, numbers = zip(*parts)
    assume(name not in ("div", "reciprocal") or numbers[-1])
    return ops.table[name](*formulas), EXACTLY[name](*numbers)


def understood(text):
    """The number that a reader computes who knows which operator binds tighter."""
    for ours, python in {"−": "-", "×": "*", "÷": "/", "^": "**", "²": "**2"}.items():
        text = text.replace(ours, python)
    return eval(text, {"__builtins__": {}}, NAMES)


names = st.sampled_from([(Formula(name), number) for name, number in NAMES.items()])
exponents = st.sampled_from([(Formula(str(n)), n) for n in (1, 2, 3)])
trees = st.recursive(
    names,
    lambda parts: (
        st.builds(computed, st.sampled_from(["add", "sub", "mul", "div"]), parts, parts)
        | st.builds(computed, st.sampled_from(["neg", "square", "reciprocal"]), parts)
        | st.builds(computed, st.just("pow"), parts, exponents)
    ),
    max_leaves=6,
)


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(module).failed == 0


@settings(max_examples=1000)
@given(trees)
def test_a_reader_computes_what_the_formula_stands_for(tree):
    shown, number = tree
    assert understood(str(shown)) == number


a, b, c = map(Formula, "abc")
w, x = [Formula("w1"), Formula("w2")], [Formula("x1"), Formula("x2")]


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (a + b + c, "a + b + c"),
        (a + (b + c), "a + (b + c)"),
        (a - (b - c), "a − (b − c)"),
        (a * b + c, "a × b + c"),
        ((a + b) * c, "(a + b) × c"),
        (a / (b * c), "a ÷ (b × c)"),
        (a / b / c, "a ÷ b ÷ c"),
        (-(a * b), "−(a × b)"),
        (-a * b, "−a × b"),
        (-(a**2.0), "−a ^ 2"),
        ((-a) ** 2.0, "(−a) ^ 2"),
        (2.0**-a, "2 ^ (−a)"),
        ((a**b) ** c, "(a ^ b) ^ c"),
        (ops.square(a + b), "(a + b)²"),
        (-ops.square(a), "−a²"),
        (1.0 - ops.square(a), "1 − a²"),
        (ops.reciprocal(a), "1/a"),
        (a / ops.reciprocal(b), "a ÷ (1/b)"),
        (abs(a - b), "|a − b|"),
        (ops.tanh(a + b), "tanh(a + b)"),
        (ops.sech2(a), "sech²(a)"),
        (ops.maximum(a, b), "maximum(a, b)"),
        (ops.less(a, b + c), "a < b + c"),
        (ops.where(ops.less(a, b), a, 0.0), "where(a < b, a, 0)"),
        (ops.sum([a, b, c]), "Σ(a, b, c)"),
        (ops.dot(w, x, b), "w1 × x1 + w2 × x2 + b"),
        (ops.dot(w, x, b) * c, "(w1 × x1 + w2 × x2 + b) × c"),
        (ops.softmax([a, b], 1), "softmax(a, b, 1)"),
        (ops.sum([Formula(f"x{i}") for i in range(20)]), "Σ(x0, x1, x2, …, x18, x19)"),
        (a * 0.5, "a × 0.5"),
        (a * -0.5, "a × −0.5"),
        (a - -2.0, "a − −2"),
        ((-2.0) ** a, "(−2) ^ a"),
        (a + 1 / 3, "a + 0.3333333333333333"),
        (a * math.inf, "a × inf"),
    ],
    ids=str,
)
def test_it_reads_as_one_would_write_it(shown, text):
    assert str(shown) == text


def test_a_wide_dot_is_shortened_to_what_can_be_read():
    wide = ops.dot([Formula(f"w{i}") for i in range(1, 50)], [Formula(f"x{i}") for i in range(1, 50)], b)
    assert len(str(wide)) < 60
    assert "…" in str(wide)
    assert "b(" not in str(wide)  # which would read as a function b


@pytest.mark.parametrize("row", SCALAR, ids=lambda row: row.name)
def test_every_rule_prints(row):
    names = [Formula(p) for p in row.parameters]
    for rule in row.rules:
        assert str(formula(rule(*names, Formula("y"))))


@pytest.mark.parametrize("row", UNARY, ids=lambda row: row.name)
def test_the_code_of_a_rule_computes_what_the_rule_does(row):
    kernels = {f"k_{other.name}": other.kernel for other in ops.table.values()} | {"inf": math.inf, "nan": math.nan}
    code = formula(row.rules[0](Formula("x"), Formula("y"))).code
    for at in SPECIAL:
        y = row.kernel(at)
        assert same(float(eval(code, kernels | {"x": at, "y": y})), row.rules[0](at, y))


@pytest.mark.parametrize("ask", [bool, lambda f: f < 1.0, lambda f: f <= 1.0, lambda f: max(f, b)])
def test_a_formula_is_neither_true_nor_false_and_points_to_where(ask):
    with pytest.raises(RuleError, match=r"a.* where\("):
        ask(a)
