# %% [markdown] name="title"
# # 9. Adaptive optimizers
#
# Six ways down the same stretched valley, sixty steps each. Two of them swing from side to side, because one rate has to do for two directions. The other four look at what the gradients have been, and choose for each weight.
#
# **Can every weight have a learning rate of its own, without anybody choosing it?**
#
# In this lesson you write two famous optimizers in a few lines each, check them against the library to the last digits, find mistakes in three others, and see who wins: which turns out to be several questions. You need lessons 7 and 8, and about 50 minutes.

# %% name="imports"
# On Colab, or where this fails: run  %pip install "microgradlab[notebooks]"  in a cell of its own, and then this.
import math

import matplotlib.pyplot as plt

from microgradlab import MLP, Value, data, errors, fit, losses, optim, play, record_training
from microgradlab.lessons import check, hint, solution
from microgradlab.plots import BLUE, INK, ORANGE, set_style
from microgradlab.train import evaluate

set_style()  # how figures look

# %% name="the-picture"
# Only look for now: sections 1 to 5 are about these six.
OPTIMIZERS = {
    "SGD": optim.SGD,
    "momentum": lambda weights, lr: optim.SGD(weights, lr=lr, momentum=0.9),
    "Adagrad": optim.Adagrad,
    "RMSprop": optim.RMSprop,
    "Adadelta": optim.Adadelta,
    "Adam": optim.Adam,
}


def valley(x, y):
    return 0.5 * x**2 + 12.5 * y**2


def race(J, start, name, lr, steps):
    """All places of one optimizer on the way down, or on the way off."""
    weights = [Value(w) for w in start]
    optimizer = OPTIMIZERS[name](weights, lr=lr)
    places = [start]
    for _ in range(steps):
        optimizer.zero_grad()
        J(*weights).backward()
        optimizer.step()
        places.append(tuple(w.data for w in weights))
        if not J(*places[-1]) < 1e9:
            break
    return places


suited = {"SGD": 0.07, "momentum": 0.01, "Adagrad": 1.0, "RMSprop": 0.1, "Adadelta": 10.0, "Adam": 0.3}
across, up = [i / 5 - 3 for i in range(66)], [i / 5 - 5 for i in range(51)]
heights = [[valley(x, y) for x in across] for y in up]

_, panels = plt.subplots(2, 3, figsize=(8, 4.6), sharex=True, sharey=True)
for axes, (name, lr) in zip(panels.flat, suited.items()):
    axes.contour(across, up, heights, [2 * k * k for k in range(1, 13)], colors=[INK], linewidths=0.4, alpha=0.5)
    axes.plot(*zip(*race(valley, (8.0, 4.0), name, lr, steps=60)), "o-", color=ORANGE, linewidth=1, markersize=2.5)
    axes.plot(0, 0, "+", color=BLUE, markersize=11, markeredgewidth=2)
    axes.set(title=f"{name}, η = {lr:g}", xlim=(-3, 10), ylim=(-5, 5))
panels[0][0].set_ylabel("y")
panels[1][0].set(xlabel="x", ylabel="y");

# %% [markdown] name="updates"
# ## 1. An update and its memory
#
# The lecture names them in one breath: SGD, Adam, Adadelta, Adagrad, RMSProp (44:05 ff.). They are more alike than their names. Each is a formula for *one* weight x: given its gradient g, it says where x goes, and what to remember for the next time.
#
# SGD remembers nothing. With momentum it remembers one number, the velocity b of lesson 7:
#
# ```
# SGD         x ← x − η·g
#
# momentum    b ← 0.9·b + g
#             x ← x − η·b
# ```
#
# As functions, which take what they remembered and give it back:
#
# > **Decide, then run.** On (x − 4)² from 0, with η = 0.1, SGD makes its third step to 1.952 (lesson 8 had that in a table). Is momentum behind it by then, or ahead?


# %% name="sgd"
def sgd(x, g, t):
    return (x - 0.1 * g,)


def momentum(x, g, t, b=0.0):
    b = 0.9 * b + g
    return x - 0.1 * b, b


def walk(update, steps=3):
    """Where steps of an update lead on (x − 4)², from 0; t counts them from 1."""
    x, *memory = (0.0,)
    for t in range(1, steps + 1):
        g = 2 * (x - 4)
        x, *memory = update(x, g, t, *memory)
    return x


def library(make, steps=3):
    """The same with an optimizer of the library."""
    x = Value(0.0)
    optimizer = make([x])
    for _ in range(steps):
        optimizer.zero_grad()
        (x - 4).square().backward()
        optimizer.step()
    return x.data


with_momentum = library(lambda xs: optim.SGD(xs, lr=0.1, momentum=0.9))
print("SGD, third step:      by hand =", walk(sgd), " library =", library(lambda xs: optim.SGD(xs, lr=0.1)))
print("momentum, third step: by hand =", walk(momentum), " library =", with_momentum)

# %% [markdown] name="adagrad"
# Ahead: the first steps are the same, and from then on each of its steps carries some of those before.
#
# ## 2. Adagrad: divide by what has been
#
# In the stretched valley of lesson 8, y wants a small rate and x a large one. What tells them apart? Their gradients: those of y are large. So let each weight add up the squares of its gradients, and divide by the root of the sum (Duchi and others, 2011):
#
# ```
# v ← v + g²
# x ← x − η·g / (√v + ε)
# ```
#
# v begins at 0, and ε = 10⁻¹⁰ is there so that a gradient of 0 does not make 0/0.
#
# > **Decide, then run.** The first step on (x − 4)² from 0, where g = −8, and on 1000·(x − 4)², where g = −8000, with η = 0.1. How long is each, by SGD and by Adagrad?

# %% name="first-steps"
for steepness, J in ((1, lambda x: (x - 4) ** 2), (1000, lambda x: 1000 * (x - 4) ** 2)):
    for name in ("SGD", "Adagrad"):
        [_, (x,)] = race(J, (0.0,), name, lr=0.1, steps=1)
        print(f"{steepness:4} · (x − 4)²: the first step of {name:7} is {x:.6g}")

# %% [markdown] name="adagrad-first"
# 0.1, whatever the gradient: it is divided by itself, and only its sign is left. So in the picture at the top Adagrad's first step goes as far in x as in y. The scale of the landscape, on which everything hung in lesson 8, is gone.
#
# **9.1 Warm-up.** Write Adagrad's step, in the manner of the functions above.

# %% name="exercise-1-answer" exercise="09.1"

# %% name="exercise-1-check"
check("09.1", adagrad)

# %% name="adagrad-library"
print("third step: library =", library(lambda xs: optim.Adagrad(xs, lr=0.1)))

# %% [markdown] name="never-forgets"
# ## 3. Something goes wrong: a sum that never forgets
#
# A sum only grows, so Adagrad's steps only shrink. Suppose that a single gradient, the first, is a thousand times too large, because some row of the data is broken. RMSprop (Hinton, 2012) differs from Adagrad in one line: in place of the sum it keeps a running mean.
#
# ```
# v ← 0.99·v + 0.01·g²
# x ← x − η·g / (√v + ε)
# ```
#
# > **Decide, then run.** How long does each of them suffer from one bad gradient?


# %% name="one-bad-gradient"
def shaken(make, steps=1500):
    """All places on (x − 4)² from 0, where the first gradient is a thousand times too large."""
    x = Value(0.0)
    optimizer = make([x])
    places = [x.data]
    for t in range(1, steps + 1):
        optimizer.zero_grad()
        (x - 4).square().backward()
        if t == 1:
            x.grad *= 1000
        optimizer.step()
        places.append(x.data)
    return places


slow, quick = shaken(lambda xs: optim.Adagrad(xs, lr=0.1)), shaken(lambda xs: optim.RMSprop(xs, lr=0.01))
_, axes = plt.subplots(figsize=(6.6, 3.2))
axes.plot(slow, "--", color=ORANGE, label="Adagrad, η = 0.1")
axes.plot(quick, color=BLUE, label="RMSprop, η = 0.01")
axes.axhline(4, color=INK, linewidth=0.8, alpha=0.4)
axes.set(xlabel="steps taken", ylabel="x", xlim=(0, 1500), ylim=(0, 4.4))
axes.legend(loc="center left")
print(f"after 1500 steps: Adagrad at {slow[-1]:.3f}, RMSprop at {quick[-1]:.3f}")


# %% name="rmsprop"
def rmsprop(x, g, t, v=0.0):
    v = 0.99 * v + 0.01 * g * g
    return x - 0.01 * g / (math.sqrt(v) + 1e-8), v


print("third step: by hand =", walk(rmsprop), " library =", library(lambda xs: optim.RMSprop(xs, lr=0.01)))

# %% [markdown] name="rmsprop-read"
# RMSprop forgets one per cent in each step: a thousand steps later, the accident is past. Adagrad never forgets it. (Note that RMSprop's first step is ten times η long: v has only a hundredth of g² in it yet. Section 6 comes back to that.)
#
# ## 4. Adadelta: a step in the right unit
#
# Zeiler (2012) asked for the *unit* of a step. If x is a length in metres and J a price in euros, g is in euros per metre. g/√v has no unit at all. A step should be in metres; so Adadelta multiplies by the root of a mean of its own past steps, squared, and then it needs no η:
#
# ```
# v ← 0.9·v + 0.1·g²
# d = √(u + ε) / √(v + ε) · g          ε = 10⁻⁶
# u ← 0.9·u + 0.1·d²
# x ← x − d
# ```
#
# > **Decide, then run.** At the beginning there are no past steps: u = 0. Is the start quick or slow?


# %% name="adadelta"
def adadelta(x, g, t, v=0.0, u=0.0):
    v = 0.9 * v + 0.1 * g * g
    d = math.sqrt(u + 1e-6) / math.sqrt(v + 1e-6) * g
    u = 0.9 * u + 0.1 * d * d
    return x - d, v, u


print("third step: by hand =", walk(adadelta), " library =", library(lambda xs: optim.Adadelta(xs, lr=1.0, rho=0.9)))
for steps in (100, 500, 1000):
    print(f"after {steps:4} steps: x = {walk(adadelta, steps):.4f}")

# %% [markdown] name="adam"
# Slow: all that moves it is the ε under the root, and it has to talk itself into longer steps. (The library has an η for it all the same, which is 1 unless you say otherwise; in the picture it is 10.)
#
# ## 5. Adam: both memories, and a correction
#
# Adam (Kingma and Ba, 2014) keeps a running mean m of the gradients, as momentum does, and one v of their squares, as RMSprop does:
#
# ```
# m ← 0.9·m + 0.1·g                m̂ = m / (1 − 0.9ᵗ)
# v ← 0.999·v + 0.001·g²           v̂ = v / (1 − 0.999ᵗ)
# x ← x − η·m̂ / (√v̂ + ε)           ε = 10⁻⁸
# ```
#
# What are the hats for? A running mean that begins at 0 is too small at first: after one step m is only a tenth of g, and v a thousandth of g². The hats divide by just what is missing; t counts the steps from 1.
#
# **9.2 Core.** Write Adam's step. The last digits of three steps will be compared.

# %% name="exercise-2-answer" exercise="09.2"

# %% name="exercise-2-check"
check("09.2", adam)

# %% name="adam-library"
print("third step: library =", library(lambda xs: optim.Adam(xs, lr=0.1)))

# %% [markdown] name="no-hats"
# ## 6. Something goes wrong: Adam without its hats
#
# Leave the correction out. Both means are too small at first, and one is divided by the root of the other.
#
# > **Decide, then run.** Are the first steps too short, too long, or do the two mistakes cancel?


# %% name="bald"
def adam_as(hats):
    def update(x, g, t, m=0.0, v=0.0):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        m_hat, v_hat = (m / (1 - 0.9**t), v / (1 - 0.999**t)) if hats else (m, v)
        return x - 0.1 * m_hat / (math.sqrt(v_hat) + 1e-8), m, v

    return update


_, axes = plt.subplots(figsize=(6.6, 3.2))
for hats, dashes, colour in ((False, "-", ORANGE), (True, "--", BLUE)):
    places = [walk(adam_as(hats), steps) for steps in range(121)]
    name = "with hats" if hats else "without"
    axes.plot(places, dashes, color=colour, label=name)
    print(f"{name:9}: the first step = {places[1]:.4f}, and the furthest place = {max(places):.4f}")
axes.axhline(4, color=INK, linewidth=0.8, alpha=0.4)
axes.set(xlabel="steps taken", ylabel="x", xlim=(0, 120), ylim=(0, 6))
axes.legend(loc="lower right")

for t in (1, 10, 100, 1000):
    print(f"step {t:4}: without hats it is {(1 - 0.9**t) / math.sqrt(1 - 0.999**t):.2f} times as long")

# %% [markdown] name="too-long"
# Too long, and not by a little: for the same gradients more than three times at first, six and a half times at the tenth step, and a thousand steps later still by a quarter. The root is to blame: a thousandth of g² is under the root about a thirtieth of g, while m is a tenth. Here the walk recovers, and no error tells that anything was wrong.

# %% [markdown] name="three-listings"
# **9.3 Stretch.** Below are three optimizers, copied in a hurry: in each, one line is wrong. Find out which. Their first three places stand beside the library's; think what the first step uses, and what only the later ones do.

# %% name="listings"
def rmsprop_in_a_hurry(x, g, t, v=0.0):
    v = 0.99 * v + g * g  # line 1
    step = 0.01 * g / (math.sqrt(v) + 1e-8)  # line 2
    return x - step, v  # line 3


def adam_in_a_hurry(x, g, t, m=0.0, v=0.0):
    m = 0.9 * m + 0.1 * g  # line 1
    v = 0.999 * v + 0.001 * g * g  # line 2
    m_hat = m / (1 - 0.9)  # line 3
    v_hat = v / (1 - 0.999**t)  # line 4
    return x - 0.1 * m_hat / (math.sqrt(v_hat) + 1e-8), m, v  # line 5


def adadelta_in_a_hurry(x, g, t, v=0.0, u=0.0):
    v = 0.9 * v + 0.1 * g * g  # line 1
    d = math.sqrt(u + 1e-6) / math.sqrt(v + 1e-6) * g  # line 2
    u = 0.9 * u + 0.1 * g * g  # line 3
    return x - d, v, u  # line 4


right = {
    rmsprop_in_a_hurry: lambda xs: optim.RMSprop(xs, lr=0.01),
    adam_in_a_hurry: lambda xs: optim.Adam(xs, lr=0.1),
    adadelta_in_a_hurry: lambda xs: optim.Adadelta(xs, lr=1.0),
}
for update, make in right.items():
    print(update.__name__)
    print("  here:   ", [round(walk(update, steps), 5) for steps in (1, 2, 3)])
    print("  library:", [round(library(make, steps), 5) for steps in (1, 2, 3)])

# %% name="exercise-3-answer" exercise="09.3"

# %% name="exercise-3-check"
check("09.3", wrong_lines)

# %% [markdown] name="who-wins"
# ## 7. Who wins?
#
# That depends on the landscape, and on how well each rate was chosen. So give each optimizer ten rates, from 0.001 to 31.6, let each pick its best, and race for a hundred steps on three landscapes: the valley of the picture; the same valley turned by 45°, so that it runs diagonally; and the bent one of Rosenbrock (1960), known as the banana.
#
# > **Decide, then run.** For which of the six will the turned valley be as good as the straight one?

# %% name="three-landscapes"
HALF = math.sqrt(0.5)


def diagonal(x, y):
    """The valley, turned by 45°."""
    return valley(HALF * (x + y), HALF * (y - x))


def banana(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


rates = [10 ** (i / 2) for i in range(-6, 4)]
landscapes = {
    "valley": (valley, (8.0, 4.0)),
    "diagonal": (diagonal, (HALF * 4.0, HALF * 12.0)),  # the same place of the valley
    "banana": (banana, (-1.2, 1.0)),
}
print("J after 100 steps" + "".join(f"{name:>11}" for name in landscapes))
for name in OPTIMIZERS:
    best = [min(J(*race(J, start, name, lr, steps=100)[-1]) for lr in rates) for J, start in landscapes.values()]
    print(f"{name:17}" + "".join(f"{found:11.1e}" for found in best))

# %% [markdown] name="depends"
# Three landscapes, three winners.
#
# In the straight valley Adagrad and RMSprop are beyond comparison: each weight has a direction of its own, and they treat each by itself. Turn the valley, and a hundred powers of ten are gone. RMSprop is still first, but only a little before momentum. For now x and y are both half steep and half flat, and no pair of rates, one for x and one for y, makes the valley round. SGD and momentum do not notice, since a gradient turns with the landscape. An adaptive optimizer adapts to the *weights*, and not to the directions of the landscape. In the bent valley momentum wins, by far.
#
# And Adadelta is last on all three: a hundred steps are not enough for its slow start.

# %% [markdown] name="network"
# ## 8. On a network
#
# The network and the points of lesson 8, fifty steps, eleven rates; one seed, so read it as one example.
#
# > **Decide, then run.** SGD was at its best at η = 10. Where do you expect Adam's best rate, whose steps are about η long for each weight?

# %% name="network-figure"
moons = data.moons(40, noise=0.1, seed=0)
loss = losses.binary_cross_entropy_with_logits


def trained(name, lr):
    """The loss after fifty steps; inf if it flew off."""
    model = MLP(2, [8, 1], activation="tanh", seed=0)
    optimizer = OPTIMIZERS[name](model.parameters(), lr=lr)
    try:
        fit(model, moons, loss=loss, optimizer=optimizer, epochs=50, progress=False)
    except errors.NonFiniteLossError:
        return math.inf
    return evaluate(model, moons, loss)


rates = [10 ** (i / 2) for i in range(-6, 5)]
_, axes = plt.subplots(figsize=(6.6, 3.8))
for name, sign, colour in (("SGD", "s:", INK), ("momentum", "^-", ORANGE), ("Adam", "o--", BLUE)):
    found = [trained(name, lr) for lr in rates]
    axes.loglog(rates, found, sign, color=colour, markersize=5, linewidth=1.5, label=name)
    best = min(zip(found, rates))
    good = sum(x < 0.1 for x in found)
    print(f"{name:8}: best {best[0]:.4f} at η = {best[1]:.3g}; below 0.1 at {good} of {len(rates)} rates")
axes.set(xlabel="learning rate η", ylabel="loss after 50 steps")
axes.legend(loc="upper left");

# %% [markdown] name="network-read"
# Tuned with care, momentum comes out next to Adam. What Adam has is a wider valley of good rates, and a place for it that you can guess: its steps have about the length η in every weight, whatever the scale of the loss. That is why people reach for it first. It is a good habit, and no law: a comparison of fifteen optimizers in more than 50,000 runs found none that is best on every task, and Adam a strong contender (Schmidt and others, 2021).
#
# Here is Adam at work on a network of two hidden neurons. Step through it, and watch what it keeps for a weight: m and v, `exp_avg` and `exp_avg_sq` by PyTorch's names.

# %% name="player"
model = MLP(2, [2, 1], activation="tanh", seed=0)
adam_for_it = optim.Adam(model.parameters(), lr=0.1)
few = data.moons(16, seed=0)
play(record_training(model, few, loss=loss, optimizer=adam_for_it, epochs=30, progress=False))

# %% [markdown] name="remember"
# ## Three sentences to remember
#
# 1. An optimizer is a formula for one weight and a little memory: a velocity, a sum or mean of squared gradients, or both.
# 2. Divided by the root of its past squares, a step is about as long as the rate, whatever the gradient's size; means that begin at 0 need a correction.
# 3. Which optimizer wins depends on the landscape and on the rate: give each its own sweep before you compare.

# %% [markdown] name="next"
# So far almost every gradient was that of all examples. Lesson 10 asks how few of them are enough.
