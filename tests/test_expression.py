"""Expressions typed by people: what they mean, and that nothing else gets through."""

import ast
import math
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from microgradlab import Value, numerics, trace
from microgradlab.errors import ExpressionError
from microgradlab.expression import evaluate

NUMBERS = st.sampled_from(["0.0", "1.0", "3.0", "1e300", "1e-300", ".1", "7.", "1_000.5"])
VARIABLES = {"x": 0.5, "y": -2.0}


def compound(parts):
    infix = st.tuples(st.sampled_from("+-*"), parts, parts).map(lambda t: f"({t[1]} {t[0]} {t[2]})")
    return infix | parts.map(lambda a: f"-{a}") | parts.map(lambda a: f"abs({a})")


EXPRESSIONS = st.recursive(NUMBERS | st.sampled_from([*VARIABLES]), compound, max_leaves=20)


def test_it_builds_the_graph_that_code_would_build():
    y = evaluate("tanh(w*x + b)", {"w": 2, "x": 0.5, "b": -0.5})
    nodes, edges = trace(y)
    assert [node.label for node in nodes] == ["w", "x", "b", "", "", "tanh(w*x + b)"]
    assert [node.op and node.op.name for node in nodes] == [None, None, None, "mul", "add", "tanh"]
    assert len(edges) == 5
    y.backward()
    slope = 1.0 - math.tanh(0.5) ** 2
    assert [node.grad for node in nodes[:3]] == pytest.approx([0.5 * slope, 2.0 * slope, slope])


def test_a_name_is_one_leaf_however_often_it_occurs():
    y = evaluate("x*x + x", {"x": 3.0})
    y.backward()
    leaf = trace(y)[0][0]
    assert (leaf.label, leaf.grad, y.data) == ("x", 7.0, 12.0)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("2", 2.0),
        ("-x**2", -0.25),
        ("2**-x", 2**-0.5),
        ("+x - -x", 1.0),
        ("1/(x - x)", math.inf),
        ("9**9**9 + x", math.inf),
        ("max(x, 2, -1) + min(x, 1)", 2.5),
        ("mean(x, 1.5)", 1.0),
        ("sum(x)", 0.5),
        ("hypot(6*x, 8*x)", 5.0),
        ("leaky_relu(-x)", -0.005),
        ("clip(x, 1, 2)", 1.0),
        ("  x \n + 1 ", 1.5),
    ],
)
def test_what_expressions_mean(text, result):
    assert evaluate(text, {"x": 0.5} if "x" in text.replace("max", "") else {}).data == result


def test_names_are_compared_as_python_does():
    assert evaluate("ŷ*µ", {"ŷ": 2.0, "\N{MICRO SIGN}": 3.0}).data == 6.0


@pytest.mark.parametrize(
    ("text", "message", "caret"),
    [
        ("x + y", "y has no number: add y=…", 4),
        ("x + tanh", r"tanh is a function: write tanh\(…\)", 4),
        ("x + tnh(x)", "there is no function tnh: did you mean tanh?", 4),
        ("x + tahn(x)", "there is no function tahn: did you mean tanh?", 4),
        ("ŷŷ(1) + x", "there is no function ŷŷ\n", 0),
        ("é(1)**x", "there is no function é\n", 0),
        ("abs(1)*é + x", "é has no number", 7),
        ("'é'", "an expression has numbers, names", 0),
        ("x^2", r"a power is written with \*\*", 2),
        ("2x", "2\\*x, not 2x", 0),
        ("x + (1", "never closed", 4),
        ("x +", "invalid syntax", 3),
        ("x + True", "an expression has", 4),
        ("x + 1j", "an expression has", 4),
        ("x + (1, 2)", "an expression has", 4),
        ("x + x.data", "an expression has", 4),
        ("x + math.tanh(x)", "an expression has", 4),
        ("x + relu(x=x)", "an expression has", 4),
        ("x + max(*x)", "an expression has", 8),
        ("x if x else x", "an expression has", 0),
        ("__import__('os')", "there is no function __import__", 0),
        ("x + clip(x)", r"clip is called as clip\(x, low, high\); arguments here: 1", 4),
        ("x + max()", r"max is called as", 4),
        ("x + dot(x, x)", r"dot is called as", 4),
        ("x + 1" + "0" * 309, "beyond the largest float", 4),
        ("x + 1if x else 2", "not an expression: an expression has", 4),
        (r"x + '\d'", "not an expression: an expression has", 5),
    ],
)
def test_errors_point_at_their_place(text, message, caret):
    with pytest.raises(ExpressionError, match=message) as problem:
        evaluate(text, {"x": 1.0})
    *_, shown, pointer = str(problem.value).split("\n")
    assert shown == f"  {text[:80]}"
    assert pointer == " " * (2 + caret) + "^"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an expression is missing"),
        ("x" * 2001, "at most 2,000 characters, got 2,001"),
        ("-" * 1999 + "x", "too deep"),
        ("+".join("x" * 1000), r"too deep: .* sum\(a, b, …\)"),
        ("(" * 999 + "x" + ")" * 999, "too many nested parentheses"),
        ("x\0", "null bytes"),
        ("\ud800", "half a character"),
    ],
)
def test_texts_that_are_no_expressions(text, message):
    with pytest.raises(ExpressionError, match=message):
        evaluate(text, {"x": 1.0})


def test_a_number_for_no_name_is_an_error():
    with pytest.raises(ExpressionError, match="y does not occur in x: leave out y=…"):
        evaluate("x", {"x": 1.0, "y": 2.0})


def test_a_variable_must_be_a_number():
    with pytest.raises(TypeError, match="expected a number"):
        evaluate("x", {"x": "1"})


@given(EXPRESSIONS)
@example("((x * 1e300) * 1e300)")
def test_valid_expressions_agree_with_python(text):
    expected = eval(text, {}, VARIABLES)
    result = evaluate(text, {name: x for name, x in VARIABLES.items() if name in text.replace("abs", "")})
    assert isinstance(result, Value)
    assert result.data == expected or (math.isnan(result.data) and math.isnan(expected))


@given(st.text() | st.text("x01.+-*/()[]{}^, =:'\"\\\n#abs", max_size=30) | EXPRESSIONS.map(lambda text: text[1:]))
def test_random_text_is_an_expression_or_an_expression_error(text):
    with suppress(ExpressionError):
        assert type(evaluate(text, {})) is Value


def test_powers_never_raise():
    assert evaluate("x**0.5", {"x": -1.0}).data != evaluate("x**0.5", {"x": -1.0}).data
    assert evaluate("0**x", {"x": -1.0}).data == numerics.pow(0.0, -1.0)


def test_the_parser_is_asked_again_where_another_thread_has_confused_it(monkeypatch):
    parse, failures = ast.parse, iter([SystemError("AST constructor recursion depth mismatch")])

    def confused(*args, **kwargs):
        for failure in failures:
            raise failure
        return parse(*args, **kwargs)

    monkeypatch.setattr(ast, "parse", confused)
    assert evaluate("2*x", {"x": 3.0}).data == 6.0
