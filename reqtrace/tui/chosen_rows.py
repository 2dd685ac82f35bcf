"""Rows of which one is chosen, and stays chosen while others come, go, and change places."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

__all__ = ["ChosenRows"]

Row = TypeVar("Row")


class ChosenRows(Generic[Row]):
    """A list, and the identity of the chosen row."""

    def __init__(self, identity: Callable[[Row], Hashable]) -> None:
        self._identity = identity
        self._rows: Sequence[Row] = ()
        self._chosen: Hashable = None

    @property
    def rows(self) -> Sequence[Row]:
        """The rows as they are now."""
        return self._rows

    @property
    def at(self) -> int:
        """Place of the chosen row; the first if nothing is chosen, or the chosen one is gone."""
        places = (place for place, row in enumerate(self._rows) if self._identity(row) == self._chosen)
        return next(places, 0)

    @property
    def row(self) -> Row | None:
        """The chosen row."""
        return self._rows[self.at] if self._rows else None

    def take(self, rows: Sequence[Row]) -> None:
        """Other rows."""
        self._rows = rows

    def choose(self, place: int) -> None:
        """The row at a place, or the nearest there is."""
        if self._rows:
            self._chosen = self._identity(self._rows[min(max(place, 0), len(self._rows) - 1)])

    def move(self, distance: int) -> None:
        """The row so much further down, or up if negative."""
        self.choose(self.at + distance)
