"""The command line: `microgradlab demo`, `train`, `predict`, `draw`, `play` and `lessons`.

What can be done wrong is answered by one line on stderr and exit code 2, and Ctrl-C by how to go on and 130.
The library is imported inside the commands, so that `--help` is there at once.
"""

import argparse
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from shutil import which
from typing import Any, NoReturn

from microgradlab import __version__
from microgradlab.coercion import shown
from microgradlab.errors import MicrogradlabError, MissingDependencyError

LONGEST = 300  # characters of a line that was not understood
EXAMPLES = """\
examples:
  microgradlab demo
  microgradlab train houses.csv --target price
  microgradlab predict houses-model.json houses.csv
  microgradlab draw "tanh(w*x + b)" w=2 x=0.5 b=-0.5 -o graph.svg
  microgradlab play "tanh(w*x + b)" w=2 x=0.5 b=-0.5
  microgradlab lessons start

microgradlab COMMAND --help shows more of each.
"""
DEMO = """\
examples:
  microgradlab demo             train a network, and write what there is to see to ./microgradlab-demo/
  microgradlab demo --resume    go on where a run was stopped or killed
"""
TRAIN = """\
examples:
  microgradlab train flowers.csv --target species
  microgradlab train houses.csv --target price --inputs area,rooms -o price.json
  microgradlab train houses.csv --target price --hidden 32 --epochs 500 --resume

Words in the target column are classes, and so are up to 20 different whole numbers; other numbers are
a quantity. The inputs must be numbers: leave out other columns with --inputs.
A fifth of the rows is held out to judge by, and a fifth of the others says when to stop.
"""
PREDICT = """\
examples:
  microgradlab predict flowers-model.json new.csv
  microgradlab predict flowers-model.json new.csv -o answers.csv
"""
DRAW = """\
examples:
  microgradlab draw "tanh(w*x + b)" w=2 x=0.5 b=-0.5
  microgradlab draw "tanh(w*x + b)" w=2 x=0.5 b=-0.5 -o graph.svg
  microgradlab draw "max(x, y)**2" x=1 y=3 -o graph.png
"""
PLAY = """\
examples:
  microgradlab play "tanh(w*x + b)" w=2 x=0.5 b=-0.5
  microgradlab play "x*x + x" x=3 -o backprop.html

Opens the page in your browser; with -o it is only written. It needs no network, and can be passed on as it is.
"""
LESSONS = """\
examples:
  microgradlab lessons start              copy the lessons to ./microgradlab-lessons/, and open them in JupyterLab
  microgradlab lessons start my-folder    to another folder; what is there already stays as it is
  microgradlab lessons status             which exercises you have solved
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; SystemExit for --help and for what no command understands."""
    argv = sys.argv[1:] if argv is None else list(argv)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for a ∂ where the terminal's alphabet has none
    arguments = _parsed(argv)
    try:
        arguments.run(arguments)
        if sys.stdout:
            sys.stdout.flush()  # here, where a closed pipe can still be dealt with
    except KeyboardInterrupt:
        print(f"\nStopped.{_how_to_go_on(argv)}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at its end
        return 1
    except (MicrogradlabError, OSError, ValueError) as error:
        print(f"microgradlab: {_in_one_line(error)}", file=sys.stderr)
        return 2
    return 0


def _in_one_line(error: Exception) -> str:
    """What is wrong; an expression's error goes on with a picture of the place, which is left out."""
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error).partition("\n")[0]


def _how_to_go_on(argv: list[str]) -> str:
    if argv[0] not in ("demo", "train"):
        return ""
    resumed = shlex.join(argv if "--resume" in argv else [*argv, "--resume"])
    return f" To go on after the last whole epoch:  {_called_as()} {resumed}"


def _called_as() -> str:
    """What to type for this program: the name alone where that is on PATH."""
    program = sys.argv[0]
    if Path(program).stem != "microgradlab":
        return f"{sys.executable} -m microgradlab"
    return "microgradlab" if which("microgradlab") == program else program


# The commands


def _demo(arguments: argparse.Namespace) -> None:
    from microgradlab import demo

    demo.run(resume=arguments.resume)
    me = _called_as()
    print(f"""
What to try next:
  {me} draw "tanh(w*x + b)" w=2 x=0.5 b=-0.5 -o graph.svg
  {me} train your.csv --target COLUMN
  {me} --help""")


def _train(arguments: argparse.Namespace) -> None:
    from microgradlab import tabular
    from microgradlab.data import read_csv
    from microgradlab.files import write_atomically
    from microgradlab.reports.tables import report

    name = f"{Path(arguments.file).stem}-model.json"
    output = Path(arguments.output or name)
    output = _writable(output / name if output.is_dir() else output, arguments.file)
    page = _writable(output.with_name(f"{output.stem.removesuffix('-model')}-report.html"), arguments.file)
    options = {name: getattr(arguments, name) for name in ("inputs", "task", "delimiter")}
    table = read_csv(arguments.file, arguments.target, **options)
    parts = tabular.split(table)
    kind = "a quantity" if table.classes is None else f"one of {len(table.classes)} classes"
    print(f"{len(table.data):,} rows: {table.target}, {kind}, from {', '.join(table.inputs)}.")
    model, history = tabular.train(
        table,
        parts,
        arguments.hidden,
        arguments.epochs,
        checkpoint=output.with_suffix(".checkpoint.json"),
        resume=arguments.resume,
    )
    model.save(output)
    losses = history.column("validation_loss")
    best = losses.index(min(losses)) + 1
    print(f"Trained on {len(parts.training):,} rows for {len(history)} epochs; kept the weights of epoch {best}.")
    print(f"On {len(parts.held_out):,} rows held out: {model.judge(parts)}.")
    write_atomically(page, report(model, history, table, parts, Path(arguments.file).name, output))
    print(f"A report to open in a browser: {page}.")
    print(f"Saved in {output}. Next: {_called_as()} predict {shlex.join([str(output), arguments.file])}")


def _predict(arguments: argparse.Namespace) -> None:
    from microgradlab import tabular
    from microgradlab.files import write_atomically

    output = arguments.output and _writable(Path(arguments.output), arguments.model, arguments.file)
    model = tabular.TableModel.load(arguments.model)
    text = tabular.with_predictions(model, arguments.file, arguments.delimiter)
    if output:
        write_atomically(output, text)
        return
    if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # in a pipe the same bytes as in a file, no escapes
    sys.stdout.write(text)


def _draw(arguments: argparse.Namespace) -> None:
    from microgradlab import drawing

    result = _result(arguments)
    print(f"{arguments.expression} = {result.data:.4g}")
    for step in result.backward_steps():
        print(step)
    if arguments.output is None:
        return
    drawing.save(result, arguments.output)
    print(f"Drawn in {arguments.output}.")


def _play(arguments: argparse.Namespace) -> None:
    import webbrowser
    from tempfile import mkdtemp

    from microgradlab.player import play

    player = play(_result(arguments))
    path = Path(arguments.output or Path(mkdtemp(prefix="microgradlab-")) / "play.html")
    player.save(path)
    if arguments.output or not webbrowser.open(path.as_uri()):
        print(f"Written to {path}: open it in a browser.")
    else:
        print(f"Opened {path} in your browser.")


def _lessons(arguments: argparse.Namespace) -> None:
    from microgradlab.lessons import copies

    if arguments.what == "status":
        print(*copies.status(), sep="\n")
        return
    folder = Path(arguments.folder or copies.FOLDER)
    for name, is_new in copies.start(folder):
        print(f"{folder / name}" if is_new else f"{folder / name} is there already, and stays as it is")
    if arguments.no_open:
        return
    if find_spec("jupyterlab") is None:
        raise MissingDependencyError("jupyterlab", "notebooks", "opening the lessons")
    subprocess.run([sys.executable, "-m", "jupyterlab", str(folder)], check=False)


def _result(arguments: argparse.Namespace) -> Any:
    """The Value of the expression on the line."""
    from microgradlab.expression import evaluate

    variables: dict[str, float] = {}
    for name, number in map(_variable, arguments.variables):
        if name in variables:
            raise ValueError(f"{name} has two numbers: leave one {name}=… out")
        variables[name] = number
    result = evaluate(arguments.expression, variables)
    if result.op and "y" not in variables:
        result.label = "y"  # the expression stands in the first line already
    return result


def _writable(path: Path, *read: str) -> Path:
    """The path, if its folder is there and no file to `read` is lost: better noticed before a training than after."""
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent}: make it first")
    if path.exists() and any(path.samefile(other) for other in read):
        raise ValueError(f"{path} is read by this command, and would be overwritten: choose another file for -o")
    return path


# What is on the line


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, and shows examples as they were written."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        message = " ".join(message.split())
        message = message if len(message) < LONGEST else f"{message[:LONGEST]}…"
        self.exit(2, f"{self.prog}: {message} (examples: {self.prog} --help)\n")


def _parsed(argv: list[str]) -> argparse.Namespace:
    """What stands on the line; a NAME=NUMBER may also stand behind an option, where argparse looks for none."""
    parser = _parser()
    arguments, rest = parser.parse_known_args(argv)
    if rest and (arguments.run not in (_draw, _play) or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        arguments.variables += rest
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="microgradlab", description="See how neural networks learn.", epilog=EXAMPLES)
    parser.add_argument("--version", action="version", version=f"microgradlab {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(run: Callable[[argparse.Namespace], None], help: str, examples: str) -> argparse.ArgumentParser:
        name = run.__name__.removeprefix("_")
        added = commands.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.", epilog=examples)
        added.set_defaults(run=run)
        return added

    demo = command(_demo, "train a network on handwritten digits, in under a minute", DEMO)
    train = command(_train, "train a network on a CSV file", TRAIN)
    predict = command(_predict, "predict with a network from train, row by row", PREDICT)
    draw = command(_draw, "explain the gradients of an expression, and draw its graph", DRAW)
    lessons = command(_lessons, "get the lessons, and see which exercises you have solved", LESSONS)
    play = command(_play, "play backpropagation through an expression, in your browser", PLAY)

    train.add_argument("file", metavar="FILE.csv", help="the rows to learn from, below the names of their columns")
    train.add_argument("--target", metavar="COLUMN", required=True, help="the column to predict")
    train.add_argument("--inputs", metavar="A,B", type=_names, help="columns of numbers to predict it from; else all")
    train.add_argument("--task", choices=["auto", "classification", "regression"], default="auto")
    train.add_argument("--hidden", metavar="N,N", type=_widths, default=(16, 16), help="hidden widths; else 16,16")
    train.add_argument("--epochs", metavar="N", type=_count, default=200, help="at most so many; else 200")
    train.add_argument("-o", "--output", metavar="MODEL", help="the file, or folder, to save in; else FILE-model.json")
    for resumable in demo, train:
        resumable.add_argument("--resume", action="store_true", help="go on from the last checkpoint")

    predict.add_argument("model", metavar="MODEL", help="the file that train wrote")
    predict.add_argument("file", metavar="FILE.csv", help="rows with the columns that the model was trained on")
    predict.add_argument("-o", "--output", metavar="OUT.csv", help="the file to write; else the terminal")
    for reading in train, predict:
        reading.add_argument(
            "--delimiter", metavar="SIGN", type=_sign, default=",", help="such as ';' or '\\t'; else ,"
        )

    for expressing in draw, play:
        expressing.add_argument("expression", metavar="EXPRESSION", help="numbers, names, + - * / **, and tanh(x) …")
        expressing.add_argument("variables", metavar="NAME=NUMBER", nargs="*", help="of each name")
    draw.add_argument("-o", "--output", metavar="FILE", help="the drawing: .svg, .png, .pdf or .dot")
    lessons.add_argument("what", choices=["start", "status"])
    lessons.add_argument("folder", metavar="FOLDER", nargs="?", help="to copy them to; else microgradlab-lessons")
    lessons.add_argument("--no-open", action="store_true", help="only copy them")
    play.add_argument("-o", "--output", metavar="FILE", help="the page, .html")
    return parser


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _widths(text: str) -> list[int]:
    widths = text.split(",")
    if not all(width.isdecimal() and len(width) < 5 and int(width) for width in widths):
        raise argparse.ArgumentTypeError(f"write whole numbers from 1 to 9999, such as 16,16, not {shown(text)}")
    return [*map(int, widths)]


def _count(text: str) -> int:
    if not (text.isdecimal() and len(text) < 10 and int(text)):
        raise argparse.ArgumentTypeError(f"write a whole number from 1 on, not {shown(text)}")
    return int(text)


def _sign(text: str) -> str:
    text = text.replace(r"\t", "\t")  # hard to type otherwise
    if len(text) != 1:
        raise argparse.ArgumentTypeError(f"write one character, such as ';', not {shown(text)}")
    return text


def _variable(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        if name.strip() and "_" not in number:  # 1_000 is Python, not a number that people write
            return name.strip(), float(number)
    except ValueError:
        pass
    raise ValueError(f"write a name and its number, such as w=2, not {shown(text)}")
