"""Runs a callback right after a module was imported, without importing it and without leaving a trace."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from reqtrace.agent.guard import leave_no_frame

Callback = Callable[[ModuleType], None]


class ImportWatcher:
    """A meta path finder that finds nothing itself; it notices when a watched module is about to be executed."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Callback]] = {}
        self._finding: set[str] = set()

    def when_imported(self, name: str, callback: Callback) -> None:
        """Call ``callback(module)`` once the module is imported; at once if it already is."""
        module = sys.modules.get(name)
        if module is not None and not is_executing(module):
            callback(module)
            return
        self._waiting.setdefault(name, []).append(callback)
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def forget(self) -> None:
        """Stop watching."""
        self._waiting.clear()
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec the other finders give, its loader prepared to call back after execution."""
        if name not in self._waiting or name in self._finding:
            return None
        self._finding.add(name)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._finding.discard(name)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = WatchedLoader(spec, self._tell)  # type: ignore[assignment]
        return spec

    def _tell(self, module: ModuleType, name: str) -> None:
        for callback in self._waiting.pop(name, []):
            callback(module)
        if not self._waiting:
            self.forget()


class WatchedLoader:
    """Stands in for the loader in one spec until its module is executed: a loader may be shared, or sealed."""

    def __init__(self, spec: ModuleSpec, tell: Callable[[ModuleType, str], None]) -> None:
        self._spec = spec
        self._loader: Any = spec.loader
        self._tell = tell

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def exec_module(self, module: ModuleType) -> None:
        # Spec and module are as they would be, before the module's own code can look at them.
        self._spec.loader = self._loader
        if getattr(module, "__loader__", None) is self:
            module.__loader__ = self._loader
        try:
            self._loader.exec_module(module)
        except BaseException as error:
            leave_no_frame(error)
            raise
        self._tell(module, self._spec.name)


def is_executing(module: ModuleType) -> bool:
    """The module is in ``sys.modules`` but its code has not run to the end."""
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))
