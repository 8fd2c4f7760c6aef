"""The files of ours: JSON in which every float comes back exactly, and no damage goes unseen.

    {
     "format": "microgradlab model",
     "version": 1,
     "checksum": "5b3ce1f2",
     …
    }

JSON knows no inf and nan: they stand as the texts "inf", "-inf" and "nan", and a text that reads
so gets a "=" before it. The checksum is of the content, not of its layout; a file without one, as
after an edit by hand, is taken as it is. What cannot be used is a FileFormatError.
"""

import glob
import json
import math
import os
import re
import secrets
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from time import time
from typing import Any, TypeAlias

from microgradlab.coercion import shown
from microgradlab.errors import FileFormatError

VERSION = 1
LARGEST = 256 * 2**20  # bytes: no scalar network comes near
LONGEST = 300  # characters of an error
HOUR = 3600.0  # seconds: no writer that lives takes so long
NOT_FINITE = re.compile("=*(inf|-inf|nan)")  # with =, a text; without, a float

FilePath: TypeAlias = str | os.PathLike[str]
Shapes: TypeAlias = dict[str, tuple[type, ...]]  # the names in a file, and the types each may have


def write(path: FilePath, kind: str, content: dict[str, Any]) -> None:
    """Write a file of that kind; TypeError or ValueError, and no file, for what JSON cannot hold."""
    try:
        content = _to_json(content)
    except RecursionError:
        raise ValueError(f"this {kind} holds something that is nested too deep, or in itself: leave it out") from None
    head = {"format": f"microgradlab {kind}", "version": VERSION, "checksum": _checksum(content)}
    text = json.dumps(head | content, indent=1, ensure_ascii=False, allow_nan=False)
    raw = f"{text}\n".encode()
    if len(raw) > LARGEST:
        raise ValueError(f"this {kind} would be a file of {len(raw) >> 20} MB, and {LARGEST >> 20} MB are the most")
    write_atomically(path, raw)


def read(path: FilePath, kind: str, shapes: Shapes) -> dict[str, Any]:
    """The content of a file of that kind, checked as far as can be done without its model."""
    with open(os.fspath(path), "rb") as file:  # by the megabyte: read(LARGEST + 1) would set so much memory aside
        raw = b"".join(islice(iter(lambda: file.read(2**20), b""), LARGEST // 2**20 + 1))
    with blaming(path):
        if len(raw) > LARGEST:
            raise ValueError(f"it is larger than {LARGEST >> 20} MB")
        content = _without_head(_parsed(raw), kind)
        if content.keys() != shapes.keys():
            raise ValueError(f"a {kind} has {', '.join(shapes)}; here are {', '.join(content):.200}")
        for name, kinds in shapes.items():
            if type(content[name]) not in kinds:
                raise ValueError(f"its {name} cannot be {content[name]!r:.40}")
        for name, state in content["states"].items():
            if type(state) is not dict:
                raise ValueError(f"the state of {name!r:.60} cannot be {state!r:.40}")
        decoded: dict[str, Any] = _from_json(content)
        return decoded


def write_atomically(path: FilePath, content: str | bytes) -> None:
    """Write a file so that at every moment the old or the new one is there, whole."""
    raw = content.encode() if isinstance(content, str) else content
    target = Path(os.path.realpath(path))  # through a link, to where the file is
    try:
        if target.exists() and not target.is_file():  # a device, such as /dev/stdout: nothing there to keep whole
            target.write_bytes(raw)
        else:
            _replace(target, raw)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from None  # by the name that was given


def _replace(target: Path, raw: bytes) -> None:
    """Write the new file beside the old one, and when it is whole, give it the name."""
    _sweep(target)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def _sweep(target: Path) -> None:
    """Remove what was left of this file by writers that were killed."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.{'[0-9a-f]' * 8}.tmp"):
        with suppress(OSError):
            if left.stat().st_mtime < time() - HOUR:
                left.unlink()


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode(), object_pairs_hook=_dictionary)
    except ValueError as problem:
        what = str(problem).partition(";")[0]  # without Python's advice on integers of 4300 digits
        what = "this is no text" if isinstance(problem, UnicodeError) else what
        raise ValueError(f"it is damaged, cut off, or no JSON ({what}); take another copy") from problem


def _dictionary(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) < len(pairs):  # JSON would take the last
        [(name, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f"the name {name!r:.60} stands twice")
    return named


def _without_head(content: Any, kind: str) -> dict[str, Any]:
    """What follows format, version and checksum, if they are right."""
    if type(content) is not dict or not str(content.get("format")).startswith("microgradlab "):
        raise ValueError("it was not written by microgradlab")
    found, version = content.pop("format"), content.pop("version", None)
    if type(version) is not int or version != VERSION:
        raise ValueError(f"it has version {version!r:.40}, not {VERSION}: is it newer?  pip install -U microgradlab")
    if found != f"microgradlab {kind}":
        raise ValueError(f"it is a {found:.40}, not a microgradlab {kind}")
    checksum = content.pop("checksum", None)
    if checksum not in (None, _checksum(content)):
        raise ValueError("its checksum does not fit; if you edited it by hand, remove the line of the checksum")
    return content


def _checksum(content: Any) -> str:
    """Eight hexadecimal digits that hardly any other content has, however it is laid out; no inf or nan passes."""
    try:
        text = json.dumps(content, sort_keys=True, allow_nan=False)
    except ValueError as problem:
        raise ValueError("a number in it is inf or nan, or beyond all floats") from problem
    return f"{zlib.crc32(text.encode()):08x}"


@contextmanager
def blaming(path: FilePath) -> Iterator[None]:
    """Turn whatever goes wrong into an error that names the file, in one line."""
    try:
        yield
    except Exception as problem:
        raise FileFormatError(f"{os.fspath(path)} cannot be used: {_reason(problem)}") from problem


def _reason(problem: Exception) -> str:
    """What is wrong, in few characters, all of which can be printed: names in a damaged file may be anything."""
    if isinstance(problem, RecursionError):
        return "it is damaged, or nested too deep"
    if isinstance(problem, MemoryError):
        return "it does not fit in memory"
    text = f"{problem}" if isinstance(problem, ValueError | OverflowError) else f"{type(problem).__name__}: {problem}"
    text = "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST])
    return text if len(text) < LONGEST else f"{text}…"


def _to_json(x: Any) -> Any:
    """`x` with what JSON does not know written as a text, so that `_from_json` gives it back."""
    if isinstance(x, float) and not math.isfinite(x):
        return repr(float(x))
    if isinstance(x, str) and NOT_FINITE.fullmatch(x):
        return f"={x}"
    if isinstance(x, list | tuple):
        return [_to_json(item) for item in x]
    if isinstance(x, Mapping):
        if not all(isinstance(key, str) for key in x):
            raise TypeError(f"the keys of a saved dictionary are texts, got {shown([*x])}")
        return {key: _to_json(item) for key, item in x.items()}
    if x is not None and not isinstance(x, str | int | float):
        raise TypeError(f"a file holds numbers, texts, lists and dictionaries, got {shown(x)}: turn it into these")
    return x


def _from_json(x: Any) -> Any:
    """`x` with those texts as floats again; lists and dictionaries change in place, as they may be large."""
    if isinstance(x, str) and NOT_FINITE.fullmatch(x):
        return x[1:] if x[0] == "=" else float(x)
    if isinstance(x, list | dict):
        for key, item in enumerate(x) if isinstance(x, list) else x.items():
            x[key] = _from_json(item)
    return x
