"""What the lab has to say of an experiment's isolation, as it is collected."""

from __future__ import annotations

import threading
from typing import Any

__all__ = ["Remarks"]

MAX_REMARKS = 200
MAX_TEXT = 200


class Remarks:
    """A list of remarks that several threads may add to: a key of ``RemarkId``, and its values."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[tuple[str, tuple[tuple[str, str], ...]], None] = {}

    def add(self, key: str, **values: object) -> None:
        """Say something, if it has not been said already."""
        row = (key, tuple((name, str(value)[:MAX_TEXT]) for name, value in values.items()))
        with self._lock:
            if len(self._rows) < MAX_REMARKS:
                self._rows[row] = None

    def facts(self) -> list[Any]:
        """As JSON."""
        with self._lock:
            return [[key, dict(values)] for key, values in self._rows]
