"""Watches ``django.core.servers.basehttp``: connections, request lines, the log line, and the end of each request."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.probes.connections import Connection, connection
from reqtrace.agent.probes.requests import BODY_SENT, finish
from reqtrace.agent.recorder import number_of, recorder
from reqtrace.agent.values import attributes_of, redact_query, shorten
from reqtrace.events.kinds import ConnectionClosed, ConnectionOpened, RequestLineReceived, RequestLogged

OPENED, CLOSED, LINE, LOGGED = map(number_of, (ConnectionOpened, ConnectionClosed, RequestLineReceived, RequestLogged))
MAX_LINE = 8_192

probe = Probe("server")


def install(basehttp: ModuleType, patches: Patches) -> None:
    """Patch ``WSGIRequestHandler`` and ``ServerHandler``; give the latter the environment without reqtrace's part."""
    patches.replace(basehttp.WSGIRequestHandler, "handle", watch_handle)
    patches.replace(basehttp.WSGIRequestHandler, "parse_request", watch_parse_request)
    patches.replace(basehttp.WSGIRequestHandler, "log_message", watch_log_message)
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
    text = raw.decode("latin-1").rstrip("\r\n")
    state.tell(LINE, here.number, here.requests, redact_request_line(shorten(text, MAX_LINE)))


def redact_request_line(line: str) -> str:
    method, space, rest = line.partition(" ")
    target, last_space, protocol = rest.rpartition(" ")
    path, mark, query = target.partition("?")
    return f"{method}{space}{path}{mark}{redact_query(query)}{last_space}{protocol}"


def withdraw(here: Connection) -> None:
    """The server itself answered (400, 505), or the connection ended: Django never sees this request."""
    state, here.announced = here.announced, None
    if state is not None:
        finish(state)


def watch_log_message(original: Callable[..., Any]) -> Callable[..., Any]:
    def log_message(self: Any, format: str, *args: Any) -> Any:
        here = connection.get()
        if here is not None and here.serving is not None:
            probe.attempt(tell_log, here, format, args)
        try:
            return original(self, format, *args)
        except BaseException as error:
            leave_no_frame(error)
            raise

    return log_message


def tell_log(here: Connection, format: str, args: tuple[Any, ...]) -> None:
    state = here.serving
    if state is None or not all(type(item) in (str, int) or issubclass(type(item), int) for item in args):
        return
    state.tell(LOGGED, redact_log_text(shorten(format % args, MAX_LINE)))


def redact_log_text(text: str) -> str:
    """The log line quotes the request line, secrets in its query included."""
    head, mark, tail = text.partition("?")
    query, space, rest = tail.partition(" ")
    return f"{head}{mark}{redact_query(query)}{space}{rest}"


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
                here.serving = None

    return close


def tell_bytes(here: Connection, server_handler: Any) -> None:
    """Bytes of body the server has written; told before the log line, as it happens."""
    state = here.serving
    sent = attributes_of(server_handler).get("bytes_sent")
    if state is None or state.is_streaming or not state.has_started or type(sent) is not int:
        return
    state.chunks, state.sent = 1, sent
    state.tell(BODY_SENT, 1, sent)
