"""Explains what the site asks of others while the request waits: caches, other servers, mail."""

from __future__ import annotations

from reqtrace.analysis.messages import MessageId, Value
from reqtrace.analysis.surroundings import Surroundings, class_name
from reqtrace.analysis.telling import Telling
from reqtrace.events.kinds import CacheCalled, HttpCalled, MailSent

__all__ = ["explain_cache", "explain_http", "explain_mail"]

ID = MessageId


def place_of(event: CacheCalled | HttpCalled | MailSent) -> dict[str, Value]:
    return {"file": event.file, "line": event.line, "function": event.function}


def explain_cache(here: Surroundings) -> Telling:
    """A question to a cache, or something put into it."""
    assert here.stop.span is not None
    call = here.stop.span.entered
    assert isinstance(call, CacheCalled)
    values: dict[str, Value] = place_of(call) | {
        "operation": call.operation,
        "key": call.key,
        "hits": call.hits,
        "keys": call.keys,
        "alias": call.alias,
        "backend": ".".join(call.backend.split(".")[-2:]),
    }
    if call.error:
        values["error"] = class_name(call.error)
        return Telling(ID.CACHE_FAILED, ID.WHY_INSIDE_FAILED, values)
    return Telling(cache_title(call), ID.WHY_CACHE, values)


def cache_title(call: CacheCalled) -> MessageId:
    if call.hits < 0:
        return ID.CACHE
    if call.keys > 1:
        return ID.CACHE_SOME
    return ID.CACHE_HIT if call.hits else ID.CACHE_MISS


def explain_http(here: Surroundings) -> Telling:
    """A request that the site itself made."""
    assert here.stop.span is not None
    call = here.stop.span.entered
    assert isinstance(call, HttpCalled)
    values: dict[str, Value] = place_of(call) | {
        "method": call.method,
        "url": call.url,
        "status": call.status,
        "library": call.library,
    }
    if call.error:
        values["error"] = class_name(call.error)
        return Telling(ID.HTTP_FAILED, ID.WHY_INSIDE_FAILED, values)
    return Telling(ID.HTTP, ID.WHY_HTTP, values)


def explain_mail(here: Surroundings) -> Telling:
    """An e-mail."""
    assert here.stop.span is not None
    mail = here.stop.span.entered
    assert isinstance(mail, MailSent)
    values: dict[str, Value] = place_of(mail) | {
        "subject": mail.subject,
        "recipients": mail.recipients,
        "backend": ".".join(mail.backend.split(".")[-2:]),
    }
    if mail.error:
        values["error"] = class_name(mail.error)
        return Telling(ID.MAIL_FAILED, ID.WHY_INSIDE_FAILED, values)
    return Telling(ID.MAIL, ID.WHY_MAIL, values)
