"""SQL is grouped by statement, with the code that caused it, and repetitions are found as elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scenarios import SCENARIOS, Scenario

from reqtrace.analysis.findings import FindingId, findings
from reqtrace.analysis.statements import statements
from reqtrace.trace.model import RequestTrace, StopSort

Tell = Callable[[Scenario], Any]


def trace_of(told: Tell, name: str) -> RequestTrace:
    trace: RequestTrace = told(SCENARIOS[name]).trace
    return trace


def test_a_loop_is_one_statement_with_its_place(told: Tell) -> None:
    """Twelve look-ups of an author are one group: times, total, share, and the template that asked."""
    trace = trace_of(told, "n_plus_one")
    author, book = statements(trace)
    assert (author.times, author.suspicion) == (12, FindingId.N_PLUS_ONE)
    assert author.duration == 12 * author.longest
    assert author.share == author.duration / (trace.summary.duration or 1)
    (cause,) = author.causes
    assert (cause.template, cause.times) == ("shop/list.html", 12)
    assert (book.times, book.suspicion) == (1, None)


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_lost_and_suspicions_are_those_of_findings(name: str, told: Tell) -> None:
    """All statements of a request are in one group each, and what repeats is what ``findings`` tells."""
    trace = trace_of(told, name)
    groups = statements(trace)
    ran = sum(stop.repeat for stop in trace.stops if stop.sort is StopSort.SQL)
    assert sum(one.times for one in groups) >= ran  # those of transactions are no stops
    assert all(one.times == sum(cause.times for cause in one.causes) for one in groups)
    told = {(one.id, one.values["sql"]) for one in findings(trace) if "sql" in one.values}
    assert {(one.suspicion, one.sql) for one in groups if one.suspicion} == told
    assert [one.duration for one in groups] == sorted((one.duration for one in groups), reverse=True)


def test_the_first_execution_can_be_gone_to(told: Tell) -> None:
    """A group leads to the step at which it ran first."""
    trace = trace_of(told, "n_plus_one")
    for one in statements(trace):
        assert one.stop is not None
        assert trace.stops[one.stop].sort is StopSort.SQL
