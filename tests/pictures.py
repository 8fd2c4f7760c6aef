"""Make the README's pictures: `python tests/pictures.py`."""

from pathlib import Path

from microgradlab import Value, ops
from microgradlab.drawing import save

PICTURES = Path(__file__).parent.parent / ".github" / "pictures"


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


if __name__ == "__main__":
    save(neuron(), PICTURES / "neuron.svg")
