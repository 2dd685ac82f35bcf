"""Watches ``ASGIHandler.__call__`` and the ``send`` it is given."""

from __future__ import annotations

from collections.abc import Callable
from http.client import responses
from types import ModuleType
from typing import Any

from reqtrace.agent.guard import Probe, hide_made_from_warnings, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.probes.requests import (
    begin_request,
    finish,
    header_rows,
    scope_facts,
    tell_body,
    tell_disconnect,
    tell_escape,
    tell_start,
)
from reqtrace.agent.recorder import RequestState, current, recorder

probe = Probe("asgi")


def install(asgi: ModuleType, patches: Patches) -> None:
    """Patch ``ASGIHandler.__call__``."""
    patches.replace(asgi.ASGIHandler, "__call__", watch_call)


def watch_call(original: Callable[..., Any]) -> Callable[..., Any]:
    async def __call__(self: Any, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        state = probe.attempt(begin, self, scope) if recorder.is_on else None
        if state is None:
            try:
                return await original(self, scope, receive, send)
            except BaseException as error:
                leave_no_frame(error)
                raise
        previous = current.get()
        current.set(state)
        try:
            result = await original(self, scope, receive, watch_send(state, send))
        except BaseException as error:
            probe.attempt(tell_escape, state, error)
            leave_no_frame(error)
            raise
        finally:
            current.set(previous)
        probe.attempt(tell_end, state)
        return result

    return __call__


def begin(handler: object, scope: dict[str, Any]) -> RequestState | None:
    if scope.get("type") != "http":
        return None
    state = begin_request("asgi", handler, scope_facts(scope))
    if state is not None:
        state.counts_sends = True
    return state


def tell_end(state: RequestState) -> None:
    """The handler returned. It has closed the response, answered before making a request, or lost its client."""
    if state.is_closed:
        return
    if state.has_started:
        finish(state)
    else:
        tell_disconnect(state)


@hide_made_from_warnings
def watch_send(state: RequestState, send: Any) -> Any:
    async def traced_send(message: dict[str, Any]) -> Any:
        probe.attempt(tell_message, state, message)
        try:
            return await send(message)
        except BaseException as error:
            leave_no_frame(error)
            raise

    return traced_send


def tell_message(state: RequestState, message: dict[str, Any]) -> None:
    kind = message.get("type")
    if kind == "http.response.start":
        status = int(message.get("status") or 0)
        tell_start(state, status, responses.get(status, ""), header_rows(message.get("headers") or ()))
    elif kind == "http.response.body":
        body = message.get("body", b"")
        length = len(body) if type(body) is bytes else 0
        tell_body(state, length, is_last=not message.get("more_body", False))
