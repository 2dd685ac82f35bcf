"""Facts about a process: its chains, layers and settings, and the agent itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reqtrace.events.base import Event, HookSource, Interned

__all__ = [
    "AgentWarned",
    "ChainFailed",
    "ChainLoaded",
    "ChainLoading",
    "EventsDropped",
    "LayerFailed",
    "LayerLoaded",
    "LayerSkipped",
    "SettingsRead",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLoading(Event):
    """``BaseHandler.load_middleware`` began."""

    KIND: ClassVar[str] = "chain.loading"
    chain: int
    handler: Interned
    """Class name of the handler, such as ``WSGIHandler``."""
    is_async: bool
    middleware: tuple[str, ...]
    """``settings.MIDDLEWARE`` at that moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerLoaded(Event):
    """A middleware was built and took its place in the chain."""

    KIND: ClassVar[str] = "layer.loaded"
    chain: int
    layer: int
    """Position in ``settings.MIDDLEWARE``, from 0."""
    path: Interned
    """The dotted path in the settings."""
    name: Interned
    """Class or function name."""
    shape: Interned
    """``class``, ``function``, ``partial`` or ``object``: what the factory is."""
    file: Interned
    line: int
    """Where the layer is written; for a class its ``__call__`` if it defines one, else the class."""
    hooks: tuple[HookSource, ...]
    sync_capable: bool
    async_capable: bool
    is_async: bool
    """The mode Django chose for this layer."""
    adapted: Interned
    """``""``, ``sync_to_async`` or ``async_to_sync``: how the next inner layer was adapted for this one."""
    import_time: int
    init_time: int
    is_mixin_call: bool
    """``__call__`` is ``MiddlewareMixin``'s own, so the hooks are all there is to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSkipped(Event):
    """A middleware raised ``MiddlewareNotUsed`` and left no layer."""

    KIND: ClassVar[str] = "layer.skipped"
    chain: int
    layer: int
    path: Interned
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFailed(Event):
    """A middleware could not be imported or built; loading ends with an exception."""

    KIND: ClassVar[str] = "layer.failed"
    chain: int
    layer: int
    path: Interned
    error: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLoaded(Event):
    """``load_middleware`` ended; the three lists hold layer numbers in the order Django will call them."""

    KIND: ClassVar[str] = "chain.loaded"
    chain: int
    view_middleware: tuple[int, ...]
    template_response_middleware: tuple[int, ...]
    exception_middleware: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFailed(Event):
    """``load_middleware`` raised."""

    KIND: ClassVar[str] = "chain.failed"
    chain: int
    error: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsRead(Event):
    """The settings that steer requests, as they were when a chain was loaded."""

    KIND: ClassVar[str] = "settings.read"
    settings_module: str
    values: tuple[tuple[str, str], ...]
    """Name and short redacted text of each setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsDropped(Event):
    """The buffer was full: what was lost right before this event."""

    KIND: ClassVar[str] = "events.dropped"
    count: int
    requests: int
    """Whole requests that were not traced because the buffer was nearly full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWarned(Event):
    """A probe failed and was switched off, or could not be installed."""

    KIND: ClassVar[str] = "agent.warned"
    probe: Interned
    message: str
