"""The shop as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Books, authors, reviews and orders."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "shop"
