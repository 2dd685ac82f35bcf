"""Runs labels of Django's tests in a child process, bare or traced, and reads its report."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django_suite.listener import Listener
from django_suite.source import Checkout

INSIDE = Path(__file__).resolve().parent / "inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one test."""

    verdict: str
    """``passed``, ``failed``, ``skipped``, ``failed as expected``, or ``began`` if it never ended."""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of some labels."""

    outcomes: Mapping[str, Outcome]
    """By the id of the test."""
    seconds: float
    exit_code: int
    log: str
    events: int = 0
    dropped: int = 0
    complaints: Sequence[str] = field(default_factory=tuple)

    @property
    def failures(self) -> int:
        return sum(outcome.verdict in ("failed", "began") for outcome in self.outcomes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Django's tests, and how they are to be run."""

    checkout: Checkout
    level: str = "path"
    timeout: float = 1800.0

    def bare(self, labels: Sequence[str]) -> Run:
        return self._run(labels, {"PYTHONPATH": str(INSIDE)}, None)

    def traced(self, labels: Sequence[str]) -> Run:
        with Listener(level=self.level) as listener:
            variables = listener.hub.environment()
            bootstrap = variables["PYTHONPATH"].split(os.pathsep)[0]
            variables["PYTHONPATH"] = os.pathsep.join((bootstrap, str(INSIDE)))
            run = self._run(labels, variables, listener)
        return Run(
            outcomes=run.outcomes,
            seconds=run.seconds,
            exit_code=run.exit_code,
            log=run.log,
            events=listener.events,
            dropped=listener.dropped,
            complaints=tuple(listener.complaints),
        )

    def _run(self, labels: Sequence[str], variables: Mapping[str, str], listener: Listener | None) -> Run:
        command = [str(self.checkout.interpreter), "runtests.py", "--settings=suite_settings", "--parallel=1"]
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="django-suite-") as directory:
            report, log = Path(directory, "report"), Path(directory, "log")
            environment = clean_environment() | variables | {"SUITE_REPORT": str(report)}
            with log.open("wb") as output:
                child = subprocess.Popen(
                    [*command, "--noinput", *labels],
                    cwd=self.checkout.tests,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
                exit_code = wait_for(child, self.timeout)
            outcomes = read_report(report.read_text(encoding="utf-8") if report.exists() else "")
            text = log.read_text(encoding="utf-8", errors="replace")
        return Run(outcomes=outcomes, seconds=time.monotonic() - begun, exit_code=exit_code, log=text)


def clean_environment() -> dict[str, str]:
    """Ours, without what would change how the tests run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REQTRACE_")}
    for name in ("PYTHONPATH", "DJANGO_SETTINGS_MODULE", "PYTHONWARNINGS"):
        kept.pop(name, None)
    return kept


def wait_for(child: subprocess.Popen[bytes], timeout: float) -> int:
    """The exit code; a child that takes too long is ended with all it started."""
    try:
        return child.wait(timeout)
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL
    finally:
        # What a test forgot, too.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def read_report(report: str) -> dict[str, Outcome]:
    """The last word on each test; a failure (of one of its subtests, or in its clean-up) is never taken back."""
    outcomes: dict[str, Outcome] = {}
    for line in report.splitlines():
        test, verdict, detail = json.loads(line)
        known = outcomes.get(test)
        if known is None or known.verdict != "failed":
            outcomes[test] = Outcome(verdict=verdict, detail=detail)
    return outcomes
