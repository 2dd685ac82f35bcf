"""Layers that turn a 404 into something else, or report it."""

from __future__ import annotations

from reqtrace.analysis.rules.names import COMMON, FLATPAGE_FALLBACK, LOCALE, REDIRECT_FALLBACK
from reqtrace.analysis.rules.relations import Above, Below
from reqtrace.analysis.rules.rule import Condition, Rule, Selector, Severity, named
from reqtrace.analysis.rules.stack import Trait

__all__ = ["RULES"]

ORDERING = "Django documentation, ref/middleware, 'Middleware ordering'"
EDITS = Selector(but=(FLATPAGE_FALLBACK, REDIRECT_FALLBACK), traits=frozenset({Trait.EDITS_BODY}))

RULES = (
    Rule(
        id="dj-flatpage-near-bottom",
        severity=Severity.INFO,
        about=named(FLATPAGE_FALLBACK),
        relation=Below(others=EDITS),
        hook="process_response",
        consequence="The layers below it work on the 404, not on the page that replaces it.",
        source=f"{ORDERING}; Django documentation, ref/contrib/flatpages",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="dj-redirect-near-bottom",
        severity=Severity.INFO,
        about=named(REDIRECT_FALLBACK),
        relation=Below(others=EDITS),
        hook="process_response",
        consequence="The layers below it work on the 404, not on the redirect that replaces it.",
        source=f"{ORDERING}; Django documentation, ref/contrib/redirects",
        evidence=("docs",),
    ),
    Rule(
        id="wagtail-redirect-last",
        severity=Severity.INFO,
        about=named("wagtail.contrib.redirects.middleware.RedirectMiddleware"),
        relation=Below(others=EDITS),
        hook="process_response",
        consequence="The redirect should be decided on the final 404.",
        source="Wagtail, docs/reference/contrib/redirects.md",
        evidence=("docs",),
    ),
    Rule(
        id="dj-brokenlinks-above-404-handlers",
        severity=Severity.WARNING,
        about=named("django.middleware.common.BrokenLinkEmailsMiddleware"),
        relation=Above(others=named(LOCALE, FLATPAGE_FALLBACK, REDIRECT_FALLBACK, COMMON)),
        when=Condition(words="MANAGERS are set", holds=lambda stack: bool(stack.setting("MANAGERS"))),
        hook="process_response",
        consequence="Mail about a broken link goes out although a layer above turns the 404 into a page or redirect.",
        source="Django documentation, howto/error-reporting; django/middleware/common.py",
        evidence=("docs", "code"),
    ),
)
