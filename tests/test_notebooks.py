"""The notebooks run as they stand, what they show is what they show today, and their numbers come out."""

import math
import re
from base64 import b64decode
from copy import deepcopy
from functools import cache
from itertools import pairwise
from time import perf_counter
from xml.etree import ElementTree

import nbformat
import pytest
from build_notebooks import NOTEBOOKS, SOURCES, clean, execute, made, read

NAMES = sorted(path.stem for path in SOURCES.glob("*.py"))
every = pytest.mark.parametrize("name", [f"{folder}{name}.ipynb" for name in NAMES for folder in ("", "solved/")])
NUMBER = re.compile(r"[-+−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


@cache
def stored(name):
    return read(NOTEBOOKS / name)


@cache
def executed(name):
    """A fresh copy, run; and the seconds that took."""
    start = perf_counter()
    return execute(deepcopy(stored(name))), perf_counter() - start


def cells(notebook, kind="code"):
    return {cell.id: cell for cell in notebook.cells if cell.cell_type == kind}


def shown(cell):
    """What a cell shows, by kind: printed text joined, of a graph the words in it, of a figure that it is one."""
    said = {}
    for output in cell.outputs:
        texts = output.data if "data" in output else {output.get("name", "error"): output.get("text", "")}
        for kind, text in texts.items():
            said[kind] = said.get(kind, "") + ("" if kind == "image/png" else words(text) if "<img" in text else text)
    return said


def words(html):
    """The texts in a picture, in no particular order: programs place them differently, and in another order."""
    svg = b64decode(re.search(r"base64,([^\"]*)", html)[1])
    texts = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return " ".join(sorted(element.text for element in texts))


def assert_same(before, after):
    """Word by word, and number by number within what differs from machine to machine."""
    assert before.keys() == after.keys()
    for kind in before:
        assert NUMBER.sub("#", before[kind]).split() == NUMBER.sub("#", after[kind]).split()
        assert numbers(before[kind]) == pytest.approx(numbers(after[kind]), rel=1e-6, abs=1e-12)


def numbers(text):
    return [float(number.replace("−", "-")) for number in NUMBER.findall(text)]


# every notebook ------------------------------------------------------------------------------------------------------


@every
def test_it_runs_from_top_to_bottom(name):
    notebook, seconds = executed(name)
    assert seconds < 60
    assert not [output for cell in cells(notebook).values() for output in cell.outputs if "ename" in output]
    assert not [cell.id for cell in cells(notebook).values() if "stderr" in shown(cell)]


@every
def test_it_is_stored_with_what_it_shows_today(name):
    today = cells(executed(name)[0])
    for cell in cells(stored(name)).values():
        try:
            assert_same(shown(cell), shown(today[cell.id]))
        except AssertionError as error:
            error.add_note(f"the cell {cell.id!r} shows something else now: run  python tests/build_notebooks.py")
            raise


@every
def test_a_cell_run_twice_does_no_harm(name):
    notebook = deepcopy(stored(name))
    notebook.cells = [cell for one in cells(notebook).values() for cell in (one, again(one))]
    for cell in execute(notebook).cells:
        assert_same(shown(cell), shown(cells(stored(name))[cell.id.removesuffix("-again")]))


def again(cell):
    copy = deepcopy(cell)
    copy.id += "-again"
    return copy


@every
def test_it_is_stored_clean(name):
    notebook = stored(name)
    nbformat.validate(notebook)
    assert notebook == clean(deepcopy(notebook))
    assert [cell.execution_count for cell in cells(notebook).values()] == [*range(1, len(cells(notebook)) + 1)]
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", cell.id) for cell in notebook.cells), "ids are words, and stay"
    assert (NOTEBOOKS / name).stat().st_size < 600_000


@every
def test_it_is_what_its_source_makes(name):
    is_solved = name.startswith("solved/")
    source = SOURCES / f"{name.removeprefix('solved/').removesuffix('.ipynb')}.py"
    today = made(source, is_solved)
    assert [(c.id, c.cell_type, c.source) for c in stored(name).cells] == [
        (c.id, c.cell_type, c.source) for c in today.cells
    ]


def test_every_notebook_has_a_source():
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == {*NAMES}
    assert {path.stem for path in (NOTEBOOKS / "solved").glob("*.ipynb")} == {*NAMES}


@every
def test_blanks_are_refused_with_a_hint_and_solutions_accepted(name):
    texts = [shown(cell).get("text/plain", "") for cell in cells(executed(name)[0]).values()]
    verdicts = [text for text in texts if text.startswith(("✓", "✗"))]
    is_solved = name.startswith("solved/")
    assert len(verdicts) >= 3
    assert all(text.startswith("✓ ") == is_solved for text in verdicts)
    assert is_solved or all("hint(" in text for text in verdicts)


# lesson 1 ------------------------------------------------------------------------------------------------------------

LESSON_1 = "01-one-neuron.ipynb"


def said(cell_id):
    """What that cell prints in lesson 1 today, with single spaces."""
    return " ".join(shown(cells(executed(LESSON_1)[0])[cell_id])["stdout"].split())


@pytest.mark.parametrize(
    ("cell_id", "name", "number"),
    [
        ("five-numbers-code", "σ'(0)", 0.25),
        ("five-numbers-code", "σ(2)", 0.8807970779778823),
        ("five-numbers-code", "tanh(1)", 0.7615941559557649),
        ("five-numbers-code", "tanh'(2)", 0.07065082485316446),
        ("five-numbers-code", "relu'(0)", 0.0),
        ("lecture", "z", -6.0),
        ("lecture", "σ(-6)", 0.0024726231566347743),
        ("lecture", "∂ŷ/∂w0", 0.00246650929136),
        ("lecture", "∂ŷ/∂w1", -0.00246650929136),
        ("lecture", "∂ŷ/∂w2", 0.00493301858272),
        ("line-figure", "6/√13", 6 / math.sqrt(13)),
        ("line-figure", "z where the dashed way ends", 0.0),
    ],
)
def test_the_numbers_of_lesson_1(cell_id, name, number):
    found = re.search(rf"(?:^| ){re.escape(name)} = (\S+)", said(cell_id))
    assert float(found[1]) == pytest.approx(number, rel=1e-15, abs=0)


def test_the_engine_agrees_with_the_formulas_in_lesson_1():
    assert numbers(said("curves"))[-1] < 1e-15
    for i in range(3):
        engine, formula = re.search(rf"∂ŷ/∂w{i} = (\S+) (\S+)", said("lecture")).groups()
        assert engine == formula


def test_the_bias_shifts_the_activation_in_lesson_1():
    assert re.findall(r"b = (\S+): at x = (\S+) the answer is (\S+)", said("bias-figure")) == [
        ("−1", "2", "0.5"),
        ("0", "0", "0.5"),
        ("1", "-2", "0.5"),
    ]


def test_linear_layers_collapse_in_lesson_1():
    differences = dict(
        re.findall(r"(linear|tanh) : .*? at most (\S+)", said("collapse").replace("linear:", "linear :"))
    )
    assert float(differences["linear"]) < 1e-12
    assert float(differences["tanh"]) > 0.1


def test_what_goes_wrong_on_purpose_in_lesson_1():
    z, tanh, naive, engine = numbers(said("saturated"))[-4:]
    assert (z, tanh, naive) == (20.0, 1.0, 0.0)
    assert engine == pytest.approx(1 / math.cosh(20) ** 2, rel=1e-5)
    assert "v.grad 0.000000" in said("forgetful")


def test_the_explanation_follows_what_the_steps_print_in_lesson_1():
    text = cells(stored(LESSON_1), "markdown")["after-backward"].source
    for words in ("0.235 × 4 = 0.94", "0.25 × sech²(0.5 × z)"):
        assert words in text
        assert words in said("steps")


def test_graphs_and_figures_show_in_lesson_1():
    notebook = cells(executed(LESSON_1)[0])
    graphs = {cell_id for cell_id, cell in notebook.items() if "text/html" in shown(cell)}
    assert graphs == {"drawn", "dotted", "drawn-with-gradients", "forgetful", "lecture"}
    assert all("<img" in output.data["text/html"] for i in graphs for output in notebook[i].outputs if "data" in output)
    figures = {cell_id for cell_id, cell in notebook.items() if "image/png" in shown(cell)}
    assert figures == {"the-picture", "curves", "bias-figure", "line-figure"}
    assert "backward() has not run" in shown(notebook["drawn"])["text/html"]
    assert "grad: how fast ŷ changes" in shown(notebook["drawn-with-gradients"])["text/html"]


# lesson 2 ------------------------------------------------------------------------------------------------------------

LESSON_2 = "solved/02-derivatives.ipynb"


def printed(cell_id):
    """What that cell prints in lesson 2 today."""
    return shown(cells(executed(LESSON_2)[0])[cell_id])["stdout"]


def test_nudges_tend_to_the_slope_in_lesson_2():
    for h, slope in [numbers(line) for line in printed("nudges").splitlines()[1:]]:
        assert slope == pytest.approx(14 + 3 * h, abs=1e-6)


def test_errors_are_of_first_and_of_second_order_in_lesson_2():
    rows = [numbers(line) for line in printed("two-errors").splitlines()[1:]]
    assert rows[0] == [0.01, 6.2e-4, 5.7e-5]
    for (h, one, both), (smaller, one_less, both_less) in pairwise(rows):
        assert h / smaller == pytest.approx(10)
        assert one / one_less == pytest.approx(10, rel=0.1)
        assert both / both_less == pytest.approx(100, rel=0.1)


def test_the_best_nudge_is_near_a_millionth_in_lesson_2():
    assert "between 1e-7 and 1e-5? True" in printed("best-step")
    assert "h = 1e-06: off by something between 1e-11 and 1e-10" in printed("best-step")


def test_the_chain_rule_gives_all_digits_in_lesson_2():
    truth, product, backward, central = (float(line.split()[-1]) for line in printed("product").splitlines())
    assert truth == product == backward == math.cos(0.7) * math.exp(math.sin(0.7))
    assert central != truth
    assert central == pytest.approx(truth, rel=1e-10)
    text = cells(stored(LESSON_2), "markdown")["chain"].source
    local = [f"{x:.4f}" for x in (math.exp(math.sin(0.7)), math.cos(0.7))]
    assert f"{local[0]} × {local[1]}" in text


def test_a_gradient_by_nudges_takes_two_runs_for_each_weight_in_lesson_2():
    assert printed("cost") == "runs for one gradient: 4,820\n"


def test_a_corner_has_no_slope_and_a_convention_in_lesson_2():
    assert [float(line.split()[-1]) for line in printed("corner-asked").splitlines()] == [1.0, -1.0, 0.0, 0.0]


# lesson 3 ------------------------------------------------------------------------------------------------------------


def in_lesson_3(cell_id, kind="stdout"):
    return shown(cells(executed("solved/03-backpropagation.ipynb")[0])[cell_id])[kind]


def test_the_lectures_question_has_its_numbers_in_lesson_3():
    said = in_lesson_3("two-paths")
    w2, w1 = (float(re.search(rf"∂J/∂{w} = .* = (\S+)", said)[1]) for w in ("w2", "w1"))
    assert (w2, w1) == pytest.approx((-2.5310104480370557, 0.3403467736986969), rel=1e-15)
    assert "-3.4621171572600096 · -1.0 · 0.09830596662074093" in said
    assert [float(x) for x in said.splitlines()[-1].split()[2:]] == pytest.approx([w2, w1], rel=1e-15)


def test_a_number_used_three_times_adds_up_in_lesson_3():
    text = cells(stored("03-backpropagation.ipynb"), "markdown")["adds-up"].source
    for sum in ("0 + 1 → 1", "1 + 3 → 4", "4 + 3 → 7"):
        assert f"`{sum}`" in text
        assert sum in in_lesson_3("seven")
    assert in_lesson_3("two-ways") == "e = 6, ∂e/∂a = 1.5, ∂e/∂b = 5.5\n"


def test_what_goes_wrong_on_purpose_in_lesson_3():
    assert "∂f/∂x: 3, and it is 7" in in_lesson_3("one-sign")
    found, right = numbers(in_lesson_3("one-sign").splitlines()[1])[-2:]
    assert found == right
    assert numbers(in_lesson_3("wrong-turn")) == [4.0, 6.0]
    assert numbers(in_lesson_3("backward-twice")) == [7.0, 14.0, 7.0]


def test_the_player_is_in_lesson_3():
    notebook = cells(stored("03-backpropagation.ipynb"))
    html = "".join(output.data["text/html"] for output in notebook["player"].outputs)
    assert html.startswith('<div class="microgradlab"')
    assert "<img" in html
