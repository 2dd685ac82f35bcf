"""The terms of Django that a request meets: a closed list, each with the page of the documentation that explains it.

What a term means is said in ``reqtrace.render.labels_en_glossary``; which one a step is about, here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from reqtrace.analysis.pages import Page
from reqtrace.trace.model import RequestTrace, Stop, StopSort, WayState

__all__ = ["Term", "term_of"]


class Term(Enum):
    """A term: the key of its words, and where Django's documentation explains it."""

    def __init__(self, key: str, page: Page) -> None:
        self.key = key
        self.page = page

    MIDDLEWARE = "middleware", Page.MIDDLEWARE
    ONION = "onion", Page.MIDDLEWARE
    GET_RESPONSE = "get_response", Page.MIDDLEWARE
    SHORT_CIRCUIT = "short_circuit", Page.MIDDLEWARE
    MIDDLEWARE_NOT_USED = "middleware_not_used", Page.MIDDLEWARE
    PROCESS_REQUEST = "process_request", Page.MIDDLEWARE
    PROCESS_VIEW = "process_view", Page.MIDDLEWARE
    PROCESS_EXCEPTION = "process_exception", Page.MIDDLEWARE
    PROCESS_TEMPLATE_RESPONSE = "process_template_response", Page.MIDDLEWARE
    PROCESS_RESPONSE = "process_response", Page.MIDDLEWARE
    MIDDLEWARE_MIXIN = "middleware_mixin", Page.MIDDLEWARE
    EXCEPTION_CONVERSION = "exception_conversion", Page.MIDDLEWARE
    HANDLER = "handler", Page.DEPLOY_WSGI
    REQUEST = "request", Page.REQUEST_RESPONSE
    RESPONSE = "response", Page.REQUEST_RESPONSE
    META = "meta", Page.REQUEST_RESPONSE
    URLCONF = "urlconf", Page.URLS
    RESOLVER = "resolver", Page.URLS
    CONVERTER = "converter", Page.URLS
    RESOLVER_MATCH = "resolver_match", Page.URL_UTILITIES
    APPEND_SLASH = "append_slash", Page.MIDDLEWARE_REFERENCE
    VIEW = "view", Page.VIEWS
    CLASS_BASED_VIEW = "class_based_view", Page.CLASS_BASED_VIEWS
    DECORATOR = "decorator", Page.DECORATORS
    TEMPLATE = "template", Page.TEMPLATE_LANGUAGE
    INHERITANCE = "inheritance", Page.TEMPLATE_LANGUAGE
    TAG = "tag", Page.BUILTINS
    FILTER = "filter", Page.BUILTINS
    CONTEXT = "context", Page.TEMPLATE_API
    CONTEXT_PROCESSOR = "context_processor", Page.TEMPLATE_API
    TEMPLATE_RESPONSE = "template_response", Page.TEMPLATE_RESPONSE
    QUERYSET = "queryset", Page.QUERIES
    LAZY_EVALUATION = "lazy_evaluation", Page.QUERIES
    N_PLUS_ONE = "n_plus_one", Page.OPTIMIZATION
    MANAGER = "manager", Page.MANAGERS
    TRANSACTION = "transaction", Page.TRANSACTIONS
    ATOMIC = "atomic", Page.TRANSACTIONS
    SAVEPOINT = "savepoint", Page.TRANSACTIONS
    ON_COMMIT = "on_commit", Page.TRANSACTIONS
    ATOMIC_REQUESTS = "atomic_requests", Page.TRANSACTIONS
    CSRF = "csrf", Page.CSRF
    SESSION = "session", Page.SESSIONS
    COOKIE = "cookie", Page.REQUEST_RESPONSE
    LAZY_USER = "lazy_user", Page.AUTH
    MESSAGE = "message", Page.MESSAGES
    SIGNAL = "signal", Page.SIGNALS
    CACHE = "cache", Page.CACHE
    ETAG = "etag", Page.CONDITIONAL
    VARY = "vary", Page.CACHE
    LOGGING = "logging", Page.LOGGING
    EMAIL = "email", Page.EMAIL
    STREAMING = "streaming", Page.REQUEST_RESPONSE
    KEEP_ALIVE = "keep_alive", Page.DJANGO_ADMIN
    RUNSERVER = "runserver", Page.DJANGO_ADMIN
    STATIC_FILES = "static_files", Page.STATICFILES
    WSGI = "wsgi", Page.DEPLOY_WSGI
    ENVIRON = "environ", Page.DEPLOY_WSGI
    START_RESPONSE = "start_response", Page.DEPLOY_WSGI
    ASGI = "asgi", Page.DEPLOY_ASGI
    SCOPE = "scope", Page.DEPLOY_ASGI
    SYNC_TO_ASYNC = "sync_to_async", Page.ASYNC
    ASYNC_TO_SYNC = "async_to_sync", Page.ASYNC
    TEST_CLIENT = "test_client", Page.TESTING
    ERROR_PAGES = "error_pages", Page.VIEWS
    DEBUG = "debug", Page.SETTINGS
    ALLOWED_HOSTS = "allowed_hosts", Page.SETTINGS
    SECURE_PROXY_SSL_HEADER = "secure_proxy_ssl_header", Page.SETTINGS
    INTERNAL_IPS = "internal_ips", Page.SETTINGS
    CLICKJACKING = "clickjacking", Page.CLICKJACKING
    LOCALE = "locale", Page.TRANSLATION


TERMS: Mapping[StopSort, Term] = {
    StopSort.RECEIVED: Term.HANDLER,
    StopSort.LAYER_IN: Term.PROCESS_REQUEST,
    StopSort.RESOLVED: Term.URLCONF,
    StopSort.VIEW_HOOK: Term.PROCESS_VIEW,
    StopSort.VIEW: Term.VIEW,
    StopSort.SQL: Term.QUERYSET,
    StopSort.TEMPLATE: Term.TEMPLATE,
    StopSort.EXCEPTION_HOOK: Term.PROCESS_EXCEPTION,
    StopSort.DECORATOR_HOOK: Term.DECORATOR,
    StopSort.LOOKUP: Term.RESOLVER,
    StopSort.TRANSACTION: Term.TRANSACTION,
    StopSort.CONTEXT_PROCESSORS: Term.CONTEXT_PROCESSOR,
    StopSort.HOP: Term.SYNC_TO_ASYNC,
    StopSort.CACHE: Term.CACHE,
    StopSort.HTTP: Term.VIEW,
    StopSort.MAIL: Term.EMAIL,
    StopSort.SIGNAL: Term.SIGNAL,
    StopSort.LOG: Term.LOGGING,
    StopSort.TAG: Term.TAG,
    StopSort.FILTERS: Term.FILTER,
    StopSort.CALL: Term.VIEW,
    StopSort.CONVERTED: Term.EXCEPTION_CONVERSION,
    StopSort.TEMPLATE_RESPONSE_HOOK: Term.PROCESS_TEMPLATE_RESPONSE,
    StopSort.LAYER_OUT: Term.PROCESS_RESPONSE,
    StopSort.STARTED: Term.START_RESPONSE,
    StopSort.BODY: Term.STREAMING,
    StopSort.ESCAPED: Term.EXCEPTION_CONVERSION,
    StopSort.CLOSED: Term.KEEP_ALIVE,
}
CALL = "__call__"


def term_of(trace: RequestTrace, stop: Stop | None) -> Term:
    """The term that a step is most about; of no step, of the whole request."""
    if stop is None:
        return Term.SHORT_CIRCUIT if trace.short_circuit is not None else Term.MIDDLEWARE
    if stop == trace.short_circuit:
        return Term.SHORT_CIRCUIT
    if stop.sort in (StopSort.LAYER_IN, StopSort.LAYER_OUT) and stop.layer is not None:
        row = trace.passes[stop.layer]
        way = row.way_in if stop.sort is StopSort.LAYER_IN else row.way_out
        if way.state is WayState.NO_HOOK:
            return Term.MIDDLEWARE_MIXIN
        if way.hook == CALL:
            return Term.GET_RESPONSE
    if stop.sort is StopSort.SQL and stop.repeat > 1:
        return Term.N_PLUS_ONE
    if stop.sort in (StopSort.RECEIVED, StopSort.STARTED):
        return of_server(trace, stop)
    return TERMS[stop.sort]


def of_server(trace: RequestTrace, stop: Stop) -> Term:
    """At both ends of the path, what the server speaks with Django."""
    if trace.summary.lane == "static":
        return Term.STATIC_FILES
    if trace.summary.lane == "server":
        return Term.RUNSERVER
    match trace.summary.entry:
        case "asgi":
            return Term.ASGI
        case "client":
            return Term.TEST_CLIENT
    return TERMS[stop.sort]
