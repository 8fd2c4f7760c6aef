"""The command line: `microgradlab demo`, `train`, `predict`, `draw`, `play` and `lessons`.

What can be done wrong is answered by one line on stderr and exit code 2, and Ctrl-C by how to go on and 130.
The library is imported inside the commands, so that `--help` is there at once; what can stand on the line is in
`command_line.py`.
"""

import argparse
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from shutil import which
from typing import Any

from microgradlab.command_line import parsed, variable
from microgradlab.errors import MicrogradlabError, MissingDependencyError


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; SystemExit for --help and for what no command understands."""
    argv = sys.argv[1:] if argv is None else list(argv)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for a ∂ where the terminal's alphabet has none
    arguments = parsed(argv, COMMANDS)
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
    elif arguments.what == "check":
        _check_lessons(arguments)
    else:
        folder = Path(arguments.folder or copies.default_folder())
        for name, is_new in copies.start(folder):
            print(f"{folder / name}" if is_new else f"{folder / name} is there already, and stays as it is")
        if arguments.no_open:
            return
        if find_spec("jupyterlab") is None:
            raise MissingDependencyError("jupyterlab", "notebooks", "opening the lessons")
        subprocess.run([sys.executable, "-m", "jupyterlab", str(folder)], check=False)


def _check_lessons(arguments: argparse.Namespace) -> None:
    from microgradlab.files import write_atomically
    from microgradlab.lessons import marking

    output = arguments.output and _writable(Path(arguments.output))
    marks, left_out = [], 0
    try:
        for folder in arguments.folders:
            try:
                marks.append(marking.mark(marking.work_in(Path(folder))))
                name, about = marks[-1].learner, [f"{len(marks[-1].solved)} solved", *marks[-1].troubles]
            except (OSError, ValueError) as error:
                if len(arguments.folders) == 1:
                    raise
                name, about, left_out = folder, [f"left out: {error}"], left_out + 1
            print(f"{name}: {about[0]}", *about[1:], sep="\n  ", file=sys.stderr)
    finally:  # stopped or not, what is known is kept
        if marks and output:
            write_atomically(output, marking.table(marks))
        elif marks:
            print(marking.table(marks), end="")
    if left_out:
        raise ValueError(f"{left_out} of {len(arguments.folders)} left out, as told above; the others are in the table")


def _result(arguments: argparse.Namespace) -> Any:
    """The Value of the expression on the line."""
    from microgradlab.expression import evaluate

    variables: dict[str, float] = {}
    for name, number in map(variable, arguments.variables):
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


COMMANDS = {"demo": _demo, "train": _train, "predict": _predict, "draw": _draw, "play": _play, "lessons": _lessons}
