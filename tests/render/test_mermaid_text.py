"""Text in a Mermaid diagram is only text: the rules were learnt by drawing such texts with Mermaid 9, 10 and 11."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqtrace.render.mermaid_text import LONGEST, shown
from reqtrace.render.sanitize import sanitize

SAFE = re.compile(r"(?:[ ._\-/()+=,?0-9]|[^\W\d_]|#\d+;)+")
NUMBER = re.compile(r"#(\d+);")


def read(source: str) -> str:
    """What Mermaid shows for it."""
    return NUMBER.sub(lambda number: chr(int(number.group(1))), source)


@pytest.mark.parametrize(
    ("words", "source"),
    [
        ("GET /books/3/?from=home", "GET /books/3/?from=home"),
        ("a;b", "a#59;b"),
        ("#35;", "#35;35#59;"),
        ("%%{init: {}}%%", "#37;#37;#123;init#58; #123;#125;#125;#37;#37;"),
        ("<b>&lt;", "#60;b#62;#38;lt#59;"),
        ("a->>b: c", "a-#62;#62;b#58; c"),
        ('it\'s "so" `here`', "it#39;s #34;so#34; #96;here#96;"),
        ("a\nb\x1b[1m", "a#92;nb#92;x1b#91;1m"),
        ("文章 ü", "文章 ü"),
        ("end", "e#110;d"),
        ("END", "E#78;D"),
        ("the End of bend", "the E#110;d of bend"),
        ("", "#160;"),
        (" \u00a0\t".strip("\t"), "#160;"),
        ("wrap:x", "wrap#58;x"),
        ("🎉", "#127881;"),
    ],
)
def test_what_means_something_to_mermaid_is_a_number(words: str, source: str) -> None:
    """Letters, digits and the signs of a path stay as they are, so that the source can be read."""
    assert shown(words) == source


@given(st.text())
def test_every_text_comes_out_as_itself(words: str) -> None:
    """Made harmless and cut, but with no character changed, and with no word that closes a block."""
    source = shown(words)
    assert SAFE.fullmatch(source), source
    assert "end" not in source.lower().split()
    wanted = sanitize(words).strip() or "\u00a0"
    assert html.unescape(read(source)) == wanted or (
        len(wanted) > LONGEST and read(source)[:-1] == wanted[: LONGEST - 1]
    )


def test_a_long_text_is_cut() -> None:
    """A statement of ten thousand characters would be drawn in one row."""
    assert read(shown("x" * 10_000)) == "x" * (LONGEST - 1) + "…"
