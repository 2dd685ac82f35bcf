"""Which chain, inside which request, and with how many hops: said in the header, or in the row below it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from scenarios import SCENARIOS

from reqtrace.render.circumstances import circumstances_of, hops_by_layer, parent_words
from reqtrace.render.funnel import draw_funnel
from reqtrace.render.plain import request_line
from reqtrace.trace.model import RequestKey, RequestTrace
from reqtrace.trace.store import TraceStore

TraceOf = Callable[..., RequestTrace]


def test_the_only_chain_of_a_server_is_not_named(trace_of: TraceOf) -> None:
    """Nothing is unusual about it."""
    assert circumstances_of(trace_of("home")) == ()


def test_one_of_several_chains_is_named(trace_of: TraceOf) -> None:
    """With its place among them and its handler; in the list by how the request came in."""
    trace = trace_of("inside_another")
    assert circumstances_of(trace) == ("chain 3 of 3: ClientHandler", "inside another request")
    assert request_line(trace).endswith("test client, inside another request")


def test_the_parent_is_named_by_its_number_in_the_list(trace_of: TraceOf) -> None:
    """The store knows it, as long as it is kept."""
    summary = replace(trace_of("home").summary, parent=RequestKey(1, 4), parent_ordinal=9)
    assert parent_words(summary) == "inside request 9"
    store = TraceStore()
    store.add(1, [replace(event, request=1) for event in SCENARIOS["home"].request])
    store.add(1, SCENARIOS["inside_another"].request)
    assert [one.parent_ordinal for one in store.summaries()] == [0, 1]


@pytest.mark.parametrize(("width", "row"), [(80, 0), (60, 1)])
def test_hops_are_told_where_there_is_room(width: int, row: int, trace_of: TraceOf) -> None:
    """In the header beside the path, else in a row of their own."""
    canvas = draw_funnel(trace_of("asgi"), width=width).canvas
    assert "⇄ 14 thread hops" in canvas.line(row)
    assert "⇄ 14 thread hops" not in canvas.line(1 - row)


def test_a_layer_has_a_badge_with_its_hops(trace_of: TraceOf) -> None:
    """Beside its name."""
    trace = trace_of("asgi")
    assert dict(hops_by_layer(trace)) == {0: 2, 1: 2, 2: 2, 3: 3, 4: 1, 5: 2, 6: 1}
    assert "1 Security ⇄2" in draw_funnel(trace, width=80).canvas.line(1)
