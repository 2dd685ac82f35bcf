"""What is painted is said in few bytes."""

from __future__ import annotations

import re

from reqtrace.tui.terminal_strokes import Stroke, said

RED, BLUE, PAGE = "38;2;200;0;0;48;2;0;0;0", "38;2;0;0;200;48;2;0;0;0", "48;2;0;0;0"


def test_every_colour_is_said_once() -> None:
    """However many rows have it."""
    strokes = [Stroke(y, x, "text", 4, style) for y in range(9) for x, style in ((0, RED), (8, BLUE))]
    colours = re.findall(r"\x1b\[([\d;]*)m", said(strokes))
    assert colours == [RED, "38;2;0;0;200", "0"]


def test_blanks_take_no_colour_of_their_own() -> None:
    """Of a blank only the ground is seen, so it is written with any text on that ground."""
    sent = said([Stroke(0, 0, "   ", 3, PAGE), Stroke(1, 0, "text", 4, RED)])
    assert re.findall(r"\x1b\[([\d;]*)m", sent) == [RED, "0"]


def test_the_cursor_does_not_move_to_where_it_stands() -> None:
    """And goes on in a row by the number of cells, wide characters being two."""
    strokes = [Stroke(2, 4, "漢字", 4, RED), Stroke(2, 8, "a", 1, RED), Stroke(2, 12, "b", 1, RED)]
    assert said(strokes) == f"\x1b[3;5H\x1b[{RED}m漢字a\x1b[3Cb\x1b[0m"


def test_nothing_is_said_of_nothing() -> None:
    """Not even that no colours are set."""
    assert said([]) == ""
