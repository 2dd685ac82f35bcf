"""What the row of something that runs inside other code says: statements, templates, calls to others, details."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from reqtrace.analysis.explain_detours import is_of_atomic_requests
from reqtrace.events.kinds import (
    CacheCalled,
    CallEntered,
    ContextProcessorsRan,
    FiltersApplied,
    HttpCalled,
    LogRecorded,
    MailSent,
    Outcome,
    SignalSent,
    SqlExecuted,
    TagEntered,
    TemplateEntered,
    TransactionStepped,
)
from reqtrace.render import symbols
from reqtrace.render.canvas import Phrase
from reqtrace.render.detour_words import Words, decorator_words, hop_words, lookup_words, place_words, raised_words
from reqtrace.render.figures import status_mark, status_role
from reqtrace.render.labels import count, text
from reqtrace.render.repeats import Group
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.sql_text import short_sql
from reqtrace.trace.model import Phase, RequestTrace, StopSort

__all__ = ["INSIDE_SORTS", "inside_words"]

_WARN = Paint(Role.WARN, bold=True)
_OK = Paint(Role.OK, bold=True)
_BOLD = Paint(Role.INK, bold=True)
_BAD = Paint(Role.BAD, bold=True)
_QUIET = Paint(Role.SKIP)
_BAD_LEVELS = frozenset({"WARNING", "ERROR", "CRITICAL"})


def inside_words(trace: RequestTrace, group: Group) -> Words:
    """The words of a group of stops that share a row."""
    return _WORDS[group.stop.sort](trace, group)


def _quiet(words: str) -> Phrase:
    return ((f"  {words}", _QUIET),) if words else ()


def _repeat(group: Group) -> Phrase:
    return ((f"{symbols.TIMES}{group.stop.repeat}  ", _WARN),) if group.stop.repeat > 1 else ()


def _failed(error: str) -> tuple[str, ...]:
    name = sanitize(error).rpartition(".")[2]
    return (f"{symbols.STATUS_SERVER_ERROR} {name}",) if name else ()


def _told(label: str, paint: Paint, group: Group, words: str, *more: str, error: str = "") -> Words:
    """The usual row: a label, what it is about, and what else may be said if there is room."""
    first: Phrase = (*_repeat(group), (words, INK))
    extras = [extra for extra in more if extra]
    variants = [(*first, *_quiet("  ".join(extras[:number]))) for number in range(len(extras), -1, -1)]
    return Words(label=label, paint=paint, variants=tuple(variants), alarm=_failed(error), is_vital=bool(error))


# --- the database ------------------------------------------------------------------------------------------------


def _sql(trace: RequestTrace, group: Group) -> Words:
    statement = group.stop.span.entered if group.stop.span is not None else None
    assert isinstance(statement, SqlExecuted)
    repeat, words = _repeat(group), short_sql(statement.sql)
    alarm = (f"{symbols.STATUS_SERVER_ERROR} {sanitize(statement.error)}",) if statement.error else ()
    return Words(
        label=text("core.sql"),
        paint=_WARN,
        variants=(
            (*repeat, (words, INK), *_quiet(place_words(statement.file, statement.line))),
            (*repeat, (words, INK)),
        ),
        alarm=alarm,
        is_vital=group.stop.repeat > 1 or bool(alarm),
    )


_STEP_LABELS: Mapping[str, tuple[str, str, Paint]] = {
    "begin": ("BEGIN", "", _OK),
    "commit": ("COMMIT", "", _OK),
    "rollback": ("ROLLBACK", "", _BAD),
    "savepoint": ("SAVEPOINT", "core.savepoint_set", _BOLD),
    "savepoint commit": ("SAVEPOINT", "core.savepoint_released", _BOLD),
    "savepoint rollback": ("SAVEPOINT", "core.savepoint_rolled_back", _BAD),
}


def _transaction(trace: RequestTrace, group: Group) -> Words:
    step = group.stop.span.entered if group.stop.span is not None else None
    assert isinstance(step, TransactionStepped)
    label, key, paint = _STEP_LABELS.get(step.action, (sanitize(step.action).upper(), "", _BOLD))
    alias = sanitize(step.alias)
    words = text(key, alias=alias) if key else text("core.on_database", alias=alias)
    is_django_s = is_of_atomic_requests(trace, group.stop)
    origin = "ATOMIC_REQUESTS" if is_django_s else place_words(step.file, step.line)
    return _told(label, paint, group, words, origin, error=step.error)


# --- templates ---------------------------------------------------------------------------------------------------


def _template(trace: RequestTrace, group: Group) -> Words:
    stop = group.stop
    entered = stop.span.entered if stop.span is not None else None
    assert isinstance(entered, TemplateEntered)
    alarm = raised_words(stop.span) if stop.span is not None and stop.span.outcome is Outcome.raised else ()
    name: Phrase = (*_repeat(group), (sanitize(entered.name), INK))
    variants: tuple[Phrase, ...] = (name,)
    label, is_vital = text("core.template"), bool(alarm)
    if stop.depth == 0 and stop.phase is Phase.RENDER:
        variants, label, is_vital = ((*name, *_quiet(text("core.late"))), name), text("core.render"), True
    elif stop.depth == 0 and stop.phase is Phase.LEAVE:
        variants = ((*name, *_quiet(text("core.error_page"))), name)
    return Words(label=label, paint=_OK, variants=variants, alarm=alarm, is_vital=is_vital)


def _context_processors(trace: RequestTrace, group: Group) -> Words:
    ran = group.stop.span.entered if group.stop.span is not None else None
    assert isinstance(ran, ContextProcessorsRan)
    names = " ".join(f"+{sanitize(name)}" for name in ran.names)
    processors = count("core.processors", len(ran.processors))
    by = ", ".join(sanitize(path).rpartition(".")[2] for path in ran.processors)
    few = count("core.variables", len(ran.names))
    if len(names) <= len(few):
        return _told(text("core.context"), _OK, group, names or few, processors)
    words = _told(text("core.context"), _OK, group, names, processors)
    short: Phrase = (*_repeat(group), (few, INK), *_quiet(by))
    return Words(
        label=words.label, paint=_OK, variants=(*words.variants, short, (*short[:-1], *_quiet(processors)), short[:-1])
    )


def _tag(trace: RequestTrace, group: Group) -> Words:
    span = group.stop.span
    tag = span.entered if span is not None else None
    assert isinstance(tag, TagEntered)
    words = f"{{% {sanitize(tag.name)} %}}"
    told = _told(text("core.tag"), _OK, group, words, place_words(tag.template, tag.line))
    alarm = raised_words(span) if span is not None and span.outcome is Outcome.raised else ()
    return Words(label=told.label, paint=_OK, variants=told.variants, alarm=alarm, is_vital=bool(alarm))


def _filters(trace: RequestTrace, group: Group) -> Words:
    applied = group.stop.span.entered if group.stop.span is not None else None
    assert isinstance(applied, FiltersApplied)
    return _told(text("core.filters"), _OK, group, f"{{{{ {sanitize(applied.expression)} }}}}", error=applied.error)


# --- calls to others ---------------------------------------------------------------------------------------------


def _cache(trace: RequestTrace, group: Group) -> Words:
    call = group.stop.span.entered if group.stop.span is not None else None
    assert isinstance(call, CacheCalled)
    words = f"{sanitize(call.operation)} {sanitize(call.key)}".rstrip()
    found = ""
    if call.hits >= 0:
        key = "core.cache_some" if call.keys > 1 else "core.cache_hit" if call.hits else "core.cache_miss"
        found = text(key, hits=call.hits, keys=call.keys)
    alias = f"({sanitize(call.alias)})" if call.alias != "default" else ""
    return _told(
        text("core.cache"), _BOLD, group, words, found, alias, place_words(call.file, call.line), error=call.error
    )


def _http(trace: RequestTrace, group: Group) -> Words:
    call = group.stop.span.entered if group.stop.span is not None else None
    assert isinstance(call, HttpCalled)
    place = place_words(call.file, call.line)
    url = sanitize(call.url)
    status: Phrase = (
        ((f"  {symbols.ARROW} ", _QUIET), (status_mark(call.status), Paint(status_role(call.status), bold=True)))
        if call.status
        else ()
    )
    urls = (url, url.partition("//")[2] or url)
    variants = [(*_repeat(group), (f"{sanitize(call.method)} {one}", INK), *status) for one in urls]
    return Words(
        label=text("core.http"),
        paint=_BOLD,
        variants=((*variants[0], *_quiet(place)), *variants),
        alarm=_failed(call.error),
        is_vital=True,
    )


def _mail(trace: RequestTrace, group: Group) -> Words:
    mail = group.stop.span.entered if group.stop.span is not None else None
    assert isinstance(mail, MailSent)
    backend = sanitize(".".join(mail.backend.split(".")[-2:]))
    recipients = count("noun.recipients", mail.recipients)
    return _told(text("core.mail"), _BOLD, group, sanitize(mail.subject), recipients, backend, error=mail.error)


# --- details -----------------------------------------------------------------------------------------------------


def _signal(trace: RequestTrace, group: Group) -> Words:
    sent = group.stop.span.entered if group.stop.span is not None else None
    assert isinstance(sent, SignalSent)
    name, sender = (sanitize(path).rpartition(".")[2] for path in (sent.signal, sent.sender))
    receivers = count("noun.receivers", len(sent.receivers))
    names = ", ".join(sanitize(path).rpartition(".")[2] for path in sent.receivers)
    words = text("core.signal_of", signal=name, sender=sender) if sender else name
    return _told(text("core.signal"), _BOLD, group, words, receivers, names, error=sent.error)


def _log(trace: RequestTrace, group: Group) -> Words:
    record = group.stop.span.entered if group.stop.span is not None else None
    assert isinstance(record, LogRecorded)
    words = f"{sanitize(record.level)} {sanitize(record.logger)}: {sanitize(record.message)}"
    is_bad = record.level in _BAD_LEVELS
    told = _told(text("core.log"), _BAD if is_bad else _BOLD, group, words, place_words(record.file, record.line))
    return replace(told, is_vital=is_bad)


def _call(trace: RequestTrace, group: Group) -> Words:
    span = group.stop.span
    call = span.entered if span is not None else None
    assert isinstance(call, CallEntered)
    told = _told(text("core.call"), _BOLD, group, f"{sanitize(call.name)}()", place_words(call.file, call.line))
    alarm = raised_words(span) if span is not None and span.outcome is Outcome.raised else ()
    return Words(label=told.label, paint=_BOLD, variants=told.variants, alarm=alarm, is_vital=bool(alarm))


_WORDS: Mapping[StopSort, Callable[[RequestTrace, Group], Words]] = {
    StopSort.SQL: _sql,
    StopSort.TEMPLATE: _template,
    StopSort.TRANSACTION: _transaction,
    StopSort.CONTEXT_PROCESSORS: _context_processors,
    StopSort.DECORATOR_HOOK: decorator_words,
    StopSort.LOOKUP: lookup_words,
    StopSort.HOP: hop_words,
    StopSort.CACHE: _cache,
    StopSort.HTTP: _http,
    StopSort.MAIL: _mail,
    StopSort.SIGNAL: _signal,
    StopSort.LOG: _log,
    StopSort.TAG: _tag,
    StopSort.FILTERS: _filters,
    StopSort.CALL: _call,
}
INSIDE_SORTS = frozenset(_WORDS)
"""The sorts of stops that happen inside other code, wherever that is."""
