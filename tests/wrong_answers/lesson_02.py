"""What learners type in lesson 2, and words of the sentence that is meant for each."""

WRONG = {
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
         "slope 0 of gradient(plane, [1.0, 5.0], 0.0001), with plane = 2·x0 − 3·x1, should be 2, and is -1"),
        ("def gradient(f, xs, h):\n    found = []\n    for i in range(len(xs)):\n        xs[i] += h\n"
         "        up = f(xs)\n        xs[i] -= 2 * h\n        found.append((up - f(xs)) / (2 * h))\n    return found",
         "leaves the list of numbers as"),
        ("def gradient(f, xs, h):\n    found = []\n    for i, x in enumerate(xs):\n        up = list(xs)\n"
         "        up[i] = x + h\n        found.append((f(up) - f(xs)) / h)\n    return found",
         "with squares = x0² + x1², should be 4, and is 4.0001.\n  Look again at: nudge each number both ways"),
    ],
}  # fmt: skip
