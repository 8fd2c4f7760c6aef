"""What learners type in lesson 12, and words of the sentence that is meant for each."""

ASK = ("def training_step(model, batch, loss, optimizer):\n"
       "    J = ops.mean([loss(model(inputs), target) for inputs, target in batch])\n")  # fmt: skip
ROWS = (
    "def share_right(model, rows):\n    right = 0\n    for inputs, target in rows:\n        outputs = model(inputs)\n"
)

WRONG = {
    "12.1": [
        ('mistakes = ["backward", "step", "sign", "zero_grad"]', 'Number 1 is not "backward"'),
        ('mistakes = ["step", "zero_grad", "sign", "backward"]', "what does the very first step do, when zero_grad"),
        ('mistakes = ["step", "backward", "zero_grad", "sign"]', 'Number 3 is not "zero_grad"'),
        ('mistakes = ["step", "backward", "lr", "zero_grad"]', "Number 3 of the mistakes is 'lr'"),
        ('mistakes = ["step", "backward", "sign"]', "mistakes should be four words"),
    ],
    "12.2": [
        ("def training_step(model, batch, loss, optimizer):\n    J = ops.mean([loss(model(x), t) for x, t in batch])\n"
         "    optimizer.zero_grad()\n    J.backward()\n    for p in model.parameters():\n        p.data -= 0.5 * p.grad\n"
         "    return J", "weights have moved, but not by the optimizer"),
        (f"{ASK}    J.backward()\n    optimizer.step()\n    return J", "gradients were left over from before"),
        (f"{ASK}    optimizer.zero_grad()\n    J.backward()\n    return J", "optimizer.step() moves them"),
        (f"{ASK}    optimizer.zero_grad()\n    optimizer.step()\n    return J", "all gradients were 0"),
        (f"{ASK}    J.backward()\n    optimizer.zero_grad()\n    optimizer.step()\n    return J",
         "after zero_grad, before step"),
        (f"{ASK.replace('mean', 'sum')}    optimizer.zero_grad()\n    J.backward()\n    optimizer.step()\n    return J",
         "is J the mean of the losses, or their sum?"),
        (f"{ASK}    optimizer.zero_grad()\n    J.backward()\n    optimizer.step()", "gives None"),
        (f"{ASK.replace('(model(inputs), target)', '(target, model(inputs))')}    optimizer.zero_grad()\n"
         "    J.backward()\n    optimizer.step()\n    return J", "stops with"),
    ],
    "12.3": [
        (f"{ROWS}        right += outputs.index(max(outputs)) == target\n    return right", "should be 0.75, and is 3"),
        (f"{ROWS}        right += outputs[target].data > 0\n    return right / len(rows)",
         "outputs may all be negative"),
        (f"{ROWS}        right += outputs[target].data > 0.5\n    return right / len(rows)",
         "outputs may all be negative"),
        (f"{ROWS}        right += max(outputs) == target\n    return right / len(rows)",
         "the class is the place of the largest output, counted from 0"),
        (f"{ROWS}        right += outputs.index(max(outputs)) + 1 == target\n    return right / len(rows)",
         "counted from 0"),
    ],
}  # fmt: skip
