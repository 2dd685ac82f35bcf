"""Styles are read again only if they would come to something else."""

from __future__ import annotations

import pytest
from textual.css import stylesheet
from textual.css.stylesheet import Stylesheet

from reqtrace.tui.thrifty_stylesheet import ThriftyStylesheet

DARK, LIGHT = {"ground": "#000000"}, {"ground": "#ffffff"}
CSS = "Screen { background: $ground; }"


@pytest.fixture
def sheet() -> ThriftyStylesheet:
    """Read once, for a dark screen."""
    made = ThriftyStylesheet(variables=DARK)
    made.add_source(CSS, read_from=("one", ""))
    made.reparse()
    return made


def ground(sheet: Stylesheet) -> str:
    """The colour it gives."""
    return sheet.rules[-1].styles.background.hex


def test_the_same_is_not_read_again(sheet: ThriftyStylesheet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it for a theme that was there before."""
    sheet.set_variables(LIGHT)
    sheet.reparse()
    assert ground(sheet) == "#FFFFFF"
    monkeypatch.setattr(stylesheet, "parse", lambda *_, **__: pytest.fail("read again"))
    sheet.set_variables(DARK)
    sheet.reparse()
    assert ground(sheet) == "#000000"
    sheet.set_variables(DARK.copy())
    sheet.reparse()
    assert ground(sheet) == "#000000"


def test_what_has_come_is_read(sheet: ThriftyStylesheet) -> None:
    """The styles of a widget that is new."""
    sheet.add_source("Label { background: $ground; color: red; }", read_from=("two", ""))
    sheet.reparse()
    assert len(sheet.rules) == 2
    sheet.set_variables(LIGHT)
    sheet.reparse()
    assert [rule.styles.background.hex for rule in sheet.rules] == ["#FFFFFF", "#FFFFFF"]
