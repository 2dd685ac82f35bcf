"""Notices that the project's own modules were edited since the lab has loaded them."""

from __future__ import annotations

import os
import sys

from reqtrace.agent.entering import is_project_file

__all__ = ["Sources"]

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Sources:
    """The files of the project's modules, as they were when each was seen first."""

    def __init__(self) -> None:
        self._times: dict[str, int] = {}
        self.have_changed()

    def have_changed(self) -> bool:
        """Whether one of them is another file now, or gone; modules that are new are only noted."""
        return any(self._has_changed(file) for file in project_files())

    def _has_changed(self, file: str) -> bool:
        try:
            time = os.stat(file).st_mtime_ns
        except OSError:
            time = 0
        return self._times.setdefault(file, time) != time


def project_files() -> list[str]:
    """Of the modules that are loaded; ``__main__`` among them, where a project is one file."""
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return [
        file
        for file in files
        if isinstance(file, str) and not file.startswith(PACKAGE + os.sep) and is_project_file(file)
    ]
