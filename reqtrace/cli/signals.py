"""Ending in good order when somebody else says so: ``SIGTERM``, a closed terminal, Ctrl+C."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Ending", "ending_signals"]

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
PATIENCE = 4.0
"""Seconds the viewer has to come back once the site has ended; then the process ends without it."""


class Ending:
    """Which signal, if any, asked for the end."""

    def __init__(self) -> None:
        self.signal: int | None = None

    @property
    def exit_code(self) -> int | None:
        """What a shell reports for a program that was ended by that signal."""
        return None if self.signal is None else 128 + self.signal


@contextmanager
def ending_signals(
    *,
    quit_viewer: Callable[[], None],
    end_site: Callable[[], None],
    kill_site: Callable[[], None],
    close_all: Callable[[], None],
) -> Iterator[Ending]:
    """Turn the signals into an orderly end, until the block is left.

    The first one asks the viewer to come back and ends the site meanwhile, since a viewer whose terminal is gone may
    never answer: then ``close_all`` saves what can be saved. A second one kills the site at once. A signal that was
    ignored before (``nohup``) stays ignored.
    """
    ending = Ending()
    has_left = threading.Event()

    def end(number: int) -> None:
        quit_viewer()
        end_site()
        if not has_left.wait(PATIENCE):
            close_all()
            os._exit(128 + number)

    def received(number: int, frame: FrameType | None) -> None:
        if ending.signal is not None:
            kill_site()
            return
        ending.signal = number
        threading.Thread(target=end, args=(number,), name="reqtrace-ending", daemon=True).start()

    earlier = {number: signal.getsignal(number) for number in SIGNALS}
    earlier = {number: handler for number, handler in earlier.items() if handler not in (None, signal.SIG_IGN)}
    for number in earlier:
        signal.signal(number, received)
    try:
        yield ending
    finally:
        has_left.set()
        for number, handler in earlier.items():
            signal.signal(number, handler)
