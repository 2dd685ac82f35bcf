"""The lab: sends requests through a project's handler as it is, and through handlers with other lists of layers.

It has a process and a hub of its own, so that the running site, its requests and its recording are never touched.
This is the one part of ``analysis`` that owns a process; what it hands out is frozen data (``experiments``).
"""

from __future__ import annotations

import base64
import os
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from reqtrace.analysis.experiments import Attempt, Experiment, LabFacts, Remark, RemarkId, outcome_of
from reqtrace.errors import ProjectError, UsageError
from reqtrace.events.wire import LEVELS
from reqtrace.hub.hub import Hub
from reqtrace.hub.lab import LabProcess
from reqtrace.hub.preflight import explain_failure
from reqtrace.hub.project import Project
from reqtrace.hub.visit import Visit, describe_visit
from reqtrace.trace.feed import Feed
from reqtrace.trace.model import RequestKey, RequestState, RequestTrace
from reqtrace.trace.store import TraceStore

__all__ = ["Lab", "NeedsConsent"]

KEPT_TRACES = 100
BATCH = 1_000
TRACE_TIMEOUT = 2.0
"""Seconds the trace of an answered request may be late."""
REMARKS = {remark.key: remark for remark in RemarkId}


class NeedsConsent(UsageError):
    """A person must agree first: the method is unsafe, or a database cannot take back what is written."""

    def __init__(self, visit: Visit, remarks: Sequence[Remark]) -> None:
        self.method = visit.method if visit.is_unsafe else ""
        self.remarks = tuple(remarks)
        reasons = [f"{self.method} is meant to change something"] if self.method else []
        for remark in remarks:
            values = dict(remark.values)
            reasons.append(f"the database {values['alias']} cannot be rolled back ({values['cause']})")
        self.question = f"{', and '.join(reasons)}."
        super().__init__(
            f"Nothing was sent: {self.question}",
            hint="The lab keeps what it can from having effects. To send it all the same, add --yes.",
        )


class Lab:
    """One project's lab; may be used from any thread, one experiment at a time.

    ::

        with Lab(discover("path/to/project")) as lab:          # start() and close()
            layers = lab.facts.middleware
            changed = apply_changes(layers, [Change(kind=ChangeKind.OFF, layer="Session")])
            experiment = lab.run(Visit(method="GET", url="/"), changed)
    """

    def __init__(
        self,
        project: Project,
        *,
        environ: Mapping[str, str] = os.environ,
        timeout: float = 60.0,
        level: str = LEVELS[0],
    ) -> None:
        """``timeout`` in seconds is for each question; ``level`` is how much the traces tell."""
        self.project = project
        self._environ = dict(environ)
        self._timeout = timeout
        self._level = level
        self._lock = threading.RLock()
        self._is_closed = True
        self._hub: Hub | None = None
        self._process: LabProcess | None = None
        self._store = TraceStore(KEPT_TRACES)
        self._feed = Feed(self._store)
        self._facts: LabFacts | None = None
        self._baseline: tuple[Visit, Attempt, frozenset[str]] | None = None
        """The request that was sent last through the original list, and what came of it."""

    def __enter__(self) -> Lab:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.pid is not None

    @property
    def facts(self) -> LabFacts:
        """What ``start`` found. Raises ``ProjectError`` if it has not been started."""
        if self._facts is None:
            raise ProjectError(f"The lab of {self.project.name} has not been started.")
        return self._facts

    def start(self) -> LabFacts:
        """Bring the project up in the lab's process; at once if it is up already. Raises ``ProjectError``."""
        self._is_closed = False
        return self._ensure_started()

    def _ensure_started(self) -> LabFacts:
        with self._lock:
            if self._is_closed:
                raise ProjectError(f"The lab of {self.project.name} is closed.")
            if not self.is_running:
                self._close_parts()
                self.project.check_obstacle()
                try:
                    self._facts = self._start()
                except BaseException:
                    self._close_parts()
                    raise
            return self.facts

    def close(self) -> None:
        """End the process, also while an experiment runs in another thread, whose ``run`` then raises."""
        self._is_closed = True
        process = self._process
        if process is not None:
            process.close()
        with self._lock:
            self._close_parts()

    def run(self, visit: Visit, middleware: Sequence[str], *, has_consent: bool = False) -> Experiment:
        """Send the request through the original list and through this one.

        What came of the original is kept for further experiments with the same request. Raises ``NeedsConsent`` if a
        person must agree first, ``UsageError`` for what cannot be asked of the project, ``ProjectError`` if it does
        not start or gives no answer in time; the lab starts anew with the next call.
        """
        with self._lock:
            original, volatile = self.baseline(visit, has_consent=has_consent)
            changed = self.attempt(visit, middleware, has_consent=has_consent)
            if self._baseline is None:  # the project was edited meanwhile
                original, volatile = self.baseline(visit, has_consent=has_consent)
            return Experiment(visit=visit, original=original, changed=changed, volatile=volatile)

    def baseline(self, visit: Visit, *, has_consent: bool = False) -> tuple[Attempt, frozenset[str]]:
        """The request through the original list, and the parts of the outcome that differ from time to time.

        It is sent twice to see those, and not again while the same request is asked for.
        """
        with self._lock:
            if self._baseline is None or self._baseline[0] != visit:
                first = self.attempt(visit, has_consent=has_consent)
                second = self.attempt(visit, has_consent=has_consent)
                before, after = outcome_of(first).parts(), outcome_of(second).parts()
                names = dict.fromkeys((*before, *after))
                volatile = frozenset(name for name in names if before.get(name) != after.get(name))
                self._baseline = (visit, second, volatile)
            self._check_consent([visit], self._ensure_started(), has_consent)
            return self._baseline[1:]

    def attempt(self, visit: Visit, middleware: Sequence[str] | None = None, *, has_consent: bool = False) -> Attempt:
        """Send the request once, through the original list if no other is given."""
        return self.attempts([visit], middleware, has_consent=has_consent)[-1]

    def attempts(
        self,
        visits: Sequence[Visit],
        middleware: Sequence[str] | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
        visitors: Sequence[str] = (),
        has_consent: bool = False,
    ) -> tuple[Attempt, ...]:
        """Send several requests, one after the other, in one isolated world: each finds what those before it left.

        ``settings`` replace those of the project meanwhile. Requests with the same name in ``visitors`` keep their
        cookies for each other.
        """
        with self._lock:
            self._check_consent(visits, self._ensure_started(), has_consent)
            answer, output = self._ask(
                {
                    "visits": [describe_visit(visit) for visit in visits],
                    "visitors": list(visitors),
                    "middleware": list(middleware) if middleware is not None else None,
                    "settings": dict(settings or {}),
                }
            )
            check_refused(answer)
            layers = tuple(middleware if middleware is not None else self.facts.middleware)
            if (failure := explain_failure(answer.get("failure"), answer, self.project)) is not None:
                return (failed_attempt(layers, failure.message, read_remarks(answer), output),)
            return tuple(self._read_attempt(each, layers, read_remarks(answer), output) for each in answer["answers"])

    # --- within ------------------------------------------------------------------------------------------------

    def _start(self) -> LabFacts:
        self._baseline = None
        self._hub = hub = Hub()
        hub.set_level(self._level)
        hub.start()
        self._store = TraceStore(KEPT_TRACES)
        self._feed = Feed(self._store)
        environ = {**self._environ, **hub.environment()}
        self._process = process = LabProcess(self.project, environ=environ, timeout=self._timeout)
        answer = process.start({"prepare": self.project.prepare})
        if (failure := explain_failure(answer.get("failure"), answer, self.project)) is not None:
            raise failure
        check_refused(answer)
        unbuilt = explain_failure(answer["unbuilt"], answer, self.project)
        return LabFacts(
            python=answer["python"],
            django=answer["django"],
            middleware=tuple(answer["middleware"]),
            remarks=read_remarks(answer),
            failure="" if unbuilt is None else unbuilt.message,
        )

    def _ask(self, question: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
        """The answer, and what was printed; if the project was edited meanwhile, it is brought up anew first."""
        assert self._process is not None
        answer = self._process.ask(question)
        if answer.get("is_stale"):
            self._close_parts()
            self._ensure_started()
            answer = self._process.ask(question)
        return answer, self._process.take_output()

    def _close_parts(self) -> None:
        process, self._process = self._process, None
        hub, self._hub = self._hub, None
        if process is not None:
            process.close()
        if hub is not None:
            hub.close()

    def _check_consent(self, visits: Sequence[Visit], facts: LabFacts, has_consent: bool) -> None:
        unsafe = next((visit for visit in visits if visit.is_unsafe), visits[0])
        if not has_consent and (unsafe.is_unsafe or facts.reasons_to_ask):
            raise NeedsConsent(unsafe, facts.reasons_to_ask)

    def _read_attempt(
        self, answer: Mapping[str, Any], layers: tuple[str, ...], remarks: tuple[Remark, ...], output: str
    ) -> Attempt:
        return Attempt(
            middleware=layers,
            trace=self._await_trace(answer["request"]),
            status=answer["status"],
            headers=tuple((name, value) for name, value in answer["headers"]),
            size=answer["size"],
            digest=answer["digest"],
            escaped=answer["escaped"],
            failure="",
            remarks=remarks,
            output=output,
            body=base64.b64decode(answer["body"]),
        )

    def _await_trace(self, number: int) -> RequestTrace | None:
        """The trace of a request of the lab's process, once all of it has arrived."""
        hub, process = self._hub, self._process
        if not number or hub is None or process is None:
            return None
        deadline = time.monotonic() + TRACE_TIMEOUT
        while True:
            for arrival in hub.drain(BATCH):
                self._feed.take(arrival)
            trace = self._find_trace(process.pid, number)
            if trace is not None and trace.summary.state is not RequestState.OPEN:
                return trace
            if not hub.wait(max(deadline - time.monotonic(), 0.0)):
                return trace

    def _find_trace(self, pid: int | None, number: int) -> RequestTrace | None:
        process = next((one.number for one in self._store.processes() if one.pid == pid), None)
        return None if process is None else self._store.trace(RequestKey(process, number))


def check_refused(answer: Mapping[str, Any]) -> None:
    """Raises what cannot be done in this project."""
    refused: Mapping[str, Any] | None = answer.get("refused")
    if refused is not None:
        kind = ProjectError if refused["is_project_fault"] else UsageError
        raise kind(refused["message"], hint=refused["hint"])


def failed_attempt(layers: tuple[str, ...], failure: str, remarks: tuple[Remark, ...], output: str) -> Attempt:
    return Attempt(
        middleware=layers,
        trace=None,
        status=0,
        headers=(),
        size=0,
        digest="",
        escaped="",
        failure=failure,
        remarks=remarks,
        output=output,
    )


def read_remarks(answer: Mapping[str, Any]) -> tuple[Remark, ...]:
    """What was said, each thing once; what this version does not know is passed over."""
    remarks = (
        Remark(id=REMARKS[key], values=tuple(sorted((name, str(value)) for name, value in values.items())))
        for key, values in answer.get("remarks", ())
        if key in REMARKS
    )
    return tuple(dict.fromkeys(remarks))
