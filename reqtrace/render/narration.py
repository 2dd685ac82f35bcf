"""Puts messages into words: the two lines under every picture, and the same in plain output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reqtrace.analysis.messages import Message, Value
from reqtrace.render.badges import main_change
from reqtrace.render.figures import format_duration, format_size
from reqtrace.render.labels import count, has, text
from reqtrace.render.sanitize import sanitize
from reqtrace.render.sql_text import short_sql
from reqtrace.trace.model import SpanChange

__all__ = ["Counted", "changes_words", "filled_text", "held_text", "message_text"]

_PATH_PARTS = 2
"""Directories and file name of a source file that are said aloud."""

_EMPTY = (
    ("decorator", "undecorated"),
    ("steps", "at_once"),
    ("names", "empty"),
    ("skipped", "last"),
    ("inside", "last"),
    ("bytes", "empty"),
    ("queries", "quiet"),
)


class Counted(int):
    """A number that ``{skipped:layers}`` shows with its noun."""

    def __format__(self, noun: str) -> str:
        return count(f"noun.{noun}", self) if noun else str(int(self))


def message_text(message: Message) -> str:
    """The words of a message, harmless and on one line."""
    return filled_text(message.id.key, message.values)


def held_text(message: Message) -> str:
    """The same of what a held request waits before: it is told as running, but has not begun."""
    key = f"{message.id.key}.held"
    return filled_text(key, message.values) if has(key) else message_text(message)


def filled_text(key: str, values: Mapping[str, Value]) -> str:
    """The words for a key with the values of a message filled in."""
    return text(_variant(key, values), **{name: _shown(name, value) for name, value in values.items()})


def _variant(key: str, values: Mapping[str, Value]) -> str:
    """The key for the case that a value is empty, if the table has one."""
    for name, ending in (("changes", "unchanged"), ("message", "silent"), ("file", "no_line"), *_EMPTY):
        if name in values and not values[name] and has(f"{key}.{ending}"):
            return f"{key}.{ending}"
    return key


def _shown(name: str, value: Value) -> object:
    if isinstance(value, int):
        if name == "cost":
            return format_duration(value)
        return format_size(value) if name == "bytes" else Counted(value)
    if isinstance(value, str):
        if name == "file":
            value = "/".join(value.replace("\\", "/").split("/")[-_PATH_PARTS:])
        return short_sql(value) if name == "sql" else sanitize(value)
    return changes_words(value)


def changes_words(changes: Sequence[SpanChange]) -> str:
    """What code did to the request or response, as a sentence without its subject."""
    if not changes:
        return ""
    first = _change_words(main_change(changes))
    return first if len(changes) == 1 else count("changes.more", len(changes) - 1, first=first)


def _change_words(span_change: SpanChange) -> str:
    change = span_change.change
    if change.part == "status":
        return text("changes.status", before=sanitize(change.before), after=sanitize(change.after))
    if change.part == "object":
        return text(f"changes.object.{span_change.target}")
    if change.part == "body":
        return text("changes.body")
    name = sanitize(change.name)
    if span_change.target == "request":
        name = f'request.META["{name}"]' if change.part == "META" else f"request.{name}"
    elif change.part == "cookie":
        name = text("changes.cookie", name=name)
    if change.op == "!" and span_change.queries >= 0:
        return text("changes.!.queries", name=name, n=Counted(span_change.queries))
    words = text(f"changes.{change.op}", name=name)
    return text("changes.lazy", change=words) if change.lazy else words
