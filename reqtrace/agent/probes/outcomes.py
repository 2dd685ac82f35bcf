"""What a call gave back, and what it raised, told without touching either."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase

from reqtrace.agent.recorder import RequestState, number_of
from reqtrace.agent.values import describe, dotted_name, find_in_class, shorten
from reqtrace.events.kinds import ExceptionRaised, Outcome

EXCEPTION_RAISED = number_of(ExceptionRaised)
NONE, RESPONSE, OTHER = int(Outcome.none), int(Outcome.response), int(Outcome.other)
MAX_MESSAGE = 500
MAX_TYPES = 1_000

OTHER_MARK = 100

default_statuses: dict[type, int] = {}
"""``status_code`` of each response class met (instances may have one of their own); ``None``'s is below zero."""

_getattribute = object.__getattribute__


def outcome_of(result: object) -> tuple[int, int]:
    """``Outcome`` and status of what a layer, hook or view returned.

    The type is looked up, never ``isinstance`` asked: that would ask a lazy object for its ``__class__``.
    """
    default = default_statuses.get(type(result))
    if default is None:
        default = meet_type(type(result))
    if default < 0:
        return default + OTHER_MARK, 0
    status = _getattribute(result, "__dict__").get("status_code", default)
    return RESPONSE, status if type(status) is int else plain_status(status)


def meet_type(kind: type) -> int:
    """The default status of a response class; below zero for everything else."""
    if kind is type(None):
        default = NONE - OTHER_MARK
    elif not issubclass(kind, HttpResponseBase):
        return OTHER - OTHER_MARK
    else:
        default = plain_status(find_in_class(kind, "status_code"))
    if len(default_statuses) < MAX_TYPES:
        default_statuses[kind] = default
    return default


def plain_status(status: Any) -> int:
    """A status as a plain number (``HTTPStatus`` is none); 0 if it is something else, such as a property."""
    return int.__add__(status, 0) if issubclass(type(status), int) else 0


def tell_exception(state: RequestState, error: BaseException) -> None:
    """Record an exception the first time it is seen on its way out."""
    if state.exception == id(error):
        return
    state.exception = id(error)
    file, line, function = raised_at(error)
    state.tell(EXCEPTION_RAISED, dotted_name(type(error)), message_of(error), file, line, function)


def raised_at(error: BaseException) -> tuple[str, int, str]:
    """File, line and function of the innermost frame."""
    step = error.__traceback__
    if step is None:
        return "", 0, ""
    while step.tb_next is not None:
        step = step.tb_next
    code = step.tb_frame.f_code
    return code.co_filename, step.tb_lineno, code.co_name


def message_of(error: BaseException) -> str:
    """The message, if it is plain text: ``str(error)`` would run the application's ``__str__``."""
    arguments = error.args
    if not arguments:
        return ""
    first = arguments[0]
    if type(first) is dict:
        # Resolver404 carries what was tried, which is told elsewhere.
        return ""
    return shorten(first, MAX_MESSAGE) if type(first) is str else describe(first)
