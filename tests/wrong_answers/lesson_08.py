"""What learners type in lesson 8, and words of the sentence that is meant for each."""

WRONG = {
    "08.1": [
        ("rates_of_a_parabola = (0.5, 1)", "arrives in one step should be 0.166667, and is 0.5"),
        ("rates_of_a_parabola = (1 / 3, 2 / 3)", "arrives in one step should be 0.166667, and is 0.333333"),
        ("rates_of_a_parabola = (1 / 6, 1 / 6)", "The limit should be 0.333333, and is 0.166667"),
        ("rates_of_a_parabola = 1 / 6", "should be two numbers"),
    ],
    "08.2": [
        ("share_left = lambda curvatures, lr: max(1 - lr * c for c in curvatures)",
         "share_left([2], 0.9) should be 0.8, and is -0.8.\n  Look again at: a factor of −0.8"),
        ("share_left = lambda curvatures, lr: abs(1 - lr * min(curvatures))",
         "share_left([25, 1], 0.079) should be 0.975, and is 0.921.\n  Look again at: the flattest is not always"),
        ("share_left = lambda curvatures, lr: 1 - max(abs(1 - lr * c) for c in curvatures)", "the share that is lost"),
        ("share_left = lambda curvatures, lr: min(abs(1 - lr * c) for c in curvatures)", "where most is left"),
        ("share_left = lambda curvatures, lr: [abs(1 - lr * c) for c in curvatures]",
         "share_left([2], 0.1) should be a number, and is [0.8]"),
    ],
    "08.3": [
        ("def rate(t, steps, warmup, peak):\n    if t < warmup:\n        return peak * t / warmup\n"
         "    return peak * (1 + math.cos(math.pi * t / steps)) / 2",
         "rate(2, 10, 2, 1) should be 1, and is 0.904508.\n  Look again at: the way down begins at t = warmup"),
        ("def rate(t, steps, warmup, peak):\n    if t < warmup:\n        return t / warmup\n"
         "    return (1 + math.cos(math.pi * (t - warmup) / (steps - warmup))) / 2",
         "rate(1, 10, 2, 3) should be 1.5, and is 0.5"),
        ("def rate(t, steps, warmup, peak):\n    if t < warmup:\n        return peak * t / warmup\n"
         "    s = (t - warmup) / (steps - warmup)\n    return peak * math.cos(math.pi * s)",
         "rate(10, 10, 2, 1) should be 0, and is -1"),
        ("def rate(t, steps, warmup, peak):\n    up = peak * t / warmup\n    s = (t - warmup) / (steps - warmup)\n"
         "    return min(up, peak * (1 + math.cos(math.pi * s)) / 2) if t > 0 else 0.0",
         "rate(0, 10, 0, 1) stops with ZeroDivisionError"),
        ("rate = 0.1", "rate should be a function, and is 0.1"),
    ],
}  # fmt: skip
