"""The patch registry: what was replaced where, undone in reverse."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from reqtrace.agent.guard import Probe, hide_from_warnings
from reqtrace.agent.imports import ImportWatcher

MISSING = object()

Installer = Callable[[ModuleType, str, "Patches"], None]


class Done(NamedTuple):
    """One attribute that was replaced; or, without an owner, something else to undo by calling ``original``."""

    owner: Any
    name: str
    original: Any
    replacement: object


class Patches:
    """Every attribute the agent replaced; whatever stood there is wrapped, never a stale original."""

    def __init__(self) -> None:
        self._done: list[Done] = []
        self._left: list[Done] = []
        """Replacements that somebody has wrapped since: they stay, and are not made a second time."""
        self._watcher = ImportWatcher()

    def when_imported(self, module: str, probe_name: str, installer: Installer) -> None:
        """Run the installer after the module's import: all of its patches, or none."""
        self._watcher.when_imported(module, lambda imported: self.install_whole(imported, probe_name, installer))

    def install_whole(self, module: ModuleType, probe_name: str, installer: Installer) -> None:
        """Run the installer now: all of its patches, or none."""
        mark = len(self._done)
        try:
            installer(module, probe_name, self)
        except Exception as error:
            self._undo_to(mark)
            Probe(probe_name).fail(error)

    def replace(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """Put ``make(what is there)`` in place of attribute ``name`` of a class or module."""
        for left in self._left:
            if left.owner is owner and left.name == name:
                self._left.remove(left)
                self._done.append(left)
                return
        replacement = make(getattr(owner, name))
        if isinstance(replacement, FunctionType):
            hide_from_warnings(replacement)
        self._done.append(Done(owner, name, vars(owner).get(name, MISSING), replacement))
        setattr(owner, name, replacement)

    def finally_do(self, action: Callable[[], object]) -> None:
        """Call ``action()`` in its turn when this is undone: for what is no attribute."""
        self._done.append(Done(None, "", action, MISSING))

    def undo(self) -> None:
        """Put everything back."""
        self._watcher.forget()
        self._undo_to(0)

    def _undo_to(self, mark: int) -> None:
        while len(self._done) > mark:
            done = self._done.pop()
            if done.owner is None:
                done.original()
            elif vars(done.owner).get(done.name, MISSING) is not done.replacement:
                self._left.append(done)
            elif done.original is MISSING:
                delattr(done.owner, done.name)
            else:
                setattr(done.owner, done.name, done.original)
