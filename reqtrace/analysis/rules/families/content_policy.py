"""Content Security Policy and its nonce."""

from __future__ import annotations

from collections.abc import Iterator

from reqtrace.analysis.rules.relations import Above, Judged
from reqtrace.analysis.rules.rule import Demand, Order, Rule, Selector, Severity, named
from reqtrace.analysis.rules.stack import Layer, Stack

__all__ = ["RULES"]


def nonce_read_too_late(subjects: tuple[Layer, ...], stack: Stack) -> Iterator[Demand]:
    """A layer further out takes the nonce after the header has been written."""
    for subject in subjects:
        for layer in stack.chain:
            read = layer.reading("csp_nonce", is_on_way_in=False)
            if layer is not subject and read is not None:
                yield Order(subject=subject, upper=subject, lower=layer, read=read)


RULES = (
    Rule(
        id="dj-csp-near-bottom",
        severity=Severity.INFO,
        about=named("django.middleware.csp.ContentSecurityPolicyMiddleware"),
        relation=Judged(words="must be above whatever reads the nonce on the way out", judge=nonce_read_too_late),
        hook="process_response",
        consequence="The header has been written already, so the nonce is not in it.",
        source="Django documentation, ref/middleware, 'Middleware ordering' (6.0)",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="csp-nonce-readers-after",
        severity=Severity.WARNING,
        about=named("csp.middleware.CSPMiddleware"),
        relation=Above(others=Selector(reads="csp_nonce")),
        hook="process_request",
        consequence="The nonce does not exist yet: AttributeError, or a nonce that is missing from the header.",
        source="django-csp, docs/nonce.rst",
        evidence=("docs",),
    ),
)
