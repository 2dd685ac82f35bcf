"""Installs and uninstalls the agent: idempotent, without importing Django, reading a setting or touching an app.

Each part of Django is patched right after its module was imported; a process that never imports Django pays for
nothing but this table.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from reqtrace.agent.patches import Patches

WATCHED = (
    ("django.core.handlers.base", "chain"),
    ("django.core.handlers.base", "responses"),
    ("django.core.handlers.base", "urls"),
    ("django.core.handlers.base", "views"),
    ("django.core.handlers.exception", "exceptions"),
    ("django.core.handlers.wsgi", "wsgi"),
    ("django.core.handlers.asgi", "asgi"),
    ("django.contrib.staticfiles.handlers", "responses"),
    ("django.core.servers.basehttp", "server"),
    ("django.db.backends.utils", "database"),
    ("django.template.base", "templates"),
    ("django.test.utils", "templates"),
)
"""Django module, and the probe whose ``install(module, patches)`` is run once it is imported."""

installed: Patches | None = None


def install() -> None:
    """Wait for the modules of Django."""
    global installed
    if installed is not None:
        return
    installed = patches = Patches()
    for django_module, probe_name in WATCHED:
        patches.when_imported(django_module, probe_name, install_probe)


def install_probe(module: ModuleType, probe_name: str, patches: Patches) -> None:
    """Patch one Django module. The link starts with the first, so that a process without Django has none."""
    from reqtrace.agent import link

    link.start_from_environment()
    importlib.import_module(f"reqtrace.agent.probes.{probe_name}").install(module, patches)


def uninstall() -> None:
    """Undo every patch; chains that were built meanwhile keep their wrappers, which do nothing any more."""
    global installed
    from reqtrace.agent.recorder import recorder

    recorder.silence()
    if installed is not None:
        installed.undo()
        installed = None
