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

import json
import math
import os
import re
import secrets
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

from microgradlab.errors import FileFormatError

VERSION = 1
LARGEST = 256 * 2**20  # bytes: no scalar network comes near
NOT_FINITE = re.compile("=*(inf|-inf|nan)")  # with =, a text; without, a float

FilePath: TypeAlias = str | os.PathLike[str]
Shapes: TypeAlias = dict[str, tuple[type, ...]]  # the names in a file, and the types each may have


def write(path: FilePath, kind: str, content: dict[str, Any]) -> None:
    """Write a file of that kind; TypeError or ValueError, and no file, for what JSON cannot hold."""
    content = _to_json(content)
    head = {"format": f"microgradlab {kind}", "version": VERSION, "checksum": _checksum(content)}
    text = json.dumps(head | content, indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(path, text + "\n")


def read(path: FilePath, kind: str, shapes: Shapes) -> dict[str, Any]:
    """The content of a file of that kind, checked as far as can be done without its model."""
    with open(path, "rb") as file:
        raw = file.read(LARGEST + 1)
    with blaming(path):
        if len(raw) > LARGEST:
            raise ValueError(f"it is larger than {LARGEST >> 20} MB")
        content = _without_head(_parsed(raw), kind)
        if content.keys() != shapes.keys():
            raise ValueError(f"a {kind} has {', '.join(shapes)}; here are {', '.join(content)}")
        for name, kinds in shapes.items():
            if type(content[name]) not in kinds:
                raise ValueError(f"its {name} cannot be {content[name]!r:.40}")
        for name, state in content["states"].items():
            if type(state) is not dict:
                raise ValueError(f"the state of the {name} cannot be {state!r:.40}")
        decoded: dict[str, Any] = _from_json(content)
        return decoded


def write_atomically(path: FilePath, content: str | bytes) -> None:
    """Write a file so that at every moment the old or the new one is there, whole."""
    raw = content.encode() if isinstance(content, str) else content
    target = Path(path).resolve()  # through a link, to where the file is
    if target.exists() and not target.is_file():  # a device, such as /dev/stdout: nothing there to keep whole
        target.write_bytes(raw)
        return
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from None  # not the temporary file's name
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode())
    except (ValueError, RecursionError) as problem:
        raise ValueError(f"it is damaged, cut off, or no JSON ({problem}); take another copy") from problem


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
    return f"{zlib.crc32(json.dumps(content, sort_keys=True, allow_nan=False).encode()):08x}"


@contextmanager
def blaming(path: FilePath) -> Iterator[None]:
    """Turn whatever goes wrong into an error that names the file."""
    try:
        yield
    except Exception as problem:
        reason = f"{problem}" if isinstance(problem, ValueError) else f"{type(problem).__name__}: {problem}"
        raise FileFormatError(f"{os.fspath(path)} cannot be used: {reason}") from problem


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
            raise TypeError(f"the keys of a saved dictionary are texts, got {[*x]!r:.60}")
        return {key: _to_json(item) for key, item in x.items()}
    return x


def _from_json(x: Any) -> Any:
    if isinstance(x, str) and NOT_FINITE.fullmatch(x):
        return x[1:] if x[0] == "=" else float(x)
    if isinstance(x, list):
        return [_from_json(item) for item in x]
    if isinstance(x, dict):
        return {key: _from_json(item) for key, item in x.items()}
    return x
