"""What needs ``request.session`` on the way in stands below the layer that puts it there."""

from __future__ import annotations

from reqtrace.analysis.rules.names import (
    AUTHENTICATION,
    COMMON,
    CSRF,
    LOGIN_REQUIRED,
    MESSAGES,
    SESSION_PROVIDER,
)
from reqtrace.analysis.rules.relations import Above, Needs
from reqtrace.analysis.rules.rule import Condition, Rule, Severity, named

__all__ = ["RULES"]

SESSION_STORAGES = (
    "django.contrib.messages.storage.fallback.FallbackStorage",
    "django.contrib.messages.storage.session.SessionStorage",
)
CSRF_IN_SESSION = Condition(
    words="CSRF_USE_SESSIONS is on", holds=lambda stack: bool(stack.setting("CSRF_USE_SESSIONS"))
)
MESSAGES_IN_SESSION = Condition(
    words="MESSAGE_STORAGE keeps messages in the session (as it does if it is not set)",
    holds=lambda stack: stack.setting("MESSAGE_STORAGE") in SESSION_STORAGES,
)
ORDERING = "Django documentation, ref/middleware, 'Middleware ordering'"

RULES = (
    Rule(
        id="dj-auth-after-session",
        severity=Severity.ERROR,
        about=named(AUTHENTICATION),
        relation=Needs(provider=SESSION_PROVIDER),
        hook="process_request",
        consequence="Every request fails with ImproperlyConfigured, and `manage.py check` does not say so.",
        source=f"{ORDERING}; django/contrib/auth/middleware.py AuthenticationMiddleware.process_request",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="dj-messages-after-session",
        severity=Severity.ERROR,
        about=named(MESSAGES),
        relation=Needs(provider=SESSION_PROVIDER),
        when=MESSAGES_IN_SESSION,
        hook="process_request",
        consequence="Every request fails with ImproperlyConfigured: the storage of messages opens the session at once.",
        source=f"{ORDERING}; Django documentation, ref/contrib/messages",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="dj-csrf-after-session",
        severity=Severity.ERROR,
        about=named(CSRF),
        relation=Needs(provider=SESSION_PROVIDER),
        when=CSRF_IN_SESSION,
        hook="process_request",
        consequence="Every request fails with ImproperlyConfigured, and no error page can be made of it.",
        source=f"{ORDERING}; Django documentation, ref/settings, CSRF_USE_SESSIONS",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="dj-session-above-raisers",
        severity=Severity.WARNING,
        about=SESSION_PROVIDER,
        relation=Above(others=named(LOGIN_REQUIRED)),
        when=CSRF_IN_SESSION,
        hook="process_request",
        consequence=(
            "Error pages need the CSRF token, which needs request.session: an exception raised above it becomes no "
            "error page, but escapes Django."
        ),
        source=f"{ORDERING}; https://github.com/django/django/pull/10882",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="dj-common-after-session-csrf",
        severity=Severity.WARNING,
        about=SESSION_PROVIDER,
        relation=Above(others=named(COMMON)),
        when=CSRF_IN_SESSION,
        hook="process_request",
        consequence=(
            "CommonMiddleware raises DisallowedHost and PermissionDenied; the error page needs the CSRF token, which "
            "needs request.session, so the exception escapes Django instead."
        ),
        source=ORDERING,
        evidence=("docs", "measured"),
    ),
)
