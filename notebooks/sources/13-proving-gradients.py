# %% [markdown] name="title"
# # 13. Proving gradients
#
# Each mark in the picture below is a graph that nobody thought of. At the orange crosses an engine is wrong, though it has passed all its author's tests.
#
# **How do you test what you did not think of?**
#
# In this lesson you find out what a good test of a derivative compares with, have a machine make up the graphs and make what fails as small as it can be, and then hunt bugs: each of five engines has one wrong line. You need lessons 2 and 3, and about 60 minutes.

# %% name="imports"
# On Colab, or where this fails: run  %pip install "microgradlab[notebooks]"  in a cell of its own, and then this.
import cmath
import math

import matplotlib.pyplot as plt
from hypothesis import HealthCheck, Phase, given, settings
from matplotlib.colors import LinearSegmentedColormap
from mpmath import mp

from microgradlab import Value, ops
from microgradlab.lessons import check, hint, solution
from microgradlab.lessons.lesson_13 import engine
from microgradlab.plots import BLUE, INK, ORANGE, set_style
from microgradlab.testing import Expression, GradientError, check_gradients, expressions, gradients_agree, op_calls
from microgradlab.testing.definitions import definitions

set_style()  # how figures look
ORANGES = LinearSegmentedColormap.from_list("white to orange", ["white", "#e69e66"])
same_each_time = {"derandomize": True, "database": None, "deadline": None}
phases, ignored = [Phase.generate, Phase.shrink], [HealthCheck.too_slow]
settings.register_profile("lesson", **same_each_time, phases=phases, suppress_health_check=ignored)
settings.load_profile("lesson")


# %% name="the-picture"
def made_up(count=300, **options):
    """So many graphs, functions of x with a point, that a machine makes up; section 3 tells how."""
    found = []

    @settings(max_examples=count, phases=[Phase.generate])
    @given(expressions(variables="x", **options))
    def note(e):
        found.append(e)

    note()
    return found


def slope(kind, f, x):
    """The slope of f at x, asked of an engine: `kind` is its Value."""
    leaf = kind(x)
    f(leaf).backward()
    return leaf.grad


graphs = made_up(ops=["add", "mul", "tanh", "cos"], max_nodes=8)
pairs = [(slope(Value, e, *e.point), slope(engine("C"), e, *e.point)) for e in graphs]

_, axes = plt.subplots(figsize=(5.6, 4.4))
axes.plot((-20, 20), (-20, 20), color=INK, linewidth=0.8, alpha=0.4)
for word, mark, colour, wanted in (("right", "o", BLUE, True), ("wrong", "x", ORANGE, False)):
    kept = [pair for pair in pairs if math.isclose(*pair, rel_tol=1e-9) == wanted]
    axes.plot(*zip(*kept), mark, color=colour, markersize=6, fillstyle="none", label=word)
for scale in (axes.set_xscale, axes.set_yscale):
    scale("symlog", linthresh=0.3)
ticks = [-10, -1, 0, 1, 10]
axes.set(xlim=(-20, 20), ylim=(-20, 20), xticks=ticks, yticks=ticks)
axes.set(xlabel="the slope of the graph at its point", ylabel="what engine C says")
axes.legend(title="engine C is", loc="upper left")
axes.grid(alpha=0.25);

# %% [markdown] name="examples"
# ## 1. Examples prove examples
#
# The picture was made with engine C. `engine("C")` gives its `Value`, which you use like ours; one line of the engine is wrong, and you are not told which. Its author has tested it, on four graphs with a known gradient:
#
# > **Decide, then run.** Does one of these four tests fail?

# %% name="authors-tests"
def authors_tests(kind):
    """Four gradients, each beside what a pencil says."""
    x, y = kind(2.0), kind(3.0)
    (x * y).backward()
    yield "x·y", x.grad, 3.0

    x = kind(3.0)
    (x * x).backward()
    yield "x·x", x.grad, 6.0

    w, x, b = kind(0.5), kind(2.0), kind(-1.0)
    (w * x + b).tanh().backward()
    yield "tanh(w·x + b)", w.grad, 2.0

    a, b = kind(1.5), kind(2.5)
    ((a + b) * (b - 1.0)).backward()
    yield "(a + b)·(b − 1)", b.grad, 5.5


for graph, found, expected in authors_tests(engine("C")):
    print(f"{graph:16} {found:g}", "right" if found == expected else f"wrong: it is {expected:g}")

# %% [markdown] name="four-right"
# All four pass, although two of them use a number twice, which is where engines go wrong (lesson 3). An example proves itself, and nothing else. A bug sits where its author did not think, or it would not be there; and so do the tests that are missing.
#
# ## 2. Something goes wrong: a test that cannot fail
#
# It can be worse. In many a program gradients are tested like this: after `backward`, is there one, and is it not 0?
#
# > **Decide, then run.** Here are five engines, each with one wrong line. How many of them does that test notice, on the four graphs above? And how many does the comparison with the pencil?

# %% name="cannot-fail"
for letter in "ABCDE":
    tests = [*authors_tests(engine(letter))]
    not_zero = all(found != 0.0 for _, found, _ in tests)
    as_expected = all(found == expected for _, found, expected in tests)
    print(f"engine {letter}:  is not zero? {not_zero}    as the pencil says? {as_expected}")

# %% [markdown] name="needs-the-truth"
# It notices none: a wrong number is not 0 either. A test that passes whatever the engine does tells nothing. So before you trust a test, **plant a bug, and see it fail**; that is what these five engines are for.
#
# The pencil notices one of five. We need two things: a truth for any graph, without a pencil, and graphs.
#
# ## 3. Where the truth comes from
#
# Lesson 2 had a way that knows no rule: nudge, and divide. Its trouble was a subtraction. f(x + h) and f(x − h) agree in most of their digits, these cancel, and what is left is divided by a small h.
#
# There is a beautiful way round it, due to Lyness and Moler (1967) and made short by Squire and Trapp (1998). Take the step in the *imaginary* direction. With i² = −1,
#
# ```
# f(x + ih) = f(x) + ih·f′(x) − h²·f″(x)/2 − …
# ```
#
# A complex number keeps its two parts apart, in two floats. The large f(x) is in the real part, and the small h·f′(x) has the imaginary part to itself. Nothing is subtracted, so nothing cancels:
#
# ```
# f′(x) ≈ imaginary part of f(x + ih), divided by h
# ```
#
# **13.1 Warm-up.** Write it. Python knows complex numbers: `complex(x, h)` is x + ih, and a complex z has `z.real` and `z.imag`.

# %% name="exercise-1-answer" exercise="13.1"

# %% name="exercise-1-check"
check("13.1", complex_step)

# %% [markdown] name="beside"
# Lesson 2's function again, e^sin(x) at 0.7.
#
# > **Decide, then run.** For the central difference the best h was about 10⁻⁶, with an error of some 4·10⁻¹¹. What is the best h for a complex step? How small may it be?

# %% name="two-steps"
def hard(z):
    return cmath.exp(cmath.sin(z))


at = 0.7
truth = math.cos(at) * math.exp(math.sin(at))


def errors(h):
    """How far off the central difference is with this h, and how far the complex step."""
    central = (hard(at + h) - hard(at - h)).real / (2 * h)
    return abs(central - truth), abs(hard(complex(at, h)).imag / h - truth)


steps = [10 ** (-i / 4) for i in range(4, 81)]
central, imaginary = zip(*map(errors, steps))
last_bit = math.ulp(truth)

_, axes = plt.subplots(figsize=(6.6, 3.8))
axes.loglog(steps, central, color=BLUE, label="central difference")
axes.loglog(steps, [max(error, last_bit / 2) for error in imaginary], "--", color=ORANGE, label="complex step")
axes.axhline(last_bit, color=INK, linewidth=0.8, linestyle=":", label="the last bit of the slope")
axes.set(xlabel="the step h", ylabel="error of the slope", xlim=(1e-1, 1e-20))
axes.grid(alpha=0.25)
axes.legend(loc="center right")


def size(error):
    power = math.floor(math.log10(error)) if error else 0
    return "none but the last bit" if error <= last_bit else f"1e{power} to 1e{power + 1}"


print("h = 0.01: errors of", " and ".join(f"{error:.1e}" for error in errors(0.01)))
print()
print("h         central difference    complex step")
for h in (1e-4, 1e-6, 1e-10, 1e-20, 1e-100, 1e-300):
    print(f"{h:<10g}{size(errors(h)[0]):22}{size(errors(h)[1])}")

# %% [markdown] name="no-best"
# There is no best h: the smaller, the better, down to 10⁻³⁰⁰. At h = 0.01 both are off by the same 5.7e-5, the error of the formula, which falls as h² for both. But while the central difference turns at 10⁻⁶, the complex step goes on to the last bit, and stays.
#
# It has its price: f must be made of functions that know complex numbers, and have no corner. The absolute value of a complex number is something else, and `max` of two is an error.
#
# The library's kit takes a third way, for which any function will do. It makes the numbers longer. With a hundred digits thirty may cancel, and seventy are left; and it needs no rule but what the function *is*.

# %% name="many-digits"
with mp.workdps(100):
    h = mp.mpf(10) ** -30
    x = mp.mpf(at)
    difference = (mp.exp(mp.sin(x + h)) - mp.exp(mp.sin(x - h))) / (2 * h)
    print("a difference of 100 digits:", mp.nstr(difference, 25))
print("the engine, in floats:     ", slope(Value, lambda x: x.sin().exp(), at))

# %% [markdown] name="properties"
# ## 4. A sentence about every graph
#
# An example says: for this graph, this number. A *property* says something that holds for **every** graph: *an engine's gradients are the truth*. You write the sentence, and a machine looks for a graph that breaks it. Claessen and Hughes (2000) built the first such machine, QuickCheck, for Haskell; Python's is `hypothesis` (MacIver and others, 2019).
#
# What it makes up for us looks like this. An `Expression` is a function that takes numbers of any kind, and it has a point at which all of it is defined:

# %% name="an-expression"
e = Expression.parse("a = x * y; a + tanh(a)", x=0.5, y=-2.0)

print("its point:       ", e.point)
print("of plain numbers:", e(*e.point))
print("of Values:       ", e(*map(Value, e.point)))

# %% [markdown] name="core"
# **13.2 Core.** Write the sentence: compare what an engine finds on such a graph with central differences, by each of its variables. Your test should pass on our own engine, and notice engines A, B and C.

# %% name="exercise-2-answer" exercise="13.2"

# %% name="exercise-2-check"
check("13.2", agrees)

# %% [markdown] name="given"
# With that, a test of an engine on a hundred graphs is three lines:
#
# ```
# @given(expressions(ops=["add", "mul", "tanh"]))
# def test_every_gradient_is_right(e):
#     assert agrees(Value, e)
# ```
#
# `@given` calls the function with one graph after the other. The kit's own `agrees` is called `check_gradients`; it takes the truth from long numbers, and says how near an engine has come. (An *ulp* is one unit in a float's last place.)

# %% name="check-gradients"
print(check_gradients(lambda x, y: x * x * y + x, 3.0, 5.0))

# %% [markdown] name="smallest"
# ## 5. The smallest graph that fails
#
# Engine A passes its author's tests, too. Let us make up graphs until it is wrong.
#
# > **Decide, then run.** How many operations do the graphs have on which it is found to be wrong: always few, always many, or any number? And how many would be enough?

# %% name="sizes"
drawn = made_up(ops=["tanh", "add", "mul"], max_nodes=30)
wrong = [e for e in drawn if not math.isclose(slope(Value, e, *e.point), slope(engine("A"), e, *e.point), rel_tol=1e-9)]

_, axes = plt.subplots(figsize=(6.6, 3.2))
axes.hist([len(e.steps) for e in wrong], range(1, 33), color=ORANGE, align="left", rwidth=0.8)
axes.set(xlabel="operations in the graph", ylabel="graphs on which A is wrong", xlim=(0, 31))
axes.grid(axis="y", alpha=0.25);

# %% [markdown] name="shrink"
# When a graph of twenty operations fails, you know little: which of the twenty is it? Therefore hypothesis, once it has a graph that fails, goes on. It leaves things out, makes numbers rounder, and keeps whatever *still* fails, until nothing more can go. This is called *shrinking*.

# %% name="shrinking"
@given(expressions(ops=["tanh", "add", "mul"], variables="x", max_nodes=30))
def every_gradient_is_right(e):
    check_gradients(e, value=engine("A"))


try:
    every_gradient_is_right()
except GradientError as error:
    print(str(error).rpartition("\n")[0])  # its last line says where a picture of the graph is

# %% [markdown] name="read-the-message"
# Two operations: x + tanh(x). And with so little left, the message nearly names the bug. Each operation is right by itself. x is used twice, so two numbers arrive at it, and the engine has kept one of them: somewhere it says `=` where it should say `+=`. (Not everywhere, or x·x would have been wrong too, and the author's test would have failed.)
#
# Here is the graph, drawn by engine A itself. On the way back, the sum has its turn first, and leaves 1 at x; then tanh has its turn, and writes over it.

# %% name="drawn-by-a"
x = engine("A")(0.5, label="x")
y = x + x.tanh()
y.label = "y"
y.backward()
y

# %% [markdown] name="one-line"
# All this is one line in the kit, `gradients_agree`. It makes a hypothesis test: of the graphs of a strategy, of a function of yours, or of an op. Under pytest it is found like any test; in a notebook, call it. To try an engine of your own, as that of lesson 4, give its class as `value`.
#
# Here is what we will use from now on:

# %% name="told"
def told(test):
    """What a test says when it fails, but for its last line, which says where the picture is."""
    try:
        test()
    except GradientError as error:
        return str(error).rpartition("\n")[0]
    return "nothing wrong"


sums_and_products = expressions(ops=["add", "mul"], max_nodes=6)
print("ours:", told(gradients_agree(sums_and_products)))
print()
print("engine E:", told(gradients_agree(sums_and_products, value=engine("E"))))

# %% [markdown] name="find-c"
# Engine E has the two factors of a product swapped: found, and named.
#
# **13.3 Find the bug: engine C.** Now the engine of the first picture. It adds where it should, and each of its rules is right. Have a graph searched on which it is wrong, and then do better than the machine: leave out by hand what can be left out. Three operations are enough. Write it as a function of one number. (Which of lesson 3's three mistakes is it?)

# %% name="exercise-3-answer" exercise="13.3"

# %% name="exercise-3-check"
check("13.3", tells)

# %% [markdown] name="one-op"
# ## 6. One op at a time
#
# Graphs find what goes wrong *between* operations. For the rule of one op, try that op alone: `op_calls` draws numbers from its domain. Above all you want this for an op of your own. Here is a cube, with a mistake that is easily made: the derivative of x³ is 3x².
#
# > **Decide, then run.** At how many points is 2x² the slope of x³? At which point will the machine stop?

# %% name="cube"
cube = ops.op("cube", lambda x: x * x * x, lambda x: 2.0 * ops.square(x))
print(told(gradients_agree(cube)))

# %% [markdown] name="cube-mended"
# At one point alone, 0, and by ill luck that is where one would try first. The message names the op, and quotes its rule.
#
# For an op of your own the kit does not know what it *should* compute. It takes differences of the op's own kernel, whose errors it measures; a small mistake may hide in these. Tell it what your op is, in one line, and it uses long numbers.
#
# > **Decide, then run.** We mend the rule, and then spoil it again by one part in 10¹⁴. Is that noticed?

# %% name="cube-defined"
cube = ops.op("cube", lambda x: x * x * x, lambda x: 3.0 * (1 + 1e-14) * ops.square(x))
definitions.pop("cube", None)
print("from differences:  ", told(gradients_agree(cube, order=1)).splitlines()[0])

definitions["cube"] = lambda x: x**3
print("with a definition: ", told(gradients_agree(cube, order=1)).splitlines()[0])

cube = ops.op("cube", lambda x: x * x * x, lambda x: 3.0 * ops.square(x))
print("and mended:        ", told(gradients_agree(cube, order=1)).splitlines()[0])

# %% [markdown] name="find-b"
# Without a definition it is not: so little hides in the error of a difference. With one it is.
#
# **13.4 Find the bug: engine B.** In this one, a single rule is wrong. Here three ops are tried, each by itself, and nothing is found. Go on with others, such as `log`, `sqrt`, `sin`, `cos`, `tan`, `relu`, and give the smallest graph that tells: a function of one number, of one operation.

# %% name="op-calls"
for name in ("exp", "tanh", "sigmoid"):
    print(name, told(gradients_agree(op_calls(ops=[name]), value=engine("B"))))

# %% name="exercise-4-answer" exercise="13.4"

# %% name="exercise-4-check"
check("13.4", tells)

# %% [markdown] name="laws"
# ## 7. Laws need no truth
#
# Sometimes there is no truth at hand, or it is dear: two runs for each weight of a network, as lesson 2 counted. Then **laws** help. They hold for every function f, and compare the engine with itself:
#
# ```
# (3f)′ = 3f′      (f + x²)′ = f′ + 2x      (f·x)′ = f′·x + f      (f − f)′ = 0
# ```
#
# A gradient is linear, the first two say; the third is the product rule, and the last says that what comes and goes leaves nothing. Here each law is tried on the three hundred graphs of the first picture, with every engine. For comparison, the last two lines try differences, and a second `backward`.
#
# > **Decide, then run.** Engine B has a wrong sign in the rule of one op. Which of the four laws can notice it?

# %% name="matrix"
def same(a, b):
    return math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-4)


def twice(kind, f, x):
    """Whether a second backward, after x.grad = 0, finds what the first one found."""
    leaf = kind(x)
    y = f(leaf)
    y.backward()
    first, leaf.grad = leaf.grad, 0.0
    y.backward()
    return same(leaf.grad, first)


laws = {
    "(3f)′ = 3f′": lambda kind, f, x: same(slope(kind, lambda v: f(v) * 3.0, x), 3 * slope(kind, f, x)),
    "(f + x²)′ = f′ + 2x": lambda kind, f, x: same(slope(kind, lambda v: f(v) + v * v, x), slope(kind, f, x) + 2 * x),
    "(f·x)′ = f′·x + f": lambda kind, f, x: same(slope(kind, lambda v: f(v) * v, x), slope(kind, f, x) * x + f(x)),
    "(f − f)′ = 0": lambda kind, f, x: same(slope(kind, lambda v: f(v) - f(v), x), 0.0),
    "differences": lambda kind, f, x: same(slope(kind, f, x), (f(x + 1e-5) - f(x - 1e-5)) / 2e-5),
    "backward twice": twice,
}
engines = {"ours": Value} | {letter: engine(letter) for letter in "ABCDE"}
broken = [[not all(law(kind, e, *e.point) for e in graphs) for kind in engines.values()] for law in laws.values()]

_, axes = plt.subplots(figsize=(6.6, 3.6))
axes.imshow(broken, cmap=ORANGES, vmin=0, vmax=1, aspect="auto")
for i, row in enumerate(broken):
    for j, is_broken in enumerate(row):
        axes.text(j, i, "broken" if is_broken else "holds", ha="center", va="center", color=INK)
axes.set(xticks=range(len(engines)), xticklabels=engines, yticks=range(len(laws)), yticklabels=laws)
axes.set(xlabel="engine", title="Does it hold on all of the graphs?")
axes.tick_params(length=0)
axes.spines[:].set_visible(False)

for name, column in zip(engines, zip(*broken)):
    print(f"{name:4} is noticed by", ", ".join(law for law, is_broken in zip(laws, column) if is_broken) or "nothing")

# %% [markdown] name="laws-are-not-enough"
# None can. B's wrong sign is in every f′ on both sides, and the laws hold between wrong numbers as they do between right ones. Nor does any of them notice C on these graphs. Laws are cheap, and a broken law is always a bug; but what they let through, only a comparison with the truth will find.
#
# And engine D finds the truth, three hundred times, and is broken all the same.
#
# **13.5 Find the bug: engine D.** The table says what to do. Write it as a test of your own: a function that takes an engine, is True for ours, and False for D. (Whoever makes the graph anew at each step, as trainings do, never meets this bug.)

# %% name="exercise-5-answer" exercise="13.5"

# %% name="exercise-5-check"
check("13.5", notices)

# %% [markdown] name="corners"
# ## 8. Something goes wrong: a corner
#
# A last trap, from lesson 2. relu has a corner at 0, and no slope there.
#
# > **Decide, then run.** Nudge relu at 0 to both sides: what comes out? What does the engine say? Which of the two is wrong?

# %% name="corner"
h = 1e-6
print("central difference:", (ops.relu(h) - ops.relu(-h)) / (2 * h))
print("the engine:        ", slope(Value, ops.relu, 0.0))
print()
print("the kit at 0:   ", check_gradients(ops.relu, 0.0))
print("the kit at 1e-6:", check_gradients(ops.relu, 1e-6))

# %% [markdown] name="stay-away"
# Neither: there is no truth to differ from. A test that calls this a bug cries wolf, and a test that cries wolf is soon switched off. So the kit tells what it left out, and why. The graphs of `expressions` keep 0.05 away from corners and from the ends of domains, where differences fail as well; `op_calls`, which knows each op's corners, goes as near as a float can, since there mistakes hide.

# %% name="distances"
def nearest(strategy, number):
    """How near to 0 the strategy comes."""
    distances = []

    @given(strategy)
    def note(drawn):
        distances.append(abs(number(drawn)))

    note()
    return min(distances)


graphs_of_relu = expressions(ops=["relu"], variables="x", max_nodes=1)
print("expressions stay 0.05 away?", nearest(graphs_of_relu, lambda e: e.point[0]) > 0.05)
print("op_calls try the corner?   ", nearest(op_calls(ops=["relu"]), lambda call: call.point[0]) == 0.0)

# %% [markdown] name="remember"
# ## Three sentences to remember
#
# 1. An example proves itself; a property is a sentence about every graph, and a machine looks for the one that breaks it, and makes it small.
# 2. Compare with a truth that has not been computed in the same way: differences, complex steps, long numbers; laws help where there is none.
# 3. Plant a bug before you trust a test, and do not test where there is nothing to be right about.

# %% [markdown] name="next"
# What is proved can be built upon: from here the lessons ask more of the engine than slopes, such as the slopes of slopes, and networks that read one letter after another.
