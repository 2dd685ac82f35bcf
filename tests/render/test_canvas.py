"""A canvas counts cells, cuts what does not fit, and never lets a command to the terminal through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from reqtrace.render.canvas import Canvas, Run, clip, clip_start, phrase_width
from reqtrace.render.roles import INK, Paint, Role

DOWN = Paint(Role.DOWN)
ANY_TEXT = st.text(st.characters(codec=None), max_size=30)


def test_text_lands_on_its_cells() -> None:
    """``put`` returns the column after the text."""
    canvas = Canvas(10)
    assert canvas.put(2, 0, "abc") == 5
    assert canvas.line(0) == "  abc     "


def test_a_double_width_letter_takes_two_cells() -> None:
    """What follows a CJK path stands where it would after as many ASCII cells."""
    canvas = Canvas(10)
    assert canvas.put(0, 0, "/文章/") == 6
    canvas.put(6, 0, "x")
    assert canvas.line(0) == "/文章/x   "
    assert cell_len(canvas.line(0)) == 10


def test_a_combining_mark_joins_the_cell_before() -> None:
    """A decomposed é is one cell."""
    canvas = Canvas(4)
    assert canvas.put(0, 0, "e\u0301a") == 2
    assert canvas.line(0) == "e\u0301a  "


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("文章流程", 5, "文章…"), ("文章", 2, "…"), ("ab", 0, "")],
)
def test_too_long_text_ends_in_an_ellipsis(text: str, width: int, shown: str) -> None:
    """Clipping never leaves half a letter."""
    assert clip(text, width) == shown


def test_a_path_loses_its_beginning() -> None:
    """The line number at the end of a place stays."""
    assert clip_start("/srv/project/views.py:30", 12) == "…views.py:30"
    assert clip_start("views.py:30", 12) == "views.py:30"


def test_text_is_cut_at_the_edge() -> None:
    """Nothing is drawn outside the canvas."""
    canvas = Canvas(5, 1)
    assert canvas.put(3, 0, "abc") == 5
    assert canvas.put(9, 0, "abc") == 9
    assert canvas.put(-1, 0, "abc") == -1
    assert canvas.line(0) == "   a…"


def test_neighbouring_cells_of_a_paint_are_one_run() -> None:
    """Rows are handed on as the fewest runs."""
    canvas = Canvas(6)
    canvas.put(1, 0, "ab", DOWN)
    canvas.put(3, 0, "c", DOWN)
    assert canvas.runs(0) == [Run(" ", INK), Run("abc", DOWN), Run("  ", INK)]


def test_overwriting_half_of_a_letter_removes_the_whole() -> None:
    """A double-width letter of which one cell is overwritten disappears, so the columns stay."""
    canvas = Canvas(6)
    canvas.put(0, 0, "文章")
    canvas.put(1, 0, "x")
    assert canvas.line(0) == " x章  "
    canvas.put(2, 0, "y")
    assert canvas.line(0) == " xy   "


def test_repainting_keeps_the_letters() -> None:
    """Lighting a block changes paints only."""
    canvas = Canvas(4)
    canvas.put(0, 0, "abcd")
    canvas.repaint(1, 0, 3, DOWN)
    assert canvas.runs(0) == [Run("a", INK), Run("bc", DOWN), Run("d", INK)]


def test_a_phrase_stops_at_its_width() -> None:
    """Pieces are drawn one after the other, the last one cut."""
    canvas = Canvas(10)
    phrase = (("abc", INK), ("defg", DOWN))
    assert phrase_width(phrase) == 7
    assert canvas.put_phrase(1, 0, phrase, width=5) == 6
    assert canvas.line(0) == " abcd…    "


def test_escape_sequences_do_not_reach_the_terminal() -> None:
    """A canvas makes harmless whatever it is given."""
    canvas = Canvas(30)
    canvas.put(0, 0, "a\x1b[2Jb\u202ec")
    assert canvas.line(0).rstrip() == "a\\x1b[2Jb<U+202E>c"


def test_ascii_keeps_every_column() -> None:
    """Glyphs become one character; letters stay, or become question marks of their width."""
    canvas = Canvas(12)
    canvas.put(0, 0, "●━ 文é … x")
    assert canvas.to_ascii().line(0) == "*= 文é ~ x  "
    strict = canvas.to_ascii(strict=True)
    assert strict.line(0) == "*= ??? ~ x  "
    strict.put(11, 0, "|")
    assert strict.line(0) == "*= ??? ~ x |"


@given(pieces=st.lists(st.tuples(st.integers(-3, 24), ANY_TEXT), max_size=6))
def test_every_row_is_exactly_as_wide_as_the_canvas(pieces: list[tuple[int, str]]) -> None:
    """Whatever is drawn wherever, a row has as many cells as the canvas."""
    canvas = Canvas(20, 1)
    for x, text in pieces:
        canvas.put(x, 0, text)
    assert cell_len(canvas.line(0)) == 20
    assert sum(cell_len(run.text) for run in canvas.runs(0)) == 20
    assert canvas.to_ascii(strict=True).line(0).isascii()
