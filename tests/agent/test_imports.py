"""A watched module is imported as without the watcher, and the callback runs right after it."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import textwrap
import threading
import traceback
import zipfile
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from reqtrace.agent.imports import ImportWatcher, is_executing

Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """``write("package/module.py", source)``: a file to import from; what was imported is forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)

    def put(name: str, source: str = "") -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source))
        importlib.invalidate_caches()

    yield put
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def watcher() -> Iterator[ImportWatcher]:
    watcher = ImportWatcher()
    yield watcher
    watcher.forget()


def test_the_callback_comes_after_the_import(write: Write, watcher: ImportWatcher) -> None:
    """Once, with the finished module, and before the import statement returns."""
    write("shop.py", "value = 1")
    seen: list[tuple[ModuleType, int]] = []
    watcher.when_imported("shop", lambda module: seen.append((module, module.value)))
    assert seen == []
    module = importlib.import_module("shop")
    assert seen == [(module, 1)]
    importlib.import_module("shop")
    assert len(seen) == 1


def test_several_callbacks_come_in_order(write: Write, watcher: ImportWatcher) -> None:
    """In the order in which they were asked for."""
    write("shop.py")
    seen: list[int] = []
    for number in range(3):
        watcher.when_imported("shop", lambda module, number=number: seen.append(number))  # type: ignore[misc]
    importlib.import_module("shop")
    assert seen == [0, 1, 2]


def test_a_module_that_is_there_needs_no_import(watcher: ImportWatcher) -> None:
    """The callback runs at once, and nothing is put into ``sys.meta_path``."""
    before = list(sys.meta_path)
    seen: list[ModuleType] = []
    watcher.when_imported("textwrap", seen.append)
    assert seen == [textwrap]
    assert sys.meta_path == before


def test_nothing_is_left_afterwards(write: Write, watcher: ImportWatcher) -> None:
    """Loader, spec and ``sys.meta_path`` are as they would have been; the module can be reloaded."""
    write("shop.py", "value = 1")
    before = list(sys.meta_path)
    seen: list[ModuleType] = []
    watcher.when_imported("shop", seen.append)
    module = importlib.import_module("shop")
    assert sys.meta_path == before
    spec = module.__spec__
    assert spec is not None
    assert type(spec.loader).__name__ == "SourceFileLoader"
    assert "exec_module" not in vars(spec.loader)
    assert spec.has_location
    assert spec.cached is not None
    importlib.reload(module)
    assert len(seen) == 1


def test_the_module_sees_its_own_loader(write: Write, watcher: ImportWatcher) -> None:
    """While its code runs, too: ``__loader__`` carries nothing of ours."""
    write("shop.py", "mine = sorted(vars(__loader__)); place = __file__; name = __name__")
    watcher.when_imported("shop", lambda module: None)
    module = importlib.import_module("shop")
    assert module.mine == ["name", "path"]
    assert module.place.endswith("shop.py")


def test_modules_in_packages(write: Write, watcher: ImportWatcher) -> None:
    """A submodule's packages are imported first, as ever, and other modules are not delayed."""
    write("shop/__init__.py", "log = ['shop']")
    write("shop/inner/__init__.py", "import shop; shop.log.append('inner')")
    write("shop/inner/views.py", "import shop; shop.log.append('views')")
    watcher.when_imported("shop.inner.views", lambda module: sys.modules["shop"].log.append("callback"))
    importlib.import_module("shop.inner.views")
    assert sys.modules["shop"].log == ["shop", "inner", "views", "callback"]


def test_circular_imports(write: Write, watcher: ImportWatcher) -> None:
    """A module that is imported again while it is executing is told once, when it is whole."""
    write("left.py", "import right\nvalue = 'whole'")
    write("right.py", "import left\nseen = getattr(left, 'value', 'half')")
    seen: list[str] = []
    for name in ("left", "right"):
        watcher.when_imported(name, lambda module: seen.append(module.__name__))
    importlib.import_module("left")
    assert seen == ["right", "left"]
    assert sys.modules["right"].seen == "half"


def test_a_module_that_is_executing_is_not_called_back_half_done(write: Write, watcher: ImportWatcher) -> None:
    """Asking from within its own import does not hand over a module without its names."""
    write("shop.py", "import asking; asking.ask(); value = 1")
    write("asking.py")
    seen: list[ModuleType] = []
    asking = importlib.import_module("asking")
    asking.ask = lambda: watcher.when_imported("shop", seen.append)  # type: ignore[attr-defined]
    module = importlib.import_module("shop")
    assert not is_executing(module)
    assert seen == []


def test_watched_modules_import_each_other(write: Write, watcher: ImportWatcher) -> None:
    """The import of one in the middle of another's: both are told, the inner one first."""
    write("outer.py", "import inner")
    write("inner.py")
    seen: list[str] = []
    for name in ("outer", "inner"):
        watcher.when_imported(name, lambda module: seen.append(module.__name__))
    importlib.import_module("outer")
    assert seen == ["inner", "outer"]


def test_a_module_that_fails_to_import(write: Write, watcher: ImportWatcher) -> None:
    """Its own exception comes out, nothing is called, and a second try that succeeds is told."""
    write("shop.py", "raise RuntimeError('not yet')")
    seen: list[ModuleType] = []
    watcher.when_imported("shop", seen.append)
    with pytest.raises(RuntimeError, match="not yet"):
        importlib.import_module("shop")
    assert seen == []
    assert "shop" not in sys.modules
    write("shop.py", "value = 'second try, of another length'")
    module = importlib.import_module("shop")
    assert seen == [module]


def test_the_traceback_of_a_failed_import_is_the_same(write: Write, watcher: ImportWatcher) -> None:
    """No frame of ours is in it, and Python takes its own out, as ever."""
    write("shop.py", "import deeper")
    write("deeper.py", "raise RuntimeError('not yet')")
    bare, watched = [], []
    for texts in (bare, watched):
        try:
            importlib.import_module("shop")
        except RuntimeError as error:
            texts += [(frame.filename, frame.name, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
        watcher.when_imported("shop", lambda module: None)
    assert watched == bare


def test_a_module_that_does_not_exist(watcher: ImportWatcher) -> None:
    """The error is Python's own."""
    watcher.when_imported("there_is_no_such_module", lambda module: None)
    with pytest.raises(ModuleNotFoundError, match="No module named 'there_is_no_such_module'") as raised:
        importlib.import_module("there_is_no_such_module")
    assert raised.value.name == "there_is_no_such_module"
    assert importlib.util.find_spec("there_is_no_such_module") is None


def test_looking_without_importing(write: Write, watcher: ImportWatcher) -> None:
    """``find_spec`` alone calls nothing back; the import that follows does."""
    write("shop.py")
    seen: list[ModuleType] = []
    watcher.when_imported("shop", seen.append)
    assert importlib.util.find_spec("shop") is not None
    assert seen == []
    assert importlib.import_module("shop") in seen


def test_forgetting(write: Write, watcher: ImportWatcher) -> None:
    """Nothing is called any more, also not for a module that was found but not yet executed."""
    write("shop.py")
    write("late.py")
    seen: list[ModuleType] = []
    for name in ("shop", "late"):
        watcher.when_imported(name, seen.append)
    spec = importlib.util.find_spec("late")
    assert spec is not None
    assert spec.loader is not None
    watcher.forget()
    assert watcher not in sys.meta_path
    importlib.import_module("shop")
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    assert seen == []


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    """Two modules in a zip file, which share one loader."""
    with zipfile.ZipFile(tmp_path / "modules.zip", "w") as file:
        file.writestr("zipped.py", "value = 1")
        file.writestr("other.py", "value = 2")
    monkeypatch.syspath_prepend(tmp_path / "modules.zip")


def test_a_module_in_a_zip_file(archive: None, watcher: ImportWatcher) -> None:
    """A zip importer's module is told like any other; the importer is as before."""
    seen: list[ModuleType] = []
    watcher.when_imported("zipped", seen.append)
    module = importlib.import_module("zipped")
    assert seen == [module]
    assert "exec_module" not in vars(module.__spec__.loader)  # type: ignore[union-attr]


def test_a_shared_loader_is_not_mistaken(archive: None, watcher: ImportWatcher) -> None:
    """Looking for the watched module does not make its neighbour in the archive pass for it."""
    seen: list[str] = []
    watcher.when_imported("zipped", lambda module: seen.append(module.__name__))
    assert importlib.util.find_spec("zipped") is not None
    assert importlib.import_module("other").value == 2
    assert seen == []
    assert importlib.import_module("zipped").value == 1
    assert seen == ["zipped"]


class StiffLoader:
    """A loader that takes no attributes."""

    __slots__ = ()

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: Any) -> None:
        module.value = "stiff"


class ClassLoader:
    """A loader that is a class, like ``importlib.machinery.FrozenImporter``."""

    @staticmethod
    def create_module(spec: ModuleSpec) -> None:
        return None

    @staticmethod
    def exec_module(module: Any) -> None:
        module.value = "class"


@pytest.mark.parametrize(
    ("loader", "value"), [(StiffLoader(), "stiff"), (ClassLoader, "class")], ids=["slots", "class"]
)
def test_a_loader_that_cannot_be_watched(
    write: Write, watcher: ImportWatcher, monkeypatch: pytest.MonkeyPatch, loader: Any, value: str
) -> None:
    """Whatever loads the module, it is loaded, the callback comes, and the loader is left as it was."""

    class Finder:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
            return ModuleSpec(name, loader) if name == "stiff" else None

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    seen: list[ModuleType] = []
    watcher.when_imported("stiff", seen.append)
    kept = dict(vars(type(loader) if isinstance(loader, StiffLoader) else loader))
    module = importlib.import_module("stiff")
    assert module.value == value
    assert seen == [module]
    assert dict(vars(type(loader) if isinstance(loader, StiffLoader) else loader)) == kept
    assert module.__spec__ is not None
    assert module.__spec__.loader is loader
    assert module.__loader__ is loader


def test_two_threads_import_at_once(write: Write, watcher: ImportWatcher) -> None:
    """Both get the whole module, and the callback comes once."""
    write("shop.py", "import time; time.sleep(0.05); value = 1")
    seen: list[int] = []
    got: list[int] = []
    watcher.when_imported("shop", lambda module: seen.append(module.value))
    threads = [threading.Thread(target=lambda: got.append(importlib.import_module("shop").value)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [1, 1, 1, 1]
    assert seen == [1]
