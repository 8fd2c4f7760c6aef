# %% [markdown] name="title"
# # 15. Beyond: second derivatives and sequences
#
# All four curves below came out of one function, tanh, and of an engine that was asked the same question three times.
#
# **What else can an engine do that knows slopes, and nothing but slopes?**
#
# In this lesson you take slopes of slopes, go down a valley in six steps, find out at last why a learning rate of 2/λ is too large, and then let the engine read: names, letter by letter, and bits, with a memory. You need lessons 3 and 6 to 9, and about 70 minutes.

# %% name="imports"
# On Colab, or where this fails: run  %pip install "microgradlab[notebooks]"  in a cell of its own, and then this.
import math
import random

import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap

from microgradlab import MLP, Value, draw, grad, losses, ops, optim
from microgradlab.data import ELEMENTS
from microgradlab.lessons import check, hint, solution
from microgradlab.plots import BLUE, INK, ORANGE, set_style

set_style()  # how figures look
BLUES = LinearSegmentedColormap.from_list("white to blue", ["white", BLUE])


# %% name="the-picture"
def derivatives(f, x, count):
    """f at x, and its first derivatives: so many."""
    x = Value(x)
    found = [f(x)]
    for _ in range(count):
        found.append(grad(found[-1], x, create_graph=True))
    return [y.data for y in found]


places = [i / 25 for i in range(-100, 101)]
curves = zip(*(derivatives(ops.tanh, x, 3) for x in places))
looks = [(INK, "-", "tanh"), (BLUE, "-", "its slope"), (BLUE, "--", "the slope's slope"), (ORANGE, "-.", "once more")]

_, axes = plt.subplots(figsize=(6.6, 3.8))
for curve, (colour, style, label) in zip(curves, looks):
    axes.plot(places, curve, style, color=colour, label=label)
axes.set(xlabel="x", ylabel="tanh(x), and derivatives", xlim=(-4, 4))
axes.grid(alpha=0.25)
axes.legend();

# %% [markdown] name="slope-of-slope"
# ## 1. The slope of a slope
#
# Up to now a gradient was a number: `backward` leaves floats. But how does the engine find it? By multiplying and adding local derivatives, and these are made of ops as well: the rule of tanh is sech², and sech² is an op with a rule of its own. So let the same pass run on `Value`s instead of floats, and what comes out is a `Value` that remembers how it was made. **A gradient is a graph, and so it has a gradient.**
#
# `grad(y, x)` is the derivative as a function: it leaves every `.grad` alone. With `create_graph=True` it gives a `Value`.
#
# > **Decide, then run.** At 2, tanh climbs slowly, and ever more slowly. What sign has the second derivative?

# %% name="three-derivatives"
x = Value(2.0, label="x")
y = ops.tanh(x)
for name in ("first", "second", "third"):
    y = grad(y, x, create_graph=True)
    print(f"{name} derivative = {y.data:.7f}")

# %% [markdown] name="curvature"
# Negative: the slope falls. The second derivative says how fast, and is called the *curvature*.
#
# It is worth seeing once that there is no trick. Here is the slope of x³ as a graph, made of the same boxes as any number.

# %% name="a-slope-drawn"
x = Value(2.0, label="x")
slope = grad(x * x * x, x, create_graph=True)
slope.label = "slope"
draw(slope, show="data")

# %% [markdown] name="warm-up"
# (x·x, three times over, and added up: 3x², which is 12 at 2.)
#
# **15.1 Warm-up.** Write the second derivative of any function.

# %% name="exercise-1-answer" exercise="15.1"

# %% name="exercise-1-check"
check("15.1", curvature)

# %% [markdown] name="newton"
# ## 2. How far to go
#
# Gradient descent knows which way is down, and not how far. That is why someone has to choose a learning rate. With the curvature one can do without. At the minimum the slope is 0. It is f′ now, and changes by f″ for each 1 that you move. So it should reach 0 after a step of
#
# ```
# −f′(x) / f″(x)
# ```
#
# On a parabola, where the curvature is the same everywhere, that is exact: one step, from anywhere. This is Newton's method, more than three hundred years old.
#
# **15.2 Core.** Write one step of it.

# %% name="exercise-2-answer" exercise="15.2"

# %% name="exercise-2-check"
check("15.2", newton_step)

# %% [markdown] name="valley"
# With two weights the slope is a pair, and the curvature a table of four: how fast each slope changes with each weight. It is called the *Hessian*, and the step solves two equations for two unknowns.
#
# Rosenbrock's function (1960) is the classical test: a curved valley, steep across and nearly flat along, with the minimum at (1, 1).
#
# > **Decide, then run.** We begin at (−1.2, 1). How many steps will Newton need until f is below 10⁻¹⁹? And will f fall at every step?

# %% name="rosenbrock"
def rosenbrock(a, b):
    return (1 - a) * (1 - a) + 100 * (b - a * a) * (b - a * a)


def hessian(f, point):
    """The slopes of f as floats, and the table of its second derivatives."""
    leaves = [Value(x) for x in point]
    slopes = grad(f(*leaves), leaves, create_graph=True)
    return [s.data for s in slopes], [grad(s, leaves) for s in slopes]


def newton(f, point):
    (fa, fb), ((faa, fab), (fba, fbb)) = hessian(f, point)
    scale = faa * fbb - fab * fba
    return point[0] - (fbb * fa - fab * fb) / scale, point[1] - (faa * fb - fba * fa) / scale


path = [(-1.2, 1.0)]
while rosenbrock(*path[-1]) >= 1e-19:
    path.append(newton(rosenbrock, path[-1]))
for step, point in enumerate(path):
    print(f"step {step}: f = {rosenbrock(*point):.3g}")

# %% [markdown] name="beside-descent"
# Beside it, a thousand steps of gradient descent, with rate 0.001:

# %% name="rosenbrock-drawn"
descent = [(-1.2, 1.0)]
for _ in range(1000):
    (fa, fb), _ = hessian(rosenbrock, descent[-1])
    descent.append((descent[-1][0] - 0.001 * fa, descent[-1][1] - 0.001 * fb))

across = [i / 40 - 1.7 for i in range(133)]
up = [i / 40 - 3.6 for i in range(221)]
heights = [[math.log10(rosenbrock(a, b) + 1e-3) for a in across] for b in up]

_, axes = plt.subplots(figsize=(5.2, 4.2))
axes.contour(across, up, heights, 9, colors=INK, linewidths=0.5, linestyles="solid", alpha=0.45)
axes.plot(*zip(*descent), color=ORANGE, linewidth=3, label="1000 steps of gradient descent")
axes.plot(*zip(*path), "o-", color=BLUE, linewidth=1.4, markersize=5, label="6 steps of Newton's")
axes.plot(1, 1, "*", color=INK, markersize=13, label="the minimum")
axes.set(xlabel="a", ylabel="b")
axes.legend(loc="lower left")
print(f"after 1000 steps of gradient descent: f = {rosenbrock(*descent[-1]):.2f}")

# %% [markdown] name="newton-jumps"
# Six steps, and the second of them goes up three-hundredfold: Newton believes that the curvature stays as it is, jumps along, lands far down on the valley's steep flank, and is back in one step more. Near the minimum he is right, and then a single step takes f from 10⁻¹¹ to 10⁻²⁰. Gradient descent is still under way, at f = 0.45.
#
# Why does not everyone train like that? A network of 2,410 weights has a table of 2,410 × 2,410, which is nearly six million second derivatives, and a system of 2,410 equations for every step. And there is a second reason.
#
# ## 3. Something goes wrong: a hilltop
#
# Here is a curve of lesson 7 again, w⁴ − 4w² + w, with its two valleys.
#
# > **Decide, then run.** Newton starts at 2, at −2, and at 0.1. Where does he arrive?

# %% name="hilltop"
def two_valleys(w):
    return w * w * w * w - 4 * w * w + w


for start in (2.0, -2.0, 0.1):
    w = start
    for _ in range(20):
        _, slope, bend = derivatives(two_valleys, w, 2)
        w -= slope / bend
    print(f"from {start:4g} to {w:.10f}, where the curvature is {'positive' if bend > 0 else 'negative'}")

# %% [markdown] name="zero-slope"
# From 0.1 he climbs to the top of the hill between the valleys, and is content: the slope is 0 there as well. Newton looks for a slope of 0, and does not ask which kind. A landscape of many weights has far more saddles than valleys (Dauphin and others, 2014), so this is no rare misfortune. Gradient descent at least never goes uphill, if its steps are small. How small?
#
# ## 4. Why 2/λ
#
# Lesson 8 found that a step is too large beyond 2/curvature. Now you can see why. Take a parabola of curvature λ, J = λ·w²/2. Its slope is λ·w, so one step of gradient descent with rate η makes of w
#
# ```
# w − η·λ·w = (1 − η·λ)·w
# ```
#
# Each step multiplies w by the same number. It shrinks if that number lies between −1 and 1, which is: if η < 2/λ. At 2/λ it jumps from side to side, and beyond it grows.
#
# With two weights there is a curvature in each direction, and the **largest** sets the limit, wherever it points. For J = 3a² + 4ab + 6b² the table is (6, 4; 4, 12), and its two curvatures, the *eigenvalues*, are 14 and 4.
#
# > **Decide, then run.** What is the limit? How will the path look at 95 % of it, and how at 105 %?

# %% name="two-weights"
def bowl(a, b):
    return 3 * a * a + 4 * a * b + 6 * b * b


_, ((faa, fab), (_, fbb)) = hessian(bowl, (1.0, 1.0))
middle, spread = (faa + fbb) / 2, math.hypot((faa - fbb) / 2, fab)
steepest, flattest = middle + spread, middle - spread
limit = 2 / steepest
print(f"largest curvature = {steepest:g}, smallest = {flattest:g}, limit = {limit:.6f}")


def descend(rate, steps=25):
    path = [(1.5, 0.5)]
    for _ in range(steps):
        (fa, fb), _ = hessian(bowl, path[-1])
        path.append((path[-1][0] - rate * fa, path[-1][1] - rate * fb))
    return path


grid = [i / 10 - 3 for i in range(61)]
_, panels = plt.subplots(1, 2, figsize=(7, 3.5), sharey=True)
for axes, share in zip(panels, (0.95, 1.05)):
    path = descend(share * limit)
    axes.contour(grid, grid, [[bowl(a, b) for a in grid] for b in grid], 6, colors=INK, linewidths=0.5, alpha=0.45)
    axes.plot(*zip(*path), "o-", color=BLUE if share < 1 else ORANGE, markersize=3, linewidth=1)
    axes.set(title=f"at {share:.0%} of the limit", xlabel="a", xlim=(-3, 3), ylim=(-3, 3), aspect="equal")
    print(f"at {share:.0%}: J goes from {bowl(*path[0]):.3g} to {bowl(*path[-1]):.3g}")
panels[0].set_ylabel("b");

# %% [markdown] name="many-weights"
# Both paths soon jump to and fro in one direction, the steepest, in which w is multiplied by −0.9 or −1.1 each time; in the other they have long arrived. That is why a learning rate is always too large for some direction or too small for another.
#
# ## 5. The same, in a real training
#
# A network's loss is no parabola. But near its minimum it is nearly one, and there the law should hold. To find the largest of many curvatures you need no table. Take the slopes as a graph, add them up with weights v, and take the gradient of *that* sum: it is the table times v. Do so again and again, and v turns into the steepest direction.
#
# Here a network of ten weights learns a piece of a sine, until nearly nothing changes.
#
# > **Decide, then run.** From there on we use plain gradient descent, at 95 % and at 105 % of 2/λ. A network is not a bowl: will it fly off for ever?

# %% name="a-real-training"
inputs = [i / 5 - 1.9 for i in range(20)]
network = MLP(1, [3, 1], activation="tanh", seed=2)
weights = network.parameters()


def loss_now():
    return ops.mean([ops.square(network([x]) - math.sin(1.5 * x)) for x in inputs])


def largest_curvature(rounds=30):
    rng = random.Random(0)
    v = [rng.gauss(0, 1) for _ in weights]
    for _ in range(rounds):
        length = math.hypot(*v)
        v = [x / length for x in v]
        slopes = grad(loss_now(), weights, create_graph=True)
        turned = grad(ops.dot(slopes, v), weights)  # the table of second derivatives, times v
        curvature_along_v, v = sum(x * y for x, y in zip(v, turned)), turned
    return curvature_along_v


adam = optim.Adam(weights, lr=0.05)
for _ in range(600):
    adam.zero_grad()
    loss_now().backward()
    adam.step()
trained = network.state_dict()
steepest = largest_curvature()
print(f"largest curvature = {steepest:.2f}, limit = {2 / steepest:.3f}")

_, axes = plt.subplots(figsize=(6.6, 3.6))
for share, colour, style in ((0.95, BLUE, "-"), (1.05, ORANGE, "--")):
    network.load_state_dict(trained)
    history = []
    for _ in range(150):
        loss = loss_now()
        history.append(loss.data)
        for weight, slope in zip(weights, grad(loss, weights)):
            weight.data -= share * 2 / steepest * slope
    axes.semilogy(history, style, color=colour, label=f"at {share:.0%} of 2/λ")
    print(f"at {share:.0%}: does the loss ever rise above twice what it was?", max(history) > 2 * history[0])
axes.set(xlabel="step of gradient descent", ylabel="loss")
axes.grid(alpha=0.25)
axes.legend();

# %% [markdown] name="out-of-the-valley"
# The law holds to five per cent, for a network with bends in it. Beyond the limit nothing seems to happen at first: a wobble too small to see grows by a tenth at every step, until it throws the weights out of their valley. It does not go on for ever, as in a bowl: elsewhere the landscape bends less, and the loss comes down again. When a loss that was fine suddenly jumps, this is often why.
#
# ## 6. From numbers to letters
#
# Now to something else that slopes can do. So far each example stood alone. A *sequence* is a row of things whose order matters: letters, words, bits, days. The simplest question about one is: **what comes next?**
#
# Here are 118 names, those of the chemical elements. We put a point before and behind each, so that beginning and end can be learned too.

# %% name="names"
print(*ELEMENTS[:8], "…", *ELEMENTS[-4:])

letters = ".abcdefghijklmnopqrstuvwxyz"
pairs = [pair for name in ELEMENTS for pair in zip("." + name, name + ".")]
print(f"{len(ELEMENTS)} names, {len(pairs)} pairs of neighbours")
print("tin:", *("".join(pair) for pair in zip(".tin", "tin.")))

# %% [markdown] name="counting"
# The simplest model looks at one letter, and says how probable each next one is: a *bigram* model. It needs no learning, only counting. Of all letters that follow an i, how many are a u? Divide, and you have a probability.
#
# How good is it? Lesson 6 measured the surprise: −log p of what really came, on average. Who knows nothing gives each of the 27 signs the same p, and is surprised by ln 27 = 3.2958 nats at each.
#
# **15.3 Stretch.** Count, divide, and find the average surprise of a bigram model at the names that it was counted from.

# %% name="exercise-3-answer" exercise="15.3"

# %% name="exercise-3-check"
check("15.3", surprise)

# %% [markdown] name="table"
# > **Decide, then run.** After which letters is the next one nearly certain? Think of how the names end.

# %% name="bigrams"
counts = {a: dict.fromkeys(letters, 0) for a in letters}
for a, b in pairs:
    counts[a][b] += 1
after = {a: {b: n / max(sum(row.values()), 1) for b, n in row.items()} for a, row in counts.items()}

_, axes = plt.subplots(figsize=(6.4, 5.6))
image = axes.imshow([[after[a][b] for b in letters] for a in letters], cmap=BLUES, vmin=0, vmax=1)
axes.set(xlabel="next letter", ylabel="letter", xticks=range(27), yticks=range(27))
axes.set(xticklabels=letters, yticklabels=letters)
axes.tick_params(length=0, labelsize=8)
plt.colorbar(image, label="probability")

counted = sum(-math.log(after[a][b]) for a, b in pairs) / len(pairs)
print(f"chance = {math.log(27):.4f} nats, counted = {counted:.4f} nats")
print(f"m after u: {after['u']['m']:.2f}, the end after m: {after['m']['.']:.2f}")

# %% [markdown] name="um"
# From 3.2958 to 1.8369: the table has learned what an element sounds like. (No element has a j or a q in its name, so two rows are empty.) And it can *write*: begin with a point, draw the next letter by its probability, and go on until a point comes.

# %% name="writing"
rng = random.Random(19)


def invented():
    name = "."
    while name == "." or not name.endswith("."):
        row = counts[name[-1]]
        name += rng.choices([*row], [*row.values()])[0]
    return name.strip(".")


print(*(invented() for _ in range(10)))

# %% [markdown] name="learned"
# Torybium and handelium one might believe in.
#
# ## 7. The same table, by gradient descent
#
# Counting is quicker; but it ends here. Three letters back there are 27³ rows, most of them empty. A network can go on where counting cannot, so let us see first that learning finds what counting found. Give each letter a row of 27 numbers, the logits, all 0 at first; softmax makes probabilities of them; and the loss is the mean surprise.
#
# ```
# −log p = logsumexp(row) − logit of what came
# ```
#
# (That is the cross-entropy of lesson 6. We add it up by rows, once for each letter, as the same pair comes many times.)
#
# > **Decide, then run.** Where does the loss begin? Can it fall below 1.8369?

# %% name="descent"
logits = {a: [Value(0.0) for _ in letters] for a in letters}
rows = [(logits[a], [float(n) for n in counts[a].values()]) for a in letters]
history = []
for _ in range(301):
    surprises = [ops.logsumexp(row) * sum(times) - ops.dot(row, times) for row, times in rows]
    loss = ops.sum(surprises) / len(pairs)
    history.append(loss.data)
    for row, _ in rows:
        for logit in row:
            logit.grad = 0.0
    loss.backward()
    for row, _ in rows:
        for logit in row:
            logit.data -= 50 * logit.grad

_, axes = plt.subplots(figsize=(6.6, 3.4))
axes.axhline(math.log(27), color=INK, linewidth=0.9, linestyle=":", label="chance")
axes.axhline(counted, color=ORANGE, linewidth=1.2, linestyle="--", label="counted")
axes.plot(history, color=BLUE, label="learned")
axes.set(xlabel="step", ylabel="surprise in nats")
axes.legend()
print(f"first = {history[0]:.4f}, last = {history[-1]:.3f}")

# %% [markdown] name="floor"
# It begins at chance, as all logits are equal, and comes to 1.846, from above. Below 1.8369 it cannot go: among all tables, the counted one is the best for the names it was counted from. Nor does it quite get there, since a pair that never came has p = 0, and for that a logit must go to −∞.
#
# ## 8. A memory
#
# A bigram model forgets everything but one letter. What if a network could carry something along, and decide by itself what? Let a few units keep numbers h. At each step they see the next input x **and their own numbers from the step before**:
#
# ```
# h(t) = tanh(w·x(t) + u·h(t−1) + b)
# ```
#
# That is a *recurrent* network (Elman, 1990). The same w, u and b serve at every step. Here is one unit through three steps, *unrolled*, with time going down: a graph like any other.

# %% name="unrolled"
def unrolled(w, us):
    """One unit through three steps; `us` has the u of each."""
    h = Value(0.0, label="h0")
    for t, (x, u) in enumerate(zip((1.0, -0.5, 0.25), us), start=1):
        h = ops.tanh(ops.dot([w, u], [Value(x, label=f"x{t}"), h]))
        h.label = f"h{t}"
    return h


w, u = Value(0.9, label="w"), Value(0.6, label="u")
h3 = unrolled(w, [u, u, u])
h3.backward()
draw(h3, direction="TB")

# %% [markdown] name="over-time"
# Nothing new is needed for its gradient. u is used three times, so three numbers arrive at it, and they add up (lesson 3): over time, as elsewhere over paths. This is called backpropagation through time.
#
# > **Decide, then run.** We give each step a u of its own, all 0.6, and ask for the three gradients apart. Which is 0? What is their sum?

# %% name="apart"
apart = [Value(0.6, label=f"u{t}") for t in (1, 2, 3)]
unrolled(Value(0.9, label="w"), apart).backward()

print("apart: ", " + ".join(f"{each.grad:.6f}" for each in apart), f"= {sum(each.grad for each in apart):.6f}")
print("shared:", f"{u.grad:.6f}")

# %% [markdown] name="stretch"
# The first, as it multiplies h0 = 0.
#
# **15.4 Stretch.** Write one step for a whole layer of such units, each of which sees the old numbers of all.

# %% name="exercise-4-answer" exercise="15.4"

# %% name="exercise-4-check"
check("15.4", cell)

# %% [markdown] name="echo"
# ## 9. The echo
#
# A task that is impossible without a memory: read random bits, and say at each step which bit came *one step before*. The bit that comes now is of no help. A network without memory is at a loss, and the loss is ln 2 = 0.6931.
#
# Four units, 29 numbers. In each of a hundred steps it hears twenty fresh bits.
#
# > **Decide, then run.** Five networks start from different random numbers. How many of them learn it?

# %% name="echo-trained"
def network_of(seed, units=4):
    """Its numbers: w, u and b of the units, and v and c, which make one answer of theirs."""
    rng = random.Random(seed)
    w, b, v, *u = [[Value(rng.uniform(-0.5, 0.5)) for _ in range(units)] for _ in range(units + 3)]
    return w, u, b, v, Value(0.0)


def answers(network, bits):
    """A logit at each step: above 0 for "the bit before was 1"."""
    w, u, b, v, c = network
    h = [Value(0.0) for _ in b]
    for x in bits:
        h = [ops.tanh(ops.dot([w_i, *u_i], [x, *h], b_i)) for w_i, u_i, b_i in zip(w, u, b)]
        yield ops.dot(v, h, c)


def trained(seed, steps=100):
    network = network_of(seed)
    w, u, b, v, c = network
    adam = optim.Adam([*w, *b, *v, c, *(x for row in u for x in row)], lr=0.05)
    rng, history = random.Random(seed), []
    for _ in range(steps):
        bits = [float(rng.random() < 0.5) for _ in range(20)]
        _, *said = answers(network, bits)  # at the first step nothing came before
        loss = ops.mean([losses.binary_cross_entropy_with_logits(y, bit) for y, bit in zip(said, bits)])
        adam.zero_grad()
        loss.backward()
        adam.step()
        history.append(loss.data)
    return network, history


_, axes = plt.subplots(figsize=(6.6, 3.4))
axes.axhline(math.log(2), color=INK, linewidth=0.9, linestyle=":", label="without a memory: ln 2")
networks = []
for seed, style in enumerate(("-", "--", "-.", ":", (0, (6, 2)))):
    network, history = trained(seed)
    networks.append(network)
    axes.plot(history, linestyle=style, color=BLUE, linewidth=1.3, label="five seeds" if seed == 0 else None)

    rng = random.Random(99)
    bits = [float(rng.random() < 0.5) for _ in range(200)]
    _, *said = answers(network, bits)
    right = sum((y.data > 0) == (bit == 1.0) for y, bit in zip(said, bits))
    print(f"seed {seed}: {right} of 199 right, on bits it has never heard")
axes.set(xlabel="step of training", ylabel="loss")
axes.legend();

# %% [markdown] name="what-it-remembers"
# All five, and on a row ten times as long as any they have trained on.
#
# How do we know that it *remembers*, and what? Ask the engine. Make the bits `Value`s, and take the gradient of the last answer by each of them: which one moves the answer?
#
# > **Decide, then run.** Ten bits go in. Which of them will move the last answer most: the newest, the one before, or the oldest?

# %% name="looking-back"
_, axes = plt.subplots(figsize=(6.6, 3.4))
for seed, network in enumerate(networks):
    bits = [Value(float(bit), label=f"x{t}") for t, bit in enumerate("0110100110")]
    *_, last = answers(network, bits)
    pull = [abs(slope) for slope in grad(last, bits)][::-1]
    shares = [each / max(pull) for each in pull]
    axes.plot([back + (seed - 2) / 12 for back in range(10)], shares, "o", color=BLUE, markersize=4)
    print(f"seed {seed}: the last answer listens most to the bit {pull.index(max(pull))} step back")
axes.set(xlabel="steps back", ylabel="gradient by that bit,\nas a share of the largest", xticks=range(10))
axes.grid(alpha=0.25);

# %% [markdown] name="fading"
# To the bit one step back. The network has decided what to keep, and what to let go: and you can see where its limit will be. A gradient that goes back through many steps is a product of many slopes, and fades, or explodes. To remember over a hundred steps takes more than four units of tanh (Hochreiter and Schmidhuber, 1997; Bengio and others, 1994), and that is where the lecture series goes on.

# %% [markdown] name="remember"
# ## Three sentences to remember
#
# 1. A gradient is a graph, so it has a gradient: curvature, Newton's step, and the reason why 2/λ is the limit.
# 2. A model of sequences says what comes next, and its loss is its surprise; counting and learning find the same table.
# 3. A recurrent network uses the same weights at every step; their gradients add up over time, as over all paths.

# %% [markdown] name="next"
# The next lecture of MIT 6.S191 is about sequences, and begins with the cell that you have just written; you know its engine down to the last `+=`.
