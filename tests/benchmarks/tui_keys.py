"""How long every key takes to be painted: the real program in a real terminal, with many requests in the list."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pseudo_terminal import Terminal

__all__ = [
    "FIRST",
    "HOME",
    "PATIENCE",
    "QUIET",
    "RIGHT",
    "KeyTable",
    "KeyTimes",
    "milliseconds",
    "press_every_key",
    "quantile",
    "table_of",
]

QUIET = 0.08
"""Seconds of silence after which a key is answered;"""
PATIENCE = 0.4
"""so long it is waited for the first of an answer: some keys change nothing."""
TOAST_GONE = 4.5
"""Seconds until what a key has told is off the screen again, which is painted as well."""
LEFT, RIGHT, UP, DOWN, HOME, END = b"\x1b[D", b"\x1b[C", b"\x1b[A", b"\x1b[B", b"\x1b[H", b"\x1b[F"
PAGE_UP, PAGE_DOWN, SHIFT_UP, SHIFT_DOWN = b"\x1b[5~", b"\x1b[6~", b"\x1b[1;2A", b"\x1b[1;2B"
ESCAPE = b"\x1b[27u"
"""As terminals send it that tell keys apart; of others a program cannot know at once whether more follows."""

Press = tuple[str, bytes]
"""What it is called in the table, and what the terminal sends."""

MOVING: list[Press] = [
    ("G", b"G"),
    *[("↑", UP), ("↓", DOWN)] * 2,
    ("Home", HOME),
    *[("→", RIGHT)] * 3,
    ("←", LEFT),
    ("]", b"]"),
    ("[", b"["),
    ("Shift+↓", SHIFT_DOWN),
    ("Shift+↑", SHIFT_UP),
    ("End", END),
    ("N", b"N"),
    ("n", b"n"),
    ("PgDn", PAGE_DOWN),
    ("PgUp", PAGE_UP),
]
FILTERING: list[Press] = [
    ("/", b"/"),
    *[("/: a letter", letter) for letter in (b"b", b"o")],
    ("/: Enter", b"\r"),
    ("Esc: no filter", ESCAPE),
    ("/", b"/"),
    ("/: a letter", b"s"),
    ("/: ↓", DOWN),
    ("/: Tab", b"\t"),
    *[("/: a letter", letter) for letter in (b">", b"=", b"4", b"0", b"0")],
    ("/: Backspace", b"\x7f"),
    ("Esc: no filter", ESCAPE),
]
SEARCHING: list[Press] = [
    ("f", b"f"),
    *[("f: a letter", letter) for letter in (b"c", b"s", b"r")],
    ("f: Enter", b"\r"),
    ("f: n", b"n"),
    ("f: N", b"N"),
    ("f: Esc", ESCAPE),
]
PANES: list[Press] = [
    *itertools.chain.from_iterable([(key, key.encode()), (f"{key} again", key.encode())] for key in "eds"),
    *[("v", b"v")] * 3,
    *[("P", b"P")] * 3,
    *[("t", b"t")] * 3,
    ("Space", b" "),
    ("Space", b" "),
]
OVERLAYS: list[Press] = [
    *itertools.chain.from_iterable([(key, key.encode()), (f"{key}: Esc", ESCAPE)] for key in "?wx"),
    ("g", b"g"),
    ("g: a letter", b"c"),
    ("g: Esc", ESCAPE),
    (":", b":"),
    (": a letter", b"t"),
    (":: Esc", ESCAPE),
]
MODES: list[Press] = list(itertools.chain.from_iterable([(f"{mode}", mode.encode()), ("1", b"1")] for mode in "2345"))
FIRST = ", the first time"
MARKING: list[Press] = [("m", b"m"), ("↓", DOWN), ("=", b"="), ("=: Esc", ESCAPE), ("m", b"m")]

ROUND = [*MOVING, *FILTERING, *SEARCHING, *PANES, *OVERLAYS, *MODES, *MARKING]


@dataclass(slots=True)
class KeyTimes:
    """Of one key: seconds until its first byte is there, and its last."""

    firsts: list[float] = field(default_factory=list)
    lasts: list[float] = field(default_factory=list)


KeyTable = dict[str, KeyTimes]


def press_every_key(terminal: Terminal, rounds: int) -> KeyTable:
    """The times by the name of the key; the first visit to a mode, which imports it, stands for itself."""
    answers: KeyTable = {}
    for number in range(rounds):
        for name, key in ROUND:
            painting = terminal.press(key, QUIET, patience=PATIENCE)
            if painting.painted:  # at an end of the list or of the path nothing changes
                is_first = number == 0 and name in "2345"
                times = answers.setdefault(name + FIRST if is_first else name, KeyTimes())
                times.firsts.append(painting.first)
                times.lasts.append(painting.last)
        terminal.settle(TOAST_GONE)
    return answers


def table_of(answers: KeyTable) -> Iterator[str]:
    """A line each, the slowest first."""
    yield "| key | first byte, median | last byte, median | at most | pressed |"
    yield "|---|---:|---:|---:|---:|"
    for name, times in sorted(answers.items(), key=lambda item: -max(item[1].lasts)):
        figures = (statistics.median(times.firsts), statistics.median(times.lasts), max(times.lasts))
        yield f"| `{name}` | {' | '.join(map(milliseconds, figures))} | {len(times.lasts)} |"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.0f} ms"


def quantile(values: Sequence[float], part: int) -> float:
    """The value below which so many twentieths are."""
    return statistics.quantiles(values, n=20)[part - 1]
