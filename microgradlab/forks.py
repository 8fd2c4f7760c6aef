"""A process that forks, as workers do: its child gets the engine in order, whatever other threads were doing.

A child has the memory of its parent, but of its threads only the one that forked. A lock that another one held would
stay locked for ever, and what another one had begun would never end. So a fork waits for a backward pass that is under
way, and a child forgets what the engine had noted of threads by their numbers, which its own threads may be given.
"""

import os
from threading import get_ident

from microgradlab.engine import one_at_a_time, paused
from microgradlab.scopes import scopes


def prepare() -> None:
    """Let every fork from now on wait, and its child begin anew."""
    if hasattr(os, "register_at_fork"):  # not on Windows
        os.register_at_fork(before=one_at_a_time.acquire, after_in_parent=one_at_a_time.release, after_in_child=_alone)


def _alone() -> None:
    """Of all threads that the engine has noted, keep this one."""
    one_at_a_time.release()
    me = get_ident()
    paused[:] = [thread for thread in paused if thread == me]
    for thread in scopes.keys() - {me}:
        del scopes[thread]
