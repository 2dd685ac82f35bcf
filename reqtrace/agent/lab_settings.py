"""The settings of an experiment: another MIDDLEWARE, throw-away caches and sessions, e-mails that go nowhere.

They hold while a handler is built and while its request runs, so that code that looks at ``settings.MIDDLEWARE`` by
then sees the list that is tried. No ``setting_changed`` is sent: receivers would forget what the project has cached.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from reqtrace.agent.lab_remarks import Remarks

__all__ = [
    "overridden_settings",
    "settings_of_isolation",
    "throw_away_caches",
    "throw_away_mail",
    "throw_away_sessions",
]

MEMORY = "django.core.cache.backends.locmem.LocMemCache"
DUMMY = "django.core.cache.backends.dummy.DummyCache"
OWN_CACHES = "django.core.cache.backends."
OUTBOX = "django.core.mail.backends.locmem.EmailBackend"
KEPT_OPTIONS = ("MAX_ENTRIES", "CULL_FREQUENCY")
KEPT_PARAMETERS = ("TIMEOUT", "KEY_PREFIX", "VERSION", "KEY_FUNCTION")
FILE_SESSIONS = "django.contrib.sessions.backends.file"

_worlds = itertools.count(1)


@contextmanager
def overridden_settings(values: Mapping[str, Any]) -> Iterator[None]:
    """``django.conf.settings`` with other values, in every thread."""
    from django.conf import UserSettingsHolder, settings

    previous = settings._wrapped
    holder = UserSettingsHolder(previous)
    for name, value in values.items():
        setattr(holder, name, value)
    settings._wrapped = holder
    try:
        yield
    finally:
        settings._wrapped = previous


def settings_of_isolation() -> dict[str, Any]:
    """Settings that are read at each use; the caches are swapped by ``throw_away_caches``."""
    from django.conf import settings

    if hasattr(settings, "MAILERS"):  # Django 6.1
        return {"MAILERS": {alias: {"BACKEND": OUTBOX} for alias in settings.MAILERS}}
    return {"EMAIL_BACKEND": OUTBOX}


# --- caches ------------------------------------------------------------------------------------------------------


@contextmanager
def throw_away_caches() -> Iterator[None]:
    """Every alias is an empty cache in memory, gone afterwards. A new thread gets its caches from these settings."""
    from django.core.cache import caches
    from django.core.cache.backends import locmem

    stores = [getattr(locmem, name) for name in ("_caches", "_expire_info", "_locks")]
    world = next(_worlds)
    previous = caches.settings
    stand_ins = {alias: stand_in(params, f"reqtrace-{world}-{alias}") for alias, params in previous.items()}
    caches.settings = stand_ins
    try:
        yield
    finally:
        caches.settings = previous
        for params in stand_ins.values():
            for store in stores:
                store.pop(params["LOCATION"], None)


def stand_in(params: Mapping[str, Any], location: str) -> dict[str, Any]:
    backend = DUMMY if params.get("BACKEND") == DUMMY else MEMORY
    options = {name: value for name, value in params.get("OPTIONS", {}).items() if name in KEPT_OPTIONS}
    kept = {name: params[name] for name in KEPT_PARAMETERS if name in params}
    return {"BACKEND": backend, "LOCATION": location, "OPTIONS": options, **kept}


def remark_caches(remarks: Remarks) -> None:
    """Caches whose class may have methods that a cache in memory has not."""
    from django.conf import settings

    for alias, params in settings.CACHES.items():
        backend = str(params.get("BACKEND", ""))
        if not backend.startswith(OWN_CACHES):
            remarks.add("cache", alias=alias, backend=backend)
    if settings.SESSION_ENGINE == "django.contrib.sessions.backends.cache":
        remarks.add("session_store", engine="cache")
    elif settings.SESSION_ENGINE == FILE_SESSIONS:
        remarks.add("session_store", engine="file")


# --- sessions, mail ----------------------------------------------------------------------------------------------


@contextmanager
def throw_away_sessions() -> Iterator[None]:
    """Sessions in files go to a directory of their own; others are in the database, in a cache or in the cookie."""
    from django.conf import settings

    if settings.SESSION_ENGINE != FILE_SESSIONS:
        yield
        return
    from django.contrib.sessions.backends import file

    store: Any = file.SessionStore
    missing = object()
    previous = vars(store).get("_storage_path", missing)
    store._storage_path = tempfile.mkdtemp(prefix="reqtrace-sessions-")
    try:
        yield
    finally:
        shutil.rmtree(store._storage_path, ignore_errors=True)
        if previous is missing:
            del store._storage_path
        else:
            store._storage_path = previous


@contextmanager
def throw_away_mail(remarks: Remarks) -> Iterator[None]:
    """What is sent lies in ``django.core.mail.outbox`` and is told."""
    from django.core import mail as django_mail

    from reqtrace.agent.probes.mail import facts_of

    mail: Any = django_mail
    missing = object()
    previous = getattr(mail, "outbox", missing)
    mail.outbox = []
    try:
        yield
    finally:
        for message in mail.outbox:
            subject, recipients = facts_of(message)
            remarks.add("mail", subject=subject, recipients=recipients)
        if previous is missing:
            del mail.outbox
        else:
            mail.outbox = previous
