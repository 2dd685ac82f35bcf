"""Tells a whole request in the order of its seven phases: what happened in each, as sentences with values, no words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from reqtrace.analysis.messages import Value
from reqtrace.analysis.surroundings import class_name
from reqtrace.events.kinds import Outcome, UrlResolved, UrlUnresolved, ViewEntered, ViewLeft
from reqtrace.trace.model import (
    LayerPass,
    LayerState,
    Phase,
    RequestState,
    RequestTrace,
    Span,
    Stop,
    StopSort,
    WayState,
)

__all__ = ["Sentence", "SentenceId", "story"]

RESOLVER_404 = "Resolver404"
UNENTERED = (WayState.NEVER_REACHED, WayState.PENDING, WayState.UNKNOWN, WayState.SKIPPED)
OUT_OF_CHAIN = (LayerState.SKIPPED, LayerState.FAILED)


class SentenceId(Enum):
    """Everything that is said: a key, and the values that come with it."""

    def __init__(self, key: str, parameters: str) -> None:
        self.key = key
        self.parameters = frozenset(parameters.split())

    RECEIVED = "received", "method path handler layers"
    RECEIVED_BARE = "received_bare", "method path handler"
    REFUSED = "refused", "line status reason"
    NOT_DJANGOS = "not_djangos", "line"
    STATIC = "static", "path handler layers"
    NOT_USED = "not_used", "names"
    ENTERED = "entered", "layers first last"
    ENTERED_ONE = "entered_one", "first"
    ANSWERED = "answered", "hook layer status inside"
    NO_RESPONSE = "no_response", "hook layer inside"
    RAISED_IN = "raised_in", "hook layer error inside"
    RESOLVED = "resolved", "tried route view"
    RESOLVED_FIRST = "resolved_first", "route view"
    UNRESOLVED = "unresolved", "tried"
    RESOLVING_RAISED = "resolving_raised", "error"
    NO_HOOKS = "no_hooks", ""
    HOOKS_PASSED = "hooks_passed", "names"
    HOOK_ANSWERED = "hook_answered", "layer status"
    HOOK_RAISED = "hook_raised", "layer error"
    VIEW = "view", "view cost queries"
    VIEW_QUIET = "view_quiet", "view cost"
    VIEW_RAISED = "view_raised", "view error message"
    VIEW_UNFINISHED = "view_unfinished", "view"
    NO_VIEW_RESPONSE = "no_view_response", "view"
    EXCEPTION_PASSED = "exception_passed", "names error"
    EXCEPTION_ANSWERED = "exception_answered", "layer status"
    CONVERTED = "converted", "error status"
    RENDERED = "rendered", "names"
    RENDERED_ALONE = "rendered_alone", ""
    RENDERED_INSIDE = "rendered_inside", ""
    LEFT = "left", "layers first last"
    LEFT_ONE = "left_one", "first"
    STATUS_CHANGED = "status_changed", "layer before after"
    CHANGED_BY = "changed_by", "names"
    CONVERTED_AT = "converted_at", "layer error status"
    SENT = "sent", "status reason bytes"
    SENT_FILE = "sent_file", "status reason bytes"
    STREAMED = "streamed", "status reason bytes chunks"
    ESCAPED = "escaped", "error"
    BROKEN_OFF = "broken_off", "error status"
    CLIENT_LEFT = "client_left", ""
    LOST = "lost", ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One fact of a request, in one of its phases."""

    id: SentenceId
    phase: Phase
    values: Mapping[str, Value]
    file: str = ""
    line: int = 0
    is_turn: bool = False
    """Here the request did not go the usual way."""


ID = SentenceId


def story(trace: RequestTrace) -> tuple[Sentence, ...]:
    """All of a request that is over, or as far as it came; never nothing."""
    if trace.summary.lane != "chain":
        return (*_past_the_chain(trace), *_sent(trace))
    return (*_entered(trace), *_resolved(trace), *_view_hooks(trace), *_core(trace), *_left(trace), *_sent(trace))


def say(number: SentenceId, phase: Phase, **values: Value) -> Sentence:
    return Sentence(id=number, phase=phase, values=values)


def turn(number: SentenceId, phase: Phase, **values: Value) -> Sentence:
    """What is said of an unusual way."""
    return Sentence(id=number, phase=phase, values=values, is_turn=True)


def named(row: LayerPass) -> str:
    """``4 CsrfViewMiddleware``."""
    return f"{row.layer.index + 1} {row.layer.name}"


def names_at(trace: RequestTrace, stops: Sequence[Stop]) -> str:
    """The layers of some stops."""
    return ", ".join(named(trace.passes[stop.layer]) for stop in stops if stop.layer is not None)


# --- 1 enter -----------------------------------------------------------------------------------------------------


def _past_the_chain(trace: RequestTrace) -> Iterator[Sentence]:
    summary, started = trace.summary, trace.started
    if summary.lane == "server" or started is None:
        line = trace.request_line.line if trace.request_line is not None else summary.path
        refused = trace.refused
        if refused is not None:
            yield turn(ID.REFUSED, Phase.ENTER, line=line, status=refused.status, reason=refused.reason)
        else:
            yield turn(ID.NOT_DJANGOS, Phase.ENTER, line=line)
        return
    yield turn(ID.STATIC, Phase.ENTER, path=summary.path, handler=started.handler, layers=trace.bypassed)


def _entered(trace: RequestTrace) -> Iterator[Sentence]:
    in_chain = [row for row in trace.passes if row.layer.state not in OUT_OF_CHAIN]
    handler = trace.started.handler if trace.started is not None else "BaseHandler"
    facts = {"method": trace.summary.method, "path": trace.summary.path, "handler": handler}
    if not in_chain:
        yield say(ID.RECEIVED_BARE, Phase.ENTER, **facts)
        return
    yield say(ID.RECEIVED, Phase.ENTER, layers=len(in_chain), **facts)
    if missing := [named(row) for row in trace.passes if row.layer.state is LayerState.SKIPPED]:
        yield say(ID.NOT_USED, Phase.ENTER, names=", ".join(missing))
    entered = [row for row in in_chain if row.way_in.state not in UNENTERED]
    turning = next((row for row in entered if row.way_in.state in (WayState.ANSWERED, WayState.RAISED)), None)
    if turning is not None:
        yield _turned(turning, len(in_chain) - len(entered))
    elif len(entered) > 1:
        yield say(ID.ENTERED, Phase.ENTER, layers=len(entered), first=named(entered[0]), last=named(entered[-1]))
    elif entered:
        yield say(ID.ENTERED_ONE, Phase.ENTER, first=named(entered[0]))


def _turned(row: LayerPass, inside: int) -> Sentence:
    """A layer let the request no further."""
    way, layer = row.way_in, row.layer
    values: dict[str, Value] = {"hook": way.hook, "layer": named(row), "inside": inside}
    if way.state is WayState.RAISED:
        number = ID.RAISED_IN
        values["error"] = _error_of(way.span)
    elif way.status:
        number = ID.ANSWERED
        values["status"] = way.status
    else:
        number = ID.NO_RESPONSE
    source = layer.hook(way.hook)
    file, line = (source.file, source.line) if source is not None else (layer.file, layer.line)
    return Sentence(id=number, phase=Phase.ENTER, values=values, file=file, line=line, is_turn=True)


# --- 2 resolve, 3 view hooks -------------------------------------------------------------------------------------


def _resolved(trace: RequestTrace) -> Iterator[Sentence]:
    left = trace.urlconf.left if trace.urlconf is not None else None
    if isinstance(left, UrlUnresolved):
        error = class_name(left.error)
        if error == RESOLVER_404:
            yield turn(ID.UNRESOLVED, Phase.RESOLVE, tried=len(left.tried))
        else:
            yield turn(ID.RESOLVING_RAISED, Phase.RESOLVE, error=error)
    elif isinstance(left, UrlResolved):
        pattern = trace.process.patterns.get(left.matched[-1]) if left.matched else None
        view = pattern.target if pattern is not None and pattern.target else left.view_name
        number = ID.RESOLVED if left.tried else ID.RESOLVED_FIRST
        values: dict[str, Value] = {"route": left.route or "''", "view": view}
        if left.tried:
            values["tried"] = len(left.tried)
        yield Sentence(id=number, phase=Phase.RESOLVE, values=values)


def _view_hooks(trace: RequestTrace) -> Iterator[Sentence]:
    hooks = [stop for stop in trace.stops if stop.sort is StopSort.VIEW_HOOK]
    if trace.view is not None and not hooks:
        yield say(ID.NO_HOOKS, Phase.VIEW_HOOKS)
    if passed := [stop for stop in hooks if _outcome(stop) is Outcome.none]:
        yield say(ID.HOOKS_PASSED, Phase.VIEW_HOOKS, names=names_at(trace, passed))
    for stop in hooks:
        layer = names_at(trace, [stop])
        if _outcome(stop) is Outcome.response and stop.span is not None:
            yield turn(ID.HOOK_ANSWERED, Phase.VIEW_HOOKS, layer=layer, status=stop.span.status)
        elif _outcome(stop) is Outcome.raised:
            yield turn(ID.HOOK_RAISED, Phase.VIEW_HOOKS, layer=layer, error=_error_of(stop.span))


# --- 4 view, 5 render --------------------------------------------------------------------------------------------


def _core(trace: RequestTrace) -> Iterator[Sentence]:
    if trace.view is not None and isinstance(trace.view.entered, ViewEntered):
        yield _view(trace, trace.view, trace.view.entered)
    yield from _asked(trace)
    hooks = [stop for stop in trace.stops if stop.sort is StopSort.TEMPLATE_RESPONSE_HOOK]
    left = trace.view.left if trace.view is not None else None
    if hooks:
        yield say(ID.RENDERED, Phase.RENDER, names=names_at(trace, hooks))
    elif isinstance(left, ViewLeft) and left.is_unrendered:
        yield say(ID.RENDERED_ALONE, Phase.RENDER)
    elif isinstance(left, ViewLeft) and left.outcome == Outcome.response and not _is_streamed(trace):
        yield say(ID.RENDERED_INSIDE, Phase.RENDER)


def _is_streamed(trace: RequestTrace) -> bool:
    return trace.response is not None and (trace.response.streaming or trace.response.file)


def _view(trace: RequestTrace, view: Span, entered: ViewEntered) -> Sentence:
    values: dict[str, Value] = {"view": entered.name}
    is_turn = view.outcome in (Outcome.raised, Outcome.none, Outcome.other)
    if view.outcome is Outcome.raised:
        number = ID.VIEW_RAISED
        values |= {"error": _error_of(view), "message": view.raised.message if view.raised is not None else ""}
    elif view.end is None:
        number = ID.VIEW_UNFINISHED
    elif is_turn:
        number = ID.NO_VIEW_RESPONSE
    else:
        queries = sum(stop.repeat for stop in trace.stops if _is_in_view(stop))
        number = ID.VIEW if queries else ID.VIEW_QUIET
        values["cost"] = view.duration or 0
        if queries:
            values["queries"] = queries
    raised = view.raised
    file, line = (raised.file, raised.line) if raised is not None and raised.file else (entered.file, entered.line)
    return Sentence(id=number, phase=Phase.VIEW, values=values, file=file, line=line, is_turn=is_turn)


def _is_in_view(stop: Stop) -> bool:
    return stop.sort is StopSort.SQL and stop.phase is Phase.VIEW


def _asked(trace: RequestTrace) -> Iterator[Sentence]:
    """What became of an exception in the core."""
    hooks = [stop for stop in trace.stops if stop.sort is StopSort.EXCEPTION_HOOK]
    error = _error_of(trace.view) if trace.view is not None else ""
    if passed := [stop for stop in hooks if _outcome(stop) is Outcome.none]:
        yield say(ID.EXCEPTION_PASSED, Phase.VIEW, names=names_at(trace, passed), error=error)
    for stop in hooks:
        if _outcome(stop) is Outcome.response and stop.span is not None:
            layer = names_at(trace, [stop])
            yield turn(ID.EXCEPTION_ANSWERED, Phase.VIEW, layer=layer, status=stop.span.status)
    for stop in trace.stops:
        if stop.sort is StopSort.CONVERTED and stop.layer is None and stop.span is not None:
            for one in stop.span.converted:
                error = class_name(one.error)
                yield turn(ID.CONVERTED, _deepest(trace), error=error, status=one.status)


def _deepest(trace: RequestTrace) -> Phase:
    """How far in the request came."""
    if trace.view is not None:
        return Phase.VIEW
    has_hooks = any(stop.sort is StopSort.VIEW_HOOK for stop in trace.stops)
    return Phase.VIEW_HOOKS if has_hooks else Phase.RESOLVE


# --- 6 leave -----------------------------------------------------------------------------------------------------


def _left(trace: RequestTrace) -> Iterator[Sentence]:
    left = [row for row in reversed(trace.passes) if _was_left(row)]
    if len(left) > 1:
        yield say(ID.LEFT, Phase.LEAVE, layers=len(left), first=named(left[0]), last=named(left[-1]))
    elif left:
        yield say(ID.LEFT_ONE, Phase.LEAVE, first=named(left[0]))
    for stop in trace.stops:
        if stop.sort is StopSort.CONVERTED and stop.layer is not None and stop.span is not None:
            for one in stop.span.converted:
                values: dict[str, Value] = {"error": class_name(one.error), "status": one.status}
                layer = names_at(trace, [stop])
                yield turn(ID.CONVERTED_AT, Phase.LEAVE, layer=layer, **values)
    yield from _changed(left)


def _was_left(row: LayerPass) -> bool:
    has_ended = row.way_out.state in (WayState.RAN, WayState.NO_HOOK)
    return has_ended and row.way_in.state not in UNENTERED and row.layer.state not in OUT_OF_CHAIN


def _changed(left: Sequence[LayerPass]) -> Iterator[Sentence]:
    """Who made something else of the response."""
    changing = []
    for row in left:
        changes = [one.change for one in row.way_out.changes if one.target == "response"]
        status = next((one for one in changes if one.part == "status"), None)
        if status is not None:
            values: dict[str, Value] = {"before": status.before, "after": status.after}
            yield turn(ID.STATUS_CHANGED, Phase.LEAVE, layer=named(row), **values)
        elif changes:
            changing.append(named(row))
    if changing:
        yield say(ID.CHANGED_BY, Phase.LEAVE, names=", ".join(changing))


# --- 7 send ------------------------------------------------------------------------------------------------------


def _sent(trace: RequestTrace) -> Iterator[Sentence]:
    response = trace.response
    if response is not None:
        values: dict[str, Value] = {"status": response.status, "reason": response.reason, "bytes": trace.body_bytes}
        if response.file:
            yield say(ID.SENT_FILE, Phase.SEND, **values)
        elif response.streaming:
            yield say(ID.STREAMED, Phase.SEND, chunks=trace.body_chunks, **values)
        else:
            yield say(ID.SENT, Phase.SEND, **values)
    if trace.escaped is not None:
        error = class_name(trace.escaped.error) if trace.escaped.error else ""
        if error and error != "CancelledError" and response is not None:
            yield turn(ID.BROKEN_OFF, Phase.SEND, error=error, status=response.status)
        elif error and error != "CancelledError":
            yield turn(ID.ESCAPED, Phase.SEND, error=error)
        else:
            yield turn(ID.CLIENT_LEFT, Phase.SEND)
    if trace.summary.state is RequestState.LOST:
        yield turn(ID.LOST, Phase.SEND)


# --- common ------------------------------------------------------------------------------------------------------


def _outcome(stop: Stop) -> Outcome | None:
    return stop.span.outcome if stop.span is not None else None


def _error_of(span: Span | None) -> str:
    raised = span.raised if span is not None else None
    return class_name(raised.error) if raised is not None else class_name("")
