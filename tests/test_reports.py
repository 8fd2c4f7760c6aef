"""Reports: one closed page with the data, the network, its training, its score, its mistakes and how to use it."""

import doctest
import re
from html import unescape

import pytest

from microgradlab import cli, demo, reports
from microgradlab.tabular import TableModel

HOUSES = "area,rooms,price\n" + "".join(
    f"{30 + i * 7 % 50},{1 + i % 5},{90 + 5 * (i * 7 % 50) + 20 * (i % 5)}\n" for i in range(60)
)
SHAPES = "side,<b>,shape\n" + "".join(
    f"{i % 7},{i * 3 % 11},{'round' if i * 3 % 11 > i % 7 else 'a & b'}\n" for i in range(80)
)


def words(html):
    return unescape(re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A function that trains on a table by the command, and gives the report, what was printed, and the model."""
    folder = tmp_path_factory.mktemp("tables")

    def train(name, text, target):
        (folder / f"{name}.csv").write_text(text)
        assert (
            cli.main(["train", str(folder / f"{name}.csv"), "--target", target, "--epochs", "8", "-o", str(folder)])
            == 0
        )
        report = (folder / f"{name}-report.html").read_text("utf-8")
        return report, TableModel.load(folder / f"{name}-model.json")

    return train


def test_the_examples_in_the_docstring():
    assert doctest.testmod(reports).failed == 0


def test_a_quantity_is_reported_with_data_score_worst_rows_and_how_to_load(trained, capsys):
    report, _ = trained("houses", HOUSES, "price")
    [score] = re.findall(r"rows held out: (.*)\.\n", capsys.readouterr().out)
    said = words(report)
    assert f"On 12 rows held out, which had no part in the training: {score}." in said
    assert [*re.findall(r"<h2>(.*?)</h2>", report)] == [
        "Data",
        "Network",
        "Training",
        "Mistakes",
        "One answer",
        "How to use it",
    ]
    assert "60 rows: 38 to learn from, 10 to say when to stop, 12 held out." in said
    off_by = [float(x.replace("−", "-")) for x in re.findall(r"<td>([−\d.e+]+)</td></tr>", report)][3:]
    assert [abs(x) for x in off_by] == sorted(map(abs, off_by), reverse=True)
    assert len(off_by) == 10
    program = re.search(r"<pre[^>]*>(from microgradlab.tabular.*?)</pre>", report, re.DOTALL)[1]
    lines, names = unescape(program).splitlines(), {}
    exec("\n".join(lines[:3]), names)
    answer = eval(lines[3].partition("#")[0], names).answer
    assert repr(answer) in lines[3]


def test_classes_are_reported_with_counts_mistakes_and_what_is_taken_for_what(trained):
    report, model = trained("shapes", SHAPES, "shape")
    said = words(report)
    assert model.classes == ("a & b", "round")
    assert re.search(r"a & b\s+\d+", said)
    assert "<b>" in said  # a column's name, and not markup
    assert report.count("<b>") == 0
    assert "How often each class" in said
    assert "probability" in said or "None among the rows held out." in said


def test_a_report_is_one_closed_file_with_a_player_and_pictures(trained, tmp_path):
    outcome = demo.run(tmp_path, epochs=1, limit=60)
    pages = [trained("houses", HOUSES, "price")[0], (tmp_path / "report.html").read_text("utf-8")]
    for page, images in zip(pages, (3, 5)):
        assert {*re.findall(r"https?://[^\"' <]*", page)} <= {"http://www.w3.org/2000/svg"}
        assert not re.search(r"(src|href)=\"(?!data:)", page)
        assert page.count('<div class="microgradlab"') == 1
        assert page.count("<img ") == images
        assert all(re.search(r'alt="[^"]{10,}"', image) for image in re.findall(r"<img [^>]{0,400}", page))
    right = sum(reading.digit == reading.truth for reading in outcome.readings)
    assert f"{right / 12:.1%} of 12 held-out images are read right" in words(pages[1])


def test_the_report_is_not_written_over_the_data(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x-report.html").write_text(HOUSES)
    assert cli.main(["train", "x-report.html", "--target", "price", "-o", "x-model.json"]) == 2
    assert "x-report.html is read by this command" in capsys.readouterr().err
    assert (tmp_path / "x-report.html").read_text() == HOUSES


def test_a_graph_too_large_to_play_is_said_to_be():
    from microgradlab import Value, ops

    said = reports.player(ops.sum([Value(1.0) for _ in range(4000)]), "A sum.")
    assert "A sum. Not here: the graph has 4,001 values" in said


def test_a_column_of_the_largest_numbers_is_reported(trained):
    rows = "".join(f"{i},{1e308 if i > 15 else 0},{i % 5}\n" for i in range(20))
    report, _ = trained("huge", f"a,b,price\n{rows}", "price")
    assert "1e+308" in words(report)
