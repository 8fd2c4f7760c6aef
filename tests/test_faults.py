"""Damaged files, killed trainings and full disks: what is read is what was written, and what was there stays whole."""

import errno
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tracemalloc
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import process_time
from unittest.mock import ANY

import pytest
from damage import DAMAGERS, FORGERIES, damaged
from small_training import EPOCHS, HISTORY, everything, parts, train

from microgradlab import files
from microgradlab.errors import FileFormatError
from microgradlab.nn import MLP
from microgradlab.persist import load, load_checkpoint, load_extra, load_into, save, save_checkpoint

FILES = 1000
EXTRA = {"texts": ["nan", "=inf", "é"], "numbers": [float("nan"), float("-inf"), 0.1, 3, None, True], "more": {"x": {}}}
FOR_PROGRAMMERS = re.compile(
    r"Error\b|Traceback|\bobject\b|NoneType|argument|iterable|unpack|subscript|hashable|_built"
)

# damaged files ----------------------------------------------------------------------------------


def as_model(path):
    model = load(path)
    return f"{model} {model.state_dict()}"


def into_a_model(path):
    model = MLP(2, [3, 1], "tanh", seed=9)
    before = repr(model.state_dict())
    try:
        load_into(model, path)
    except FileFormatError:
        assert repr(model.state_dict()) == before
        raise
    return repr(model.state_dict())


def as_extra(path):
    return json.dumps(load_extra(path), sort_keys=True)


def into_a_training(path):
    mine = parts(1)
    parameters = mine["model"].parameters()
    for i, parameter in enumerate(parameters):
        parameter.grad = i / 3
    before = everything(mine)
    try:
        loaded = load_checkpoint(path, **mine)
    except FileFormatError:
        assert everything(mine) == before
        assert [parameter.grad for parameter in parameters] == [i / 3 for i in range(len(parameters))]
        raise
    return f"{loaded.epoch} {loaded.history.to_dict()} {json.dumps(loaded.extra, sort_keys=True)} {everything(mine)}"


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """For a model and for a checkpoint: the bytes of the file, and what each way to read it gives."""
    folder = tmp_path_factory.mktemp("originals")
    save(MLP(2, [3, 1], "tanh", seed=0), folder / "model.json", EXTRA)
    save_checkpoint(folder / "checkpoint.json", epoch=2, history=HISTORY, extra=EXTRA, **parts(0))
    readers = {"model.json": [as_model, into_a_model, as_extra], "checkpoint.json": [into_a_training]}
    return [
        ((folder / name).read_bytes(), {reader: reader(folder / name) for reader in readers[name]}) for name in readers
    ]


def check(path, raw, truth):
    """That a file of these bytes is refused in a clear sentence or read as the original; the sentences."""
    path.write_bytes(raw)
    sentences = []
    for reader, original in truth.items():
        tracemalloc.start()
        begin = process_time()
        try:
            assert reader(path) == original
        except FileFormatError as error:
            sentences.append(str(error))
        finally:
            seconds, (_, peak) = process_time() - begin, tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert seconds < 2.0
        assert peak < 2 * 2**20 + 40 * len(raw)
    for sentence in sentences:
        assert sentence.startswith(f"{path} ")
        assert sentence.isprintable()
        assert 10 < len(sentence) - len(str(path)) < 350
        assert not FOR_PROGRAMMERS.search(sentence)
    return sentences


def check_all(originals, tmp_path, damager, count):
    for seed in range(count):
        rng = random.Random(f"{damager} {seed}")
        raw, truth = originals[seed % 2]
        sentences = check(tmp_path / f"{damager}-{seed}.json", damaged(damager, rng, raw), truth)
        assert sentences or DAMAGERS[damager] not in FORGERIES


@pytest.mark.parametrize("damager", DAMAGERS)
def test_a_damaged_file_is_refused_in_one_clear_sentence_or_read_as_it_was(originals, tmp_path, damager):
    check_all(originals, tmp_path, damager, 4)


@pytest.mark.long
@pytest.mark.parametrize("damager", DAMAGERS)
def test_so_are_all_thousand(originals, tmp_path, damager):
    check_all(originals, tmp_path, damager, 1 + FILES // len(DAMAGERS))


def test_a_checksum_that_fits_everything_would_be_noticed(originals, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_checksum", lambda _: ANY)
    with pytest.raises(AssertionError):
        check_all(originals, tmp_path, "a_digit_changed", 20)


# what is small in a file and large in memory, or slow --------------------------------------------

MANY = 500_000
HEAD = b'{"format": "microgradlab model", "version": 1, "network": null, "states": {"model": {"x": 1}}, "extra": '
BOMBS = {
    "brackets": lambda: b"[" * 20 * MANY,
    "names in names": lambda: b'{"a":' * 4 * MANY,
    "closed brackets": lambda: HEAD + b'{"x": ' + b"[" * MANY + b"]" * MANY + b"}}",
    "empty lists": lambda: HEAD + b'{"x": [' + b"[]," * 4 * MANY + b"0]}}",
    "empty names": lambda: HEAD + b'{"x": [' + b"{}," * 4 * MANY + b"0]}}",
    "zeros": lambda: HEAD + b'{"x": [' + b"0," * 6 * MANY + b"0]}}",
    "digits": lambda: HEAD + b'{"x": ' + b"9" * 20 * MANY + b"}}",
    "decimals": lambda: HEAD + b'{"x": 0.' + b"9" * 20 * MANY + b"}}",
    "an exponent": lambda: HEAD + b'{"x": 1e' + b"9" * 20 * MANY + b"}}",
    "escapes": lambda: HEAD + b'{"x": "' + rb"\u0041" * 3 * MANY + b'"}}',
    "names": lambda: HEAD + b"{" + b",".join(b'"%d": 1' % i for i in range(MANY)) + b"}}",
    "one name": lambda: HEAD + b"{" + b",".join([b'"x": 1'] * MANY) + b"}}",
    "names in the way": lambda: b"{" + b",".join(b'"%d": 1' % i for i in range(MANY)) + b"}",
    "spaces": lambda: HEAD + b" " * 20 * MANY + b"{}}",
    "too many zeros": lambda: bytes(files.LARGEST + 2),
}
READER = """if True:
    import sys
    from time import process_time
    from microgradlab.errors import FileFormatError
    from microgradlab.persist import load_extra
    def peak():
        [line] = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
        return int(line.split()[1]) * 1024
    before, begin = peak(), process_time()
    try:
        print("read:", len(load_extra(sys.argv[1])))
    except FileFormatError as error:
        print("refused:", str(error).removeprefix(sys.argv[1]))
    print(peak() - before, process_time() - begin)
"""


def load_bomb(path, bomb):
    """What comes of it, and how much memory and time each byte of it has cost; in a process of its own."""
    path.write_bytes(BOMBS[bomb]())
    result = subprocess.run([sys.executable, "-c", READER, path], capture_output=True, text=True, check=True)
    said, figures = result.stdout.splitlines()
    memory, seconds = map(float, figures.split())
    return said, memory / path.stat().st_size, seconds / path.stat().st_size


def assert_harmless(path, bomb):
    said, memory, seconds = load_bomb(path, bomb)
    assert said.startswith(("read: ", "refused:  cannot be used: it ", "refused:  cannot be used: a number in it "))
    assert len(said) < 350
    assert memory < 40
    assert seconds < 2e-6


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux tells it")


@on_linux
@pytest.mark.parametrize("bomb", ["brackets", "digits"])
def test_a_bomb_costs_memory_and_time_by_its_size_only(tmp_path, bomb):
    assert_harmless(tmp_path / "bomb.json", bomb)


@on_linux
@pytest.mark.long
@pytest.mark.parametrize("bomb", BOMBS)
def test_so_does_every_bomb(tmp_path, bomb):
    assert_harmless(tmp_path / "bomb.json", bomb)


# a full disk ------------------------------------------------------------------------------------


class FullDisk:
    """Lets so many steps of writing files through; then there is no space left."""

    def __init__(self, monkeypatch, steps):
        self.left = steps
        monkeypatch.setattr(files, "open", lambda path, mode: io.BufferedWriter(Piece(self, path, mode)), raising=False)
        for name in ("fsync", "replace"):
            monkeypatch.setattr(os, name, partial(self.step, getattr(os, name)))

    def step(self, function, *arguments):
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/dev/disk")
        return function(*arguments)


class Piece(io.FileIO):
    """A file on it: half of what no longer fits is written all the same."""

    def __init__(self, disk, *arguments):
        disk.step(super().__init__, *arguments)
        self.disk = disk

    def write(self, piece):
        try:
            return self.disk.step(super().write, piece)
        except OSError:
            super().write(piece[: len(piece) // 2])
            raise

    def close(self):
        if not self.closed:
            super().close()
            self.disk.step(bool)


STEPS = 5  # of writing a file: open, write, fsync, close, replace
SAVES = EPOCHS + 1  # of a training


@pytest.mark.parametrize("step", range(STEPS))
@pytest.mark.parametrize("size", [1, 10_000])  # written at the flush, and at once
def test_a_disk_full_at_any_step_leaves_the_old_file_whole_and_no_rubbish(tmp_path, monkeypatch, step, size):
    path = tmp_path / "model.json"
    save(MLP(1, [1], seed=0), path)
    raw = path.read_bytes()
    FullDisk(monkeypatch, step)
    with pytest.raises(OSError, match=r"No space left on device: '.*model\.json'"):
        save(MLP(1, [1], seed=1), path, {"x": "x" * size})
    assert path.read_bytes() == raw
    assert os.listdir(tmp_path) == ["model.json"]


def stopped_by_a_full_disk(folder, monkeypatch, steps):
    """Train on a disk that is full after so many steps, go on where there is room; whether it was full."""
    path, full = folder / "checkpoint.json", False
    with monkeypatch.context() as patch:
        FullDisk(patch, steps)
        try:
            train(checkpoint=path)
        except OSError as error:
            full = error.errno == errno.ENOSPC
    assert os.listdir(folder) == ["checkpoint.json"] * (steps >= STEPS)
    assert train(checkpoint=path, resume=True) == train()
    return full


@pytest.mark.parametrize("steps", [0, STEPS - 1, STEPS + 1, 5 * STEPS + 3])
def test_a_training_that_met_a_full_disk_goes_on_to_the_same_bits(tmp_path, monkeypatch, steps):
    assert stopped_by_a_full_disk(tmp_path, monkeypatch, steps)


@pytest.mark.long
@pytest.mark.parametrize("steps", range(SAVES * STEPS + 1))
def test_so_it_does_from_every_step(tmp_path, monkeypatch, steps):
    assert stopped_by_a_full_disk(tmp_path, monkeypatch, steps) == (steps < SAVES * STEPS)


PAGE = 4096


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of its own, of 50 pages."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={50 * PAGE}", "tmpfs", disk]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    yield disk
    subprocess.run(["umount", disk], check=True)


def fill(disk, pages):
    """Leave so many pages free."""
    with open(disk / "ballast", "wb", buffering=0) as ballast, suppress(OSError):
        while ballast.write(bytes(PAGE)):
            pass
    os.truncate(disk / "ballast", os.path.getsize(disk / "ballast") - pages * PAGE)


@pytest.mark.parametrize("pages", [0, 1, 4, 8])  # of the 10 that a checkpoint needs
def test_a_training_that_met_a_real_full_disk_goes_on_to_the_same_bits(small_disk, pages):
    path = small_disk / "checkpoint.json"
    with pytest.raises(OSError, match=r"No space left on device: '.*checkpoint\.json'"):
        train(checkpoint=path, callbacks=[lambda epoch: epoch.epoch == 3 and fill(small_disk, pages)])
    assert sorted(os.listdir(small_disk)) == ["ballast", "checkpoint.json"]
    assert json.loads(path.read_text())["epoch"] == 2
    (small_disk / "ballast").unlink()
    assert train(checkpoint=path, resume=True) == train()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
def test_a_device_that_is_full_says_so_and_stays(tmp_path):
    with pytest.raises(OSError, match="No space left on device: '/dev/full'"):
        save(MLP(1, [1]), "/dev/full")
    assert Path("/dev/full").is_char_device()


# killed trainings -------------------------------------------------------------------------------

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


def killed(folder, kills, writer="write_atomically"):
    """What `kills.py` says of trainings that it killed at so many random moments."""
    command = [sys.executable, Path(__file__).with_name("kills.py"), folder, str(kills), writer]
    return subprocess.run(command, capture_output=True, text=True)


def assert_whole(result, kills):
    assert result.stderr == ""
    assert result.stdout.startswith(f"{kills} kills")
    print(result.stdout)


@needs_fork
def test_a_training_killed_at_any_moment_leaves_a_whole_checkpoint_and_goes_on_to_the_same_bits(tmp_path):
    assert_whole(killed(tmp_path, 3), 3)


@needs_fork
@pytest.mark.long
def test_so_does_one_killed_a_hundred_times(tmp_path):
    assert_whole(killed(tmp_path, 100), 100)


@needs_fork
def test_a_writer_that_is_not_atomic_would_be_noticed(tmp_path):
    result = killed(tmp_path, 100, "write_in_halves")
    assert "is neither the old checkpoint nor the new one" in result.stderr


def test_what_a_killed_writer_left_is_swept_away_by_the_next_when_it_is_old(tmp_path):
    path, others = tmp_path / "m[1].json", ["keep", ".m[1].json.backup.tmp", ".m1.json.01234567.tmp"]
    left, writing = tmp_path / ".m[1].json.0123abcd.tmp", tmp_path / ".m[1].json.89abcdef.tmp"
    for file in (left, writing, *map(tmp_path.joinpath, others)):
        file.write_bytes(b"half")
        os.utime(file, (0, 0))
    os.utime(writing)
    save(MLP(1, [1]), path)
    assert {*os.listdir(tmp_path)} == {path.name, writing.name, *others}
