"""Tools that watch or edit pages while a site is developed: debug-toolbar, silk, browser-reload, Kolo."""

from __future__ import annotations

from reqtrace.analysis.rules.names import (
    AUTHENTICATION,
    BROWSER_RELOAD,
    COMMON,
    DEBUG_TOOLBAR,
    FETCH_FROM_CACHE,
    FLATPAGE_FALLBACK,
    GZIP,
    MAINTENANCE_MODE,
    SESSION,
    SILK,
)
from reqtrace.analysis.rules.relations import Above, Below, Once
from reqtrace.analysis.rules.rule import Rule, Severity, named

__all__ = ["RULES"]

RULES = (
    Rule(
        id="toolbar-after-gzip",
        severity=Severity.WARNING,
        about=named(DEBUG_TOOLBAR),
        relation=Below(others=named(GZIP)),
        hook="__call__",
        consequence="The page is compressed already, so there is no toolbar in it (debug_toolbar.W003).",
        source="django-debug-toolbar, docs/installation.rst and docs/checks.rst",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="toolbar-unique",
        severity=Severity.WARNING,
        about=named(DEBUG_TOOLBAR),
        relation=Once(),
        consequence="The toolbar runs inside itself (debug_toolbar.W002).",
        source="django-debug-toolbar, docs/checks.rst",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="toolbar-early",
        severity=Severity.INFO,
        about=named(DEBUG_TOOLBAR),
        relation=Above(others=named(SESSION, COMMON, AUTHENTICATION)),
        hook="__call__",
        consequence="It neither measures the layers above it nor shows the headers they add.",
        source="django-debug-toolbar, docs/installation.rst",
        evidence=("docs",),
    ),
    Rule(
        id="toolbar-above-flatpage",
        severity=Severity.INFO,
        about=named(DEBUG_TOOLBAR),
        relation=Above(others=named(FLATPAGE_FALLBACK)),
        hook="process_response",
        consequence="Flat pages show no toolbar.",
        source="django-debug-toolbar, docs/tips.rst",
        evidence=("docs",),
    ),
    Rule(
        id="silk-after-gzip",
        severity=Severity.WARNING,
        about=named(SILK),
        relation=Below(others=named(GZIP)),
        hook="process_response",
        consequence="It stores the body, which is compressed already: an encoding error.",
        source="django-silk, README.md; https://github.com/jazzband/django-silk/issues/43",
        evidence=("docs", "issue"),
    ),
    Rule(
        id="silk-no-shortcircuit-above",
        severity=Severity.INFO,
        about=named(SILK),
        relation=Above(others=named(MAINTENANCE_MODE, FETCH_FROM_CACHE)),
        hook="__call__",
        consequence="Requests that are answered above it are not recorded.",
        source="django-silk, README.md and docs/troubleshooting.rst",
        evidence=("docs",),
    ),
    Rule(
        id="browser-reload-after-gzip",
        severity=Severity.WARNING,
        about=named(BROWSER_RELOAD),
        relation=Below(others=named(GZIP)),
        hook="__call__",
        consequence="The page is compressed already, so its script cannot be put in.",
        source="django-browser-reload, README.rst",
        evidence=("docs",),
    ),
    Rule(
        id="kolo-first",
        severity=Severity.INFO,
        about=named("kolo.middleware.KoloMiddleware"),
        relation=Above(others=named(SESSION, COMMON, AUTHENTICATION)),
        hook="__call__",
        consequence="Its trace begins and ends with this layer: what is above is not in it.",
        source="https://docs.kolo.app/howto/trace-django-requests",
        evidence=("docs",),
    ),
)
