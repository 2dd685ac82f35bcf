"""Middleware of every shape, each writing down in ``JOURNAL`` what Django called; run only in child processes."""

from __future__ import annotations

import warnings
from functools import partial

from asgiref.sync import iscoroutinefunction
from django.core.exceptions import MiddlewareNotUsed, PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.decorators import async_only_middleware, sync_and_async_middleware, sync_only_middleware
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject

JOURNAL: list[str] = []


def note(text):
    JOURNAL.append(text)


class AllHooks(MiddlewareMixin):
    def process_request(self, request):
        note("AllHooks.process_request")
        request.seen_by = "AllHooks"

    def process_view(self, request, view_func, view_args, view_kwargs):
        note("AllHooks.process_view")

    def process_exception(self, request, exception):
        note("AllHooks.process_exception")

    def process_template_response(self, request, response):
        note("AllHooks.process_template_response")
        return response

    def process_response(self, request, response):
        note("AllHooks.process_response")
        response["X-All-Hooks"] = "1"
        return response


class Super(AllHooks):
    def process_request(self, request):
        note("Super.process_request")
        return super().process_request(request)

    def process_response(self, request, response):
        note("Super.process_response")
        return super().process_response(request, response)


class NewStyle:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        note("NewStyle in")
        request.new_style = True
        response = self.get_response(request)
        note("NewStyle out")
        response["X-New-Style"] = "1"
        return response

    def process_view(self, request, view_func, view_args, view_kwargs):
        note("NewStyle.process_view")

    def process_exception(self, request, exception):
        note("NewStyle.process_exception")

    def process_template_response(self, request, response):
        note("NewStyle.process_template_response")
        response.context_data["who"] = "NewStyle"
        return response


def closure(get_response):
    def middleware(request):
        note("closure in")
        response = get_response(request)
        note("closure out")
        return response

    return middleware


def closure_with_hook(get_response):
    def middleware(request):
        return get_response(request)

    def process_exception(request, exception):
        note("closure.process_exception")
        return HttpResponse("answered by a closure", status=418)

    middleware.process_exception = process_exception
    return middleware


@sync_and_async_middleware
def hybrid(get_response):
    def process_exception(request, exception):
        note("hybrid.process_exception")

    if iscoroutinefunction(get_response):

        async def inner(request):
            note("hybrid in")
            response = await get_response(request)
            note("hybrid out")
            return response
    else:

        def inner(request):
            note("hybrid in")
            response = get_response(request)
            note("hybrid out")
            return response

    inner.process_exception = process_exception
    return inner


@sync_only_middleware
def sync_only(get_response):
    def inner(request):
        note("sync_only in")
        return get_response(request)

    return inner


@async_only_middleware
def async_only(get_response):
    async def inner(request):
        note("async_only in")
        return await get_response(request)

    return inner


def configurable(prefix, get_response):
    def inner(request):
        note(f"{prefix} in")
        return get_response(request)

    return inner


partial_factory = partial(configurable, "partial")


class Factory:
    """An object, not a class, in MIDDLEWARE."""

    def __call__(self, get_response):
        return NewStyle(get_response)


object_factory = Factory()


class Slots:
    __slots__ = ("get_response",)

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        note("Slots in")
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        note("Slots.process_view")


class ReadOnly(MiddlewareMixin):
    def __init__(self, get_response):
        super().__init__(get_response)
        self.__dict__["is_sealed"] = True

    def __setattr__(self, name, value):
        if self.__dict__.get("is_sealed"):
            raise AttributeError(f"sealed: {name}")
        super().__setattr__(name, value)

    def process_request(self, request):
        note("ReadOnly.process_request")


class StaticHooks(MiddlewareMixin):
    @staticmethod
    def process_request(request):
        note("StaticHooks.process_request")

    @classmethod
    def process_view(cls, request, view_func, view_args, view_kwargs):
        note("StaticHooks.process_view")

    @classmethod
    def process_response(cls, request, response):
        note("StaticHooks.process_response")
        return response


class AsyncHooks:
    async_capable = True
    sync_capable = True

    def __init__(self, get_response):
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            from asgiref.sync import markcoroutinefunction

            markcoroutinefunction(self)

    def __call__(self, request):
        note("AsyncHooks in")
        if self.is_async:
            return self.__acall__(request)
        return self.get_response(request)

    async def __acall__(self, request):
        return await self.get_response(request)

    async def process_view(self, request, view_func, view_args, view_kwargs):
        note("AsyncHooks.process_view")

    async def process_exception(self, request, exception):
        note("AsyncHooks.process_exception")


class NotUsed:
    def __init__(self, get_response):
        raise MiddlewareNotUsed("not today")


class NotUsedSilently:
    def __init__(self, get_response):
        raise MiddlewareNotUsed


def returns_none(get_response):
    return None


class Twice:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        self.get_response(request)
        return self.get_response(request)


class Never:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        note("Never in")
        return HttpResponse("never asked", status=202)


class Swap:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        from copy import copy

        swapped = copy(request)
        swapped.swapped = True
        return self.get_response(swapped)


class CallsOwnHook(MiddlewareMixin):
    def process_request(self, request):
        note("CallsOwnHook.process_request")
        self.process_response(request, HttpResponse("unused"))

    def process_response(self, request, response):
        note("CallsOwnHook.process_response")
        return response


class KeepsBoundHook:
    def __init__(self, get_response):
        self.get_response = get_response
        self.hook = self.process_request

    def process_request(self, request):
        note("KeepsBoundHook.process_request")

    def __call__(self, request):
        self.hook(request)
        return self.get_response(request)


class AnswersRequest(MiddlewareMixin):
    def process_request(self, request):
        note("AnswersRequest.process_request")
        return HttpResponseRedirect("/elsewhere/")

    def process_response(self, request, response):
        note("AnswersRequest.process_response")
        return response


class AnswersView(MiddlewareMixin):
    def process_view(self, request, view_func, view_args, view_kwargs):
        note("AnswersView.process_view")
        return HttpResponse("no", status=403)


class AnswersViewWithTemplate(MiddlewareMixin):
    def process_view(self, request, view_func, view_args, view_kwargs):
        return TemplateResponse(request, "page.html", {"who": "process_view"})


class AnswersException(MiddlewareMixin):
    def process_exception(self, request, exception):
        note(f"AnswersException.process_exception {type(exception).__name__}")
        return HttpResponse("caught", status=409)


class RaisesInException(MiddlewareMixin):
    def process_exception(self, request, exception):
        raise LookupError("while handling")


class RaisesInRequest(MiddlewareMixin):
    def process_request(self, request):
        raise PermissionDenied("not here")

    def process_response(self, request, response):
        note("RaisesInRequest.process_response")
        return response


class RaisesInView(MiddlewareMixin):
    def process_view(self, request, view_func, view_args, view_kwargs):
        raise ValueError("in process_view")


class AddsArgument(MiddlewareMixin):
    def process_view(self, request, view_func, view_args, view_kwargs):
        view_kwargs["tenant"] = 7


class RaisesInResponse(MiddlewareMixin):
    def process_response(self, request, response):
        raise ValueError("in process_response")


class RaisesBase:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        raise SystemExit("a BaseException")


class ReturnsText(MiddlewareMixin):
    def process_response(self, request, response):
        return "not a response"


class ReturnsNoneOnTheWayOut(MiddlewareMixin):
    def process_response(self, request, response):
        return None


class TemplateHookReturnsNone(MiddlewareMixin):
    def process_template_response(self, request, response):
        return None


class Replaces(MiddlewareMixin):
    def process_response(self, request, response):
        return HttpResponse(b"replaced", status=203)


class LazyUser:
    """Puts an object on the request that must not be evaluated by anybody else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.user = SimpleLazyObject(lambda: note("user evaluated") or "somebody")
        request.fragile = Fragile()
        response = self.get_response(request)
        request.fragile = Fragile()
        return response


class Fragile:
    """Complains about being looked at."""

    def _complain(self, *args):
        note("fragile touched")
        raise AssertionError("an application object was evaluated")

    __eq__ = __bool__ = __len__ = __iter__ = __str__ = __repr__ = __hash__ = __getattr__ = _complain


class Warns(MiddlewareMixin):
    """Complains about its caller, as deprecated code does."""

    def __init__(self, get_response):
        super().__init__(get_response)
        warnings.warn("built by", stacklevel=2)

    def process_request(self, request):
        warnings.warn("called by", stacklevel=2)

    def process_view(self, request, view_func, view_args, view_kwargs):
        warnings.warn("called by", stacklevel=3)

    def process_response(self, request, response):
        warnings.warn("called by", stacklevel=3)
        return response


class Urlconf:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.urlconf = "awkward_urls_too"
        return self.get_response(request)


class Nested:
    """Makes a whole second request inside the first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path != "/inner/":
            from django.test import Client

            request.inner_status = Client().get("/inner/").status_code
        return self.get_response(request)


class SecondHandler:
    """Builds another handler while its own chain is being loaded."""

    def __init__(self, get_response):
        from django.core.handlers.base import BaseHandler
        from django.test import override_settings

        with override_settings(MIDDLEWARE=["awkward.closure"]):
            self.other = BaseHandler()
            self.other.load_middleware()
        self.get_response = get_response

    def __call__(self, request):
        return self.other.get_response(request) if request.path == "/other/" else self.get_response(request)
