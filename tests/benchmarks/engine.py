"""The engine beside micrograd 0.1.0, in one process: `python tests/benchmarks/engine.py`.

The work is one training step of micrograd's own demo: 100 points of two moons, an MLP 2-16-16-1 (337 parameters),
max-margin loss with 1e-4 L2, as its notebook writes it. Ratios are what counts; times are processor time, medians,
the engines taking turns. With the collector "on", CPython's cycle collector runs whenever it likes; "off", it is
disabled inside a step and runs, untimed, between steps, for both engines.
"""

import argparse
import gc
import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import micrograd.engine
import micrograd.nn

from microgradlab import Value, data
from microgradlab.nn import MLP

POINTS = data.moons(100, noise=0.1, seed=1)
INPUTS = [inputs for inputs, _ in POINTS]
SIGNS = [2 * target - 1 for _, target in POINTS]


class PlainMLP(micrograd.nn.MLP):
    """micrograd's own network, neurons written out in `+` and `*`, with our Values in it."""

    def __init__(self, inputs: int, widths: list[int]) -> None:
        super().__init__(inputs, widths)
        for layer in self.layers:
            for neuron in layer.neurons:
                neuron.w, neuron.b = [Value(w.data) for w in neuron.w], Value(neuron.b.data)


def step(model: Any, as_input: Callable[[Any], Any]) -> Any:
    """One training step, as in micrograd's demo notebook; the loss is returned, and keeps its graph alive."""
    inputs = [list(map(as_input, row)) for row in INPUTS]
    scores = list(map(model, inputs))
    losses = [(1 + -yi * score).relu() for yi, score in zip(SIGNS, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    reg_loss = 1e-4 * sum(p * p for p in model.parameters())
    total_loss = data_loss + reg_loss
    model.zero_grad()
    total_loss.backward()
    for p in model.parameters():
        p.data -= 0.01 * p.grad
    return total_loss


@contextmanager
def collector(on: bool) -> Iterator[None]:
    """CPython's cycle collector as it is, or collected now and disabled inside."""
    gc.collect()
    if not on:
        gc.disable()
    yield
    gc.enable()


def alternating(on: bool, rounds: int, contestants: dict[str, tuple[Any, Any, int]]) -> dict[str, float]:
    """Milliseconds per step of each contestant: (model, as_input, steps per round)."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, (model, as_input, steps) in contestants.items():
            loss = None
            for _ in range(steps):
                with collector(on):
                    start = time.process_time()
                    loss = step(model, as_input)  # as in the notebook, the last step's graph lives until now
                    times[name].append(1e3 * (time.process_time() - start))
            del loss
    return {name: median(found) for name, found in times.items()}


def speed(rounds: int) -> None:
    """The step on three engines, the collector on and off."""
    print("| one training step of micrograd's demo | collector on | collector off |\n|---|---|---|")
    random.seed(1337)
    contestants = {
        "micrograd 0.1.0": (micrograd.nn.MLP(2, [16, 16, 1]), micrograd.engine.Value, 2),
        "microgradlab, neurons written out in `+` and `*`": (PlainMLP(2, [16, 16, 1]), Value, 3),
        "microgradlab, a neuron as one `dot` node": (MLP(2, [16, 16, 1], seed=1), float, 12),
    }
    on, off = alternating(True, rounds, contestants), alternating(False, rounds, contestants)
    base_on, base_off = on["micrograd 0.1.0"], off["micrograd 0.1.0"]
    for name in contestants:
        print(
            f"| {name} | {on[name]:.1f} ms = {base_on / on[name]:.1f}× | {off[name]:.1f} ms = {base_off / off[name]:.2f}× |"
        )


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
        inputs = list(map(value, INPUTS[0]))
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
    print("\n| nodes | collector on | collector off |\n|---|---|---|")
    for exponent in range(3, 7):
        nodes, cells = 10**exponent, []
        for on in (True, False):
            times = []
            for _ in range(max(3, 10 ** (5 - exponent))):
                with collector(on):
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
    parser.add_argument("--rounds", type=int, default=5, help="turns that each engine takes (default 5)")
    rounds = parser.parse_args().rounds
    print(f"CPython {sys.version.split()[0]}\n")
    speed(rounds)
    memory()
    scaling()
    import_time()
