"""What learners type in lesson 5, and words of the sentence that is meant for each."""

DENSE = "dense = lambda weights, biases, xs: [{} for row, b in zip(weights, biases)]"
Z = "sum(w * x for w, x in zip(row, xs))"
LAYER = "def collapse(A, a, B, b):\n    weights = {}\n    biases = {}\n    return weights, biases"
WEIGHTS = "[[sum(row[k] * A[k][j] for k in range(len(A))) for j in range(2)] for row in B]"

WRONG = {
    "05.1": [
        ("parameters = lambda widths: sum(a * b for a, b in zip(widths, widths[1:]))",
         "parameters([2, 1]) should be 3, and is 2.\n  Look again at: each neuron has a weight for each of its inputs, and"),
        ("parameters = lambda widths: sum(a * b + 1 for a, b in zip(widths, widths[1:]))",
         "parameters([2, 3, 1]) should be 13, and is 11"),
        ("parameters = lambda widths: sum(a * (b + 1) for a, b in zip(widths, widths[1:]))",
         "parameters([2, 1]) should be 3, and is 4"),
        ("parameters = sum", "parameters([2, 3, 1]) should be 13, and is 6"),
    ],
    "05.2": [
        (DENSE.format(f"{Z} + b"), "Look again at: that is z; the answer is σ(z)."),
        (DENSE.format(f"1 / (1 + math.exp(-{Z}))"), "number 0 of dense([[2.0, 3.0]], [0.5], [1.0, -1.0]) should be"),
        (DENSE.format(f"1 / (1 + math.exp(-({Z} + b)))"), "has a row of two weights for three inputs, and gives [0.377"),
        ("def dense(weights, biases, xs):\n    for row, b in zip(weights, biases):\n"
         "        return [1 / (1 + math.exp(-(sum(w * x for w, x in zip(row, xs)) + b)))]", "should have 3 numbers, and has 1"),
        ("def dense(weights, biases, xs):\n    if len(weights[0]) != len(xs):\n        raise ValueError\n"
         f"    return [1 / (1 + math.exp(-({Z} + b))) for row, b in zip(weights, biases)]",
         "dense([[1.0, 2.0, 3.0], [1.0, 2.0]], [0.5, 0.5], [1.0, -1.0, 4.0]) has a row of two weights"),
        ("def dense(weights, biases, xs):\n    assert len(weights[0]) == len(xs)\n"
         f"    return [1 / (1 + math.exp(-({Z} + b))) for row, b in zip(weights, biases)]",
         "should raise ValueError, and raises AssertionError"),
    ],
    "05.3": [
        (LAYER.format(WEIGHTS, "[x + y for x, y in zip(a, b)]"), "should have 2 numbers, and has 1"),
        (LAYER.format(WEIGHTS, "b"), "output 0 at (0, 0) should be 15, and is 5.\n  Look again at: at (0, 0) only the biases"),
        (LAYER.format("[[row[0] + A[0][j] for j in range(2)] for row in B]",
                      "[sum(w * x for w, x in zip(row, a)) + o for row, o in zip(B, b)]"),
         "output 0 at (1, 0) should be 35, and is 27"),
        ("def collapse(A, a, B, b):\n    return [[1, 2], [3, 4]]", "row 0 of the weights"),
        ("def collapse(A, a, B, b):\n    return A", "should be a pair, weights and biases"),
    ],
    "05.4": [
        ("weights = ((1, 1), (1, 1), (1, -2))", "At (0, 1) the hidden neurons say 1 and 1; the output should be 1, and is -1"),
        ("weights = ((1, -1), (1, -1), (1, 1))", "At (0, 1) the hidden neurons say 0 and 0; the output should be 1, and is 0"),
        ("weights = ((1, -1), (-1, 1), (1, -1))", "At (0, 1) the hidden neurons say 0 and 1; the output should be 1, and is -1"),
        ("weights = ((1, -1), (-1, 1))", "weights should be three pairs"),
    ],
}  # fmt: skip
