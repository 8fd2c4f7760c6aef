"""Make the README's pictures, `python tests/pictures.py`, or a whole gallery, `python tests/pictures.py FOLDER`.

The animated one of the player is made in a browser: `pip install -e '.[browser]'`, and a Chromium on PATH.
"""

import io
import math
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which
from typing import Any

from microgradlab import MLP, Neuron, Value, data, fit, losses, ops, optim, play, plots, record_training, schedules
from microgradlab.drawing import draw, save
from microgradlab.drawing.graphviz import Drawing
from microgradlab.evaluation import accuracy

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


def failure() -> BaseException:
    """The error of a forward pass that fails: a logarithm of Python's own, which raises where ours is nan."""
    log = ops.op("picky_log", math.log, lambda x: 1.0 / x)
    try:
        w, x = Value(-2.0, label="w"), Value(1.5, label="x")
        log(w * x + x)
    except ValueError as error:
        return error
    finally:
        del ops.table["picky_log"], Value.picky_log
    raise AssertionError("it is meant to fail")


def twice() -> Value:
    """A neuron with a gate: x is used twice, so that its gradient adds up."""
    w, x, b = Value(2.0, label="w"), Value(1.5, label="x"), Value(-2.5, label="b")
    o = w * x + b
    o.label = "o"
    y = o.tanh() * x
    y.label = "y"
    return y


def animate(path: Path) -> None:
    """The player, step by step, as an animated picture."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running, tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "player.html"
        play(twice()).save(page)
        chromium = running.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        tab = chromium.new_page(viewport={"width": 1200, "height": 665}, reduced_motion="reduce")
        tab.goto(page.as_uri())
        tab.locator(".app .frame svg").wait_for()
        frames = []
        for _ in range(tab.locator(".steps li").count()):
            shot = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
            frames.append(shot.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE))
            tab.get_by_role("button", name="Step", exact=True).click()
            tab.mouse.move(0, 0)
    durations = [1500] * (len(frames) - 1) + [3500]  # milliseconds
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=True)


def plots_of_a_training(theme: str) -> Iterator[tuple[str, Any]]:
    """Every plot there is, of a real training: moons, 2-8-1, 200 steps; and of the ops."""
    points = data.moons(100, noise=0.1, seed=0)
    train, test = data.split_every(points, 5)
    loss = losses.binary_cross_entropy_with_logits
    model = MLP(2, [8, 1], activation="relu", seed=0)
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    recording = record_training(model, points, loss=loss, optimizer=optimizer, epochs=200, progress=False)
    other = MLP(2, [8, 1], activation="tanh", seed=0)
    optimizer = optim.Adam(other.parameters(), lr=0.05)
    schedule = schedules.CosineAnnealingLR(optimizer, T_max=40)
    history = fit(other, train, loss=loss, optimizer=optimizer, schedule=schedule, epochs=40, batch_size=16,
                  validation=test, metrics={"accuracy": accuracy}, progress=False)  # fmt: skip
    guesses = [int(other(inputs).data > 0) for inputs, _ in points]
    counts = [
        [sum(guess == j and truth == i for guess, (_, truth) in zip(guesses, points)) for j in (0, 1)] for i in (0, 1)
    ]
    yield "curves", plots.curves(history, theme=theme)
    yield "learning-rate", plots.learning_rate(history, theme=theme)
    yield "loss-by-step", plots.loss(recording, theme=theme)
    yield "gradient-norms", plots.gradient_norms(recording, theme=theme)
    yield "dead-units", plots.dead_units(recording, theme=theme)
    yield "decision-boundary", plots.decision_boundary(other, points, theme=theme)
    yield "loss-landscape", plots.loss_landscape(recording, theme=theme)
    names = (recording.names[0], recording.names[1])
    yield "loss-of-two-weights", plots.loss_landscape(recording, weights=names, theme=theme)
    for name in ("tanh", "relu", "gelu"):
        yield name, plots.activation(name, theme=theme)
    yield "confusion", plots.confusion_matrix(counts, ["upper", "lower"], theme=theme)
    digits = data.digits()[:12]
    yield "images", plots.images([pixels for pixels, _ in digits], [str(digit) for _, digit in digits], theme=theme)


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
    "failed": lambda theme: draw(failure(), theme=theme),
    "architecture": lambda theme: draw(MLP(64, [32, 10], seed=0), theme=theme),
}


if __name__ == "__main__":
    if len(sys.argv) == 1:
        save(neuron(), PICTURES / "neuron.svg")
        save(draw(network(), fold="Neuron"), PICTURES / "network.svg")
        save(draw(MLP(64, [32, 10], seed=0)), PICTURES / "architecture.svg")
        animate(PICTURES / "player.gif")
    for theme in ("light", "dark") if len(sys.argv) > 1 else ():
        folder = Path(sys.argv[1])
        folder.mkdir(parents=True, exist_ok=True)
        for name, make in GALLERY.items():
            save(make(theme), folder / f"{name}-{theme}.png")
        for name, plot in plots_of_a_training(theme):
            plots.save(plot, folder / f"plot-{name}-{theme}.png")
