"""Change attribution: what differs on a response between two neighbouring boundaries (see ``changes``)."""

from __future__ import annotations

from http.cookies import SimpleCookie
from itertools import islice
from operator import is_
from typing import Any

from reqtrace.agent.answers import answer_of, is_response, parts_of
from reqtrace.agent.recorder import RequestState, get_ident, number_of, perf_counter_ns
from reqtrace.agent.values import attributes_of
from reqtrace.events.kinds import ResponseChanged

__all__ = ["RawChange", "note_headers", "note_response"]

RESPONSE_CHANGED = number_of(ResponseChanged)
NO_COOKIES: dict[str, object] = {}
SOME_COOKIES = ("a jar of another make",)

RawChange = tuple[Any, ...]
"""``("header", old pair or None, new pair or None)``, ``("cookie", op, name)``, ``("status", old, new)``,
``("body", old length, new length)``, ``("object", old type, new type)``."""


class ResponseSnapshot:
    """What is compared of a response, by reference."""

    __slots__ = ("attributes", "body", "body_parts", "cookies", "headers", "jar", "status", "store", "values")

    def __init__(self, response: object, answer: int) -> None:
        self.attributes = attributes = attributes_of(response)
        """The response's ``__dict__`` itself, and its values as they were."""
        self.values = tuple(attributes.values())
        self.status = parts_of(answer)[1]
        store = attributes_of(attributes.get("headers")).get("_store")
        self.store: dict[str, tuple[str, str]] = store if type(store) is dict else {}
        """``response.headers._store`` itself: lower-case name to (name, value)."""
        self.headers = self.store.copy()
        cookies = attributes.get("cookies")
        self.jar = cookies if type(cookies) is SimpleCookie else SOME_COOKIES
        """As long as these are none, no value of a cookie can be another."""
        self.cookies = cookie_values(cookies) if cookies is not None else NO_COOKIES
        self.body = attributes.get("_container")
        if type(self.body) is not list:
            self.body = ()
        self.body_parts = len(self.body)


def cookie_values(cookies: Any) -> dict[str, object]:
    """The value object each cookie of a ``SimpleCookie`` holds; it is compared by identity, never shown."""
    if not issubclass(type(cookies), dict) or not dict.__len__(cookies):
        return NO_COOKIES
    return {name: attributes_of(morsel).get("_value", morsel) for name, morsel in dict.items(cookies)}


def note_response(state: RequestState, response: object) -> int:
    """Record what changed on the response, or that it was replaced, since the last boundary; it may be none at all.

    Returns what it was, as ``answers.answer_of`` does.
    """
    if response is state.response:
        snapshot = state.snapshot
        if (
            all(map(is_, snapshot.attributes.values(), snapshot.values))
            and len(snapshot.attributes) == len(snapshot.values)
            and len(snapshot.body) == snapshot.body_parts
            and not len(snapshot.jar)
        ):
            # Usually nothing is new but headers.
            store, headers = snapshot.store, snapshot.headers
            if len(store) < len(headers) or not all(map(is_, store.values(), headers.values())):
                tell_changes(state, changed_headers(snapshot))
            elif len(store) > len(headers):
                tell_changes(state, added_headers(snapshot))
            return state.answer
    answer = answer_of(response)
    if is_response(answer):
        tell_changes(state, replaced_response(state, response, answer))
    return answer


def note_headers(state: RequestState, response: object) -> int:
    """``note_response`` behind code that may return another response, but only adds headers to the one it was given."""
    if response is not state.response:
        return note_response(state, response)
    if len(state.snapshot.store) != len(state.snapshot.headers):
        tell_changes(state, added_headers(state.snapshot))
    return state.answer


def tell_changes(state: RequestState, changes: list[RawChange]) -> None:
    if changes:
        if get_ident() != state.thread:
            state.hop()
        state.log.append((RESPONSE_CHANGED, perf_counter_ns(), changes))


def added_headers(snapshot: ResponseSnapshot) -> list[RawChange]:
    """The headers that came since the last boundary, which is forgotten."""
    store, headers = snapshot.store, snapshot.headers
    changes: list[RawChange] = []
    # A comprehension would be a call of its own.
    for key in islice(store, len(headers), None):
        headers[key] = pair = store[key]
        changes.append(("header", None, pair))
    return changes


def changed_headers(snapshot: ResponseSnapshot) -> list[RawChange]:
    """Every difference of the headers since the last boundary, which is forgotten."""
    changes = header_changes(snapshot.headers, snapshot.store)
    snapshot.headers = snapshot.store.copy()
    return changes


def replaced_response(state: RequestState, response: object, answer: int) -> list[RawChange]:
    """What changed if it may be anything: the object, its status, headers, cookies, body."""
    snapshot, previous = state.snapshot, state.response
    state.response, state.answer = response, answer
    state.snapshot = now = ResponseSnapshot(response, answer)
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
        changes.append(("body", body_length(before), body_length(after)))
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


def body_length(snapshot: ResponseSnapshot) -> int:
    """Bytes in ``HttpResponse._container``, where that can be told without running code; else -1."""
    if type(snapshot.body) is not list:
        return -1
    # What was written since then stands behind.
    body = snapshot.body[: snapshot.body_parts]
    if all(type(part) is bytes for part in body):
        return sum(map(len, body))
    return -1
