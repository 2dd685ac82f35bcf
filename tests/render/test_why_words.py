"""Every question, answer, finding and decision has words, and they use only what comes with them."""

from __future__ import annotations

import string
from collections.abc import Callable
from enum import Enum
from pathlib import Path

import pytest
from scenarios import SCENARIOS

from reqtrace.analysis.answers import AnswerId, Question, Subject
from reqtrace.analysis.decisions import DecisionId
from reqtrace.analysis.findings import FindingId, WalkStepId
from reqtrace.analysis.nearest import Almost
from reqtrace.analysis.patterns import Reason
from reqtrace.analysis.why import questions, why
from reqtrace.analysis.why_response import HEADER_OWNERS
from reqtrace.render import labels, labels_en
from reqtrace.render.labels_en_why import WHY
from reqtrace.render.why_sections import why_here, why_notes, why_sections
from reqtrace.render.why_words import answer_text, question_text
from reqtrace.trace.model import RequestTrace

TraceOf = Callable[..., RequestTrace]
IDS: dict[str, type[Enum]] = {"answer": AnswerId, "decision": DecisionId, "finding": FindingId, "walk": WalkStepId}
CLOSED = [(prefix, member) for prefix, members in IDS.items() for member in members]


def fields(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize(("prefix", "member"), CLOSED, ids=lambda one: getattr(one, "name", one))
def test_every_member_of_the_closed_lists_has_words(
    prefix: str, member: AnswerId | DecisionId | FindingId | WalkStepId
) -> None:
    """They use only values that come with it; a text that may be empty has words without it."""
    key = f"{prefix}.{member.key}"
    used = fields(labels_en.TABLE[key])
    assert used <= member.parameters
    if used & {"reason", "message"} and key != "answer.not_loaded":
        silent = fields(labels_en.TABLE[f"{key}.silent"])
        assert not silent & {"reason", "message"}


def test_every_reason_and_every_near_miss_has_words() -> None:
    """And every header that is set under a condition only names the condition."""
    for reason in Reason:
        assert f"refusal.{reason.value}" in WHY
    for almost in set(Almost) - {Almost.LETTERS}:
        assert f"almost.{almost.value}" in WHY
    for header in set(HEADER_OWNERS) - {"Content-Language", "Content-Security-Policy"}:
        assert f"condition.{header.lower()}" in WHY


def test_no_words_are_left_over() -> None:
    """Each key is one of a closed list, or written out where it is used."""
    render = Path(labels.__file__).parent
    code = "\n".join(path.read_text(encoding="utf-8") for path in render.glob("*.py") if "labels_en" not in path.name)
    known = {f"{prefix}.{member.key}" for prefix, member in CLOSED}
    known |= {f"refusal.{reason.value}" for reason in Reason} | {f"almost.{almost.value}" for almost in Almost}
    known |= {f"condition.{header.lower()}" for header in HEADER_OWNERS}
    for key in WHY:
        stem = key.removesuffix(".silent").removesuffix(".one").removesuffix(".many")
        assert stem in known or stem.startswith("noun.") or f'"{stem}"' in code, key


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_question_of_a_trace_can_be_read(name: str, trace_of: TraceOf) -> None:
    """On one line each, and no braces are left."""
    trace = trace_of(name)
    subjects = {subject for row in (None, *trace.passes) for subject in questions(trace, row)}
    subjects |= {Subject(question=question, layer=0) for question in Question}
    for subject in subjects:
        lines = [question_text(trace, subject), *(answer_text(answer) for answer in why(trace, subject))]
        for line in lines:
            assert line
            assert "{" not in line
            assert "\n" not in line


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_step_has_something_to_say(name: str, trace_of: TraceOf) -> None:
    """Sections are never missing, and end with the whole request."""
    trace = trace_of(name)
    for stop in (None, *trace.stops):
        sections = why_sections(trace, stop)
        assert sections
        assert any(section.lines for section in sections)


def test_a_step_tells_the_settings_and_patterns_that_belong_to_it(trace_of: TraceOf) -> None:
    """The first patterns at the URLconf, and nothing at most steps."""
    lost = trace_of("not_found_404")
    told = [[line.words for line in why_here(lost, stop)] for stop in lost.stops]
    assert sum(bool(lines) for lines in told) == 1
    (lines,) = [lines for lines in told if lines]
    assert lines[0].startswith("✗ admin/  wants 'admin/', the path has 'nothing/'")


def test_layers_that_were_not_entered_for_one_reason_share_a_question(trace_of: TraceOf) -> None:
    """Four layers below the one that answered are one paragraph."""
    sections = why_sections(trace_of("short_circuit_301"), None)
    (one,) = [section for section in sections if "not entered" in section.title]
    assert "4 CsrfViewMiddleware, 5 AuthenticationMiddleware" in one.title
    assert "3 CommonMiddleware answered 301 in process_request" in one.lines[0].words
    assert one.lines[0].place.endswith("common.py:34")


@pytest.mark.parametrize("name", ["home", "detail", "n_plus_one", "static", "template_response", "streaming"])
def test_a_request_that_went_its_way_has_no_section(name: str, trace_of: TraceOf) -> None:
    """The plain output stays short."""
    assert why_notes(trace_of(name)) == []


def test_a_path_without_a_view_is_explained_in_short(trace_of: TraceOf) -> None:
    """Which URLconf, and what was nearest."""
    words = [note.words for note in why_notes(trace_of("not_found_404"))]
    assert words == ["No pattern of bookshop.urls matched the path, so there was no view."]


def test_names_of_the_project_cannot_write_on_the_terminal(trace_of: TraceOf) -> None:
    """A header or path with control characters is shown harmless."""
    subject = Subject(question=Question.HEADER_MISSING, name="X-\x1b[31mEvil")
    assert "\x1b" not in question_text(trace_of("home"), subject)
    path = Subject(question=Question.LAYER_NOT_ENTERED, name="a\x1b.b")
    assert "\x1b" not in answer_text(why(trace_of("home"), path)[0])
