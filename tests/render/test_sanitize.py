"""Hostile text is shown as what it is, and ordinary text stays as it was."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqtrace.render.sanitize import sanitize


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/polls/3/?page=2", "/polls/3/?page=2"),
        ("/文章/起動流程/", "/文章/起動流程/"),
        ("[bold red]x[/]", "[bold red]x[/]"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("user\u202egpj.exe", "user<U+202E>gpj.exe"),
        ("a\u200bb\ufeffc", "a<U+200B>b<U+FEFF>c"),
        ("\udcff", "<U+DCFF>"),
        ("\U000e0041", "<U+E0041>"),
        ("a\u2028b", "a<U+2028>b"),
        ("a\u00a0b", "a b"),
        ("é", "é"),
        ("e\u0301", "e\u0301"),
        ("Z\u0301\u0302\u0303\u0304", "Z\u0301\u0302<U+0303><U+0304>"),
        ("\u3164", "<U+3164>"),
        ("❤\ufe0f", "❤<U+FE0F>"),
    ],
)
def test_what_acts_on_a_terminal_is_shown_instead(text: str, shown: str) -> None:
    """Controls become escapes, invisible characters their numbers, letters and markup stay."""
    assert sanitize(text) == shown


@given(st.text(st.characters(codec=None)))
def test_nothing_that_acts_is_left(text: str) -> None:
    """No control, format, surrogate, private or unassigned character survives, and doing it twice changes nothing."""
    shown = sanitize(text)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert sanitize(shown) == shown
    shown.encode("utf-8")
