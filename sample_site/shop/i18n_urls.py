"""Pages with one address for each language, included inside ``i18n_patterns``."""

from __future__ import annotations

from django.urls import path

from shop.views import catalogue

urlpatterns = [path("welcome/", catalogue.welcome, name="welcome")]
