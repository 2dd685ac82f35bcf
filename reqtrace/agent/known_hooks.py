"""Django's own hooks, whose code tells what they can do to a request and a response.

Behind such a hook a few quick looks tell that nothing happened, which spares the comparison. A hook that is not listed,
the application's and every other package's, is compared in full. The sources, the same in Django 5.2 to 6.1:
``django/middleware/*.py``, ``contrib/{sessions,auth,messages}/middleware.py``. ``MessageMiddleware.process_response``
is not listed: the storage of messages is given the request, and may be the application's.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, NamedTuple

__all__ = ["KnownHook", "known_hook"]


class KnownHook(NamedTuple):
    """What a hook of Django's can do."""

    replaces: tuple[str, ...] = ()
    """Attributes of the request that it may replace if they are there already. It may always add some."""
    evaluates: bool = False
    """It may evaluate a lazy attribute, such as the session."""
    stores: tuple[str, ...] = ()
    """Keys of ``META`` that it may replace on the way in. One without these, and that evaluates nothing, adds none."""
    is_light: bool = False
    """Of ``process_response``: all it does to the response it is given is to add headers (it may return another)."""

    @property
    def only_adds(self) -> bool:
        """All it does to the request is to add attributes."""
        return not (self.replaces or self.evaluates or self.stores)


HOOKS = {
    "django.middleware.security.SecurityMiddleware.process_request": KnownHook(),
    "django.middleware.security.SecurityMiddleware.process_response": KnownHook(is_light=True),
    "django.contrib.sessions.middleware.SessionMiddleware.process_request": KnownHook(("session",)),
    "django.contrib.sessions.middleware.SessionMiddleware.process_response": KnownHook(evaluates=True),
    "django.middleware.common.CommonMiddleware.process_request": KnownHook(),
    "django.middleware.common.CommonMiddleware.process_response": KnownHook(is_light=True),
    # With CSRF_USE_SESSIONS they load the session; process_view reads the body of a POST.
    "django.middleware.csrf.CsrfViewMiddleware.process_request": KnownHook(evaluates=True, stores=("CSRF_COOKIE",)),
    "django.middleware.csrf.CsrfViewMiddleware.process_view": KnownHook(
        ("csrf_processing_done", "_read_started", "_upload_handlers"), evaluates=True
    ),
    "django.middleware.csrf.CsrfViewMiddleware.process_response": KnownHook(evaluates=True),
    "django.contrib.auth.middleware.AuthenticationMiddleware.process_request": KnownHook(("user", "auser")),
    "django.contrib.messages.middleware.MessageMiddleware.process_request": KnownHook(("_messages",)),
    "django.middleware.clickjacking.XFrameOptionsMiddleware.process_response": KnownHook(is_light=True),
    "django.middleware.locale.LocaleMiddleware.process_request": KnownHook(("LANGUAGE_CODE",)),
    "django.middleware.locale.LocaleMiddleware.process_response": KnownHook(),
    "django.middleware.gzip.GZipMiddleware.process_response": KnownHook(),
    "django.middleware.http.ConditionalGetMiddleware.process_response": KnownHook(),
}


def known_hook(hook: Callable[..., Any]) -> KnownHook | None:
    """What ``hook`` can do; ``None`` if that cannot be told.

    A subclass may run code of its own inside the hook it inherits, and a decorator takes over the names of what it
    wraps: only the method of an instance of Django's class itself counts.
    """
    if type(hook) is not MethodType or type(hook.__func__) is not FunctionType:
        return None
    function, kind = hook.__func__, type(hook.__self__)
    path = f"{function.__globals__.get('__name__')}.{function.__code__.co_qualname}"
    owner = f"{kind.__module__}.{kind.__qualname__}."
    return HOOKS.get(path) if path.startswith(owner) else None
