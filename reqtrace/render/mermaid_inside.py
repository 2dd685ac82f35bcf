"""What code inside of a request asks of others, as messages of a sequence diagram: queries, caches, servers, mail."""

from __future__ import annotations

from typing import NamedTuple

from reqtrace.events.kinds import (
    HOOKS,
    CacheCalled,
    DecoratorHookEntered,
    Event,
    HttpCalled,
    MailSent,
    SqlExecuted,
    TemplateEntered,
)
from reqtrace.render.labels import count, text
from reqtrace.render.mermaid_parties import CACHE, DATABASE, MAIL, SERVERS
from reqtrace.render.sql_text import statement_name
from reqtrace.trace.model import Stop

__all__ = ["Asked", "asked_by"]


class Asked(NamedTuple):
    """A message, and what came back if that is worth an arrow."""

    words: str
    receiver: str = ""
    """Empty if the code asked nobody else."""
    answer: str = ""
    error: str = ""


def asked_by(stop: Stop) -> Asked | None:
    """The message of a stop; ``None`` if a diagram does not show such things."""
    entered = stop.span.entered if stop.span is not None else None
    asked = None if entered is None else asked_in(entered)
    if asked is not None and stop.repeat > 1:
        return asked._replace(words=f"{asked.words} ({count('export.times', stop.repeat)})")
    return asked


def asked_in(entered: Event) -> Asked | None:
    match entered:
        case SqlExecuted():
            return Asked(statement_name(entered.sql), DATABASE, error=class_name(entered.error))
        case TemplateEntered():
            return Asked(text("export.renders", name=entered.name))
        case CacheCalled():
            key = "core.cache_some" if entered.keys > 1 else "core.cache_hit" if entered.hits else "core.cache_miss"
            found = text(key, hits=entered.hits, keys=entered.keys) if entered.hits >= 0 else ""
            return Asked(f"{entered.operation} {entered.key}".rstrip(), CACHE, found, class_name(entered.error))
        case HttpCalled():
            address = entered.url.partition("//")[2] or entered.url
            status = str(entered.status) if entered.status else ""
            return Asked(f"{entered.method} {address}", SERVERS, status, class_name(entered.error))
        case MailSent():
            return Asked(entered.subject, MAIL, error=class_name(entered.error))
        case DecoratorHookEntered():
            hook = HOOKS[entered.hook] if 0 <= entered.hook < len(HOOKS) else "?"
            return Asked(text("export.decorator", hook=hook, middleware=class_name(entered.middleware)))
        case _:
            return None


def class_name(path: str) -> str:
    return path.rpartition(".")[2]
