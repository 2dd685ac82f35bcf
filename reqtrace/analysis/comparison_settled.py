"""Takes out of texts what differs between two runs of the same thing: dates, addresses, tokens, numbers of processes.

Whatever is replaced here can never be a difference. What remains is compared as it is.
"""

from __future__ import annotations

import re

__all__ = ["VOLATILE_HEADERS", "cookie_facts", "settled", "settled_header", "settled_sql"]

VOLATILE_HEADERS = frozenset({"date", "age", "server", "server-timing", "x-runtime", "connection", "keep-alive"})
"""Headers that the server or the clock makes; not even their presence counts."""
PRESENCE_ONLY = frozenset({"etag", "last-modified", "expires", "x-request-id", "x-correlation-id", "traceparent"})
"""Headers whose values depend on the moment or on the body, which may hold a CSRF token."""
UNORDERED = frozenset({"vary", "allow", "cache-control"})
"""Headers that are lists without an order."""
MOMENT = 120
"""Seconds two ages may be apart that were counted from the moment of the answer."""

DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
CHANCES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"{DAY}, \d\d[ -]{MONTH}[ -]\d{{2,4}} \d\d:\d\d:\d\d GMT"), "<date>"),
    (re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?"), "<date>"),
    (re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), "<uuid>"),
    (re.compile(r"\b0x[0-9a-fA-F]{4,}\b"), "<address>"),
    (re.compile(r"'nonce-[^']*'"), "'nonce-<token>'"),
    (re.compile(r"\b(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{16,}\b"), "<hex>"),
    (re.compile(r"\b\d+(?:\.\d+)? ?(?:ns|[µμu]s|ms|seconds?)\b"), "<time>"),
)
SAVEPOINT = re.compile(r"\bs\d+_x\d+\b")


def settled(text: str, names: tuple[str, ...] = ()) -> str:
    """The text without what comes by chance; ``names`` are what this run calls the site and its process."""
    for name in names:
        text = re.sub(rf"\b{name}\b", "<pid>", text) if name.isdecimal() else text.replace(name, "<host>")
    for pattern, name in CHANCES:
        text = pattern.sub(name, text)
    return text


def settled_sql(sql: str) -> str:
    """A statement: savepoints are named after the thread, and white space says nothing."""
    return " ".join(SAVEPOINT.sub("<savepoint>", sql).split())


def settled_header(name: str, value: str, names: tuple[str, ...] = ()) -> str:
    """The value of a response header, as far as it can be a difference."""
    name = name.lower()
    if name in PRESENCE_ONLY:
        return ""
    if name in UNORDERED:
        return ", ".join(sorted(part.strip() for part in value.split(",")))
    return settled(value, names)


def cookie_facts(value: str, names: tuple[str, ...] = ()) -> tuple[str, str]:
    """Name and attributes of a ``Set-Cookie`` header; neither the cookie's value nor its date is looked at."""
    pair, *attributes = [part.strip() for part in value.split(";")]
    told = [attribute_fact(one, names) for one in attributes]
    return pair.partition("=")[0], "; ".join(sorted(one for one in told if one))


def attribute_fact(attribute: str, names: tuple[str, ...]) -> str:
    name, equals, value = attribute.partition("=")
    match name.lower():
        case "expires":
            return ""
        case "max-age" if value.isdecimal() and int(value) > MOMENT:
            # Counted from the moment of the answer; sessions with a fixed end lose some seconds.
            return f"max-age={round(int(value) / MOMENT) * MOMENT}"
        case lowered:
            return f"{lowered}{equals}{settled(value, names)}"
