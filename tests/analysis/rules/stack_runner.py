"""A child process that serves requests through stacks of middleware, and tells what reqtrace knows of each stack.

It reads one JSON document from stdin, ``{"stacks": [{"middleware": [...], "settings": {...}, "requests": [...]}]}``,
and answers with one list of ``{"responses": [...], "stack": ...}``. Nothing is stored on disk.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

from django.conf import settings

settings.configure(
    SECRET_KEY="not a secret",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["testserver"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    LANGUAGES=[("en", "English"), ("de", "German")],
    USE_TZ=True,
)

import django  # noqa: E402  the settings had to come first

django.setup()

from django.core.cache import cache  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.translation import get_language  # noqa: E402

from reqtrace.agent.stack_facts import stack_facts  # noqa: E402
from reqtrace.analysis.rules.stack import DEFAULTS  # noqa: E402


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello " * 100)


def whoami(request: HttpRequest) -> HttpResponse:
    """A personal page: remembers the first name it is told."""
    if name := request.GET.get("name"):
        request.session["name"] = name
    return HttpResponse(f"you are {request.session.get('name', 'nobody')}")


def form(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return HttpResponse("saved")
    return HttpResponse(get_token(request))


def language(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(get_language()))


def who(request: HttpRequest) -> HttpResponse:
    return HttpResponse("user" if hasattr(request, "user") else "no user")


urlpatterns = [
    path("hello/", hello),
    path("whoami/", whoami),
    path("form/", form),
    path("language/", language),
    path("who/", who),
]


def serve(client: Client, request: Mapping[str, Any]) -> dict[str, Any]:
    """One request; an exception that escapes is told by its type."""
    try:
        response = client.generic(request.get("method", "GET"), request["path"], headers=request.get("headers") or {})
    except Exception as error:
        return {"escaped": type(error).__name__}
    return {
        "status": response.status_code,
        "headers": dict(response.headers),
        "body": response.content.decode("utf-8", "replace"),
    }


def run(stack: Mapping[str, Any]) -> dict[str, Any]:
    """All requests of a stack, each visitor with cookies of their own."""
    cache.clear()
    clients: dict[str, Client] = {}
    with override_settings(MIDDLEWARE=stack["middleware"], **stack.get("settings", {})):
        facts = stack_facts({"settings": list(DEFAULTS), "is_asgi": False, "is_built": True})
        responses = []
        for request in stack["requests"]:
            name = request.get("visitor", "")
            if name not in clients:
                clients[name] = Client(raise_request_exception=False, enforce_csrf_checks=True)
            try:
                responses.append(serve(clients[name], request))
            except Exception as error:
                responses.append({"escaped": type(error).__name__})
        return {"responses": responses, "stack": facts, "django": django.get_version()}


if __name__ == "__main__":
    logging.disable()
    sys.modules["stack_runner"] = sys.modules["__main__"]
    requested = json.load(sys.stdin)
    json.dump([run(stack) for stack in requested["stacks"]], sys.stdout)
