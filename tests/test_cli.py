"""The command line: each command to its end, what it says to mistakes, and what an interruption leaves."""

import csv
import os
import random
import re
import subprocess
import sys

import pytest

from microgradlab import __version__, data, demo, tabular
from microgradlab.cli import main
from microgradlab.early_stopping import EarlyStopping
from microgradlab.lessons import check


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def flowers():
    write("flowers.csv", ["a", "b", "c", "d", "species"], [(*x, data.IRIS_CLASSES[y]) for x, y in data.iris()])


@pytest.fixture
def houses():
    rng = random.Random(0)
    rows = [(round(rng.uniform(40, 200)), rng.randint(1, 6)) for _ in range(80)]
    write("houses.csv", ["area", "rooms", "price"], [(a, r, 3000.5 * a + 20_000 * r) for a, r in rows])


def run(*arguments, **environment):
    command = [sys.executable, "-m", "microgradlab", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)


# train and predict


def test_classes_are_learned_saved_and_predicted_by_name(flowers, capsys):
    assert main(["train", "flowers.csv", "--target", "species", "--epochs", "30"]) == 0
    said = capsys.readouterr()
    assert "150 rows: species, one of 3 classes, from a, b, c, d." in said.out
    assert "On 30 rows held out: accuracy 9" in said.out
    assert "always saying versicolor: 26.7%" in said.out
    assert said.err == ""
    assert "target_scale" not in tabular.load_extra("flowers-model.json")  # classes are no quantity
    write(
        "new.csv", ["d", "c", "name", "b", "a"], [(0.2, 1.4, "first, small", 3.5, 5.1), (2.1, 5.6, "large", 2.8, 6.4)]
    )
    assert main(["predict", "flowers-model.json", "new.csv"]) == 0
    first, second = csv.DictReader(capsys.readouterr().out.splitlines())
    assert (first["name"], first["predicted species"]) == ("first, small", "setosa")
    assert second["predicted species"] == "virginica"
    assert 0.5 < float(second["probability"]) <= 1.0


def test_a_quantity_is_learned_and_predicted_in_its_own_units(houses, capsys):
    assert main(["train", "houses.csv", "--target", "price", "--epochs", "60", "-o", "price.json"]) == 0
    said = capsys.readouterr().out
    assert "price, a quantity, from area, rooms" in said
    assert "RMSE" in said
    assert float(said.partition("R² ")[2].partition(";")[0]) > 0.98
    assert main(["predict", "price.json", "houses.csv", "-o", "answers.csv"]) == 0
    assert capsys.readouterr().out == ""
    for row in read("answers.csv"):
        assert float(row["predicted price"]) == pytest.approx(float(row["price"]), rel=0.3)


def test_the_options_of_train_are_obeyed(houses, folder):
    text = (folder / "houses.csv").read_text(encoding="utf-8").replace(",", "\t")
    (folder / "houses.csv").write_text(text, encoding="utf-8")
    line = r"train houses.csv --target rooms --inputs area --task classification --hidden 3 --epochs 2 --delimiter \t"
    assert main([*line.split(), "-o", str(folder)]) == 0
    model = tabular.TableModel.load("houses-model.json")
    assert (model.inputs, model.classes) == (("area",), tuple("123456"))
    assert [layer.outputs for layer in model.network.layers] == [3, 6]


def test_an_interrupted_training_says_how_to_go_on_and_ends_as_if_it_had_not_been(houses, capsys, folder, monkeypatch):
    command = ["train", "houses.csv", "--target", "price", "--epochs", "6"]
    assert main([*command, "-o", "whole.json"]) == 0

    def interrupted(self, loss, model):
        if self.best < 1e9:
            raise KeyboardInterrupt
        update(self, loss, model)

    update = EarlyStopping.update
    monkeypatch.setattr(EarlyStopping, "update", interrupted)
    assert main(command) == 130
    said = capsys.readouterr().err
    assert said.endswith(f"-m microgradlab {' '.join(command)} --resume\n")
    assert not (folder / "houses-model.json").exists()
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    assert main([*command, "--resume"]) == 0
    assert (folder / "houses-model.json").read_bytes() == (folder / "whole.json").read_bytes()


def test_no_training_goes_on_with_another_target(houses, capsys):
    options = ["--task", "regression", "--epochs", "1"]
    assert main(["train", "houses.csv", "--target", "price", *options]) == 0
    assert main(["train", "houses.csv", "--target", "rooms", *options, "--resume"]) == 2
    assert "another data: pass the same as then" in capsys.readouterr().err


def test_no_command_writes_over_what_it_reads(houses, capsys, folder):
    assert main(["train", "houses.csv", "--target", "price", "--epochs", "1", "-o", "model.json"]) == 0
    before = (folder / "houses.csv").read_bytes(), (folder / "model.json").read_bytes()
    for line, output in {
        "train houses.csv --target price -o": "houses.csv",
        "predict model.json houses.csv -o": str(folder / "houses.csv"),
        "predict ./model.json houses.csv -o": "model.json",
    }.items():
        assert main([*line.split(), output]) == 2
        assert f"{output} is read by this command" in capsys.readouterr().err
    assert before == ((folder / "houses.csv").read_bytes(), (folder / "model.json").read_bytes())


# draw and demo


def test_draw_explains_each_step_and_draws(capsys, folder):
    assert main(["draw", "tanh(w*x + b)", "w=2", "-o", "graph.svg", "x=0.5", "b=-0.5"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["tanh(w*x + b) = 0.4621", "y = tanh(w × x + b) = 0.4621 has gradient 1"]
    assert "  ∂/∂w = x = 0.5; passes on 0.7864 × 0.5 = 0.3932; w.grad: 0 + 0.3932 → 0.3932" in said
    assert "tanh" in (folder / "graph.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "said"), [("2*y y=1", ["2*y = 2", "2*y = 2 × y = 2 has gradient 1"]), ("x x=1", ["x = 1"])]
)
def test_draw_gives_no_second_meaning_to_a_name(line, said, capsys):
    assert main(["draw", *line.split()]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == said


def test_play_writes_a_page_or_opens_it_in_the_browser(capsys, folder, monkeypatch):
    assert main(["play", "x*x + x", "-o", "backprop.html", "x=3"]) == 0
    assert capsys.readouterr().out == "Written to backprop.html: open it in a browser.\n"
    assert "Backpropagation from y" in (folder / "backprop.html").read_text(encoding="utf-8")
    opened = []
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    for found, said in [(True, "Opened "), (False, "Written to ")]:
        monkeypatch.setattr("webbrowser.open", lambda address, found=found: opened.append(address) or found)
        assert main(["play", "2*x", "x=3"]) == 0
        assert capsys.readouterr().out.startswith(said)
    assert len({*opened}) == 2
    assert all(re.fullmatch(rf"{folder.as_uri()}/microgradlab-\w+/play.html", address) for address in opened)


def test_lessons_are_copied_and_never_over_what_is_there(capsys, folder, monkeypatch):
    assert main(["lessons", "start", "mine", "--no-open"]) == 0
    lessons = sorted(path.name for path in (folder / "mine").iterdir())
    assert lessons[:3] == ["00-start-here.ipynb", "01-one-neuron.ipynb", "02-derivatives.ipynb"]
    (folder / "mine" / lessons[0]).write_text("my work")
    (folder / "mine" / lessons[1]).unlink()
    capsys.readouterr()
    opened = []
    monkeypatch.setattr("subprocess.run", lambda command, **_: opened.append(command))
    monkeypatch.setattr("microgradlab.cli.find_spec", lambda _: True)  # as if JupyterLab were there
    assert main(["lessons", "start", "mine"]) == 0
    said = capsys.readouterr().out
    assert "00-start-here.ipynb is there already, and stays as it is" in said
    assert (folder / "mine" / lessons[0]).read_text() == "my work"
    assert (folder / "mine" / lessons[1]).exists()
    assert opened == [[sys.executable, "-m", "jupyterlab", "mine"]]
    monkeypatch.setattr("microgradlab.cli.find_spec", lambda _: None)
    assert main(["lessons", "start", "mine"]) == 2
    assert "pip install 'microgradlab[notebooks]'" in capsys.readouterr().err


def test_lessons_status_tells_what_is_solved(capsys, folder, monkeypatch):
    monkeypatch.setenv("MICROGRADLAB_HOME", str(folder / "home"))
    check("02.1", lambda x: 6 * x - 4)
    assert main(["lessons", "status"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "✓ 02.1  A slope by hand (warm-up)" in lines
    assert "· 02.2  Nudge both ways (core)" in lines
    assert lines[-1].startswith("1 of ")


def test_demo_and_its_interruption(capsys, folder, monkeypatch):
    monkeypatch.setattr(demo, "digits", lambda: data.digits()[:100])
    monkeypatch.setattr(demo.run, "__defaults__", (demo.FOLDER, False, 2, None))

    def interrupted(line):
        if line.startswith("epoch  2"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(demo, "say", interrupted)
        assert main(["demo"]) == 130
    assert "To go on after the last whole epoch:" in capsys.readouterr().err
    assert (folder / "microgradlab-demo" / "checkpoint.json").exists()
    assert main(["demo", "--resume"]) == 0
    said = capsys.readouterr().out
    assert "epoch  2 of 2" in said
    assert "epoch  1 of 2" not in said
    assert "What to try next:" in said


# mistakes

MISTAKES = {
    "train none.csv --target price": "none.csv: No such file or directory",
    "train houses.csv --target cost": "no column 'cost' among area, rooms, price",
    "train houses.csv --target price -o none/x.json": "there is no folder none: make it first",
    "train few.csv --target b": "there are 2 rows, too few to learn from",
    "train same.csv --target b": "'b' is the same in every row",
    "train names.csv --target b": "has 12 classes in 12 rows, too few of each",
    "train ids.csv --target b": "say task='regression', on a command line --task regression",
    "train one.csv --target b": "'b' is the same in every row",
    "predict houses.csv houses.csv": "houses.csv cannot be used: it is damaged",
    "predict microgradlab.json houses.csv": "holds a network, but not one for a table",
    "draw sigmiod(x) x=1": "there is no function sigmiod: did you mean sigmoid?",
    "draw x*y x=1": "y has no number: add y=…",
    "draw tahn(x) x=1": "did you mean tanh?",
    "draw x x:1": "write a name and its number, such as w=2, not 'x:1'",
    "draw 2*x x=1 -o graph.bmp": "a drawing is saved as .svg",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_one_line_and_code_2(line, houses, capsys):
    write("few.csv", "ab", [(1, 2), (2, 3)])
    write("same.csv", "ab", [(i, 0.5) for i in range(12)])
    write("one.csv", "ab", [(i, "cat") for i in range(12)])
    write("names.csv", "ab", [(i, f"name {i}") for i in range(12)])
    write("ids.csv", "ab", [(i, i) for i in range(12)])
    tabular.save(tabular.MLP(1, [1]), "microgradlab.json")
    assert main(line.split()) == 2
    said = capsys.readouterr().err
    assert said.startswith("microgradlab: ")
    assert MISTAKES[line] in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "required: COMMAND"),
        ("train houses.csv", "required: --target"),
        ("train houses.csv --target price --hidden 4,0", "whole numbers from 1 to 9999, such as 16,16, not '4,0'"),
        ("train houses.csv --target price --epochs 0", "write a whole number from 1 on, not '0'"),
        ("train houses.csv --target price --delimiter ab", "write one character"),
        ("draw x x=1 --out graph.svg", "unrecognized arguments: --out"),
        ("predict model.json new.csv x=1", "unrecognized arguments: x=1"),
    ],
)
def test_so_is_a_line_that_is_not_understood(line, problem, capsys):
    with pytest.raises(SystemExit) as stop:
        main(line.split())
    said = capsys.readouterr().err
    assert stop.value.code == 2
    assert problem in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("change", [{"inputs": ["area"]}, {"classes": ["a", "b"]}, {"target_scale": {}}, {"inputs": 3}])
def test_a_model_whose_parts_do_not_fit_is_refused(change, houses):
    table = data.read_csv("houses.csv", "price")
    model, _ = tabular.train(table, tabular.split(table), epochs=1)
    model.save("model.json")
    extra = tabular.load_extra("model.json")
    tabular.save(model.network, "model.json", extra | change)
    with pytest.raises(tabular.FileFormatError, match=r"model\.json cannot be used"):
        tabular.TableModel.load("model.json")


# the program


@pytest.mark.parametrize("command", [[], ["demo"], ["train"], ["predict"], ["draw"], ["play"], ["lessons"]])
def test_help_shows_examples(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([*command, "--help"])
    assert stop.value.code == 0
    assert f"  microgradlab {' '.join(command)}" in capsys.readouterr().out.partition("examples:\n")[2]


def test_it_runs_as_a_module():
    result = run("--version")
    assert (result.returncode, result.stdout) == (0, f"microgradlab {__version__}\n")
    result = run("draw", "x")
    assert (result.returncode, result.stderr) == (2, "microgradlab: x has no number: add x=…\n")


def test_a_terminal_without_our_signs_gets_others():
    result = run("draw", "x*z", "x=2", "z=3", PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr) == (0, "")
    assert r"y = x \xd7 z = 6" in result.stdout
    result = run("draw", "x", PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr) == (2, "microgradlab: x has no number: add x=\\u2026\n")


def test_what_is_predicted_goes_into_a_pipe_as_into_a_file(folder):
    write("drinks.csv", ["grams", "drink"], [(i % 7, "café" if i % 7 > 3 else "thé") for i in range(30)])
    assert main(["train", "drinks.csv", "--target", "drink", "--epochs", "1"]) == 0
    command = [sys.executable, "-m", "microgradlab", "predict", "drinks-model.json", "drinks.csv"]
    for alphabet in ("ascii", "latin-1", "utf-8"):
        piped = subprocess.run(
            command, capture_output=True, check=True, env=os.environ | {"PYTHONIOENCODING": alphabet}
        )
        assert main([*command[3:], "-o", "answers.csv"]) == 0
        assert piped.stdout == (folder / "answers.csv").read_bytes()
        assert "café" in piped.stdout.decode()


def test_help_loads_nothing_that_only_a_command_needs():
    program = """if True:
        import sys
        from microgradlab.cli import main
        try:
            main(["--help"])
        except SystemExit:
            print([name for name in ("tqdm", "graphviz", "matplotlib", "microgradlab.train") if name in sys.modules])
    """
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.endswith("[]\n")


def test_a_closed_pipe_is_met_in_silence():
    command = [sys.executable, "-m", "microgradlab", "draw", "2*x", "x=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
