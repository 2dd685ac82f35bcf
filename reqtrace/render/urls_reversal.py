"""What ``reverse()`` gave, as rows and sentences: the path, or the patterns of that name and what they want."""

from __future__ import annotations

from collections.abc import Iterator

from reqtrace.analysis.url_reversal import Call, Candidate, Reversal
from reqtrace.render import symbols
from reqtrace.render.canvas import Phrase
from reqtrace.render.labels import count, text
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.urls_rows import QUIET, STRONG, UrlRow
from reqtrace.render.urls_walk import quoted
from reqtrace.render.urls_words import BAD, GOOD, HINT

__all__ = ["call_text", "reversal_lines", "reversal_rows"]

NO_REVERSE_MATCH = "NoReverseMatch"


def call_text(call: Call) -> str:
    """``'shop:book_detail', slug='dune'``"""
    named = [f"{name}={value!r}" for name, value in call.kwargs.items()]
    return sanitize(", ".join([repr(call.name), *map(repr, call.args), *named]))


def reversal_rows(reversal: Reversal) -> tuple[UrlRow, ...]:
    """The path alone; else the patterns of that name, or the names that are alike."""
    if reversal.path:
        mark = (symbols.MATCH, GOOD)
        return (UrlRow(place=(), depth=0, mark=mark, pattern=((sanitize(reversal.path), STRONG),)),)
    mark = (symbols.NO_MATCH, Paint(Role.WARN, bold=True))
    rows = [candidate_row(one, reversal.call) for one in reversal.candidates]
    for name in reversal.alike:
        words: Phrase = ((text("urls.reverse.alike"), QUIET),)
        rows.append(UrlRow(place=(), depth=0, mark=mark, pattern=((sanitize(name), STRONG),), words=words))
    return tuple(rows)


def candidate_row(candidate: Candidate, call: Call) -> UrlRow:
    """A pattern of that name, and what about the arguments does not fit."""
    problems = "; ".join(problems_of(candidate, call))
    return UrlRow(
        place=candidate.node.place,
        depth=0,
        mark=(symbols.NO_MATCH, Paint(Role.WARN, bold=True)),
        pattern=((sanitize(candidate.route) or "''", STRONG),),
        words=((problems, HINT),),
    )


def problems_of(candidate: Candidate, call: Call) -> Iterator[str]:
    """Each thing that does not fit, the weightiest first."""
    if candidate.unexpected:
        yield text("urls.reverse.unexpected", names=sanitize(", ".join(candidate.unexpected)))
    if candidate.missing:
        yield text("urls.reverse.missing", names=sanitize(", ".join(candidate.missing)))
    for _name, value, regex in candidate.refused:
        yield text("urls.reverse.refused", value=quoted(value), regex=sanitize(regex))
    has_other_number = not call.kwargs and len(call.args) != candidate.wanted and not candidate.missing
    if has_other_number and candidate.wanted:
        yield count("urls.reverse.wants.number", candidate.wanted)
    elif has_other_number:
        yield text("urls.reverse.wants.nothing")


def reversal_lines(reversal: Reversal) -> tuple[Phrase, ...]:
    """Two or three sentences."""
    if reversal.path:
        words = f"reverse({call_text(reversal.call)}) {text('urls.reverse.found', path=sanitize(reversal.path))}"
        lines: tuple[Phrase, ...] = (((f"{symbols.MATCH} {words}", GOOD),), ((text("urls.reverse.walk"), INK),))
        return (*lines, ((text("urls.reverse.objects"), HINT),)) if reversal.is_from_objects else lines
    told = text("urls.reverse.raised", error=sanitize(reversal.error), message=sanitize(reversal.message))
    if reversal.error != NO_REVERSE_MATCH:
        return ((f"{symbols.NO_MATCH} {told}", BAD),), ()
    name = text("urls.reverse.name", name=sanitize(reversal.call.name))
    words = count("urls.reverse.arguments", len(reversal.candidates)) if reversal.candidates else name
    return ((f"{symbols.NO_MATCH} {words}", BAD),), ((told, QUIET),)
