"""The index is right: about the lessons, their minutes, and where each statement of the lecture stands."""

import re
from functools import cache

import pytest
from build_notebooks import SOURCES
from lesson_notebooks import cells, executed, shown, stored

INDEX = "00-start-here.ipynb"
LESSONS = {path.stem: path for path in sorted(SOURCES.glob("*.py")) if not path.stem.startswith("00")}
MINUTES = {  # of the lecture's statements
    *("11:33", "14:48", "17:00", "18:04", "19:28", "20:06", "23:14", "29:34"),
    *("32:29", "35:12", "40:25", "44:05", "47:24", "48:09", "51:25", "57:16"),
}
LINK = re.compile(r"\[(\d+)(?:\. ([^\]]+))?\]\(([\w-]+)\.ipynb\)")


def rows(cell_id):
    """The rows of the table in a cell, below its head."""
    lines = [line for line in cells(stored(INDEX), "markdown")[cell_id].source.splitlines() if line.startswith("|")]
    return [[entry.strip() for entry in line.strip("|").split("|")] for line in lines[2:]]


@cache
def sections(name):
    """The sections of a lesson by number: title, text, and the numbers of the cells of code."""
    found, number = {}, 0
    for cell in stored(f"solved/{name}.ipynb").cells:
        if cell.cell_type == "code":
            found.setdefault(number, ["", "", []])[2].append(cell.execution_count)
            continue
        for part in re.split(r"(?m)^(?=## )", cell.source):
            if head := re.match(r"## (\d+)\. (.*)", part):
                number = int(head[1])
                found[number] = [head[2], "", []]
            found.setdefault(number, ["", "", []])[1] += part
    return found


def test_every_lesson_is_listed_with_its_title_and_minutes():
    *listed, total = rows("lessons")
    assert [LINK.match(entry[0])[3] for entry in listed] == [*LESSONS]
    for link, gives, minutes, _ in listed:
        number, title, name = LINK.match(link).groups()
        opening = next(iter(cells(stored(f"{name}.ipynb"), "markdown").values())).source
        assert opening.startswith(f"# {number}. {title}\n"), title
        assert f"bout {minutes} minutes" in opening, name
        assert len(gives) > 20
    assert total[2].startswith(f"**{sum(int(entry[2]) for entry in listed)}")


def test_a_lesson_rests_on_earlier_ones():
    for link, _, _, needs in rows("lessons")[:-1]:
        number = int(LINK.match(link)[1])
        assert all(int(needed) < number for needed in re.findall(r"\d+", needs))


@pytest.mark.parametrize("row", rows("lecture"), ids=lambda row: f"{row[0]} {row[1]}")
def test_a_statement_stands_where_the_index_says(row):
    minute, statement, place, cell = row
    assert statement
    if place == "above":
        assert minute in cells(stored(INDEX), "markdown")["learned-function"].source
        return
    (link, section), name = re.match(r"(\[.*\)), (\d+)", place).groups(), LINK.match(place)[3]
    title, text, code = sections(name)[int(section)]
    assert LINK.match(link)[1] == str(int(name[:2]))
    assert re.search(rf"\([^)]*{minute[:5]}", text), f"{name}, section {section} ({title}) does not cite {minute}"
    assert int(cell) in code, f"{name}, section {section}: its cells are {code}"


def test_the_minutes_cited_are_those_of_the_index_and_no_others():
    assert {minute for row in rows("lecture") for minute in re.findall(r"\d\d:\d\d", row[0])} == MINUTES
    for name in LESSONS:
        text = "\n".join(cell.source for cell in cells(stored(f"{name}.ipynb"), "markdown").values())
        assert {*re.findall(r"\b\d\d:\d\d\b", text)} <= MINUTES, name


def test_the_index_shows_how_an_exercise_answers():
    notebook = cells(executed(INDEX))
    assert "slope(0) should be -4, and is 0" in shown(notebook["an-answer"])["text/plain"]
    assert "solution(" in shown(notebook["hints"])["stdout"]
    assert "image/png" in shown(notebook["learning"])


def test_no_statement_of_a_lesson_is_missing_from_the_index():
    listed = {(LINK.match(row[2])[3], row[0][:5]) for row in rows("lecture") if row[2] != "above"}
    for name in LESSONS:
        cited = {minute for _, text, _ in sections(name).values() for minute in re.findall(r"\b\d\d:\d\d\b", text)}
        opening = {*re.findall(r"\b\d\d:\d\d\b", sections(name)[0][1])}
        assert set(cited - opening) <= {minute for lesson, minute in listed if lesson == name}, name


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_asks_predicts_breaks_and_ends_with_three_sentences(name):
    texts = [cell.source for cell in cells(stored(f"{name}.ipynb"), "markdown").values()]
    assert re.search(r"^\*\*.+\?\*\*$", texts[0], re.MULTILINE), "it opens with one question"
    assert next(iter(cells(stored(f"{name}.ipynb")))) == "imports"
    assert "the-picture" in [*cells(stored(f"{name}.ipynb"))][:2], "and with a picture"
    whole = "\n\n".join(texts)
    assert whole.count("**Decide, then") >= 4
    assert re.search("[Ss]omething goes wrong", whole)
    [sentences] = re.findall(r"## Three sentences to remember\n\n(.*?)(?:\n\n|\Z)", whole, re.DOTALL)
    assert [line[:3] for line in sentences.splitlines()] == ["1. ", "2. ", "3. "]
    number = str(int(name[:2]))
    for kind in ("Warm-up", "Core", "Stretch"):
        assert re.search(rf"\*\*{number}\.\d (?:{kind}|Find the bug)", whole), kind
