"""What a person feels of the screen: the real program in a real terminal.

``python tests/benchmarks/tui_terminal.py [--write]``: how long a key takes to be painted with 2,000 requests in the
list, how many bytes a step sends to a terminal of 80×24, how long a recording of 50,000 events takes to open, and what
a screen costs that nobody touches. ``--write`` puts the table into README.md beside this file. Needs Linux.
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

from pseudo_terminal import Painting, Terminal
from terminal_emulator import Emulator
from traffic import write_recording

REPORT = Path(__file__).with_name("README.md")
MARK = "tui_terminal.py"
REQTRACE = [sys.executable, "-m", "reqtrace"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
ENVIRONMENT.pop("NO_COLOR", None)

NARROW, MEDIUM = (80, 24), (120, 40)
REQUESTS, EVENTS, STEPS = 2_000, 50_000, 24
SETTLED, QUIET = 1.0, 0.08
"""Seconds of silence after which a screen is complete, and a key is answered."""
IDLE = 15.0
LEFT, RIGHT, UP, DOWN, HOME, END = b"\x1b[D", b"\x1b[C", b"\x1b[A", b"\x1b[B", b"\x1b[H", b"\x1b[F"
KEYS = {
    "↓": DOWN,
    "↑": UP,
    "←": LEFT,
    "Home": HOME,
    "→": RIGHT,
    "n": b"n",
    "N": b"N",
    "PgDn": b"\x1b[6~",
    "G": b"G",
    "End": END,
}
FILTER = {"/": b"/", "a letter of the filter": b"b", "one more": b"o", "Enter": b"\r"}
CLEAR = b"\x1b"
"""Not measured: any program waits a while whether it is the key or the beginning of another one."""

Row = tuple[str, str, str]


def open_screen(arguments: Sequence[str | Path], size: tuple[int, int]) -> Terminal:
    return Terminal([*REQTRACE, *map(str, arguments)], size=size, environment=ENVIRONMENT, cwd=ROOT)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.0f}"


def opening(directory: Path, rounds: int) -> Iterator[Row]:
    path = directory / "many_events.reqtrace"
    events, requests = write_recording(path, events=EVENTS)
    firsts, lasts = [], []
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


def keys(directory: Path, rounds: int) -> Iterator[Row]:
    path = directory / "many_requests.reqtrace"
    write_recording(path, requests=REQUESTS)
    answers: dict[str, list[float]] = {}
    firsts: list[float] = []
    with open_screen(["replay", path], MEDIUM) as terminal:
        terminal.settle(SETTLED, since=terminal.begun)
        for _ in range(rounds):
            for name, key in [*KEYS.items(), *FILTER.items()]:
                painting = terminal.press(key, QUIET)
                if painting.painted:  # at an end of the list or of the path nothing changes
                    answers.setdefault(name, []).append(painting.last)
                    firsts.append(painting.first)
            terminal.press(CLEAR, SETTLED)
    every = sorted(seconds for some in answers.values() for seconds in some)
    slowest = max(answers, key=lambda name: statistics.median(answers[name]))
    worst = f"{slowest}: {milliseconds(statistics.median(answers[slowest]))} ms"
    figures = [statistics.median(every), statistics.quantiles(every, n=20)[-1], every[-1]]
    measured = f"{', '.join(map(milliseconds, figures))} ms"
    yield f"a key is painted, {REQUESTS:,} requests: median, 95 %, at most", measured, "≤ 50 ms"
    begun = f"{milliseconds(statistics.quantiles(firsts, n=20)[-1])}, {milliseconds(max(firsts))} ms"
    yield "of that until the first of it is there: 95 %, at most", begun, ""
    yield "the slowest key, its median", worst, "≤ 50 ms"


def steps(recording: Path, size: tuple[int, int], wanted: str) -> Iterator[Row]:
    with open_screen(["replay", recording], size) as terminal:
        terminal.settle(SETTLED, since=terminal.begun)
        terminal.press(HOME, QUIET)
        paintings: list[Painting] = [terminal.press(RIGHT, QUIET) for _ in range(STEPS)]
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


def measure(rounds: int) -> Iterator[Row]:
    recording = ROOT / "tests" / "recordings" / "bookshop.reqtrace"
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        yield from keys(directory, rounds)
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
    options = parser.parse_args()
    text = table(list(measure(options.rounds)), options.rounds)
    if options.write:
        write_report(text)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
