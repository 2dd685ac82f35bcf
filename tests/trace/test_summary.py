"""The line in the request list is right after every event."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scenarios import SCENARIOS

from reqtrace.events.kinds import (
    Event,
    LayerEntered,
    RequestEscaped,
    RequestFinished,
    RequestStarted,
    ResponseStarted,
    SqlExecuted,
)
from reqtrace.trace.model import RequestKey, RequestState, RequestSummary
from reqtrace.trace.store import TraceStore
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


def stored(name: str) -> RequestSummary:
    """The line as the store gives it: with the names of the chain's layers."""
    scenario = SCENARIOS[name]
    store = TraceStore()
    store.add_process(3, scenario.header)
    store.add(3, scenario.events)
    return store.summaries()[0]


def test_what_a_request_met_is_in_its_line() -> None:
    """View, URL name, layers, statements, client and process, for whoever looks for a request."""
    line = stored("detail")
    assert (line.view, line.url_name) == ("shop.views.detail", "shop:detail")
    names = [path.rpartition(".")[2] for path in line.layers]
    assert names[:2] == ["SecurityMiddleware", "SessionMiddleware"]
    assert len(names) == 7
    assert line.queries == sum(isinstance(event, SqlExecuted) for event in SCENARIOS["detail"].request) == 2
    assert line.pid == SCENARIOS["detail"].header["pid"]
    assert line.client == "127.0.0.1"
    assert (line.answered_by, line.errors) == ("", ())


@pytest.mark.parametrize(
    ("name", "layer"),
    [("csrf_403", "CsrfViewMiddleware"), ("short_circuit_301", "CommonMiddleware"), ("home", ""), ("static", "")],
)
def test_who_answered_in_the_place_of_the_view(name: str, layer: str) -> None:
    """The innermost layer that was left with a response, not those that only passed it on."""
    assert stored(name).answered_by.rpartition(".")[2] == layer


def test_layers_that_were_never_reached_are_not_in_the_line() -> None:
    """What turned back at Common never came to Csrf."""
    names = [path.rpartition(".")[2] for path in stored("short_circuit_301").layers]
    assert "CommonMiddleware" in names
    assert "CsrfViewMiddleware" not in names


def test_exceptions_are_named_once() -> None:
    """Raised, passed on and converted, it is one."""
    assert stored("not_found_404").errors == ("django.urls.exceptions.Resolver404",)


def test_a_layer_number_out_of_all_bounds_takes_no_memory() -> None:
    """A recording may say anything."""
    started = next(event for event in SCENARIOS["home"].request if isinstance(event, RequestStarted))
    assert summary_of(started, LayerEntered(time=1, request=1, thread=1, layer=10**12)).layers == ()
