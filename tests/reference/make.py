"""Makes the reference figures beside this file with PyTorch, the independent oracle of our tests.

    python tests/reference/make.py            writes them
    python tests/reference/make.py --check    computes them again; exits 1 if they have drifted

optim.json: 50 steps of each optimizer on two functions; gradients are torch's own.
schedules.json: the lr (and momentum) of each schedule at construction and after each of 100 steps.
"""

import json
import math
import sys
import warnings
from pathlib import Path
from typing import Any

import torch
from torch.optim import lr_scheduler

FOLDER = Path(__file__).parent
OPTIMIZERS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {}),
    ("SGD", {"lr": 2e-4, "momentum": 0.9}),
    ("SGD", {"lr": 2e-4, "momentum": 0.8, "dampening": 0.3, "weight_decay": 0.1}),
    ("SGD", {"lr": 2e-4, "momentum": 0.9, "nesterov": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.5, "lr_decay": 0.1, "weight_decay": 0.1, "eps": 1e-3}),
    ("Adagrad", {"lr": 0.5, "initial_accumulator_value": 2.0}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.03, "alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1}),
    ("RMSprop", {"centered": True}),
    ("RMSprop", {"centered": True, "momentum": 0.5}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 2.0, "rho": 0.8, "eps": 1e-4, "weight_decay": 0.1}),
    ("Adam", {}),
    ("Adam", {"lr": 0.1, "betas": [0.8, 0.9], "eps": 1e-3, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.1, "betas": [0.4, 0.9], "amsgrad": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.3, "amsgrad": True}),
]
FUNCTIONS = {
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    "quadratic": lambda x, y, z: 2 * x * x + y * y + z * z / 2 + x * y - y * z + x - 3 * z,
}
STARTS = {"rosenbrock": [-1.2, 1.0], "quadratic": [1.0, -2.0, 3.0]}
METRICS = [1 / (1 + t) + 0.1 * math.sin(t) for t in range(100)]
SCHEDULES: list[tuple[str, dict[str, Any]]] = [
    ("LambdaLR", {"lr_lambda": "1 / (1 + t)"}),
    ("StepLR", {"step_size": 30}),
    ("StepLR", {"step_size": 7, "gamma": 0.5}),
    ("MultiStepLR", {"milestones": [0, 10, 10, 60]}),
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.2, "total_iters": 40}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 70}),
    ("ExponentialLR", {"gamma": 0.9}),
    ("ExponentialLR", {"gamma": 1.1}),
    ("PolynomialLR", {}),
    ("PolynomialLR", {"total_iters": 70, "power": 2.5}),
    ("CosineAnnealingLR", {"T_max": 100}),
    ("CosineAnnealingLR", {"T_max": 30, "eta_min": 0.01}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 100}),
    ("OneCycleLR", {"max_lr": 0.5, "epochs": 11, "steps_per_epoch": 10, "three_phase": True}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 101, "pct_start": 0.45, "div_factor": 10.0}),
    (
        "OneCycleLR",
        {
            "max_lr": 0.5,
            "total_steps": 101,
            "anneal_strategy": "linear",
            "base_momentum": 0.5,
            "max_momentum": 0.9,
            "final_div_factor": 10.0,
        },
    ),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 101, "cycle_momentum": False}),
    (
        "SequentialLR",
        {
            "schedulers": [
                ["LinearLR", {"start_factor": 0.1, "total_iters": 10}],
                ["ConstantLR", {"factor": 0.5, "total_iters": 10}],
                ["CosineAnnealingLR", {"T_max": 60}],
            ],
            "milestones": [10, 40],
        },
    ),
    ("ReduceLROnPlateau", {}),
    ("ReduceLROnPlateau", {"patience": 3, "factor": 0.5}),
    ("ReduceLROnPlateau", {"mode": "max", "patience": 1, "cooldown": 2, "min_lr": 0.003}),
    ("ReduceLROnPlateau", {"threshold": 0.05, "threshold_mode": "abs", "patience": 2}),
    ("ReduceLROnPlateau", {"mode": "max", "threshold_mode": "abs", "factor": 0.9, "eps": 0.005}),
]


def path(name: str, settings: dict[str, Any], function: str) -> list[list[float]]:
    """Where each of 50 steps leads from the function's start."""
    xs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in STARTS[function]]
    settings = settings | ({"betas": tuple(settings["betas"])} if "betas" in settings else {})
    optimizer = getattr(torch.optim, name)(xs, foreach=False, **settings)
    visited = []
    for _ in range(50):
        optimizer.zero_grad()
        FUNCTIONS[function](*xs).backward()
        optimizer.step()
        visited.append([x.item() for x in xs])
    return visited


def schedule(optimizer: torch.optim.Optimizer, name: str, settings: dict[str, Any]) -> Any:
    """The schedule; the schedules inside a SequentialLR are given as [name, settings]."""
    made = dict(settings)
    if "schedulers" in made:
        made["schedulers"] = [schedule(optimizer, *inner) for inner in made["schedulers"]]
    if "lr_lambda" in made:
        made["lr_lambda"] = lambda t: 1 / (1 + t)
    return getattr(lr_scheduler, name)(optimizer, **made)


def rates(name: str, settings: dict[str, Any]) -> dict[str, list[float]]:
    """The lr and momentum at construction and after each of 100 steps."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    stepping = schedule(optimizer, name, settings)
    (group,) = optimizer.param_groups
    lrs, momenta = [group["lr"]], [group["momentum"]]
    for metric in METRICS:
        optimizer.step()
        stepping.step(*([metric] if name == "ReduceLROnPlateau" else []))
        lrs.append(group["lr"])
        momenta.append(group["momentum"])
    return {"lrs": lrs, "momenta": momenta} if any(momenta) else {"lrs": lrs}


def references() -> dict[str, Any]:
    """Every reference file's name and content."""
    paths = [
        {"optimizer": name, "settings": settings, "function": f, "path": path(name, settings, f)}
        for name, settings in OPTIMIZERS
        for f in FUNCTIONS
    ]
    schedules = [{"schedule": name, "settings": settings, **rates(name, settings)} for name, settings in SCHEDULES]
    return {
        "optim.json": {"starts": STARTS, "runs": paths},
        "schedules.json": {"metrics": METRICS, "runs": schedules},
    }


def same(a: Any, b: Any) -> bool:
    """Whether two contents agree, numbers to a relative 1e-11: rounding differs between machines."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-11, abs_tol=1e-13)
    return bool(a == b)


def text(content: dict[str, Any]) -> str:
    """JSON with one run on a line, so that a change shows as the runs that it touches."""
    head = [f'"{key}": {json.dumps(value)}' for key, value in content.items() if key != "runs"]
    runs = ",\n".join(map(json.dumps, content["runs"]))
    return "{" + ",\n".join(head) + ',\n"runs": [\n' + runs + "\n]}\n"


def main() -> int:
    warnings.simplefilter("error")
    drifted = False
    for name, content in references().items():
        if "--check" not in sys.argv:
            (FOLDER / name).write_text(text(content))
        elif not same(json.loads((FOLDER / name).read_text()), json.loads(text(content))):
            print(f"{name} has drifted from torch {torch.__version__}")
            drifted = True
    return int(drifted)


if __name__ == "__main__":
    sys.exit(main())
