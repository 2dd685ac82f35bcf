"""The one broad catch: a probe that fails is told once and switched off, and the request goes on."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any, TypeVar

Wrapper = TypeVar("Wrapper", bound=Any)

PASSED_OVER = "<reqtrace, passed over like importlib._bootstrap>"
"""File name of our code in front of the application's, as ``warnings`` has to see it."""


class Probe:
    """A named part of the agent that can be switched off by itself."""

    __slots__ = ("is_on", "name")

    reported: Callable[[str, str], None] | None = None
    """Told the name and the reason whenever a probe is switched off; set by the recorder."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_on = True

    def fail(self, error: BaseException) -> None:
        """Switch off after ``error``; only the first one is told."""
        if not self.is_on:
            return
        self.is_on = False
        reason = f"{type(error).__name__} in {where(error)}"
        # Imported here: this module is loaded in every process, with or without Django.
        from logging import getLogger

        getLogger("reqtrace").warning("probe %s switched off: %s", self.name, reason)
        if Probe.reported is not None:
            Probe.reported(self.name, reason)

    def attempt(self, action: Callable[..., Any], *args: Any) -> Any:
        """``action(*args)``, or ``None`` if the probe is off or fails now."""
        if not self.is_on:
            return None
        try:
            return action(*args)
        except Exception as error:
            self.fail(error)
            return None


def where(error: BaseException) -> str:
    """``file:line`` at which ``error`` was raised; its text may hold application data, so it stays out."""
    step = error.__traceback__
    if step is None:
        return "unknown place"
    while step.tb_next is not None:
        step = step.tb_next
    return f"{step.tb_frame.f_code.co_filename}:{step.tb_lineno}"


def hide_from_warnings(function: Wrapper) -> Wrapper:
    """Make ``warnings.warn(stacklevel=2)`` in what ``function`` calls point past it, as if it were absent.

    ``warnings`` passes over frames of the import system, which it knows by the name of their file
    (``_is_internal_filename``); Python 3.12's ``skip_file_prefixes`` is the warning code's to use, not ours.
    """
    function.__code__ = function.__code__.replace(co_filename=PASSED_OVER)
    return function


def hide_made_from_warnings(factory: Wrapper) -> Wrapper:
    """``hide_from_warnings`` for every function that ``factory`` makes, at once.

    For those made on a request's time: changing the code of each costs more than the rest of it.
    """
    code = factory.__code__
    made = [one.replace(co_filename=PASSED_OVER) if isinstance(one, CodeType) else one for one in code.co_consts]
    factory.__code__ = code.replace(co_consts=tuple(made))
    return factory


def leave_no_frame(error: BaseException) -> None:
    """Take the caller's frame out of the traceback of ``error``, to be followed by a bare ``raise``.

    A bare ``raise`` adds no new entry for the frame it stands in (CPython's ``exception_unwind``), so the project's
    traceback reads as if the wrapper were not there.
    """
    step = error.__traceback__
    if step is not None:
        error.__traceback__ = step.tb_next
