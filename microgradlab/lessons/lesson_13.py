"""The exercises of lesson 13, proving gradients, and the engines with a bug that they are about."""

import cmath
import math
import random
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from microgradlab.coercion import shown
from microgradlab.engine import Value, results_of
from microgradlab.lessons.exercise import Exercise, Unmet, called, close
from microgradlab.testing.bugs import BUGS, broken
from microgradlab.testing.expression import Expression
from microgradlab.testing.subjects import adopted

# Which bug is in which engine: to look here is to give up the search.
HIDDEN = {"A": "last_use_wins", "B": "wrong_sign", "C": "unsorted", "D": "results_keep_grads", "E": "swapped_factors"}


@cache
def engine(letter: str) -> Any:
    """The Value of an engine with one wrong line; there are engines "A" to "E"."""
    if letter not in HIDDEN:
        raise KeyError(f"there is no engine {shown(letter)}: there are {', '.join(HIDDEN)}")
    kind = broken(BUGS[HIDDEN[letter]]).Value
    kind.__module__ = f"engine_{letter}"  # the package's own name would tell
    return kind


# 13.1


def exp_sin(z: Any) -> Any:
    return cmath.exp(cmath.sin(z))


def cube(z: Any) -> Any:
    return z * z * z


def _complex_step(complex_step: Any) -> None:
    idea = "the imaginary part of f(x + ih) holds h·f′(x), and no other part of the number is needed."
    slopes: dict[Callable[..., Any], Callable[[float], float]] = {
        cube: lambda x: 3.0 * x * x,
        exp_sin: lambda x: math.cos(x) * math.exp(math.sin(x)),
    }
    tries = [(cube, 2.0, 1e-10), (exp_sin, 0.7, 1e-20), (exp_sin, 0.7, 1e-200)]
    tries += [(f, random.uniform(-3.0, 3.0), random.choice((1e-10, 1e-100))) for f in slopes for _ in range(3)]
    for f, x, h in tries:
        found = called(complex_step, f, x, h, name="complex_step")
        call = f"complex_step({f.__name__}, {x:.4g}, {h:g})"
        if isinstance(found, complex):
            raise Unmet(f"{call} should be a real number, and is {found:.4g}.", "A complex z has z.real and z.imag.")
        close(found, slopes[f](x), call, idea, rel=1e-12)


# 13.2

GRAPHS = (
    "x * y", "x - x", "x * x + x", "x + (x + x)", "tanh(x * y) * y", "cos(x)", "x * cos(y)", "exp(2.0 * x) * exp(y)",
    "y + (y + y) + x", "a = x + x; a + (x + a)", "a = y + y; a + (y + a) + x", "a = tanh(x); b = a * y; b * b + a",
)  # fmt: skip


def _agrees(agrees: Any) -> None:
    graphs = [Expression.parse(text, x=0.5, y=1.5) for text in GRAPHS]
    graphs += [Expression.parse(text, x=random.uniform(-1.5, 1.5), y=random.uniform(-1.5, 1.5)) for text in GRAPHS]
    for letter in "ABC":
        for e in graphs:
            truth, found = _gradients(Value, e.point, e), _gradients(engine(letter), e.point, e)
            off = [name for name, a, b in zip(e.variables, truth, found) if abs(a - b) > 0.01 * max(1.0, abs(a))]
            if off and _yes(agrees, "agrees", engine(letter), e):
                i = e.variables.index(off[0])
                finds = f"finds ∂f/∂{off[0]} = {found[i]:.4g}, and it is {truth[i]:.4g}"
                told = f"agrees sees nothing wrong in engine {letter} on {_at(e)}: it {finds}."
                raise Unmet(
                    told, "compare the grad of each variable with a difference; one that is off is enough for False."
                )
    for e in graphs:
        if not _yes(agrees, "agrees", Value, e):
            told = f"agrees finds our own engine wrong on {_at(e)}, and it is right there."
            raise Unmet(told, "a difference is a little off, too: allow for a ten-thousandth of it, or of 1.")


def _gradients(kind: Any, point: Sequence[float], f: Callable[..., Any]) -> list[float]:
    """What an engine finds, all variables one after the other."""
    leaves = [kind(x) for x in point]
    f(*leaves).backward()
    return [leaf.grad for leaf in leaves]


def _yes(test: Any, name: str, *arguments: Any) -> bool:
    """Whether the learner's test passes."""
    found = called(test, *arguments, name=name)
    if not isinstance(found, bool):
        raise Unmet(f"{name} should give True or False, and gives {shown(found)}.", "Return a comparison.")
    return found


def _at(e: Expression) -> str:
    return f"{e} at {', '.join(f'{name} = {x:.4g}' for name, x in zip(e.variables, e.point))}"


# 13.3 and 13.4


def _tells(letter: str, most: int, idea: str) -> Callable[[Any], None]:
    """The check of a function of one number that an engine gets wrong, of at most so many operations."""

    def check(tells: Any) -> None:
        pairs = [_slopes(tells, letter, x) for x in (2.0, 0.7, -1.3)]
        x = Value(2.0, "x")
        root = called(tells, x, name="tells")
        count = len(results_of(root))
        if all(math.isclose(right, wrong, rel_tol=1e-9, abs_tol=1e-9) for right, wrong in pairs):
            root.backward()
            told = f"On your graph engine {letter} is right: at x = 2 the slope is {pairs[0][0]:.4g}, and so it says."
            raise Unmet(told, idea, root)
        if count > most:
            told = f"Engine {letter} is wrong on it, as it should be; but your graph has {count} operations"
            raise Unmet(f"{told}, and {most} {'is' if most == 1 else 'are'} enough.", "what can be left out?", root)

    return check


def _slopes(tells: Any, letter: str, x: float) -> tuple[float, float]:
    """The slope of the learner's function as it is, and as that engine has it."""
    found = []
    for kind in (Value, engine(letter)):
        with adopted(kind):
            leaf = kind(x)
            root = called(tells, leaf, name="tells")
            if type(root) is not kind or not root.op:
                raise Unmet(f"tells(x) should be computed from the Value x, and is {shown(root)}.",
                            "Stay among Values: x * x, x.exp(), and not math.exp(x).")  # fmt: skip
            root.backward()
        found.append(leaf.grad)
    return found[0], found[1]


# 13.5


def _notices(notices: Any) -> None:
    if not _yes(_lenient(notices), "notices", Value):
        raise Unmet("notices(Value) is False, and our own engine is right.", "What would a right engine answer?")
    if _yes(_lenient(notices), "notices", engine("D")):
        idea = "the kit calls backward once on each graph. What if somebody calls it twice on the same one?"
        raise Unmet('notices(engine("D")) is True: your test passes on engine D, too.', idea)


def _lenient(test: Any) -> Any:
    """The learner's test, which may also say no by an assert."""
    if not callable(test):
        return test

    def notices(kind: Any) -> Any:
        try:
            return test(kind)
        except AssertionError:
            return False

    return notices


EXERCISES = (
    Exercise(
        "13.1", "A complex step", "complex_step",
        '''def complex_step(f, x, h):
    """How fast f changes at x, by a step of h in the imaginary direction; f takes complex numbers."""
    return f(complex(x, h)).imag / h''',
        _complex_step,
        ("Go from x to x + ih: in Python, complex(x, h). f takes such a number, and gives one.",
         "f(x + ih) is about f(x) + ih·f′(x). Which part of it do you need? A complex number z has z.real and z.imag.",
         "Take the imaginary part, f(complex(x, h)).imag, and divide by h."),
    ),
    Exercise(
        "13.2", "A test for every graph", "agrees",
        '''def agrees(kind, e):
    """Whether an engine's gradients of the graph e, at its point, are those of central differences."""
    leaves = [kind(x) for x in e.point]
    e(*leaves).backward()
    for i, leaf in enumerate(leaves):
        up, down = list(e.point), list(e.point)
        up[i] += 1e-5
        down[i] -= 1e-5
        slope = (e(*up) - e(*down)) / 2e-5
        if abs(leaf.grad - slope) > 1e-4 * max(1.0, abs(slope)):
            return False
    return True''',
        _agrees,
        ("Make a leaf, kind(x), of each number of e.point; compute e(*leaves), and call backward.",
         "Then for each leaf: nudge its number up, and down, leave the others alone, and compute e of plain numbers. "
         "That is 2.3 once more. Compare the slope with leaf.grad.",
         "Allow a difference to be a little off: abs(leaf.grad - slope) > 1e-4 * max(1, abs(slope)) is a disagreement, "
         "and one is enough to return False. After all of them, return True."),
    ),
    Exercise(
        "13.3", "Find the bug: engine C", "tells",
        '''def tells(x):
    """A graph of at most three operations that engine C gets wrong."""
    a = x + x
    b = a + x
    return a + b''',
        _tells("C", 3, "share a result, not only x, and let one way to it be longer than the other."),
        ("Have it searched: told(gradients_agree(expressions(ops=[\"add\", \"mul\"], variables=\"x\"), "
         "value=engine(\"C\"))) tells the smallest graph that it found.",
         "What it finds has a name, such as a = …, for a result that is used more than once. Some of the rest can "
         "often be left out by hand. On which ways does a reach the end?",
         "Make a from x. Make b from a. Make the end from a and b: then a reaches the end directly, and through b."),
    ),
    Exercise(
        "13.4", "Find the bug: engine B", "tells",
        '''def tells(x):
    """A graph of one operation that engine B gets wrong."""
    return x.cos()''',
        _tells("B", 1, "one rule is wrong, and it is another op's. Try each op by itself."),
        ("One op of this engine has a wrong rule. Try them one at a time, as in the cell above.",
         "for name in (…): told(gradients_agree(op_calls(ops=[name]), value=engine(\"B\"))), with the names of "
         "activations, of exp and log, and of sin and its kin.",
         "The derivative of sin is cos. What is the derivative of cos, and what does engine B say?"),
    ),
    Exercise(
        "13.5", "Find the bug: engine D", "notices",
        '''def notices(kind):
    """A test: True for an engine that passes it, False for engine D."""
    x = kind(3.0)
    y = x * x
    y.backward()
    x.grad = 0.0
    y.backward()
    return x.grad == 6.0''',
        _notices,
        ("Each test of this lesson makes a graph, calls backward once and throws the graph away.",
         "Make a graph, such as x·x, and use it a second time. What should x.grad be then?",
         "Call y.backward(), set x.grad = 0, call y.backward() again: x.grad should be what it was the first time."),
    ),
)  # fmt: skip
