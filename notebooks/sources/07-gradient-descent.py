# %% [markdown] name="title"
# # 7. Gradient descent and the landscape
#
# Each point of the map below is a neuron, and the colour says how wrong that neuron is. A training is a walk on this map, by a walker who sees nothing but the ground under its feet.
#
# **How do you find the bottom of a valley that you cannot see?**
#
# In this lesson you write the loop that all training rests on, give it a memory, and watch it fail in three ways that everyone meets. You need lessons 3, 5 and 6, and about 45 minutes.

# %% name="imports"
# On Colab, or where this fails: run  %pip install "microgradlab[notebooks]"  in a cell of its own, and then this.
import math
import random

import matplotlib.pyplot as plt

from microgradlab import MLP, Neuron, Value, data, fit, losses, optim, plots, record_training
from microgradlab.lessons import check, hint, solution
from microgradlab.plots import BLUE, INK, ORANGE, set_style

set_style()  # how figures look

# %% name="the-picture"
# Only look for now: section 4 takes the same walk by hand.
irises = [((sepal,), int(species == 2)) for (sepal, *_), species in data.iris() if species != 0]
flowers = data.Standardizer().fit(irises).transform(irises)

rng = random.Random(1)
neuron = Neuron(1)
neuron.load_state_dict({"weights.0": rng.uniform(-3, 3), "bias": rng.uniform(-3, 3)})

sgd = optim.SGD(neuron.parameters(), lr=1.0)
loss = losses.binary_cross_entropy_with_logits
walk = record_training(neuron, flowers, loss=loss, optimizer=sgd, epochs=60, progress=False)
plots.loss_landscape(walk, weights=("weights.0", "bias"))

# %% [markdown] name="landscape"
# ## 1. A landscape
#
# Here are a hundred irises of two species, fifty of each. Their sepals have been measured, and scaled so that the average is 0 and the typical distance from it 1. A neuron with one weight and one bias is to tell the species from that length: 1 for *virginica*, 0 for *versicolor*.
#
# Lesson 6 gave every neuron a number J that says how wrong it is: the mean of the losses over all flowers. So J is a function of the weights, and the lecture asks for the weights W* at which it is least (35:12):
#
# ```
# W* = argmin J(W)
# ```
#
# > **Decide, then run.** With w = 0 and b = 0, the neuron is undecided about every flower: it says ½. What is J there? (Lesson 6: the loss of an answer is −ln of what it gave to the truth.)

# %% name="heights"
lengths = [length for (length,), _ in flowers]
species = [target for _, target in flowers]


def J(w, b):
    """How wrong the neuron with this weight and bias is: the mean over the flowers."""
    return losses.binary_cross_entropy_with_logits([w * length + b for length in lengths], species)


print(f"{len(flowers)} flowers, {sum(species)} of them virginica")
for w, b in ((0.0, 0.0), (1.0, 0.0), (-1.0, 0.0)):
    print(f"J({w:g}, {b:g}) = {J(w, b)}")

# %% [markdown] name="why-not-all"
# ln 2, as for everyone who only guesses. A weight of 1 is better, so long sepals speak for *virginica*; a weight of −1 has it the wrong way round.
#
# J is the height of a landscape over the plane of all (w, b), and the picture at the top is its map. But to draw that map, J was computed at 25 × 25 places.
#
# > **Decide, then run.** The network that reads digits has 2,410 weights. How many digits has the number of places, at 25 for each weight?

# %% name="too-many"
print(f"two weights: {25**2} places")
print(f"2,410 weights: a number of {len(str(25**2410)):,} digits")

# %% [markdown] name="steps"
# ## 2. Four steps
#
# Nobody will ever see that map. What you can have at one place, for one run forward and one backward, is the gradient there (lesson 3). It says which way is up, and how steeply. That is enough for a method (35:12):
#
# 1. Begin somewhere, at random.
# 2. Compute the gradient ∂J/∂W.
# 3. Take a small step against it: W ← W − η·∂J/∂W.
# 4. Repeat from 2.
#
# η, read "eta", is the *learning rate*: it says how small is small. Lesson 8 belongs to it.
#
# Take the plainest landscape there is, J = (x − 4)², whose lowest point you know.
#
# > **Decide, then run.** η = 0.01, and 500 steps. Will x be 4 at the end: exactly, nearly, or not at all?

# %% name="parabola"
start = -1.0834540128707886  # drawn at random, once and for all
x = Value(start)
places = [x.data]

for _ in range(500):
    x.grad = 0.0
    (x - 4).square().backward()
    x.data -= 0.01 * x.grad
    places.append(x.data)

print("x after 500 steps       =", x.data)
print("4 + (start − 4)·0.98⁵⁰⁰ =", 4 + (start - 4) * 0.98**500)

# %% name="parabola-figure"
curve = [i / 50 for i in range(-75, 276)]
_, axes = plt.subplots(figsize=(5.6, 3.6))
axes.plot(curve, [(x - 4) ** 2 for x in curve], color=INK, linewidth=1)
axes.plot(places[::10], [(x - 4) ** 2 for x in places[::10]], "o", color=ORANGE, markersize=5, label="every tenth step")
axes.set(xlabel="x", ylabel="J = (x − 4)²", ylim=(-1, 30))
axes.legend(loc="upper center");

# %% [markdown] name="slows-down"
# Nearly. The gradient of (x − 4)² is 2(x − 4), so a step makes
#
# ```
# x − 0.01·2(x − 4)        and leaves a distance of  (x − 4)·(1 − 0.02)
# ```
#
# Whatever the distance was, 98 % of it is left, and after 500 steps 0.98⁵⁰⁰ of it: 0.004 %. (The last digit of the two lines differs, because five hundred steps round five hundred times.)
#
# Look at the dots. Nobody told the walker to slow down near the bottom: the ground gets flatter there, so the gradient gets smaller, and with it the step.
#
# **7.1 Warm-up.** With a pencil: start at x = 0, with η = 0.1. Where are you after one step, and where after two?

# %% name="exercise-1-answer" exercise="07.1"

# %% name="exercise-1-check"
check("07.1", places_of_two_steps)

# %% [markdown] name="core"
# Nothing in that loop knows that J is a parabola. Write it for any J.
#
# **7.2 Core.** `J` is a function that takes a `Value` and gives one, as `lambda x: (x - 4).square()` does. Four lines are enough.

# %% name="exercise-2-answer" exercise="07.2"

# %% name="exercise-2-check"
check("07.2", descend)

# %% [markdown] name="piling-up"
# ## 3. Something goes wrong: gradients that pile up
#
# One line of the loop looks as if it did nothing: `x.grad = 0.0`. Leave it out. Backward *adds* to the gradient (lesson 3), so each step now goes against the sum of all gradients so far.
#
# > **Decide, then run.** The same parabola, start and η. Does x arrive sooner, later, elsewhere, or never?

# %% name="no-zero"
x = Value(start)
swinging = [x.data]
for _ in range(500):
    (x - 4).square().backward()  # onto what is there already
    x.data -= 0.01 * x.grad
    swinging.append(x.data)

_, axes = plt.subplots(figsize=(6.6, 3.2))
axes.plot(swinging, color=ORANGE, linewidth=1.3, label="gradients pile up")
axes.plot(places, "--", color=BLUE, label="gradients start from zero")
axes.axhline(4, color=INK, linewidth=0.8, alpha=0.4)
axes.set(xlabel="steps taken", ylabel="x", ylim=(-2.5, 13.5), xlim=(0, 500))
axes.legend(loc="upper center", ncols=2)
print(f"in the last 100 steps x is between {min(swinging[-100:]):.2f} and {max(swinging[-100:]):.2f}")

# %% [markdown] name="never-still"
# Never. It runs down into the valley, and when it reaches the bottom the sum is at its largest: so it rushes through, climbs as high on the other side, and comes back. For ever, like a pendulum in a world without air.
#
# In a real training there is no error and no warning; the loss goes up and down, and people blame the learning rate. First look whether someone zeroes the gradients. (Keep the pendulum in mind: in section 6 it comes back, tamed.)

# %% [markdown] name="two-weights"
# ## 4. The walk on the map
#
# With two weights nothing changes but that the step moves both. Here is the walk of the picture at the top, without any help from the library but `backward`:
#
# > **Decide, then run.** Where will the walk begin to slow down? And will J be 0 at its end?

# %% name="by-hand"
rng = random.Random(1)
w, b = Value(rng.uniform(-3, 3), label="w"), Value(rng.uniform(-3, 3), label="b")

for step in range(60):
    w.grad = b.grad = 0.0
    height = J(w, b)
    height.backward()
    if step % 12 == 0:
        print(f"step {step:2}: w {w.data:+.3f}   b {b.data:+.3f}   J {height.data:.4f}")
    for weight in (w, b):
        weight.data -= 1.0 * weight.grad

print(f"at last: w {w.data:+.3f}   b {b.data:+.3f}   J {J(w.data, b.data):.4f}")
print("the library's walk ends at the same place:", abs(neuron.weights[0].data - w.data) < 1e-12)

# %% [markdown] name="not-zero"
# Nearly all of the way down is done in the first twelve steps; the other forty-eight are spent where the ground is almost level. The lowest J is about 0.5527, and not 0: the two species overlap, and no neuron tells them apart by this one length. *Best* means best of what these two numbers can do.
#
# The library's loop in the picture's cell, `record_training`, did exactly this: zero, forward, backward, step. The step, `weight.data -= lr * weight.grad` for every weight, is all of `optim.SGD`.

# %% [markdown] name="two-valleys"
# ## 5. Something goes wrong: the wrong valley
#
# That map has one valley, and every walk ends there. Networks with hidden layers have landscapes with many. The smallest example needs one weight:
#
# ```
# J = w⁴ − 4w² + w
# ```
#
# It is level at three places: at the bottoms of two valleys, and on the top of the hill between them. A walk *down* finds a bottom; and a walk *up*, with + for −, finds the top.
#
# > **Decide, then run.** One walk goes down from −2.5, one down from 2.5, and one up from 0. Which valley is deeper? (Compare J at w = 1 and at w = −1 in your head.)


# %% name="three-places"
def valleys(w):
    return w**4 - 4 * w**2 + w


def slope(w):
    """How fast J changes at w: asked of the engine."""
    w = Value(w)
    valleys(w).backward()
    return w.grad


def walked(w, step, times=500):
    """Where so many steps of `step` times the slope lead."""
    for _ in range(times):
        w += step * slope(w)
    return w


for name, w in (("left", walked(-2.5, -0.01)), ("hill", walked(0.0, 0.01)), ("right", walked(2.5, -0.01))):
    print(f"{name} = {w}, where J is {valleys(w):.3f}")

# %% [markdown] name="worse"
# The walk from 2.5 ends in the right valley, where J is −2.619, and stays: every small step from there goes up. The better place, at −5.444, is behind a hill that it cannot see across. Where you end depends on where you begin, which is one reason to begin at random, and more than once.

# %% [markdown] name="momentum"
# ## 6. A ball instead of a walker
#
# A walker stops where the ground is level. A ball does not: it keeps some of its speed. Let b be a *velocity* that forgets a tenth of itself in each step, and takes in the new gradient (Polyak, 1964):
#
# ```
# b ← 0.9·b + ∂J/∂w
# w ← w − η·b
# ```
#
# 0.9 is the *momentum*, and b begins at 0. With momentum 0 you have the walker again; with 1, nothing is ever forgotten, and that is the pendulum of section 3.
#
# > **Decide, then run.** Walker and ball start at 2.5 with η = 0.01. Where does the ball come to rest?


# %% name="ball"
def journey(start, momentum, steps=600):
    """All places from start on, with the library's SGD."""
    w = Value(start)
    optimizer = optim.SGD([w], lr=0.01, momentum=momentum)
    places = [w.data]
    for _ in range(steps):
        optimizer.zero_grad()
        valleys(w).backward()
        optimizer.step()
        places.append(w.data)
    return places


walker, ball = journey(2.5, momentum=0.0), journey(2.5, momentum=0.9)
print(f"walker = {walker[-1]:.6f}")
print(f"ball   = {ball[-1]:.6f}")

curve = [i / 50 for i in range(-130, 131)]
_, panels = plt.subplots(1, 2, figsize=(8, 3.6))
panels[0].plot(curve, [valleys(w) for w in curve], color=INK, linewidth=1)
panels[0].set(xlabel="w", ylabel="J = w⁴ − 4w² + w", ylim=(-7.5, 18))
panels[1].axhline(0.126, color=INK, linewidth=0.8, alpha=0.4)
panels[1].text(64, 0.2, "top of the hill")
panels[1].set(xlabel="steps taken", ylabel="w", xlim=(0, 100))
for name, places, sign, dashes, colour in (("walker", walker, "o", "--", BLUE), ("ball", ball, "^", "-", ORANGE)):
    heights = [valleys(w) for w in places[:50]]
    panels[0].plot(places[:50], heights, sign, color=colour, fillstyle="none", markersize=5, label=f"{name}, each step")
    panels[1].plot(places[:101], dashes, color=colour, label=name)
panels[0].legend(loc="upper center")
panels[1].legend(loc="upper right");

# %% [markdown] name="over-the-hill"
# The ball comes down the slope so fast that it rolls through the right valley, over the hill, and to rest in the left one.
#
# **7.3 Stretch.** Give your loop of 7.2 a velocity.

# %% name="exercise-3-answer" exercise="07.3"

# %% name="exercise-3-check"
check("07.3", roll)

# %% [markdown] name="no-cure"
# So with momentum one finds the better valley?
#
# > **Decide, then run.** Let 61 walkers and 61 balls start at −3, −2.9, … 3. Of how many of each does the journey end in the better valley, the left one?

# %% name="many-starts"
starts = [i / 10 for i in range(-30, 31)]
_, axes = plt.subplots(figsize=(6.6, 2.2))
for row, (name, momentum) in enumerate((("balls", 0.9), ("walkers", 0.0))):
    ends = [journey(start, momentum, steps=300)[-1] for start in starts]
    better = [start for start, end in zip(starts, ends) if end < 0]
    worse = [start for start, end in zip(starts, ends) if end > 0]
    print(f"{name}: {len(better)} of {len(starts)} end in the better valley")
    axes.plot(better, [row] * len(better), "o", color=BLUE, markersize=5, label="" if row else "to the better valley")
    axes.plot(worse, [row] * len(worse), "x", color=ORANGE, markersize=5, label="" if row else "to the worse")
axes.set(xlabel="where w starts", ylim=(-0.6, 2.1), yticks=[0, 1], yticklabels=["balls", "walkers"])
axes.legend(loc="upper center", ncols=2);

# %% [markdown] name="second-chance"
# Hardly more. A walker ends in the valley that it starts in. Balls that start high on the right roll over the hill to the better side; but some that start high on the left roll over it as well, and away from what they wanted. Momentum is no compass. What it does reliably you will see in lesson 8, in a valley that is long and narrow.

# %% [markdown] name="alike"
# ## 7. Something goes wrong: a start without chance
#
# Why begin at *random*? Zero looks like the fairest place of all. Take forty points of two moons, a network with four hidden neurons, 300 steps, and three ways to begin: every weight 0, every weight ½, and as the library does it, at random.
#
# > **Decide, then run.** Four hidden neurons that begin alike see the same inputs and get the same gradients. What will they be after training? And what can a network of zeros learn?

# %% name="constant-starts"
moons = data.moons(40, seed=0)
learned, losses_at_last = {}, {}

for name, number in (("zeros", 0.0), ("halves", 0.5), ("random", None)):
    model = MLP(2, [4, 1], activation="tanh", seed=0)
    if number is not None:
        for parameter in model.parameters():
            parameter.data = number
    optimizer = optim.SGD(model.parameters(), lr=1.0)
    history = fit(model, moons, loss=loss, optimizer=optimizer, epochs=300, progress=False)
    learned[name], losses_at_last[name] = model, history[-1].loss
    print(f"{name:6}: loss from {history[0].loss:.4f} to {history[-1].loss:.4f}; first weights of the hidden neurons:")
    print("        ", [round(hidden.weights[0].data, 3) for hidden in model.layers[0].neurons])

first, *others = learned["halves"].layers[0].neurons
alike = all(neuron.state_dict() == first.state_dict() for neuron in others)
print()
print("zeros: loss =", losses_at_last["zeros"], "where ln 2 =", math.log(2))
print("halves: are the four hidden neurons alike, to the last bit?", alike)

# %% [markdown] name="symmetry"
# The zeros have not moved: their loss is ln 2 to the last digit. Every hidden neuron says tanh(0) = 0, so the weight behind it makes no difference; and as that weight is 0, nothing before it makes one either. Only the last bias could move, and with twenty points of each kind it has nothing to gain. So every gradient is 0. The place is level, though it is no valley: there is lower ground, and no way to feel it.
#
# The halves do move, and their four neurons move in step. They began alike, so their gradients are alike, and so they stay: four copies of one neuron. Here are the answers of both networks. Four copies draw what one neuron draws, a straight line.

# %% name="copies"
figure = plots.Plot(8, 3.8)
for axes, name in zip(figure.subplots(1, 2), ("halves", "random")):
    plots.decision_boundary(learned[name], moons, ax=axes)
    axes.set_title(f"started from {name}", loc="left", fontsize=10, pad=38)
figure

# %% [markdown] name="break-it"
# Chance is what makes the neurons different, and what is different can share out the work. That is why step 1 of the method says: at random.

# %% [markdown] name="remember"
# ## Three sentences to remember
#
# 1. Gradient descent: begin at random, compute the gradient, take a small step against it, repeat.
# 2. Set the gradients to zero before each backward, or they pile up and the walk never comes to rest.
# 3. Descent finds a valley and not the valley; where it ends depends on where it begins, and a start in which all neurons are alike leaves them alike.

# %% [markdown] name="next"
# "A small step", said the method, and left open how small. Lesson 8 finds the largest step that still goes down.
