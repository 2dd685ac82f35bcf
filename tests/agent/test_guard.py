"""A probe that fails is told once and switched off, and the request goes on."""

from __future__ import annotations

import json
import logging
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reqtrace.agent.guard import Probe, hide_from_warnings, leave_no_frame, where
from reqtrace.events.kinds import AgentWarned, LayerEntered, LayerLeft, RequestFinished, RequestStarted, UrlconfEntered
from reqtrace.hub.hub import Hub

HERE = Path(__file__).resolve().parent


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What probes report."""
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(Probe, "reported", staticmethod(lambda name, reason: told.append((name, reason))))
    return told


def fail(text: str) -> None:
    raise LookupError(text)


def test_the_first_failure_is_told(reports: list[Any], caplog: pytest.LogCaptureFixture) -> None:
    """Once, with type and place; its text stays out, it may hold the application's data."""
    probe = Probe("urls")
    with caplog.at_level(logging.WARNING, "reqtrace"):
        assert probe.attempt(fail, "s3cr3t") is None
        assert probe.attempt(fail, "again") is None
    [(name, reason)] = reports
    assert name == "urls"
    assert reason.startswith(f"LookupError in {__file__}:")
    assert "s3cr3t" not in caplog.text
    assert [record.getMessage() for record in caplog.records] == [f"probe urls switched off: {reason}"]


def test_a_probe_that_is_off_does_nothing(reports: list[Any]) -> None:
    """Its actions are not even tried; another probe goes on."""
    probe, other = Probe("urls"), Probe("views")
    probe.attempt(fail, "")
    done: list[int] = []
    assert probe.attempt(done.append, 1) is None
    assert other.attempt(len, "four") == 4
    assert done == []


def test_what_is_no_error_passes(reports: list[Any]) -> None:
    """``KeyboardInterrupt`` and the like are nobody's failure."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    probe = Probe("urls")
    with pytest.raises(KeyboardInterrupt):
        probe.attempt(interrupt)
    assert probe.is_on
    assert reports == []


def test_where_an_error_was_raised() -> None:
    """The innermost line; an error that was never raised has none."""
    assert where(ValueError()) == "unknown place"
    with pytest.raises(LookupError) as raised:
        fail("")
    line = fail.__code__.co_firstlineno + 1
    assert where(raised.value) == f"{__file__}:{line}"


def test_a_wrapper_leaves_no_frame() -> None:
    """The traceback reads as if the wrapper were not there, through any number of them."""

    def wrap(function: Callable[[], None]) -> Callable[[], None]:
        def wrapper() -> None:
            try:
                function()
            except BaseException as error:
                leave_no_frame(error)
                raise

        return wrapper

    def view() -> None:
        fail("")

    try:
        wrap(wrap(view))()
    except LookupError as error:
        names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert names == ["test_a_wrapper_leaves_no_frame", "view", "fail"]


def test_a_warning_about_the_caller_passes_over_a_wrapper() -> None:
    """``stacklevel=2`` names the line that called the wrapper."""

    def old() -> None:
        warnings.warn("old", DeprecationWarning, stacklevel=2)

    @hide_from_warnings
    def wrapper() -> None:
        old()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        wrapper()
    assert caught[0].filename == __file__


# --- in a real request -------------------------------------------------------------------------------------------

SITE = ["AllHooks", "NewStyle", "AsyncHooks", "closure", "django.contrib.sessions.middleware.SessionMiddleware"]
PATHS = [["GET", f"/{path}/"] for path in ("things/5", "page", "raises", "stream", "sql", "uses", "detours")]

BROKEN = {
    "chain": "reqtrace.agent.probes.chain.tell_layer",
    "wsgi": "reqtrace.agent.probes.wsgi.begin",
    "asgi": "reqtrace.agent.probes.asgi.tell_message",
    "responses": "reqtrace.agent.probes.responses.hand_over",
    "changes": "reqtrace.agent.changes.meet_request",
    "layers": "reqtrace.agent.probes.layers.tell_entry",
    "hooks": "reqtrace.agent.probes.hooks.tell_left",
    "urls": "reqtrace.agent.probes.urls.tell_match",
    "views": "reqtrace.agent.probes.views.describe_view",
    "exceptions": "reqtrace.agent.probes.exceptions.tell_conversion",
    "database": "reqtrace.agent.probes.database.project_line",
    "templates": "reqtrace.agent.probes.templates.plain_text",
    "context_processors": "reqtrace.agent.probes.context_processors.processor_names",
    "decorators": "reqtrace.agent.probes.decorator_hooks.tell_entry",
    "hops": "reqtrace.agent.probes.hops.callable_name",
    "lookups": "reqtrace.agent.probes.lookups.caller",
    "transactions": "reqtrace.agent.probes.transactions.tell",
    "outgoing": "reqtrace.agent.probes.outgoing.address_of",
    "mail": "reqtrace.agent.probes.mail.facts_of",
    "caches": "reqtrace.agent.probes.caches.count_hits",
    "streams": "reqtrace.agent.probes.streams.tell_body",
    "tags": "reqtrace.agent.probes.tags.tell_entry",
    "calls": "reqtrace.agent.probes.calls.tell_entry",
    "signals": "reqtrace.agent.probes.signals.note_receivers",
    "logs": "reqtrace.agent.probes.logs.message_of",
    "link": "reqtrace.agent.collector.Collector._take_log",
}
"""For each probe, a function of its own that is made to fail."""
ASYNC_ONLY = {"asgi", "layers", "hooks", "hops"}
"""Probes whose functions are called under ASGI only (or, under WSGI, are written out in the hot path)."""
DEEP_ONLY = {"calls", "tags", "signals", "logs"}
"""Probes of the level ``deep``."""


@pytest.fixture
def visit_broken(run_child: Callable[..., Any]) -> Callable[..., Any]:
    """Visit the awkward site while one function of the agent fails."""

    def run(target: str, mode: str, *, traced: bool = True, **more: str) -> Any:
        requests = [[*path, "", {}] for path in PATHS]
        names = [name if "." in name else f"awkward.{name}" for name in SITE]
        spec = {"middleware": names, "requests": requests, "mode": mode, "settings": {}, **more}
        program = str(HERE / "broken_site.py")
        environment = {"BROKEN": target, "REQTRACE_CALLS": "1"}
        return run_child(program, json.dumps(spec), traced=traced, environment=environment)

    return run


@pytest.fixture(scope="module")
def bare_outcomes() -> dict[str, Any]:
    """What the site does untraced, by mode; filled by the first test that asks."""
    return {}


def without_our_warning(outcome: dict[str, Any]) -> dict[str, Any]:
    records = [record for record in outcome["records"] if record[0] != "reqtrace"]
    return {**outcome, "records": records}


@pytest.mark.slow
@pytest.mark.parametrize("probe", BROKEN)
def test_the_site_does_not_notice_a_broken_probe(
    visit_broken: Callable[..., Any], bare_outcomes: dict[str, Any], hub: Hub, probe: str
) -> None:
    """Status, headers, body, order, log records as untraced; the failure is told once, in the log and in the trace."""
    mode = "asgi" if probe in ASYNC_ONLY else "wsgi"
    if mode not in bare_outcomes:
        bare_outcomes[mode] = visit_broken("", mode, traced=False).outcome
    hub.set_level("deep" if probe in DEEP_ONLY else "path")
    # The sender fails in its own thread, in its own time.
    extra = {"await_record_of": "reqtrace"} if probe == "link" else {}
    traced = visit_broken(BROKEN[probe], mode, **extra)
    assert without_our_warning(traced.outcome) == bare_outcomes[mode]
    told = [record for record in traced.outcome["records"] if record[0] == "reqtrace"]
    assert len(told) == 1
    assert told[0][2].startswith(f"probe {probe} switched off: Broken in ")
    if probe != "link":
        [warned] = traced.of(AgentWarned)
        assert (warned.probe, warned.message.split()[0]) == (probe, "Broken")
        assert len(traced.of(RequestStarted)) == len(traced.of(RequestFinished)) == len(PATHS)


@pytest.mark.slow
def test_the_other_probes_go_on(visit_broken: Callable[..., Any]) -> None:
    """Only what the broken one observes is missing."""
    seen = visit_broken(BROKEN["urls"], "wsgi")
    assert len(seen.of(UrlconfEntered)) == 1
    for request in range(1, len(PATHS) + 1):
        assert len(seen.of(LayerEntered, request=request)) == len(SITE) + 1
        assert len(seen.of(LayerLeft, request=request)) == len(SITE) + 1
