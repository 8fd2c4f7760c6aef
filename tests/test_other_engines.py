"""The kit finds what is wrong with engines that are not ours, and nothing wrong with one that is right."""

import math

import learner
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from micrograd.engine import Value as Micrograd

from microgradlab import MLP, ops
from microgradlab.errors import GradientError
from microgradlab.testing import diagnosis
from microgradlab.testing.checks import check_gradients
from microgradlab.testing.properties import gradients_agree
from microgradlab.testing.strategies import expressions

OPS = ["add", "sub", "mul", "neg", "tanh"]
quiet = settings(database=None, deadline=None, phases=set(Phase) - {Phase.explain})


@pytest.fixture(autouse=True)
def pictures(tmp_path, monkeypatch):
    monkeypatch.setattr(diagnosis, "PICTURES", tmp_path)


def message_of(test):
    with pytest.raises(GradientError) as caught:
        quiet(test)()
    return str(caught.value)


def numbers_in(message):
    """The numbers of the point in its first line."""
    return [float(part.split()[0].rstrip(",")) for part in message.splitlines()[0].split(" = ")[1:]]


# an engine of thirty lines -----------------------------------------------------------------------


def test_an_engine_that_is_right_passes():
    quiet(gradients_agree(expressions(ops=OPS), value=learner.Value))()
    assert check_gradients(lambda x, y: ops.tanh(x * y) + x * x, 0.5, -2.0, value=learner.Value).compared == 2
    assert check_gradients(lambda x: ops.tanh(2.0 * x), 0.5, value=learner.Value).compared == 1


@pytest.mark.parametrize(
    ("engine", "names", "words"),
    [
        (
            learner.SetsGrad,
            ["add"],
            "is one of these alone: does backward write `grad =` where it must add, `grad +=`?",
        ),
        (learner.WrongOrder, ["add", "mul"], "go to a result before all that it was made from?"),
        (learner.NeverZeroed, ["add", "mul", "tanh"], "The op at fault is "),
        (learner.DropsSecond, ["mul"], "The op at fault is mul: ∂mul/∂b"),
        (learner.WrongTanh, ["tanh"], "The op at fault is tanh"),
    ],
)
def test_the_mistakes_of_the_first_day_are_found_and_named(engine, names, words):
    message = message_of(gradients_agree(expressions(ops=names), value=engine))
    assert words in message
    assert f"learner.{engine.__name__}" in message
    assert all(2 * x == int(2 * x) and abs(x) <= 4 for x in numbers_in(message))


def test_a_lost_contribution_shrinks_to_a_sum_of_one_number_with_itself():
    message = message_of(gradients_agree(expressions(ops=["add", "mul"]), value=learner.SetsGrad))
    assert "is used 2 times: 1 from add + 1 from add = 2" in message


def test_a_looser_kernel_passes_with_a_tolerance():
    class Loose(learner.Value):
        def tanh(self):
            t = math.tanh(self.data)
            return type(self)(t, (self,), lambda grad: (grad * (1 - t * t),))

    with pytest.raises(GradientError):
        check_gradients(ops.tanh, 9.0, value=Loose)
    assert check_gradients(ops.tanh, 9.0, value=Loose, rtol=1e-6).compared == 1
    assert check_gradients(ops.tanh, 9.0, value=Loose, atol=1e-12).compared == 1


def test_a_function_that_only_the_other_engine_can_run_is_checked_by_differences():
    class Own(learner.Value):
        def swish(self):
            s = 1 / (1 + math.exp(-self.data))
            return type(self)(self.data * s, (self,), lambda grad: (grad * (s + self.data * s * (1 - s)),))

        def wrong(self):
            return type(self)(self.data**2, (self,), lambda grad: (grad * self.data,))

    assert check_gradients(lambda x, y: x.swish() * y, 0.5, 2.0, value=Own).compared == 2
    with pytest.raises(GradientError, match=r"∂f/∂x is wrong at x = 3\.0"):
        check_gradients(lambda x: x.wrong(), 3.0, value=Own)


def test_a_network_on_another_engine_is_checked_in_every_parameter():
    model = MLP(2, [3, 1], activation="tanh", seed=0, value=learner.Value)
    assert check_gradients(model, [0.5, -1.0], value=learner.Value).compared == 2 + 13
    with pytest.raises(GradientError):
        check_gradients(model, [0.5, -1.0], value=learner.SetsGrad)


def test_second_derivatives_of_another_engine_are_refused():
    with pytest.raises(TypeError, match="1 for an engine other than ours"):
        check_gradients(lambda x: x * x, 1.0, order=2, value=learner.Value)


# micrograd 0.1.0 ---------------------------------------------------------------------------------


def test_where_micrograd_is_right_the_kit_is_quiet():
    small = {"min_value": -4.0, "max_value": 4.0}
    quiet(gradients_agree(expressions(ops=["add", "sub", "mul", "neg", "relu"], **small), value=Micrograd))()


def test_micrograd_divides_by_zero_at_0_to_the_power_0():
    @gradients_agree(value=Micrograd, n=st.integers(0, 3))
    def power(x, n):
        return x**n

    message = message_of(power)
    assert message.startswith("micrograd.engine.Value raises ZeroDivisionError at x = 0.0")
    assert "The op at fault is pow: 0.0 ** 0.0 raises ZeroDivisionError" in message


def test_micrograd_raises_where_a_power_overflows():
    @gradients_agree(value=Micrograd, x=st.floats(1.0, 1e300))
    def cube(x):
        return x**3

    message = message_of(cube)
    assert message.startswith("micrograd.engine.Value raises OverflowError at x = ")
    assert "The op at fault is pow" in message
    (x,) = numbers_in(message)
    assert 5e102 < x < 1e104  # the smallest: cube root of the largest float


def test_a_pole_is_left_out_for_an_engine_that_raises_there_as_python_does():
    report = check_gradients(lambda x, y: (x / y).relu(), 0.0, 0.0, value=Micrograd)
    assert "left out f: it is not defined here" in str(report)
    gradients_agree(value=Micrograd, x=st.floats(0.5, 4.0), y=st.just(0.0) | st.floats(0.5, 4.0))(lambda x, y: x / y)()


def test_micrograd_has_no_value_to_the_power_of_a_value():
    message = message_of(gradients_agree(lambda x, y: x**y, value=Micrograd, x=st.floats(0.5, 4.0)))
    assert message.startswith("micrograd.engine.Value raises AssertionError at x = 1.0, y = 0.0")
    assert "only supporting int/float powers for now" in message


def test_micrograd_recurses_on_a_deep_chain():
    @gradients_agree(value=Micrograd, n=st.integers(0, 40), x=st.just(1.0))
    def chain(x, n):
        for _ in range(50 * n):
            x = x + 1.0
        return x

    message = message_of(chain)
    assert message.startswith("micrograd.engine.Value raises RecursionError at x = 1.0")
    assert "No op is at fault by itself: the graph is too deep" in message


def test_micrograd_swallows_nan_in_relu():
    message = message_of(gradients_agree(lambda x: ops.relu(x), value=Micrograd, x=st.floats() | st.just(math.nan)))
    assert "is wrong at x = nan" in message
    assert "The op at fault is relu: ∂relu/∂x of relu(nan) is nan, and not 0.0" in message


def test_digits_that_cancel_in_an_engine_are_told_from_mistakes():
    x, y = 2.206677516243058, 1.5
    f = lambda x, y: x * (x * y).tanh() * x  # noqa: E731
    with pytest.raises(GradientError, match=r"That is little: digits may cancel .* atol=1e-09 accepts it") as caught:
        check_gradients(f, x, y, value=learner.OneMinusSquare)
    assert "grad =" not in str(caught.value)
    assert check_gradients(f, x, y, value=learner.OneMinusSquare, atol=1e-9).compared == 2
