# %% [markdown] name="title"
# # 8. The learning rate and schedules
#
# Eleven times the same network begins with the same weights, sees the same points, and takes fifty steps. One number differs.
#
# **How large may a step be?**
#
# In this lesson you find the largest rate that still goes down, and why it is what it is; you see it exceeded on real data, find a good one for a network with a single run, and let it change on the way. You need lesson 7, and about 50 minutes.

# %% name="imports"
# On Colab, or where this fails: run  %pip install "microgradlab[notebooks]"  in a cell of its own, and then this.
import math
from statistics import median

import matplotlib.pyplot as plt

from microgradlab import MLP, Neuron, Value, data, errors, fit, grad, losses, optim, plots, record_training, schedules
from microgradlab.lessons import check, hint, solution
from microgradlab.plots import BLUE, INK, ORANGE, set_style
from microgradlab.train import evaluate

set_style()  # how figures look

# %% name="the-picture"
# Only look for now: section 5 comes back to it.
moons = data.moons(40, noise=0.1, seed=0)
loss = losses.binary_cross_entropy_with_logits


def trained(lr, seed=0, steps=50, schedule=None):
    """The loss on the moons after so many steps; `schedule` makes one for an optimizer."""
    model = MLP(2, [8, 1], activation="tanh", seed=seed)
    sgd = optim.SGD(model.parameters(), lr=lr)
    plan = {"schedule": schedule(sgd), "schedule_every": "step"} if schedule else {}
    fit(model, moons, loss=loss, optimizer=sgd, epochs=steps, progress=False, **plan)
    return evaluate(model, moons, loss)


rates = [10 ** (i / 2) for i in range(-6, 5)]
at_last = [trained(lr) for lr in rates]

_, axes = plt.subplots(figsize=(6.6, 3.8))
axes.loglog(rates, at_last, "o-", color=BLUE)
axes.set(xlabel="learning rate η", ylabel="loss after 50 steps")
axes.text(1.2e-3, 1.0, "stalls")
axes.text(4.0, 0.035, "arrives", ha="right")
axes.text(16, 30, "flies off", ha="right");

# %% [markdown] name="one-parabola"
# ## 1. One parabola
#
# Too small a rate stalls, too large a one overshoots and diverges, a good one converges (44:05). To see why, take the landscape whose bottom you know, J = (x − 4)², and start at x = 0.
#
# > **Decide, then run.** With η = 0.5, where does the first step lead? With η = 1? And with η = 1.1, how far away will x be after a hundred steps?

# %% name="six-rates"
print("   η    x after 1, 2, 3 and 4 steps         and after 100")
for lr in (0.01, 0.1, 0.5, 0.9, 1.0, 1.1):
    x, places = 0.0, []
    for _ in range(100):
        x -= lr * 2 * (x - 4)
        places.append(x)
    print(f"{lr:4g}  {places[0]:8.3f} {places[1]:8.3f} {places[2]:8.3f} {places[3]:8.3f}     {places[99]}")

# %% [markdown] name="factor"
# Lesson 7 had the key. A step multiplies the distance from the bottom by
#
# ```
# 1 − 2η
# ```
#
# For η = 0.01 that is 0.98: it stalls. For 0.5 it is 0: one step, and you are there. For 0.9 it is −0.8: you jump across the bottom, and land nearer than you were. For 1 it is −1: from 0 to 8, back to 0, and so on for ever. And for 1.1 it is −1.2: each jump lands 20 % further out, and a hundred of them lead to −331,271,894.
#
# So the limit is sharp. Below 1 you arrive, and above you fly off.
#
# **8.1 Warm-up.** With a pencil, for J = 3(x − 1)²: which rate arrives in a single step, and from which rate on does it no longer arrive?

# %% name="exercise-1-answer" exercise="08.1"

# %% name="exercise-1-check"
check("08.1", rates_of_a_parabola)

# %% [markdown] name="curvature"
# ## 2. The limit is 2 / curvature
#
# The steeper the walls of the parabola, the smaller the limit. What counts is how fast the *slope* changes: the slope of the slope, which is called the **curvature**. For (x − 4)² the slope is 2(x − 4), so the curvature is 2; for a parabola of curvature c, a step multiplies the distance by 1 − η·c, and
#
# ```
# 1 / c   arrives in one step        2 / c   is the limit
# ```
#
# The slope of a slope needs no pencil. `grad(J, w)` is the derivative as a number; `grad(J, w, create_graph=True)` is the derivative as a `Value`, which remembers how it was made, as any `Value`. So take its `grad` again. (Lesson 15 does more with this.)
#
# A curve that is no parabola is nearly one if you come close. Here is the right valley of lesson 7, at the bottom of w⁴ − 4w² + w.
#
# > **Decide, then run.** We start beside the bottom, at w = 1.4, with rates a little below the limit and a little above. What do you expect?


# %% name="limit"
def valleys(w):
    return w**4 - 4 * w**2 + w


def curvature_of(J, at):
    """How fast the slope of J changes at this place."""
    w = Value(at)
    slope = grad(J(w), w, create_graph=True)
    return grad(slope, w)


curvature = curvature_of(valleys, 1.3469974085277738)
print(f"curvature = {curvature:.4f}, limit = {2 / curvature:.4f}")

for lr in (0.14, 0.15):
    w = 1.4
    for _ in range(400):
        before, w = w, w - lr * (4 * w**3 - 8 * w + 1)
    print(f"η = {lr}: the last two places are {before:.4f} and {w:.4f}")

# %% [markdown] name="limit-holds"
# Below the limit it comes to rest at the bottom, 1.3470. Just above it, it can come close, and cannot stay: it ends up jumping from one wall of the valley to the other.
#
# The limit belongs to a *place*. At w = 2.5, high on the wall, the curvature is 12w² − 8 = 67, and the limit 0.03. A rate that is right at the end may be too large at the beginning; keep that for section 7.

# %% [markdown] name="stretched"
# ## 3. A stretched valley
#
# With two weights there is a curvature along each, and one rate for both. Take
#
# ```
# J = ½·x² + ½·25·y²
# ```
#
# Along y the curvature is 25, so the limit is 2/25 = 0.08. Along x it is 1, and would bear a rate of 2.
#
# > **Decide, then run.** With η = 0.07, just below the limit, what part of its distance does x lose in one step?

# %% name="stretched-paths"
def journey(lr, momentum=0.0, steps=60):
    """All places from (10, 1) on, with the library's SGD."""
    x, y = Value(10.0), Value(1.0)
    sgd = optim.SGD([x, y], lr=lr, momentum=momentum)
    places = [(x.data, y.data)]
    for _ in range(steps):
        sgd.zero_grad()
        (0.5 * x**2 + 0.5 * 25 * y**2).backward()
        sgd.step()
        places.append((x.data, y.data))
    return places


across, up = [i / 10 - 1.5 for i in range(131)], [i / 20 - 1.5 for i in range(61)]
heights = [[0.5 * x**2 + 12.5 * y**2 for x in across] for y in up]

_, panels = plt.subplots(3, 1, figsize=(6.6, 6), sharex=True)
for axes, lr in zip(panels, (0.01, 0.07, 0.081)):
    places = journey(lr)
    axes.contour(across, up, heights, [0.5 * k * k for k in range(1, 11)], colors=[INK], linewidths=0.4, alpha=0.5)
    axes.plot(*zip(*places[:31]), "o-", color=ORANGE, linewidth=1, markersize=3)
    axes.plot(0, 0, "+", color=BLUE, markersize=12, markeredgewidth=2)
    axes.set(title=f"η = {lr}, 30 steps", ylabel="y", ylim=(-1.5, 1.5), xlim=(-1, 11))
    print(f"η = {lr:5}: distance from the bottom after 60 steps {math.hypot(*places[-1]):.4f}")
panels[2].set_xlabel("x");

# %% [markdown] name="condition"
# Seven per cent: 93 % of x is left after each step. **The steepest direction sets the limit, and the flattest sets the pace.** The ratio of the two curvatures, here 25, is called the *condition number*.
#
# **8.2 Core.** What does one step leave of the distance, where it leaves most? With several weights, each of its own curvature, write the largest of the shares that are left. When the check is content, try rates between 0.07 and 0.08 on the valley above: at which one is that share smallest?

# %% name="exercise-2-answer" exercise="08.2"

# %% name="exercise-2-check"
check("08.2", share_left)

# %% [markdown] name="momentum"
# The best rate is where the steepest and the flattest are equally slow: at 2/26, where y keeps −12/13 of its distance and x keeps 12/13. No single rate does better.
#
# Here is what momentum is for. From side to side the gradient changes its sign at each step, so in the velocity those parts cancel; along the valley it keeps its sign, so there they add up. With it the best settings are momentum 4/9 and η = 1/9 (Polyak, 1964, tells how to find them).
#
# > **Decide, then run.** Sixty steps with each. By what factor is one nearer to the bottom than the other: 2, 100, a million?

# %% name="with-momentum"
plain = math.hypot(*journey(2 / 26)[-1])
heavy = math.hypot(*journey(1 / 9, momentum=4 / 9)[-1])
print(f"without momentum = {plain:.2e}")
print(f"with momentum    = {heavy:.2e}")

# %% [markdown] name="with-momentum-answer"
# Ten million. Note the rate too: 1/9 is above the limit of 0.08, which holds for a walker; a ball can bear more.

# %% [markdown] name="raw"
# ## 4. Something goes wrong: data as they come
#
# A stretched valley is not an invention. Fit a line to 150 irises, the length of the petal from that of the sepal, both in centimetres as they were measured. The model is one neuron, petal = w·sepal + b, and J is the mean squared error.
#
# > **Decide, then run.** Sepals are about 6 cm long. Along which of the two, w or b, is J curved more?

# %% name="raw-curvatures"
raw = [((sepal,), petal) for (sepal, _, petal, _), _ in data.iris()]


def J(w, b):
    return losses.mse_loss([w * sepal + b for (sepal,), _ in raw], [petal for _, petal in raw])


print(f"curvature along w = {curvature_of(lambda w: J(w, 0.0), 0.0):.4f}")
print(f"curvature along b = {curvature_of(lambda b: J(0.0, b), 0.0):.4f}")

# %% [markdown] name="raw-reason"
# Along w, by the square of the input. So no rate above 2/69.7 = 0.0287 can hold. (The steepest direction of all lies a little beside w, so the limit is a little lower still; lesson 15 finds such directions.)
#
# > **Decide, then run.** What does the library say when a loss has grown beyond all floats? And after 200 steps just below the limit, is the line good?


# %% name="explodes"
def line(rows, lr, steps):
    """The mean squared error after so many steps on a line through the data."""
    neuron = Neuron(1, seed=0)
    sgd = optim.SGD(neuron.parameters(), lr=lr)
    fit(neuron, rows, loss=losses.mse_loss, optimizer=sgd, epochs=steps, progress=False)
    return evaluate(neuron, rows, losses.mse_loss)


print(f"η = 0.027: J = {line(raw, 0.027, steps=200):.4f}")
print(f"η = 0.029: J = {line(raw, 0.029, steps=200):.4g}")
try:
    line(raw, 0.1, steps=200)
except errors.NonFiniteLossError as error:
    print("η = 0.1: ", error)

# %% [markdown] name="scaled"
# Read the message once, for you will meet it again. Its first advice is a smaller rate, its last to look for extreme numbers in the data; and here that is the better one. 0.027 does not explode, but it stalls, as in the stretched valley.
#
# The cure is not in the rate. Scale the inputs to mean 0 and deviation 1, as `data.Standardizer` does. Then the curvature is 2 along w as it is along b, and the valley is round.
#
# > **Decide, then run.** Which rate arrives in one step?

# %% name="scaled-line"
scaled = data.Standardizer().fit(raw).transform(raw)
print(f"scaled, η = 0.5,   1 step:    J = {line(scaled, 0.5, steps=1):.4f}")
print(f"scaled, η = 0.5,   200 steps: J = {line(scaled, 0.5, steps=200):.4f}")

# %% [markdown] name="scale-first"
# 1/c is a half, as it was for (x − 4)². One step, and 199 more find nothing better: it is the bottom, where J is little more than half of what 200 raw steps had reached. Before you tune a rate, scale your inputs.

# %% [markdown] name="sweep"
# ## 5. A rate for a network
#
# Now the picture at the top. A network has no single curvature, and it changes on the way. What people do is try: a *sweep* over rates that differ by a factor, as the useful ones stretch over several powers of ten.

# %% name="sweep-table"
for lr, after in zip(rates, at_last):
    print(f"η = {lr:8.3f}: {after:7.4f}")

# %% [markdown] name="range-test"
# The best is 10, and the next one, 31.6, is a disaster. The best rate lives close to the cliff.
#
# A sweep costs many trainings. A *learning-rate range test* costs one (Smith, 2017): begin with a tiny rate, multiply it by the same factor after each step, and watch the loss.
#
# > **Decide, then run.** From 0.001 to 100 in a hundred steps. Near which rate will the loss turn upward?

# %% name="range-test-figure"
model = MLP(2, [8, 1], activation="tanh", seed=0)
sgd = optim.SGD(model.parameters(), lr=0.001)
rising = schedules.ExponentialLR(sgd, gamma=10 ** (5 / 100))
plan = {"schedule": rising, "schedule_every": "step"}
test = record_training(model, moons, loss=loss, optimizer=sgd, epochs=100, progress=False, **plan)

tried, found = [frame.lr for frame in test.frames[:-1]], [frame.loss for frame in test.frames[:-1]]
turn = tried[found.index(min(found))]
print(f"the loss is least at η = {turn:.1f}")

_, axes = plt.subplots(figsize=(6.6, 3.4))
axes.semilogx(tried, found, color=BLUE)
axes.axvline(turn, color=ORANGE, linestyle="--", linewidth=1.2)
axes.text(turn / 1.2, 0.85, "here it turns", ha="right")
axes.set(xlabel="learning rate η of the step", ylabel="loss", ylim=(0, 1));

# %% [markdown] name="below-the-turn"
# It turns at about 12.6. A rate that is bearable for one step may not be so for many, so the rule of thumb is to stay below the turn, at a third of it or less. Here that gives about 4, between the two best of the sweep, for the price of two of its eleven trainings.

# %% [markdown] name="schedules"
# ## 6. A rate that changes
#
# A large rate covers ground, a small one comes to rest. Why choose one for the whole way? A *schedule* says what the rate is at each step. Three that are much used: down by steps; down along half a cosine (Loshchilov and Hutter, 2017); and *one cycle*, up first, then down (Smith and Topin, 2018). To climb at the beginning is called *warm-up*.
#
# We try them on the flowers of lesson 7: one neuron, one sepal, two species. There we know how low J can get, so we can see how near each comes. And to give the schedules something to do, each step now looks at five flowers of the hundred, in a random order. The gradient of five flowers points only roughly downhill; lesson 10 is about that.

# %% name="schedules-figure"
irises = [((sepal,), int(species == 2)) for (sepal, *_), species in data.iris() if species != 0]
flowers = data.Standardizer().fit(irises).transform(irises)
STEPS = 400  # 20 times through the flowers, by fives

SCHEDULES = {
    "constant": lambda sgd: schedules.ConstantLR(sgd, factor=1.0),
    "by steps": lambda sgd: schedules.StepLR(sgd, step_size=STEPS // 4, gamma=0.3),
    "cosine": lambda sgd: schedules.CosineAnnealingLR(sgd, T_max=STEPS),
    "one cycle": lambda sgd: schedules.OneCycleLR(sgd, max_lr=sgd.lr, total_steps=STEPS, cycle_momentum=False),
}


def on_flowers(schedule, lr, seed=0):
    """The training of a neuron on the flowers, recorded."""
    neuron = Neuron(1, seed=seed)
    sgd = optim.SGD(neuron.parameters(), lr=lr)
    plan = {"schedule": SCHEDULES[schedule](sgd), "schedule_every": "step", "batch_size": 5, "seed": seed}
    return record_training(neuron, flowers, loss=loss, optimizer=sgd, epochs=20, progress=False, **plan)


recordings = {name: on_flowers(name, lr=1.0) for name in SCHEDULES}
figure = plots.Plot(9, 3)
for axes, name in zip(figure.subplots(1, 3, sharey=True), ("by steps", "cosine", "one cycle")):
    plots.learning_rate(recordings[name], ax=axes)
    axes.set_title(name, loc="left", fontsize=10)
    axes.set_ylabel("learning rate η" if name == "by steps" else "")
figure

# %% [markdown] name="stretch"
# **8.3 Stretch.** Write a schedule of your own: up along a straight line from 0 to `peak` in the first `warmup` steps, then down along half a cosine to 0 at the last step. Half a cosine is ½·(1 + cos πs), which falls from 1 at s = 0 to 0 at s = 1.

# %% name="exercise-3-answer" exercise="08.3"

# %% name="exercise-3-check"
check("08.3", rate)

# %% [markdown] name="settling"
# ## 7. What schedules do, and what not
#
# > **Decide, then run.** How will w and b move in the last hundred steps, with the constant rate and with the cosine?

# %% name="settling-figure"
best_w, best_b = 1.3275493924817, 0.0341655313180  # where lesson 7's walk ends, if it goes on
_, axes = plt.subplots(figsize=(6.6, 3.4))
for name, dashes, colour in (("constant", "-", ORANGE), ("cosine", "--", BLUE)):
    weights = [frame.weights for frame in recordings[name].frames]
    distances = [math.hypot(w - best_w, b - best_b) for w, b in weights]
    axes.semilogy(distances, dashes, color=colour, linewidth=1.2, label=name)
axes.set(xlabel="steps taken", ylabel="distance from W*", xlim=(0, STEPS))
axes.legend(loc="lower left");

# %% [markdown] name="settling-read"
# Both are near W* from the start. But at the constant rate the weights are thrown about to the very end: each five flowers want something else, and each five get their whole step. With the cosine the steps get smaller, so what different flowers want evens out, and the weights come to rest.
#
# The table tells how far J is above the lowest possible: the median of five seeds, at two rates.
#
# > **Decide, then run.** Is there a rate at which the constant one is the best?

# %% name="flowers-table"
def J_of(w, b):
    return loss([w * sepal + b for (sepal,), _ in flowers], [species for _, species in flowers])


lowest = J_of(best_w, best_b)
print(f"lowest J = {lowest:.5f}; above it, after {STEPS} steps:")
print("                η = 0.1     η = 1.0")
for name in SCHEDULES:
    above = [
        median(J_of(*on_flowers(name, lr, seed).frames[-1].weights) - lowest for seed in range(5))
        for lr in (0.1, 1.0)
    ]
    print(f"{name:11}" + "".join(f"{a:12.5f}" for a in above))

# %% [markdown] name="flowers-read"
# There is: at 0.1 the constant rate is small enough to come to rest by itself, and the schedules, which go down from there, spend their time on steps that are too small. At 1 it is the other way round: the schedules come some hundred times nearer to the bottom, and nearer than anything at 0.1. A schedule does not replace a good rate. It lets you begin with one that would be too large to end with.

# %% [markdown] name="warm-up"
# And warm-up? Go back to the moons, and to the rates near the cliff. Thirty of the hundred steps are for warming up, or none.
#
# > **Decide, then run.** In section 2 the limit was smaller at the start than at the bottom. At which of these two rates do you expect a warm-up to help?

# %% name="warm-up-table"
def warm(sgd):
    return schedules.LinearLR(sgd, start_factor=0.04, total_iters=30)


print("   η   constant  with warm-up     (loss after 100 steps, median of 5 seeds)")
for lr in (3.0, 10.0):
    cold, warmed = (median(trained(lr, seed, 100, plan) for seed in range(5)) for plan in (None, warm))
    print(f"{lr:4g}   {cold:8.4f}  {warmed:12.4f}")

# %% [markdown] name="warm-up-read"
# At 3 it only costs time. At 10 it makes the best of the four numbers. (The network of the sweep was lucky: it did well at 10 even without. One seed is one seed.) The table does not say why; section 2 offers a reason, that the limit belongs to the place, and random weights are another place than good ones.
#
# *One cycle* is the two together: a warm-up, so that the peak can be high, and a way down, so that it comes to rest.

# %% [markdown] name="remember"
# ## Three sentences to remember
#
# 1. Along a direction of curvature c the rate must stay below 2/c; the steepest direction sets the limit, and the flattest sets the pace.
# 2. Scale your inputs first; then look for the rate by factors, with a sweep or a range test, and stay below the cliff.
# 3. A schedule begins large to get there and ends small to come to rest; it helps only if there is time to get there.

# %% [markdown] name="next"
# One rate for all weights is a compromise between the steep and the flat. Lesson 9 gives every weight a rate of its own.
