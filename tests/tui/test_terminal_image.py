"""What is sent to the terminal leads to the same screen as all that Textual writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from terminal_emulator import Emulator

from reqtrace.tui.terminal_image import FRAME_BEGINS, FRAME_ENDS, TerminalImage

WIDTH, HEIGHT = 24, 12
BLUE, BOLD_RED, PAGE = "38;2;90;169;255;48;2;17;21;28", "1;38;2;255;107;107;48;2;17;21;28", "48;2;17;21;28"
STYLES = ("", BLUE, BOLD_RED, PAGE, "7;31", "2;4;38;5;200", "53;97;104")
TEXTS = ("", "a", "process_request", "  two  blanks ", "漢字", "é", "◉━━━", " " * 9)

Frame = list[tuple[int, list[tuple[str, str]]]]


def painted(frame: Frame) -> str:
    """The frame as Textual writes it: whole rows, each piece with all of its colours."""
    parts = []
    for y, pieces in sorted(dict(frame).items()):
        parts.append(f"\x1b[{y + 1};1H")
        room = WIDTH
        for style, text in pieces:
            if cell_len(text) <= room:
                parts.append(f"\x1b[{style}m{text}\x1b[0m" if style else text)
                room -= cell_len(text)
        parts.append(f"\x1b[{PAGE}m{' ' * room}\x1b[0m\n")
    return "".join(parts).removesuffix("\n") + "\x1b[1;1H"


def rows_of(numbers: list[int]) -> Frame:
    """A list of rows, as it is scrolled."""
    return [(y, [(BLUE, f"row {number}"), (BOLD_RED, " is here")]) for y, number in enumerate(numbers)]


pieces = st.lists(st.tuples(st.sampled_from(STYLES), st.sampled_from(TEXTS)), max_size=4)
anywhere = st.lists(st.tuples(st.integers(0, HEIGHT - 1), pieces), min_size=1, max_size=HEIGHT)
lists = st.integers(0, 6).map(lambda first: rows_of(list(range(first, first + HEIGHT))))
frames = st.lists(st.one_of(anywhere, lists), min_size=1, max_size=6)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(frames)
def test_the_screen_is_the_one_textual_paints(frames: list[Frame]) -> None:
    """Whatever is painted, row by row or all of it, in colours or moved by some rows, looks as if all had been sent."""
    image, seen, meant = TerminalImage(), Emulator(WIDTH, HEIGHT), Emulator(WIDTH, HEIGHT)
    for frame in frames:
        seen.feed(image.changes(painted(frame)))
        meant.feed(painted(frame))
        assert seen.cells == meant.cells
        assert (seen.x, seen.y) == (meant.x, meant.y)
        assert not seen.attributes
        assert seen.region == (0, HEIGHT - 1)


@pytest.fixture
def image() -> TerminalImage:
    """A terminal that shows the rows 0, 1, 2 …"""
    shown = TerminalImage()
    shown.changes(painted(rows_of(list(range(HEIGHT)))))
    return shown


def test_what_is_shown_already_is_not_sent(image: TerminalImage) -> None:
    """A frame that changes nothing sends nothing, not even its beginning and end."""
    sent = [image.changes(part) for part in (FRAME_BEGINS, painted(rows_of(list(range(HEIGHT)))), FRAME_ENDS)]
    assert sent == ["", "", ""]


def test_a_frame_that_changes_something_keeps_its_beginning_and_end(image: TerminalImage) -> None:
    """The terminal must not show half of it."""
    sent = "".join(image.changes(part) for part in (FRAME_BEGINS, painted([(3, [("", "new")])]), FRAME_ENDS))
    assert sent.startswith(FRAME_BEGINS)
    assert sent.endswith(FRAME_ENDS)


def test_one_changed_letter_is_a_few_bytes(image: TerminalImage) -> None:
    """Only the cells that differ are sent, with their colours."""
    sent = image.changes(painted([(5, [(BLUE, "row 9"), (BOLD_RED, " is here")])]))
    assert sent == f"\x1b[6;5H\x1b[{BLUE}m9\x1b[0m\x1b[1;1H"


@pytest.mark.parametrize("distance", [1, 2, -1, -3])
def test_what_only_moves_is_moved_by_the_terminal(distance: int) -> None:
    """A scrolled list sends the rows that are new and no others."""
    image = TerminalImage()
    image.changes(painted(rows_of(list(range(10, 10 + HEIGHT)))))
    sent = image.changes(painted(rows_of(list(range(10 + distance, 10 + distance + HEIGHT)))))
    assert sent.count("is here") == abs(distance)


FORGETTING: list[tuple[str, Callable[[TerminalImage], object]]] = [
    ("asked to", TerminalImage.forget),
    ("the other screen", lambda image: image.changes("\x1b[?1049h")),
    ("a clear", lambda image: image.changes("\x1b[2J")),
]


@pytest.mark.parametrize(("what", "happens"), FORGETTING, ids=[what for what, _ in FORGETTING])
def test_everything_is_sent_again_when_nothing_is_known(
    image: TerminalImage, what: str, happens: Callable[[TerminalImage], object]
) -> None:
    """Somebody else may have painted."""
    happens(image)
    sent = image.changes(painted(rows_of(list(range(HEIGHT)))))
    assert sent.count("is here") == HEIGHT


@pytest.mark.parametrize("harmless", ["\x07", "\x1b]52;c;YWJj\x07", "\x1b]22;pointer\x1b\\", "\x1b[2 q"])
def test_the_bell_and_the_clipboard_change_nothing_that_is_shown(image: TerminalImage, harmless: str) -> None:
    """They are passed on, and the screen is still known."""
    assert image.changes(harmless) == harmless
    assert image.changes(painted(rows_of(list(range(HEIGHT))))) == ""


def test_what_is_not_understood_is_passed_on_as_it_is(image: TerminalImage) -> None:
    """A hyperlink, say: better too many bytes than a wrong screen."""
    strange = "\x1b[1;1H\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\"
    assert image.changes(strange) == strange


def test_part_of_a_row_of_which_nothing_is_known_is_written_where_it_stands() -> None:
    """After somebody else had the terminal, a part of the screen may be painted before all of it is."""
    image = TerminalImage()
    assert image.changes("\x1b[30;39Hsource") == "\x1b[30;39Hsource\x1b[30;45H"
    image.forget()
    assert image.changes("\x1b[30;39Hsource\x1b[30;60Hpane").replace("\x1b[30;64H", "").count("\x1b[") == 2
