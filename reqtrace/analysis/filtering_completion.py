"""What may be written next in a filter: its fields, then the values that were seen in requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from reqtrace.analysis.completion import Completion, Vocabulary, complete, fitting_first, written
from reqtrace.analysis.filtering_fields import FIELDS, STATES, field_named
from reqtrace.trace.model import RequestSummary

__all__ = ["Completion", "complete_filter", "methods_seen", "paths_seen"]

STATUS_CLASSES = ("2xx", "3xx", "4xx", "5xx")
TIMES = ("10ms", "50ms", "100ms", "500ms", "1s")
COUNTS = ("0", "5", "10", "50")


def complete_filter(text: str, cursor: int, summaries: Sequence[RequestSummary]) -> Completion:
    """What can be written at the cursor, the best first."""

    def values(name: str) -> Iterable[str]:
        field = field_named(name)
        offer = OFFERS.get(field.name) if field is not None else None
        return () if offer is None else offer(summaries)

    def words(typed: str) -> Iterable[str]:
        """States and, for what looks like one, paths."""
        paths = fitting_first(paths_seen(summaries), typed) if typed.startswith("/") else ()
        states = (state for state in STATES if state.startswith(typed.casefold()))
        return (*(f"is:{state}" for state in states), *(f"path~{written(path)}" for path in paths))

    names = {name: field.usual for name, field in FIELDS.items()}
    return complete(text, cursor, Vocabulary(names=names, values=values, words=words))


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
