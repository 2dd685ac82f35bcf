"""What a call raised, told without touching it (for what it gave back see ``answers``)."""

from __future__ import annotations

import os
from types import FrameType

from reqtrace.agent.guard import PASSED_OVER
from reqtrace.agent.recorder import RequestState, number_of
from reqtrace.agent.values import describe, dotted_name, shorten
from reqtrace.events.kinds import ExceptionRaised

EXCEPTION_RAISED = number_of(ExceptionRaised)
MAX_MESSAGE = 500
AGENT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")


def tell_exception(state: RequestState, error: BaseException) -> None:
    """Record an exception the first time it is seen on its way out."""
    if state.exception == id(error):
        return
    state.exception = id(error)
    file, line, function = raised_at(error)
    state.tell(EXCEPTION_RAISED, dotted_name(type(error)), message_of(error), file, line, function)


def raised_at(error: BaseException) -> tuple[str, int, str]:
    """File, line and function of the innermost frame, as the traceback will read without ours.

    Arguments that do not fit fail in our frame, which stands where the caller's would: then it is the caller's.
    """
    step = error.__traceback__
    if step is None:
        return "", 0, ""
    frame: FrameType | None = step.tb_frame
    line = 0
    while step is not None:
        if not is_ours(step.tb_frame):
            frame, line = step.tb_frame, step.tb_lineno
        step = step.tb_next
    while frame is not None and is_ours(frame):
        frame = frame.f_back
    if frame is None:
        return "", 0, ""
    return frame.f_code.co_filename, line or frame.f_lineno, frame.f_code.co_name


def is_ours(frame: FrameType) -> bool:
    """It runs code of the agent, whatever name its file goes by."""
    file = frame.f_code.co_filename
    return file == PASSED_OVER or file.startswith(AGENT)


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
