"""django-cors-headers."""

from __future__ import annotations

from reqtrace.analysis.rules.names import COMMON, CONDITIONAL_GET, CORS, SECURITY, WHITENOISE
from reqtrace.analysis.rules.relations import Above
from reqtrace.analysis.rules.rule import Condition, Rule, Severity, named

__all__ = ["RULES"]

README = "django-cors-headers, README.rst, 'Setup'"

RULES = (
    Rule(
        id="cors-before-common",
        severity=Severity.WARNING,
        about=named(CORS),
        relation=Above(others=named(COMMON)),
        hook="__call__",
        consequence="Redirects by CommonMiddleware carry no CORS headers; a preflight may be answered with 301.",
        source=README,
        evidence=("docs", "measured"),
    ),
    Rule(
        id="cors-before-conditional",
        severity=Severity.WARNING,
        about=named(CORS),
        relation=Above(others=named(CONDITIONAL_GET)),
        hook="process_response",
        consequence="A 304 is a new response, to which Access-Control-Allow-Origin is not copied.",
        source="https://github.com/adamchainz/django-cors-headers/pull/22; django/utils/cache.py",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="cors-before-whitenoise",
        severity=Severity.INFO,
        about=named(CORS),
        relation=Above(others=named(WHITENOISE)),
        hook="__call__",
        consequence="Static files do not get the CORS headers of your settings, but WhiteNoise's own ('*').",
        source=f"{README}; https://github.com/adamchainz/django-cors-headers/issues/373",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="cors-before-ssl-redirect",
        severity=Severity.INFO,
        about=named(CORS),
        relation=Above(others=named(SECURITY)),
        when=Condition(
            words="SECURE_SSL_REDIRECT is on", holds=lambda stack: bool(stack.setting("SECURE_SSL_REDIRECT"))
        ),
        hook="process_request",
        consequence="A preflight over http is answered with a bare 301; harmless if clients call https.",
        source=f"{README}; measured",
        evidence=("measured",),
    ),
)
