"""What a player is made of: the steps of the engine, pictures in which all is found again, one closed page."""

import doctest
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given

from microgradlab import MLP, Value, losses, ops, play, player, trace
from microgradlab.drawing.dot import NO_PLACE
from microgradlab.drawing.graph import Graph, flat, slopes_of
from microgradlab.drawing.options import Options
from microgradlab.player import record, tape
from microgradlab.player import views as views_module
from microgradlab.player.record import recorded
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


def test_constants_have_no_slope_to_tell():
    y = ops.dot([Value(2.0), Value(3.0)], [4.0, 5.0], 1.0) * 2.0
    assert [len(text["told"]) for text in recorded(y)["texts"] if text] == [2, 1]
    assert [sum(slope is not None for slope in slopes_of(node)) for node in trace(y)[0] if node.op] == [2, 1]
