"""The loss around a model's weights, on a plane through the space of all weights, and the path of descent on it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import hypot, inf, isfinite, nan
from random import Random
from typing import Any

from microgradlab.coercion import named_number, shown
from microgradlab.data.pairs import as_pairs, seeded
from microgradlab.evaluation import Data, Loss, evaluate
from microgradlab.nn import Module, Neuron
from microgradlab.plots.layers import modules_around
from microgradlab.plots.style import palette_of
from microgradlab.plots.surface import draw_heights, draw_path
from microgradlab.recording import Recording
from microgradlab.settings import is_count

MARGIN = 0.15  # of the path's extent, around it
ALIKE = 1e-9  # the squared sine of the angle between two directions that make no plane


def loss_landscape(
    trained: Module | Recording,
    data: Data | None = None,
    loss: Loss | None = None,
    *,
    weights: tuple[str, str] | None = None,
    seed: int = 0,
    span: float = 1.0,
    resolution: int = 25,
    ax: Any = None,
    theme: str = "light",
) -> Any:
    """The mean loss on a plane through a model's weights, and of a recording the path of descent. Returns the axes.

    With `weights`, two names as in `state_dict()`, the plane is that of these two, and all others are as they are
    now, at the path's end. Without, it is that of two random directions from `seed`, in which each neuron's part is
    as long as its weights and bias together (filter normalisation: Li et al. 2018, "Visualizing the Loss Landscape
    of Neural Nets"); the path is then what is seen of it on that plane, which of many weights is little.

    The plane reaches `span` (of a weight, or of a direction) around the weights now, and around the path. A recording
    brings its data and its loss; a model needs them. The loss is computed `resolution` squared times, in evaluation
    mode: a network of 33 weights and 100 examples take 3 seconds. The weights are then what they were, also after
    an error.

    Raises:
        ValueError: the model has no such weights, or the loss is finite nowhere on the plane.
    """
    palette_of(theme, ax)
    _check_sizes(span, resolution)
    model, rows, loss = _given(trained, data, loss)
    names, parameters = _parameters(trained)
    now = [float(parameter.data) for parameter in parameters]
    plane = _random_plane(model, names, parameters, seed) if weights is None else _plane_of_two(names, now, weights)
    frames = trained.frames if isinstance(trained, Recording) else []
    path = [plane.coordinates(frame.weights) for frame in frames]
    xs, ys = (_extent(place, [point[i] for point in path], span, resolution) for i, place in enumerate(plane.here))
    heights = _heights(parameters, plane, xs, ys, lambda: evaluate(model, rows, loss))
    ax = draw_heights(ax, theme, plane.labels, xs, ys, heights)
    draw_path(ax, theme, path, plane.here)
    return ax


@dataclass(frozen=True)
class Plane:
    """The weights `origin + x·first + y·second`, for all numbers x and y; at `here` are the model's."""

    origin: list[float]
    first: list[float]
    second: list[float]
    here: tuple[float, float]
    labels: tuple[str, str]

    def weights(self, x: float, y: float) -> list[float]:
        """All weights at a point of the plane."""
        return [w + x * a + y * b for w, a, b in zip(self.origin, self.first, self.second)]

    def coordinates(self, weights: Sequence[float]) -> tuple[float, float]:
        """The plane's point that is nearest to these weights: by least squares."""
        away = [w - start for w, start in zip(weights, self.origin)]
        a, b, (aa, ab, bb) = _dot(self.first, away), _dot(self.second, away), self.products
        area = aa * bb - ab * ab
        return (a * bb - b * ab) / area, (b * aa - a * ab) / area

    @property
    def products(self) -> tuple[float, float, float]:
        """Of the directions: first · first, first · second, second · second."""
        return _dot(self.first, self.first), _dot(self.first, self.second), _dot(self.second, self.second)


def _dot(xs: Iterable[float], ys: Iterable[float]) -> float:
    return sum(x * y for x, y in zip(xs, ys))


def _plane_of_two(names: Sequence[str], now: list[float], weights: Any) -> Plane:
    """The plane of two weights, whose numbers are the coordinates."""
    if isinstance(weights, str) or not isinstance(weights, Sequence) or len(weights) != 2:
        raise TypeError(f"weights are two names, such as {(*names[:2],)}, got {shown(weights)}")
    for name in weights:
        if name not in names:
            raise ValueError(f"no weight of the model is called {shown(name)}: state_dict() has the names")
    i, j = map(names.index, weights)
    if i == j:
        raise ValueError(f"a plane has two different weights, got {weights[0]!r} twice")
    first, second = ([float(k == place) for k in range(len(now))] for place in (i, j))
    origin = [0.0 if k in (i, j) else w for k, w in enumerate(now)]
    return Plane(origin, first, second, (now[i], now[j]), (weights[0], weights[1]))


def _random_plane(model: Module, names: Sequence[str], parameters: Sequence[Any], seed: int) -> Plane:
    """The plane of two random directions through the weights."""
    generator, groups = seeded(seed), _filters(model, names, parameters)
    now = [float(parameter.data) for parameter in parameters]
    first, second = (_direction(generator, groups, now) for _ in range(2))
    one, other = (f"random direction {i} (1 = ‖weights‖)" for i in (1, 2))
    plane = Plane(now, first, second, (0.0, 0.0), (one, other))
    aa, ab, bb = plane.products
    if aa * bb - ab * ab <= ALIKE * aa * bb:
        raise ValueError(f"two directions as long as the weights need two that are not 0, got {shown(now)}")
    return plane


def _filters(model: Module, names: Sequence[str], parameters: Sequence[Any]) -> list[list[int]]:
    """The places of the parameters that share a norm: a neuron's, or those in a list of a module's own."""
    neurons = modules_around(model, Neuron)
    groups: dict[Any, list[int]] = {}
    for i, (name, parameter) in enumerate(zip(names, parameters)):
        neuron = neurons.get(id(parameter))
        groups.setdefault(id(neuron) if neuron else name.rstrip("0123456789."), []).append(i)
    return [*groups.values()]


def _direction(generator: Random, groups: list[list[int]], now: list[float]) -> list[float]:
    """A random direction, each group of it as long as that group of the weights."""
    direction = [generator.gauss(0.0, 1.0) for _ in now]
    for places in groups:
        length, norm = hypot(*(direction[i] for i in places)), hypot(*(now[i] for i in places))
        for i in places:
            direction[i] *= norm / length
    return direction


def _heights(
    parameters: Sequence[Any], plane: Plane, xs: list[float], ys: list[float], loss: Callable[[], float]
) -> list[list[float]]:
    """The loss at each point, nan where it is not finite; afterwards the parameters are what they were."""
    before = [parameter.data for parameter in parameters]

    def height(x: float, y: float) -> float:
        for parameter, weight in zip(parameters, plane.weights(x, y)):
            parameter.data = weight
        found = loss()
        return found if isfinite(found) else nan

    try:
        return [[height(x, y) for x in xs] for y in ys]
    finally:
        for parameter, data in zip(parameters, before):
            parameter.data = data


def _extent(here: float, path: Sequence[float], span: float, count: int) -> list[float]:
    """So many numbers at equal distances, to a span around a place and a little more than the path."""
    margin = MARGIN * (max(path) - min(path)) if path else 0.0
    low, high = min([here - span, *(x - margin for x in path)]), max([here + span, *(x + margin for x in path)])
    return [low + (high - low) * i / (count - 1) for i in range(count)]


# What is given


def _check_sizes(span: Any, resolution: Any) -> None:
    if not 0.0 < named_number("span", span) < inf:
        raise ValueError(f"span is a finite number above 0, got {shown(span)}")
    if not is_count(resolution, 2):
        raise ValueError(f"resolution is a whole number from 2 up, got {shown(resolution)}")


def _given(trained: Any, data: Any, loss: Any) -> tuple[Module, list[Any], Loss]:
    """The model, the data and the loss: those of the recording, where no others are given."""
    if isinstance(trained, Recording):
        data, loss = trained.data if data is None else data, trained.loss if loss is None else loss
        trained = trained.model
    elif not isinstance(trained, Module):
        raise TypeError(f"trained is a model, or what record_training returns, got {shown(trained)}")
    elif data is None or loss is None:
        raise TypeError("a model has no data and no loss of its own: loss_landscape(model, data, losses.mse_loss)")
    if not callable(loss):
        raise TypeError(f"loss is a function such as losses.mse_loss, got {shown(loss)}")
    return trained, as_pairs(data), loss


def _parameters(trained: Module | Recording) -> tuple[Sequence[str], Sequence[Any]]:
    """The weights and their names; of a recording in the order of its frames."""
    if isinstance(trained, Recording):
        return trained.names, trained.optimizer.parameters
    named = dict(trained.named_parameters())
    return [*named], [*named.values()]
