"""Makes training.json beside this file with PyTorch: the losses of whole trainings of a small network, in float64.

python tests/reference/make_training.py            writes it
python tests/reference/make_training.py --check    computes it again; exits 1 if it has drifted

The network (2-8-3, tanh), its first weights, the points and the order of the batches are made here without PyTorch's
generator, so that the same numbers can be made on the other side.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

import torch
from make import same, text

FILE = Path(__file__).with_name("training.json")
STEPS, BATCH = 200, 10
RUNS = {"SGD": {"lr": 0.1, "momentum": 0.9}, "Adam": {"lr": 0.01}, "AdamW": {"lr": 0.02, "weight_decay": 0.1}}


def problem() -> dict[str, Any]:
    """Points of three classes, and first weights: each layer a list of rows [bias, w1, w2, …]."""
    rng = random.Random(6)
    points = [[round(rng.gauss(k % 3 - 1, 0.6), 3), round(rng.gauss(k % 2, 0.6), 3)] for k in range(30)]
    layers = [[[round(rng.uniform(-1, 1), 3) for _ in range(1 + n)] for _ in range(m)] for n, m in ((2, 8), (8, 3))]
    return {"points": points, "classes": [k % 3 for k in range(30)], "layers": layers}


def losses(name: str, settings: dict[str, Any], given: dict[str, Any]) -> list[float]:
    """The mean cross-entropy of the batch before each step."""
    model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3)).double()
    with torch.no_grad():
        for layer, rows in zip((model[0], model[2]), given["layers"]):
            layer.bias.copy_(torch.tensor([row[0] for row in rows], dtype=torch.float64))
            layer.weight.copy_(torch.tensor([row[1:] for row in rows], dtype=torch.float64))
    optimizer = getattr(torch.optim, name)(model.parameters(), **settings)
    x, t = torch.tensor(given["points"], dtype=torch.float64), torch.tensor(given["classes"])
    found = []
    for step in range(STEPS):
        rows = [(step * BATCH + k) % len(t) for k in range(BATCH)]
        loss = torch.nn.functional.cross_entropy(model(x[rows]), t[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return found


def main() -> int:
    given = problem()
    runs = [{"optimizer": name, "settings": s, "losses": losses(name, s, given)} for name, s in RUNS.items()]
    content = {"torch": torch.__version__, "steps": STEPS, "batch": BATCH, **given, "runs": runs}
    if "--check" not in sys.argv:
        FILE.write_text(text(content), encoding="utf-8")
    elif not same(json.loads(FILE.read_text(encoding="utf-8")), json.loads(text(content))):
        print(f"{FILE.name} has drifted from torch {torch.__version__}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
