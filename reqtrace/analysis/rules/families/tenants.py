"""django-tenants: the schema of the database follows the host."""

from __future__ import annotations

from reqtrace.analysis.rules.names import AUTHENTICATION, SESSION
from reqtrace.analysis.rules.relations import Above
from reqtrace.analysis.rules.rule import Rule, Selector, Severity, named

__all__ = ["RULES"]

TENANT = named("django_tenants.middleware.main.TenantMainMiddleware")

RULES = (
    Rule(
        id="tenants-first",
        severity=Severity.WARNING,
        about=TENANT,
        relation=Above(others=Selector(paths=(SESSION, AUTHENTICATION), reads="user")),
        hook="process_request",
        consequence="Queries made above it, for the session or the user, go to the wrong schema.",
        source="django-tenants, docs/install.rst; https://github.com/django-tenants/django-tenants/issues/1035",
        evidence=("docs", "issue"),
    ),
)
