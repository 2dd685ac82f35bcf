"""The closed lists of questions that can be asked about a request, and of their answers; the words are ``render``'s.

What the values of an answer mean is the same everywhere:

==============  ====================================================================================================
``layer``       name of the middleware that is the cause; ``number`` is its position in MIDDLEWARE, from 1
``hook``        the hook of the cause, or ``__call__``
``status``      a status code
``error``       class name of an exception
``reason``      text a middleware gave with ``MiddlewareNotUsed``, or an exception's message; may be empty
``name``        dotted path, name of a header, or of a view
==============  ====================================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

__all__ = ["Answer", "AnswerId", "AnswerValue", "Question", "Subject"]

AnswerValue = str | int


class Question(Enum):
    """What can be asked on a row."""

    LAYER_NOT_ENTERED = "layer_not_entered"
    REQUEST_HOOK_NOT_CALLED = "process_request_not_called"
    VIEW_HOOK_NOT_CALLED = "process_view_not_called"
    VIEW_NOT_CALLED = "view_not_called"
    EXCEPTION_HOOK_NOT_CALLED = "process_exception_not_called"
    TEMPLATE_HOOK_NOT_CALLED = "process_template_response_not_called"
    RESPONSE_HOOK_NOT_CALLED = "process_response_not_called"
    HEADER_MISSING = "header_missing"
    STATUS = "status"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A question, and what it is asked about."""

    question: Question
    layer: int | None = None
    """Position in MIDDLEWARE, from 0, for questions about a layer or one of its hooks."""
    name: str = ""
    """The header for ``HEADER_MISSING``; for ``LAYER_NOT_ENTERED`` the dotted path of what is no layer of the chain."""


class AnswerId(Enum):
    """Everything that can be answered: a key, and the values that always come with it."""

    def __init__(self, key: str, parameters: str) -> None:
        self.key = key
        self.parameters = frozenset(parameters.split())

    # --- about every question ------------------------------------------------------------------------------------
    IT_RAN = "it_ran", ""
    """The question is mistaken: it did run."""
    PENDING = "pending", ""
    """The request is still on its way."""
    INTERRUPTED = "interrupted", ""
    """The process ended while the request was on its way."""
    UNTOLD = "untold", ""
    """The trace does not tell."""

    # --- why was this layer not entered ---------------------------------------------------------------------------
    ANSWERED_ABOVE = "answered_above", "number layer hook status"
    OTHER_ABOVE = "other_above", "number layer hook"
    """It turned the request back with something that is no response."""
    RAISED_ABOVE = "raised_above", "number layer hook error status"
    RAISED_ABOVE_ESCAPED = "raised_above_escaped", "number layer hook error"
    """No film turned the exception into a response."""
    CACHE_HIT = "cache_hit", "number layer status"
    PREFLIGHT = "preflight", "number layer status"
    """A CORS layer answered the ``OPTIONS`` request of a browser that asks for leave."""
    NOT_USED = "not_used", "layer reason"
    NOT_LOADED = "not_loaded", "layer reason"
    """It could not be imported or built."""
    NOT_IN_MIDDLEWARE = "not_in_middleware", "name"
    STATIC = "static", "name"
    """``name``: the handler that served the file before the chain."""
    SERVER = "server", ""
    """No handler of Django that is traced was called: the server ended the request, or this process is not traced."""
    UNTRACED = "untraced", ""
    """The handler that took the request is not traced: nothing is known of its chain."""
    ESCAPED_BEFORE = "escaped_before", "error"
    """An exception left the handler before the first layer was called."""

    # --- why did this hook, or the view, not run -------------------------------------------------------------------
    NO_HOOK = "no_hook", "layer hook"
    URL_UNRESOLVED = "url_unresolved", "name"
    """``name``: the URLconf in which no pattern matched."""
    URL_RAISED = "url_raised", "error"
    VIEW_HOOK_ANSWERED = "view_hook_answered", "number layer status"
    VIEW_HOOK_OTHER = "view_hook_other", "number layer"
    VIEW_HOOK_RAISED = "view_hook_raised", "number layer error"
    DECORATOR_ANSWERED = "decorator_answered", "name hook status"
    """The hook of a decorator's middleware answered, inside what Django calls the view."""
    DECORATOR_CACHE_HIT = "decorator_cache_hit", "name status"
    OUTSIDE_TRY = "outside_try", "error"
    """Django itself raised between the hooks and the view."""

    NOTHING_RAISED = "nothing_raised", ""
    RAISED_IN_LAYER = "raised_in_layer", "number layer hook error"
    RAISED_IN_VIEW_HOOK = "raised_in_view_hook", "number layer error"
    RAISED_IN_RESOLVER = "raised_in_resolver", "error"
    RAISED_IN_TEMPLATE_HOOK = "raised_in_template_hook", "number layer error"
    RAISED_IN_BODY = "raised_in_body", "error"
    RAISED_NO_EXCEPTION = "raised_no_exception", "error"
    """Cancelled, or an exit: no ``Exception``, so no hook is asked."""
    EXCEPTION_HOOK_ANSWERED = "exception_hook_answered", "number layer status"
    EXCEPTION_HOOK_RAISED = "exception_hook_raised", "number layer error"
    VIEW_RETURNED_NOTHING = "view_returned_nothing", "name"
    """``None`` or a coroutine: the ``ValueError`` is raised outside the try."""
    TEMPLATE_HOOK_RETURNED_NOTHING = "template_hook_returned_nothing", "number layer"

    NO_RENDER = "no_render", "name"
    """The view answered with a response that has no ``render()``."""
    NO_RENDER_ELSEWHERE = "no_render_elsewhere", "number layer hook"
    """The same of the response of a hook."""
    VIEW_RAISED = "view_raised", "name error"

    RAISED_ITSELF = "raised_itself", "layer hook error"
    """The layer's own code raised before, so its way out is not run."""
    CALL_ANSWERED = "call_answered", "layer status"
    """Its ``__call__`` answered without ``get_response``: there is no code after it."""
    RAISED_THROUGH = "raised_through", "layer error"
    """An exception that no film stops went through it."""

    # --- why is this header missing -------------------------------------------------------------------------------
    HEADER_PRESENT = "header_present", "name"
    HEADER_NOT_SENT = "header_not_sent", "name"
    """No response was started."""
    HEADER_OWNER_ABSENT = "header_owner_absent", "name layer"
    """Its middleware is not in MIDDLEWARE."""
    HEADER_OWNER_SKIPPED = "header_owner_skipped", "name number layer"
    """Its layer was not entered, or its way out not run; the answers to that question follow."""
    HEADER_REPLACED = "header_replaced", "name number layer hook status"
    """A layer further out answered with another response."""
    HEADER_REMOVED = "header_removed", "name number layer hook"
    HEADER_LOST_IN_FILM = "header_lost_in_film", "name number layer error status"
    """A layer further out raised, and the response that was made of it knows nothing of the header."""
    HEADER_CONDITIONAL = "header_conditional", "name number layer"
    """The layer ran and did not set it: it does so only under a condition."""

    # --- why this status ------------------------------------------------------------------------------------------
    STATUS_VIEW = "status_view", "name status"
    STATUS_HOOK = "status_hook", "number layer hook status"
    """A hook or a layer answered with it."""
    STATUS_FILM = "status_film", "error status"
    """An exception became a response."""
    STATUS_CHANGED = "status_changed", "number layer hook before status"
    STATUS_STATIC = "status_static", "name status"
    STATUS_SERVER = "status_server", "error"
    """An exception left the handler: the server answers for Django."""
    STATUS_REFUSED = "status_refused", "status reason"
    """The server answered by itself."""
    BROKEN_OFF = "broken_off", "error"
    """The status had been sent when the body of the stream raised."""
    CLIENT_GONE = "client_gone", ""
    STATUS_SENT = "status_sent", "status"
    """Only what was sent is known."""

    # --- who broke it ---------------------------------------------------------------------------------------------
    BROKE_NOTHING = "broke_nothing", ""
    BROKE_NO_RESPONSE = "broke_no_response", "number layer hook"
    """The first layer that gave back something that is no response."""
    BROKE_NO_RESPONSE_VIEW = "broke_no_response_view", "name"
    BROKE_RAISED = "broke_raised", "error reason"
    BROKE_LENGTH = "broke_length", "announced sent"
    BROKE_LENGTH_LAYER = "broke_length_layer", "announced sent number layer"
    """The layer changed the body after Content-Length was set."""
    BROKE_TWICE = "broke_twice", "number layer calls"
    """It called ``get_response`` more than once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, and what it points at."""

    id: AnswerId
    values: Mapping[str, AnswerValue]
    stop: int | None = None
    """Index of the stop that is the cause, if it has one."""
    layer: int | None = None
    """Position of the layer that is the cause, from 0."""
    file: str = ""
    line: int = 0
    """Where the code that is the cause is written."""
