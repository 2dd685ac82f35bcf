"""Matches a path against the text of a URL pattern piece by piece, and says at which piece it stops matching.

Only what is certain is said. A route is matched with the converters Django has built in
(``django.urls.converters``, ``django.urls.resolvers._route_to_regex``); a converter of the project may do anything.
A regular expression is only run if it is a plain row of characters, classes and groups, so that it cannot take long.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple

__all__ = [
    "MAX_PATH",
    "NO_REGEXES",
    "Piece",
    "Reason",
    "Refusal",
    "common",
    "is_quick",
    "pieces_of_regex",
    "pieces_of_route",
    "refusal",
    "remainders",
]

CONVERTERS = {
    "int": "[0-9]+",
    "path": ".+",
    "slug": "[-a-zA-Z0-9_]+",
    "str": "[^/]+",
    "uuid": "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
}
WITHIN_SLASHES = frozenset(CONVERTERS) - {"path"}
NO_REGEXES: Mapping[str, str] = {}
PARAMETER = re.compile(r"<(?:(?P<converter>[^>:]+):)?(?P<parameter>[^>]+)>")
TOKEN = re.compile(
    r"""
    (?P<literal> [^\\.^$*+?{}\[\]|()] | \\[^A-Za-z0-9] )
    | (?P<group> \( (?: \?P<\w+> | \?: )?
        (?P<inside> (?: \\. | \[\^?\]?(?:\\.|[^\]\\])*\] | [^\\()|\[\]] )+ ) \) )
    | (?P<atom> \\[dDwWsS] | \. | \[\^?\]?(?:\\.|[^\]\\])*\] )
    """,
    re.VERBOSE,
)
REPEATED = re.compile(r"[*+?]|\{\d+(?:,\d*)?\}")
UNBOUNDED = re.compile(r"[*+]|\{\d+,\d*\}|\{\d{3,}\}")
MAX_UNBOUNDED = 3
"""More parts of any length in a row could take long on a path made for that."""
MAX_PATH = 200
"""Of a longer path only literal beginnings are compared: so nothing here can take long."""


class Reason(Enum):
    """Why a pattern did not match."""

    LITERAL = "literal"
    """The path has something else (``got``) where the pattern says ``wanted``."""
    ENDED = "ended"
    """The path ends where the pattern still wants ``wanted``."""
    CONVERTER = "converter"
    """``got`` is nothing for the converter (or the group of a regular expression) ``wanted``."""
    GOES_ON = "goes_on"
    """The pattern ends, and the path goes on with ``got``."""
    LANGUAGE = "language"
    """The path does not begin with the prefix of the active language."""
    CUSTOM = "custom"
    """What comes before fits; the rest depends on a converter of the project, ``wanted``."""
    REGEX = "regex"
    """The regular expression does not match, and it cannot be told where."""
    UNTOLD = "untold"


class Refusal(NamedTuple):
    """Why a pattern did not match, and where."""

    reason: Reason
    wanted: str = ""
    got: str = ""
    fitting: int = 0
    """How many characters of the path were matched before."""


class Piece(NamedTuple):
    """A literal, or something that varies."""

    literal: str
    """Empty for what varies."""
    regex: str
    """Empty for a converter of the project."""
    name: str
    """Name of the converter, or the text of the group."""


def pieces_of_route(route: str, regexes: Mapping[str, str] = NO_REGEXES) -> tuple[Piece, ...]:
    """The pieces of a ``path()`` route; ``regexes`` are those of the converters of its parameters, where known."""
    pieces: list[Piece] = []
    since = 0
    for found in PARAMETER.finditer(route):
        if found.start() > since:
            pieces.append(literal(route[since : found.start()]))
        name = found["converter"] or "str"
        regex = CONVERTERS.get(name) or harmless(regexes.get(found["parameter"], ""))
        pieces.append(Piece("", regex, name))
        since = found.end()
    if since < len(route):
        pieces.append(literal(route[since:]))
    return tuple(pieces)


def harmless(regex: str) -> str:
    """The regular expression of a converter, if it is one of the harmless ones."""
    return regex if regex and pieces_of_regex(f"^{regex}") is not None else ""


def literal(text: str) -> Piece:
    return Piece(text, re.escape(text), text)


def pieces_of_regex(text: str) -> tuple[Piece, ...] | None:
    """The pieces of a regular expression that begins with ``^``; ``None`` if it is none of the harmless ones."""
    if not text.startswith("^"):
        return None
    body = text[1:]
    for end in ("\\Z", "$"):
        body = body.removesuffix(end) if not body.endswith(f"\\{end}") else body
    pieces: list[Piece] = []
    at = 0
    while at < len(body):
        found = TOKEN.match(body, at)
        if found is None:
            return None
        at = found.end()
        again = REPEATED.match(body, at)
        at = again.end() if again is not None else at
        if not add_token(pieces, found, again[0] if again is not None else ""):
            return None
        if again is not None and REPEATED.match(body, at):
            return None
    return tuple(pieces) if is_compilable("".join(f"(?:{piece.regex})" for piece in pieces)) else None


def add_token(pieces: list[Piece], found: re.Match[str], repeated: str) -> bool:
    """Append a token to the pieces, or to the literal before it; whether it is a harmless one."""
    if found["group"] is not None:
        inside = found["inside"]
        if repeated or inside.startswith("?") or not is_compilable(inside):
            return False
        pieces.append(Piece("", inside, inside))
    elif found["literal"] is not None and not repeated:
        text = found["literal"].removeprefix("\\")
        if pieces and pieces[-1].literal:
            text = pieces.pop().literal + text
        pieces.append(literal(text))
    else:
        regex = found[0] + repeated
        pieces.append(Piece("", regex, regex))
    return True


def is_quick(pieces: Sequence[Piece]) -> bool:
    """Whether trying every way to share a path among the pieces takes no time worth talking about."""
    anywhere, here, most = 0, 0, 0
    for piece in pieces:
        if "/" in piece.literal:
            here = 0
        elif not piece.literal and piece.name in WITHIN_SLASHES:
            here += 1
        elif not piece.literal:
            anywhere += len(UNBOUNDED.findall(piece.regex))
        most = max(most, here)
    return anywhere + most <= MAX_UNBOUNDED


def is_compilable(regex: str) -> bool:
    try:
        with warnings.catch_warnings():
            # What may mean something else in another version of Python is left alone.
            warnings.simplefilter("error")
            re.compile(regex)
    except (re.error, OverflowError, Warning):
        return False
    return True


# --- matching ----------------------------------------------------------------------------------------------------


def remainders(pieces: Sequence[Piece], path: str) -> str | None:
    """What is left of a path after all pieces (of an include); ``None`` if they do not match or cannot be run."""
    if any(not piece.regex for piece in pieces) or len(path) > MAX_PATH:
        return None
    found = re.match("".join(f"(?:{piece.regex})" for piece in pieces), path)
    return None if found is None else path[found.end() :]


def refusal(pieces: Sequence[Piece], path: str, *, is_prefix: bool) -> Refusal:
    """Why the pieces do not match a path; ``is_prefix`` if the path may go on after them."""
    if pieces and pieces[0].literal and not path.startswith(pieces[0].literal):
        # By far the most do not even begin so, and no regular expression need be made for them.
        return refused_at(pieces, 0, path, 0)
    if len(path) > MAX_PATH:
        return Refusal(Reason.UNTOLD)
    at = 0
    for number, piece in enumerate(pieces):
        if not piece.regex:
            return Refusal(Reason.CUSTOM, piece.name, segment(path, at), at)
        ends = ends_of(pieces[: number + 1], path)
        if ends is None:
            return refused_at(pieces, number, path, at)
        at = ends
    if at < len(path) and not is_prefix:
        last = pieces[-1] if pieces else None
        if last is not None and is_value(last) and path[at] != "/":
            return refused_value(pieces, len(pieces) - 1, path)
        return Refusal(Reason.GOES_ON, "", path[at:], at)
    return Refusal(Reason.UNTOLD, fitting=at)


def ends_of(pieces: Sequence[Piece], path: str) -> int | None:
    """Where the pieces end in the path, each as long as it can be."""
    found = re.match("".join(f"(?:{piece.regex})" for piece in pieces), path)
    return None if found is None else found.end()


def refused_at(pieces: Sequence[Piece], number: int, path: str, at: int) -> Refusal:
    """The piece ``number`` does not match at a place of the path."""
    piece = pieces[number]
    if not piece.literal:
        got = segment(path, at)
        return (
            Refusal(Reason.CONVERTER, piece.name, got, at) if got else Refusal(Reason.ENDED, f"<{piece.name}>", "", at)
        )
    shared = common(piece.literal, path[at:])
    if at + shared == len(path):
        return Refusal(Reason.ENDED, piece.literal[shared:], "", at + shared)
    if number and is_value(pieces[number - 1]) and shared == 0 and path[at] != "/":
        return refused_value(pieces, number - 1, path)
    return Refusal(Reason.LITERAL, piece.literal, segments(path[at:], piece.literal.count("/")), at)


def is_value(piece: Piece) -> bool:
    """Something that varies, and is never nothing."""
    return not piece.literal and re.fullmatch(piece.regex, "") is None


def refused_value(pieces: Sequence[Piece], number: int, path: str) -> Refusal:
    """A converter took only the beginning of what stands between two slashes."""
    start = ends_of(pieces[:number], path) or 0
    got = segment(path, start)
    if re.fullmatch(pieces[number].regex, got):
        return Refusal(Reason.UNTOLD, fitting=start)
    return Refusal(Reason.CONVERTER, pieces[number].name, got, start)


def segment(path: str, at: int) -> str:
    """What stands in the path from a place to the next slash."""
    return path[at:].partition("/")[0]


def segments(path: str, slashes: int) -> str:
    """The beginning of a path with that many slashes, or what stands before the first."""
    parts = path.split("/")
    return parts[0] if not slashes else "/".join([*parts[:slashes], ""]) if slashes < len(parts) else path


def common(one: str, other: str) -> int:
    """How many characters two texts share at their beginning."""
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared
