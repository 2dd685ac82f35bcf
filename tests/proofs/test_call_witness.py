"""An independent witness, which sees calls by the interpreter's own means, agrees with what reqtrace tells."""

from __future__ import annotations

import json
import os
import pprint
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from agent.test_fidelity import PATHS, STACKS

from reqtrace.events.kinds import HOOKS, Event, HookEntered, LayerEntered, LayerLoaded, RequestStarted, ViewEntered

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parent
SITE = HERE.parent / "agent"
SAMPLE = HERE.parents[1] / "sample_site"
TOUR = HERE.parent / "sample_site" / "walk_the_tour.py"
DEADLINE = 120

AWKWARD_PATHS = {
    *("/", "/template-response/", "/broken-template/", "/raises/", "/missing/", "/none/", "/nowhere/"),
    *("/stream/", "/async/", "/other/", "/en/hello/", "/inner/"),
}
REQUESTS = [request for request in PATHS if request[1] in AWKWARD_PATHS]

Call = tuple[str, int, str]
"""File, first line, name."""
LAYER = ("", 0, "layer")
"""The code of a layer around ``get_response``. A class may inherit it, and then reqtrace tells where the class is."""


@dataclass
class Account:
    """What a program printed, and what the witness saw, with who called."""

    printed: Any
    calls: list[list[Any]]

    @property
    def places(self) -> list[Any]:
        """The calls without who called, which is reqtrace where it is there."""
        return [call[:3] for call in self.calls]


class Witnessed:
    """A program that runs while the witness watches the functions of ``folder``."""

    def __init__(self, out: Path, folder: Path, program: Path, *arguments: str, environment: dict[str, str]) -> None:
        self._out = out
        # Files, not pipes: nobody reads while the program runs.
        self._printed = out.with_suffix(".printed").open("w+", encoding="utf-8")
        self._errors = out.with_suffix(".errors").open("w+", encoding="utf-8")
        command = [sys.executable, str(HERE / "call_witness.py"), str(out), str(folder), str(program), *arguments]
        self._child = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=self._printed, stderr=self._errors, cwd=folder
        )

    @property
    def is_over(self) -> bool:
        return self._child.poll() is not None

    def account(self) -> Account:
        self._errors.seek(0)
        assert self._child.wait(DEADLINE) == 0, self._errors.read()
        self._printed.seek(0)
        return Account(json.load(self._printed), json.loads(self._out.read_text()))

    def close(self) -> None:
        self._child.kill()
        self._child.wait()
        self._printed.close()
        self._errors.close()


@pytest.fixture
def testify(tmp_path: Path, watch: Any) -> Iterator[Callable[..., list[Account]]]:
    """``testify(folder, program, arguments, environments)``: the same program in several environments at once."""
    running: list[Witnessed] = []

    def run(folder: Path, program: Path, arguments: list[str], environments: list[dict[str, str]]) -> list[Account]:
        watch.events.clear()
        earlier = len(watch.store.processes())
        for number, environment in enumerate(environments):
            out = tmp_path / f"{number}.json"
            running.append(Witnessed(out, folder, program, *arguments, environment=environment))

        def all_told() -> bool:
            processes = watch.store.processes()[earlier:]
            return all(one.is_over for one in running) and bool(processes) and not processes[0].is_alive

        watch.until(all_told, "the end of the programs", DEADLINE)
        return [one.account() for one in running]

    yield run
    for one in running:
        one.close()


def django_calls(calls: list[list[Any]], views: list[list[Any]], skipped: set[str]) -> list[Call]:
    """The calls that Django makes: middleware, hooks, views. A hook that ``super()`` calls is called by the project."""
    views_of = {(name, line) for name, line in views}
    seen = []
    for file, line, name, caller in calls:
        last = name.rpartition(".")[2]
        is_hook = last in HOOKS and caller != last
        is_layer = last == "__call__" or name.endswith((".<locals>.middleware", ".<locals>.inner"))
        if (is_hook or is_layer or (name, line) in views_of) and name not in skipped:
            seen.append(LAYER if is_layer else (file, line, last))
    return seen


def told_calls(events: list[Event], project: Path) -> list[Call]:
    """The same as reqtrace tells it, from the events of all requests of a process in the order of time."""
    layers: dict[tuple[int, int], LayerLoaded] = {}
    chains: dict[int, int] = {}
    for event in events:
        if isinstance(event, LayerLoaded):
            layers[event.chain, event.layer] = event
        elif isinstance(event, RequestStarted):
            chains[event.request] = event.chain
    told: list[Call] = []
    for event in sorted(events, key=lambda event: event.time):
        match event:
            case LayerEntered(layer=number, request=request) if number >= 0:
                layer = layers[chains[request], number]
                if not layer.is_mixin_call and layer.file.startswith(str(project)):
                    told.append(LAYER)
            case HookEntered(layer=number, request=request, hook=hook):
                source = next(one for one in layers[chains[request], number].hooks if one.hook == HOOKS[hook])
                if source.file.startswith(str(project)):
                    told.append((os.path.basename(source.file), source.line, source.hook))
            case ViewEntered(sort="function", file=file, line=line, name=name) if file.startswith(str(project)):
                told.append((os.path.basename(file), line, name.rpartition(".")[2]))
    return told


def first_difference(left: list[Any], right: list[Any]) -> Any:
    """Where two long lists part, with what was before; ``None`` if they do not."""
    for place in range(max(len(left), len(right))):
        if left[place : place + 1] != right[place : place + 1]:
            around = slice(max(place - 6, 0), place + 5)
            return {"place": place, "left": left[around], "right": right[around]}
    return None


def clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("REQTRACE_", "PYTHON", "DJANGO"))}


@pytest.mark.parametrize("mode", ["wsgi", "asgi"])
def test_the_awkward_site(mode: str, testify: Any, watch: Any, agent_environment: Any) -> None:
    """Every stack and every path: the same calls traced and untraced, and each told once, in order."""
    spec = json.dumps({"stacks": list(STACKS.values()), "requests": REQUESTS})
    arguments = [mode, str(SITE), spec]
    environments = [clean(), agent_environment(watch.hub)]
    bare, traced = testify(SITE, HERE / "awkward_tour.py", arguments, environments)
    assert traced.printed == bare.printed
    difference = first_difference(traced.places, bare.places)
    assert difference is None, pprint.pformat(difference)
    assert len(bare.calls) > 2_000
    # The first calls, from its own code, what it had kept before Django saw it; the other makes a layer.
    skipped = {"KeepsBoundHook.process_request", "Factory.__call__"}
    seen = django_calls(bare.calls, bare.printed["views"], skipped)
    difference = first_difference(seen, told_calls(watch.events, SITE))
    assert difference is None, pprint.pformat(difference)


def bookshop(database: Path, *search: str) -> dict[str, str]:
    """Variables for a process that runs the sample site."""
    return {
        "BOOKSHOP_DATABASE": str(database),
        "DJANGO_SETTINGS_MODULE": "quick_bookshop",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([*filter(None, search), str(SAMPLE), str(HERE)]),
    }


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bookshop's, with its tables and books."""
    path = tmp_path_factory.mktemp("bookshop") / "db.sqlite3"
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=SAMPLE, env=clean() | bookshop(path), check=True, timeout=DEADLINE)
    return path.read_bytes()


@pytest.mark.parametrize("mode", ["wsgi", "asgi"])
def test_the_tour_of_the_sample_site(
    mode: str, testify: Any, watch: Any, agent_environment: Any, database: bytes, tmp_path: Path
) -> None:
    """Every visit: the same calls traced and untraced, and each hook told once, in order."""
    environments = []
    for environment in (clean(), agent_environment(watch.hub)):
        path = tmp_path / f"{len(environments)}.sqlite3"
        path.write_bytes(database)
        environments.append(environment | bookshop(path, environment.get("PYTHONPATH", "")))
    bare, traced = testify(SAMPLE, TOUR, [mode], environments)
    assert [visit["status"] for visit in traced.printed] == [visit["status"] for visit in bare.printed]
    difference = first_difference(traced.places, bare.places)
    assert difference is None, pprint.pformat(difference)
    seen = django_calls(bare.calls, [], set())
    told = [call for call in told_calls(watch.events, SAMPLE) if call[2] in (*HOOKS, "layer")]
    assert len(seen) > 100
    difference = first_difference(seen, told)
    assert difference is None, pprint.pformat(difference)
