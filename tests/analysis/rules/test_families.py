"""Each rule fires on the order it warns of, and is quiet on the order it asks for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from reqtrace.analysis.rules.engine import LintReport
from reqtrace.analysis.rules.registry import RETIRED, RULES, rule_named
from reqtrace.analysis.rules.rule import Severity
from reqtrace.analysis.rules.stack import DEFAULTS

DEFAULT = "Security Session Common Csrf Auth Messages XFrame"


class Case(NamedTuple):
    """Stacks on which a rule fires, and such on which it does not."""

    fires: tuple[str, ...]
    quiet: tuple[str, ...]
    options: dict[str, Any] = {}


CASES = {
    # sessions
    "dj-auth-after-session": Case(
        ("Auth Session", "Common Auth", "Auth own:is=Session"),
        ("Session Auth", "own:is=Session Auth", "own:sets=session Auth"),
    ),
    "dj-messages-after-session": Case(
        ("Messages Session", "Messages"), ("Session Messages", "own:is=Session Messages")
    ),
    "dj-csrf-after-session": Case(("Csrf Session", "Csrf"), ("Session Csrf",), {"CSRF_USE_SESSIONS": True}),
    "dj-session-above-raisers": Case(
        ("LoginRequired Session",), ("Session LoginRequired",), {"CSRF_USE_SESSIONS": True}
    ),
    "dj-common-after-session-csrf": Case(("Common Session",), ("Session Common",), {"CSRF_USE_SESSIONS": True}),
    # users
    "dj-remoteuser-after-auth": Case(
        ("RemoteUser Session Auth", "Session RemoteUser"), ("Session Auth RemoteUser", "PersistentRemoteUser Auth")
    ),
    "dj-persistent-remoteuser-after-auth": Case(
        ("PersistentRemoteUser Auth",), ("Auth PersistentRemoteUser", "RemoteUser Auth")
    ),
    "dj-loginrequired-after-auth": Case(("Session LoginRequired Auth",), ("Session Auth LoginRequired",)),
    "dj-xview-needs-auth": Case(("Session XView",), ("XView Session Auth", "Session Auth XView")),
    "dj-admin-needs": Case(("Session Auth", ""), (DEFAULT,), {"apps": ("django.contrib.admin",)}),
    "dj-csrf-before-view-mw": Case(("Session Auth LoginRequired Csrf",), ("Session Csrf Auth LoginRequired",)),
    "dj-csrf-before-remoteuser": Case(("Session Auth RemoteUser Csrf",), ("Session Csrf Auth RemoteUser",)),
    # caching
    "dj-updatecache-before-session": Case(
        ("Session UpdateCache FetchFromCache", "Session Cache", "own:is=Session UpdateCache FetchFromCache"),
        ("UpdateCache Session FetchFromCache", "Cache Session", "Session UpdateCache"),
    ),
    "dj-updatecache-before-csrf": Case(("Csrf UpdateCache FetchFromCache",), ("UpdateCache Csrf FetchFromCache",)),
    "dj-updatecache-first": Case(
        ("own:sets-vary UpdateCache FetchFromCache",), ("UpdateCache own:sets-vary FetchFromCache",)
    ),
    "dj-updatecache-before-gzip": Case(("GZip UpdateCache FetchFromCache",), ("UpdateCache GZip FetchFromCache",)),
    "dj-updatecache-before-locale": Case(
        ("Locale UpdateCache FetchFromCache",), ("UpdateCache Locale FetchFromCache",)
    ),
    "dj-cachemw-before-locale": Case(("Cache Locale",), ("Locale Cache",)),
    "dj-fetchcache-after-vary": Case(("UpdateCache FetchFromCache Locale",), ("UpdateCache Locale FetchFromCache",)),
    "dj-fetchcache-last": Case(("UpdateCache FetchFromCache Session",), ("UpdateCache Session FetchFromCache",)),
    "dj-cache-pair": Case(("UpdateCache",), ("UpdateCache FetchFromCache", "Cache")),
    # bodies
    "dj-gzip-above-body-users": Case(
        ("own:edits-body:reads-body GZip", "Auth Session Hijack GZip"),
        ("GZip own:edits-body:reads-body", "own:reads-body GZip Common"),
    ),
    "dj-gzip-not-last": Case(("own:reads-body GZip",), ("own:reads-body GZip Common", "GZip")),
    "dj-conditional-above-changers": Case(
        ("Minify ConditionalGet", "own:edits-body:reads-body ConditionalGet"), ("ConditionalGet Minify",)
    ),
    "dj-conditional-after-gzip": Case(("ConditionalGet GZip",), ("GZip ConditionalGet",)),
    "dj-common-above-changers": Case(
        ("own:edits-body:reads-body Common",),
        ("Common own:edits-body:reads-body", "own:edits-body:reads-body:sets-length Common"),
    ),
    # hosts
    "dj-security-top": Case(
        ("Session Security", "Common Security", "own:answers Security", "own:is=Session Security"),
        ("Security Session Common", "Cors:answers Security Session", "own Security"),
    ),
    "dj-common-near-top": Case(("Session Common",), ("Common Session",), {"PREPEND_WWW": True}),
    "dj-common-present": Case(
        ("Session",),
        ("Session Common", "Session own:is=Common", "Session own:asks-host"),
        {"ALLOWED_HOSTS": ["example.com"]},
    ),
    "dj-proxy-headers-above-gethost": Case(("Common own:rewrites-host",), ("own:rewrites-host Common",)),
    "dj-own-host-check-first": Case(
        ("Common:asks-host own:asks-host:answers",),
        ("own:asks-host:answers Common:asks-host",),
        {"ALLOWED_HOSTS": ["*"]},
    ),
    "hosts-request-first": Case(("Common HostsRequest",), ("HostsRequest Common",)),
    "toolbar-after-hosts": Case(("Toolbar HostsRequest",), ("HostsRequest Toolbar",)),
    "hosts-response-last": Case(("HostsResponse HostsRequest",), ("HostsRequest HostsResponse",)),
    "enforcehost-after-security": Case(
        ("EnforceHost Security",), ("Security EnforceHost",), {"SECURE_SSL_REDIRECT": True}
    ),
    "permissionspolicy-after-security": Case(("PermissionsPolicy Security",), ("Security PermissionsPolicy",)),
    # locale
    "dj-locale-before-common": Case(("Common Locale",), ("Locale Common",)),
    "dj-locale-near-top": Case(("own:answers Locale",), ("Locale own:answers", "Security:answers Locale")),
    # fallbacks
    "dj-flatpage-near-bottom": Case(("Flatpage own:edits-body",), ("own:edits-body Flatpage", "Flatpage Redirect")),
    "dj-redirect-near-bottom": Case(("Redirect own:edits-body",), ("own:edits-body Redirect",)),
    "wagtail-redirect-last": Case(("WagtailRedirect own:edits-body",), ("own:edits-body WagtailRedirect",)),
    "dj-brokenlinks-above-404-handlers": Case(
        ("Flatpage BrokenLinks", "Common BrokenLinks"),
        ("BrokenLinks Common Flatpage",),
        {"MANAGERS": ["m@example.com"]},
    ),
    # content policy
    "dj-csp-near-bottom": Case(("own:late=csp_nonce Csp",), ("Csp own:late=csp_nonce", "own Csp")),
    "csp-nonce-readers-after": Case(("own:reads=csp_nonce ThirdCsp",), ("ThirdCsp own:reads=csp_nonce",)),
    # cors
    "cors-before-common": Case(("Common Cors", "own:is=Common Cors"), ("Cors Common", "Cors Common Cors")),
    "cors-before-conditional": Case(("ConditionalGet Cors",), ("Cors ConditionalGet",)),
    "cors-before-whitenoise": Case(("WhiteNoise Cors",), ("Cors WhiteNoise",)),
    "cors-before-ssl-redirect": Case(("Security Cors",), ("Cors Security",), {"SECURE_SSL_REDIRECT": True}),
    # whitenoise
    "whitenoise-after-security": Case(("WhiteNoise Security",), ("Security WhiteNoise",)),
    "whitenoise-before-all": Case(("Session WhiteNoise", "GZip WhiteNoise"), ("WhiteNoise Session GZip",)),
    # debugging
    "toolbar-after-gzip": Case(("Toolbar GZip",), ("GZip Toolbar",)),
    "toolbar-unique": Case(("Toolbar Toolbar",), ("Toolbar",)),
    "toolbar-early": Case(("Session Toolbar",), ("Toolbar Session",)),
    "toolbar-above-flatpage": Case(("Flatpage Toolbar",), ("Toolbar Flatpage",)),
    "silk-after-gzip": Case(("Silk GZip",), ("GZip Silk",)),
    "silk-no-shortcircuit-above": Case(("Maintenance Silk",), ("Silk Maintenance",)),
    "browser-reload-after-gzip": Case(("BrowserReload GZip",), ("GZip BrowserReload",)),
    "kolo-first": Case(("Common Kolo",), ("Kolo Common",)),
    # html
    "minify-after-gzip": Case(("Minify GZip",), ("GZip Minify",)),
    "minify-above-html-editors": Case(("Toolbar Minify",), ("Minify Toolbar",)),
    # monitoring
    "prometheus-before-first": Case(("Security PrometheusBefore",), ("PrometheusBefore Security",)),
    "prometheus-after-last": Case(("PrometheusAfter Common",), ("Common PrometheusAfter",)),
    "guid-first": Case(("Common Guid",), ("Guid Common",)),
    # tenants
    "tenants-first": Case(
        ("Session Tenant", "own:reads=user Tenant Auth"), ("Tenant Session Auth", "Security Tenant Session")
    ),
    # accounts
    "otp-after-auth": Case(("Session Otp Auth", "Otp"), ("Session Auth Otp",)),
    "threadlocals-after-otp": Case(("ThreadLocals Otp",), ("Otp ThreadLocals",)),
    "hijack-after-auth": Case(("Session Hijack Auth",), ("Session Auth Hijack",)),
    "hijack-before-remoteuser": Case(("Session Auth RemoteUser Hijack",), ("Session Auth Hijack RemoteUser",)),
    "auditlog-after-auth": Case(("Session Auditlog Auth",), ("Session Auth Auditlog",)),
    "activeusers-after-auth": Case(("Session ActiveUsers Auth",), ("Session Auth ActiveUsers",)),
    "onlineusers-after-auth": Case(("Session OnlineUsers Auth",), ("Session Auth OnlineUsers",)),
    "lockdown-after-auth": Case(
        ("Session own:seeks=user:answers Auth",),
        ("Session Auth own:seeks=user:answers", "own:seeks=user Auth", "own:seeks=user:answers"),
    ),
    "maintenance-user-after-auth": Case(
        ("Maintenance Auth",), ("Auth Maintenance",), {"MAINTENANCE_MODE_IGNORE_STAFF": True}
    ),
    "allauth-present": Case(("Session Auth",), ("Session Auth Account",), {"apps": ("allauth.account",)}),
    "allauth-after-auth": Case(("Account Auth",), ("Auth Account", "Account")),
    "axes-last": Case(("Axes Session",), ("Session Axes",)),
    "cms-user-after-auth": Case(("CmsUser Auth",), ("Auth CmsUser",)),
    "cms-toolbar-after-auth": Case(("CmsToolbar Auth",), ("Auth CmsToolbar",)),
    "cms-apphook-first": Case(("Common CmsApphook",), ("CmsApphook Common",)),
    "htmx-before-users": Case(("own:reads=htmx Htmx",), ("Htmx own:reads=htmx",)),
    # general
    "gen-user-after-auth": Case(
        ("Session own:reads=user Auth", "own:sometimes=user", "own:maybe=user Auth"),
        ("Session Auth own:reads=user", "own:sets=user own2:reads=user", "own:seeks=user Auth", "own:late=user Auth"),
    ),
    "gen-session-after-session": Case(
        ("own:reads=session Session", "own:reads=session"), ("Session own:reads=session", "own:seeks=session Session")
    ),
    "gen-attribute-order": Case(
        ("own:reads=tenant own2:sets=tenant",),
        ("own2:sets=tenant own:reads=tenant", "own:reads=tenant", "own:seeks=tenant own2:sets=tenant"),
    ),
    "gen-unique": Case(("Common Common", "own own"), ("Common own:is=Common",)),
    "gen-header-adders-above-shortcircuit": Case(
        ("Maintenance XFrame", "own:answers XFrame"), ("XFrame own:answers", "Common:answers XFrame")
    ),
    "gen-last-resort-exception-top": Case(
        ("own:hook=process_exception own2:answers-every-exception:hook=process_exception",),
        ("own2:answers-every-exception:hook=process_exception own:hook=process_exception",),
    ),
    "gen-sync-only-outermost": Case(
        ("own:sync=yes own2:sync=no own3:sync=yes",), ("own:sync=yes own3:sync=yes own2:sync=no",), {"is_asgi": True}
    ),
    "gen-host-rewriters-first": Case(("Common own:sets=urlconf",), ("own:sets=urlconf Common",)),
}


def ids(report: LintReport) -> set[str]:
    return {rule for finding in report.findings for rule in (finding.id, *finding.also)} | {
        concession.rule.id for concession in report.concessions
    }


@pytest.mark.parametrize("rule_id", CASES)
def test_fires_and_is_quiet(rule_id: str, judge: Any) -> None:
    """A rule is heard where it should be and nowhere else."""
    case = CASES[rule_id]
    for words in case.fires:
        assert rule_id in ids(judge(words, **case.options)), words
    for words in case.quiet:
        assert rule_id not in ids(judge(words, **case.options)), words


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES if rule.when is not None])
def test_condition_on_settings(rule_id: str, judge: Any) -> None:
    """A rule with a condition is quiet where the condition does not hold."""
    opposite = {
        "apps": (),
        "is_asgi": False,
        **{name: not value if isinstance(value, bool) else () for name, value in DEFAULTS.items()},
        "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage",
    }
    case = CASES[rule_id]
    given = {**{name: value for name, value in DEFAULTS.items() if name in case.options}, "apps": (), "is_asgi": False}
    options = given if case.options else opposite
    for words in case.fires:
        assert rule_id not in ids(judge(words, **options)), words


def test_every_rule_has_a_case() -> None:
    """No rule goes untested, and no id is used twice."""
    assert [rule.id for rule in RULES] == list(dict.fromkeys(rule.id for rule in RULES))
    assert {rule.id for rule in RULES} == CASES.keys()
    assert not RETIRED.keys() & CASES.keys()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_words_of_a_rule(rule: Any) -> None:
    """A rule says what it demands, why, and who says so, in whole sentences."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.id)
    assert rule.statement.endswith(".")
    assert rule.consequence[0].isupper() or "." in rule.consequence.split()[0]
    assert rule.consequence.rstrip(")").endswith((".", "once."))
    assert rule.source
    assert set(rule.evidence) <= {"docs", "code", "measured", "issue"}
    assert rule.evidence


@pytest.mark.parametrize("options", [{}, {"CSRF_USE_SESSIONS": True}, {"SECURE_SSL_REDIRECT": True}, {"is_asgi": True}])
def test_quiet_on_the_default_stack(options: dict[str, Any], judge: Any) -> None:
    """What startproject writes is right, whatever the settings."""
    report = judge(DEFAULT, apps=("django.contrib.admin",), ALLOWED_HOSTS=["example.com"], **options)
    assert not report.findings
    assert report.order == report.stack.layers


def test_only_what_breaks_or_leaks_is_an_error() -> None:
    """The severities that real stacks support."""
    errors = {rule.id for rule in RULES if rule.severity is Severity.ERROR}
    assert {"dj-auth-after-session", "dj-messages-after-session", "gen-user-after-auth"} <= errors
    assert "dj-updatecache-before-session" in errors
    for warning in ("dj-loginrequired-after-auth", "whitenoise-after-security", "cors-before-common"):
        rule = rule_named(warning)
        assert rule is not None
        assert rule.severity is Severity.WARNING


def test_rules_say_nothing_about_machines() -> None:
    """Sources are public: no path of a machine is in a rule."""
    for rule in RULES:
        assert not Path(rule.source).is_absolute()
