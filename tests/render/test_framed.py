"""The frame of an exported picture: its title above, what is said of it below, nothing lost between them."""

from __future__ import annotations

from reqtrace.render.canvas import Canvas
from reqtrace.render.exhibit import Look
from reqtrace.render.framed import framed, framed_exhibit
from reqtrace.render.roles import INK, Paint, Role

RULE = "─" * 40


def picture(*lines: str, height: int = 0) -> Canvas:
    canvas = Canvas(40, height)
    for y, line in enumerate(lines):
        canvas.put(0, y, line)
    return canvas


def test_the_title_stands_above_and_the_sentences_below() -> None:
    """Blank rows at the end of the picture are left out; a remark is at the right."""
    canvas = framed(
        picture("one", "", "文 two", height=9), title="Title", remark="3 rows", said=(((("It is so.", INK)),),)
    )
    assert canvas.plain().splitlines() == [
        " Title                           3 rows",
        RULE,
        "one",
        "",
        "文 two",
        "",
        "▌ It is so.",
    ]


def test_what_is_too_long_goes_on_in_the_next_row() -> None:
    """Titles, remarks and sentences: an exported picture cannot be widened."""
    words = "a sentence of more than forty cells, which is cut nowhere"
    lines = framed(picture("x"), title=words, remark="and a remark", said=((((words, INK)),),)).plain().splitlines()
    assert lines == [
        " a sentence of more than forty cells,",
        " which is cut nowhere      and a remark",
        RULE,
        "x",
        "",
        "▌ a sentence of more than forty cells,",
        "▌ which is cut nowhere",
    ]
    beside = framed(picture("x"), title="t" * 30, remark="a remark that is long").plain().splitlines()
    assert beside[:3] == [f" {'t' * 30}", " a remark that is long", RULE]


def test_paints_come_along() -> None:
    """What a cell means is the same in the frame."""
    inner = picture()
    inner.put(3, 0, "bad", Paint(Role.BAD, bold=True))
    assert ("bad", Paint(Role.BAD, bold=True)) in framed(inner, title="t").runs(2)


def test_an_exhibit_draws_at_the_width_it_is_asked_for() -> None:
    """And in ASCII, if it must; its four formats are those of every picture."""
    exhibit = framed_exhibit(lambda width: Canvas(width), name=("a",), title="…")
    assert exhibit.draw(Look(width=50)).width == 50
    assert exhibit.draw(Look(ascii_only=True)).plain().isascii()
    assert exhibit.forms == ("svg", "png", "text", "html")
