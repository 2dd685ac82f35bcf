"""Lays out what did not happen and why, as sections of lines: at a step, for the request, and in short.

``why_sections`` is what the screen shows over everything; ``why_notes`` is the few lines of the plain output.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from reqtrace.analysis.answers import Answer, AnswerId, Question, Subject
from reqtrace.analysis.decisions import Decision, DecisionId, decisions
from reqtrace.analysis.findings import FindingId, findings, walks
from reqtrace.analysis.nearest import mismatches, nearest
from reqtrace.analysis.why import questions, surprises, why
from reqtrace.events.kinds import UrlUnresolved
from reqtrace.render import symbols
from reqtrace.render.labels import text
from reqtrace.render.notes import Note
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.why_words import (
    answer_text,
    decision_text,
    finding_text,
    nearest_text,
    place_text,
    question_text,
    refusal_text,
    walk_texts,
    walk_title,
)
from reqtrace.trace.model import RequestTrace, Stop, StopSort

__all__ = ["Line", "Section", "why_here", "why_notes", "why_sections"]

_ORDINARY = (
    DecisionId.ROOT_URLCONF,
    DecisionId.HEADER_SET,
    DecisionId.SESSION_SAVED,
    DecisionId.ATOMIC,
    DecisionId.ATOMIC_ENDED,
    DecisionId.INTERNAL_IP,
    DecisionId.NOT_INTERNAL_IP,
    DecisionId.LANGUAGE_PREFIX,
    DecisionId.STATIC_SERVED,
)
"""What settings decide on any request, and nobody wonders about."""
_OBVIOUS = (DecisionId.ROOT_URLCONF, DecisionId.HEADER_SET)
"""What a step says itself."""
_PATTERNS_AMONG_OTHERS = 6
_NOTED = (FindingId.N_PLUS_ONE, FindingId.SAME_QUERY, FindingId.SYNC_HOOKS, FindingId.CORE_HOPS)
"""Findings that the notes tell already, or that are as usual."""
_TURNED = (AnswerId.ANSWERED_ABOVE, AnswerId.VIEW_HOOK_ANSWERED)
"""Answers that the notes tell already."""
_MOST_PATTERNS = 12
"""Patterns told of at most: those that fit the longest."""
_QUIET = Paint(Role.SKIP)
_WALKED = (AnswerId.RAISED_ABOVE, AnswerId.RAISED_ABOVE_ESCAPED, AnswerId.VIEW_HOOK_RAISED, AnswerId.OUTSIDE_TRY)
"""Answers that the way of the exception tells in more steps."""
_SAME_AS = {
    AnswerId.OTHER_ABOVE: (AnswerId.BROKE_NO_RESPONSE,),
    AnswerId.VIEW_HOOK_OTHER: (AnswerId.BROKE_NO_RESPONSE,),
}
"""Answers that would say the same once more."""
_WARN = Paint(Role.WARN)
_BAD = Paint(Role.BAD)


class Line(NamedTuple):
    """One line, and the place in the code that it is about."""

    words: str
    paint: Paint
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, and what stands below it."""

    title: str
    lines: tuple[Line, ...]


def why_sections(trace: RequestTrace, stop: Stop | None) -> tuple[Section, ...]:
    """Everything that can be asked at a step, then about the whole request; never nothing."""
    here = [] if stop is None else list(_at_stop(trace, stop))
    asked = {section.title for section in here}
    whole = [section for section in _whole(trace) if section.title not in asked]
    if stop is not None and not here:
        here = [Section(title=text("why.nothing"), lines=())]
    heading = [Section(title=text("why.whole"), lines=())] if stop is not None and whole else []
    return (*here, *heading, *whole)


def _at_stop(trace: RequestTrace, stop: Stop) -> Iterator[Section]:
    yield from _answered(trace, questions(trace, stop))
    if stop.sort in (StopSort.EXCEPTION_HOOK, StopSort.CONVERTED) or (
        stop.span is not None and stop.span.raised is not None
    ):
        yield from _walks(trace)
    if stop.sort is StopSort.RESOLVED:
        yield from _patterns(trace)
    yield from _settings(one for one in decisions(trace) if one.stop == stop.index)


def _whole(trace: RequestTrace) -> Iterator[Section]:
    yield from _answered(trace, questions(trace))
    yield from _patterns(trace)
    yield from _walks(trace)
    found = [Line(finding_text(one), _WARN, place_text(one.file, one.line)) for one in findings(trace)]
    if found:
        yield Section(title=text("finding.title"), lines=tuple(found))
    yield from _settings(decisions(trace))


# --- questions ---------------------------------------------------------------------------------------------------


def _answered(trace: RequestTrace, subjects: Iterable[Subject]) -> Iterator[Section]:
    """Each question with its answers; layers that were not entered for the same reason share one."""
    groups: dict[tuple[Question | Subject, str], list[Subject]] = {}
    answers: dict[tuple[Question | Subject, str], tuple[Answer, ...]] = {}
    for subject in subjects:
        told = why(trace, subject)
        is_layer = subject.question is Question.LAYER_NOT_ENTERED and subject.layer is not None
        key = (subject.question if is_layer else subject, answer_text(told[0]) if is_layer else "")
        groups.setdefault(key, []).append(subject)
        answers.setdefault(key, told)
    for key, members in groups.items():
        yield Section(title=_title(trace, members), lines=tuple(_line(one) for one in answers[key]))


def _title(trace: RequestTrace, members: list[Subject]) -> str:
    if len(members) == 1:
        return question_text(trace, members[0])
    rows = [trace.passes[one.layer].layer for one in members if one.layer is not None]
    return text("ask.layers_not_entered", layers=", ".join(sanitize(f"{row.index + 1} {row.name}") for row in rows))


def _line(answer: Answer) -> Line:
    return Line(answer_text(answer), INK, place_text(answer.file, answer.line))


# --- patterns, exceptions, settings ------------------------------------------------------------------------------


def _patterns(trace: RequestTrace) -> Iterator[Section]:
    """The pattern that almost matched, and why each did not; nothing if one matched."""
    if trace.urlconf is None or not isinstance(trace.urlconf.left, UrlUnresolved):
        return
    near = nearest(trace)
    lines = [] if near is None else [Line(nearest_text(near), _WARN)]
    refused = mismatches(trace)
    best = sorted(range(len(refused)), key=lambda number: (-refused[number].refusal.fitting, number))[:_MOST_PATTERNS]
    for number in sorted(best):
        route = sanitize("".join(refused[number].texts)) or "''"
        lines.append(Line(f"{symbols.NO_MATCH} {route}  {refusal_text(refused[number].refusal)}", INK))
    if len(refused) > len(best):
        lines.append(Line(text("why.more_patterns", n=len(refused) - len(best)), _QUIET))
    if lines:
        yield Section(title=text("why.patterns"), lines=tuple(lines))


def _walks(trace: RequestTrace) -> Iterator[Section]:
    for walk in walks(trace):
        lines = [
            Line(words, _BAD if number == 0 else INK, place_text(step.file, step.line))
            for number, (words, step) in enumerate(walk_texts(walk))
        ]
        yield Section(title=walk_title(walk), lines=tuple(lines))


def _settings(decided: Iterable[Decision]) -> Iterator[Section]:
    lines = tuple(Line(decision_text(one), INK) for one in decided)
    if lines:
        yield Section(title=text("decision.title"), lines=lines)


# --- in short ----------------------------------------------------------------------------------------------------


def why_here(trace: RequestTrace, stop: Stop) -> Iterator[Line]:
    """What there is to say about a step among other things: patterns that almost matched, settings that decided it."""
    if stop.sort is StopSort.RESOLVED:
        for section in _patterns(trace):
            yield from section.lines[:_PATTERNS_AMONG_OTHERS]
    for decision in decisions(trace):
        if decision.stop == stop.index and decision.id not in _OBVIOUS:
            yield Line(decision_text(decision), _WARN)


def why_notes(trace: RequestTrace) -> list[Note]:
    """What surprises about a request and is not among its notes: empty for one that went its way."""
    lines = [*_surprising(trace)]
    near = nearest(trace)
    if near is not None:
        lines.append(Note(Role.WARN, nearest_text(near), ""))
    for walk in walks(trace):
        lines += [Note(Role.BAD, words, place_text(step.file, step.line)) for words, step in walk_texts(walk)[1:]]
    for found in findings(trace):
        if found.id not in _NOTED:
            lines.append(Note(Role.WARN, finding_text(found), place_text(found.file, found.line)))
    for decision in decisions(trace):
        if decision.id not in _ORDINARY:
            lines.append(Note(Role.WARN, decision_text(decision), ""))
    return lines


def _surprising(trace: RequestTrace) -> Iterator[Note]:
    """The answers to the questions that suggest themselves, apart from what the notes say."""
    told = [*_TURNED, *(_WALKED if (has_walk := bool(walks(trace))) else ())]
    for subject in surprises(trace):
        answers = why(trace, subject)
        if subject.question is Question.STATUS and (len(answers) == 1 or has_walk):
            continue
        if subject.question is Question.BROKEN and has_walk:
            # The exception is told step by step, but not what it comes from.
            answers = tuple(answer for answer in answers if answer.id is AnswerId.BROKE_NO_RESPONSE)
        for answer in answers:
            if answer.id not in told:
                told += _SAME_AS.get(answer.id, ())
                yield Note(Role.WARN, answer_text(answer), place_text(answer.file, answer.line))
