"""ASCII mode leaves nothing behind that is not ASCII, and moves nothing."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from reqtrace.tui.terminal import AsciiFilter, is_utf8

GLYPHS = "╭─ Flow ━┃╎▌▁▔▂▇█╰╯·…→✓✖▲▼●○"


@pytest.mark.parametrize("is_strict", [False, True])
def test_frames_become_ascii(is_strict: bool) -> None:
    """Borders and scrollbars of Textual, and the glyphs of the pictures."""
    changed = AsciiFilter(is_strict=is_strict).apply([Segment(GLYPHS)], Color(0, 0, 0))[0].text
    assert changed.isascii()
    assert cell_len(changed) == cell_len(GLYPHS)


def test_other_people_s_letters_stay_where_they_can_be_shown() -> None:
    """``--ascii`` on a UTF-8 terminal keeps a CJK path; a terminal that cannot show it gets question marks."""
    lax = AsciiFilter(is_strict=False).apply([Segment("/文章/")], Color(0, 0, 0))[0].text
    strict = AsciiFilter(is_strict=True).apply([Segment("/文章/")], Color(0, 0, 0))[0].text
    assert (lax, strict) == ("/文章/", "/????/")


@pytest.mark.parametrize(("encoding", "expected"), [("utf-8", True), ("UTF8", True), ("latin-1", False), (None, False)])
def test_encodings(monkeypatch: pytest.MonkeyPatch, encoding: str | None, expected: bool) -> None:
    """What counts is the stream the screen is painted on."""
    monkeypatch.setattr(sys, "__stderr__", SimpleNamespace(encoding=encoding))
    assert is_utf8() is expected
