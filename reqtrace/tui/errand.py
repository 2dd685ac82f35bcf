"""Something that takes long, done in a thread that never touches a widget."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from reqtrace.errors import ReqtraceError

__all__ = ["Errand"]


class Errand:
    """One at a time; who asks for a second one meanwhile is not heard."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Somebody is at it."""
        return self._thread is not None

    def start(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Do it; ``done`` is given the answer, or the ``ReqtraceError``, in that thread at its end."""
        if self.is_running:
            return

        def run() -> None:
            try:
                answer: object = work()
            except ReqtraceError as error:
                answer = error
            finally:
                self._thread = None
            done(answer)

        # A daemon: who leaves meanwhile need not wait until a project is imported.
        self._thread = threading.Thread(target=run, name=f"reqtrace-{self._name}", daemon=True)
        self._thread.start()
