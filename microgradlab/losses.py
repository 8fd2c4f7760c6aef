"""Losses: one number that says how far predictions are from the truth, for an optimizer to lower.

    >>> mse_loss([30, 80, 85], [90, 20, 95])
    2433.3333333333335

Each is a formula for one example; `one_example` extends it to sequences of examples, to the mean of
their losses: the empirical risk (MIT 6.S191, 2023, lecture 1, 32:29). Names, arguments and results
are PyTorch's. The formulas are written with ops and never branch on a prediction, so plain numbers
give a float, Values a Value, and any other kind of number its own.

All refuse lengths that differ, an empty sequence, and one example against many (ShapeError), what
is not a number (TypeError), and a number out of range (ValueError).
"""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, TypeVar, cast

from microgradlab import ops
from microgradlab.coercion import named_number, shown
from microgradlab.errors import ShapeError

Loss = TypeVar("Loss", bound=Callable[..., Any])
Rule = tuple[str, Callable[[Any], bool]]  # what an argument must be: in words, and as a test

ABOVE_0: Rule = ("above 0", lambda x: x > 0)
SIGN: Rule = ("-1 or 1 (for a label of 0 or 1: 2 * label - 1)", lambda t: t in (-1, 1))
PLAIN_PROBABILITY: Rule = ("a plain number in [0, 1]", lambda t: type(t) is float and 0 <= t <= 1)
PROBABILITY: Rule = (
    "a probability in [0, 1] (logits go to binary_cross_entropy_with_logits)",
    lambda p: not (p < 0 or p > 1),  # nan passes, and makes the loss nan
)

NUMBER, SEQUENCE = 0, 1  # how deeply the input, or the target, of one example is nested
KINDS = ("a number", "a sequence")
DEEPEST = 32  # lists in lists: as deep as numpy's arrays


def one_example(*depths: int) -> Callable[[Loss], Loss]:
    """Extend a loss of one example to any nesting of examples: to the mean over all of them.

    `depths` says what one example is made of: NUMBER or SEQUENCE for its input and its target.
    """
    if len(depths) != 2 or any(depth not in (NUMBER, SEQUENCE) for depth in depths):
        raise ValueError(f"depths is NUMBER or SEQUENCE for the input, and for the target, got {shown(depths)}")

    def extend(loss: Loss) -> Loss:
        expected = f"{loss.__name__} takes {' and '.join(KINDS[depth] for depth in depths)}"

        @wraps(loss)
        def mean_loss(input: Any, target: Any, *settings: Any, **named: Any) -> Any:
            pairs = _pairs(_nested("input", input), _nested("target", target), depths, expected)
            losses = [loss(*pair, *settings, **named) for pair in pairs]
            return ops.mean(losses) if len(losses) > 1 else losses[0]

        return cast(Loss, mean_loss)

    return extend


@one_example(NUMBER, NUMBER)
def l1_loss(input: Any, target: Any) -> Any:
    """|input - target|: the absolute error. Its slope at 0 is 0."""
    return ops.abs(input - target)


@one_example(NUMBER, NUMBER)
def mse_loss(input: Any, target: Any) -> Any:
    """(input - target)²: the squared error (Legendre, 1805)."""
    return ops.square(input - target)


@one_example(NUMBER, NUMBER)
def huber_loss(input: Any, target: Any, delta: float = 1.0) -> Any:
    """error²/2 where |error| < delta, else delta·(|error| - delta/2) (Huber, 1964).

    With the error clipped to [-delta, delta], both are clipped·(error - clipped/2). An outlier
    pulls no harder than an error of delta, which must be above 0.
    """
    delta = _checked("delta", named_number("delta", delta), ABOVE_0)
    error = input - target
    clipped = ops.clip(error, -delta, delta)
    return clipped * (error - 0.5 * clipped)


@one_example(NUMBER, NUMBER)
def smooth_l1_loss(input: Any, target: Any, beta: float = 1.0) -> Any:
    """huber_loss / beta: error²/(2·beta) where |error| < beta, else |error| - beta/2.

    The absolute error without its kink (Girshick, 2015). beta must be above 0.
    """
    beta = _checked("beta", named_number("beta", beta), ABOVE_0)
    error = input - target
    clipped = ops.clip(error, -beta, beta)
    return clipped / beta * (error - 0.5 * clipped)


@one_example(NUMBER, NUMBER)
def hinge_loss(input: Any, target: Any) -> Any:
    """max(0, 1 - target·input), for a target of -1 or 1: 0 once input is right by a margin of 1.

    The loss of support vector machines (Cortes & Vapnik, 1995). Its slope at the margin is 0.

        >>> hinge_loss([0.5, -3.0], [1, -1])  # (0.5 + 0) / 2
        0.25
    """
    _checked("target", target, SIGN)
    return ops.relu(1.0 - target * input)


@one_example(NUMBER, NUMBER)
def binary_cross_entropy(input: Any, target: Any) -> Any:
    """-target·log(input) - (1 - target)·log(1 - input), for a probability and a target in [0, 1].

    The surprise, in nats, of one who believed in the input and learns the target: 0 if certain of
    it, inf if certain of the opposite. A logarithm whose factor is 0 is given a harmless number, as
    0·log(0) would be nan, and so would its slope, 0·inf.

        >>> binary_cross_entropy(0.1, 1)  # "Will I pass this class?" (lecture 1, 29:34)
        2.3025850929940455
    """
    _checked("input", input, PROBABILITY)
    _checked("target", target, PLAIN_PROBABILITY)
    log_yes = ops.log(ops.where(target, input, 1.0))
    log_no = ops.log1p(-ops.where(1.0 - target, input, 0.0))
    return -target * log_yes - (1.0 - target) * log_no


@one_example(NUMBER, NUMBER)
def binary_cross_entropy_with_logits(input: Any, target: Any) -> Any:
    """(1 - target)·softplus(input) + target·softplus(-input), for a target in [0, 1].

    It is binary_cross_entropy(sigmoid(input), target), as -log(sigmoid(z)) = softplus(-z), and its
    slope is sigmoid(input) - target; but no probability is rounded to 0 or 1 on the way.

        >>> binary_cross_entropy_with_logits([-1000, 1000], [1, 1])  # (1000 + 0) / 2
        500.0
    """
    _checked("target", target, PLAIN_PROBABILITY)
    return (1.0 - target) * ops.softplus(input) + target * ops.softplus(-input)


@one_example(SEQUENCE, NUMBER)
def nll_loss(input: Any, target: Any) -> Any:
    """-input[target], for the log-probabilities of all classes and the index of the true one.

    The negative log-likelihood of the truth; classes count from 0.
    """
    _checked("target", target, _index_of(input))
    return -input[int(target)]


@one_example(SEQUENCE, NUMBER)
def cross_entropy(input: Any, target: Any) -> Any:
    """-log_softmax(input)[target], for the logits of all classes and the index of the true one.

    Its slope in a logit is softmax(input)[i], less 1 where i is the target; classes count from 0.

        >>> cross_entropy([0.0] * 10, 7)  # a guess among ten: log(10)
        2.302585092994046
    """
    _checked("target", target, _index_of(input))
    return -ops.log_softmax(input, target)


@one_example(SEQUENCE, SEQUENCE)
def kl_div(input: Any, target: Any) -> Any:
    """Σ target·(log(target) - input), for log-probabilities and probabilities of all classes.

    The divergence of the input from the target, in nats (Kullback & Leibler, 1951). Of many
    examples it is the mean, which PyTorch calls "batchmean".
    """
    for probability in target:
        _checked("target", probability, PLAIN_PROBABILITY)
    return ops.sum([ops.xlogy(t, t) for t in target]) - ops.dot(input, target)


def l1_penalty(parameters: Iterable[Any]) -> Any:
    """Σ |w|: added to a loss, it draws weights to exactly 0 (Tibshirani, 1996).

    There is no factor in it: write `loss + 1e-4 * l1_penalty(model.parameters())`.
    """
    return ops.sum([ops.abs(w) for w in _listed(parameters)])


def l2_penalty(parameters: Iterable[Any]) -> Any:
    """Σ w²: added to a loss, it keeps weights small (Hoerl & Kennard, 1970).

    There is no factor in it: write `loss + 1e-4 * l2_penalty(model.parameters())`.
    """
    weights = _listed(parameters)
    return ops.dot(weights, weights)


def _listed(parameters: Iterable[Any]) -> tuple[Any, ...]:
    """The parameters as a tuple of numbers, at least one."""
    if not isinstance(parameters, Iterable):
        raise TypeError(f"parameters is a list of numbers, such as model.parameters(), got {shown(parameters)}")
    weights: tuple[Any, ...] = _nested("parameters", parameters)
    for weight in weights:
        if type(weight) is tuple:
            named_number("parameters", weight)  # which says what to do with a list in the list
    return weights


def _nested(name: str, x: Any, outer: tuple[Any, ...] = ()) -> Any:
    """`x` with each iterable in it as a tuple, and each plain number as a float."""
    if type(x) in ops.handlers:
        return x
    if isinstance(x, str | bytes | dict | set) or not hasattr(x, "__iter__"):
        return named_number(name, x)
    if len(outer) > DEEPEST or any(x is each for each in outer):
        raise ShapeError(f"{name} has lists in lists, over {DEEPEST} deep: give it examples, or lists of examples")
    elements = tuple(_nested(name, element, (*outer, x)) for element in x)
    if not elements:
        raise ShapeError(f"{name} is empty, or an iterator that was used up: give it an element")
    return elements


def _checked(name: str, x: Any, rule: Rule) -> Any:
    """`x`, if it keeps the rule; a tracer, which is no number yet and has no float, passes."""
    words, holds = rule
    if hasattr(x, "__float__") and not holds(x):
        raise ValueError(f"{name} must be {words}, got {shown(x)}")
    return x


def _index_of(input: tuple[Any, ...]) -> Rule:
    classes = range(len(input))
    return f"a whole number from 0 to {classes[-1]}, a class index", lambda i: i in classes


def _pairs(input: Any, target: Any, depths: tuple[int, ...], expected: str) -> Iterator[tuple[Any, Any]]:
    """The input and the target of each example."""
    shapes = _shape(input), _shape(target)
    levels = {len(shape) - depth for shape, depth in zip(shapes, depths)}  # around one example
    lengths = {shape[0] for shape in shapes if shape}
    if len(levels) > 1 or min(levels) < 0 or len(lengths) > 1:
        raise ShapeError(f"{expected}, or as many of each: got shapes {shapes[0]} and {shapes[1]}")
    if levels == {0}:
        yield input, target
    else:
        for pair in zip(input, target):
            yield from _pairs(*pair, depths, expected)


def _shape(x: Any) -> tuple[int, ...]:
    """The lengths of nested tuples, from the outside in, along the deepest."""
    return (len(x), *max(map(_shape, x), key=len)) if type(x) is tuple else ()
