"""Async tests, a fixed clock, and golden screens."""

from __future__ import annotations

import asyncio
import difflib
import inspect
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tmux_terminal import Terminal
from tui_driver import MemorySource, Opener, open_app

SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """To open the application, to press a key and to see it come to rest takes more than a quarter of a second."""
    for item in items:
        if "opened" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine function in a loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
    return True


@pytest.fixture
def opened() -> Opener:
    """Runs the app without a terminal, at a size."""
    return open_app


@pytest.fixture
def source() -> MemorySource:
    """A live site that has not said anything yet."""
    return MemorySource()


@pytest.fixture
def replayed() -> MemorySource:
    """A recording."""
    return MemorySource(is_live=False)


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Callable[[tuple[int, int]], Terminal]]:
    """Terminals that are closed after the test."""
    opened: list[Terminal] = []

    def open_one(size: tuple[int, int]) -> Terminal:
        opened.append(Terminal(tmp_path / f"tmux{len(opened)}", size))
        return opened[-1]

    yield open_one
    for terminal in opened:
        terminal.end()


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def matches_snapshot(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Compares text with a golden file named after the test; ``REQTRACE_SNAPSHOTS=write`` accepts what is there."""

    def check(text: str) -> None:
        name = request.node.name.replace("[", "-").replace("]", "").removeprefix("test_")
        path = SNAPSHOTS / f"{name}.txt"
        if os.environ.get("REQTRACE_SNAPSHOTS") == "write":
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        if text != expected:
            pytest.fail("\n".join(difflib.unified_diff(expected.splitlines(), text.splitlines(), str(path), "screen")))

    return check
