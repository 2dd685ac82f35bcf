"""What needs ``request.user``, or checks who may come in."""

from __future__ import annotations

from reqtrace.analysis.rules.names import (
    AUTHENTICATION,
    CSRF,
    LOGIN_REQUIRED,
    MESSAGES,
    PERSISTENT_REMOTE_USER,
    REMOTE_USER,
    SESSION,
    SESSION_PROVIDER,
    USER_PROVIDER,
)
from reqtrace.analysis.rules.relations import Above, Judged, Needs
from reqtrace.analysis.rules.rule import Condition, Fault, Rule, Selector, Severity, named
from reqtrace.analysis.rules.stack import Layer, Stack

__all__ = ["RULES"]

ORDERING = "Django documentation, ref/middleware, 'Middleware ordering'"
ADMIN_NEEDS = (
    ("admin.E410", SESSION, SESSION_PROVIDER),
    ("admin.E408", AUTHENTICATION, USER_PROVIDER),
    ("admin.E409", MESSAGES, named(MESSAGES)),
)
WITH_ADMIN = Condition(
    words="django.contrib.admin is installed", holds=lambda stack: "django.contrib.admin" in stack.apps
)


def admin_needs(subjects: tuple[Layer, ...], stack: Stack) -> list[Fault]:
    """Layers that the admin cannot do without; only presence counts."""
    silenced = stack.setting("SILENCED_SYSTEM_CHECKS")
    return [
        Fault(
            subject=None,
            words=f"there is no {path.rpartition('.')[2]} in the list",
            advice=f"Add {path} ({check}).",
        )
        for check, path, selector in ADMIN_NEEDS
        if stack.is_known and check not in silenced and not any(map(selector.matches, stack.chain))
    ]


def remote_user(rule_id: str, about: Selector) -> Rule:
    return Rule(
        id=rule_id,
        severity=Severity.ERROR,
        about=about,
        relation=Needs(provider=USER_PROVIDER),
        hook="process_request",
        consequence="Every request fails with ImproperlyConfigured.",
        source="Django documentation, howto/auth-remote-user; django/contrib/auth/middleware.py",
        evidence=("docs", "measured"),
    )


RULES = (
    remote_user("dj-remoteuser-after-auth", named(REMOTE_USER, but=(PERSISTENT_REMOTE_USER,))),
    remote_user("dj-persistent-remoteuser-after-auth", named(PERSISTENT_REMOTE_USER)),
    Rule(
        id="dj-loginrequired-after-auth",
        severity=Severity.WARNING,
        about=named(LOGIN_REQUIRED),
        relation=Needs(provider=named(AUTHENTICATION)),
        hook="process_view",
        consequence=(
            "The system check auth.E013 stops runserver and migrate. Requests would work, because its only hook, "
            "process_view, runs after all layers were entered."
        ),
        source=f"{ORDERING}; Django documentation, ref/checks, auth.E013",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="dj-xview-needs-auth",
        severity=Severity.ERROR,
        about=named("django.contrib.admindocs.middleware.XViewMiddleware"),
        relation=Needs(provider=USER_PROVIDER, is_anywhere=True),
        hook="process_view",
        consequence="HEAD requests from INTERNAL_IPS and of staff fail with ImproperlyConfigured.",
        source="django/contrib/admindocs/middleware.py XViewMiddleware.process_view",
        evidence=("code",),
    ),
    Rule(
        id="dj-admin-needs",
        severity=Severity.ERROR,
        about=named("django.contrib.admin"),
        relation=Judged(words="needs sessions, authentication and messages in MIDDLEWARE", judge=admin_needs),
        when=WITH_ADMIN,
        consequence="The system checks admin.E408 to E410 stop runserver, and the admin cannot be used.",
        source="django/contrib/admin/checks.py check_dependencies",
        evidence=("code",),
    ),
    Rule(
        id="dj-csrf-before-view-mw",
        severity=Severity.INFO,
        about=named(CSRF),
        relation=Above(others=named(LOGIN_REQUIRED)),
        hook="process_view",
        consequence=(
            "The first process_view that answers wins: a POST without a token is sent to the login page instead of "
            "being refused."
        ),
        source=f"{ORDERING}; Django documentation, howto/csrf",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="dj-csrf-before-remoteuser",
        severity=Severity.INFO,
        about=named(CSRF),
        relation=Above(others=named(REMOTE_USER)),
        hook="process_request",
        consequence="A login on the way in changes the CSRF token before CsrfViewMiddleware has read the old one.",
        source=f"{ORDERING}; https://github.com/django/django/pull/12402",
        evidence=("docs",),
    ),
)
