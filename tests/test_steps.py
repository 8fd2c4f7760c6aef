"""What a step of backpropagation says is what happened."""

import doctest

import pytest

from microgradlab import Value, ops, steps

NEURON = """\
σ(z) = 0.5 has gradient 1
  ∂/∂z = 0.25 × sech²(0.5 × z) = 0.25; passes on 1 × 0.25 = 0.25; z.grad: 0 + 0.25 → 0.25
z = w × x + b = 0 has gradient 0.25
  ∂/∂(w × x) = 1; passes on 0.25 × 1 = 0.25; (w × x).grad: 0 + 0.25 → 0.25
  ∂/∂b = 1; passes on 0.25 × 1 = 0.25; b.grad: 0 + 0.25 → 0.25
w × x = 1 has gradient 0.25
  ∂/∂w = x = 0.5; passes on 0.25 × 0.5 = 0.125; w.grad: 0 + 0.125 → 0.125
  ∂/∂x = w = 2; passes on 0.25 × 2 = 0.5; x.grad: 0 + 0.5 → 0.5"""


def contributions(y):
    """What the step of `y` says after its first line."""
    return str(next(y.backward_steps())).splitlines()[1:]


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(steps).failed == 0


def test_a_neuron_explains_itself():
    w, x, b = Value(2.0, label="w"), Value(0.5, label="x"), Value(-1.0, label="b")
    z = w * x + b
    z.label = "z"
    assert "\n".join(map(str, z.sigmoid().backward_steps())) == NEURON


def test_a_constant_is_shown_by_its_digits_and_receives_nothing():
    (step,) = (Value(3.0, label="x") * 2.0).backward_steps()
    first, second = str(step).splitlines()
    assert first == "x × 2 = 6 has gradient 1"
    assert second == "  ∂/∂x = 2; passes on 1 × 2 = 2; x.grad: 0 + 2 → 2"
    assert contributions(2.0 * Value(3.0, label="x")) == [second]


def test_what_is_negative_is_taken_away_and_nothing_is_added():
    assert contributions(Value(2.0, "x") * -3.0) == ["  ∂/∂x = −3; passes on 1 × −3 = −3; x.grad: 0 − 3 → −3"]
    assert contributions(Value(-2.0, "x").relu()) == ["  ∂/∂x = step(x) = 0; passes on 1 × 0 = 0; x.grad: 0 + 0 → 0"]


def test_an_argument_without_a_name_is_called_by_how_it_was_computed_two_ops_deep():
    x = Value(2.0, label="x")
    product = (x + 1.0) * 3.0
    names = [next(y.backward_steps()).contributions[0].name for y in (product.exp(), (product * product).exp())]
    assert names == ["((x + 1) × 3)", "(… × 3 × (… × 3))"]
    step = next(ops.sum([(product + 1.0).exp(), Value(1.0) * 2.0]).backward_steps())
    assert [c.name for c in step.contributions] == ["exp(… + 1)", "(a × 2)"]
    assert next(ops.sum([product, x]).exp().backward_steps()).contributions[0].name == "Σ(… × 3, x)"


def test_a_long_formula_is_no_name():
    for length, name in (30, "(" + "x" * 26 + " + 1)"), (31, "…"):
        y = (Value(1.0, label="x" * (length - 4)) + 1.0).exp()
        assert next(y.backward_steps()).contributions[0].name == name


def test_the_elements_of_a_sequence_are_numbered_as_its_places_are():
    (step,) = ops.dot([Value(2.0), Value(3.0, label="v")], [1.0, Value(4.0)], Value(5.0, label="b")).backward_steps()
    assert [c.name for c in step.contributions] == ["w1", "v", "x1", "x2", "b"]
    assert [c.formula for c in step.contributions] == ["x1", "x2", "w1", "v", "1"]
    assert [c.local for c in step.contributions] == [1.0, 4.0, 2.0, 3.0, 1.0]


def test_the_rule_of_a_result_names_the_result():
    y = Value(2.0, label="x").exp()
    assert next(y.backward_steps()).contributions[0].formula == "exp(x)"
    y.label = "y"
    assert next(y.backward_steps()).contributions[0].formula == "y"


@pytest.mark.parametrize(
    "y",
    [
        ops.softmax([Value(1.0), Value(2.0)], 0),
        ops.softmax([Value(1.0), Value(2.0)], Value(1.0)),
        ops.max([Value(1.0), 2.0]),
        ops.prod([Value(1.0), Value(2.0), Value(3.0)]),
        ops.mean([Value(float(i)) for i in range(50)]),
        ops.dot([Value(float(i)) for i in range(50)], [float(i) for i in range(50)], Value(1.0)),
        ops.where(Value(1.0), Value(2.0), 3.0),
        ops.leaky_relu(Value(-1.0), Value(0.1)),
    ],
    ids=lambda y: y.op.name,
)
def test_every_shape_of_step_can_be_told(y):
    (step,) = y.backward_steps()
    lines = str(step).splitlines()
    assert len(lines) == 1 + len(step.contributions) > 1
    assert all("has gradient 1" in line or "passes on" in line for line in lines)
    assert all(len(line) < 300 for line in lines)


def test_a_record_cannot_be_changed():
    (step,) = (Value(1.0) + 1.0).backward_steps()
    with pytest.raises(AttributeError):
        step.grad = 2.0
    with pytest.raises(AttributeError):
        step.contributions[0].total = 2.0
