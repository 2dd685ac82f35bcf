"""The quick reading of a request's times agrees with the folded trace, whatever the layers are made of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scenarios import SCENARIOS

from reqtrace.events.kinds import LayerLeft, RequestHeld, RequestReleased, SqlExecuted, TemplateEntered, ViewEntered
from reqtrace.trace.model import RequestTrace, Span, StopSort, WayState
from reqtrace.trace.timing import RequestTimes, read_times


def both(name: str) -> tuple[RequestTrace, RequestTimes]:
    scenario = SCENARIOS[name]
    trace = scenario.trace()
    return trace, read_times(scenario.request, trace.summary, trace.chain)


@pytest.mark.parametrize("name", SCENARIOS)
def test_layers_take_as_long_as_in_the_folded_trace(name: str) -> None:
    """A layer's own time is that of its two ways and of the hooks that the core called."""
    trace, times = both(name)
    own = {share.layer: share.own for share in times.layers}
    for row in trace.passes:
        ways = sum(way.duration or 0 for way in (row.way_in, row.way_out) if way.state is not WayState.NO_HOOK)
        sorts = (StopSort.VIEW_HOOK, StopSort.EXCEPTION_HOOK, StopSort.TEMPLATE_RESPONSE_HOOK)
        hooks = sum(stop.duration or 0 for stop in trace.stops if stop.sort in sorts and stop.layer == row.layer.index)
        # Of a layer that raised, the time in which the film made a response counts as well; of one that was entered
        # twice, a row of the trace has the first way in and the last way out.
        is_other = row.way_in.state is WayState.RAISED or row.way_out.state is WayState.RAISED or row.calls > 1
        if not is_other:
            assert own.get(row.layer.index, 0) == ways + hooks, row.layer.name


@pytest.mark.parametrize("name", SCENARIOS)
def test_view_and_statements_are_those_of_the_folded_trace(name: str) -> None:
    """The view's name and time, and the number and time of all statements."""
    trace, times = both(name)
    spans: list[Span] = []
    waiting = list(trace.root)
    while waiting:
        spans.append(waiting.pop())
        waiting += spans[-1].children
    statements = [span for span in spans if isinstance(span.entered, SqlExecuted)]
    assert times.queries == len(statements)
    assert times.query_time == sum(span.duration or 0 for span in statements)
    assert times.view_time == sum(span.duration or 0 for span in spans if isinstance(span.entered, ViewEntered))
    assert times.summary is trace.summary


def test_time_in_which_a_request_was_held_counts_for_nobody() -> None:
    """A request that waited ten seconds in a layer took no longer than one that did not."""
    scenario = SCENARIOS["home"]
    _, times = both("home")
    waited = 10_000_000_000
    middle = next(index for index, event in enumerate(scenario.request) if isinstance(event, TemplateEntered))
    at = scenario.request[middle].time
    place = {"request": 1, "thread": 1}
    held = [
        *scenario.request[:middle],
        RequestHeld(time=at, hold=1, place="view", layer=-2, hook=-1, **place),
        RequestReleased(time=at + waited, duration=waited, reason="go", **place),
        *(replace(event, time=event.time + waited) for event in scenario.request[middle:]),
    ]
    assert read_times(held, times.summary, None).view_time == times.view_time


def test_a_gap_does_no_harm() -> None:
    """Ends without a beginning, and beginnings without an end, are passed over."""
    scenario = SCENARIOS["detail"]
    trace, whole = both("detail")
    for start in range(0, len(scenario.request), 7):
        times = read_times(scenario.request[start:], trace.summary, trace.chain)
        assert sum(share.own for share in times.layers) <= sum(share.own for share in whole.layers)
    cut = [event for event in scenario.request if not isinstance(event, LayerLeft)]
    assert read_times(cut, trace.summary, trace.chain).view == "shop.views.detail"
