"""Explains what happens between the way in and the way out: URLconf, hooks around the view, the view."""

from __future__ import annotations

from itertools import takewhile

from reqtrace.analysis.messages import MessageId, Value
from reqtrace.analysis.surroundings import Surroundings, class_name
from reqtrace.analysis.telling import Telling, unfinished
from reqtrace.events.kinds import (
    HookEntered,
    Outcome,
    UrlconfEntered,
    UrlResolved,
    UrlUnresolved,
    ViewEntered,
    ViewLeft,
)
from reqtrace.trace.model import Span, StopSort

__all__ = [
    "FROM_MIDDLEWARE",
    "decorators_of",
    "explain_converted",
    "explain_exception_hook",
    "explain_resolved",
    "explain_template_hook",
    "explain_view",
    "explain_view_hook",
]

ID = MessageId
RESOLVER_404 = "Resolver404"
FROM_MIDDLEWARE = "decorator_from_middleware"
"""What makes ``csrf_protect``, ``cache_page`` …; their hooks are stops of their own, by their own names."""
MAKER_OF_THOSE = "make_middleware_decorator"
"""The function of Django's behind it, which such a decorator tells as its own."""
NO_EXCEPTIONS = ("SystemExit", "KeyboardInterrupt", "GeneratorExit", "CancelledError")
"""What is raised without being an ``Exception``: neither hooks nor films see it."""


def span_of(here: Surroundings) -> Span:
    assert here.stop.span is not None
    return here.stop.span


# --- URLconf -----------------------------------------------------------------------------------------------------


def explain_resolved(here: Surroundings) -> Telling:
    """The URL is looked up in the URLconf."""
    span = span_of(here)
    entered, left = span.entered, span.left
    assert isinstance(entered, UrlconfEntered)
    hooks = here.names(here.view_middleware)
    values: dict[str, Value] = {
        "path": here.trace.summary.path,
        "urlconf": entered.urlconf,
        "hooks": len(hooks),
        "next": hooks[0] if hooks else "",
    }
    match left:
        case UrlResolved():
            values |= {"route": left.route, "view_name": left.view_name}
            return Telling(ID.RESOLVED, ID.WHY_RESOLVED if hooks else ID.WHY_RESOLVED_NO_HOOKS, values)
        case UrlUnresolved():
            values |= {"tried": len(left.tried), "error": class_name(left.error)}
            values["message"] = here.error_and_message(span)[1]
            if values["error"] == RESOLVER_404:
                return Telling(ID.RESOLVED_NOT_FOUND, ID.WHY_RESOLVED_NOT_FOUND, values)
            return Telling(ID.RESOLVED_RAISED, ID.WHY_RESOLVED_RAISED, values)
    return unfinished(here, ID.RESOLVING, entered.urlconf, **values)


# --- hooks around the view ---------------------------------------------------------------------------------------


def hook_values(here: Surroundings, later: tuple[str, ...]) -> dict[str, Value]:
    """The values of every message about a hook that the handler itself calls."""
    span = span_of(here)
    assert isinstance(span.entered, HookEntered)
    layer = here.layer_at(here.stop.layer)
    values: dict[str, Value] = {
        "number": span.entered.layer + 1,
        "layer": layer.name if layer is not None else "",
        "status": span.status,
        "changes": span.changes,
        "skipped": len(later),
        "next": later[0] if later else "",
    }
    if span.outcome is Outcome.raised:
        values["error"], values["message"] = here.error_and_message(span)
    return values


def explain_view_hook(here: Surroundings) -> Telling:
    """``process_view`` of a layer."""
    later = here.after(here.view_middleware, StopSort.VIEW_HOOK)
    values = hook_values(here, later)
    match span_of(here).outcome:
        case Outcome.none:
            return Telling(ID.VIEW_HOOK, ID.WHY_VIEW_HOOK_NEXT if later else ID.WHY_VIEW_HOOK_LAST, values)
        case Outcome.response:
            return Telling(ID.VIEW_HOOK_ANSWERED, ID.WHY_VIEW_HOOK_ANSWERED, values)
        case Outcome.raised:
            return Telling(ID.VIEW_HOOK_RAISED, ID.WHY_VIEW_HOOK_RAISED, values)
        case Outcome.other:
            return Telling(ID.VIEW_HOOK_OTHER, ID.WHY_VIEW_HOOK_OTHER, values)
    return unfinished(here, ID.VIEW_HOOK_RUNNING, f"{values['layer']}.process_view", **values)


def explain_exception_hook(here: Surroundings) -> Telling:
    """``process_exception`` of a layer."""
    later = here.after(here.exception_middleware, StopSort.EXCEPTION_HOOK)
    values = hook_values(here, later)
    match span_of(here).outcome:
        case Outcome.none:
            why = ID.WHY_EXCEPTION_HOOK_NEXT if later else ID.WHY_EXCEPTION_HOOK_LAST
            return Telling(ID.EXCEPTION_HOOK, why, values)
        case Outcome.response:
            return Telling(ID.EXCEPTION_HOOK_ANSWERED, ID.WHY_EXCEPTION_HOOK_ANSWERED, values)
        case Outcome.raised:
            return Telling(ID.EXCEPTION_HOOK_RAISED, ID.WHY_EXCEPTION_HOOK_RAISED, values)
        case Outcome.other:
            return Telling(ID.EXCEPTION_HOOK_OTHER, ID.WHY_EXCEPTION_HOOK_OTHER, values)
    return unfinished(here, ID.EXCEPTION_HOOK_RUNNING, f"{values['layer']}.process_exception", **values)


def explain_template_hook(here: Surroundings) -> Telling:
    """``process_template_response`` of a layer."""
    later = here.after(here.template_response_middleware, StopSort.TEMPLATE_RESPONSE_HOOK)
    values = hook_values(here, later)
    match span_of(here).outcome:
        case Outcome.response:
            why = ID.WHY_TEMPLATE_HOOK_NEXT if later else ID.WHY_TEMPLATE_HOOK_LAST
            return Telling(ID.TEMPLATE_HOOK, why, values)
        case Outcome.raised:
            return Telling(ID.TEMPLATE_HOOK_RAISED, ID.WHY_TEMPLATE_HOOK_RAISED, values)
        case Outcome.none | Outcome.other:
            return Telling(ID.TEMPLATE_HOOK_NO_RESPONSE, ID.WHY_TEMPLATE_HOOK_NO_RESPONSE, values)
    return unfinished(here, ID.TEMPLATE_HOOK_RUNNING, f"{values['layer']}.process_template_response", **values)


# --- the view ----------------------------------------------------------------------------------------------------


def explain_view(here: Surroundings) -> Telling:
    """The view."""
    span = span_of(here)
    entered = span.entered
    assert isinstance(entered, ViewEntered)
    name = f"{entered.name}.{entered.method}" if entered.method else entered.name
    values: dict[str, Value] = {"view": name, "status": span.status, "next": here.outwards(None)}
    match span.outcome:
        case Outcome.response:
            values |= {"decorator": " @".join(decorators_of(entered)), "steps": steps_inside(here)}
            values["hooks"] = len(here.names(here.template_response_middleware))
            is_unrendered = isinstance(span.left, ViewLeft) and span.left.is_unrendered
            return Telling(ID.VIEW, ID.WHY_VIEW_UNRENDERED if is_unrendered else ID.WHY_VIEW_RESPONSE, values)
        case Outcome.none:
            return Telling(ID.VIEW_NO_RESPONSE, ID.WHY_VIEW_NONE, values)
        case Outcome.other:
            core = here.layer_span
            is_refused = core is not None and core.raised is not None and here.is_core(core)
            return Telling(ID.VIEW_NO_RESPONSE, ID.WHY_VIEW_NONE if is_refused else ID.WHY_VIEW_OTHER, values)
        case Outcome.raised:
            return view_raised(here, span, values)
    return unfinished(here, ID.VIEW_RUNNING, name, **values)


def decorators_of(view: ViewEntered) -> tuple[str, ...]:
    """What stands around the function of a view, outermost first; each of them may answer in its place."""
    names = (name.rpartition(".")[2] for name in view.decorators)
    return tuple(FROM_MIDDLEWARE if name == MAKER_OF_THOSE else name for name in names)


def steps_inside(here: Surroundings) -> int:
    """How many of the next stops show what ran inside this one."""
    later = here.trace.stops[here.stop.index + 1 :]
    return len(list(takewhile(lambda stop: stop.depth > here.stop.depth, later)))


def view_raised(here: Surroundings, span: Span, values: dict[str, Value]) -> Telling:
    error, values["message"] = here.error_and_message(span)
    asked = here.names(here.exception_middleware)
    values |= {"error": error, "hooks": len(asked), "next": asked[0] if asked else ""}
    if error in NO_EXCEPTIONS:
        return Telling(ID.VIEW_RAISED, ID.WHY_VIEW_ENDED, values)
    return Telling(ID.VIEW_RAISED, ID.WHY_VIEW_RAISED if asked else ID.WHY_VIEW_RAISED_NO_HOOKS, values)


# --- the film ----------------------------------------------------------------------------------------------------


def explain_converted(here: Surroundings) -> Telling:
    """``convert_exception_to_response`` around a layer, or around the core."""
    converted = next(one for one in reversed(span_of(here).converted) if one.time == here.stop.time)
    values: dict[str, Value] = {
        "error": class_name(converted.error),
        "status": converted.status,
        "next": here.outwards(here.stop.layer),
    }
    layer = here.layer_at(here.stop.layer)
    if layer is None:
        return Telling(ID.CONVERTED, ID.WHY_CONVERTED_CORE, values)
    values |= {"number": layer.index + 1, "layer": layer.name}
    return Telling(ID.CONVERTED, ID.WHY_CONVERTED_LAYER, values)
