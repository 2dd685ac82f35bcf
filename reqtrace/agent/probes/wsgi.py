"""Watches ``WSGIHandler.__call__`` and the ``start_response`` it is given."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from reqtrace.agent.guard import Probe, hide_made_from_warnings, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.probes import responses
from reqtrace.agent.probes.connections import adopt
from reqtrace.agent.probes.requests import RESPONSE_STARTED, begin_request, environ_facts, finish, tell_escape
from reqtrace.agent.recorder import RequestState, current, perf_counter_ns, recorder

probe = Probe("wsgi")


def install(wsgi: ModuleType, patches: Patches) -> None:
    """Patch ``WSGIHandler.__call__``."""
    patches.replace(wsgi.WSGIHandler, "__call__", watch_call)


def watch_call(original: Callable[..., Any]) -> Callable[..., Any]:
    def __call__(self: Any, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        state = probe.attempt(begin, self, environ) if recorder.is_on else None
        if state is None:
            try:
                return original(self, environ, start_response)
            except BaseException as error:
                leave_no_frame(error)
                raise
        previous = current.get()
        current.set(state)
        try:
            result = original(self, environ, watch_start_response(state, start_response))
        except BaseException as error:
            probe.attempt(tell_escape, state, error)
            leave_no_frame(error)
            raise
        finally:
            # A keep-alive connection serves its next request in this same context.
            current.set(previous)
        if not responses.probe.is_on:
            # Nobody will notice that the response is closed.
            probe.attempt(finish, state)
        return result

    return __call__


def begin(handler: object, environ: dict[str, Any]) -> RequestState | None:
    if type(environ) is not dict:
        return None
    return begin_request("wsgi", handler, environ_facts(environ), adopt())


@hide_made_from_warnings
def watch_start_response(state: RequestState, start_response: Callable[..., Any]) -> Callable[..., Any]:
    def start(status: str, headers: list[tuple[str, str]], *args: Any, **kwargs: Any) -> Any:
        try:
            # The server goes on to change the list itself; the sender takes the status apart and redacts.
            started = (RESPONSE_STARTED, perf_counter_ns(), status, "", headers[:], state.is_streaming, state.is_file)
            state.log.append(started)
            state.has_started = True
        except Exception as error:
            probe.fail(error)
        try:
            return start_response(status, headers, *args, **kwargs)
        except BaseException as error:
            leave_no_frame(error)
            raise

    return start
