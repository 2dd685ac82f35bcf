"""The closed list of things that can be said about a stop; the words are ``reqtrace.render.labels``'s.

A message is an id and values. Its id has a ``key`` (under which a language keeps the words) and ``parameters`` (the
values that always come with it). What the parameters mean is the same in every message:

==============  ====================================================================================================
``layer``       name of the middleware (``SessionMiddleware``)
``number``      its position in MIDDLEWARE, from 1
``hook``        ``process_request``, ``process_response`` or ``__call__``
``next``        where the request or response goes from here: a middleware, or the handler outside all of them
``status``      status of the response, a number
``changes``     a tuple of ``reqtrace.trace.model.SpanChange``: what this stop's own code changed; may be empty
``error``       class name of an exception (``ZeroDivisionError``)
``message``     the exception's own text; may be empty
``skipped``     how many middleware (or hooks of that sort) are left out because of this
``layers``      how many middleware the chain has
``hooks``       how many hooks of the sort there are
``decorator``   name of the decorator (``csrf_protect``); empty if it is none of Django's
``middleware``  class name of a middleware that is in no chain
``repeat``      how often a statement ran, in a row if nothing else is said
``steps``       how many of the steps that follow show what the view did
==============  ====================================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from reqtrace.trace.model import SpanChange

__all__ = ["Message", "MessageId", "Value"]

Value = str | int | tuple[SpanChange, ...]


class MessageId(Enum):
    """Everything that can be said. The first half are titles (what, where), the ``WHY`` ones say why and what next."""

    def __init__(self, key: str, parameters: str) -> None:
        self.key = key
        self.parameters = frozenset(parameters.split())

    # --- titles --------------------------------------------------------------------------------------------------
    RECEIVED = "received", "method path handler"
    RECEIVED_STATIC = "received.static", "method path handler"
    RECEIVED_SERVER = "received.server", "line"
    RECEIVED_TLS = "received.tls", ""

    LAYER_IN = "layer_in", "number layer hook changes"
    LAYER_IN_RUNNING = "layer_in.running", "number layer hook"
    LAYER_IN_NO_HOOK = "layer_in.no_hook", "number layer hook"
    LAYER_IN_ANSWERED = "layer_in.answered", "number layer hook status changes"
    LAYER_IN_OTHER = "layer_in.other", "number layer hook"
    """It turned the request back with something that is no response (``None`` from a ``__call__``)."""
    LAYER_IN_RAISED = "layer_in.raised", "number layer hook error"
    LAYER_IN_UNKNOWN = "layer_in.unknown", "number layer hook"

    RESOLVING = "resolved.running", "path urlconf"
    RESOLVED = "resolved", "path route view_name"
    RESOLVED_NOT_FOUND = "resolved.not_found", "path urlconf tried"
    """``tried``: how many patterns."""
    RESOLVED_RAISED = "resolved.raised", "path urlconf error"

    VIEW_HOOK = "view_hook", "number layer changes"
    VIEW_HOOK_RUNNING = "view_hook.running", "number layer"
    VIEW_HOOK_ANSWERED = "view_hook.answered", "number layer status"
    VIEW_HOOK_OTHER = "view_hook.other", "number layer"
    VIEW_HOOK_RAISED = "view_hook.raised", "number layer error"

    VIEW = "view", "view decorator status"
    """``view``: dotted path; with ``.get`` and the like for the handler of a class-based view."""
    VIEW_RUNNING = "view.running", "view"
    VIEW_NO_RESPONSE = "view.no_response", "view"
    VIEW_RAISED = "view.raised", "view error"

    SQL = "sql", "sql alias repeat"
    SQL_FAILED = "sql.failed", "sql alias error"

    TEMPLATE = "template", "template"
    TEMPLATE_RUNNING = "template.running", "template"
    TEMPLATE_RAISED = "template.raised", "template"

    DECORATOR_HOOK = "decorator_hook", "decorator middleware hook"
    """A hook of a middleware that is in no chain: a decorator made it."""
    DECORATOR_HOOK_RUNNING = "decorator_hook.running", "decorator middleware hook"
    DECORATOR_HOOK_ANSWERED = "decorator_hook.answered", "decorator middleware hook status"
    DECORATOR_HOOK_RAISED = "decorator_hook.raised", "decorator middleware hook error"

    LOOKED_UP = "lookup", "path view_name"
    LOOKED_UP_NOTHING = "lookup.nothing", "path error"

    TRANSACTION_BEGIN = "transaction.begin", "alias"
    TRANSACTION_COMMIT = "transaction.commit", "alias"
    TRANSACTION_ROLLBACK = "transaction.rollback", "alias"
    SAVEPOINT = "transaction.savepoint", "alias"
    SAVEPOINT_COMMIT = "transaction.savepoint_commit", "alias"
    SAVEPOINT_ROLLBACK = "transaction.savepoint_rollback", "alias"
    TRANSACTION_STEP = "transaction.step", "alias action"
    """``action`` is one that this version does not know."""
    TRANSACTION_FAILED = "transaction.failed", "alias action error"

    CONTEXT_PROCESSORS = "context_processors", "names processors"
    """``names``: the variables they added; ``processors``: how many they are."""

    HOP_TO_THREAD = "hop.to_thread", "target"
    """``target``: the function that runs on the other side."""
    HOP_TO_LOOP = "hop.to_loop", "target"

    CACHE = "cache", "operation key"
    CACHE_HIT = "cache.hit", "operation key"
    CACHE_MISS = "cache.miss", "operation key"
    CACHE_SOME = "cache.some", "operation key hits keys"
    """Several ``keys`` were asked for, ``hits`` were found."""
    CACHE_FAILED = "cache.failed", "operation key error"

    HTTP = "http", "method url status"
    HTTP_FAILED = "http.failed", "method url error"
    MAIL = "mail", "subject recipients"
    MAIL_FAILED = "mail.failed", "subject error"
    SIGNAL = "signal", "signal sender"
    SIGNAL_FAILED = "signal.failed", "signal sender error"
    LOG = "log", "level logger text"
    TAG = "tag", "tag"
    TAG_RUNNING = "tag.running", "tag"
    TAG_RAISED = "tag.raised", "tag error"
    FILTERS = "filters", "expression"
    FILTERS_FAILED = "filters.failed", "expression error"
    CALL = "call", "call"
    CALL_RUNNING = "call.running", "call"
    CALL_RAISED = "call.raised", "call error"

    EXCEPTION_HOOK = "exception_hook", "number layer"
    EXCEPTION_HOOK_RUNNING = "exception_hook.running", "number layer"
    EXCEPTION_HOOK_ANSWERED = "exception_hook.answered", "number layer status"
    EXCEPTION_HOOK_OTHER = "exception_hook.other", "number layer"
    EXCEPTION_HOOK_RAISED = "exception_hook.raised", "number layer error"

    CONVERTED = "converted", "error status"

    TEMPLATE_HOOK = "template_hook", "number layer changes"
    TEMPLATE_HOOK_RUNNING = "template_hook.running", "number layer"
    TEMPLATE_HOOK_NO_RESPONSE = "template_hook.no_response", "number layer"
    TEMPLATE_HOOK_RAISED = "template_hook.raised", "number layer error"

    LAYER_OUT = "layer_out", "number layer hook status changes"
    LAYER_OUT_RUNNING = "layer_out.running", "number layer hook"
    LAYER_OUT_NO_HOOK = "layer_out.no_hook", "number layer hook"
    LAYER_OUT_NOT_RUN = "layer_out.not_run", "number layer hook"
    LAYER_OUT_NOT_RUN_CALL = "layer_out.not_run_call", "number layer"
    """The layer has code of its own around ``get_response``, but the part after it was not reached."""
    LAYER_OUT_NO_RESPONSE = "layer_out.no_response", "number layer hook"
    LAYER_OUT_RAISED = "layer_out.raised", "number layer hook error"
    LAYER_OUT_UNKNOWN = "layer_out.unknown", "number layer hook"

    STARTED = "started", "status reason"
    BODY = "body", "chunks bytes"
    ESCAPED = "escaped", "error message"
    BROKEN_OFF = "broken_off", "error message"
    CLIENT_GONE = "client_gone", ""
    CLOSED = "closed", ""
    UNFINISHED = "unfinished", "name"
    """A view, hook or template whose end is not known; ``name`` says which."""

    # --- why, and what next --------------------------------------------------------------------------------------
    WHY_RECEIVED = "why.received", "layers next"
    WHY_RECEIVED_NO_LAYERS = "why.received.no_layers", ""
    WHY_RECEIVED_STATIC = "why.received.static", "handler layers"
    """Served before the chain: 0 of ``layers`` middleware ran (0 if no chain of this process is known)."""
    WHY_RECEIVED_SERVER = "why.received.server", ""
    """The server ended it; Django never heard of it."""
    WHY_RECEIVED_REFUSED = "why.received.refused", "status reason"
    """The server answered by itself."""
    WHY_RECEIVED_TLS = "why.received.tls", "status"
    """Somebody asked ``https://`` of a server that speaks HTTP only."""
    WHY_RECEIVED_IN_FRONT = "why.received.in_front", "status"
    """Another WSGI application than Django's handler answered."""
    WHY_RECEIVED_SERVER_OPEN = "why.received.server_open", ""
    """The server has the request line, Django has nothing yet."""
    WHY_RUNNING = "why.running", ""
    """The request is in here at this moment."""
    WHY_INTERRUPTED = "why.interrupted", ""
    """It was in here when the process ended."""
    WHY_UNKNOWN = "why.unknown", ""
    """Events are missing here."""

    WHY_LAYER_IN_NONE = "why.layer_in.none", "hook next"
    """``process_request`` returned ``None``, so the next layer runs."""
    WHY_LAYER_IN_NONE_LAST = "why.layer_in.none_last", "hook"
    """… and it was the innermost layer: now the URL is resolved."""
    WHY_LAYER_IN_CALLED = "why.layer_in.called", "hook next"
    """Its own ``__call__`` (or the function) called ``get_response``, which is the next layer."""
    WHY_LAYER_IN_CALLED_LAST = "why.layer_in.called_last", "hook"
    WHY_LAYER_IN_NO_HOOK = "why.layer_in.no_hook", "hook next"
    WHY_LAYER_IN_NO_HOOK_LAST = "why.layer_in.no_hook_last", "hook"
    WHY_LAYER_IN_FALSE = "why.layer_in.false", "hook next"
    """It returned something that is not ``None`` but counts as false, so the request goes on."""
    WHY_LAYER_IN_ANSWERED = "why.layer_in.answered", "hook skipped"
    """A response instead of ``None``: deeper layers and the view are never reached; its own ``process_response`` and
    those of the layers above still run."""
    WHY_LAYER_IN_ANSWERED_NO_HOOK = "why.layer_in.answered_no_hook", "hook skipped"
    """The same, but the layer itself has no ``process_response``."""
    WHY_LAYER_IN_CALL_ANSWERED = "why.layer_in.call_answered", "hook skipped"
    """``get_response`` was not called: only the layers above see the response."""
    WHY_LAYER_IN_OTHER = "why.layer_in.other", "hook skipped"
    WHY_LAYER_IN_RAISED = "why.layer_in.raised", "hook error message status skipped"
    """The film around this layer makes a response of it; the layer's own ``process_response`` is not run."""
    WHY_LAYER_IN_RAISED_ESCAPED = "why.layer_in.raised_escaped", "hook error message skipped"
    """No film turned it into a response."""
    WHY_LAYER_IN_RAISED_OPEN = "why.layer_in.raised_open", "hook error message"
    """It is not converted yet."""

    WHY_RESOLVED = "why.resolved", "hooks next"
    """Only now, the view being known, do the ``process_view`` hooks run, top-down; ``next`` is the first."""
    WHY_RESOLVED_NO_HOOKS = "why.resolved.no_hooks", "view_name"
    """No middleware has ``process_view``: the view is called next."""
    WHY_RESOLVED_NOT_FOUND = "why.resolved.not_found", "error hooks"
    """No ``process_view`` runs, since there is no view, and no ``process_exception``, since the view raised
    nothing."""
    WHY_RESOLVED_RAISED = "why.resolved.raised", "error message"

    WHY_VIEW_HOOK_NEXT = "why.view_hook.next", "next"
    WHY_VIEW_HOOK_LAST = "why.view_hook.last", ""
    """Returned ``None``, and it was the last: now the view is called."""
    WHY_VIEW_HOOK_ANSWERED = "why.view_hook.answered", "skipped"
    """The view is not called, nor are the ``skipped`` later ``process_view`` hooks; every ``process_response`` still
    runs."""
    WHY_VIEW_HOOK_OTHER = "why.view_hook.other", "skipped"
    WHY_VIEW_HOOK_RAISED = "why.view_hook.raised", "error message skipped"
    """``process_exception`` is not asked: it is only for what the view (or rendering) raises."""

    WHY_VIEW_RESPONSE = "why.view.response", "next steps"
    """The response leaves through the layers, bottom-up; ``next`` is the innermost."""
    WHY_VIEW_UNRENDERED = "why.view.unrendered", "hooks"
    """A ``TemplateResponse``, not rendered yet: first ``process_template_response``, bottom-up, then rendering."""
    WHY_VIEW_NONE = "why.view.none", ""
    """``None`` (or a coroutine): Django raises ValueError outside the try, so no ``process_exception`` is asked."""
    WHY_VIEW_OTHER = "why.view.other", ""
    """Neither a response nor ``None``: whatever treats it as a response first will fail."""
    WHY_VIEW_RAISED = "why.view.raised", "error message hooks next"
    """``process_exception`` is asked bottom-up; ``next`` is the first."""
    WHY_VIEW_RAISED_NO_HOOKS = "why.view.raised_no_hooks", "error message"
    """No middleware has ``process_exception``."""
    WHY_VIEW_ENDED = "why.view.ended", "error message"
    """It is no ``Exception`` (cancelled, exit): no hook and no film stops it."""

    WHY_SQL = "why.sql", "file line function"
    WHY_SQL_NO_LINE = "why.sql.no_line", ""
    """No line of the project stands behind it."""
    WHY_SQL_REPEATED = "why.sql.repeated", "repeat file line function"
    """``file`` is empty if no line of the project stands behind it."""
    WHY_SQL_ONE_OF_MANY = "why.sql.one_of_many", "repeat file line function"
    """The same statement from the same line ran ``repeat`` times in the request, not in a row: a query in a loop."""
    WHY_SQL_IN_TEMPLATE = "why.sql.in_template", "template"
    WHY_SQL_IN_BODY = "why.sql.in_body", ""
    """It runs while the body is sent: every middleware has been left."""
    WHY_SQL_FAILED = "why.sql.failed", "error"

    WHY_TEMPLATE_VIEW = "why.template.view", "view"
    WHY_TEMPLATE_NESTED = "why.template.nested", "outer"
    """Inside another template: ``extends``, ``include``."""
    WHY_TEMPLATE_LATE = "why.template.late", ""
    """A ``TemplateResponse``, rendered after the view returned it."""
    WHY_TEMPLATE_ERROR_PAGE = "why.template.error_page", ""
    WHY_TEMPLATE_HOOK = "why.template.hook", "layer hook"
    WHY_TEMPLATE_LAYER = "why.template.layer", "layer"
    WHY_TEMPLATE_BODY = "why.template.body", ""
    WHY_TEMPLATE_ELSEWHERE = "why.template.elsewhere", ""
    WHY_TEMPLATE_RAISED = "why.template.raised", "error message"

    WHY_DECORATOR_HOOK = "why.decorator_hook", ""
    """``decorator_from_middleware`` made the middleware around the view: it is not in the chain."""
    WHY_DECORATOR_ERROR_PAGE = "why.decorator_hook.error_page", ""
    """Every default error page is decorated with ``requires_csrf_token``."""
    WHY_DECORATOR_ANSWERED = "why.decorator_hook.answered", ""
    """What is decorated is not called; the response leaves through the layers as any other."""
    WHY_DECORATOR_RAISED = "why.decorator_hook.raised", "error message"

    WHY_LOOKED_UP = "why.lookup", "file line function"
    """Not the resolution of the request; ``function`` asked."""
    WHY_LOOKED_UP_APPEND_SLASH = "why.lookup.append_slash", "path"
    """``CommonMiddleware.should_redirect_with_slash``: would the URL exist?"""
    WHY_LOOKED_UP_LOCALE = "why.lookup.locale", "path"
    """``LocaleMiddleware``: would it exist with a language prefix?"""
    WHY_LOOKED_UP_DEBUG = "why.lookup.debug", ""
    """``technical_404_response`` asks again which view raised the 404."""
    WHY_LOOKED_UP_ADMIN = "why.lookup.admin", ""
    """``AdminSite.catch_all_view``."""

    WHY_BEGIN = "why.transaction.begin", "file line function"
    WHY_BEGIN_ATOMIC_REQUESTS = "why.transaction.begin_atomic_requests", "alias"
    """``make_view_atomic`` put the view into a transaction, since ATOMIC_REQUESTS is set for this database."""
    WHY_COMMIT = "why.transaction.commit", ""
    WHY_COMMIT_ATOMIC_REQUESTS = "why.transaction.commit_atomic_requests", ""
    WHY_ROLLBACK = "why.transaction.rollback", ""
    WHY_ROLLBACK_ATOMIC_REQUESTS = "why.transaction.rollback_atomic_requests", ""
    WHY_SAVEPOINT = "why.transaction.savepoint", "file line function"
    """``atomic`` inside ``atomic``."""
    WHY_SAVEPOINT_COMMIT = "why.transaction.savepoint_commit", ""
    WHY_SAVEPOINT_ROLLBACK = "why.transaction.savepoint_rollback", ""
    WHY_TRANSACTION_STEP = "why.transaction.step", "file line function"
    WHY_TRANSACTION_FAILED = "why.transaction.failed", "error"

    WHY_CONTEXT_PROCESSORS = "why.context_processors", "list"
    """``RequestContext.bind_template`` calls them before the template is rendered; ``list`` names them."""

    WHY_HOP_TO_THREAD = "why.hop.to_thread", "cost"
    """``cost``: nanoseconds that the change itself took."""
    WHY_HOP_TO_LOOP = "why.hop.to_loop", "cost"

    WHY_CACHE = "why.cache", "alias backend file line function"
    WHY_HTTP = "why.http", "library file line function"
    """The request waits; ``library`` made the call."""
    WHY_MAIL = "why.mail", "backend file line function"
    WHY_SIGNAL = "why.signal", "list receivers"
    """``receivers``: how many; ``list``: their names, in the order of the calls."""
    WHY_LOG = "why.log", "file line"
    WHY_TAG = "why.tag", "template line"
    WHY_FILTERS = "why.filters", "list"
    WHY_CALL = "why.call", "file line"
    WHY_INSIDE_RAISED = "why.inside.raised", "error message"
    """A tag or a function of the project raised."""
    WHY_INSIDE_FAILED = "why.inside.failed", "error"
    """A call to a cache, another server or receivers ended with an exception."""

    WHY_EXCEPTION_HOOK_NEXT = "why.exception_hook.next", "next"
    """Returned ``None``: not handled here, the next one outwards is asked."""
    WHY_EXCEPTION_HOOK_LAST = "why.exception_hook.last", ""
    """Returned ``None``, and nobody is left to ask: the film converts it."""
    WHY_EXCEPTION_HOOK_ANSWERED = "why.exception_hook.answered", "skipped"
    """The exception ends here; the ``skipped`` others are not asked; every ``process_response`` runs."""
    WHY_EXCEPTION_HOOK_OTHER = "why.exception_hook.other", ""
    WHY_EXCEPTION_HOOK_RAISED = "why.exception_hook.raised", "error message skipped"
    """Its exception replaces the one it was asked about."""

    WHY_CONVERTED_CORE = "why.converted.core", "next"
    """The film around ``_get_response``: the layers see a normal response and leave as usual; ``next`` is first."""
    WHY_CONVERTED_LAYER = "why.converted.layer", "number layer next"
    """The film around this layer; only what is outside of it sees the response."""

    WHY_TEMPLATE_HOOK_NEXT = "why.template_hook.next", "next"
    WHY_TEMPLATE_HOOK_LAST = "why.template_hook.last", ""
    """It was the last: now the response is rendered."""
    WHY_TEMPLATE_HOOK_NO_RESPONSE = "why.template_hook.no_response", ""
    """No response with ``render()``: Django raises, outside the try."""
    WHY_TEMPLATE_HOOK_RAISED = "why.template_hook.raised", "error message"

    WHY_LAYER_OUT_SAME = "why.layer_out.same", "hook next"
    """It returned the response it was given, unchanged."""
    WHY_LAYER_OUT_CHANGED = "why.layer_out.changed", "hook next"
    """It returned the response it was given, with the changes of the title."""
    WHY_LAYER_OUT_REPLACED = "why.layer_out.replaced", "hook status next"
    """It returned another response than it was given."""
    WHY_LAYER_OUT_NO_HOOK = "why.layer_out.no_hook", "hook next"
    WHY_LAYER_OUT_NOT_RUN_RAISED = "why.layer_out.not_run_raised", "hook next"
    """The layer raised before, so its own way out is not run."""
    WHY_LAYER_OUT_NOT_RUN_ANSWERED = "why.layer_out.not_run_answered", "next"
    """Its ``__call__`` answered without calling ``get_response``: there is no code after it."""
    WHY_LAYER_OUT_NOT_RUN_PASSED = "why.layer_out.not_run_passed", "hook"
    """An exception from inside went through it: no film stopped that one."""
    WHY_LAYER_OUT_NO_RESPONSE = "why.layer_out.no_response", "hook next"
    """It returned ``None`` or something else that is no response, and that is what the next one gets."""
    WHY_LAYER_OUT_RAISED = "why.layer_out.raised", "hook error message status"
    """The film around this layer makes a response of it."""
    WHY_LAYER_OUT_RAISED_ESCAPED = "why.layer_out.raised_escaped", "hook error message"
    WHY_LAYER_OUT_RAISED_OPEN = "why.layer_out.raised_open", "hook error message"

    WHY_STARTED = "why.started", ""
    """``start_response``: kept by the server until the first block of the body."""
    WHY_STARTED_ASGI = "why.started.asgi", ""
    """``http.response.start`` was sent."""
    WHY_STARTED_STREAMING = "why.started.streaming", ""
    """The body is not made yet: it runs after every middleware has been left."""
    WHY_STARTED_FILE = "why.started.file", ""
    """A file, handed to the server (``wsgi.file_wrapper``)."""
    WHY_STARTED_STATIC = "why.started.static", "handler layers"
    WHY_BODY_STREAMING = "why.body.streaming", "queries"
    """Made while it is sent, outside all middleware; ``queries`` ran in it."""
    WHY_BODY = "why.body", "queries"
    WHY_ESCAPED = "why.escaped", ""
    WHY_BROKEN_OFF = "why.broken_off", "status file line"
    """It left the handler: the server answers for Django, with no ``request_finished``."""
    WHY_ESCAPED_CANCELLED = "why.escaped.cancelled", ""
    """``CancelledError``: the client went away."""
    WHY_CLIENT_GONE = "why.client_gone", "status"
    """It had gone before it had the whole body."""
    WHY_CLOSED = "why.closed", "chunks bytes"
    """``response.close()`` ran its closers and ``request_finished`` was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing said: what, and the values to fill in."""

    id: MessageId
    values: Mapping[str, Value]
