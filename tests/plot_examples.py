"""Trainings to plot, and every plot of them that goes into axes."""

from microgradlab import data, losses, nn, optim, plots
from microgradlab.history import Epoch, History
from microgradlab.recording import record_training

HISTORY = History(
    Epoch(epoch, 1.0 / epoch, lr=0.1, validation_loss=1.2 / epoch, metrics={"accuracy": 1.0 - 0.5 / epoch})
    for epoch in (1, 2, 3)
)
COUNTS = [[8, 2], [0, 5]]
MOONS = data.moons(20)


def recorded(widths=(4, 1), model=None, optimizer=None, **options):
    """A training on moons, by default of a net with one hidden layer, in two epochs of two steps."""
    model = nn.MLP(2, [*widths], seed=0) if model is None else model
    optimizer = optim.SGD(model.parameters(), lr=0.5) if optimizer is None else optimizer
    options = {"epochs": 2, "batch_size": 10, "loss": losses.binary_cross_entropy_with_logits} | options
    return record_training(model, MOONS, optimizer=optimizer, progress=False, **options)


RECORDING = recorded()
PLOTS = {
    "loss of a history": lambda **options: plots.loss(HISTORY, **options),
    "loss of a recording": lambda **options: plots.loss(RECORDING, **options),
    "metric": lambda **options: plots.metric(HISTORY, **options),
    "learning rate": lambda **options: plots.learning_rate(HISTORY, **options),
    "gradient norms": lambda **options: plots.gradient_norms(RECORDING, **options),
    "dead units": lambda **options: plots.dead_units(RECORDING, **options),
    "decision boundary": lambda **options: plots.decision_boundary(RECORDING.model, MOONS, resolution=9, **options),
    "loss landscape": lambda **options: plots.loss_landscape(RECORDING, resolution=5, **options),
    "activation": lambda **options: plots.activation("relu", **options),
    "confusion matrix": lambda **options: plots.confusion_matrix(COUNTS, ["cat", "dog"], **options),
}
