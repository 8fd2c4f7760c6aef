"""The player in a browser: what it shows is what the engine computes, at each step and for numbers of the reader's."""

import math
import random
from pathlib import Path

import pytest

from microgradlab import MLP, Value, losses, ops, play, trace

WIDTHS = (390, 700, 1280)  # a phone; a page at 200 %; a screen
EDGES = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 5e-324, 1e308, -1e-300, 0.5]
# All numbers that the picture has under the mouse, by the title of their box: [data, grad].
SHOWN = """() => [...document.querySelector(".microgradlab").shadowRoot.querySelectorAll(".node title")]
  .map((title) => title.textContent.split("\\n")).filter((lines) => lines.length === 3)
  .map(([, data, grad]) => [data.slice(5), grad.slice(5)])"""
MISPLACED = Path(__file__).with_name("misplaced.js").read_text()


@pytest.fixture
def shown(page, tmp_path):
    """A function that opens the player of a value."""

    def show(value, **options):
        play(value, **options).save(tmp_path / "player.html")
        page.goto((tmp_path / "player.html").as_uri())
        page.locator(".app .frame svg").wait_for()
        return page

    return show


def neuron():
    w, x, b = Value(2.0, "w"), Value(1.5, "x"), Value(-2.5, "b")
    o = w * x + b
    o.label = "o"
    y = o.tanh() * x
    y.label = "y"
    return y


def network(*widths):
    model = MLP(2, [*widths, 1], activation="tanh", seed=0)
    loss = losses.binary_cross_entropy_with_logits(model([Value(0.5, "x1"), Value(0.3, "x2")]), 1.0)
    loss.label = "loss"
    return loss


def numbers(page):
    read = lambda text: float(text.replace("−", "-"))  # noqa: E731
    return sorted((read(data), read(grad)) for data, grad in page.evaluate(SHOWN))


def of_engine(y):
    nodes, _ = trace(y)
    for node in nodes:
        node.grad = 0.0
    y.backward()
    return sorted((node.data, node.grad) for node in nodes)


def steps(page):
    return page.locator(".steps li")


# Stepping


def test_stepping_through_a_whole_graph_ends_in_the_gradients_of_the_engine(shown):
    y = neuron()
    page = shown(y)
    for _ in range(steps(page).count() - 1):
        page.get_by_role("button", name="Step", exact=True).click()
    assert numbers(page) == of_engine(y)


def test_values_appear_forward_and_gradients_arrive_backward(shown):
    page = shown(neuron())
    grad_of_x = lambda: page.locator(".node.n1 .grad").text_content()  # noqa: E731
    seen = []
    for i in range(steps(page).count()):
        steps(page).nth(i).locator("button").click()
        seen.append((page.locator(".node .data").all_text_contents().count(""), grad_of_x()))
    assert [unknown for unknown, _ in seen] == [4, 3, 2, 1, 0, 0, 0, 0, 0, 0]
    assert [grad for _, grad in seen] == ["0"] * 6 + ["0.4621"] * 3 + ["2.821"]


def test_a_step_tells_the_gradient_the_rule_with_its_numbers_and_where_it_adds_up(shown):
    page = shown(neuron())
    page.locator(".steps").press("End")
    page.locator(".steps").press("ArrowLeft")
    page.locator(".steps").press("ArrowLeft")
    said = page.locator(".card").inner_text()
    assert "Backward 2 of 4" in said
    for words in ("tanh(o) = 0.4621", "sech²(o) = sech²(0.5) = 0.7864", "1.5 × 0.7864 = 1.18", "0 + 1.18 → 1.18"):
        assert words in said
    page.locator(".steps").press("End")
    assert "0.4621 + 2.359 → 2.821" in page.locator(".card .adds").all_text_contents()


def test_the_line_and_the_node_are_lit_together(shown):
    page = shown(neuron())
    for i in range(steps(page).count()):
        steps(page).nth(i).locator("button").click()
        assert page.locator('.steps [aria-current="step"]').count() == 1
        assert steps(page).nth(i).get_attribute("aria-current") == "step"
        lit = page.locator(".node.now").evaluate_all("(all) => all.map((node) => node.classList[1])")
        place = [[], ["n3", "op3"], ["n4", "op4"], ["n5", "op5"], ["n6", "op6"], ["n6", "op6"], ["n6", "op6"]]
        expected = [*place, ["n5", "op5"], ["n4", "op4"], ["n3", "op3"]][i]
        assert sorted(lit) == expected


def test_keys_a_slider_and_clicks_on_nodes_move_it(shown):
    page = shown(neuron())
    current = lambda: int(page.get_by_role("slider", name="Step").input_value())  # noqa: E731
    frame = page.locator(".frame")
    for key, expected in [
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", 9),
        ("ArrowRight", 9),
        ("Home", 0),
    ]:
        frame.press(key)
        assert current() == expected
    page.get_by_role("slider", name="Step").fill("7")
    assert "tanh(o)" in page.locator(".card h2").inner_text()
    page.locator(".node.n3").click()  # in the backward phase: the step that passes its gradient on
    assert current() == 9
    page.locator(".node.n1").click()  # a leaf: where its gradient is complete
    assert current() == 9
    assert page.locator(".input.meant .name").inner_text() == "x"
    frame.press("Home")
    page.locator(".node.op4").click()
    assert current() == 2


def test_keys_work_before_anything_has_been_clicked_in_a_page_of_its_own(shown):
    page = shown(neuron())
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("slider", name="Step").input_value() == "2"
    page.keyboard.press(" ")
    page.get_by_role("button", name="Pause").wait_for()


def test_it_plays_and_pauses_at_the_pace_that_is_asked(shown):
    page = shown(neuron())
    page.get_by_label("Speed").select_option("4")
    page.locator(".frame").press(" ")
    page.get_by_role("button", name="Pause").wait_for()
    page.wait_for_function(
        "() => document.querySelector('.microgradlab').shadowRoot.querySelector('.controls input').value > 2"
    )
    page.locator(".frame").press(" ")
    page.get_by_role("button", name="Play").wait_for()
    stands = page.get_by_role("slider", name="Step").input_value()
    page.wait_for_timeout(700)
    assert page.get_by_role("slider", name="Step").input_value() == stands
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Play").wait_for(timeout=20_000)  # at the end
    assert page.get_by_role("slider", name="Step").input_value() == "9"


# Numbers of the reader's


@pytest.mark.parametrize("op", ops.table.values(), ids=lambda op: op.name)
def test_inputs_that_change_give_the_engines_numbers_for_every_op(shown, op):
    rng = random.Random(op.name)
    draw = lambda: rng.choice([rng.choice(EDGES), rng.uniform(-3, 3)])  # noqa: E731
    leaves, build = arguments(op, draw)
    page = shown(build(leaves))
    page.locator(".steps").press("End")
    for _ in range(6):
        for i, leaf in enumerate(leaves):
            leaf.data = draw()
            page.get_by_label(f"leaf {i + 1}", exact=True).fill(repr(leaf.data))
        page.locator(".steps").press("End")  # which leaves the last field
        y = build(leaves)
        at = [leaf.data for leaf in leaves]
        for (data, grad), (its, gradient) in zip(numbers_by_title(page), by_birth(y), strict=True):
            assert near(data, its), at
            assert near(grad, gradient), at


def arguments(op, draw):
    """Leaves, and a function that calls the op on them."""
    kinds = ["index" if d.is_index else 3 if d.sequence else 1 for d in op.domain]
    leaves = [Value(draw()) for kind in kinds if kind != "index" for _ in range(kind)]

    def build(leaves):
        rest = iter(leaves)
        return op(*[1 if k == "index" else [next(rest) for _ in range(3)] if k == 3 else next(rest) for k in kinds])

    return leaves, build


def numbers_by_title(page):
    return [tuple(float(text.replace("−", "-")) for text in pair) for pair in page.evaluate(SHOWN)]


def by_birth(y):
    of_engine(y)
    return [(node.data, node.grad) for node in trace(y)[0]]


def near(x, y):
    if math.isnan(y) or math.isinf(y) or y == 0.0:
        return repr(x) == repr(y)
    return math.isclose(x, y, rel_tol=1e-12, abs_tol=1e-322)


def test_a_slider_moves_its_number_and_all_that_depends_on_it_and_reset_brings_it_back(shown):
    y = neuron()
    page = shown(y)
    page.locator(".steps").press("End")
    page.get_by_label("w, slider").fill("-1")
    assert page.get_by_label("w", exact=True).input_value() == "-1"
    [w] = [node for node in trace(y)[0] if node.label == "w"]
    before, w.data = w.data, -1.0
    moved = neuron()
    [its] = [node for node in trace(moved)[0] if node.label == "w"]
    its.data = -1.0
    assert before == 2.0
    x, b = (next(node for node in trace(y)[0] if node.label == name) for name in "xb")
    o = w * x + b
    assert numbers(page) == of_engine(o.tanh() * x)
    page.get_by_role("button", name="Reset").click()
    assert numbers(page) == of_engine(neuron())


def test_what_is_no_number_is_said_and_changes_nothing(shown):
    page = shown(neuron())
    page.locator(".steps").press("End")
    before, field = numbers(page), page.get_by_label("w", exact=True)
    for words in ("two", "", "1_0", "0x10", "1e", "--1"):
        field.fill(words)
        field.press("Enter")
        page.locator(".steps").press("End")
        assert "w is a number, such as -0.5, 1e-3 or inf: it stays 2." in page.get_by_role("status").inner_text()
        assert field.get_attribute("aria-invalid") == "true"
        assert numbers(page) == before
    field.fill("−2.0")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") is None
    assert numbers(page) != before


def test_terms_of_a_dot_product_follow(shown):
    x = Value(2.0, "x")
    page = shown(ops.dot([Value(3.0, "w1"), Value(1.0, "w2")], [x, 5.0], Value(0.5, "b")))
    page.get_by_label("x", exact=True).fill("-4")
    page.get_by_label("x", exact=True).press("Enter")
    terms = page.locator(".node .term").all_text_contents()
    assert [*map(str.strip, terms)] == ["w1 × x = −12", "w2 × x2 = 5", "b = 0.5"]


def test_terms_are_blank_until_their_numbers_are_known(shown):
    page = shown(network(2, 2))
    ends = lambda: [text.rpartition("=")[2].strip() for text in page.locator(".node .term").all_text_contents()]  # noqa: E731
    assert "nan" not in ends()
    assert ends().count("") == 6  # of three neurons, w1 × … and w2 × … of those before
    page.locator(".steps").press("End")
    assert ends().count("") == 0


def test_an_op_without_a_translation_is_played_and_the_page_says_that_it_cannot_compute_it(shown):
    table = {1.0: 2.0}
    step = ops.op("lookup", lambda x: table.get(x, 0.0), lambda x: 0.5)
    try:
        y = step(Value(1.0, "x")) * 3.0
        page = shown(y)
    finally:
        del ops.table["lookup"], Value.lookup
    page.locator(".steps").press("End")
    assert numbers(page) == sorted([(1.0, 1.5), (2.0, 3.0), (6.0, 1.0)])
    assert "lookup cannot be computed here" in page.get_by_role("status").inner_text()
    assert page.get_by_label("x", exact=True).is_disabled()


def test_an_op_that_raises_in_the_page_is_reported_and_the_numbers_stay(shown):
    picky = ops.op("picky", lambda x: math.sqrt(x), lambda x: 0.5 / ops.sqrt(x))
    try:
        page = shown(picky(Value(4.0, "x")))
    finally:
        del ops.table["picky"], Value.picky
    page.locator(".steps").press("End")
    page.get_by_label("x", exact=True).fill("-1")
    page.get_by_label("x", exact=True).press("Enter")
    assert "cannot be computed: ValueError. It stays 4." in page.get_by_role("status").inner_text()
    assert numbers(page) == [(2.0, 1.0), (4.0, 0.25)]


def test_a_field_that_was_wrong_is_right_again_after_reset(shown):
    page = shown(neuron())
    field = page.get_by_label("w", exact=True)
    field.fill("abc")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") == "true"
    page.get_by_role("button", name="Reset").click()
    assert (field.get_attribute("aria-invalid"), field.input_value()) == (None, "2")


def test_a_number_without_room_for_a_slider_has_a_field_and_minus_zero_its_sign(shown):
    page = shown(Value(1e308, "huge") * Value(-0.0, "nothing"))
    assert page.get_by_label("huge, slider").is_disabled()
    assert page.get_by_label("huge", exact=True).is_enabled()
    assert page.get_by_label("nothing", exact=True).input_value() == "-0"


def test_a_leaf_alone_is_played(shown):
    page = shown(Value(3.0, "x"))
    page.locator(".steps").press("End")
    assert numbers(page) == [(3.0, 1.0)]
    assert "x.grad = 1" in page.locator(".card").inner_text()


def test_a_page_that_cannot_be_built_keeps_the_picture(browser, tmp_path):
    play(neuron()).save(tmp_path / "player.html")
    broken = (tmp_path / "player.html").read_text("utf-8").replace("this.build();", "this.no_such_thing();")
    (tmp_path / "player.html").write_text(broken, "utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "player.html").as_uri())
    page.wait_for_timeout(300)
    assert page.locator("img").bounding_box()["width"] > 300
    page.close()


# Folds, search, hover


def test_folded_boxes_open_to_what_is_in_them_and_lead_back(shown):
    page = shown(network(16, 16))
    whole = page.locator(".frame svg").inner_html()
    page.locator(".node.opens").first.click()
    title = page.get_by_label("Part of the graph").locator("option:checked").inner_text()
    assert "Neuron" in title
    assert page.locator(".frame svg").inner_html() != whole
    page.get_by_role("button", name="↑ All").click()
    assert page.get_by_label("Part of the graph").input_value() == "0"
    page.get_by_label("Part of the graph").select_option("3")
    assert page.locator(".head .up").is_visible()


def test_a_folded_box_shows_the_same_numbers_as_the_engine_and_follows_a_change(shown):
    y = network(16, 16)
    page = shown(y)
    page.locator(".steps").press("End")
    of_engine(y)
    places = page.locator(".node.opens .grad").all_text_contents()
    outputs = {f"{node.grad:.4g}".replace("-", "−") for node in trace(y)[0] if node.op}
    assert len(places) >= 33
    assert {*places} <= outputs


def test_search_marks_lines_and_boxes_and_goes_to_the_next(shown):
    page = shown(network(3, 2))
    search = page.get_by_label("Find a value")
    search.fill("neuron 2")
    count = int(page.locator(".found-count").inner_text().split()[0])
    assert count > 5
    assert page.locator(".node.found").count() >= count
    assert page.locator(".steps .found").count() > 0
    search.press("Enter")
    assert "Neuron 2" in page.locator(".card .where").inner_text()
    search.fill("")
    assert page.locator(".found").count() == 0


def test_a_wide_picture_scrolls_to_what_is_lit_and_by_shift_and_arrows_and_fits_again(shown, page):
    page.set_viewport_size({"width": 500, "height": 800})
    page.emulate_media(reduced_motion="reduce")
    shown(neuron())
    for _ in range(3):
        page.get_by_role("button", name="Larger").click()
    page.locator(".frame").press("End")
    page.locator(".frame").press("ArrowLeft")
    for _ in range(3):
        frame = page.locator(".frame").bounding_box()
        for lit in page.locator(".node.now").all():
            box = lit.bounding_box()
            assert frame["x"] - 1 <= box["x"] < frame["x"] + frame["width"]
        page.locator(".frame").press("ArrowLeft")
    left = lambda: page.locator(".frame").evaluate("(frame) => frame.scrollLeft")  # noqa: E731
    before = left()
    page.locator(".frame").press("Shift+ArrowLeft")
    assert left() < before
    wide = page.locator(".frame svg").bounding_box()["width"]
    page.get_by_role("button", name="Fit").click()
    picture, frame = (page.locator(what).bounding_box() for what in (".frame svg", ".frame"))
    assert picture["width"] < wide
    assert picture["x"] >= frame["x"]
    assert picture["x"] + picture["width"] <= frame["x"] + frame["width"]


def test_hovering_tells_all_digits(shown):
    y = neuron()
    page = shown(y)
    page.locator(".steps").press("End")
    of_engine(y)
    title = page.locator(".node.n6 title").text_content()
    assert title == f"y\ndata {y.data}\ngrad 1"


# For everyone


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "value", [neuron, lambda: network(3, 2), lambda: network(16, 16)], ids=["neuron", "small", "folded"]
)
def test_nothing_overlaps_or_is_cut_off_and_axe_finds_no_violation(shown, page, value, theme, axe):
    page.emulate_media(color_scheme=theme)
    shown(value())
    if page.locator(".inputs[open]").count() == 0:
        page.locator(".inputs summary").click()
    for key in ("Home", "ArrowRight", "End", "ArrowLeft"):
        page.locator(".steps").press(key)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(MISPLACED) == []
        if key in ("Home", "ArrowLeft"):
            assert axe(page) == ""


def test_it_follows_the_readers_theme_and_wish_for_less_motion(shown, page, expect):
    page.emulate_media(color_scheme="dark", reduced_motion="no-preference")
    shown(neuron())
    page.locator(".steps").press("ArrowRight")
    app, arrow = expect(page.locator(".app")), expect(page.locator(".edge.flowing path").first)
    app.to_have_css("background-color", "rgb(21, 25, 30)")
    arrow.to_have_css("animation-name", "forward")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    app.to_have_css("background-color", "rgb(255, 255, 254)")
    arrow.to_have_css("animation-name", "none")


def test_without_scripts_there_is_the_picture(browser, tmp_path):
    play(neuron()).save(tmp_path / "player.html")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "player.html").as_uri())
    assert page.locator("img").get_attribute("alt") == "Backpropagation from y"
    assert page.locator("img").bounding_box()["width"] > 300
    context.close()


def test_two_players_of_one_graph_stand_side_by_side(page):
    html = play(neuron()).html
    page.set_content(f"<main>{html}{html}</main>")
    apps = page.locator(".app")
    apps.nth(1).locator(".frame svg").wait_for()
    apps.nth(1).locator(".steps").press("End")
    assert [slider.input_value() for slider in page.get_by_role("slider", name="Step").all()] == ["0", "9"]
