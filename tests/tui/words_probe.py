"""Run as a program: opens every screen in a language that puts every text into brackets, and prints what is on them.

A program of its own, because keys are named when they are bound: the language has to be chosen before the screens are
imported.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
# ruff: noqa: E402 - a script, not a test: pytest does not say where scenarios are

from reqtrace.render import labels, labels_en

OPEN, CLOSE = "⟦", "⟧"
SIZE = (200, 50)

labels.LANGUAGES = {
    **labels.LANGUAGES,
    "brackets": {k: f"{OPEN}{words}{CLOSE}" for k, words in labels_en.TABLE.items()},
}
labels.use("brackets")

from tui_driver import MemorySource, open_app

from reqtrace.hub.arrival import SitePhase

VISITS: list[tuple[str, list[str], list[str]]] = [
    ("flow", [], []),
    ("first step", ["home"], []),
    ("in the middle", ["right"] * 12, []),
    ("explained", ["e"], ["e"]),
    ("changes", ["d"], ["d"]),
    ("nested boxes", ["v"], []),
    ("waterfall", ["v"], ["v"]),
    ("help", ["question_mark"], ["escape"]),
    ("why", ["w"], ["escape"]),
    ("glossary", ["g"], ["escape"]),
    ("compared", ["m", "up", "equals_sign"], ["escape"]),
    ("export", ["x"], ["escape"]),
    ("sending", ["R"], ["escape"]),
    ("palette", ["colon"], ["escape"]),
    ("filter", ["slash"], []),
    ("filtered to nothing", ["z", "z", "enter"], ["escape"]),
    ("grouped", ["P"], ["P", "P"]),
    ("stack", ["2"], []),
    ("stack, third step", ["home", "right", "right"], []),
    ("urls", ["3"], []),
    ("time", ["4"], []),
    ("log", ["5"], ["1"]),
]
"""What is looked at, the keys that lead there from the one before, and back."""


async def tour() -> dict[str, str]:
    source = MemorySource()
    source.site(SitePhase.SERVING)
    for scenario in ("home", "view_raises_500", "csrf_403"):
        source.request(scenario)
    seen = {}
    async with open_app(source, SIZE) as driver:
        for name, there, back in VISITS:
            await driver.press(*there)
            seen[name] = driver.text
            await driver.press(*back)
    return seen


async def at_once(source: MemorySource, size: tuple[int, int]) -> str:
    async with open_app(source, size) as driver:
        return driver.text


async def main() -> None:
    waiting, crashed = MemorySource(), MemorySource()
    waiting.site(SitePhase.SERVING)
    crashed.site(SitePhase.EXITED, exit_code=3)
    screens = await tour()
    screens["waiting"] = await at_once(waiting, SIZE)
    screens["too small"] = await at_once(MemorySource(), (50, 12))
    screens["crashed"] = await at_once(crashed, SIZE)
    sys.stdout.write(json.dumps(screens))


if __name__ == "__main__":
    asyncio.run(main())
