"""All rules, by id, and the advice that is no rule any more."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from reqtrace.analysis.rules.families import (
    accounts,
    bodies,
    caching,
    content_policy,
    cors,
    debugging,
    fallbacks,
    general,
    hosts,
    html,
    locale,
    monitoring,
    sessions,
    tenants,
    users,
    whitenoise,
)
from reqtrace.analysis.rules.rule import Rule

__all__ = ["RETIRED", "RULES", "nearest_ids", "rule_named"]

RULES: tuple[Rule, ...] = (
    *sessions.RULES,
    *users.RULES,
    *caching.RULES,
    *bodies.RULES,
    *hosts.RULES,
    *locale.RULES,
    *fallbacks.RULES,
    *content_policy.RULES,
    *cors.RULES,
    *whitenoise.RULES,
    *debugging.RULES,
    *html.RULES,
    *monitoring.RULES,
    *tenants.RULES,
    *accounts.RULES,
    *general.RULES,
)

RETIRED: Mapping[str, str] = {
    "dj-locale-after-session": (
        "Still documented, but stale: since Django 3.0 LocaleMiddleware does not read the session, and the other "
        "order saves 'Vary: Cookie'. A subclass that reads it is found by gen-session-after-session."
    ),
    "cms-locale-after-session": "Stale for the same reason as dj-locale-after-session.",
    "maintenance-last": "The package's own advice goes both ways: higher up, more of the site may be broken meanwhile.",
    "history-any": "simple_history only keeps the request and reads the user later: every place is right.",
    "reversion-any": "RevisionMiddleware reads the user after get_response: every place is right.",
}
"""Advice that is often given, and why it is not given here."""

_BY_ID = {rule.id: rule for rule in RULES}


def rule_named(rule_id: str) -> Rule | None:
    return _BY_ID.get(rule_id)


def nearest_ids(rule_id: str, others: frozenset[str] = frozenset()) -> list[str]:
    """Ids that could have been meant, the nearest first."""
    return difflib.get_close_matches(rule_id, [*_BY_ID, *RETIRED, *others], n=3)
