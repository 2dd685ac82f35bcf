"""The detail pane says what a stop is inside of, what it consists of, and which hops a layer's mode caused."""

from __future__ import annotations

from collections.abc import Callable

from reqtrace.render.detail_lines import detail_lines
from reqtrace.trace.model import RequestTrace, StopSort

TraceOf = Callable[..., RequestTrace]


def lines_at(trace: RequestTrace, sort: StopSort, number: int = 0) -> list[str]:
    stops = [stop for stop in trace.stops if stop.sort is sort]
    return detail_lines(trace, stops[number])


def test_a_statement_says_what_it_is_inside_of(trace_of: TraceOf) -> None:
    """A query of a context processor stands in its template, in the view."""
    assert lines_at(trace_of("asking_others"), StopSort.SQL, -1) == [
        "inside VIEW shop.views.detail ▸ TPL shop/detail.html ▸ CONTEXT",
        "with 1",
    ]


def test_processors_and_receivers_are_listed(trace_of: TraceOf) -> None:
    """Each with its dotted path, in the order of the calls."""
    assert lines_at(trace_of("deep"), StopSort.SIGNAL)[1:] == [
        "· shop.signals.count_reads",
        "· shop.signals.warm_cover",
    ]
    assert lines_at(trace_of("deep"), StopSort.CONTEXT_PROCESSORS)[1] == "· django.template.context_processors.csrf"


def test_hops_are_told_where_the_layer_is_entered(trace_of: TraceOf) -> None:
    """One line each: direction, function, cost."""
    trace = trace_of("asgi")
    assert lines_at(trace, StopSort.LAYER_IN) == [
        "⇄ sync_to_async SecurityMiddleware.process_request: 105µs for the hop",
        "⇄ sync_to_async SecurityMiddleware.process_response: 105µs for the hop",
    ]
    assert lines_at(trace_of("home"), StopSort.LAYER_IN) == []
