"""Packages about logging in, and about who did what."""

from __future__ import annotations

from reqtrace.analysis.rules.names import HIJACK, MAINTENANCE_MODE, OTP, REMOTE_USER, SESSION_PROVIDER, USER_PROVIDER
from reqtrace.analysis.rules.relations import Above, Below, Judged, Needs, Present
from reqtrace.analysis.rules.rule import Condition, Demand, Order, Rule, Selector, Severity, named
from reqtrace.analysis.rules.stack import Certainty, Layer, Stack, Trait

__all__ = ["RULES"]

IGNORES = (
    "MAINTENANCE_MODE_IGNORE_ANONYMOUS_USER",
    "MAINTENANCE_MODE_IGNORE_AUTHENTICATED_USER",
    "MAINTENANCE_MODE_IGNORE_STAFF",
    "MAINTENANCE_MODE_IGNORE_SUPERUSER",
)
IGNORES_USERS = Condition(
    words="a setting MAINTENANCE_MODE_IGNORE_… lets users in",
    holds=lambda stack: any(stack.setting(name) for name in IGNORES),
)
HAS_ALLAUTH = Condition(words="allauth.account is installed", holds=lambda stack: "allauth.account" in stack.apps)
ACCOUNT = named("allauth.account.middleware.AccountMiddleware")


def login_walls(subjects: tuple[Layer, ...], stack: Stack) -> list[Demand]:
    """Layers that look whether there is a user and otherwise turn the request back, above the one that sets it."""
    found: list[Demand] = []
    for layer in subjects:
        read = layer.reading("user")
        providers = [other for other in stack.chain if other is not layer and USER_PROVIDER.matches(other)]
        if read is not None and read.certainty is Certainty.GUARDED and providers and "user" not in layer.sets:
            found.append(Order(subject=layer, upper=providers[0], lower=layer, read=read))
    return found


RULES = (
    Rule(
        id="otp-after-auth",
        severity=Severity.ERROR,
        about=named(OTP),
        relation=Needs(provider=USER_PROVIDER, missing=Severity.WARNING),
        hook="__call__",
        consequence="request.user has no is_verified(): checks of the second factor fail, silently or loudly.",
        source="django-otp, docs/source/overview.rst",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="threadlocals-after-otp",
        severity=Severity.INFO,
        about=named("two_factor.middleware.threadlocals.ThreadLocals"),
        relation=Below(others=named(OTP)),
        hook="process_request",
        consequence="Documented so for the Twilio gateway.",
        source="django-two-factor-auth, docs/configuration.rst",
        evidence=("docs",),
    ),
    Rule(
        id="hijack-after-auth",
        severity=Severity.ERROR,
        about=named(HIJACK),
        relation=Needs(provider=USER_PROVIDER),
        hook="process_request",
        consequence="It reads request.user and request.session at once: AttributeError.",
        source="django-hijack, hijack/middleware.py",
        evidence=("code",),
    ),
    Rule(
        id="hijack-before-remoteuser",
        severity=Severity.INFO,
        about=named(HIJACK),
        relation=Above(others=named(REMOTE_USER)),
        hook="process_request",
        consequence="RemoteUserMiddleware logs the hijacked user out again.",
        source="django-hijack, docs/troubleshooting.md",
        evidence=("docs",),
    ),
    Rule(
        id="auditlog-after-auth",
        severity=Severity.WARNING,
        about=named("auditlog.middleware.AuditlogMiddleware"),
        relation=Needs(provider=USER_PROVIDER, missing=Severity.INFO),
        hook="__call__",
        consequence="The log names no actor, because request.user is read when the layer is entered.",
        source="django-auditlog, docs/source/usage.rst; https://github.com/jazzband/django-auditlog/issues/115",
        evidence=("docs", "code"),
    ),
    Rule(
        id="activeusers-after-auth",
        severity=Severity.ERROR,
        about=named("active_users.middleware.ActiveUsersSessionMiddleware"),
        relation=Needs(provider=USER_PROVIDER),
        hook="process_request",
        consequence="AttributeError: 'WSGIRequest' object has no attribute 'user'.",
        source="https://github.com/n-elloco/django-active-users/issues/5",
        evidence=("issue",),
    ),
    Rule(
        id="onlineusers-after-auth",
        severity=Severity.ERROR,
        about=named("online_users.middleware.OnlineNowMiddleware"),
        relation=Needs(provider=USER_PROVIDER),
        hook="process_request",
        consequence="AttributeError: 'WSGIRequest' object has no attribute 'user'. (The order in its README is wrong.)",
        source="https://github.com/lawrencemq/django-online-users/issues/2",
        evidence=("issue",),
    ),
    Rule(
        id="lockdown-after-auth",
        severity=Severity.WARNING,
        about=Selector(traits=frozenset({Trait.ANSWERS})),
        relation=Judged(words="and looks for request.user must be below the layer that sets it", judge=login_walls),
        hook="process_request",
        consequence="It never finds a user, and turns back even visitors who are logged in.",
        source="https://github.com/GeoNode/geonode/issues/13805",
        evidence=("issue",),
        is_general=True,
    ),
    Rule(
        id="maintenance-user-after-auth",
        severity=Severity.WARNING,
        about=named(MAINTENANCE_MODE),
        relation=Needs(provider=USER_PROVIDER, missing=None),
        when=IGNORES_USERS,
        hook="__call__",
        consequence="The settings MAINTENANCE_MODE_IGNORE_… do nothing without request.user.",
        source="django-maintenance-mode, README.md",
        evidence=("docs",),
    ),
    Rule(
        id="allauth-present",
        severity=Severity.ERROR,
        about=ACCOUNT,
        relation=Present(),
        when=HAS_ALLAUTH,
        consequence="allauth.account refuses to start: ImproperlyConfigured.",
        source="django-allauth, allauth/account/apps.py",
        evidence=("code",),
    ),
    Rule(
        id="allauth-after-auth",
        severity=Severity.INFO,
        about=ACCOUNT,
        relation=Needs(provider=USER_PROVIDER, missing=None),
        hook="process_exception",
        consequence="It reads request.user when it redirects, which is not there if a layer in between has answered.",
        source="django-allauth, allauth/account/middleware.py",
        evidence=("code",),
    ),
    Rule(
        id="axes-last",
        severity=Severity.INFO,
        about=named("axes.middleware.AxesMiddleware"),
        relation=Below(others=Selector(paths=SESSION_PROVIDER.paths, sets="session")),
        hook="__call__",
        consequence="It replaces the answer to a login that is locked out; layers below it do not see that.",
        source="django-axes, docs/2_installation.rst",
        evidence=("docs",),
    ),
    Rule(
        id="cms-user-after-auth",
        severity=Severity.WARNING,
        about=named("cms.middleware.user.CurrentUserMiddleware"),
        relation=Needs(provider=USER_PROVIDER, missing=None),
        hook="process_request",
        consequence="It keeps request.user for the page tree, and finds none.",
        source="django CMS, docs/how_to/23-manual-installation.rst",
        evidence=("docs",),
    ),
    Rule(
        id="cms-toolbar-after-auth",
        severity=Severity.WARNING,
        about=named("cms.middleware.toolbar.ToolbarMiddleware"),
        relation=Needs(provider=USER_PROVIDER, missing=None),
        hook="__call__",
        consequence="The toolbar is for staff, and it finds no user.",
        source="django CMS, docs/explanation/request_lifecycle.rst",
        evidence=("docs",),
    ),
    Rule(
        id="cms-apphook-first",
        severity=Severity.INFO,
        about=named("cms.middleware.utils.ApphookReloadMiddleware"),
        relation=Above(
            others=named("django.middleware.common.CommonMiddleware", "django.middleware.locale.LocaleMiddleware")
        ),
        hook="process_request",
        consequence="URLs are looked up before its apphooks are in the URLconf.",
        source="django CMS, docs/how_to/23-manual-installation.rst",
        evidence=("docs",),
    ),
    Rule(
        id="htmx-before-users",
        severity=Severity.ERROR,
        about=named("django_htmx.middleware.HtmxMiddleware"),
        relation=Above(others=Selector(reads="htmx")),
        hook="__call__",
        consequence="AttributeError: 'WSGIRequest' object has no attribute 'htmx'.",
        source="django-htmx, docs/middleware.rst",
        evidence=("docs",),
    ),
)
