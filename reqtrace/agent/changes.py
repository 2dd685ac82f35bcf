"""Change attribution: what differs between two neighbouring boundaries of a request.

Comparison is by identity only, against shallow copies that are dropped at the end of the request. Nothing is
evaluated: a new attribute is named with its type, and a lazy object is said to be lazy.

This is most of what the agent costs, so the usual case comes first: nothing changed, or something was added. A dict
keeps the order of insertion, so what was added stands at its end.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from operator import is_
from typing import Any

from reqtrace.agent.guard import Probe
from reqtrace.agent.recorder import RequestState, get_ident, number_of, perf_counter_ns, recorder
from reqtrace.agent.values import REDACTED, attributes_of, find_in_class, redact_header
from reqtrace.events.kinds import RequestChanged, ResponseChanged

__all__ = ["note_request", "note_response", "probe"]

REQUEST_CHANGED = number_of(RequestChanged)
RESPONSE_CHANGED = number_of(ResponseChanged)

probe = Probe("changes")

PARSED = frozenset(
    {
        "GET",
        "COOKIES",
        "FILES",
        "headers",
        "accepted_types",
        "accepted_types_by_precedence",
        "_body",
        "_post",
        "_files",
        "_read_started",
        "_data_started",
        "_encoding",
        "_current_scheme_host",
        "_upload_handlers",
    }
)
"""Attributes that Django puts on a request when a lazy part of it is read (``HttpRequest``, ``WSGIRequest``)."""

MISSING = object()
NO_COOKIES: dict[str, object] = {}
MAX_TYPES = 1_000

_getattribute = object.__getattribute__
_append = recorder.append

ChangeRow = tuple[str, str, str, str, str, bool]

lazy_types: dict[type, bool] = {}
"""Whether a type is a ``LazyObject``, for each type met."""

# --- the request -------------------------------------------------------------------------------------------------


def note_request(state: RequestState, request: object) -> None:
    """Record what changed on ``request`` since the last boundary."""
    attributes = _getattribute(request, "__dict__")
    last = state.attributes
    if last is None:
        state.attributes = attributes.copy()
        state.meta_length = meta_length_of(attributes)
        return
    meta = attributes.get("META")
    grown = len(meta) - state.meta_length if type(meta) is dict else 0
    is_prefix_same = all(map(is_, attributes.values(), last.values()))
    if is_prefix_same and len(attributes) == len(last) and not grown:
        return
    if is_prefix_same and len(attributes) >= len(last):
        changes = [added_attribute(name, value) for name, value in newest(attributes, len(attributes) - len(last))]
    else:
        changes = attribute_changes(last, attributes)
    state.attributes = attributes.copy()
    if grown:
        state.meta_length += grown
        # Values are not shown: CSRF keeps its secret there.
        changes.extend(
            ("+", "META", key if type(key) is str else f"<{type(key).__name__}>", "", "", False)
            for key, _value in newest(meta, grown)
        )
    if changes:
        _append((REQUEST_CHANGED, perf_counter_ns(), state.number, get_ident(), changes))


def meta_length_of(attributes: dict[str, Any]) -> int:
    meta = attributes.get("META")
    return len(meta) if type(meta) is dict else 0


def newest(mapping: dict[Any, Any], count: int) -> list[tuple[Any, Any]]:
    """The last ``count`` items put into a dict, oldest first."""
    return list(islice(reversed(mapping.items()), count))[::-1] if count > 0 else []


def added_attribute(name: str, value: object) -> ChangeRow:
    op = "." if name in PARSED else "+"
    return (op, "attribute", name, "", type(value).__name__, is_unevaluated(value))


def attribute_changes(before: dict[str, Any], after: dict[str, Any]) -> list[ChangeRow]:
    """The differences between two shallow copies of a request's ``__dict__``."""
    changes: list[ChangeRow] = []
    for name, value in after.items():
        old = before.get(name, MISSING)
        if old is value:
            continue
        if old is MISSING:
            changes.append(added_attribute(name, value))
            continue
        op = "." if name in PARSED else "~"
        changes.append((op, "attribute", name, type(old).__name__, type(value).__name__, is_unevaluated(value)))
    gone = [(name, value) for name, value in before.items() if name not in after]
    changes.extend(("-", "attribute", name, type(value).__name__, "", False) for name, value in gone)
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

    __slots__ = ("body", "body_parts", "cookies", "headers", "status", "store")

    def __init__(self, attributes: dict[str, Any], status: int) -> None:
        self.status = status
        headers = attributes.get("headers")
        store = attributes_of(headers).get("_store") if headers is not None else None
        self.store: dict[str, tuple[str, str]] = store if type(store) is dict else {}
        """``response.headers._store`` itself: lower-case name to (name, value)."""
        self.headers = self.store.copy()
        self.cookies = cookie_values(attributes.get("cookies"))
        self.body = attributes.get("_container")
        self.body_parts = len(self.body) if type(self.body) is list else 0

    def is_still(self, attributes: dict[str, Any], status: int) -> bool:
        """The response is as it was."""
        headers, store, body = self.headers, self.store, self.body
        return (
            status == self.status
            and len(store) == len(headers)
            and all(map(is_, store.values(), headers.values()))
            and attributes.get("_container") is body
            and (type(body) is not list or len(body) == self.body_parts)
            and same_values(cookie_values(attributes.get("cookies")), self.cookies)
        )


def cookie_values(cookies: object) -> dict[str, object]:
    """The value object each cookie of a ``SimpleCookie`` holds; it is compared by identity, never shown."""
    if not isinstance(cookies, dict) or not dict.__len__(cookies):
        return NO_COOKIES
    return {name: attributes_of(morsel).get("_value", morsel) for name, morsel in dict.items(cookies)}


def same_values(left: dict[str, object], right: dict[str, object]) -> bool:
    return left is right or (len(left) == len(right) and all(map(is_, left.values(), right.values())))


def note_response(state: RequestState, response: object, status: int) -> None:
    """Record what changed on the response, or that it was replaced, since the last boundary."""
    attributes = _getattribute(response, "__dict__")
    snapshot = state.response_snapshot
    previous = state.response
    if previous is response and snapshot.is_still(attributes, status):
        return
    state.response = response
    state.response_snapshot = now = ResponseSnapshot(attributes, status)
    if snapshot is None:
        return
    changes = response_changes(snapshot, now)
    if previous is not response:
        changes.insert(0, ("~", "object", "", type(previous).__name__, type(response).__name__, False))
    if changes:
        _append((RESPONSE_CHANGED, perf_counter_ns(), state.number, get_ident(), changes))


def response_changes(before: ResponseSnapshot, after: ResponseSnapshot) -> list[ChangeRow]:
    """The differences between two snapshots: status, headers, cookies, body."""
    changes: list[ChangeRow] = []
    if before.status != after.status:
        changes.append(("~", "status", "", str(before.status), str(after.status), False))
    changes.extend(header_changes(before.headers, after.headers))
    if before.cookies or after.cookies:
        changes.extend(cookie_changes(before.cookies, after.cookies))
    if before.body is not after.body or before.body_parts != after.body_parts:
        changes.append(("~", "body", "", body_length(before.body), body_length(after.body), False))
    return changes


def header_changes(before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]) -> list[ChangeRow]:
    changes: list[ChangeRow] = []
    is_prefix_same = len(after) >= len(before) and all(map(is_, after.values(), before.values()))
    candidates: Iterable[tuple[str, tuple[str, str]]] = after.items()
    if is_prefix_same:
        candidates = newest(after, len(after) - len(before))
    for key, pair in candidates:
        old = before.get(key)
        if old is pair or (old is not None and same_text(old[1], pair[1])):
            continue
        op = "+" if old is None else "~"
        changes.append((op, "header", pair[0], header_text(old), header_text(pair), False))
    if not is_prefix_same:
        gone = [pair for key, pair in before.items() if key not in after]
        changes.extend(("-", "header", pair[0], header_text(pair), "", False) for pair in gone)
    return changes


def same_text(left: object, right: object) -> bool:
    """Both are the same plain text; anything else is only the same if it is the same object."""
    return left is right or (type(left) is str and type(right) is str and left == right)


def header_text(pair: tuple[str, str] | None) -> str:
    if pair is None:
        return ""
    return redact_header(pair[0], pair[1]) if type(pair[1]) is str else f"<{type(pair[1]).__name__}>"


def cookie_changes(before: dict[str, object], after: dict[str, object]) -> list[ChangeRow]:
    changes: list[ChangeRow] = [
        ("~" if name in before else "+", "cookie", name, REDACTED if name in before else "", REDACTED, False)
        for name, value in after.items()
        if name not in before or before[name] is not value
    ]
    changes.extend(("-", "cookie", name, REDACTED, "", False) for name in before if name not in after)
    return changes


def body_length(body: object) -> str:
    """Bytes in ``HttpResponse._container``, where that can be told without running code."""
    if type(body) is list and all(type(part) is bytes for part in body):
        return str(sum(map(len, body)))
    return ""
