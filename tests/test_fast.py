"""The fast callers do exactly what `engine.record`, the definition, does."""

import copy
import doctest
import gc
import inspect
import itertools
import math
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import SCALAR, SPECIAL, flat, same

from microgradlab import MLP, Value, engine, fast, no_grad, ops
from microgradlab.errors import RuleError, ShapeError
from microgradlab.fast import OPERATORS, Bundle, bundled
from microgradlab.nn import Neuron

KINDS = {
    "Value": Value,
    "float": lambda x: x,
    "int": lambda x: int(x) if math.isfinite(x) and abs(x) < 1e300 else 2,
    "Fraction": lambda x: Fraction(x) if math.isfinite(x) else Fraction(1, 3),
    "float64": np.float64,
}


ROWS = {operator: row for row, operator in OPERATORS.items()}


def assert_same_node(node, expected):
    """That two nodes differ only in their birth."""
    assert type(node) is type(expected) is Value
    assert node.op is expected.op
    assert same(node.data, expected.data)
    assert same(node.grad, 0.0)
    assert node.label == ""
    assert node.scope == expected.scope
    assert [type(a) for a in node.arguments] == [type(a) for a in expected.arguments]
    mine, theirs = flat(node.arguments), flat(expected.arguments)
    assert [a is b or (type(a) is float and same(a, b)) for a, b in zip(mine, theirs, strict=True)].count(False) == 0
    assert len(node.locals) == len(expected.locals)
    mine, theirs = flat(node.locals), flat(expected.locals)
    assert [a is b or same(a, b) for a, b in zip(mine, theirs, strict=True)].count(False) == 0


def callers(row, arguments):
    """Every way to call `row`: as a function, as a method, and as an operator from either side."""
    yield row
    if type(arguments[0]) is Value:
        yield getattr(Value, row.name)
        if row.name in OPERATORS:
            yield getattr(Value, f"__{OPERATORS[row.name]}__")
    if len(arguments) == 2 and type(arguments[1]) is Value and row.name in OPERATORS:
        yield lambda a, b: getattr(Value, f"__r{OPERATORS[row.name]}__")(b, a)


def arguments_of(row):
    """A Value at every place that carries a gradient."""
    return [[Value(0.5), Value(0.25)] if d.sequence else 1 if d.is_index else Value(0.5) for d in row.domain]


def patterns(row):
    """Arguments of every kind at every place, at least one of them a Value, at several points."""
    points = list(itertools.product(SPECIAL, repeat=len(row.rules)))
    points = points if len(points) < 30 else points[:: len(points) // 30]
    for kinds in itertools.product(KINDS, repeat=len(row.rules)):
        if "Value" in kinds:
            for point in points:
                yield [KINDS[kind](x) for kind, x in zip(kinds, point)]


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(fast).failed == 0


@pytest.mark.parametrize("row", SCALAR, ids=lambda row: row.name)
def test_every_fast_caller_makes_the_node_that_record_makes(row):
    for arguments in patterns(row):
        expected = engine.record(row, *arguments)
        for call in callers(row, arguments):
            assert_same_node(call(*arguments), expected)
    assert is_compiled(row)


def is_compiled(row):
    return row.run.__code__.co_filename == f"<fast {row.name}>"


def test_a_caller_can_be_called_by_name_and_described_before_it_is_compiled(new_row):
    def kernel(x, factor):
        """The words."""
        return x * factor

    def row(name):
        return new_row(name, kernel, lambda x, factor: factor, lambda x, factor: x, defaults=(3.0,))

    by_name, of_floats, by_method = row("by_name"), row("of_floats"), row("by_method")
    assert str(inspect.signature(Value.by_name)) == "(self, factor=3.0)"
    assert (Value.by_name.__name__, Value.by_name.__doc__) == ("by_name", "The words.")
    assert of_floats(x=2.0) == of_floats(2.0, factor=3.0) == 6.0
    assert not is_compiled(of_floats)
    x = Value(2.0)
    assert_same_node(by_name(factor=5.0, x=x), engine.record(by_name, x, 5.0))
    assert is_compiled(by_name)
    assert Value.by_name.__doc__ == "The words."
    assert_same_node(x.by_method(factor=x), engine.record(by_method, x, x))


@pytest.mark.parametrize("row", ops.table.values(), ids=lambda row: row.name)
def test_every_op_keeps_scopes_and_stops_within_no_grad(row):
    arguments = arguments_of(row)
    for call in callers(row, arguments):
        module = Neuron(1)
        module.forward = lambda _, call=call: call(*arguments)
        assert module([1.0]).scope == (module,)
        with no_grad():
            left = module([1.0])
        assert (left.op, left.arguments, left.scope) == (None, (), ())


@pytest.mark.parametrize("row", ops.table.values(), ids=lambda row: row.name)
def test_every_op_gives_its_result_a_later_birth_than_its_arguments(row):
    arguments = arguments_of(row)
    assert row(*arguments)._birth > max(v._birth for v in flat(arguments) if type(v) is Value)


@pytest.mark.parametrize("row", SCALAR, ids=lambda row: row.name)
def test_a_caller_is_compiled_from_the_rules_alone(row):
    source = fast.source(row, row.name, row.parameters)
    patterns = 2 ** len(row.rules) - 1
    assert source.count("node = new(Value)") == patterns
    compile(source, "<test>", "exec")


@pytest.mark.parametrize(
    "name", ["neg", "abs", *(r + n for n in ("add", "sub", "mul", "truediv", "pow") for r in ("", "r"))]
)
def test_every_operator_of_a_value_is_compiled(name):
    operator = getattr(Value, f"__{name}__")
    operator(Value(2.0), *[Value(3.0)] * (name not in ("neg", "abs")))
    assert vars(Value)[f"__{name}__"].__code__.co_filename == f"<fast {ROWS[name.removeprefix('r')]}>"


@pytest.mark.parametrize("name", ["row", "node", "y", "type", "float", "int", "tick", "k_mul", "other_"])
def test_an_argument_may_have_the_name_of_something_that_callers_use(new_row, name):
    double = new_row(
        "double", lambda x, other: 2.0 * x, *eval(f"(lambda {name}, other: 2.0, lambda {name}, other: 0.0)")
    )
    x, other = Value(3.0), Value(1.0)
    for arguments in (x, 1.0), (x, other), (3, other), (x, 1):
        assert_same_node(double(*arguments), engine.record(double, *arguments))


def test_a_rule_may_have_constants_that_are_not_finite(new_row):
    row = new_row("steep", lambda x: x, lambda x: ops.minimum(x, math.inf) + ops.where(0.0, math.nan, x))
    assert row(Value(3.0)).locals == (6.0,)


def test_a_rule_that_is_not_written_with_ops_is_refused_with_the_reason(new_row):
    row = new_row("wave", math.sin, lambda x: math.cos(x))
    with pytest.raises(RuleError, match=r"a rule of wave\(x\) fails on a formula .*write it with ops, such as ops.cos"):
        row(Value(1.0))


def test_what_a_kernel_gives_is_made_a_float(new_row):
    whole, exact = new_row("whole", lambda x: 2, 0.0), new_row("exact", lambda x: np.float64(x), 1.0)
    assert [type(row(Value(1.5)).data) for row in (whole, exact)] == [float, float]


def test_a_rule_runs_only_for_arguments_that_carry_a_gradient(new_row):
    calls = []

    def kernel(x):
        calls.append(x)
        return x

    noted = new_row("noted", kernel, 1.0)
    row = new_row("one_sided", lambda a, b: a * b, lambda a, b: noted(b), lambda a, b: a)
    row(3.0, Value(2.0))
    assert calls == []
    row(Value(3.0), 2.0)
    assert calls == [2.0]


# dot --------------------------------------------------------------------------------------------

numbers = st.floats() | st.sampled_from(SPECIAL)


@given(st.data())
def test_dot_makes_the_node_that_record_makes_for_every_mixture(data):
    n = data.draw(st.integers(1, 3))
    kinds = st.lists(st.sampled_from(sorted(KINDS)), min_size=n, max_size=n)
    w, x = ([KINDS[kind](data.draw(numbers)) for kind in data.draw(kinds)] for _ in range(2))
    b = KINDS[data.draw(st.sampled_from(sorted(KINDS)))](data.draw(numbers))
    sequence = data.draw(st.sampled_from([list, tuple, iter, bundled]))
    if not any(type(v) is Value for v in (*w, *x, b)):
        b = Value(b)
    node = ops.dot(sequence(w), sequence(x), b)
    expected = engine.record(ops.dot, tuple(w), tuple(x), b)
    assert same(node.data, expected.data)
    assert node.op is expected.op
    for mine, theirs in zip(flat(node.arguments), flat(expected.arguments), strict=True):
        assert mine is theirs or same(getattr(mine, "data", mine), getattr(theirs, "data", theirs))
        assert type(mine) is type(theirs)
    for mine, theirs in zip(flat(node.locals), flat(expected.locals), strict=True):
        assert mine is theirs or same(mine, theirs)


@pytest.mark.parametrize("xs", [[1.0, 2.0], [Value(1.0), Value(2.0)]])
def test_dot_of_bundles_makes_the_node_that_record_makes(xs):
    w, x, b = Bundle([Value(3.0), Value(4.0)]), Bundle(xs), Value(0.5)

    def both(_):
        return ops.dot(w, x, b), engine.record(ops.dot, w, x, b)

    assert_same_node(*both(0))
    module = Neuron(1)
    module.forward = both
    node, expected = module([1.0])
    assert_same_node(node, expected)
    assert node.scope == (module,)
    with no_grad():
        left, _ = module([1.0])
    assert (left.data, left.op, left.arguments, left.scope) == (11.5, None, (), ())
    module.forward = lambda _: pool.submit(both, 0).result()
    with ThreadPoolExecutor(1) as pool:  # a thread that is in no module, while this one is
        assert module([1.0])[0].scope == ()


def test_a_dot_of_bundles_that_do_not_fit_is_as_that_of_lists():
    w, b = Bundle([Value(3.0), Value(4.0)]), Value(0.5)
    assert ops.dot(w, Bundle([1.0, 2.0])).data == 11.0
    assert ops.dot(w, [1.0, 2.0], b).data == 11.5
    with pytest.raises(ShapeError):
        ops.dot(w, Bundle([1.0]), b)


def test_a_bundle_reads_an_edited_leaf_again():
    w, x = Bundle([Value(1.0), Value(2.0)]), Bundle([Value(3.0), Value(4.0)])
    b = Value(0.0)
    assert ops.dot(w, x, b).data == 11.0
    w[0].data = 10.0
    assert ops.dot(w, x, b).data == 38.0
    x[1].data = 0.0
    assert ops.dot(w, x, b).data == 30.0
    b.data = 5.0
    assert ops.dot(w, x, b).data == 35.0


def test_a_node_keeps_the_floats_it_saw_when_its_bundle_reads_again():
    w, x = Bundle([Value(1.0)]), Bundle([Value(3.0)])
    node = ops.dot(w, x, Value(0.0))
    w[0].data = x[0].data = 7.0
    ops.dot(w, x, Value(0.0))
    assert [list(local) for local in node.locals[:2]] == [[3.0], [1.0]]


def test_a_bundle_is_of_values_or_of_floats():
    for mixture in ([Value(1.0), 2.0], [1.0, 2], ["1"], []):
        with pytest.raises(TypeError, match="a bundle is of Values or of floats, not of"):
            Bundle(mixture)
    assert type(bundled([Value(1.0), 2.0])) is tuple
    assert type(bundled([Value(1.0), Value(2.0)])) is Bundle
    assert bundled([1.0, 10**400]) == (1.0, 10**400)
    assert type(bundled([1, True, np.float64(2.0)])) is Bundle
    assert bundled([1, Fraction(1, 2), np.float32(2.0)]) == (1.0, 0.5, 2.0)


def test_a_copied_bundle_reads_its_own_floats():
    bundle = Bundle([Value(1.0), Value(2.0)])
    for twin in copy.deepcopy(bundle), pickle.loads(pickle.dumps(bundle)):
        assert type(twin) is Bundle
        twin[0].data = 5.0
        assert (twin.read(), bundle.read()) == ((5.0, 2.0), (1.0, 2.0))


@pytest.mark.parametrize("line", range(12))
def test_a_bundle_that_one_thread_reads_shows_another_thread_no_old_numbers(line):
    """One thread stops at a line within the bundle, and there the other computes with it too."""
    w, x, b = Bundle([Value(1.0)]), Bundle([1.0]), Value(0.0)
    w[0].data = 2.0
    lines, there, go_on = itertools.count(), threading.Event(), threading.Event()

    def stop_within_bundle(frame, event, _):
        if not frame.f_code.co_qualname.startswith("Bundle."):
            return None
        if next(lines) == line:
            there.set()
            go_on.wait(10)
        return stop_within_bundle

    def read():
        sys.settrace(stop_within_bundle)
        result = ops.dot(w, x, b).data
        sys.settrace(None)
        there.set()
        return result

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        there.wait(10)
        seen = ops.dot(w, x, b).data
        go_on.set()
        assert seen == reading.result() == 2.0


@pytest.mark.parametrize("name", ["row", "tick", "new", "type", "paused", "Value", "number"])
def test_an_op_may_have_the_name_of_something_that_callers_use(new_row, name):
    double = new_row(name, lambda x: 2.0 * x, 2.0)
    assert double(Value(3.0)).data == 6.0
    assert (Value(1.0) * 2).data == 2.0


@pytest.mark.parametrize("name", ["data", "backward", "detach", "_grad", "__init__", "__slots__"])
def test_an_op_has_no_name_that_a_value_uses_for_something_else(name):
    with pytest.raises(ValueError, match=f"{name}' cannot be the name of an op"):
        ops.op(name, lambda x: x, 1.0)


def test_a_network_leaves_nothing_to_the_cycle_collector():
    model = MLP(2, [3, 1], seed=0)
    model([1.0, 2.0])
    gc.collect()
    gc.disable()
    try:
        for _ in range(100):
            model([1.0, 2.0])
        assert gc.collect() < 100
    finally:
        gc.enable()


def test_no_grad_in_one_thread_lets_the_fast_callers_of_another_record():
    inside, done = threading.Event(), threading.Event()

    def pause():
        with no_grad():
            inside.set()
            done.wait()

    thread = threading.Thread(target=pause)
    thread.start()
    inside.wait()
    x = Value(2.0)
    made = [x * x, x.tanh(), ops.dot(Bundle([x]), Bundle([1.0]), x)]
    done.set()
    thread.join()
    assert all(y.op is not None for y in made)
    assert ops.add.run(x, x).op is ops.add


def test_an_operator_that_is_replaced_is_replaced_for_values_too():
    program = """if True:
        from microgradlab import Value, ops
        ops.op("add", lambda a, b: min(a + b, 1.0), 1.0, 1.0)
        print((Value(3.0) + Value(4.0)).data)
    """
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "1.0"
