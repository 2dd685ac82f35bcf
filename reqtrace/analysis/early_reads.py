"""Finds who asked the request for an attribute of a middleware that it had not come to, or that is not there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reqtrace.analysis.evidence import Evidence
from reqtrace.trace.model import Layer, LayerState, Span

__all__ = ["SETTERS", "EarlyRead", "early_read"]

SETTERS: Mapping[str, str] = {
    "user": "django.contrib.auth.middleware.AuthenticationMiddleware",
    "auser": "django.contrib.auth.middleware.AuthenticationMiddleware",
    "session": "django.contrib.sessions.middleware.SessionMiddleware",
    "LANGUAGE_CODE": "django.middleware.locale.LocaleMiddleware",
    "site": "django.contrib.sites.middleware.CurrentSiteMiddleware",
    "allauth": "allauth.account.middleware.AccountMiddleware",
    "htmx": "django_htmx.middleware.HtmxMiddleware",
    "tenant": "django_tenants.middleware.main.TenantMainMiddleware",
}
"""Who sets what on every request."""
MISSING = re.compile(r"'\w*Request' object has no attribute '(\w+)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyRead:
    """An ``AttributeError`` about the request, and whose attribute it is."""

    span: Span
    attribute: str
    setter: str
    """Name of the middleware that sets it."""
    setter_layer: Layer | None
    """``None`` if it is not in the chain."""
    layer: Layer | None
    """Who asked; ``None`` for the view and what it calls."""


def early_read(evidence: Evidence) -> EarlyRead | None:
    """The first one of a request, if its setter was not entered before."""
    raising = [(span.raised.time, span) for span in evidence.spans if span.raised is not None]
    for _, span in sorted(raising, key=lambda pair: pair[0]):
        missing = MISSING.search(span.raised.message) if span.raised is not None else None
        path = SETTERS.get(missing[1], "") if missing is not None else ""
        if missing is not None and path:
            rows = evidence.trace.passes
            name = path.rpartition(".")[2]
            setter = next((row for row in rows if name in (row.layer.name, row.layer.path.rpartition(".")[2])), None)
            if setter is not None and setter.calls and setter.layer.state is LayerState.LOADED:
                return None
            index = evidence.layer_of(span)
            return EarlyRead(
                span=span,
                attribute=missing[1],
                setter=name,
                setter_layer=setter.layer if setter is not None else None,
                layer=None if index is None else rows[index].layer,
            )
    return None
