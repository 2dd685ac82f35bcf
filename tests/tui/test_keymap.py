"""A person may have other keys; what cannot be is told."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from tui_driver import Driver, MemorySource

import reqtrace.tui
from reqtrace.hub.arrival import SitePhase
from reqtrace.tui.app import ReqtraceApp
from reqtrace.tui.keymap import checked_keymap
from reqtrace.tui.keys.catalog import EVERYWHERE, OVERLAYS, all_bindings
from reqtrace.tui.keys.catalog import MODES as MODE_BINDINGS
from reqtrace.tui.keys.naming import key_name
from reqtrace.tui.modes import MODES
from reqtrace.tui.taste import Taste
from reqtrace.tui.words import word


def every_class() -> Iterator[type[DOMNode]]:
    """Every screen and widget of ours."""
    for module in pkgutil.walk_packages(reqtrace.tui.__path__, "reqtrace.tui."):
        importlib.import_module(module.name)
    pending = [DOMNode]
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        if kind.__module__.startswith("reqtrace."):
            yield kind


def test_every_key_is_in_the_catalog() -> None:
    """Whatever a screen or a widget binds can be bound otherwise, and `reqtrace config` lists it."""
    bound = {
        binding.id or f"{kind.__name__} {binding.key}"
        for kind in every_class()
        for binding in kind.__dict__.get("BINDINGS", [])
        if isinstance(binding, Binding)
    }
    assert bound == all_bindings().keys()


def test_the_catalog_has_each_id_once() -> None:
    """And a name for each place, and one for each mode."""
    ids = [binding.id for place in (EVERYWHERE, *MODE_BINDINGS.values(), *OVERLAYS.values()) for binding in place]
    assert len(ids) == len(set(ids))
    assert list(MODE_BINDINGS) == [mode.name for mode in MODES]
    assert all(word(f"keymap.where.{place}") for place in ("everywhere", *MODE_BINDINGS, *OVERLAYS))


def test_our_own_keys_do_not_clash() -> None:
    """In each place a key does one thing: asking for every key as it is gives no remark."""
    keymap = {id: ",".join(key.strip() for key in binding.key.split(",")) for id, binding in all_bindings().items()}
    assert checked_keymap(keymap).remarks == ()


@pytest.mark.parametrize(
    ("wanted", "usable", "words"),
    [
        ({"step.on": "l, right"}, {"step.on": "l,right"}, ""),
        ({"follow": "ctrl+g,?"}, {"follow": "ctrl+g,?"}, "? is asked for by follow".replace("?", "question_mark")),
        ({"step.onn": "l"}, {}, "no key called step.onn. Did you mean step.on?"),
        ({"zzz": "l"}, {}, "no key called zzz. `reqtrace config` lists"),
        ({"step.on": "lft"}, {}, "lft is no key"),
        ({"step.on": "hyper+"}, {}, "is no key"),
        ({"step.on": ","}, {"step.on": "comma"}, ""),
        ({"step.on": "t"}, {"step.on": "t"}, "t is asked for by step.on, and also the key of theme."),
        ({"step.on": "l", "step.back": "l"}, {"step.on": "l", "step.back": "l"}, "l is asked for by step.back"),
        ({"log.top": "left"}, {"log.top": "left"}, "left is asked for by log.top, and also the key of log.left."),
    ],
)
def test_what_is_said_about_a_keymap(wanted: dict[str, str], usable: dict[str, str], words: str) -> None:
    """Unknown ids and keys are left out; a clash is told where both would work, and only there."""
    checked = checked_keymap(wanted)
    assert checked.keymap == usable
    assert (words in " ".join(checked.remarks)) if words else not checked.remarks


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("full_stop", "."),
        ("ctrl+c", "Ctrl+c"),
        ("pagedown", "PgDn"),
        ("l", "l"),
        ("shift+left", "Shift+←"),
        ("f5", "f5"),
    ],
)
def test_how_a_key_is_written(key: str, name: str) -> None:
    """As on a keyboard."""
    assert key_name(Binding(key, "x")) == name


async def test_other_keys_work_and_are_shown() -> None:
    """In the bar at the bottom and in the help; the old key does nothing."""
    source = MemorySource(is_live=False)
    source.request("home")
    app = ReqtraceApp(source, taste=Taste(keymap={"step.on": "l", "help": "f1"}))
    async with app.run_test(size=(80, 45)) as pilot:
        driver = Driver(app, pilot, source)
        await driver.settle()
        assert "f1 Help" in driver.keys
        assert "←/l Step" in driver.keys
        await driver.press("right")
        assert "step" not in driver.said.split("→")[0].split("←")[0]
        await driver.press("l")
        assert "step 1/" in driver.said
        await driver.press("f1")
        assert "│ l One step on │" in " ".join(driver.text.split())


async def test_mistakes_are_said_on_the_screen() -> None:
    """Of the file and of the keymap; the screen opens all the same."""
    source = MemorySource()
    source.site(SitePhase.SERVING)
    taste = Taste(keymap={"step.onn": "l"}, remarks=("config.toml: ascii = 3 is neither true nor false.",))
    app = ReqtraceApp(source, taste=taste)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        driver = Driver(app, pilot, source)
        await driver.settle()
        said = " ".join(driver.text.replace("▌", " ").split())
        assert "neither true nor false" in said
        assert "Did you mean" in said


async def test_theme_and_picture_to_begin_with() -> None:
    """And each theme that is chosen later is told to whoever remembers it."""
    source = MemorySource(is_live=False)
    source.request("home")
    chosen: list[str] = []
    app = ReqtraceApp(source, taste=Taste(theme="rt-cvd", picture="waterfall", on_theme=chosen.append))
    async with app.run_test(size=(120, 40)) as pilot:
        driver = Driver(app, pilot, source)
        await driver.settle()
        assert app.theme == "rt-cvd"
        assert "going IN, top to bottom" not in driver.text
        await driver.press("t")
    assert chosen == [app.theme]
    assert chosen != ["rt-cvd"]
