"""Installs and uninstalls the agent: idempotent, without importing Django, reading a setting or touching an app.

Each part of Django is patched right after its module was imported; a process that never imports Django pays for
nothing but this table.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from reqtrace.agent.patches import Patches

WATCHED = (
    ("django.core.cache", "caches"),
    ("django.core.handlers.base", "chain"),
    ("django.core.handlers.base", "outgoing"),
    ("django.core.handlers.base", "responses"),
    ("django.core.handlers.base", "urls"),
    ("django.core.handlers.base", "views"),
    ("django.core.handlers.exception", "exceptions"),
    ("django.core.handlers.wsgi", "wsgi"),
    ("django.core.handlers.asgi", "asgi"),
    ("django.contrib.staticfiles.handlers", "responses"),
    ("django.core.mail", "mail"),
    ("django.core.servers.basehttp", "server"),
    ("django.db.backends.base.base", "transactions"),
    ("django.db.backends.utils", "database"),
    ("django.dispatch.dispatcher", "hops"),
    ("django.template.base", "templates"),
    ("django.template.context", "context_processors"),
    ("django.test.utils", "templates"),
    ("django.urls.base", "lookups"),
    ("django.utils.decorators", "decorators"),
)
"""Django module, and the probe whose ``install(module, patches)`` is run once it is imported."""

DEEP: tuple[tuple[str, str], ...] = (
    ("django.core.handlers.base", "calls"),
    ("django.dispatch.dispatcher", "signals"),
    ("django.template.base", "tags"),
    ("django.utils.log", "logs"),
)
"""The same for what is watched only at the level ``deep`` (``reqtrace.agent.levels``)."""

installed: Patches | None = None
found_early: list[tuple[ModuleType, str]] | None = []
"""Modules of ``DEEP`` that were imported before the first of Django's; ``None`` when that has come."""


def install() -> None:
    """Wait for the modules of Django."""
    global installed
    if installed is not None:
        return
    installed = patches = Patches()
    for django_module, probe_name in WATCHED:
        patches.when_imported(django_module, probe_name, install_probe)
    for module, probe_name in DEEP:
        patches.when_imported(module, probe_name, deep_module_found)


def deep_module_found(module: ModuleType, probe_name: str, patches: Patches) -> None:
    """Leave it to the level whether it is patched; a process without Django does not even load that."""
    if found_early is not None:
        found_early.append((module, probe_name))
        return
    from reqtrace.agent.levels import levels

    levels.found(module, probe_name)


def begin_levels() -> None:
    """Take the level this process shall begin with, once."""
    global found_early
    if found_early is None:
        return
    from reqtrace.agent.levels import levels

    found, found_early = found_early, None
    for module, probe_name in found:
        levels.found(module, probe_name)
    levels.start_from_environment()


def install_probe(module: ModuleType, probe_name: str, patches: Patches) -> None:
    """Patch one Django module. The link starts with the first, so that a process without Django has none."""
    from reqtrace.agent import link

    # Before the link, so that telling the level starts no sender in a process that has nothing else to tell.
    begin_levels()
    link.start_from_environment()
    importlib.import_module(f"reqtrace.agent.probes.{probe_name}").install(module, patches)


def uninstall() -> None:
    """Undo every patch; chains that were built meanwhile keep their wrappers, which do nothing any more."""
    global installed, found_early
    from reqtrace.agent.levels import levels
    from reqtrace.agent.recorder import recorder

    recorder.silence()
    levels.forget()
    if installed is not None:
        installed.undo()
        installed = None
    found_early = []
