"""Plots of a training and of what it made; one function each, which returns the axes it drew in.

    >>> ax = loss(history)  # doctest: +SKIP
    >>> save(ax, "loss.png")  # doctest: +SKIP

Without `ax=` a plot is a figure of its own, apart from pyplot and its windows: it needs no screen, may be made in any
thread, and shows itself in a notebook. With `ax=` it goes into axes of yours, and the figure around takes the colour
of its paper. `theme` is "light" or "dark". The colours are apart for every kind of colour vision, and where lines
would differ by colour alone, they differ in their dashes too.
"""

from microgradlab.plots.boundary import decision_boundary
from microgradlab.plots.epochs import curves, learning_rate, loss, metric
from microgradlab.plots.functions import activation
from microgradlab.plots.landscape import loss_landscape
from microgradlab.plots.layers import dead_units, gradient_norms
from microgradlab.plots.style import BLUE, INK, ORANGE, Plot, save, set_style
from microgradlab.plots.tables import confusion_matrix, images

__all__ = [
    "BLUE",
    "INK",
    "ORANGE",
    "Plot",
    "activation",
    "confusion_matrix",
    "curves",
    "dead_units",
    "decision_boundary",
    "gradient_norms",
    "images",
    "learning_rate",
    "loss",
    "loss_landscape",
    "metric",
    "save",
    "set_style",
]
