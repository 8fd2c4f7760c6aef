# %% [markdown] name="title"
# # 4. Build your own `Value`
#
# The border below was learned, by two layers of neurons, from eighty points. The engine that found the gradients has thirty lines, and it is not ours: it is the one that you are about to write.
#
# **Can you build the whole engine, and will it stand before a machine that hunts for mistakes?**
#
# In this lesson you write a class that remembers, goes back and adds up; a machine tries it on expressions that nobody would think of; and then it takes the place of ours, under our networks and in our training loop. You need lesson 3, where you have written half of it, and about 75 minutes. This is the centre of the series: take your time.

# %% name="imports"
# On Colab, or where this fails: run  %pip install "microgradlab[notebooks]"  in a cell of its own, and then this.
import inspect
import math

import microgradlab
from microgradlab import MLP, data, fit, optim, plots
from microgradlab.evaluation import accuracy
from microgradlab.lessons import check, hint, solution, thirty_lines
from microgradlab.lessons.lesson_04 import hunt

plots.set_style()


# %% name="the-picture"
def signed(examples):
    """The same with −1 and 1 for the classes."""
    return [(inputs, 2 * target - 1) for inputs, target in examples]


train, test = data.split_every(signed(data.moons(100, seed=0)), 5)


def squared_error(output, target):
    return (output - target) * (output - target)


def learn(engine):
    """A network on an engine, and what its training was like."""
    model = MLP(2, [8, 1], activation="tanh", seed=0, value=engine)
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    return model, fit(model, train, loss=squared_error, optimizer=optimizer, epochs=40, batch_size=8, progress=False)


model, _ = learn(thirty_lines.Value)
plots.decision_boundary(model, train)

# %% [markdown] name="remember-it"
# ## 1. A number that remembers
#
# Everything starts with what a result must keep. Lesson 3 needed three things of a node: the Values it was made from, how fast it changes with each of these, and a place for its own gradient.
#
# ```
# z = x + y        z.arguments = (x, y)        z.locals = (1, 1)
# z = x · y        z.arguments = (x, y)        z.locals = (y, x)
# ```
#
# Read the last line twice: the product changes *y* times as fast as *x*. These local derivatives are numbers, and they are known the moment the result is made.
#
# Python calls `x.__add__(y)` when it reads `x + y`, and `x.__mul__(y)` for `x * y`. So that is where they are noted.
#
# **4.1 Warm-up.** Write both methods. Each returns a new `Value`, with its data, its arguments and its local derivatives.

# %% name="exercise-1-answer" exercise="04.1"

# %% name="exercise-1-check"
check("04.1", Value)

# %% [markdown] name="the-same-as-ours"
# Our own `Value` keeps the same things under the same names. You can look:

# %% name="ours"
x, y = microgradlab.Value(2.0, label="x"), microgradlab.Value(-3.0, label="y")
z = x * y
print([argument.label for argument in z.arguments], z.locals)

# %% [markdown] name="way-back"
# ## 2. The way back
#
# The graph is there as soon as you calculate. Going back through it takes three sentences of lesson 3:
#
# - the end comes first, and its own gradient is 1, as it changes exactly as fast as itself;
# - each node has one turn, when all that is made from it has had its own;
# - in its turn it adds to the gradient of each argument: its own gradient times the local derivative.
#
# > **Decide before you write.** The counter-example that catches most first attempts is b = a + a, c = b + b. Which of the three sentences does a `backward` break that gives 6 for ∂c/∂a, and which one if it gives 1?
#
# **4.2 Core.** Write `backward`. The line `class Value(First):` means: all that the class was, and the following as well; it saves you from copying. (`First` is the name that its state so far got at the end of the cell above. If you change a cell later on, run those below it again.)

# %% name="exercise-2-answer" exercise="04.2"

# %% name="exercise-2-check"
check("04.2", Value)

# %% [markdown] name="which-sentence"
# (6 breaks the second: b had two turns, as in lesson 3. And 1 breaks the third: it was `=` where it must be `+=`.)
#
# This is an engine. It computes the gradient of every polynomial of as many numbers as you like.
#
# ## 3. A bend
#
# What it lacks is a bend, and lesson 1 has shown that without one a network is a single line, however deep. tanh will do. Its slope is 1 − tanh², which is handy: the result is known already.
#
# **4.3 Stretch.** Add `tanh`. It has one argument, so its tuples have one entry; in Python that is `(self,)`, with a comma.

# %% name="exercise-3-answer" exercise="04.3"

# %% name="exercise-3-check"
check("04.3", Value)

# %% [markdown] name="large-numbers"
# > **Decide, then run.** The check tries 1000, too. Many write tanh as it stands in books, (e²ˣ − 1)/(e²ˣ + 1). What becomes of that at 1000?

# %% name="overflow"
try:
    (math.exp(2000) - 1) / (math.exp(2000) + 1)
except OverflowError as error:
    print("e^2000:", error)

print("math.tanh(1000) =", math.tanh(1000))

# %% [markdown] name="plain-numbers"
# The result is as harmless as can be, 1, but there is no way to it through a number with 869 digits. (First versions of many engines stop here, and micrograd's users have reported it.)
#
# ## 4. Beside plain numbers
#
# You will want to write `2 * x + 1`. For `x + 1` Python calls `x.__add__(1)`: there, make a Value of the 1. For `1 + x` it asks the 1 first, which does not know Values, and then calls `x.__radd__(1)`, with an r for *right*.
#
# And minus is no new operation: −x is x·(−1), and x − y is x + (−1)·y. So it needs no derivative of its own, which is one derivative fewer to get wrong.
#
# **4.4 Further.** Let plain numbers in, on either side, and add minus.

# %% name="exercise-4-answer" exercise="04.4"

# %% name="exercise-4-check"
check("04.4", Value)

# %% [markdown] name="too-deep"
# ## 5. Something goes wrong: too deep
#
# Most people find the order of section 2 with a function that calls itself for every argument. That is the natural way to write it. And then somebody adds up five thousand numbers.
#
# > **Decide, then run.** `depth` calls itself as `visit` does. What will Python say to a chain of 5,000 sums?

# %% name="recursion"
def depth(node):
    return 1 + max((depth(argument) for argument in node.arguments), default=0)


chain = x = thirty_lines.Value(1.0)
for _ in range(5000):
    chain = chain + x

try:
    depth(chain)
except RecursionError:
    print("RecursionError: Python stops at a thousand calls inside one another")

# %% [markdown] name="births-again"
# A sum over a data set is such a chain, so this does happen. The cure has been hinted at in lesson 3: number the Values as they are born. A result is younger than what it was made from, always. So an order need not be searched for, only sorted: the youngest first.
#
# **4.5 Further.** Give each Value a birth, and write `backward` without a function that calls itself.

# %% name="exercise-5-answer" exercise="04.5"

# %% name="exercise-5-check"
check("04.5", Value)

# %% [markdown] name="hunter"
# ## 6. Before the hunter
#
# Is it right? You have tried what you could think of. The library has a machine for what you could not: it makes up expressions, compares each gradient with the truth in hundreds of bits, and if one is wrong, it looks for the smallest expression that goes wrong in the same way. Lesson 13 is about that machine; here it is only let loose, first at each operation by itself, then at all of them together.
#
# **4.6 Further.** Add one operation more, relu, which is the number itself above 0, and 0 elsewhere. (At 0 it has no slope; by convention we say 0.) The check then sends the hunter after your whole engine.

# %% name="exercise-6-answer" exercise="04.6"

# %% name="exercise-6-check"
check("04.6", Value)

# %% [markdown] name="what-it-finds"
# What does the hunter say to an engine with a mistake? Here is one with a single sign changed, in an operation that looks too simple to be wrong.
#
# > **Decide, then run.** The expression it finds was one of a few dozen, some of them with ten operations. What is the smallest that can show this mistake?

# %% name="caught"
class Forgetful(thirty_lines.Value):
    def __neg__(self):
        return thirty_lines.Value(-self.data, (self,), (1.0,))  # should be −1.0


caught = hunt(Forgetful, ["add", "mul", "neg", "tanh"])
print(caught)
caught.graph

# %% [markdown] name="strict"
# A single minus. (An *ulp* is one unit in the last place of a float. And the graph is drawn as it should be.)
#
# There is one more thing, if you like exactness. The hunter was told to overlook differences below a billionth. Told to overlook nothing but rounding, it is not quite content with the lesson's own engine:

# %% name="digits"
print(hunt(thirty_lines.Value, ["tanh"], atol=0.0))

# %% [markdown] name="cancel"
# It is right, and it even names the reason. Where tanh is nearly 1, its square is nearly 1 too, and 1 − tanh² takes one number from another that has the same first digits: only the last ones are left. Lesson 1 met this at 20, where nothing was left at all. That is why our engine writes this slope as sech². A training will not notice; a proof does.
#
# ## 7. It trains
#
# Now your engine takes the place of ours. `MLP(…, value=Value)` makes its weights of your class, and `fit` runs on it: your `+`, your `*`, your `tanh`, your `backward`. Nothing else computes. (`fit` shows the network each of the 80 points forty times, eight at a time, and Adam says how far each weight moves; lessons 7 to 10 are about that. The 20 points of `test` it never sees.)
#
# > **Decide, then run.** Ours is compiled, makes one operation of a whole neuron, and has another way to tanh's slope. Will the two trainings end at the same loss?

# %% name="trains"
engine = Value if check("04.6", Value) else thirty_lines.Value
print("engine:", "yours" if engine is Value else "the lesson's own, until the check above is content with yours")

model, history = learn(engine)
model_of_ours, history_of_ours = learn(microgradlab.Value)

print("loss in the first epoch:", round(history[0].loss, 4), " in the last:", round(history[-1].loss, 4))
print("with ours to ten digits the same?", math.isclose(history[-1].loss, history_of_ours[-1].loss, rel_tol=1e-10))
print("points of the test set on the right side:", f"{accuracy(model, test):.0%}")


def size(root):
    """How many Values a result was made from, itself included."""
    found, todo = {root}, [root]
    while todo:
        new = {*todo.pop().arguments} - found
        found |= new
        todo += new
    return len(found)


inputs, _ = test[0]
print("Values in one answer, with this engine:", size(model(inputs)), end=", ")
print("with ours:", len(microgradlab.trace(model_of_ours(inputs))[0]))

# %% name="trained-picture"
plots.decision_boundary(model, test)

# %% [markdown] name="same"
# To ten digits: there is only one gradient, and whoever computes it rightly gets the same one. What a larger engine adds is speed (it makes fewer Values, for a start), exactness at the edges, and pictures. What learns is in your thirty lines.
#
# Here is the lesson's own version in one piece. Leave out the empty lines, the sentence and the imports at its head, and the two bends, and count.

# %% name="in-one-piece"
print(inspect.getsource(thirty_lines))

# %% [markdown] name="remember"
# ## Three sentences to remember
#
# 1. A result keeps its arguments and its local derivatives; that is all a graph is.
# 2. Going back is a loop over the results, the youngest first, with one line in it: `argument.grad += node.grad * local`.
# 3. Your own examples test what you thought of; a machine that makes up expressions tests the rest.

# %% [markdown] name="next"
# In lesson 5 neurons become layers, and layers become networks that can do what no single neuron can.
