"""Makes the request come from somebody: a session of a user, a CSRF token; and takes the session away afterwards."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from reqtrace.agent.entering import Refused, failing_as
from reqtrace.agent.message import Message

__all__ = ["passport", "visiting"]

MAX_NAMES = 2_000
"""User names looked through for the nearest one."""


@contextmanager
def visiting(
    message: Message, *, username: str | None, wants_csrf: bool, keeps_session: bool = False
) -> Iterator[Message]:
    """The message with the cookies and headers of the visitor. Raises ``Refused``."""
    with failing_as("visitor"):
        headers, session = passport(message, username=username, wants_csrf=wants_csrf)
    try:
        yield message.with_headers(headers)
    finally:
        if session is not None and not keeps_session:
            session.delete(session.session_key)


def passport(
    message: Message, *, username: str | None, wants_csrf: bool, seconds: int = 0
) -> tuple[list[tuple[str, str]], Any]:
    """The cookies and headers of the visitor, and the session behind them, if there is one. Raises ``Refused``.

    With ``seconds`` the session ends by itself.
    """
    from django.conf import settings

    secret = new_csrf_secret() if wants_csrf else ""
    session = open_session(username, secret if settings.CSRF_USE_SESSIONS else "", seconds)
    headers: list[tuple[str, str]] = []
    if session is not None:
        headers.append(("Cookie", f"{settings.SESSION_COOKIE_NAME}={session.session_key}"))
    if wants_csrf:
        headers += csrf_headers(message, secret)
    return headers, session


def new_csrf_secret() -> str:
    from django.middleware.csrf import _get_new_csrf_string

    return str(_get_new_csrf_string())


def csrf_headers(message: Message, secret: str) -> Iterator[tuple[str, str]]:
    """What a page of the site would send back: the cookie, the token, over HTTPS the referrer."""
    from django.conf import settings

    if not settings.CSRF_USE_SESSIONS:
        yield "Cookie", f"{settings.CSRF_COOKIE_NAME}={secret}"
    yield settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-").title(), secret
    if message.scheme == "https" and message.header("Referer") is None:
        yield "Referer", f"https://{message.header('Host')}/"


def open_session(username: str | None, csrf_secret: str, seconds: int) -> Any:
    """A saved session, if one is needed, written as ``login()`` does but without its signal: nothing else changes."""
    if username is None and not csrf_secret:
        return None
    from django.conf import settings

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    if username is not None:
        for key, value in login_keys(username):
            store[key] = value
    if csrf_secret:
        from django.middleware.csrf import CSRF_SESSION_KEY

        store[CSRF_SESSION_KEY] = csrf_secret
    if seconds:
        store.set_expiry(seconds)
    with explaining_database("a session"):
        store.save()
    return store


def login_keys(username: str) -> Iterator[tuple[str, str]]:
    """What ``django.contrib.auth.login`` puts into the session of a user."""
    from django.apps import apps
    from django.conf import settings

    for app in ("django.contrib.auth", "django.contrib.contenttypes"):
        if not apps.is_installed(app):
            raise Refused(f"{username} cannot be logged in: {app} is not in INSTALLED_APPS.")
    if not any("SessionMiddleware" in path for path in settings.MIDDLEWARE):
        raise Refused(f"{username} cannot be logged in: no SessionMiddleware in MIDDLEWARE would read the session.")
    from django.contrib import auth

    user = find_user(username)
    yield auth.SESSION_KEY, user._meta.pk.value_to_string(user)
    yield auth.BACKEND_SESSION_KEY, backend_path(username)
    yield auth.HASH_SESSION_KEY, user.get_session_auth_hash()


def backend_path(username: str) -> str:
    """The first backend that can load a user, as ``Client.force_login`` chooses it."""
    from django.conf import settings
    from django.contrib.auth import load_backend

    for path in settings.AUTHENTICATION_BACKENDS:
        if hasattr(load_backend(path), "get_user"):
            return str(path)
    raise Refused(f"{username} cannot be logged in: no backend in AUTHENTICATION_BACKENDS can load a user.")


def find_user(username: str) -> Any:
    from django.contrib.auth import get_user_model

    model: Any = get_user_model()
    with explaining_database("a user"):
        try:
            user = model._default_manager.get(**{model.USERNAME_FIELD: username})
        except model.DoesNotExist:
            raise unknown_user(model, username) from None
    if not user.is_active:
        raise Refused(f"The user {username} is not active, so Django would not log them in.")
    return user


def unknown_user(model: Any, username: str) -> Refused:
    names = [str(name) for name in model._default_manager.values_list(model.USERNAME_FIELD, flat=True)[:MAX_NAMES]]
    near = difflib.get_close_matches(username, names, n=1, cutoff=0.5)
    if near:
        hint = f"Did you mean {near[0]}?"
    elif names:
        hint = f"There are {', '.join(sorted(names)[:5])}{' …' if len(names) > 5 else ''}."
    else:
        hint = "There is no user at all yet: create one with manage.py createsuperuser."
    return Refused(f"There is no user with the {model.USERNAME_FIELD} {username}.", hint)


@contextmanager
def explaining_database(what: str) -> Iterator[None]:
    """A database that is not there or has no tables is the usual reason."""
    from django.db import DatabaseError

    try:
        yield
    except DatabaseError as error:
        raise Refused(
            f"The database cannot give us {what}: {str(error).strip().splitlines()[0]}.",
            "Prepare it first: manage.py migrate",
            is_project_fault=True,
        ) from error
