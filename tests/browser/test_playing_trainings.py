"""A training played in a browser: surface, zero lines, curve, table and graph move together, as the engine has them."""

import math
import random
import re
from itertools import pairwise

import pytest
from test_playing import MISPLACED, WIDTHS, numbers, of_engine

from microgradlab import MLP, Module, Value, data, losses, ops, optim, play, record_training, train

STEPS = 200
MOONS = data.moons(60, noise=0.1, seed=0)


def trained(points=MOONS, outputs=1, loss=losses.binary_cross_entropy_with_logits, steps=STEPS, widths=(8,)):
    model = MLP(len(points[0][0]), [*widths, outputs], activation="tanh", seed=0)
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    return record_training(model, points, loss=loss, optimizer=optimizer, epochs=steps, progress=False)


@pytest.fixture(scope="module")
def recording():
    return trained()


@pytest.fixture
def shown(page, tmp_path):
    def show(recording):
        play(recording).save(tmp_path / "training.html")
        page.goto((tmp_path / "training.html").as_uri())
        page.locator(".app .frame svg").wait_for()
        return page

    return show


def everything(page):
    """What is to be seen of a frame: the surface, the zero lines, the point on the curve, the table and the graph."""
    return {
        "surface": page.locator("canvas").evaluate("(canvas) => canvas.toDataURL()"),
        "lines": page.locator(".zero").evaluate_all("(lines) => lines.map((line) => line.getAttribute('d'))"),
        "curve": page.locator(".curve .point").get_attribute("style"),
        "table": page.locator("tbody").inner_text(),
        "graph": numbers(page),
        "words": page.locator(".told").inner_text(),
    }


def go(page, frame):
    page.get_by_role("slider", name="Step of the training").fill(str(frame))


def loss_of(recording, frame, inputs, target):
    """The loss of an example with the weights of a frame, as a graph of the engine's."""
    for parameter, weight in zip(recording.optimizer.parameters, recording.frames[frame].weights):
        parameter.data = weight
    return recording.loss(recording.model([*map(Value, inputs)]), target)


def graph_of(recording, frame, inputs, target):
    """The numbers that the page shows: of what is in no folded box, and what that gives."""
    return of_engine(loss_of(recording, frame, inputs, target))


def test_the_slider_moves_surface_zero_lines_curve_table_and_graph_together(shown, recording):
    page = shown(recording)
    seen = []
    for frame in (0, 50, 120, STEPS):
        go(page, frame)
        seen.append(everything(page))
    for before, after in pairwise(seen):
        assert all(before[part] != after[part] for part in before), [p for p in before if before[p] == after[p]]
    go(page, 50)
    assert everything(page) == seen[1]
    assert len(seen[0]["lines"]) == 8


def test_it_opens_with_the_surface_in_colour_and_the_list_at_its_line(shown, recording):
    page = shown(recording)
    pixels = page.locator("canvas").evaluate(
        "(canvas) => [...canvas.getContext('2d').getImageData(0, 0, 768, 768).data]"
    )
    assert len({*zip(*[iter(pixels)] * 4)}) > 50
    current, steps = page.locator('.steps [aria-current="step"]').bounding_box(), page.locator(".steps").bounding_box()
    assert steps["y"] <= current["y"] <= steps["y"] + steps["height"]


def test_what_is_told_of_a_frame_is_what_was_recorded(shown, recording):
    page = shown(recording)
    for i in (0, 17, STEPS):
        go(page, i)
        frame = recording.frames[i]
        assert f"loss {frame.loss:.4g}, learning rate 0.1" in page.locator(".told").inner_text()
        rows = [row.split("\t") for row in page.locator("tbody").inner_text().splitlines()]
        its = zip(recording.names, frame.weights, frame.grads, frame.state, strict=True)
        for row, (name, weight, grad, state) in zip(rows, its, strict=True):
            assert row[0] == name
            assert [row[1], row[2], *row[4:]] == [
                f"{x:.4g}".replace("-", "−") for x in (weight, grad, *state[:2])
            ]  # not AMSGrad's


def test_the_numbers_of_a_dragged_probe_are_the_engines(shown, recording):
    page, rng = shown(recording), random.Random(0)
    box = page.locator(".surface").bounding_box()
    for target in (0, 1):
        page.get_by_label("Target of the probe").select_option(label=str(target))
        for frame in (0, 60, STEPS):
            go(page, frame)
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            page.mouse.down()
            page.mouse.move(
                box["x"] + rng.uniform(0.1, 0.9) * box["width"], box["y"] + rng.uniform(0.1, 0.9) * box["height"]
            )
            page.mouse.up()
            inputs = [float(page.get_by_label(f"x{i} of the probe").input_value()) for i in (1, 2)]
            expected = graph_of(recording, frame, inputs, target)
            found = numbers(page)
            assert len(found) >= 8
            for pair in found:
                assert any(close(pair, other) for other in expected), (pair, frame, inputs, target)


def close(pair, other):
    return all(math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-18) for a, b in zip(pair, other))


def test_the_probe_goes_where_keys_and_fields_say(shown, recording):
    page = shown(recording)
    before = float(page.get_by_label("x1 of the probe").input_value())
    page.get_by_role("button", name="Probe at").press("ArrowRight")
    assert float(page.get_by_label("x1 of the probe").input_value()) > before
    page.get_by_label("x2 of the probe").fill("-0.25")
    page.get_by_label("x2 of the probe").press("Enter")
    assert "x2 −0.25" in page.get_by_role("button", name="Probe at").get_attribute("aria-label")
    page.get_by_label("x2 of the probe").fill("two")
    page.get_by_label("x2 of the probe").press("Enter")
    assert page.get_by_label("x2 of the probe").input_value() == "-0.25"
    assert "x2 is a number, such as -0.5 or 1e-3: it stays −0.25." in page.locator(".probing .message").inner_text()
    surface = page.locator(".surface").bounding_box()
    for far in ("1e9", "-inf", "nan"):
        page.get_by_label("x1 of the probe").fill(far)
        page.get_by_label("x1 of the probe").press("Enter")
        ring = page.locator(".probe").bounding_box()
        assert surface["x"] - 13 <= ring["x"] <= surface["x"] + surface["width"]


def test_the_surface_has_the_colour_of_the_class_that_the_engine_predicts(shown, recording):
    page = shown(recording)
    go(page, 150)
    canvas = page.locator("canvas")
    pixels = canvas.evaluate("(canvas) => [...canvas.getContext('2d').getImageData(0, 0, 768, 768).data]")
    xs, ys = ([inputs[i] for inputs, _ in MOONS] for i in (0, 1))
    (x0, x1), (y0, y1) = (
        (min(zs) - 0.12 * (max(zs) - min(zs)), max(zs) + 0.12 * (max(zs) - min(zs))) for zs in (xs, ys)
    )
    seen = set()
    for i, j in ((40, 40), (700, 60), (380, 30), (60, 720), (700, 720), (384, 500)):
        inputs = (x0 + i / 768 * (x1 - x0), y1 - j / 768 * (y1 - y0))
        loss_of(recording, 150, inputs, 1)
        logit = recording.model(inputs).data
        red, _, blue, _ = pixels[4 * (768 * j + i) :][:4]
        assert (blue > red) == (logit > 0), (inputs, logit)
        seen.add(logit > 0)
    assert seen == {True, False}


def test_it_plays_pauses_and_is_reset(shown, recording, expect):
    page = shown(recording)
    page.get_by_role("button", name="Play the training").click()
    slider = page.get_by_role("slider", name="Step of the training")
    expect(slider).to_have_value(re.compile(r"[4-9]|\d\d"))
    page.get_by_role("button", name="Pause the training").click()
    assert 3 < int(slider.input_value()) < STEPS
    page.get_by_role("button", name="One step on").click()
    page.get_by_role("button", name="Reset the training").click()
    assert slider.input_value() == "0"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_overlaps_or_is_cut_off_and_axe_finds_no_violation(shown, page, recording, theme, axe):
    page.emulate_media(color_scheme=theme)
    shown(recording)
    go(page, 40)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(MISPLACED) == []
    assert axe(page) == ""


def test_space_on_the_slider_plays_and_a_faster_speed_leaves_frames_out(shown, recording, expect):
    page = shown(recording)
    page.get_by_label("Speed of the training").select_option("16")
    slider = page.get_by_role("slider", name="Step of the training")
    slider.press(" ")
    page.get_by_role("button", name="Pause the training").wait_for()
    expect(slider).to_have_value(str(STEPS))  # 200 steps in a second
    page.get_by_role("button", name="Play the training").wait_for()


def test_keys_work_before_anything_has_been_clicked(shown, recording):
    page = shown(recording)
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
    slider = page.get_by_role("slider", name="Step of the training")
    assert slider.input_value() == "2"
    page.keyboard.press("End")
    assert slider.input_value() == str(STEPS)
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    page.get_by_role("button", name="Pause the training").wait_for()


def test_a_training_whose_op_has_no_translation_shows_the_rest_and_says_why(shown):
    table = {}
    odd = ops.op("odd_step", lambda x: table.get(x, x), lambda x: 1.0)
    try:

        class Odd(Module):
            def __init__(self):
                self.inner = MLP(2, [2, 1], seed=0)

            def forward(self, xs):
                return odd(self.inner(xs))

        model = Odd()
        optimizer = optim.SGD(model.parameters(), lr=0.1)
        loss = losses.binary_cross_entropy_with_logits
        page = shown(record_training(model, MOONS, loss=loss, optimizer=optimizer, epochs=5, progress=False))
    finally:
        del ops.table["odd_step"], Value.odd_step
    assert "No surface and no probe: odd_step cannot be computed here" in page.locator(".app").inner_text()
    assert page.locator("canvas").count() == 0
    before = page.locator("tbody").inner_text()
    go(page, 5)
    assert page.locator("tbody").inner_text() != before


def test_what_is_restored_and_what_is_left_out_is_said(shown):
    model = MLP(2, [60, 1], activation="tanh", seed=0)
    optimizer = optim.SGD(model.parameters(), lr=3.0)
    stopping = train.EarlyStopping(400)
    recording = record_training(
        model,
        MOONS[:8],
        loss=losses.binary_cross_entropy_with_logits,
        optimizer=optimizer,
        epochs=600,
        batch_size=4,
        validation=MOONS[8:12],
        early_stopping=stopping,
        progress=False,
    )
    page = shown(recording)
    assert re.search(r"; each \dth step is shown", page.locator(".told").first.inner_text())
    page.get_by_role("slider", name="Step of the training").press("End")
    said = page.locator(".told").first.inner_text()
    assert recording.restored
    assert "with the best weights restored" in said


def test_classes_quantities_and_other_inputs_than_two_are_played_too(shown):
    blobs = data.blobs(30, centers=3, seed=0)
    page = shown(trained(blobs, outputs=3, loss=losses.cross_entropy, steps=10))
    assert page.get_by_label("Target of the probe").locator("option").count() == 3
    go(page, 5)
    page.get_by_label("Target of the probe").select_option(label="2")
    assert len(page.locator(".zero").all()) == 8
    assert [kind.inner_text().strip() for kind in page.locator(".kind").all()] == ["■ 0", "● 1", "▲ 2"]

    line = [((x / 10,), x / 5) for x in range(20)]
    page = shown(trained(line, loss=losses.mse_loss, steps=10, widths=(2,)))
    go(page, 7)
    assert page.get_by_label("x1 of the probe").input_value() == "0"
    assert page.locator(".boundary").get_attribute("d").count("L") == 100

    three = [((x, y, x + y), x * y) for x in range(3) for y in range(3)]
    page = shown(trained(three, loss=losses.mse_loss, steps=5, widths=(2,)))
    assert page.locator("canvas").count() == 0
    assert page.locator(".curve").bounding_box()["width"] > 900

    plane = [((x / 5, y / 5), x * y / 25) for x in range(5) for y in range(5)]
    page = shown(trained(plane, loss=losses.mse_loss, steps=10, widths=(3,)))
    go(page, 7)
    assert page.locator("canvas").count() == 1
