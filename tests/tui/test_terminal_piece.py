"""A piece of a row as Textual writes it, cell by cell."""

from __future__ import annotations

import pytest

from reqtrace.tui.terminal_piece import piece_of

RED, GROUND = "1;38;2;255;0;0;48;2;0;0;9", "48;2;0;0;9"


def test_a_piece_has_a_style_for_each_cell() -> None:
    """Nothing stands behind a wide character; of blanks only the ground counts; a new line is told."""
    piece = piece_of(f"\x1b[{RED}ma漢\x1b[0m\x1b[{RED}m \x1b[0mx\n")
    assert piece is not None
    assert piece.texts == ("a", "漢", "", " ", "x")
    assert piece.styles == (RED, RED, RED, GROUND, "")
    assert piece.ends_row


def test_the_same_piece_is_read_once() -> None:
    """Textual writes most of a screen again and again."""
    assert piece_of("again") is piece_of("".join(["ag", "ain"]))


@pytest.mark.parametrize("written", ["\x1b[2Ja", "a\nb", "\x1b[31ma", "\N{COMBINING ACUTE ACCENT}"])
def test_what_is_more_than_cells_is_not_understood(written: str) -> None:
    """Commands of the terminal, two rows, colours that go on behind it, a width that is not clear."""
    assert piece_of(written) is None
