"""The JSON of a comparison."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from reqtrace.analysis.comparison import compare
from reqtrace.analysis.comparison_model import IGNORED, CircumstanceId, DifferenceId
from reqtrace.render.comparison_document import comparison_document
from reqtrace.trace.model import RequestTrace

DOCS = Path(__file__).parents[2] / "docs" / "comparison-json.md"


def test_the_document_is_as_in_its_snapshot(
    trace_of: Callable[..., RequestTrace], golden: Callable[[str, str], None]
) -> None:
    """A contract: a change of it is seen."""
    document = comparison_document(compare(trace_of("detail"), trace_of("csrf_403")))
    golden("comparison_detail_csrf_403.json", json.dumps(document, indent=1))


def test_the_first_difference_is_named(trace_of: Callable[..., RequestTrace]) -> None:
    """By its index; ``null`` if there is none."""
    document = comparison_document(compare(trace_of("detail"), trace_of("csrf_403")))
    assert document["differences"][document["first"]]["id"] == "hook_ended"
    same = comparison_document(compare(trace_of("home"), trace_of("home")), is_brief=True)
    assert (same["is_same"], same["first"], same["differences"]) == (True, None, [])
    assert "rows" not in same


def test_the_document_is_described() -> None:
    """Every id, every key and whatever is ignored stands in the docs."""
    text = DOCS.read_text(encoding="utf-8")
    words = [one.key for one in DifferenceId] + [one.value for one in CircumstanceId] + list(IGNORED)
    assert [word for word in words if f"`{word}`" not in text] == []
