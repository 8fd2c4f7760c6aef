"""Whole trainings of a small network, step by step the same losses as PyTorch's (tests/reference/make_training.py)."""

import json
from pathlib import Path

import pytest

from microgradlab import MLP, losses, optim, training_steps
from microgradlab.data import Batches

REFERENCE = json.loads((Path(__file__).parent / "reference" / "training.json").read_text(encoding="utf-8"))


def network():
    model = MLP(2, [8, 3], activation="tanh")
    for layer, rows in zip(model.layers, REFERENCE["layers"]):
        for neuron, (bias, *weights) in zip(layer.neurons, rows):
            neuron.bias.data = bias
            for weight, data in zip(neuron.weights, weights):
                weight.data = data
    return model


@pytest.mark.parametrize("run", REFERENCE["runs"], ids=lambda run: run["optimizer"])
def test_a_training_has_pytorchs_losses_at_every_step(run):
    model = network()
    data = list(zip(map(tuple, REFERENCE["points"]), REFERENCE["classes"]))
    batches = Batches(data, REFERENCE["batch"], shuffle=False)
    epochs = -(-REFERENCE["steps"] // len(batches))
    optimizer = getattr(optim, run["optimizer"])(model.parameters(), **run["settings"])
    steps = training_steps(
        model, batches, loss=losses.cross_entropy, optimizer=optimizer, epochs=epochs, progress=False
    )
    found = [step.loss for step in steps][: REFERENCE["steps"]]
    assert found == pytest.approx(run["losses"], rel=1e-9, abs=0.0)
    assert found[-1] < 0.5 * found[0]
