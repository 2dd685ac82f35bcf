"""A Django site whose middleware write down themselves what was called, knowing nothing of reqtrace.

Run as a program, it sends itself one request a case and prints as JSON what the witnesses say, in the same order.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.conf import settings

settings.configure(
    DEBUG=False,
    SECRET_KEY="witness",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.locmem.Loader",
                        {
                            "base.html": "<h1>{% block body %}{% endblock %}</h1>",
                            "page.html": "{% extends 'base.html' %}{% block body %}{{ late }}{% endblock %}",
                        },
                    )
                ]
            },
        }
    ],
    LOGGING_CONFIG=None,
    USE_TZ=True,
)

import django  # noqa: E402

django.setup()

from django.core.exceptions import MiddlewareNotUsed, PermissionDenied  # noqa: E402
from django.core.handlers.asgi import ASGIHandler  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse  # noqa: E402
from django.template.response import TemplateResponse  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.deprecation import MiddlewareMixin  # noqa: E402

witness: list[str] = []


class Boom(Exception):
    """The project's own."""


# --- views -------------------------------------------------------------------------------------------------------


def ask(number: int = 1) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [number])
        return int(cursor.fetchone()[0])


def plain(request: HttpRequest) -> HttpResponse:
    witness.append("VIEW")
    ask()
    return HttpResponse("plain")


def boom(request: HttpRequest) -> HttpResponse:
    witness.append("VIEW")
    raise Boom("on purpose")


def forbidden(request: HttpRequest) -> HttpResponse:
    witness.append("VIEW")
    raise PermissionDenied("no")


def nothing(request: HttpRequest) -> None:
    witness.append("VIEW")


def template(request: HttpRequest) -> TemplateResponse:
    witness.append("VIEW")
    return TemplateResponse(request, "page.html", {"late": ask})


def broken_template(request: HttpRequest) -> TemplateResponse:
    witness.append("VIEW")

    def late() -> str:
        raise Boom("while rendering")

    return TemplateResponse(request, "page.html", {"late": late})


def stream(request: HttpRequest) -> StreamingHttpResponse:
    witness.append("VIEW")

    def rows() -> Iterator[str]:
        for _ in range(3):
            ask(7)
            yield "row\n"

    return StreamingHttpResponse(rows())


async def asynchronous(request: HttpRequest) -> HttpResponse:
    witness.append("VIEW")
    await asyncio.sleep(0)
    return HttpResponse("async")


urlpatterns = [
    path("", plain),
    path("boom/", boom),
    path("forbidden/", forbidden),
    path("nothing/", nothing),  # type: ignore[arg-type]  # what Django refuses is the point
    path("template/", template),
    path("broken-template/", broken_template),
    path("stream/", stream),
    path("async/", asynchronous),
]


# --- middleware --------------------------------------------------------------------------------------------------


class A(MiddlewareMixin):
    """All five hooks, and a witness of each."""

    answers: dict[str, int] = {}
    raises: tuple[str, ...] = ()

    def _saw(self, hook: str, default: Any = None) -> Any:
        witness.append(f"{type(self).__name__}.{hook}")
        if hook in self.raises:
            raise Boom(hook)
        return HttpResponse(hook, status=self.answers[hook]) if hook in self.answers else default

    def process_request(self, request: HttpRequest) -> Any:
        return self._saw("process_request")

    def process_view(self, request: HttpRequest, *view: Any) -> Any:
        return self._saw("process_view")

    def process_exception(self, request: HttpRequest, exception: Exception) -> Any:
        return self._saw("process_exception")

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        return self._saw("process_template_response", response)

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        return self._saw("process_response", response)


class B(A):
    pass


class C(A):
    pass


class Csrf(A):
    answers = {"process_view": 403}


class Short(A):
    answers = {"process_request": 301}


class Handles(A):
    answers = {"process_exception": 200}


class RaisesIn(A):
    raises = ("process_request",)


class RaisesOut(A):
    raises = ("process_response",)


class RaisesInView(A):
    raises = ("process_view",)


class RaisesInException(A):
    raises = ("process_exception",)


class XFrame(MiddlewareMixin):
    """Only a way out."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        witness.append("XFrame.process_response")
        response["X-Frame-Options"] = "DENY"
        return response


class Replaces(MiddlewareMixin):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        witness.append("Replaces.process_response")
        return HttpResponse("another", status=202)


class OwnHook(MiddlewareMixin):
    """Calls its own hook from another one."""

    def process_request(self, request: HttpRequest) -> None:
        witness.append("OwnHook.process_request")

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        witness.append("OwnHook.process_response")
        self.process_request(request)
        return response


class SuperCall(A):
    """Code of its own around MiddlewareMixin's."""

    def __call__(self, request: HttpRequest) -> Any:
        witness.append("SuperCall.before")
        response = super().__call__(request)
        witness.append("SuperCall.after")
        return response


class Unused:
    def __init__(self, get_response: Any) -> None:
        raise MiddlewareNotUsed("not today")


def function(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        witness.append("function.before")
        request.seen_by_function = True  # type: ignore[attr-defined]
        response = get_response(request)
        witness.append("function.after")
        response["X-Function"] = "1"
        return response

    return middleware


def never(get_response: Any) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        witness.append("never.before")
        return HttpResponse("never", status=418)

    return middleware


def twice(get_response: Any) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> Any:
        witness.append("twice.before")
        get_response(request)
        response = get_response(request)
        witness.append("twice.after")
        return response

    return middleware


def raises_before(get_response: Any) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        witness.append("raises_before.before")
        raise Boom("before")

    return middleware


def raises_after(get_response: Any) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        witness.append("raises_after.before")
        get_response(request)
        witness.append("raises_after.after")
        raise Boom("after")

    return middleware


def returns_none(get_response: Any) -> Callable[[HttpRequest], None]:
    def middleware(request: HttpRequest) -> None:
        witness.append("returns_none.before")
        get_response(request)
        witness.append("returns_none.after")

    return middleware


# --- cases -------------------------------------------------------------------------------------------------------

CASES: dict[str, tuple[list[str], str]] = {
    "plain": (["A", "B", "XFrame", "C"], "/"),
    "csrf": (["A", "Csrf", "B", "XFrame", "C"], "/"),
    "short": (["A", "Short", "C"], "/"),
    "boom": (["A", "B", "C"], "/boom/"),
    "forbidden": (["A", "B"], "/forbidden/"),
    "not_found": (["A", "B", "C"], "/no/such/page/"),
    "handled": (["A", "Handles", "C"], "/boom/"),
    "template": (["A", "B", "C"], "/template/"),
    "broken_template": (["A", "B"], "/broken-template/"),
    "stream": (["A", "B"], "/stream/"),
    "view_none": (["A", "B"], "/nothing/"),
    "raises_in": (["A", "RaisesIn", "C"], "/"),
    "raises_out": (["A", "RaisesOut", "C"], "/"),
    "raises_in_view": (["A", "RaisesInView", "C"], "/"),
    "raises_in_exception": (["A", "RaisesInException", "C"], "/boom/"),
    "replaces": (["A", "Replaces", "XFrame"], "/"),
    "own_hook": (["A", "OwnHook"], "/"),
    "super_call": (["A", "SuperCall", "C"], "/"),
    "unused": (["A", "Unused", "C"], "/"),
    "function": (["A", "function", "C"], "/"),
    "never": (["A", "never", "C"], "/"),
    "twice": (["A", "twice", "C"], "/"),
    "raises_before": (["A", "raises_before", "C"], "/"),
    "raises_after": (["A", "raises_after", "C"], "/"),
    "returns_none": (["A", "XFrame", "returns_none", "C"], "/"),
    "same_class_twice": (["A", "B", "B"], "/"),
    "async_view": (["A", "B"], "/async/"),
    "no_middleware": ([], "/"),
}


def send_wsgi(url: str) -> int:
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": url,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }

    def start_response(status: str, headers: Any, exc_info: Any = None, /) -> Callable[[bytes], object]:
        statuses.append(status)
        return len

    try:
        response = WSGIHandler()(environ, start_response)
    except Exception:
        return 0
    for _ in response:
        pass
    response.close()
    return int(statuses[0].split()[0])


def send_asgi(url: str) -> int:
    sent: list[Mapping[str, Any]] = []
    asked: list[None] = []

    async def receive() -> dict[str, Any]:
        if asked:
            await asyncio.sleep(60)
        asked.append(None)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    async def talk() -> None:
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": url,
            "query_string": b"",
            "headers": [],
        }
        await ASGIHandler()(scope, receive, send)

    try:
        asyncio.run(talk())
    except Exception:
        return 0
    return int(sent[0]["status"])


def main() -> None:
    logging.disable()
    warnings.simplefilter("ignore")
    cases = []
    for entry, send in (("wsgi", send_wsgi), ("asgi", send_asgi)):
        for name, (middleware, url) in CASES.items():
            witness.clear()
            with override_settings(MIDDLEWARE=[f"{__name__}.{one}" for one in middleware]):
                status = send(url)
            cases.append({"name": name, "entry": entry, "status": status, "witness": list(witness)})
    json.dump(cases, sys.stdout)


if __name__ == "__main__":
    main()
