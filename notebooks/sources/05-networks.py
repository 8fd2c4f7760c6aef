# %% [markdown] name="title"
# # 5. From neurons to networks
#
# One neuron divides the plane by a line. Four points are enough to defeat it, and two neurons more are enough to win.
#
# **What can many neurons do that one cannot, and why must they bend?**
#
# In this lesson you put neurons side by side and one after another, count what they hold, melt three layers into one, find four points that no line divides, and divide them: by hand first, then by learning. You need lesson 1; lesson 4 is good to have. About 50 minutes.

# %% name="imports"
# On Colab, or where this fails: run  %pip install "microgradlab[notebooks]"  in a cell of its own, and then this.
import math
import random

import matplotlib.pyplot as plt

from microgradlab import MLP, Layer, Sequential, draw, fit, losses, ops, optim, plots
from microgradlab.evaluation import accuracy
from microgradlab.lessons import check, hint, solution
from microgradlab.plots import BLUE, INK, ORANGE

plots.set_style()
DIFFERENT = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]  # are the two inputs different?


# %% name="the-picture"
# Only look for now: the same four points twice, and what one neuron and a small network make of them.
def trained(widths, seed=0, epochs=100):
    """A network that has learned from the four points."""
    model = MLP(2, widths, activation="tanh", init="xavier_uniform", seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    loss = losses.cross_entropy if widths[-1] > 1 else losses.binary_cross_entropy_with_logits
    fit(model, DIFFERENT, loss=loss, optimizer=optimizer, epochs=epochs, progress=False)
    return model


one = MLP(2, [1])
one.load_state_dict(dict(zip(one.state_dict(), (1.0, 1.0, -0.5))))

_, panels = plt.subplots(1, 2, figsize=(8.4, 4.2))
for axes, model, title in zip(panels, (one, trained([4, 2])), ("one neuron at its best", "six neurons in two layers")):
    plots.decision_boundary(model, DIFFERENT, ax=axes, classes=["the same", "different"], inputs=["a", "b"])
    axes.set_title(title, loc="left", pad=30);

# %% [markdown] name="side-by-side"
# ## 1. Side by side: a layer
#
# Several neurons can look at the same inputs, each with weights and a bias of its own (23:14). That is a *layer*, and as every input goes to every neuron it is called a *dense* one. One neuron answers one question; a layer answers as many as it has neurons.

# %% name="layer"
layer = Layer(2, 3, activation="sigmoid", seed=0)
print(layer)
draw(layer)

# %% [markdown] name="one-after-another"
# ## 2. One after another: a network
#
# And the answers of one layer can be the inputs of the next. What lies between the inputs and the last layer is called *hidden*, as nobody tells these neurons what they should say. With many such layers the network is *deep* (23:14); that is the "deep" in deep learning.
#
# `MLP(2, [3, 1])` is short for *multi-layer perceptron*: two inputs, a layer of three, a layer of one. `Sequential` puts together whatever you give it.
#
# > **Decide, then run.** Every line of the picture will be a weight, and every neuron has a bias besides: three neurons that look at two inputs, and one that looks at three. How many numbers does this network hold?

# %% name="network"
network = MLP(2, [3, 1], activation="tanh", seed=0)
by_hand = Sequential(Layer(2, 3, activation="tanh"), Layer(3, 1))
print(network)
print("parameters:", len(network.parameters()), "and", len(by_hand.parameters()))
draw(network)

# %% [markdown] name="count-them"
# Three neurons with two weights and a bias are 9, and one with three weights and a bias is 4: 13 together.
#
# **5.1 Warm-up.** Write a function that counts for any widths.

# %% name="exercise-1-answer" exercise="05.1"

# %% name="exercise-1-check"
check("05.1", parameters)

# %% [markdown] name="networks-to-come"
# > **Decide, then run.** Three networks: the one above, one for two moons, and one for handwritten digits of 8 × 8 pixels, which you will meet again. Which part of the last one holds the most numbers?

# %% name="counted"
for widths in ([2, 3, 1], [2, 16, 16, 1], [64, 32, 10]):
    inputs, *layers = widths
    print(f"{'-'.join(map(str, widths))} = {len(MLP(inputs, layers).parameters())} parameters")
print()
print(MLP(64, [32, 10]))

# %% [markdown] name="by-hand"
# The hidden layer: each of its 32 neurons looks at all 64 pixels. The ten neurons after it have only 33 numbers each.
#
# ## 3. A layer by hand
#
# There is nothing in a layer that you do not know. Here is one with three neurons, without biases, for x = (1, 2):
#
# ```
# z₁ =  0.5·1 + 0.25·2 =  1        σ(z₁) = 0.731…
# z₂ = −1.0·1 + 0.5·2  =  0        σ(z₂) = 0.5
# z₃ =  1.0·1 − 1.0·2  = −1        σ(z₃) = 0.269…
# ```
#
# > **Decide, then run.** The first and the last answer belong together. What is their sum, and why?

# %% name="three-answers"
weights = [[0.5, 0.25], [-1.0, 0.5], [1.0, -1.0]]  # a row for each neuron
x = [1.0, 2.0]

answers = [float(ops.sigmoid(ops.dot(row, x))) for row in weights]
for i, answer in enumerate(answers, start=1):
    print(f"neuron {i} = {answer:.8f}")
print("first and last together =", answers[0] + answers[2])

# %% [markdown] name="symmetric"
# σ(−z) is 1 − σ(z): a no is a yes to the opposite.
#
# > **Decide, then run.** Something goes wrong in the next cell. The layer has two weights in each row, and is given three inputs. What does it say?

# %% name="dropped"
def careless(weights, biases, xs):
    return [1 / (1 + math.exp(-(sum(w * x for w, x in zip(row, xs)) + b))) for row, b in zip(weights, biases)]


print("two inputs:  ", careless(weights, [0, 0, 0], [1.0, 2.0]))
print("three inputs:", careless(weights, [0, 0, 0], [1.0, 2.0, 1000.0]))

# %% [markdown] name="silent"
# It says nothing of it. `zip` stops where the shorter list ends, and the third input, whatever it was, is gone. No error, and plausible answers: that is the worst kind of mistake. (Our `Layer` refuses: try `layer([1.0, 2.0, 1000.0])`.)
#
# **5.2 Core.** Write a layer that computes with σ, and refuses inputs that do not fit.

# %% name="exercise-2-answer" exercise="05.2"

# %% name="exercise-2-check"
check("05.2", dense)

# %% [markdown] name="collapse-it"
# ## 4. Why bend at all? Three layers into one
#
# In lesson 1 you saw that without a bend a deep network says what a single neuron can say (19:28). Now you can see where it goes. Take two linear layers. Hidden neuron k passes input j on with a factor A[k][j], and output i takes it with a factor B[i][k]. So input j reaches output i along each k, and, as always, along a path one multiplies, and where paths meet one adds:
#
# ```
# weight of input j in output i  =  B[i][0]·A[0][j] + B[i][1]·A[1][j] + …
# ```
#
# This is called the product of the two *matrices*, that is, tables of weights. With a third layer you do it again.
#
# > **Decide, then run.** Three linear layers, 5-4-3-2, with 24 + 15 + 8 numbers. How many has the one layer that replaces them?

# %% name="three-into-one"
def after(B, b, A, a):
    """Weights and biases of the linear layer that does A, a first and B, b after it."""
    weights = [[sum(B_ik * A[k][j] for k, B_ik in enumerate(row)) for j in range(len(A[0]))] for row in B]
    biases = [sum(B_ik * a_k for B_ik, a_k in zip(row, a)) + b_i for row, b_i in zip(B, b)]
    return weights, biases


def numbers_of(layer):
    """Its rows of weights, and its biases, as plain numbers."""
    neurons = layer.neurons
    return [[w.data for w in neuron.weights] for neuron in neurons], [neuron.bias.data for neuron in neurons]


rng = random.Random(0)
deep = MLP(5, [4, 3, 2], activation="linear", seed=0)
for parameter in deep.parameters():
    parameter.data = rng.uniform(-1, 1)

weights, biases = numbers_of(deep.layers[0])
for next_layer in deep.layers[1:]:
    weights, biases = after(*numbers_of(next_layer), weights, biases)
print("numbers:", len(deep.parameters()), "or", sum(map(len, weights)) + len(biases))

largest = 0.0
for _ in range(1000):
    x = [rng.uniform(-3, 3) for _ in range(5)]
    for answer, row, bias in zip(deep(x), weights, biases):
        largest = max(largest, abs(answer.data - (sum(w * x_j for w, x_j in zip(row, x)) + bias)))
print(f"over 1000 random inputs the answers differ by at most {largest:.0e}; below 1e-12? {largest < 1e-12}")

# %% [markdown] name="collapsed"
# What is left is the rounding of floats. Depth without a bend is only a longer way to write a table of 12 numbers.
#
# **5.3 Stretch.** Write the collapse of two layers yourself. Scroll the cell above out of sight: you need the picture of the paths, and a way to go through them.

# %% name="exercise-3-answer" exercise="05.3"

# %% name="exercise-3-check"
check("05.3", collapse)

# %% [markdown] name="four-points"
# ## 5. Four points that no line divides
#
# There is something that no line can say, and so no network without a bend (19:28). "Are the two inputs different?" For (0, 1) and (1, 0) the answer is yes, for (0, 0) and (1, 1) no. Programmers call it XOR. Minsky and Papert made it famous in 1969 as something that one perceptron cannot learn.
#
# Why not? At (0, 0) and (1, 1), z = w₁x₁ + w₂x₂ + b must not be above 0: neither b nor b + w₁ + w₂. So their sum, 2b + w₁ + w₂, is not above 0 either. At (1, 0) and (0, 1) it must be: both b + w₁ and b + w₂. So their sum is above 0; and it is the same sum.
#
# > **Decide, then run.** A neuron learns from the four points for 500 epochs. What will it say in the end? And of the four points, how many can a line have on the right side?

# %% name="line-learns"
neuron = trained([1], epochs=500)
for inputs, target in DIFFERENT:
    print(inputs, "should be", target, "and it says", f"{float(ops.sigmoid(neuron(inputs))):.3f}")

loss = sum(float(losses.binary_cross_entropy_with_logits(neuron(inputs), target)) for inputs, target in DIFFERENT) / 4
print("loss =", round(loss, 6), " ln 2 =", round(math.log(2), 6))


def right(w1, w2, b):
    """How many of the four points a line has on the right side."""
    return sum((w1 * x1 + w2 * x2 + b > 0) == target for (x1, x2), target in DIFFERENT)


grid = [i / 4 - 2 for i in range(17)]
best = max(right(w1, w2, b) for w1 in grid for w2 in grid for b in grid)
print(f"the best of {17**3:,} lines: {best} of 4, an accuracy of {best / 4}")

# %% [markdown] name="one-half"
# It says one half to everything: it has learned that it cannot know. Its loss is ln 2, the surprise at the toss of a coin (lesson 6 says what a loss is). And no line does better than three of four.
#
# ## 6. By hand: two neurons and a sum
#
# Two hidden neurons are enough, if they bend. Count how many inputs are 1: a + b is 0, 1 or 2. You want 0, 1, 0. A relu lets what is above 0 pass, and stops the rest:
#
# ```
# relu(a + b) − 2·relu(a + b − 1)
# ```
#
# The first term climbs: 0, 1, 2. The second one starts later and pulls twice as hard: 0, 0, 2.

# %% name="exactly"
network = MLP(2, [2, 1], activation="relu")
hidden, output = network.layers
for neuron, (w1, w2, b) in zip((*hidden.neurons, *output.neurons), ((1, 1, 0), (1, 1, -1), (1, -2, 0))):
    neuron.load_state_dict({"weights.0": w1, "weights.1": w2, "bias": b})

for inputs, _ in DIFFERENT:
    print(inputs, "→ hidden", [h.data for h in hidden(inputs)], "→", network(inputs).data)

# %% [markdown] name="bent-plane"
# Exactly: 0, 1, 1, 0. Look at what the hidden layer has done. It has moved the points: (0, 1) and (1, 0) to the same place, (1, 0), and (1, 1) to (2, 1). In the new places a line will do.

# %% name="moved"
_, (before, between) = plt.subplots(1, 2, figsize=(8.4, 3.8))
for inputs, target in DIFFERENT:
    label = "(0, 1) and (1, 0)" if inputs == [0, 1] else "" if inputs == [1, 0] else f"({inputs[0]}, {inputs[1]})"
    moved = [h.data for h in hidden(inputs)]
    for axes, (x1, x2), text in ((before, inputs, f"({inputs[0]}, {inputs[1]})"), (between, moved, label)):
        axes.plot(x1, x2, "^" if target else "o", color=BLUE if target else ORANGE, markersize=10, zorder=3)
        axes.annotate(text, (x1, x2), (8, 8), textcoords="offset points", color=INK)

between.axline((0, -0.25), slope=0.5, color=INK, linewidth=1.4)
before.set(title="as they come", xlabel="input a", ylabel="input b", xlim=(-0.3, 1.7), ylim=(-0.3, 1.5))
between.set(title="after the hidden layer", xlabel="relu(a + b)", ylabel="relu(a + b − 1)", xlim=(-0.4, 2.9), ylim=(-0.6, 1.5))
before.set(xticks=[0, 1], yticks=[0, 1])
between.set(xticks=[0, 1, 2], yticks=[0, 1]);

# %% [markdown] name="differ"
# That is what hidden layers are for: they bend the space until a line is enough.
#
# **5.4 Further.** There are other ways. Find weights for two relu neurons *without any bias*, and for the output that adds them up, so that the four answers are again exactly 0, 1, 1, 0.

# %% name="exercise-4-answer" exercise="05.4"

# %% name="exercise-4-check"
check("05.4", weights)

# %% [markdown] name="by-learning"
# ## 7. By learning, and with luck
#
# Nobody will set the weights of a large network by hand. So let it learn them: tanh, two outputs, one for each class, Adam with a rate of 0.05, 100 epochs of the four points; everything else is in the cell of the picture above. We try 20 different random beginnings.
#
# > **Decide, then run.** You have just seen that two hidden neurons are enough. How many of the 20 networks with two will find it? And of those with four?

# %% name="luck"
found = {hidden: [accuracy(trained([hidden, 2], seed), DIFFERENT) for seed in range(20)] for hidden in (2, 4)}
for hidden, accuracies in found.items():
    print(f"{hidden} hidden neurons: all four points right in {accuracies.count(1.0)} of 20")

# %% name="histogram"
_, axes = plt.subplots(figsize=(5.6, 3.4))
points = [2, 3, 4]
for shift, (hidden, accuracies), colour in zip((-0.2, 0.2), found.items(), (ORANGE, BLUE)):
    bars = axes.bar([n + shift for n in points], [accuracies.count(n / 4) for n in points], 0.38, color=colour)
    axes.bar_label(bars, padding=2)
    bars.set_label(f"{hidden} hidden neurons")
axes.set(xlabel="points right, of 4", ylabel="networks, of 20", xticks=points, ylim=(0, 23))
axes.legend(loc="upper left");

# %% [markdown] name="room"
# Two are enough to *say* it, and often not enough to *find* it: with two, a bad beginning leads to a place from which no small step is better. With four there is nearly always a way. Networks are made larger than they need be, not to say more but to learn more easily.
#
# (Those are 20 beginnings, one task and one way of learning; do not take the numbers for more. Try other seeds, or `init="kaiming_uniform"`.)

# %% [markdown] name="remember"
# ## Three sentences to remember
#
# 1. A layer is neurons side by side, a network is layers one after another, and both are tables of numbers.
# 2. Without a bend, any number of layers is one layer; with it, a hidden layer moves the points to where a line is enough.
# 3. What a network can say and what it will find are two questions; room helps with the second.

# %% [markdown] name="next"
# To find anything, a network must be told how wrong it is. Lesson 6 is about that one number.
