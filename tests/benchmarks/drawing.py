"""How long drawings take, from a thousand values to a million: `python tests/benchmarks/drawing.py`."""

import random
import sys
from collections.abc import Callable
from time import perf_counter

from microgradlab import MLP, Value, losses, ops, trace
from microgradlab.drawing import draw


def network() -> Value:
    """A thousand values, all of which are drawn."""
    y = MLP(10, [20, 20, 10, 1], activation="tanh", seed=0)([Value(0.1 * i) for i in range(10)])
    y.backward()
    return y


def batch() -> Value:
    """The loss of a network on a batch."""
    model = MLP(64, [64, 64, 10], seed=0)
    return ops.mean([losses.cross_entropy(model([(i * j % 7) / 7 for j in range(64)]), i % 10) for i in range(64)])


def chain() -> Value:
    """A million products, one after the other."""
    y = Value(1.0)
    for _ in range(1_000_000):
        y = y * 1.0000001
    return y


def written_out() -> Value:
    """A layer of a hundred neurons in `+` and `*`, for fifty examples."""
    rng = random.Random(0)
    weights = [[Value(rng.random()) for _ in range(100)] for _ in range(100)]
    outputs = []
    for _ in range(50):
        xs = [rng.random() for _ in range(100)]
        for row in weights:
            z = Value(0.0)
            for w, x in zip(row, xs):
                z = z + w * x
            outputs.append(z.tanh())
    return ops.sum(outputs)


def measure(name: str, make: Callable[[], Value], **options: None) -> None:
    """Print one row."""
    y = make()
    count = len(trace(y)[0])
    start = perf_counter()
    drawing = draw(y, **options)
    told = perf_counter()
    drawing.image("svg")
    end = perf_counter()
    print(f"| {name} | {count:,} | {told - start:.2f} s | {end - told:.2f} s | {end - start:.2f} s |")


if __name__ == "__main__":
    print(f"CPython {sys.version.split()[0]}\n")
    print("| graph | values | to text | to a picture | together |")
    print("|---|---|---|---|---|")
    measure("a network, not folded", network, fold=None)
    measure("a batch through a network", batch)
    measure("a chain of products", chain)
    measure("neurons written out", written_out)
