"""The translation of kernels: what it takes, and what it refuses with the reason."""

import doctest
import functools
import math
import random

import numpy as np
import pytest

from microgradlab import Value, ops
from microgradlab.player import javascript, tape
from microgradlab.player.javascript import Program, UntranslatableError
from microgradlab.player.tape import Tape

HALF = 0.5
CONSTANTS = [1.0, 2.0]


@pytest.mark.parametrize("module", [javascript, tape])
def test_the_examples_in_the_docstrings(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("op", ops.table.values(), ids=lambda op: op.name)
def test_every_kernel_of_the_table_has_a_translation(op):
    program = Program()
    name = program.function(op.kernel)
    assert name.startswith(("math.", "operator.", "py.")) or f"function {name}(" in program.text


def scaled(x, factor=2.0):
    """Twice as much."""
    new = x * factor * HALF
    if new and not x < 0:
        return new
    for k in (1.0, 2.0):
        new += k / x
    try:
        return math.exp(new)
    except (OverflowError, ValueError):
        return math.inf


def test_a_function_is_translated_statement_by_statement():
    program = Program()
    assert program.function(scaled) == "scaled"
    assert (
        program.text
        == """\
function scaled(x, factor = 2.0) {
  let new_, k;
  new_ = ((x * factor) * 0.5);
  if ((py.truth(new_) && !(x < 0))) {
    return new_;
  }
  for (k of [1.0, 2.0]) {
    new_ = (new_ + py.div(k, x));
  }
  try {
    return math.exp(new_);
  } catch (error) {
    if (py.is_a(error, 'OverflowError', 'ValueError')) {
      return Infinity;
    }
    throw error;
  }
}"""
    )


def test_what_a_function_calls_comes_before_it_and_once():
    program = Program()
    program.function(ops.gelu.kernel)
    program.function(ops.normal_cdf.kernel)
    assert program.text.count("function two_prod(") == 1
    assert program.text.index("function two_prod(") < program.text.index("function gelu(")


def test_lambdas_of_one_line_are_told_apart():
    first, second = (lambda x: x + 1.0), (lambda x: x * 3.0)
    program = Program()
    program.function(first), program.function(second)
    assert "(x + 1.0)" in program.text
    assert "(x * 3.0)" in program.text


@pytest.mark.parametrize(
    ("kernel", "reason"),
    [
        (np.sin, "is not written in Python"),
        (functools.partial(math.pow, 2.0), "is not written in Python"),
        (lambda x: np.sin(x), "is not written in Python"),
        (lambda x: random.random() * x, "is not written in Python"),
        (lambda x: CONSTANTS[0] * x, "no number and no function"),
        (lambda x: f"{x}", r"has f'\{x\}'"),
        (lambda x: x.real, "has x.real"),
        (lambda *xs: xs[0], "any number of arguments"),
        (lambda x: math.gamma(x), "is not written in Python"),
        (eval("lambda x: x"), "the source of <lambda> is not to be found"),
    ],
)
def test_what_has_no_translation_is_refused_with_the_reason(kernel, reason):
    program = Program()
    program.function(ops.exp.kernel)
    before = program.text
    with pytest.raises(UntranslatableError, match=reason):
        program.function(kernel)
    assert program.text == before


def test_an_op_without_a_translation_is_named_and_the_others_are_there(new_row):
    odd = new_row("odd", lambda x: float(np.sin(x)), lambda x: ops.cos(x))
    x = Value(0.5)
    made = Tape(odd(x) * x)
    assert made.missing.keys() == {"odd"}
    assert [entry.get("function") for entry in made.nodes] == [None, "", "mul/vv"]


def test_a_call_with_more_than_the_page_takes_is_refused():
    with pytest.raises(UntranslatableError, match=r"round\(x, 1\)"):
        Program().function(lambda x: float(round(x, 1)))
    assert Program().function(lambda x: float(round(x)))


def test_an_op_that_was_replaced_keeps_its_own_function():
    x = Value(2.0)
    try:
        old = ops.op("twice_defined", lambda x: x * 2.0, lambda x: 2.0)(x)
        new = ops.op("twice_defined", lambda x: x * 100.0, lambda x: 100.0)(x)
        made = Tape(old + new)
        assert len({node["function"] for node in made.nodes[1:3]}) == 2
        assert "100" in made.text
    finally:
        del ops.table["twice_defined"], Value.twice_defined


def test_a_tape_computes_a_constant_and_a_sequence_as_they_stand():
    x = Value(0.5)
    made = Tape(ops.dot([x, Value(2.0)], [3.0, math.inf], x) + math.nan)
    assert [entry.get("arguments") for entry in made.nodes[2:]] == [[0, 1, "3.0", "inf", 0], [2, "nan"]]
    assert made.functions["dot/v2c2v"].count("slopes: (a, y) => [a[2], a[3], 0.0, 0.0, 1.0], told: ") == 1


def test_each_index_has_a_function_of_its_own():
    xs = [Value(0.5), Value(-1.0)]
    made = Tape(ops.softmax(xs, 0) * ops.softmax(xs, 1) + ops.softmax(xs, 0))
    assert [key for key in made.functions if key.startswith("softmax")] == ["softmax/v2[0]", "softmax/v2[1]"]
    assert len({*made.functions.values()}) == len(made.functions) == 4
