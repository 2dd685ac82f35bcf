"""Styles are read, looked up and set again only if they would come to something else."""

from __future__ import annotations

from typing import cast

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.css import stylesheet
from textual.css.stylesheet import Stylesheet
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Label

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


def test_a_theme_can_be_read_ahead(sheet: ThriftyStylesheet, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source at a time, and nothing looks different for it; when it is chosen nothing has to be read."""
    assert len(list(sheet.read_ahead(LIGHT))) == len(sheet.source)
    assert ground(sheet) == "#000000"
    monkeypatch.setattr(stylesheet, "parse", lambda *_, **__: pytest.fail("read again"))
    sheet.set_variables(LIGHT)
    sheet.reparse()
    assert ground(sheet) == "#FFFFFF"


def test_what_has_come_is_read(sheet: ThriftyStylesheet) -> None:
    """The styles of a widget that is new."""
    sheet.add_source("Label { background: $ground; color: red; }", read_from=("two", ""))
    sheet.reparse()
    assert len(sheet.rules) == 2
    sheet.set_variables(LIGHT)
    sheet.reparse()
    assert [rule.styles.background.hex for rule in sheet.rules] == ["#FFFFFF", "#FFFFFF"]


class Holder(App[None]):
    """Two rows below a body that can be lit."""

    CSS = """
    #body { color: #111111; }
    #body.-lit Label { color: #222222; }
    #body.-lit { background: #333333; border-title-color: #444444; scrollbar-color: #555555; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.stylesheet = ThriftyStylesheet(variables=self.get_css_variables())

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="body"):
            yield Label("one")
            yield Label("two", classes="second")


def looks(app: Holder) -> list[tuple[str, ...]]:
    """What the widgets look like."""
    body = app.query_one("#body")
    title = body.styles.border_title_color.hex, body.styles.scrollbar_color.hex
    return [title, *((one.styles.color.hex, one.styles.background.hex) for one in app.query("#body, #body Label"))]


async def test_a_class_that_comes_back_looks_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what was looked up once is not looked up again, but for a class that has not been there."""
    async with Holder().run_test() as pilot:
        app = cast("Holder", pilot.app)
        body = app.query_one("#body")
        plain = looks(app)
        app.query_one("#body").add_class("-lit")
        await pilot.pause()
        lit = looks(app)
        assert lit[0] == ("#444444", "#555555")
        assert lit[2][0] == lit[3][0] == "#222222"
        body.remove_class("-lit")
        await pilot.pause()
        assert looks(app) == plain
        with monkeypatch.context() as patched:
            patched.setattr(Stylesheet, "apply", lambda *_, **__: pytest.fail("looked up again"))
            body.add_class("-lit")
            await pilot.pause()
        assert looks(app) == lit
        app.stylesheet.add_source("#body.-lit Label { color: #666666; }", read_from=("later", ""))
        app.stylesheet.update(app.screen)
        assert looks(app)[2][0] == "#666666"


async def test_another_look_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the widget, of those in it, and of its scrollbar; nothing is painted where nothing looks different."""
    painted: set[str] = set()
    refresh = Widget.refresh

    def note(self: Widget, *regions: Region, **options: bool) -> Widget:
        painted.add(self.id or type(self).__name__)
        return refresh(self, *regions, **options)

    async with Holder().run_test(size=(20, 1)) as pilot:
        app = cast("Holder", pilot.app)
        app.stylesheet.update(app.screen)
        monkeypatch.setattr(Widget, "refresh", note)
        app.stylesheet.update(app.screen)
        assert not painted
        app.query_one("#body").add_class("-lit")
        await pilot.pause()
        assert painted >= {"body", "Label", "ScrollBar"}
