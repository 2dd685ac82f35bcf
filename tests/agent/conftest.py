"""Runs small sites in child processes, with and without the agent, and collects what the agent says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from warm_python import WarmPython

from reqtrace.events.kinds import AgentWarned, Event
from reqtrace.events.wire import Decoder, load_record
from reqtrace.hub.hub import Hub

HERE = Path(__file__).resolve().parent
PATIENCE = 60.0


@dataclass
class Observation:
    """What a child printed, and what its agent said."""

    outcome: dict[str, Any]
    events: list[Event] = field(default_factory=list)
    stderr: str = ""

    def of(self, *kinds: type[Event], request: int | None = None) -> list[Any]:
        """The events of these kinds, in order."""
        return [
            event
            for event in self.events
            if (not kinds or isinstance(event, kinds)) and (request is None or event.request == request)
        ]


def decode(hub: Hub, deadline: float = 10.0) -> list[Event]:
    """Every event until each process that said hello has said good-bye."""
    events: list[Event] = []
    decoders: dict[int, Decoder] = {}
    alive: set[int] = set()
    end = time.monotonic() + deadline
    quiet_until = time.monotonic() + 0.3
    while time.monotonic() < end and (alive or time.monotonic() < quiet_until):
        for process, line in hub.drain(1000):
            record = load_record(line)
            if record[0] == "process":
                decoders[record[1]] = Decoder(record[2]["kinds"])
                alive.add(record[1])
            elif record[0] == "bye":
                alive.discard(process)
                quiet_until = time.monotonic()
            elif process in decoders:
                events.extend(decoders[process].decode(record))
        time.sleep(0.005)
    assert not alive, "an agent never said good-bye"
    return events


@pytest.fixture(scope="session")
def warm_python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmPython]:
    """For programs that do not ask how Python starts."""
    warm = WarmPython(tmp_path_factory.mktemp("warm_python"))
    yield warm
    warm.close()


@pytest.fixture
def run_child(hub: Hub, warm_python: WarmPython) -> Callable[..., Observation]:
    """``run_child(command, traced=True)``: run a Python program to its end."""

    def run(*arguments: str, traced: bool = True, environment: dict[str, str] | None = None) -> Observation:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("REQTRACE_")}
        clean.pop("PYTHONPATH", None)
        clean.update(environment or {})
        if traced:
            clean.update(hub.environment())
            clean["PYTHONPATH"] = clean["PYTHONPATH"].split(os.pathsep)[0]
        if warm_python.is_suited(arguments, clean):
            done = warm_python.run(arguments, clean, HERE, PATIENCE)
        else:
            command = [sys.executable, *arguments]
            done = subprocess.run(command, env=clean, capture_output=True, text=True, timeout=PATIENCE, cwd=HERE)
        assert done.returncode == 0, done.stderr
        return Observation(json.loads(done.stdout or "{}"), decode(hub) if traced else [], done.stderr)

    return run


@pytest.fixture
def visit(run_child: Callable[..., Observation]) -> Callable[..., Observation]:
    """``visit(middleware, *requests, mode=…, settings=…, traced=…, idle=…)`` on the awkward site."""

    def run(
        middleware: list[str],
        *requests: Any,
        mode: str = "wsgi",
        traced: bool = True,
        idle: bool = False,
        settings: Any = None,
    ) -> Observation:
        wanted = [([*request, *["GET", "/", "", {}][len(request) :]]) for request in requests]
        spec = {"middleware": middleware, "requests": wanted, "mode": mode, "settings": settings or {}, "idle": idle}
        return run_child(str(HERE / "awkward_site.py"), json.dumps(spec), traced=traced)

    return run


@pytest.fixture
def unnoticed(visit: Callable[..., Observation]) -> Callable[..., Observation]:
    """``unnoticed(*requests, mode=…, settings=…)``: what was told, after the answers were as they are untraced."""

    def run(*requests: Any, **options: Any) -> Observation:
        bare, traced = (visit(["AllHooks"], *requests, traced=traced, **options) for traced in (False, True))
        assert traced.outcome == bare.outcome
        assert traced.of(AgentWarned) == []
        return traced

    return run


@pytest.fixture
def compare(run_child: Callable[..., Observation], hub: Hub) -> Callable[..., Observation]:
    """``compare(program, situation, level="path")``: it traced, after it was compared with the same untraced."""

    def run(program: str, situation: str, level: str = "path") -> Observation:
        hub.set_level(level)
        traced, bare = (run_child(str(HERE / program), situation, traced=traced) for traced in (True, False))
        assert traced.outcome == bare.outcome
        assert traced.stderr == bare.stderr
        assert traced.of(AgentWarned) == []
        return traced

    return run
