"""What the agent remembers about objects of the application, found by identity and forgotten with them."""

from __future__ import annotations

import weakref
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class IdentityMap(Generic[Value]):
    """Values by object. Unlike ``WeakKeyDictionary`` it asks no object for its hash and compares none."""

    def __init__(self) -> None:
        self._entries: dict[int, tuple[weakref.ref[Any], Value]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def set(self, owner: object, value: Value) -> None:
        """Remember ``value`` as long as ``owner`` lives; an object without weak references is not remembered."""
        number, entries = id(owner), self._entries
        try:
            reference = weakref.ref(owner, lambda _gone: entries.pop(number, None))
        except TypeError:
            return
        entries[number] = (reference, value)

    def get(self, owner: object) -> Value | None:
        """The value, or ``None``."""
        entry = self._entries.get(id(owner))
        return entry[1] if entry is not None and entry[0]() is owner else None

    def pop(self, owner: object) -> Value | None:
        """The value, forgotten from now on, or ``None``."""
        value = self.get(owner)
        self._entries.pop(id(owner), None)
        return value
