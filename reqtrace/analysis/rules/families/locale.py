"""The language of the visitor."""

from __future__ import annotations

from reqtrace.analysis.rules.names import COMMON, CORS, DEBUG_TOOLBAR, FETCH_FROM_CACHE, LOCALE, SECURITY, WHITENOISE
from reqtrace.analysis.rules.relations import Above
from reqtrace.analysis.rules.rule import Rule, Selector, Severity, named
from reqtrace.analysis.rules.stack import Trait

__all__ = ["RULES"]

WORDLESS = (SECURITY, COMMON, CORS, WHITENOISE, DEBUG_TOOLBAR, FETCH_FROM_CACHE)
"""What they answer is not in the visitor's language anyway."""

RULES = (
    Rule(
        id="dj-locale-before-common",
        severity=Severity.INFO,
        about=named(LOCALE),
        relation=Above(others=named(COMMON)),
        hook="process_request, process_response",
        consequence=(
            "CommonMiddleware looks URLs up without the visitor's language: with i18n_patterns it redirects twice, or "
            "wrongly, and its redirects lack Content-Language."
        ),
        source="Django documentation, topics/i18n/translation, 'How Django discovers language preference'",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="dj-locale-near-top",
        severity=Severity.INFO,
        about=named(LOCALE),
        relation=Above(others=Selector(but=WORDLESS, traits=frozenset({Trait.ANSWERS}))),
        hook="process_request",
        consequence="What is answered above it is in the language that the thread's last request has left behind.",
        source="Django documentation, ref/middleware, 'Middleware ordering'; https://github.com/zulip/zulip/pull/16263",
        evidence=("docs",),
    ),
)
