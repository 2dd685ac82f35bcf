"""How much this process observes: ``path``, or ``deep`` with probes that cost more; switched while it runs.

The probes of ``DEEP`` (``reqtrace.agent.install``) are patched in when the level becomes ``deep`` and taken out when it
becomes ``path`` again, so at ``path`` they cost nothing. Switching may happen in any thread; what is under way keeps
the wrappers it has entered and ends with them.
"""

from __future__ import annotations

import importlib
import logging
import os
import threading
from types import ModuleType

from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import Recorder, recorder
from reqtrace.events.kinds import LevelChanged
from reqtrace.events.wire import LEVELS

__all__ = ["DEEP_LEVEL", "PATH_LEVEL", "Levels", "levels"]

PATH_LEVEL, DEEP_LEVEL = LEVELS

logger = logging.getLogger("reqtrace")


class Levels:
    """The level, and the modules that a probe of ``deep`` watches, in the order they were imported."""

    def __init__(self, teller: Recorder = recorder) -> None:
        self.is_deep = False
        """For a wrapper of ``deep`` that could not be taken out because another tool has wrapped it since."""
        self._recorder = teller
        self._lock = threading.Lock()
        self._found: list[tuple[ModuleType, str]] = []
        self._installed: set[tuple[str, str]] = set()
        self._patches = Patches()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    def start_from_environment(self) -> None:
        """Take the level that ``REQTRACE_LEVEL`` names."""
        level = os.environ.get("REQTRACE_LEVEL", "")
        if level in LEVELS:
            self.set(level)
        elif level:
            logger.warning("REQTRACE_LEVEL is %r, not path or deep; it stays %s", level, self.level)

    @property
    def level(self) -> str:
        """``path`` or ``deep``."""
        return DEEP_LEVEL if self.is_deep else PATH_LEVEL

    def found(self, module: ModuleType, probe_name: str) -> None:
        """A module that a probe of ``deep`` watches was imported."""
        with self._lock:
            self._found.append((module, probe_name))
        if self.is_deep:
            self._install_found()

    def set(self, level: str) -> None:
        """Observe more, or less. Again with the same level it only makes sure of it."""
        is_deep = level == DEEP_LEVEL
        with self._lock:
            is_new, self.is_deep = is_deep != self.is_deep, is_deep
            if not is_deep:
                self._undo()
        if is_deep:
            self._install_found()
        if is_new:
            self._recorder.fact(LevelChanged, level)

    def forget(self) -> None:
        """Undo everything, and know no module any more."""
        with self._lock:
            self.is_deep = False
            self._undo()
            self._found.clear()

    def _install_found(self) -> None:
        # Imported outside the lock: whoever imports a watched module waits for it while holding that module's own.
        for _module, probe_name in list(self._found):
            importlib.import_module(probe_module(probe_name))
        with self._lock:
            for module, probe_name in self._found if self.is_deep else ():
                key = (module.__name__, probe_name)
                if key not in self._installed:
                    self._installed.add(key)
                    self._patches.install_whole(module, probe_name, install_probe)

    def _undo(self) -> None:
        self._patches.undo()
        self._installed.clear()

    def _after_fork(self) -> None:
        # Another thread of the parent may have held it; what it had not finished, the next ``set`` does.
        self._lock = threading.Lock()


def probe_module(probe_name: str) -> str:
    return f"reqtrace.agent.probes.{probe_name}"


def install_probe(module: ModuleType, probe_name: str, patches: Patches) -> None:
    """Patch one module; under the lock, so the ``install`` of a probe of ``deep`` imports nothing of Django."""
    importlib.import_module(probe_module(probe_name)).install(module, patches)


levels = Levels()
