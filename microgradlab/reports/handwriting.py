"""The report of the demo: a network that reads handwritten digits."""

from collections.abc import Callable, Sequence
from typing import Any

from microgradlab.engine import Value
from microgradlab.reports import Section, code, document, paragraph, picture, player, plot

USE = """from microgradlab import data, load

model = load("model.json")
pixels, digit = data.digits()[0]
logits = model(pixels)  # ten Values, the largest for the digit that is read
max(range(10), key=lambda i: logits[i].data), digit"""


def report(outcome: Any, plots: Sequence[Callable[[str], Any]], neuron: Value) -> str:
    """The page of a demo's outcome; the plots: its curves, the images hardest to read, and what is taken for what."""
    model, history, readings = outcome
    curves, hardest, confused = plots
    right = sum(reading.digit == reading.truth for reading in readings)
    share = f"{right / len(readings):.1%} of {len(readings):,} held-out images"
    data = f"Images of 8 × 8 pixels, from 0, white, to 1, black. Every fifth is held out, {len(readings):,} in all."
    mistakes = f"{len(readings) - right:,} of the {len(readings):,} held-out images are read wrong."
    about = "One output neuron, at an image of which the network is not sure: which weight would move which way."
    return document(
        "Reading handwritten digits",
        f"{share} are read right, after {len(history)} epochs.",
        [
            Section("Data", paragraph(data)),
            Section("Network", picture(model, "Each line is a weight: blue positive, orange negative.")),
            Section("Training", plot(curves, "Loss and accuracy, epoch by epoch.")),
            Section("Mistakes", paragraph(mistakes), plot(hardest, "The images that were hardest to read."),
                    plot(confused, "How often each digit, a row, was taken for each.")),
            Section("A neuron at work", player(neuron, about)),
            Section("How to use it", code(USE)),
        ],
    )  # fmt: skip
