"""Mutation testing: plant one mistake after another in the engine, and see whether the tests notice each.

    pip install -e '.[mutation]'
    python tests/mutation/run.py [engine.py steps.py …] [--jobs 2]

Every mutant is tried in a copy of the project, in a process of its own. It is killed when a test fails, or when the
tests take so long or so much memory that it must have lost its way. One that survives is a mistake that nobody would
notice, so it needs a test; or it changes nothing that matters, and then `accepted.toml` says why. The command fails
if a survivor has no reason there, or a reason no survivor.
"""

import argparse
import multiprocessing
import os
import queue
import resource
import shutil
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

# Imported here once, these need not be imported again in each process that is forked.
import hypothesis.stateful  # noqa: F401
import micrograd.engine  # noqa: F401
import mpmath  # noqa: F401
import numpy as np  # noqa: F401
import pytest
from changes import Mutant, mutants
from hypothesis import Phase, settings

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
FILES = ["engine.py", "steps.py", "gradients.py", "fast.py"]
TESTS = ["steps", "gradients", "bugs", "engine", "engine_states", "fast"]  # what fails soon comes first
PYTEST = ["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
MEMORY = 4 * 2**30  # bytes
TIMEOUT = 180.0  # seconds, where all tests together take 30


def main() -> None:
    parser = argparse.ArgumentParser(description="Plant mistakes in the engine, and see which the tests notice.")
    parser.add_argument("files", nargs="*", default=FILES, metavar="file", help=f"of microgradlab/: {', '.join(FILES)}")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at a time: one per core")
    parser.add_argument("--match", default="", help="only mutants whose description contains this")
    arguments = parser.parse_args()
    planted = [m for file in arguments.files for m in mutants(PROJECT / "microgradlab" / file)]
    planted = [m for m in planted if arguments.match in m.change]
    with tempfile.TemporaryDirectory() as folder:
        copies: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for job in range(arguments.jobs):
            copies.put(_copy(Path(folder) / str(job)))
        if outcome(copies, None) != "survived":
            sys.exit("a test fails without any mutant: mend that first")
        if outcome(copies, replace(planted[0], source="raise RuntimeError")) != "killed":
            sys.exit("a file that cannot even be imported survives: the tests run on another one")
        with ThreadPoolExecutor(arguments.jobs) as pool:
            outcomes = pool.map(lambda mutant: outcome(copies, mutant), planted)
            sys.exit(report(planted, outcomes))


def _copy(folder: Path) -> Path:
    """A copy of the project to plant mistakes in."""
    for name in ("microgradlab", "tests"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", folder)
    return folder


def outcome(copies: "queue.SimpleQueue[Path]", mutant: Mutant | None) -> str:
    """What becomes of a mutant: it is killed, runs out of time, or has survived."""
    copy = copies.get()
    process = multiprocessing.get_context("fork").Process(target=run_tests, args=(copy, mutant))
    process.start()
    process.join(TIMEOUT)
    late = process.is_alive()
    process.kill()
    process.join()
    if mutant:
        (copy / "microgradlab" / mutant.file).write_text(mutant.original, encoding="utf-8")
    copies.put(copy)
    return "timeout" if late else "survived" if process.exitcode == 0 else "killed"


class NoShrinking:
    """That a test fails is enough here: hypothesis need not look for the smallest example."""

    def pytest_sessionstart(self) -> None:
        settings.register_profile(
            "mutation", settings.get_profile("ci"), phases=[Phase.explicit, Phase.generate], report_multiple_bugs=False
        )
        settings.load_profile("mutation")


def run_tests(copy: Path, mutant: Mutant | None) -> None:
    """In a process of its own: plant the mutant, and exit with what pytest says."""
    sys.dont_write_bytecode = True  # or two mutants of one second would share it
    # CI: hypothesis then draws the same examples each time
    os.environ |= {"CI": "1", "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.chdir(copy)
    sys.path[0] = str(copy)
    for name in [name for name in sys.modules if name.partition(".")[0] == "microgradlab"]:
        del sys.modules[name]  # hypothesis has imported what is installed, for the strategies of its Value
    if mutant:
        (copy / "microgradlab" / mutant.file).write_text(mutant.source, encoding="utf-8")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    for name in TESTS:
        if pytest.main([*PYTEST, f"tests/test_{name}.py"], plugins=[NoShrinking()]):
            os._exit(1)
    os._exit(0)


def report(planted: list[Mutant], outcomes: Iterator[str]) -> bool:
    """Print each survivor without a reason when it is found, and at the end the figures; whether something is amiss."""
    with open(HERE / "accepted.toml", "rb") as file:
        reasons = {(e["file"], change): e["reason"] for e in tomllib.load(file)["accepted"] for change in e["changes"]}
    counts: Counter[tuple[str, str]] = Counter()
    amiss = 0
    for done, (mutant, result) in enumerate(zip(planted, outcomes), start=1):
        has_reason = (mutant.file, mutant.change) in reasons
        counts[mutant.file, "accepted" if result == "survived" and has_reason else result] += 1
        if has_reason != (result == "survived"):
            amiss += 1
            print(f"\r{result}{', though it has a reason' * has_reason}: {mutant.file}:{mutant.line}: {mutant.change}")
        print(f"\r{done} of {len(planted)}", end="", file=sys.stderr, flush=True)
    columns = ("killed", "timeout", "accepted", "survived")
    print(f"\n{'file':<14}{'mutants':>9}" + "".join(f"{column:>10}" for column in columns))
    for file in dict.fromkeys(mutant.file for mutant in planted):
        figures = [counts[file, column] for column in columns]
        print(f"{file:<14}{sum(figures):>9}" + "".join(f"{figure:>10}" for figure in figures))
    return amiss > 0


if __name__ == "__main__":
    main()
