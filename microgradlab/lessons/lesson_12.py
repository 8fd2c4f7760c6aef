"""The exercises of lesson 12, putting it together."""

import random
from dataclasses import dataclass
from typing import Any

from microgradlab import losses, ops, optim
from microgradlab.coercion import shown
from microgradlab.engine import Value
from microgradlab.lessons.exercise import Exercise, Unmet, called, close
from microgradlab.nn import MLP

MISTAKES = {
    "step": "There are gradients, and nobody uses them.",
    "backward": "Nobody has computed gradients.",
    "sign": "It goes up the slope: the gradient is there, and right, but not taken away from the weights.",
    "zero_grad": "The first step is right, as nothing came before it; then the gradients of all steps add up.",
}


def _mistakes(mistakes: Any) -> None:
    if not isinstance(mistakes, list | tuple) or len(mistakes) != 4:
        raise Unmet(
            f"mistakes should be four words, and is {shown(mistakes)}.", 'Write mistakes = ["…", "…", "…", "…"].'
        )
    for number, (word, right) in enumerate(zip(mistakes, MISTAKES), 1):
        if word is ...:
            raise Unmet(f"Number {number} of the mistakes is still missing.", "Put a word where the ... is.")
        if not isinstance(word, str) or word not in MISTAKES:
            allowed = ", ".join(f'"{known}"' for known in sorted(MISTAKES))
            raise Unmet(f"Number {number} of the mistakes is {shown(word)}.", f"It is one of {allowed}.")
        if word != right:
            told = {
                "step": "are the gradients 0, when only the step is missing? Does anything move?",
                "backward": "what are the gradients, when backward has never run?",
                "sign": "what does the very first step do, when the sign is wrong?",
                "zero_grad": "what does the very first step do, when zero_grad is missing?",
            }[word]
            raise Unmet(f'Number {number} is not "{word}".', told)


class Spy:
    """An optimizer that writes down what is called."""

    def __init__(self, model: MLP, lr: float) -> None:
        self.optimizer = optim.SGD(model.parameters(), lr=lr)
        self.parameters = self.optimizer.parameters
        self.calls: list[str] = []

    def zero_grad(self) -> None:
        self.calls.append("zero_grad")
        self.optimizer.zero_grad()

    def step(self) -> None:
        self.calls.append("step")
        self.optimizer.step()


def _training_step(training_step: Any) -> None:
    for outputs, loss in ((1, losses.mse_loss), (3, losses.cross_entropy), (1, losses.mse_loss)):
        seed, count = random.randrange(1000), random.randint(2, 6)
        mine, right = (MLP(2, [3, outputs], "tanh", seed=seed) for _ in range(2))
        target = (lambda: random.uniform(-1, 1)) if outputs == 1 else (lambda: random.randrange(3))
        batches = [[([random.uniform(-1, 1), random.uniform(-1, 1)], target()) for _ in range(count)] for _ in range(2)]
        spy, sgd = Spy(mine, 0.5), optim.SGD(right.parameters(), lr=0.5)
        for place, batch in enumerate(batches):
            spy.calls.clear()
            before = _weights(mine)
            for parameter in spy.parameters:
                parameter.grad = 1.0  # left over, from whatever came before
            expected = _right_step(right, batch, loss, sgd)
            found = _run(training_step, mine, batch, loss, spy)
            _judge(mine, right, spy, before, place)
            close(found, expected, "What training_step returns", "the mean of the losses, from before the step.")


@dataclass(repr=False)
class Named:
    """An argument that a call shows by its name alone."""

    name: str
    thing: Any

    def __repr__(self) -> str:
        return self.name


def _run(training_step: Any, *things: Any) -> Any:
    """What the learner's function gives for a model, a batch, a loss and an optimizer."""

    def run(*arguments: Named) -> Any:
        return training_step(*(argument.thing for argument in arguments))

    arguments = map(Named, ("model", "batch", "loss", "optimizer"), things)
    return called(run if callable(training_step) else training_step, *arguments, name="training_step")


def _right_step(model: MLP, batch: Any, loss: Any, optimizer: optim.SGD) -> float:
    J = ops.mean([loss(model(inputs), target) for inputs, target in batch])  # noqa: N806
    optimizer.zero_grad()
    J.backward()
    optimizer.step()
    return float(J)


def _weights(model: MLP) -> list[float]:
    return [p.data for p in model.parameters()]


def _judge(mine: MLP, right: MLP, spy: Spy, before: list[float], place: int) -> None:
    """Whether the step was made as it should be; else, what is missing in it."""
    which = ("first", "second")[place]
    now, there = _weights(mine), _weights(right)
    if "step" not in spy.calls:
        told = "no weight has moved" if now == before else "weights have moved, but not by the optimizer"
        raise Unmet(f"After the {which} batch {told}.", "optimizer.step() moves them.")
    if all(abs(a - b) < 1e-9 for a, b in zip(now, there)):
        return
    if now == before:
        raise Unmet(f"After the {which} batch no weight has moved: all gradients were 0.", _order(spy))
    if "zero_grad" not in spy.calls or spy.calls.index("zero_grad") > spy.calls.index("step"):
        idea = "backward adds to the gradients that are there: optimizer.zero_grad() comes before it."
        told = f"After the {which} batch the weights are elsewhere: gradients were left over from before."
        raise Unmet(told, idea)
    ratio = _ratio([b - a for a, b in zip(before, now)], [b - a for a, b in zip(before, there)])
    idea = "J is the mean of the losses of the batch: ops.mean([…]); then zero_grad, backward, step, in this order."
    if ratio:
        idea = f"every weight moved {ratio:.3g} times as far as it should: is J the mean of the losses, or their sum?"
    raise Unmet(f"After the {which} batch the weights are not where one step should bring them.", idea)


def _order(spy: Spy) -> str:
    called = ", ".join(spy.calls)
    return f"your calls of the optimizer: {called}. The gradients come from J.backward(), after zero_grad, before step."


def _ratio(moved: list[float], should: list[float]) -> float:
    """By which factor all moved too far; 0 if by different ones."""
    ratios = [a / b for a, b in zip(moved, should) if abs(b) > 1e-9]
    alike = ratios and max(ratios) - min(ratios) < 1e-6 * abs(ratios[0])
    return ratios[0] if alike else 0.0


def _share_right(share_right: Any) -> None:
    logits = {"a": [2.0, -1.0, 0.5], "b": [-3.0, -1.0, -2.0], "c": [0.0, 4.0, 5.0], "d": [0.0, 1.0, 2.0, 3.0]}

    def model(name: str) -> list[Value]:
        return [Value(x) for x in logits[name]]

    tries = [
        ([("a", 0)], 1.0, "the class is the place of the largest output, counted from 0."),
        ([("b", 1)], 1.0, "outputs may all be negative: the largest of −3, −1 and −2 is −1, at place 1."),
        ([("a", 1)], 0.0, "a wrong answer counts 0."),
        ([("a", 0), ("b", 1), ("c", 1), ("c", 2)], 0.75, "it is a share, from 0 to 1: right answers / all."),
        ([("d", 3)], 1.0, "there may be more classes than three."),
        ([("a", 2), ("c", 2)], 0.5, "the answer is compared with the target of its own row."),
    ]
    for _ in range(5):
        rows = [(random.choice("abc"), random.randrange(3)) for _ in range(random.randint(1, 9))]
        right = sum(logits[name][target] == max(logits[name]) for name, target in rows)
        tries.append((rows, right / len(rows), "right answers / all."))
    for rows, expected, idea in tries:
        found = called(share_right, model, rows, name="share_right")
        told = ", ".join(f"{logits[name]} for class {target}" for name, target in rows)
        close(found, expected, f"share_right, where the model says {told},", idea)


EXERCISES = (
    Exercise(
        "12.1", "Four trainings that do not learn", "mistakes",
        'mistakes = ["step", "backward", "sign", "zero_grad"]',
        _mistakes,
        ("Ask of each: are there gradients, do the weights move, and is the first step right?",
         "Weights that do not move: either there are no gradients, or nobody uses them. If the first step is wrong, "
         "it is not a matter of what was left from before.",
         "1: gradients, but no movement. 2: no gradients. 3: movement in the wrong direction at once. "
         "4: right once, and then the past is added."),
        'mistakes = [..., ..., ..., ...]  # "zero_grad", "backward", "step" or "sign", for 1, 2, 3 and 4',
    ),
    Exercise(
        "12.2", "Five lines", "training_step",
        '''def training_step(model, batch, loss, optimizer):
    """One step of gradient descent on a batch of (inputs, target) pairs; returns the mean loss from before it."""
    answers = [model(inputs) for inputs, _ in batch]
    J = ops.mean([loss(answer, target) for answer, (_, target) in zip(answers, batch)])
    optimizer.zero_grad()
    J.backward()
    optimizer.step()
    return J''',
        _training_step,
        ("Ask the model for all inputs, take the mean of the losses; then the three calls of section 1.",
         "J = ops.mean([…]) of loss(answer, target). Then forget, share out, move: two of them are the optimizer's.",
         "After J: optimizer.zero_grad(), J.backward(), optimizer.step(). Return J."),
    ),
    Exercise(
        "12.3", "Accuracy from scratch", "share_right",
        '''def share_right(model, rows):
    """The share of rows, (inputs, class index) pairs, for whose inputs the model's largest output is at that index."""
    right = 0
    for inputs, target in rows:
        outputs = [output.data for output in model(inputs)]
        right += outputs.index(max(outputs)) == target
    return right / len(rows)''',
        _share_right,
        ("For each row, at which place is the largest output? Is that the target?",
         "outputs = [output.data for output in model(inputs)]; outputs.index(max(outputs)) is the place.",
         "Count the rows for which the place is the target, and divide by len(rows)."),
    ),
)  # fmt: skip
