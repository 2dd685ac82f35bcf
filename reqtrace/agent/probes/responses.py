"""Watches ``get_response``: the boundary between a handler and its chain, and what is done with the response."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from reqtrace.agent import changes
from reqtrace.agent.answers import answer_of, is_response
from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.probes.requests import BODY_SENT, begin_request, request_facts, tell_close, tell_escape
from reqtrace.agent.probes.streams import watch_stream
from reqtrace.agent.recorder import RequestState, current, recorder
from reqtrace.agent.values import attributes_of, find_in_class

probe = Probe("responses")

TEST_CLIENTS = frozenset({"ClientHandler", "AsyncClientHandler"})


def install(module: ModuleType, patches: Patches) -> None:
    """Patch ``get_response`` and ``get_response_async`` of ``BaseHandler`` or ``StaticFilesHandlerMixin``."""
    owner = getattr(module, "BaseHandler", None) or module.StaticFilesHandlerMixin
    patches.replace(owner, "get_response", watch_get_response)
    patches.replace(owner, "get_response_async", watch_get_response_async)


def watch_get_response(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_response(self: Any, request: Any) -> Any:
        outer = current.get()
        state = probe.attempt(begin, self, request, outer) if recorder.is_on else None
        if state is None:
            try:
                return original(self, request)
            except BaseException as error:
                leave_no_frame(error)
                raise
        if state is not outer:
            current.set(state)
        try:
            response = original(self, request)
        except BaseException as error:
            probe.attempt(leave_raised, state, outer, error)
            leave_no_frame(error)
            raise
        finally:
            if state is not outer:
                current.set(outer)
        probe.attempt(hand_over, state, response)
        return response

    return get_response


def watch_get_response_async(original: Callable[..., Any]) -> Callable[..., Any]:
    async def get_response_async(self: Any, request: Any) -> Any:
        outer = current.get()
        state = probe.attempt(begin, self, request, outer) if recorder.is_on else None
        if state is None:
            try:
                return await original(self, request)
            except BaseException as error:
                leave_no_frame(error)
                raise
        current.set(state)
        try:
            response = await original(self, request)
        except BaseException as error:
            probe.attempt(leave_raised, state, outer, error)
            leave_no_frame(error)
            raise
        finally:
            current.set(outer)
        probe.attempt(hand_over, state, response)
        return response

    return get_response_async


def begin(handler: object, request: object, outer: RequestState | None) -> RequestState | None:
    """The state of this request: begun by the handler's ``__call__``, or a new one inside (or without) another."""
    state = outer
    if outer is None or outer.has_response:
        entry = "client" if type(handler).__name__ in TEST_CLIENTS else "direct"
        state = begin_request(entry, handler, request_facts(request))
    if state is not None:
        state.has_response = True
        if state.notes:
            changes.probe.attempt(changes.note_request, state, request)
    return state


def leave_raised(state: RequestState, outer: RequestState | None, error: BaseException) -> None:
    """An exception leaves; where ``__call__`` is watched too, that tells it."""
    if state is not outer:
        tell_escape(state, error)


def hand_over(state: RequestState, response: object) -> None:
    """Watch the body and the end of the response; let go of the request."""
    state.release()
    if not is_response(answer_of(response)):
        return
    attributes = attributes_of(response)
    length = plain_length(attributes.get("_container"))
    if length < 0:
        state.is_streaming = find_in_class(type(response), "streaming") is True
        state.is_file = attributes.get("file_to_stream") is not None
        if state.is_streaming and not state.is_file:
            watch_stream(state, attributes)
    closers = attributes.get("_resource_closers")
    if type(closers) is list:
        closers.append(partial(tell_end, state, length))


def plain_length(container: object) -> int:
    """Bytes of a body that is held in full; -1 if that cannot be told."""
    if type(container) is not list:
        return -1
    length = 0
    for part in container:
        if type(part) is not bytes:
            return -1
        length += len(part)
    return length


def tell_end(state: RequestState, length: int) -> None:
    """The response is closed; ``HttpResponseBase.close`` calls this as one of its resource closers."""
    try:
        # Where it is counted as it is sent, all that is left to tell is that it was empty.
        is_told = state.chunks or length < 0 or (state.counts_sends and length)
        if state.has_started and not is_told:
            state.chunks = 1
            state.tell(BODY_SENT, 1, length)
        tell_close(state)
    except Exception as error:
        probe.fail(error)
