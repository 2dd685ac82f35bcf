"""Layers that compress, measure or edit the body of the response."""

from __future__ import annotations

from collections.abc import Iterator

from reqtrace.analysis.rules.names import (
    BROWSER_RELOAD,
    COMMON,
    CONDITIONAL_GET,
    DEBUG_TOOLBAR,
    GZIP,
    HIJACK,
    MINIFY_HTML,
)
from reqtrace.analysis.rules.relations import Above, Below, Judged
from reqtrace.analysis.rules.rule import Demand, Order, Rule, Selector, Severity, named
from reqtrace.analysis.rules.stack import Layer, Stack, Trait

__all__ = ["RULES"]

ORDERING = "Django documentation, ref/middleware, 'Middleware ordering'"
EDITS = frozenset({Trait.EDITS_BODY, Trait.READS_BODY})
DEVELOPMENT = (DEBUG_TOOLBAR, BROWSER_RELOAD)
"""Their place is near the top, and pages that carry them are not for caches."""
EDITORS = Selector(paths=(HIJACK,), but=(GZIP, CONDITIONAL_GET, MINIFY_HTML, *DEVELOPMENT), traits=EDITS)


def innermost_gzip(subjects: tuple[Layer, ...], stack: Stack) -> Iterator[Demand]:
    """GZip below everything, with layers above it that look into the body."""
    readers = Selector(but=(GZIP, CONDITIONAL_GET), traits=frozenset({Trait.READS_BODY}))
    for subject in subjects:
        if subject is stack.chain[-1]:
            for layer in stack.chain[:-1]:
                if readers.matches(layer) and not EDITORS.matches(layer):
                    yield Order(subject=subject, upper=subject, lower=layer)


RULES = (
    Rule(
        id="dj-gzip-above-body-users",
        severity=Severity.WARNING,
        about=named(GZIP),
        relation=Above(others=EDITORS),
        hook="process_response",
        consequence="It gets compressed bytes: it fails, or spoils the page, or does nothing.",
        source=ORDERING,
        evidence=("docs", "measured"),
        is_general=True,
    ),
    Rule(
        id="dj-gzip-not-last",
        severity=Severity.INFO,
        about=named(GZIP),
        relation=Judged(words="must not be the innermost layer", judge=innermost_gzip),
        hook="process_response",
        consequence="It compresses before every other layer: none of them can read the body any more.",
        source=ORDERING,
        evidence=("docs",),
    ),
    Rule(
        id="dj-conditional-above-changers",
        severity=Severity.WARNING,
        about=named(CONDITIONAL_GET),
        relation=Above(others=Selector(paths=(MINIFY_HTML,), but=(GZIP, CONDITIONAL_GET, *DEVELOPMENT), traits=EDITS)),
        hook="process_response",
        consequence="The ETag is made from a body that changes afterwards: 304 is answered although the page differs.",
        source=ORDERING,
        evidence=("docs",),
    ),
    Rule(
        id="dj-conditional-after-gzip",
        severity=Severity.WARNING,
        about=named(CONDITIONAL_GET),
        relation=Below(others=named(GZIP)),
        hook="process_response",
        consequence=(
            "The ETag is made from compressed bytes, to which GZipMiddleware adds random ones: it differs each time, "
            "and 304 is never answered."
        ),
        source=f"{ORDERING}; release notes of Django 4.2",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="dj-common-above-changers",
        severity=Severity.WARNING,
        about=named(COMMON),
        relation=Above(
            others=Selector(but=(GZIP, CONDITIONAL_GET), traits=EDITS, lacks=frozenset({Trait.SETS_LENGTH}))
        ),
        hook="process_response",
        consequence="Content-Length is set before the body changes: browsers cut the page off, or wait for more.",
        source=f"{ORDERING}; release notes of Django 1.11",
        evidence=("docs", "measured"),
    ),
)
