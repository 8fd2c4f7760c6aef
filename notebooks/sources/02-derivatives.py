# %% [markdown] name="title"
# # 2. Derivatives, by hand and by machine
#
# Below, straight lines are laid through a curve, each through two points that stand closer together than those of the line before.
#
# **What do the lines tend to, and can a machine find it without knowing any rule?**
#
# In this lesson you measure slopes by nudging, find out how small a nudge should be and why smaller is not always better, and then look into a `Value`, which does without nudges. You need school mathematics, lesson 1 for how to draw a graph, and about 40 minutes.

# %% name="imports"
# On Colab, or where this fails: run  %pip install "microgradlab[notebooks]"  in a cell of its own, and then this.
import math

import matplotlib.pyplot as plt

from microgradlab import Value, draw
from microgradlab.lessons import check, hint, solution
from microgradlab.plots import BLUE, INK, ORANGE, set_style

set_style()  # how figures look

# %% name="the-picture"
def curve(x):
    return 3 * x**2 - 4 * x + 5


def secants(at=1.0, nudges=(1.5, 1.0, 0.5)):
    """The curve, and a line through it at `at` and a nudge further on."""
    places = [i / 50 - 0.5 for i in range(176)]
    _, axes = plt.subplots(figsize=(6.6, 4.0))
    axes.plot(places, [curve(x) for x in places], color=INK, label="3x² − 4x + 5")
    for nudge, style in zip(nudges, (":", "--", "-")):
        slope = (curve(at + nudge) - curve(at)) / nudge
        line = [curve(at) + slope * (x - at) for x in places]
        label = f"through {at:g} and {at + nudge:g}: slope {slope:g}"
        axes.plot(places, line, style, color=ORANGE, linewidth=1.4, label=label)
        axes.plot(at + nudge, curve(at + nudge), "o", color=ORANGE, markersize=5)
    axes.plot(at, curve(at), "o", color=INK)
    axes.set(xlabel="x", ylabel="f(x)", xlim=(-0.5, 3), ylim=(0, 16))
    axes.legend(loc="upper left")


secants();

# %% [markdown] name="nudge"
# ## 1. A slope is a ratio
#
# How fast does f change at x? Move x a little, by h, see how far f moves, and divide:
#
# ```
# (f(x + h) − f(x)) / h
# ```
#
# That is the slope of one of the orange lines. As h shrinks, the line turns towards the one that touches the curve, and its slope is the *derivative* f′(x). The lecture asks just this of a weight: how does a small change of it change the loss, the number that says how wrong the network is (40:25)?
#
# Take f(x) = 3x² − 4x + 5 at x = 3.
#
# > **Decide, then run.** What do the slopes tend to? You may take the derivative with a pencil.

# %% name="nudges"
print("     h    slope")
for h in (1.0, 0.1, 0.01, 0.001):
    print(f"{h:6g}    {(curve(3 + h) - curve(3)) / h:.6f}")

# %% [markdown] name="by-hand"
# They tend to 14, and each is too large by 3h. With a pencil you see why: f(3 + h) = 20 + 14h + 3h², so the ratio is 14 + 3h, at every h. What is left when h is gone is the derivative.
#
# A few rules take you through it: x² changes 2x times as fast as x; three times x² changes three times as fast as x²; a number that stands alone does not change; and a sum changes as fast as its parts together.
#
# **2.1 Warm-up.** With these rules, how fast does 3x² − 4x + 5 change, at any x?

# %% name="exercise-1-answer" exercise="02.1"

# %% name="exercise-1-check"
check("02.1", slope)

# %% [markdown] name="both-ways"
# ## 2. Nudge both ways
#
# To nudge to the right alone is one-sided, and the error shows it: 3h, always too much. Nudge to both sides, and what is too much on the right is too little on the left:
#
# ```
# (f(x + h) − f(x − h)) / 2h
# ```
#
# This is the *central difference*. For a parabola the two errors cancel altogether. For a harder function, take e^sin(x) at x = 0.7, whose derivative is cos(x)·e^sin(x).
#
# > **Decide, then run.** From one line to the next, h is ten times smaller. How many times smaller is the error, to one side and to both?

# %% name="two-errors"
def hard(x):
    return math.exp(math.sin(x))


at = 0.7
truth = math.cos(at) * math.exp(math.sin(at))

print("    h       one side    both sides")
for h in (1e-2, 1e-3, 1e-4):
    one_side = (hard(at + h) - hard(at)) / h - truth
    both = (hard(at + h) - hard(at - h)) / (2 * h) - truth
    print(f"{h:6g}    {abs(one_side):.1e}     {abs(both):.1e}")

# %% [markdown] name="orders"
# Ten times to one side, a hundred times to both. At h = 0.01 the central difference is off by 5.7e-5 only. The error is of *second order*, as h²; to one side it is of first order, as h.
#
# **2.2 Core.** Write the central difference, for any function.

# %% name="exercise-2-answer" exercise="02.2"

# %% name="exercise-2-check"
check("02.2", central)

# %% [markdown] name="too-small"
# ## 3. Something goes wrong: a nudge that is too small
#
# If a hundredth of the error costs nothing but a smaller h, why not take h = 10⁻¹⁵ and be done?
#
# > **Decide, then run.** How does the error go on as h shrinks from 10⁻¹ to 10⁻¹⁵?

# %% name="best-step"
steps = [10 ** (-i / 4) for i in range(4, 61)]
one_side = [abs((hard(at + h) - hard(at)) / h - truth) for h in steps]
both = [abs((hard(at + h) - hard(at - h)) / (2 * h) - truth) for h in steps]

_, axes = plt.subplots(figsize=(6.6, 3.8))
axes.loglog(steps, one_side, "--", color=ORANGE, label="to one side")
axes.loglog(steps, both, color=BLUE, label="to both sides")
axes.set(xlabel="the nudge h", ylabel="error of the slope", xlim=(1e-1, 1e-15))
axes.grid(alpha=0.25)
axes.legend(loc="upper center")

print("is the best nudge between 1e-7 and 1e-5?", 1e-7 < min(zip(both, steps))[1] < 1e-5)
for h in (1e-2, 1e-6, 1e-10, 1e-14):
    error = abs((hard(at + h) - hard(at - h)) / (2 * h) - truth)
    power = math.floor(math.log10(error))
    print(f"h = {h:g}: off by something between 1e{power} and 1e{power + 1}")

# %% [markdown] name="rounding"
# The curve turns. A float has about 16 digits. f(x + h) and f(x − h) agree in all but the last few of them; subtract, and only these few are left, with the rounding of both. Then you divide by h, and make the mistake large. From the left, the formula's own error falls as h²; from the right, rounding grows as 1/h. (The axis of the picture runs from large nudges to small ones.) They meet near 10⁻⁶, where about 4·10⁻¹¹ is left, and no nudge does much better: five digits are gone for good.
#
# So a nudge is a fine way to *check* a derivative, and a poor way to get one. What you would want is a machine that knows the rules of section 1, and applies them to whatever you compute.

# %% [markdown] name="many"
# ## 4. Many numbers, one nudge each
#
# There is a second reason. A network has not one number but thousands, and wants the slope by each of them: the *gradient*. One nudge answers for one number.
#
# **2.3 Stretch.** Write the gradient of a function that takes a list of numbers.

# %% name="exercise-3-answer" exercise="02.3"

# %% name="exercise-3-check"
check("02.3", gradient)

# %% [markdown] name="counting"
# > **Decide, then run.** A small network that reads handwritten digits has 2,410 weights. How many times must it run for one gradient?

# %% name="cost"
runs = [0]


def counted(xs):
    runs[0] += 1
    return sum(x * x for x in xs)


weights = [0.5] * 2410
for i in range(len(weights)):
    up, down = list(weights), list(weights)
    up[i], down[i] = weights[i] + 1e-6, weights[i] - 1e-6
    (counted(up) - counted(down)) / 2e-6
print(f"runs for one gradient: {runs[0]:,}")

# %% [markdown] name="backward-is-two"
# Twice for every weight, for one step of learning; and it will take thousands of steps. Backpropagation needs one run forward and one backward, whatever the number of weights. That is why networks can be large.

# %% [markdown] name="remembers"
# ## 5. What a `Value` remembers
#
# A `Value` is a number that knows how it was made. Each result holds three things: the operation, the numbers that went into it, and how fast it changes with each of these: its *local derivatives*, taken on the spot, by a rule.
#
# > **Decide, then run.** Here is e^sin(x) once more, in two operations. What are the two local derivatives? (The slope of sin is cos, and e^s is its own slope.)

# %% name="memory"
x = Value(0.7, label="x")
s = x.sin()
y = s.exp()
s.label, y.label = "s", "y"

for result in (s, y):
    [argument], [local] = result.arguments, result.locals
    print(f"{result.label} = {result.op.name}({argument.label}) = {result.data:.6f}", end=", ")
    print(f"which changes {local:.6f} times as fast as {argument.label}")

# %% name="drawn"
draw(y, show="data local")

# %% [markdown] name="chain"
# ## 6. Along a path, multiply
#
# If s changes 0.7648 times as fast as x, and y changes 1.9045 times as fast as s, then y changes 1.9045 × 0.7648 times as fast as x. That is the *chain rule*, and it is all that there is to it: **along a path, multiply**. (And where a number reaches the end on several paths, add. Lesson 3 is about that.)
#
# > **Decide, then run.** How many digits will the product have in common with the true derivative? And with the best central difference?

# %% name="product"
product = y.locals[0] * s.locals[0]

x.grad = 0.0  # backward adds to what is there: start from nothing
y.backward()

print("truth, by pencil   ", truth)
print("product            ", product)
print("y.backward()       ", x.grad)
print("central, h = 1e-6  ", (hard(at + 1e-6) - hard(at - 1e-6)) / 2e-6)

# %% [markdown] name="exactly"
# All digits, without a nudge. `backward` has done nothing but this product. The rules stand in the op table of the library, one line for each operation, and the machine is as exact as its floats are. It has never seen your function before; it needs none but the rules of `sin` and `exp`.

# %% [markdown] name="corner"
# ## 7. Something goes wrong: a corner
#
# |x| has slope −1 on the left of 0, and 1 on the right. At 0 it has none.
#
# > **Decide, then run.** Three ways to ask for the slope at 0: what does each say?

# %% name="corner-asked"
h = 1e-6
print("nudged to the right:", (abs(0 + h) - abs(0)) / h)
print("nudged to the left: ", (abs(0) - abs(0 - h)) / h)
print("nudged both ways:   ", (abs(0 + h) - abs(0 - h)) / (2 * h))

corner = Value(0.0, label="x")
corner.abs().backward()
print("the engine:         ", corner.grad)

# %% [markdown] name="corner-answer"
# Nobody is wrong, as there is nothing to be right about. The engine's 0 is a *convention*; it stands in the op's row, so that everyone can know it. When you check an engine by nudging, stay away from corners: there the two may differ, and neither has a mistake. Lesson 13 makes a tool of that.

# %% [markdown] name="remember"
# ## Three sentences to remember
#
# 1. A derivative says how many times as fast the result changes; nudging both ways measures it, to about eleven digits at best, and no further.
# 2. A `Value` keeps the local derivative of each operation, taken by a rule, as exact as a float can be.
# 3. Along a path, multiply: one pass backward finds the slopes by all numbers at once.

# %% [markdown] name="next"
# Lesson 3 opens `backward` itself, step by step, and shows the mistake that everyone makes once.
