"""Changes of a list of layers: move, switch off, add, duplicate; layers are named as a person names them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from reqtrace.errors import UsageError

__all__ = [
    "Change",
    "ChangeKind",
    "Place",
    "apply_changes",
    "every_position",
    "find_layer",
    "moved_layers",
    "read_list",
    "short_name",
]


SHORTEST_BEGINNING = 3
"""Letters of a name that may stand for it."""


class ChangeKind(Enum):
    """What is done with a layer."""

    MOVE = "move"
    OFF = "off"
    ADD = "add"
    DUPLICATE = "duplicate"


class Place(Enum):
    """Where a layer goes."""

    ABOVE = "above"
    BELOW = "below"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. Without ``place`` an added layer goes last, a duplicate directly below its original."""

    kind: ChangeKind
    layer: str
    """A dotted path, the name of a class or function, or the number of a line of MIDDLEWARE (from 1)."""
    place: Place | None = None
    anchor: str = ""
    """Named like ``layer``; needed for ``ABOVE`` and ``BELOW``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list, and its number in the original one; 0 if it was added."""

    path: str
    number: int
    is_moved: bool = False


def apply_changes(middleware: Sequence[str], changes: Iterable[Change]) -> tuple[str, ...]:
    """The list after all changes, one after the other. Raises ``UsageError`` for a layer that is not there."""
    return tuple(entry.path for entry in changed_entries(middleware, changes))


def moved_layers(middleware: Sequence[str], changes: Iterable[Change]) -> frozenset[str]:
    """The paths of those that the changes move. Raises ``UsageError`` as ``apply_changes`` does."""
    return frozenset(entry.path for entry in changed_entries(middleware, changes) if entry.is_moved)


def changed_entries(middleware: Sequence[str], changes: Iterable[Change]) -> list[Entry]:
    entries = [Entry(path, number) for number, path in enumerate(middleware, start=1)]
    for change in changes:
        entries = apply_change(entries, change)
    return entries


def apply_change(entries: list[Entry], change: Change) -> list[Entry]:
    match change.kind:
        case ChangeKind.OFF:
            return without(entries, find_entry(entries, change.layer))
        case ChangeKind.ADD:
            return put(entries, Entry(check_path(change.layer), 0), change)
        case ChangeKind.DUPLICATE:
            at = find_entry(entries, change.layer)
            copy = Entry(entries[at].path, 0)
            return put(entries, copy, change) if change.place else [*entries[: at + 1], copy, *entries[at + 1 :]]
        case ChangeKind.MOVE:
            at = find_entry(entries, change.layer)
            if change.anchor and find_entry(entries, change.anchor) == at:
                raise UsageError(f"{short_name(entries[at].path)} cannot be moved to where it is itself.")
            return put(without(entries, at), replace(entries[at], is_moved=True), change)


def without(entries: list[Entry], at: int) -> list[Entry]:
    return [*entries[:at], *entries[at + 1 :]]


def put(entries: list[Entry], entry: Entry, change: Change) -> list[Entry]:
    """The list with an entry at the place that is asked for."""
    match change.place:
        case Place.FIRST:
            at = 0
        case Place.LAST | None:
            at = len(entries)
        case Place.ABOVE:
            at = find_entry(entries, change.anchor)
        case Place.BELOW:
            at = find_entry(entries, change.anchor) + 1
    return [*entries[:at], entry, *entries[at:]]


def read_list(middleware: Sequence[str], names: Iterable[str]) -> tuple[str, ...]:
    """A whole list; each layer is named as in MIDDLEWARE, or by its path if it is new. Raises ``UsageError``."""
    known = []
    for name in (name.strip() for name in names):
        try:
            known.append(middleware[find_layer(middleware, name)])
        except UsageError:
            if "." not in name:
                raise
            known.append(name)
    return tuple(known)


def check_path(path: str) -> str:
    """A layer that is new must be named whole: there is nothing to look a short name up in."""
    if "." not in path.strip("."):
        raise UsageError(
            f"{path} is no dotted path of a middleware.",
            hint="To add a layer, name it as MIDDLEWARE would: django.middleware.gzip.GZipMiddleware",
        )
    return path


def every_position(middleware: Sequence[str], layer: str) -> tuple[tuple[str, ...], ...]:
    """The lists with a layer at the first place, the second place … Raises ``UsageError``."""
    at = find_layer(middleware, layer)
    rest = [*middleware[:at], *middleware[at + 1 :]]
    return tuple((*rest[:place], middleware[at], *rest[place:]) for place in range(len(middleware)))


# --- names -------------------------------------------------------------------------------------------------------


def find_layer(middleware: Sequence[str], name: str) -> int:
    """The index of the layer that is meant. Raises ``UsageError`` with the nearest names."""
    return find_entry([Entry(path, number) for number, path in enumerate(middleware, start=1)], name)


def find_entry(entries: Sequence[Entry], name: str) -> int:
    for is_meant in (is_number, is_path, is_name, is_stem, is_beginning):
        found = [at for at, entry in enumerate(entries) if is_meant(entry, name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                f"{len(found)} layers are called {name}: numbers {', '.join(number_words(entries, found))}.",
                hint="Name the one you mean by its number in MIDDLEWARE, or by its whole path.",
            )
    raise unknown_layer(entries, name)


def number_words(entries: Sequence[Entry], found: Iterable[int]) -> list[str]:
    return [str(entries[at].number) if entries[at].number else "(added)" for at in found]


def is_number(entry: Entry, name: str) -> bool:
    return name.isascii() and name.isdigit() and int(name) == entry.number > 0


def is_path(entry: Entry, name: str) -> bool:
    return entry.path == name


def is_name(entry: Entry, name: str) -> bool:
    return short_name(entry.path) == name


def is_stem(entry: Entry, name: str) -> bool:
    """``session`` for ``SessionMiddleware``."""
    return stem(entry.path) == stem(name)


def is_beginning(entry: Entry, name: str) -> bool:
    """``csrf`` for ``CsrfViewMiddleware``."""
    return len(name) >= SHORTEST_BEGINNING and stem(entry.path).startswith(name.lower())


def stem(path: str) -> str:
    return short_name(path).lower().removesuffix("middleware")


def short_name(path: str) -> str:
    """The name of the class or function at the end of a dotted path."""
    return path.rpartition(".")[2]


def unknown_layer(entries: Sequence[Entry], name: str) -> UsageError:
    if not entries:
        return UsageError(f"There is no layer {name}: MIDDLEWARE is empty.")
    if name.isdigit():
        return UsageError(f"There is no layer number {name} in this list.", hint=f"It has {len(entries)} layers.")
    return UsageError(f"There is no layer {name} in MIDDLEWARE.", hint=nearest_words([e.path for e in entries], name))


def nearest_words(paths: Sequence[str], name: str) -> str:
    """The names that may have been meant; all of them if none is near."""
    by_stem = {stem(path): short_name(path) for path in paths}
    near = difflib.get_close_matches(stem(name), by_stem, n=3, cutoff=0.5)
    near += [each for each in by_stem if stem(name) in each and each not in near]
    if near:
        return f"Did you mean {' or '.join(by_stem[each] for each in near[:3])}?"
    return f"There are {', '.join(dict.fromkeys(map(short_name, paths)))}."
