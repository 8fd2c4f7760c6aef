"""What learners type in lesson 3, and words of the sentence that is meant for each."""

WRONG = {
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
