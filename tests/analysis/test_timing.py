"""Sums over requests stay right while requests are added and taken out again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqtrace.analysis.timing import Timing
from reqtrace.trace.model import RequestKey, RequestState, RequestSummary
from reqtrace.trace.timing import LayerShare, RequestTimes


def request(
    number: int, *, duration: int | None = 100, layers: tuple[LayerShare, ...] = (), view: str = ""
) -> RequestTimes:
    summary = RequestSummary(
        key=RequestKey(1, number),
        ordinal=number,
        method="GET",
        path="/",
        query="",
        unix_time=0,
        duration=duration,
        status=200,
        state=RequestState.DONE,
        lane="chain",
        flags=(),
    )
    return RequestTimes(summary=summary, layers=layers, view=view, view_time=50, queries=2, query_time=10)


def slow(own: int, index: int = 0) -> LayerShare:
    return LayerShare(index, f"shop.Layer{index}", own, 1)


def test_layers_are_added_up() -> None:
    """Own time, calls, the longest and the share of all requests' time; the slowest layer first."""
    timing = Timing()
    timing.add(request(1, layers=(slow(10), slow(30, 1))))
    timing.add(request(2, layers=(slow(20), slow(40, 1))))
    first, second = timing.layers()
    assert (first.path, first.own, first.calls, first.requests, first.mean) == ("shop.Layer1", 70, 2, 2, 35)
    assert first.longest == (40, RequestKey(1, 2))
    assert first.share == pytest.approx(0.35)
    assert second.own == 30


def test_the_same_class_twice_is_two_layers() -> None:
    """Layers are told apart by their place in MIDDLEWARE, too."""
    timing = Timing()
    timing.add(request(1, layers=(LayerShare(0, "shop.Twice", 10, 1), LayerShare(3, "shop.Twice", 20, 1))))
    assert [(row.index, row.own) for row in timing.layers()] == [(3, 20), (0, 10)]


def test_views_are_added_up() -> None:
    """By the time of the whole request; what no view answered is a row of its own."""
    timing = Timing()
    timing.add(request(1, view="shop.home"))
    timing.add(request(2, view="shop.home", duration=300))
    timing.add(request(3))
    home, nothing = timing.views()
    assert (home.view, home.requests, home.time, home.mean, home.queries) == ("shop.home", 2, 400, 200, 4)
    assert home.longest == (300, RequestKey(1, 2))
    assert (nothing.view, nothing.time, nothing.share) == ("", 100, 0.2)


def test_nothing_is_counted_twice_and_nothing_without_a_time() -> None:
    """A request is added once; one that has no duration, not at all."""
    timing = Timing()
    timing.add(request(1, view="a"))
    timing.add(replace(request(1, view="a"), queries=9))
    timing.add(request(2, view="b", duration=None))
    assert [(row.view, row.requests, row.queries) for row in timing.views()] == [("a", 1, 2)]
    assert (timing.requests, timing.queries) == (1, 2)
    timing.keep_only(())
    assert (timing.requests, timing.total, timing.views()) == (0, 0, ())


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 1_000)), max_size=40), st.data())
def test_taking_out_is_the_same_as_never_having_added(added: list[tuple[int, int, int]], data: st.DataObject) -> None:
    """Whatever is added and taken out, the sums are those of what is left."""
    requests = {
        number: request(number, layers=(slow(own, index),), view=f"view{index}") for number, index, own in added
    }
    kept = data.draw(st.sets(st.sampled_from(sorted(requests)))) if requests else set()
    timing, fresh = Timing(), Timing()
    for one in requests.values():
        timing.add(one)
    timing.layers()
    timing.keep_only({RequestKey(1, number) for number in kept})
    for number in kept:
        fresh.add(requests[number])

    def plain(of: Timing) -> object:
        layers = {(row.index, row.path): (row.own, row.calls, row.requests, row.longest.time) for row in of.layers()}
        views = {row.view: (row.time, row.requests, row.queries, row.longest.time) for row in of.views()}
        return layers, views, of.total, of.queries, of.query_time

    assert plain(timing) == plain(fresh)
