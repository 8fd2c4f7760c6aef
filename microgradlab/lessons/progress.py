"""Which exercises are solved, remembered on this machine: in a small file of the user's, and nowhere else.

It is `~/.microgradlab/progress.json`, or `progress.json` in the folder that $MICROGRADLAB_HOME names. Where it cannot
be written, as in a browser or for another's account, lessons go on without it.
"""

import json
import os
from contextlib import suppress
from datetime import date
from pathlib import Path

from microgradlab.files import write_atomically


def path(home: Path | None = None) -> Path:
    """Where the progress is: in that folder, or else in the user's."""
    return Path(home or os.environ.get("MICROGRADLAB_HOME") or Path.home() / ".microgradlab") / "progress.json"


def solved(home: Path | None = None) -> dict[str, str]:
    """The exercises that are solved, by number, and the day; a file that is damaged counts as none."""
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads(path(home).read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return {str(number): str(day) for number, day in found.items()}
    return {}


def remember(number: str) -> None:
    """Note that an exercise is solved today, if it was not before."""
    known = solved()
    if number not in known:
        with suppress(OSError):
            path().parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path(), json.dumps(known | {number: date.today().isoformat()}, indent=1) + "\n")
