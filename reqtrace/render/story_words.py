"""Puts a whole request into paragraphs that can be read aloud: one a phase, then what to look at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from reqtrace.analysis.commentary import comment
from reqtrace.analysis.explain import narrate
from reqtrace.analysis.findings import FindingId, findings
from reqtrace.analysis.story import Sentence, story
from reqtrace.render.commentary_words import belief_lines
from reqtrace.render.labels import text
from reqtrace.render.narration import Counted, filled_text, message_text
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.why_sections import Line, Section
from reqtrace.render.why_words import finding_text, place_text
from reqtrace.trace.model import Phase, RequestTrace, Stop

__all__ = ["story_sections"]

_WARN = Paint(Role.WARN)
_BOLD = Paint(bold=True)
_QUIET = Paint(Role.SKIP)
_AS_USUAL = (FindingId.SYNC_HOOKS, FindingId.CORE_HOPS)


def story_sections(trace: RequestTrace, telling: Stop | None) -> tuple[Section, ...]:
    """One section without a title; ``telling`` is the step that is most worth a look."""
    lines = [_phase(phase, list(sentences)) for phase, sentences in groupby(story(trace), key=lambda one: one.phase)]
    found = [
        Line(finding_text(one), _WARN, place_text(one.file, one.line))
        for one in findings(trace)
        if one.id not in _AS_USUAL
    ]
    return (Section(title="", lines=(*lines, *found, *_further(trace, telling))),)


def _phase(phase: Phase, sentences: list[Sentence]) -> Line:
    name = text("story.phase", n=phase.value, name=text(f"story.phase.{phase.value}"))
    words = " ".join(filled_text(f"story.{one.id.key}", one.values) for one in sentences)
    turn = next((one for one in sentences if one.is_turn), None)
    told = turn or next((one for one in sentences if one.file), None)
    place = place_text(told.file, told.line) if told is not None and told.file else ""
    return Line(f"{name} {words}", _WARN if turn is not None else INK, place)


def _further(trace: RequestTrace, telling: Stop | None) -> Iterator[Line]:
    """What is often believed of the step that tells most, and how to go on."""
    if telling is not None:
        yield from belief_lines(comment(trace, telling).misconception)
        title = message_text(narrate(trace, telling).title)
        yield Line(text("story.look", n=telling.index + 1, title=title), _BOLD)
    yield Line(text("story.steps", total=Counted(len(trace.stops))), _QUIET)
