"""Strategies for hypothesis: networks, data sets, and trainings that are ready to run.

    >>> from math import isfinite
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=10)
    ... @given(training_steps())
    ... def test_the_loss_is_finite(training):
    ...     assert all(isfinite(step.loss) for step in training.steps())
    >>> test_the_loss_is_finite()

All are small: a few numbers, a few neurons, a few steps. What fails is printed as the calls that make it anew, so
weights come from a seed, and are not drawn one by one.
"""

from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import strategies as st

from microgradlab import losses as all_losses
from microgradlab import optim
from microgradlab.engine import Value
from microgradlab.nn import INITIALISERS, MLP
from microgradlab.optim import Optimizer
from microgradlab.row import REAL, table
from microgradlab.testing.bounds import check_bounds, check_choice, check_whole, reusable
from microgradlab.train import Training

__all__ = ["datasets", "mlps", "training_steps"]

FEW = 3  # inputs, or outputs
RATES = (0.01, 0.001)  # of learning: so small that nothing becomes infinite in a few steps

# The losses of what a network puts out as it is, and targets for them; None stands for numbers like the inputs.
LOSSES: dict[Callable[..., Any], st.SearchStrategy[Any] | None] = {
    all_losses.mse_loss: None,
    all_losses.l1_loss: None,
    all_losses.huber_loss: None,
    all_losses.smooth_l1_loss: None,
    all_losses.hinge_loss: st.sampled_from([1, -1]),
    all_losses.binary_cross_entropy_with_logits: st.integers(0, 1),
    all_losses.cross_entropy: st.integers(0, FEW - 1),  # of FEW outputs
}
OPTIMIZERS = (optim.SGD, optim.Adagrad, optim.RMSprop, optim.Adadelta, optim.Adam, optim.AdamW)


@reusable
@st.composite
def mlps(
    draw: st.DrawFn,
    *,
    inputs: int | None = None,
    outputs: int | None = None,
    max_layers: int = 3,
    max_width: int = 4,
    activations: Iterable[Any] | None = None,
    value: Callable[[float], Any] = Value,
) -> MLP:
    """Networks of up to `max_layers` layers, the hidden ones of up to `max_width` neurons.

    Inputs and outputs are 1 to 3 if left out. `activations` are as for MLP: if left out, "linear" and all ops of one
    number that are defined everywhere. `value` is the class of the parameters.

        >>> from math import isfinite
        >>> from hypothesis import given
        >>> @given(mlps(inputs=2, outputs=1, activations=["tanh"]))
        ... def test_a_network_of_one_output_gives_a_number(model):
        ...     assert isfinite(model([0.5, -0.5]).data)
        >>> test_a_network_of_one_output_gives_a_number()
    """
    check_whole(max_layers=max_layers, max_width=max_width)
    hidden = draw(st.lists(st.integers(1, max_width), max_size=max_layers - 1))
    kinds = _everywhere() if activations is None else activations
    given = {} if value is Value else {"value": st.just(value)}
    return draw(
        st.builds(
            MLP,
            _few("inputs", inputs),
            _few("outputs", outputs).map(lambda last: [*hidden, last]),
            activation=st.sampled_from(check_choice("activations", kinds)),
            init=st.sampled_from(list(INITIALISERS)),
            seed=st.integers(0, 999),
            **given,
        )
    )


@st.composite
def datasets(
    draw: st.DrawFn,
    *,
    min_value: float = -4.0,
    max_value: float = 4.0,
    inputs: int | None = None,
    targets: st.SearchStrategy[Any] | None = None,
    min_size: int = 1,
    max_size: int = 8,
) -> list[tuple[tuple[float, ...], Any]]:
    """Data as `fit` takes them: lists of `((x1, x2, …), target)` pairs, all with as many inputs, 1 to 3 if left out.

    `targets` is a strategy for them, such as `integers(0, 9)` for ten classes; left out, they are numbers between the
    bounds, as the inputs are.

        >>> from hypothesis import given
        >>> @given(datasets(inputs=2))
        ... def test_a_dataset_is_a_list_of_pairs(data):
        ...     assert all(len(xs) == 2 and -4.0 <= target <= 4.0 for xs, target in data)
        >>> test_a_dataset_is_a_list_of_pairs()
    """
    check_bounds(min_value, max_value)
    check_whole(min_size=min_size, max_size=max_size)
    numbers = st.floats(min_value, max_value)
    width = draw(_few("inputs", inputs))
    pairs = st.tuples(st.tuples(*[numbers] * width), numbers if targets is None else targets)
    return draw(st.lists(pairs, min_size=min_size, max_size=max_size))


@reusable
@st.composite
def training_steps(
    draw: st.DrawFn,
    *,
    losses: Iterable[Callable[..., Any]] = tuple(LOSSES),
    optimizers: Iterable[Callable[..., Optimizer]] = OPTIMIZERS,
    activations: Iterable[Any] = ("linear", "relu", "tanh"),
    max_epochs: int = 2,
) -> Training:
    """Trainings that have not begun: `for step in training.steps()` goes through the steps, as `training_steps` does.

    Each is a small network with data that suit one of `losses`, and an optimizer made by one of `optimizers`, which
    are called as `Adam(model.parameters(), lr=0.01)`; they are at `training.model`, `.data`, `.loss` and `.optimizer`.
    A loss of your own is given one output and a number as the target.

        >>> from hypothesis import given, settings
        >>> @settings(max_examples=10)
        ... @given(training_steps(optimizers=[optim.SGD]))
        ... def test_a_step_goes_against_the_gradient(training):
        ...     weight = training.model.parameters()[0]
        ...     for step in training.steps():
        ...         before, slope = weight.data, weight.grad
        ...     assert weight.data == before - step.lr * slope
        >>> test_a_step_goes_against_the_gradient()
    """
    check_whole(max_epochs=max_epochs)
    losses, optimizers = check_choice("losses", losses), check_choice("optimizers", optimizers)
    loss = draw(st.sampled_from(losses))
    inputs = draw(st.integers(1, FEW))
    outputs = FEW if loss is all_losses.cross_entropy else 1
    model = draw(mlps(inputs=inputs, outputs=outputs, activations=activations))
    data = draw(datasets(inputs=inputs, targets=LOSSES.get(loss)))
    optimizer = draw(st.sampled_from(optimizers))
    return draw(
        st.builds(
            Training,
            st.just(model),
            st.just(data),
            loss=st.just(loss),
            optimizer=st.builds(optimizer, st.just(model.parameters()), lr=st.sampled_from(RATES)),
            epochs=st.integers(1, max_epochs),
            batch_size=st.none() | st.integers(1, len(data)),
            progress=st.just(False),
            seed=st.integers(0, 999),
        )
    )


def _few(name: str, number: int | None) -> st.SearchStrategy[int]:
    """This number, or a few."""
    if number is None:
        return st.integers(1, FEW)
    check_whole(**{name: number})
    return st.just(number)


def _everywhere() -> list[str]:
    """The activations that are defined everywhere."""
    rows = [op for op in table.values() if len(op.rules) - len(op.defaults) == 1 and {*op.domain} == {REAL}]
    return ["linear", *(op.name for op in rows)]
