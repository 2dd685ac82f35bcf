"""What may be written next in a filter: names of fields, then the values that were seen in requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reqtrace.analysis.filtering_fields import FIELDS, STATES, field_named
from reqtrace.analysis.filtering_syntax import SEPARATORS, Term, Value, terms_of
from reqtrace.trace.model import RequestSummary

__all__ = ["Completion", "complete"]

MOST = 40
"""Candidates that are offered."""
STATUS_CLASSES = ("2xx", "3xx", "4xx", "5xx")
TIMES = ("10ms", "50ms", "100ms", "500ms", "1s")
COUNTS = ("0", "5", "10", "50")


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """Any of the candidates may stand in the place of the text from ``start`` up to ``end``."""

    start: int
    end: int
    candidates: tuple[str, ...]


def complete(text: str, cursor: int, summaries: Sequence[RequestSummary]) -> Completion:
    """What can be written at the cursor, the best first."""
    term = next((term for term in terms_of(text) if term.start < cursor <= term.end), None)
    if term is None:
        return Completion(start=cursor, end=cursor, candidates=names_with(""))
    if not term.field:
        word = term.values[0]
        return Completion(start=word.start, end=term.end, candidates=words_with(text[word.start : cursor], summaries))
    if cursor <= term.operator_start:
        typed = text[term.field_start : cursor]
        return Completion(start=term.field_start, end=term.value_start, candidates=names_with(typed))
    return complete_value(text, cursor, term, summaries)


def complete_value(text: str, cursor: int, term: Term, summaries: Sequence[RequestSummary]) -> Completion:
    value = value_at(term, cursor)
    start, end = (value.start, value.end) if value is not None else (cursor, cursor)
    typed = text[start:cursor].lstrip("\"'")
    field = field_named(term.field)
    offer = OFFERS.get(field.name) if field is not None else None
    if offer is None:
        return Completion(start=start, end=end, candidates=())
    fitting = fitting_first(offer(summaries), typed)
    return Completion(start=start, end=end, candidates=tuple(written(one) for one in fitting[:MOST]))


def value_at(term: Term, cursor: int) -> Value | None:
    return next((value for value in term.values if value.start <= cursor <= value.end), None)


def names_with(typed: str) -> tuple[str, ...]:
    """Fields that begin so, with the operator they are mostly used with."""
    wanted = typed.casefold()
    return tuple(name + field.usual for name, field in FIELDS.items() if name.startswith(wanted))


def words_with(typed: str, summaries: Sequence[RequestSummary]) -> tuple[str, ...]:
    """Fields, states and, for what looks like one, paths that begin so."""
    wanted = typed.casefold()
    states = [f"is:{state}" for state in STATES if state.startswith(wanted)]
    paths = fitting_first(paths_seen(summaries), typed) if typed.startswith("/") else []
    return (*names_with(typed), *states, *(f"path~{written(path)}" for path in paths[:MOST]))


def fitting_first(values: Iterable[str], typed: str) -> list[str]:
    """Those that begin with what is typed, then those that contain it; not what is already there in full."""
    wanted = typed.casefold()
    fitting = [value for value in values if wanted in value.casefold() and value.casefold() != wanted]
    return sorted(fitting, key=lambda value: not value.casefold().startswith(wanted))


def written(value: str) -> str:
    """The value as it has to be written in a filter."""
    is_plain = value and not any(one.isspace() or one in SEPARATORS or one in "\"'" for one in value)
    if is_plain:
        return value
    return f"'{value}'" if '"' in value else f'"{value}"'


# --- what was seen -----------------------------------------------------------------------------------------------


def seen(values: Iterable[str]) -> list[str]:
    """Each value once, the most frequent first."""
    return [value for value, _ in Counter(value for value in values if value).most_common()]


def last_part(path: str) -> str:
    return path.rpartition(".")[2]


def methods_seen(summaries: Sequence[RequestSummary]) -> list[str]:
    return seen(summary.method for summary in summaries)


def statuses_seen(summaries: Sequence[RequestSummary]) -> list[str]:
    return [*sorted(set(seen(str(one.status) for one in summaries if one.status))), *STATUS_CLASSES]


def paths_seen(summaries: Sequence[RequestSummary]) -> list[str]:
    return seen(summary.path for summary in summaries)


def targets_seen(summaries: Sequence[RequestSummary]) -> list[str]:
    return seen(f"{one.path}?{one.query}" if one.query else one.path for one in summaries)


def layers_seen(summaries: Sequence[RequestSummary]) -> list[str]:
    """In the order of MIDDLEWARE: that is how a person thinks of them."""
    paths = dict.fromkeys(path for layers in dict.fromkeys(one.layers for one in summaries) for path in layers)
    return list(dict.fromkeys(map(last_part, paths)))


def views_seen(summaries: Sequence[RequestSummary]) -> list[str]:
    return seen(name for one in summaries for name in (one.url_name, last_part(one.view)))


OFFERS: Mapping[str, Callable[[Sequence[RequestSummary]], list[str]]] = {
    "path": paths_seen,
    "url": targets_seen,
    "status": statuses_seen,
    "method": methods_seen,
    "mw": layers_seen,
    "answered": lambda summaries: seen(last_part(one.answered_by) for one in summaries),
    "view": views_seen,
    "is": lambda _: list(STATES),
    "time": lambda _: list(TIMES),
    "queries": lambda _: list(COUNTS),
    "error": lambda summaries: seen(last_part(error) for one in summaries for error in one.errors),
    "client": lambda summaries: seen(summary.client for summary in summaries),
    "process": lambda summaries: seen(str(summary.key.process) for summary in summaries),
    "entry": lambda summaries: seen(summary.entry for summary in summaries),
}
"""The values to choose from; a field without any takes whatever is typed."""
