"""What a layer, a hook or a view gave back, as the bits that a ``StepCode`` has for it."""

from __future__ import annotations

from typing import Any

from reqtrace.agent.values import find_in_class
from reqtrace.events.kinds import Outcome
from reqtrace.events.steps import OUTCOME_STEP, STATUS_STEP

__all__ = ["answer_of", "is_response", "parts_of"]

NONE, RESPONSE, OTHER = (int(outcome) * OUTCOME_STEP for outcome in (Outcome.none, Outcome.response, Outcome.other))
MAX_TYPES = 1_000

OTHER_MARK = 1 + (NONE | OTHER)

default_statuses: dict[type, int] = {}
"""``status_code`` of each response class met (instances may have one of their own); ``None``'s is below zero."""

_getattribute = object.__getattribute__


def answer_of(result: object) -> int:
    """Outcome and status of what was returned, to be added to the code of a step.

    The type is looked up, never ``isinstance`` asked: that would ask a lazy object for its ``__class__``.
    """
    default = default_statuses.get(type(result))
    if default is None:
        default = meet_type(type(result))
    if default < 0:
        return default + OTHER_MARK
    status = _getattribute(result, "__dict__").get("status_code", default)
    return RESPONSE + (status if type(status) is int else plain_status(status)) * STATUS_STEP


def is_response(answer: int) -> bool:
    """It was a response, with a status that can be told."""
    return answer >= STATUS_STEP


def parts_of(answer: int) -> tuple[int, int]:
    """``Outcome`` and status."""
    return answer % STATUS_STEP // OUTCOME_STEP, answer // STATUS_STEP


def meet_type(kind: type) -> int:
    """The default status of a response class; below zero for everything else."""
    # Here, because the sender loads this module while Django itself is being loaded.
    from django.http.response import HttpResponseBase

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
