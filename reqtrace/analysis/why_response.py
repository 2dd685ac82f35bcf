"""Answers about the response: why a header is missing, why this status, who broke it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from reqtrace.analysis.answers import Answer, AnswerId
from reqtrace.analysis.evidence import Evidence, directly_in, is_layer
from reqtrace.analysis.surroundings import class_name
from reqtrace.analysis.why_layers import answered, not_entered, not_left, turned_back, undecided
from reqtrace.events.kinds import (
    CORE_LAYER,
    Change,
    ExceptionRaised,
    Hook,
    HookEntered,
    LayerEntered,
    Outcome,
    ViewEntered,
)
from reqtrace.trace.callers import is_tls
from reqtrace.trace.model import LayerPass, RequestState, Span, WayState

__all__ = ["HEADER_OWNERS", "header_missing", "headers_of_row", "status_story", "who_broke_it"]

ID = AnswerId
HEADER_OWNERS = {
    "X-Frame-Options": "XFrameOptionsMiddleware",
    "X-Content-Type-Options": "SecurityMiddleware",
    "Referrer-Policy": "SecurityMiddleware",
    "Cross-Origin-Opener-Policy": "SecurityMiddleware",
    "Strict-Transport-Security": "SecurityMiddleware",
    "Content-Length": "CommonMiddleware",
    "Content-Language": "LocaleMiddleware",
    "Content-Encoding": "GZipMiddleware",
    "ETag": "ConditionalGetMiddleware",
    "Expires": "UpdateCacheMiddleware",
    "Cache-Control": "UpdateCacheMiddleware",
    "Content-Security-Policy": "ContentSecurityPolicyMiddleware",
    "Set-Cookie": "SessionMiddleware",
    "Access-Control-Allow-Origin": "CorsMiddleware",
}
"""Which of Django's middleware (and corsheaders') sets a header, by class name."""
SET = ("+", "~")
NO_BODY = (204, 304)


class Setting(NamedTuple):
    """A header was set, removed or replaced by a span's own code."""

    span: Span
    layer: int | None
    change: Change


# --- why is this header missing ----------------------------------------------------------------------------------


def header_missing(evidence: Evidence, name: str) -> tuple[Answer, ...]:
    """A header of the response."""
    trace = evidence.trace
    if trace.summary.lane != "chain":
        return (turned_back(evidence, 0),)
    if trace.response is None:
        return (answered(evidence, ID.PENDING if evidence.is_open else ID.HEADER_NOT_SENT, name=name),)
    if name.lower() in evidence.response_headers:
        return (answered(evidence, ID.HEADER_PRESENT, name=name),)
    settings = header_changes(evidence, name)
    made = [one for one in settings if one.change.op in SET]
    if made:
        return (what_became_of_it(evidence, name, made[-1], settings),)
    return never_set(evidence, name)


def header_changes(evidence: Evidence, name: str) -> list[Setting]:
    """Everything that was done to a header (to any cookie, for ``Set-Cookie``), in the order of the way out."""
    part, wanted = ("cookie", None) if name.lower() == "set-cookie" else ("header", name.lower())
    found = [
        Setting(span, evidence.layer_of(span), one.change)
        for span in evidence.spans
        for one in span.changes
        if one.change.part == part and (wanted is None or one.change.name.lower() == wanted)
    ]
    return sorted(found, key=outward)


def outward(setting: Setting) -> int:
    """The response travels from the core (no layer) to the layer 0."""
    return 0 if setting.layer is None else -setting.layer


def what_became_of_it(evidence: Evidence, name: str, made: Setting, settings: list[Setting]) -> Answer:
    """Somebody set it: who took it away again?"""
    here = len(evidence.trace.passes) if made.layer is None else made.layer
    for one in settings:
        if one.change.op == "-" and one.layer is not None and one.layer <= here:
            hook = hook_of(evidence, one.span)
            return answered(evidence, ID.HEADER_REMOVED, span=one.span, at=one.layer, hook=hook, name=name)
    for row in reversed(evidence.trace.passes[: here + 1]):
        film = lost_in_film(evidence, name, row)
        if film is not None:
            return film
        if row.layer.index < here and replaces_response(row):
            way = row.way_out
            return answered(
                evidence,
                ID.HEADER_REPLACED,
                span=way.span,
                at=row.layer.index,
                hook=way.hook,
                name=name,
                status=way.status,
            )
    return undecided(evidence)


def hook_of(evidence: Evidence, span: Span) -> str:
    if isinstance(span.entered, HookEntered):
        return Hook(span.entered.hook).name
    row = evidence.row(evidence.layer_of(span))
    return "" if row is None else row.way_out.hook


def replaces_response(row: LayerPass) -> bool:
    return any(one.target == "response" and one.change.part == "object" for one in row.way_out.changes)


def lost_in_film(evidence: Evidence, name: str, row: LayerPass) -> Answer | None:
    """The layer raised on the way out: what it was given is gone."""
    if row.way_out.state is not WayState.RAISED:
        return None
    call = evidence.layer_spans(row.layer.index)[-1]
    status = call.converted[-1].status if call.converted else 0
    return answered(
        evidence,
        ID.HEADER_LOST_IN_FILM,
        span=row.way_out.span or call,
        at=row.layer.index,
        hook=row.way_out.hook,
        name=name,
        error=evidence.error_name(call),
        status=status,
    )


def never_set(evidence: Evidence, name: str) -> tuple[Answer, ...]:
    """Nobody set it: was the layer there that does?"""
    owner = next((layer for header, layer in HEADER_OWNERS.items() if header.lower() == name.lower()), "")
    row = next((row for row in evidence.trace.passes if owner and row.layer.name == owner), None)
    if row is None:
        if not owner or evidence.trace.chain is None:
            return (undecided(evidence),)
        return (answered(evidence, ID.HEADER_OWNER_ABSENT, name=name, layer=owner),)
    index = row.layer.index
    if row.way_out.state is WayState.RAN:
        return (
            answered(
                evidence, ID.HEADER_CONDITIONAL, span=row.way_out.span, at=index, hook=row.way_out.hook, name=name
            ),
        )
    causes = not_left(evidence, index) if row.calls else not_entered(evidence, index)
    return (answered(evidence, ID.HEADER_OWNER_SKIPPED, at=index, name=name), *causes)


def headers_of_row(evidence: Evidence, index: int) -> list[str]:
    """Headers that are missing and that this layer set, or is there to set."""
    row = evidence.row(index)
    if row is None or evidence.trace.response is None:
        return []
    changes = [one.change for one in (*row.way_out.changes, *row.way_in.changes) if one.target == "response"]
    own = [one.name for one in changes if one.part == "header" and one.op in SET]
    known = [header for header, owner in HEADER_OWNERS.items() if owner == row.layer.name]
    names = {name.lower(): name for name in (*known, *own)}
    return [name for lower, name in names.items() if lower not in evidence.response_headers]


# --- why this status ---------------------------------------------------------------------------------------------


def status_story(evidence: Evidence) -> tuple[Answer, ...]:
    """Every status the response had, with what made it, the first one first."""
    trace = evidence.trace
    if trace.summary.lane == "static":
        handler = trace.started.handler if trace.started is not None else ""
        return (answered(evidence, ID.STATUS_STATIC, name=handler, status=trace.summary.status),)
    calls = [span for span in directly_in(trace.root) if isinstance(span.entered, LayerEntered)]
    story = list(statuses_in(evidence, calls[-1])) if calls else []
    story += ended_outside(evidence)
    if not story and trace.summary.status:
        story.append(answered(evidence, ID.STATUS_SENT, status=trace.summary.status))
    return tuple(story) or (undecided(evidence),)


def ended_outside(evidence: Evidence) -> Iterator[Answer]:
    """What became of it outside of all layers, if that was not as usual."""
    trace, escaped = evidence.trace, evidence.trace.escaped
    if trace.refused is not None:
        # Of a TLS hello, the reason quotes the bytes.
        reason = "" if is_tls(trace.request_line.line if trace.request_line else "") else trace.refused.reason
        yield answered(evidence, ID.STATUS_REFUSED, status=trace.refused.status, reason=reason)
    elif trace.summary.state is RequestState.GONE:
        yield answered(evidence, ID.CLIENT_GONE)
    elif escaped is not None:
        number = ID.STATUS_SERVER if trace.response is None else ID.BROKEN_OFF
        yield at_its_line(answered(evidence, number, error=class_name(escaped.error)), trace.raised_outside)


def at_its_line(answer: Answer, raised: ExceptionRaised | None) -> Answer:
    """The answer about an exception of no layer, which points at the line that raised it."""
    return answer if raised is None else replace(answer, file=raised.file, line=raised.line)


def statuses_in(evidence: Evidence, call: Span) -> Iterator[Answer]:
    """The statuses that were made inside a layer, and by it."""
    if is_layer(call, CORE_LAYER):
        yield from statuses_in_core(evidence, call)
        return
    index = evidence.layer_of(call)
    row = evidence.row(index)
    inner = evidence.inner_layers(call)
    before = 0
    if inner:
        yield from statuses_in(evidence, inner[-1])
        before = inner[-1].status
    elif row is not None and row.way_in.state is WayState.ANSWERED and row.way_in.outcome is Outcome.response:
        before = row.way_in.status
        yield answered(evidence, ID.STATUS_HOOK, span=row.way_in.span, at=index, hook=row.way_in.hook, status=before)
    if call.converted:
        yield from (converted(evidence, call, index, one.error, one.status) for one in call.converted)
    elif before and call.status and call.status != before and row is not None:
        way = row.way_out
        yield answered(
            evidence,
            ID.STATUS_CHANGED,
            span=way.span,
            at=index,
            hook=way.hook,
            before=before,
            status=call.status,
        )


def converted(evidence: Evidence, call: Span, index: int | None, error: str, status: int) -> Answer:
    return answered(evidence, ID.STATUS_FILM, span=call, at=index, error=class_name(error), status=status)


def statuses_in_core(evidence: Evidence, core: Span) -> Iterator[Answer]:
    """What the view, and the hooks around it, answered."""
    before = 0
    for span in directly_in(core.children):
        entered = span.entered
        if span.outcome is not Outcome.response or not span.status or span.status == before:
            continue
        if isinstance(entered, HookEntered):
            hook, index = Hook(entered.hook), entered.layer
            if hook is Hook.process_template_response and before:
                yield answered(
                    evidence,
                    ID.STATUS_CHANGED,
                    span=span,
                    at=index,
                    hook=hook.name,
                    before=before,
                    status=span.status,
                )
            else:
                yield answered(evidence, ID.STATUS_HOOK, span=span, at=index, hook=hook.name, status=span.status)
            before = span.status
        elif isinstance(entered, ViewEntered):
            before = span.status
            yield answered(evidence, ID.STATUS_VIEW, span=span, name=evidence.view_name, status=before)
    yield from (converted(evidence, core, None, one.error, one.status) for one in core.converted)


# --- who broke it ------------------------------------------------------------------------------------------------


def who_broke_it(evidence: Evidence) -> tuple[Answer, ...]:
    """Everything that is wrong with this request, by who did it."""
    causes = (
        *first_without_response(evidence),
        *first_raise(evidence),
        *wrong_length(evidence),
        *called_again(evidence),
    )
    if causes:
        return causes
    if evidence.is_open or not evidence.trace.is_complete:
        return (undecided(evidence),)
    return (answered(evidence, ID.BROKE_NOTHING),)


def first_without_response(evidence: Evidence) -> Iterator[Answer]:
    """The first view, layer or hook that gave back something that is no response where one was due."""
    has_view = evidence.trace.view is not None
    failing = [span for span in evidence.spans if span.end is not None and is_no_response(span, has_view=has_view)]
    if not failing:
        return
    first = min(failing, key=lambda span: (span.end or 0, -span.number))
    if isinstance(first.entered, ViewEntered):
        yield answered(evidence, ID.BROKE_NO_RESPONSE_VIEW, span=first, name=evidence.view_name)
        return
    index = evidence.layer_of(first)
    if index is not None:
        hook = hook_of(evidence, first)
        yield answered(evidence, ID.BROKE_NO_RESPONSE, span=first, at=index, hook=hook)


def is_no_response(span: Span, *, has_view: bool) -> bool:
    if span.outcome not in (Outcome.none, Outcome.other):
        return False
    entered = span.entered
    if isinstance(entered, HookEntered):
        if entered.hook == Hook.process_view:
            # Something that counts as false lets the view be called all the same.
            return span.outcome is Outcome.other and not has_view
        return entered.hook in (Hook.process_response, Hook.process_template_response)
    return isinstance(entered, LayerEntered | ViewEntered)


def first_raise(evidence: Evidence) -> Iterator[Answer]:
    """The exception that was raised first; a path without a view is none."""
    raising = [(span, span.raised) for span in evidence.spans if span.raised is not None]
    known = [(span, one) for span, one in raising if class_name(one.error) != "Resolver404"]
    if not known:
        return
    span, raised = min(known, key=lambda pair: pair[1].time)
    cause = answered(evidence, ID.BROKE_RAISED, span=span, error=class_name(raised.error), reason=raised.message)
    yield Answer(
        id=cause.id,
        values=cause.values,
        stop=cause.stop,
        layer=evidence.layer_of(span),
        file=raised.file,
        line=raised.line,
    )


def wrong_length(evidence: Evidence) -> Iterator[Answer]:
    """``Content-Length`` announces another size than was sent."""
    trace = evidence.trace
    announced = evidence.response_headers.get("content-length", "")
    response = trace.response
    if response is None or not announced.isdecimal() or evidence.is_open or not trace.is_complete:
        return
    if trace.summary.method == "HEAD" or response.status in NO_BODY or response.file or not trace.body_chunks:
        return
    if int(announced) == trace.body_bytes:
        return
    index = changed_body_late(evidence)
    number = ID.BROKE_LENGTH if index is None else ID.BROKE_LENGTH_LAYER
    span = None if index is None else evidence.trace.passes[index].way_out.span
    yield answered(evidence, number, span=span, at=index, announced=int(announced), sent=trace.body_bytes)


def changed_body_late(evidence: Evidence) -> int | None:
    """The first layer that changed the body further out than ``Content-Length`` was set."""
    settings = header_changes(evidence, "Content-Length")
    if not settings:
        return None
    here = len(evidence.trace.passes) if settings[-1].layer is None else settings[-1].layer
    for row in reversed(evidence.trace.passes[:here]):
        if any(one.target == "response" and one.change.part == "body" for one in row.way_out.changes):
            return row.layer.index
    return None


def called_again(evidence: Evidence) -> Iterator[Answer]:
    """A layer called ``get_response`` more than once."""
    for row in evidence.trace.passes:
        for call in evidence.layer_spans(row.layer.index):
            calls = len(evidence.inner_layers(call))
            if calls > 1:
                yield answered(
                    evidence, ID.BROKE_TWICE, span=call, at=row.layer.index, hook=row.way_out.hook, calls=calls
                )
                break
