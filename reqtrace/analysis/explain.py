"""Explains a stop of a request in two messages: what happens where; and why, or what comes next.

Everything is derived from what was observed in this request. What Django will do next follows from its loop
(``django.core.handlers.base.BaseHandler._get_response``, ``django.utils.deprecation.MiddlewareMixin.__call__``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reqtrace.analysis import (
    explain_core,
    explain_details,
    explain_detours,
    explain_inside,
    explain_layers,
    explain_outside,
    explain_sending,
)
from reqtrace.analysis.messages import Message, MessageId, Value
from reqtrace.analysis.surroundings import Surroundings
from reqtrace.analysis.telling import Telling
from reqtrace.trace.model import RequestTrace, Stop, StopSort

__all__ = ["Narration", "narrate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narration:
    """The two lines under the picture."""

    title: Message
    """What, and where."""
    why: Message
    """Why, and what next."""


EXPLANATIONS: Mapping[StopSort, Callable[[Surroundings], Telling]] = {
    StopSort.RECEIVED: explain_sending.explain_received,
    StopSort.LAYER_IN: explain_layers.explain_layer_in,
    StopSort.RESOLVED: explain_core.explain_resolved,
    StopSort.VIEW_HOOK: explain_core.explain_view_hook,
    StopSort.VIEW: explain_core.explain_view,
    StopSort.SQL: explain_inside.explain_sql,
    StopSort.TEMPLATE: explain_inside.explain_template,
    StopSort.EXCEPTION_HOOK: explain_core.explain_exception_hook,
    StopSort.DECORATOR_HOOK: explain_detours.explain_decorator_hook,
    StopSort.LOOKUP: explain_detours.explain_lookup,
    StopSort.TRANSACTION: explain_detours.explain_transaction,
    StopSort.CONTEXT_PROCESSORS: explain_details.explain_context_processors,
    StopSort.HOP: explain_detours.explain_hop,
    StopSort.CACHE: explain_outside.explain_cache,
    StopSort.HTTP: explain_outside.explain_http,
    StopSort.MAIL: explain_outside.explain_mail,
    StopSort.SIGNAL: explain_details.explain_signal,
    StopSort.LOG: explain_details.explain_log,
    StopSort.TAG: explain_details.explain_tag,
    StopSort.FILTERS: explain_details.explain_filters,
    StopSort.CALL: explain_details.explain_call,
    StopSort.CONVERTED: explain_core.explain_converted,
    StopSort.TEMPLATE_RESPONSE_HOOK: explain_core.explain_template_hook,
    StopSort.LAYER_OUT: explain_layers.explain_layer_out,
    StopSort.STARTED: explain_sending.explain_started,
    StopSort.BODY: explain_sending.explain_body,
    StopSort.ESCAPED: explain_sending.explain_escaped,
    StopSort.CLOSED: explain_sending.explain_closed,
}


def narrate(trace: RequestTrace, stop: Stop) -> Narration:
    """What can be said about a stop of this trace."""
    telling = EXPLANATIONS[stop.sort](Surroundings(trace, stop))
    return Narration(title=message(telling.title, telling.values), why=message(telling.why, telling.values))


def message(number: MessageId, values: Mapping[str, Value]) -> Message:
    """The message with exactly the values it is documented to have."""
    return Message(id=number, values={name: values[name] for name in sorted(number.parameters)})
