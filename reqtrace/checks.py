"""Lint inside the project's own process: as a system check of Django, and for the project's tests.

It looks at the settings in use, imports the middleware but does not build it, and reads its source.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks

from reqtrace.agent.stack_facts import stack_facts
from reqtrace.analysis.rules.engine import Finding, LintReport, lint
from reqtrace.analysis.rules.rule import Severity
from reqtrace.analysis.rules.stack import DEFAULTS, read_stack
from reqtrace.render.lint_words import advice_words, finding_words

__all__ = ["NUMBERS", "TAG", "check_middleware", "lint_middleware"]

TAG = "middleware"
LEVELS = {Severity.ERROR: checks.ERROR, Severity.WARNING: checks.WARNING, Severity.INFO: checks.INFO}
LETTERS = {Severity.ERROR: "E", Severity.WARNING: "W", Severity.INFO: "I"}
NUMBERS = (
    *("load-list", "load-entry", "load-import", "load-factory"),
    *("dj-auth-after-session", "dj-messages-after-session", "dj-csrf-after-session", "dj-session-above-raisers"),
    *("dj-common-after-session-csrf", "dj-remoteuser-after-auth", "dj-persistent-remoteuser-after-auth"),
    *("dj-loginrequired-after-auth", "dj-xview-needs-auth", "dj-admin-needs", "dj-csrf-before-view-mw"),
    *("dj-csrf-before-remoteuser", "dj-updatecache-before-session", "dj-updatecache-before-csrf"),
    *("dj-updatecache-first", "dj-updatecache-before-gzip", "dj-updatecache-before-locale"),
    *("dj-cachemw-before-locale", "dj-fetchcache-after-vary", "dj-fetchcache-last", "dj-cache-pair"),
    *("dj-gzip-above-body-users", "dj-gzip-not-last", "dj-conditional-above-changers", "dj-conditional-after-gzip"),
    *("dj-common-above-changers", "dj-security-top", "dj-common-near-top", "dj-common-present"),
    *("dj-proxy-headers-above-gethost", "dj-own-host-check-first", "hosts-request-first", "toolbar-after-hosts"),
    *("hosts-response-last", "enforcehost-after-security", "permissionspolicy-after-security"),
    *("dj-locale-before-common", "dj-locale-near-top", "dj-flatpage-near-bottom", "dj-redirect-near-bottom"),
    *("wagtail-redirect-last", "dj-brokenlinks-above-404-handlers", "dj-csp-near-bottom", "csp-nonce-readers-after"),
    *("cors-before-common", "cors-before-conditional", "cors-before-whitenoise", "cors-before-ssl-redirect"),
    *("whitenoise-after-security", "whitenoise-before-all", "toolbar-after-gzip", "toolbar-unique", "toolbar-early"),
    *("toolbar-above-flatpage", "silk-after-gzip", "silk-no-shortcircuit-above", "browser-reload-after-gzip"),
    *("kolo-first", "minify-after-gzip", "minify-above-html-editors", "prometheus-before-first"),
    *("prometheus-after-last", "guid-first", "tenants-first", "otp-after-auth", "threadlocals-after-otp"),
    *("hijack-after-auth", "hijack-before-remoteuser", "auditlog-after-auth", "activeusers-after-auth"),
    *("onlineusers-after-auth", "lockdown-after-auth", "maintenance-user-after-auth", "allauth-present"),
    *("allauth-after-auth", "axes-last", "cms-user-after-auth", "cms-toolbar-after-auth", "cms-apphook-first"),
    *("htmx-before-users", "gen-user-after-auth", "gen-session-after-session", "gen-attribute-order", "gen-unique"),
    *("gen-header-adders-above-shortcircuit", "gen-last-resort-exception-top", "gen-sync-only-outermost"),
    *("gen-host-rewriters-first", "load-call", "load-name"),
)
"""The place of a rule is its number in ``reqtrace.E005``, which people silence: new ones only ever go to the end."""


def check_middleware(app_configs: Any = None, **options: Any) -> list[checks.CheckMessage]:
    """The findings as messages of ``manage.py check``; SILENCED_SYSTEM_CHECKS silences them as any other."""
    return [
        checks.CheckMessage(
            LEVELS[finding.severity],
            f"{' '.join(finding_words(finding))} ({finding.id})",
            hint=" ".join(advice_words(finding)) or None,
            obj="MIDDLEWARE",
            id=check_id(finding),
        )
        for finding in report_on(None, is_asgi=False).findings
    ]


def check_id(finding: Finding) -> str:
    return f"reqtrace.{LETTERS[finding.severity]}{NUMBERS.index(finding.id) + 1:03}"


def lint_middleware(settings: Any = None, *, asgi: bool = False, level: str = "warning") -> list[str]:
    """What is wrong with MIDDLEWARE, one line a finding of at least a level; empty if nothing is.

    For the tests of a project: ``assert reqtrace.lint_middleware(settings) == []``. Without ``settings`` those in use.
    """
    return list(lines_of(report_on(settings, is_asgi=asgi), Severity[level.upper()]))


def lines_of(report: LintReport, level: Severity) -> Iterator[str]:
    for finding in report.findings:
        if finding.severity >= level:
            words = " ".join([*finding_words(finding), *advice_words(finding)])
            yield f"{finding.severity.word} {finding.id}: {words}"


def report_on(settings: Any, *, is_asgi: bool) -> LintReport:
    import django

    request = {"settings": list(DEFAULTS), "is_asgi": is_asgi, "is_built": False}
    return lint(read_stack(stack_facts(request, settings), django=django.get_version(), is_asgi=is_asgi))
