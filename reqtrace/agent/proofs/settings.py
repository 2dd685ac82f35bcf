"""Nothing is stored: sessions in a cache in memory, no table in the database."""

from __future__ import annotations

SECRET_KEY = "not a secret, for nothing is kept"
DEBUG = False
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "reqtrace.agent.proofs.urls"
MIDDLEWARE: list[str] = []
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
LANGUAGES = [("en", "English"), ("de", "German")]
USE_TZ = True
# What a proof is about is seen in its picture; the log would only repeat it.
LOGGING = {"version": 1, "loggers": {"django": {"handlers": [], "propagate": False, "level": "CRITICAL"}}}
