"""Makes losses.json beside this file with PyTorch: each loss's value and gradient in float64.

python tests/reference/make_losses.py            writes it
python tests/reference/make_losses.py --check    computes it again; exits 1 if it has drifted
"""

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from make import same, text
from torch.nn import functional

FILE = Path(__file__).with_name("losses.json")
Case = tuple[str, dict[str, Any], Any, Any]  # the loss, its settings, input and target

REGRESSION: list[tuple[str, dict[str, Any]]] = [
    ("l1_loss", {}),
    ("mse_loss", {}),
    ("huber_loss", {}),
    ("huber_loss", {"delta": 0.3}),
    ("smooth_l1_loss", {}),
    ("smooth_l1_loss", {"beta": 2.5}),
]
LOGITS = [-1000.0, -30.0, -2.5, 0.0, 0.1, 6.0, 30.0, 1000.0]
HARD, SOFT = [1, 0, 1, 0, 1, 0, 1, 0], [0.1, 0.9, 0.3, 0.25, 0.0, 1.0, 0.75, 0.6]


def cases() -> Iterator[Case]:
    """One example and many of each loss, ordinary and extreme."""
    draw = random.Random(0).gauss
    for name, settings in REGRESSION:
        yield name, settings, 1.5, 0.25
        yield name, settings, 0.25, 0.125
        yield name, settings, [draw(0, 2) for _ in range(8)], [draw(0, 2) for _ in range(8)]
        yield name, settings, [[1.0, 2.0, 3.5], [4.0, 1e6, -2.0]], [[1, 0, 3], [5, -1e6, -1.5]]
    for target in HARD, SOFT:
        yield "binary_cross_entropy_with_logits", {}, LOGITS, target
        yield "binary_cross_entropy", {}, [1 / (k + 2) for k in range(8)], target
    yield "binary_cross_entropy", {}, [1e-9, 1 - 1e-9, 1e-9, 0.5], [0, 1, 1, 1]
    for name in "cross_entropy", "nll_loss":
        yield name, {}, [0.0, 3.0, -2.0, 1.0], 3
        yield name, {}, [[draw(0, 3) for _ in range(5)] for _ in range(4)], [0, 4, 2, 2]
        yield name, {}, [[1000.0, 0.0, -1000.0], [-1000.0, 0.0, 1000.0]], [2, 2]
    for rows in [[3, 1, 4]], [[2, 7, 1], [8, 2, 8], [0, 1, 0]]:
        target = [[share / sum(row) for share in row] for row in rows]
        yield "kl_div", {}, [[draw(-1, 1) for _ in row] for row in rows], target
    yield "hinge_loss", {}, [0.5, 2.0, -3.0, -0.25], [1, 1, -1, 1]


def run(name: str, settings: dict[str, Any], x: Any, target: Any) -> dict[str, Any]:
    """The loss's value and its gradient in the input."""
    y = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    classes = name in ("cross_entropy", "nll_loss")
    t = torch.tensor(target, dtype=torch.int64 if classes else torch.float64)
    if name == "hinge_loss":  # PyTorch has one for other targets only
        loss = torch.clamp(1 - t * y, min=0).mean()
    elif name == "kl_div":
        loss = functional.kl_div(y, t, reduction="batchmean")
    else:
        loss = getattr(functional, name)(y, t, **settings)
    loss.backward()
    figures = {"value": loss.item(), "gradient": y.grad.tolist()}
    return {"loss": name, "settings": settings, "input": x, "target": target, **figures}


def main() -> int:
    made = text({"torch": torch.__version__, "runs": [run(*case) for case in cases()]})
    if "--check" not in sys.argv:
        FILE.write_text(made)
        return 0
    drifted = not same(json.loads(FILE.read_text())["runs"], json.loads(made)["runs"])
    if drifted:
        print(f"{FILE.name} has drifted from torch {torch.__version__}")
    return int(drifted)


if __name__ == "__main__":
    sys.exit(main())
