"""Facts about what the code of the project uses, and the details of the level ``deep``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reqtrace.events.base import Event, Interned

__all__ = [
    "CacheCalled",
    "CallEntered",
    "CallLeft",
    "FiltersApplied",
    "HttpCalled",
    "LevelChanged",
    "LogRecorded",
    "MailSent",
    "SignalSent",
    "TagEntered",
    "TagLeft",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheCalled(Event):
    """A cache of ``django.core.cache.caches`` was used. ``time`` is its start."""

    KIND: ClassVar[str] = "cache.called"
    alias: Interned
    backend: Interned
    """Dotted path of the backend's class."""
    operation: Interned
    """Name of the method: ``get``, ``set``, ``get_many`` …"""
    key: str
    """The key, shortened; for several the first ones; hidden if it holds a session."""
    hits: int
    """How many keys were found; -1 where the question makes no sense."""
    keys: int
    """How many keys were meant."""
    duration: int
    error: Interned
    file: Interned
    line: int
    function: Interned
    """The nearest line of the project that caused it; empty if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCalled(Event):
    """The site asked another server over HTTP. ``time`` is its start."""

    KIND: ClassVar[str] = "http.called"
    library: Interned
    """``http.client``, ``urllib3`` or ``httpx``."""
    method: Interned
    url: str
    """Scheme, host and path; the query as redacted as the request's own."""
    status: int
    """0 if there was no answer."""
    duration: int
    error: Interned
    file: Interned
    line: int
    function: Interned


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSent(Event):
    """``EmailMessage.send`` was called. ``time`` is its start."""

    KIND: ClassVar[str] = "mail.sent"
    backend: Interned
    """Dotted path of the backend's class; empty if unknown."""
    subject: str
    recipients: int
    """How many, to, cc and bcc; who they are stays in the process."""
    duration: int
    error: Interned
    file: Interned
    line: int
    function: Interned


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSent(Event):
    """A signal was sent to at least one receiver (``deep``). ``time`` is its start."""

    KIND: ClassVar[str] = "signal.sent"
    signal: Interned
    """Name such as ``django.db.models.signals.post_save``; a signal without a known name is told by its type."""
    sender: Interned
    """Dotted name of the sender's class."""
    receivers: tuple[str, ...]
    """Dotted names, in the order they were called."""
    duration: int
    error: Interned


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecorded(Event):
    """A log record was made (``deep``)."""

    KIND: ClassVar[str] = "log.recorded"
    logger: Interned
    level: Interned
    message: str
    """The text as written, with arguments put in only if they are plain; redacted and shortened."""
    file: Interned
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TagEntered(Event):
    """A template tag began to render (``deep``)."""

    KIND: ClassVar[str] = "tag.entered"
    name: Interned
    """As written in the template: ``if``, ``for``, ``url`` …"""
    template: Interned
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TagLeft(Event):
    """A template tag was rendered, or raised."""

    KIND: ClassVar[str] = "tag.left"
    outcome: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltersApplied(Event):
    """A variable went through its filters (``deep``). ``time`` is its start."""

    KIND: ClassVar[str] = "filters.applied"
    expression: str
    """As written between the braces."""
    filters: tuple[str, ...]
    """In the order they were applied."""
    duration: int
    error: Interned


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEntered(Event):
    """A function of the project's own was called (``deep``)."""

    KIND: ClassVar[str] = "call.entered"
    name: Interned
    """Qualified name."""
    file: Interned
    line: int
    """Where the function is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLeft(Event):
    """A function of the project's own returned, raised, or gave a value (a generator)."""

    KIND: ClassVar[str] = "call.left"
    name: Interned
    outcome: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChanged(Event):
    """The agent observes more, or less, from here on."""

    KIND: ClassVar[str] = "level.changed"
    level: Interned
    """``path`` or ``deep``."""
