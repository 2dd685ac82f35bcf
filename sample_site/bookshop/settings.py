"""Settings of the bookshop: a demonstration for one's own machine, so DEBUG is on and the key is public."""

from __future__ import annotations

import os
from pathlib import Path

import django

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = "bookshop-demo-key-that-everybody-may-know-because-this-is-only-a-demonstration"
DEBUG = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "shop",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "shop.middleware.JourneyMiddleware",
    "shop.middleware.RobotsTagMiddleware",
    "shop.middleware.MaintenanceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shop.middleware.PermissionsPolicyMiddleware",
    "shop.middleware.theme",
    "shop.middleware.ShopWindowMiddleware",
    "shop.middleware.OutOfStockMiddleware",
    "shop.middleware.strip_tracking_parameters",
]

ROOT_URLCONF = "bookshop.urls"
WSGI_APPLICATION = "bookshop.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shop.context_processors.basket",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("BOOKSHOP_DATABASE") or BASE_DIR / "db.sqlite3",
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "bookshop"}}

# Mail is printed where the server runs. Django 6.1 replaced EMAIL_BACKEND by MAILERS and refuses to see both.
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = "The Bookshop <shop@example.com>"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"

# "reader" as a password is a demo, not an example: real sites keep AUTH_PASSWORD_VALIDATORS.
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "shop:members"
LOGOUT_REDIRECT_URL = "shop:start"

# The shop's own switches, read by shop.middleware.
MAINTENANCE = False
"""True closes the whole shop: MaintenanceMiddleware answers every request with 503."""
STAGING = False
"""True keeps RobotsTagMiddleware in the chain, so that search engines stay away from a test copy of the shop."""
