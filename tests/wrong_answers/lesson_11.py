"""What learners type in lesson 11, and words of the sentence that is meant for each."""

WRONG = {
    "11.1": [
        ("epochs_by_hand = [(6, 3), (5, 3)]", "With patience 3, the epoch after which it stops should be 9, and is 6"),
        ("epochs_by_hand = [(9, 9), (5, 3)]", "With patience 3, the epoch that it keeps should be 6, and is 9"),
        ("epochs_by_hand = [(9, 6), (8, 6)]", "With patience 2, the epoch after which it stops should be 5, and is 8"),
        ("epochs_by_hand = (9, 6)", "the pair for patience 3 should be two epochs, and is 9"),
        ("epochs_by_hand = [(9, 6)]", "epochs_by_hand should be two pairs of epochs"),
    ],
    "11.2": [
        ("def early_stop(losses, patience):\n    best = losses.index(min(losses))\n"
         "    return min(best + patience, len(losses) - 1) + 1, best + 1",
         "should be (5, 3), and is (8, 6).\n  Look again at: what comes after it has stopped"),
        ("def early_stop(losses, patience):\n    waited = best = 0\n    for i, loss in enumerate(losses):\n"
         "        if i and loss < losses[i - 1]:\n            waited, best = 0, i\n"
         "        else:\n            waited += 1\n        if waited == patience:\n            return i + 1, best + 1\n"
         "    return len(losses), best + 1",
         "early_stop([0.9, 0.7, 0.6, 0.65, 0.62, 0.58, 0.6, 0.61, 0.63], 2) should be (5, 3), and is (8, 6)"),
        ("def early_stop(losses, patience):\n    best = 0\n    for i, loss in enumerate(losses):\n"
         "        if loss <= losses[best]:\n            best = i\n        if i - best == patience:\n"
         "            return i + 1, best + 1\n    return len(losses), best + 1", "an equal loss is no new best"),
        ("def early_stop(losses, patience):\n    best = 0\n    for i, loss in enumerate(losses):\n"
         "        if loss < losses[best]:\n            best = i\n        if i - best == patience:\n"
         "            return i, best\n    return len(losses), best", "should be (9, 6), and is (8, 5)"),
        ("def early_stop(losses, patience):\n    best = 0\n    for i, loss in enumerate(losses):\n"
         "        if loss < losses[best]:\n            best = i\n        if i - best == patience:\n"
         "            return i + 1, best + 1", "early_stop([0.5, 0.6, 0.4, 0.3], 2) gives None"),
        ("def early_stop(losses, patience):\n    return losses.index(min(losses)) + 1",
         "should be two epochs, and is 6"),
    ],
    "11.3": [
        ("def dropout(xs, p, rng, training):\n    return [0.0 if rng.random() < p else x / (1 - p) for x in xs]",
         "outside of training nothing is dropped"),
        ("def dropout(xs, p, rng, training):\n    if not training:\n        return xs\n"
         "    return [0.0 if rng.random() < p else x for x in xs]", "what stays is divided by 1 − p = 0.5"),
        ("def dropout(xs, p, rng, training):\n    if not training:\n        return xs\n"
         "    return [0.0 if rng.random() < p else x / p for x in xs]", "Look again at: what stays is divided by 1 − p = 0.8"),
        ("def dropout(xs, p, rng, training):\n    if not training:\n        return xs\n"
         "    return [0.0 if rng.random() > p else x / (1 - p) for x in xs]", "of the numbers, not 20%"),
        ("def dropout(xs, p, rng, training):\n    if not training:\n        return xs\n"
         "    return [x / (1 - p) for x in xs if rng.random() >= p]", "What is dropped stays, as a 0"),
        ("def dropout(xs, p, rng, training):\n    if not training:\n        return xs\n    off = rng.random() < p\n"
         "    return [0.0 if off else x / (1 - p) for x in xs]", "drops all or none"),
        ("def dropout(xs, p, rng, training):\n    if not training:\n        return [x * (1 - p) for x in xs]\n"
         "    return [0.0 if rng.random() < p else x for x in xs]", "and nothing scaled"),
        ("def dropout(xs, p, rng, training):\n    import random\n    if not training:\n        return xs\n"
         "    return [0.0 if random.random() < p else x / (1 - p) for x in xs]", "with the same seed twice drops"),
    ],
}  # fmt: skip
