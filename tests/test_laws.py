"""Laws: what must stay the same, or change in a known way, when the question is changed. No right answers are needed.

Powers of 2 scale floats without rounding, so laws about them hold to the last bit; others within the rounding of what
was added up.
"""

import itertools
import math
from collections import defaultdict

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles import same
from programs import INPUTS, inputs, leaves, programs, run

from microgradlab import MLP, Dropout, Value, grad, losses, no_grad, ops, optim, trace
from microgradlab.nn import Layer
from microgradlab.steps import places

numbers = st.floats(-8.0, 8.0).map(lambda x: round(x, 6))  # a subnormal does not scale without rounding
factors = st.integers(-8, 8).map(lambda n: 2.0**n)
permutations = st.permutations(range(INPUTS))


def size(y, xs):
    """The sum of the absolute contributions along every path from y to the xs: rounding errors are compared to it."""
    sizes = defaultdict(float, {id(y): 1.0})
    for node in reversed(trace(y)[0]):
        for argument, local in places(node.arguments, node.locals):
            sizes[id(argument)] += sizes[id(node)] * abs(local)
    total = math.fsum(sizes[id(x)] for x in xs)
    assume(math.isfinite(total))
    return total


def near(expected, scale=1.0):
    return pytest.approx(expected, rel=1e-12, abs=max(1e-12 * scale, 1e-250))  # below, numbers underflow


def permuted(xs, order):
    return [xs[i] for i in order]


# gradients --------------------------------------------------------------------------------------


@given(programs, programs, inputs, numbers, numbers)
def test_the_gradient_is_linear(f, g, at, a, b):
    xs = leaves(at)
    y, z = run(f, xs)[-1], run(g, xs)[-1]
    expected = [a * p + b * q for p, q in zip(grad(y, xs), grad(z, xs))]
    both = a * y + b * z
    assert grad(both, xs) == near(expected, size(both, xs))


@given(programs, inputs, factors)
def test_the_gradient_of_a_power_of_two_times_a_function_is_that_times_its_gradient(f, at, factor):
    xs = leaves(at)
    y = run(f, xs)[-1]
    assume(size(y, xs) < 1e200)
    expected = [factor * slope for slope in grad(y, xs)]
    assert grad(factor * y, xs) == pytest.approx(expected, rel=0, abs=1e-250)


@given(programs, programs, inputs)
def test_the_chain_rule_holds_over_a_substitution(outer, inner, at):
    xs = leaves(at)
    between = (run(inner, xs) * INPUTS)[-INPUTS:]
    whole = run(outer, between)[-1]
    cut = [u.detach() for u in between]
    slopes = grad(run(outer, cut)[-1], cut)
    by_hand = [math.fsum(s * d for s, d in zip(slopes, column)) for column in zip(*(grad(u, xs) for u in between))]
    assert grad(whole, xs) == near(by_hand, size(whole, xs))


@given(programs, inputs, permutations)
def test_a_symmetric_function_has_a_symmetric_gradient(f, at, order):
    def symmetric(xs):
        return ops.sum([run(f, permuted(xs, order))[-1] for order in itertools.permutations(range(INPUTS))])

    xs = leaves(at)
    y, z = symmetric(xs), symmetric(permuted(xs, order))
    scale = size(y, xs)
    assert z.data == near(y.data, math.fsum(abs(term.data) for term in y.arguments[0]))
    assert grad(z, permuted(xs, order)) == near(permuted(grad(y, xs), order), scale)


@given(programs, inputs)
def test_an_even_function_has_an_odd_gradient(f, at):
    def even(xs):
        return run(f, xs)[-1] + run(f, [-x for x in xs])[-1]

    xs, mirrored = leaves(at), leaves([-x for x in at])
    y, z = even(xs), even(mirrored)
    assert z.data == near(y.data)
    assert grad(z, mirrored) == near([-slope for slope in grad(y, xs)], size(y, xs))


INVERSES = [("exp", "log"), ("expm1", "log1p"), ("tan", "atan"), ("sinh", "asinh"), ("tanh", "atanh"), ("sin", "asin")]


@pytest.mark.parametrize(("there", "back"), INVERSES)
@given(x=st.floats(-1.5, 1.5))
def test_the_slopes_of_a_function_and_its_inverse_multiply_to_one(there, back, x):
    x = Value(x)
    y = ops.table[there](x)
    z = ops.table[back](y)
    condition = abs(y.data / grad(z, y)) + 1.0 + 1.0 / math.cos(x.data) ** 2  # the inverse sees y, which is rounded
    assert z.data == pytest.approx(x.data, abs=1e-12 * condition)
    assert grad(z, x) == pytest.approx(1.0, rel=1e-12 * condition)


@given(programs, inputs)
def test_within_no_grad_the_numbers_are_the_same(f, at):
    with no_grad():
        alone = run(f, leaves(at))
    assert all(same(a.data, b.data) for a, b in zip(alone, run(f, leaves(at))))


# networks and batches ---------------------------------------------------------------------------

few = settings(max_examples=30)
rows = st.lists(st.tuples(st.lists(numbers, min_size=2, max_size=2), numbers), min_size=1, max_size=5)


def batch_loss(model, rows, loss=losses.mse_loss):
    """The mean loss, and the inputs as leaves."""
    xs = [[Value(x) for x in row] for row, _ in rows]
    return loss([model(x) for x in xs], [target for _, target in rows]), xs


def gradients_of(model, rows):
    """The gradient of the mean loss by every parameter."""
    return grad(batch_loss(model, rows)[0], model.parameters())


@few
@given(st.data(), rows, st.integers(0, 99))
def test_the_order_of_a_batch_does_not_matter(data, rows, seed):
    model = MLP(2, [4, 1], "tanh", seed=seed)
    order = data.draw(st.permutations(range(len(rows))))
    loss, xs = batch_loss(model, rows)
    other, ys = batch_loss(model, permuted(rows, order))
    assert same(other.data, loss.data)
    assert [grad(other, y) for y in ys] == permuted([grad(loss, x) for x in xs], order)
    assert grad(other, model.parameters()) == near(grad(loss, model.parameters()), size(loss, model.parameters()))


@few
@given(rows, rows, st.integers(0, 99))
def test_the_gradient_of_a_batch_is_the_mean_of_those_of_its_parts(some, others, seed):
    model = MLP(2, [4, 1], "tanh", seed=seed)
    total = len(some) + len(others)
    parts = zip(gradients_of(model, some), gradients_of(model, others))
    expected = [(len(some) * a + len(others) * b) / total for a, b in parts]
    scale = size(batch_loss(model, some + others)[0], model.parameters())
    assert gradients_of(model, some + others) == near(expected, scale)
    assert gradients_of(model, some * 2) == near(gradients_of(model, some), 2 * total * scale)


@few
@given(rows, st.integers(0, 99), st.permutations(range(4)))
def test_hidden_neurons_may_change_places(rows, seed, order):
    model, twin = MLP(2, [4, 1], "tanh", seed=seed), MLP(2, [4, 1], "tanh", seed=seed)
    state = model.state_dict()
    for i, j in enumerate(order):
        for name in ("weights.0", "weights.1", "bias"):
            state[f"layers.0.neurons.{i}.{name}"] = model.state_dict()[f"layers.0.neurons.{j}.{name}"]
        state[f"layers.1.neurons.0.weights.{i}"] = model.state_dict()[f"layers.1.neurons.0.weights.{j}"]
    twin.load_state_dict(state)
    assert batch_loss(twin, rows)[0].data == near(batch_loss(model, rows)[0].data, 1e3)
    weights, twins = (list(m.layers[1].neurons[0].weights) for m in (model, twin))
    (loss, _), (other, _) = batch_loss(model, rows), batch_loss(twin, rows)
    assert grad(other, twins) == near(permuted(grad(loss, weights), order), size(loss, weights))


@few
@given(st.lists(numbers, min_size=2, max_size=2), st.integers(0, 99), factors)
def test_a_relu_network_does_not_see_a_factor_moved_from_one_layer_to_the_next(xs, seed, factor):
    model = MLP(2, [4, 3], seed=seed)
    before, slopes = [y.data for y in model(xs)], grad(model(xs)[0], model.layers[1].parameters())
    for p in model.layers[0].parameters():
        p.data *= factor
    for neuron in model.layers[1].neurons:
        for w in neuron.weights:
            w.data /= factor
    assert [y.data for y in model(xs)] == before
    after = grad(model(xs)[0], model.layers[1].parameters())
    assert after == [s * (1.0 if p.label == "b" else factor) for s, p in zip(slopes, model.layers[1].parameters())]


@few
@given(st.lists(numbers, min_size=2, max_size=2), st.integers(0, 99))
def test_a_relu_layer_obeys_eulers_theorem(at, seed):
    layer, xs = Layer(2, 1, "relu", seed=seed), [Value(x) for x in at]
    y = layer(xs)
    for arguments in (xs, layer.neurons[0].weights):  # y grows in proportion to each of them
        assert math.fsum(a.data * s for a, s in zip(arguments, grad(y, arguments))) == near(y.data, 16.0)


@few
@given(rows, st.integers(0, 99))
def test_backward_its_steps_and_grad_are_the_same_bit_by_bit(rows, seed):
    one, two, three = (MLP(2, [3, 3, 1], "tanh", seed=seed) for _ in range(3))
    batch_loss(one, rows)[0].backward()
    for _ in batch_loss(two, rows)[0].backward_steps():
        pass
    for p, q, g in zip(one.parameters(), two.parameters(), gradients_of(three, rows)):
        assert same(p.grad, q.grad)
        assert same(p.grad, g + 0.0)  # a gradient that nothing was added to may be -0.0


# losses -----------------------------------------------------------------------------------------

logits = st.lists(st.floats(-30.0, 30.0), min_size=2, max_size=5)
dyadic = st.integers(-64, 64).map(lambda n: n / 8)
REGRESSION = [losses.l1_loss, losses.mse_loss, losses.huber_loss, losses.smooth_l1_loss]


def slopes_of(loss, xs, *target):
    xs = [Value(x) for x in xs]
    return grad(loss(xs, *target), xs)


@given(logits, st.data(), st.floats(-30.0, 30.0))
def test_cross_entropy_does_not_see_a_shift_of_all_logits(xs, data, shift):
    target = data.draw(st.integers(0, len(xs) - 1))
    shifted = [x + shift for x in xs]
    assert losses.cross_entropy(shifted, target) == near(losses.cross_entropy(xs, target), 100.0)
    assert slopes_of(losses.cross_entropy, shifted, target) == near(slopes_of(losses.cross_entropy, xs, target), 100.0)
    assert math.fsum(slopes_of(losses.cross_entropy, xs, target)) == near(0.0)  # as the shift has no slope


@given(logits, st.data())
def test_cross_entropy_does_not_see_the_order_of_the_classes(xs, data):
    target = data.draw(st.integers(0, len(xs) - 1))
    order = data.draw(st.permutations(range(len(xs))))
    moved, place = permuted(xs, order), order.index(target)
    assert losses.cross_entropy(moved, place) == near(losses.cross_entropy(xs, target), 100.0)
    assert slopes_of(losses.cross_entropy, moved, place) == near(
        permuted(slopes_of(losses.cross_entropy, xs, target), order)
    )


@given(logits, st.data())
def test_the_slopes_of_all_probabilities_cancel(xs, data):
    i = data.draw(st.integers(0, len(xs) - 1))
    xs = [Value(x) for x in xs]
    assert math.fsum(p.data for p in ops.softmax(xs)) == near(1.0)
    assert math.fsum(grad(p, xs[i]) for p in ops.softmax(xs)) == near(0.0)


@given(st.floats(-30.0, 30.0), st.floats(0.0, 1.0))
def test_binary_cross_entropy_answers_the_opposite_question_with_the_opposite_slope(z, t):
    loss = losses.binary_cross_entropy_with_logits
    (slope,), (opposite,) = slopes_of(loss, [z], [t]), slopes_of(loss, [-z], [1.0 - t])
    assert opposite == near(-slope)


@pytest.mark.parametrize("loss", REGRESSION)
@given(x=dyadic, target=dyadic, shift=dyadic)
def test_a_regression_loss_sees_only_the_error_and_neither_its_origin_nor_its_sign(loss, x, target, shift):
    assert loss(x + shift, target + shift) == loss(x, target) == loss(target, x) == loss(-x, -target)
    assert slopes_of(loss, [-x], [-target]) == [-slope for slope in slopes_of(loss, [x], [target])]


@pytest.mark.parametrize(
    ("loss", "degree", "has_width"),
    [(loss, degree, loss in REGRESSION[2:]) for loss, degree in zip(REGRESSION, (1, 2, 2, 1))],
    ids=lambda x: getattr(x, "__name__", ""),
)
@given(x=dyadic, target=dyadic, width=st.integers(1, 64).map(lambda n: n / 8), unit=factors)
def test_a_loss_in_another_unit(loss, degree, has_width, x, target, width, unit):
    here, there = ((width,), (width * unit,)) if has_width else ((), ())
    assert loss(x * unit, target * unit, *there) == unit**degree * loss(x, target, *here)


@given(numbers, st.sampled_from([-1, 1]))
def test_hinge_loss_is_the_same_for_the_mirrored_question(x, label):
    assert losses.hinge_loss(-x, -label) == losses.hinge_loss(x, label)


# optimizers -------------------------------------------------------------------------------------

OPTIMIZERS = [
    (optim.SGD, {}),
    (optim.SGD, {"momentum": 0.9, "dampening": 0.1}),
    (optim.SGD, {"momentum": 0.9, "nesterov": True}),
    (optim.Adagrad, {"lr_decay": 0.1}),
    (optim.RMSprop, {"momentum": 0.5, "centered": True}),
    (optim.Adadelta, {}),
    (optim.Adam, {"amsgrad": True}),
    (optim.Adam, {}),
    (optim.AdamW, {}),
]
by_optimizer = pytest.mark.parametrize(("cls", "settings"), OPTIMIZERS)
moderate = st.floats(-100.0, 100.0)
two_paths = st.lists(st.tuples(moderate, moderate), min_size=1, max_size=6)  # gradients of two parameters, by step


def walk(cls, settings, starts, path):
    """Where the parameters are after a step with each row of gradients."""
    parameters = [Value(start) for start in starts]
    optimizer = cls(parameters, **settings)
    for row in path:
        for parameter, g in zip(parameters, row):
            parameter.grad = g
        optimizer.step()
    return [parameter.data for parameter in parameters]


@by_optimizer
@few
@given(starts=st.tuples(moderate, moderate), path=two_paths, decay=st.sampled_from([0.0, 0.1]))
def test_an_optimizer_treats_every_parameter_alone_and_both_signs_alike(cls, settings, starts, path, decay):
    settings = settings | {"weight_decay": decay}
    both = walk(cls, settings, starts, path)
    assert walk(cls, settings, starts[::-1], [row[::-1] for row in path]) == both[::-1]
    assert walk(cls, settings, starts[:1], [row[:1] for row in path]) == both[:1]
    assert walk(cls, settings, [-w for w in starts], [[-g for g in row] for row in path]) == [-w for w in both]


@by_optimizer
@given(start=moderate, path=two_paths)
def test_without_a_gradient_or_a_learning_rate_nothing_moves(cls, settings, start, path):
    still = settings | {"weight_decay": 0.0}
    assert walk(cls, still, [start], [[0.0]] * 3) == [start]
    assert walk(cls, settings | {"lr": 0.0}, [start, start], path) == [start, start]


@pytest.mark.parametrize("cls", [optim.Adagrad, optim.RMSprop, optim.Adam, optim.AdamW])
@few
@given(rows=rows, factor=factors, seed=st.integers(0, 99))
def test_adaptive_optimizers_do_not_see_a_factor_of_the_loss_and_of_eps(cls, rows, factor, seed):
    def trained(factor):
        model = MLP(2, [2, 1], "tanh", seed=seed)
        optimizer = cls(model.parameters(), lr=0.1, eps=1e-4 * factor)
        for _ in range(3):
            optimizer.zero_grad()
            (batch_loss(model, rows)[0] * factor).backward()
            optimizer.step()
        return model.state_dict()

    assert trained(factor) == trained(1.0)


@pytest.mark.parametrize("settings", [settings for cls, settings in OPTIMIZERS if cls is optim.SGD])
@given(path=two_paths, start=moderate)
def test_the_way_of_sgd_is_linear_in_the_gradients_and_the_same_from_anywhere(settings, path, start):
    summed, first, second = (walk(optim.SGD, settings, [0.0], [[f(row)] for row in path])[0]
                             for f in (sum, min, max))  # fmt: skip
    assert summed == near(first + second, 100.0)
    assert walk(optim.SGD, settings, [start], [[sum(row)] for row in path])[0] - start == near(summed, 100.0)


@by_optimizer
@given(start=moderate, g=moderate, decay=st.floats(0.0, 1.0))
def test_weight_decay_is_a_gradient_of_its_own_or_for_adamw_a_shrinking(cls, settings, start, g, decay):
    decayed = walk(cls, settings | {"weight_decay": decay}, [start], [[g]])
    plain = settings | {"weight_decay": 0.0}
    if cls is optim.AdamW:
        assert decayed == walk(cls, plain, [start * (1.0 - 1e-3 * decay)], [[g]])
    else:
        w = Value(start)
        (w * g + 0.5 * decay * losses.l2_penalty([w])).backward()
        assert decayed == near(walk(cls, plain, [start], [[w.grad]]), 100.0)


@given(st.lists(moderate, min_size=1, max_size=5), st.floats(0.01, 100.0), st.sampled_from([1.0, 2.0, math.inf]))
def test_clipping_a_norm_keeps_the_direction_and_a_small_gradient_and_does_nothing_twice(gs, bound, p):
    def clipped(gs):
        parameters = [Value(0.0) for _ in gs]
        for parameter, g in zip(parameters, gs):
            parameter.grad = g
        norm = optim.clip_grad_norm_(parameters, bound, p)
        return norm, [parameter.grad for parameter in parameters]

    norm, left = clipped(gs)
    assert left == gs if norm + 1e-6 <= bound else clipped(left)[0] <= bound
    assert [a * g for a in left for g in gs] == near([g * a for a in left for g in gs])
    assert clipped(left)[1] == pytest.approx(left, rel=1e-3)
    assert clipped([-g for g in gs[::-1]])[1] == near([-g for g in left[::-1]])


@given(st.lists(st.floats(), min_size=1, max_size=5), st.floats(0.0, 100.0), factors)
def test_clipping_values_does_nothing_twice_and_follows_the_unit(gs, bound, unit):
    def clipped(gs, bound):
        parameters = [Value(0.0) for _ in gs]
        for parameter, g in zip(parameters, gs):
            parameter.grad = g
        optim.clip_grad_value_(parameters, bound)
        return [parameter.grad for parameter in parameters]

    left = clipped(gs, bound)
    assert all(map(same, clipped(left, bound), left))
    assert all(map(same, clipped([-g for g in gs], bound), [-g for g in left]))
    assert clipped([g * unit for g in left], bound * unit) == pytest.approx([g * unit for g in left], nan_ok=True)


# dropout ----------------------------------------------------------------------------------------

probabilities = st.sampled_from([0.1, 0.3, 0.5, 0.9])


@given(st.lists(numbers, min_size=1, max_size=5), probabilities, st.integers(0, 99), factors)
def test_dropout_is_linear_and_its_seed_says_what_it_drops(xs, p, seed, factor):
    once = Dropout(p, seed)(xs)
    assert Dropout(p, seed)([x * factor for x in xs]) == [y * factor for y in once]
    kept = [y / x for x, y in zip(xs, once) if x]
    assert all(ratio == pytest.approx(0.0) or ratio == pytest.approx(1 / (1 - p)) for ratio in kept)


@given(st.lists(numbers, min_size=1, max_size=5), probabilities, st.integers(0, 99))
def test_an_evaluation_in_between_is_the_identity_and_leaves_no_trace(xs, p, seed):
    dropout, twin = Dropout(p, seed), Dropout(p, seed)
    assert dropout(xs) == twin(xs)
    assert dropout.eval()(xs) == xs
    assert dropout.train()(xs) == twin(xs)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_mean(p):
    outputs = Dropout(p, seed=0)([1.0] * 20_000)
    spread = math.sqrt(p / (1 - p) / len(outputs))
    assert math.fsum(outputs) / len(outputs) == pytest.approx(1.0, abs=4 * spread)
