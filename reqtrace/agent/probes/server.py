"""Watches ``django.core.servers.basehttp``: connections, request lines, the log line, and the end of each request.

What the server answers by itself (400, 414, 431, 505) is told too, though Django never hears of it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.probes.connections import Connection, connection
from reqtrace.agent.probes.requests import BODY_SENT, ESCAPED, RESPONSE_STARTED, finish
from reqtrace.agent.recorder import RequestState, number_of, recorder
from reqtrace.agent.server_lines import MAX_LINE, line_text, logged_text, redact_line
from reqtrace.agent.values import attributes_of, find_in_class, plain_text, shorten
from reqtrace.events.kinds import ConnectionClosed, ConnectionOpened, RequestLineReceived, RequestLogged, RequestRefused

OPENED, CLOSED, LINE = map(number_of, (ConnectionOpened, ConnectionClosed, RequestLineReceived))
LOGGED, REFUSED = map(number_of, (RequestLogged, RequestRefused))

MAX_REQUEST_LINE = 65_536

probe = Probe("server")


def install(basehttp: ModuleType, patches: Patches) -> None:
    """Patch ``WSGIRequestHandler`` and ``ServerHandler``; give the latter the environment without reqtrace's part."""
    patches.replace(basehttp.WSGIRequestHandler, "handle", watch_handle)
    patches.replace(basehttp.WSGIRequestHandler, "parse_request", watch_parse_request)
    patches.replace(basehttp.WSGIRequestHandler, "send_error", watch_send_error)
    patches.replace(basehttp.WSGIRequestHandler, "log_message", watch_log_message)
    patches.replace(basehttp.ServerHandler, "_write", watch_write)
    patches.replace(basehttp.ServerHandler, "close", watch_close)
    # wsgiref copies os.environ into every request's META, where debug pages show it.
    patches.replace(basehttp.ServerHandler, "os_environ", environment_without_agent)


def environment_without_agent(environment: dict[str, str]) -> dict[str, str]:
    """The environment the process would have without reqtrace."""
    kept = {name: value for name, value in environment.items() if not name.startswith("REQTRACE_")}
    bootstrap = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bootstrap")
    entries = [entry for entry in kept.pop("PYTHONPATH", "").split(os.pathsep) if os.path.abspath(entry) != bootstrap]
    if any(entries):
        kept["PYTHONPATH"] = os.pathsep.join(entries)
    return kept


def watch_handle(original: Callable[..., Any]) -> Callable[..., Any]:
    def handle(self: Any) -> Any:
        here = probe.attempt(open_connection, self)
        if here is None:
            return original(self)
        previous = connection.get()
        connection.set(here)
        try:
            return original(self)
        except BaseException as error:
            leave_no_frame(error)
            raise
        finally:
            connection.set(previous)
            probe.attempt(close_connection, here)

    return handle


def open_connection(handler: Any) -> Connection | None:
    if not recorder.is_on:
        return None
    recorder.wake()
    here = Connection(recorder.next_connection())
    attributes = attributes_of(handler)
    address = attributes.get("client_address") or ("", 0)
    client = f"{address[0]}:{address[1]}" if type(address) is tuple and len(address) >= 2 else ""
    server = type(attributes.get("server")).__name__
    recorder.row(OPENED, here.number, client, threading.current_thread().name, server)
    return here


def close_connection(here: Connection) -> None:
    # A line was read, and the connection broke before its headers had come.
    withdraw(here)
    recorder.row(CLOSED, here.number, here.requests)


def watch_parse_request(original: Callable[..., Any]) -> Callable[..., Any]:
    def parse_request(self: Any) -> Any:
        here = connection.get()
        if here is None:
            return original(self)
        probe.attempt(announce, here, self)
        try:
            is_parsed = original(self)
        except BaseException as error:
            leave_no_frame(error)
            raise
        if not is_parsed:
            probe.attempt(withdraw, here)
        return is_parsed

    return parse_request


def announce(here: Connection, handler: Any) -> None:
    """A request line was read: from here on the request has a number."""
    raw = attributes_of(handler).get("raw_requestline")
    if not raw or type(raw) is not bytes:
        return
    state = recorder.begin(0)
    here.announced = here.serving = state
    if state is None:
        return
    here.requests += 1
    state.tell(LINE, here.number, here.requests, line_text(raw))


def withdraw(here: Connection) -> None:
    """The server itself answered, or the connection ended: Django never sees this request."""
    state, here.announced = here.announced, None
    here.serving = None
    if state is not None:
        finish(state)


def watch_send_error(original: Callable[..., Any]) -> Callable[..., Any]:
    def send_error(self: Any, code: Any, message: Any = None, explain: Any = None) -> Any:
        here = connection.get()
        is_unparsed = here is not None and probe.attempt(is_line_too_long, self)
        if is_unparsed:
            probe.attempt(announce, here, self)
        try:
            answer = original(self, code, message, explain)
        except BaseException as error:
            leave_no_frame(error)
            raise
        if here is not None:
            probe.attempt(tell_refusal, here, self, code, message, explain)
            if is_unparsed:
                probe.attempt(withdraw, here)
        return answer

    return send_error


def is_line_too_long(handler: object) -> bool:
    """The line is answered before it is parsed (``WSGIRequestHandler.handle_one_request``)."""
    raw = attributes_of(handler).get("raw_requestline")
    return type(raw) is bytes and len(raw) > MAX_REQUEST_LINE


def tell_refusal(here: Connection, handler: Any, code: object, message: object, explain: object) -> None:
    if here.announced is None or not issubclass(type(code), int):
        return
    phrases = find_in_class(type(handler), "responses")
    phrase = phrases.get(code, ("",))[0] if message is None and type(phrases) is dict else ""
    reason = redact_line(shorten(plain_text(message, phrase), MAX_LINE))
    here.announced.tell(REFUSED, int(code), reason, redact_line(shorten(plain_text(explain))))  # type: ignore[call-overload]


def watch_log_message(original: Callable[..., Any]) -> Callable[..., Any]:
    def log_message(self: Any, format: str, *args: Any) -> Any:
        here = connection.get()
        if here is not None and here.serving is not None:
            probe.attempt(tell_log, here.serving, format, args)
        try:
            return original(self, format, *args)
        except BaseException as error:
            leave_no_frame(error)
            raise

    return log_message


def tell_log(state: RequestState, format: str, args: tuple[Any, ...]) -> None:
    text = logged_text(format, args)
    if text:
        state.tell(LOGGED, text)


def watch_write(original: Callable[..., Any]) -> Callable[..., Any]:
    def _write(self: Any, data: Any) -> Any:
        try:
            return original(self, data)
        except BaseException as error:
            here = connection.get()
            if here is not None and here.serving is not None:
                probe.attempt(tell_gone, here.serving, error)
            leave_no_frame(error)
            raise

    return _write


def tell_gone(state: RequestState, error: BaseException) -> None:
    """The client takes no more. wsgiref ends the request quietly, and what was sent of it nobody knows."""
    if issubclass(type(error), ConnectionError) and not state.is_closed:
        state.counts_sends = True
        state.tell(ESCAPED, "", "client disconnected")


def watch_close(original: Callable[..., Any]) -> Callable[..., Any]:
    def close(self: Any) -> Any:
        here = connection.get()
        if here is not None and here.serving is not None:
            probe.attempt(tell_bytes, here, self)
        try:
            return original(self)
        except BaseException as error:
            leave_no_frame(error)
            raise
        finally:
            if here is not None:
                withdraw(here)

    return close


def tell_bytes(here: Connection, server_handler: Any) -> None:
    """Bytes of body the server has written; told before the log line, as it happens."""
    state, attributes = here.serving, attributes_of(server_handler)
    if state is None:
        return
    if here.announced is not None:
        tell_answer_in_front(state, attributes)
    sent = attributes.get("bytes_sent")
    if state.is_streaming or not state.has_started or type(sent) is not int:
        return
    state.chunks, state.sent = 1, sent
    state.tell(BODY_SENT, 1, sent)


def tell_answer_in_front(state: RequestState, attributes: dict[str, Any]) -> None:
    """What ``WSGI_APPLICATION`` names has answered without Django's handler: it is called by another application."""
    status, headers = attributes.get("status"), attributes_of(attributes.get("headers")).get("_headers")
    if type(status) is str and type(headers) is list:
        state.tell(RESPONSE_STARTED, status, "", headers[:], False, False)
        state.has_started = True
