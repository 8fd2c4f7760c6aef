"""What learners type in lesson 6, and words of the sentence that is meant for each."""

SLOPES = "def slopes(logits, label):\n    powers = [math.exp({}) for z in logits]\n    return [p / sum(powers){} for i, p in enumerate(powers)]"

WRONG = {
    "06.1": [
        ("surprise = lambda p, y: math.log(p) if y == 1 else math.log(1 - p)",
         "surprise(0.1, 1) should be 2.30259, and is -2.30259.\n  Look again at: the surprise is −log"),
        ("surprise = lambda p, y: -math.log(p)", "surprise(0.1, 0) should be 0.105361, and is 2.30259"),
        ("surprise = lambda p, y: -(y * math.log(p) + (1 - y) * math.log(1 - p))",
         "surprise(1, 1) stops with ValueError"),
        ("surprise = lambda p, y: (p - y) ** 2", "surprise(0.1, 1) should be 2.30259, and is 0.81"),
        ("surprise = lambda p, y: -math.log10(p if y else 1 - p)", "surprise(0.1, 1) should be 2.30259, and is 1"),
    ],
    "06.2": [
        ("from_logit = lambda z, y: math.log(1 + math.exp(-z if y else z))", "from_logit(1000, 0) stops with OverflowError"),
        ("def from_logit(z, y):\n    a = -z if y else z\n    return a if a > 999 else math.log1p(math.exp(a))",
         "from_logit(750, 0) stops with OverflowError: math range error.\n  Look again at: log(1 + e^z) is z + log"),
        ("from_logit = lambda z, y: math.log(1 + math.exp(z))", "from_logit(2, 1) should be 0.126928, and is 2.12693"),
        ("def from_logit(z, y):\n    a = -z if y == 1 else z\n    return max(a, 0) + math.log(1 + math.exp(-abs(a)))",
         "from_logit(40, 1) should be 4.24835e-18, and is 0.\n  Look again at: 1 + e^−40 is rounded to 1"),
        ("def from_logit(z, y):\n    p = 1 / (1 + math.exp(-z))\n    return -math.log(p if y else 1 - p)",
         "from_logit(1000, 0) stops with ValueError: math domain error"),
        ("def from_logit(z, y):\n    a = -z if y == 1 else z\n    return a + math.log1p(math.exp(-a))",
         "from_logit(1000, 1) stops with OverflowError"),
    ],
    "06.3": [
        (SLOPES.format("z", ""), "Look again at: these are the shares, softmax(z); take away the 1"),
        (SLOPES.format("z", " - (i == label)"), "slopes([1000.0, 0.0, -1000.0], 1) stops with OverflowError"),
        ("slopes = lambda logits, label: [z - (i == label) for i, z in enumerate(logits)]",
         "number 0 of slopes([0.0, 0.0], 0) should be -0.5, and is -1"),
        ("slopes = lambda logits, label: logits[label]", "slopes([0.0, 0.0], 0) should be a list of 2 numbers"),
        (SLOPES.format("z - max(logits)", " + (i == label)"), "number 0 of slopes([0.0, 0.0], 0) should be -0.5, and is 1.5"),
    ],
}  # fmt: skip
