"""Another URLconf, for ``request.urlconf``; used only in child processes."""

from __future__ import annotations

from awkward_urls import plain
from django.urls import path

urlpatterns = [path("", plain, name="other-home")]
