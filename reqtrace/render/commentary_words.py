"""Puts the commentary on a stop into paragraphs that can be read aloud, with the places where to read on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reqtrace.analysis.commentary import Commentary, Part, comment
from reqtrace.analysis.django_code import Code
from reqtrace.analysis.misconceptions import Misconception
from reqtrace.render.labels import has, text
from reqtrace.render.narration import filled_text
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.why_sections import Line, Section
from reqtrace.trace.model import RequestTrace, Stop

__all__ = ["belief_lines", "commentary_sections", "sentences"]

_PARAGRAPHS = (
    (Part.WHAT, Part.DOES, Part.CALLER),
    (Part.RESULT, Part.OTHERWISE),
    (Part.ORDER, Part.SETTING),
)
_QUIET = Paint(Role.SKIP)
_WARN = Paint(Role.WARN)
_OK = Paint(Role.OK)
_LONGEST_VALUE = 40
"""Of a setting whose value is longer only the name is shown."""


def sentences(commentary: Commentary) -> dict[Part, str]:
    """What is said to each point: of the most particular topic that says something to it."""
    said: dict[Part, str] = {}
    for part in Part:
        keys = [f"explain.{topic}.{part.value}" for topic in reversed(commentary.topics)]
        key = next((key for key in keys if has(key)), None)
        if key is not None:
            said[part] = filled_text(key, commentary.values)
    return said


def commentary_sections(
    trace: RequestTrace, stop: Stop, place: str, locate: Callable[[Code], str]
) -> tuple[Section, ...]:
    """One section without a title: paragraphs; then what is often believed; then where to read on.

    ``place`` is where the code of the stop itself is written, ``locate`` tells the file and line of Django's.
    """
    commentary = comment(trace, stop)
    said = sentences(commentary)
    lines = [
        Line(" ".join(said[part] for part in parts if part in said), INK)
        for parts in _PARAGRAPHS
        if any(part in said for part in parts)
    ]
    further = (*_settings(commentary), *_places(commentary, place, locate), *_pages(commentary))
    return (Section(title="", lines=(*lines, *belief_lines(commentary.misconception), *further)),)


def belief_lines(belief: Misconception | None) -> tuple[Line, ...]:
    """What is often believed, and what is so; nothing if there is no belief."""
    if belief is None:
        return ()
    return (
        Line(f"{text('explain.myth')}: {text(f'myth.{belief.value}')}", _WARN),
        Line(f"{text('explain.truth')}: {text(f'myth.{belief.value}.truth')}", _OK),
    )


def _settings(commentary: Commentary) -> Iterator[Line]:
    told = [
        text("explain.setting_told", name=name, value=sanitize(value))
        for name, value in commentary.settings
        if value and len(value) <= _LONGEST_VALUE
    ]
    if told:
        yield Line(f"{text('explain.settings')}: {', '.join(told)}", _QUIET)


def _places(commentary: Commentary, place: str, locate: Callable[[Code], str]) -> Iterator[Line]:
    if place:
        yield Line(text("explain.own_place"), _QUIET, place)
    for code in commentary.places:
        yield Line(text("explain.place", function=code.function), _QUIET, locate(code))


def _pages(commentary: Commentary) -> Iterator[Line]:
    named = [text("explain.page", title=page.title, path=page.path) for page in commentary.pages]
    yield Line(f"{text('explain.pages')}: {', '.join(named)}", _QUIET)
