"""What a page holds of a training: its frames, its data, and the graph of an example's loss for each target.

The page sets the graph's leaves to the weights of a frame and to the numbers of a probe, and runs the graph's tape: for
the probe forward and backward, and for the decision surface forward at each point of a grid.
"""

from dataclasses import replace
from typing import Any

from microgradlab.drawing.graph import Graph
from microgradlab.drawing.options import Options
from microgradlab.engine import Value
from microgradlab.evaluation import mode
from microgradlab.nn import Neuron
from microgradlab.player.content import content_of
from microgradlab.player.tape import Tape
from microgradlab.recording import Frame, Recording

MOST_NUMBERS = 250_000  # in the frames of a page: of a longer training each second frame is kept, or each third …
FEW = 30  # boxes of the graph: beside all else, a neuron is rather one
MOST_TARGETS = 10  # with more, a target is a quantity, and the probe has that of the first example


def training_content(recording: Recording, options: Options) -> tuple[dict[str, Any], Tape, Value]:
    """The content for `training.js`, a tape with all functions, and the loss of the first example."""
    targets = list(dict.fromkeys(target for _, target in recording.data if not isinstance(target, list | tuple)))
    is_quantity = not 0 < len(targets) <= MOST_TARGETS
    if is_quantity:
        targets = [recording.data[0][1]]
    options = replace(options, limit=min(options.limit, FEW))
    tape: Tape | None = None
    graphs, first = [], None
    for target in sorted(targets, key=lambda target: target != recording.data[0][1]):
        graph, loss, tape = _graph(recording, target, options, tape)
        graphs.append(graph)
        first = first or loss
    assert tape is not None
    assert first is not None
    kept = _kept(recording.frames)
    frames = {name: [getattr(frame, name) for frame in kept] for name in Frame._fields}
    content = {
        "frames": frames,
        "steps": recording.frames[-1].step,
        "names": recording.names,
        "optimizer": {"name": type(recording.optimizer).__name__, "slots": recording.optimizer.slots},
        "examples": [[list(_inputs(inputs)), target] for inputs, target in recording.data],
        "isQuantity": is_quantity,
        "graphs": graphs,
    }
    return content, tape, first


def _graph(
    recording: Recording, target: Any, options: Options, other: Tape | None
) -> tuple[dict[str, Any], Value, Tape]:
    """The graph of the loss for a target: its content, and the places of what the page sets in it or reads from it."""
    model = recording.model
    inputs = [Value(x, label=f"x{i}") for i, x in enumerate(_inputs(recording.data[0][0]), start=1)]
    with mode(model, training=False):
        output = model(inputs)
    outputs = list(output) if isinstance(output, list | tuple) else [output]
    loss = recording.loss(output, target)
    loss.label = loss.label or "loss"
    content, tape = content_of(loss, options, other)
    places = {
        "target": target,
        "inputs": [tape.place.get(id(x), -1) for x in inputs],
        "outputs": [tape.place[id(y)] for y in outputs],
        "weights": [tape.place.get(id(p), -1) for p in recording.optimizer.parameters],
        "hidden": _hidden(Graph(loss), {id(y) for y in outputs}),
    }
    return content | places, loss, tape


def _hidden(graph: Graph, outputs: set[int]) -> list[int]:
    """The places of the sums w·x + b of hidden neurons: where one is 0 is the line at which the neuron switches."""
    sums = []
    for place, node in enumerate(graph.nodes):
        call = graph.call_of[place]
        if node.op and "pairs" in node.op.traits and call and isinstance(call[1], Neuron) and id(node) not in outputs:
            sums.append(place)
    return sums


def _kept(frames: list[Frame]) -> list[Frame]:
    """All frames, or of many as many as a page can hold, with the first and the last."""
    numbers = sum(2 + 2 * len(frame.weights) + sum(map(len, frame.state)) for frame in frames)
    every = -(-numbers // MOST_NUMBERS)
    return [frame for i, frame in enumerate(frames) if i % every == 0 or i == len(frames) - 1]


def _inputs(inputs: Any) -> tuple[float, ...]:
    return tuple(inputs) if isinstance(inputs, list | tuple) else (inputs,)
