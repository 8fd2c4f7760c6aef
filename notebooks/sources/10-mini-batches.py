# %% [markdown] name="title"
# # 10. Mini-batches
#
# Each grey dot below is a slope, measured honestly on a few examples of the same data. The blue cross is the truth, measured on all of them.
#
# **How many examples does one good step need?**
#
# In this lesson you ask one example which way is down, then eight, then all; find the law by which their opinion becomes reliable; count what a step costs, and what it is worth; and spoil a training by leaving the data in order. You need lessons 6, 7 and 8, and about 45 minutes.

# %% name="imports"
# On Colab, or where this fails: run  %pip install "microgradlab[notebooks]"  in a cell of its own, and then this.
import math
import random
from statistics import fmean

import matplotlib.pyplot as plt

from microgradlab import Layer, Neuron, Value, data, draw, losses, ops, optim
from microgradlab.lessons import check, hint, solution
from microgradlab.plots import BLUE, INK, ORANGE, set_style
from microgradlab.train import accuracy, evaluate

set_style()  # how figures look

# %% name="the-picture"
# Only look for now: sections 1 and 2 go through it.
moons = data.moons(400, noise=0.2, seed=0)
w = [Value(0.0, label="w1"), Value(0.0, label="w2")]


def opinion(inputs, target):
    """The gradient (∂J/∂w1, ∂J/∂w2) of one example's loss."""
    w[0].grad = w[1].grad = 0.0
    losses.binary_cross_entropy_with_logits(ops.dot(w, inputs), target).backward()
    return w[0].grad, w[1].grad


def average(opinions):
    """The mean of gradients, weight by weight."""
    return [fmean(column) for column in zip(*opinions)]


opinions = [opinion(inputs, target) for inputs, target in moons]
truth = average(opinions)
rng = random.Random(0)
clouds = {B: [average(rng.sample(opinions, B)) for _ in range(400)] for B in (1, 8, 32, 128)}

_, panels = plt.subplots(1, 4, figsize=(8, 2.5), sharex=True, sharey=True)
for axes, (B, cloud) in zip(panels, clouds.items()):
    axes.axhline(0, color=INK, linewidth=0.6, alpha=0.4)
    axes.axvline(0, color=INK, linewidth=0.6, alpha=0.4)
    axes.plot(*zip(*cloud), "o", color=INK, markersize=3, alpha=0.25, markeredgewidth=0)
    axes.plot(*truth, "P", color=BLUE, markersize=9, markeredgecolor="white")
    axes.set(title=f"B = {B}", xlabel="∂J/∂w₁", aspect="equal", xlim=(-1.4, 0.9), ylim=(-0.8, 0.9))
panels[0].set_ylabel("∂J/∂w₂");

# %% [markdown] name="one"
# ## 1. One example's opinion
#
# The loss J of a training is a mean: the loss of each example, added up and divided by their number. So its gradient is a mean, too. Every example has an *opinion*, the gradient of its own loss, and the gradient is the average opinion.
#
# Here are 400 points of two moons, and a neuron with two weights and no bias, ŷ = σ(w₁x₁ + w₂x₂), which starts at w₁ = w₂ = 0. We compute the gradient in two ways: from the mean of all losses, and as the mean of 400 opinions.
#
# > **Decide, then run.** Will the two agree to the last digit? And how many of the 400 examples would, if you followed them alone, lead you uphill?

# %% name="opinions"
w[0].grad = w[1].grad = 0.0
bce = losses.binary_cross_entropy_with_logits
J = ops.mean([bce(ops.dot(w, inputs), target) for inputs, target in moons])
J.backward()

print(f"gradient of the mean loss: {w[0].grad:.15f} {w[1].grad:.15f}")
print(f"mean of the 400 opinions:  {truth[0]:.15f} {truth[1]:.15f}")

uphill = sum(ops.dot(one, truth) < 0 for one in opinions)
print(f"uphill: {uphill} of {len(opinions)}")

# %% [markdown] name="one-answer"
# They agree, but for rounding. And about one in five is wrong: its opinion and the truth point into opposite halves of the plane (their dot product is negative), so that a small step against the one is a step up the other. One point is *noisy* (48:09): it tells you how to please itself.
#
# In the picture, the panel B = 1 has a familiar shape. At w = 0 every answer is ŷ = ½, and an opinion is (ŷ − t)·x: half the example's inputs, with a minus sign for those whose truth is 1. You see the two moons, one of them turned over.
#
# ## 2. Ask a few
#
# All examples together are right by definition, but they are dear: 400 of them for one step. A *mini-batch* lies between: B examples, drawn at random, and the average of their opinions (48:09). B is called the *batch size*.
#
# > **Decide, then run.** Of a thousand batches of 8, how many would lead uphill? Of 32?

# %% name="batches-uphill"
rng = random.Random(1)
for B in (1, 8, 32, 128):
    wrong = sum(ops.dot(average(rng.sample(opinions, B)), truth) < 0 for _ in range(1000))
    print(f"B = {B:3}: {wrong:3} of 1000 batches lead uphill")

# %% [markdown] name="few-answer"
# Eight are nearly always right about the side, and thirty-two always were. They are not right about the length, nor quite about the angle; but a step is small, and the next batch will correct it. To pay 400 passes for the truth, when 8 buy nearly the same direction, is a poor bargain.
#
# ## 3. The law
#
# How fast does the cloud shrink? Let S² be the *variance* of the opinions: the mean squared distance of one opinion from the truth. The average of B independent draws has a B-th of the variance. Our draws are not quite independent, as no example is drawn twice in a batch; that brings one more factor, which is 0 when the batch is everything (Cochran, 1953):
#
# ```
# mean squared error of a batch's gradient = S² / B · (1 − B/N)
# ```
#
# with S² computed over N examples as Σ|opinion − truth|² / (N − 1). The *root-mean-square error*, the typical distance from the truth, is the root of this: as long as B is far smaller than N, it falls as **1/√B**.
#
# Now real data, and more weights. We take the first 1437 handwritten digits, 8 × 8 pixels, and the simplest network that reads them: one layer from 64 pixels to 10 classes, softmax, cross-entropy. All weights are 0. An opinion is now a list of 640 slopes, one for each weight; we leave out the 10 biases.

# %% name="digits-opinions"
digits = data.digits()[:1437]
N = len(digits)

layer = Layer(64, 10)
for parameter in layer.parameters():
    parameter.data = 0.0
weights = [weight for neuron in layer.neurons for weight in neuron.weights]

image_opinions = []
for pixels, digit in digits:
    layer.zero_grad()
    losses.cross_entropy(layer(pixels), digit).backward()
    image_opinions.append([weight.grad for weight in weights])

image_truth = average(image_opinions)


def squared_distance(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other))


variance = sum(squared_distance(one, image_truth) for one in image_opinions) / (N - 1)
print(f"weights: {len(weights)}, images: {N}")
print(f"S² = {variance:.2f}")

# %% [markdown] name="law-decide"
# So the law says 13.30/B · (1 − B/N). To see whether it holds, draw 100 batches of each size, and measure how far they are from the truth.
#
# > **Decide, then run.** A batch of 8 has a certain error. How large must the batch be for half of it? For a tenth?

# %% name="law"
rng = random.Random(0)
sizes = (1, 2, 4, 8, 16, 32, 64, 128, 256)
measured = []
print("   B    measured    by the law    ratio")
for B in sizes:
    batches = (average(rng.sample(image_opinions, B)) for _ in range(100))
    error = math.sqrt(fmean(squared_distance(one, image_truth) for one in batches))
    law = math.sqrt(variance / B * (1 - B / N))
    print(f"{B:4}    {error:8.3f}    {law:10.3f}    {error / law:5.2f}")
    measured.append(error)
print(f"length of the true gradient = {math.hypot(*image_truth):.3f}")

_, axes = plt.subplots(figsize=(5.6, 3.8))
axes.loglog(sizes, [math.sqrt(variance / B * (1 - B / N)) for B in sizes], color=BLUE, label="√(S²/B · (1 − B/N))")
axes.loglog(sizes, measured, "o", color=ORANGE, label="measured, 100 batches each")
axes.axhline(math.hypot(*image_truth), color=INK, linestyle=":", linewidth=1.2, label="length of the true gradient")
axes.set(xlabel="batch size B", ylabel="root-mean-square error of the gradient", xticks=sizes, xticklabels=sizes)
axes.set_yticks([0.2, 0.5, 1, 2, 4], ["0.2", "0.5", "1", "2", "4"])
axes.minorticks_off()
axes.grid(alpha=0.25)
axes.legend();

# %% [markdown] name="law-answer"
# Four times the batch, half the error; a hundred times, a tenth. That is a law of diminishing returns: the first ten examples take away more error than the next thousand can. The dotted line is the length of the true gradient. Near B = 64 the error is as long as what it blurs, and from there on every example more buys little. That is why batches of *tens* are the custom.
#
# **10.1 Warm-up.** With a pencil: you have 1437 examples and deal them in batches of 32. How many steps are in one round, how large is the last batch, and which batch size would have half the error of 32? (For the last, leave out the factor 1 − B/N.)

# %% name="exercise-1-answer" exercise="10.1"

# %% name="exercise-1-check"
check("10.1", numbers)

# %% [markdown] name="epoch"
# ## 4. Shuffle, and deal
#
# In practice nobody draws each batch anew from the whole data. One shuffles all examples, like a pack of cards, and deals them out, B at a time, until none is left. That round is an *epoch*: every example has been seen once. Then one shuffles again.
#
# A gradient costs one *pass*, forward and backward, for each example in its batch. Seconds depend on the machine, passes do not, so count in passes.
#
# > **Decide, then run.** For 1437 images, how many steps does an epoch have with B = 1, 32 and 1437? And how many passes?

# %% name="steps-and-passes"
print("   B    steps    passes a step    passes an epoch")
for B in (1, 8, 32, 128, 1437):
    batches = list(data.Batches(digits, batch_size=B))
    print(f"{B:4}    {len(batches):5}    {B:13}    {sum(map(len, batches)):15}")

# %% [markdown] name="epoch-answer"
# An epoch costs the same, however you cut it. What changes is how many steps you get for it.
#
# `data.Batches` is the library's dealer. Yours can be as good.
#
# **10.2 Core.** Write the dealer. It is given a random generator, `rng`, so that the same seed gives the same batches; `rng.shuffle(cards)` shuffles a list in place.

# %% name="exercise-2-answer" exercise="10.2"

# %% name="exercise-2-check"
check("10.2", deal)

# %% [markdown] name="worth"
# ## 5. What a step is worth
#
# A small batch gives many steps, and each of them is uncertain. A large one gives few, and each can be trusted: so it may be **longer** (48:09). Lesson 8 taught that the right learning rate is a matter of curvature; with batches, it is a matter of noise as well.
#
# Each point below is a training of the same layer, from the same random start, for one epoch of 720 images: the same number of passes, cut into steps of B, with plain gradient descent. What is plotted is the loss on 359 images that it has not seen.
#
# > **Decide, then run.** Where is each curve lowest? In which order do the lowest points lie?

# %% name="rates"
train, test = data.split_every(data.digits(), 5)
train = train[:720]


def one_epoch(rows, batch_size, lr, shuffle=True):
    """A layer that has seen each row once; and the loss of each of its batches on the way."""
    layer = Layer(64, 10, seed=0)
    optimizer = optim.SGD(layer.parameters(), lr=lr)
    history = []
    for batch in data.Batches(rows, batch_size, shuffle=shuffle, seed=1):
        optimizer.zero_grad()
        loss = ops.mean([losses.cross_entropy(layer(pixels), digit) for pixels, digit in batch])
        loss.backward()
        optimizer.step()
        history.append(loss.data)
    return layer, history


rates = (0.1, 0.3, 1.0, 3.0, 10.0)
_, axes = plt.subplots(figsize=(6.6, 3.8))
for (B, colour, style) in ((1, ORANGE, "o:"), (8, ORANGE, "s-"), (32, BLUE, "D-"), (128, BLUE, "^:")):
    tests = [evaluate(one_epoch(train, B, lr)[0], test, losses.cross_entropy) for lr in rates]
    best, lr = min(zip(tests, rates))
    steps = math.ceil(len(train) / B)
    print(f"B = {B:3}: {steps:3} steps, lowest test loss {best:.2f} at a learning rate of {lr:g}")
    axes.plot(rates, tests, style, color=colour, label=f"B = {B}", linewidth=1.6, markersize=5)
axes.set(xscale="log", xlabel="learning rate", ylabel="test loss after one epoch", ylim=(0, 2.7))
axes.set_xticks(rates, [f"{lr:g}" for lr in rates])
axes.minorticks_off()
axes.grid(alpha=0.25)
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5));

# %% [markdown] name="worth-answer"
# From B = 1 to 8 to 32, the best rate moves to the right, from 0.3 to 1 to 3: a better estimate does allow larger steps. It does not go on for ever. With B = 128 there are only six steps, and the rates that might make up for it overshoot: beyond some rate it is curvature that says stop (lesson 8), and no batch size helps against that.
#
# Look at the lowest losses as well: for the *same number of passes*, the smallest batches did best here. If passes were all that counts, nobody would use batches.

# %% [markdown] name="parallel"
# ## 6. Work side by side
#
# But passes are not all. Step 2 needs the weights that step 1 has left; it must wait. The passes *inside* a batch need only the weights that all of them share. They need not wait for each other. (48:09)
#
# > **Decide, then run.** Here is the graph of the mean loss of three examples, with a neuron as one box (and squared errors, as they need less room). Which arrows run from one example to another?

# %% name="side-by-side"
neuron = Neuron(2, seed=0)
J = ops.mean([(neuron(inputs) - target).square() for inputs, target in moons[:3]])
J.label = "J"
draw(J, fold="Neuron")

# %% [markdown] name="parallel-answer"
# None. Three times the same short chain, from the weights to a loss; only at the very end they meet, in the mean. Three workers could each take one, or one machine do all at once. B = 32 needs 23 steps where B = 1 needs 720, and if the 32 passes of a step run side by side, the wait is that much shorter. The gain ends where the step cannot be made longer any more, as the last section showed (Shallue and others, 2019, measured where that happens).
#
# Our engine takes the examples one after another, so it gains nothing by it. Hardware with many workers does, and that is what graphics processors are for.

# %% [markdown] name="sorted"
# ## 7. Something goes wrong: in order
#
# Suppose the images come sorted, first all zeros, then all ones, as they might from folders named 0 to 9. And suppose you forget to shuffle. Everything else is the same: 720 images, B = 32, one epoch.
#
# > **Decide, then run.** A batch of 32 zeros has an opinion. What is it? What will the layer have learned at the end?

# %% name="sorted-run"
in_order = sorted(train, key=lambda row: row[1])
runs = {
    "shuffled": one_epoch(in_order, 32, lr=1.0),
    "in order": one_epoch(in_order, 32, lr=1.0, shuffle=False),
}
_, axes = plt.subplots(figsize=(6.6, 3.6))
for (name, (layer, history)), colour, style in zip(runs.items(), (BLUE, ORANGE), ("o-", "s--")):
    print(f"{name}: test accuracy = {accuracy(layer, test):.3f}")
    axes.plot(range(1, len(history) + 1), history, style, color=colour, label=name, linewidth=1.4, markersize=4)
axes.set(xlabel="step", ylabel="loss of the batch, before the step")
axes.grid(alpha=0.25)
axes.legend();

said = [max(range(10), key=lambda i: float(layer(pixels)[i])) for pixels, _ in test]
print(f"in order, it answers 9 for {said.count(9)} of {len(test)} test images")

# %% [markdown] name="sorted-answer"
# "Say zero, whatever you see." After a single step the loss of zeros is almost nothing, and the layer has learned no shape, only to say 0. Then the ones come, and it is as wrong as can be; it learns to say 1; and so on through all digits, the teeth of a saw. At the end it says 9 to everyone.
#
# No error and no warning, only an odd curve. The law of section 3 has a condition, and it is in the word *drawn*: a batch tells the truth about all examples only if it was drawn from all of them.

# %% [markdown] name="adding-up"
# ## 8. Adding up, on purpose
#
# Lesson 3 warned: `backward` adds to the gradients that are there, and whoever forgets to set them to zero mixes this step with the last one. Here is what it is good for. Suppose a batch of 32 is too large for your memory, as its whole graph must be kept until `backward` has gone through it. Take 4 pieces of 8, one after another, and let them add up. Each piece's mean counts for a quarter.
#
# > **Decide, then run.** Will the gradient be that of the whole batch? And what would it be without the quarter?

# %% name="accumulate"
batch = moons[:32]
pieces = [batch[i : i + 8] for i in range(0, 32, 8)]


def mean_loss(w, rows):
    return ops.mean([bce(ops.dot(w, inputs), target) for inputs, target in rows])


ways = {"whole batch": ([batch], 1), "4 pieces, each a quarter": (pieces, 1 / 4), "4 pieces": (pieces, 1)}
for name, (parts, share) in ways.items():
    w[0].grad = w[1].grad = 0.0  # once, before the first piece
    for part in parts:
        (mean_loss(w, part) * share).backward()  # and not again: they add up
    print(f"{name:24}: {w[0].grad:.12f} {w[1].grad:.12f}")

# %% [markdown] name="adding-up-answer"
# The same gradient, for a quarter of the memory. Without the quarter it is four times as long, and so is the step. This is called *gradient accumulation*; it is the mistake of lesson 3, made on purpose and divided by its number.
#
# A quarter is right only because all pieces have the same size. The last piece of a batch is often smaller.
#
# **10.3 Stretch.** Write it for pieces of any sizes, and one weight w. `loss(w, piece)` gives the mean loss over the rows of a piece, as a `Value`.

# %% name="exercise-3-answer" exercise="10.3"

# %% name="exercise-3-check"
check("10.3", accumulated)

# %% [markdown] name="remember"
# ## Three sentences to remember
#
# 1. A batch's gradient is an estimate of the whole one, whose error falls as 1/√B: tens of examples are a good bargain, thousands are not.
# 2. A better estimate allows a larger step, up to a point, and the passes of one batch can run side by side; an epoch costs the same number of passes, however it is cut.
# 3. Shuffle, for a batch speaks only for the examples that it was drawn from.

# %% [markdown] name="next"
# By now you can make a training loss as small as you like. Lesson 11 asks whether you should.
