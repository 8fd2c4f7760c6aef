"""For each exercise typical wrong answers, as learners type them, and words of the sentence that is meant for each."""

WRONG = {
    "01.1": [
        ("points = [(1, 2), (2, 1)]", "z at your second point, (2, 1), should be 6, and is 5"),
        ("points = [(0, 0), (1, -1)]", "z at your first point, (0, 0), should be 0, and is 1"),
        ("points = (1, 2)", "a point should be 2 numbers in a tuple, and is 1"),
        ("points = [(1, 2)]", "points should be two points"),
    ],
    "01.2": [
        ("numbers = (1, 1, -1.5)", "at (0, 0) should be below 0.1, and is 0.182"),
        ("numbers = (6, 6, -3)", "at (0, 1) should be below 0.1, and is 0.953"),
        ("numbers = (2.5, 2.5, -5)", "at (1, 1) should be above 0.9, and is 0.5"),
        ("numbers = (6, 6)", "numbers should be 3 numbers in a tuple"),
        ("numbers = ('6', '6', '-9')", "a number of numbers should be a number, and is '6'"),
    ],
    "01.3": [
        ("raised = lambda eta: 0.0024726231566347743 + eta * 3.6e-5", "raised(1) should be"),
        ("def raised(eta):\n    pass", "raised(0) gives None"),
        ("def raised(eta):\n    return sigmoid(eta)", "name 'sigmoid' is not defined"),
        ("def raised():\n    return 0.0", "TypeError"),
        ("raised = 0.5", "raised should be a function, and is 0.5"),
    ],
    "02.1": [
        ("slope = lambda x: 6 * x", "slope(0) should be -4, and is 0"),
        ("slope = lambda x: 3 * x - 4", "slope(1) should be 2, and is -1"),
        ("slope = lambda x: 6 * x - 4 + 5", "slope(0) should be -4, and is 1"),
        ("slope = lambda x: 3 * x**2 - 4 * x + 5", "slope(0) should be -4, and is 5"),
    ],
    "02.2": [
        ("central = lambda f, x, h: (f(x + h) - f(x)) / h", "central(square, 3, 0.1) should be 6, and is 6.1"),
        ("central = lambda f, x, h: (f(x + h) - f(x - h)) / h", "should be 6, and is 12"),
        ("central = lambda f, x, h: f(x + h) - f(x - h) / (2 * h)", "central(square, 3, 0.1) should be 6"),
        ("central = lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h)", "should be 6, and is -6"),
    ],
    "02.3": [
        ("gradient = lambda f, xs, h: (f([x + h for x in xs]) - f(xs)) / h", "a list of 2 slopes"),
        ("gradient = lambda f, xs, h: [(f([x + h for x in xs]) - f([x - h for x in xs])) / (2 * h) for _ in xs]",
         "slope 0 of gradient(plane, [1.0, 5.0], 0.0001) should be 2, and is -1"),
        ("def gradient(f, xs, h):\n    found = []\n    for i in range(len(xs)):\n        xs[i] += h\n"
         "        up = f(xs)\n        xs[i] -= 2 * h\n        found.append((up - f(xs)) / (2 * h))\n    return found",
         "leaves the numbers as"),
    ],
    "03.1": [
        ("gradients = (1.5, 4)", "∂e/∂b should be 5.5, and is 4"),
        ("gradients = (1.5, 1.5)", "∂e/∂b should be 5.5, and is 1.5"),
        ("gradients = (4, 5.5)", "∂e/∂a should be 1.5, and is 4"),
        ("gradients = 1.5", "gradients should be two numbers, and is 1.5"),
    ],
    "03.2": [
        ("def backward(order):\n    for node in order:\n        for a, local in zip(node.arguments, node.locals):\n"
         "            a.grad = node.grad * local", "should be 7, and is 3.\n  Look again at: what arrives is added"),
        ("def backward(order):\n    for node in order:\n        for a, local in zip(node.arguments, node.locals):\n"
         "            a.grad += local", "b.grad should be 5.5, and is 2.\n  Look again at: a node passes on its own"),
        ("def backward(order):\n    for node in order[::-1]:\n"
         "        for a, local in zip(node.arguments, node.locals):\n            a.grad += node.grad * local",
         "After backward through x·x + x, x.grad should be 7, and is 1"),
        ("def backward(order):\n    for node in order:\n        node.args", "backward(the nodes of 2x) stops with"),
    ],
    "03.3": [
        ("def last_first(root):\n    return [root, *root.arguments, *root.arguments]", "a node stands in it twice"),
        ("def last_first(root):\n    order = [root]\n    for node in order:\n"
         "        order += [a for a in node.arguments if a not in order]\n    return list(dict.fromkeys(order))",
         "comes before"),
        ("def last_first(root):\n    return [root]", "of 2 nodes"),
        ("def last_first(root):\n    return root", "It should be a list of nodes"),
    ],
}  # fmt: skip
