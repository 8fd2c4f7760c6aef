"""Data sets: balance, shipped numbers, every way a CSV can be wrong, exact resumption."""

import doctest
import importlib
import json
import math
import pathlib
import statistics
import subprocess
import sys
import zipfile
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import microgradlab
from microgradlab import data
from microgradlab.data import (
    DIGITS_CLASSES,
    IRIS_CLASSES,
    IRIS_FEATURES,
    Batches,
    Standardizer,
    blobs,
    circles,
    digits,
    iris,
    moons,
    read_csv,
    read_inputs,
    spirals,
    split_every,
    train_test_split,
)
from microgradlab.errors import DataError, ShapeError

numbered = st.integers(1, 60).map(lambda n: [((float(i),), i) for i in range(n)])


@pytest.mark.parametrize("name", ["", ".loading", ".shipped", ".toys"])
def test_the_examples_in_the_docstrings_run(name):
    result = doctest.testmod(importlib.import_module(f"microgradlab.data{name}"))
    assert result.attempted > 0
    assert result.failed == 0


def test_the_public_names():
    assert " ".join(sorted(data.__all__)) == (
        "Batches DIGITS_CLASSES ELEMENTS IRIS_CLASSES IRIS_FEATURES Standardizer Table blobs circles "
        "digits iris moons read_csv read_inputs spirals split_every train_test_split"
    )


def test_the_elements_are_118_names_in_small_letters():
    assert (len(data.ELEMENTS), len({*data.ELEMENTS})) == (118, 118)
    assert all(name.isascii() and name.isalpha() and name.islower() for name in data.ELEMENTS)
    by_number = dict(enumerate(data.ELEMENTS, start=1))
    assert [by_number[z] for z in (1, 8, 13, 16, 26, 55, 79, 92, 101, 118)] == [
        "hydrogen", "oxygen", "aluminium", "sulfur", "iron", "caesium", "gold", "uranium", "mendelevium", "oganesson"
    ]  # fmt: skip


# Toys

TOYS = [
    (moons, {"n": 500}, 2),
    (moons, {"n": 60, "noise": 0.35}, 2),
    (circles, {}, 2),
    (blobs, {}, 3),
    (blobs, {"centers": 5}, 5),
    (spirals, {}, 3),
    (spirals, {"n": 200, "arms": 2}, 2),
]


@pytest.mark.parametrize(("make", "arguments", "classes"), TOYS)
def test_toys_are_balanced_as_a_whole_and_in_every_split(make, arguments, classes):
    rows = make(**arguments)
    for part in (rows, *split_every(rows, 5), rows[: len(rows) // 2]):
        counts = Counter(label for _, label in part)
        assert sorted(counts) == list(range(classes))
        assert max(counts.values()) - min(counts.values()) <= 3
    assert rows == make(**arguments)
    assert rows != make(**arguments, seed=1)
    assert all(type(x) is float for point, _ in rows for x in point)


def test_shapes_without_noise():
    def points(rows, label):
        return sorted((round(x, 6) + 0.0, round(y, 6) + 0.0) for (x, y), k in rows if k == label)

    # scikit-learn: make_moons((3, 3), shuffle=False), make_circles((3, 3), factor=0.5, …)
    assert points(moons(6, noise=0), 0) == [(-1, 0), (0, 1), (1, 0)]
    assert points(moons(6, noise=0), 1) == [(0, 0.5), (1, -0.5), (2, 0.5)]
    assert points(circles(6, noise=0), 0) == [(-0.5, -0.866025), (-0.5, 0.866025), (1, 0)]
    assert points(circles(6, noise=0), 1) == [(-0.25, -0.433013), (-0.25, 0.433013), (0.5, 0)]
    for (x, y), arm in spirals(30, noise=0):
        radius = math.hypot(x, y)
        turned = math.atan2(x, y) - math.tau * arm / 3 - 4 * radius
        assert math.cos(turned) == pytest.approx(1)


def test_noise_has_the_spread_asked_for():
    errors = [math.hypot(*point) - 1 for point, _ in circles(4000, noise=0.01, factor=0.999999)]
    assert statistics.pstdev(errors) == pytest.approx(0.01, rel=0.05)
    cloud = [point for point, _ in blobs(4000, centers=1, spread=2.0)]
    assert [statistics.pstdev(axis) for axis in zip(*cloud)] == pytest.approx([2, 2], rel=0.05)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: moons(1), ValueError, "n must be at least 2, got 1"),
        (lambda: moons(10.0), TypeError, "n must be a whole number, got 10.0"),
        (lambda: moons(noise=-0.1), ValueError, "noise must be at least 0"),
        (lambda: moons(noise=math.nan), ValueError, "noise must be at least 0"),
        (lambda: moons(noise="much"), TypeError, "noise must be a number, got 'much'"),
        (lambda: circles(factor=1.0), ValueError, "factor must be at least 0 and below 1"),
        (lambda: blobs(spread=math.inf), ValueError, "spread must be"),
        (lambda: blobs(centers=0), ValueError, "centers must be at least 1"),
        (lambda: spirals(n=2), ValueError, "n must be at least 3, got 2"),
        (lambda: spirals(arms=True), TypeError, "arms must be a whole number, got True"),
        (lambda: moons(seed=-1), ValueError, "seed must be at least 0"),
        (lambda: moons(seed=None), TypeError, "seed must be a whole number, got None"),
        (lambda: split_every(range(5)), TypeError, r"data\[0\] must be an \(inputs, target\) pair"),
        (lambda: split_every(moons(4), 5), ValueError, "every 5th of 4 rows"),
        (lambda: split_every(moons(4), 1), ValueError, "nth must be at least 2"),
        (lambda: train_test_split([]), ValueError, "data is empty"),
        (lambda: train_test_split(moons(2)), ValueError, "makes 0 for test and 2 for training"),
        (lambda: train_test_split(moons(2), 1.0), ValueError, "test_fraction must be .* below 1"),
        (lambda: Batches([], 1), ValueError, "data is empty"),
        (lambda: Batches(moons(), 0), ValueError, "batch_size must be at least 1, got 0"),
        (lambda: Batches(moons(), 2.0), TypeError, "batch_size must be a whole number, got 2.0"),
        (lambda: Batches(moons(4), 5, drop_last=True), ValueError, "leaves no batch"),
    ],
)
def test_wrong_arguments_are_named(call, error, says):
    with pytest.raises(error, match=says):
        call()


# Shipped sets: the literals are scikit-learn 1.9.1's sums over its own arrays.


def test_iris_is_scikit_learns():
    rows = iris()
    assert len(rows) == 150
    assert Counter(label for _, label in rows) == {0: 50, 1: 50, 2: 50}
    totals = [math.fsum(column) for column in zip(*(x for x, _ in rows))]
    assert totals == pytest.approx([876.5, 458.6, 563.7, 179.9])
    weighted = (i * j * x for i, (row, _) in enumerate(rows, 1) for j, x in enumerate(row, 1))
    assert math.fsum(weighted) == pytest.approx(367026.2, abs=1e-6)
    assert sum(i * label for i, (_, label) in enumerate(rows, 1)) == 16325
    assert rows[34][0] == (4.9, 3.1, 1.5, 0.2)  # the two that UCI has otherwise
    assert rows[37][0] == (4.9, 3.6, 1.4, 0.1)
    assert (len(IRIS_FEATURES), len(IRIS_CLASSES)) == (4, 3)


def test_digits_are_scikit_learns():
    rows = digits()
    pixels = [[16 * x for x in image] for image, _ in rows]
    assert {len(image) for image in pixels} == {64}
    assert {x for image in pixels for x in image} == set(range(17))
    counts = Counter(digit for _, digit in rows)
    assert [counts[d] for d in range(10)] == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert sum(map(sum, pixels)) == 561718
    weighted = (i * j * x for i, row in enumerate(pixels, 1) for j, x in enumerate(row, 1))
    assert sum(weighted) == 16337198609
    assert sum(i * digit for i, (_, digit) in enumerate(rows, 1)) == 7272861
    assert len(DIGITS_CLASSES) == 10


def test_shipped_sets_are_read_from_inside_a_zip(tmp_path):
    package = pathlib.Path(microgradlab.__file__).parent
    with zipfile.ZipFile(tmp_path / "wheel.zip", "w") as wheel:
        for file in package.rglob("*"):
            if "__pycache__" not in file.parts:
                wheel.write(file, file.relative_to(package.parent))
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'wheel.zip')!r})\n"
        "from microgradlab import data; print(len(data.iris()), len(data.digits()), data.__file__)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("150 1797 ")
    assert "wheel.zip" in run.stdout


# Tables


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "file.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_words_are_classes_in_the_order_of_the_alphabet(write):
    table = read_csv(write('\ufeffa, b ,kind\r\n\r\n1,-2e1,"tulip, red"\r\n  \r\n3,.5,iris\r\n'), "kind")
    assert (table.inputs, table.target) == (("a", "b"), "kind")
    assert table.classes == ("iris", "tulip, red")
    assert table.data == [((1.0, -20.0), 1), ((3.0, 0.5), 0)]


def test_numbers_are_classes_or_quantities(write):
    few = write("x,y\n" + "".join(f"{i},{i % 20}\n" for i in range(40)))
    assert read_csv(few, "y").classes == tuple(map(str, range(20)))  # 10 after 9, not after 1
    assert read_csv(few, "y", task="regression").data[1] == ((1.0,), 1.0)
    many = write("x,y\n" + "".join(f"{i},{i % 21}\n" for i in range(40)))
    assert read_csv(many, "y").classes is None
    assert len(read_csv(many, "y", task="classification").classes) == 21
    assert read_csv(write("x,y\n0,1.0\n0,02\n0,1\n"), "y").classes == ("1", "2")
    assert read_csv(write("x,y\n0,1.5\n0,2\n"), "y").data == [((0.0,), 1.5), ((0.0,), 2.0)]
    mixed = read_csv(write("x,y\n0,many\n0,10\n0,9\n"), "y", task="classification")
    assert mixed.classes == ("9", "10", "many")


def test_a_second_file_is_read_like_the_first(write):
    train = read_csv(write("a,b,y\n1,2,no\n3,4,yes\n"), "y")
    more = write("note;y;b;a\nhello;yes;2;1\n")
    again = {"inputs": train.inputs, "classes": train.classes, "delimiter": ";"}
    assert read_csv(more, "y", **again).data == [((1.0, 2.0), 1)]
    assert read_inputs(more, train.inputs, delimiter=";") == [(1.0, 2.0)]
    with pytest.raises(DataError, match="line 2, column 'y': 'yes' is none of the classes no, may"):
        read_csv(more, "y", **again | {"classes": ["no", "may"]})


BAD_FILES = [
    ("", "line 1: the file is empty"),
    ("\n \n", "line 1: the file is empty"),
    ("\na,y\n", "line 2: no row follows the header"),
    ("a,a,y\n1,2,3\n", "line 1: column 2 is the second 'a'"),
    (",a,y\n1,2,3\n", "line 1: column 1 has no name"),
    ("a,b\n1,2\n", "line 1: no column 'y' among a, b; choose"),
    ("y\n1\n", "line 1: 'y' is the only column"),
    ("a;y\n1;2\n", "line 1: no column 'y' among a;y; .*delimiter=';', .*--delimiter ';'"),
    ("a;y\n1,5;2\n", "the row has 2 cells, the header 1; .*delimiter=';', .*--delimiter ';'"),
    ("a\ty\n1\t2\n", r"no column 'y' .*--delimiter '\\t'"),
    ("a,y\n1,2\n\n1\n", "line 4, column 'y': the row has 1 cells, the header 2"),
    ("a,y\n1,2,3\n", "line 2, column 'y': the row has 3 cells, the header 2"),
    ("a,y\n,2\n", "line 2, column 'a': '' is empty"),
    ("a,y\n1,2\n1, \n", "line 3, column 'y': '' is empty"),
    ("a,y\n1,2\noops,2\n", "line 3, column 'a': 'oops' is not a number; .*inputs=.*--inputs A,B"),
    ("a,y\n1_0,2\n", "line 2, column 'a': '1_0' is not a number"),
    ("a,y\nnan,2\n", "line 2, column 'a': 'nan' is not a finite number"),
    ("a,y\n1,word\n1,NaN\n", "line 3, column 'y': 'NaN' is not a finite number"),
    ("a,y\n1,-inf\n", "line 2, column 'y': '-inf' is not a finite number"),
    ("a,y\n1e999,2\n", "line 2, column 'a': '1e999' is not a finite number"),
    ("a,y\n1,2.5\n1,NA\n", "line 3, column 'y': 'NA' stands among numbers; .*task=.*--task classification"),
    ('a,y\n1,"two\nlines"\nx,2\n', "line 4, column 'a': 'x' is not a number"),
    ('a,y\n1,2\n"3,4\n5,6\n', "line 3: unexpected end of data"),
    ("a,y\n1,2\n" + "3" * 200_000 + ",4\n", "line 3: field larger than field limit"),
    (b"a,y\r\n1,2\r\n1,caf\xe9\r\n", "line 3: byte 0xe9 is no text; save it as UTF-8"),
    ("a,y\n1,2\n".encode("utf-16"), "line 1: byte 0x00 is no text"),
    (b"a,y\n1,\0\n", "line 2: byte 0x00 is no text"),
]


@pytest.mark.parametrize(("content", "says"), BAD_FILES)
def test_a_bad_file_is_answered_with_the_place(write, content, says):
    path = write(content)
    with pytest.raises(DataError, match=says) as caught:
        read_csv(path, "y")
    assert str(caught.value).startswith(str(path))
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"task": "guess"}, ValueError, "task must be"),
        ({"task": "regression", "classes": ["a"]}, ValueError, "has no classes"),
        ({"inputs": "a"}, TypeError, "inputs must be a list of names, got 'a'"),
        ({"inputs": []}, ValueError, "inputs must hold one name or more"),
        ({"inputs": ["a", "a"]}, ValueError, "all different"),
        ({"inputs": ["a", "y"]}, ValueError, "inputs must not contain the target 'y'"),
        ({"classes": [2]}, TypeError, "classes must be a list of names"),
        ({"inputs": ["c"]}, DataError, "no column 'c'"),
    ],
)
def test_wrong_arguments_to_read_csv(write, arguments, error, says):
    with pytest.raises(error, match=says):
        read_csv(write("a,y\n1,2\n"), "y", **arguments)


@given(st.lists(st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2), min_size=1))
def test_floats_survive_a_file_bit_for_bit(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "file.csv"
    path.write_text("a,b\n" + "".join(f"{a!r},{b!r}\n" for a, b in rows))
    assert repr(read_inputs(path, ["a", "b"])) == repr(rows)


# Splits


@given(numbered, st.integers(2, 9))
def test_every_nth_row_is_for_test(rows, nth):
    if len(rows) < nth:
        return
    train, test = split_every(rows, nth)
    assert test == [row for place, row in enumerate(rows) if place % nth == nth - 1]
    assert train == [row for place, row in enumerate(rows) if place % nth != nth - 1]


@given(numbered, st.floats(0.01, 0.99), st.integers(0, 2**64))
def test_a_random_split_is_a_partition(rows, fraction, seed):
    before = rows.copy()
    if not 0 < round(fraction * len(rows)) < len(rows):
        return
    train, test = train_test_split(rows, fraction, seed)
    assert sorted(train + test) == rows == before
    assert len(test) == round(fraction * len(rows))
    assert (train, test) == train_test_split(rows, fraction, seed)


# Standardizer

tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(*[st.integers(-(10**6), 10**6).map(lambda k: k / 64)] * width), min_size=1)
)


@given(tables)
def test_standardized_columns_have_mean_0_and_variance_1(inputs):
    rows = [(row, None) for row in inputs]
    scale = Standardizer().fit(rows)
    for before, after in zip(zip(*inputs), zip(*(row for row, _ in scale.transform(rows)))):
        assert statistics.fmean(after) == pytest.approx(0, abs=1e-8)
        spread = 0 if len(set(before)) == 1 else 1
        assert statistics.pvariance(after) == pytest.approx(spread)


def test_standardizer_agrees_with_scikit_learn_on_iris():
    scale = Standardizer().fit(iris())  # StandardScaler().fit(load_iris().data): mean_, scale_
    assert scale.means == pytest.approx([5.843333333333335, 3.057333333333334, 3.758, 1.1993333333])
    deviations = [0.8253012917851409, 0.43441096773549437, 1.7594040657753032, 0.7596926279021594]
    assert scale.deviations == pytest.approx(deviations)


@pytest.mark.parametrize("constant", [0.1, 1e308, 5e-324])
def test_a_column_without_spread_becomes_exactly_zero(constant):
    rows = [((constant,), 0)] * 7
    assert Standardizer().fit(rows).transform(rows) == [((0.0,), 0)] * 7


def test_a_standardizer_survives_json():
    scale, loaded = Standardizer().fit(iris()), Standardizer()
    loaded.load_state_dict(json.loads(json.dumps(scale.state_dict())))
    assert loaded.transform(iris()) == scale.transform(iris())


@pytest.mark.parametrize(
    "state",
    [
        {},
        [],
        {"means": [1.0], "deviations": []},
        {"means": [1.0], "deviations": [0.0]},
        {"means": [math.nan], "deviations": [1.0]},
        {"means": ["x"], "deviations": [1.0]},
        {"means": [10**400], "deviations": [1.0]},
    ],
)
def test_a_state_of_something_else_is_refused_and_changes_nothing(state):
    scale = Standardizer().fit([((1.0,), 0), ((3.0,), 0)])
    with pytest.raises(ValueError, match="no state of a Standardizer"):
        scale.load_state_dict(state)
    assert scale((3.0,)) == (1.0,)


def test_standardizer_errors_name_the_row():
    with pytest.raises(ShapeError, match=r"data\[1\] has 2 inputs, data\[0\] has 1"):
        Standardizer().fit([((1.0,), 0), ((1.0, 2.0), 0)])
    with pytest.raises(ValueError, match=r"data\[1\] has an input that is not finite"):
        Standardizer().fit([((1.0,), 0), ((math.inf,), 0)])
    with pytest.raises(TypeError, match=r"data\[0\] needs numbers as inputs, got 1.0"):
        Standardizer().fit([(1.0, 0)])
    with pytest.raises(RuntimeError, match="call fit"):
        Standardizer()((1.0,))
    with pytest.raises(ShapeError, match="fitted on 4 columns, got 1 inputs"):
        Standardizer().fit(iris())((1.0,))


# Batches


@given(numbered, st.integers(1, 70), st.booleans(), st.booleans(), st.integers(0, 99))
def test_an_epoch_deals_every_row_once(rows, size, shuffle, drop_last, seed):
    if drop_last and size > len(rows):
        return
    batches = Batches(rows, size, shuffle, seed, drop_last)
    epoch = list(batches)
    dealt = [row for batch in epoch for row in batch]
    assert len(epoch) == len(batches)
    assert all(len(batch) == size for batch in (epoch if drop_last else epoch[:-1]))
    assert len(dealt) == (len(rows) // size * size if drop_last else len(rows))
    assert len(set(dealt)) == len(dealt)
    assert set(dealt) <= set(rows)
    assert shuffle or dealt == rows[: len(dealt)]


def test_every_epoch_is_shuffled_anew_and_the_same_for_the_same_seed():
    first, second = Batches(moons(), 10), Batches(moons(), 10)
    epochs = [list(first) for _ in range(3)]
    assert epochs[0] != epochs[1] != epochs[2]
    assert epochs == [list(second) for _ in range(3)]
    assert list(Batches(moons(), 10, seed=1)) != epochs[0]


def test_without_a_batch_size_the_whole_set_is_one_batch_in_order():
    assert list(Batches(moons(), None, drop_last=True)) == [moons()]


@given(st.integers(0, 4), st.integers(0, 2**32))
def test_saved_between_epochs_the_same_batches_follow(epochs, seed):
    batches, resumed = Batches(moons(20), 3, seed=seed), Batches(moons(20), 3)
    for _ in range(epochs):
        list(batches)
    resumed.load_state_dict(json.loads(json.dumps(batches.state_dict())))
    assert [list(resumed) for _ in range(2)] == [list(batches) for _ in range(2)]


@pytest.mark.parametrize("state", [{}, [], {"random": 1}, {"random": [1, 2]}, {"random": [-1] * 625}])
def test_a_foreign_state_is_refused_and_changes_nothing(state):
    batches = Batches(moons(), 7)
    with pytest.raises(ValueError, match="no state of Batches"):
        batches.load_state_dict(state)
    assert list(batches) == list(Batches(moons(), 7))
