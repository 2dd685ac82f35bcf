"""Facts about the layers: entered, left, their hooks, what they changed, what they raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reqtrace.events.base import Change, Event, Interned

__all__ = [
    "ExceptionConverted",
    "ExceptionRaised",
    "HookEntered",
    "HookLeft",
    "LayerEntered",
    "LayerLeft",
    "RequestChanged",
    "RequestHeld",
    "RequestReleased",
    "ResponseChanged",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerEntered(Event):
    """A layer was called; ``CORE_LAYER`` is ``_get_response``."""

    KIND: ClassVar[str] = "layer.entered"
    layer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerLeft(Event):
    """A layer returned to the one outside it (after the film that converts exceptions)."""

    KIND: ClassVar[str] = "layer.left"
    layer: int
    outcome: int
    """An ``Outcome``."""
    status: int
    """Status of the response, or 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookEntered(Event):
    """A hook of a layer was called."""

    KIND: ClassVar[str] = "hook.entered"
    layer: int
    hook: int
    """A ``Hook``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookLeft(Event):
    """A hook returned or raised."""

    KIND: ClassVar[str] = "hook.left"
    layer: int
    hook: int
    outcome: int
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestChanged(Event):
    """The request differs from the last boundary."""

    KIND: ClassVar[str] = "request.changed"
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseChanged(Event):
    """The response differs from the last boundary."""

    KIND: ClassVar[str] = "response.changed"
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRaised(Event):
    """An exception was seen for the first time, on its way out of a span."""

    KIND: ClassVar[str] = "exception.raised"
    error: Interned
    """Dotted type name."""
    message: str
    file: Interned
    line: int
    function: Interned
    """Where it was raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionConverted(Event):
    """The film around ``layer`` turned an exception into a response (``response_for_exception``).

    ``layer`` is ``NO_LAYER`` where ``StaticFilesHandler`` does so without a film.
    """

    KIND: ClassVar[str] = "exception.converted"
    layer: int
    error: Interned
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHeld(Event):
    """The request waits, because somebody who watches wants it to; what stands here has not run yet."""

    KIND: ClassVar[str] = "request.held"
    hold: int
    """Number of the ``Hold``; 0 if the request goes step by step."""
    place: Interned
    """One of ``reqtrace.events.holds.PLACES``."""
    layer: int
    """Of a layer or hook; otherwise the one whose code is about to go on, or -2."""
    hook: int
    """A ``Hook``, or -1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReleased(Event):
    """The request goes on. The time it waited is in every span around it, and has to be taken away."""

    KIND: ClassVar[str] = "request.released"
    duration: int
    """Nanoseconds it was held."""
    reason: Interned
    """``step``, ``go``, ``time limit`` or ``nobody watches``."""
