"""Traces of real requests: a child with the agent, a hub, and the way from there into a store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scenarios import Scenario

from reqtrace.hub.hub import Hub
from reqtrace.trace.feed import Feed
from reqtrace.trace.model import RequestTrace
from reqtrace.trace.store import TraceStore

PATIENCE = 30.0


class Witnessed:
    """What a child's own middleware say, and what reqtrace saw, by case."""

    def __init__(self, cases: list[dict[str, Any]], store: TraceStore) -> None:
        self.store = store
        self.cases = {f"{case['entry']}-{case['name']}": case for case in cases}
        lines = store.summaries()
        assert len(lines) == len(cases)
        self.traces: dict[str, RequestTrace] = {}
        for name, line in zip(self.cases, lines, strict=True):
            trace = store.trace(line.key)
            assert trace is not None
            self.traces[name] = trace


@pytest.fixture(scope="session")
def witnessed() -> Witnessed:
    """All cases of ``witness_site``, run by a real Django in a child."""
    hub = Hub()
    hub.start()
    try:
        child = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("witness_site.py"))],
            env={**os.environ, **hub.environment()},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        store = TraceStore()
        drain_until_gone(hub, store)
    finally:
        hub.close()
    return Witnessed(json.loads(child.stdout), store)


def drain_until_gone(hub: Hub, store: TraceStore) -> None:
    """Everything the child has to say."""
    feed, deadline = Feed(store), time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for arrival in hub.drain(10_000):
            feed.take(arrival)
        processes = store.processes()
        if processes and not processes[0].is_alive:
            return
        hub.wait(0.1)
    raise AssertionError("the child's last words did not arrive")


@pytest.fixture
def trace_of() -> Callable[..., RequestTrace]:
    """``trace_of(scenario)`` folds it."""
    return Scenario.trace
