"""What learners type in lesson 7, and words of the sentence that is meant for each."""

LOOP = "def descend(J, start, lr, steps):\n    w = Value(start)\n    for _ in range(steps):\n        "
ROLL = "def roll(J, start, lr, momentum, steps):\n    w, b = Value(start), 0.0\n    for _ in range(steps):\n        "
ZERO = "w.grad = 0.0\n        J(w).backward()\n        "

WRONG = {
    "07.1": [
        ("places_of_two_steps = (0.8, 1.6)", "after the second step should be 1.44, and is 1.6"),
        ("places_of_two_steps = (-0.8, -1.76)", "after the first step should be 0.8, and is -0.8"),
        ("places_of_two_steps = (0.4, 0.76)", "after the first step should be 0.8, and is 0.4"),
        ("places_of_two_steps = 0.8", "should be two numbers, and is 0.8"),
    ],
    "07.2": [
        (LOOP + ZERO + "w.data += lr * w.grad\n    return w.data",
         "and is -0.8.\n  Look again at: the step goes against"),
        (LOOP + "J(w).backward()\n        w.data -= lr * w.grad\n    return w.data",
         "should be 1.44, and is 2.24.\n  Look again at: backward adds"),
        (LOOP + ZERO + "w.data -= lr * w.grad\n        return w.data", "is the return inside the loop?"),
        ("def descend(J, start, lr, steps):\n    w = Value(start)\n    J(w).backward()\n    for _ in range(steps):\n"
         "        w.data -= lr * w.grad\n    return w.data",
         "should be 1.44, and is 1.6.\n  Look again at: the gradient"),
        (LOOP + ZERO + "w.data -= lr * w.grad", "descend(parabola, 0, 0.1, 1) gives None"),
        ("def descend(J, start, lr, steps):\n    for _ in range(steps):\n        J(start).backward()\n    return start",
         "stops with AttributeError"),
    ],
    "07.3": [
        (ROLL + ZERO + "b = momentum * b + (1 - momentum) * w.grad\n        w.data -= lr * b\n    return w.data",
         "should be 0.8, and is 0.4.\n  Look again at: the velocity takes in the whole gradient"),
        (ROLL + ZERO + "w.data -= lr * b\n        b = momentum * b + w.grad\n    return w.data",
         "should be 0.8, and is 0.\n  Look again at: that is one step behind"),
        (ROLL + ZERO + "b = momentum * 0.0 + w.grad\n        w.data -= lr * b\n    return w.data",
         "Look again at: that is where a walker gets"),
        (ROLL + "J(w).backward()\n        b = momentum * b + w.grad\n        w.data -= lr * b\n    return w.data",
         "Look again at: backward adds"),
        (ROLL + ZERO + "b = momentum * b - w.grad\n        w.data -= lr * b\n    return w.data",
         "and is -0.8.\n  Look again at: the step goes against the gradient"),
    ],
}  # fmt: skip
