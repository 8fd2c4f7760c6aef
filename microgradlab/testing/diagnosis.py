"""Why a derivative is wrong: the words and the picture of a `GradientError`.

A `Finding` says what went wrong. Its text is worked out when somebody reads it, which hypothesis does not do with the
hundred failures on its way to the smallest one. Then each op in the expression is tried alone, on the engine under
test. If each is right, backpropagation is at fault, and the contributions that a variable should have received tell
what may have happened to them.
"""

import re
import tempfile
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from microgradlab.engine import Value, results_of
from microgradlab.steps import step
from microgradlab.testing.expression import OpCall
from microgradlab.testing.judge import Verdict
from microgradlab.testing.replay import Replay
from microgradlab.testing.subjects import Places
from microgradlab.testing.truth import NoTruthError

if TYPE_CHECKING:
    from microgradlab.testing.checks import Check

PICTURES = Path(tempfile.gettempdir()) / "microgradlab"
LITTLE = 1e-9  # such an error is rather one of rounding than of a rule
MOST = 30  # steps of an expression that is shown


@dataclass(frozen=True)
class Finding:
    """What is wrong: a number that an engine found, or an exception that it raised."""

    check: "Check"
    places: Places = ()
    verdict: Verdict | None = None
    error: Exception | None = None
    outside: bool = False  # whether the graph is right, but is not what the function computes

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def __reduce__(self) -> tuple[Any, ...]:
        return str, (self.text,)  # all that another process can use

    @cached_property
    def text(self) -> str:
        """The whole message."""
        return "\n".join([*self._what(), *self._why(), self._picture()])

    @cached_property
    def fault(self) -> tuple[int, OpCall, "Finding"] | None:
        """The first step of the expression whose op is wrong by itself, and what is wrong with it."""
        expression = self.check.expression
        if expression is None or self.outside or isinstance(self.error, RecursionError):
            return None
        tried: set[str] = set()
        for index, call in enumerate(expression.calls):
            if repr(call) not in tried and (found := self.check.alone(index, max(1, len(self.places)))):
                return index, call, found
            tried.add(repr(call))
        return None

    def _what(self) -> list[str]:
        """What is wrong, and where: the point, both numbers, and the expression."""
        engine = self.check.engine
        pairs = [f"{name} = {x!r}" for name, x in zip(self.check.subject.names, self.check.subject.point)]
        point = ", ".join(pairs[:6]) + (f", … ({len(pairs)} variables)" if len(pairs) > 6 else "")
        what = self.check.subject.what(self.places)
        if self.verdict:
            truth = "differences" if self.outside else "truth"
            width = max(len(engine), len(truth))
            lines = [f"{what if self.places else f'the value of {what}'} is wrong at {point}",
                     f"  {engine:{width}}  {self.verdict.found!r}",
                     f"  {truth:{width}}  {_digits(self.verdict)}{_distance(self.verdict)}"]  # fmt: skip
        else:
            lines = [f"{engine} raises {type(self.error).__name__} at {point}", f"  {_words(self.error)}"]
        expression = self.check.expression
        if expression and 1 < len(expression.steps) <= MOST:
            lines.append(f"  in {expression}")
        return lines

    def _why(self) -> list[str]:
        """What is at fault: an op, backpropagation, or a number that left the graph."""
        if self.outside:
            return ["No op is at fault: this is the gradient of the graph, but not of the function. Did a number leave",
                    "the graph, by float(v), v.data or math.exp(v)? v.exp() stays in it."]  # fmt: skip
        if self.fault:
            _, call, found = self.fault
            return [f"The op at fault is {call.op.name}: {found._alone(call)}"]
        if self.error or self.check.expression is None:
            return ["No op is at fault by itself: the graph is too deep, or made in a way that the engine cannot take."]
        return ["No op is at fault: each is right by itself.", *self._accumulation()]

    def _alone(self, call: OpCall) -> str:
        """What is wrong, said of one op."""
        if self.error:
            return f"{call} raises {type(self.error).__name__}: {_words(self.error)}"
        assert self.verdict
        what = f"{self.check.subject.what(self.places)} of {call}" if self.places else str(call)
        text = f"{what} is {_digits(self.verdict)}, and not {self.verdict.found!r}"
        if self.check.value is Value and len(self.places) == 1:
            text += f",\n  as its rule has it: {_rule(call, self.places[0])}"
        elif abs(self.verdict.found - self.verdict.truth) <= LITTLE * max(1.0, abs(self.verdict.truth)):
            text += (
                f".\n  That is little: digits may cancel in its formula, as in 1 - tanh(x)². atol={LITTLE:g} accepts it"
            )
        return text

    def _accumulation(self) -> list[str]:
        """What may have happened to the contributions that the variable should have received."""
        if len(self.places) != 1 or self.verdict is None or self.check.expression is None:
            return []
        name, found, truth = self.check.subject.names[self.places[0]], self.verdict.found, self.verdict.truth
        received = Replay(self.check.expression).contributions[self.places[0]]
        parts = [(op.name, part) for op, part in received if not isinstance(part, NoTruthError) and part]
        lines = []
        if len(parts) > 1:
            shown = " + ".join(f"{float(part):.6g} from {op}" for op, part in parts[:4]) + " + …" * (len(parts) > 4)
            lines.append(f"  {name} is used {len(parts)} times: {shown} = {float(truth):.6g}")
        if abs(found - truth) <= LITTLE * max(1.0, abs(truth)):
            little = f"That is little: digits may cancel in the engine's own formulas. atol={LITTLE:g} accepts it."
            return [*lines, f"  {little}"]
        if len(parts) > 1 and any(_close(found, part) for _, part in parts):
            lines.append(
                f"  {name}.grad is one of these alone: does backward write `grad =` where it must add, `grad +=`?"
            )
        elif found == 0:
            lines.append(f"  nothing arrived at {name}: does backward pass on to every argument?")
        else:
            lines.append("  does backward add to grad with `+=`, and go to a result before all that it was made from?")
        return lines

    def _picture(self) -> str:
        """Where the picture is, or why there is none."""
        try:
            path = self._draw()
        except Exception as problem:
            return f"No picture: {_words(problem).split(':')[0]}"
        marked = ", in which the node is labelled WRONG" if self.fault and self.check.leaves else ""
        return f"Picture: {path}{marked}"

    def _draw(self) -> Path:
        from microgradlab.drawing import draw, save  # here, because it loads graphviz

        root, subject = self.check.root, self.check.subject
        if root is None:
            raise ValueError("the function does not run on microgradlab's Value")
        point = "_".join(f"{name}={x!r}" for name, x in zip(subject.names, subject.point))
        path = PICTURES / (re.sub(r"[^\w.=+-]+", "_", f"{subject.name}_{point}")[:80] + ".svg")
        if subject.graph is None:
            root.backward()
        marked = results_of(root)[::-1][self.fault[0]] if self.fault else root
        label = marked.label
        try:
            marked.label = f"{label} WRONG".strip() if self.fault else label
            path.parent.mkdir(parents=True, exist_ok=True)
            save(draw(root, show="data grad" if self.check.value is Value else "data"), path)  # the grads are ours
        finally:
            marked.label = label
        return path


def _rule(call: OpCall, place: int) -> str:
    """The rule that gave the slope at that place, as text."""
    numbers = [Value(x) for x in call.point]
    return next((c.formula for c in step(call(*numbers)).contributions if c.argument is numbers[place]), "")


def _words(error: Exception | None) -> str:
    """The first line of its message."""
    return (str(error) or "without a message").splitlines()[0][:110]


def _digits(verdict: Verdict) -> str:
    """The truth, with no more digits than are certain."""
    truth = float(verdict.truth)
    shortest = (f"{truth:.{digits}g}" for digits in range(1, 17))
    return repr(float(next((text for text in shortest if abs(float(text) - truth) <= verdict.allowed / 2), truth)))


def _close(x: float, y: Any) -> bool:
    return bool(abs(x - y) <= 1e-9 * abs(y))


def _distance(verdict: Verdict) -> str:
    """How far the two numbers lie apart."""
    off = abs(verdict.found - verdict.truth)
    if not isfinite(verdict.found) or isnan(verdict.truth) or not verdict.truth:
        return ""
    share = float(off / abs(verdict.truth))
    explained = float(verdict.allowed / off * verdict.ulps) if off else 0.0
    return f"    off by {100 * share:.3g} %, {verdict.ulps:.2g} ulps; rounding explains {max(explained, 4):.2g}"
