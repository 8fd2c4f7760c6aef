"""The main job: a 64-32-10 network learns to read handwritten digits, in pure Python, in under a minute.

`run()` trains it, then writes what there is to see into a folder. A checkpoint follows every epoch:
whenever the run is killed, `run(resume=True)` goes on, and ends in the same weights to the last bit.
"""

import csv
import io
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from microgradlab import drawing, losses, ops, optim, schedules
from microgradlab.data import DIGITS_CLASSES, digits, split_every
from microgradlab.data.pairs import check_whole
from microgradlab.engine import Value, no_grad
from microgradlab.evaluation import accuracy, predicted_class
from microgradlab.files import write_atomically
from microgradlab.history import Epoch, History
from microgradlab.nn import MLP
from microgradlab.persist import save
from microgradlab.progress import say
from microgradlab.train import fit

FOLDER = Path("microgradlab-demo")
CHECKPOINT = "checkpoint.json"
EPOCHS = 12
LR = 0.03  # at first, then down along a cosine; chosen by the worst of 24 seeds, not by the best of one
HARDEST = 12  # as many images are shown
TERMS = 6  # of the 32 in an output neuron's sum are drawn


class Reading(NamedTuple):
    """A held-out image, the digit it shows, and the probability that the network gives to each digit."""

    pixels: tuple[float, ...]
    truth: int
    probabilities: list[float]

    @property
    def digit(self) -> int:
        """The digit as which the network reads it."""
        return predicted_class(self.probabilities)

    def __str__(self) -> str:
        result = "read right" if self.digit == self.truth else f"read as {self.digit}"
        return f"{self.truth}, {result} ({self.probabilities[self.digit]:.0%})"


class Outcome(NamedTuple):
    """What a run leaves behind; the readings begin with the least probable."""

    model: MLP
    history: History
    readings: list[Reading]


def run(folder: Path = FOLDER, resume: bool = False, epochs: int = EPOCHS, limit: int | None = None) -> Outcome:
    """Train, tell how it goes, and write the results into the folder.

    With `resume`, go on from the folder's checkpoint, if there is one. `limit` uses so many images only.
    """
    folder = Path(folder)
    check_whole("epochs", epochs, least=1)
    if limit is not None:
        check_whole("limit", limit, least=1)
    training, held_out = split_every(digits()[:limit], 5)
    model = MLP(64, [32, 10], activation="relu", seed=0)
    print(f"Learning to read digits: {len(training):,} images, and {len(held_out)} held out to judge by.")
    folder.mkdir(parents=True, exist_ok=True)
    history = _train(model, training, held_out, folder / CHECKPOINT, resume, epochs)
    readings = [Reading(pixels, truth, _probabilities(model, pixels)) for pixels, truth in held_out]
    readings.sort(key=lambda reading: reading.probabilities[reading.truth])
    right = sum(reading.digit == reading.truth for reading in readings)
    print(f"{right} of the {len(readings)} held-out images are read right: {right / len(readings):.1%}.\n")
    outcome = Outcome(model, history, readings)
    _write_results(outcome, folder)
    return outcome


def _train(
    model: MLP, training: list[Any], held_out: list[Any], checkpoint: Path, resume: bool, epochs: int
) -> History:
    """Train the model, with a line for each epoch."""
    optimizer = optim.Adam(model.parameters(), lr=LR)
    new: list[Epoch] = []

    def tell(epoch: Epoch) -> None:
        new.append(epoch)
        score = f"held-out accuracy {epoch.metrics['accuracy']:.1%}"
        say(f"epoch {epoch.epoch:2} of {epochs}   loss {epoch.loss:.4f}   {score}")

    start = perf_counter()
    history = fit(
        model,
        training,
        loss=losses.cross_entropy,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=32,
        validation=held_out,
        metrics={"accuracy": accuracy},
        schedule=schedules.CosineAnnealingLR(optimizer, T_max=epochs),
        callbacks=[tell],
        checkpoint=checkpoint,
        resume=resume,
    )
    seconds = perf_counter() - start
    print(f"Trained in {seconds:.0f} seconds." if new else f"The training had finished before, {epochs} epochs.")
    return history


def _probabilities(model: MLP, pixels: tuple[float, ...]) -> list[float]:
    with no_grad():
        return [float(p) for p in ops.softmax(model(pixels))]


# What there is to see


def _write_results(outcome: Outcome, folder: Path) -> None:
    """Write every file and say what it shows, or what to install for it."""
    missing: dict[str, list[str]] = {}
    print(f"In the folder {folder}:")
    for name, (what, write) in RESULTS.items():
        try:
            write(outcome, folder / name)
        except ImportError as problem:
            missing.setdefault(str(problem), []).append(name)
        else:
            print(f"  {name:<15}  {what}")
    print(f"  {CHECKPOINT:<15}  where the training stood: --resume goes on from there")
    for reason, names in missing.items():
        print(f"Without {', '.join(names)}: {reason}")


def _save_model(outcome: Outcome, path: Path) -> None:
    save(outcome.model, path)


def _save_history(outcome: Outcome, path: Path) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(outcome.history[0].figures())
    table.writerows(epoch.figures().values() for epoch in outcome.history)
    write_atomically(path, text.getvalue())


def _curves(outcome: Outcome, theme: str = "light") -> Any:
    from microgradlab import plots

    return plots.curves(outcome.history, theme)


def _confusion(outcome: Outcome, theme: str = "light") -> Any:
    from microgradlab import plots

    counts = [[0] * 10 for _ in range(10)]
    for reading in outcome.readings:
        counts[reading.truth][reading.digit] += 1
    return plots.confusion_matrix(counts, DIGITS_CLASSES, theme=theme)


def _hardest(outcome: Outcome, theme: str = "light") -> Any:
    from microgradlab import plots

    hardest = outcome.readings[:HARDEST]
    return plots.images([reading.pixels for reading in hardest], [*map(str, hardest)], theme=theme)


def _saved(plot: Callable[[Outcome], Any]) -> Callable[[Outcome, Path], None]:
    """What makes a plot and writes it."""

    def write(outcome: Outcome, path: Path) -> None:
        made = plot(outcome)
        from microgradlab import plots  # after it, which says in a sentence if matplotlib is missing

        plots.save(made, path)

    return write


def _write_report(outcome: Outcome, path: Path) -> None:
    from microgradlab.reports.handwriting import report

    made = (_curves, _hardest, _confusion)
    write_atomically(path, report(outcome, [partial(plot, outcome) for plot in made], _neuron(outcome)))


def _draw_neuron(outcome: Outcome, path: Path) -> None:
    drawing.save(_neuron(outcome), path)


def _neuron(outcome: Outcome) -> Value:
    """A neuron at work on the image of which the network is least sure."""
    undecided = min(outcome.readings, key=lambda reading: abs(reading.probabilities[reading.truth] - 0.5))
    return neuron_at_work(outcome.model, undecided)


def neuron_at_work(model: MLP, reading: Reading) -> Value:
    """The loss of a reading, as a graph small enough to look at: through the neuron of the true digit alone.

    The largest terms of its sum are drawn, and the others go into its bias; the other digits' logits are
    leaves. All numbers and gradients are those that the whole network has.
    """
    hidden_layer, output_layer = model.layers
    neuron = output_layer.neurons[reading.truth]
    with no_grad():
        hidden = [float(h) for h in hidden_layer(reading.pixels)]
        logits = [float(z) for z in output_layer(hidden)]
    terms = [w.data * h for w, h in zip(neuron.weights, hidden)]
    largest = sorted(range(len(terms)), key=lambda i: -abs(terms[i]))[:TERMS]
    weights = [Value(neuron.weights[i].data, label=f"w{i + 1}") for i in largest]
    others = math.fsum([neuron.bias.data, *(term for i, term in enumerate(terms) if i not in largest)])
    bias = Value(others, label=f"b + {len(terms) - len(largest)} terms")
    outputs = [Value(z, label=f"logit of {digit}") for digit, z in enumerate(logits)]
    outputs[reading.truth] = ops.dot(weights, [hidden[i] for i in largest], bias)
    outputs[reading.truth].label = f"logit of {reading.truth}"
    loss: Value = losses.cross_entropy(outputs, reading.truth)
    loss.label = f"loss of a {reading.truth}"
    loss.backward()
    return loss


# fmt: off
RESULTS: dict[str, tuple[str, Callable[[Outcome, Path], None]]] = {
    "report.html":   ("all there is to see, in one page: open it in a browser", _write_report),
    "model.json":    ("the network: microgradlab.load reads it",           _save_model),
    "history.csv":   ("the figures of every epoch",                        _save_history),
    "neuron.svg":    ("an output neuron and its gradients, for one image", _draw_neuron),
    "curves.png":    ("loss and accuracy, epoch by epoch",                 _saved(_curves)),
    "confusion.png": ("which digit was taken for which",                   _saved(_confusion)),
    "mistakes.png":  ("the images that were hardest to read",              _saved(_hardest)),
}
# fmt: on
