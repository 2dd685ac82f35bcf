"""The probes of ``deep`` are patched in and out while the process runs, and nothing of them is left at ``path``."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from reqtrace.agent.guard import Probe
from reqtrace.agent.levels import DEEP_LEVEL, PATH_LEVEL, Levels
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import Recorder, number_of
from reqtrace.events.kinds import Event, LevelChanged, ResponseClosed, TagEntered
from reqtrace.events.wire import Decoder, load_record
from reqtrace.hub.hub import Hub


def around(word: str) -> Callable[[Any], Any]:
    """A wrapper whose result shows that it was there."""

    def make(original: Any) -> Any:
        def wrapped(*args: Any) -> str:
            return f"{word}({original(*args)})"

        return wrapped

    return make


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module with two functions, and the probe ``shop`` that wraps the first of them."""
    shop = ModuleType("shop")
    shop.first, shop.second = str, str  # type: ignore[attr-defined]
    probe = ModuleType("reqtrace.agent.probes.shop")

    def install(module: ModuleType, patches: Patches) -> None:
        patches.replace(module, "first", around("deep"))

    probe.install = install  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "reqtrace.agent.probes.shop", probe)
    return shop


@pytest.fixture
def teller() -> Recorder:
    return Recorder()


@pytest.fixture
def levels(teller: Recorder) -> Iterator[Levels]:
    levels = Levels(teller)
    yield levels
    levels.forget()


def told(teller: Recorder) -> list[str]:
    """The levels that were told, in order."""
    return [row[4] for row in teller.facts if row[0] == number_of(LevelChanged)]


def test_a_probe_of_deep_is_there_only_at_deep(levels: Levels, shop: ModuleType) -> None:
    """At ``path`` the module has its own functions, the very same ones."""
    levels.found(shop, "shop")
    assert shop.first is str
    for _ in range(2):
        levels.set(DEEP_LEVEL)
        assert shop.first("x") == "deep(x)"
        levels.set(PATH_LEVEL)
        assert shop.first is str


def test_a_module_that_is_imported_at_deep_is_patched_at_once(levels: Levels, shop: ModuleType) -> None:
    """Whatever comes first, the import or the level."""
    levels.set(DEEP_LEVEL)
    levels.found(shop, "shop")
    assert shop.first("x") == "deep(x)"


def test_only_a_change_is_told(levels: Levels, teller: Recorder, shop: ModuleType) -> None:
    """Hubs repeat the level for each process that connects again; patches are not put on twice."""
    levels.found(shop, "shop")
    for level in (PATH_LEVEL, DEEP_LEVEL, DEEP_LEVEL, PATH_LEVEL, PATH_LEVEL, DEEP_LEVEL):
        levels.set(level)
    assert told(teller) == ["deep", "path", "deep"]
    assert shop.first("x") == "deep(x)"


def test_what_another_tool_has_wrapped_since_stays(levels: Levels, shop: ModuleType) -> None:
    """Its wrapper is not torn out with ours, and at the next ``deep`` ours is not put on a second time."""
    levels.found(shop, "shop")
    levels.set(DEEP_LEVEL)
    theirs = around("theirs")(shop.first)
    shop.first = theirs  # type: ignore[attr-defined]
    levels.set(PATH_LEVEL)
    assert shop.first is theirs
    levels.set(DEEP_LEVEL)
    assert shop.first("x") == "theirs(deep(x))"


def test_a_probe_that_cannot_be_installed_is_told(
    levels: Levels, shop: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leaves none of its patches, and the others are installed."""
    reports: list[str] = []
    monkeypatch.setattr(Probe, "reported", staticmethod(lambda name, reason: reports.append(name)))
    broken = ModuleType("reqtrace.agent.probes.broken")

    def install(module: ModuleType, patches: Patches) -> None:
        patches.replace(module, "second", around("broken"))
        raise LookupError

    broken.install = install  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "reqtrace.agent.probes.broken", broken)
    levels.found(shop, "broken")
    levels.found(shop, "shop")
    levels.set(DEEP_LEVEL)
    assert (shop.first("x"), shop.second("x"), reports) == ("deep(x)", "x", ["broken"])


def test_threads_that_switch_at_once_leave_one_state(levels: Levels, shop: ModuleType) -> None:
    """Whoever was last decides, and what it decided is complete."""
    levels.found(shop, "shop")
    barrier = threading.Barrier(4)

    def switch(level: str) -> None:
        barrier.wait()
        for _ in range(200):
            levels.set(level)

    threads = [threading.Thread(target=switch, args=(level,)) for level in (DEEP_LEVEL, PATH_LEVEL) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shop.first("x") == ("deep(x)" if levels.is_deep else "x")
    levels.set(PATH_LEVEL)
    assert shop.first is str


def test_a_level_that_is_none_is_told_and_ignored(
    levels: Levels, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """``REQTRACE_LEVEL`` may come from anywhere."""
    monkeypatch.setenv("REQTRACE_LEVEL", "deeper")
    levels.start_from_environment()
    assert levels.level == "path"
    assert "'deeper'" in caplog.text
    monkeypatch.setenv("REQTRACE_LEVEL", "deep")
    levels.start_from_environment()
    assert levels.is_deep


# --- a real site --------------------------------------------------------------------------------------------------

SITE = """
import sys
from django.conf import settings
settings.configure(
    SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
import django
django.setup()
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.template import engines
from django.template.base import FilterExpression, Node
from django.urls import path

def view(request):
    template = engines["django"].from_string("{% if who %}{{ who|upper }}{% endif %}")
    return HttpResponse(template.render({"who": "ada"}))

urlpatterns = [path("", view)]
handler = WSGIHandler()
for line in sys.stdin:
    if line == "patched?\\n":
        where = [Node.render_annotated, FilterExpression.resolve]
        print([function.__code__.co_filename.endswith("base.py") for function in where], flush=True)
    elif line == "uninstall\\n":
        from reqtrace.agent.install import uninstall
        uninstall()
    else:
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": sys.stdin.buffer, "wsgi.errors": sys.stderr}
        environ.update({"SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http"})
        response = handler(environ, lambda *_: None)
        print(b"".join(response).decode(), flush=True)
        response.close()
"""


class RunningSite:
    """A site that makes a request when it is told to, and what its agent says."""

    def __init__(self, hub: Hub, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SITE],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._hub = hub
        self._decoders: dict[int, Decoder] = {}
        self.events: list[Event] = []
        self._visits = 0

    def ask(self, line: str = "visit") -> str:
        """Let it do something; what it answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def visit(self) -> list[Event]:
        """The events of one request."""
        assert self.ask() == "ADA"
        self._visits += 1
        self.wait_for(ResponseClosed, self._visits)
        return [event for event in self.events if event.request == self._visits]

    def switch(self, level: str) -> None:
        """Another level, until the agent has told it."""
        self.events.clear()
        self._hub.set_level(level)
        assert self.wait_for(LevelChanged).level == level

    def wait_for(self, kind: type[Event], request: int = 0) -> Any:
        """An event of a kind, about the process or a request, that has come since the last one was forgotten."""
        deadline = time.monotonic() + 10
        while not (found := [event for event in self.events if isinstance(event, kind) and event.request == request]):
            assert time.monotonic() < deadline, f"no {kind.__name__} came"
            self._hub.wait(0.1)
            for process, line in self._hub.drain(1000):
                record = load_record(line)
                if record[0] == "process":
                    self._decoders[process] = Decoder(record[2]["kinds"])
                elif process in self._decoders:
                    self.events += self._decoders[process].decode(record)
        return found[-1]

    def close(self) -> None:
        self.process.communicate("", timeout=10)


@pytest.fixture
def running(hub: Hub) -> Iterator[Callable[..., RunningSite]]:
    """``running(environment)``: a site that reports to the hub; ended at the end."""
    sites: list[RunningSite] = []

    def start(environment: dict[str, str]) -> RunningSite:
        sites.append(RunningSite(hub, environment))
        return sites[-1]

    yield start
    for site in sites:
        site.close()


def tags_of(events: list[Event]) -> list[str]:
    return [event.name for event in events if isinstance(event, TagEntered)]


@pytest.mark.slow
def test_a_running_site_is_switched(hub: Hub, running: Callable[..., RunningSite]) -> None:
    """From one request to the next, as often as one likes; at ``path`` Django's own functions are back."""
    site = running(hub.environment())
    for _ in range(2):
        assert tags_of(site.visit()) == []
        assert site.ask("patched?") == "[True, True]"
        site.switch("deep")
        assert tags_of(site.visit()) == ["if"]
        assert site.ask("patched?") == "[False, False]"
        site.switch("path")


@pytest.mark.slow
def test_a_process_that_comes_later_gets_the_level_of_now(hub: Hub, running: Callable[..., RunningSite]) -> None:
    """The autoreloader's child has the environment of an earlier time."""
    environment = hub.environment()
    hub.set_level("deep")
    site = running(environment)
    site.visit()
    site.wait_for(LevelChanged)
    assert tags_of(site.visit()) == ["if"]


@pytest.mark.slow
def test_uninstalling_ends_it_too(hub: Hub, running: Callable[..., RunningSite]) -> None:
    """Nothing of the deep probes stays, and the hub cannot bring them back."""
    hub.set_level("deep")
    site = running(hub.environment())
    assert tags_of(site.visit()) == ["if"]
    assert site.ask("uninstall\npatched?") == "[True, True]"
    hub.set_level("path")
    hub.set_level("deep")
    assert site.ask("visit") == "ADA"
    assert site.ask("patched?") == "[True, True]"
