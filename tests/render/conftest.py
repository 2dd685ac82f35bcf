"""Folded traces of the named scenarios, and golden text files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from scenarios import SCENARIOS, Scenario

from reqtrace.trace.fold import fold
from reqtrace.trace.model import RequestTrace

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = "REQTRACE_UPDATE_SNAPSHOTS"


def fold_scenario(scenario: Scenario) -> RequestTrace:
    record = scenario.process()
    connection = next(iter(record.connections.values()), None)
    return fold(scenario.request, record.facts(), connection=connection)


@pytest.fixture(scope="session")
def trace_of() -> Callable[..., RequestTrace]:
    """``trace_of("home")`` is a finished request, ``trace_of("home", 12)`` one after its first 12 events."""
    known: dict[tuple[str, int | None], RequestTrace] = {}

    def trace(name: str, upto: int | None = None) -> RequestTrace:
        if (name, upto) not in known:
            scenario = SCENARIOS[name]
            known[name, upto] = fold_scenario(scenario if upto is None else scenario.upto(upto))
        return known[name, upto]

    return trace


@pytest.fixture(scope="session")
def fold_of() -> Callable[[Scenario], RequestTrace]:
    """Folds a scenario made by the test itself."""
    return fold_scenario


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """``golden(name, text)`` compares with a file; set REQTRACE_UPDATE_SNAPSHOTS=1 to write it, and read the diff."""

    def compare(name: str, text: str) -> None:
        path = SNAPSHOTS / name
        if os.environ.get(UPDATE):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text + "\n", encoding="utf-8")
        assert path.exists(), f"{name} has no snapshot; set {UPDATE}=1 to write it, then read it"
        assert path.read_text(encoding="utf-8") == text + "\n"

    return compare
