"""Answers why the view, or a hook that the handler itself calls, did not run.

Relies on ``django.core.handlers.base.BaseHandler._get_response``: what is inside its ``try`` and what is not.
"""

from __future__ import annotations

from dataclasses import replace

from reqtrace.analysis.answers import Answer, AnswerId
from reqtrace.analysis.evidence import Evidence, directly_in
from reqtrace.analysis.surroundings import class_name
from reqtrace.analysis.why_layers import CACHE_LAYERS, answered, not_entered, turned_back, undecided
from reqtrace.events.kinds import (
    DecoratorHookEntered,
    Hook,
    HookEntered,
    Outcome,
    UrlconfEntered,
    UrlUnresolved,
    ViewLeft,
)
from reqtrace.trace.model import LayerState, RequestState, Span, WayState

__all__ = [
    "answered_by_decorator",
    "exception_hook_not_called",
    "template_hook_not_called",
    "view_hook_not_called",
    "view_not_called",
]

ID = AnswerId
RESOLVER_404 = "Resolver404"
NO_EXCEPTIONS = ("SystemExit", "KeyboardInterrupt", "GeneratorExit", "CancelledError")
"""What is raised without being an ``Exception``."""


def view_not_called(evidence: Evidence) -> tuple[Answer, ...]:
    """The view."""
    view = evidence.trace.view
    if view is not None:
        return (answered_by_decorator(evidence, view) or answered(evidence, ID.IT_RAN),)
    if evidence.core is None:
        return (turned_back(evidence, len(evidence.trace.passes)),)
    cause = unresolved(evidence) or stopped_by_view_hook(evidence) or raised_in_core(evidence)
    return (cause or undecided(evidence),)


def answered_by_decorator(evidence: Evidence, view: Span) -> Answer | None:
    """A decorator's middleware answered, so the function under it was not called, although Django called the view."""
    for span in directly_in(view.children):
        entered = span.entered
        if not isinstance(entered, DecoratorHookEntered) or span.outcome is not Outcome.response:
            continue
        if entered.hook not in (Hook.process_request, Hook.process_view):
            continue
        is_cache = class_name(entered.middleware) in CACHE_LAYERS
        cause = answered(
            evidence,
            ID.DECORATOR_CACHE_HIT if is_cache else ID.DECORATOR_ANSWERED,
            span=span,
            name=entered.middleware,
            hook=Hook(entered.hook).name,
            status=span.status,
        )
        return replace(cause, file=entered.file, line=entered.line)
    return None


def view_hook_not_called(evidence: Evidence, index: int) -> tuple[Answer, ...]:
    """``process_view`` of a layer."""
    early = lacking(evidence, index, Hook.process_view)
    if early is not None:
        return early
    return (unresolved(evidence) or stopped_by_view_hook(evidence) or undecided(evidence),)


def lacking(evidence: Evidence, index: int, hook: Hook) -> tuple[Answer, ...] | None:
    """The answers that are the same for all hooks: it ran, there is no such hook or layer, the core was not reached."""
    layer = evidence.layer(index)
    if layer is None or layer.state in (LayerState.SKIPPED, LayerState.FAILED):
        return not_entered(evidence, index)
    if any(layer_number(span) == index for span in evidence.hooks(hook)):
        return (answered(evidence, ID.IT_RAN),)
    if layer.shape and layer.hook(hook.name) is None:
        return (answered(evidence, ID.NO_HOOK, at=index, hook=hook.name),)
    if evidence.core is None and hook is not Hook.process_exception:
        return (turned_back(evidence, len(evidence.trace.passes)),)
    return None


def layer_number(span: Span) -> int:
    assert isinstance(span.entered, HookEntered)
    return span.entered.layer


# --- what can go wrong in the core, in its order -----------------------------------------------------------------


def unresolved(evidence: Evidence) -> Answer | None:
    """The URLconf had no view for the path, or raised."""
    span = evidence.trace.urlconf
    if span is None or not isinstance(span.left, UrlUnresolved):
        return None
    error = class_name(span.left.error)
    if error != RESOLVER_404:
        return answered(evidence, ID.URL_RAISED, span=span, error=error)
    name = span.entered.urlconf if isinstance(span.entered, UrlconfEntered) else ""
    return answered(evidence, ID.URL_UNRESOLVED, span=span, name=name)


def stopped_by_view_hook(evidence: Evidence) -> Answer | None:
    """The last ``process_view`` that was called did not let the view run."""
    hooks = evidence.hooks(Hook.process_view)
    if not hooks:
        return None
    last, index = hooks[-1], layer_number(hooks[-1])
    hook = Hook.process_view.name
    match last.outcome:
        case Outcome.response:
            return answered(evidence, ID.VIEW_HOOK_ANSWERED, span=last, at=index, hook=hook, status=last.status)
        case Outcome.raised:
            error = evidence.error_name(last)
            return answered(evidence, ID.VIEW_HOOK_RAISED, span=last, at=index, hook=hook, error=error)
        case Outcome.other if evidence.trace.view is None:
            return answered(evidence, ID.VIEW_HOOK_OTHER, span=last, at=index, hook=hook)
    return None


def raised_in_core(evidence: Evidence) -> Answer | None:
    """Django's own code in ``_get_response`` raised, outside the try."""
    core = evidence.core
    if core is None or (core.raised is None and not core.converted):
        return None
    return answered(evidence, ID.OUTSIDE_TRY, span=core, error=evidence.error_name(core))


def stopped_by_exception_hook(evidence: Evidence) -> Answer | None:
    """A ``process_exception`` ended the walk."""
    hooks = evidence.hooks(Hook.process_exception)
    if not hooks:
        return None
    last, index = hooks[-1], layer_number(hooks[-1])
    hook = Hook.process_exception.name
    if last.outcome in (Outcome.response, Outcome.other):
        return answered(evidence, ID.EXCEPTION_HOOK_ANSWERED, span=last, at=index, hook=hook, status=last.status)
    if last.outcome is Outcome.raised:
        error = evidence.error_name(last)
        return answered(evidence, ID.EXCEPTION_HOOK_RAISED, span=last, at=index, hook=hook, error=error)
    return None


def stopped_by_template_hook(evidence: Evidence) -> Answer | None:
    """A ``process_template_response`` raised, or gave back no response."""
    hooks = evidence.hooks(Hook.process_template_response)
    if not hooks:
        return None
    last, index = hooks[-1], layer_number(hooks[-1])
    hook = Hook.process_template_response.name
    if last.outcome is Outcome.raised:
        error = evidence.error_name(last)
        return answered(evidence, ID.RAISED_IN_TEMPLATE_HOOK, span=last, at=index, hook=hook, error=error)
    if last.outcome in (Outcome.none, Outcome.other):
        return answered(evidence, ID.TEMPLATE_HOOK_RETURNED_NOTHING, span=last, at=index, hook=hook)
    return None


def view_returned_nothing(evidence: Evidence) -> Answer | None:
    """``None`` or a coroutine, and Django raised because of it."""
    view, core = evidence.trace.view, evidence.core
    if view is None or view.outcome not in (Outcome.none, Outcome.other) or core is None:
        return None
    if view.outcome is Outcome.other and core.outcome is Outcome.response and not core.converted:
        return None
    return answered(evidence, ID.VIEW_RETURNED_NOTHING, span=view, name=evidence.view_name)


# --- process_exception -------------------------------------------------------------------------------------------


def exception_hook_not_called(evidence: Evidence, index: int) -> tuple[Answer, ...]:
    """``process_exception`` of a layer."""
    early = lacking(evidence, index, Hook.process_exception)
    if early is not None:
        return early
    cause = (
        raised_before_view(evidence)
        or stopped_by_exception_hook(evidence)
        or stopped_by_template_hook(evidence)
        or view_returned_nothing(evidence)
        or raised_by_view(evidence)
        or raised_in_core(evidence)
        or raised_on_the_way_out(evidence)
        or raised_in_body(evidence)
    )
    if cause is not None:
        return (cause,)
    if evidence.is_open or not evidence.trace.is_complete:
        return (undecided(evidence),)
    return (answered(evidence, ID.NOTHING_RAISED),)


def raised_before_view(evidence: Evidence) -> Answer | None:
    """In a layer on the way in, in the resolver, or in a ``process_view``."""
    for row in evidence.trace.passes:
        if row.way_in.state is WayState.RAISED:
            return raised_in_layer(evidence, row.layer.index, row.way_in.span, row.way_in.hook)
    cause = unresolved(evidence)
    if cause is not None:
        urlconf = evidence.trace.urlconf
        assert urlconf is not None
        assert isinstance(urlconf.left, UrlUnresolved)
        return answered(evidence, ID.RAISED_IN_RESOLVER, span=urlconf, error=class_name(urlconf.left.error))
    hooks = evidence.hooks(Hook.process_view)
    if hooks and hooks[-1].outcome is Outcome.raised:
        last = hooks[-1]
        return answered(
            evidence,
            ID.RAISED_IN_VIEW_HOOK,
            span=last,
            at=layer_number(last),
            hook=Hook.process_view.name,
            error=evidence.error_name(last),
        )
    return None


def raised_in_layer(evidence: Evidence, index: int, span: Span | None, hook: str) -> Answer:
    calls = evidence.layer_spans(index)
    subject = span or (calls[-1] if calls else None)
    error = evidence.error_name(subject) if subject is not None else class_name("")
    return answered(evidence, ID.RAISED_IN_LAYER, span=subject, at=index, hook=hook, error=error)


def raised_by_view(evidence: Evidence) -> Answer | None:
    """The view raised something that is no ``Exception``."""
    view = evidence.trace.view
    if view is None or view.outcome is not Outcome.raised:
        return None
    error = evidence.error_name(view)
    if error in NO_EXCEPTIONS:
        return answered(evidence, ID.RAISED_NO_EXCEPTION, span=view, error=error)
    return undecided(evidence)


def raised_on_the_way_out(evidence: Evidence) -> Answer | None:
    for row in reversed(evidence.trace.passes):
        if row.way_out.state is WayState.RAISED:
            return raised_in_layer(evidence, row.layer.index, row.way_out.span, row.way_out.hook)
    return None


def raised_in_body(evidence: Evidence) -> Answer | None:
    """While the body was sent, after every layer had been left."""
    trace = evidence.trace
    response, escaped = trace.response, trace.escaped
    if response is None or trace.summary.state is RequestState.GONE:
        return None
    late = [span for span in evidence.spans if span.raised is not None and span.raised.time >= response.time]
    if late:
        return answered(evidence, ID.RAISED_IN_BODY, span=late[0], error=evidence.error_name(late[0]))
    if escaped is not None:
        answer, raised = answered(evidence, ID.RAISED_IN_BODY, error=class_name(escaped.error)), trace.raised_outside
        return answer if raised is None else replace(answer, file=raised.file, line=raised.line)
    return None


# --- process_template_response -----------------------------------------------------------------------------------


def template_hook_not_called(evidence: Evidence, index: int) -> tuple[Answer, ...]:
    """``process_template_response`` of a layer."""
    early = lacking(evidence, index, Hook.process_template_response)
    if early is not None:
        return early
    cause = unresolved(evidence) or stopped_by_template_hook(evidence)
    if cause is not None:
        return (cause,)
    by_view_hook = stopped_by_view_hook(evidence)
    if by_view_hook is not None:
        return (by_view_hook, *no_render_of(evidence, Hook.process_view))
    view = evidence.trace.view
    if view is not None and view.outcome is Outcome.raised:
        return no_render_of(evidence, Hook.process_exception) or (
            answered(evidence, ID.VIEW_RAISED, span=view, name=evidence.view_name, error=evidence.error_name(view)),
        )
    nothing = view_returned_nothing(evidence)
    if nothing is not None:
        return (nothing,)
    if view is not None and isinstance(view.left, ViewLeft) and not view.left.is_unrendered:
        return (answered(evidence, ID.NO_RENDER, span=view, name=evidence.view_name),)
    return (raised_in_core(evidence) or undecided(evidence),)


def no_render_of(evidence: Evidence, hook: Hook) -> tuple[Answer, ...]:
    """The response of the last hook of a sort has no ``render()``: otherwise the hooks would have been called."""
    hooks = evidence.hooks(hook)
    if not hooks or hooks[-1].outcome is not Outcome.response:
        return ()
    last = hooks[-1]
    return (answered(evidence, ID.NO_RENDER_ELSEWHERE, span=last, at=layer_number(last), hook=hook.name),)
