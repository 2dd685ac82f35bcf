"""Sends one request through a project's real handler, without a server."""

from __future__ import annotations

import asyncio
import base64
import shlex
import sys
from collections.abc import Callable
from contextlib import closing, nullcontext
from typing import Any

from reqtrace.agent.entering import EntryFailed, Refused, enter, failing_as, traceback_without_us
from reqtrace.agent.message import Message, message_from
from reqtrace.agent.visitor import visiting

__all__ = [
    "Received",
    "Sender",
    "allowed_hosts",
    "asgi_application",
    "asgi_sender",
    "deliver",
    "main",
    "prepare",
    "wsgi_application",
    "wsgi_sender",
]

MAX_BODY = 16 * 1024 * 1024
"""Bytes of the response that are kept; what comes after is consumed and counted."""


def main(request: dict[str, Any]) -> dict[str, Any]:
    """What the client gets, or where it failed."""
    try:
        enter(request)
        with failing_as("prepare"):
            prepare(request["prepare"])
        with failing_as("handler"):
            send = asgi_sender(asgi_application()) if request["asgi"] else wsgi_sender(wsgi_application())
        message = message_from(request, list(allowed_hosts()))
        with visiting(message, username=request["as"], wants_csrf=request["csrf"]) as dressed:
            return deliver(send, dressed).facts()
    except EntryFailed as failed:
        return {"failure": failed.facts}
    except Refused as refused:
        return {"refused": refused.facts}


def prepare(lines: list[str]) -> None:
    """The management commands the project declared it needs beforehand; what they print is not the answer."""
    from django.core.management import call_command

    for line in lines:
        call_command(*shlex.split(line))


def allowed_hosts() -> Any:
    from django.conf import settings

    return settings.ALLOWED_HOSTS


class Received:
    """What the client got."""

    def __init__(self) -> None:
        self.status = 0
        self.reason = ""
        self.headers: list[tuple[str, str]] = []
        self.body = bytearray()
        self.size = 0
        self.escaped = ""

    def take(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self.body += chunk[: max(0, MAX_BODY - len(self.body))]

    def facts(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "reason": self.reason,
            "headers": self.headers,
            "body": base64.b64encode(self.body).decode("ascii"),
            "size": self.size,
            "escaped": self.escaped,
        }


Sender = Callable[[Message, Received], None]


def deliver(send: Sender, message: Message) -> Received:
    """Send, and stand in for the server if an exception leaves the handler."""
    received = Received()
    try:
        send(message, received)
    except Exception as error:
        received.escaped = "".join(traceback_without_us(error).format())
    return received


# --- WSGI --------------------------------------------------------------------------------------------------------


def wsgi_application() -> Any:
    """``settings.WSGI_APPLICATION`` as runserver takes it."""
    from django.core.servers.basehttp import get_internal_wsgi_application

    return get_internal_wsgi_application()


def wsgi_sender(application: Any) -> Sender:
    """As runserver would serve it, static files included."""
    if serves_static_files():
        from django.contrib.staticfiles.handlers import StaticFilesHandler

        application = StaticFilesHandler(application)

    def send(message: Message, received: Received) -> None:
        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., None]:
            code, _space, received.reason = status.partition(" ")
            received.status = int(code)
            received.headers = list(headers)
            return received.take

        response = application(message.environ(sys.stderr), start_response)
        with closing(response) if hasattr(response, "close") else nullcontext():
            for chunk in response:
                received.take(chunk)

    return send


def serves_static_files() -> bool:
    from django.apps import apps
    from django.conf import settings

    return bool(settings.DEBUG) and apps.is_installed("django.contrib.staticfiles")


# --- ASGI --------------------------------------------------------------------------------------------------------


def asgi_application() -> Any:
    """``settings.ASGI_APPLICATION`` if the project has one (Channels, daphne), else Django's own."""
    from django.conf import settings
    from django.core.asgi import get_asgi_application
    from django.utils.module_loading import import_string

    named = getattr(settings, "ASGI_APPLICATION", None)
    return import_string(named) if named else get_asgi_application()


def asgi_sender(application: Any) -> Sender:
    """As daphne's runserver would serve it, static files included."""
    if serves_static_files():
        from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler

        application = ASGIStaticFilesHandler(application)

    def send(message: Message, received: Received) -> None:
        asyncio.run(converse(application, message, received))

    return send


async def converse(application: Any, message: Message, received: Received) -> None:
    """One request and its response; the client stays until it has all of it."""
    requests = [{"type": "http.request", "body": message.body, "more_body": False}]
    is_complete = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if requests:
            return requests.pop()
        await is_complete.wait()
        return {"type": "http.disconnect"}

    async def send(event: dict[str, Any]) -> None:
        if event["type"] == "http.response.start":
            received.status = event["status"]
            received.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in event["headers"]]
        elif event["type"] == "http.response.body":
            received.take(event.get("body", b""))
            if not event.get("more_body", False):
                is_complete.set()

    await application(message.scope(), receive, send)
