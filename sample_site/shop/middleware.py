"""The shop's middleware: one of every shape that Django accepts.

A middleware is anything that is called with ``get_response`` once, when the server starts, and returns something
that can be called with a request. Read them from top to bottom; ``settings.MIDDLEWARE`` decides their order.

==============================  ======================================================================
``JourneyMiddleware``           ``MiddlewareMixin`` with all five hooks
``MaintenanceMiddleware``       ``MiddlewareMixin`` with ``process_request`` alone, which may answer
``PermissionsPolicyMiddleware`` a class with ``__call__`` and no hook, written for sync and async
``ShopWindowMiddleware``        a class with ``process_view`` and ``process_template_response``
``OutOfStockMiddleware``        a class with ``process_exception``
``theme``                       a function for sync and async, by ``@sync_and_async_middleware``
``strip_tracking_parameters``   the plain function: a closure, sync only
``RobotsTagMiddleware``         a class that takes itself out of the chain with ``MiddlewareNotUsed``
==============================  ======================================================================
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes

from shop.errors import OutOfStock

THEMES = ("light", "dark")
BANNER = "This week: free bookmark with every order"
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=()"


class ShopRequest(HttpRequest):
    """A request as our views see it: with what the middleware of this module put on it."""

    journey: list[str]
    theme: str


class JourneyMiddleware(MiddlewareMixin):
    """Write down which of its own hooks ran, and send the list home in the header ``X-Journey``.

    ``MiddlewareMixin.__call__`` runs ``process_request`` and ``process_response`` itself; the other three are called
    by Django's handler. Every hook but ``process_response`` may return None, which means "carry on".
    """

    def process_request(self, request: ShopRequest) -> None:
        """On the way in, before the URL has been looked up."""
        request.journey = ["process_request"]

    def process_view(self, request: ShopRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """The view is known and about to be called."""
        request.journey.append("process_view")

    def process_exception(self, request: ShopRequest, exception: Exception) -> None:
        """The view raised; we have no answer, so the next middleware outwards is asked."""
        request.journey.append("process_exception")

    def process_template_response(self, request: ShopRequest, response: TemplateResponse) -> TemplateResponse:
        """The view returned a response that is not rendered yet: its context can still be changed."""
        request.journey.append("process_template_response")
        response.context_data = {**(response.context_data or {}), "journey": request.journey}
        return response

    def process_response(self, request: ShopRequest, response: HttpResponseBase) -> HttpResponseBase:
        """On the way out, with whatever response came from within."""
        response["X-Journey"] = ", ".join([*request.journey, "process_response"])
        return response


class MaintenanceMiddleware(MiddlewareMixin):
    """Close the shop: a response from ``process_request`` means that nothing further in is ever reached.

    Try it on one request by adding ``?maintenance=1`` to any URL, or on all with ``MAINTENANCE = True`` in settings.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Answer 503, or return None to let the request in."""
        if not settings.MAINTENANCE and request.GET.get("maintenance") != "1":
            return None
        response = render(request, "shop/maintenance.html", status=503)
        response["Retry-After"] = "600"
        return response


class PermissionsPolicyMiddleware:
    """Add a header to every response, in the new style: one call around everything further in.

    Without a hook there is nothing for Django to call but this object. Code before ``get_response`` is the way in,
    code after it the way out. To be async as well, it must say so and return a coroutine when the chain is async.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self.__acall__(request)
        response: HttpResponseBase = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        return response

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = await self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        return response


class PassThrough:
    """The part that the two classes with hooks share: call what is further in and return what it returns.

    Returning works for both worlds: the inner call hands back a response when it is sync, a coroutine when it is async.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)


class ShopWindowMiddleware(PassThrough):
    """Decide what is in the window: pages that are not open yet, and this week's banner."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Answer in place of a view marked ``@coming_soon``: the view is skipped, every ``process_response`` runs."""
        if getattr(view, "coming_soon", False):
            return TemplateResponse(request, "shop/coming_soon.html", {"path": request.path})
        return None

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """Put the banner into the context of every TemplateResponse, just before it is rendered."""
        response.context_data = {**(response.context_data or {}), "banner": BANNER}
        return response


class OutOfStockMiddleware(PassThrough):
    """Answer for a view that raised ``OutOfStock``; any other exception is none of our business."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 409, or return None so that the next middleware outwards is asked."""
        if isinstance(exception, OutOfStock):
            return render(request, "shop/out_of_stock.html", {"book": exception.book}, status=409)
        return None


@sync_and_async_middleware
def theme(get_response: Callable[[HttpRequest], Any]) -> Callable[[ShopRequest], Any]:
    """Light or dark: read the cookie ``theme`` on the way in, set it on the way out after ``?theme=dark``.

    The decorator promises that this function builds the right kind of middleware, sync or async, for what it is given.
    """

    def choose(request: ShopRequest) -> None:
        wanted = request.GET.get("theme") or request.COOKIES.get("theme")
        request.theme = wanted if wanted in THEMES else THEMES[0]

    def remember(request: ShopRequest, response: HttpResponseBase) -> HttpResponseBase:
        patch_vary_headers(response, ["Cookie"])
        if request.GET.get("theme") in THEMES:
            response.set_cookie("theme", request.theme, samesite="Lax")
        return response

    if iscoroutinefunction(get_response):

        async def async_middleware(request: ShopRequest) -> HttpResponseBase:
            choose(request)
            return remember(request, await get_response(request))

        return async_middleware

    def middleware(request: ShopRequest) -> HttpResponseBase:
        choose(request)
        return remember(request, get_response(request))

    return middleware


def strip_tracking_parameters(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Take ``?utm_source=…`` out of the address: a short circuit is simply not calling ``get_response``.

    The oldest and plainest shape, a function in a function. It says nothing about async, so Django takes it for sync
    only: under ASGI the request crosses into a thread for it and back again, which is why it stands last in the list.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        kept = request.GET.copy()
        for name in request.GET:
            if name.startswith("utm_"):
                del kept[name]
        if request.method != "GET" or len(kept) == len(request.GET):
            response: HttpResponseBase = get_response(request)
            return response
        address = escape_leading_slashes(escape_uri_path(request.path))
        return redirect(f"{address}?{kept.urlencode()}" if kept else address)

    return middleware


class RobotsTagMiddleware:
    """Tell search engines to stay away, on a staging server; anywhere else leave the chain while it is being built.

    ``MiddlewareNotUsed`` is not an error. Django logs its reason (at DEBUG, to ``django.request``) and goes on with
    the next middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.STAGING:
            raise MiddlewareNotUsed("STAGING is False: search engines are welcome here")
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response
