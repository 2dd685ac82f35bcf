"""Change attribution: what differs between two neighbouring boundaries of a request.

Comparison is by identity only, against shallow copies that are dropped at the end of the request. Nothing is
evaluated: a new attribute is named with its type, and a lazy object is said to be lazy.

This is most of what the agent costs, so the usual case comes first: nothing changed, or something was added. A dict
keeps the order of insertion, so what was added stands at its end. The request's thread only notes raw changes (names,
types, header texts); ``reqtrace.agent.change_texts`` describes and redacts them in the sender's.
"""

from __future__ import annotations

from http.cookies import SimpleCookie
from itertools import islice
from operator import is_
from typing import Any

from reqtrace.agent.guard import Probe
from reqtrace.agent.recorder import RequestState, get_ident, number_of, perf_counter_ns
from reqtrace.agent.values import attributes_of, find_in_class
from reqtrace.events.kinds import RequestChanged, ResponseChanged

__all__ = ["RawChange", "note_request", "note_response", "probe"]

REQUEST_CHANGED = number_of(RequestChanged)
RESPONSE_CHANGED = number_of(ResponseChanged)
MISSING = object()
NO_COOKIES: dict[str, object] = {}
NO_META: dict[str, Any] = {}
MAX_TYPES = 1_000

probe = Probe("changes")

RawChange = tuple[Any, ...]
"""``(part, …)``: ``("attribute", name, old type or None, new type or None, is lazy)``, ``("META", key)``,
``("header", old pair or None, new pair or None)``, ``("cookie", op, name)``, ``("status", old, new)``,
``("body", old length, new length)``, ``("object", old type, new type)``."""

lazy_types: dict[type, bool] = {}
"""Whether a type is a ``LazyObject``, for each type met."""

_getattribute = object.__getattribute__


# --- the request -------------------------------------------------------------------------------------------------


def note_request(state: RequestState, request: object) -> None:
    """Record what changed on ``request`` since the last boundary."""
    if request is not state.request:
        meet_request(state, request)
    attributes, last, meta = state.live_attributes, state.attributes, state.meta
    is_prefix_same = all(map(is_, attributes.values(), last.values()))
    if is_prefix_same and len(attributes) == len(last) and len(meta) == state.meta_length:
        return
    changes: list[RawChange] = []
    if is_prefix_same and len(attributes) >= len(last):
        for name in islice(attributes, len(last), None):
            value = attributes[name]
            kind = type(value)
            is_lazy = lazy_types.get(kind, True) and is_unevaluated(value)
            changes.append(("attribute", name, None, kind, is_lazy))
    else:
        changes = attribute_changes(last, attributes)
        state.meta = meta = meta_of(attributes)
    # A fresh copy is cheaper than growing the old one.
    state.attributes = attributes.copy()
    grown = len(meta) - state.meta_length
    if grown:
        state.meta_length += grown
        changes.extend(("META", key) for key in list(meta)[-grown:] if grown > 0)
    if changes:
        if get_ident() != state.thread:
            state.hop()
        state.log.append((REQUEST_CHANGED, perf_counter_ns(), changes))


def meet_request(state: RequestState, request: object) -> None:
    """The first request object of the state, or another one that a middleware has put in its place."""
    state.request = request
    state.live_attributes = attributes = _getattribute(request, "__dict__")
    state.meta = meta_of(attributes)
    if state.attributes is None:
        state.attributes = attributes.copy()
        state.meta_length = len(state.meta)


def meta_of(attributes: dict[str, Any]) -> dict[str, Any]:
    meta = attributes.get("META")
    return meta if type(meta) is dict else NO_META


def added(name: str, value: object) -> RawChange:
    kind = type(value)
    return ("attribute", name, None, kind, is_unevaluated(value) if lazy_types.get(kind, True) else False)


def attribute_changes(before: dict[str, Any], after: dict[str, Any]) -> list[RawChange]:
    """The differences between two shallow copies of a request's ``__dict__``."""
    changes: list[RawChange] = []
    for name, value in after.items():
        old = before.get(name, MISSING)
        if old is MISSING:
            changes.append(added(name, value))
        elif old is not value:
            changes.append(("attribute", name, type(old), type(value), is_unevaluated(value)))
    gone = [(name, value) for name, value in before.items() if name not in after]
    changes.extend(("attribute", name, type(value), None, False) for name, value in gone)
    return changes


def is_unevaluated(value: object) -> bool:
    """``value`` is a ``LazyObject`` whose inner object nobody has asked for."""
    kind = type(value)
    is_lazy = lazy_types.get(kind)
    if is_lazy is None:
        is_lazy = find_in_class(kind, "_setup") is not None
        if len(lazy_types) < MAX_TYPES:
            lazy_types[kind] = is_lazy
    # django.utils.functional.empty is a bare object().
    return is_lazy and type(attributes_of(value).get("_wrapped")) is object


# --- the response ------------------------------------------------------------------------------------------------


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
            changes: list[RawChange] = [("header", None, pair) for pair in islice(store.values(), len(headers), None)]
            snapshot.headers = store.copy()
        else:
            changes = header_changes(headers, store)
            snapshot.headers = store.copy()
    else:
        changes = replaced_response(state, response, attributes, status)
    if changes:
        if get_ident() != state.thread:
            state.hop()
        state.log.append((RESPONSE_CHANGED, perf_counter_ns(), changes))


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
