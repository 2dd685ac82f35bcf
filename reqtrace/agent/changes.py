"""Change attribution: what differs between two neighbouring boundaries of a request.

Comparison is by identity only, against a shallow copy that is dropped at the end of the request. Nothing is evaluated:
a new attribute is named with its type, and a lazy object is said to be lazy.
"""

from __future__ import annotations

from itertools import islice
from operator import is_
from typing import Any

from reqtrace.agent.guard import Probe
from reqtrace.agent.recorder import RequestState, get_ident, number_of, perf_counter_ns, recorder
from reqtrace.agent.values import REDACTED, attributes_of, find_in_class, redact_header
from reqtrace.events.kinds import RequestChanged, ResponseChanged

__all__ = ["note_request", "note_response", "probe", "status_of"]

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

_getattribute = object.__getattribute__

ChangeRow = tuple[str, str, str, str, str, bool]


def note_request(state: RequestState, request: object) -> None:
    """Record what changed on ``request`` since the last boundary."""
    attributes = _getattribute(request, "__dict__")
    last = state.attributes
    meta = attributes.get("META")
    meta_length = len(meta) if type(meta) is dict else 0
    if (
        last is not None
        and meta_length == state.meta_length
        and len(attributes) == len(last)
        and all(map(is_, attributes.values(), last.values()))
    ):
        return
    state.attributes = attributes.copy()
    grown, state.meta_length = meta_length - state.meta_length, meta_length
    if last is None:
        return
    changes = attribute_changes(last, attributes)
    if grown > 0:
        # A dict keeps the order of insertion: the new keys are the last ones.
        changes.extend(meta_change(key) for key in reversed(list(islice(reversed(meta), grown))))
    if changes:
        recorder.append((REQUEST_CHANGED, perf_counter_ns(), state.number, get_ident(), changes))


def attribute_changes(before: dict[str, Any], after: dict[str, Any]) -> list[ChangeRow]:
    """The differences between two shallow copies of a request's ``__dict__``."""
    changes: list[ChangeRow] = []
    for name, value in after.items():
        old = before.get(name, MISSING)
        if old is value:
            continue
        op = "." if name in PARSED else "+" if old is MISSING else "~"
        was = "" if old is MISSING else type(old).__name__
        changes.append((op, "attribute", name, was, type(value).__name__, is_unevaluated(value)))
    if len(before) > len(after) or len(changes) + len(before) != len(after):
        changes.extend(
            ("-", "attribute", name, type(value).__name__, "", False)
            for name, value in before.items()
            if name not in after
        )
    return changes


def meta_change(key: object) -> ChangeRow:
    """A new key of ``request.META``; values are not shown, CSRF keeps its secret there."""
    return ("+", "META", key if type(key) is str else f"<{type(key).__name__}>", "", "", False)


def is_unevaluated(value: object) -> bool:
    """``value`` is a ``LazyObject`` whose inner object nobody has asked for."""
    if find_in_class(type(value), "_setup") is None:
        return False
    inner = attributes_of(value).get("_wrapped")
    # django.utils.functional.empty, without importing the module for it.
    return type(inner) is object


class ResponseSnapshot:
    """What is compared of a response, by reference."""

    __slots__ = ("body", "body_parts", "cookies", "headers", "status")

    def __init__(self, attributes: dict[str, Any], status: int) -> None:
        self.status = status
        self.headers: dict[str, tuple[str, str]] = header_store(attributes).copy()
        self.cookies = cookie_values(attributes)
        self.body = attributes.get("_container")
        self.body_parts = len(self.body) if type(self.body) is list else 0


def header_store(attributes: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """``response.headers._store``: lower-case name to (name, value)."""
    headers = attributes.get("headers")
    store = attributes_of(headers).get("_store") if headers is not None else None
    return store if type(store) is dict else {}


def cookie_values(attributes: dict[str, Any]) -> tuple[tuple[str, object], ...]:
    """Names of the cookies with the (identity of the) value each holds."""
    cookies = attributes.get("cookies")
    if not isinstance(cookies, dict) or not dict.__len__(cookies):
        return ()
    return tuple([(name, attributes_of(morsel).get("_value", morsel)) for name, morsel in dict.items(cookies)])


def status_of(response: object) -> int:
    """``status_code`` of a response, without running a property of the application; 0 if it is no number."""
    status = attributes_of(response).get("status_code")
    if status is None:
        status = find_in_class(type(response), "status_code")
    return int.__add__(status, 0) if isinstance(status, int) else 0


def note_response(state: RequestState, response: object) -> None:
    """Record what changed on the response, or that it was replaced, since the last boundary."""
    attributes = attributes_of(response)
    snapshot = state.response_snapshot
    if state.response is response:
        body = attributes.get("_container")
        store = header_store(attributes)
        if (
            attributes.get("status_code") in (None, snapshot.status)
            and len(store) == len(snapshot.headers)
            and all(map(is_, store.values(), snapshot.headers.values()))
            and body is snapshot.body
            and (type(body) is not list or len(body) == snapshot.body_parts)
            and same_cookies(cookie_values(attributes), snapshot.cookies)
        ):
            return
    previous = state.response
    state.response = response
    state.response_snapshot = now = ResponseSnapshot(attributes, status_of(response))
    if snapshot is None:
        return
    changes = response_changes(snapshot, now)
    if previous is not response:
        changes.insert(0, ("~", "object", "", type(previous).__name__, type(response).__name__, False))
    if changes:
        recorder.append((RESPONSE_CHANGED, perf_counter_ns(), state.number, get_ident(), changes))


def same_cookies(left: tuple[tuple[str, object], ...], right: tuple[tuple[str, object], ...]) -> bool:
    return len(left) == len(right) and all(a[0] == b[0] and a[1] is b[1] for a, b in zip(left, right, strict=True))


def response_changes(before: ResponseSnapshot, after: ResponseSnapshot) -> list[ChangeRow]:
    """The differences between two snapshots: status, headers, cookies, body."""
    changes: list[ChangeRow] = []
    if before.status != after.status:
        changes.append(("~", "status", "", str(before.status), str(after.status), False))
    changes.extend(header_changes(before.headers, after.headers))
    changes.extend(cookie_changes(dict(before.cookies), dict(after.cookies)))
    if before.body is not after.body or before.body_parts != after.body_parts:
        changes.append(("~", "body", "", body_length(before.body), body_length(after.body), False))
    return changes


def header_changes(before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]) -> list[ChangeRow]:
    changes: list[ChangeRow] = []
    for key, pair in after.items():
        old = before.get(key)
        if old is pair or (old is not None and same_text(old[1], pair[1])):
            continue
        op = "+" if old is None else "~"
        changes.append((op, "header", pair[0], header_text(old), header_text(pair), False))
    changes.extend(
        ("-", "header", pair[0], header_text(pair), "", False) for k, pair in before.items() if k not in after
    )
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
