"""Middleware of the site that has neighbours: one with every hook, and one that is a function."""

from __future__ import annotations

from asgiref.sync import iscoroutinefunction
from django.http import HttpResponse
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin


class AllHooks(MiddlewareMixin):
    """Answers ``LookupError``, and leaves its name in what is rendered late."""

    def process_request(self, request):
        request.seen_by = ["process_request"]

    def process_view(self, request, view, args, kwargs):
        request.seen_by.append("process_view")

    def process_template_response(self, request, response):
        response.context_data["who"] = "AllHooks"
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, LookupError):
            return HttpResponse(f"<body>{exception}</body>", status=418)
        return None

    def process_response(self, request, response):
        response["X-Seen-By"] = " ".join(request.seen_by)
        return response


@sync_and_async_middleware
def closure(get_response):
    if iscoroutinefunction(get_response):

        async def layer(request):
            return await get_response(request)

    else:

        def layer(request):
            return get_response(request)

    return layer
