"""Text from outside, fuzzed: what people type, or a file holds, is used as it is meant or refused in one sentence.

`watched` tells what Python does meanwhile: what it imports, opens and runs.
"""

import ast
import io
import re
import sys
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from keyword import iskeyword
from threading import get_ident
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from microgradlab import Value, cli, data, drawing, expression, ops, tabular
from microgradlab.errors import DataError, ExpressionError

few, many, very_many = (settings(max_examples=examples) for examples in (25, 200, 1000))
SECONDS = 5.0  # of the processor, for what takes milliseconds
DEEDS = {"import", "exec", "open", "os.system", "os.exec", "os.posix_spawn", "subprocess.Popen", "ctypes.dlopen"}
deeds = []  # what Python did while watched: which thread is, and then each event and what it was about


def note(event, arguments):
    if event in DEEDS and deeds and deeds[0] == get_ident():
        deeds.append((event, arguments[0]))


sys.addaudithook(note)  # which stays, as there is no way to take it back


@contextmanager
def watched():
    """The list of what Python does within, apart from the callers that our ops compile when first used."""
    seen = []
    deeds[:] = [get_ident()]
    try:
        yield seen
    finally:
        seen += [deed for deed in deeds[1:] if not getattr(deed[1], "co_filename", "").startswith("<fast ")]
        deeds.clear()


@contextmanager
def in_time():
    begin = process_time()
    yield
    assert process_time() - begin < SECONDS


# expressions ------------------------------------------------------------------------------------

NAMES = [
    "x",
    "y",
    "open",
    "__import__",
    "os",
    "eval",
    "self",
    "tanh",
    "max",
    "clip",
    "softmax",
    "dot",
    "tahn",
    "ｘ",
    "µ",
]
ATOMS = st.sampled_from(NAMES) | st.sampled_from(
    [
        "1",
        "0",
        "2.5",
        "1e308",
        "9" * 400,
        "1e999",
        "1_0",
        "0x1f",
        "1j",
        "True",
        "None",
        "...",
        "''",
        "b'x'",
        "f'{x}'",
        "٣",
    ]
)


def larger(part):
    """Python's expressions, those that we take and all the others."""
    several = st.lists(part, max_size=4).map(", ".join)
    name = st.sampled_from(["data", "grad", "__class__", "__globals__", "backward", "_op"])
    return st.one_of(
        st.builds("({} {} {})".format, part, st.sampled_from(["+", "-", "*", "/", "**"]), part),
        st.builds("{}({})".format, st.sampled_from(NAMES) | part, several),
        st.builds("{}{}".format, st.sampled_from(["-", "+"]), part),
        st.builds("({} {} {})".format, part, st.sampled_from(["//", "%", "@", "<", "==", "and", "in", "^", ","]), part),
        st.builds("{}{}".format, st.sampled_from(["~", "not ", "await ", "*", "**", "lambda: ", "yield "]), part),
        st.builds("{}.{}".format, part, name),
        st.builds("{}[{}]".format, part, part),
        st.builds("[{}]".format, several),
        st.builds("{{{}: {}}}".format, part, part),
        st.builds("({} for {} in {})".format, part, st.sampled_from(NAMES), part),
        st.builds("({} if {} else {})".format, part, part, part),
        st.builds("{}({}={})".format, st.sampled_from(NAMES), st.sampled_from(NAMES), part),
        st.builds("({} := {})".format, st.sampled_from(NAMES), part),
    )


ACCEPTABLE = st.recursive(
    st.sampled_from(["x", "y", "µ", "1", "2.5", "1e308"]),
    lambda part: st.one_of(
        st.builds("({} {} {})".format, part, st.sampled_from(["+", "-", "*", "/", "**"]), part),
        st.builds("-{}".format, part),
        st.builds("{}({})".format, st.sampled_from(["tanh", "log", "gelu"]), part),
        st.builds("{}({}, {})".format, st.sampled_from(["max", "hypot", "sum", "maximum"]), part, part),
    ),
    max_leaves=12,
)
PYTHON = st.recursive(ATOMS, larger, max_leaves=8)
SIGNS = [*"xy019.e_+-*/^()[]{},:='\"\\# \t\n\0@!~|&<>%$?µｘ٣\ud800\x1b", "if ", "for ", "in", "tanh(", "max(", "x."]
SOUP = st.lists(st.sampled_from(SIGNS), max_size=40).map("".join)


@st.composite
def typed(draw):
    """What someone may type for an expression."""
    text = draw(st.one_of(ACCEPTABLE, PYTHON, SOUP, st.text(max_size=30)))
    if draw(st.booleans()):
        place, stray = draw(st.integers(0, len(text))), draw(st.text(max_size=2) | st.sampled_from([*"().,*1x \\"]))
        text = text[:place] + stray + text[place + draw(st.integers(0, 2)) :]
    return text


BOMBS = [
    "9**9**9", "10**10**10", "9**9**9**9**9", "-9**9**9", "x**9**9**9", "2**(2**(2**(2**(2**2))))", "1e308**1e308",
    "9" * 2000, "9" * 10**6, "1e" + "9" * 1990, "0." + "0" * 1990 + "1", "0x" + "f" * 1990, "1_" * 990 + "1",
    "1." * 1000, "x" * 2000, "x" * 10**7,
    "(" * 2000, "(" * 100 + "x" + ")" * 100, "[" * 2000, "{" * 2000, "f'{" * 600, "x[" * 1000,
    "-" * 1999 + "x", "~" * 1999 + "x", "not " * 499 + "x", "lambda:" * 285 + "x", "x if " * 400, "x." * 999 + "x",
    "+".join("x" * 1000), "**".join("x" * 660), "*".join("x" * 400), "tanh(" * 150 + "x" + ")" * 150, "x," * 999,
    "max(" + "x," * 990 + "x)", "tahn(x)+" * 240 + "x", "exp(" * 100 + "x" + ")" * 100, "x\0", "\0" * 2000,
    "\ud800" * 2000, "\\" * 2000, "#" * 2000, " " * 10**6, "\n" * 2000, "'" * 1999, "é" * 2000, "x for x in " * 180,
]  # fmt: skip


def names_in(text):
    """A number for every name in the text, so that the more of them are accepted."""
    words = re.findall(r"[^\W\d]\w*", text)
    return {
        word: 0.5 + i for i, word in enumerate(dict.fromkeys(words)) if word not in ops.table and not iskeyword(word)
    }


def is_ours(tree):
    """Whether a syntax tree has nothing but numbers, names, arithmetic, and calls of the table's ops."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    functions = [call.func for call in calls]
    kinds = (ast.Expression, ast.Constant, ast.Name, ast.Load, ast.Call, ast.UnaryOp, ast.UAdd, ast.USub)
    kinds += (ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
    return (
        all(type(node) in kinds for node in ast.walk(tree))
        and all(type(f) is ast.Name and f.id in ops.table for f in functions)
        and not any(call.keywords for call in calls)
        and all(type(node.value) in (int, float) for node in ast.walk(tree) if type(node) is ast.Constant)
    )


def check_expression(text):
    """That it is one, and of nothing but what we take, or refused in words; quickly, and without doing a thing."""
    with watched() as seen, warnings.catch_warnings(record=True) as warned, in_time():
        warnings.simplefilter("always")
        try:
            result = expression.evaluate(text, names_in(text))
        except ExpressionError as error:
            result = error
    assert seen == []
    assert warned == []
    if isinstance(result, ExpressionError):
        assert 10 < len(str(result).split("\n")[0]) < 350
    else:
        assert type(result) is Value
        assert is_ours(ast.parse(" ".join(text.split()), mode="eval"))


@given(typed())
def test_any_text_is_an_expression_of_ours_or_is_refused(text):
    check_expression(text)


@pytest.mark.long
@very_many
@given(typed())
def test_so_is_any_of_a_thousand(text):
    check_expression(text)


@pytest.mark.parametrize("text", BOMBS, ids=lambda text: f"{text[:12]!a} {len(text)}")
def test_no_text_takes_long(text):
    check_expression(text)


@pytest.mark.parametrize("text", ["__import__('this')", "open('x')", "x.data", "[x][0]", "x if x else y"])
def test_a_reader_that_ran_the_text_would_be_noticed(monkeypatch, tmp_path, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x").touch()
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(
        expression, "evaluate", lambda text, names: Value(0.0 * bool(eval(text, {**globals(), "x": Value(1.0)})))
    )
    with pytest.raises(AssertionError):
        check_expression(text)


looked_at = set()


class Spied(float):
    """A number that tells which of its attributes are looked at."""

    def __getattribute__(self, name):
        looked_at.add(name)
        return super().__getattribute__(name)


@given(typed())
def test_no_attribute_of_a_number_is_looked_at(text):
    looked_at.clear()
    with suppress(ExpressionError):
        expression.evaluate(text, {name: Spied(x) for name, x in names_in(text).items()})
    assert looked_at <= {"__class__"}  # by isinstance


# the command draw -------------------------------------------------------------------------------


def run(*line):
    """A command's exit code, and what it says to either side."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), warnings.catch_warnings():
        warnings.simplefilter("always")  # on stderr, where it would be noticed
        try:
            code = cli.main([*map(str, line)])
        except SystemExit as end:
            code = end.code
    return code, out.getvalue(), err.getvalue()


def assert_well_answered(code, err):
    if code == 0:
        assert err == ""
    else:
        assert code == 2
        assert re.fullmatch(r"microgradlab[^\n]{10,600}\n", err)
        assert "Traceback" not in err


def check_draw(line):
    with watched() as seen, in_time():
        code, _, err = run("draw", *line)
    assert seen == []
    assert_well_answered(code, err)


@st.composite
def lines(draw):
    """What may stand behind `draw`: mostly an expression with a number for each of its names."""
    text = draw(typed())
    numbers = [f"{name}={x}" for name, x in names_in(text).items()]
    strays = draw(st.lists(typed() | st.builds("{}={}".format, st.sampled_from(NAMES), typed()), max_size=2))
    return [word for word in (text, *numbers, *strays) if word not in ("-o", "--output")]


@given(lines())
@example(["1if 1else 2"])
@example([r"'\d'"])
@example(["-h"])
@example(["x", "x=1", "-x", "a\nb"])
def test_any_line_is_drawn_or_refused(line):
    check_draw(line)


@pytest.mark.long
@many
@given(lines())
def test_so_is_any_of_many(line):
    check_draw(line)


@pytest.mark.parametrize("text", BOMBS, ids=lambda text: f"{text[:12]!a} {len(text)}")
def test_no_line_takes_long(text):
    check_draw([text, *(f"{name}=1.5" for name in names_in(text))])


@pytest.mark.long
@pytest.mark.parametrize("sign", ["*", "+", "**"])
def test_no_picture_takes_for_ever(sign):
    begin = process_time()
    assert drawing.svg(expression.evaluate(sign.join("x" * 100), {"x": 1.0}))
    assert process_time() - begin < 60.0  # by itself, Graphviz takes minutes, and hours for 200


# CSV files --------------------------------------------------------------------------------------

STRANGE = [
    "cat", "dog", "", " ", "1e400", "-1.7e308", "5e-324", "inf", "nan", "1_0", "0x10", "٣", "１", "1,5", "9" * 400,
    '"a"', '"a\nb"', '"a""b"', "'", "\x1b[2J", "\ufeff", "true", "None", "1.", ".5", "+1", "1e200", "-1e308", "ﬁ",
]  # fmt: skip
CELLS = st.one_of(
    st.integers(-3, 3).map(str),
    st.floats(-1e3, 1e3).map(repr),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["cat", "dog"]),
    st.sampled_from(STRANGE),
    st.text(max_size=5),
)
KINDS = [st.integers(-3, 3).map(str), st.floats(-1e9, 1e9).map(repr), st.floats(-1.7e308, 1.7e308).map(repr)]


sometimes = st.sampled_from([False, False, False, False, True])


@st.composite
def tables(draw):
    """The bytes of a file that is a table, or nearly one."""
    others = draw(st.lists(st.sampled_from(["x", "z", "a b", '"q"']), min_size=1, max_size=3, unique=True))
    header = draw(st.permutations([*others, "y"]))
    kinds = [
        draw(st.sampled_from([*KINDS, st.sampled_from(["cat", "dog"]) if name == "y" else CELLS])) for name in header
    ]
    rows = [
        list(row)
        for row in draw(st.lists(st.tuples(*kinds), min_size=draw(st.sampled_from([0, 10, 10, 10])), max_size=20))
    ]
    if draw(sometimes):
        draw(st.sampled_from([header, *rows])).insert(draw(st.integers(0, 3)), draw(CELLS))
    sign, end = draw(st.sampled_from([",", ",", ",", ";", "\t"])), draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
    raw = end.join(sign.join(cells) for cells in [header, *rows]).encode()
    if draw(sometimes):
        place, stray = (
            draw(st.integers(0, len(raw))),
            draw(st.binary(max_size=3) | st.sampled_from([b'"', b"\0", b","])),
        )
        raw = raw[:place] + stray + raw[place + draw(st.integers(0, 3)) :]
    return raw


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder to work in, with a model for the column x."""
    folder = tmp_path_factory.mktemp("csv")
    table = data.Table(("x",), "y", None, [((float(i),), i / 2) for i in range(20)])
    tabular.train(table, tabular.split(table), [2], 1)[0].save(folder / "trained.json")
    return folder


def as_number(text):
    try:
        return float(text)
    except ValueError:
        return None


def check_csv(path, raw, options):
    """That it is a data set of the numbers that stand in it, or refused in words."""
    path.write_bytes(raw)
    with watched() as seen, in_time():
        try:
            table = data.read_csv(path, "y", **options)
        except DataError as error:
            table = error
    assert {what for _, what in seen} <= {str(path), path}
    if isinstance(table, DataError):
        assert str(table).startswith(f"{path}, line ")
        assert len(str(table)) < 600 + len(str(path))
    else:
        text, inputs, targets = raw.decode().strip("\ufeff"), *zip(*table.data)
        numbers = set(map(as_number, re.split(r'[\s,;"]+', text)))
        assert {x for row in inputs for x in row} <= numbers
        assert {len(row) for row in inputs} == {len(table.inputs)}
        assert {*targets} == {*range(len(table.classes))} if table.classes else {*targets} <= numbers
        assert len(inputs) < len(re.split(r"\r\n|\r|\n", text))


OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "inputs": st.sampled_from([["x"], ["x", "z"]]),
        "task": st.sampled_from(["auto", "classification", "regression"]),
        "delimiter": st.sampled_from([",", ";", "\t"]),
    },
)


@given(tables() | st.binary(max_size=50), OPTIONS)
def test_any_file_is_a_table_of_its_numbers_or_is_refused(folder, raw, options):
    check_csv(folder / "quick.csv", raw, options)


@pytest.mark.long
@very_many
@given(tables() | st.binary(max_size=50), OPTIONS)
def test_so_is_any_of_a_thousand_files(folder, raw, options):
    check_csv(folder / "long.csv", raw, options)


WIDE, TALL = 20_000, 10_000
LARGE = {
    "columns": ",".join(f"c{i}" for i in range(WIDE)) + ",y\n" + ",".join("1" * WIDE) + ",2\n",
    "equal columns": "y," * WIDE + "y\n" + "1," * WIDE + "1\n",
    "rows": "x,y\n" + "1,2\n" * TALL,
    "blank lines": "x,y\n" + "\n" * 20 * TALL + "1,2",
    "classes": "x,y\n" + "".join(f"1,a{i}\n" for i in range(TALL)),
    "digits": "x,y\n" + "9" * 130_000 + ",1\n",
    "decimals": "x,y\n0." + "9" * 130_000 + ",1\n",
    "a cell": "x,y\n" + "a" * 10**6 + ",1\n",
    "a quotation": 'x,y\n1,"' + "\n" * 10**6,
    "quotation marks": 'x,y\n1,"' + '"' * 10**5 + "\n",
    "a name": "x" * 130_000 + ",y\n1,2,3\n",
    "delimiters": "," * 10**5,
}


@pytest.mark.parametrize("what", LARGE)
def test_no_file_takes_long(folder, what):
    check_csv(folder / "large.csv", LARGE[what].encode(), {})


OUTLIER = "x,y\n" + "".join(f"{i},{1e200 if i == 3 else i / 2}\n" for i in range(12))  # whose square is beyond floats


def check_commands(folder, raw, options):
    """That `train` and `predict` say what is wrong, and then leave everything as it was."""
    path, model = folder / "data.csv", folder / "model.json"
    path.write_bytes(raw)
    model.write_bytes(b"before")
    words = [word for name, x in options.items() for word in (f"--{name}", x if isinstance(x, str) else ",".join(x))]
    with in_time():
        code, _, err = run("train", path, "--target", "y", "--epochs", "1", "--hidden", "2", "-o", model, *words)
    assert_well_answered(code, err)
    assert path.read_bytes() == raw
    assert (model.read_bytes() == b"before") == (code == 2)
    with in_time():
        code, out, err = run("predict", folder / "trained.json", path)
    assert_well_answered(code, err)
    assert (out == "") == (code == 2)
    assert "nan" not in out.replace("nan", "", raw.count(b"nan"))


@few
@given(tables(), OPTIONS)
@example(OUTLIER.encode(), {})
def test_train_and_predict_use_any_file_or_say_what_is_wrong(folder, raw, options):
    check_commands(folder, raw, options)


@pytest.mark.long
@many
@given(tables(), OPTIONS)
def test_so_they_do_with_many(folder, raw, options):
    check_commands(folder, raw, options)
