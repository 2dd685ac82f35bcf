"""The line in the request list is right after every event."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scenarios import SCENARIOS

from reqtrace.events.kinds import Event, RequestEscaped, RequestFinished, ResponseStarted, SqlExecuted
from reqtrace.trace.model import RequestKey, RequestState, RequestSummary
from reqtrace.trace.summary import SLOW, Tally


def summary_of(*events: Event) -> RequestSummary:
    tally = Tally(RequestKey(1, 1), 7, clock_offset=1_000)
    for event in events:
        tally.take(event)
    return tally.summary()


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("home", ()),
        ("csrf_403", ("short-circuit",)),
        ("short_circuit_301", ("short-circuit",)),
        ("own_call_answers", ("short-circuit",)),
        ("request_hook_raises", ("exception",)),
        ("not_found_404", ("exception",)),
        ("process_exception_answers", ("exception",)),
        ("n_plus_one", ("queries",)),
        ("static", ()),
    ],
)
def test_flags(name: str, flags: tuple[str, ...]) -> None:
    """Only what answered before the view is a short circuit; what raised is an exception."""
    assert summary_of(*SCENARIOS[name].request).flags == flags


def test_open_request_has_no_duration() -> None:
    """It becomes known when the response left the handler, and is shown when the request is over."""
    events = SCENARIOS["home"].request
    started = next(index for index, event in enumerate(events) if isinstance(event, ResponseStarted))
    assert summary_of(*events[: started + 1]).duration is None
    assert summary_of(*events).duration == events[started].time - events[1].time


def test_slow_request_is_flagged() -> None:
    """More than half a second until the response left the handler."""
    events = SCENARIOS["home"].request
    late = [replace(event, time=event.time + SLOW) if isinstance(event, ResponseStarted) else event for event in events]
    assert summary_of(*late).flags == ("slow",)


def test_request_line_stands_in_until_django_has_the_request() -> None:
    """The server's lane: method, path and time of day come from the line."""
    line = summary_of(SCENARIOS["detail"].request[0])
    assert (line.method, line.path, line.lane) == ("GET", "/books/3/", "server")
    assert line.unix_time == SCENARIOS["detail"].request[0].time + 1_000
    assert summary_of(*SCENARIOS["detail"].request[:2]).lane == "chain"


def test_exception_that_leaves_the_handler() -> None:
    """The request has escaped, whatever is told afterwards."""
    events = SCENARIOS["home"].request[:30]
    escaped = RequestEscaped(time=events[-1].time, request=1, thread=1, error="builtins.OSError", message="")
    finished = RequestFinished(time=events[-1].time + 1, request=1, thread=1)
    line = summary_of(*events, escaped, finished)
    assert (line.state, line.flags) == (RequestState.ESCAPED, ("exception",))


def test_two_identical_statements_are_no_suspicion() -> None:
    """The third is."""
    sql = next(event for event in SCENARIOS["detail"].request if isinstance(event, SqlExecuted))
    assert summary_of(sql, sql).flags == ()
    assert summary_of(sql, sql, replace(sql, alias="other")).flags == ()
    assert summary_of(sql, sql, sql).flags == ("queries",)
