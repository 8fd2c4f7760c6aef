"""In a page every op, every slope and whole graphs come out as in the engine, to 1e-12; inf, nan and zeros exactly."""

import json
import math
import random
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from microgradlab import MLP, Value, ops
from microgradlab.player.javascript import Program
from microgradlab.player.tape import Tape
from microgradlab.testing import expressions

PYTHON = files("microgradlab.player").joinpath("python.js").read_text()
EDGES = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 1e308, 2.0, 0.5, 6.0, -3.0]
NUMBERS = """
const number = (x) => Array.isArray(x) ? x.map(number)
  : x === "inf" ? Infinity : x === "-inf" ? -Infinity : x === "nan" ? NaN : Number(x);
const close = (x, y, size) => Object.is(x, y)
  || (Number.isFinite(x) && Number.isFinite(y) && Math.abs(x - y) <= 1e-12 * size + 1e-322 && (y !== 0 || x === y));
"""
KERNELS = """(tests) => tests.flatMap(([name, point, expected]) => {
  const found = [eval(name)(...number(point))].flat(), wanted = [number(expected)].flat();
  const same = found.length === wanted.length && found.every((x, i) => close(x, wanted[i], Math.abs(wanted[i])));
  return same ? [] : [`${name}(${point}) is ${found}, and not ${expected}`];
})"""
GRAPHS = """([graphs, beside_the_largest]) => graphs.flatMap(([nodes, text, data, grad]) => {
  const FUNCTIONS = eval(`(() => { ${text}; return FUNCTIONS; })()`);
  const values = [], slopes = [];
  nodes.forEach((node, i) => {
    if (!node.function) { values.push(number(node.data)); return; }
    const { forward, slopes: rules } = FUNCTIONS[node.function];
    const a = node.arguments.map((x) => typeof x === "number" ? values[x] : number(x));
    values.push(forward(a));
    slopes[i] = rules(a, values[i]);
  });
  const grads = values.map(() => 0);
  grads[grads.length - 1] = 1;
  for (let i = nodes.length - 1; i >= 0; i--)
    (nodes[i].arguments ?? []).forEach((x, j) => { if (typeof x === "number") grads[x] += grads[i] * slopes[i][j]; });
  const largest = Math.max(...number(grad).map(Math.abs).filter(Number.isFinite));
  const size = (y) => beside_the_largest ? largest : Math.abs(y);
  const same = (x, y, size) => close(x, number(y), size(number(y)));
  return values.flatMap((x, i) => same(x, data[i], Math.abs) && same(grads[i], grad[i], size) ? []
    : [`node ${i} of ${text}: ${x} and ${grads[i]}, not ${data[i]} and ${grad[i]}`]);
})"""


def written(x):
    return [written(element) for element in x] if isinstance(x, (list, tuple)) else repr(float(x))


def hard(rng):
    """A number of any size, often one at an edge."""
    wide = rng.choice([1, -1]) * 10 ** rng.uniform(-308, 308)
    return rng.choice([rng.choice(EDGES), wide, rng.uniform(-40, 40), rng.uniform(-2, 2)])


def point(op, rng):
    """Arguments for the op: any numbers, and now and then a tie."""
    length = rng.randint(1, 4)
    tie = hard(rng) if rng.random() < 0.1 else None
    draw = lambda: hard(rng) if tie is None else tie  # noqa: E731
    return [
        tuple(draw() for _ in range(length)) if d.sequence else float(rng.randrange(length)) if d.is_index else draw()
        for d in op.domain
    ]


@pytest.mark.parametrize("op", ops.table.values(), ids=lambda op: op.name)
def test_every_kernel_gives_what_it_gives_in_python(page, op):
    rng, program = random.Random(op.name), Program()
    name = program.function(op.kernel)
    points = [point(op, rng) for _ in range(300)]
    tests = [(name, written(at), written(op.kernel(*at))) for at in points]
    assert page.evaluate(f"(tests) => {{ {PYTHON} {program.text} {NUMBERS} return ({KERNELS})(tests); }}", tests) == []


def taped(y):
    y.backward()
    tape = Tape(y)
    assert tape.missing == {}
    return tape.nodes, tape.text, written([v.data for v in tape.values]), written([v.grad for v in tape.values])


def wrong(page, graphs, beside_the_largest):
    """What differs: a gradient by 1e-12 of itself, or where contributions may cancel, of the largest in the graph."""
    given = json.loads(json.dumps([graphs, beside_the_largest]))  # as a page gets them
    return page.evaluate(f"(given) => {{ {PYTHON} {NUMBERS} return ({GRAPHS})(given); }}", given)


@pytest.mark.parametrize("op", ops.table.values(), ids=lambda op: op.name)
def test_every_slope_is_the_engines_at_edges_kinks_and_in_between(page, op):
    rng, graphs = random.Random(op.name), []
    for _ in range(100):
        at = [[Value(x) for x in x] if isinstance(x, tuple) else x for x in point(op, rng)]
        y = op(*[int(x) if d.is_index else x if d.sequence else Value(x) for x, d in zip(at, op.domain)])
        graphs.append(taped(y))
    assert wrong(page, graphs, beside_the_largest=False) == []


def test_random_graphs_are_computed_as_by_the_engine(page):
    graphs = []

    @settings(max_examples=300, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(expressions(max_nodes=40))
    def draw(e):
        y = e(*map(Value, e.point))
        if isinstance(y, Value):
            graphs.append(taped(y))

    draw()
    assert len(graphs) > 200
    assert wrong(page, graphs, beside_the_largest=True) == []


def test_all_of_a_softmax_in_one_graph(page):
    for op in (ops.softmax, ops.log_softmax):
        y = ops.dot(op([Value(0.5), Value(-1.0), Value(2.0)]), [1.0, 2.0, 4.0])
        assert wrong(page, [taped(y)], beside_the_largest=True) == []


def test_a_network_and_an_op_of_ones_own(page):
    model = MLP(3, [8, 8, 2], activation="gelu", seed=0)
    outputs = model([0.5, -0.3, Value(2.0)])
    assert wrong(page, [taped(ops.logsumexp(outputs))], beside_the_largest=True) == []
    wave = ops.op("wave", lambda x: math.sin(x) ** 2 if x > 0 else -x / 3, lambda x: 2.0 * ops.sin(x) * ops.cos(x))
    try:
        assert wrong(page, [taped(wave(Value(x)) * 2.0) for x in (0.5, 0.0, -7.0)], beside_the_largest=False) == []
    finally:
        del ops.table["wave"], Value.wave
