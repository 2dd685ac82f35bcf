"""A hop between thread and event loop is laid at the layer that made it necessary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from django_acts import hop
from django_model import AUTH, SECURITY, SESSION, Journey, Middleware
from scenarios import HEADER, SCENARIOS, Scenario, make

from reqtrace.events.kinds import Event, LayerLoaded, ThreadHopped
from reqtrace.trace.chains import ProcessRecord
from reqtrace.trace.fold import fold
from reqtrace.trace.hops import cost_of
from reqtrace.trace.model import RequestTrace

CHAIN = (SECURITY, SESSION, AUTH)


def with_modes(scenario: Scenario, *is_async: bool) -> RequestTrace:
    """The scenario, its layers loaded in these modes."""

    def in_mode(event: Event) -> Event:
        return replace(event, is_async=is_async[event.layer]) if isinstance(event, LayerLoaded) else event

    process = ProcessRecord(1, HEADER)
    for event in scenario.loading:
        process.take(in_mode(event))
    return fold(scenario.request, process.facts())


class Adapting(Journey):
    """A journey whose handler hops before it calls some of the layers."""

    into: Sequence[tuple[int, str]] = ()

    def layer(self, index: int) -> int | None:
        direction = dict(self.into).get(index)
        if direction is None:
            return super().layer(index)
        with hop(self, direction, "django.core.handlers.exception.inner"):
            return super().layer(index)


def journey_hopping_into(
    monkeypatch: pytest.MonkeyPatch, chain: Sequence[Middleware], *into: tuple[int, str], handler: str
) -> Scenario:
    monkeypatch.setattr(Adapting, "into", into)
    monkeypatch.setattr("scenarios.Journey", Adapting)
    return make("hopping", chain, handler=handler)


def layers_of(trace: RequestTrace, *, is_hook: bool) -> list[int | None]:
    return [one.layer for one in trace.hops if one.is_hook is is_hook]


def test_a_sync_layer_under_asgi_is_the_cause_of_the_way_in_and_of_the_way_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The layers around it run in its mode: they cost nothing."""
    scenario = journey_hopping_into(
        monkeypatch, CHAIN, (0, "sync_to_async"), (2, "async_to_sync"), handler="ASGIHandler"
    )
    trace = with_modes(scenario, False, False, True)
    assert layers_of(trace, is_hook=False) == [1, 1]


def test_an_async_layer_under_wsgi_is_the_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with the modes the other way round."""
    scenario = journey_hopping_into(
        monkeypatch, CHAIN, (1, "async_to_sync"), (2, "sync_to_async"), handler="WSGIHandler"
    )
    trace = with_modes(scenario, False, True, False)
    assert layers_of(trace, is_hook=False) == [1, 1]


def hopping_by_itself(journey: Journey) -> None:
    """As ``convert_exception_to_response`` does around an asynchronous layer."""
    with hop(journey, "sync_to_async", "django.core.handlers.exception.response_for_exception"):
        pass


@pytest.mark.parametrize(
    ("handler", "modes", "cause"),
    [("WSGIHandler", (True, True, False), 1), ("WSGIHandler", (True, False, True), 0), ("ASGIHandler", (True,) * 3, 0)],
)
def test_a_hop_in_a_layer_is_because_of_what_gave_it_its_mode(
    handler: str, modes: tuple[bool, ...], cause: int
) -> None:
    """An async-only layer makes those around it asynchronous; what they hop for then is its doing."""
    scenario = make("hop", CHAIN, {"SecurityMiddleware.process_request": hopping_by_itself}, handler=handler)
    assert layers_of(with_modes(scenario, *modes), is_hook=False) == [cause]


def test_hops_for_hooks_belong_to_their_layers() -> None:
    """``MiddlewareMixin.__acall__`` runs each hook in a thread; the view's own hop belongs to no layer."""
    trace = with_modes(SCENARIOS["asgi"], *[True] * 7)
    hooks = layers_of(trace, is_hook=True)
    assert sorted(hooks, key=str) == [0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 5, 5, 6]
    assert layers_of(trace, is_hook=False) == [None]


def test_only_the_project_s_hops_are_stops(trace_of: Callable[..., RequestTrace]) -> None:
    """Those of Django's machinery would be two a middleware."""
    trace = trace_of(SCENARIOS["asgi"])
    assert [stop.depth for stop in trace.stops if stop.sort.value == "hop"] == [1]
    assert len(trace.hops) == 14


@pytest.mark.parametrize(
    ("wait", "ran", "cost"),
    [(70, 100, 30), (70, -1, 70), (-1, -1, 0), (0, 500, 0)],
    ids=["measured", "only the wait", "nothing", "clock ran backwards"],
)
def test_what_a_hop_costs(wait: int, ran: int, cost: int) -> None:
    """Everything but what ran on the other side; as much of it as is known."""
    told = ThreadHopped(
        time=0, request=1, thread=1, direction="sync_to_async", target="f", wait=wait, ran=ran, duration=130
    )
    assert cost_of(told) == cost
