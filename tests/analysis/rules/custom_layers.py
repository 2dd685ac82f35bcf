"""Middleware of a project's own, in many shapes, each with what its source says it needs."""

from __future__ import annotations

from collections.abc import Callable
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

Handler = Callable[[Any], Any]


class Caller:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response


class ReadsUserInHook(MiddlewareMixin):
    def process_request(self, request: Any) -> None:
        request.is_member = request.user.is_authenticated


class ReadsUserInCall(Caller):
    def __call__(self, request: Any) -> Any:
        request.greeting = f"hello {request.user}"
        return self.get_response(request)


class ReadsUserInHelper(Caller):
    def __call__(self, request: Any) -> Any:
        self.remember(request)
        return self.get_response(request)

    def remember(self, request: Any) -> None:
        request.name_of_user = name_of(request)


def name_of(visit: Any) -> str:
    return str(visit.user)


class ReadsUserOfSome(Caller):
    def __call__(self, request: Any) -> Any:
        if request.path.startswith("/hello") and request.user.is_staff:
            return HttpResponse("staff")
        return self.get_response(request)


class ReadsUserPerhaps(Caller):
    enabled = False

    def __call__(self, request: Any) -> Any:
        if self.enabled:
            request.perhaps = request.user.pk
        return self.get_response(request)


class ReadsUserAfterwards(Caller):
    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        response["X-User"] = str(request.user.pk)
        return response


class ReadsUserLazily(Caller):
    def __call__(self, request: Any) -> Any:
        request.profile = SimpleLazyObject(lambda: request.user)
        return self.get_response(request)


class ReadsUserGuarded(Caller):
    def __call__(self, request: Any) -> Any:
        if hasattr(request, "user") and request.user.is_authenticated:
            request.known = True
        return self.get_response(request)


class ReadsUserTrying(Caller):
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


class ReadsUserInView(Caller):
    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        request.viewer = request.user


class SetsUser(Caller):
    def __call__(self, request: Any) -> Any:
        request.user = "somebody"
        return self.get_response(request)


class LoginWall(MiddlewareMixin):
    def process_request(self, request: Any) -> HttpResponse | None:
        if getattr(request, "user", None) is None:
            return HttpResponse("log in", status=401)
        return None


class ReadsSession(MiddlewareMixin):
    def process_request(self, request: Any) -> None:
        request.visits = request.session.get("visits", 0)


class SetsTenant(Caller):
    def __call__(self, request: Any) -> Any:
        request.tenant = "default"
        return self.get_response(request)


class ReadsTenant(Caller):
    def __call__(self, request: Any) -> Any:
        request.schema = f"schema of {request.tenant}"
        return self.get_response(request)


class OwnSessions(SessionMiddleware):
    pass


class OwnAuthentication(AuthenticationMiddleware):
    pass


class OwnCommon(CommonMiddleware):
    pass


class NotUsed(Caller):
    def __init__(self, get_response: Handler) -> None:
        raise MiddlewareNotUsed("not today")

    def __call__(self, request: Any) -> Any:
        return request.user


class Fails(Caller):
    def __init__(self, get_response: Handler) -> None:
        raise RuntimeError("no key")


class Closed(Caller):
    def __call__(self, request: Any) -> Any:
        if request.GET.get("closed"):
            return HttpResponse("closed", status=503)
        return self.get_response(request)


class EditsBody(Caller):
    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        response["X-Edited"] = str(response.content.count(b"hello"))
        response.content = response.content.replace(b"hello", b"good day")
        return response


class AnswersEveryException(Caller):
    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse:
        return HttpResponse("sorry", status=500)


class AnswersSomeExceptions(Caller):
    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ValueError):
            return HttpResponse("no such value", status=400)
        return None


class AsyncCapable(Caller):
    sync_capable = True
    async_capable = True

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)


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


class SetsUrlconf(MiddlewareMixin):
    def process_request(self, request: Any) -> None:
        request.urlconf = "stack_runner"


class RewritesHost(MiddlewareMixin):
    def process_request(self, request: Any) -> None:
        request.META["HTTP_X_FORWARDED_HOST"] = request.META.get("HTTP_X_FORWARDED_HOST", "").rpartition(",")[2]


class ReadsNonceAfterwards(Caller):
    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        response["X-Nonce"] = str(request.csp_nonce)
        return response
