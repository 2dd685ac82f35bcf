"""Ends a process group when reqtrace dies without having been able to: run as a script, one per child.

``python -I -S watchdog.py PROCESS_GROUP``. Its standard input is a pipe whose other end only reqtrace holds. A byte
says that all is well and there is nothing left to do; the end of the pipe without one says that reqtrace is gone
(``SIGKILL``, out of memory). Neither ``PR_SET_PDEATHSIG``, which reaches only the direct child and fires when the
*thread* that started it ends, nor the agent, which must never stop a site, can do this.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

__all__ = ["end_group"]

POLL_INTERVAL = 0.02


def end_group(group: int, grace: float) -> None:
    """``SIGTERM`` to a process group, then ``SIGKILL`` to what is left of it after ``grace`` seconds."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGTERM)
        deadline = time.monotonic() + grace
        while is_group_alive(group):
            if time.monotonic() > deadline:
                os.killpg(group, signal.SIGKILL)
                return
            time.sleep(POLL_INTERVAL)


def is_group_alive(group: int) -> bool:
    """Whether a process of the group still runs; one that is only waiting to be reaped does not."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    states = states_of(group)
    return not states or bool(states - {"Z", "X"})


def states_of(group: int) -> set[str]:
    """The states of a group's members, where ``/proc`` tells (Linux)."""
    states = set()
    with contextlib.suppress(OSError):
        for name in filter(str.isdigit, os.listdir("/proc")):
            # A process may end between the listing and the reading.
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as stat:
                # pid (name) state ppid pgrp …; the name may contain anything, even parentheses.
                state, _parent, its_group = stat.read().rpartition(b")")[2].split()[:3]
                if int(its_group) == group:
                    states.add(state.decode())
    return states


if __name__ == "__main__" and not os.read(0, 1):
    end_group(int(sys.argv[1]), grace=3.0)
