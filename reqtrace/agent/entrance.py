"""Lets a visitor in to a site that runs elsewhere: cookies and headers that it will accept; and lets them out again."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

from reqtrace.agent.entering import EntryFailed, Refused, enter, failing_as
from reqtrace.agent.message import Message, message_from
from reqtrace.agent.visitor import passport

__all__ = ["main"]

OF_THIS_PROCESS = ("LocMemCache", "DummyCache")
"""Caches in which another process finds nothing."""


def main(request: dict[str, Any]) -> dict[str, Any]:
    """The headers to send with the request and the key of their session; or, for a key, nothing: it is taken away."""
    try:
        enter(request)
        with failing_as("visitor"):
            if request["session"]:
                session_store()(request["session"]).delete(request["session"])
                return {}
            return admit(request)
    except EntryFailed as failed:
        return {"failure": failed.facts}
    except Refused as refused:
        return {"refused": refused.facts}


def admit(request: dict[str, Any]) -> dict[str, Any]:
    from django.conf import settings

    if request["as"] is not None or settings.CSRF_USE_SESSIONS:
        check_sessions_are_shared()
    message = as_django_sees(message_from(request, list(settings.ALLOWED_HOSTS)), request["scheme"])
    headers, session = passport(message, username=request["as"], wants_csrf=request["csrf"], seconds=request["seconds"])
    return {"headers": headers, "session": "" if session is None else session.session_key}


def as_django_sees(message: Message, scheme: str) -> Message:
    """The message with the scheme that Django will take it to have: a header may say so (SECURE_PROXY_SSL_HEADER)."""
    from django.conf import settings

    proxied = settings.SECURE_PROXY_SSL_HEADER
    if proxied:
        name, secure_value = proxied
        value = message.header(name.removeprefix("HTTP_").replace("_", "-"))
        if value is not None:
            scheme = "https" if value.split(",")[0].strip() == secure_value else "http"
    return replace(message, scheme=scheme)


def session_store() -> Any:
    from django.conf import settings

    return import_module(settings.SESSION_ENGINE).SessionStore


def check_sessions_are_shared() -> None:
    """A session in the memory of this process would be none in the site's. Raises ``Refused``."""
    from django.conf import settings

    if settings.SESSION_ENGINE != "django.contrib.sessions.backends.cache":
        return
    from django.core.cache import caches

    cache = type(caches[settings.SESSION_CACHE_ALIAS]).__name__
    if cache in OF_THIS_PROCESS:
        raise Refused(
            f"Sessions are kept in {cache}, in the memory of the site's own process, where none can be made for you.",
            "Keep them in the database (SESSION_ENGINE) to send requests as a user.",
        )
