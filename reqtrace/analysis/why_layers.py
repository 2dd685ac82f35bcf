"""Answers why a layer was not entered, and why one of its own two hooks was not called.

Relies on ``django.utils.deprecation.MiddlewareMixin.__call__`` and
``django.core.handlers.exception.convert_exception_to_response``.
"""

from __future__ import annotations

from reqtrace.analysis.answers import Answer, AnswerId, AnswerValue
from reqtrace.analysis.evidence import CALL, Evidence
from reqtrace.analysis.surroundings import class_name
from reqtrace.events.kinds import Outcome
from reqtrace.trace.model import LayerState, RequestState, Span, WayState

__all__ = ["CACHE_LAYERS", "answered", "not_entered", "not_left", "request_hook_not_called", "turned_back", "undecided"]

ID = AnswerId
CACHE_LAYERS = frozenset({"FetchFromCacheMiddleware", "CacheMiddleware"})
"""Of ``django.middleware.cache``: what they answer on the way in comes from the cache."""
PREFLIGHT_HEADER = "access-control-request-method"
CORS_HEADER = "access-control-allow-"


def answered(
    evidence: Evidence,
    number: AnswerId,
    *,
    span: Span | None = None,
    at: int | None = None,
    hook: str = "",
    **values: AnswerValue,
) -> Answer:
    """An answer with exactly the values it is documented to have; those of the causing layer (``at``) are looked up."""
    file, line = evidence.place(at, hook)
    known: dict[str, AnswerValue] = {"layer": evidence.layer_name(at), "hook": hook, **values}
    if at is not None:
        known["number"] = at + 1
    return Answer(
        id=number,
        values={name: known[name] for name in sorted(number.parameters)},
        stop=evidence.stop_of(span),
        layer=at,
        file=file,
        line=line,
    )


def undecided(evidence: Evidence) -> Answer:
    """Nothing that was observed decides it: it is to come, it was cut off, or it is not known."""
    state = evidence.trace.summary.state
    if state is RequestState.OPEN:
        return answered(evidence, ID.PENDING)
    return answered(evidence, ID.INTERRUPTED if state is RequestState.LOST else ID.UNTOLD)


# --- why was this layer not entered ------------------------------------------------------------------------------


def not_entered(evidence: Evidence, index: int | None, name: str = "") -> tuple[Answer, ...]:
    """Of the layer at a position, or of what ``name`` says if it is none of the chain."""
    if index is None and name:
        index = next((row.layer.index for row in evidence.trace.passes if row.layer.path == name), None)
        if index is None and evidence.trace.chain is not None:
            return (answered(evidence, ID.NOT_IN_MIDDLEWARE, name=name),)
    row = evidence.row(index)
    if row is None:
        return (turned_back(evidence, len(evidence.trace.passes)),)
    if row.calls or row.way_in.span is not None:
        return (answered(evidence, ID.IT_RAN),)
    if row.layer.state is LayerState.SKIPPED:
        return (answered(evidence, ID.NOT_USED, at=index, reason=row.layer.reason),)
    if row.layer.state is LayerState.FAILED:
        return (answered(evidence, ID.NOT_LOADED, at=index, reason=row.layer.reason),)
    return (turned_back(evidence, row.layer.index),)


def turned_back(evidence: Evidence, before: int) -> Answer:
    """What kept the request from coming to the layer ``before``, or to the core for the number of layers."""
    trace = evidence.trace
    if trace.summary.lane == "static":
        handler = trace.started.handler if trace.started is not None else "StaticFilesHandler"
        return answered(evidence, ID.STATIC, name=handler)
    if trace.summary.lane == "server":
        return answered(evidence, ID.PENDING if evidence.is_open else ID.SERVER)
    if not trace.passes and trace.chain is None and evidence.core is None and trace.started is not None:
        return answered(evidence, ID.UNTRACED)
    for row in reversed(trace.passes[:before]):
        if row.calls or row.way_in.span is not None:
            return turned_at(evidence, row.layer.index)
    if trace.escaped is not None and not evidence.spans:
        return answered(evidence, ID.ESCAPED_BEFORE, error=class_name(trace.escaped.error))
    return undecided(evidence)


def turned_at(evidence: Evidence, index: int) -> Answer:
    """What the innermost layer that was entered did with the request."""
    row = evidence.trace.passes[index]
    way = row.way_in
    if way.state is WayState.ANSWERED:
        if way.outcome is not Outcome.response:
            return answered(evidence, ID.OTHER_ABOVE, span=way.span, at=index, hook=way.hook)
        number = answer_sort(evidence, index)
        return answered(evidence, number, span=way.span, at=index, hook=way.hook, status=way.status)
    if way.state is WayState.RAISED:
        return raised_at(evidence, index)
    return undecided(evidence)


def answer_sort(evidence: Evidence, index: int) -> AnswerId:
    """Which sort of answer a layer gave on the way in."""
    row = evidence.trace.passes[index]
    if row.layer.name in CACHE_LAYERS:
        return ID.CACHE_HIT
    if evidence.trace.summary.method == "OPTIONS" and PREFLIGHT_HEADER in evidence.request_headers:
        changes = (*row.way_in.changes, *row.way_out.changes)
        if any(one.change.name.lower().startswith(CORS_HEADER) for one in changes) or "cors" in row.layer.path.lower():
            return ID.PREFLIGHT
    return ID.ANSWERED_ABOVE


def raised_at(evidence: Evidence, index: int) -> Answer:
    """The layer raised on the way in; the film around it made a response of that, or nothing did."""
    way = evidence.trace.passes[index].way_in
    calls = evidence.layer_spans(index)
    call = calls[0] if calls else None
    subject = way.span or call
    error = evidence.error_name(subject) if subject is not None else class_name("")
    if call is not None and call.converted:
        status = call.converted[-1].status
        return answered(evidence, ID.RAISED_ABOVE, span=subject, at=index, hook=way.hook, error=error, status=status)
    return answered(evidence, ID.RAISED_ABOVE_ESCAPED, span=subject, at=index, hook=way.hook, error=error)


# --- why did its own hooks not run -------------------------------------------------------------------------------


def request_hook_not_called(evidence: Evidence, index: int) -> tuple[Answer, ...]:
    """``process_request`` of a layer."""
    row = evidence.row(index)
    if row is not None and row.way_in.state is WayState.NO_HOOK:
        return (answered(evidence, ID.NO_HOOK, at=index, hook=row.way_in.hook),)
    return not_entered(evidence, index)


def not_left(evidence: Evidence, index: int) -> tuple[Answer, ...]:
    """``process_response`` of a layer, or its code after ``get_response``."""
    row = evidence.row(index)
    if row is None or row.calls == 0:
        return not_entered(evidence, index)
    way = row.way_out
    match way.state:
        case WayState.NO_HOOK:
            return (answered(evidence, ID.NO_HOOK, at=index, hook=way.hook),)
        case WayState.RAN | WayState.RAISED | WayState.RUNNING:
            return (answered(evidence, ID.IT_RAN),)
        case WayState.NOT_RUN:
            return (not_run(evidence, index),)
    return (undecided(evidence),)


def not_run(evidence: Evidence, index: int) -> Answer:
    """Why the way out of a layer that was entered is not run."""
    row = evidence.trace.passes[index]
    call = evidence.layer_spans(index)[-1]
    if row.way_in.state is WayState.ANSWERED and row.way_out.hook == CALL:
        way = row.way_in
        return answered(evidence, ID.CALL_ANSWERED, span=way.span, at=index, hook=way.hook, status=way.status)
    error = evidence.error_name(call)
    if row.way_in.state is WayState.RAISED or call.converted or call.raised is not None:
        return answered(evidence, ID.RAISED_ITSELF, span=call, at=index, hook=row.way_in.hook, error=error)
    return answered(evidence, ID.RAISED_THROUGH, span=call, at=index, error=error)
