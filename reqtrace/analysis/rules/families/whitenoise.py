"""WhiteNoise."""

from __future__ import annotations

from reqtrace.analysis.rules.names import (
    AUTHENTICATION,
    COMMON,
    CSRF,
    GZIP,
    LOCALE,
    MESSAGES,
    SECURITY,
    SESSION_PROVIDER,
    WHITENOISE,
)
from reqtrace.analysis.rules.relations import Above, Below
from reqtrace.analysis.rules.rule import Rule, Selector, Severity, named

__all__ = ["RULES"]

MANUAL = "WhiteNoise, docs/django.rst, 'Enable WhiteNoise'"

RULES = (
    Rule(
        id="whitenoise-after-security",
        severity=Severity.WARNING,
        about=named(WHITENOISE),
        relation=Below(others=named(SECURITY)),
        hook="__call__",
        consequence="Static files get no HSTS and no nosniff header, and are not redirected to https.",
        source=MANUAL,
        evidence=("docs", "measured"),
    ),
    Rule(
        id="whitenoise-before-all",
        severity=Severity.INFO,
        about=named(WHITENOISE),
        relation=Above(
            others=Selector(
                paths=(*SESSION_PROVIDER.paths, COMMON, CSRF, AUTHENTICATION, MESSAGES, LOCALE, GZIP), sets="session"
            )
        ),
        hook="__call__",
        consequence="Every layer above it works for each static file.",
        source=MANUAL,
        evidence=("docs", "measured"),
    ),
)
