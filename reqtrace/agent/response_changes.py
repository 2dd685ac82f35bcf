"""Change attribution: what differs on a response between two neighbouring boundaries (see ``changes``)."""

from __future__ import annotations

from http.cookies import SimpleCookie
from itertools import islice
from operator import is_
from typing import Any

from reqtrace.agent.recorder import RequestState, get_ident, number_of, perf_counter_ns
from reqtrace.agent.values import attributes_of
from reqtrace.events.kinds import ResponseChanged

__all__ = ["RawChange", "note_headers", "note_response"]

RESPONSE_CHANGED = number_of(ResponseChanged)
NO_COOKIES: dict[str, object] = {}

RawChange = tuple[Any, ...]
"""``("header", old pair or None, new pair or None)``, ``("cookie", op, name)``, ``("status", old, new)``,
``("body", old length, new length)``, ``("object", old type, new type)``."""

_getattribute = object.__getattribute__


class ResponseSnapshot:
    """What is compared of a response, by reference."""

    __slots__ = ("body", "body_parts", "cookies", "headers", "headers_object", "status", "store")

    def __init__(self, attributes: dict[str, Any], status: int) -> None:
        self.status = status
        self.headers_object = attributes.get("headers")
        store = attributes_of(self.headers_object).get("_store")
        self.store: dict[str, tuple[str, str]] = store if type(store) is dict else {}
        """``response.headers._store`` itself: lower-case name to (name, value)."""
        self.headers = self.store.copy()
        cookies = attributes.get("cookies")
        self.cookies = cookie_values(cookies) if cookies is not None else NO_COOKIES
        self.body = attributes.get("_container")
        self.body_parts = len(self.body) if type(self.body) is list else 0


def cookie_values(cookies: Any) -> dict[str, object]:
    """The value object each cookie of a ``SimpleCookie`` holds; it is compared by identity, never shown."""
    if not issubclass(type(cookies), dict) or not dict.__len__(cookies):
        return NO_COOKIES
    return {name: attributes_of(morsel).get("_value", morsel) for name, morsel in dict.items(cookies)}


def note_response(state: RequestState, response: object, status: int) -> None:
    """Record what changed on the response, or that it was replaced, since the last boundary."""
    attributes = _getattribute(response, "__dict__")
    snapshot = state.response_snapshot
    previous = state.response
    get = attributes.get
    body, cookies = get("_container"), get("cookies")
    if (
        previous is response
        and status == snapshot.status
        and body is snapshot.body
        and (type(body) is not list or len(body) == snapshot.body_parts)
        and get("headers") is snapshot.headers_object
        and (not snapshot.cookies and type(cookies) is SimpleCookie and not len(cookies))
    ):
        # Usually nothing is new but headers.
        store, headers = snapshot.store, snapshot.headers
        grown = len(store) - len(headers)
        if grown >= 0 and all(map(is_, store.values(), headers.values())):
            if not grown:
                return
            changes: list[RawChange] = added_headers(snapshot)
        else:
            changes = header_changes(headers, store)
            snapshot.headers = store.copy()
    else:
        changes = replaced_response(state, response, attributes, status)
    if changes:
        if get_ident() != state.thread:
            state.hop()
        state.log.append((RESPONSE_CHANGED, perf_counter_ns(), changes))


def note_headers(state: RequestState) -> None:
    """``note_response`` behind code that adds headers to the response of the last boundary, and does nothing else."""
    if len(state.response_snapshot.store) != len(state.response_snapshot.headers):
        if get_ident() != state.thread:
            state.hop()
        state.log.append((RESPONSE_CHANGED, perf_counter_ns(), added_headers(state.response_snapshot)))


def added_headers(snapshot: ResponseSnapshot) -> list[RawChange]:
    """The headers that came since the last boundary, which is forgotten."""
    store, headers = snapshot.store, snapshot.headers
    changes: list[RawChange] = []
    # A comprehension would be a call of its own.
    for key in islice(store, len(headers), None):
        headers[key] = pair = store[key]
        changes.append(("header", None, pair))
    return changes


def replaced_response(
    state: RequestState, response: object, attributes: dict[str, Any], status: int
) -> list[RawChange]:
    """What changed if it may be anything: the object, its status, headers, cookies, body."""
    snapshot, previous = state.response_snapshot, state.response
    state.response = response
    state.response_snapshot = now = ResponseSnapshot(attributes, status)
    if snapshot is None:
        return []
    changes = response_changes(snapshot, now)
    if previous is not response:
        changes.insert(0, ("object", type(previous), type(response)))
    return changes


def response_changes(before: ResponseSnapshot, after: ResponseSnapshot) -> list[RawChange]:
    """The differences between two snapshots: status, headers, cookies, body."""
    changes: list[RawChange] = []
    if before.status != after.status:
        changes.append(("status", before.status, after.status))
    changes.extend(header_changes(before.headers, after.headers))
    if before.cookies or after.cookies:
        changes.extend(cookie_changes(before.cookies, after.cookies))
    if before.body is not after.body or before.body_parts != after.body_parts:
        changes.append(("body", body_length(before.body), body_length(after.body)))
    return changes


def header_changes(before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]) -> list[RawChange]:
    changes: list[RawChange] = []
    for key, pair in after.items():
        old = before.get(key)
        if old is not pair and (old is None or not same_text(old[1], pair[1])):
            changes.append(("header", old, pair))
    changes.extend(("header", pair, None) for key, pair in before.items() if key not in after)
    return changes


def same_text(left: object, right: object) -> bool:
    """Both are the same plain text; anything else is only the same if it is the same object."""
    return left is right or (type(left) is str and type(right) is str and left == right)


def cookie_changes(before: dict[str, object], after: dict[str, object]) -> list[RawChange]:
    changes: list[RawChange] = [
        ("cookie", "~" if name in before else "+", name)
        for name, value in after.items()
        if name not in before or before[name] is not value
    ]
    changes.extend(("cookie", "-", name) for name in before if name not in after)
    return changes


def body_length(body: object) -> int:
    """Bytes in ``HttpResponse._container``, where that can be told without running code; else -1."""
    if type(body) is list and all(type(part) is bytes for part in body):
        return sum(map(len, body))
    return -1
