"""Explains what is easily taken for something else: decorators' hooks, look-ups, transactions, hops."""

from __future__ import annotations

from collections.abc import Mapping

from reqtrace.analysis.messages import MessageId, Value
from reqtrace.analysis.surroundings import Surroundings, class_name
from reqtrace.analysis.telling import Telling, unfinished
from reqtrace.events.kinds import (
    HOOKS,
    DecoratorHookEntered,
    LayerEntered,
    Outcome,
    ThreadHopped,
    TransactionStepped,
    UrlLookedUp,
    ViewEntered,
)
from reqtrace.trace.hops import cost_of
from reqtrace.trace.model import RequestTrace, Stop

__all__ = [
    "decorator_of",
    "explain_decorator_hook",
    "explain_hop",
    "explain_lookup",
    "explain_transaction",
    "is_of_atomic_requests",
]

ID = MessageId
DECORATORS: Mapping[str, str] = {
    "django.middleware.csrf.CsrfViewMiddleware": "csrf_protect",
    "django.views.decorators.csrf._EnsureCsrfToken": "requires_csrf_token",
    "django.views.decorators.csrf._EnsureCsrfCookie": "ensure_csrf_cookie",
    "django.middleware.cache.CacheMiddleware": "cache_page",
    "django.middleware.gzip.GZipMiddleware": "gzip_page",
    "django.middleware.http.ConditionalGetMiddleware": "conditional_page",
}
"""Django's decorators by the middleware they make (``decorator_from_middleware``)."""
ASKERS: Mapping[str, MessageId] = {
    "django/middleware/common.py": ID.WHY_LOOKED_UP_APPEND_SLASH,
    "django/middleware/locale.py": ID.WHY_LOOKED_UP_LOCALE,
    "django/views/debug.py": ID.WHY_LOOKED_UP_DEBUG,
    "django/contrib/admin/sites.py": ID.WHY_LOOKED_UP_ADMIN,
}
"""Why Django itself looks URLs up, by the file that does."""
STEPS: Mapping[str, tuple[MessageId, MessageId]] = {
    "begin": (ID.TRANSACTION_BEGIN, ID.WHY_BEGIN),
    "commit": (ID.TRANSACTION_COMMIT, ID.WHY_COMMIT),
    "rollback": (ID.TRANSACTION_ROLLBACK, ID.WHY_ROLLBACK),
    "savepoint": (ID.SAVEPOINT, ID.WHY_SAVEPOINT),
    "savepoint commit": (ID.SAVEPOINT_COMMIT, ID.WHY_SAVEPOINT_COMMIT),
    "savepoint rollback": (ID.SAVEPOINT_ROLLBACK, ID.WHY_SAVEPOINT_ROLLBACK),
}
ATOMIC_REQUESTS_STEPS: Mapping[str, MessageId] = {
    "begin": ID.WHY_BEGIN_ATOMIC_REQUESTS,
    "commit": ID.WHY_COMMIT_ATOMIC_REQUESTS,
    "rollback": ID.WHY_ROLLBACK_ATOMIC_REQUESTS,
}


# --- hooks of decorators -----------------------------------------------------------------------------------------


def decorator_of(middleware: str) -> str:
    """The decorator of Django that makes such a middleware; empty if there is none."""
    return DECORATORS.get(middleware, "")


def explain_decorator_hook(here: Surroundings) -> Telling:
    """A hook that looks like a layer's and is none."""
    span = here.stop.span
    assert span is not None
    entered = span.entered
    assert isinstance(entered, DecoratorHookEntered)
    middleware = entered.middleware.rpartition(".")[2]
    values: dict[str, Value] = {
        "decorator": decorator_of(entered.middleware),
        "middleware": middleware,
        "hook": HOOKS[entered.hook] if 0 <= entered.hook < len(HOOKS) else "",
        "status": span.status,
    }
    is_error_page = isinstance(here.code.entered, LayerEntered) if here.code is not None else False
    why = ID.WHY_DECORATOR_ERROR_PAGE if is_error_page else ID.WHY_DECORATOR_HOOK
    if span.outcome is None:
        return unfinished(here, ID.DECORATOR_HOOK_RUNNING, middleware, **values)
    if span.outcome is Outcome.raised:
        values["error"], values["message"] = here.error_and_message(span)
        return Telling(ID.DECORATOR_HOOK_RAISED, ID.WHY_DECORATOR_RAISED, values)
    if span.outcome is Outcome.response and values["hook"] in ("process_request", "process_view"):
        return Telling(ID.DECORATOR_HOOK_ANSWERED, ID.WHY_DECORATOR_ANSWERED, values)
    return Telling(ID.DECORATOR_HOOK, why, values)


# --- look-ups ----------------------------------------------------------------------------------------------------


def explain_lookup(here: Surroundings) -> Telling:
    """A URL that somebody looks up beside the resolution."""
    span = here.stop.span
    assert span is not None
    entered = span.entered
    assert isinstance(entered, UrlLookedUp)
    values: dict[str, Value] = {
        "path": entered.path,
        "view_name": entered.view_name,
        "error": class_name(entered.error),
        "file": entered.file,
        "line": entered.line,
        "function": entered.function,
    }
    file = entered.file.replace("\\", "/")
    why = next((why for ending, why in ASKERS.items() if file.endswith(ending)), ID.WHY_LOOKED_UP)
    return Telling(ID.LOOKED_UP_NOTHING if entered.error else ID.LOOKED_UP, why, values)


# --- transactions ------------------------------------------------------------------------------------------------


def is_of_atomic_requests(trace: RequestTrace, stop: Stop) -> bool:
    """The transaction is the one that Django itself puts the view into (``BaseHandler.make_view_atomic``)."""
    parent = Surroundings(trace, stop).parent
    step = stop.span.entered if stop.span is not None else None
    return (
        parent is not None
        and isinstance(parent.entered, ViewEntered)
        and isinstance(step, TransactionStepped)
        and step.alias in parent.entered.atomic
        and step.action in ATOMIC_REQUESTS_STEPS
    )


def explain_transaction(here: Surroundings) -> Telling:
    """A step of a transaction."""
    span = here.stop.span
    assert span is not None
    step = span.entered
    assert isinstance(step, TransactionStepped)
    values: dict[str, Value] = {
        "alias": step.alias,
        "action": step.action,
        "file": step.file,
        "line": step.line,
        "function": step.function,
    }
    if step.error:
        values["error"] = class_name(step.error)
        return Telling(ID.TRANSACTION_FAILED, ID.WHY_TRANSACTION_FAILED, values)
    title, why = STEPS.get(step.action, (ID.TRANSACTION_STEP, ID.WHY_TRANSACTION_STEP))
    if is_of_atomic_requests(here.trace, here.stop):
        why = ATOMIC_REQUESTS_STEPS[step.action]
    return Telling(title, why, values)


# --- hops --------------------------------------------------------------------------------------------------------


def explain_hop(here: Surroundings) -> Telling:
    """``sync_to_async`` or ``async_to_sync`` in the project's own code."""
    span = here.stop.span
    assert span is not None
    hop = span.entered
    assert isinstance(hop, ThreadHopped)
    values: dict[str, Value] = {"target": hop.target, "cost": cost_of(hop)}
    if hop.direction == "async_to_sync":
        return Telling(ID.HOP_TO_LOOP, ID.WHY_HOP_TO_LOOP, values)
    return Telling(ID.HOP_TO_THREAD, ID.WHY_HOP_TO_THREAD, values)
