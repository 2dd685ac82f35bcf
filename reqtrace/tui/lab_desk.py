"""The lab beside the screen: started when it is needed, asked in a thread, ended with the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reqtrace.analysis.lab import Lab
from reqtrace.hub.project import Project
from reqtrace.tui.errand import Errand

__all__ = ["LabDesk"]


class LabDesk:
    """Keeps one lab; one experiment at a time."""

    def __init__(self) -> None:
        self._lab: Lab | None = None
        self._errand = Errand("lab")

    @property
    def is_busy(self) -> bool:
        """An experiment is being made."""
        return self._errand.is_running

    def ask(self, project: Project, work: Callable[[Lab], Any], done: Callable[[Any], object]) -> None:
        """Do something in the lab; ``done`` is given the answer, or the ``ReqtraceError``, in its thread."""
        if self._lab is None:
            self._lab = Lab(project)
        lab = self._lab

        def run() -> Any:
            lab.start()
            return work(lab)

        self._errand.start(run, done)

    def close(self) -> None:
        """End the lab's process, also while an experiment is being made."""
        lab, self._lab = self._lab, None
        if lab is not None:
            lab.close()
