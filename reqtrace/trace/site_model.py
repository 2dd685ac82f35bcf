"""What a traced process tells of itself: its chains of middleware, its URL patterns, its settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from reqtrace.events.kinds import HookSource, PatternSeen

__all__ = ["Chain", "Layer", "LayerState", "ProcessFacts"]


class LayerState(Enum):
    """What became of an entry of MIDDLEWARE when the chain was loaded."""

    LOADED = "loaded"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Loading has not come to it (yet), or what was said about it is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One entry of MIDDLEWARE in one chain."""

    index: int
    """Position in MIDDLEWARE, from 0."""
    path: str
    name: str
    state: LayerState
    shape: str = ""
    file: str = ""
    line: int = 0
    hooks: tuple[HookSource, ...] = ()
    is_async: bool = False
    adapted: str = ""
    is_mixin_call: bool = False
    import_time: int = 0
    init_time: int = 0
    reason: str = ""
    """Why it was skipped or failed."""

    def hook(self, name: str) -> HookSource | None:
        """The layer's own hook of that name, if it has one."""
        return next((source for source in self.hooks if source.hook == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One handler's middleware chain, as ``load_middleware`` built it."""

    number: int
    handler: str
    is_async: bool
    layers: tuple[Layer, ...]
    """Every entry of MIDDLEWARE, in settings order; the skipped ones too."""
    view_middleware: tuple[int, ...] = ()
    template_response_middleware: tuple[int, ...] = ()
    exception_middleware: tuple[int, ...] = ()
    is_loaded: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessFacts:
    """What is known of one traced process, apart from its requests."""

    number: int
    pid: int = 0
    argv: tuple[str, ...] = ()
    python: str = ""
    django: str = ""
    clock_offset: int = 0
    """Add to a monotonic time to get nanoseconds since the epoch."""
    is_alive: bool = True
    chains: tuple[Chain, ...] = ()
    patterns: dict[int, PatternSeen] = field(default_factory=dict)
    settings_module: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    dropped: int = 0
    """Events known to be lost."""
    untraced: int = 0
    """Whole requests that were not traced because the agent's buffer was nearly full."""
    gaps: int = 0
    """Lines that could not be read or were lost on the way."""
    warnings: tuple[str, ...] = ()
    level: str = ""
    """How much the agent observes, ``path`` or ``deep``; empty if it never said."""
