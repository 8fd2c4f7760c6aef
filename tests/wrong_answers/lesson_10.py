"""What learners type in lesson 10, and words of the sentence that is meant for each."""

WRONG = {
    "10.1": [
        ("numbers = (44, 29, 128)", "The number of steps should be 45, and is 44"),
        ("numbers = (45, 32, 128)", "The size of the last batch should be 29, and is 32"),
        ("numbers = (45, 29, 64)", "The batch size for half the error of 32 should be 128, and is 64"),
        ("numbers = (45, 29, 16)", "should be 128, and is 16"),
        ("numbers = (45, 29)", "numbers should be three numbers, and is (45, 29)"),
    ],
    "10.2": [
        ("def deal(rows, size, rng):\n    start = rng.randrange(len(rows))\n    cards = rows[start:] + rows[:start]\n"
         "    return [cards[i : i + size] for i in range(0, len(cards), size)]", "different orders of 120"),
        ("def deal(rows, size, rng):\n    return [rows[i : i + size] for i in range(0, len(rows), size)]",
         "leaves 30 rows in the order in which they came"),
        ("def deal(rows, size, rng):\n    rng.shuffle(rows)\n"
         "    return [rows[i : i + size] for i in range(0, len(rows), size)]",
         "leaves the list of rows in another order"),
        ("def deal(rows, size, rng):\n    cards = list(rows)\n    rng.shuffle(cards)\n"
         "    return [cards[i * size : (i + 1) * size] for i in range(len(cards) // size)]", "never deals"),
        ("def deal(rows, size, rng):\n    return [rng.sample(rows, size) for _ in range(len(rows) // size)]",
         "what is left over at the end is a batch as well, a shorter one; and nothing is drawn twice"),
        ("def deal(rows, size, rng):\n    import random\n    cards = list(rows)\n    random.shuffle(cards)\n"
         "    return [cards[i : i + size] for i in range(0, len(cards), size)]",
         "with the same seed twice deals in two ways"),
        ("def deal(rows, size, rng):\n    import random\n    cards = list(rows)\n    random.Random(0).shuffle(cards)\n"
         "    return [cards[i : i + size] for i in range(0, len(cards), size)]", "called twice with the same rng"),
        ("def deal(rows, size, rng):\n    cards = list(rows)\n    rng.shuffle(cards)\n    return cards",
         "stops with TypeError"),
        ("def deal(rows, size, rng):\n    cards = list(rows)\n    rng.shuffle(cards)\n"
         "    return [cards[i : i + size] for i in range(len(cards))]", "deals"),
        ("def deal(rows, size, rng):\n    cards = list(rows)\n    cards = rng.shuffle(cards)\n    return cards",
         "gives None"),
    ],
    "10.3": [
        ("def accumulated(w, loss, pieces):\n    for piece in pieces:\n        loss(w, piece).backward()\n"
         "    return w.grad",
         "start from 0"),
        ("def accumulated(w, loss, pieces):\n    w.grad = 0\n    for piece in pieces:\n"
         "        loss(w, piece).backward()\n    return w.grad", "each piece counts for its share only"),
        ("def accumulated(w, loss, pieces):\n    w.grad = 0\n    for piece in pieces:\n"
         "        (loss(w, piece) / len(pieces)).backward()\n    return w.grad",
         "of pieces of 4 and 4 and 2 rows, should be"),
        ("def accumulated(w, loss, pieces):\n    for piece in pieces:\n        w.grad = 0\n"
         "        (loss(w, piece) * len(piece) / sum(map(len, pieces))).backward()\n    return w.grad",
         "set w.grad to 0 once, before the first piece"),
        ("def accumulated(w, loss, pieces):\n    w.grad = 0\n    loss(w, sum(pieces, [])).backward()\n"
         "    return w.grad",
         "takes 4 rows at once"),
        ("def accumulated(w, loss, pieces):\n    w.grad = 0\n    loss(w, pieces).backward()\n    return w.grad",
         "stops with"),
        ("def accumulated(w, loss, pieces):\n    w.grad = 0\n    for piece in pieces:\n"
         "        loss(w, piece).backward()",
         "gives None"),
    ],
}  # fmt: skip
