"""What a call gave back, and what it raised, told without touching either."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from reqtrace.agent.changes import status_of
from reqtrace.agent.recorder import RequestState, get_ident, number_of, perf_counter_ns, recorder
from reqtrace.agent.values import describe, dotted_name, shorten
from reqtrace.events.kinds import ExceptionRaised, Outcome

EXCEPTION_RAISED = number_of(ExceptionRaised)
NONE, RESPONSE, OTHER = int(Outcome.none), int(Outcome.response), int(Outcome.other)
MAX_MESSAGE = 500


def outcome_of(result: object) -> tuple[int, int]:
    """``Outcome`` and status of what a layer, hook or view returned.

    ``issubclass(type(…))``, never ``isinstance``: that would ask a lazy object for its ``__class__``.
    """
    if result is None:
        return NONE, 0
    if issubclass(type(result), HttpResponseBase):
        return RESPONSE, status_of(result)
    return OTHER, 0


def tell_exception(state: RequestState, error: BaseException) -> None:
    """Record an exception the first time it is seen on its way out."""
    if state.exception == id(error):
        return
    state.exception = id(error)
    file, line, function = raised_at(error)
    row = (EXCEPTION_RAISED, perf_counter_ns(), state.number, get_ident())
    recorder.append((*row, dotted_name(type(error)), message_of(error), file, line, function))


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
    return shorten(first, MAX_MESSAGE) if type(first) is str else describe(first)
