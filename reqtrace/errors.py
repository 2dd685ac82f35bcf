"""The one exception tree of reqtrace.

::

    ReqtraceError                 70  a bug in reqtrace, if raised bare
    ├── UsageError                 2  the command line, or a configuration file, says something impossible
    ├── ProjectError               3  the project cannot be found, imported or started
    │   ├── ProjectNotFound
    │   ├── ProjectAmbiguous
    │   └── ProjectBroken             the project's own traceback is in ``output``
    ├── HubError                   3  a socket, a port, a token
    ├── RecordingError             3  a recording cannot be read, or not by this version
    └── ExportError                3  a picture or page cannot be drawn or written

A message says what happened, to which thing by name; the hint says what to do next.
"""

from __future__ import annotations

__all__ = [
    "EXIT_FINDINGS",
    "EXIT_INTERRUPTED",
    "EXIT_OK",
    "ExportError",
    "HubError",
    "OutputError",
    "ProjectAmbiguous",
    "ProjectBroken",
    "ProjectError",
    "ProjectNotFound",
    "RecordingError",
    "ReqtraceError",
    "UsageError",
]

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_INTERRUPTED = 130


class ReqtraceError(Exception):
    """Anything reqtrace tells a person instead of doing what was asked."""

    exit_code = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ReqtraceError):
    """What was asked for cannot be done, whatever the project is."""

    exit_code = 2


class ProjectError(ReqtraceError):
    """The project cannot be found, imported or started."""

    exit_code = 3


class ProjectNotFound(ProjectError):
    """There is no Django project at the path."""


class ProjectAmbiguous(ProjectError):
    """There are several projects at the path and none is nearer than the others."""


class ProjectBroken(ProjectError):
    """The project was found, but does not start."""

    def __init__(self, message: str, *, hint: str = "", output: str = "") -> None:
        super().__init__(message, hint=hint)
        self.output = output
        """The project's own words (its traceback), to be shown as the project's."""


class HubError(ReqtraceError):
    """The hub cannot listen, or an agent or viewer cannot be served."""

    exit_code = 3


class RecordingError(ReqtraceError):
    """A ``.reqtrace`` file cannot be read."""

    exit_code = 3


class ExportError(ReqtraceError):
    """A file of an export cannot be made or written."""

    exit_code = 3


class OutputError(ReqtraceError):
    """What reqtrace prints finds no room, on a full disk say."""

    exit_code = 3
