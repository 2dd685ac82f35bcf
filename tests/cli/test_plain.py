"""Without a screen a person reads what became of the site in lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from scenarios import SCENARIOS

from reqtrace.cli.plain import PlainViewer
from reqtrace.events.kinds import LayerFailed, LayerLoaded
from reqtrace.hub.arrival import HUB, Arrival, SitePhase, SiteState, state_record


class Lines:
    """A source that has come to its end."""

    def __init__(self, arrivals: Sequence[Arrival]) -> None:
        self._arrivals = list(arrivals)

    @property
    def is_over(self) -> bool:
        return not self._arrivals

    def drain(self, limit: int) -> list[Arrival]:
        drained, self._arrivals = self._arrivals[:limit], self._arrivals[limit:]
        return drained

    def wait(self, timeout: float) -> bool:
        return True


def told(state: SiteState, capsys: pytest.CaptureFixture[str], *before: Arrival) -> str:
    PlainViewer().show(Lines([*before, Arrival(HUB, state_record(state))]))  # type: ignore[arg-type]
    return capsys.readouterr().err


def failing_to_load() -> list[Arrival]:
    """What a process says whose third layer cannot be imported."""
    scenario = SCENARIOS["detail"]
    loading = []
    for event in scenario.loading:
        if isinstance(event, LayerLoaded) and event.layer == 2:
            values = {"time": event.time, "request": 0, "thread": 1, "chain": event.chain}
            cause = {"path": event.path, "error": "builtins.ImportError", "message": "no such class"}
            loading.append(LayerFailed(**values, layer=2, **cause))  # type: ignore[arg-type]
            break
        loading.append(event)
    broken = replace(scenario, loading=tuple(loading), request=())
    return [Arrival(number, line) for number, line in broken.arrivals(1)]


def test_a_command_can_be_copied_from_what_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A path with a space is quoted as a shell wants it."""
    command = ("/my shop/.venv/bin/python", "manage.py", "runserver")
    assert "'/my shop/.venv/bin/python' manage.py" in told(SiteState(phase=SitePhase.STARTING, command=command), capsys)


def test_an_entry_that_does_not_load_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Django's last words may only be that the application could not be loaded."""
    state = SiteState(phase=SitePhase.BROKEN, command=(), detail="ImproperlyConfigured: could not be loaded")
    text = told(state, capsys, *failing_to_load())
    assert "Entry 3 of MIDDLEWARE, " in text
    assert "does not load: ImportError: no such class. `reqtrace lint`" in text


def test_a_system_check_about_middleware_leads_to_lint(capsys: pytest.CaptureFixture[str]) -> None:
    """admin.E408 says that an entry is missing which a missing comma has spoilt."""
    checks = "ERRORS:\n?: (admin.E408) 'django...AuthenticationMiddleware' must be in MIDDLEWARE"
    assert "`reqtrace lint` says of each entry" in told(SiteState(phase=SitePhase.BROKEN, detail=checks), capsys)


def test_a_site_that_fails_for_another_reason_is_told_nothing_of_middleware(capsys: pytest.CaptureFixture[str]) -> None:
    """Its traceback says it all."""
    state = SiteState(phase=SitePhase.BROKEN, detail="SyntaxError: '(' was never closed")
    assert "lint" not in told(state, capsys)
