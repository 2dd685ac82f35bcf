"""What requests show of a URLconf is remembered, and counted, without keeping the requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scenarios import SCENARIOS

from reqtrace.events.kinds import PatternSeen, UrlconfEntered, UrlResolved, UrlUnresolved
from reqtrace.hub.arrival import Arrival
from reqtrace.trace.feed import Feed
from reqtrace.trace.store import TraceStore
from reqtrace.trace.url_sightings import MAX_ROUNDS, SightingsRecord


def resolved(*tried: tuple[int, ...], matched: tuple[int, ...]) -> UrlResolved:
    names = {"route": "", "view_name": "", "namespaces": (), "arguments": ()}
    return UrlResolved(time=1, request=1, thread=1, tried=tried, matched=matched, **names)  # type: ignore[arg-type]


def unresolved(tried: Iterable[tuple[int, ...]]) -> UrlUnresolved:
    return UrlUnresolved(time=1, request=1, thread=1, tried=tuple(tried), error="Resolver404")


def test_patterns_tried_and_matched_are_remembered() -> None:
    """In the order of the URLconf, each once; those that matched are counted."""
    record = SightingsRecord()
    record.take(resolved((1,), (2, 3), matched=(2, 4)))
    record.take(resolved((1,), (2, 3), matched=(2, 4)))
    record.take(unresolved([(1,), (2, 3), (2, 4), (5,)]))
    found = record.sightings({})
    assert found.paths == ((1,), (2, 3), (2, 4), (5,))
    assert found.matched == {(2, 4): 2}


def test_the_urlconf_of_each_request_is_remembered() -> None:
    """A middleware may have given it another one, while others are under way."""
    record = SightingsRecord()
    for request, urlconf in ((1, "site.urls"), (2, "shop.urls")):
        record.take(UrlconfEntered(time=1, request=request, thread=1, urlconf=urlconf, source="ROOT_URLCONF"))
    record.take(replace(resolved((1,), matched=(2, 4)), request=2))
    record.take(unresolved([(7,), (8, 3)]))
    found = record.sightings({})
    assert found.urlconfs == ("site.urls", "shop.urls")
    assert found.roots == {1: "shop.urls", 2: "shop.urls", 7: "site.urls", 8: "site.urls"}


def test_what_is_remembered_is_bounded() -> None:
    """Requests that each try something else are looked through only so often; what matched is counted all the same."""
    record = SightingsRecord()
    for number in range(MAX_ROUNDS + 50):
        record.take(resolved((number,), matched=(100_000 + number,)))
    found = record.sightings({})
    assert len(found.paths) == 2 * MAX_ROUNDS + 50
    assert len(found.matched) == MAX_ROUNDS + 50


def test_the_store_tells_of_every_process() -> None:
    """With the patterns by which to read the numbers."""
    store = TraceStore(keep=1)
    feed = Feed(store)
    for process, name in enumerate(("detail", "not_found_404"), 1):
        for number, line in SCENARIOS[name].arrivals(process):
            feed.take(Arrival(number, line))
    first, second = store.url_sightings()
    assert sum(first.matched.values()) == 1
    assert not second.matched
    assert second.paths
    for sightings in (first, second):
        assert {number for path in sightings.paths for number in path} <= set(sightings.patterns)
        assert all(isinstance(pattern, PatternSeen) for pattern in sightings.patterns.values())
