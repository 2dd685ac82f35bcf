"""Two requests side by side, as text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from scenarios import SCENARIOS

from reqtrace.analysis.comparison import compare
from reqtrace.analysis.comparison_model import CircumstanceId, DifferenceId
from reqtrace.render.comparison_document import comparison_document
from reqtrace.render.comparison_list import RequestPair, draw_pairs
from reqtrace.render.comparison_page import draw_comparison
from reqtrace.render.comparison_words import circumstance_words, difference_words, ignored_words, side_words
from reqtrace.render.labels import has
from reqtrace.render.roles import LIT
from reqtrace.trace.model import RequestTrace

TraceOf = Callable[..., RequestTrace]
HOSTILE = "/\x1b]0;owned\x07/[red]\u202e文章"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("detail", "csrf_403"),
        ("detail", "view_raises_500"),
        ("home", "short_circuit_301"),
        ("detail", "process_exception_answers"),
        ("home", "static"),
        ("home", "home"),
    ],
    ids="-".join,
)
def test_a_comparison_looks_as_in_its_snapshot(trace_of: TraceOf, golden: Callable[..., None], a: str, b: str) -> None:
    """At 80 columns; nothing is wider."""
    drawing = draw_comparison(compare(trace_of(a), trace_of(b)), width=80)
    text = drawing.canvas.plain()
    assert all(cell_len(line) <= 80 for line in text.splitlines())
    golden(f"comparison_{a}_{b}.txt", text)


def test_the_first_difference_is_lit_and_marked_without_colour(trace_of: TraceOf) -> None:
    """Its line begins with an arrow, and every line that differs has a mark of its own."""
    drawing = draw_comparison(compare(trace_of("detail"), trace_of("csrf_403")), width=80)
    assert drawing.first is not None
    assert drawing.canvas.line(drawing.first).startswith("▶")
    assert any(run.paint == LIT for run in drawing.canvas.runs(drawing.first))
    assert drawing.lines[0] == drawing.first
    middles = {drawing.canvas.line(y)[41] for y in drawing.lines}
    assert middles <= {"≠", "+", "-"}


def test_in_ascii_it_says_the_same(trace_of: TraceOf) -> None:
    """Every glyph has its letter, in the same cell."""
    comparison = compare(trace_of("detail"), trace_of("csrf_403"))
    drawing = draw_comparison(comparison, width=80, ascii_only=True)
    assert drawing.canvas.plain().isascii()
    assert drawing.first is not None
    line = drawing.canvas.line(drawing.first)
    assert line.startswith(">")
    assert "!" in line
    assert "returned 403" in line


def test_the_whole_page_gives_every_step_its_row(trace_of: TraceOf) -> None:
    """Nothing is folded then."""
    comparison = compare(trace_of("detail"), trace_of("csrf_403"))
    folded, whole = (draw_comparison(comparison, width=80, is_whole=flag).canvas for flag in (False, True))
    assert "steps the same" in folded.plain()
    assert "steps the same" not in whole.plain()
    assert whole.height > folded.height


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_it_fits_every_width(trace_of: TraceOf, width: int) -> None:
    """With double-width characters, too, and hostile text is shown rather than obeyed."""
    trace = trace_of("detail")
    hostile = replace(trace, summary=replace(trace.summary, path=HOSTILE, method="GET\n"))
    text = draw_comparison(compare(trace, hostile), width=width).canvas.plain()
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "[red]" in text


@pytest.mark.parametrize("number", DifferenceId, ids=lambda one: one.key)
def test_every_difference_has_its_words(trace_of: TraceOf, number: DifferenceId) -> None:
    """For a text, a number, and nothing."""
    first = compare(trace_of("detail"), trace_of("csrf_403")).differences[0]
    for a, b in (("x", None), (3, 1), (None, 2), ("", "y")):
        words = difference_words(replace(first, id=number, subject="Some.thing", a=a, b=b))
        assert words.endswith(".")
        assert "{" not in words
        assert side_words(replace(first, id=number), a)
    assert has(f"comparison.{number.key}")


def test_what_was_not_given_alike_stands_below(trace_of: TraceOf) -> None:
    """On the side it is true of; every circumstance has words."""
    wsgi, asgi = trace_of("detail"), trace_of("asgi")
    comparison = compare(wsgi, asgi)
    text = draw_comparison(comparison, width=100).canvas.plain()
    assert "handler WSGIHandler" in text
    assert "handler ASGIHandler" in text
    for number in CircumstanceId:
        given = replace(comparison.circumstances[0], id=number, subject="x", a=1, b=None)
        assert circumstance_words(given, 1)
        assert circumstance_words(given, None)
    assert "times" in ignored_words()


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_whatever_is_missing_can_be_compared(data: st.DataObject) -> None:
    """Events of the requests and of the loading of their chains are lost: there is a page all the same."""
    traces = []
    for _ in range(2):
        scenario = SCENARIOS[data.draw(st.sampled_from(sorted(SCENARIOS)))]
        lost = data.draw(st.sets(st.integers(0, len(scenario.request) - 1), max_size=8))
        unheard = data.draw(st.sets(st.integers(0, len(scenario.loading) - 1), max_size=4))
        kept = tuple(event for number, event in enumerate(scenario.request) if number not in lost)
        heard = tuple(event for number, event in enumerate(scenario.loading) if number not in unheard)
        traces.append(replace(scenario, request=kept, loading=heard).trace())
    comparison = compare(*traces)
    assert draw_comparison(comparison, width=80).canvas.height > 3
    assert json.dumps(comparison_document(comparison))
    assert compare(traces[0], traces[0]).is_same


def test_two_recordings_are_a_list_of_pairs(trace_of: TraceOf) -> None:
    """With the first difference of each pair that differs, and what has no twin."""
    a, b = trace_of("detail"), trace_of("csrf_403")
    pairs = [
        RequestPair(a=a.summary, b=a.summary, comparison=compare(a, a)),
        RequestPair(a=a.summary, b=b.summary, comparison=compare(a, b)),
        RequestPair(a=None, b=b.summary, comparison=None),
    ]
    lines = draw_pairs(pairs, files=("one.reqtrace", "two.reqtrace"), width=80).plain().splitlines()
    assert [line[1] for line in lines if "/books/3/" in line] == ["=", "≠", "+"]
    text = "\n".join(lines)
    assert "CsrfViewMiddleware.process_view returned None in A," in text
    assert "1 request differs. 1 request is in one recording only." in text
    assert draw_pairs(pairs, files=("one", "two"), width=80, ascii_only=True).plain().isascii()
