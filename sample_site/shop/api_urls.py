"""The JSON API, included under ``/api/``."""

from __future__ import annotations

from django.urls import path

from shop.views import api

app_name = "api"

urlpatterns = [
    path("books/", api.book_list, name="book_list"),
    path("books/<str:slug>/", api.book_detail, name="book_detail"),
    path("quote/", api.quote, name="quote"),
]
