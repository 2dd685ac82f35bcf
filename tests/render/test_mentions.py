"""Which steps of a request mention words."""

from __future__ import annotations

import pytest
from scenarios import SCENARIOS

from reqtrace.render.mentions import Mentions
from reqtrace.trace.model import RequestTrace, StopSort
from reqtrace.trace.store import TraceStore


def trace_of(name: str) -> RequestTrace:
    scenario = SCENARIOS[name]
    store = TraceStore()
    store.add_process(1, scenario.header)
    store.add(1, scenario.events)
    trace = store.trace(store.summaries()[0].key)
    assert trace is not None
    return trace


def sorts(name: str, words: str) -> list[StopSort]:
    trace = trace_of(name)
    return [trace.stops[index].sort for index in Mentions(trace).of(words)]


@pytest.mark.parametrize(
    ("name", "words", "found"),
    [
        ("detail", "shop_review", [StopSort.SQL]),
        ("detail", "SHOP_REVIEW select", [StopSort.SQL]),
        ("detail", "_stars.html", [StopSort.TEMPLATE]),
        ("detail", "x-frame-options", [StopSort.LAYER_OUT]),
        ("detail", "<int:pk>", [StopSort.RESOLVED]),
        ("detail", "messagemiddleware _messages", [StopSort.LAYER_IN]),
        ("csrf_403", "csrf 403", [StopSort.VIEW_HOOK]),
        ("view_raises_500", "zerodivision", None),
        ("detail", "nothing of the kind", []),
        ("detail", "", []),
        ("detail", "  ", []),
    ],
)
def test_a_step_mentions_what_is_said_of_it_and_what_it_carries(
    name: str, words: str, found: list[StopSort] | None
) -> None:
    """SQL, templates, patterns, headers, changes, exceptions, layers; every word, whatever its case."""
    if found is None:
        assert sorts(name, words)
    else:
        assert [sort for sort in sorts(name, words) if sort in found] == found
        assert bool(sorts(name, words)) is bool(found)


def test_a_layer_is_mentioned_on_both_of_its_ways() -> None:
    """And where its hook is asked before the view."""
    assert sorts("detail", "csrf") == [StopSort.LAYER_IN, StopSort.VIEW_HOOK, StopSort.LAYER_OUT]


def test_statements_are_found_by_their_sort() -> None:
    """sql goes from statement to statement."""
    assert set(sorts("detail", "sql")) == {StopSort.SQL}


def test_every_step_of_every_request_can_be_searched() -> None:
    """Whatever it carries, its own title finds it; mentions come in the order of the steps."""
    for name in SCENARIOS:
        trace = trace_of(name)
        mentions = Mentions(trace)
        assert mentions.of("e") == tuple(sorted(mentions.of("e")))
        assert len(mentions.of("e")) >= len(trace.stops) // 2, name
