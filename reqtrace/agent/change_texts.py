"""Describes and redacts, in the sender's thread, the raw changes that ``reqtrace.agent.changes`` noted."""

from __future__ import annotations

from collections.abc import Callable

from reqtrace.agent.changes import RawChange
from reqtrace.agent.values import REDACTED, redact_header

ChangeRow = tuple[str, str, str, str, str, bool]

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


def describe_changes(changes: list[RawChange]) -> list[ChangeRow]:
    """The rows of ``RequestChanged`` or ``ResponseChanged``."""
    return [DESCRIBE[change[0]](change) for change in changes]


def attribute_row(change: RawChange) -> ChangeRow:
    _part, name, old, new, is_lazy = change
    op = "." if name in PARSED else operation(old, new)
    return (op, "attribute", text_of(name), type_name(old), type_name(new), is_lazy)


def meta_row(change: RawChange) -> ChangeRow:
    # The value is not even noted: CSRF keeps its secret in META.
    return (change[1], "META", text_of(change[2]), "", "", False)


def evaluated_row(change: RawChange) -> ChangeRow:
    return ("!", "attribute", text_of(change[1]), "", type_name(change[2]), False)


def header_row(change: RawChange) -> ChangeRow:
    _part, old, new = change
    name = (new or old)[0]
    return (operation(old, new), "header", text_of(name), header_text(old), header_text(new), False)


def cookie_row(change: RawChange) -> ChangeRow:
    _part, op, name = change
    return (op, "cookie", text_of(name), "" if op == "+" else REDACTED, "" if op == "-" else REDACTED, False)


def status_row(change: RawChange) -> ChangeRow:
    return ("~", "status", "", str(change[1]), str(change[2]), False)


def body_row(change: RawChange) -> ChangeRow:
    before, after = ["" if length < 0 else str(length) for length in change[1:]]
    return ("~", "body", "", before, after, False)


def object_row(change: RawChange) -> ChangeRow:
    return ("~", "object", "", type_name(change[1]), type_name(change[2]), False)


DESCRIBE: dict[str, Callable[[RawChange], ChangeRow]] = {
    "attribute": attribute_row,
    "META": meta_row,
    "evaluated": evaluated_row,
    "header": header_row,
    "cookie": cookie_row,
    "status": status_row,
    "body": body_row,
    "object": object_row,
}


def operation(old: object, new: object) -> str:
    if old is None:
        return "+"
    return "-" if new is None else "~"


def type_name(kind: type | None) -> str:
    return kind.__name__ if kind is not None else ""


def text_of(name: object) -> str:
    return name if type(name) is str else f"<{type(name).__name__}>"


def header_text(pair: tuple[str, str] | None) -> str:
    if pair is None:
        return ""
    return redact_header(pair[0], pair[1]) if type(pair[1]) is str else f"<{type(pair[1]).__name__}>"
