"""A child process that serves requests through stacks of middleware, and tells what reqtrace knows of each stack.

It reads one JSON document from stdin, ``{"stacks": [{"middleware": [...], "settings": {...}, "requests": [...]}]}``,
and answers with one list of ``{"responses": [...], "stack": ...}``. Pages and settings are those of the proofs, and one
page more.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

import django
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from reqtrace.agent.proofs import urls
from reqtrace.agent.stack_facts import stack_facts
from reqtrace.analysis.rules.stack import DEFAULTS


def who(request: HttpRequest) -> HttpResponse:
    return HttpResponse("user" if hasattr(request, "user") else "no user")


urlpatterns = [*urls.urlpatterns, path("who/", who)]


def serve(client: Client, request: Mapping[str, Any]) -> dict[str, Any]:
    """One request; an exception that escapes is told by its type."""
    try:
        response = client.generic(request.get("method", "GET"), request["path"], headers=request.get("headers") or {})
    except Exception as error:
        return {"escaped": type(error).__name__}
    return {"status": response.status_code}


def run(stack: Mapping[str, Any]) -> dict[str, Any]:
    """All requests of a stack, each visitor with cookies of their own."""
    cache.clear()
    clients: dict[str, Client] = {}
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=stack["middleware"], **stack.get("settings", {})):
        facts = stack_facts({"settings": list(DEFAULTS), "is_asgi": False, "is_built": True})
        responses = []
        for request in stack["requests"]:
            name = request.get("visitor", "")
            if name not in clients:
                clients[name] = Client(raise_request_exception=False, enforce_csrf_checks=True)
            responses.append(serve(clients[name], request))
        return {"responses": responses, "stack": facts, "django": django.get_version()}


if __name__ == "__main__":
    logging.disable()
    django.setup()
    requested = json.load(sys.stdin)
    json.dump([run(stack) for stack in requested["stacks"]], sys.stdout)
