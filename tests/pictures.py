"""Make the README's pictures, `python tests/pictures.py`, or a whole gallery, `python tests/pictures.py FOLDER`."""

import sys
from collections.abc import Callable
from pathlib import Path

from microgradlab import MLP, Neuron, Value, losses, ops
from microgradlab.drawing import draw, save
from microgradlab.drawing.graphviz import Drawing

PICTURES = Path(__file__).parent.parent / ".github" / "pictures"


def polynomial() -> Value:
    """x*x + x, after backpropagation."""
    x = Value(3.0, label="x")
    y = x * x + x
    y.label = "y"
    y.backward()
    return y


def neuron() -> Value:
    """The lecture's perceptron at its worked example, after backpropagation."""
    weights = [Value(3.0, label="w1"), Value(-2.0, label="w2")]
    inputs = [Value(-1.0, label="x1"), Value(2.0, label="x2")]
    z = ops.dot(weights, inputs, Value(1.0, label="b"))
    z.label = "z"
    y = z.sigmoid()
    y.label = "y"
    y.backward()
    return y


def network() -> Value:
    """A 2-3-1 network on one example."""
    y = MLP(2, [3, 1], activation="tanh", seed=0)([Value(1.0, label="x1"), Value(-0.5, label="x2")])
    y.label = "y"
    y.backward()
    return y


def shared() -> Value:
    """A cell that is called three times with the same weights, as in a recurrent network."""
    cell, h = Neuron(2, "tanh", seed=0), Value(0.0, label="h")
    for i, x in enumerate((1.0, -1.0, 0.5), start=1):
        h = cell([Value(x, label=f"x{i}"), h])
    h.backward()
    return h


def batch() -> Value:
    """The loss of a 2-8-8-1 network on a hundred examples."""
    model = MLP(2, [8, 8, 1], activation="tanh", seed=0)
    loss = losses.mse_loss([model([i / 50 - 1, (i * 7 % 100) / 50 - 1]) for i in range(100)], [0.5] * 100)
    loss.label = "loss"
    loss.backward()
    return loss


def wide() -> Value:
    """A network of about a thousand values."""
    model = MLP(10, [20, 20, 10, 1], activation="tanh", seed=0)
    y = model([Value(i / 10, label=f"x{i}") for i in range(1, 11)])
    y.backward()
    return y


GALLERY: dict[str, Callable[[str], Drawing]] = {
    "polynomial": lambda theme: draw(polynomial(), theme=theme, show="data grad local rule"),
    "perceptron": lambda theme: draw(neuron(), theme=theme),
    "perceptron-unfolded": lambda theme: draw(neuron(), theme=theme, unfold=True, show="data grad local"),
    "network": lambda theme: draw(network(), theme=theme),
    "network-folded": lambda theme: draw(network(), theme=theme, fold="Neuron"),
    "one-way": lambda theme: draw(y := neuron(), theme=theme, highlight=y.arguments[0].arguments[0][0]),
    "shared-weights": lambda theme: draw(shared(), theme=theme),
    "batch": lambda theme: draw(batch(), theme=theme),
    "thousand-values": lambda theme: draw(wide(), theme=theme, fold=None),
    "architecture": lambda theme: draw(MLP(64, [32, 10], seed=0), theme=theme),
}


if __name__ == "__main__":
    if len(sys.argv) == 1:
        save(neuron(), PICTURES / "neuron.svg")
        save(draw(network(), fold="Neuron"), PICTURES / "network.svg")
        save(draw(MLP(64, [32, 10], seed=0)), PICTURES / "architecture.svg")
    for theme in ("light", "dark") if len(sys.argv) > 1 else ():
        folder = Path(sys.argv[1])
        folder.mkdir(parents=True, exist_ok=True)
        for name, make in GALLERY.items():
            save(make(theme), folder / f"{name}-{theme}.png")
