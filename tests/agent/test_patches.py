"""What the agent replaces is put back as it was: in reverse, all or nothing."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from reqtrace.agent.guard import Probe
from reqtrace.agent.patches import Patches


class Base:
    """For inherited attributes."""

    def greet(self) -> str:
        return "base"


class Child(Base):
    """Has no ``greet`` of its own."""

    name = "child"


def around(word: str) -> Callable[[Any], Any]:
    """A wrapper whose result shows that it was there."""

    def make(original: Any) -> Any:
        def wrapped(*args: Any) -> str:
            return f"{word}({original(*args)})"

        return wrapped

    return make


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What probes report."""
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(Probe, "reported", staticmethod(lambda name, reason: told.append((name, reason))))
    return told


@pytest.fixture
def patches() -> Iterator[Patches]:
    patches = Patches()
    yield patches
    patches.undo()
    assert "greet" not in vars(Child)


def test_undo_puts_back_what_was_there(patches: Patches) -> None:
    """The very same function, and the value of a plain attribute."""
    original = Base.greet
    patches.replace(Base, "greet", around("a"))
    patches.replace(Child, "name", str.upper)
    assert (Base().greet(), Child.name) == ("a(base)", "CHILD")
    patches.undo()
    assert Base.greet is original
    assert Child.name == "child"


def test_an_inherited_attribute_is_not_left_on_the_class(patches: Patches) -> None:
    """A class that had none of its own has none afterwards, and its base was never touched."""
    patches.replace(Child, "greet", around("a"))
    assert (Child().greet(), Base().greet()) == ("a(base)", "base")
    patches.undo()
    assert "greet" not in vars(Child)


def test_two_patches_of_one_attribute(patches: Patches) -> None:
    """Each wraps what it finds; undone in reverse, the first original is back."""
    original = Base.greet
    patches.replace(Base, "greet", around("a"))
    patches.replace(Base, "greet", around("b"))
    assert Base().greet() == "b(a(base))"
    patches.undo()
    assert Base.greet is original


def test_a_neighbours_patch_is_wrapped(patches: Patches, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another tool put there before is kept in the chain, and is there again afterwards."""
    theirs = around("theirs")(Base.greet)
    monkeypatch.setattr(Base, "greet", theirs)
    patches.replace(Base, "greet", around("ours"))
    assert Base().greet() == "ours(theirs(base))"
    patches.undo()
    assert Base.greet is theirs


def test_undoing_twice_does_nothing(patches: Patches, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even if somebody else has patched meanwhile."""
    patches.replace(Base, "greet", around("a"))
    patches.undo()
    theirs = around("theirs")(Base.greet)
    monkeypatch.setattr(Base, "greet", theirs)
    patches.undo()
    assert Base.greet is theirs


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """An imported module."""
    module = ModuleType("shop")
    module.first, module.second = str, str  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "shop", module)
    return module


def test_an_installer_that_fails_leaves_none_of_its_patches(
    patches: Patches, module: ModuleType, reports: list[tuple[str, str]]
) -> None:
    """All or nothing: its probe is reported and the others stay."""

    def sound(shop: ModuleType, probe: str, patches: Patches) -> None:
        patches.replace(shop, "first", around("sound"))

    def broken(shop: ModuleType, probe: str, patches: Patches) -> None:
        patches.replace(shop, "first", around("broken"))
        patches.replace(shop, "second", around("broken"))
        patches.replace(shop, "third", around("broken"))

    for name, installer in (("sound", sound), ("broken", broken)):
        patches.when_imported("shop", name, installer)
    assert (module.first("x"), module.second("x")) == ("sound(x)", "x")
    [(probe, reason)] = reports
    assert probe == "broken"
    assert reason.startswith("AttributeError in ")


def test_an_installer_waits_for_its_module(patches: Patches, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """The patch is in place when the import statement returns; undone before, it never comes."""
    for name in ("shop_one", "shop_two"):
        (tmp_path / f"{name}.py").write_text("value = str")
    monkeypatch.syspath_prepend(tmp_path)

    def installer(shop: ModuleType, probe: str, patches: Patches) -> None:
        patches.replace(shop, "value", around("patched"))

    for name in ("shop_one", "shop_two"):
        patches.when_imported(name, "probe", installer)
    assert importlib.import_module("shop_one").value("x") == "patched(x)"
    patches.undo()
    assert importlib.import_module("shop_one").value is str
    assert importlib.import_module("shop_two").value is str
    for name in ("shop_one", "shop_two"):
        del sys.modules[name]
