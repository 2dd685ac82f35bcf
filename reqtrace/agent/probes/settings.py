"""Tells the settings that steer requests, once a chain is loaded and Django has read them itself."""

from __future__ import annotations

from typing import Any

from reqtrace.agent.recorder import recorder
from reqtrace.agent.values import REDACTED, describe, is_redacted_name, shorten
from reqtrace.events.kinds import SettingsRead

NAMES = (
    "DEBUG",
    "ROOT_URLCONF",
    "WSGI_APPLICATION",
    "ASGI_APPLICATION",
    "ALLOWED_HOSTS",
    "MIDDLEWARE",
    "TEMPLATES",
    "DATABASES",
    "CACHES",
    "CSRF_TRUSTED_ORIGINS",
    "SECURE_PROXY_SSL_HEADER",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_REFERRER_POLICY",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY",
    "X_FRAME_OPTIONS",
    "USE_X_FORWARDED_HOST",
    "APPEND_SLASH",
    "PREPEND_WWW",
    "INTERNAL_IPS",
    "SESSION_ENGINE",
    "SESSION_SAVE_EVERY_REQUEST",
    "STATIC_URL",
    "LANGUAGE_CODE",
    "USE_I18N",
    "DEBUG_PROPAGATE_EXCEPTIONS",
)
MAX_SETTING = 2_000


def tell_settings() -> None:
    """Record the settings; values that are no plain Python data are named by their type."""
    from django.conf import settings

    values = []
    for name in NAMES:
        value = getattr(settings, name, None)
        values.append([name, shorten(setting_text(name, value), MAX_SETTING)])
    recorder.fact(SettingsRead, module_name(settings), values)


def module_name(settings: Any) -> str:
    name = getattr(settings, "SETTINGS_MODULE", "")
    return name if type(name) is str else ""


def setting_text(name: str, value: object) -> str:
    if name in ("DATABASES", "CACHES"):
        key = "ENGINE" if name == "DATABASES" else "BACKEND"
        return backends_text(value, key)
    if name == "TEMPLATES" and isinstance(value, list | tuple):
        return "; ".join(template_text(engine) for engine in value)
    return data_text(value)


def backends_text(value: object, key: str) -> str:
    """Alias and backend only: the rest holds passwords."""
    if not isinstance(value, dict):
        return describe(value)
    return ", ".join(
        f"{alias}: {describe(entry.get(key))}" if type(entry) is dict else str(alias)
        for alias, entry in value.items()
        if type(alias) is str
    )


def template_text(engine: object) -> str:
    if type(engine) is not dict:
        return describe(engine)
    options = engine.get("OPTIONS") or {}
    processors = options.get("context_processors", ()) if type(options) is dict else ()
    parts = [data_text(engine.get("BACKEND"))]
    if engine.get("DIRS"):
        parts.append(f"DIRS {data_text(engine['DIRS'])}")
    parts.append(f"APP_DIRS {bool(engine.get('APP_DIRS'))}" if type(engine.get("APP_DIRS")) is bool else "")
    if processors:
        parts.append(f"context_processors {data_text(processors)}")
    return ", ".join(part for part in parts if part)


def data_text(value: object, depth: int = 0) -> str:
    """Python data written out; secrets in mappings hidden, strange objects named by their type."""
    if type(value) in (list, tuple) and depth < 3:
        return "[" + ", ".join(data_text(item, depth + 1) for item in value) + "]"  # type: ignore[attr-defined]
    if type(value) is dict and depth < 3:
        return "{" + ", ".join(entry_text(key, item, depth) for key, item in value.items()) + "}"
    return describe(value)


def entry_text(key: object, item: object, depth: int) -> str:
    hidden = type(key) is str and is_redacted_name(key)
    return f"{describe(key)}: {REDACTED if hidden else data_text(item, depth + 1)}"
