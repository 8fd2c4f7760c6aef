"""How a network begins: initialisers, which draw its weights, and the random generator that they draw from.

>>> weight = INITIALISERS["kaiming_normal"](generator(0), 100, 10, gain("relu"))
>>> round(weight, 6)
0.133179
"""

import math
import random
from collections.abc import Callable
from numbers import Integral
from typing import Any

from microgradlab.coercion import shown

Initialiser = Callable[[random.Random, int, int, float], float]

# fmt: off
# A weight from a random generator, the widths before and after it, and the activation's gain.
INITIALISERS: dict[str, Initialiser] = {
    # micrograd's
    "uniform":         lambda rng, fan_in, fan_out, gain: rng.uniform(-1.0, 1.0),
    # Glorot and Bengio 2010, equations 16 and 12: forward and backward signals keep their size
    "xavier_uniform":  lambda rng, fan_in, fan_out, gain: rng.uniform(-1.0, 1.0) * math.sqrt(6.0 / (fan_in + fan_out)),
    "xavier_normal":   lambda rng, fan_in, fan_out, gain: rng.gauss(0.0, 1.0) * math.sqrt(2.0 / (fan_in + fan_out)),
    # He et al. 2015, equation 10: the same for activations that halve the variance, as relu does
    "kaiming_uniform": lambda rng, fan_in, fan_out, gain: rng.uniform(-1.0, 1.0) * gain * math.sqrt(3.0 / fan_in),
    "kaiming_normal":  lambda rng, fan_in, fan_out, gain: rng.gauss(0.0, 1.0) * gain / math.sqrt(fan_in),
}
# fmt: on

# By how much an activation shrinks its input: PyTorch's `calculate_gain`; what bends like relu gets relu's.
GAINS = {"tanh": 5.0 / 3.0, "selu": 0.75}
GAINS |= dict.fromkeys(["relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "mish", "softplus"], math.sqrt(2.0))


def gain(activation: Any) -> float:
    """By how much the weights are to be larger for an activation; 1 for one that is not known."""
    return GAINS.get(activation, 1.0) if isinstance(activation, str) else 1.0


def initialiser(init: str | Initialiser) -> Initialiser:
    """The initialiser of that name, or the function itself."""
    if callable(init):
        return init
    if not isinstance(init, str) or init not in INITIALISERS:
        raise ValueError(f"init is one of {', '.join(INITIALISERS)}, or a function; got {shown(init)}")
    return INITIALISERS[init]


def generator(seed: Any) -> random.Random:
    """The random generator itself, if one came; else one of its own."""
    if isinstance(seed, random.Random):
        return seed
    whole = isinstance(seed, Integral) and not isinstance(seed, bool) and int(seed) >= 0
    if seed is not None and not whole:  # Random(-1) would repeat Random(1)
        raise ValueError(f"seed is a whole number from 0 on, or None, got {shown(seed)}")
    return random.Random(None if seed is None else int(seed))
