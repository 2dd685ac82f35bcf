"""The story of a whole request can be read aloud, and says where to look."""

from __future__ import annotations

import re
import string
from collections.abc import Callable

import pytest
from scenarios import SCENARIOS

from reqtrace.analysis.story import SentenceId
from reqtrace.render.labels_en_story import STORY
from reqtrace.render.roles import Role
from reqtrace.render.story_words import story_sections
from reqtrace.trace.model import Phase, RequestTrace, Stop

TraceOf = Callable[..., RequestTrace]


def lines(trace: RequestTrace, telling: Stop | None = None) -> list[str]:
    (section,) = story_sections(trace, telling)
    return [line.words for line in section.lines]


@pytest.mark.parametrize("number", SentenceId, ids=lambda number: number.name)
def test_every_sentence_has_words_with_its_values(number: SentenceId) -> None:
    """And uses no value that does not come with it."""
    keys = [key for key in STORY if key == f"story.{number.key}" or key.startswith(f"story.{number.key}.")]
    assert f"story.{number.key}" in keys
    for key in keys:
        used = {name for _, name, _, _ in string.Formatter().parse(STORY[key]) if name}
        assert used <= number.parameters, key


def test_every_phase_has_its_name() -> None:
    """The seven fixed names."""
    assert [STORY[f"story.phase.{phase.value}"] for phase in Phase] == [
        "Enter",
        "Resolve",
        "View hooks",
        "View",
        "Render",
        "Leave",
        "Send",
    ]


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_story_is_whole_sentences(name: str, trace_of: TraceOf) -> None:
    """What happened in a phase ends with a full stop; nothing is left to fill in."""
    told = lines(trace_of(name))
    phases = [words for words in told if re.match(r"\d [A-Z][a-z ]+:", words)]
    assert phases
    assert all(words.endswith(".") for words in phases)
    assert not [words for words in told if "{" in words or "  " in words or " 1 steps" in words]


def test_where_it_turned_is_told_in_another_colour_and_with_its_place(trace_of: TraceOf) -> None:
    """The way of every ordinary request is told quietly."""
    (section,) = story_sections(trace_of("short_circuit_301"), None)
    (turn,) = (line for line in section.lines if line.paint.role is Role.WARN)
    assert turn.words.startswith("1 Enter:")
    assert "answered 301: here it turned back. 4 layers further in, URLconf and view never saw it." in turn.words
    assert turn.place.endswith("django/middleware/common.py:34")


def test_a_repeated_query_is_told_as_well(trace_of: TraceOf) -> None:
    """It is a fact of the whole request, and of no step alone."""
    assert [words for words in lines(trace_of("n_plus_one")) if "12 times" in words]


def test_the_step_to_look_at_is_named_with_what_it_teaches(trace_of: TraceOf) -> None:
    """What is often believed of it, then its number and title."""
    trace = trace_of("csrf_403")
    told = lines(trace, trace.short_circuit)
    assert "In truth: It returns a 403, which is a short circuit; and GET needs no cookie." in told
    assert told[-2].startswith("The step to look at is 10: 4 CsrfViewMiddleware")


def test_stories(trace_of: TraceOf, golden: Callable[[str, str], None]) -> None:
    """The stories in the golden file were read aloud."""
    names = ("detail", "csrf_403", "exception_walk", "append_slash", "not_used", "template_response", "streaming")
    text = [part for name in (*names, "static") for part in (f"== {name}", *lines(trace_of(name)))]
    golden("stories.txt", "\n".join(text))
