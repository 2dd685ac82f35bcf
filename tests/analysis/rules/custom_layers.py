"""Middleware of a project's own, in more shapes than the proofs of rules need."""

from __future__ import annotations

from typing import Any

from asgiref.sync import iscoroutinefunction
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject

from reqtrace.agent.proofs.layers import Handler, Layer


class ReadsUserInHook(MiddlewareMixin):
    def process_request(self, request: Any) -> None:
        request.is_member = request.user.is_authenticated


class ReadsUserInHelper(Layer):
    def __call__(self, request: Any) -> Any:
        self.remember(request)
        return self.get_response(request)

    def remember(self, request: Any) -> None:
        request.name_of_user = name_of(request)


def name_of(visit: Any) -> str:
    return str(visit.user)


class ReadsUserOfSome(Layer):
    def __call__(self, request: Any) -> Any:
        if request.path.startswith("/hello") and request.user.is_staff:
            return HttpResponse("staff")
        return self.get_response(request)


class ReadsUserAfterwards(Layer):
    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        response["X-User"] = str(request.user.pk)
        return response


class ReadsUserLazily(Layer):
    def __call__(self, request: Any) -> Any:
        request.profile = SimpleLazyObject(lambda: request.user)
        return self.get_response(request)


class ReadsUserGuarded(Layer):
    def __call__(self, request: Any) -> Any:
        if hasattr(request, "user") and request.user.is_authenticated:
            request.known = True
        return self.get_response(request)


class ReadsUserTrying(Layer):
    def __call__(self, request: Any) -> Any:
        try:
            request.known = request.user.pk
        except AttributeError:
            request.known = None
        return self.get_response(request)


class DemandsUser(MiddlewareMixin):
    def process_request(self, request: Any) -> None:
        if not hasattr(request, "user"):
            raise ImproperlyConfigured("AuthenticationMiddleware first, please")


class ReadsUserInView(Layer):
    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        request.viewer = request.user


class OwnSessions(SessionMiddleware):
    pass


class OwnAuthentication(AuthenticationMiddleware):
    pass


class OwnCommon(CommonMiddleware):
    pass


class NotUsed(Layer):
    def __init__(self, get_response: Handler) -> None:
        raise MiddlewareNotUsed("not today")

    def __call__(self, request: Any) -> Any:
        return request.user


def closure(get_response: Handler) -> Handler:
    def middleware(request: Any) -> Any:
        request.seen_by = str(request.user)
        return get_response(request)

    return middleware


@sync_and_async_middleware
def both(get_response: Handler) -> Handler:
    def look(request: HttpRequest) -> None:
        request.looked = request.user.pk  # type: ignore[attr-defined]

    async def async_middleware(request: Any) -> Any:
        look(request)
        return await get_response(request)

    def middleware(request: Any) -> Any:
        look(request)
        return get_response(request)

    if iscoroutinefunction(get_response):
        return async_middleware
    return middleware
