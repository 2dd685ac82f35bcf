"""A bug in reqtrace: keeps the traceback in a file and says in two lines what to do with it."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback

from reqtrace import __version__
from reqtrace.errors import ReqtraceError

__all__ = ["describe_crash"]

PROJECT_PAGE = "the project page of django-reqtrace"


def describe_crash(bug: BaseException) -> ReqtraceError:
    """The error to show for an exception nobody expected; its traceback is written to a temporary file."""
    name = type(bug).__name__
    message = f"reqtrace has a bug: {name}: {bug}" if str(bug) else f"reqtrace has a bug: {name}"
    try:
        kept = f"The traceback is in {_write_traceback(bug)}"
    except OSError as error:
        kept = f"The traceback could not be written ({error})"
    return ReqtraceError(message, hint=f"{kept}\nPlease report it, with that file, through {PROJECT_PAGE}")


def _write_traceback(bug: BaseException) -> str:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", errors="backslashreplace", prefix="reqtrace-crash-", suffix=".txt", delete=False
    ) as file:
        file.write(f"reqtrace {__version__}, Python {platform.python_version()} on {platform.platform()}\n")
        file.write(f"arguments: {sys.argv[1:]}\n\n")
        file.writelines(traceback.format_exception(bug))
    return file.name
