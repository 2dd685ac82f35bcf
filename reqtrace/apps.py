"""``"reqtrace"`` in INSTALLED_APPS: what lint finds appears in ``manage.py check``. Nothing else needs it."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register

__all__ = ["ReqtraceConfig"]


class ReqtraceConfig(AppConfig):
    """Registers the check; has no models, and adds nothing to any request."""

    name = "reqtrace"
    verbose_name = "reqtrace"

    def ready(self) -> None:
        from reqtrace.checks import TAG, check_middleware

        register(check_middleware, TAG)
