# %% [markdown] name="title"
# # 6. Losses
#
# "Will I pass this class?" A network that nobody has taught says: with a probability of 0.1. You pass.
#
# **How wrong was it, in one number, and which number makes a network learn?**
#
# In this lesson you measure surprise, average it over many students, compute it where floats run out, find how short its derivative is, and train a network on forty students. You need lessons 1 and 5, and about 45 minutes.

# %% name="imports"
# On Colab, or where this fails: run  %pip install "microgradlab[notebooks]"  in a cell of its own, and then this.
import math
import random

import matplotlib.pyplot as plt

from microgradlab import MLP, Value, fit, grad, losses, ops, optim, plots
from microgradlab.lessons import check, hint, solution
from microgradlab.plots import BLUE, INK, ORANGE

plots.set_style()

# %% name="the-picture"
answers = [i / 200 for i in range(1, 201)]
_, axes = plt.subplots(figsize=(5.6, 3.8))
axes.plot(answers, [-math.log(p) for p in answers], color=BLUE, label="cross-entropy, −log ŷ")
axes.plot(answers, [(p - 1) ** 2 for p in answers], color=ORANGE, linestyle="--", label="squared error, (ŷ − 1)²")
axes.plot(0.1, -math.log(0.1), "o", color=BLUE)
axes.plot(0.1, 0.81, "o", color=ORANGE)
axes.set(xlabel="the network's answer ŷ, where 1 is true", ylabel="loss", xlim=(0, 1), ylim=(0, 5))
axes.legend();

# %% [markdown] name="one-student"
# ## 1. One student (L)
#
# You went to x₁ = 4 lectures and put x₂ = 5 hours into the project. The untrained network answers ŷ = 0.1, and the truth is y = 1 (29:34).
#
# Think of ŷ as a bet. The network gave a tenth of its belief to what came true. Its *surprise* is measured as
#
# ```
# J = −log ŷ             if y = 1
# J = −log (1 − ŷ)       if y = 0
# ```
#
# Whoever gave everything to the truth pays −log 1 = 0. Whoever gave it half pays −log ½ = 0.69. And whoever gave it nothing pays without end; so a network learns never to be quite sure. This loss is called *cross-entropy*, and as there are two possible answers, *binary* cross-entropy. The logarithm is the natural one, here and in all lessons, and the unit is then called *nat*.
#
# > **Decide, then run.** Read the two dots off the picture: what does the network pay in cross-entropy, and what in squared error?

# %% name="the-student"
network = MLP(2, [3, 1], activation="tanh", seed=0)
x, y = [4, 5], 1
last = network.layers[-1].neurons[0]
last.bias.data += math.log(1 / 9) - network(x).data  # so that it says 0.1, as in the lecture

answer = float(ops.sigmoid(network(x)))
print(f"ŷ = {answer:.12f}")
print("cross-entropy =", losses.binary_cross_entropy(0.1, y))
print("squared error =", losses.mse_loss(0.1, y))

# %% [markdown] name="surprise-exercise"
# **6.1 Warm-up.** Write the surprise, with nothing but `math.log`. Mind ŷ = 1 where 1 is true: that is no surprise at all.

# %% name="exercise-1-answer" exercise="06.1"

# %% name="exercise-1-check"
check("06.1", surprise)

# %% [markdown] name="many-students"
# ## 2. Many students
#
# One student says little about a network. What you want to be small is the mean over everyone you have, and that number has many names: the *empirical risk*, the *objective*, the *cost*, or simply the loss J(W) of the weights W (32:29). Empirical, because it is taken over the students you have seen, and what you would really like to know is what it is for those to come. Lesson 11 is about the difference.
#
# > **Decide, then run.** Three students. At which of them is the network most surprised?

# %% name="three-rows"
predicted, true = [0.1, 0.8, 0.6], [1, 0, 1]
by_hand = []
for p, t in zip(predicted, true):
    by_hand.append(-math.log(p) if t == 1 else -math.log(1 - p))
    print(f"said {p}, was {t}: surprise {by_hand[-1]:.4f}")

print("mean, by hand =", sum(by_hand) / 3)
print("by the engine =", losses.binary_cross_entropy(predicted, true))

# %% [markdown] name="grades"
# If the answer is a number and not a yes or no, say the final grade in percent, one takes the *mean squared error* (32:29): an error of 60 counts not twice but four times as much as one of 30.
#
# > **Decide, then run.** One grade was told as 30 and was 90, one as 80 and was 20, one as 85 and was 95. What share of the mean do the first two have?

# %% name="grades-code"
predicted, true = [30, 80, 85], [90, 20, 95]
print("squares:", [(p - t) ** 2 for p, t in zip(predicted, true)])
print("mean, by hand =", sum((p - t) ** 2 for p, t in zip(predicted, true)) / 3)
print("by the engine =", losses.mse_loss(predicted, true))

# %% [markdown] name="grades-answer"
# 7,200 of the 7,300, which is 99 %. The third grade, off by ten, hardly counts: squares listen to those who are most wrong.

# %% [markdown] name="where-floats-end"
# ## 3. Something goes wrong: where floats run out
#
# A network does not compute ŷ but z, a number of any size, and ŷ = σ(z). This z is called the *logit*. Late in a training, z may be large. Take a student of whom the network is certain: z = −1000. And then he passes.
#
# > **Decide, then run.** σ(−1000) is about 10⁻⁴³⁴. The smallest float is 5·10⁻³²⁴. What will be the loss, and what its derivative by z?

# %% name="naive"
z = Value(-1000.0, label="z")
p = ops.sigmoid(z)
loss = -ops.log(p)
print("in two steps:   ŷ =", p.data, " loss =", loss.data, " slope =", grad(loss, z))

loss = losses.binary_cross_entropy_with_logits(z, 1)
print("from the logit: loss =", loss.data, " slope =", grad(loss, z))

# %% [markdown] name="why-from-logits"
# ŷ became 0, its logarithm −∞, and the slope nan, "not a number". One such student, and every weight is nan after the next step. And the truth is as plain as can be: the loss is 1000, and it falls by 1 if z rises by 1.
#
# So one does not go through ŷ at all. Put σ(z) = 1/(1 + e⁻ᶻ) into the two formulas:
#
# ```
# −log σ(z)       = log(1 + e⁻ᶻ)      if y = 1
# −log (1 − σ(z)) = log(1 + eᶻ)       if y = 0
# ```
#
# It is one function of how far z is on the wrong side. For a large number a, eᵃ overflows; but log(1 + eᵃ) = a + log(1 + e⁻ᵃ), and e⁻ᵃ is harmless. That is what `binary_cross_entropy_with_logits` does, with a long name in every library, and why networks end in logits.
#
# One thing more: where x is tiny, 1 + x is rounded to 1, and log(1 + x) to 0. `math.log1p(x)` is log(1 + x) without that step.
#
# **6.2 Core.** Write the loss from the logit, right for every z.

# %% name="exercise-2-answer" exercise="06.2"

# %% name="exercise-2-check"
check("06.2", from_logit)

# %% [markdown] name="shortest"
# ## 4. The shortest formula
#
# How should z move? The slope of log(1 + eᶻ) is eᶻ/(1 + eᶻ), which is σ(z) again; the other one has σ(z) − 1. In both cases it is
#
# ```
# ∂J/∂z = ŷ − y
# ```
#
# what it said, less what was true. All the logarithms and powers are gone.
#
# > **Decide, then run.** So for the network that said 0.1 of you: what is the slope by its logit, and which way should the logit go?

# %% name="p-minus-y"
logit = network(x)
loss = losses.binary_cross_entropy_with_logits(logit, 1)
print("dJ/dlogit =", round(grad(loss, logit), 12))
print()
for z, y in ((2.0, 1), (2.0, 0), (-5.0, 0), (-1000.0, 1)):
    z = Value(z)
    print(f"z = {z.data:g}, y = {y}: engine {grad(losses.binary_cross_entropy_with_logits(z, y), z):.12f}", end=", ")
    print(f"ŷ − y {float(ops.sigmoid(z)) - y:.12f}")

# %% [markdown] name="more-classes"
# ## 5. More than two classes
#
# For the ten digits, a network has ten logits. To make shares of them, raise e to each, and divide by the sum. That is called *softmax*; for two logits it is σ of their difference. The loss is again the surprise: minus the logarithm of the share that the true class, the *label*, got.
#
# > **Decide, then run.** A network that knows nothing gives ten equal shares. What is its loss? You have seen the number in this lesson, and not by accident.

# %% name="ten-classes"
print("uniform over 10 =", losses.cross_entropy([0.0] * 10, 3))
print("ln 10           =", math.log(10))

# %% [markdown] name="a-tenth"
# A tenth for the truth, as at the beginning. Remember 2.30: a network for digits that begins far above it is confidently wrong (its first weights are too large), and one that stays there has learned nothing.
#
# > **Decide, then run.** Four logits, 0, 3, −2 and 1, and the label is the last class. By section 4, which of the four slopes is negative, and what do all of them add up to?

# %% name="four-logits"
logits = [Value(z) for z in (0.0, 3.0, -2.0, 1.0)]
slopes_found = grad(losses.cross_entropy(logits, 3), logits)
shares = [float(share) for share in ops.softmax(logits)]
for i, (share, slope) in enumerate(zip(shares, slopes_found)):
    print(f"class {i}: share {share:.7f}, slope = {slope:.7f}")
print("their sum, to ten digits:", round(sum(slopes_found), 10) + 0.0)

# %% [markdown] name="shares-less-one"
# Each slope is the share, less 1 at the label. What the label should gain, the others have to give: the sum is 0.
#
# **6.3 Stretch.** Write these slopes, for any number of logits of any size.

# %% name="exercise-3-answer" exercise="06.3"

# %% name="exercise-3-check"
check("06.3", slopes)

# %% [markdown] name="why-not-squares"
# ## 6. Why not squares behind a sigmoid?
#
# One could also take the square (ŷ − y)². It is small where the answer is good, and large where it is bad; what is wrong with it? Look at its slope:
#
# ```
# ∂(ŷ − y)²/∂z = 2·(ŷ − y)·σ′(z)
# ```
#
# > **Decide, then run.** z = −6 and y = 1: the network is sure, and wrong. That is where it should learn most. You know σ′(−6) from lesson 1. Which of the two slopes is larger, and how many times?

# %% name="ratio"
z = Value(-6.0, label="z")
surprised = grad(losses.binary_cross_entropy_with_logits(z, 1), z)
squared = grad(losses.mse_loss(ops.sigmoid(z), 1), z)
print(f"cross-entropy: {surprised:.6f}, squared error: {squared:.6f}")
print("times smaller =", round(surprised / squared, 1))

# %% name="slopes-figure"
zs = [i / 20 for i in range(-200, 101)]
_, axes = plt.subplots(figsize=(5.6, 3.8))
for loss, colour, style, label in (
    (losses.binary_cross_entropy_with_logits, BLUE, "-", "cross-entropy"),
    (lambda z, y: losses.mse_loss(ops.sigmoid(z), y), ORANGE, "--", "squared error"),
):
    leaves = [Value(z) for z in zs]
    axes.plot(zs, [grad(loss(z, 1), z) for z in leaves], style, color=colour, label=label)
axes.axvline(-6, color=INK, linewidth=0.8, linestyle=":")
axes.set(xlabel="logit z, where 1 is true", ylabel="slope of the loss by z")
axes.legend(loc="lower right");

# %% [markdown] name="flat"
# On the left, where the network is most wrong, the square hardly pulls at all: σ is flat there, and its slope stands in the formula as a factor. Cross-entropy was made for σ, and its logarithm undoes the flatness. For answers that are not squeezed by a σ, as grades are not, squares are fine.
#
# ## 7. Forty students
#
# Now the network of section 1 learns (29:34). These forty students are made up by us: whoever went to more lectures and worked more is more likely to pass, with a good deal of luck.
#
# > **Decide, then run.** You, at 4 lectures and 5 hours, are not among the forty. After the training, will the network say more than 0.1 of you? By how much will the loss fall?

# %% name="training"
rng = random.Random(2)
students = []
for _ in range(40):
    lectures, hours = rng.randint(0, 8), round(rng.uniform(0, 10), 1)
    passes = rng.random() < ops.sigmoid(0.8 * lectures + 0.7 * hours - 6.5)
    students.append(([lectures, hours], int(passes)))

network = MLP(2, [3, 1], activation="tanh", seed=0)
network.layers[-1].neurons[0].bias.data += math.log(1 / 9) - network(x).data
before = float(ops.sigmoid(network(x)))
optimizer = optim.Adam(network.parameters(), lr=0.05)
loss = losses.binary_cross_entropy_with_logits
history = fit(network, students, loss=loss, optimizer=optimizer, epochs=200, batch_size=10, progress=False)

print(f"of you it says {before:.2f} before, and {float(ops.sigmoid(network(x))):.2f} after")
print(f"loss in the first epoch {history[0].loss:.3f}, in the last {history[-1].loss:.3f}")

# %% name="students-figure"
inputs = ["lectures attended", "hours spent on the project"]
axes = plots.decision_boundary(network, students, classes=["failed", "passed"], inputs=inputs)
axes.plot(*x, "*", color=INK, markersize=13, label="you")
axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4)
axes

# %% [markdown] name="not-certain"
# The loss does not go to 0, and it should not: there was luck in it. And the answer depends on which forty students it saw; with another seed in the first line it may well say something else of you. How far a network should go in explaining each of its students is the question of lesson 11.

# %% [markdown] name="remember"
# ## Three sentences to remember
#
# 1. A loss is one number for how wrong; for yes or no, and for classes, it is the surprise, −log of what was given to the truth.
# 2. Compute it from logits: there it is right for every float, and its slope is ŷ − y.
# 3. What is made small is the mean over those one has seen; what one would like is that over those to come.

# %% [markdown] name="next"
# One number, and its slope by each weight: in lesson 7 you walk down.
