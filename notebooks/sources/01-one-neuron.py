# %% [markdown] name="title"
# # 1. One neuron
#
# Every point of the picture below was coloured by one neuron, and that neuron holds only three numbers: 1, 3 and −2.
#
# **How do three numbers divide a plane?**
#
# In this lesson you build that neuron, draw it, ask it which of its numbers matter, break it twice on purpose, and then come back and read the picture. You need some Python and school mathematics, and about 50 minutes.
#
# The outline follows lecture 1 of *MIT 6.S191* (2023). A time such as (14:48) is the minute of the lecture where a statement is made, and (L) marks the lecture's own example; all other numbers are ours.

# %% name="imports"
# On Colab, or where this fails: run  %pip install "microgradlab[notebooks]"  in a cell of its own, and then this.
import math
import random

import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap

from microgradlab import MLP, Neuron, Value, ops, play
from microgradlab.lessons import check, hint, solution
from microgradlab.plots import BLUE, INK, ORANGE, set_style

set_style()  # how figures look
ORANGE_TO_BLUE = LinearSegmentedColormap.from_list("orange to blue", ["#e69e66", "white", "#66aad1"])


# %% name="the-picture"
# Only look for now: by the end of the lesson you will be able to read every line.
def colour_the_plane(neuron, side=4.0, cells=80):
    """Colour each point (x1, x2) of a square by the neuron's answer there."""
    places = [side * (2 * i / cells - 1) for i in range(cells + 1)]
    answers = [[neuron([x1, x2]).data for x1 in places] for x2 in places]
    _, axes = plt.subplots(figsize=(5.6, 4.4))
    bands = axes.contourf(places, places, answers, [i / 20 for i in range(21)], cmap=ORANGE_TO_BLUE)
    plt.colorbar(bands, label="the neuron's answer ŷ", ticks=[0, 0.25, 0.5, 0.75, 1], format="%g")
    axes.set(xlabel="input x1", ylabel="input x2", aspect="equal")
    return axes


def three_numbers(x):
    """The neuron that holds 1, 3 and −2."""
    return ops.sigmoid(ops.dot([Value(3.0), Value(-2.0)], x, Value(1.0)))


colour_the_plane(three_numbers);
# %% [markdown] name="multiply-add-bend"
# ## 1. Multiply, add, bend
#
# A neuron, or *perceptron*, does three things (14:48). It **multiplies** each input by a weight, which says how much that input counts. It **adds** the products and one more number, the bias. And it **bends** the sum with a function g, the *non-linearity* or *activation*:
#
# ```
# z = w₁·x₁ + w₂·x₂ + b
# ŷ = g(z)
# ```
#
# ŷ, read "y hat", is the usual name for an answer that a machine gives.
#
# Let us ask a neuron whether to go for a swim. Two inputs go in: the water is x₁ = 4 degrees warmer than 18 °C, and the wind blows at x₂ = 6 metres per second. Warm water speaks for it, so w₁ = 0.5. Wind speaks against it, so w₂ = −0.25. And before you look at any thermometer you would rather stay on the sofa: b = −1. For g we take the sigmoid σ, which turns every number into one between 0 ("no") and 1 ("yes"), and 0 into ½.
#
# > **Decide, then run.** Work out z with a pencil. Is ŷ above or below 0.5: do you swim?

# %% name="a-swim"
x1, x2 = Value(4.0, label="x1"), Value(6.0, label="x2")
w1, w2 = Value(0.5, label="w1"), Value(-0.25, label="w2")
b = Value(-1.0, label="b")

p1, p2 = w1 * x1, w2 * x2  # multiply
z = ops.sum([p1, p2, b])  # add
y = ops.sigmoid(z)  # bend

p1.label, p2.label, z.label, y.label = "p1", "p2", "z", "ŷ"
print(f"z = {z.data}")
print(f"ŷ = {y.data}")

# %% [markdown] name="a-value"
# Not today. A `Value` is a number that remembers how it was made. So you can make it the last line of a cell, and see where it comes from:

# %% name="drawn"
y

# %% [markdown] name="read-the-graph"
# Read the graph from left to right. Blue boxes are what you put in, white ones what was computed from it, and yellow is the answer. The grey circles are the operations. Each box says `grad 0`, and the line below says why: nobody has asked for gradients yet. You will, in section 3.

# %% [markdown] name="dot-product"
# ## 2. The same as a dot product
#
# To multiply pairs of numbers and add the products has a name: the *dot product*. With w = (w₁, w₂) and x = (x₁, x₂), the neuron is one short line (14:48), for two inputs as for two thousand:
#
# ```
# ŷ = g(w·x + b)
# ```
#
# > **Decide, then run.** The picture will show fewer boxes. Which ones go, and does the answer change?

# %% name="dotted"
z = ops.dot([w1, w2], [x1, x2], b)
y = ops.sigmoid(z)

z.label, y.label = "z", "ŷ"
print(f"ŷ = {y.data}")
y

# %% [markdown] name="neuron-class"
# The same answer, from two operations: `dot` multiplies and adds, `σ` bends. That is all a neuron is, and the library's `Neuron` makes exactly these two. Its weights are random until somebody chooses them (it counts them from 0, as Python does):

# %% name="neuron-class-code"
neuron = Neuron(2, "sigmoid", seed=0)
print("before:", neuron([4.0, 6.0]).data)

neuron.load_state_dict({"weights.0": 0.5, "weights.1": -0.25, "bias": -1.0})
print("after: ", neuron([4.0, 6.0]).data)

# %% [markdown] name="which-matters"
# ## 3. Which number matters?
#
# Your friends are disappointed: ŷ should have been higher. Five numbers went in. If you could move one of them a little, which one would move ŷ most?
#
# How fast ŷ changes when one number changes, and all others stay, is called the *derivative* of ŷ by that number; for w₁ it is written ∂ŷ/∂w₁. All of them together are the *gradient*. For a neuron they follow from two facts. The sum z changes x₁ times as fast as w₁, as z contains w₁·x₁. And ŷ changes σ′(z) times as fast as z, if σ′ is the slope of σ. So
#
# ```
# ∂ŷ/∂w₁ = σ′(z)·x₁      ∂ŷ/∂w₂ = σ′(z)·x₂      ∂ŷ/∂b = σ′(z)
# ∂ŷ/∂x₁ = σ′(z)·w₁      ∂ŷ/∂x₂ = σ′(z)·w₂
# ```
#
# `y.backward()` finds all five at once, going through the picture from right to left. `y.backward_steps()` does the same and lets you watch.
#
# > **Decide, then run.** Which of w₁, w₂, b, x₁ and x₂ has the largest derivative, and which a negative one? (You need not know σ′(z): all five share it, and it is positive.)

# %% name="steps"
for leaf in (x1, x2, w1, w2, b):
    leaf.grad = 0.0  # backward adds to what is there: start from nothing

for step in y.backward_steps():
    print(step)

# %% [markdown] name="after-backward"
# Take the line of w₁, from left to right: z changes 4 times as fast as w₁. ŷ changes 0.235 times as fast as z, so it changes 0.235 × 4 = 0.94 times as fast as w₁. That is *passed on* to `w1.grad`, which was 0. (And 0.25 × sech²(0.5 × z) is σ′(z), in a form that is exact in a computer; section 6 shows for tanh what goes wrong in others.)
#
# The graph now shows the five derivatives in colour, blue where they are positive and orange where they are negative:

# %% name="drawn-with-gradients"
y

# %% [markdown] name="check-by-nudging"
# The wind's weight w₂ matters most: not because it is large, but because it stands beside the largest input. And x₂ has the negative derivative: more wind, less swimming.
#
# You need not believe it. Nudge w₂ by a millionth, and see how much ŷ moves per nudge. (The ops are ordinary functions: give them plain numbers and they give one back.)

# %% name="nudged"
nudge = 1e-6
before = ops.sigmoid(ops.dot([0.5, -0.25], [4.0, 6.0], -1.0))
after = ops.sigmoid(ops.dot([0.5, -0.25 + nudge], [4.0, 6.0], -1.0))

print(f"nudged:   {(after - before) / nudge:.6f}")
print(f"backward: {w2.grad:.6f}")


# %% [markdown] name="three-ways-to-bend"
# ## 4. Three ways to bend
#
# The lecture shows three non-linearities and their slopes (17:00, 18:04):
#
# | | function | slope | answers lie |
# |---|---|---|---|
# | sigmoid | σ(z) = 1 / (1 + e⁻ᶻ) | σ′(z) = σ(z)·(1 − σ(z)) | between 0 and 1 |
# | hyperbolic tangent | tanh(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ) | tanh′(z) = 1 − tanh²(z) | between −1 and 1 |
# | rectified linear unit | relu(z) = max(0, z) | relu′(z) = 1 if z > 0, else 0 | from 0 up |
#
# The slopes in this table are mathematics on paper. The engine has never read it: it goes by the rules of its own table of operations. So let us lay one on top of the other: the paper's slope as an orange line, the engine's as rings.


# %% name="curves"
def slope(g, z):
    """How fast g changes at z: asked of the engine."""
    z = Value(z)
    g(z).backward()
    return z.grad


on_paper = {
    "sigmoid": lambda z: ops.sigmoid(z) * (1 - ops.sigmoid(z)),
    "tanh": lambda z: 1 - ops.tanh(z) ** 2,
    "relu": lambda z: 1.0 if z > 0 else 0.0,
}
zs = [i / 100 for i in range(-400, 401)]
rings = zs[::50]

_, panels = plt.subplots(1, 3, figsize=(10, 3.6), sharey=True)
for axes, (name, derivative) in zip(panels, on_paper.items()):
    g = ops.table[name]
    axes.plot(zs, [g(z) for z in zs], color=BLUE, label="the function")
    axes.plot(zs, [derivative(z) for z in zs], color=ORANGE, linewidth=1.3, label="slope, on paper")
    slopes = [slope(g, z) for z in rings]
    axes.plot(rings, slopes, "o", color=ORANGE, fillstyle="none", label="slope, by the engine")
    axes.set(title=name, xlabel="the sum z", xlim=(-4.3, 4.3), ylim=(-1.2, 2.2))
    axes.grid(alpha=0.25)
panels[0].set_ylabel("g(z), and its slope")
panels[0].legend(loc="upper left")

worst = max(abs(slope(ops.table[name], z) - on_paper[name](z)) for name in on_paper for z in zs)
print(f"largest difference between paper and engine: {worst:.1e}")

# %% [markdown] name="five-numbers"
# > **Decide, then run.** How steep is σ at 0, where it is steepest? And what will the engine say about relu at 0, where the slope is 0 on the left and 1 on the right?

# %% name="five-numbers-code"
print("σ'(0)    =", slope(ops.sigmoid, 0.0))
print("σ(2)     =", ops.sigmoid(2.0))
print("tanh(1)  =", ops.tanh(1.0))
print("tanh'(2) =", slope(ops.tanh, 2.0))
print("relu'(0) =", slope(ops.relu, 0.0))

# %% [markdown] name="conventions"
# A quarter, and nowhere more. At its corner, relu has no slope at all; to say 0 there is a *convention*, chosen because one has to say something. PyTorch says 0 as well.

# %% [markdown] name="bias"
# ## 5. The bias moves the threshold
#
# A weight decides how steeply the answer rises. What is the bias for? It decides *where* (18:04 ff.). The sigmoid crosses 0.5 where its sum is 0, so one input x tips the neuron over where w·x + b = 0, which is at
#
# ```
# x = −b / w
# ```
#
# Take only the water, with w = 0.5 per degree, and three swimmers: a lazy one (b = −1), a neutral one (b = 0) and a keen one (b = 1).
#
# > **Decide, then run.** Does a larger bias push the curve to the left or to the right?

# %% name="bias-figure"
weight = 0.5
swimmers = {
    "lazy, b = −1": (-1.0, ORANGE, "-"),
    "neutral, b = 0": (0.0, INK, "--"),
    "keen, b = 1": (1.0, BLUE, "-."),
}
degrees = [i / 10 for i in range(-100, 101)]

_, axes = plt.subplots(figsize=(6.6, 3.6))
axes.axhline(0.5, color=INK, linewidth=0.8, alpha=0.4)
for name, (bias, colour, style) in swimmers.items():
    crossing = 0.0 - bias / weight
    print(f"{name}: at x = {crossing:g} the answer is {ops.sigmoid(weight * crossing + bias)}")
    answers = [ops.sigmoid(weight * x + bias) for x in degrees]
    axes.plot(degrees, answers, style, color=colour, label=name)
    axes.plot([crossing, crossing], [0, 0.5], ":", color=colour, linewidth=1.2)
    axes.plot(crossing, 0.5, "o", color=colour, markersize=7)
axes.set(xlabel="x: degrees that the water is warmer than 18 °C", ylabel="ŷ = σ(0.5·x + b)")
axes.set(xlim=(-10, 10), ylim=(0, 1), xticks=range(-10, 11, 2))
axes.legend(loc="upper left");

# %% [markdown] name="bias-yourself"
# Move it yourself. This page computes the neuron again whenever you change a number; it needs no kernel, so it works where a notebook is only read, too.
#
# > **Decide, then slide.** The water is 2 degrees colder than 18 °C. At which b is the answer just 0.5? And if you then make w twice as large?

# %% name="bias-slider"
x, w, b = Value(-2.0, label="x"), Value(0.5, label="w"), Value(-1.0, label="b")
answer = ops.sigmoid(w * x + b)
answer.label = "ŷ"
play(answer)

# %% [markdown] name="bias-answer"
# b = 1, as −1/0.5 is −2; and with w = 1 it takes b = 2. Lesson 3 is about the buttons and the rest of this page.

# %% [markdown] name="too-sure"
# ## 6. Something goes wrong: a neuron that is too sure
#
# Far from 0, σ and tanh are flat: the neuron is *saturated*. It answers with great certainty, and nudging its weights changes next to nothing.
#
# Next to nothing, or nothing? On paper, tanh′(z) = 1 − tanh²(z). That is right, and many programs compute it so.
#
# > **Decide, then run.** What does 1 − tanh² give at z = 20? Is any slope of tanh exactly 0?

# %% name="saturated"
print("   z    tanh(z)                1 − tanh²(z)     the engine")
for at in (2.0, 8.0, 18.0, 20.0):
    naive = 1 - math.tanh(at) ** 2
    print(f"{at:4g}    {math.tanh(at):<18}     {naive:<12.6g}     {slope(ops.tanh, at):.6g}")

# %% [markdown] name="why-zero"
# None is: on paper, tanh climbs for ever. But a float has room for about 16 digits, and tanh(20) differs from 1 only in the 18th: it is rounded to 1, and 1 − 1 is 0. At 18 a trace is left, wrong by 4 %. The formula is true, and still it loses what it subtracts. The engine therefore writes the same slope without a subtraction, as sech²(z) = 1 / cosh²(z), and keeps its digits.
#
# For learning, a slope of 10⁻¹⁷ is as good as none: a saturated neuron hardly learns, whoever computes. But "hardly" and "never" are two answers, and only one of them is right.

# %% [markdown] name="leaving"
# ## 7. Something goes wrong: a number that forgets
#
# A `Value` remembers how it was made; a float does not. Whatever turns a `Value` into a float, `float(v)` or `math.exp(v)`, gives the right number and cuts the thread.
#
# Here are two neurons of one input, tanh(v·2 + c) with v = 0.5 and c = −0.2. The second one has a `float` in it.
#
# > **Decide, then run.** Do the two answers differ? Do the gradients?

# %% name="forgetful"
v, c = Value(0.5, label="v"), Value(-0.2, label="c")
whole = ops.tanh(v * 2 + c)
whole.backward()
print(f"whole: answer {whole.data:.6f}   v.grad {v.grad:.6f}   c.grad {c.grad:.6f}")

v, c = Value(0.5, label="v"), Value(-0.2, label="c")
cut = ops.tanh(float(v * 2) + c)
cut.backward()
print(f"cut:   answer {cut.data:.6f}   v.grad {v.grad:.6f}   c.grad {c.grad:.6f}")

cut


# %% [markdown] name="stay-in-the-graph"
# The same answer, no error, no warning: and `v` gets a gradient of 0, as if it did not matter. The picture shows it at once: `v` is not in the graph, only the bare number 1. When a weight refuses to learn, draw its graph.
#
# The remedy: stay among Values until the end. `v.exp()` or `ops.exp(v)`, not `math.exp(v)`.

# %% [markdown] name="why-bend"
# ## 8. Why bend at all?
#
# Without a bend, depth is an illusion: any number of linear layers is one linear layer (19:28). Put the first into the second, and a sum of multiples of sums of multiples is again one sum of multiples.
#
# Here are three layers without a bend, 37 random numbers in all. (A layer is several neurons side by side; lesson 5 builds them.) Three questions are enough to read off one single neuron that gives the same answers everywhere: what do you say at (0, 0), at (1, 0) and at (0, 1)?
#
# > **Decide, then run.** We bend the same layers with tanh, and ask the same three questions. Will one neuron still do?


# %% name="collapse"
def largest_difference(network):
    """Between a network and the one linear neuron read off it, over 1000 random points."""
    rng = random.Random(1)
    for parameter in network.parameters():
        parameter.data = rng.uniform(-1, 1)

    bias = network([0, 0]).data
    weights = network([1, 0]).data - bias, network([0, 1]).data - bias

    points = [[rng.uniform(-3, 3), rng.uniform(-3, 3)] for _ in range(1000)]
    return max(abs(network(p).data - ops.dot(weights, p, bias)) for p in points)


for bend in ("linear", "tanh"):
    network = MLP(2, [4, 4, 1], activation=bend)
    difference = largest_difference(network)
    print(f"{bend:6}: {len(network.parameters())} numbers or 3: answers differ by at most {difference:.1e}")

# %% [markdown] name="why-bend-answer"
# Without the bend, the 37 numbers say what three can say. The difference that is left is rounding. With it, the three numbers miss by far: a bent answer is no sum of multiples any more. What that makes possible is the story of lesson 5.

# %% [markdown] name="the-lectures-neuron"
# ## 9. The lecture's neuron (L)
#
# Back to the three numbers. The lecture writes the bias as w₀, a weight whose input is always 1, and takes w₀ = 1, w₁ = 3, w₂ = −2 (20:06):
#
# ```
# ŷ = g(1 + 3x₁ − 2x₂)
# ```
#
# > **Decide, then run.** At x = (−1, 2), what is z? What colour is this point in the picture at the top? And which of the three weights has the largest gradient?

# %% name="lecture"
w = [Value(1.0, label="w0"), Value(3.0, label="w1"), Value(-2.0, label="w2")]
x = [1.0, -1.0, 2.0]  # the first is the input of w0

total = ops.dot(w[1:], x[1:], w[0])
answer = ops.sigmoid(total)
total.label, answer.label = "z", "ŷ"
answer.backward()

print(f"z     = {total.data:g}")
print(f"σ(-6) = {answer.data!r}")
print()
print("           engine               σ(z)·(1 − σ(z))·x, on paper")
for i in range(3):
    by_formula = answer.data * (1 - answer.data) * x[i]
    print(f"∂ŷ/∂w{i} = {w[i].grad:+.14f}    {by_formula:+.14f}")
answer

# %% [markdown] name="lecture-read"
# z = 1 − 3 − 4 = −6: a clear no, deep in the orange. And the neuron is saturated: σ′(−6) is about 0.0025, a hundredth of the quarter that it has at 0. w₂ counts twice as much as the others, because its input is 2. If you wanted a higher answer here, you would raise w₀, lower w₁ and raise w₂: the signs say so.

# %% [markdown] name="line"
# ## 10. How three numbers divide a plane
#
# Where is the neuron undecided? Where ŷ = 0.5, so where z = 0:
#
# ```
# 1 + 3x₁ − 2x₂ = 0,    so    x₂ = (1 + 3x₁) / 2
# ```
#
# That is the answer to the question at the top (20:06). **The sum draws a straight line.** On one side of it the neuron says yes, on the other no. The weights (3, −2) are an arrow at right angles to the line; they point to the side of "yes". The bias moves the line away from the origin, as it moved the threshold in section 5.
#
# And how far is our point from the line? A step of length 1 along the arrow raises z by the arrow's length, √(3² + 2²) = √13. So z = −6 means
#
# ```
# distance = |z| / √13 = 6 / √13
# ```
#
# > **Decide, then run.** Look at the picture at the top: how long is the shortest way from (−1, 2) to the line, by eye? And what will z be where it ends?

# %% name="line-figure"
distance = abs(total.data) / math.hypot(3, -2)
foot = (-1 + 3 * 6 / 13, 2 - 2 * 6 / 13)  # from the point, 6/13 of the arrow
print(f"distance to the line, 6/√13 = {distance}")
print(f"z where the dashed way ends = {1 + 3 * foot[0] - 2 * foot[1]:.1f}")

axes = colour_the_plane(three_numbers)
axes.plot([-3, 7 / 3], [-4, 4], color=INK)
axes.text(1.02, 1.35, "1 + 3x₁ − 2x₂ = 0", rotation=56, rotation_mode="anchor", va="top")
axes.plot(-1, 2, "o", color=INK)
axes.text(-1.2, 2.1, "(−1, 2): z = −6", ha="right")
axes.plot([-1, foot[0]], [2, foot[1]], "--", color=INK, linewidth=1.5)
axes.text(-0.25, 1.65, "6/√13")
axes.annotate("", xy=(0.5, -2), xytext=(-1, -1), arrowprops={"arrowstyle": "-|>", "color": INK})
axes.text(0.6, -2.1, "half of (3, −2)", va="top")
axes.text(-3.7, 3.4, "no: ŷ < 0.5")
axes.text(3.7, -3.6, "yes: ŷ > 0.5", ha="right");
# %% [markdown] name="remember"
# ## Three sentences to remember
#
# 1. A neuron multiplies, adds and bends: ŷ = g(w·x + b).
# 2. The sum draws a line, its direction set by the weights and its place by the bias; the bend makes the answer soft, and keeps deep networks from collapsing into one layer.
# 3. A weight's gradient is the slope of the bend times the weight's input, so a neuron that is too sure hardly learns.

# %% [markdown] name="exercise-1"
# ## Exercises
#
# Each has a cell to write in, where `...` stands for what is missing, and a cell that tries what you wrote. `hint("01.1")` in a cell of its own helps, `hint("01.1", 2)` helps more, and `solution("01.1", show=True)` shows an answer.
#
# **1.1 Warm-up.** With a pencil, for the lecture's neuron 1 + 3x₁ − 2x₂: find a point where ŷ is exactly 0.5, and a point where z = +6, as sure of "yes" as (−1, 2) is of "no". What do the two answers at z = −6 and z = +6 add up to, and why?

# %% name="exercise-1-answer" exercise="01.1"

# %% name="exercise-1-check"
check("01.1", points)

# %% [markdown] name="exercise-2"
# **1.2 Core.** Choose w₁, w₂ and b, by hand, so that one sigmoid neuron says AND: above 0.9 at (1, 1), and below 0.1 at (0, 0), (0, 1) and (1, 0). Where does its line run? Which of your three numbers must change to make it say OR?

# %% name="exercise-2-answer" exercise="01.2"

# %% name="exercise-2-check"
check("01.2", numbers)

# %% [markdown] name="exercise-3"
# **1.3 Stretch.** The truth at x = (−1, 2) is "yes", and the lecture's neuron should learn it. Add η (read "eta", some number) times its gradient to each of w₀, w₁, w₂, and compute ŷ again; plain numbers will do, and begin with the lecture's weights in each call. The gradient promises a rise of η·((∂ŷ/∂w₀)² + (∂ŷ/∂w₁)² + (∂ŷ/∂w₂)²). When the check is content, compare promise and truth for η = 1, 10, 100 and 1000. From where on is the promise broken, and is the truth above it or below? What has that to do with section 6?

# %% name="exercise-3-answer" exercise="01.3"

# %% name="exercise-3-check"
check("01.3", raised)

# %% [markdown] name="exercise-answers"
# <details><summary>The questions in between: open this when you have answered them.</summary>
#
# 1.1: They add up to 1, as σ(−z) = 1 − σ(z): a no is a yes to the opposite.
#
# 1.2: With 6, 6 and −9 the line is x₁ + x₂ = 1.5, halfway between (1, 1) and the two corners beside it. For OR only the bias must change, to −3: then the line is x₁ + x₂ = 0.5.
#
# 1.3: The promise is 0.0000365·η. For η = 1 the truth is about one per cent above it, for η = 10 eight per cent, for η = 100 it is more than twice as much, and for η = 1000 twenty-seven times. At z = −6 the neuron is saturated, and its slope small; on the way towards 0 it gets steeper, so more comes of it than was promised. A gradient is a promise about small steps.
#
# </details>

# %% [markdown] name="next"
# You have used derivatives, and trusted the machine with them. Lesson 2 takes them by hand and by nudging, and finds the best size of a nudge; lesson 3 opens `backward` itself.
