"""Which pictures there are, and how one is drawn: the application runs without a terminal and is driven by keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bookshop import arrivals
from svg import tidy
from textual.pilot import Pilot
from textual.strip import Strip

from reqtrace.events.holds import Hold
from reqtrace.hub.arrival import Arrival
from reqtrace.hub.asking import NOBODY, AgentAnswer
from reqtrace.hub.project import Project
from reqtrace.trace.model import RequestKey, RequestTrace, StopSort
from reqtrace.tui.app import ReqtraceApp
from reqtrace.tui.screens.flow import FlowScreen

Place = Callable[[RequestTrace], int]
"""Which stop of a trace is meant."""

PATIENCE = 30.0
MOST_PRESSES = 300
CALM = 5
"""How many looks in a row have to show the same."""
SMALL, MEDIUM, WIDE = (80, 24), (120, 40), (200, 50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One file: what is looked at, in a terminal of what size."""

    name: str
    size: tuple[int, int] = SMALL
    path: str = ""
    """The request that is selected; the newest if empty."""
    stop: Place | None = None
    """Which stop is the current one; if none, the request is shown as it is when it is chosen."""
    keys: tuple[str, ...] = ()
    """What is pressed then."""
    ascii_only: bool = False
    theme: str = ""


def first(sort: StopSort) -> Place:
    """The first stop of a sort."""
    return lambda trace: next(stop.index for stop in trace.stops if stop.sort is sort)


def turning_back(trace: RequestTrace) -> int:
    """The stop at which a layer answered instead of passing the request on."""
    assert trace.short_circuit is not None
    return trace.short_circuit.index


# None of them shows a source line of Django's: those differ between its versions.
PICTURES = (
    Picture(name="flow_120x40", size=MEDIUM, path="/books/emma/", stop=first(StopSort.VIEW)),
    Picture(name="flow_80x24", path="/books/emma/", stop=first(StopSort.VIEW)),
    Picture(name="way_out_80x24", path="/books/emma/", stop=first(StopSort.LAYER_OUT)),
    Picture(name="many_queries_200x50", size=WIDE, path="/shelves/n-plus-one/", stop=first(StopSort.SQL)),
    Picture(name="turned_back_403_80x24", path="/guestbook/", stop=turning_back),
    Picture(name="redirect_301_projector_80x24", path="/books", theme="rt-projector"),
    Picture(name="not_found_404_80x24", path="/no/such/page/", stop=first(StopSort.RESOLVED)),
    Picture(name="error_500_cvd_120x40", size=MEDIUM, path="/error/", stop=first(StopSort.VIEW), theme="rt-cvd"),
    Picture(name="decorator_hooks_80x24", path="/bestsellers/", stop=first(StopSort.DECORATOR_HOOK)),
    Picture(name="context_120x40", size=MEDIUM, path="/bestsellers/", stop=first(StopSort.CONTEXT_PROCESSORS)),
    Picture(name="source_80x24", path="/books/emma/", stop=first(StopSort.VIEW), keys=("s",)),
    Picture(name="explain_80x24", path="/guestbook/", stop=turning_back, keys=("e",)),
    Picture(name="changed_80x24", path="/books/emma/", stop=first(StopSort.LAYER_OUT), keys=("d",)),
    Picture(name="glossary_80x24", path="/books/emma/", stop=first(StopSort.RESOLVED), keys=("g",)),
    Picture(name="requests_80x24", path="/books/emma/", keys=("enter",)),
    Picture(name="ascii_80x24", path="/books/emma/", stop=first(StopSort.VIEW), ascii_only=True),
    Picture(name="loading_80x24", keys=("2", "home", *["right"] * 15)),
    Picture(name="hooks_80x24", keys=("2", "v", "down", "down")),
    Picture(name="lab_80x24", keys=("2", "v", "down", "v", *["greater_than_sign"] * 3, "up", "o")),
    Picture(name="onion_80x24", path="/books/emma/", stop=first(StopSort.VIEW), keys=("v",)),
    Picture(name="waterfall_120x40", size=MEDIUM, path="/shelves/n-plus-one/", keys=("v", "v")),
    Picture(name="time_80x24", path="/shelves/n-plus-one/", keys=("4", "right")),
    Picture(name="time_200x50", size=WIDE, path="/shelves/n-plus-one/", keys=("4", "left"), theme="rt-projector"),
    Picture(name="log_120x40", size=MEDIUM, keys=("5",)),
    Picture(name="help_80x24", keys=("question_mark",)),
    Picture(name="why_80x24", path="/no/such/page/", stop=first(StopSort.RESOLVED), keys=("w",)),
    Picture(name="why_120x40", size=MEDIUM, path="/error/", stop=first(StopSort.VIEW), keys=("w",)),
)


class Visit:
    """The recording, as a site that is live."""

    is_live = True
    title = "sample_site"
    address = "127.0.0.1:8000"
    notice = recording = ""
    level = "path"
    project: Project | None = None
    holds: tuple[Hold, ...] = ()
    dropped = 0

    def __init__(self) -> None:
        self._undrained = list(arrivals())

    @property
    def backlog(self) -> int:
        return len(self._undrained)

    def drain(self, limit: int) -> list[Arrival]:
        drained, self._undrained = self._undrained[:limit], self._undrained[limit:]
        return drained

    def restart(self) -> None:
        """It does not end."""

    def set_level(self, level: str) -> None:
        """There is nobody to tell."""

    def set_holds(self, holds: tuple[Hold, ...]) -> None:
        """There is nobody to hold."""

    def step_held(self, key: RequestKey) -> None:
        """Nobody waits."""

    def let_go(self, key: RequestKey | None) -> None:
        """Nobody waits."""

    def ask(self, question: str, *arguments: Any, process: int = 0) -> AgentAnswer:
        """Nobody answers."""
        return NOBODY


async def draw(picture: Picture) -> str:
    """The picture as SVG."""
    app = ReqtraceApp(Visit(), ascii_only=picture.ascii_only)
    async with app.run_test(size=picture.size, notifications=True) as pilot:
        await settle(app, pilot)
        if picture.theme:
            app.theme = picture.theme
        await select(app, pilot, picture)
        await pilot.press(*picture.keys)
        return await settle(app, pilot)


async def settle(app: ReqtraceApp, pilot: Pilot[int]) -> str:
    """Wait until everything has arrived and the picture has stayed the same for a while; returns the picture."""
    deadline = time.monotonic() + PATIENCE
    shown: list[Strip] = []
    same = 0
    while same < CALM or app.bridge.source.backlog:
        assert time.monotonic() < deadline, "the screen does not come to rest"
        await pilot.pause(0.05)
        before, shown = shown, app.screen._compositor.render_strips(app.screen.size)
        same = same + 1 if before == shown else 0
    return tidy(app.export_screenshot(title="reqtrace"))


async def select(app: ReqtraceApp, pilot: Pilot[int], picture: Picture) -> None:
    """Press the keys that lead to the request and to the stop."""
    summaries = app.bridge.store.summaries()
    at = max((n for n, summary in enumerate(summaries) if picture.path in ("", summary.path)), default=None)
    assert at is not None, f"no request for {picture.path} was recorded"
    rows = {summary.key: row for row, summary in enumerate(summaries)}
    await walk(pilot, "up", "down", lambda: rows.get(flow(app).position.selected, at) - at)
    if picture.stop is None:
        return
    trace = app.bridge.store.trace(summaries[at].key)
    assert trace is not None
    wanted = picture.stop(trace)
    await pilot.press("home")
    await walk(pilot, "left", "right", lambda: (flow(app).position.stop or 0) - wanted)


def flow(app: ReqtraceApp) -> FlowScreen:
    """The screen whose picture is taken."""
    screen = app.screen
    assert isinstance(screen, FlowScreen)
    return screen


async def walk(pilot: Pilot[int], back: str, on: str, distance: Callable[[], int]) -> None:
    """Press keys until the distance is 0: on a busy machine a key may be late, and a list may still grow."""
    for _ in range(MOST_PRESSES):
        away = distance()
        if not away:
            return
        await pilot.press(back if away > 0 else on)
        await pilot.pause()
    raise AssertionError(f"{back} and {on} do not lead there")
