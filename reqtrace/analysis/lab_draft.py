"""A list of layers that somebody changes line by line before it is tried in the lab."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from reqtrace.analysis.comparison_align import common
from reqtrace.analysis.experiment_changes import Change, ChangeKind, Place

__all__ = ["Draft", "DraftLayer", "changes_of", "draft_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLayer:
    """One line of the list."""

    path: str
    origin: int | None = None
    """Its index in MIDDLEWARE; ``None`` if it was added."""
    is_off: bool = False
    is_touched: bool = False
    """Somebody moved it, so where two explanations of the order are as short, it is the one that moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The list as it would be; never changed, every change gives another one."""

    layers: tuple[DraftLayer, ...]

    @property
    def middleware(self) -> tuple[str, ...]:
        """What Django would be given."""
        return tuple(layer.path for layer in self.layers if not layer.is_off)

    @property
    def original(self) -> tuple[str, ...]:
        """MIDDLEWARE as it is."""
        known = sorted((layer.origin, layer.path) for layer in self.layers if layer.origin is not None)
        return tuple(path for _, path in known)

    @property
    def is_changed(self) -> bool:
        """Whether Django would be given another list."""
        return self.middleware != self.original

    @property
    def moved(self) -> frozenset[int]:
        """The lines that were moved, as few as explain the order: by their place in the draft."""
        known = {layer.origin: place for place, layer in enumerate(self.layers) if layer.origin is not None}
        origins, touched = list(known), {layer.origin for layer in self.layers if layer.is_touched}
        return frozenset(known.values()) - {known[origins[at]] for _, at in common(sorted(origins), origins, touched)}

    @property
    def touched(self) -> frozenset[str]:
        """The paths of the lines that somebody moved."""
        return frozenset(layer.path for layer in self.layers if layer.is_touched)

    def place_of(self, origin: int) -> int:
        """Where a line of MIDDLEWARE is now."""
        return next((place for place, layer in enumerate(self.layers) if layer.origin == origin), 0)

    def move(self, place: int, distance: int) -> tuple[Draft, int]:
        """A line further up (negative) or down, as far as the list goes, and where it is then."""
        target = min(max(place + distance, 0), len(self.layers) - 1)
        rest = [*self.layers[:place], *self.layers[place + 1 :]]
        line = replace(self.layers[place], is_touched=True)
        return Draft(layers=(*rest[:target], line, *rest[target:])), target

    def switch(self, place: int) -> Draft:
        """Without a line, or with it again; a line that was added goes away."""
        layer = self.layers[place]
        if layer.origin is None:
            return Draft(layers=(*self.layers[:place], *self.layers[place + 1 :]))
        return self._with(place, replace(layer, is_off=not layer.is_off))

    def duplicate(self, place: int) -> Draft:
        """A line once more, directly below itself."""
        return self.add(place + 1, self.layers[place].path)

    def add(self, place: int, path: str) -> Draft:
        """A new line."""
        return Draft(layers=(*self.layers[:place], DraftLayer(path=path), *self.layers[place:]))

    def in_order(self, origins: Sequence[int], touched: Collection[int]) -> Draft:
        """The lines of MIDDLEWARE in another order, because some were ``touched``."""
        lines = {line.origin: replace(line, is_touched=line.origin in touched) for line in self.layers}
        return Draft(layers=tuple(lines[origin] for origin in origins))

    def undone(self) -> Draft:
        """MIDDLEWARE as it is."""
        return draft_of(self.original)

    def _with(self, place: int, layer: DraftLayer) -> Draft:
        return Draft(layers=(*self.layers[:place], layer, *self.layers[place + 1 :]))


def draft_of(middleware: Sequence[str]) -> Draft:
    """A list that nobody has changed yet."""
    return Draft(layers=tuple(DraftLayer(path=path, origin=origin) for origin, path in enumerate(middleware)))


def changes_of(draft: Draft) -> tuple[Change, ...]:
    """What was done, line by line from the top, as it is asked for on the command line."""
    moved, changes = draft.moved, []
    for place, layer in enumerate(draft.layers):
        if layer.is_off:
            changes.append(Change(kind=ChangeKind.OFF, layer=layer.path))
        elif layer.origin is None or place in moved:
            kind = ChangeKind.ADD if layer.origin is None else ChangeKind.MOVE
            below = next((other for other in draft.layers[place + 1 :] if not other.is_off), None)
            changes.append(
                Change(kind=kind, layer=layer.path, place=Place.LAST)
                if below is None
                else Change(kind=kind, layer=layer.path, place=Place.ABOVE, anchor=below.path)
            )
    return tuple(changes)
