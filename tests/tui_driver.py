"""For tests of the screens: a site in memory, and a driver that presses keys and reads the screen as text."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

from scenarios import SCENARIOS, Scenario, row_of
from textual.pilot import Pilot

from reqtrace.events.holds import Hold
from reqtrace.events.wire import Encoder
from reqtrace.hub.arrival import HUB, Arrival, SitePhase, SiteState, output_record, process_record, state_record
from reqtrace.hub.asking import NOBODY, AgentAnswer
from reqtrace.hub.project import Project
from reqtrace.hub.visit import Reply, Visit
from reqtrace.trace.model import RequestKey
from reqtrace.tui.app import ReqtraceApp
from reqtrace.tui.widgets.narration import Narration

URL = "http://127.0.0.1:8000/"
PATIENCE = 5.0
LONG_PATIENCE = 15.0
"""Where a clock, another process or a thread is waited for."""


class MemorySource:
    """What a site would send, when the test says so."""

    def __init__(self, *, is_live: bool = True) -> None:
        self.is_live = is_live
        self.title = "bookshop" if is_live else "monday.reqtrace"
        self.address = "127.0.0.1:8000" if is_live else ""
        self.notice = ""
        self.recording = ""
        self.project: Project | None = None
        self.dropped = 0
        self.restarts = 0
        self.level = "path" if is_live else ""
        self.holds: tuple[Hold, ...] = ()
        self.said: list[tuple[str, RequestKey | None]] = []
        """What held requests were told."""
        self.visits: list[Visit] = []
        """What was sent to the site."""
        self.reply: Callable[[Visit], Reply] = lambda visit: Reply(200, "OK", 0.012)
        self.answers: dict[str, Callable[..., AgentAnswer]] = {}
        """Who answers which question; without anybody nothing is known."""
        self._arrivals: deque[Arrival] = deque()
        self._processes = 0
        self._encoders: dict[int, Encoder] = {}

    @property
    def backlog(self) -> int:
        return len(self._arrivals)

    def drain(self, limit: int) -> list[Arrival]:
        return [self._arrivals.popleft() for _ in range(min(limit, len(self._arrivals)))]

    def restart(self) -> None:
        self.restarts += 1

    def set_level(self, level: str) -> None:
        self.level = level

    def set_holds(self, holds: tuple[Hold, ...]) -> None:
        self.holds = holds

    def step_held(self, key: RequestKey) -> None:
        self.said.append(("step", key))

    def let_go(self, key: RequestKey | None) -> None:
        self.said.append(("go", key))

    def ask(self, question: str, *arguments: Any, process: int = 0) -> AgentAnswer:
        answer = self.answers.get(question)
        return NOBODY if answer is None else answer(*arguments)

    def send(self, visit: Visit) -> Reply:
        self.visits.append(visit)
        return self.reply(visit)

    def request(self, scenario: Scenario | str, *, upto: int | None = None) -> Callable[[], None]:
        """One request, each in a process of its own; what is called to send the rest of it."""
        if isinstance(scenario, str):
            scenario = SCENARIOS[scenario]
        self._processes += 1
        process = self._processes
        self._arrivals.append(Arrival(process, process_record(process, scenario.header)))
        encoder = Encoder()
        count = len(scenario.request) if upto is None else upto
        self._send(process, encoder, [*scenario.loading, *scenario.request[:count]])
        return lambda: self._send(process, encoder, list(scenario.request[count:]))

    def take(self, arrivals: Iterable[Arrival]) -> None:
        """What a real site has told."""
        self._arrivals += arrivals

    def _send(self, process: int, encoder: Encoder, events: list[Any]) -> None:
        if events:
            self._arrivals += [Arrival(process, line) for line in encoder.encode([row_of(event) for event in events])]

    def site(self, phase: SitePhase, **fields: Any) -> None:
        """The site is in another state."""
        state = SiteState(phase=phase, url=URL if phase is SitePhase.SERVING else "", unix_ns=1, **fields)
        self._arrivals.append(Arrival(HUB, state_record(state)))

    def serve(self, *names: str) -> None:
        """The site is up and has answered these requests."""
        self.site(SitePhase.SERVING)
        for name in names:
            self.request(name)

    def output(self, text: str, stream: str = "stderr") -> None:
        """A line the site printed, at a fixed time."""
        self._arrivals.append(Arrival(HUB, output_record(stream, text, 1_750_000_000_000_000_000)))


class Driver:
    """An app under test."""

    def __init__(self, app: ReqtraceApp, pilot: Pilot[int], source: MemorySource) -> None:
        self.app = app
        self.pilot = pilot
        self.source = source

    async def settle(self) -> None:
        """Until everything that was sent is on the screen."""
        deadline = time.monotonic() + PATIENCE
        while not self._is_all_shown and time.monotonic() < deadline:
            await self.pilot.pause(0.01)
        await self.pilot.pause()
        await self.pilot.pause()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what comes by itself; fail with the screen if it does not."""
        deadline = time.monotonic() + LONG_PATIENCE
        while not is_so():
            assert time.monotonic() < deadline, self.text
            await self.pilot.pause(0.01)
        await self.settle()

    @property
    def _is_all_shown(self) -> bool:
        app = self.app
        return not self.source.backlog and app._shown_version == app.bridge.version

    async def press(self, *keys: str) -> None:
        """Press keys, and see what comes of it."""
        await self.pilot.press(*keys)
        await self.settle()

    @property
    def lines(self) -> list[str]:
        """The screen, row by row, without trailing blanks."""
        screen = self.app.screen
        rows = screen._compositor.render_strips(screen.size)
        return ["".join(segment.text for segment in strip).rstrip() for strip in rows]

    @property
    def text(self) -> str:
        """The whole screen."""
        return "\n".join(self.lines) + "\n"

    @property
    def top(self) -> str:
        """The status row."""
        return self.lines[0]

    @property
    def said(self) -> str:
        """The two lines of narration, in as many rows as they take."""
        rows = self.app.screen.query_one(Narration).region
        return "\n".join(self.lines[rows.y : rows.bottom])

    @property
    def keys(self) -> str:
        """The key bar."""
        return self.lines[-1]


class Opener(Protocol):
    """Opens the app on a source."""

    def __call__(
        self, source: MemorySource, size: tuple[int, int] = (80, 24), *, ascii_only: bool = False
    ) -> AbstractAsyncContextManager[Driver]: ...


@asynccontextmanager
async def open_app(
    source: MemorySource, size: tuple[int, int] = (80, 24), *, ascii_only: bool = False
) -> AsyncIterator[Driver]:
    app = ReqtraceApp(source, ascii_only=ascii_only)
    async with app.run_test(size=size, tooltips=True, notifications=True) as pilot:
        driver = Driver(app, pilot, source)
        await driver.settle()
        yield driver
