"""Answers questions about what did not happen in a request, from its trace alone.

``questions`` says what can be asked at a stop or a row, ``why`` answers. Where the trace does not tell, that is the
answer: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator

from reqtrace.analysis import why_core, why_layers, why_response
from reqtrace.analysis.answers import Answer, AnswerId, Question, Subject
from reqtrace.analysis.evidence import Evidence
from reqtrace.events.kinds import Hook, UrlUnresolved
from reqtrace.trace.model import LayerPass, RequestState, RequestTrace, Stop, StopSort, WayState

__all__ = ["questions", "surprises", "why"]

CORE_HOOKS = {
    Hook.process_view: Question.VIEW_HOOK_NOT_CALLED,
    Hook.process_exception: Question.EXCEPTION_HOOK_NOT_CALLED,
    Hook.process_template_response: Question.TEMPLATE_HOOK_NOT_CALLED,
}
ABSENT = (WayState.NEVER_REACHED, WayState.SKIPPED, WayState.PENDING, WayState.UNKNOWN)
ENDS = (StopSort.STARTED, StopSort.BODY, StopSort.CLOSED)
BAD_REQUEST = 400


def why(trace: RequestTrace, subject: Subject) -> tuple[Answer, ...]:
    """The answers to one question; the first is the cause, others say more."""
    return answers(Evidence(trace), subject)


def answers(evidence: Evidence, subject: Subject) -> tuple[Answer, ...]:
    """The same for what has been worked out of a trace already."""
    index = subject.layer
    match subject.question:
        case Question.STATUS:
            return why_response.status_story(evidence)
        case Question.BROKEN:
            return why_response.who_broke_it(evidence)
        case Question.HEADER_MISSING:
            return why_response.header_missing(evidence, subject.name)
        case Question.VIEW_NOT_CALLED:
            return why_core.view_not_called(evidence)
        case Question.LAYER_NOT_ENTERED:
            return why_layers.not_entered(evidence, index, subject.name)
    return hook_answers(evidence, subject.question, -1 if index is None else index)


def hook_answers(evidence: Evidence, question: Question, index: int) -> tuple[Answer, ...]:
    """Why a hook of a layer was not called."""
    match question:
        case Question.REQUEST_HOOK_NOT_CALLED:
            return why_layers.request_hook_not_called(evidence, index)
        case Question.VIEW_HOOK_NOT_CALLED:
            return why_core.view_hook_not_called(evidence, index)
        case Question.EXCEPTION_HOOK_NOT_CALLED:
            return why_core.exception_hook_not_called(evidence, index)
        case Question.TEMPLATE_HOOK_NOT_CALLED:
            return why_core.template_hook_not_called(evidence, index)
    return why_layers.not_left(evidence, index)


# --- what can be asked -------------------------------------------------------------------------------------------


def questions(trace: RequestTrace, place: Stop | LayerPass | None = None) -> tuple[Subject, ...]:
    """What can be asked at a stop, on a row, or (``None``) about the request as a whole."""
    evidence = Evidence(trace)
    if isinstance(place, LayerPass):
        return tuple(about_row(evidence, place))
    if place is None:
        return tuple(about_request(evidence))
    return tuple(unique(about_stop(evidence, place)))


def unique(subjects: Iterator[Subject]) -> Iterator[Subject]:
    seen: set[Subject] = set()
    for subject in subjects:
        if subject not in seen:
            seen.add(subject)
            yield subject


def about_row(evidence: Evidence, row: LayerPass) -> Iterator[Subject]:
    """A layer that was not entered, or the hooks of one that was and that did not run."""
    index = row.layer.index
    if row.calls == 0 and row.way_in.state in ABSENT:
        yield Subject(question=Question.LAYER_NOT_ENTERED, layer=index)
    else:
        if row.way_out.state is WayState.NOT_RUN:
            yield Subject(question=Question.RESPONSE_HOOK_NOT_CALLED, layer=index)
        for hook, question in CORE_HOOKS.items():
            if row.layer.hook(hook.name) is not None and not was_called(evidence, hook, index):
                yield Subject(question=question, layer=index)
        if row.way_in.state is WayState.NO_HOOK:
            yield Subject(question=Question.REQUEST_HOOK_NOT_CALLED, layer=index)
        if row.way_out.state is WayState.NO_HOOK:
            yield Subject(question=Question.RESPONSE_HOOK_NOT_CALLED, layer=index)
    for name in why_response.headers_of_row(evidence, index):
        yield Subject(question=Question.HEADER_MISSING, layer=index, name=name)


def was_called(evidence: Evidence, hook: Hook, index: int) -> bool:
    return any(evidence.layer_of(span) == index for span in evidence.hooks(hook))


def about_stop(evidence: Evidence, stop: Stop) -> Iterator[Subject]:
    """The row of the stop's layer, or what the stop itself raises."""
    trace = evidence.trace
    if stop.sort is StopSort.RECEIVED:
        yield from about_request(evidence)
        return
    row = evidence.row(stop.layer)
    if row is not None:
        yield from about_row(evidence, row)
    is_core = stop.sort in (StopSort.RESOLVED, StopSort.VIEW_HOOK, StopSort.CONVERTED)
    is_decorated = trace.view is not None and why_core.answered_by_decorator(evidence, trace.view) is not None
    if (is_core and trace.view is None) or (stop.sort is StopSort.VIEW and is_decorated):
        yield Subject(question=Question.VIEW_NOT_CALLED)
    if stop.sort in (StopSort.VIEW, StopSort.CONVERTED, StopSort.EXCEPTION_HOOK):
        yield from core_hooks_not_called(evidence, Hook.process_exception if is_raised(stop) else None)
    if stop.sort in (StopSort.CONVERTED, StopSort.ESCAPED, *ENDS):
        yield Subject(question=Question.STATUS)
        yield Subject(question=Question.BROKEN)
    if stop.sort in ENDS:
        for one in trace.passes:
            for name in why_response.headers_of_row(evidence, one.layer.index):
                yield Subject(question=Question.HEADER_MISSING, layer=one.layer.index, name=name)


def is_raised(stop: Stop) -> bool:
    return stop.sort is not StopSort.VIEW or (stop.span is not None and stop.span.raised is not None)


def core_hooks_not_called(evidence: Evidence, hook: Hook | None) -> Iterator[Subject]:
    """The layers that have a hook of a sort (of a TemplateResponse, if ``None``) that was not called."""
    wanted = hook or Hook.process_template_response
    for row in evidence.trace.passes:
        if row.layer.hook(wanted.name) is not None and not was_called(evidence, wanted, row.layer.index):
            yield Subject(question=CORE_HOOKS[wanted], layer=row.layer.index)


def about_request(evidence: Evidence) -> Iterator[Subject]:
    """What is worth asking about the request as a whole."""
    yield from surprises_in(evidence)
    yield from missing_layers(evidence)
    yield Subject(question=Question.STATUS)
    yield Subject(question=Question.BROKEN)


def missing_layers(evidence: Evidence) -> Iterator[Subject]:
    trace = evidence.trace
    if trace.summary.lane != "chain" or not trace.passes:
        yield Subject(question=Question.LAYER_NOT_ENTERED)
    for row in trace.passes:
        if row.calls == 0 and row.way_in.state in ABSENT:
            yield Subject(question=Question.LAYER_NOT_ENTERED, layer=row.layer.index)


# --- what surprises ----------------------------------------------------------------------------------------------


def surprises(trace: RequestTrace) -> tuple[Subject, ...]:
    """The few questions that suggest themselves: why there was no view, why the status is an error, who broke it."""
    evidence = Evidence(trace)
    subjects = list(surprises_in(evidence))
    story = why_response.status_story(evidence)
    if trace.summary.status >= BAD_REQUEST or len(story) > 1 or trace.escaped is not None:
        subjects.append(Subject(question=Question.STATUS))
    broken = why_response.who_broke_it(evidence)
    if broken[0].id not in (AnswerId.BROKE_NOTHING, AnswerId.PENDING, AnswerId.UNTOLD, AnswerId.INTERRUPTED):
        subjects.append(Subject(question=Question.BROKEN))
    return tuple(subjects)


def surprises_in(evidence: Evidence) -> Iterator[Subject]:
    """The view was not called, though the request is over or surely on its way back."""
    trace = evidence.trace
    has_turned = trace.short_circuit is not None or (
        trace.urlconf is not None and isinstance(trace.urlconf.left, UrlUnresolved)
    )
    is_over = trace.summary.state in (RequestState.DONE, RequestState.ESCAPED, RequestState.GONE)
    is_view_skipped = trace.view is None and trace.summary.lane == "chain" and (has_turned or is_over)
    if is_view_skipped or (trace.view is not None and why_core.answered_by_decorator(evidence, trace.view)):
        yield Subject(question=Question.VIEW_NOT_CALLED)
