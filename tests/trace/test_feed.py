"""Whatever arrives, the feed goes on; what cannot be read is counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenarios import SCENARIOS, Scenario

from reqtrace.events.wire import dump_record
from reqtrace.hub.arrival import (
    HUB,
    Arrival,
    SitePhase,
    SiteState,
    bye_record,
    dropped_record,
    gap_record,
    note_record,
    output_record,
    process_record,
    state_record,
)
from reqtrace.trace.feed import Feed
from reqtrace.trace.model import RequestState
from reqtrace.trace.store import TraceStore


def arrivals(scenario: Scenario, process: int = 1) -> list[Arrival]:
    return [Arrival(number, line) for number, line in scenario.arrivals(process)]


@pytest.fixture
def feed() -> Feed:
    return Feed(TraceStore())


def test_lines_become_requests(feed: Feed) -> None:
    """Header, texts and events of a process end as a line in the list and a complete trace."""
    for arrival in arrivals(SCENARIOS["cjk_path"]):
        feed.take(arrival)
    (line,) = feed.store.summaries()
    assert (line.path, line.status, line.state) == ("/文章/起動流程/", 200, RequestState.DONE)
    trace = feed.store.trace(line.key)
    assert trace is not None
    assert trace.is_complete
    assert trace.process.pid == 4321
    assert trace.process.django == "5.2.19"


def test_processes_have_texts_of_their_own(feed: Feed) -> None:
    """The same text number means something else in another process."""
    streams = [arrivals(SCENARIOS["home"], 1), arrivals(SCENARIOS["function_middleware"], 2)]
    for pair in zip(*streams, strict=True):
        for arrival in pair:
            feed.take(arrival)
    assert [len(process.chains[0].layers) for process in feed.store.processes()] == [7, 8]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"not json\n",
        b"[]\n",
        b"{}\n",
        b'["events", [[0]]]\n',
        b'["events", [[10, 1, 1, 1]]]\n',
        b'["strings", 7, ["x"]]\n',
        b'["process", 1, {}]\n',
        b'["process", 0, {"kinds": []}]\n',
        b'["process", 1, {"kinds": [1]}]\n',
        b'["state", {"phase": "dancing"}]\n',
        b'["output", "now", 1, 2]\n',
        b'["what", "is", "this"]\n',
        b"[" * 10_000,
    ],
)
def test_line_that_cannot_be_read_is_a_gap(feed: Feed, line: bytes) -> None:
    """It raises nothing, is counted, and the requests under way are marked."""
    for arrival in arrivals(SCENARIOS["home"].upto(20)):
        feed.take(arrival)
    feed.take(Arrival(1, line))
    assert feed.store.dropped == 1
    assert feed.store.processes()[0].gaps == 1
    assert feed.store.summaries()[0].flags == ("dropped",)


@given(st.binary(max_size=200))
def test_any_bytes_are_harmless(line: bytes) -> None:
    """Nothing that can be sent raises here."""
    feed = Feed(TraceStore())
    feed.take(Arrival(1, line))


def test_lost_lines_are_counted_as_many(feed: Feed) -> None:
    """The hub says how many it could not hold."""
    for arrival in arrivals(SCENARIOS["home"].upto(20)):
        feed.take(arrival)
    feed.take(Arrival(1, dropped_record(12)))
    feed.take(Arrival(1, gap_record(1, "a bad line")))
    assert feed.store.dropped == 13


def test_hub_speaks_of_output_notes_and_the_site(feed: Feed) -> None:
    """Its own records are no process's."""
    feed.take(Arrival(HUB, output_record("stderr", "Watching for file changes", 5)))
    feed.take(Arrival(HUB, note_record("the recording ends here")))
    feed.take(Arrival(HUB, state_record(SiteState(phase=SitePhase.SERVING, url="http://127.0.0.1:8000/"))))
    store = feed.store
    assert store.output[0].text == "Watching for file changes"
    assert store.notes[0][1] == "the recording ends here"
    assert store.site is not None
    assert store.site.phase is SitePhase.SERVING
    assert store.processes() == ()
    assert store.version == 3


def test_a_bye_ends_the_process(feed: Feed) -> None:
    """What it was doing is lost; what it sends later is not understood any more."""
    sent = arrivals(SCENARIOS["home"].upto(20))
    for arrival in sent:
        feed.take(arrival)
    feed.take(Arrival(1, bye_record(is_clean=False)))
    assert feed.store.summaries()[0].state is RequestState.LOST
    feed.take(sent[-1])
    assert feed.store.dropped == 1


def test_unknown_kind_is_kept(feed: Feed) -> None:
    """A newer agent's events are in the trace, as unknown."""
    header = {**SCENARIOS["home"].header, "kinds": ["request.dreamt"]}
    feed.take(Arrival(1, process_record(1, header)))
    feed.take(Arrival(1, dump_record(["events", [[0, 5, 1, 1, "of sheep"]]])))
    (line,) = feed.store.summaries()
    trace = feed.store.trace(line.key)
    assert trace is not None
    assert [(event.kind, event.fields) for event in trace.unknown] == [("request.dreamt", ("of sheep",))]
