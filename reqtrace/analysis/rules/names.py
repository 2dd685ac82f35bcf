"""Dotted paths that more than one family speaks of, and the layers that provide what others need."""

from __future__ import annotations

from reqtrace.analysis.rules.rule import Selector, named

__all__: list[str] = []

SECURITY = "django.middleware.security.SecurityMiddleware"
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"
REMOTE_USER = "django.contrib.auth.middleware.RemoteUserMiddleware"
PERSISTENT_REMOTE_USER = "django.contrib.auth.middleware.PersistentRemoteUserMiddleware"
MESSAGES = "django.contrib.messages.middleware.MessageMiddleware"
X_FRAME_OPTIONS = "django.middleware.clickjacking.XFrameOptionsMiddleware"
LOCALE = "django.middleware.locale.LocaleMiddleware"
GZIP = "django.middleware.gzip.GZipMiddleware"
CONDITIONAL_GET = "django.middleware.http.ConditionalGetMiddleware"
FLATPAGE_FALLBACK = "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware"
REDIRECT_FALLBACK = "django.contrib.redirects.middleware.RedirectFallbackMiddleware"
UPDATE_CACHE = "django.middleware.cache.UpdateCacheMiddleware"
FETCH_FROM_CACHE = "django.middleware.cache.FetchFromCacheMiddleware"

CORS = "corsheaders.middleware.CorsMiddleware"
WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
DEBUG_TOOLBAR = "debug_toolbar.middleware.DebugToolbarMiddleware"
BROWSER_RELOAD = "django_browser_reload.middleware.BrowserReloadMiddleware"
MINIFY_HTML = "django_minify_html.middleware.MinifyHtmlMiddleware"
SILK = "silk.middleware.SilkyMiddleware"
HIJACK = "hijack.middleware.HijackUserMiddleware"
HOSTS_REQUEST = "django_hosts.middleware.HostsRequestMiddleware"
MAINTENANCE_MODE = "maintenance_mode.middleware.MaintenanceModeMiddleware"
OTP = "django_otp.middleware.OTPMiddleware"

SESSION_PROVIDER: Selector = named(SESSION, "user_sessions.middleware.SessionMiddleware", sets="session")
"""Whatever puts ``request.session`` there."""
USER_PROVIDER: Selector = named(AUTHENTICATION, but=(OTP,), sets="user")
"""Whatever puts ``request.user`` there."""
