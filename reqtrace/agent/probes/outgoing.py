"""Watches what the site asks other servers over HTTP: one event for each request that is sent and its answer.

``http.client`` at ``putrequest``, ``send`` and ``getresponse``, which every way of using it goes through;
``urllib3`` at ``HTTPConnectionPool._make_request``, since it connects before ``http.client`` hears of the request;
``httpx`` at its two network transports; for ``aiohttp`` see ``aiohttp_calls``. The answer is there when its headers
are: no body is read.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from types import ModuleType
from typing import Any

from reqtrace.agent.free_text import url_text
from reqtrace.agent.guard import leave_no_frame
from reqtrace.agent.http_calls import HTTPS_PORT, Call, address_of, probe, tell
from reqtrace.agent.identity import IdentityMap
from reqtrace.agent.patches import Patches
from reqtrace.agent.probes import aiohttp_calls
from reqtrace.agent.recorder import current
from reqtrace.agent.values import attributes_of, dotted_name, find_in_class, plain_text

unanswered: IdentityMap[Call] = IdentityMap()
"""The call each connection of ``http.client`` is busy with."""
is_pooled: ContextVar[bool] = ContextVar("reqtrace_http", default=False)
"""``urllib3`` is at work here and tells for ``http.client``."""


def install(_base: ModuleType, patches: Patches) -> None:
    """Wait for the libraries. Not in ``WATCHED``: without Django, who imports them is no business of ours."""
    for name, installer in LIBRARIES.items():
        patches.when_imported(name, probe.name, installer)


# --- http.client -------------------------------------------------------------------------------------------------


def install_http_client(module: ModuleType, _probe_name: str, patches: Patches) -> None:
    patches.replace(module.HTTPConnection, "putrequest", watch_putrequest)
    patches.replace(module.HTTPConnection, "send", watch_send)
    patches.replace(module.HTTPConnection, "getresponse", watch_getresponse)


def watch_putrequest(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def putrequest(self: Any, method: Any, url: Any, *args: Any, **kwargs: Any) -> Any:
        if current.get() is not None:
            probe.attempt(begin_plain, self, method, url)
        try:
            return original(self, method, url, *args, **kwargs)
        except BaseException as error:
            probe.attempt(tell_unanswered, self, error)
            leave_no_frame(error)
            raise

    return putrequest


def watch_send(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def send(self: Any, data: Any) -> Any:
        try:
            return original(self, data)
        except BaseException as error:
            probe.attempt(tell_unanswered, self, error)
            leave_no_frame(error)
            raise

    return send


def watch_getresponse(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def getresponse(self: Any) -> Any:
        try:
            response = original(self)
        except BaseException as error:
            probe.attempt(tell_unanswered, self, error)
            leave_no_frame(error)
            raise
        probe.attempt(tell_answered, self, response)
        return response

    return getresponse


def begin_plain(connection: object, method: object, url: object) -> None:
    state = current.get()
    if state is None or is_pooled.get():
        return
    attributes = attributes_of(connection)
    is_secure = find_in_class(type(connection), "default_port") == HTTPS_PORT
    host, port = attributes.get("host"), attributes.get("port")
    if attributes.get("_tunnel_host") is not None:
        # Through a proxy: ``HTTPConnection.set_tunnel``.
        host, port = attributes["_tunnel_host"], attributes.get("_tunnel_port")
    address = address_of("https" if is_secure else "http", host, port, url)
    unanswered.set(connection, Call(state, "http.client", method, address))


def tell_answered(connection: object, response: object) -> None:
    call = unanswered.pop(connection)
    if call is not None:
        tell(call, attributes_of(response).get("status"), "")


def tell_unanswered(connection: object, error: BaseException) -> None:
    call = unanswered.pop(connection)
    if call is not None:
        tell(call, 0, dotted_name(type(error)))


# --- urllib3 -----------------------------------------------------------------------------------------------------


def install_urllib3(module: ModuleType, _probe_name: str, patches: Patches) -> None:
    patches.replace(module.HTTPConnectionPool, "_make_request", watch_make_request)


def watch_make_request(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def _make_request(self: Any, conn: Any, method: Any, url: Any, *args: Any, **kwargs: Any) -> Any:
        call = None if current.get() is None else probe.attempt(begin_pooled, self, method, url)
        try:
            response = original(self, conn, method, url, *args, **kwargs)
        except BaseException as error:
            if call is not None:
                probe.attempt(tell_pooled, call, None, error)
            leave_no_frame(error)
            raise
        if call is not None:
            probe.attempt(tell_pooled, call, response, None)
        return response

    return _make_request


def begin_pooled(pool: object, method: object, url: object) -> Call | None:
    state = current.get()
    if state is None:
        return None
    attributes = attributes_of(pool)
    scheme = plain_text(find_in_class(type(pool), "scheme"), "http")
    call = Call(state, "urllib3", method, address_of(scheme, attributes.get("host"), attributes.get("port"), url))
    is_pooled.set(True)
    return call


def tell_pooled(call: Call, response: object, error: BaseException | None) -> None:
    is_pooled.set(False)
    tell(call, attributes_of(response).get("status"), "" if error is None else dotted_name(type(error)))


# --- httpx -------------------------------------------------------------------------------------------------------


def install_httpx(module: ModuleType, _probe_name: str, patches: Patches) -> None:
    def begin_httpx(request: object) -> Call | None:
        state = current.get()
        if state is None:
            return None
        attributes = attributes_of(request)
        url = attributes.get("url")
        address = url_text(str(url)) if type(url) is module.URL else f"<{type(url).__name__}>"
        return Call(state, "httpx", attributes.get("method"), address)

    patches.replace(module.HTTPTransport, "handle_request", lambda original: watch_transport(original, begin_httpx))
    patches.replace(
        module.AsyncHTTPTransport, "handle_async_request", lambda original: watch_async_transport(original, begin_httpx)
    )


def watch_transport(original: Callable[..., Any], begin: Callable[[object], Call | None]) -> Callable[..., Any]:
    @functools.wraps(original)
    def handle_request(self: Any, request: Any) -> Any:
        call = None if current.get() is None else probe.attempt(begin, request)
        try:
            response = original(self, request)
        except BaseException as error:
            if call is not None:
                probe.attempt(tell, call, 0, dotted_name(type(error)))
            leave_no_frame(error)
            raise
        if call is not None:
            probe.attempt(tell, call, attributes_of(response).get("status_code"), "")
        return response

    return handle_request


def watch_async_transport(original: Callable[..., Any], begin: Callable[[object], Call | None]) -> Callable[..., Any]:
    @functools.wraps(original)
    async def handle_async_request(self: Any, request: Any) -> Any:
        call = None if current.get() is None else probe.attempt(begin, request)
        try:
            response = await original(self, request)
        except BaseException as error:
            if call is not None:
                probe.attempt(tell, call, 0, dotted_name(type(error)))
            leave_no_frame(error)
            raise
        if call is not None:
            probe.attempt(tell, call, attributes_of(response).get("status_code"), "")
        return response

    return handle_async_request


LIBRARIES = {
    "http.client": install_http_client,
    "urllib3.connectionpool": install_urllib3,
    "httpx": install_httpx,
    "aiohttp.client": aiohttp_calls.install,
}
