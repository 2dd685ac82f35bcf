"""django-minify-html."""

from __future__ import annotations

from reqtrace.analysis.rules.names import BROWSER_RELOAD, DEBUG_TOOLBAR, GZIP, MINIFY_HTML
from reqtrace.analysis.rules.relations import Above, Below
from reqtrace.analysis.rules.rule import Rule, Severity, named

__all__ = ["RULES"]

RULES = (
    Rule(
        id="minify-after-gzip",
        severity=Severity.WARNING,
        about=named(MINIFY_HTML),
        relation=Below(others=named(GZIP)),
        hook="__call__",
        consequence="Compressed pages are passed over, so nothing is minified.",
        source="django-minify-html, README.rst",
        evidence=("docs",),
    ),
    Rule(
        id="minify-above-html-editors",
        severity=Severity.INFO,
        about=named(MINIFY_HTML),
        relation=Above(others=named(DEBUG_TOOLBAR, BROWSER_RELOAD)),
        hook="__call__",
        consequence="What is added to the page above it is not minified.",
        source="django-minify-html, README.rst",
        evidence=("docs",),
    ),
)
