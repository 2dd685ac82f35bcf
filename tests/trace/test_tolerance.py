"""Whatever is missing from a stream, folding and explaining never raise and never contradict themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenarios import SCENARIOS, Scenario

from reqtrace.analysis.explain import narrate
from reqtrace.events.kinds import Event, EventsDropped
from reqtrace.trace.fold import fold
from reqtrace.trace.model import ProcessFacts, RequestTrace, Span, StopSort

NAMES = sorted(SCENARIOS)


def facts_of(scenario: Scenario, *, has_loading: bool, is_alive: bool) -> ProcessFacts:
    process = (scenario if has_loading else replace(scenario, loading=())).process()
    if not is_alive:
        process.end()
    return process.facts()


def walk(spans: tuple[Span, ...]) -> Iterator[Span]:
    for span in spans:
        yield span
        yield from walk(span.children)


def check(trace: RequestTrace) -> None:
    """What holds for every trace."""
    spans = {span.number: span for span in walk(trace.root)}
    for span in spans.values():
        assert all(child.number > span.number and child.start >= span.start for child in span.children)
    assert [stop.index for stop in trace.stops] == list(range(len(trace.stops)))
    times = [stop.time for stop in trace.stops]
    assert times == sorted(times)
    assert all(stop.span is None or spans[stop.span.number] is stop.span for stop in trace.stops)
    if trace.chain is not None:
        assert len(trace.passes) == len(trace.chain.layers)
    for stop in trace.stops:
        assert stop.layer is None or 0 <= stop.layer < len(trace.passes)
    for row in trace.passes:
        assert row.way_in.stop is None or trace.stops[row.way_in.stop].sort is StopSort.LAYER_IN
        assert row.way_out.stop is None or trace.stops[row.way_out.stop].sort is StopSort.LAYER_OUT
    assert trace.short_circuit is None or trace.stops[trace.short_circuit.index] is trace.short_circuit


def check_words(trace: RequestTrace) -> None:
    """Every stop can be explained, with all the values its messages promise."""
    for stop in trace.stops:
        narration = narrate(trace, stop)
        for message in (narration.title, narration.why):
            assert message.values.keys() == message.id.parameters
            assert None not in message.values.values()


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    data=st.data(),
    has_loading=st.booleans(),
    is_alive=st.booleans(),
    tells_gap=st.booleans(),
)
def test_events_dropped_anywhere(
    name: str, data: st.DataObject, has_loading: bool, is_alive: bool, tells_gap: bool
) -> None:
    """Any part of the events may be missing, and the stream may be cut anywhere."""
    scenario = SCENARIOS[name]
    end = data.draw(st.integers(0, len(scenario.request)))
    lost = data.draw(st.sets(st.integers(0, max(end - 1, 0)), max_size=12))
    events: list[Event] = [event for index, event in enumerate(scenario.request[:end]) if index not in lost]
    if tells_gap and events:
        events.append(EventsDropped(time=events[-1].time, request=0, thread=0, count=len(lost), requests=0))
    trace = fold(events, facts_of(scenario, has_loading=has_loading, is_alive=is_alive))
    check(trace)
    check_words(trace)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(NAMES), data=st.data())
def test_events_out_of_order_or_twice(name: str, data: st.DataObject) -> None:
    """A recording is untrusted: its events may come in any order, or more than once."""
    scenario = SCENARIOS[name]
    events = sorted(data.draw(st.lists(st.sampled_from(scenario.request), max_size=60)), key=lambda event: event.time)
    trace = fold(events, facts_of(scenario, has_loading=True, is_alive=True))
    check(trace)
    check_words(trace)


@pytest.mark.slow
def test_every_beginning_of_every_scenario_can_be_explained() -> None:
    """A live screen asks for words after each event."""
    for scenario in SCENARIOS.values():
        facts = facts_of(scenario, has_loading=True, is_alive=True)
        for count in range(len(scenario.request) + 1):
            trace = fold(scenario.request[:count], facts)
            check(trace)
            check_words(trace)


def test_complete_traces_say_so() -> None:
    """Nothing is missing from the scenarios themselves."""
    for scenario in SCENARIOS.values():
        trace = fold(scenario.request, facts_of(scenario, has_loading=True, is_alive=True))
        assert trace.is_complete, scenario.name
        assert (trace.short_circuit is not None) == ("short-circuit" in trace.summary.flags), scenario.name
