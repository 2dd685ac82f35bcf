"""Layers about hosts, https and the addresses of requests."""

from __future__ import annotations

from collections.abc import Iterator

from reqtrace.analysis.rules.names import (
    COMMON,
    CORS,
    CSRF,
    DEBUG_TOOLBAR,
    HOSTS_REQUEST,
    LOCALE,
    SECURITY,
    SESSION_PROVIDER,
)
from reqtrace.analysis.rules.relations import Above, Below, Judged, Present
from reqtrace.analysis.rules.rule import Condition, Demand, Order, Rule, Selector, Severity, named
from reqtrace.analysis.rules.stack import Layer, Stack, Trait

__all__ = ["RULES"]

ORDERING = "Django documentation, ref/middleware, 'Middleware ordering'"
SSL_REDIRECT = Condition(
    words="SECURE_SSL_REDIRECT is on", holds=lambda stack: bool(stack.setting("SECURE_SSL_REDIRECT"))
)
HAS_TURNED_AWAY = Condition(
    words="PREPEND_WWW or DISALLOWED_USER_AGENTS is set",
    holds=lambda stack: bool(stack.setting("PREPEND_WWW") or stack.setting("DISALLOWED_USER_AGENTS")),
)
RESTRICTS_HOSTS = Condition(
    words="ALLOWED_HOSTS restricts the hosts and nothing else in the list asks for the host",
    holds=lambda stack: (
        bool(stack.setting("ALLOWED_HOSTS"))
        and "*" not in stack.setting("ALLOWED_HOSTS")
        and not any(Trait.ASKS_HOST in layer.traits for layer in stack.chain)
    ),
)
ANY_HOST = Condition(words="ALLOWED_HOSTS allows every host", holds=lambda stack: "*" in stack.setting("ALLOWED_HOSTS"))


def host_check_first(subjects: tuple[Layer, ...], stack: Stack) -> Iterator[Demand]:
    """A layer of the project that looks at the host and can turn the request away."""
    for subject in subjects:
        if not subject.path.startswith("django."):
            for other in stack.chain:
                if other is not subject and Trait.ASKS_HOST in other.traits:
                    yield Order(subject=subject, upper=subject, lower=other)


RULES = (
    Rule(
        id="dj-security-top",
        severity=Severity.INFO,
        about=named(SECURITY),
        relation=Above(
            others=Selector(
                paths=(COMMON, *SESSION_PROVIDER.paths), but=(CORS,), sets="session", traits=frozenset({Trait.ANSWERS})
            )
        ),
        hook="process_request, process_response",
        consequence=(
            "What is answered above it goes without its headers (HSTS, nosniff); with SECURE_SSL_REDIRECT the layers "
            "above have worked for a request that is redirected anyway, over plain http."
        ),
        source=ORDERING,
        evidence=("docs", "measured"),
    ),
    Rule(
        id="dj-common-near-top",
        severity=Severity.INFO,
        about=named(COMMON),
        relation=Above(others=SESSION_PROVIDER),
        when=HAS_TURNED_AWAY,
        hook="process_request",
        consequence="The layers above it work for requests that it redirects or refuses.",
        source=ORDERING,
        evidence=("docs",),
    ),
    Rule(
        id="dj-common-present",
        severity=Severity.INFO,
        about=named(COMMON),
        relation=Present(),
        when=RESTRICTS_HOSTS,
        hook="process_request",
        consequence="No layer checks the host: ALLOWED_HOSTS only counts in views that ask for it.",
        source="django/middleware/common.py; Django documentation, topics/http/middleware",
        evidence=("measured",),
    ),
    Rule(
        id="dj-proxy-headers-above-gethost",
        severity=Severity.WARNING,
        about=Selector(traits=frozenset({Trait.REWRITES_HOST})),
        relation=Above(others=named(COMMON, CSRF)),
        hook="process_request",
        consequence="CommonMiddleware and CsrfViewMiddleware ask for the host before it has been rewritten.",
        source="Django documentation, ref/request-response, HttpRequest.get_host",
        evidence=("docs",),
    ),
    Rule(
        id="dj-own-host-check-first",
        severity=Severity.INFO,
        about=Selector(traits=frozenset({Trait.ASKS_HOST, Trait.ANSWERS})),
        relation=Judged(words="must be above whatever else asks for the host", judge=host_check_first),
        when=ANY_HOST,
        hook="process_request",
        consequence="The layers above it trust a host that nobody has checked.",
        source="Django documentation, ref/settings, ALLOWED_HOSTS",
        evidence=("docs",),
    ),
    Rule(
        id="hosts-request-first",
        severity=Severity.WARNING,
        about=named(HOSTS_REQUEST),
        relation=Above(others=named(COMMON, LOCALE)),
        hook="process_request",
        consequence="CommonMiddleware and LocaleMiddleware look URLs up before the host's URLconf has been chosen.",
        source="django-hosts, README.rst",
        evidence=("docs",),
    ),
    Rule(
        id="toolbar-after-hosts",
        severity=Severity.WARNING,
        about=named(DEBUG_TOOLBAR),
        relation=Below(others=named(HOSTS_REQUEST)),
        hook="process_request",
        consequence="The toolbar looks URLs up before django-hosts has chosen the URLconf.",
        source="django-hosts, docs/faq.rst; https://github.com/jazzband/django-hosts/issues/2",
        evidence=("docs", "issue"),
    ),
    Rule(
        id="hosts-response-last",
        severity=Severity.INFO,
        about=named("django_hosts.middleware.HostsResponseMiddleware"),
        relation=Below(others=named(HOSTS_REQUEST)),
        hook="process_response",
        consequence="It is the partner of HostsRequestMiddleware, meant for the end of the list.",
        source="django-hosts, README.rst",
        evidence=("docs",),
    ),
    Rule(
        id="enforcehost-after-security",
        severity=Severity.WARNING,
        about=named("enforce_host.EnforceHostMiddleware"),
        relation=Below(others=named(SECURITY)),
        when=SSL_REDIRECT,
        hook="__call__",
        consequence="The redirect to the right domain comes before that to https: HSTS is not set for the first host.",
        source="django-enforce-host, README.md; https://github.com/dabapps/django-enforce-host/pull/6",
        evidence=("docs",),
    ),
    Rule(
        id="permissionspolicy-after-security",
        severity=Severity.INFO,
        about=named("django_permissions_policy.PermissionsPolicyMiddleware"),
        relation=Below(others=named(SECURITY)),
        hook="process_response",
        consequence="Redirects to https carry its header as well, which says nothing there.",
        source="django-permissions-policy, README.rst",
        evidence=("docs",),
    ),
)
