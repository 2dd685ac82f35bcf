"""Finishes what the request's thread left undone, in the sender's: describing, redacting, numbering.

Nothing leaves the process before it has passed here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from reqtrace.agent.cache_facts import keys_text
from reqtrace.agent.change_texts import changes_text
from reqtrace.agent.free_text import message_text
from reqtrace.agent.patterns import PatternNumbers
from reqtrace.agent.recorder import Row, number_of
from reqtrace.agent.request_texts import environ_header_texts, path_text, query_text
from reqtrace.agent.secret_paths import SecretPaths
from reqtrace.agent.statements import statement_text
from reqtrace.agent.values import plain_text, redact_headers
from reqtrace.events.kinds import (
    CacheCalled,
    ChainFailed,
    ExceptionRaised,
    LayerFailed,
    LayerSkipped,
    LogRecorded,
    PatternSeen,
    RequestChanged,
    RequestEscaped,
    RequestLineReceived,
    RequestLogged,
    RequestRefused,
    RequestStarted,
    ResponseChanged,
    ResponseStarted,
    SqlExecuted,
    UrlLookedUp,
    UrlResolved,
    UrlUnresolved,
)
from reqtrace.events.wire import RUN, THREAD, json_of, places_of_rows

SEEN, RESOLVED, UNRESOLVED = map(number_of, (PatternSeen, UrlResolved, UrlUnresolved))
REQUEST_CHANGED, RESPONSE_CHANGED = map(number_of, (RequestChanged, ResponseChanged))
CACHE_CALLED = number_of(CacheCalled)
REQUEST_STARTED, RESPONSE_STARTED = map(number_of, (RequestStarted, ResponseStarted))
EXECUTED, EXCEPTION_RAISED, ESCAPED = map(number_of, (SqlExecuted, ExceptionRaised, RequestEscaped))
REASONS = frozenset(map(number_of, (ChainFailed, LayerFailed, LayerSkipped)))
Finish = Callable[[Row], Row | str]
"""Makes an item of a run fit to be sent, or writes it as JSON already."""
NO_THREAD = 0
"""Descriptions belong to no thread of the site."""


class LateFields:
    """Completes rows for one connection: numbers threads and URL patterns."""

    def __init__(self) -> None:
        self._threads: dict[int, int] = {}
        self._patterns = PatternNumbers()
        self._paths = SecretPaths()
        self.last_thread = NO_THREAD
        """Ident of the thread in which the last run ended."""
        self._finishers: dict[int, Finish] = {
            THREAD: self._finish_hop,
            CACHE_CALLED: finish_cache_called,
            REQUEST_CHANGED: finish_request_changed,
            EXECUTED: finish_sql,
            RESOLVED: self._finish_resolved,
            UNRESOLVED: self._finish_unresolved,
        }
        self._quoting: dict[int, Finish] = {kind: self._hiding(finish) for kind, finish in QUOTING.items()}
        self._quoting[RESPONSE_CHANGED] = self._finish_response_changed
        self._quoting[REQUEST_STARTED] = self._finish_request_started
        self._quoting[RESPONSE_STARTED] = self._finish_response_started

    def complete_rows(self, rows: Iterable[Row]) -> list[Row]:
        """Rows about the process, with their threads numbered."""
        numbered = [(row[0], row[1], row[2], self._thread(row[3]), *row[4:]) for row in rows]
        # Why a chain was not loaded: the last field is the project's own text.
        return [(*row[:-1], message_text(row[-1])) if row[0] in REASONS else row for row in numbered]

    def complete_run(self, request: int, thread: int, items: list[Any]) -> list[Row]:
        """One request's items as a row; before it a row for each URL pattern that is met for the first time."""
        self.last_thread = thread
        finishers, quoting = self._finishers, self._quoting
        places = places_of_rows(items)
        left = []
        for place in places:
            item = items[place]
            finish = finishers.get(item[0])
            if finish is not None:
                items[place] = finish(item)
            elif item[0] in quoting:
                left.append(place)
        for place in left:
            # Only now, that the route of this request is known.
            item = items[place]
            items[place] = quoting[item[0]](item)
        seen = [(SEEN, 0, 0, NO_THREAD, *description) for description in self._patterns.introductions()]
        return [*seen, (RUN, request, self._thread(thread), items, places)]

    def _thread(self, ident: int) -> int:
        return self._threads.setdefault(ident, len(self._threads) + 1)

    def _hiding(self, finish: Callable[[Row], Row]) -> Finish:
        """``finish``, and the secret parts of paths hidden in what it made."""
        return lambda row: self._paths.hide_in(finish(row))

    def _finish_hop(self, row: Row) -> Row:
        self.last_thread = row[1]
        return (THREAD, self._thread(row[1]))

    def _finish_request_started(self, row: Row) -> Row:
        *head, raw_path, query, protocol, client, headers, unix_time = row
        kind, time, parent, entry, handler, number, method = head
        method, protocol, client = plain_text(method), plain_text(protocol), plain_text(client)
        path, query = path_text(raw_path), query_text(query)
        shown = environ_header_texts(headers) if type(raw_path) is tuple else redact_headers(headers)
        row = (kind, time, parent, entry, handler, number, method, path, query, protocol, client, shown, unix_time)
        texts = "".join([entry, handler, method, path, query, protocol, client, *chain.from_iterable(shown)])
        return self._paths.hide_in(row) if self._paths.may_be_in(texts) else row

    def _finish_response_started(self, row: Row) -> Row:
        kind, time, status, reason, headers, is_streaming, is_file = row
        if type(status) is str:
            # As WSGI has it: "200 OK".
            code, _space, reason = status.partition(" ")
            status = int(code) if code.isdigit() else 0
        shown = redact_headers(headers)
        row = (kind, time, status, reason, shown, is_streaming, is_file)
        return (
            self._paths.hide_in(row) if self._paths.may_be_in("".join([reason, *chain.from_iterable(shown)])) else row
        )

    def _finish_response_changed(self, row: Row) -> str:
        kind, time, changes = row
        text = changes_text(changes)
        if "/" in text and self._paths.may_be_in(text):
            text = json_of(self._paths.hide_in(json.loads(text)))
        return f"[{kind},{time},{text}]"

    def _finish_resolved(self, row: Row) -> Row:
        kind, time, raw_tried, raw_route, view_name, namespaces, arguments = row
        tried = [self._patterns.numbers(path) for path in raw_tried or ()]
        # URLResolver.resolve lists the pattern that matched last.
        matched = tried.pop() if tried else ()
        route, names = plain_text(raw_route), [plain_text(name) for name in namespaces or ()]
        self._paths.learn(route)
        return (kind, time, tried, matched, route, plain_text(view_name), names, arguments)

    def _finish_unresolved(self, row: Row) -> Row:
        return (row[0], row[1], [self._patterns.numbers(path) for path in row[2] or ()], *row[3:])


def finish_request_changed(row: Row) -> str:
    kind, time, changes = row
    return f"[{kind},{time},{changes_text(changes)}]"


def finish_sql(row: Row) -> Row:
    *head, sql, parameters, many, duration, error, file, line, function = row
    return (*head, statement_text(sql), parameters, many, duration, error, file, line, function)


def finish_exception(row: Row) -> Row:
    """``exception.raised`` and ``request.escaped``: the message is the project's own text."""
    return (*row[:3], message_text(row[3]), *row[4:])


def finish_cache_called(row: Row) -> Row:
    raw, hits, keys = row[5:8]
    return (*row[:5], keys_text(raw, keys), hits, keys, *row[8:])


def keep(row: Row) -> Row:
    return row


QUOTING: dict[int, Callable[[Row], Row]] = {
    EXCEPTION_RAISED: finish_exception,
    ESCAPED: finish_exception,
    **dict.fromkeys(
        map(number_of, (RequestLineReceived, RequestLogged, RequestRefused, UrlLookedUp, LogRecorded)), keep
    ),
}
"""What may quote the path of this request or of another, and what else is to be done with it. So do the beginning of a
request, the start of a response and its changes, which come with every request and are looked at more quickly."""
