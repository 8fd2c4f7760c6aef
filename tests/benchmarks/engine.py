"""The engine beside micrograd 0.1.0, in one process: `python tests/benchmarks/engine.py`.

The work is one training step of micrograd's own demo notebook, line for line: 100 points of two moons in numpy arrays,
an MLP 2-16-16-1 (337 parameters), max-margin loss with 1e-4 L2. Ratios are what counts; times are processor time,
medians, the engines taking turns. With the collector "on", CPython's cycle collector runs whenever it likes, as in the
notebook; "off", it is disabled inside a step and runs, untimed, between steps, for all.
"""

import argparse
import gc
import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from statistics import median
from typing import Any

import micrograd.engine
import micrograd.nn
import numpy as np

from microgradlab import Value, data
from microgradlab.nn import MLP

POINTS = data.moons(100, noise=0.1, seed=1)
X = np.array([inputs for inputs, _ in POINTS])  # as in the notebook: numpy's floats flow through the engines
Y = np.array([2 * target - 1 for _, target in POINTS])


class PlainMLP(micrograd.nn.MLP):
    """micrograd's own network, neurons written out in `+` and `*`, with our Values in it."""

    def __init__(self, inputs: int, widths: list[int]) -> None:
        super().__init__(inputs, widths)
        for layer in self.layers:
            for neuron in layer.neurons:
                neuron.w, neuron.b = [Value(w.data) for w in neuron.w], Value(neuron.b.data)


def step(model: Any, as_input: Callable[[Any], Any]) -> Any:
    """One training step, as in micrograd's demo notebook; the loss is returned, and keeps its graph alive."""
    inputs = [list(map(as_input, row)) for row in X]
    scores = list(map(model, inputs))
    losses = [(1 + -yi * score).relu() for yi, score in zip(Y, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    reg_loss = 1e-4 * sum(p * p for p in model.parameters())
    total_loss = data_loss + reg_loss
    model.zero_grad()
    total_loss.backward()
    for p in model.parameters():
        p.data -= 0.01 * p.grad
    return total_loss


@contextmanager
def collected() -> Iterator[None]:
    """The cycle collector has run, and is off inside."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def milliseconds(model: Any, as_input: Callable[[Any], Any], steps: int, collector_on: bool) -> list[float]:
    """The time of each of `steps` steps in a row, after three to settle down."""
    gc.collect()
    times, loss = [], None
    for _ in range(3 + steps):
        with nullcontext() if collector_on else collected():
            start = time.process_time()
            loss = step(model, as_input)  # as in the notebook, the last step's graph lives until now
            times.append(1e3 * (time.process_time() - start))
    del loss
    return times[3:]


def medians(contestants: dict[str, tuple[Any, Any, int]], rounds: int, collector_on: bool) -> dict[str, float]:
    """Milliseconds per step of each contestant (model, as_input, steps per round), taking turns."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            times[name] += milliseconds(*contestant, collector_on=collector_on)
    return {name: median(found) for name, found in times.items()}


def speed(rounds: int) -> None:
    """The step on three engines, the collector on and off."""
    import matplotlib.pyplot  # noqa: F401  (the notebook has it loaded too: more for the collector to go through)

    print("\n| one training step of micrograd's demo | collector on | collector off |\n|---|---|---|")
    random.seed(1337)
    contestants = {
        "micrograd 0.1.0": (micrograd.nn.MLP(2, [16, 16, 1]), micrograd.engine.Value, 4),
        "microgradlab, neurons written out in `+` and `*`": (PlainMLP(2, [16, 16, 1]), Value, 8),
        "microgradlab, a neuron as one `dot` node": (MLP(2, [16, 16, 1], seed=1), float, 24),
    }
    on, off = (medians(contestants, rounds, collector_on) for collector_on in (True, False))
    base_on, base_off = on["micrograd 0.1.0"], off["micrograd 0.1.0"]
    for name in contestants:
        cells = f"{on[name]:.1f} ms = {base_on / on[name]:.1f}× | {off[name]:.1f} ms = {base_off / off[name]:.2f}×"
        print(f"| {name} | {cells} |")


def chain(value: Any, nodes: int) -> Any:
    """A graph of that many nodes, half sums and half products."""
    x, y = value(1.0), value(1.0)
    for _ in range(nodes // 2):
        y = y * 0.5 + x
    return y


def memory() -> None:
    """Bytes per node, after backward, of the graph of one example's loss written out in `+` and `*`."""
    sizes = {}
    for name, model, value in (
        ("micrograd 0.1.0", micrograd.nn.MLP(2, [16, 16, 1]), micrograd.engine.Value),
        ("microgradlab", PlainMLP(2, [16, 16, 1]), Value),
    ):
        inputs = list(map(value, X[0]))
        gc.collect()
        tracemalloc.start()
        graphs = [model(inputs) for _ in range(20)]
        sizes[name] = tracemalloc.get_traced_memory()[0] / (20 * 642)
        tracemalloc.stop()
        del graphs
    print("\n| bytes per node | |\n|---|---|")
    for name, size in sizes.items():
        print(f"| {name} | {size:.0f} = {size / sizes['micrograd 0.1.0']:.0%} |")


def scaling() -> None:
    """Nanoseconds per node to build, differentiate and free graphs of growing size."""
    print("| nodes | collector on | collector off |\n|---|---|---|")
    for exponent in range(3, 7):
        nodes, cells = 10**exponent, []
        for on in (True, False):
            times = []
            for _ in range(max(3, 10 ** (5 - exponent))):
                with nullcontext() if on else collected():
                    start = time.process_time()
                    root = chain(Value, nodes)
                    root.backward()
                    del root
                    times.append((time.process_time() - start) / nodes)
            cells.append(median(times) * 1e9)
        print(f"| {nodes:,} | {cells[0]:.0f} ns a node | {cells[1]:.0f} ns a node |")


def import_time() -> None:
    """Milliseconds that `import microgradlab` takes more than a bare interpreter."""

    def run(code: str) -> float:
        times = []
        for _ in range(15):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            times.append(time.perf_counter() - start)
        return 1e3 * median(times)

    print(f"\nimport microgradlab: {run('import microgradlab') - run('pass'):.0f} ms more than a bare interpreter")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4, help="turns that each engine takes (default 4)")
    rounds = parser.parse_args().rounds
    print(f"CPython {sys.version.split()[0]}\n")
    scaling()  # first, while the engine is nearly alone in the process
    memory()
    speed(rounds)
    import_time()
