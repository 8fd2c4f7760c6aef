# %% [markdown] name="title"
# # Start here
#
# In these lessons you build a neural network out of single numbers, watch it learn, prove that it does so rightly, and train it to read handwriting. Nothing in it stays hidden: every number knows how it was made, and every picture can be drawn by you.
#
# They teach the first lecture of [*MIT 6.S191, Introduction to Deep Learning*](http://introtodeeplearning.com) (2023) whole, and go past it. You need Python, school mathematics, and somebody to be proud in front of.

# %% name="setup"
# On Colab this installs what is needed. Elsewhere it does nothing, as you have it already.
import sys

if "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", "install --quiet 'microgradlab[notebooks]'")

# %% [markdown] name="learned-function"
# ## What is a learned function?
#
# A program is a function: something goes in, something comes out, and in between stand rules that somebody wrote down. For many things nobody can write the rules down. What makes a picture a cat? People tried for decades, edge by edge and ear by ear.
#
# Deep learning turns it round (11:33). One writes down a function with many numbers in it that are still open, shows it examples, and lets it move its numbers, a little each time, to where its answers are less wrong. What it should pay attention to, it finds for itself, from the simple to the complex, layer by layer.
#
# The idea is old: a neuron that learns is from 1958, the way to teach many of them from the 1980s. Three things came together since. There are examples in plenty, there is hardware that does billions of multiplications at once, and there is software in which such a function is a few lines.
#
# Here is one, with 337 open numbers and 100 examples. It should say to which of two moons a point belongs.

# %% name="learning"
import matplotlib.pyplot as plt

from microgradlab import MLP, data, fit, losses, optim, plots

plots.set_style()
moons = data.moons(100, seed=0)
_, panels = plt.subplots(1, 3, figsize=(9.6, 3.4))
for axes, epochs in zip(panels, (0, 3, 30)):
    model = MLP(2, [16, 16, 1], activation="tanh", seed=1)
    if epochs:
        optimizer = optim.Adam(model.parameters(), lr=0.02)
        loss = losses.binary_cross_entropy_with_logits
        fit(model, moons, loss=loss, optimizer=optimizer, epochs=epochs, batch_size=10, progress=False)
    plots.decision_boundary(model, moons, ax=axes, resolution=41)
    axes.set_title(f"after {epochs} looks at each example" if epochs else "before it has seen any", loc="left", fontsize=10)
    axes.legend().remove();

# %% [markdown] name="lessons"
# ## The lessons
#
# Take them in their order; each says which earlier ones it rests on. The minutes are those of a reader who decides before running, and tries the exercises.
#
# | lesson | what it gives you | minutes | rests on |
# |---|---|---|---|
# | [1. One neuron](01-one-neuron.ipynb) | multiply, add, bend: a neuron, drawn, with its gradient, and the line that it draws | 50 | school mathematics |
# | [2. Derivatives, by hand and by machine](02-derivatives.ipynb) | slopes by nudging, how small a nudge should be, and what a `Value` remembers instead | 40 | 1 |
# | [3. Backpropagation, step by step](03-backpropagation.ipynb) | a mistake on its way back, played and written by you, and three classical ways to get it wrong | 50 | 1, 2 |
# | [4. Build your own `Value`](04-your-own-value.ipynb) | an engine of thirty lines, tried by a machine that hunts for mistakes, and trained with | 75 | 3 |
# | [5. From neurons to networks](05-networks.ipynb) | layers and networks, why they must bend, and four points that no line divides | 50 | 1 |
# | [6. Losses](06-losses.ipynb) | how wrong an answer is, in one number that floats can hold, and a slope that is ŷ − y | 45 | 1, 5 |
# | [7. Gradient descent and the landscape](07-gradient-descent.ipynb) | the loop under all training, on a map of two weights, and the valleys in which it ends | 45 | 3, 5, 6 |
# | [8. The learning rate and schedules](08-learning-rate.ipynb) | how large a step may be, and why; how to find a good one, and how to let it change | 50 | 7 |
# | [9. Adaptive optimizers](09-adaptive-optimizers.ipynb) | momentum, Adagrad, RMSProp, Adadelta and Adam in a few lines each, and a race | 50 | 7, 8 |
# | [10. Mini-batches](10-mini-batches.ipynb) | how far one example can be trusted, and eight, and all; what a step costs, and is worth | 45 | 6, 7, 8 |
# | [11. Overfitting: dropout, early stopping, weight decay](11-overfitting.ipynb) | learning by heart, on points and on patients, and what three remedies are worth | 50 | 6, 9, 10 |
# | [12. Putting it together](12-putting-it-together.ipynb) | model, optimizer, loop: moons, spirals, handwritten digits, and where a line would do | 60 | 5, 6, 7, 8, 9, 10, 11 |
# | [13. Proving gradients](13-proving-gradients.ipynb) | properties instead of examples, a planted bug made small and drawn, and three bugs to find | 60 | 2, 3 |
# | [15. Beyond: second derivatives and sequences](15-beyond.ipynb) | curvature, Newton, why 2/λ; names letter by letter, and a network with a memory | 70 | 3, 6, 7, 8, 9 |
# | | | **740, about 12 hours** | |
#
# (14 is kept free: there the compiler will turn single numbers into matrices.)

# %% [markdown] name="how"
# ## How a lesson works
#
# Run the cells from top to bottom, with Shift and Enter. Where it says **Decide, then run**, decide first, best in writing: being wrong for a moment is how one remembers. Cells can be run again, and nothing leaves your machine. After a restart of the kernel, run the cells above the one you are at once more.
#
# An exercise has a cell to write in, where `...` stands for what is missing, and a cell that tries what you wrote. It answers in words, with the smallest example that goes wrong. Here is somebody's answer to exercise 2.1, the slope of 3x² − 4x + 5:

# %% name="an-answer"
from microgradlab.lessons import check, hint, solution


def slope(x):
    return 6 * x


check("02.1", slope)

# %% [markdown] name="help"
# Three hints are to be had, each saying more than the one before, and at last the solution:

# %% name="hints"
hint("02.1")
print()
hint("02.1", 3)
print()
solution("02.1")

# %% [markdown] name="progress"
# What you have solved is remembered, on this machine only: `microgradlab lessons status`, typed in a terminal, tells you. To begin a lesson anew, rename your notebook, and `microgradlab lessons start` brings a fresh one. If you are stuck, the notebooks with all solutions are in the folder `notebooks/solved` of the repository.

# %% [markdown] name="lecture"
# ## The lecture, statement by statement
#
# Each time such as 14:48 is the minute of the lecture where a statement is made. (L) marks the two examples that are the lecture's own; all other numbers are ours.
#
# | minute | statement | lesson, section | cell |
# |---|---|---|---|
# | 11:33 | why deep learning, and why now | above | 2 |
# | 14:48 | a perceptron: inputs times weights, sum, bias, non-linearity | [1](01-one-neuron.ipynb), 1 | 3 |
# | 14:48 | the same as a dot product | [1](01-one-neuron.ipynb), 2 | 5 |
# | 17:00, 18:04 | sigmoid, tanh, ReLU and their derivatives | [1](01-one-neuron.ipynb), 4 | 10 |
# | 18:04 ff. | the bias shifts the activation | [1](01-one-neuron.ipynb), 5 | 12 |
# | 19:28 | why a non-linearity: linear layers collapse into one | [1](01-one-neuron.ipynb), 8 | 16 |
# | 19:28 | three layers as one table of weights | [5](05-networks.ipynb), 4 | 12 |
# | 19:28 | four points that no line divides, and two neurons that do | [5](05-networks.ipynb), 5 | 15 |
# | 20:06 (L) | a neuron with the weights 1, 3, −2, and its gradient at (−1, 2) | [1](01-one-neuron.ipynb), 9 | 17 |
# | 20:06 (L) | it is a line in the plane | [1](01-one-neuron.ipynb), 10 | 18 |
# | 23:14 | many outputs: a dense layer | [5](05-networks.ipynb), 1 | 3 |
# | 23:14 | hidden layers, deep networks | [5](05-networks.ipynb), 2 | 4 |
# | 29:34 (L) | “Will I pass this class?”: an untrained network, and its loss | [6](06-losses.ipynb), 1 | 3 |
# | 29:34 (L) | the same, trained | [6](06-losses.ipynb), 7 | 18 |
# | 32:29 | loss, objective, cost, empirical risk; cross-entropy, mean squared error | [6](06-losses.ipynb), 2 | 6 |
# | 35:12 | W* = argmin J(W): the landscape | [7](07-gradient-descent.ipynb), 1 | 3 |
# | 35:12 | random start, gradient, small step against it, repeat | [7](07-gradient-descent.ipynb), 2 | 5 |
# | 40:25 | a derivative: how does a small change of a number change the result? | [2](02-derivatives.ipynb), 1 | 3 |
# | 40:25 | backpropagation: how does a small change of w₂, then of w₁, change J? | [3](03-backpropagation.ipynb), 1 | 3 |
# | 44:05 | the learning rate: too small, too large, right | [8](08-learning-rate.ipynb), 1 | 3 |
# | 44:05 ff. | adaptive rates: SGD, Adam, Adadelta, Adagrad, RMSProp | [9](09-adaptive-optimizers.ipynb), 1 | 3 |
# | 47:24 | put it together: model, optimizer, loop | [12](12-putting-it-together.ipynb), 1 | 3 |
# | 48:09 | one example is noisy | [10](10-mini-batches.ipynb), 1 | 3 |
# | 48:09 | a batch of tens is a good estimate | [10](10-mini-batches.ipynb), 2 | 4 |
# | 48:09 | it allows larger steps | [10](10-mini-batches.ipynb), 5 | 12 |
# | 48:09 | and parallel work | [10](10-mini-batches.ipynb), 6 | 13 |
# | 51:25 | overfitting: under-fit, right, over-fit | [11](11-overfitting.ipynb), 1 | 3 |
# | 51:25 ff. | early stopping | [11](11-overfitting.ipynb), 2 | 4 |
# | 51:25 ff. | dropout | [11](11-overfitting.ipynb), 4 | 11 |
# | 57:16 | summary: the block, the network, the practice | [12](12-putting-it-together.ipynb), 8 | 18 |

# %% [markdown] name="teachers"
# ## For teachers
#
# **In a course.** Lessons 1 to 6 go with the first half of the lecture, up to the loss; 7 to 12 with the second, from gradient descent to the summary. With one lesson a week that is a term; in a compact course of five days, take 1 to 3, 4, 5 to 7, 8 to 10, and 11 and 12, and leave 13 and 15 as projects. If you have two hours only, take 1 and 3.
#
# **Beforehand.** Install it once where it is to run, `pip install 'microgradlab[notebooks]'`; nothing else is needed on the machines, neither Graphviz nor a network. `microgradlab lessons start FOLDER` copies the notebooks, never overwrites what somebody has written, and opens JupyterLab there (with `--no-open` it only copies).
#
# **In class.** The questions marked *Decide, then run* are made for a show of hands. Each lesson breaks something on purpose; let people find the reason before you read on. Lesson 4 is the centre: who has written their own engine, and has seen it train, needs no belief for the rest. In lessons 4 and 13 people like to work in pairs.
#
# **Afterwards.** `microgradlab lessons check class/* -o class.csv` runs the notebooks of everyone (a folder for each), and writes a table: a row for each learner, a column for each exercise, 1 for solved. They run as their writers wrote them; run those of strangers where there is nothing to lose.
#
# **Where the lecture stops.** It ends with regularization and the summary (57:16). Lesson 13, on proving gradients, and lesson 15, on curvature and on sequences, go past it; the second half of 15 leads to the next lecture, on recurrent networks.
