"""What learners type in lesson 1, and words of the sentence that is meant for each."""

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
        ("numbers = (math.nan, math.nan, math.nan)", "at (0, 0) should be below 0.1, and is nan"),
        ("numbers = (6, 6)", "numbers should be 3 numbers in a tuple"),
        ("numbers = ('6', '6', '-9')", "number 1 of numbers should be a number, and is '6'"),
    ],
    "01.3": [
        ("raised = lambda eta: 0.0024726231566347743 + eta * 3.6e-5", "raised(1) should be"),
        ("def raised(eta):\n    pass", "raised(0) gives None"),
        ("def raised(eta):\n    return sigmoid(eta)", "name 'sigmoid' is not defined"),
        ("def raised():\n    return 0.0", "TypeError"),
        ("w = [1.0, 3.0, -2.0]\ndef raised(eta):\n    for i, x in enumerate((1, -1, 2)):\n"
         "        w[i] += eta * 0.0024665092913599 * x\n    return ops.sigmoid(w[0] - w[1] + 2 * w[2])",
         "raised(10) should be"),
        ("raised = 0.5", "raised should be a function, and is 0.5"),
    ],
}  # fmt: skip
