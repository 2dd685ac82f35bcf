"""The root URLconf: Django tries these patterns from top to bottom and takes the first that matches."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("shop.urls")),
    path("api/", include("shop.api_urls")),
    path("accounts/login/", LoginView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    # Pages without our <link rel="icon">, such as the admin's and Django's error pages, make browsers ask for this.
    path("favicon.ico", RedirectView.as_view(url=static("shop/favicon.svg"), permanent=True)),
]

urlpatterns += i18n_patterns(path("", include("shop.i18n_urls")))

# runserver serves static files before any of this is asked; other servers find them here while DEBUG is on.
urlpatterns += staticfiles_urlpatterns()
