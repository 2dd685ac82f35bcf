"""What can be told of a use of a cache without touching a key or a value: names, counts, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import islice
from typing import Any

from reqtrace.agent.free_text import hide_long_words
from reqtrace.agent.values import REDACTED, describe, is_redacted_name, plain_text, shorten

SYNC_METHODS = frozenset(
    {
        *("add", "get", "set", "touch", "delete", "get_or_set", "has_key", "incr", "decr", "clear"),
        *("get_many", "set_many", "delete_many", "incr_version", "decr_version"),
    }
)
METHODS = SYNC_METHODS | {f"a{name}" for name in SYNC_METHODS} | {"__contains__"}
SHOWN_KEYS = 3
MAX_KEY = 2_000
UNKNOWN = -1

COLLECTIONS: tuple[type, ...] = (list, tuple, set, frozenset, dict, type({}.keys()), type({}.values()))
SHARED_TYPES = frozenset({int, bool, float, str, bytes, tuple, frozenset})
"""Types of which one object may be both the default and what was stored."""

Arguments = tuple[Any, ...]
Keywords = dict[str, Any]
RawKeys = tuple[str, ...]
"""Of one use, as they are; they do not leave the process like that."""


def method_name(name: str) -> str:
    """The name of a method as a person would look for it: ``key in cache`` asks ``has_key``."""
    return "has_key" if name == "__contains__" else name


def note_keys(args: Arguments, kwargs: Keywords) -> tuple[RawKeys, int]:
    """The first of the keys as they are, and how many were meant; -1 if that is not known."""
    if args:
        meant = args[0]
    else:
        meant = next((kwargs[name] for name in ("key", "keys", "data") if name in kwargs), None)
        if meant is None:
            return (), 0
    kind = type(meant)
    if kind is str:
        return (meant,), 1
    if kind in COLLECTIONS:
        return tuple(note_key(key) for key in islice(meant, SHOWN_KEYS)), len(meant)
    is_key = issubclass(kind, str) or kind is int
    return (note_key(meant),), 1 if is_key else UNKNOWN


def note_key(key: object) -> str:
    """A key; any object that is not text is named by its type."""
    return plain_text(key) if issubclass(type(key), str) else describe(key)


def keys_text(raw: RawKeys, keys: int) -> str:
    """The keys as they may be shown. The sender asks, so that the request does not wait for it."""
    shown = [key_text(key) for key in raw]
    return ", ".join([*shown, "…"] if keys > len(raw) else shown)


def key_text(key: str) -> str:
    """A key, unless its name promises a secret."""
    return REDACTED if is_redacted_name(key) else shorten(hide_long_words(key[:MAX_KEY]))


def count_hits(operation: str, args: Arguments, kwargs: Keywords, result: object, parts: Collection[str]) -> int:
    """How many keys were found, by identity only; -1 where nothing was asked or the answer does not tell.

    ``parts`` are the operations it was made of.
    """
    operation = operation if operation in SYNC_METHODS else operation.removeprefix("a")
    if operation == "get_or_set":
        return count_got_or_set(parts)
    count = COUNTS.get(operation)
    return UNKNOWN if count is None else count(args, kwargs, result)


def count_got_or_set(parts: Collection[str]) -> int:
    """``BaseCache.get_or_set`` adds only what it did not get; another implementation may do as it likes."""
    if "add" in parts or "aadd" in parts:
        return 0
    return 1 if "get" in parts or "aget" in parts else UNKNOWN


def count_get(args: Arguments, kwargs: Keywords, result: object) -> int:
    """A stored ``None`` and a missing key look the same to whoever asked, and to us."""
    default = args[1] if len(args) > 1 else kwargs.get("default")
    if result is not default:
        return 1
    return UNKNOWN if type(default) in SHARED_TYPES else 0


def count_many(args: Arguments, kwargs: Keywords, result: object) -> int:
    return dict.__len__(result) if issubclass(type(result), dict) else UNKNOWN  # type: ignore[arg-type]


def count_found(args: Arguments, kwargs: Keywords, result: object) -> int:
    """For what answers whether the key was there."""
    return 1 if result is True else 0 if result is False else UNKNOWN


def count_added(args: Arguments, kwargs: Keywords, result: object) -> int:
    """``add`` answers whether the key was *not* there."""
    return 0 if result is True else 1 if result is False else UNKNOWN


def count_changed(args: Arguments, kwargs: Keywords, result: object) -> int:
    """``incr`` and the like raise if the key is missing."""
    return 1


COUNTS: dict[str, Callable[[Arguments, Keywords, object], int]] = {
    "get": count_get,
    "get_many": count_many,
    "has_key": count_found,
    "touch": count_found,
    "delete": count_found,
    "add": count_added,
    "incr": count_changed,
    "decr": count_changed,
    "incr_version": count_changed,
    "decr_version": count_changed,
}
