"""Checks the keys that a person wants instead of ours: which binding, which key, and what else has that key."""

from __future__ import annotations

import difflib
import string
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from reqtrace.tui.keys.catalog import EVERYWHERE, MODES, OVERLAYS, all_bindings
from reqtrace.tui.words import word

__all__ = ["CheckedKeymap", "checked_keymap"]

KEY_NAMES = frozenset(key.value for key in Keys)
MODIFIERS = frozenset(("ctrl", "shift", "alt", "super", "meta", "hyper"))


def same_key(key: str) -> str:
    """One name for a key that has two: ``?`` and ``question_mark``."""
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


PUNCTUATION = frozenset(map(same_key, string.punctuation))


class CheckedKeymap(NamedTuple):
    """What of a keymap can be used, and what has to be said about it."""

    keymap: dict[str, str]
    remarks: tuple[str, ...]


def checked_keymap(wanted: Mapping[str, str]) -> CheckedKeymap:
    """Without what is unknown; of two actions with one key the one that was asked for has it."""
    known = all_bindings()
    usable, remarks = {}, []
    for id, keys in wanted.items():
        if id not in known:
            near = difflib.get_close_matches(id, known, n=1)
            key = "keymap.unknown.near" if near else "keymap.unknown"
            remarks.append(word(key, id=id, near=near[0] if near else ""))
            continue
        names = [name.strip() for name in keys.split(",")] if keys != "," else [keys]
        strange = next((name for name in names if not is_key(name)), None)
        if strange is not None:
            remarks.append(word("keymap.key", id=id, key=strange))
        else:
            usable[id] = ",".join("comma" if name == "," else name for name in names)
    return CheckedKeymap(usable, (*remarks, *clashes(usable)))


def is_key(name: str) -> bool:
    """Textual's name of a key, or a character, or its name in Unicode; with modifiers."""
    if len(name) == 1:
        return name.isprintable() and not name.isspace()
    *modifiers, last = name.split("+")
    return MODIFIERS.issuperset(modifiers) and (len(last) == 1 or last.lower() in KEY_NAMES or is_character(last))


def is_character(name: str) -> bool:
    """``slash``, ``less_than_sign``, ``section_sign``."""
    try:
        return name in PUNCTUATION or unicodedata.lookup(name.replace("_", " ")) != ""
    except KeyError:
        return False


def clashes(keymap: Mapping[str, str]) -> Iterator[str]:
    """Each key that somebody has asked for and that does something else as well where it works."""
    told = set()
    for place in (*((*EVERYWHERE, *keys) for keys in MODES.values()), *OVERLAYS.values()):
        for key, ids in ids_by_key(place, keymap).items():
            taken = sorted(ids - keymap.keys())
            asked = sorted(ids & keymap.keys())
            clash = (key, *asked, *taken)
            if len(ids) > 1 and asked and clash not in told:
                told.add(clash)
                others = ", ".join([*asked[1:], *taken])
                yield word("keymap.clash", key=key, id=asked[0], others=others)


def ids_by_key(place: Sequence[Binding], keymap: Mapping[str, str]) -> Mapping[str, set[str]]:
    ids: dict[str, set[str]] = defaultdict(set)
    for binding in place:
        if binding.id:
            for key in keymap.get(binding.id, binding.key).split(","):
                ids[same_key(key.strip())].add(binding.id)
    return ids
