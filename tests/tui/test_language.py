"""Every word on the screens comes from the table of the language."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROBE = Path(__file__).with_name("words_probe.py")
OPEN, CLOSE = "⟦", "⟧"
EDGES = re.compile("[^│┃╭╮╰╯┏┓┗┛▌]+")
"""A row consists of these: what is wrapped goes on below, between the same edges."""
NAMES = re.compile(r"\S*[/_.:<>=\d'\"()*@-]\S*")
"""Paths, figures, calls, headers: nobody translates them."""
WORD = re.compile(r"[^\W\d_]{2,}")
DJANGO = {"Security", "Session", "Common", "CsrfView", "Authentication", "Message", "XFrameOptions", "WSGIHandler"}
DJANGO |= {"security", "sessions", "common", "csrf", "messages", "clickjacking", "append", "None", "handler"}
HTTP = {"GET", "POST", "OK", "Forbidden", "Internal", "Server", "Error"}
DATA = {"pk", "ZeroDivisionError", "boom", "SELECT", "FROM", "WHERE", "LIMIT", "bookshop"}
FILTER = {"path", "url"}
"""What is typed, in every language."""
KEYS = {"Space", "Enter", "Esc", "Tab", "Home", "End", "Ctrl", "PgUp", "PgDn", "Shift"}
HUB = {"no", "traced", "process", "is", "connected"}
"""What a question to the site is answered with when there is none."""
KNOWN = DJANGO | HTTP | DATA | FILTER | KEYS


@pytest.fixture(scope="module")
def screens() -> dict[str, str]:
    """Each screen in a language that puts its texts into brackets."""
    ran = subprocess.run([sys.executable, str(PROBE)], capture_output=True, text=True, check=True)
    told: dict[str, str] = json.loads(ran.stdout)
    return told


def outside(screen: str) -> Iterator[str]:
    """What stands in no bracket."""
    depths: dict[int, int] = {}
    for row in screen.splitlines():
        below: dict[int, int] = {}
        for cell in EDGES.finditer(row):
            depth, kept = depths.get(cell.start(), 0), []
            for character in cell[0]:
                depth += (character == OPEN) - (character == CLOSE and depth > 0)
                kept.append(" " if depth or character == CLOSE else character)
            below[cell.start()] = depth
            yield "".join(kept)
        depths = below


@pytest.mark.slow
def test_no_word_stands_in_the_code(screens: dict[str, str]) -> None:
    """On no screen, whatever lies over it, is a word that a translation would miss."""
    strange = {}
    for name, screen in screens.items():
        assert OPEN in screen, name
        words = {word for text in outside(screen) for word in WORD.findall(NAMES.sub(" ", text))}
        if missed := words - KNOWN - (HUB if name == "urls" else set()):
            strange[name] = missed
    assert not strange


def test_a_word_of_ours_would_be_seen() -> None:
    """The reading of a screen is no sieve: texts that are wrapped or nested are left out, others are not."""
    screen = f"│ {OPEN}a text that goes │ here\n│ on{CLOSE} plain │ {OPEN}a {OPEN}b{CLOSE} c{CLOSE} more"
    assert " ".join(" ".join(outside(screen)).split()) == "here plain more"
