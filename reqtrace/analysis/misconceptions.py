"""What is often believed of Django and is not so, each beside the step that shows the contrary."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from reqtrace.analysis.messages import MessageId as ID
from reqtrace.trace.model import RequestTrace, Stop, StopSort

__all__ = ["Misconception", "misconception_of"]


class Misconception(Enum):
    """A belief; its value is the key of its words (``myth.KEY`` and ``myth.KEY.truth``)."""

    HANDLER_PER_REQUEST = "handler_per_request"
    SERVER_MAKES_REQUEST = "server_makes_request"
    STATIC_THROUGH_DEBUG = "static_through_debug"
    HOOKLESS_IS_SKIPPED = "hookless_is_skipped"
    ALL_RESPONSES_RUN = "all_responses_run"
    MIDDLEWARE_OUTSIDE = "middleware_outside"
    PROXY_CHECKED = "proxy_checked"
    SLASH_ON_THE_WAY_IN = "slash_on_the_way_in"
    HOSTS_ALWAYS_CHECKED = "hosts_always_checked"
    SESSION_IS_LOADED = "session_is_loaded"
    USER_IS_LOADED = "user_is_loaded"
    CSRF_RAISES = "csrf_raises"
    CSRF_COOKIE_ALWAYS = "csrf_cookie_always"
    ONE_CACHE_CLASS = "one_cache_class"
    URLS_ARE_EXPRESSIONS = "urls_are_expressions"
    NOT_FOUND_IS_ASKED = "not_found_is_asked"
    FIRST_PASS = "first_pass"
    MISSING_METHOD = "missing_method"
    HOOKS_SEE_ALL_ERRORS = "hooks_see_all_errors"
    RAISE_ENDS_ASKING = "raise_ends_asking"
    RENDER_IS_LATE = "render_is_late"
    RESPONSE_LIST = "response_list"
    EXCEPTION_FLIES = "exception_flies"
    QUERYSET_RUNS_AT_ONCE = "queryset_runs_at_once"
    TRANSACTION_PER_REQUEST = "transaction_per_request"
    SIGNALS_ARE_LATER = "signals_are_later"
    MAIL_IS_LATER = "mail_is_later"
    ASYNC_IS_FASTER = "async_is_faster"
    LOGGING_MIDDLEWARE = "logging_middleware"
    START_SENDS = "start_sends"
    BODY_IS_THERE = "body_is_there"
    LOG_AFTER_CLOSE = "log_after_close"
    CACHE_ANSWERS = "cache_answers"


M = Misconception
BY_LAYER: Mapping[tuple[str, StopSort], Misconception] = {
    ("security", StopSort.LAYER_IN): M.PROXY_CHECKED,
    ("session", StopSort.LAYER_IN): M.SESSION_IS_LOADED,
    ("common", StopSort.LAYER_IN): M.HOSTS_ALWAYS_CHECKED,
    ("common", StopSort.LAYER_OUT): M.SLASH_ON_THE_WAY_IN,
    ("csrf", StopSort.VIEW_HOOK): M.CSRF_RAISES,
    ("csrf", StopSort.LAYER_OUT): M.CSRF_COOKIE_ALWAYS,
    ("auth", StopSort.LAYER_IN): M.USER_IS_LOADED,
    ("cache", StopSort.LAYER_IN): M.ONE_CACHE_CLASS,
}
BY_MESSAGE: Mapping[ID, Misconception] = {
    ID.RECEIVED_STATIC: M.STATIC_THROUGH_DEBUG,
    ID.RECEIVED_SERVER: M.SERVER_MAKES_REQUEST,
    ID.LAYER_IN_NO_HOOK: M.HOOKLESS_IS_SKIPPED,
    ID.LAYER_OUT_NO_HOOK: M.HOOKLESS_IS_SKIPPED,
    ID.LAYER_IN_ANSWERED: M.ALL_RESPONSES_RUN,
    ID.LAYER_IN_RAISED: M.HOOKS_SEE_ALL_ERRORS,
    ID.LAYER_OUT_RAISED: M.HOOKS_SEE_ALL_ERRORS,
    ID.RESOLVED_NOT_FOUND: M.NOT_FOUND_IS_ASKED,
    ID.VIEW_HOOK_RAISED: M.HOOKS_SEE_ALL_ERRORS,
    ID.VIEW_NO_RESPONSE: M.MISSING_METHOD,
    ID.EXCEPTION_HOOK_RAISED: M.RAISE_ENDS_ASKING,
}
"""By the title of a stop."""
BY_SORT: Mapping[StopSort, Misconception] = {
    StopSort.RECEIVED: M.HANDLER_PER_REQUEST,
    StopSort.LAYER_IN: M.MIDDLEWARE_OUTSIDE,
    StopSort.RESOLVED: M.URLS_ARE_EXPRESSIONS,
    StopSort.VIEW_HOOK: M.FIRST_PASS,
    StopSort.EXCEPTION_HOOK: M.HOOKS_SEE_ALL_ERRORS,
    StopSort.TEMPLATE_RESPONSE_HOOK: M.RENDER_IS_LATE,
    StopSort.TEMPLATE: M.RENDER_IS_LATE,
    StopSort.LAYER_OUT: M.RESPONSE_LIST,
    StopSort.CONVERTED: M.EXCEPTION_FLIES,
    StopSort.SQL: M.QUERYSET_RUNS_AT_ONCE,
    StopSort.TRANSACTION: M.TRANSACTION_PER_REQUEST,
    StopSort.SIGNAL: M.SIGNALS_ARE_LATER,
    StopSort.MAIL: M.MAIL_IS_LATER,
    StopSort.HOP: M.ASYNC_IS_FASTER,
    StopSort.LOG: M.LOGGING_MIDDLEWARE,
    StopSort.CACHE: M.CACHE_ANSWERS,
    StopSort.STARTED: M.START_SENDS,
    StopSort.BODY: M.BODY_IS_THERE,
    StopSort.CLOSED: M.LOG_AFTER_CLOSE,
}


def misconception_of(trace: RequestTrace, stop: Stop, title: ID, layer: str) -> Misconception | None:
    """The belief that a step contradicts: of this layer of Django's, of what happened, or of steps of the sort."""
    found = BY_LAYER.get((layer, stop.sort)) or BY_MESSAGE.get(title) or BY_SORT.get(stop.sort)
    if found is M.START_SENDS and trace.summary.entry != "wsgi":
        return None
    return None if found is M.LOG_AFTER_CLOSE and trace.logged is None else found
