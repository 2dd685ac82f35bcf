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
DEADLINE = 12.0
"""Seconds the viewer has to come back after it was asked to; then the process ends without it."""


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
    *, quit_viewer: Callable[[], None], close: Callable[[], None], kill: Callable[[], None]
) -> Iterator[Ending]:
    """Turn the signals into an orderly end, until the block is left.

    The first one asks the viewer to come back and closes the site meanwhile, since a viewer whose terminal is gone
    may never answer. A second one kills the site at once. A signal that was ignored before (``nohup``) stays ignored.
    """
    ending = Ending()

    def end() -> None:
        quit_viewer()
        close()

    def give_up() -> None:
        close()
        os._exit(128 + (ending.signal or 0))

    last_resort = threading.Timer(DEADLINE, give_up)
    last_resort.daemon = True

    def received(number: int, frame: FrameType | None) -> None:
        if ending.signal is not None:
            kill()
            return
        ending.signal = number
        threading.Thread(target=end, name="reqtrace-ending", daemon=True).start()
        last_resort.start()

    earlier = {number: signal.getsignal(number) for number in SIGNALS}
    earlier = {number: handler for number, handler in earlier.items() if handler not in (None, signal.SIG_IGN)}
    for number in earlier:
        signal.signal(number, received)
    try:
        yield ending
    finally:
        last_resort.cancel()
        for number, handler in earlier.items():
            signal.signal(number, handler)
