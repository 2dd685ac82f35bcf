"""Every stop with code of its own leads to its file and line."""

from __future__ import annotations

import pytest
from scenarios import SCENARIOS

from reqtrace.trace.model import RequestTrace, StopSort
from reqtrace.trace.store import TraceStore
from reqtrace.tui.stop_source import source_of


def trace_of(name: str) -> RequestTrace:
    store = TraceStore()
    store.add_process(1, SCENARIOS[name].header)
    store.add(1, SCENARIOS[name].events)
    trace = store.trace(store.summaries()[0].key)
    assert trace is not None
    return trace


def test_a_layer_leads_to_its_hooks() -> None:
    """In to ``process_request``, out to ``process_response``, each at its own line."""
    trace = trace_of("home")
    session = [stop for stop in trace.stops if stop.layer == 1]
    places = {stop.sort: source_of(trace, stop) for stop in session}
    hooks = {source.hook: source.line for source in trace.passes[1].layer.hooks}
    assert {sort: place.line for sort, place in places.items() if place is not None} == {
        StopSort.LAYER_IN: hooks["process_request"],
        StopSort.LAYER_OUT: hooks["process_response"],
    }


def test_a_view_hook_leads_to_process_view() -> None:
    """The second pass has its own line."""
    trace = trace_of("home")
    stop = next(stop for stop in trace.stops if stop.sort is StopSort.VIEW_HOOK)
    place = source_of(trace, stop)
    source = trace.passes[3].layer.hook("process_view")
    assert place is not None
    assert source is not None
    assert place.line == source.line


def test_an_exception_leads_to_where_it_was_raised() -> None:
    """Not to the beginning of the view."""
    trace = trace_of("view_raises_500")
    stop = next(stop for stop in trace.stops if stop.sort is StopSort.VIEW)
    assert stop.span is not None
    assert stop.span.raised is not None
    place = source_of(trace, stop)
    assert place is not None
    assert (place.file, place.line) == (stop.span.raised.file, stop.span.raised.line)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_no_stop_is_a_surprise(name: str) -> None:
    """Each stop of each scenario has a place with a file, or none."""
    trace = trace_of(name)
    for stop in trace.stops:
        place = source_of(trace, stop)
        assert place is None or (place.file and place.line > 0)
