"""Layers as projects write them, each of which needs its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

Handler = Callable[[Any], Any]


class Layer:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response


class ReadsUser(Layer):
    def __call__(self, request: Any) -> Any:
        request.greeting = f"hello {request.user.pk}"
        return self.get_response(request)


class ReadsSession(Layer):
    def __call__(self, request: Any) -> Any:
        request.visits = request.session.get("visits", 0)
        return self.get_response(request)


class SetsTenant(Layer):
    def __call__(self, request: Any) -> Any:
        request.tenant = "default"
        return self.get_response(request)


class ReadsTenant(Layer):
    def __call__(self, request: Any) -> Any:
        request.schema = f"schema of {request.tenant}"
        return self.get_response(request)


class LoginWall(Layer):
    def __call__(self, request: Any) -> Any:
        if getattr(request, "user", None) is None:
            return HttpResponse("log in", status=401)
        return self.get_response(request)


class Closed(Layer):
    def __call__(self, request: Any) -> Any:
        if request.GET.get("closed"):
            return HttpResponse("closed", status=503)
        return self.get_response(request)


class EditsBody(Layer):
    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        response["X-Edited"] = str(response.content.count(b"hello"))
        response.content = response.content.replace(b"hello", b"good day")
        return response


class AnswersEveryException(Layer):
    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse:
        return HttpResponse("sorry", status=500)


class AnswersValueErrors(Layer):
    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ValueError):
            return HttpResponse("no such value", status=400)
        return None


class RewritesHost(Layer):
    def __call__(self, request: Any) -> Any:
        request.META["HTTP_X_FORWARDED_HOST"] = request.META.get("HTTP_X_FORWARDED_HOST", "").rpartition(",")[2].strip()
        return self.get_response(request)


class ByShop(Layer):
    """Each shop, which a header names, has pages of its own."""

    def __call__(self, request: Any) -> Any:
        request.shop = request.headers.get("X-Shop", "")
        response = self.get_response(request)
        patch_vary_headers(response, ["X-Shop"])
        return response
