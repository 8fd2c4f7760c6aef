"""What can stand on the command line: the commands with their options, and the words of their help."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from microgradlab import __version__
from microgradlab.coercion import shown

Run = Callable[[argparse.Namespace], None]
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
  microgradlab lessons check class/*      for teachers: run the notebooks in these folders, and write who solved what
"""


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, and shows examples as they were written."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        message = " ".join(message.split())
        message = message if len(message) < LONGEST else f"{message[:LONGEST]}…"
        self.exit(2, f"{self.prog}: {message} (examples: {self.prog} --help)\n")


def parsed(argv: list[str], commands: Mapping[str, Run]) -> argparse.Namespace:
    """What stands on the line, and as `run` what does it, one of the commands.

    A NAME=NUMBER may also stand behind an option, where argparse looks for none.
    """
    parser = _parser(commands)
    arguments, rest = parser.parse_known_args(argv)
    if rest and (not hasattr(arguments, "variables") or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        arguments.variables += rest
    return arguments


def _parser(commands: Mapping[str, Run]) -> argparse.ArgumentParser:
    parser = _Parser(prog="microgradlab", description="See how neural networks learn.", epilog=EXAMPLES)
    parser.add_argument("--version", action="version", version=f"microgradlab {__version__}")
    known = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, help: str, examples: str) -> argparse.ArgumentParser:
        added = known.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.", epilog=examples)
        added.set_defaults(run=commands[name])
        return added

    demo = command("demo", "train a network on handwritten digits, in under a minute", DEMO)
    train = command("train", "train a network on a CSV file", TRAIN)
    predict = command("predict", "predict with a network from train, row by row", PREDICT)
    draw = command("draw", "explain the gradients of an expression, and draw its graph", DRAW)
    play = command("play", "play backpropagation through an expression, in your browser", PLAY)
    lessons = command("lessons", "get the lessons, and see which exercises are solved", LESSONS)

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
    play.add_argument("-o", "--output", metavar="FILE", help="the page, .html")

    what = lessons.add_subparsers(title="what", metavar="WHAT", dest="what", required=True)
    start = what.add_parser("start", help="copy the lessons, and open them in JupyterLab")
    start.add_argument("folder", metavar="FOLDER", nargs="?", help="to copy them to; else microgradlab-lessons")
    start.add_argument("--no-open", action="store_true", help="only copy them")
    what.add_parser("status", help="which exercises you have solved")
    check = what.add_parser("check", help="run the notebooks of a class, and see who has solved what")
    check.add_argument("folders", metavar="FOLDER", nargs="+", help="a learner's, or one notebook")
    check.add_argument("-o", "--output", metavar="FILE.csv", help="the table to write; else the terminal")
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


def variable(text: str) -> tuple[str, float]:
    """The name and the number of `w=2`."""
    name, _, number = text.partition("=")
    try:
        if name.strip() and "_" not in number:  # 1_000 is Python, not a number that people write
            return name.strip(), float(number)
    except ValueError:
        pass
    raise ValueError(f"write a name and its number, such as w=2, not {shown(text)}")
