"""What learners type in lesson 15, and words of the sentence that is meant for each."""

GRAD = "from microgradlab import grad\n"
SLOPE = "    v = Value(x)\n    slope = grad(f(v), v, create_graph=True)\n"
COUNTED = """def surprise(names):
    pairs, first = {}, {}
    for name in names:
        for a, b in zip("." + name, name + "."):
            pairs[a, b] = pairs.get((a, b), 0) + 1
            first[a] = first.get(a, 0) + 1
    every = sum(pairs.values())
"""

WRONG = {
    "15.1": [
        (GRAD + "def curvature(f, x):\n    v = Value(x)\n    return grad(grad(f(v), v), v)", "stops with TypeError"),
        (GRAD + "def curvature(f, x):\n" + SLOPE + "    return slope",
         "curvature(tanh, 2) should be -0.136219, and is 0.0706508.\n  Look again at: this is the slope"),
        (GRAD + "def curvature(f, x):\n" + SLOPE + "    return slope.data ** 2",
         "curvature(cube, 2) should be 12, and is 144"),
        ("def curvature(f, x):\n    f(Value(x)).backward()", "curvature(cube, 2) gives None"),
    ],
    "15.2": [
        (GRAD + "def newton_step(f, x):\n" + SLOPE + "    return x + slope.data / grad(slope, v)",
         "newton_step(parabola, 3) should be 0.666667, and is 5.33333"),
        (GRAD + "def newton_step(f, x):\n" + SLOPE + "    return x - f(x) / slope.data", "to where f is 0"),
        (GRAD + "def newton_step(f, x):\n" + SLOPE + "    return slope.data / grad(slope, v)", "and is 2.33333"),
        (GRAD + "def newton_step(f, x):\n" + SLOPE + "    return x - grad(slope, v) / slope.data",
         "should be 0.666667"),
    ],
    "15.3": [
        (COUNTED + "    return sum(-n * math.log(n / first[a]) for (a, b), n in pairs.items()) / len(names)",
         "surprise(['aa', 'ab']) should be 0.549306, and is 1.64792.\n  Look again at: the mean is over pairs"),
        (COUNTED + "    return sum(-n * math.log(n / every) for (a, b), n in pairs.items()) / every",
         "divide the count of the pair by that of all pairs that begin with a"),
        (COUNTED + "    return sum(n * math.log(n / first[a]) for (a, b), n in pairs.items()) / every",
         "the surprise is −log p"),
        (COUNTED.replace('"." + name, name + "."', "name, name[1:]")
         + "    return sum(-n * math.log(n / first[a]) for (a, b), n in pairs.items()) / every",
         "begin and end each name with a point"),
        (COUNTED + "    return sum(-n * math.log2(n / first[a]) for (a, b), n in pairs.items()) / every",
         "natural logarithms"),
    ],
    "15.4": [
        ("def cell(w, u, b, x, h):\n    for i in range(len(h)):\n"
         "        h[i] = ops.tanh(ops.dot([w[i], *u[i]], [x, *h], b[i]))\n"
         "    return h", "with all of the old h, none of the new"),
        ("def cell(w, u, b, x, h):\n    return [ops.tanh(w[i] * x + b[i]) for i in range(len(h))]",
         "the old h counts as well"),
        ("def cell(w, u, b, x, h):\n    return [ops.dot([w[i], *u[i]], [x, *h], b[i]) for i in range(len(h))]",
         "then it is bent by tanh"),
        ("def cell(w, u, b, x, h):\n"
         "    return [math.tanh(ops.dot([w[i], *u[i]], [x, *h], b[i])) for i in range(len(w))]",
         "has lost its graph"),
        ("def cell(w, u, b, x, h):\n    return ops.tanh(ops.dot(w, [x] * len(h)))", "should be a list of 1"),
    ],
}  # fmt: skip
