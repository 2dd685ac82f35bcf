"""The middleware that Django brings along, and what there is to know about each beside what a trace shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reqtrace.analysis.glossary import Term
from reqtrace.analysis.pages import Page
from reqtrace.trace.model import Layer

__all__ = ["KNOWN_LAYERS", "KnownLayer", "known_layer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLayer:
    """A middleware of Django's own."""

    key: str
    """Of its words: ``known.KEY.WAY``."""
    page: Page
    settings: tuple[str, ...] = ()
    """Those that steer it."""
    term: Term | None = None


KNOWN_LAYERS: Mapping[str, KnownLayer] = {
    "django.middleware.security.SecurityMiddleware": KnownLayer(
        key="security",
        page=Page.MIDDLEWARE_REFERENCE,
        settings=(
            "SECURE_SSL_REDIRECT",
            "SECURE_PROXY_SSL_HEADER",
            "SECURE_HSTS_SECONDS",
            "SECURE_CONTENT_TYPE_NOSNIFF",
            "SECURE_REFERRER_POLICY",
            "SECURE_CROSS_ORIGIN_OPENER_POLICY",
        ),
    ),
    "django.contrib.sessions.middleware.SessionMiddleware": KnownLayer(
        key="session",
        page=Page.SESSIONS,
        settings=("SESSION_ENGINE", "SESSION_SAVE_EVERY_REQUEST"),
        term=Term.SESSION,
    ),
    "django.middleware.common.CommonMiddleware": KnownLayer(
        key="common",
        page=Page.MIDDLEWARE_REFERENCE,
        settings=("APPEND_SLASH", "PREPEND_WWW", "ALLOWED_HOSTS"),
        term=Term.APPEND_SLASH,
    ),
    "django.middleware.common.BrokenLinkEmailsMiddleware": KnownLayer(
        key="broken_links", page=Page.ERROR_REPORTING, settings=("DEBUG", "MANAGERS", "IGNORABLE_404_URLS")
    ),
    "django.middleware.csrf.CsrfViewMiddleware": KnownLayer(
        key="csrf", page=Page.CSRF, settings=("CSRF_TRUSTED_ORIGINS", "CSRF_USE_SESSIONS"), term=Term.CSRF
    ),
    "django.contrib.auth.middleware.AuthenticationMiddleware": KnownLayer(
        key="auth", page=Page.AUTH, settings=("AUTHENTICATION_BACKENDS",), term=Term.LAZY_USER
    ),
    "django.contrib.auth.middleware.LoginRequiredMiddleware": KnownLayer(
        key="login_required", page=Page.MIDDLEWARE_REFERENCE, settings=("LOGIN_URL",)
    ),
    "django.contrib.auth.middleware.RemoteUserMiddleware": KnownLayer(key="remote_user", page=Page.REMOTE_USER),
    "django.contrib.auth.middleware.PersistentRemoteUserMiddleware": KnownLayer(
        key="remote_user", page=Page.REMOTE_USER
    ),
    "django.contrib.messages.middleware.MessageMiddleware": KnownLayer(
        key="messages", page=Page.MESSAGES, settings=("MESSAGE_STORAGE",), term=Term.MESSAGE
    ),
    "django.middleware.clickjacking.XFrameOptionsMiddleware": KnownLayer(
        key="xframe", page=Page.CLICKJACKING, settings=("X_FRAME_OPTIONS",), term=Term.CLICKJACKING
    ),
    "django.middleware.locale.LocaleMiddleware": KnownLayer(
        key="locale", page=Page.TRANSLATION, settings=("LANGUAGE_CODE", "USE_I18N"), term=Term.LOCALE
    ),
    "django.middleware.gzip.GZipMiddleware": KnownLayer(key="gzip", page=Page.MIDDLEWARE_REFERENCE),
    "django.middleware.http.ConditionalGetMiddleware": KnownLayer(
        key="conditional", page=Page.CONDITIONAL, term=Term.ETAG
    ),
    "django.middleware.cache.UpdateCacheMiddleware": KnownLayer(
        key="update_cache", page=Page.CACHE, settings=("CACHE_MIDDLEWARE_SECONDS", "CACHES"), term=Term.CACHE
    ),
    "django.middleware.cache.FetchFromCacheMiddleware": KnownLayer(
        key="fetch_cache", page=Page.CACHE, settings=("CACHE_MIDDLEWARE_ALIAS", "CACHES"), term=Term.CACHE
    ),
    "django.middleware.cache.CacheMiddleware": KnownLayer(
        key="cache", page=Page.CACHE, settings=("CACHE_MIDDLEWARE_SECONDS", "CACHES"), term=Term.CACHE
    ),
    "django.contrib.sites.middleware.CurrentSiteMiddleware": KnownLayer(
        key="current_site", page=Page.SITES, settings=("SITE_ID",)
    ),
    "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware": KnownLayer(key="flatpages", page=Page.FLATPAGES),
    "django.contrib.redirects.middleware.RedirectFallbackMiddleware": KnownLayer(
        key="redirects", page=Page.REDIRECTS, settings=("APPEND_SLASH",)
    ),
    "django.contrib.admindocs.middleware.XViewMiddleware": KnownLayer(
        key="xview", page=Page.MIDDLEWARE_REFERENCE, settings=("INTERNAL_IPS",), term=Term.INTERNAL_IPS
    ),
    "django.middleware.csp.ContentSecurityPolicyMiddleware": KnownLayer(
        key="csp", page=Page.CSP, settings=("SECURE_CSP", "SECURE_CSP_REPORT_ONLY")
    ),
}
"""By the dotted path in MIDDLEWARE: a subclass of the project's may do something else."""


def known_layer(layer: Layer | None) -> KnownLayer | None:
    """What is known of a layer; nothing of one that is not Django's."""
    return None if layer is None else KNOWN_LAYERS.get(layer.path)
