"""The store is bounded, keeps requests apart, and is cheap to look at."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from scenarios import SCENARIOS, Scenario

from reqtrace.events.kinds import (
    BodySent,
    Event,
    EventsDropped,
    PatternSeen,
    RequestFinished,
    RequestStarted,
    SqlExecuted,
)
from reqtrace.trace.model import RequestKey, RequestState
from reqtrace.trace.store import TraceStore

HOME, DETAIL = SCENARIOS["home"], SCENARIOS["detail"]


def numbered(scenario: Scenario, number: int) -> list[Event]:
    return [replace(event, request=number) for event in scenario.request]


@pytest.fixture
def store() -> TraceStore:
    store = TraceStore(keep=5, keep_events=60)
    store.add_process(1, HOME.header)
    store.add(1, HOME.loading)
    return store


def test_interleaved_requests_never_mix() -> None:
    """Two requests of one process and one of another, event by event in turn, fold as if each were alone."""
    store = TraceStore()
    for process in (1, 2):
        store.add_process(process, HOME.header)
        store.add(process, HOME.loading)
    streams = [(1, numbered(HOME, 1)), (1, numbered(DETAIL, 2)), (2, numbered(SCENARIOS["csrf_403"], 1))]
    for turn in range(max(len(events) for _, events in streams)):
        for process, events in streams:
            store.add(process, events[turn : turn + 1])
    for (process, events), name in zip(streams, ("home", "detail", "csrf_403"), strict=True):
        alone = TraceStore()
        alone.add_process(process, HOME.header)
        alone.add(process, HOME.loading)
        alone.add(process, events)
        key = RequestKey(process, events[0].request)
        mixed, single = store.trace(key), alone.trace(key)
        assert mixed is not None
        assert single is not None
        assert mixed.is_complete, name
        assert (mixed.root, mixed.stops, mixed.passes) == (single.root, single.stops, single.passes)


def test_oldest_finished_request_goes_first(store: TraceStore) -> None:
    """One that is still under way stays, however old."""
    store.add(1, numbered(HOME.upto(20), 1))
    for number in range(2, 9):
        store.add(1, numbered(HOME, number))
    assert [line.key.request for line in store.summaries()] == [1, 5, 6, 7, 8]
    assert store.total == 8
    assert store.trace(RequestKey(1, 2)) is None


def test_late_event_brings_no_evicted_request_back(store: TraceStore) -> None:
    """It belongs to something that is no longer shown."""
    for number in range(1, 9):
        store.add(1, numbered(HOME, number))
    store.add(1, [RequestFinished(time=1, request=1, thread=1)])
    assert [line.key.request for line in store.summaries()] == [4, 5, 6, 7, 8]


def test_events_beyond_the_limit_are_counted(store: TraceStore) -> None:
    """The end of such a request is kept, and its trace says that it is not whole."""
    sql = next(event for event in DETAIL.request if isinstance(event, SqlExecuted))
    before, after = list(DETAIL.request[:40]), list(DETAIL.request[40:])
    store.add(1, [*before, *[sql] * 200, *after])
    trace = store.trace(RequestKey(1, 1))
    assert trace is not None
    assert not trace.is_complete
    assert trace.summary.state is RequestState.DONE
    assert trace.response is not None
    assert sum(stop.repeat for stop in trace.stops) < 80


def test_reports_of_a_long_body_take_no_room() -> None:
    """Each counts from the start: the first and the last tell all."""
    store = TraceStore(keep_events=70)
    reports = [BodySent(time=time, request=1, thread=1, chunks=time, bytes=time * 10) for time in range(1, 1_000)]
    store.add(1, [*HOME.request[:-3], *reports, *HOME.request[-3:]])
    trace = store.trace(RequestKey(1, 1))
    assert trace is not None
    assert trace.is_complete
    assert (trace.body_chunks, trace.body_bytes) == (999, 9_990)


def test_dropped_events_mark_every_open_request(store: TraceStore) -> None:
    """The agent cannot say whose they were."""
    store.add(1, numbered(HOME, 1))
    store.add(1, numbered(HOME.upto(20), 2))
    store.add(1, [EventsDropped(time=9, request=0, thread=1, count=7, requests=2)])
    done, under_way = store.summaries()
    assert "dropped" not in done.flags
    assert "dropped" in under_way.flags
    assert store.dropped == 9
    assert store.processes()[0].dropped == 7


def test_process_that_ends_loses_its_open_requests(store: TraceStore) -> None:
    """Its finished ones stay as they are; a process that comes back has another number."""
    store.add(1, numbered(HOME, 1))
    store.add(1, numbered(HOME.upto(20), 2))
    store.end_process(1)
    store.add_process(2, HOME.header)
    store.add(2, numbered(HOME, 1))
    assert [line.state for line in store.summaries()] == [RequestState.DONE, RequestState.LOST, RequestState.DONE]
    assert [process.is_alive for process in store.processes()] == [False, True]


def test_trace_is_folded_once_until_something_is_new(store: TraceStore) -> None:
    """The same object comes back; a further event makes another."""
    store.add(1, numbered(HOME.upto(30), 1))
    key = RequestKey(1, 1)
    first = store.trace(key)
    assert store.trace(key) is first
    store.add(1, numbered(HOME, 2))
    assert store.trace(key) is first
    store.add(1, [HOME.request[30]])
    assert store.trace(key) is not first


def test_version_grows_and_untouched_lines_stay_the_same(store: TraceStore) -> None:
    """A viewer compares one number, and redraws only the lines that are other objects."""
    store.add(1, numbered(HOME, 1))
    store.add(1, numbered(HOME.upto(10), 2))
    version, (first, second) = store.version, store.summaries()
    assert store.summaries() is store.summaries()
    store.add(1, [replace(HOME.request[10], request=2)])
    assert store.version > version
    assert store.summaries()[0] is first
    assert store.summaries()[1] is not second


def test_nested_request_names_the_one_around_it(store: TraceStore) -> None:
    """A test client in a view makes a request inside a request."""
    store.add(1, numbered(HOME.upto(20), 1))
    inner = [replace(event, parent=1) if isinstance(event, RequestStarted) else event for event in numbered(HOME, 2)]
    store.add(1, inner)
    outer, nested = store.summaries()
    assert outer.parent is None
    assert nested.parent == outer.key


def test_connection_is_kept_with_its_request(store: TraceStore) -> None:
    """Also after the connection has been closed."""
    store.add(1, numbered(HOME, 1))
    trace = store.trace(RequestKey(1, 1))
    assert trace is not None
    assert trace.connection is not None
    assert trace.connection.client == "127.0.0.1:53122"


def test_patterns_are_known_to_the_trace(store: TraceStore) -> None:
    """The numbers a resolution speaks of can be looked up."""
    store.add(1, numbered(HOME, 1))
    trace = store.trace(RequestKey(1, 1))
    assert trace is not None
    assert isinstance(trace.process.patterns[5], PatternSeen)
    assert trace.process.patterns[5].text == "<int:pk>/"


@pytest.mark.slow
def test_filling_and_looking_at_once_is_safe() -> None:
    """One thread fills, another lists and folds: nothing raises and nothing is lost."""
    store = TraceStore(keep=50)
    store.add_process(1, HOME.header)
    store.add(1, HOME.loading)
    failures: list[BaseException] = []

    def look() -> None:
        try:
            while store.total < 400:
                for line in store.summaries()[-3:]:
                    store.trace(line.key)
        except BaseException as error:  # the test's own thread reports it
            failures.append(error)

    thread = threading.Thread(target=look)
    thread.start()
    for number in range(1, 401):
        store.add(1, numbered(HOME, number))
    thread.join(20)
    assert not failures
    assert len(store.summaries()) == 50


def test_very_long_request_is_not_folded_for_every_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last fold is given for a while, the version asks to come back, and its end is shown at once."""
    monkeypatch.setattr("reqtrace.trace.store.COSTLY", 0.0)
    monkeypatch.setattr("reqtrace.trace.store.REST", 1_000_000)
    store = TraceStore()
    store.add_process(1, HOME.header)
    store.add(1, HOME.loading)
    store.add(1, HOME.request[:30])
    key = RequestKey(1, 1)
    first = store.trace(key)
    store.add(1, HOME.request[30:31])
    version = store.version
    assert store.trace(key) is first
    assert store.version > version
    store.add(1, HOME.request[31:])
    last = store.trace(key)
    assert last is not None
    assert last.summary.state is RequestState.DONE


def test_requests_that_are_over_are_handed_out_once_they_are(store: TraceStore) -> None:
    """The newest first, at most as many as wanted, without those that are known and those under way."""
    for number in (1, 2, 3):
        store.add(1, numbered(HOME, number))
    store.add(1, numbered(DETAIL, 4)[:20])
    assert [one.summary.key.request for one in store.closed((), 10)] == [3, 2, 1]
    assert [one.summary.key.request for one in store.closed({RequestKey(1, 3)}, 1)] == [2]
    newest = store.closed((), 1)[0]
    assert newest.events[:50] == numbered(HOME, 3)[:50]
    assert newest.chain is not None
    assert store.keys() == {RequestKey(1, number) for number in (1, 2, 3, 4)}
