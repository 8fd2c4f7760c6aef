"""A forward pass that fails is drawn as far as it got, with the error at its end."""

import doctest
import math
import re

import pytest

from microgradlab import MLP, Module, Value, draw, ops
from microgradlab.drawing import failure, svg
from microgradlab.drawing.failure import failed


@pytest.fixture
def picky():
    yield ops.op("picky", lambda x: math.sqrt(x), lambda x: 0.5)
    del ops.table["picky"], Value.picky


def raised(function):
    with pytest.raises(Exception) as caught:  # noqa: PT011 (any)
        function()
    return caught.value


def arguments(node):
    return [*map(id, node.arguments[0])]


def test_the_examples_in_the_docstring():
    assert doctest.testmod(failure).failed == 0


def test_a_kernel_that_raises_is_drawn_with_its_argument(picky):
    x, w = Value(-2.0, "x"), Value(3.0, "w")
    made = []

    def forward():
        made.append(x * w)
        return picky(made[0]) + 1.0

    for _ in range(2):  # the first call compiles the op
        error = raised(forward)
        assert arguments(failed(error)) == [id(made.pop())]
    source = draw(error).source
    assert "math domain error" in source
    assert "the forward pass got as far as this: ValueError in picky" in source
    assert len(re.findall(r"^    n\d ", source, re.MULTILINE)) == 5 + 2  # boxes, and arrows that begin there


def test_arguments_that_an_op_refuses_are_drawn():
    x, w = Value(-2.0, "x"), Value(3.0, "w")
    for call, taken in [
        (lambda: ops.softmax([x, w], 7), [x, w]),
        (lambda: ops.dot([x, w], [w]), [x, w, w]),
        (lambda: x + "a", [x]),
        (lambda: ops.hypot(x, None), [x]),
    ]:
        error = raised(call)
        assert arguments(failed(error)) == [*map(id, taken)]
        assert str(error).split(":")[0].split()[0] in draw(error).source


def test_a_module_is_drawn_with_what_it_was_given():
    inputs = [Value(1.0), Value(2.0), Value(3.0)]
    node = failed(raised(lambda: MLP(2, [3, 1])(inputs)))
    assert arguments(node) == [*map(id, inputs)]
    assert node.op.name in ("MLP", "Layer")


def test_a_function_of_ones_own_is_drawn_with_the_last_values_that_it_made():
    class Odd(Module):
        def forward(self, x):
            double = x * 2.0
            other = double + 1.0
            raise LookupError("nothing there", other)

    error = raised(lambda: Odd()(Value(1.0, "x")))
    node = failed(error)
    assert node.op.name == "Odd"
    assert [value.data for value in node.arguments[0]] == [3.0]
    assert ">LookupError<" in svg(draw(error))


def test_a_long_or_an_odd_message_stays_in_its_box():
    def forward(x):
        raise ValueError("<b>\\n\n" * 200 + str(x))

    picture = svg(draw(raised(lambda: forward(Value(1.0)))))
    assert picture.count("…") >= 1
    assert "&lt;b&gt;" in picture
    assert "without a message" in draw(raised(lambda: silent(Value(1.0)))).source


def silent(_):
    raise ValueError


def test_an_error_without_values_is_refused_in_words():
    with pytest.raises(ValueError, match="no Value took part in ZeroDivisionError"):
        draw(raised(lambda: 1 / 0))
