"""The patch registry: what was replaced where, undone in reverse."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from reqtrace.agent.guard import Probe, hide_from_warnings
from reqtrace.agent.imports import ImportWatcher

MISSING = object()

Installer = Callable[[ModuleType, str, "Patches"], None]


class Patches:
    """Every attribute the agent replaced; whatever stood there is wrapped, never a stale original."""

    def __init__(self) -> None:
        self._done: list[tuple[Any, str, object]] = []
        self._watcher = ImportWatcher()

    def when_imported(self, module: str, probe_name: str, installer: Installer) -> None:
        """Run the installer after the module's import: all of its patches, or none."""

        def install_whole(imported: ModuleType) -> None:
            mark = len(self._done)
            try:
                installer(imported, probe_name, self)
            except Exception as error:
                self._undo_to(mark)
                Probe(probe_name).fail(error)

        self._watcher.when_imported(module, install_whole)

    def replace(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """Put ``make(what is there)`` in place of attribute ``name`` of a class or module."""
        replacement = make(getattr(owner, name))
        if isinstance(replacement, FunctionType):
            hide_from_warnings(replacement)
        self._done.append((owner, name, vars(owner).get(name, MISSING)))
        setattr(owner, name, replacement)

    def undo(self) -> None:
        """Put everything back."""
        self._watcher.forget()
        self._undo_to(0)

    def _undo_to(self, mark: int) -> None:
        while len(self._done) > mark:
            owner, name, original = self._done.pop()
            if original is MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, original)
