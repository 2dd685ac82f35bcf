"""The probes of ``deep`` are patched in and out while the process runs, and nothing of them is left at ``path``."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from reqtrace.agent.guard import Probe
from reqtrace.agent.levels import DEEP_LEVEL, PATH_LEVEL, Levels
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import Recorder, number_of
from reqtrace.events.kinds import LevelChanged


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
