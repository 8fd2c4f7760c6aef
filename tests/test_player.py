"""What a player is made of: the steps of the engine, pictures in which all is found again, one closed page."""

import doctest
import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given

from microgradlab import MLP, Module, Value, data, losses, no_grad, ops, optim, play, player, record_training, trace
from microgradlab.drawing.dot import NO_PLACE
from microgradlab.drawing.graph import Graph, flat, slopes_of
from microgradlab.drawing.options import Options, checked
from microgradlab.errors import GraphError
from microgradlab.player import record, tape
from microgradlab.player import views as views_module
from microgradlab.player.record import recorded
from microgradlab.player.training import training_content
from microgradlab.player.views import RESULT, views, whereabouts
from microgradlab.testing import expressions

SVG = "{http://www.w3.org/2000/svg}"


def network(*widths):
    model = MLP(2, [*widths, 1], activation="tanh", seed=0)
    return losses.binary_cross_entropy_with_logits(model([Value(0.5, "x1"), Value(0.3, "x2")]), 1.0)


def shared():
    x = Value(3.0, "x")
    a = x * x
    return a * a + ops.dot([x, a], [a, x], x)


GRAPHS = {
    "leaf": lambda: Value(1.0, "a"),
    "shared": shared,
    "minus": lambda: (x := Value(2.0, "x")) - x / (x - 1.0) ** x,
    "network": lambda: network(3, 2),
    "folded": lambda: network(16, 16),
    "softmax": lambda: losses.cross_entropy([Value(float(i)) for i in range(5)], 2),
}


@pytest.fixture(params=GRAPHS, scope="module")
def graph(request):
    return Graph(GRAPHS[request.param]())


@pytest.mark.parametrize("module", [player, record, tape, views_module], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings(module):
    assert doctest.testmod(module).failed == 0


# What is recorded


@given(expressions(max_nodes=20))
def test_what_is_recorded_is_backward_steps_and_leaves_the_graph_as_it_was(e):
    y = e(*map(Value, e.point))
    if not isinstance(y, Value):
        return
    nodes, _ = trace(y)
    for i, node in enumerate(nodes):
        node.grad = i + 0.5
    found = recorded(y)
    assert [node.grad for node in nodes] == [i + 0.5 for i in range(len(nodes))]
    assert str(found["data"]) == str([node.data for node in nodes])
    for node in nodes:
        node.grad = 0.0
    for step, saved in zip(list(y.backward_steps()), found["steps"], strict=True):
        assert nodes[saved["node"]] is step.node
        told = found["texts"][saved["node"]]
        assert told["name"] == step.name
        for contribution, (k, name, rule), numbers in zip(
            step.contributions, told["told"], saved["contributions"], strict=True
        ):
            assert flat(step.node)[k] is contribution.argument
            assert (name, rule) == (contribution.name, contribution.formula)
            its = [contribution.local, contribution.contribution, contribution.before, contribution.total]
            assert str(numbers) == str(its)


# The pictures


def test_every_value_is_in_one_box_of_the_whole_and_each_part_has_what_is_in_its_box(graph):
    whole, *parts = views(graph, Options(limit=40))
    assert sorted(i for places in whole.boxes.values() for i in places) == list(range(len(graph.nodes)))
    found = [whole, *parts]
    for i, view in enumerate(found):
        for box, number in view.opens.items():
            assert found[number].around == i
            inside = {place for places in found[number].boxes.values() for place in places}
            assert {*view.boxes[box]} <= inside
            made_from = {a for place in view.boxes[box] for a in graph.arguments[place]}
            assert inside <= {*view.boxes[box]} | made_from


@pytest.mark.parametrize(
    "fold",
    ["auto", "Neuron", "Layer", 1, lambda v: v.op is not None],
    ids=["auto", "name", "other", "depth", "function"],
)
@pytest.mark.parametrize("limit", [5, 40])
def test_every_value_is_seen_in_some_view_however_it_is_folded(fold, limit):
    graph = Graph(network(4, 4))
    found = views(graph, checked(Options(fold=fold, limit=limit, show=None), Value))
    seen = {places[0] for view in found for box, places in view.boxes.items() if box.startswith("n")}
    assert seen == set(range(len(graph.nodes)))
    assert len(found) < 40


def test_each_gradient_flows_along_one_arrow_of_the_picture(graph):
    for view in views(graph, Options(limit=40)):
        within = {i: box for box, places in view.boxes.items() for i in places}
        carried = [(i, k) for arrow in view.arrows for i, k in arrow]
        expected = []
        inside = set(within) if view.around is None else {i for i, _ in carried}
        for i in inside:
            crossing = [k for k, a in enumerate(graph.arguments[i]) if a != NO_PLACE and within[a] != within[i]]
            alone = [RESULT] * (graph.nodes[i].op is not None and within[i].startswith("n"))
            expected += [(i, k) for k in (*crossing, *alone)]
        assert sorted(carried) == sorted(expected)


def test_svg_has_each_box_and_each_arrow_and_places_for_numbers(graph):
    for view in views(graph, Options(limit=40)):
        root = ElementTree.fromstring(view.svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))
        groups = list(root.iter(f"{SVG}g"))
        numbers = [int(g.get("data-arrow")) for g in groups if g.get("class") == "edge"]
        assert sorted(numbers) == list(range(len(view.arrows)))
        assert not [element for element in root.iter() if "id" in element.attrib]
        by_name = {g.get("class").split()[1]: g for g in groups if g.get("class").startswith("node")}
        for box in view.boxes:
            parts = [element.get("class") for element in by_name[box].iter()]
            assert parts.count("data") == parts.count("grad") == parts.count("tint") == 1
        for name, terms in view.terms.items():
            words = [t.text for t in by_name[name].iter(f"{SVG}text") if t.get("class", "").startswith("term")]
            assert len(words) == len(terms)


def test_an_arrow_leads_from_the_box_that_its_gradient_belongs_to(graph):
    for view in views(graph, Options(limit=40)):
        within = {i: box for box, places in view.boxes.items() for i in places}
        for arrow in view.arrows:
            tails = {within[graph.arguments[i][k]] if k != RESULT else f"op {i}" for i, k in arrow}
            heads = {within[i] for i, _ in arrow}
            assert len(tails) <= 1
            assert len(heads) <= 1


def test_whereabouts_are_the_modules_without_the_one_around_all():
    graph = Graph(network(3, 2))
    where = whereabouts(graph)
    assert {"", "Layer 1 › Neuron 3", "Layer 3 › Neuron"} < {*where}
    assert where[[node.label for node in graph.nodes].index("x1")] == ""


def test_there_are_not_more_views_than_a_page_can_carry():
    y = network(40, 40, 40)
    found = views(Graph(y), Options(limit=30))
    assert 10 < len(found) <= 60


# The page


def test_the_page_is_one_closed_file(tmp_path):
    player = play(network(3, 2))
    player.save(tmp_path / "graph.html")
    text = (tmp_path / "graph.html").read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert {*re.findall(r"https?://[^\"' <]*", text)} <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"(src|href)=\"(?!data:)", text)
    assert not re.search(r"\bid=", text)
    assert text.count("</script>") == 1


def test_a_notebook_is_given_the_picture_first_and_then_the_script():
    player = play(network(3))
    bundle = player._repr_mimebundle_()
    assert bundle["text/plain"] == repr(player)
    assert re.match(
        r'<div class="microgradlab"[^>]*>\s*<img alt="[^"]+" src="data:image/svg\+xml;base64,', bundle["text/html"]
    )
    assert play(network(3)).html == player.html  # so that a notebook run again has the same output


@pytest.mark.parametrize(
    "label", ["</script><script>alert(1)</script>", "‹0›", '"', "\\u2028 \u2028", "${x}", "\ud800"]
)
def test_a_label_stays_a_label(label):
    x = Value(2.0, label)
    player = play(x * x + x)
    assert player.html.count("</script>") == 1
    assert player.html.count("<script") == 1


def test_a_graph_of_300_values_is_a_page_below_a_megabyte():
    model = MLP(4, [16, 12, 3], activation="tanh", seed=0)
    loss = losses.cross_entropy(model([0.1, 0.2, 0.3, 0.4]), 1)
    assert 300 <= len(trace(loss)[0]) <= 400
    assert len(play(loss).html.encode()) < 1e6


def test_what_could_end_the_script_does_not():
    odd = ops.op("odd_symbol", lambda x: 3.0 * x, lambda x: 3.0, symbol="<!--<script>")
    try:
        html = play(odd(Value(1.0))).html
    finally:
        del ops.table["odd_symbol"], Value.odd_symbol
    script = html[html.index("<script>") + 8 :]
    assert "<!--" not in script
    assert "<script" not in script


def test_a_label_that_no_file_can_hold_is_written_all_the_same(tmp_path):
    play(Value(2.0, "\ud800") * 3.0).save(tmp_path / "graph.html")
    x = Value(1.0)
    y = x * 2.0
    y.label = "\ud800"
    play(y).save(tmp_path / "graph.html")
    assert (tmp_path / "graph.html").read_text("utf-8").count("Backpropagation from ?") >= 1


def test_a_graph_whose_leaf_was_edited_is_not_played_with_sums_that_are_wrong():
    w = Value(3.0, "w")
    y = w * w
    w.data = 5.0
    with pytest.raises(GraphError, match=r"edited after .* was computed from it: compute it again first"):
        play(y)
    w.data = 3.0
    assert play(y)  # all numbers are again what they were


# Trainings


def trained(model, data, loss=losses.mse_loss, epochs=3, **options):
    optimizer = optim.SGD(model.parameters(), lr=0.01)
    return record_training(model, data, loss=loss, optimizer=optimizer, epochs=epochs, progress=False, **options)


def content(recording):
    return training_content(recording, checked(Options(show=None), Value))[0]


def test_a_training_has_a_graph_for_each_target_the_first_for_that_of_the_first_example():
    found = content(trained(MLP(2, [3, 1], seed=0), data.moons(20, seed=0), losses.binary_cross_entropy_with_logits))
    assert [graph["target"] for graph in found["graphs"]] == [
        data.moons(20, seed=0)[0][1],
        1 - data.moons(20, seed=0)[0][1],
    ]
    assert found["every"] == 1
    assert len(found["frames"]["weights"]) == 4
    first = found["graphs"][0]
    assert [first["nodes"][i]["label"] for i in first["inputs"]] == ["x1", "x2"]
    assert len(first["hidden"]) == 3
    assert len(first["outputs"]) == 1
    assert all(float(first["nodes"][i]["data"]) == w for i, w in zip(first["weights"], found["frames"]["weights"][-1]))


def test_a_quantity_has_the_graph_of_the_first_example_alone():
    found = content(trained(MLP(1, [2, 1], seed=0), [((x / 10,), x / 7) for x in range(20)]))
    assert (found["isQuantity"], [graph["target"] for graph in found["graphs"]]) == (True, [0.0])


def test_a_long_training_keeps_each_nth_frame_and_the_move_that_came_next():
    recording = trained(
        MLP(2, [60, 1], seed=0), data.moons(4, seed=0), losses.binary_cross_entropy_with_logits, epochs=900
    )
    found = content(recording)
    every, steps = found["every"], found["frames"]["step"]
    assert every > 1
    assert steps == [frame.step for frame in recording.frames[:-1:every]] + [900]
    assert found["frames"]["moves"][1] == recording.frames[every].moves


def test_inputs_are_given_to_the_model_in_the_form_they_have():
    class Line(Module):
        def __init__(self):
            self.slope = Value(1.0)

        def forward(self, x):
            return self.slope * x

    assert content(trained(Line(), [(1.0, 2.0), (2.0, 4.0)]))["examples"] == [[[1.0], 2.0], [[2.0], 4.0]]
    numpys = [((np.float64(0.5), np.float64(1.0)), np.int64(1)), ((1.0, 2.0), np.int64(0))]
    found = content(trained(MLP(2, [2], seed=0), numpys, losses.cross_entropy))
    assert json.dumps(found["examples"]) == "[[[0.5, 1.0], 1], [[1.0, 2.0], 0]]"


def test_what_cannot_be_played_of_a_training_is_refused_in_words():
    class Fork(Module):
        def __init__(self):
            self.a, self.b = MLP(2, [1], seed=0), MLP(2, [2, 1], seed=0)

        def forward(self, xs):
            return self.a(xs) if float(xs[0]) > 0 else self.b(xs)

    fork = trained(Fork(), [((1.0, 2.0), 1.0), ((-1.0, 2.0), 1.0)])
    with pytest.raises(ValueError, match=r"not the same for all examples.*play the loss of one example"):
        play(fork)
    other = trained(MLP(2, [2, 1], seed=0), [((1.0, 2.0), 1.0)])
    with no_grad(), pytest.raises(ValueError, match=r"inside no_grad.*outside of it"):
        play(other)


def test_a_loss_that_ignores_an_output_has_no_surface():
    loss = lambda outputs, target: losses.mse_loss(outputs[0], target)  # noqa: E731
    assert content(trained(MLP(2, [2], seed=0), [((1.0, 2.0), 1.0)], loss))["graphs"][0]["outputs"] == []


def test_constants_have_no_slope_to_tell():
    y = ops.dot([Value(2.0), Value(3.0)], [4.0, 5.0], 1.0) * 2.0
    assert [len(text["told"]) for text in recorded(y)["texts"] if text] == [2, 1]
    assert [sum(slope is not None for slope in slopes_of(node)) for node in trace(y)[0] if node.op] == [2, 1]
