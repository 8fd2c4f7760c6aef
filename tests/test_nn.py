"""Networks: made of dots and activations, named, counted, copied, saved, and of any class of numbers."""

import copy
import doctest
import itertools
import math
import pickle
import random
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from statistics import fmean, pvariance

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from micrograd.engine import Value as MicrogradValue

from microgradlab import Value, grad, initial, nn, no_grad, ops, trace
from microgradlab.errors import ShapeError
from microgradlab.nn import MLP, Dropout, Layer, Module, Neuron, Sequential
from microgradlab.scopes import call_of, modules_of


class MyValue:
    """What a learner writes: `data`, `grad`, `+`, `*` and an activation, in twenty lines."""

    def __init__(self, data, arguments=(), locals=()):
        self.data, self.grad, self.arguments, self.locals = data, 0.0, arguments, locals

    def __add__(self, other):
        other = other if isinstance(other, MyValue) else MyValue(other)
        return MyValue(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, MyValue) else MyValue(other)
        return MyValue(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return MyValue(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self, grad=1.0):
        self.grad += grad
        for argument, local in zip(self.arguments, self.locals):
            argument.backward(grad * local)


class Net(Module):
    """A module of one's own: parts as attributes, in lists, dictionaries, and shared."""

    def __init__(self):
        self.encoder = Layer(2, 3, "tanh", seed=1)
        self.again = self.encoder
        self.heads = {"a": Neuron(3, seed=2), "b": [Neuron(3, seed=3)]}
        self.scale = Value(2.0, "scale")
        self.name, self.history = "net", [1.0, 2.0]

    def forward(self, xs):
        hidden = self.again(self.encoder(xs)[:2])
        return self.scale * (self.heads["a"](hidden) + self.heads["b"][0](hidden))


def ids(xs):
    return [id(x) for x in xs]


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(nn).failed == doctest.testmod(initial).failed == 0


# what a network computes ------------------------------------------------------------------------


@given(st.lists(st.floats(-10, 10), min_size=3, max_size=3), st.integers(0, 10))
def test_a_neuron_is_an_activation_of_a_dot_product(xs, seed):
    n = Neuron(3, "tanh", seed=seed)
    expected = math.tanh(math.fsum(w.data * x for w, x in zip(n.weights, xs)) + n.bias.data)
    assert n(xs).data == pytest.approx(expected)


def test_a_neuron_is_one_dot_node_and_one_activation_node():
    n = Neuron(3, "relu", seed=0)
    assert [node.op for node in trace(n([1.0, 2.0, 3.0]))[0] if node.op] == [ops.dot, ops.relu]
    assert Neuron(3)([1.0, 2.0, 3.0]).op is ops.dot
    nodes = trace(ops.sum(MLP(4, [8, 8, 2])([1.0, 2.0, 3.0, 4.0])))[0]
    assert sum(node.op is ops.dot for node in nodes) == 18
    assert sum(node.op is ops.relu for node in nodes) == 16


def test_a_network_of_one_output_gives_a_value_and_of_several_a_list():
    assert type(MLP(2, [3, 1])([1.0, 2.0])) is Value
    assert type(Layer(2, 1)([1.0, 2.0])) is Value
    for network in (MLP(2, [3, 2]), Layer(2, 2)):
        outputs = network([1.0, 2.0])
        assert type(outputs) is list
        assert [type(y) for y in outputs] == [Value, Value]


def test_the_last_layer_is_linear_and_the_others_activated():
    assert [layer.activation for layer in MLP(2, [3, 4, 1], activation="tanh").layers] == ["tanh", "tanh", "linear"]


@pytest.mark.parametrize("activation", ["sigmoid", "gelu", "leaky_relu", "softplus", ops.tanh, lambda z: z * z])
def test_the_activation_is_any_op_or_function(activation):
    n = Neuron(1, activation, seed=0)
    of = ops.table[activation] if isinstance(activation, str) else activation
    assert n([0.3]).data == of(ops.dot(n.weights, [0.3], n.bias)).data


@pytest.mark.parametrize(
    "xs",
    [(1, 2), [True, 2.0], np.array([1.0, 2.0]), [np.float32(1), np.int64(2)], [Fraction(1), 2], iter([1.0, 2.0]),
     [Value(1.0), Value(2.0)], [Value(1.0), 2], [1.0, Value(2.0)]],
    ids=lambda xs: f"{type(xs).__name__}",
)  # fmt: skip
def test_inputs_are_numbers_of_any_kind_in_a_sequence_of_any_kind(xs):
    model = MLP(2, [3, 1], seed=0)
    assert model(xs).data == model([1.0, 2.0]).data


def test_a_layer_of_one_input_takes_it_without_a_list():
    model = MLP(1, [3, 1], seed=0)
    assert model(2).data == model(Value(2.0)).data == model([2.0]).data


def test_gradients_reach_inputs_and_every_parameter():
    model = MLP(2, [3, 1], activation="tanh", seed=0)
    xs = [Value(0.5), Value(-0.5)]
    loss = model(xs) ** 2
    gradients = grad(loss, [*xs, *model.parameters()])
    assert all(gradients)
    h = 1e-6
    for parameter, gradient in zip(model.parameters(), gradients[2:]):
        saved, ends = parameter.data, []
        for parameter.data in (saved + h, saved - h):
            ends.append(model([0.5, -0.5]).data ** 2)
        parameter.data = saved
        assert gradient == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6, abs=1e-8)


def test_an_edited_weight_is_seen_by_the_next_call():
    model = Layer(2, 2, seed=0)
    before = [y.data for y in model([1.0, 1.0])]
    model.neurons[0].weights[1].data += 1.0
    model.neurons[1].bias.data += 2.0
    after = [y.data for y in model([1.0, 1.0])]
    assert [b - a for a, b in zip(before, after)] == pytest.approx([1.0, 2.0])


def test_no_grad_holds_in_a_network():
    with no_grad():
        y = MLP(2, [3, 1])([1.0, 2.0])
    assert y.op is None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: MLP(2, [16, 1])([1, 2, 3]), "Layer 1 takes 2 inputs, got 3"),
        (lambda: MLP(2, [16, 1]).layers[1]([1.0]), "takes 16 inputs, got 1"),
        (lambda: Sequential(Layer(2, 3), Layer(4, 1))([1, 2]), "Layer 2 takes 4 inputs, got 3"),
        (lambda: Layer(2, 3)([]), "Layer takes 2 inputs, got 0"),
        (lambda: Neuron(2)([1.0, 2.0, 3.0]), "2 .*3"),
    ],
)
def test_a_width_that_does_not_fit_is_refused_and_named(call, words):
    with pytest.raises(ShapeError, match=words):
        call()


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: MLP(2, 3), TypeError, r"\[16, 16, 1\]"),
        (lambda: MLP(2, []), TypeError, r"\[16, 16, 1\]"),
        (lambda: MLP(2, [3.5]), ValueError, "whole number.*3.5"),
        (lambda: MLP(0, [3]), ValueError, "inputs.*whole number.*0"),
        (lambda: MLP(2, [3, -1]), ValueError, r"widths\[1\].*whole number.*-1"),
        (lambda: MLP(2, [True]), ValueError, "whole number"),
        (lambda: MLP(2, [1, 1], activation="rleu"), ValueError, "relu.*'rleu'"),
        (lambda: MLP(2, [1], init="he"), ValueError, "kaiming_uniform.*'he'"),
        (lambda: MLP(2, [2, 1], activation="tanh", value=MyValue), TypeError, r"MyValue has no method tanh\(\)"),
        (lambda: Dropout(1.5), ValueError, "probability.*1.5"),
        (lambda: Dropout(-0.1), ValueError, "probability"),
        (lambda: Dropout(math.nan), ValueError, "probability"),
        (lambda: Module()([1.0]), NotImplementedError, "def forward"),
    ],
)
def test_what_makes_no_network_is_refused_in_words(make, error, words):
    with pytest.raises(error, match=words):
        make()


# modules and their parameters -------------------------------------------------------------------


@pytest.mark.parametrize(("inputs", "widths", "count"), [(2, [3, 1], 13), (2, [16, 16, 1], 337), (64, [32, 10], 2410)])
def test_a_network_has_as_many_parameters_as_it_should(inputs, widths, count):
    model = MLP(inputs, widths)
    assert len(model.parameters()) == len(dict(model.named_parameters())) == len(set(ids(model.parameters()))) == count


def test_parameters_are_named_by_the_way_to_them():
    model = MLP(2, [4, 1])
    named = dict(model.named_parameters())
    assert named["layers.0.neurons.3.weights.1"] is model.layers[0].neurons[3].weights[1]
    assert named["layers.1.neurons.0.bias"] is model.layers[1].neurons[0].bias
    assert ids(named.values()) == ids(model.parameters())


def test_parts_are_found_wherever_a_module_keeps_them_and_the_shared_once():
    net = Net()
    assert len(net.parameters()) == 9 + 4 + 4 + 1
    assert {"encoder.neurons.0.bias", "heads.a.bias", "heads.b.0.weights.2", "scale"} <= dict(
        net.named_parameters()
    ).keys()
    assert ids(net.children()) == ids([net.encoder, net.heads["a"], net.heads["b"][0]])
    names = [name for name, _ in net.named_modules()]
    assert names == ["", "encoder", *(f"encoder.neurons.{i}" for i in range(3)), "heads.a", "heads.b.0"]
    assert len(Sequential(layer := Layer(2, 2), layer).parameters()) == 6


def test_a_parameter_shared_between_modules_comes_once_and_sums_its_gradients():
    a, b = Neuron(1, seed=0), Neuron(1, seed=1)
    b.weights = a.weights
    both = Sequential(a, b)
    assert len(both.parameters()) == 3
    x = Value(2.0)
    (a([x]) + b([x])).backward()
    assert a.weights[0].grad == 4.0


def test_a_result_that_a_module_keeps_is_no_parameter():
    class Keeping(Module):
        def __init__(self):
            self.neuron = Neuron(2, seed=0)

        def forward(self, xs):
            self.last = self.neuron(xs)
            return self.last

    module = Keeping()
    module([1.0, 2.0])
    assert len(module.parameters()) == 3


def test_a_module_that_knows_its_parent_is_no_trouble():
    parent, child = Module(), Neuron(1)
    parent.child, child.parent = child, parent
    assert len(parent.parameters()) == len(child.parameters()) == 2


def test_zero_grad_sets_every_gradient_to_zero():
    model = MLP(2, [3, 1], seed=1)
    (model([1.0, 2.0]) ** 2).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert not any(p.grad for p in model.parameters())


def test_train_and_eval_reach_every_module_inside():
    model = Sequential(Layer(2, 2), Sequential(Dropout(0.5), Layer(2, 1)))
    assert model.training
    assert model.eval() is model
    assert not any(module.training for _, module in model.named_modules())
    assert model.train() is model
    assert all(module.training for _, module in model.named_modules())


def test_a_sequence_of_modules_runs_one_after_another():
    first, second = Layer(2, 3, "relu", seed=0), Layer(3, 1, seed=1)
    model = Sequential(first, second)
    assert model([1.0, 2.0]).data == second(first([1.0, 2.0])).data
    assert len(model) == 2
    assert model[1] is second


def test_the_repr_is_a_tree_with_counts():
    lines = repr(MLP(2, [16, 16, 1])).splitlines()
    assert len({len(line) for line in lines}) == 1  # the counts stand in a column
    assert [re.sub("  +", "  ", line) for line in lines] == [
        "MLP(2 → 16 → 16 → 1, relu)  337 parameters",
        "  layers.0  Layer(2 → 16, relu)  48 parameters",
        "  layers.1  Layer(16 → 16, relu)  272 parameters",
        "  layers.2  Layer(16 → 1, linear)  17 parameters",
    ]
    assert "Dropout(0.5)" in repr(Sequential(Layer(2, 2), Dropout()))
    assert re.match(r"Neuron\(2, tanh\) +3 parameters$", repr(Neuron(2, "tanh")))
    assert "Layer(2 → 1, softplus)" in repr(Layer(2, 1, ops.softplus))


def test_the_repr_indents_a_part_below_the_module_it_is_in():
    class Inner(Module):
        def __init__(self):
            self.head = Layer(2, 1)

    class Outer(Module):
        def __init__(self):
            self.inner, self.blocks = Inner(), [Inner()]

    indents = {line.split()[0]: len(line) - len(line.lstrip()) for line in repr(Outer()).splitlines()}
    assert indents["Outer()"] < indents["inner"] == indents["blocks.0"]
    assert indents["inner"] < indents["inner.head"] == indents["blocks.0.head"]


# state ------------------------------------------------------------------------------------------


@given(st.integers(0, 100))
def test_a_state_makes_another_network_the_same(seed):
    a, b = MLP(2, [3, 1], seed=seed), MLP(2, [3, 1], seed=seed + 1)
    b([1.0, 2.0])
    assert a.state_dict() != b.state_dict()
    b.load_state_dict(a.state_dict())
    assert a.state_dict() == b.state_dict()
    assert a([1.0, 2.0]).data == b([1.0, 2.0]).data
    assert set(map(type, a.state_dict().values())) == {float}


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (lambda s: s.pop("layers.0.neurons.0.bias"), ShapeError, r"no number for 1 .*layers\.0\.neurons\.0\.bias"),
        (lambda s: s.update(extra=1.0), ShapeError, r"unknown.*extra.*MLP\(2 → 2 → 1"),
        (lambda s: s.clear(), ShapeError, "no number for 9 "),
        (lambda s: s.update({"layers.1.neurons.0.bias": "x"}), TypeError, "'x'"),
        (lambda s: s.update({"layers.1.neurons.0.bias": 10**400}), OverflowError, "does not fit"),
    ],
)
def test_a_state_that_does_not_match_is_refused_and_nothing_is_changed(spoil, error, words):
    model = MLP(2, [2, 1], seed=0)
    before = model.state_dict()
    state = dict.fromkeys(before, 7.0)
    spoil(state)
    with pytest.raises(error, match=words):
        model.load_state_dict(state)
    assert model.state_dict() == before


COPIES = [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))]


@pytest.mark.parametrize("copied", COPIES, ids=["deepcopy", "pickle"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "reciprocal"])
def test_a_model_copies_with_its_weights_and_randomness_and_lives_on_its_own(copied, activation):
    model = Sequential(MLP(2, [3, 4], activation=activation, seed=0), Dropout(0.5, seed=3))
    model([1.0, 2.0])
    twin = copied(model)
    assert twin.state_dict() == model.state_dict()
    assert not set(ids(twin.parameters())) & set(ids(model.parameters()))
    assert [y.data for y in twin([1.0, 2.0])] == [y.data for y in model([1.0, 2.0])]
    for parameter in twin.parameters():
        parameter.data += 1.0
    assert [y.data for y in twin.eval()([1.0, 2.0])] != [y.data for y in model.eval()([1.0, 2.0])]
    assert trace(twin[0]([1.0, 2.0])[0])[0][-2].op is ops.table[activation]
    ops.sum(twin[0]([1.0, 2.0])).backward()
    assert any(p.grad for p in twin.parameters())
    assert not any(p.grad for p in model.parameters())


def test_a_model_pickled_after_an_edit_computes_with_its_weights_in_another_process():
    store = """if True:
        import pickle, sys
        from microgradlab.nn import Layer
        layer = Layer(1, 1, seed=0)
        layer([1.0])
        layer.neurons[0].weights[0].data = 100.0
        sys.stdout.buffer.write(pickle.dumps(layer))
    """
    use = """if True:
        import pickle, sys
        print(pickle.load(sys.stdin.buffer)([1.0]).data)
    """
    stored = subprocess.run([sys.executable, "-c", store], capture_output=True, check=True).stdout
    used = subprocess.run([sys.executable, "-c", use], input=stored, capture_output=True, check=True).stdout
    assert used.strip() == b"100.0"


# seeds and initialisers -------------------------------------------------------------------------


def weights(model):
    return [w.data for name, w in model.named_parameters() if "weights" in name]


def test_a_seed_makes_the_same_network_everywhere_and_no_seed_another_each_time():
    assert MLP(2, [3, 1], seed=7).state_dict() == MLP(2, [3, 1], seed=7).state_dict()
    assert MLP(2, [3, 1], seed=7).state_dict() != MLP(2, [3, 1], seed=8).state_dict()
    assert MLP(2, [3, 1]).state_dict() != MLP(2, [3, 1]).state_dict()
    assert weights(Neuron(2, init="uniform", seed=0)) == [0.6888437030500962, 0.515908805880605]
    assert len(set(weights(MLP(5, [5, 5], seed=0)))) == 50


def test_a_seed_leaves_the_global_generator_alone():
    random.seed(5)
    state = random.getstate()
    Sequential(MLP(2, [3, 3], seed=0), Dropout(seed=1))([1.0, 2.0])
    assert random.getstate() == state


def test_biases_start_at_zero():
    assert {n.bias.data for layer in MLP(3, [4, 2], seed=0).layers for n in layer.neurons} == {0.0}


SIGMA = {  # of a layer from 40 to 60 with this activation
    ("uniform", "relu"): 1 / math.sqrt(3),
    ("xavier_uniform", "relu"): math.sqrt(2 / (40 + 60)),
    ("xavier_normal", "tanh"): math.sqrt(2 / (40 + 60)),
    ("kaiming_uniform", "relu"): math.sqrt(2) / math.sqrt(40),
    ("kaiming_normal", "relu"): math.sqrt(2) / math.sqrt(40),
    ("kaiming_normal", "tanh"): 5 / 3 / math.sqrt(40),
    ("kaiming_uniform", "linear"): 1 / math.sqrt(40),
    ("kaiming_normal", "sigmoid"): 1 / math.sqrt(40),
    ("kaiming_uniform", "selu"): 3 / 4 / math.sqrt(40),
}


@pytest.mark.parametrize(("init", "activation"), SIGMA)
def test_initialisers_have_the_spread_of_their_papers(init, activation):
    ws, sigma = weights(Layer(40, 60, activation, init=init, seed=0)), SIGMA[init, activation]
    assert len(ws) == 2400
    assert abs(fmean(ws)) < 4 * sigma / math.sqrt(2400)
    assert math.sqrt(pvariance(ws)) == pytest.approx(sigma, rel=0.05)
    edge = max(map(abs, ws)) / sigma
    assert 1.7 < edge <= math.sqrt(3) if "uniform" in init or init == "uniform" else edge > 3


def test_every_initialiser_is_tested_and_a_function_may_be_one():
    assert {init for init, _ in SIGMA} == nn.INITIALISERS.keys()
    assert weights(Layer(2, 3, init=lambda rng, fan_in, fan_out, gain: fan_in + 10.0 * fan_out)) == [32.0] * 6


# dropout ----------------------------------------------------------------------------------------


class Loaded:
    """A random generator that draws what it is told."""

    def __init__(self, draws):
        self.random = iter(draws).__next__


def test_dropout_keeps_the_expected_sum():
    sums, xs = [], [1.0, 2.0, 3.0, 4.0]
    for mask in itertools.product([0.1, 0.9], repeat=4):
        dropout = Dropout(0.5)
        dropout.random = Loaded(mask)
        outputs = dropout(xs)
        assert outputs == [x * (0.0 if draw < 0.5 else 2.0) for x, draw in zip(xs, mask)]
        sums.append(sum(outputs))
    assert len(sums) == 16
    assert (fmean(sums), pvariance(sums)) == (10.0, 30.0)


def test_dropout_drops_with_its_probability_and_passes_gradients_where_it_kept():
    xs = [Value(1.0) for _ in range(2000)]
    outputs = Dropout(0.3, seed=0)(xs)
    kept = [y.data != 0.0 for y in outputs]
    assert fmean(kept) == pytest.approx(0.7, abs=0.03)
    assert sorted({y.data for y in outputs}) == pytest.approx([0.0, 1 / 0.7])
    assert grad(ops.sum(outputs), xs) == pytest.approx([k / 0.7 for k in kept])


def test_dropout_passes_everything_in_evaluation_and_for_a_probability_of_zero():
    xs = [1.0, Value(2.0)]
    assert ids(Dropout(0.9).eval()(xs)) == ids(xs)
    assert ids(Dropout(0.0)(xs)) == ids(xs)
    assert [float(y) for y in Dropout(1.0)(xs)] == [0.0, 0.0]


def test_dropout_takes_a_number_alone_and_has_a_generator_of_its_own():
    assert Sequential(Layer(2, 1, seed=0), Dropout(0.0))([1.0, 2.0]).op is ops.dot
    assert type(Dropout(0.5, seed=0)(Value(1.0))) is Value
    a, b, c = (Dropout(0.5, seed=seed) for seed in (1, 1, 2))
    first = [dropout([1.0] * 50) for dropout in (a, b, c)]
    assert first[0] == first[1] != first[2]


# scopes -----------------------------------------------------------------------------------------


def test_nodes_know_the_modules_that_made_them():
    model = MLP(2, [3, 1], seed=0)
    x = Value(1.0)
    nodes = trace(model([x, x]))[0]
    layer = model.layers[0]
    for node in nodes:
        if node.op:
            assert node.scope[0] is model
            assert len(node.scope) == 3
    assert nodes[-1].scope[1:] == (model.layers[1], model.layers[1].neurons[0])
    assert {id(n.scope[-1]) for n in nodes if n.op is ops.relu} == set(ids(layer.neurons))
    assert x.scope == (x * x).scope == ()


def test_two_calls_of_a_module_are_told_apart_by_their_nodes():
    model = MLP(2, [3, 1], seed=0)
    first, second = ([call_of(node) for node in trace(model([1.0, 2.0]))[0] if node.op] for _ in range(2))
    around = [{id(call[0][0]) for call in calls} for calls in (first, second)]
    assert [len(ids) for ids in around] == [1, 1]
    assert around[0] != around[1]
    assert list(map(modules_of, first)) == list(map(modules_of, second))


def test_people_count_modules_from_one():
    model = MLP(2, [3, 1], seed=0)
    assert nn.names_of((model, model.layers[0], model.layers[0].neurons[2])) == ("MLP", "Layer 1", "Neuron 3")
    net = Net()
    assert nn.names_of((net, net.heads["b"][0])) == ("Net", "Neuron 2")


def test_a_scope_ends_with_the_call_even_if_that_fails():
    model = MLP(2, [3, 1])
    with pytest.raises(ShapeError):
        model([1.0])
    with pytest.raises(TypeError):
        model(["a", "b"])
    assert (Value(1.0) + 1.0).scope == ()
    assert model([1.0, 2.0]).scope[0] is model


def test_a_forward_may_be_called_by_itself():
    layer = Layer(2, 2, seed=0)
    assert [y.data for y in layer.forward([1.0, 2.0])] == [y.data for y in layer([1.0, 2.0])]
    with pytest.raises(TypeError):
        layer.forward(["a", "b"])
    assert (Value(1.0) + 1.0).scope == ()


def test_threads_that_share_a_model_compute_the_same_and_keep_scopes_apart():
    model = MLP(2, [8, 8, 1], seed=0)
    expected = model([1.0, 2.0]).data

    def use(i):
        own = MLP(1, [2, 1], seed=i)
        results = []
        for _ in range(30):
            y, z = model([1.0, 2.0]), own([1.0])
            results.append((y.data, y.scope[0] is model, z.scope[0] is own))
        return results

    with ThreadPoolExecutor(4) as pool:
        for results in pool.map(use, range(4)):
            assert set(results) == {(expected, True, True)}


# other classes of numbers -----------------------------------------------------------------------


@pytest.mark.parametrize("value", [MyValue, MicrogradValue, Value])
def test_a_network_of_any_class_of_numbers_runs_and_trains(value):
    model = MLP(2, [4, 1], seed=0, value=value)
    assert {type(p) for p in model.parameters()} == {value}
    assert model.state_dict() == MLP(2, [4, 1], seed=0).state_dict()
    losses = []
    for _ in range(40):
        errors = [model([x, y]) + -(2.0 * x - y) for x, y in ((0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (-1.0, 1.0))]
        loss = errors[0] * errors[0] + errors[1] * errors[1] + errors[2] * errors[2] + errors[3] * errors[3]
        losses.append(loss.data)
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.03 * p.grad
    assert losses[-1] < 0.1 * losses[0]


def test_other_classes_compute_and_learn_what_ours_does():
    models = [MLP(2, [5, 3], seed=4, value=value) for value in (Value, MyValue, MicrogradValue)]
    for model in models:
        y, z, t = model([0.5, -1.5])
        (y * z + t).backward()
    ours, *others = ([(p.data, p.grad) for p in model.parameters()] for model in models)
    for other in others:
        assert list(itertools.chain(*other)) == pytest.approx(list(itertools.chain(*ours)))


def test_a_method_of_the_class_is_its_activation():
    model = Neuron(1, "relu", init=lambda *_: -1.0, value=MyValue)
    assert model([2.0]).data == 0.0
    assert model([-2.0]).data == 2.0
