"""What a call raised, told without touching it (for what it gave back see ``answers``)."""

from __future__ import annotations

from reqtrace.agent.recorder import RequestState, number_of
from reqtrace.agent.values import describe, dotted_name, shorten
from reqtrace.events.kinds import ExceptionRaised

EXCEPTION_RAISED = number_of(ExceptionRaised)
MAX_MESSAGE = 500


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
