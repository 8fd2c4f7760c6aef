"""Drawings: the text says what the graph is, and becomes a picture with nothing on PATH."""

import errno
import re
import subprocess
import sys
from base64 import b64decode
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microgradlab import Value, ops, trace
from microgradlab.drawing import dot, draw, picture, png, save, svg
from microgradlab.drawing.palette import DARK, LIGHT
from microgradlab.nn import MLP
from microgradlab.row import INDEX, SEQUENCE

SVG = "{http://www.w3.org/2000/svg}"
MAGIC = {"svg": b"<?xml", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF", "dot": b"// Value(", "gv": b"// Value("}


@pytest.fixture(autouse=True)
def no_dot_program(monkeypatch):
    monkeypatch.setenv("PATH", "")


def polynomial(x=3.0):
    x = Value(x, label="x")
    return x * x + x


def arrows(value, **options):
    return re.findall(r"^    (\S+) -> (\S+)", draw(value, **options).source, re.MULTILINE)


def words(drawing):
    """The texts in a picture, in no particular order; parsing proves that it is valid XML."""
    texts = ElementTree.fromstring(svg(drawing)).iter(f"{SVG}text")
    return [element.text.strip() for element in texts]


def tooltips(drawing):
    titles = ElementTree.fromstring(svg(drawing)).iter(f"{SVG}title")
    return " ".join(element.text for element in titles)


# the text ------------------------------------------------------------------------------------------------------------


def test_the_graph_of_x_times_x_plus_x():
    assert arrows(polynomial()) == [
        ("n0", "op1"),
        ("n0", "op1"),
        ("op1", "n1"),
        ("n1", "op2"),
        ("n0", "op2"),
        ("op2", "n2"),
    ]


def test_a_box_shows_label_data_and_gradient():
    y = polynomial()
    y.backward()
    caption = "grad: how fast the result changes with each value"
    shown = ["x", "data", "3", "grad", "7", "×", "data", "9", "grad", "1", "+", "data", "12", "grad", "1", caption]
    assert sorted(words(y)) == sorted([*shown, "grad −7", "7"])


def test_numbers_have_four_digits_and_the_tooltip_has_all():
    x = Value(-1 / 3)
    assert "−0.3333" in words(x)
    assert "Value(data=-0.3333333333333333, grad=0.0)" in dot.source(x)


@pytest.mark.parametrize("x", [float("nan"), float("inf"), float("-inf"), -0.0, 5e-324, 1.7976931348623157e308])
def test_every_float_can_be_shown(x):
    y = Value(x) * x
    y.backward()
    assert f"{x:.4g}".replace("-", "−") in words(y)


def test_equal_graphs_give_equal_text():
    first = dot.source(polynomial())
    for _ in range(100):
        polynomial()
    assert dot.source(polynomial()) == first == draw(polynomial()).source


def test_a_node_used_twice_has_two_arrows():
    m = Value(2.0, label="m")
    assert arrows(m + m) == [("n0", "op1"), ("n0", "op1"), ("op1", "n1")]
    assert arrows(ops.sum([m, m, m])).count(("n0", "op1")) == 3
    assert arrows(ops.dot((m,), (m,), m)) == [("n0", "op1:p0:w")] * 2 + [("n0", "op1:p1:w"), ("op1", "n1")]


def test_a_leaf_is_one_box():
    assert words(Value(2.0, label="w")) == ["backward() has not run on this graph yet", "w", "data", "2", "grad", "0"]


def test_a_constant_is_a_bare_number():
    source = dot.source(2.0 * Value(1.0))
    assert re.search(r'op1c0 \[label="2" shape=plaintext', source)
    assert len(re.findall(r"^    n\d \[", source, re.MULTILINE)) == 2


def test_where_order_matters_the_arguments_have_rows():
    a, b = Value(8.0, label="a"), Value(2.0)
    assert {"a", "− b"} < set(words(a - b))
    assert {"2", "^ a"} < set(words(2.0**a))
    assert {"clip", "x", "low = 0", "high = 1"} < set(words(ops.clip(a, 0.0, 1.0)))
    assert {"softmax", "xs[0]", "xs[1]", "i = 1"} < set(words(ops.softmax([a, b], 1)))
    assert arrows(b / a) == [("n1", "op2:p0:w"), ("n0", "op2:p1:w"), ("op2", "n2")]


def test_a_dot_product_is_written_out():
    w1, w2, b = Value(3.0, label="w1"), Value(-2.0), Value(1.0, label="w0")
    z = ops.dot((w1, w2), (-1.0, 2.0), b)
    assert {"w·x + b", "w1 × −1 = −3", "w2 × 2 = −4", "w0 = 1"} < set(words(z))
    assert arrows(z, direction="TB") == [("n0", "op3:p0:n"), ("n1", "op3:p1:n"), ("n2", "op3:p2:n"), ("op3", "n3")]


@pytest.mark.parametrize("name", ops.table)
def test_every_op_of_the_table_can_be_drawn(name):
    op = ops.table[name]
    xs = [Value(0.5, label="p"), Value(0.25)]
    numbers = [*xs, Value(0.75), Value(1.25)]
    arguments = [0 if d is INDEX else xs if d is SEQUENCE else x for d, x in zip(op.domain, numbers)]
    y = op(*arguments)
    assert len(arrows(y)) == len(trace(y)[1]) + 1
    assert ElementTree.fromstring(svg(y)) is not None


def test_the_caption_says_whether_backward_has_run():
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    not_yet = "backward() has not run on this graph yet"
    assert not_yet in words(y)
    y.backward()
    assert "grad: how fast y changes with each value" in words(y)
    assert not_yet in words(x + x)  # x has a gradient, but from another graph
    z = 2.0 * y
    z.backward()
    assert "grad: how fast a later result changes with each value" in words(y)


@pytest.mark.parametrize(
    "label",
    ['"', "\\", "\\N", "a\\", "<b>", "&lt;", "a\nb", "{|}", "]", "-->", "\x00", "\ud800", " ", "ŷ₁", "💡", "%s {}"],
)
def test_labels_are_shown_as_they_are(label):
    x = Value(1.0, label=label)
    y = x - x
    shown = "".join(c if c.isprintable() else " " for c in label).strip()
    assert not shown or shown in words(y)
    assert f"label={label!r}" in tooltips(x) if label.isprintable() else "label=" in tooltips(x)


@given(st.text(max_size=30), st.text(max_size=5))
def test_no_label_breaks_a_drawing(label, other):
    y = ops.dot((Value(1.0, label=label),), (Value(2.0, label=other),), Value(3.0, label=label)) - 1
    y.label = label
    assert len(words(y)) >= 12


def test_a_long_label_is_cut_but_whole_in_the_tooltip():
    x = Value(1.0, label="w" * 300)
    assert "w" * 31 + "…" in words(x)
    assert "w" * 300 in svg(x)


def test_modules_are_frames_around_their_nodes_and_parameters():
    lines = dot.source(MLP(2, [2, 1], seed=0)([1.0, 2.0])).splitlines()
    frames = [line.strip() for line in lines if "label=" in line and "[" not in line][1:]
    names = ["MLP", "Layer 2", "Neuron", "Layer 1", "Neuron 2", "Neuron 1"]
    assert frames == [f'label="{name}"' for name in names]
    assert min(len(line) - len(line.lstrip()) for line in lines if re.match(r" +n\d+ \[", line)) == 16


def test_too_large_a_graph_is_folded_and_says_so():
    y = ops.sum([Value(1.0, label=f"x{i}") for i in range(500)])
    assert {"500 × x", "501 values, folded to 2 boxes"} < {*words(y)}
    assert arrows(y) == [("g0", "op500"), ("op500", "n500")]
    assert len(arrows(y, limit=501)) == 501


def test_local_derivatives_stand_on_the_arrows_as_numbers_and_as_rules():
    x, w = Value(0.5, label="x"), Value(2.0, label="w")
    y = (w * x).tanh()
    assert {"2", "0.5", "0.42"} < {*words(draw(y, show="data local"))}
    rules = {"∂/∂w = x", "∂/∂x = w", "∂/∂(w × x) = sech²(w × x)"}
    assert rules < {*words(draw(y, show=["rule"]))}
    assert {f"{rule} = {number}" for rule, number in zip(sorted(rules), ("0.42", "0.5", "2"))} < {
        *words(draw(y, show="rule local"))
    }
    assert "data" not in words(draw(y, show="rule"))
    assert words(draw(y, show="")).count("grad") == 0


def test_what_is_shown_is_the_rule_that_ran():
    x = Value(0.5, label="x")
    y = ops.clip(x, 0.0, Value(1.0, label="top"))
    [told] = y.backward_steps()
    assert {f"∂/∂{c.name} = {c.formula}" for c in told.contributions} < {*words(draw(y, show="rule"))}


def test_only_the_way_from_the_inputs_is_drawn():
    x, w, b = (Value(2.0, label=label) for label in "xwb")
    y = w * x + b
    assert {"w", "×", "+"} < {*words(draw(y, inputs=w))}
    assert {"x", "b"}.isdisjoint(words(draw(y, inputs=[w])))
    assert arrows(y, inputs=b) == [("n0", "op1"), ("op1", "n1")]


def test_a_highlighted_way_keeps_its_colours_and_the_rest_fades():
    x, w, b = (Value(2.0, label=label) for label in "xwb")
    y = w * x + b
    y.backward()
    source = draw(y, highlight=w).source
    faded = {*re.findall(r"^    (\w+) \[.*color=\"#b4bdc7\"", source, re.MULTILINE)}
    assert faded == {"n0", "n2"}
    pale = re.findall(r"^    (\S+) -> \S+ \[color=\"#b4bdc7\"", source, re.MULTILINE)
    assert pale == ["n0", "n2"]


def test_the_gradient_is_the_colour_and_the_thickness_of_an_arrow():
    x = Value(3.0, label="x")
    y = -4.0 * x + x.sin() * 0.001
    assert "penwidth" not in draw(y).source
    y.backward()
    (minus,) = re.findall(r"n0 -> op\d+ \[color=\"(#c75300)\" penwidth=([\d.]+)", draw(y).source)
    (small,) = re.findall(r"n0 -> op\d+ \[color=\"(#dfb190)\" penwidth=([\d.]+)", draw(y).source)
    assert float(minus[1]) > float(small[1]) > 1.0
    assert {"grad −4.001", "4.001"} <= {*words(y)}


def test_a_dot_unfolds_into_products_and_their_sum():
    w1, w2, b = Value(3.0, label="w1"), Value(-2.0, label="w2"), Value(1.0, label="b")
    z = ops.dot((w1, w2), (-1.0, 2.0), b)
    z.backward()
    found = words(draw(z, unfold=True))
    assert {"×", "Σ", "w1 × −1", "w2 × 2", "−3", "−4"} < {*found}
    assert ("op3p0", "op3") in arrows(z, unfold=True)
    assert found.count("grad") == 6
    assert "Σ" not in words(draw(ops.dot((w1,), (w2,)), unfold=False))
    assert arrows(ops.dot((w1,), (w1,)), unfold=True).count(("n0", "op1m0")) == 2


def test_what_is_used_far_away_is_drawn_once_more_where_it_is_used():
    x = Value(0.5, label="x")
    y = x
    for _ in range(100):
        y = (y + x).tanh()
    found = arrows(y, fold=None)
    assert len(found) == 500
    again = [tail for tail, _ in found if tail.startswith("r")]
    assert 40 < len(again) < 100
    assert words(draw(y, fold=None)).count("x") == 1 + len(again)


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_themes(theme):
    picture = svg(draw(polynomial(), theme=theme))
    assert (DARK.paper in picture) == (theme != "light")
    assert (LIGHT.paper in picture) == (theme != "dark")
    assert ("prefers-color-scheme" in picture) == (theme == "auto")


def test_a_picture_has_a_title_and_tells_what_it_shows():
    y = polynomial()
    y.label = "y"
    y.backward()
    root = ElementTree.fromstring(svg(y))
    title, description = (root.find(f"{SVG}{tag}").text for tag in ("title", "desc"))
    assert (root.get("role"), title) == ("img", repr(y))
    assert "x = 3" in description
    assert "x × x = 9 has gradient 1" in description
    assert "y = x × x + x = 12" in description


def test_no_arrow_or_frame_has_a_title_of_its_own():
    y = MLP(2, [2, 1], seed=0)([1.0, 2.0])
    assert "-&gt;" not in svg(y)
    assert "cluster_0" not in svg(y)
    assert "Value(data=" in tooltips(y)


@pytest.mark.parametrize(("theme", "paper"), [("light", LIGHT.paper), ("auto", LIGHT.paper), ("dark", DARK.paper)])
def test_the_name_of_a_frame_stands_over_the_arrows_that_cross_it(theme, paper):
    graph = ElementTree.fromstring(svg(draw(MLP(2, [2, 1], seed=0)([1.0, 2.0]), theme=theme))).find(f"{SVG}g")
    *_, last_arrow = (i for i, part in enumerate(graph) if part.get("class") == "edge")
    labels = [part for part in list(graph)[last_arrow:] if part.tag == f"{SVG}text"]
    assert [label.text.strip() for label in labels].count("Layer 1") == 1
    assert {label.get("stroke") for label in labels} == {paper}


# pictures ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extension", MAGIC)
@pytest.mark.parametrize("make", [polynomial, lambda: draw(polynomial())])
def test_saving_without_a_dot_program(tmp_path, extension, make):
    path = tmp_path / f"graph.{extension.upper()}"
    save(make(), path)
    save(make(), str(path))  # overwrites
    assert path.read_bytes().startswith(MAGIC[extension])
    assert list(tmp_path.iterdir()) == [path]


def test_a_png_has_enough_dots():
    small = draw(polynomial()).pipe("png")
    assert int.from_bytes(png(polynomial())[16:20]) == pytest.approx(2 * int.from_bytes(small[16:20]), rel=0.02)


def test_saving_to_a_wrong_place(tmp_path):
    with pytest.raises(
        ValueError, match=r"saved as \.svg, \.png, \.pdf, \.dot, \.gv, got 'graph\.jpg': try graph\.svg"
    ):
        save(polynomial(), tmp_path / "graph.jpg")
    with pytest.raises(FileNotFoundError, match=r"there is no directory .*nowhere: make it first, mkdir"):
        save(polynomial(), tmp_path / "nowhere" / "graph.svg")
    with pytest.raises(TypeError, match="drawn from one Value"):
        save("y", tmp_path / "graph.svg")


def test_a_failure_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "graph.svg"
    save(polynomial(), path)
    before = path.read_bytes()

    def full(file):
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        save(polynomial(4.0), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_saved_as_a_picture_is_one(tmp_path):
    drawing = draw(polynomial())
    for name, magic in (("graph.svg", b"<?xml"), ("graph.PNG", MAGIC["png"]), ("graph.pdf", b"%PDF")):
        assert drawing.save(tmp_path / name) == str(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(magic)
    for name in ("graph.gv", "graph"):
        drawing.save(name, directory=tmp_path)
        assert "digraph" in (tmp_path / name).read_text()


def test_with_a_dot_program_rendering_writes_text_beside_the_picture(tmp_path, monkeypatch):
    program = tmp_path / "dot"
    program.write_text('#!/bin/sh\nfor last; do :; done\ncase "$*" in *-O*) echo drawn > "$last.svg";; esac\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    path = draw(polynomial()).render("graph.svg", directory=tmp_path, format="svg")
    assert path == str(tmp_path / "graph.svg.svg")
    assert "digraph" in (tmp_path / "graph.svg").read_text()


def test_it_is_a_graphviz_digraph_to_edit_and_render(tmp_path):
    import graphviz

    drawing = draw(polynomial())
    assert isinstance(drawing, graphviz.Digraph)
    drawing.node("note", "hello")
    assert "hello" in words(drawing)
    path = drawing.render(tmp_path / "graph", format="png", cleanup=True)
    assert (tmp_path / "graph.png").read_bytes().startswith(MAGIC["png"])
    assert path == str(tmp_path / "graph.png")
    drawing.render(outfile=tmp_path / "other.svg")
    assert {p.name for p in tmp_path.iterdir()} == {"graph.png", "other.svg", "other.gv"}
    assert drawing.pipe("svg", encoding="utf-8").startswith("<?xml")


def test_broken_text_says_what_graphviz_said(capfd):
    drawing = draw(polynomial())
    drawing.body.append("n0 -> \n")
    with pytest.raises(ValueError, match="Invalid Input") as problem:
        svg(drawing)
    assert "syntax error in line" in problem.value.__notes__[0]
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for dot is a shell script")
def test_a_dot_program_is_used_where_there_is_one(tmp_path, monkeypatch):
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\necho '<svg>made by dot</svg>'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "made by dot" in svg(polynomial())


# notebooks -----------------------------------------------------------------------------------------------------------


def test_a_notebook_shows_an_image_with_its_data_inside():
    y = polynomial()
    shown = picture(y)
    assert shown["text/plain"] == repr(y)
    alt, data = re.fullmatch(r'<img alt="(.*)" src="data:image/svg\+xml;base64,(.*)">', shown["text/html"]).groups()
    assert alt == "Value(data=12.0, grad=0.0, op=&#x27;add&#x27;)"
    assert b64decode(data).decode() == svg(y)
    assert draw(y)._repr_mimebundle_(include=None, exclude=None) == shown


def test_a_notebook_shows_a_large_graph_folded():
    y = ops.sum([Value(1.0) for _ in range(1000)])
    data = re.search('base64,(.*)"', picture(y)["text/html"])[1]
    assert "1,001 values, folded to 2 boxes" in b64decode(data).decode()


@pytest.mark.parametrize("package", ["graphviz", "pygraphviz"])
def test_a_missing_package_is_named(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "microgradlab.drawing.graphviz", raising=False)
    with pytest.raises(ImportError, match=f"package {package}: type  pip install {package}$"):
        svg(polynomial())
    assert f"pip install {package}" in picture(polynomial())["text/plain"]


def test_importing_loads_no_third_party_package():
    code = "import sys, microgradlab.drawing; print({'graphviz', 'pygraphviz', 'numpy'} & {*sys.modules})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
