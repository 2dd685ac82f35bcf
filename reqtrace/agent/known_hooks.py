"""Django's own hooks, whose code tells that they evaluate nothing lazy, and which
attributes of a request they can replace.

Behind such a hook it is enough to look whether something was added, which spares most of the comparison. A hook that is
not listed, the application's and every other package's, is compared in full. The sources, the same in Django 5.2 to
6.1: ``django/middleware/*.py``, ``contrib/{sessions,auth,messages}/middleware.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

__all__ = ["replaced_by"]

REPLACED_BY = {
    "django.middleware.security.SecurityMiddleware.process_request": (),
    "django.middleware.security.SecurityMiddleware.process_response": (),
    "django.contrib.sessions.middleware.SessionMiddleware.process_request": ("session",),
    "django.middleware.common.CommonMiddleware.process_request": (),
    "django.middleware.common.CommonMiddleware.process_response": (),
    "django.contrib.auth.middleware.AuthenticationMiddleware.process_request": ("user", "auser"),
    "django.contrib.messages.middleware.MessageMiddleware.process_request": ("_messages",),
    "django.middleware.clickjacking.XFrameOptionsMiddleware.process_response": (),
    "django.middleware.locale.LocaleMiddleware.process_request": ("LANGUAGE_CODE",),
    "django.middleware.locale.LocaleMiddleware.process_response": (),
    "django.middleware.gzip.GZipMiddleware.process_response": (),
    "django.middleware.http.ConditionalGetMiddleware.process_response": (),
}
"""For each hook the attributes it sets, which are replacements if they were there already.

Not listed, because they may load the session: those of ``CsrfViewMiddleware`` (``CSRF_USE_SESSIONS``), and
``process_response`` of sessions and messages.
"""


def replaced_by(hook: Callable[..., Any]) -> tuple[str, ...] | None:
    """The attributes of a request that ``hook`` may replace; ``None`` if that cannot be told.

    A subclass may run code of its own inside the hook it inherits, and a decorator takes over the names of what it
    wraps: only the method of an instance of Django's class itself counts.
    """
    if type(hook) is not MethodType or type(hook.__func__) is not FunctionType:
        return None
    function, kind = hook.__func__, type(hook.__self__)
    path = f"{function.__globals__.get('__name__')}.{function.__code__.co_qualname}"
    owner = f"{kind.__module__}.{kind.__qualname__}."
    return REPLACED_BY.get(path) if path.startswith(owner) else None
