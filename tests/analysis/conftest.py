"""What is said about a request, as ids."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scenarios import Scenario

from reqtrace.analysis.explain import Narration, narrate
from reqtrace.trace.model import RequestTrace, StopSort


class Told:
    """A trace and what is said about each of its stops."""

    def __init__(self, trace: RequestTrace) -> None:
        self.trace = trace
        self.narrations = [narrate(trace, stop) for stop in trace.stops]

    def at(self, sort: StopSort, layer: str = "") -> Narration:
        """The first stop of a sort, of that layer if one is named."""
        for stop, narration in zip(self.trace.stops, self.narrations, strict=True):
            name = self.trace.passes[stop.layer].layer.name if stop.layer is not None else ""
            if stop.sort is sort and layer in ("", name):
                return narration
        raise AssertionError(f"no {sort} {layer}")


def told(scenario: Scenario, *, is_alive: bool = True) -> Told:
    return Told(scenario.trace(is_alive=is_alive))


@pytest.fixture(name="told")
def told_fixture() -> Callable[..., Told]:
    """``told(scenario).at(sort, layer)``"""
    return told
