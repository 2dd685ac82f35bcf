"""Views with middleware of their own, made by decorators; run only in child processes."""

from __future__ import annotations

import gc
import weakref

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import decorator_from_middleware, decorator_from_middleware_with_args, method_decorator
from django.utils.deprecation import MiddlewareMixin
from django.views import View
from django.views.decorators.cache import cache_page
from django.views.decorators.csrf import csrf_protect, ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page


class Hooks(MiddlewareMixin):
    """All five, each leaving a mark."""

    def __init__(self, get_response, word="hooks"):
        super().__init__(get_response)
        self.word = word

    def process_request(self, request):
        request.marks = [f"request {self.word}"]

    def process_view(self, request, view, args, kwargs):
        request.marks.append(f"view {sorted(kwargs)}")

    def process_exception(self, request, exception):
        if isinstance(exception, LookupError):
            return HttpResponse(f"answered {type(exception).__name__}")
        return None

    def process_template_response(self, request, response):
        response.context_data = {"who": " ".join(request.marks)}
        return response

    def process_response(self, request, response):
        response.headers["X-Hooks"] = " ".join(request.marks)
        request.is_marked = True
        return response


class Slots:
    """Takes no attributes; its hooks are static, of the class, and a property."""

    __slots__ = ("asked", "view")
    asked_all = 0

    def __init__(self, view):
        self.view = view

    @staticmethod
    def process_request(request):
        request.static = True

    @classmethod
    def process_view(cls, request, view, args, kwargs):
        request.owner = cls.__name__

    @property
    def process_response(self):
        Slots.asked_all += 1
        return self.respond

    def respond(self, request, response):
        response.headers["X-Slots"] = f"{request.static} {request.owner} {Slots.asked_all} {type(self).__name__}"
        return response


class Answers:
    def __init__(self, view):
        pass

    def process_request(self, request):
        return HttpResponse("answered early", status=202)


class Replaces:
    def __init__(self, view):
        pass

    def process_response(self, request, response):
        return HttpResponse("another", status=203)


class Breaks:
    def __init__(self, view):
        pass

    def process_response(self, request, response):
        raise RuntimeError("a decorator's hook that fails")


class CannotBuild:
    def __init__(self, view):
        raise RuntimeError("a decorator's middleware that fails")


hooks = decorator_from_middleware(Hooks)
hooks_with = decorator_from_middleware_with_args(Hooks)
slots, answers, replaces, breaks = map(decorator_from_middleware, (Slots, Answers, Replaces, Breaks))


def plain(request, **kwargs):
    request.seen = True
    return HttpResponse(f"plain {sorted(kwargs)}")


def token(request):
    return HttpResponse(f"token {len(get_token(request))}")


def late(request):
    return TemplateResponse(request, "page.html", {})


def finds_nothing(request):
    raise LookupError


def fails(request):
    raise RuntimeError("a view that fails")


async def asynchronous(request):
    return HttpResponse("asynchronous")


def cannot_build(request):
    return decorator_from_middleware(CannotBuild)(plain)(request)


def answer_from_outside(view):
    def wrapper(request):
        response = view(request)
        response.headers["X-Outside"] = "1"
        return response

    return wrapper


def without_clock(view):
    def wrapper(request):
        response = view(request)
        for name in ("Expires", "Age"):
            response.headers.pop(name, None)
        return response

    return wrapper


MADE = []


class Remembered(Hooks):
    def __init__(self, view):
        super().__init__(view)
        MADE.append(weakref.ref(self))


class Thing(View):
    """``method_decorator`` makes a middleware for every request."""

    @method_decorator(decorator_from_middleware(Remembered))
    def get(self, request):
        return HttpResponse("thing")


def still_there(request):
    """Middleware of earlier requests that is alive without the garbage collector having come."""
    return HttpResponse(str(sum(one() is not None for one in MADE)))


gc.disable()

urlpatterns = [
    path("plain/", plain),
    path("hooks/<int:number>/", hooks(plain)),
    path("with/", hooks_with("given")(plain)),
    path("late/", hooks(late)),
    path("finds-nothing/", hooks(finds_nothing)),
    path("fails/", hooks(fails)),
    path("slots/", slots(plain)),
    path("answers/", answers(plain)),
    path("replaces/", answer_from_outside(replaces(plain))),
    path("breaks/", breaks(plain)),
    path("cannot-build/", cannot_build),
    path("async/", hooks(asynchronous)),
    path("protected/", csrf_protect(plain)),
    path("cookie/", ensure_csrf_cookie(token)),
    path("cached/", without_clock(cache_page(60)(plain))),
    path("gzip/", gzip_page(conditional_page(lambda request: HttpResponse("long " * 100)))),
    path("thing/", Thing.as_view()),
    path("still-there/", still_there),
]
