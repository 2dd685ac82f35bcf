"""Layers that measure or label requests: django-prometheus, django-guid."""

from __future__ import annotations

from reqtrace.analysis.rules.names import AUTHENTICATION, COMMON, SECURITY, SESSION, WHITENOISE
from reqtrace.analysis.rules.relations import Above, Below
from reqtrace.analysis.rules.rule import Rule, Severity, named

__all__ = ["RULES"]

RULES = (
    Rule(
        id="prometheus-before-first",
        severity=Severity.INFO,
        about=named("django_prometheus.middleware.PrometheusBeforeMiddleware"),
        relation=Above(others=named(SECURITY, SESSION, COMMON, AUTHENTICATION, WHITENOISE)),
        hook="process_request",
        consequence="Its counts and latencies leave out everything above it.",
        source="django-prometheus, README.md",
        evidence=("docs",),
    ),
    Rule(
        id="prometheus-after-last",
        severity=Severity.INFO,
        about=named("django_prometheus.middleware.PrometheusAfterMiddleware"),
        relation=Below(others=named(SECURITY, SESSION, COMMON, AUTHENTICATION, WHITENOISE)),
        hook="process_request, process_view",
        consequence="Layers below it are counted as time of the view.",
        source="django-prometheus, README.md",
        evidence=("docs",),
    ),
    Rule(
        id="guid-first",
        severity=Severity.INFO,
        about=named("django_guid.middleware.guid_middleware"),
        relation=Above(others=named(SESSION, COMMON, AUTHENTICATION)),
        hook="__call__",
        consequence="What the layers above it log carries no correlation id.",
        source="django-guid, README.rst",
        evidence=("docs",),
    ),
)
