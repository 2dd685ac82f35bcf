"""What an explanation is made of before it is checked: two message ids and the values for both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from reqtrace.analysis.messages import MessageId, Value
from reqtrace.analysis.surroundings import Surroundings
from reqtrace.trace.model import RequestState

__all__ = ["Telling", "unfinished"]


class Telling(NamedTuple):
    """What is said, with every value that either message may need."""

    title: MessageId
    why: MessageId
    values: Mapping[str, Value]


def unfinished(here: Surroundings, running: MessageId, name: str, **values: Value) -> Telling:
    """Something that has begun and not ended: it runs now, or its end was never told."""
    if here.is_live:
        return Telling(running, MessageId.WHY_RUNNING, values)
    is_lost = here.trace.summary.state is RequestState.LOST
    why = MessageId.WHY_INTERRUPTED if is_lost else MessageId.WHY_UNKNOWN
    return Telling(MessageId.UNFINISHED, why, {**values, "name": name})
