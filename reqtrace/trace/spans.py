"""Builds the tree of spans from events that may be incomplete.

A span is opened by one event and closed by the matching one. Ends may be missing (dropped, or the process died),
beginnings may be missing, and in an async view spans may overlap: what is closed need not be the innermost. Some
spans are told in one event when they are over: what began since then in the same place is put inside them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from reqtrace.events.kinds import (
    NO_LAYER,
    CacheCalled,
    CallEntered,
    CallLeft,
    ContextProcessorsRan,
    DecoratorHookEntered,
    DecoratorHookLeft,
    Event,
    ExceptionConverted,
    ExceptionRaised,
    FiltersApplied,
    HookEntered,
    HookLeft,
    HttpCalled,
    LayerEntered,
    LayerLeft,
    LogRecorded,
    MailSent,
    Outcome,
    RequestChanged,
    ResponseChanged,
    SignalSent,
    SqlExecuted,
    TagEntered,
    TagLeft,
    TemplateEntered,
    TemplateLeft,
    ThreadHopped,
    TransactionStepped,
    UrlconfEntered,
    UrlLookedUp,
    UrlResolved,
    UrlUnresolved,
    ViewEntered,
    ViewLeft,
)
from reqtrace.trace.drafts import Draft, raise_parent
from reqtrace.trace.model import Span, SpanChange, SpanClosing, SpanInOneEvent, SpanOpening

__all__ = ["CODE", "SpanBuilder", "SpanTree", "outcome_named"]

MAX_DEPTH = 200
"""Spans nested deeper than this stand beside each other instead, so that whoever walks the tree may recurse."""

CODE = (ViewEntered, TemplateEntered, DecoratorHookEntered, TagEntered, CallEntered)
"""Where a hop between threads is one that the project made."""
STRUCTURE = (LayerEntered, HookEntered, UrlconfEntered, ViewEntered)
"""What is never inside something that is told in one event."""
BOUNDARIES = (LayerEntered, HookEntered, ViewEntered, DecoratorHookEntered)
"""Where the agent looks for changes."""
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
    raised: ExceptionRaised | None
    """The last exception, if no span was left by it."""


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
        self._context: Draft | None = None
        """The context processors that ran last, until the template they ran for begins."""
        self._queries = 0
        """How many statements ran since the last boundary."""

    def take(self, event: Event) -> bool:
        """Use an event; false if it is about no span."""
        handle = HANDLERS.get(type(event))
        if handle is None:
            return False
        handle(self, event)
        return True

    # --- opening and closing -----------------------------------------------------------------------------------

    def _parent(self, time: int) -> Draft | None:
        """The innermost span that had begun at that time."""
        parent = self._stack[-1] if self._stack else None
        while parent is not None and (parent.depth >= MAX_DEPTH or parent.start > time):
            parent = parent.parent
        return parent

    def _push(self, entered: SpanOpening) -> Draft:
        parent = self._parent(entered.time)
        draft = Draft(entered, parent)
        self.drafts.append(draft)
        if parent is not None:
            parent.children.append(draft)
        return draft

    def _begin(self, entered: SpanOpening, identity: Identity) -> None:
        self._open_draft(self._push(entered), identity)

    def _open_draft(self, draft: Draft, identity: Identity) -> None:
        self._stack.append(draft)
        self._open.setdefault(identity, []).append(draft)
        self._fresh = 0
        if isinstance(draft.entered, BOUNDARIES):
            self._queries = 0

    def _begin_template(self, entered: TemplateEntered) -> None:
        """``Template.render`` calls the context processors before it renders: they are part of it."""
        parent = self._parent(entered.time)
        context, self._context = self._context, None
        if context is not None and parent is not None and parent.children and parent.children[-1] is context:
            draft = self._around(entered, [context])
            draft.start = context.start
        else:
            draft = self._push(entered)
        self._open_draft(draft, ("template",))

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
        if isinstance(draft.entered, BOUNDARIES):
            self._queries = 0
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
            raise_parent(popped)
            if popped is draft:
                return

    def _end_layer(self, left: LayerLeft) -> None:
        outcome = outcome_named(left.outcome)
        self._end(left, ("layer", left.layer), outcome, left.status)
        if outcome is not Outcome.raised:
            self._raised = None

    def _tell(self, event: SpanInOneEvent, duration: int, error: str) -> None:
        """Something that is over: it began at ``time``, and what began since then in the same place is part of it."""
        inside = self._since(event)
        if isinstance(event, TransactionStepped):
            self._queries -= sum(isinstance(child.entered, SqlExecuted) for child in inside)
        draft = self._around(event, inside) if inside else self._push(event)
        draft.end = event.time + duration
        draft.outcome = Outcome.raised if error else Outcome.none
        draft.is_current = False
        raise_parent(draft)
        if isinstance(event, ContextProcessorsRan):
            self._context = draft

    def _since(self, event: SpanInOneEvent) -> list[Draft]:
        """The last children of the innermost span that began after the event's beginning."""
        parent = self._parent(event.time)
        if parent is None or (isinstance(event, ThreadHopped) and not isinstance(parent.entered, CODE)):
            return []
        inside: list[Draft] = []
        for child in reversed(parent.children):
            if child.start < event.time or child.end is None or isinstance(child.entered, STRUCTURE):
                break
            inside.append(child)
        height = max((child.height for child in inside), default=0)
        return inside[::-1] if parent.depth + height + 2 < MAX_DEPTH else []

    def _around(self, entered: SpanOpening, inside: list[Draft]) -> Draft:
        """A span around the last children of the innermost one."""
        parent = inside[0].parent
        draft = Draft(entered, parent)
        place = len(self.drafts) - 1
        while self.drafts[place] is not inside[0]:
            place -= 1
        self.drafts.insert(place, draft)
        draft.children = inside
        draft.height = 1 + max(child.height for child in inside)
        for child in inside:
            child.parent = draft
        if parent is not None:
            parent.children[-len(inside) :] = [draft]
        return draft

    def _sql(self, event: SqlExecuted) -> None:
        self._queries += 1
        draft = self._push(event)
        draft.end = event.time + event.duration
        draft.outcome = Outcome.raised if event.error else Outcome.none
        draft.is_current = False
        raise_parent(draft)

    # --- facts about the innermost span ------------------------------------------------------------------------

    def _changed(self, event: RequestChanged | ResponseChanged) -> None:
        if not self._stack:
            return
        draft = self._stack[-1]
        direction = draft.direction()
        target = "response" if isinstance(event, ResponseChanged) else "request"
        queries = self._queries_of(draft, event)
        draft.changes.extend(
            [SpanChange(direction, target, one, queries if one.op == "!" else -1) for one in event.changes]
        )
        self._fresh += len(event.changes)

    def _queries_of(self, draft: Draft, event: RequestChanged | ResponseChanged) -> int:
        """How many statements evaluating a lazy value took, as far as the trace can tell.

        A view has reasons of its own to ask the database; so do two lazy values that were evaluated together.
        """
        if self._queries <= 0:
            return 0
        is_alone = sum(change.op == "!" for change in event.changes) == 1
        return self._queries if is_alone and not isinstance(draft.entered, ViewEntered) else -1

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
            self._unmatched += event.layer != NO_LAYER
            return
        opened[-1].converted.append(event)
        if self._raised is not None:
            opened[-1].raised, self._raised = self._raised, None

    # --- the result --------------------------------------------------------------------------------------------

    def freeze(self) -> SpanTree:
        """The tree as it is now. Inner spans have higher numbers, so going backwards needs no recursion."""
        drafts = self.drafts
        for number, draft in enumerate(drafts):
            draft.number = number
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
            raised=self._raised,
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
    TemplateEntered: SpanBuilder._begin_template,
    TemplateLeft: lambda builder, event: builder._end(event, ("template",), outcome_named(event.outcome), 0),
    DecoratorHookEntered: lambda builder, event: builder._begin(event, ("decorator", event.middleware, event.hook)),
    DecoratorHookLeft: lambda builder, event: builder._end(
        event, ("decorator", event.middleware, event.hook), outcome_named(event.outcome), event.status
    ),
    TagEntered: lambda builder, event: builder._begin(event, ("tag",)),
    TagLeft: lambda builder, event: builder._end(event, ("tag",), outcome_named(event.outcome), 0),
    CallEntered: lambda builder, event: builder._begin(event, ("call", event.name)),
    CallLeft: lambda builder, event: builder._end(event, ("call", event.name), outcome_named(event.outcome), 0),
    SqlExecuted: SpanBuilder._sql,
    # That nothing is found is an answer.
    UrlLookedUp: lambda builder, event: builder._tell(event, event.duration, ""),
    TransactionStepped: lambda builder, event: builder._tell(event, event.duration, event.error),
    ContextProcessorsRan: lambda builder, event: builder._tell(event, event.duration, ""),
    ThreadHopped: lambda builder, event: builder._tell(event, event.duration, ""),
    CacheCalled: lambda builder, event: builder._tell(event, event.duration, event.error),
    HttpCalled: lambda builder, event: builder._tell(event, event.duration, event.error),
    MailSent: lambda builder, event: builder._tell(event, event.duration, event.error),
    SignalSent: lambda builder, event: builder._tell(event, event.duration, event.error),
    LogRecorded: lambda builder, event: builder._tell(event, 0, ""),
    FiltersApplied: lambda builder, event: builder._tell(event, event.duration, event.error),
    RequestChanged: SpanBuilder._changed,
    ResponseChanged: SpanBuilder._changed,
    ExceptionRaised: SpanBuilder._seen,
    ExceptionConverted: SpanBuilder._convert,
}
"""What each kind does to the tree; the kinds that are missing are about no span."""
