"""Watches ``WSGIHandler.__call__`` and the ``start_response`` it is given."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.probes.connections import adopt
from reqtrace.agent.probes.requests import begin_request, environ_facts, tell_escape, tell_start
from reqtrace.agent.recorder import RequestState, current, recorder
from reqtrace.agent.values import redact_headers

probe = Probe("wsgi")


def install(wsgi: ModuleType, patches: Patches) -> None:
    """Patch ``WSGIHandler.__call__``."""
    patches.replace(wsgi.WSGIHandler, "__call__", watch_call)


def watch_call(original: Callable[..., Any]) -> Callable[..., Any]:
    def __call__(self: Any, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        state = probe.attempt(begin, self, environ) if recorder.is_on else None
        if state is None:
            return original(self, environ, start_response)
        previous = current.get()
        current.set(state)
        try:
            return original(self, environ, watch_start_response(state, start_response))
        except BaseException as error:
            probe.attempt(tell_escape, state, error)
            leave_no_frame(error)
            raise
        finally:
            # A keep-alive connection serves its next request in this same context.
            current.set(previous)

    return __call__


def begin(handler: object, environ: dict[str, Any]) -> RequestState | None:
    if type(environ) is not dict:
        return None
    state: RequestState | None = begin_request("wsgi", handler, environ_facts(environ), adopt())
    return state


def watch_start_response(state: RequestState, start_response: Callable[..., Any]) -> Callable[..., Any]:
    def start(status: str, headers: list[tuple[str, str]], *args: Any, **kwargs: Any) -> Any:
        probe.attempt(tell_wsgi_start, state, status, headers)
        try:
            return start_response(status, headers, *args, **kwargs)
        except BaseException as error:
            leave_no_frame(error)
            raise

    return start


def tell_wsgi_start(state: RequestState, status: str, headers: list[tuple[str, str]]) -> None:
    code, _space, reason = status.partition(" ")
    tell_start(state, int(code) if code.isdigit() else 0, reason, redact_headers(headers))
