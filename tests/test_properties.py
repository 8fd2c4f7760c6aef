"""`gradients_agree` makes a hypothesis test of a function, an op, an engine: under pytest, in a class, anywhere."""

import os
import subprocess
import sys
import textwrap

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import FailedHealthCheck, Unsatisfiable

from microgradlab import Module, Value, ops
from microgradlab.errors import GradientError
from microgradlab.testing import diagnosis
from microgradlab.testing.checks import check_gradients
from microgradlab.testing.expression import Expression
from microgradlab.testing.properties import gradients_agree
from microgradlab.testing.strategies import expressions

quiet = settings(database=None, deadline=None, phases=set(Phase) - {Phase.explain})


@pytest.fixture(autouse=True)
def pictures(tmp_path, monkeypatch):
    monkeypatch.setattr(diagnosis, "PICTURES", tmp_path / "pictures")


def failure(test):
    """The message of a hypothesis test that fails, with hypothesis' own notes."""
    with pytest.raises(GradientError) as caught:
        test()
    return "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])


def test_one_line_tests_a_function():
    @gradients_agree
    @quiet
    def first(x, y):
        return ops.tanh(x) * y

    @quiet
    @gradients_agree(x=st.floats(0.1, 10.0), order=2)
    def second(x, y, power=2.0):
        return ops.log(x) * y**power

    @gradients_agree
    @quiet
    def third(xs: list[float]):
        return ops.logsumexp(xs)

    for test in first, second, third:
        test()


def test_a_wrong_op_in_a_function_shrinks_to_round_numbers(new_row):
    cube = new_row("cube", lambda x: x * x * x, lambda x: 2.0 * ops.square(x))

    @gradients_agree
    @quiet
    def wave(x, y):
        return ops.tanh(cube(x) * y) + x

    message = failure(wave)
    assert "is wrong at x = 1.0, y = 1.0" in message
    assert "The op at fault is cube" in message
    assert "x=1.0" in message


@pytest.mark.parametrize("rule", [lambda x: 2.0 * ops.square(x), lambda x: -3.0 * ops.square(x),
                                  lambda x: 3.0 * ops.square(x) * (1 - 1e-6), lambda x: 3.0 * x])  # fmt: skip
def test_one_line_tests_an_op_of_your_own_and_a_wrong_one_shrinks_to_a_round_number(new_row, rule):
    message = failure(quiet(gradients_agree(new_row("cube", lambda x: x * x * x, rule))))
    assert "∂cube/∂x is wrong at x = " in message
    assert float(message.split("x = ")[1].split()[0]) in (1.0, -1.0, 2.0, 0.5)


def test_one_line_passes_a_right_op(new_row):
    quiet(gradients_agree(new_row("cube", lambda x: x * x * x, lambda x: 3.0 * ops.square(x))))()


def test_a_new_op_is_drawn_in_expressions_with_no_edit_elsewhere(new_row):
    cube = new_row("cube", lambda x: x * x * x, lambda x: 2.0 * ops.square(x))
    message = failure(settings(database=None, max_examples=2000)(gradients_agree(expressions(max_nodes=2))))
    assert "The op at fault is cube" in message
    assert cube.name in message.splitlines()[0]  # nothing but the op is left


def test_a_function_that_is_defined_nowhere_is_no_success():
    with pytest.raises((Unsatisfiable, FailedHealthCheck)):
        gradients_agree(settings(database=None, max_examples=10)(lambda x: ops.log(-1.0 - x * x)))()


def test_what_cannot_be_drawn_is_refused_in_words():
    with pytest.raises(TypeError, match="and no z"):
        gradients_agree(lambda x: x, z=st.floats())
    with pytest.raises(TypeError, match=r"say what to draw name from: @gradients_agree\(name="):

        @gradients_agree
        def f(name: str):
            return name


@pytest.mark.parametrize(
    ("f", "strategies", "message"),
    [
        (lambda: 1.0, {}, r"names no number to draw: write def f\(x, y\), or def f\(xs: list\[float\]\)"),
        (lambda *xs: xs[0], {}, "names no number to draw"),
        (max, {}, "does not tell its parameters: write lambda x, y: … around it"),
        (ops.tanh, {"x": st.floats(0.0, 1.0)}, "takes no x: give a function of numbers from these strategies"),
        (expressions(ops=["tanh"]), {"x": st.floats(0.0, 1.0)}, "takes no x"),
        (Value(1.0), {}, "not a callable object"),
    ],
    ids=["nothing", "any number", "no signature", "op", "expressions", "graph"],
)
def test_what_has_no_number_to_draw_is_told_what_to_write(f, strategies, message):
    with pytest.raises(TypeError, match=message):
        gradients_agree(f, **strategies)


@pytest.mark.parametrize("f", [ops.tanh, lambda x: x * x, expressions(ops=["tanh"])], ids=["op", "function", "drawn"])
@pytest.mark.parametrize("option", [{"order": order} for order in (0, True, 2.0, "2")] + [{"value": 3}, {"rtol": -1.0}])
def test_an_option_that_means_nothing_is_refused_as_a_check_refuses_it(f, option):
    with pytest.raises(TypeError) as of_check:
        check_gradients(ops.tanh, 0.5, **option)
    with pytest.raises(TypeError) as of_test:
        quiet(gradients_agree(f, **option))()
    assert str(of_test.value) == str(of_check.value)


def test_a_test_that_is_called_with_a_number_says_that_it_draws_them(new_row):
    for x in (2.0, Value(2.0), [2.0]):
        with pytest.raises(TypeError, match=r"draws its numbers itself: call it with none, or check_gradients\(f, …\)"):
            quiet(gradients_agree(ops.tanh))(x)


KINDS = {
    "positional": "x, y",
    "only positional": "x, y, /",
    "keywords": "*, x, y",
    "mixed": "x, *, y",
    "rest": "x, *_, y",
}


@pytest.mark.parametrize("parameters", KINDS.values(), ids=KINDS)
def test_each_kind_of_parameter_gets_what_its_strategy_draws(parameters):
    drawn = set()
    f = eval(f"lambda {parameters}: drawn.add((x.data < 1.5, y.data < 1.5)) or x / y", {"drawn": drawn})
    quiet(gradients_agree(f, x=st.floats(0.5, 1.0), y=st.floats(2.0, 3.0)))()
    assert drawn == {(True, False)}


def test_a_wrong_keyword_is_called_by_its_name_and_one_with_a_default_is_left_alone(new_row):
    cube = new_row("cube", lambda x: x * x * x, lambda x: 2.0 * ops.square(x))

    def wave(x, *, k, n: int = 2, scale=1.0):
        assert (n, scale) == (2, 1.0)
        return cube(k) * scale + x**n

    assert "∂wave/∂k is wrong at x = 0.0, k = 1.0" in failure(quiet(gradients_agree(wave)))
    between = quiet(gradients_agree(lambda x, n=2, scale=1.0: x**n * scale, scale=st.floats(1.0, 2.0), n=st.just(3)))
    between()


def test_what_is_left_to_pytest_may_be_given_by_name():
    given_numbers = set()

    @quiet
    @gradients_agree
    def power(x, k: int):
        given_numbers.add(k)
        return x**k

    power(k=3)
    assert given_numbers == {3}
    with pytest.raises(TypeError, match="k"):
        power()


class Methods:
    """Each kind of method, as a test; `factor` is 1 for the class and 2 for an object."""

    factor = 1
    seen: list = []  # noqa: RUF012

    def __init__(self):
        self.factor = 2

    @quiet
    @gradients_agree
    def test_method(self, x, *, y):
        Methods.seen.append(self.factor)
        return ops.sin(x) * y * self.factor

    @classmethod
    @quiet
    @gradients_agree(x=st.floats(1.0, 2.0))
    def test_class_within(cls, x):
        cls.seen.append(cls.factor)
        return ops.log(x)

    @gradients_agree(x=st.floats(1.0, 2.0))
    @classmethod
    def test_class_around(cls, x):
        cls.seen.append(cls.factor)
        return ops.log(x)

    @staticmethod
    @quiet
    @gradients_agree
    def test_static_within(x):
        return ops.tanh(x)

    @gradients_agree
    @staticmethod
    def test_static_around(x):
        return ops.tanh(x)

    test_op = quiet(gradients_agree(ops.tanh))
    test_function = quiet(gradients_agree(lambda x, *, y: x * y))
    test_engine = quiet(gradients_agree(expressions(ops=["add", "mul"])))


@pytest.mark.parametrize("name", [name for name in vars(Methods) if name.startswith("test")])
def test_in_a_class_each_kind_of_method_is_called_with_whom_it_belongs_to(name):
    Methods.seen.clear()
    getattr(Methods(), name)()
    owner = {"test_method": 2, "test_class_within": 1, "test_class_around": 1}.get(name)
    assert set(Methods.seen) == ({owner} if owner else set())


def test_a_wrong_op_in_a_method_and_in_a_class_is_found(new_row):
    cube = new_row("cube", lambda x: x * x * x, lambda x: 2.0 * ops.square(x))

    class Wrong:
        test_op = quiet(gradients_agree(cube))

        @quiet
        @gradients_agree
        def test_wave(self, x):
            return cube(x)

    assert "∂cube/∂x is wrong at x = 1.0" in failure(Wrong().test_op)
    assert "∂test_wave/∂x is wrong at x = 1.0" in failure(Wrong().test_wave)


def test_a_module_is_a_function_too():
    class Line(Module):
        def __init__(self):
            self.slope = Value(2.0)

        def forward(self, x, *, power=2):
            return self.slope * x**power

    quiet(gradients_agree(Line(), x=st.floats(1.0, 2.0)))()
    with pytest.raises(TypeError, match="takes x, and no power"):
        gradients_agree(Line(), power=st.just(2))


TESTS = """
    import unittest

    import pytest
    from hypothesis import settings
    from hypothesis import strategies as st
    from microgradlab import ops
    from microgradlab.testing.properties import gradients_agree

    cube = ops.op("cube", lambda x: x * x * x, lambda x: 2.0 * ops.square(x))
    test_cube = settings(database=None)(gradients_agree(cube))
    few = settings(max_examples=10, database=None)

    @few
    @gradients_agree
    def test_wave(x, y):
        return ops.sin(x) * y

    @pytest.mark.parametrize("k", [1, 2])
    @few
    @gradients_agree
    def test_a_mark_above(x, k: int):
        assert k in (1, 2)
        return x**k

    @few
    @gradients_agree(x=st.floats(1.0, 2.0))
    @pytest.mark.parametrize("n, k", [(1, 3), (2, 4)])
    @pytest.mark.parametrize(["name"], [["sin"], ["cos"]])
    def test_a_mark_below(x, n, k, name):
        assert k == n + 2
        return ops.table[name](x) ** k

    @pytest.fixture(scope="module")
    def scale():
        return 3

    @few
    @gradients_agree
    def test_a_fixture(x, scale: int):
        assert scale == 3
        return x * scale

    class TestClass:
        test_op = few(gradients_agree(ops.tanh))

        @pytest.mark.parametrize("k", [1, 2])
        @few
        @gradients_agree
        def test_method(self, x, scale: int, *, k: int):
            assert (type(self), scale) == (TestClass, 3)
            return x**k

        @classmethod
        @few
        @gradients_agree
        def test_of_the_class(cls, x):
            return ops.sin(x)

        @few
        @gradients_agree
        @pytest.mark.skip
        def test_skipped(self, x):
            assert False

    class TestOfUnittest(unittest.TestCase):
        test_op = few(gradients_agree(ops.tanh))

        @few
        @gradients_agree
        def test_method(self, x):
            return ops.sin(x)
"""


def test_under_pytest_it_passes_and_fails_with_the_message_and_no_internals(tmp_path):
    (tmp_path / "test_mine.py").write_text(textwrap.dedent(TESTS))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "test_mine.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "CI": ""})
    assert "1 failed, 14 passed, 1 skipped" in run.stdout, run.stdout
    assert "GradientError: ∂cube/∂x is wrong at x = 1.0" in run.stdout
    assert "The op at fault is cube" in run.stdout
    assert "found_by_value" not in run.stdout  # the code of the check is no part of the answer


NOTEBOOK = """
    from IPython.core.interactiveshell import InteractiveShell
    shell = InteractiveShell.instance()
    shell.run_cell("from microgradlab import ops; from microgradlab.testing.properties import gradients_agree")
    shell.run_cell('cube = ops.op("cube", lambda x: x * x * x, lambda x: 2.0 * ops.square(x))')
    wrong = shell.run_cell("gradients_agree(cube)()")
    right = shell.run_cell("gradients_agree(lambda x, y: ops.sin(x) * y)()")
    print("\\n", type(wrong.error_in_exec).__name__, right.success)
"""


def test_in_a_notebook_calling_it_runs_it(tmp_path):
    command, env = [sys.executable, "-c", textwrap.dedent(NOTEBOOK)], {**os.environ, "IPYTHONDIR": str(tmp_path)}
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=env)
    assert run.stdout.splitlines()[-1].split() == ["GradientError", "True"], run.stderr[-2000:]
    assert "∂cube/∂x is wrong at x = 1.0" in run.stdout


def test_settings_of_yours_keep_what_they_do_not_name():
    test = gradients_agree(settings(max_examples=7)(lambda x: ops.tanh(x)))
    used = test._hypothesis_internal_use_settings
    assert (used.max_examples, used.deadline, Phase.explain in used.phases) == (7, None, False)
    slow = gradients_agree(settings(deadline=5000, phases=[Phase.generate])(lambda x: ops.tanh(x)))
    assert slow._hypothesis_internal_use_settings.deadline.total_seconds() == 5.0
    assert slow._hypothesis_internal_use_settings.phases == (Phase.generate,)


def test_a_fixture_of_any_scope_may_be_a_parameter(tmp_path):
    (tmp_path / "test_it.py").write_text(
        textwrap.dedent("""
            import pytest
            from microgradlab.testing import gradients_agree

            @pytest.fixture
            def k():
                return 3

            @gradients_agree
            def test_multiple(x, k: int):
                return x * k
            """)
    )
    run = subprocess.run([sys.executable, "-m", "pytest", "-q", tmp_path], capture_output=True, text=True, cwd=tmp_path)
    assert "1 passed" in run.stdout


def test_a_parameter_may_have_any_name():
    gradients_agree(lambda _, x: _ * x)()
    gradients_agree(lambda _, __: _ * __)()


def test_what_cannot_be_tried_is_refused_in_words():
    async def later(x):
        return x

    for f, words in (
        (gradients_agree(lambda x: x * x), "is a hypothesis test already"),
        (later, "is async"),
        (Expression.parse("x * x", x=1.0), "has one point"),
    ):
        with pytest.raises(TypeError, match=words):
            gradients_agree(f)
