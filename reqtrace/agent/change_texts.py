"""Describes and redacts, in the sender's thread, the raw changes that ``reqtrace.agent.changes`` noted.

They are most of what a request tells, and the same attributes get values of the same types in each. So they are
written as they are sent, as JSON of a ``Change`` in the order of its fields, and the texts for attributes are kept.
Only those: in that of a header there would be somebody's value.
"""

from __future__ import annotations

from collections.abc import Callable

from reqtrace.agent.changes import RawChange
from reqtrace.agent.values import MAX_TEXT, REDACTED, redact_header
from reqtrace.events.wire import json_of, json_of_text

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


MAX_SHAPES = 2_000


Shape = tuple[str, str | None, str | None, bool]
"""An attribute, the names of its types before and after (``None``: it was not there), and whether the value is lazy."""

shape_texts: dict[Shape, str] = {}
"""How the change is written, for each shape met."""


def changes_text(changes: list[RawChange]) -> str:
    """The changes of a ``RequestChanged`` or ``ResponseChanged``, as JSON."""
    if len(changes) == 1:
        # As nearly always; a comprehension would be a call of its own.
        change = changes[0]
        return f"[{WRITE[change[0]](change)}]"
    return f"[{','.join([WRITE[change[0]](change) for change in changes])}]"


def attribute_text(change: RawChange) -> str:
    _part, name, old, new, is_lazy = change
    shape = (
        name if type(name) is str else text_of(name),
        None if old is None else old.__name__,
        None if new is None else new.__name__,
        is_lazy,
    )
    return shape_texts.get(shape) or shape_text(shape)


def shape_text(shape: Shape) -> str:
    name, before, after, is_lazy = shape
    op = "." if name in PARSED else operation(before, after)
    text = change_text(op, "attribute", name, before or "", after or "", is_lazy)
    if len(shape_texts) < MAX_SHAPES and len(text) <= MAX_TEXT:
        shape_texts[shape] = text
    return text


def evaluated_text(change: RawChange) -> str:
    return change_text("!", "attribute", text_of(change[1]), "", type_name(change[2]))


def meta_text(change: RawChange) -> str:
    # The value is not even noted: CSRF keeps its secret in META.
    return change_text(change[1], "META", text_of(change[2]), "", "")


def header_text(change: RawChange) -> str:
    _part, old, new = change
    if old is None:
        name, value = new
        if type(name) is type(value) is str:
            return f'["+","header",{json_of_text(name)},"",{json_of_text(redact_header(name, value))},false]'
    name = (new or old)[0]
    return change_text(operation(old, new), "header", text_of(name), value_text(old), value_text(new))


def cookie_text(change: RawChange) -> str:
    _part, op, name = change
    return change_text(op, "cookie", text_of(name), "" if op == "+" else REDACTED, "" if op == "-" else REDACTED)


def status_text(change: RawChange) -> str:
    return change_text("~", "status", "", str(change[1]), str(change[2]))


def body_text(change: RawChange) -> str:
    before, after = ["" if length < 0 else str(length) for length in change[1:]]
    return change_text("~", "body", "", before, after)


def object_text(change: RawChange) -> str:
    return change_text("~", "object", "", type_name(change[1]), type_name(change[2]))


def change_text(op: str, part: str, name: str, before: str, after: str, is_lazy: bool = False) -> str:
    return json_of((op, part, name, before, after, is_lazy))


WRITE: dict[str, Callable[[RawChange], str]] = {
    "attribute": attribute_text,
    "META": meta_text,
    "evaluated": evaluated_text,
    "header": header_text,
    "cookie": cookie_text,
    "status": status_text,
    "body": body_text,
    "object": object_text,
}


def operation(old: object, new: object) -> str:
    if old is None:
        return "+"
    return "-" if new is None else "~"


def type_name(kind: type | None) -> str:
    return kind.__name__ if kind is not None else ""


def text_of(name: object) -> str:
    return name if type(name) is str else f"<{type(name).__name__}>"


def value_text(pair: tuple[str, str] | None) -> str:
    if pair is None:
        return ""
    return redact_header(pair[0], pair[1]) if type(pair[1]) is str else f"<{type(pair[1]).__name__}>"
