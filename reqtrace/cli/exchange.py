"""Sends one request through a project in a child, and returns what the client got with the trace of its path."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from reqtrace.analysis.loading_failure import failed_entry
from reqtrace.errors import ProjectBroken, ProjectError, UsageError
from reqtrace.events.wire import LEVELS
from reqtrace.hub.hub import Hub
from reqtrace.hub.preflight import explain_failure
from reqtrace.hub.program import ProgramAnswer, run_program
from reqtrace.hub.project import Project
from reqtrace.hub.visit import Visit, describe_visit
from reqtrace.render.loading_words import failed_entry_words, failure_advice
from reqtrace.trace.feed import Feed
from reqtrace.trace.model import RequestTrace
from reqtrace.trace.store import TraceStore

__all__ = ["Exchange", "Visit", "exchange"]

BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The request and what came of it."""

    trace: RequestTrace
    status: int
    body: bytes
    size: int
    """Bytes of the whole body, of which ``body`` may be only the beginning."""
    escaped: str
    """Traceback of an exception that left the handler, so that a server would have answered for Django."""
    output: str
    """What the project printed meanwhile."""

    @property
    def is_server_error(self) -> bool:
        return self.status >= 500 or bool(self.escaped)


def exchange(project: Project, visit: Visit, *, timeout: float, level: str = LEVELS[0]) -> Exchange:
    """Send the request. Raises ``ProjectError`` if the project does not start, ``UsageError`` for an unknown user."""
    project.check_obstacle()
    store = TraceStore()
    with listening(store, level) as environment:
        answer = run_program(
            "oneshot",
            project,
            {**describe_visit(visit), "prepare": project.prepare},
            environ={**os.environ, **environment},
            timeout=timeout,
        )
    check_answer(answer, project, store)
    trace = trace_of_visit(store)
    if trace is None:
        raise untraced(answer, project, visit, is_agent_there=bool(store.processes()))
    return Exchange(
        trace=trace,
        status=answer.facts["status"],
        body=base64.b64decode(answer.facts["body"]),
        size=answer.facts["size"],
        escaped=answer.facts["escaped"],
        output=answer.output + answer.facts["escaped"],
    )


def untraced(answer: ProgramAnswer, project: Project, visit: Visit, *, is_agent_there: bool) -> ProjectError:
    """Why there is an answer and no path to show."""
    status = answer.facts["status"]
    if is_agent_there:
        setting = "ASGI_APPLICATION" if visit.is_asgi else "WSGI_APPLICATION"
        return ProjectError(
            f"{visit.url} was answered {status} without Django: no middleware, URLconf or view took part.",
            hint=f"{setting} leads it elsewhere (such as a consumer of Channels); only what Django handles is shown.",
        )
    return ProjectBroken(
        f"{project.name} answered {status}, but nothing of it was traced.",
        hint="reqtrace doctor says whether another package named reqtrace is in the way.",
        output=answer.output,
    )


@contextmanager
def listening(store: TraceStore, level: str) -> Iterator[dict[str, str]]:
    """A hub whose lines are all in the store afterwards; yields the environment a child needs to reach it."""
    hub, feed = Hub(), Feed(store)
    hub.set_level(level)
    hub.start()
    try:
        yield hub.environment()
    finally:
        hub.close()
        while arrivals := hub.drain(BATCH):
            for arrival in arrivals:
                feed.take(arrival)


def check_answer(answer: ProgramAnswer, project: Project, store: TraceStore) -> None:
    """Raises what kept the request from being sent."""
    failure = explain_failure(answer.facts.get("failure"), answer.facts, project)
    if failure is not None:
        raise with_entry(failure, store)
    refused: Mapping[str, Any] | None = answer.facts.get("refused")
    if refused is not None:
        kind = ProjectError if refused["is_project_fault"] else UsageError
        raise kind(refused["message"], hint=refused["hint"])


def with_entry(failure: ProjectError, store: TraceStore) -> ProjectError:
    """The same with the entry of MIDDLEWARE that it comes from, if so: Django's own words may not name it."""
    failed = failed_entry(store.processes())
    if failed is None or not isinstance(failure, ProjectBroken):
        return failure
    return ProjectBroken(failed_entry_words(failed), hint=failure_advice(failed), output=failure.output)


def trace_of_visit(store: TraceStore) -> RequestTrace | None:
    """The trace of the request we sent: the first one that no other request made."""
    traces = [store.trace(summary.key) for summary in store.summaries()]
    outermost = [trace for trace in traces if trace is not None and (trace.started is None or not trace.started.parent)]
    return outermost[0] if outermost else None
