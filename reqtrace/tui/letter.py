"""The text of headers as a person writes them, and the visit that it makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reqtrace.errors import UsageError
from reqtrace.hub.visit import Visit
from reqtrace.tui.words import word

__all__ = ["FORM", "header_lines", "with_headers"]

FORM = "application/x-www-form-urlencoded"
"""What a body is if nobody says: the fields of a form."""
CONTENT_TYPE = "Content-Type"


def header_lines(visit: Visit) -> str:
    """The headers of a visit, a line each; what a request with a body says of it among them."""
    lines = [f"{name}: {value}" for name, value in visit.headers]
    content_type = visit.content_type or (FORM if visit.is_unsafe else "")
    return "\n".join([*lines, f"{CONTENT_TYPE}: {content_type}"] if content_type else lines)


def with_headers(visit: Visit, lines: Iterable[str]) -> Visit:
    """The visit with the headers that were written. Raises ``UsageError`` for a line that is none.

    A body of which nobody says what it is is a form.
    """
    headers, content_type = [], ""
    for line in filter(None, map(str.strip, lines)):
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or " " in name:
            raise UsageError(word("sending.no_header", line=line))
        if name.lower() == CONTENT_TYPE.lower():
            content_type = value.strip()
        else:
            headers.append((name, value.strip()))
    return replace(visit, headers=tuple(headers), content_type=(content_type or FORM) if visit.body else "")
