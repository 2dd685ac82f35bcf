"""Says why each URL pattern that was tried did not match, and which one the path almost matches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from reqtrace.analysis.patterns import (
    MAX_PATH,
    NO_REGEXES,
    Piece,
    Reason,
    Refusal,
    is_quick,
    pieces_of_regex,
    pieces_of_route,
    refusal,
    remainders,
)
from reqtrace.events.kinds import PatternSeen, UrlResolved, UrlUnresolved
from reqtrace.trace.model import RequestTrace

__all__ = ["Almost", "Mismatch", "Nearest", "Tried", "edits", "mismatches", "nearest", "nearest_of", "refused"]

MAX_LETTERS = 2
SHORT = 4
"""Up to this length only one letter may differ."""
LONG = 64
"""No literal between two slashes is compared letter by letter if it is longer."""
CUT = re.compile(r"… \+\d+\Z")
"""The end of a text that was too long to be sent."""
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A pattern that was tried, and why it did not match."""

    numbers: tuple[int, ...]
    """The path of pattern numbers, the outermost include first."""
    texts: tuple[str, ...]
    refusal: Refusal


class Almost(Enum):
    """What would have to be different for a path to match."""

    MISSING_SLASH = "missing_slash"
    EXTRA_SLASH = "extra_slash"
    CASE = "case"
    LETTERS = "letters"
    """One or two letters."""
    CONVERTER = "converter"
    """One captured value, which its converter refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The pattern that the path almost matches."""

    almost: Almost
    route: str
    """All texts from the root on, as one."""
    name: str
    """Name of the pattern, or namespace of the include."""
    letters: int = 0
    """How many letters differ."""
    wanted: str = ""
    got: str = ""
    """For ``CONVERTER``: which one refuses what."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One path of patterns, with what is known of each of them."""

    numbers: tuple[int, ...]
    patterns: tuple[PatternSeen, ...]
    regexes: tuple[Mapping[str, str], ...] = ()
    """Of each pattern those of its converters by parameter, if the running project has told them."""

    @property
    def last(self) -> PatternSeen:
        return self.patterns[-1]

    @property
    def is_prefix(self) -> bool:
        """The last one is an include, whose patterns were not tried."""
        return self.last.sort in ("include", "i18n")


def mismatches(trace: RequestTrace) -> tuple[Mismatch, ...]:
    """Every pattern that was tried in vain, in order, each with the reason."""
    path = trace.summary.path.removeprefix("/")
    return tuple(
        Mismatch(
            numbers=tried.numbers,
            texts=tuple(pattern.text for pattern in tried.patterns),
            refusal=why_not(tried, path),
        )
        for tried in all_tried(trace)
    )


def all_tried(trace: RequestTrace) -> Iterator[Tried]:
    """The paths of patterns all of which are known."""
    left = trace.urlconf.left if trace.urlconf is not None else None
    if not isinstance(left, UrlResolved | UrlUnresolved):
        return
    matched = left.matched if isinstance(left, UrlResolved) else ()
    known: Mapping[int, PatternSeen] = trace.process.patterns
    for numbers in left.tried:
        if numbers and numbers != matched and all(number in known for number in numbers):
            yield Tried(numbers, tuple(known[number] for number in numbers))


def why_not(tried: Tried, path: str) -> Refusal:
    """Why the last of the patterns did not match what the ones around it had left of the path."""
    offset = len(path)
    rest: str | None = path
    for pattern in tried.patterns[:-1]:
        rest = after(pattern, rest)
        if rest is None:
            return Refusal(Reason.UNTOLD)
    found = refused(tried.last, rest or "", is_prefix=tried.is_prefix)
    return found._replace(fitting=found.fitting + offset - len(rest or ""))


def after(pattern: PatternSeen, path: str | None) -> str | None:
    """What an include leaves of a path; ``None`` if that cannot be told."""
    if path is None:
        return None
    if pattern.sort == "i18n":
        # Its prefix is the active language's, or nothing for the default language.
        return None if LANGUAGE.match(path) else path
    pieces = pieces_of(pattern)
    return None if pieces is None else remainders(pieces, path)


def refused(pattern: PatternSeen, path: str, *, is_prefix: bool, regexes: Mapping[str, str] = NO_REGEXES) -> Refusal:
    """Why a pattern did not match what the ones around it had left of the path."""
    if pattern.sort == "i18n":
        return Refusal(Reason.LANGUAGE)
    pieces = pieces_of(pattern, regexes)
    if pieces is None:
        return Refusal(Reason.REGEX, pattern.text) if is_regex(pattern) else Refusal(Reason.UNTOLD)
    found = refusal(pieces, path, is_prefix=is_prefix or is_open_ended(pattern))
    if found.reason is Reason.UNTOLD and is_regex(pattern):
        return Refusal(Reason.REGEX, pattern.text)
    return found


def is_regex(pattern: PatternSeen) -> bool:
    """Written with ``re_path``; of an include only its beginning tells."""
    return pattern.sort == "re_path" or (pattern.sort == "include" and pattern.text.startswith("^"))


def is_open_ended(pattern: PatternSeen) -> bool:
    """A regular expression that may match the beginning of the path only."""
    return is_regex(pattern) and not pattern.text.endswith(("$", "\\Z"))


def pieces_of(pattern: PatternSeen, regexes: Mapping[str, str] = NO_REGEXES) -> tuple[Piece, ...] | None:
    """Its pieces; ``None`` if its text was cut, or it could take long to run."""
    if CUT.search(pattern.text):
        return None
    pieces = pieces_of_regex(pattern.text) if is_regex(pattern) else pieces_of_route(pattern.text, regexes)
    return pieces if pieces is not None and is_quick(pieces) else None


# --- almost ------------------------------------------------------------------------------------------------------


def nearest(trace: RequestTrace) -> Nearest | None:
    """The pattern that matches but for a trifle; ``None`` if the URL was found, or nothing is that near."""
    if trace.urlconf is None or not isinstance(trace.urlconf.left, UrlUnresolved):
        return None
    return nearest_of(all_tried(trace), trace.summary.path.removeprefix("/"))


def nearest_of(refused_ones: Iterable[Tried], path: str) -> Nearest | None:
    """The nearest of patterns that did not match a path (without its first slash)."""
    candidates = [one for tried in refused_ones for one in almost(tried, path)]
    order = list(Almost)
    return min(candidates, key=lambda one: (order.index(one.almost), one.letters), default=None)


def almost(tried: Tried, path: str) -> Iterator[Nearest]:
    """In which ways the patterns almost match."""
    regexes = tried.regexes or (NO_REGEXES,) * len(tried.patterns)
    routes = [
        pieces_of(pattern, known) if pattern.sort != "i18n" else None
        for pattern, known in zip(tried.patterns, regexes, strict=True)
    ]
    pieces: list[Piece] = []
    for one in routes:
        if one is None or any(not piece.regex for piece in one):
            return
        pieces += one
    if not pieces:
        return

    def found(sort: Almost, letters: int = 0, wanted: str = "", got: str = "") -> Nearest:
        route = "".join(readable(pattern) for pattern in tried.patterns)
        return Nearest(almost=sort, route=route, name=tried.last.name, letters=letters, wanted=wanted, got=got)

    is_prefix = tried.is_prefix
    if fits(pieces, f"{path}/", is_prefix=is_prefix):
        yield found(Almost.MISSING_SLASH)
    elif has_extra_slash(pieces, path, is_prefix=is_prefix):
        yield found(Almost.EXTRA_SLASH)
    elif fits(pieces, path, is_prefix=is_prefix, flags=re.IGNORECASE):
        yield found(Almost.CASE)
    else:
        letters = letters_between(pieces, path, is_prefix=is_prefix)
        if letters is not None:
            yield found(Almost.LETTERS, letters)
        refused_value = only_refused_value(pieces, path) if not is_prefix else None
        if refused_value is not None:
            yield found(Almost.CONVERTER, 0, refused_value.wanted, refused_value.got)


def readable(pattern: PatternSeen) -> str:
    return pattern.text.removeprefix("^").removesuffix("$").removesuffix("\\Z") if is_regex(pattern) else pattern.text


def fits(pieces: list[Piece], path: str, *, is_prefix: bool, flags: int = 0) -> bool:
    """The pieces match the whole path, or its beginning if they are an include's."""
    if len(path) > MAX_PATH:
        return False
    regex = re.compile("".join(f"(?:{piece.regex})" for piece in pieces), flags)
    return (regex.match(path) if is_prefix else regex.fullmatch(path)) is not None


def has_extra_slash(pieces: list[Piece], path: str, *, is_prefix: bool) -> bool:
    """At the end, or two in a row."""
    single = re.sub("/{2,}", "/", path).removeprefix("/")
    shorter = {single, single.removesuffix("/"), path.removesuffix("/")} - {path, ""}
    return any(fits(pieces, one, is_prefix=is_prefix) for one in shorter)


def letters_between(pieces: list[Piece], path: str, *, is_prefix: bool) -> int | None:
    """How many letters of the literal parts differ, if those are few and everything else matches."""
    wanted = split(pieces)
    got = path.split("/")
    if is_prefix:
        got = got[: len(wanted)] if wanted[-1] else [*got[: len(wanted) - 1], ""]
    if len(wanted) == len(got) + 1 and not wanted[-1]:
        got = [*got, ""]
    if len(wanted) != len(got):
        return None
    total = 0
    for one, other in zip(wanted, got, strict=True):
        distance = distance_of(one, other)
        if distance is None:
            return None
        total += distance
    return total if 0 < total <= MAX_LETTERS else None


def split(pieces: list[Piece]) -> list[list[Piece]]:
    """The pieces between two slashes."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if not piece.literal:
            parts[-1].append(piece)
            continue
        first, *others = piece.literal.split("/")
        if first:
            parts[-1].append(Piece(first, re.escape(first), first))
        parts.extend([Piece(one, re.escape(one), one)] if one else [] for one in others)
    return parts


def distance_of(pieces: list[Piece], text: str) -> int | None:
    """Letters between a literal and a text; 0 if what varies matches; ``None`` if they are not alike."""
    if not pieces:
        return 0 if not text else None
    if len(pieces) == 1 and pieces[0].literal:
        literal = pieces[0].literal
        if max(len(literal), len(text)) > LONG or min(len(literal), len(text)) < 2:
            return 0 if literal == text else None
        distance = edits(literal.lower(), text.lower())
        return distance if distance <= (1 if len(literal) <= SHORT else MAX_LETTERS) else None
    return 0 if re.fullmatch("".join(f"(?:{piece.regex})" for piece in pieces), text) else None


def edits(one: str, other: str) -> int:
    """Letters to add, leave out, replace or swap with a neighbour (Damerau and Levenshtein)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        previous, row = row, [i]
        for j, right in enumerate(other, 1):
            best = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before = previous
    return row[-1]


def only_refused_value(pieces: list[Piece], path: str) -> Refusal | None:
    """All literals are there, and exactly one value is refused."""
    if not any(piece.literal.strip("/") for piece in pieces):
        return None
    refusals = [
        Refusal(Reason.CONVERTER, piece.name, found["value"])
        for number, piece in enumerate(pieces)
        if not piece.literal
        for found in [re.fullmatch(with_any_value(pieces, number), path)]
        if found is not None
    ]
    return refusals[0] if len(refusals) == 1 else None


def with_any_value(pieces: list[Piece], number: int) -> str:
    """A regular expression that takes any value for one piece."""
    return "".join(
        "(?P<value>[^/]+)" if index == number else f"(?:{piece.regex})" for index, piece in enumerate(pieces)
    )
