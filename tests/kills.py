"""Trainings killed at random moments: `python tests/kills.py FOLDER KILLS WRITER`, run by test_faults.py.

A process that has loaded everything forks a training, kills it at a random moment with SIGKILL, looks at the
checkpoint, and goes on from it, until there have been so many kills; every training that comes to its end must have
come to the same bits.
"""

import os
import random
import signal
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter, sleep

from small_training import train

from microgradlab import files


def write_in_halves(path, content):
    """What `write_atomically` must not be."""
    with open(path, "wb", buffering=0) as file:
        file.write(content[:1000])
        sleep(0.005)
        file.write(content[1000:])


def watched(folder):
    """Every checkpoint of a whole training, what comes of it, and how many seconds it takes."""
    path, versions = folder / "whole.json", []
    train(checkpoint=path)
    begin = perf_counter()
    final = train(checkpoint=path)
    seconds = perf_counter() - begin
    train(checkpoint=path, callbacks=[lambda _: versions.append(path.read_bytes())])
    return {*versions, path.read_bytes()}, final, seconds


def killed_at_random(path, final, seconds):
    """Whether a training that goes on from the file was killed; if not, it came to its end."""
    child = os.fork()
    if child == 0:
        os._exit(0 if train(checkpoint=path, resume=True) == final else 3)
    sleep(random.uniform(0.0, seconds))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a training that was killed and went on came to other bits")
    return os.WIFSIGNALED(status)


def main(folder, kills, writer):
    folder, found = Path(folder), Counter()
    versions, final, seconds = watched(folder)
    files.write_atomically = globals().get(writer, files.write_atomically)
    path = folder / "checkpoint.json"
    while found["kills"] < int(kills):
        if killed_at_random(path, final, seconds):
            found["kills"] += 1
            temporaries = [file for file in folder.iterdir() if file.name.startswith(".checkpoint.json.")]
            found["while writing"] += bool(temporaries)
            found["before the first checkpoint"] += not path.exists()
            for file in temporaries:
                file.unlink()
            if path.exists() and path.read_bytes() not in versions:
                sys.exit(f"{path} is neither the old checkpoint nor the new one")
        else:
            found["trainings came to their end"] += 1
            path.unlink()
    if train(checkpoint=path, resume=True) != final:
        sys.exit("the last training came to other bits")
    print(f"{found.pop('kills')} kills:", ", ".join(f"{count} {what}" for what, count in found.items()))


if __name__ == "__main__":
    main(*sys.argv[1:])
