"""Lays the path of a request: its stops, in the order in which they were reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from reqtrace.events.kinds import (
    BodySent,
    CacheCalled,
    CallEntered,
    ContextProcessorsRan,
    DecoratorHookEntered,
    Event,
    ExceptionConverted,
    FiltersApplied,
    Hook,
    HookEntered,
    HttpCalled,
    LayerEntered,
    LogRecorded,
    MailSent,
    RequestEscaped,
    RequestLineReceived,
    RequestLogged,
    RequestRefused,
    RequestStarted,
    ResponseClosed,
    ResponseStarted,
    SignalSent,
    SqlExecuted,
    TagEntered,
    TemplateEntered,
    ThreadHopped,
    TransactionStepped,
    UrlconfEntered,
    UrlLookedUp,
    ViewEntered,
)
from reqtrace.trace.calls import Calls, LayerCall
from reqtrace.trace.context import Context, read_context
from reqtrace.trace.model import Direction, Phase, Span, Stop, StopSort
from reqtrace.trace.spans import CODE, SpanTree

__all__ = ["Frame", "Path", "lay_path"]

DIRECTIONS = {
    Phase.ENTER: Direction.IN,
    Phase.RESOLVE: Direction.IN,
    Phase.VIEW_HOOKS: Direction.IN,
    Phase.VIEW: Direction.CORE,
    Phase.RENDER: Direction.CORE,
    Phase.LEAVE: Direction.OUT,
    Phase.SEND: Direction.OUT,
}
HOOK_STOPS = {
    int(Hook.process_view): (StopSort.VIEW_HOOK, Direction.IN),
    int(Hook.process_exception): (StopSort.EXCEPTION_HOOK, Direction.OUT),
    int(Hook.process_template_response): (StopSort.TEMPLATE_RESPONSE_HOOK, Direction.OUT),
}
SORTS: dict[type[Event], StopSort] = {
    SqlExecuted: StopSort.SQL,
    TemplateEntered: StopSort.TEMPLATE,
    UrlconfEntered: StopSort.RESOLVED,
    ViewEntered: StopSort.VIEW,
    DecoratorHookEntered: StopSort.DECORATOR_HOOK,
    UrlLookedUp: StopSort.LOOKUP,
    TransactionStepped: StopSort.TRANSACTION,
    ContextProcessorsRan: StopSort.CONTEXT_PROCESSORS,
    ThreadHopped: StopSort.HOP,
    CacheCalled: StopSort.CACHE,
    HttpCalled: StopSort.HTTP,
    MailSent: StopSort.MAIL,
    SignalSent: StopSort.SIGNAL,
    LogRecorded: StopSort.LOG,
    TagEntered: StopSort.TAG,
    FiltersApplied: StopSort.FILTERS,
    CallEntered: StopSort.CALL,
}
AROUND_SENDING = (ThreadHopped, SignalSent, LogRecorded, TransactionStepped)
"""What Django itself causes while it sends a response; it does not make the body."""
BEGINNING, ENTERING, LEAVING, SENDING = range(4)
"""The order of stops that fall on the same nanosecond."""


@dataclass(slots=True)
class Frame:
    """What surrounds the chain: the facts told by the server and the handler."""

    line: RequestLineReceived | None = None
    started: RequestStarted | None = None
    response: ResponseStarted | None = None
    first_body: BodySent | None = None
    body: BodySent | None = None
    """The last report; its figures count from the start."""
    refused: RequestRefused | None = None
    logged: RequestLogged | None = None
    closed: ResponseClosed | None = None
    escaped: RequestEscaped | None = None


class Path(NamedTuple):
    """The stops, and which of them are those of a layer's span."""

    stops: tuple[Stop, ...]
    stops_in: dict[int, int]
    stops_out: dict[int, int]
    context: Context


class Draft(NamedTuple):
    """A stop before it is known how many come before it."""

    time: int
    rank: tuple[int, int, int]
    sort: StopSort
    phase: Phase
    direction: Direction
    span: Span | None = None
    layer: int | None = None
    depth: int = 0
    duration: int | None = None


def lay_path(tree: SpanTree, calls: Calls, frame: Frame, layer_count: int) -> Path:
    """The path through a tree whose layers have been read into ``calls``."""
    send_since = when_sending_began(tree, frame)
    body_since = when_body_began(tree, frame, send_since)
    context = read_context(tree, send_since, body_depth=0 if body_since is None else 1)
    drafts = [*frame_stops(frame, body_since), *span_stops(tree, calls, context, layer_count)]
    # Ranks are unique, so nothing further is ever compared.
    drafts.sort()
    return number_stops(drafts, tree, context)


# --- around the chain --------------------------------------------------------------------------------------------


def when_sending_began(tree: SpanTree, frame: Frame) -> int | None:
    """When the response had left the chain."""
    if frame.response is not None:
        return frame.response.time
    ends = [span.end for span in tree.roots if isinstance(span.entered, LayerEntered)]
    last = ends[-1] if ends else None
    return last


def when_body_began(tree: SpanTree, frame: Frame, send_since: int | None) -> int | None:
    """When the body began to be produced; ``None`` if it was there already when it was sent."""
    if send_since is None:
        return None
    is_streaming = frame.response is not None and frame.response.streaming
    last = frame.body.time if frame.body is not None else send_since
    began = [
        span.start
        for span in tree.roots
        if not isinstance(span.entered, (LayerEntered, *AROUND_SENDING))
        and send_since <= span.start
        and (is_streaming or span.start < last)
    ]
    if is_streaming and frame.first_body is not None:
        began.append(frame.first_body.time)
    return min(began, default=None)


def frame_stops(frame: Frame, body_since: int | None) -> Iterator[Draft]:
    first = frame.started or frame.line
    if first is not None:
        yield Draft(first.time, (BEGINNING, 0, 0), StopSort.RECEIVED, Phase.ENTER, Direction.IN)
    if frame.response is not None:
        yield sending(frame.response.time, 0, StopSort.STARTED)
    if body_since is not None:
        duration = frame.body.time - body_since if frame.body is not None else None
        # Before what runs in it.
        rank = (BEGINNING, 1, 0)
        yield Draft(body_since, rank, StopSort.BODY, Phase.SEND, Direction.OUT, duration=duration)
    if frame.escaped is not None:
        yield sending(frame.escaped.time, 1, StopSort.ESCAPED)
    if frame.closed is not None:
        yield sending(frame.closed.time, 2, StopSort.CLOSED)


def sending(time: int, order: int, sort: StopSort) -> Draft:
    return Draft(time, (SENDING, order, 0), sort, Phase.SEND, Direction.OUT)


# --- in the chain ------------------------------------------------------------------------------------------------


def span_stops(tree: SpanTree, calls: Calls, context: Context, layer_count: int) -> Iterator[Draft]:
    for span, parent in zip(tree.spans, tree.parents, strict=True):
        entered = span.entered
        sort = SORTS.get(type(entered))
        if sort is not None:
            if is_part_of_another(span, tree.spans[parent] if parent >= 0 else None):
                continue
            direction = DIRECTIONS[context.phases[span.number]]
            yield core_stop(span, context, sort, direction, layer_count)
        elif isinstance(entered, HookEntered):
            # A hook that another hook called is part of that one.
            is_in_hook = parent >= 0 and isinstance(tree.spans[parent].entered, HookEntered)
            if entered.hook in HOOK_STOPS and not is_in_hook:
                yield core_stop(span, context, *HOOK_STOPS[entered.hook], layer_count)
        else:
            call = calls.by_span.get(span.number)
            if call is not None:
                yield from layer_stops(call)
            for converted in span.converted:
                yield conversion(span, converted, layer_count)


def is_part_of_another(span: Span, parent: Span | None) -> bool:
    """No stop of its own: the statement with which a transaction stepped, a hop of Django's own machinery."""
    if isinstance(span.entered, SqlExecuted):
        return parent is not None and isinstance(parent.entered, TransactionStepped)
    return isinstance(span.entered, ThreadHopped) and (parent is None or not isinstance(parent.entered, CODE))


def layer_stops(call: LayerCall) -> Iterator[Draft]:
    """One stop where the layer was entered, one where its way out began."""
    number, layer = call.span.number, call.layer.index
    entered = call.subject_in or call.span
    rank = (ENTERING, number, 0)
    phase, direction = Phase.ENTER, Direction.IN
    sort, duration = StopSort.LAYER_IN, call.duration_in
    yield Draft(call.span.start, rank, sort, phase, direction, entered, layer, 0, duration)
    since = call.out_since
    if since is not None:
        left = call.subject_out or call.span
        rank = (LEAVING, -number, 1)
        phase, direction = Phase.LEAVE, Direction.OUT
        sort, duration = StopSort.LAYER_OUT, call.duration_out
        yield Draft(since, rank, sort, phase, direction, left, layer, 0, duration)


def conversion(span: Span, converted: ExceptionConverted, layer_count: int) -> Draft:
    layer = known_layer(converted.layer, layer_count)
    rank = (LEAVING, -span.number, 0)
    return Draft(converted.time, rank, StopSort.CONVERTED, Phase.LEAVE, Direction.OUT, span, layer)


def core_stop(span: Span, context: Context, sort: StopSort, direction: Direction, layer_count: int) -> Draft:
    number = span.number
    layer = known_layer(context.layers[number], layer_count)
    depth = context.depths[number]
    rank = (ENTERING, number, 0)
    return Draft(span.start, rank, sort, context.phases[number], direction, span, layer, depth, span.duration)


def known_layer(layer: int | None, layer_count: int) -> int | None:
    return layer if layer is not None and 0 <= layer < layer_count else None


# --- the result --------------------------------------------------------------------------------------------------


def number_stops(drafts: Iterable[Draft], tree: SpanTree, context: Context) -> Path:
    """The stops in order, identical statements in a row as one."""
    stops: list[Stop] = []
    stops_in: dict[int, int] = {}
    stops_out: dict[int, int] = {}
    for group in grouped(drafts, tree):
        draft = group[0]
        index = len(stops)
        duration = draft.duration if len(group) == 1 else sum(one.duration or 0 for one in group)
        stops.append(
            Stop(
                index=index,
                sort=draft.sort,
                phase=draft.phase,
                direction=draft.direction,
                time=draft.time,
                span=draft.span,
                layer=draft.layer,
                depth=draft.depth,
                repeat=len(group),
                duration=duration,
            )
        )
        if draft.sort is StopSort.LAYER_IN:
            stops_in[draft.rank[1]] = index
        elif draft.sort is StopSort.LAYER_OUT:
            stops_out[-draft.rank[1]] = index
    return Path(tuple(stops), stops_in, stops_out, context)


def grouped(drafts: Iterable[Draft], tree: SpanTree) -> Iterator[list[Draft]]:
    group: list[Draft] = []
    for draft in drafts:
        if group and is_same_statement(group[-1], draft, tree):
            group.append(draft)
            continue
        if group:
            yield group
        group = [draft]
    if group:
        yield group


def is_same_statement(left: Draft, right: Draft, tree: SpanTree) -> bool:
    """Both ran the same statement, at the same place."""
    if left.sort is not StopSort.SQL or right.sort is not StopSort.SQL or left.span is None or right.span is None:
        return False
    first, second = left.span.entered, right.span.entered
    return (
        isinstance(first, SqlExecuted)
        and isinstance(second, SqlExecuted)
        and (first.alias, first.sql, first.error) == (second.alias, second.sql, second.error)
        and (first.file, first.line) == (second.file, second.line)
        and left.phase is right.phase
        and tree.parents[left.span.number] == tree.parents[right.span.number]
    )
