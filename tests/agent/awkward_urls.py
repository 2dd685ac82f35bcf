"""Views for the awkward middleware; run only in child processes."""

from __future__ import annotations

import asyncio
import io
import traceback
import warnings
from http.client import HTTPConnection

from awkward import note
from django.conf.urls.i18n import i18n_patterns
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.db import connection, transaction
from django.http import FileResponse, Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import include, path, re_path, resolve
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_protect


def plain(request, **kwargs):
    note("view plain")
    warnings.warn("a view's caller", stacklevel=2)
    return HttpResponse("plain")


def sql(request):
    with connection.cursor() as cursor:
        for number in range(3):
            cursor.execute("SELECT %s", [number])
        cursor.execute("SELECT 1 AS password WHERE 'x' = %s OR 1 = 1", ["a secret"])
    return HttpResponse("sql")


def page(request):
    return render(request, "page.html", {"who": "view"})


def template_response(request):
    return TemplateResponse(request, "page.html", {"who": "late"})


def broken_template(request):
    return TemplateResponse(request, "broken.html", {})


def raises(request):
    note("view raises")
    raise RuntimeError("a view that fails")


def missing(request):
    raise Http404("no such thing")


def forbidden(request):
    raise PermissionDenied


def returns_none(request):
    return None


def uses(request):
    """What a view asks others for."""
    found = [cache.get_or_set("number", lambda: 5), cache.get("number"), cache.get("other", 7)]
    found.append(send_mail("An order", "text", "shop@example.com", ["ada@example.com"]))
    try:
        HTTPConnection("127.0.0.1", 1).request("GET", "/outgoing")
    except ConnectionRefusedError as error:
        found.append(traceback.format_exception(error))
    return HttpResponse(repr(found))


def detours(request):
    """What leaves the straight path."""
    with transaction.atomic():
        return HttpResponse(resolve("/uses/").route)


def stream(request):
    def parts():
        for number in range(3):
            with connection.cursor() as cursor:
                cursor.execute("SELECT %s", [number])
            note(f"part {number}")
            yield f"part {number}\n"

    return StreamingHttpResponse(parts())


def broken_stream(request):
    def parts():
        yield "one\n"
        raise RuntimeError("in the middle of the body")

    return StreamingHttpResponse(parts())


def file(request):
    return FileResponse(io.BytesIO(b"a file" * 1000), filename="file.txt")


def body(request):
    return JsonResponse({"post": dict(request.POST), "files": sorted(request.FILES)})


def read_stream(request):
    return HttpResponse(request.read())


async def asynchronous(request):
    note("view asynchronous")
    await asyncio.sleep(0)
    return HttpResponse("asynchronous")


async def astream(request):
    async def parts():
        for number in range(3):
            await asyncio.sleep(0)
            yield f"part {number}\n"

    return StreamingHttpResponse(parts())


class Thing(View):
    def get(self, request, pk):
        note(f"Thing.get {pk}")
        return HttpResponse(f"thing {pk}")


class Shelf(View):
    def list(self, request):
        note("Shelf.list")
        return HttpResponse("all")


def as_view_set(kind, actions):
    """As ``rest_framework.viewsets.ViewSetMixin.as_view`` makes one."""

    def view(request, *args, **kwargs):
        this = kind()
        for method, action in actions.items():
            setattr(this, method, getattr(this, action))
        return this.dispatch(request, *args, **kwargs)

    view.cls, view.actions = kind, actions
    return view


class Desk:
    """Its views are methods of an instance, as those of Django's admin."""

    @method_decorator(csrf_protect)
    def front(self, request):
        return HttpResponse("front")


class AsyncThing(View):
    async def get(self, request):
        return HttpResponse("async thing")


urlpatterns = [
    path("", plain, name="home"),
    path("inner/", plain),
    path("other/", plain),
    path("sql/", sql),
    path("page/", page),
    path("template-response/", template_response),
    path("broken-template/", broken_template),
    path("raises/", raises),
    path("missing/", missing),
    path("forbidden/", forbidden),
    path("none/", returns_none),
    path("uses/", uses),
    path("detours/", detours),
    path("stream/", stream),
    path("broken-stream/", broken_stream),
    path("file/", file),
    path("body/", csrf_protect(body)),
    path("read/", read_stream),
    path("async/", asynchronous),
    path("astream/", astream),
    path("things/<int:pk>/", Thing.as_view(), name="thing"),
    path("async-thing/", AsyncThing.as_view()),
    path("desk/", Desk().front),
    path("shelf/", as_view_set(Shelf, {"get": "list"})),
    re_path(r"^years/(\d{4})/$", lambda request, year: HttpResponse(year)),
    path("deep/", include(([path("<slug:token>/", plain, name="leaf")], "deep"), namespace="deep")),
]
urlpatterns += i18n_patterns(path("hello/", plain, name="hello"))
