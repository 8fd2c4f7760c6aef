"""How large a player is, how long it takes to make, and to open in a browser: python tests/benchmarks/player.py.

It needs the extra `browser`, and a Chromium on PATH.
"""

import tempfile
from pathlib import Path
from shutil import which
from time import perf_counter

from playwright.sync_api import sync_playwright

from microgradlab import MLP, Value, data, losses, optim, play, record_training, trace


def network(inputs, *widths):
    model = MLP(inputs, [*widths, 3], activation="tanh", seed=0)
    return losses.cross_entropy(model([Value(i / 10, f"x{i}") for i in range(inputs)]), 1)


def chain(length):
    x = Value(0.5, "x")
    for _ in range(length):
        x = (x * 1.01).tanh() if x.data > 0 else x + 1.0
    return x


def training():
    points = data.moons(100, noise=0.1, seed=0)
    model = MLP(2, [8, 1], activation="tanh", seed=0)
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    loss = losses.binary_cross_entropy_with_logits
    return record_training(model, points, loss=loss, optimizer=optimizer, epochs=200, progress=False)


PLAYED = {
    "a network's loss, few values": lambda: network(2, 3),
    "a network's loss, 300 values": lambda: network(4, 15, 10),
    "a network's loss, 2,000 values": lambda: network(10, 50, 22),
    "a chain of 300 values": lambda: chain(150),
    "a training: moons, 2-8-1, 200 steps": training,
}

if __name__ == "__main__":
    with sync_playwright() as running, tempfile.TemporaryDirectory() as folder:
        chromium = running.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        print(f"{'':36} {'values':>7} {'made in':>9} {'size':>9} {'opens in':>9}")
        for name, make in PLAYED.items():
            what = make()
            start = perf_counter()
            player = play(what)
            made = perf_counter() - start
            player.save(path := Path(folder) / "player.html")
            page = chromium.new_page()
            start = perf_counter()
            page.goto(path.as_uri())
            page.locator(".app .frame svg").wait_for()
            opened = perf_counter() - start
            values = f"{len(trace(what)[0]):,}" if isinstance(what, Value) else ""
            print(f"{name:36} {values:>7} {made:>7.2f} s {path.stat().st_size / 1e3:>6.0f} kB {opened:>7.2f} s")
