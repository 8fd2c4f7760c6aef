# %% [markdown] name="title"
# # 11. Overfitting: dropout, early stopping, weight decay
#
# All three models below learned from the same 60 points. The one on the right knows them best, and has the largest loss of the three on any others.
#
# **How can a model be right about everything it has seen, and wrong about the rest?**
#
# In this lesson you watch a network learn by heart, on points in the plane and on patients; stop it in time; switch off half of it at random; shrink its weights; and see what each of these remedies is worth. You need lessons 6, 9 and 10, and about 50 minutes.

# %% name="imports"
# On Colab, or where this fails: run  %pip install "microgradlab[notebooks]"  in a cell of its own, and then this.
import math
from itertools import product
from statistics import fmean, median, pvariance

import matplotlib.pyplot as plt
from sklearn.datasets import load_diabetes

from microgradlab import MLP, Dropout, EarlyStopping, Layer, Sequential, data, fit, losses, optim, plots
from microgradlab.lessons import check, hint, solution
from microgradlab.plots import BLUE, INK, ORANGE, set_style
from microgradlab.train import accuracy, evaluate

set_style()  # how figures look

# %% name="the-picture"
# Only look for now: sections 1 and 2 go through it.
EPOCHS = 200
sixty = data.moons(60, noise=0.35, seed=6)  # to learn from
fresh = data.moons(400, noise=0.35, seed=106)  # more of the same kind, to judge by
bce = losses.binary_cross_entropy_with_logits


def small_start(rng, inputs, outputs, gain):
    """How PyTorch begins a layer: weights between −1/√inputs and 1/√inputs."""
    return rng.uniform(-1, 1) / math.sqrt(inputs)


line = MLP(2, [1], seed=0)
optimizer = optim.Adam(line.parameters(), lr=0.05)
fit(line, sixty, loss=bce, optimizer=optimizer, epochs=100, progress=False)

net = MLP(2, [32, 32, 1], activation="tanh", init=small_start, seed=0)
optimizer = optim.Adam(net.parameters(), lr=0.01)
epochs, on_sixty, on_fresh, weights = range(10, EPOCHS + 1, 10), [], [], {}
for epoch in epochs:
    fit(net, sixty, loss=bce, optimizer=optimizer, epochs=10, progress=False)  # ten more
    on_sixty.append(evaluate(net, sixty, bce))
    on_fresh.append(evaluate(net, fresh, bce))
    weights[epoch] = net.state_dict()

lowest, best = min(zip(on_fresh, epochs))
at_best = MLP(2, [32, 32, 1], activation="tanh")
at_best.load_state_dict(weights[best])
models = {"one neuron": line, f"a network, {best} epochs": at_best, f"a network, {EPOCHS} epochs": net}

figure, panels = plt.subplots(1, 3, figsize=(8, 3.2), sharey=True)
for axes, (name, model) in zip(panels, models.items()):
    plots.decision_boundary(model, sixty, resolution=41, ax=axes, inputs=("x₁", "x₂"))
    axes.get_legend().remove()
    axes.set_title(name)
    axes.label_outer()
plt.show()

# %% [markdown] name="two-losses"
# ## 1. Two losses, not one
#
# Nobody wants a model for the points it has seen; for those, one knows the answers. What counts is the loss on points it has *not* seen. So keep some data away from the training, and look at both: the **training loss**, and the **test loss**.
#
# The moons above are noisy: they overlap, and nobody can tell all points apart. Sixty are for learning. To judge, we make 400 fresh ones, which for real data is a luxury.
#
# > **Decide, then run.** Order the three models by their training loss. Now by their test loss.

# %% name="three-models"
print("                       parameters   training loss   test loss   right on 60   on fresh ones")
for name, model in models.items():
    both = evaluate(model, sixty, bce), evaluate(model, fresh, bce)
    print(f"{name:22} {len(model.parameters()):10}   {both[0]:13.3f}   {both[1]:9.3f}", end="")
    print(f"   {accuracy(model, sixty):11.3f}   {accuracy(model, fresh):13.3f}")

# %% [markdown] name="three-models-answer"
# The lecture has names for the three (51:25). One neuron draws a line, which is too simple for two moons: it *underfits*, and is not good at either. The network after 80 epochs has found a curve that serves both kinds of points. The network after 200 epochs *overfits*: it has learned where each of the 60 points happened to fall. It sends out arms towards single points that are in nobody's way, and has become very sure of itself elsewhere.
#
# That is also why its test *loss* suffers far more than its share of right answers: cross-entropy makes you pay for being sure and wrong.

# %% [markdown] name="early-stopping"
# ## 2. Stop in time
#
# Good and bad are the same network, 120 epochs apart. Somewhere on the way it went past the best point.
#
# > **Decide, then run.** Draw with a finger how the training loss goes from epoch 10 to 200, and how the test loss goes.

# %% name="curves"
print(f"best epoch = {best}, with test loss = {lowest:.3f}")
print(f"test loss at epoch {EPOCHS} = {on_fresh[-1]:.3f}")

_, axes = plt.subplots(figsize=(6.6, 3.8))
axes.plot(epochs, on_sixty, "--", color=BLUE, label="training loss, 60 points")
axes.plot(epochs, on_fresh, color=ORANGE, label="test loss, 400 fresh points")
axes.plot(best, lowest, "o", color=ORANGE, markersize=9, fillstyle="none", label="lowest: stop here")
axes.set(xlabel="epoch", ylabel="mean loss (cross-entropy, nats)", ylim=(0, None))
axes.grid(alpha=0.25)
axes.legend();

# %% [markdown] name="curves-answer"
# The training loss falls and falls; the test loss falls, turns, and climbs. Where it turns is the place to stop, and those are the weights to keep: that is **early stopping** (51:25 ff.).
#
# If you have two minutes, put 1000 for `EPOCHS` in the first picture, and run these cells again: at the end the test loss is between 1.3 and 1.8.
#
# But at epoch 80 nobody knows that it will not get better. So one waits a while: if for some number of epochs, the *patience*, there has been no new best, stop, and go back to the best weights (Prechelt, 1998).
#
# **11.1 Warm-up.** With a pencil. The test losses of nine epochs, counted from 1, are 0.9, 0.7, 0.6, 0.65, 0.62, 0.58, 0.6, 0.61, 0.63. When does a training with patience 3 stop, and which epoch's weights does it keep? And with patience 2?

# %% name="exercise-1-answer" exercise="11.1"

# %% name="exercise-1-check"
check("11.1", epochs_by_hand)

# %% [markdown] name="early-core"
# **11.2 Core.** Write it.

# %% name="exercise-2-answer" exercise="11.2"

# %% name="exercise-2-check"
check("11.2", early_stop)

# %% [markdown] name="patients"
# ## 3. Eighty patients
#
# Now real data. In 442 patients with diabetes, ten things were measured, such as age, sex, body mass index and blood pressure, and a year later how far the disease had gone (Efron and others, 2004). We keep every fifth patient for the test, 88 of them. To learn from, we take only 80, as in a small study; 80 more are set aside for later. Inputs and answers are scaled to mean 0 and standard deviation 1 (in the patients that may be learned from), so a mean squared error of about 1 is what you get by always saying the average.
#
# A network 10-8-1 is small, and still has 97 parameters for 80 patients. It is trained five times, from five random starts.
#
# > **Decide, then run.** In how many of the five will the test loss be worse after 50 epochs than after 5?

# %% name="patients-code"
inputs, progress = load_diabetes(return_X_y=True)
rest, test = data.split_every(list(zip(inputs.tolist(), progress.tolist())), 5)
scale = data.Standardizer().fit(rest)
center, spread = fmean(t for _, t in rest), pvariance(t for _, t in rest) ** 0.5


def scaled(rows):
    return [(scale(x), (t - center) / spread) for x, t in rows]


small, others, test = scaled(rest[:80]), scaled(rest[80:160]), scaled(test)
mse = losses.mse_loss


def trained(model, epochs, seed, weight_decay=0.0):
    """The test losses after 5 epochs, and after all."""
    optimizer = optim.AdamW(model.parameters(), lr=0.03, weight_decay=weight_decay)
    settings = {"loss": mse, "optimizer": optimizer, "batch_size": 16, "progress": False}
    fit(model, small, epochs=5, seed=seed, **settings)
    early = evaluate(model, test, mse)
    fit(model, small, epochs=epochs - 5, seed=seed + 100, **settings)
    return early, evaluate(model, test, mse)


seeds = range(5)
print(f"always the average of the 80: {fmean((t - fmean(s for _, s in small)) ** 2 for _, t in test):.3f}")
print("seed   epoch 5   epoch 50   training loss at 50")
plain, worse = {}, 0
for seed in seeds:
    model = MLP(10, [8, 1], activation="tanh", seed=seed)
    early, plain[seed] = trained(model, 50, seed)
    worse += plain[seed] > early
    print(f"{seed:4}   {early:7.3f}   {plain[seed]:8.3f}   {evaluate(model, small, mse):19.3f}")
print(f"worse at epoch 50 than at epoch 5: {worse} of {len(seeds)}")

# %% [markdown] name="patients-answer"
# In all of them. After 50 epochs the network fits the 80 patients closely, with an error of about a tenth; for other patients it is no better than someone who says the same number to everyone, and from two of the five starts it is worse.
#
# Three remedies are usual. The first you have. To use it fairly, you need a third group of patients: if you choose the epoch by the test loss, the test loss is no longer that of patients never used, and flatters you. So the 80 others are for *validation*: they decide when to stop, and the 88 judge. `fit` does the work of your exercise:

# %% name="stopped"
stopped = {}
for seed in seeds:
    model = MLP(10, [8, 1], activation="tanh", seed=seed)
    optimizer = optim.Adam(model.parameters(), lr=0.03)
    patient = EarlyStopping(patience=8)
    settings = {"batch_size": 16, "validation": others, "early_stopping": patient, "seed": seed, "progress": False}
    history = fit(model, small, loss=mse, optimizer=optimizer, epochs=50, **settings)
    stopped[seed] = evaluate(model, test, mse)
    print(f"seed {seed}: stopped after epoch {len(history):2}, test loss {stopped[seed]:.3f}, not {plain[seed]:.3f}")

# %% [markdown] name="dropout"
# ## 4. Switch off half of it
#
# The second remedy is odd. In each training step, set each hidden activation to 0 with probability ½: half of them are off, and the next time another half. When it counts, at test time, all are on. That is **dropout** (51:25 ff.). No unit can rely on one particular other being there, so what it learns must be of use in many combinations (Srivastava and others, 2014).
#
# With half of them off, the next layer would get half the sum it gets at test time. So those that stay are divided by 1 − p, here doubled: *inverted dropout*. For the four activations x = (1, 2, 3, 4) there are 16 ways to drop, all equally likely for p = ½. That is few enough to look at all of them.
#
# > **Decide, then run.** Without dropout the sum is 10. What is the mean of the 16 sums? What are the smallest and the largest?

# %% name="masks"
x = (1, 2, 3, 4)
sums = [sum(2 * value * keep for value, keep in zip(x, mask)) for mask in product((0, 1), repeat=4)]
print("the 16 sums:", sorted(sums))
print(f"mean = {fmean(sums):g}, variance = {pvariance(sums):g}")

two = [0.0, 4.0]  # x = 2 alone: off, or doubled
print(f"of x = 2 alone: mean = {fmean(two):g}, variance = {pvariance(two):g}")

layer = Dropout(0.5, seed=0)
drawn = [sum(layer(x)) for _ in range(4000)]
print(f"library, 4000 times: mean {fmean(drawn):.1f}, between {min(drawn):g} and {max(drawn):g}")

_, axes = plt.subplots(figsize=(5.6, 3.2))
axes.bar(range(0, 21, 2), [sums.count(value) / 16 for value in range(0, 21, 2)], color=BLUE, label="the 16 ways")
share = [drawn.count(value) / 4000 for value in range(0, 21, 2)]
axes.plot(range(0, 21, 2), share, "o", color=ORANGE, label="drawn by the library")
axes.axvline(10, color=INK, linestyle="--", linewidth=1.2, label="mean")
axes.set(xlabel="sum of (1, 2, 3, 4) after dropout, p = ½", ylabel="share", xticks=range(0, 21, 2), ylim=(0, 0.19))
axes.legend(loc="upper left", ncols=3);

# %% [markdown] name="masks-answer"
# The mean is 10, as if nothing had happened; the variance is 30, which is 1² + 2² + 3² + 4²: for p = ½, each x brings x² of it. That noise is the medicine.
#
# **11.3 Stretch.** Write dropout, for any p: in training it drops and scales, otherwise it lets everything pass. `rng.random()` gives a number from 0 to 1.

# %% name="exercise-3-answer" exercise="11.3"

# %% name="exercise-3-check"
check("11.3", dropout)

# %% [markdown] name="dropout-patients"
# Now for the 80 patients: the same network with a `Dropout` behind its 8 hidden neurons, for all 50 epochs.
#
# > **Decide, then run.** At epoch 50, will the training loss be higher or lower than without dropout? And the test loss?

# %% name="dropped"
dropped = {}
for seed in seeds:
    hidden, output = Layer(10, 8, "tanh", seed=seed), Layer(8, 1, seed=seed + 100)
    with_dropout = Sequential(hidden, Dropout(0.5, seed=seed), output)
    _, dropped[seed] = trained(with_dropout, 50, seed)
    on_small = evaluate(with_dropout, small, mse)
    print(f"seed {seed}: training loss {on_small:.3f}, test loss {dropped[seed]:.3f}, not {plain[seed]:.3f}")

# %% [markdown] name="forgotten-eval"
# It learns the 80 less well, and the others better.
#
# ## 5. Something goes wrong: still in training
#
# `fit` switches dropout on, and `evaluate` switches it off. If you call the model yourself, nobody does. After `fit` a model is in training mode, as it was at the start: it drops.
#
# > **Decide, then run.** The last of the five models is asked about the same patient three times, in training mode. What happens, and what does it do to the test loss?

# %% name="asked-three-times"
patient = test[0][0]

with_dropout.train()
with_dropout[1].random.seed(0)  # the same draws whenever you run this cell
print("in training mode:  ", [f"{with_dropout(patient).data:.3f}" for _ in range(3)])
noisy = fmean((with_dropout(x).data - t) ** 2 for x, t in test * 5)

with_dropout.eval()
print("in evaluation mode:", [f"{with_dropout(patient).data:.3f}" for _ in range(3)])
calm = fmean((with_dropout(x).data - t) ** 2 for x, t in test)

print(f"test loss: {noisy:.2f} in training mode, {calm:.2f} in evaluation mode")

# %% [markdown] name="eval-answer"
# Three answers for one patient, and no error. `model.eval()` switches dropout off, `model.train()` on again; whoever forgets the first reports a test loss that is too high, and whoever forgets the second trains without dropout.
#
# ## 6. Shrink the weights
#
# The third remedy works on the weights themselves. To bend around single points, a network needs large weights. So let every step pull each weight a little towards 0:
#
# ```
# w ← w − η·(gradient) − η·λ·w
# ```
#
# This is **weight decay**, and λ says how strong it is. For plain gradient descent it is the same as adding λ/2 · Σw² to the loss, whose slope is λw. With Adam it is not quite the same, as Adam rescales slopes; `AdamW` takes the decay out of that (Loshchilov and Hutter, 2019).
#
# > **Decide, then run.** With η = 0.03 and λ = 1, and if the gradient were 0: by how much does a step shrink a weight? How many steps until half of it is left?

# %% name="decayed"
steps = math.log(0.5) / math.log(1 - 0.03 * 1)
print(f"half is left after {steps:.0f} steps; 50 epochs have {50 * 5}")

decayed = {}
for seed in seeds:
    model = MLP(10, [8, 1], activation="tanh", seed=seed)
    _, decayed[seed] = trained(model, 50, seed, weight_decay=1.0)
    size = math.sqrt(fmean(p.data**2 for p in model.parameters()))
    print(f"seed {seed}: typical weight {size:.2f}, test loss {decayed[seed]:.3f}, not {plain[seed]:.3f}")

# %% [markdown] name="decayed-answer"
# By three per cent. What is not needed again and again fades, and what the data keep asking for stays.
#
# ## 7. What is it worth?
#
# > **Decide, then run.** Which of the three will have won?

# %% name="compare"
remedies = {"nothing, 50 epochs": plain, "early stopping": stopped, "dropout": dropped, "weight decay": decayed}

_, axes = plt.subplots(figsize=(6.6, 3.0))
for place, (name, found) in enumerate(remedies.items()):
    lowest, middle, highest = min(found.values()), median(found.values()), max(found.values())
    print(f"{name:18}: median test loss {middle:.2f}, from {lowest:.2f} to {highest:.2f}")
    axes.plot(found.values(), [place] * 5, "o", color=ORANGE if place == 0 else BLUE, alpha=0.6)
    axes.plot(middle, place, "|", color=INK, markersize=18, markeredgewidth=2)
axes.set_yticks(range(4), remedies)
axes.set(ylim=(3.5, -0.5), xlabel="test loss, 88 patients (five seeds, and their median)")
axes.grid(alpha=0.25, axis="x");

# %% [markdown] name="compare-answer"
# Each of them undoes most of the damage. Dropout lowers the loss at epoch 50 a good deal, but stopping early did a little better here, and weight decay better still. From five seeds and 88 patients, do not conclude too much: the three are close together, and on other data the order may be another. Early stopping is the cheapest, as it saves the epochs it does not run, but it costs validation data. The others cost nothing but one more number to choose, p or λ; and to choose that by the test loss would be cheating again.
#
# The best remedy is not in the list: more data. A network that has seen everyone has nothing left to learn by heart.

# %% [markdown] name="remember"
# ## Three sentences to remember
#
# 1. A falling training loss says nothing about data that have not been seen: keep some apart, and watch both losses.
# 2. Stop where the loss on data set apart is lowest, and keep those weights; and judge by data that had no part in any choice.
# 3. Dropout switches units off at random in training, scaled so that the mean stays, and weight decay shrinks weights: both make it harder to learn by heart.

# %% [markdown] name="next"
# You have all the parts now. Lesson 12 puts them together, and reads handwriting.
