"""A stylesheet of Textual that is read again only where it would read differently."""

from __future__ import annotations

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

__all__ = ["ThriftyStylesheet"]

SOURCES = 512
"""The style sheets of the app, and one of each kind of widget."""


class ThriftyStylesheet(Stylesheet):
    """Textual 8.2 reads all styles again, for 30 ms, for every screen that is new or has not been seen in a theme."""

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._read: dict[frozenset[tuple[str, str]], LRUCache[tuple[object, ...], list[RuleSet]]] = {}
        """By the colours of a theme: what each source came to."""
        self._parse_cache = self._read_with(variables)

    def _read_with(self, variables: dict[str, str]) -> LRUCache[tuple[object, ...], list[RuleSet]]:
        return self._read.setdefault(frozenset(variables.items()), LRUCache(SOURCES))

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._variables:
            # Textual empties it.
            self._parse_cache = LRUCache(1)
            super().set_variables(variables)
            self._parse_cache = self._read_with(variables)

    def reparse(self) -> None:
        self.parse()
