"""Which URL patterns were tried, level by level, in as much room as there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reqtrace.events.kinds import PatternSeen, UrlconfEntered, UrlResolved, UrlUnresolved
from reqtrace.render import symbols
from reqtrace.render.canvas import Phrase, Piece, phrase_width
from reqtrace.render.labels import text
from reqtrace.render.roles import Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import Span

__all__ = ["Level", "levels_of", "matched_phrases", "phrase_of_levels", "untried"]

_TRIED = Paint(Role.BAD)
_MATCHED = Paint(Role.OK, bold=True)
_ARGUMENT = Paint(Role.WARN, bold=True)
_QUIET = Paint(Role.SKIP)
_MOST = 8
"""Failed patterns shown at most on a level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One URLconf: the root, or an included one."""

    module: str
    tried: tuple[tuple[str, int], ...]
    """Patterns that did not match, with how many were tried inside (for an include whose prefix did match)."""
    matched: str | None
    arguments: tuple[tuple[str, str], ...] = ()
    """On the innermost level that matched."""


def levels_of(span: Span, patterns: Mapping[int, PatternSeen]) -> tuple[Level, ...]:
    """The levels a resolution went through."""
    left = span.left
    if not isinstance(left, UrlResolved | UrlUnresolved):
        return ()
    matched = left.matched if isinstance(left, UrlResolved) else ()
    tried = [path for path in left.tried if path != matched]
    module = span.entered.urlconf if isinstance(span.entered, UrlconfEntered) else ""
    levels: list[Level] = []
    for depth in range(max(len(matched), 1)):
        here = [path for path in tried if len(path) > depth and path[:depth] == matched[:depth]]
        chosen = matched[depth] if depth < len(matched) else None
        is_last = depth == len(matched) - 1
        levels.append(
            Level(
                module=sanitize(module),
                tried=_failed(here, depth, chosen, patterns),
                matched=None if chosen is None else _pattern_text(patterns.get(chosen)),
                arguments=left.arguments if is_last and isinstance(left, UrlResolved) else (),
            )
        )
        module = patterns[chosen].target if chosen is not None and chosen in patterns else ""
    return tuple(levels)


def _failed(
    paths: Sequence[tuple[int, ...]], depth: int, chosen: int | None, patterns: Mapping[int, PatternSeen]
) -> tuple[tuple[str, int], ...]:
    inside: dict[int, int] = {}
    for path in paths:
        if path[depth] != chosen:
            inside[path[depth]] = inside.get(path[depth], 0) + (len(path) > depth + 1)
    return tuple((_pattern_text(patterns.get(number)), count) for number, count in inside.items())


def _pattern_text(pattern: PatternSeen | None) -> str:
    if pattern is None:
        return "?"
    if pattern.sort == "i18n":
        return text("core.language_prefix")
    return sanitize(pattern.text) or "''"


def untried(phrase: Phrase) -> Phrase:
    """The same patterns before anybody knows which one will match."""
    pieces = [piece for piece in phrase if piece[1] is not _ARGUMENT]
    for mark in (symbols.NO_MATCH, symbols.MATCH):
        pieces = [(words.replace(f"{mark} ", f"{symbols.TRIED_LATER} "), paint) for words, paint in pieces]
    return tuple(pieces)


def phrase_of_levels(levels: Sequence[Level], width: int, path: str, *, with_modules: bool = False) -> Phrase | None:
    """The levels on one row: as many failed patterns as fit, those nearest to the match; ``None`` if none fit."""
    most = max((len(level.tried) for level in levels), default=0)
    for shown in range(min(most, _MOST), -1, -1):
        phrase = _join([_level_phrase(level, shown, path, with_modules) for level in levels])
        if phrase_width(phrase) <= width:
            return phrase
    return None


def matched_phrases(levels: Sequence[Level]) -> tuple[Phrase, ...]:
    """Only what matched, the most telling of all, in ever fewer words; empty if nothing did."""
    if not levels or levels[-1].matched is None:
        return ()
    bare = [replace(level, tried=()) for level in levels]
    last = replace(bare[-1], arguments=())
    choices = (bare, [*bare[:-1], last], bare[-1:], [last])
    return tuple(_join([_level_phrase(level, 0, "", False) for level in some]) for some in choices)


def _join(phrases: Sequence[Phrase]) -> Phrase:
    pieces: list[Piece] = list(phrases[0]) if phrases else []
    for phrase in phrases[1:]:
        pieces += [(f"  {symbols.INCLUDE} ", _QUIET), *phrase]
    return tuple(pieces)


def _level_phrase(level: Level, shown: int, path: str, with_module: bool) -> Phrase:
    pieces: list[Piece] = [(f"{level.module}  ", _QUIET)] if with_module and level.module else []
    hidden = max(len(level.tried) - shown, 0)
    if hidden:
        pieces.append((text("core.more_tried", n=hidden) + "  ", _QUIET))
    for words, inside in _nearest(level, shown, path):
        more = f" {text('core.tried_inside', n=inside)}" if inside else ""
        pieces.append((f"{symbols.NO_MATCH} {words}{more}  ", _TRIED))
    if level.matched is not None:
        pieces.append((f"{symbols.MATCH} {level.matched}", _MATCHED))
    for name, value in level.arguments:
        known = f"{sanitize(name)} = {sanitize(value)}" if name else sanitize(value)
        pieces.append((f"  {known}", _ARGUMENT))
    if pieces and level.matched is None:
        words, paint = pieces[-1]
        pieces[-1] = (words.rstrip(), paint)
    return tuple(pieces)


def _nearest(level: Level, shown: int, path: str) -> Sequence[tuple[str, int]]:
    """The last ones before a match; without a match the ones most like the path, in their order."""
    tried = level.tried
    if shown >= len(tried):
        return tried
    if level.matched is not None:
        return tried[len(tried) - shown :]
    wanted = path.lstrip("/")
    likeness = {index: _likeness(words, wanted) for index, (words, _) in enumerate(tried)}
    best = sorted(likeness, key=lambda index: (-likeness[index], index))[:shown]
    return [tried[index] for index in sorted(best)]


def _likeness(pattern: str, wanted: str) -> int:
    """How many characters a pattern shares with the beginning of the path."""
    shared = 0
    for one, other in zip(pattern.lstrip("^/"), wanted, strict=False):
        if one != other:
            break
        shared += 1
    return shared
