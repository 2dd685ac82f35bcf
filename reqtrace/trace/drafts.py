"""A span while events still come."""

from __future__ import annotations

from reqtrace.events.kinds import (
    CORE_LAYER,
    DecoratorHookEntered,
    ExceptionConverted,
    ExceptionRaised,
    Hook,
    HookEntered,
    LayerEntered,
    Outcome,
)
from reqtrace.trace.model import Direction, SpanChange, SpanClosing, SpanOpening

__all__ = ["Draft", "raise_parent"]

HOOK_DIRECTIONS = {
    Hook.process_request: Direction.IN,
    Hook.process_view: Direction.IN,
    Hook.process_exception: Direction.OUT,
    Hook.process_template_response: Direction.OUT,
    Hook.process_response: Direction.OUT,
}


class Draft:
    """What is known of a span so far."""

    __slots__ = (
        "changes",
        "children",
        "converted",
        "depth",
        "end",
        "entered",
        "has_inner",
        "height",
        "is_current",
        "left",
        "number",
        "outcome",
        "parent",
        "raised",
        "start",
        "status",
    )

    def __init__(self, entered: SpanOpening, parent: Draft | None) -> None:
        self.number = -1
        """Given when all are known."""
        self.entered = entered
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.height = 0
        """Levels of closed spans inside it."""
        self.start: int = entered.time
        self.end: int | None = None
        self.left: SpanClosing | None = None
        self.outcome: Outcome | None = None
        self.status = 0
        self.changes: list[SpanChange] = []
        self.raised: ExceptionRaised | None = None
        self.converted: list[ExceptionConverted] = []
        self.children: list[Draft] = []
        self.has_inner = False
        """A layer further in has been entered from here."""
        self.is_current = True
        """It is on the stack: what happens now, happens in it."""

    def direction(self) -> Direction:
        """Which way the request is travelling when this span's own code runs now."""
        match self.entered:
            case HookEntered(hook=hook) | DecoratorHookEntered(hook=hook):
                return HOOK_DIRECTIONS.get(Hook(hook), Direction.CORE) if 0 <= hook < len(Hook) else Direction.CORE
            case LayerEntered(layer=layer) if layer != CORE_LAYER:
                return Direction.OUT if self.has_inner else Direction.IN
        return Direction.CORE


def raise_parent(draft: Draft) -> None:
    """Nothing more begins inside the span: the one around it is at least one level higher."""
    parent = draft.parent
    if parent is not None and parent.height <= draft.height:
        parent.height = draft.height + 1
