"""A training in small that uses everything a checkpoint holds, for tests that stop it, fill its disk or thread it."""

import random
from math import nan

from microgradlab import losses
from microgradlab.data import Batches
from microgradlab.early_stopping import EarlyStopping
from microgradlab.history import Epoch, History
from microgradlab.nn import MLP, Dropout, Module
from microgradlab.optim import Adam
from microgradlab.schedules import ReduceLROnPlateau
from microgradlab.train import fit

DATA = [((x / 4, x * x / 16), x / 2) for x in range(-6, 6)]
EPOCHS = 10


class Net(Module):
    """With a Dropout inside, and a random generator of its own that has drawn a normal number."""

    def __init__(self, seed):
        self.hidden, self.dropout, self.output = MLP(2, [3, 2], "tanh", seed=seed), Dropout(0.2, seed), MLP(2, [1])
        self.output.load_state_dict(dict.fromkeys(self.output.state_dict(), 0.5 + seed))
        self.random = random.Random(seed)
        self.random.gauss(0.0, 1.0)

    def forward(self, xs):
        return self.output(self.dropout(self.hidden(xs)))


def parts(seed):
    """All that changes in a training, at its beginning: as `load_checkpoint` takes it."""
    model = Net(seed)
    optimizer = Adam(model.parameters(), lr=0.02 + seed)
    return {
        "model": model,
        "optimizer": optimizer,
        "schedule": ReduceLROnPlateau(optimizer, patience=1),
        "batches": Batches(DATA[:8], 3, seed=seed),
        "early_stopping": EarlyStopping(EPOCHS),
    }


def everything(parts):
    """The parts to the last bit, as a text; gradients are not among what a training hands on."""
    generators = [module.random.getstate() for module in (parts["model"], parts["model"].dropout)]
    return repr((generators, [part.state_dict() for part in parts.values()]))


def train(seed=0, **options):
    """Train to the end, and return what came of it, to the last bit; `options` go to `fit`."""
    made = parts(seed)
    arguments = {name: part for name, part in made.items() if name != "batches"}
    history = fit(
        data=made["batches"],
        loss=losses.mse_loss,
        epochs=EPOCHS,
        validation=DATA[8:],
        progress=False,
        **arguments,
        **options,
    )
    return f"{history.to_dict()} {everything(made)}"


HISTORY = History([Epoch(1, 0.5, 0.1, 0.4, {"accuracy": 0.5}), Epoch(2, 0.25, 0.1, nan)])
