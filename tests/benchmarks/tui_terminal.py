"""What a person feels of the screen: the real program in a real terminal.

``python tests/benchmarks/tui_terminal.py [--write]``: how long each key takes to be painted with 2,000 requests in the
list (``--keys`` measures only that), how many bytes a step sends to a terminal of 80×24, how long a recording of 50,000
events takes to open, and what a screen costs that nobody touches. ``--write`` puts the tables into README.md beside it.
Needs Linux.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parents[1]), str(ROOT)]
# ruff: noqa: E402 - a script, not a test: pytest does not say where scenarios are

from bytecode import with_bytecode
from pseudo_terminal import Painting, Terminal
from terminal_emulator import Emulator
from traffic import write_recording
from tui_keys import (
    FIRST,
    HOME,
    PATIENCE,
    QUIET,
    RIGHT,
    KeyTable,
    milliseconds,
    press_every_key,
    quantile,
    table_of,
)

REPORT = Path(__file__).with_name("README.md")
MARK = "tui_terminal.py"
REQTRACE = [sys.executable, "-m", "reqtrace"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
ENVIRONMENT.pop("NO_COLOR", None)
BYTECODE = tempfile.TemporaryDirectory()

NARROW, MEDIUM = (80, 24), (120, 40)
REQUESTS, EVENTS, STEPS = 2_000, 50_000, 24
SETTLED = 1.0
"""Seconds of silence after which a screen is complete."""
WANTED_OF_KEYS = "≤ 50 ms"
IDLE = 15.0

Row = tuple[str, str, str]


def open_screen(arguments: Sequence[str | Path], size: tuple[int, int]) -> Terminal:
    environment = with_bytecode(ENVIRONMENT, Path(BYTECODE.name))
    return Terminal([*REQTRACE, *map(str, arguments)], size=size, environment=environment, cwd=ROOT)


def opening(directory: Path, rounds: int) -> Iterator[Row]:
    path = directory / "many_events.reqtrace"
    events, requests = write_recording(path, events=EVENTS)
    firsts, lasts = [], []
    with open_screen(["replay", path], MEDIUM) as terminal:
        terminal.settle(SETTLED, since=terminal.begun)  # compiled files, disk cache
    for _ in range(rounds):
        with open_screen(["replay", path], MEDIUM) as terminal:
            painting = terminal.settle(SETTLED, since=terminal.begun)
        screen = Emulator(*MEDIUM)
        screen.feed(painting.painted.decode())
        if f" 1/{requests} " not in screen.text:
            raise SystemExit(f"not all of {requests} requests were shown:\n{screen.text}")
        firsts.append(painting.first)
        lasts.append(painting.last)
    measured = f"{statistics.median(lasts):.2f}, {max(lasts):.2f} s"
    yield f"open a recording of {events:,} events, the start of Python included: median, at most", measured, "≤ 1.5 s"
    yield "of that until the terminal is first written to", f"{statistics.median(firsts):.2f} s", ""


def keys(directory: Path, rounds: int) -> KeyTable:
    path = directory / "many_requests.reqtrace"
    write_recording(path, requests=REQUESTS)
    with open_screen(["replay", path], MEDIUM) as terminal:
        terminal.settle(SETTLED, since=terminal.begun)
        return press_every_key(terminal, rounds)


def summary(keys: KeyTable) -> Iterator[Row]:
    every = [times for name, times in keys.items() if not name.endswith(FIRST)]
    lasts = sorted(seconds for times in every for seconds in times.lasts)
    firsts = sorted(seconds for times in every for seconds in times.firsts)
    figures = [statistics.median(lasts), quantile(lasts, 19), lasts[-1]]
    measured = f"{', '.join(map(milliseconds, figures))}"
    yield f"the last byte of a key's answer, {REQUESTS:,} requests: median, 95 %, at most", measured, WANTED_OF_KEYS
    begun = f"{milliseconds(quantile(firsts, 19))}, {milliseconds(firsts[-1])}"
    yield "the first byte of it: 95 %, at most", begun, ""


def steps(recording: Path, size: tuple[int, int], wanted: str) -> Iterator[Row]:
    with open_screen(["replay", recording], size) as terminal:
        terminal.settle(SETTLED, since=terminal.begun)
        terminal.press(HOME, QUIET, patience=PATIENCE)
        paintings: list[Painting] = [terminal.press(RIGHT, QUIET, patience=PATIENCE) for _ in range(STEPS)]
    sent = sorted(len(painting.painted) for painting in paintings if painting.painted)
    measured = f"{statistics.median(sent):.0f}, {sent[-1]} bytes"
    yield f"a step at {size[0]}×{size[1]}: median, at most", measured, wanted


def idle(arguments: Sequence[str | Path], what: str) -> Iterator[Row]:
    with open_screen(arguments, MEDIUM) as terminal:
        terminal.settle(SETTLED, since=terminal.begun)
        terminal.settle(SETTLED)
        begun, before = time.perf_counter(), terminal.cpu()
        terminal.settle(IDLE)
        used = (terminal.cpu() - before) / (time.perf_counter() - begun)
    yield f"CPU of an idle screen, {what}", f"{used:.1%} of a core", "≤ 2 %"


def measure(directory: Path, rounds: int) -> Iterator[Row]:
    recording = ROOT / "tests" / "recordings" / "bookshop.reqtrace"
    yield from steps(recording, NARROW, "≤ 1,000 bytes")
    yield from steps(recording, MEDIUM, "")
    yield from opening(directory, rounds)
    yield from idle(["replay", recording], "a recording")
    yield from idle(["serve", "sample_site", "--port", "0"], "a site")


def table(rows: Sequence[Row], rounds: int) -> str:
    lines = [
        "| | measured | wanted |",
        "|---|---:|---|",
        *(f"| {what} | {figure} | {aim} |" for what, figure, aim in rows),
    ]
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    return "\n".join([*lines, "", f"{rounds} rounds; Python {platform.python_version()}, {machine}."])


def write_report(text: str) -> None:
    begin, end = f"<!-- {MARK} -->\n", f"\n<!-- /{MARK} -->"
    report = REPORT.read_text()
    head, _, rest = report.partition(begin)
    _, _, tail = rest.partition(end)
    REPORT.write_text(head + begin + text + end + tail)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="replace the table in README.md")
    parser.add_argument("--keys", action="store_true", help="measure the keys only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        every_key = keys(Path(name), options.rounds)
        rows = [*summary(every_key), *([] if options.keys else measure(Path(name), options.rounds))]
    text = "\n".join([table(rows, options.rounds), "", *table_of(every_key)])
    if options.write:
        write_report(text)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
