"""Colours are changed with the fewest bytes."""

from __future__ import annotations

import pytest

from reqtrace.tui.graphic_rendition import of_blanks, rendition

INK, PAGE = "38;2;1;2;3", "48;2;4;5;6"


@pytest.mark.parametrize(
    ("before", "after", "sent"),
    [
        (f"{INK};{PAGE}", f"{INK};{PAGE}", ""),
        ("", f"{INK};{PAGE}", f"\x1b[{INK};{PAGE}m"),
        (f"1;{INK}", "", "\x1b[0m"),
        (f"{INK};{PAGE}", f"31;{PAGE}", "\x1b[31m"),
        (f"1;{INK};{PAGE}", f"{INK};{PAGE}", "\x1b[22m"),
        (f"1;2;{INK};{PAGE}", f"2;{INK};{PAGE}", "\x1b[22;2m"),
        (f"{INK};{PAGE}", PAGE, "\x1b[39m"),
        (f"{INK};{PAGE}", f"4;{INK}", "\x1b[4;49m"),
        (f"53;{INK};{PAGE}", f"{INK};{PAGE}", f"\x1b[0;{INK};{PAGE}m"),
        ("38;5;7;48;5;9", "38;5;7;48;5;10", "\x1b[48;5;10m"),
    ],
)
def test_only_what_differs_is_said(before: str, after: str, sent: str) -> None:
    """An attribute ends by its own code where it has one; otherwise everything is said anew."""
    assert rendition(before, after) == sent


@pytest.mark.parametrize(
    ("parameters", "visible"),
    [(f"1;{INK};{PAGE}", PAGE), (INK, ""), (f"7;{INK};{PAGE}", f"7;{INK};{PAGE}"), (f"4;{INK}", f"4;{INK}")],
)
def test_a_blank_has_only_a_background(parameters: str, visible: str) -> None:
    """Unless it is underlined or reversed."""
    assert of_blanks(parameters) == visible
