"""The lab beside the screen: started when it is needed, asked in a thread, ended with the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from reqtrace.analysis.lab import Lab
from reqtrace.errors import ReqtraceError
from reqtrace.hub.project import Project

__all__ = ["LabDesk"]

Work = Callable[[Lab], Any]
Done = Callable[[Any], object]


class LabDesk:
    """Keeps one lab; one experiment at a time, and none of it touches a widget."""

    def __init__(self) -> None:
        self._lab: Lab | None = None
        self._thread: threading.Thread | None = None

    @property
    def is_busy(self) -> bool:
        """An experiment is being made."""
        return self._thread is not None

    def ask(self, project: Project, work: Work, done: Done) -> None:
        """Do something in the lab; ``done`` is given the answer, or the ``ReqtraceError``, in that thread."""
        if self.is_busy:
            return
        lab = self._lab
        if lab is None:
            lab = self._lab = Lab(project)

        def run() -> None:
            try:
                lab.start()
                answer: object = work(lab)
            except ReqtraceError as error:
                answer = error
            self._thread = None
            done(answer)

        self._thread = threading.Thread(target=run, name="reqtrace-lab", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the lab's process, also while an experiment is being made."""
        lab, self._lab = self._lab, None
        if lab is not None:
            lab.close()
