"""Pages on which the order of layers shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.urls import path
from django.utils.translation import get_language

urlpatterns: list[Any] = []


def hello(request: Any) -> HttpResponse:
    return HttpResponse("hello " * 100)


def whoami(request: Any) -> HttpResponse:
    """A personal page: remembers the first name it is told."""
    if name := request.GET.get("name"):
        request.session["name"] = name
    return HttpResponse(f"you are {request.session.get('name', 'nobody')}")


def form(request: Any) -> HttpResponse:
    if request.method == "POST":
        return HttpResponse("saved")
    return HttpResponse(get_token(request))


def language(request: Any) -> HttpResponse:
    return HttpResponse(str(get_language()))


def shop(request: Any) -> HttpResponse:
    return HttpResponse(f"shop {request.shop}")


def fails(request: Any) -> HttpResponse:
    raise ValueError("no such number")


urlpatterns += [path(f"{view.__name__}/", view) for view in (hello, whoami, form, language, shop, fails)]
