# %% [markdown] name="title"
# # 3. Backpropagation, step by step
#
# A small network has made a mistake. Four numbers had a part in it, and each is told its share.
#
# **How does the mistake find its way back, and how can one pass find all shares at once?**
#
# In this lesson you follow one mistake backward through a graph, play it forward and back, write the three lines that do it, and meet the three mistakes that everyone makes once. You need lessons 1 and 2, and about 50 minutes.

# %% name="imports"
# On Colab, or where this fails: run  %pip install "microgradlab[notebooks]"  in a cell of its own, and then this.
from microgradlab import Value, draw, play
from microgradlab.lessons import check, hint, solution
from microgradlab.lessons.lesson_03 import nodes_of


# %% name="the-picture"
def small_network():
    """An input, two weights, one bend between them, and how wrong the answer is: J."""
    x, t = Value(0.5, label="x"), Value(1.0, label="t")
    w1, w2 = Value(2.0, label="w1"), Value(-1.0, label="w2")
    z1 = (w1 * x).sigmoid()
    y = w2 * z1
    J = (y - t).square()
    z1.label, y.label, J.label = "z1", "ŷ", "J"
    return x, w1, w2, z1, y, t, J


*_, J = small_network()
J

# %% [markdown] name="question"
# ## 1. How does a small change of w₂ change J?
#
# That is the lecture's question (40:25), and then the same for w₁, which sits further back. The input is x = 0.5, and the network computes
#
# ```
# z₁ = σ(w₁·x)      ŷ = w₂·z₁      J = (ŷ − t)²
# ```
#
# The answer should have been t = 1. J, the squared error, is large if ŷ is far from it.
#
# Lesson 2 said: along a path, multiply. From w₂ to J there are two steps:
#
# ```
# ∂J/∂w₂ = ∂J/∂ŷ · ∂ŷ/∂w₂
# ```
#
# and from w₁ there are three, if we take σ(w₁·x) as one:
#
# ```
# ∂J/∂w₁ = ∂J/∂ŷ · ∂ŷ/∂z₁ · ∂z₁/∂w₁
# ```
#
# > **Decide, then run.** Both begin with the same factor. ŷ is about −0.73: is ∂J/∂ŷ positive or negative? Should w₂ grow or shrink to make J smaller?

# %% name="two-paths"
x, w1, w2, z1, y, t, J = small_network()
J.backward()

dJ_dy = 2 * (y.data - t.data)  # (ŷ − t)² changes 2(ŷ − t) times as fast as ŷ
dy_dw2 = z1.data
dy_dz1 = w2.data
dz1_dw1 = z1.data * (1 - z1.data) * x.data

print(f"∂J/∂ŷ  = {dJ_dy}")
print(f"∂J/∂w2 = {dJ_dy} · {dy_dw2} = {dJ_dy * dy_dw2}")
print(f"∂J/∂w1 = {dJ_dy} · {dy_dz1} · {dz1_dw1} = {dJ_dy * dy_dz1 * dz1_dw1}")
print()
print("the engine:", w2.grad, w1.grad)

# %% [markdown] name="shared"
# w₂ should grow: its gradient is negative, so J falls as w₂ rises.
#
# Now the idea that gave the method its name. Both products begin with ∂J/∂ŷ. If you go **backward**, from J to the inputs, you compute that factor once, leave it at ŷ, and everyone further back takes it from there. Whatever hangs before ŷ, ten weights or ten million, that factor is paid for once. Nudging, as in lesson 2, pays for everything again and again.
#
# ## 2. Watch it
#
# Each node does the same small thing when its turn comes. Its own gradient is complete; it multiplies it by each local derivative; and what comes out, it *adds* to the gradient of the argument.
#
# > **Decide, then play.** Press ▶, or step with the arrows. First the numbers appear from left to right, then the gradients from right to left. Before each backward step, say what the node will pass on. Then change x, and see which gradients change with it.

# %% name="player"
play(J)

# %% [markdown] name="steps-too"
# The same in words, where there is no page to play:

# %% name="steps"
for leaf in (x, t, w1, w2):
    leaf.grad = 0.0

for step in J.backward_steps():
    print(step)

# %% [markdown] name="twice"
# ## 3. Used twice
#
# So far every number was used once. Take f = x·x + x at x = 3: x is in it three times. Along each path, multiply; and where several paths lead from a number to the end, **add**: x can move f on each of them.
#
# > **Decide, then run.** Two paths go through the product, where the local derivative is the other x, 3; one goes straight to the sum. What does x.grad come to?

# %% name="seven"
x = Value(3.0, label="x")
f = x * x + x
f.label = "f"
for step in f.backward_steps():
    print(step)

# %% [markdown] name="adds-up"
# 3 + 3 + 1 = 7, which is 2x + 1. Look at the last numbers of the lines, `0 + 1 → 1`, `1 + 3 → 4`, `4 + 3 → 7`: what arrives is added to what was there.
#
# **3.1 Warm-up.** Two ways to the end: e = (a + b)·(b − 1) at a = 1.5 and b = 2.5, where e = 6. With a pencil, what are ∂e/∂a and ∂e/∂b?

# %% name="exercise-1-answer" exercise="03.1"

# %% name="exercise-1-check"
check("03.1", gradients)

# %% name="two-ways"
a, b = Value(1.5, label="a"), Value(2.5, label="b")
c, d = a + b, b - 1.0
e = c * d
c.label, d.label, e.label = "c", "d", "e"
e.backward()
print(f"e = {e.data:g}, ∂e/∂a = {a.grad:g}, ∂e/∂b = {b.grad:g}")
draw(e, show="data grad local")

# %% [markdown] name="write-it"
# ## 4. Write it
#
# Here are nodes with nothing hidden. A `Node` has `arguments`, the nodes it was made from; `locals`, how fast it changes with each of them; and a `grad`, at first 0.

# %% name="nodes"
order = nodes_of(e)  # e's graph once more, the last result first
order[0].grad = 1.0  # the end changes exactly as fast as itself
for node in order:
    print(node.label, "made from", node.arguments, "with local derivatives", node.locals)

# %% [markdown] name="core"
# **3.2 Core.** Write `backward`. It is given the nodes in the right order, and the first one's grad is 1 already. Three lines are enough.

# %% name="exercise-2-answer" exercise="03.2"

# %% name="exercise-2-check"
check("03.2", backward)

# %% [markdown] name="equals"
# ## 5. Something goes wrong: `=` for `+=`
#
# The shortest mistake there is: one sign left out. It is easily overlooked, as it does no harm where every number is used once.
#
# > **Decide, then run.** What does this `backward` find for x·x + x at 3? And for the network of section 1?

# %% name="one-sign"
def forgetful(order):
    order[0].grad = 1.0
    for node in order:
        for argument, local in zip(node.arguments, node.locals):
            argument.grad = node.grad * local  # and what was there is gone
    return order


for name, root, truth in (("f", f, x.grad), ("J", small_network()[-1], w1.grad)):
    found = {node.label: node.grad for node in forgetful(nodes_of(root))}
    leaf = "x" if name == "f" else "w1"
    print(f"∂{name}/∂{leaf}: {found[leaf]:.6g}, and it is {truth:.6g}")

# %% [markdown] name="no-error"
# No error, no warning, and a number that looks like any other. On the network it is even right, as nothing there is used twice. That is why a derivative wants a *test*, and why lesson 13 hands you a machine that looks for such graphs.
#
# ## 6. Something goes wrong: whose turn is it?
#
# A node may pass its gradient on only when it is complete: when everyone who owes it something has had their turn. Take b = a + a and c = b + b, so that c = 4a.
#
# > **Decide, then run.** What is ∂c/∂a, and what comes out if a node has its turn the moment somebody points to it, and again each time?

# %% name="wrong-turn"
a = Value(2.0, label="a")
b = a + a
c = b + b
b.label, c.label = "b", "c"
c.backward()
print("the engine:         ", a.grad)


def eager(node):
    """Each node passes on all that it has, as soon as it has something."""
    for argument, local in zip(node.arguments, node.locals):
        argument.grad += node.grad * local
        eager(argument)


nodes = nodes_of(c)
nodes[0].grad = 1.0
eager(nodes[0])
print("turns taken at once:", nodes[-1].grad)

# %% [markdown] name="topological"
# b received 1, and passed it on at once: 2 for a. Then it received its second 1, had 2, and passed *all* of it on, though half had gone before.
#
# The cure is an order in which every node comes before what it was made from, and has one turn. It is called a *topological* order, from the last result to the first numbers.
#
# **3.3 Stretch.** Find such an order.

# %% name="exercise-3-answer" exercise="03.3"

# %% name="exercise-3-check"
check("03.3", last_first)

# %% [markdown] name="births"
# Our engine has a simpler way. Every `Value` is given a number at birth, and a result is always younger than what it was made from. So it sorts by birth, the youngest first; and a chain of a million results is no deeper for it than one of three.
#
# ## 7. Something goes wrong: backward twice
#
# `grad` is added to. That holds from one `backward` to the next as well.
#
# > **Decide, then run.** What does the second line say?

# %% name="backward-twice"
x = Value(3.0, label="x")
f = x * x + x

f.backward()
print("once: ", x.grad)
f.backward()
print("twice:", x.grad)

x.grad = 0.0
f.backward()
print("anew: ", x.grad)

# %% [markdown] name="zero-first"
# 14, twice 7. It is meant so: adding up is how the losses of many examples come together in one gradient (lesson 10). But before each new step of learning, set the gradients of the weights to zero; a training that forgets to is the third mistake that everyone makes once. (The grads of results begin at 0 by themselves: only leaves keep theirs.)

# %% [markdown] name="remember"
# ## Three sentences to remember
#
# 1. Each node passes on its complete gradient times the local derivative; along a path, multiply.
# 2. Where paths meet, add: `+=`, and never `=`.
# 3. One pass backward, in an order that lets everyone finish, finds the derivative by every number; and before the next one, start from zero.

# %% [markdown] name="next"
# You have written `backward`. In lesson 4 you write the whole `Value`, in thirty lines, and have it tested by a machine.
