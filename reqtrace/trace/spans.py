"""Builds the tree of spans from events that may be incomplete.

A span is opened by one event and closed by the matching one. Ends may be missing (dropped, or the process died),
beginnings may be missing, and in an async view spans may overlap: what is closed need not be the innermost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from reqtrace.events.kinds import (
    CORE_LAYER,
    Event,
    ExceptionConverted,
    ExceptionRaised,
    Hook,
    HookEntered,
    HookLeft,
    LayerEntered,
    LayerLeft,
    Outcome,
    RequestChanged,
    ResponseChanged,
    SqlExecuted,
    TemplateEntered,
    TemplateLeft,
    UrlconfEntered,
    UrlResolved,
    UrlUnresolved,
    ViewEntered,
    ViewLeft,
)
from reqtrace.trace.model import Direction, Span, SpanChange, SpanClosing, SpanOpening

__all__ = ["SpanBuilder", "SpanTree", "outcome_named"]

MAX_DEPTH = 200
"""Spans nested deeper than this stand beside each other instead, so that whoever walks the tree may recurse."""

HOOK_DIRECTIONS = {
    Hook.process_request: Direction.IN,
    Hook.process_view: Direction.IN,
    Hook.process_exception: Direction.OUT,
    Hook.process_template_response: Direction.OUT,
    Hook.process_response: Direction.OUT,
}
OUTCOMES = {int(outcome): outcome for outcome in Outcome}

Identity = tuple[str | int, ...]


def outcome_named(number: int) -> Outcome:
    """The outcome of that number; one this version does not know is neither of the others."""
    return OUTCOMES.get(number, Outcome.other)


class SpanTree(NamedTuple):
    """All spans of a request, flat and nested."""

    spans: tuple[Span, ...]
    """By number."""
    parents: tuple[int, ...]
    """Number of the span around each; -1 for the outermost."""
    roots: tuple[Span, ...]
    is_matched: bool
    """Every end has its beginning."""
    is_closed: bool
    """Every beginning has its end."""


class Draft:
    """A span while events still come."""

    __slots__ = (
        "changes",
        "children",
        "converted",
        "depth",
        "end",
        "entered",
        "has_inner",
        "identity",
        "is_current",
        "left",
        "number",
        "outcome",
        "parent",
        "raised",
        "start",
        "status",
    )

    def __init__(self, number: int, entered: SpanOpening, parent: Draft | None, identity: Identity) -> None:
        self.number = number
        self.entered = entered
        self.parent = parent
        self.identity = identity
        self.depth: int = 0 if parent is None else parent.depth + 1
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
            case HookEntered(hook=hook):
                return HOOK_DIRECTIONS.get(Hook(hook), Direction.CORE) if 0 <= hook < len(Hook) else Direction.CORE
            case LayerEntered(layer=layer) if layer != CORE_LAYER:
                return Direction.OUT if self.has_inner else Direction.IN
        return Direction.CORE


class SpanBuilder:
    """Takes the events of one request in the order they came."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self._stack: list[Draft] = []
        self._open: dict[Identity, list[Draft]] = {}
        self._raised: ExceptionRaised | None = None
        self._unmatched = 0
        self._fresh = 0
        """How many changes the innermost span has been charged with since the last event of another kind."""

    def take(self, event: Event) -> bool:
        """Use an event; false if it is about no span."""
        handle = HANDLERS.get(type(event))
        if handle is None:
            return False
        handle(self, event)
        return True

    # --- opening and closing -----------------------------------------------------------------------------------

    def _push(self, entered: SpanOpening, identity: Identity) -> Draft:
        parent = self._stack[-1] if self._stack else None
        while parent is not None and parent.depth >= MAX_DEPTH:
            parent = parent.parent
        draft = Draft(len(self.drafts), entered, parent, identity)
        self.drafts.append(draft)
        if parent is not None:
            parent.children.append(draft)
        return draft

    def _begin(self, entered: SpanOpening, identity: Identity) -> None:
        draft = self._push(entered, identity)
        self._stack.append(draft)
        self._open.setdefault(identity, []).append(draft)
        self._fresh = 0

    def _begin_layer(self, entered: LayerEntered) -> None:
        for draft in reversed(self._stack):
            if draft.has_inner:
                break
            draft.has_inner = True
        self._begin(entered, ("layer", entered.layer))

    def _end(self, left: SpanClosing, identity: Identity, outcome: Outcome, status: int) -> None:
        self._fresh = 0
        opened = self._open.get(identity)
        if not opened:
            self._unmatched += 1
            return
        draft = opened.pop()
        draft.left, draft.end, draft.outcome, draft.status = left, left.time, outcome, status
        if draft.is_current:
            self._unwind(draft)
        if outcome is Outcome.raised:
            draft.raised, self._raised = self._raised, None

    def _unwind(self, draft: Draft) -> None:
        """Take the span off the stack, and what is above it: its end is lost, or still to come (async)."""
        while True:
            popped = self._stack.pop()
            popped.is_current = False
            if popped is draft:
                return

    def _end_layer(self, left: LayerLeft) -> None:
        outcome = outcome_named(left.outcome)
        self._end(left, ("layer", left.layer), outcome, left.status)
        if outcome is not Outcome.raised:
            self._raised = None

    def _sql(self, event: SqlExecuted) -> None:
        draft = self._push(event, ("sql",))
        draft.end = event.time + event.duration
        draft.outcome = Outcome.raised if event.error else Outcome.none
        draft.is_current = False

    # --- facts about the innermost span ------------------------------------------------------------------------

    def _changed(self, event: RequestChanged | ResponseChanged) -> None:
        if not self._stack:
            return
        draft = self._stack[-1]
        direction = draft.direction()
        target = "response" if isinstance(event, ResponseChanged) else "request"
        draft.changes.extend([SpanChange(direction, target, change) for change in event.changes])
        self._fresh += len(event.changes)

    def _seen(self, event: ExceptionRaised) -> None:
        self._raised = event
        self._fresh = 0

    def _convert(self, event: ExceptionConverted) -> None:
        if self._fresh and self._stack:
            # The film put its own response in the place of the layer's, and its error page may read the request:
            # no code of the layer did.
            changes = self._stack[-1].changes
            del changes[len(changes) - self._fresh :]
        self._fresh = 0
        opened = self._open.get(("layer", event.layer))
        if not opened:
            self._unmatched += 1
            return
        opened[-1].converted.append(event)
        if self._raised is not None:
            opened[-1].raised, self._raised = self._raised, None

    # --- the result --------------------------------------------------------------------------------------------

    def freeze(self) -> SpanTree:
        """The tree as it is now. Inner spans have higher numbers, so going backwards needs no recursion."""
        drafts = self.drafts
        spans: dict[int, Span] = {}
        for draft in reversed(drafts):
            spans[draft.number] = Span(
                number=draft.number,
                entered=draft.entered,
                left=draft.left,
                start=draft.start,
                end=draft.end,
                outcome=draft.outcome,
                status=draft.status,
                changes=tuple(draft.changes),
                raised=draft.raised,
                converted=tuple(draft.converted),
                children=tuple([spans[child.number] for child in draft.children]),
            )
        return SpanTree(
            spans=tuple([spans[draft.number] for draft in drafts]),
            parents=tuple([-1 if draft.parent is None else draft.parent.number for draft in drafts]),
            roots=tuple([spans[draft.number] for draft in drafts if draft.parent is None]),
            is_matched=not self._unmatched,
            is_closed=all(draft.end is not None for draft in drafts),
        )


HANDLERS: dict[type[Event], Callable[[SpanBuilder, Any], None]] = {
    LayerEntered: SpanBuilder._begin_layer,
    LayerLeft: SpanBuilder._end_layer,
    HookEntered: lambda builder, event: builder._begin(event, ("hook", event.layer, event.hook)),
    HookLeft: lambda builder, event: builder._end(
        event, ("hook", event.layer, event.hook), outcome_named(event.outcome), event.status
    ),
    UrlconfEntered: lambda builder, event: builder._begin(event, ("urlconf",)),
    UrlResolved: lambda builder, event: builder._end(event, ("urlconf",), Outcome.none, 0),
    UrlUnresolved: lambda builder, event: builder._end(event, ("urlconf",), Outcome.raised, 0),
    ViewEntered: lambda builder, event: builder._begin(event, ("view",)),
    ViewLeft: lambda builder, event: builder._end(event, ("view",), outcome_named(event.outcome), event.status),
    TemplateEntered: lambda builder, event: builder._begin(event, ("template",)),
    TemplateLeft: lambda builder, event: builder._end(event, ("template",), outcome_named(event.outcome), 0),
    SqlExecuted: SpanBuilder._sql,
    RequestChanged: SpanBuilder._changed,
    ResponseChanged: SpanBuilder._changed,
    ExceptionRaised: SpanBuilder._seen,
    ExceptionConverted: SpanBuilder._convert,
}
"""What each kind does to the tree; the kinds that are missing are about no span."""
