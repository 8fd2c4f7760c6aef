"""What learners type in lesson 9, and words of the sentence that is meant for each."""

ADAM = "def adam(x, g, t, m, v, lr):\n    m = 0.9 * m + 0.1 * g\n    v = 0.999 * v + 0.001 * g * g\n    "

WRONG = {
    "09.1": [
        ("def adagrad(x, g, v, lr):\n    v = v + g * g\n    return x - lr * g / math.sqrt(v + 1e-10), v",
         "Look again at: ε stands beside the root, not under it"),
        ("def adagrad(x, g, v, lr):\n    v = g * g\n    return x - lr * g / (math.sqrt(v) + 1e-10), v",
         "The new v of adagrad(0.1, -7.8, 64, 0.1) should be 124.84, and is 60.84.\n  Look again at: v is a sum"),
        ("def adagrad(x, g, v, lr):\n    v = v + g * g\n    return x - lr * g / (v + 1e-10), v",
         "Look again at: divide by the root of v"),
        ("def adagrad(x, g, v, lr):\n    v = v + g * g\n    return x - lr * g / (math.sqrt(v) + 1e-10)",
         "should give 2 numbers, the new x and the new v, and gives 0.0999"),
        ("def adagrad(x, g, v, lr):\n    v = v + g * g\n    return x + lr * g / (math.sqrt(v) + 1e-10), v",
         "and is -0.1.\n  Look again at: the step goes against"),
        ("def adagrad(x, g, v, lr):\n    v = v + g * g\n    return x - lr * g / math.sqrt(v), v",
         "adagrad(4, 0, 0, 0.1) stops with ZeroDivisionError"),
        ("def adagrad(x, g, v, lr):\n    v = 0.99 * v + 0.01 * g * g\n    return x - lr * g / math.sqrt(v + 1e-20), v",
         "Look again at: that is the running mean of RMSprop"),
    ],
    "09.2": [
        (ADAM + "return x - lr * m / (math.sqrt(v) + 1e-8), m, v",
         "should be 0.1, and is 0.316228.\n  Look again at: the hats are missing"),
        (ADAM + "return x - lr * (m / (1 - 0.9)) / (math.sqrt(v / (1 - 0.999)) + 1e-8), m, v", "to the power of t"),
        (ADAM + "m = m / (1 - 0.9**t)\n    v = v / (1 - 0.999**t)\n    return x - lr * m / (math.sqrt(v) + 1e-8), m, v",
         "The new m of adam(0, -8, 1, 0, 0, 0.1) should be -0.8, and is -8.\n  Look again at: what is remembered is m"),
        (ADAM + "return x - lr * (m / (1 - 0.9**t)) / (v / (1 - 0.999**t) + 1e-8), m, v", "divide by the root of v̂"),
        ("def adam(x, g, t, m, v, lr):\n    m = 0.9 * m + 0.1 * g\n    v = 0.9 * v + 0.1 * g * g\n    return x, m, v",
         "Look again at: 0.9 is for m, and 0.999 for v"),
        (ADAM + "return x - lr * m", "should give 3 numbers, the new x and the new m and the new v, and gives 0.08"),
    ],
    "09.3": [
        ("wrong_lines = (2, 3, 3)", "In rmsprop_in_a_hurry, line 2 is not the one"),
        ("wrong_lines = (1, 4, 3)", "In adam_in_a_hurry, line 4 is not the one that is wrong.\n  Look again at: the"),
        ("wrong_lines = (1, 3, 2)", "Look again at: the first step is right, and uses u = 0"),
        ("wrong_lines = 1", "wrong_lines should be three numbers, and is 1"),
    ],
}  # fmt: skip
