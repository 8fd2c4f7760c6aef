"""What a page holds of a training: its frames, its data, and the graph of an example's loss for each target.

The page sets the graph's leaves to the weights of a frame and to the numbers of a probe, and runs the graph's tape: for
the probe forward and backward, and for the decision surface forward at each point of a grid.
"""

from dataclasses import replace
from numbers import Integral, Real
from threading import get_ident
from typing import Any

from microgradlab.coercion import named_number, shown
from microgradlab.drawing.graph import Graph
from microgradlab.drawing.options import LIMIT, Options
from microgradlab.engine import Value, paused
from microgradlab.evaluation import mode
from microgradlab.nn import Neuron
from microgradlab.player.content import content_of
from microgradlab.player.tape import Tape
from microgradlab.recording import Frame, Recording

MOST_NUMBERS = 250_000  # in the frames of a page: of a longer training each second frame is kept, or each third …
FEW = 30  # boxes of the graph: beside all else, a neuron is rather one
SETTINGS = {"momentum_buffer": "momentum", "max_exp_avg_sq": "amsgrad", "grad_avg": "centered"}  # that slots are for
TRIED = 20  # examples, whether their graphs are alike
MOST_TARGETS = 10  # with more, a target is a quantity, and the probe has that of the first example


def training_content(recording: Recording, options: Options) -> tuple[dict[str, Any], Tape]:
    """The content for `training.js`, and a tape with all functions; ValueError for a training that cannot be played."""
    if get_ident() in paused:
        raise ValueError("inside no_grad() there is no graph to play: call play outside of it")
    examples = [(_inputs(inputs), _plain(target)) for inputs, target in recording.data]
    targets = list(dict.fromkeys(target for _, target in examples if isinstance(target, int | float | str)))
    is_quantity = not 0 < len(targets) <= MOST_TARGETS
    if is_quantity:
        targets = [examples[0][1]]
    else:
        targets.sort(key=lambda target: target != examples[0][1])  # that of the first example first
    if options.limit == LIMIT:
        options = replace(options, limit=FEW)
    tape: Tape | None = None
    graphs = []
    for target in targets:
        example = next(example for example, (_, its) in zip(recording.data, examples) if its == target)
        graph, tape = _graph(recording, example, options, tape)
        graphs.append(graph | {"target": target})
    assert tape is not None
    _check_one_graph(recording)
    frames, every = _kept(recording.frames)
    slots = recording.optimizer.slots
    used = [i for i, slot in enumerate(slots) if getattr(recording.optimizer, SETTINGS.get(slot, ""), True)]
    columns = {name: [getattr(frame, name) for frame in frames] for name in Frame._fields}
    content = {
        "frames": columns | {"state": [[[its[i] for i in used] for its in frame.state] for frame in frames]},
        "steps": recording.frames[-1].step,
        "every": every,
        "restored": recording.restored,
        "names": recording.names,
        "optimizer": {"name": type(recording.optimizer).__name__, "slots": [slots[i] for i in used]},
        "examples": [
            [list(inputs), target if isinstance(target, int | float | str) else None] for inputs, target in examples
        ],
        "isQuantity": is_quantity,
        "graphs": graphs,
    }
    return content, tape


def _loss(recording: Recording, inputs: Any, target: Any) -> tuple[list[Value], list[Value], Value]:
    """The inputs of an example as Values, what the model makes of them, and the loss."""
    xs = [Value(x, label=f"x{i}") for i, x in enumerate(_inputs(inputs), start=1)]
    with mode(recording.model, training=False):
        output = recording.model(type(inputs)(xs) if isinstance(inputs, list | tuple) else xs[0])
        loss = recording.loss(output, target)
    if type(loss) is not Value:
        raise ValueError(f"the loss of an example is no Value, but {shown(loss)}: there is no graph to play")
    loss.label = loss.label or "loss"
    return xs, list(output) if isinstance(output, list | tuple) else [output], loss


def _graph(
    recording: Recording, example: tuple[Any, Any], options: Options, other: Tape | None
) -> tuple[dict[str, Any], Tape]:
    """The graph of an example's loss: its content, and the places of what the page sets in it or reads from it."""
    xs, outputs, loss = _loss(recording, *example)
    content, tape = content_of(loss, options, other)
    found = [tape.place.get(id(y), -1) for y in outputs]
    places = {
        "inputs": [tape.place.get(id(x), -1) for x in xs],
        "outputs": found if -1 not in found else [],
        "weights": [tape.place.get(id(p), -1) for p in recording.optimizer.parameters],
        "hidden": _hidden(Graph(loss), {id(y) for y in outputs}),
    }
    return content | places, tape


def _check_one_graph(recording: Recording) -> None:
    """Refuse a model whose graph depends on its inputs: the page has one graph for all."""
    made: dict[str, Any] = {}
    for inputs, target in recording.data[:: -(-len(recording.data) // TRIED)]:
        graph = Graph(_loss(recording, inputs, target)[2])
        shape = tuple((node.op and node.op.kernel_name, a) for node, a in zip(graph.nodes, graph.arguments))
        if made.setdefault(str(_plain(target)) if isinstance(target, int | str) else "", shape) != shape:
            raise ValueError(
                "the model's graph is not the same for all examples, as if it asks how large its inputs are: "
                "play the loss of one example, play(loss(model(inputs), target))"
            )


def _hidden(graph: Graph, outputs: set[int]) -> list[int]:
    """The places of the sums w·x + b of hidden neurons: where one is 0 is the line at which the neuron switches."""
    sums = []
    for place, node in enumerate(graph.nodes):
        call = graph.call_of[place]
        if node.op and "pairs" in node.op.traits and call and isinstance(call[1], Neuron) and id(node) not in outputs:
            sums.append(place)
    return sums


def _kept(frames: list[Frame]) -> tuple[list[Frame], int]:
    """All frames, or of many each n-th, as many as a page can hold, with the first and the last; and n."""
    numbers = sum(2 + 3 * len(frame.weights) + sum(map(len, frame.state)) for frame in frames)
    every = -(-numbers // MOST_NUMBERS)
    return [frame for i, frame in enumerate(frames) if i % every == 0 or i == len(frames) - 1], every


def _inputs(inputs: Any) -> tuple[float, ...]:
    """The numbers of an example's inputs."""
    listed = inputs if isinstance(inputs, list | tuple) else [inputs]
    return tuple(named_number("the inputs of an example", x) for x in listed)


def _plain(target: Any) -> Any:
    """A target as JSON has it, or as it is; numpy's numbers are numbers."""
    if isinstance(target, Integral) and not isinstance(target, bool):
        return int(target)
    return float(target) if isinstance(target, Real) else target
