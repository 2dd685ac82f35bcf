"""What the event kinds have in common, and the types of their fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, ClassVar, NamedTuple

__all__ = [
    "CORE_LAYER",
    "HOOKS",
    "NO_LAYER",
    "Change",
    "Event",
    "Hook",
    "HookSource",
    "Interned",
    "Outcome",
    "UnknownEvent",
]


Interned = Annotated[str, "interned"]
"""A string that repeats: the wire sends it once and then its number."""

CORE_LAYER = -1
"""The layer number of the innermost part of a chain, ``BaseHandler._get_response``."""
NO_LAYER = -2
"""Outside of every layer: ``StaticFilesHandler`` answers before there is a chain."""


class Hook(IntEnum):
    """The five hooks a middleware may have, by Django's names."""

    process_request = 0
    process_view = 1
    process_exception = 2
    process_template_response = 3
    process_response = 4


HOOKS = tuple(hook.name for hook in Hook)


class Outcome(IntEnum):
    """What a call gave back."""

    none = 0
    """It returned ``None``."""
    response = 1
    """It returned a response; the status goes with it."""
    raised = 2
    """It raised; ``ExceptionRaised`` said what, if it was new."""
    other = 3
    """It returned something that is neither."""


class HookSource(NamedTuple):
    """Where a hook of a middleware is written."""

    hook: str
    file: str
    line: int
    is_async: bool


class Change(NamedTuple):
    """One difference between two neighbouring boundaries."""

    op: str
    """``+`` added, ``-`` removed, ``~`` replaced, ``.`` parsed (a lazy part of the request was read here),
    ``!`` evaluated (a lazy value that was there already was evaluated here; ``after`` is the type it stands for)."""
    part: str
    """Request: ``attribute`` or ``META``. Response: ``header``, ``cookie``, ``status``, ``body``, ``object``."""
    name: str
    """The attribute, header or cookie; empty for ``status``, ``body`` and ``object``."""
    before: str
    """Short redacted description of what was there (for an attribute: its type), or empty."""
    after: str
    """Short redacted description of what is there now (for an attribute: its type), or empty."""
    lazy: bool
    """The new value is a lazy object that nothing has evaluated yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every fact carries."""

    KIND: ClassVar[str] = ""

    time: int
    """Nanoseconds of ``time.perf_counter_ns`` in the traced process."""
    request: int
    """Number of the request within its process, from 1; 0 if the fact belongs to none."""
    thread: int
    """Small number of the thread within its process, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent(Event):
    """A kind this version does not know, kept as it came."""

    KIND: ClassVar[str] = ""
    kind: str
    fields: tuple[object, ...]
