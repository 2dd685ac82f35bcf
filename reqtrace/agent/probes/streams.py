"""Watches the body of a streaming response: its chunks, and what runs while it is produced.

The chain is left by then, and the handler's ``__call__`` too: each step of the iterator is taken inside the request's
context again. A ``FileResponse`` is left alone, a wrapped iterator would disable ``wsgi.file_wrapper``.
"""

from __future__ import annotations

from typing import Any

from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.probes.requests import tell_body, tell_uncaught
from reqtrace.agent.recorder import RequestState, current

probe = Probe("streams")

ENDS = (StopIteration, StopAsyncIteration)


def watch_stream(state: RequestState, attributes: dict[str, Any]) -> None:
    """Put a watched iterator in place of ``StreamingHttpResponse._iterator``."""
    iterator = attributes.get("_iterator")
    if iterator is None:
        return
    watched = WatchedAsyncIterator if attributes.get("is_async") else WatchedIterator
    attributes["_iterator"] = watched(state, iterator)


class WatchedIterator:
    """The application's iterator, one step at a time; no generator, so that closing works as before."""

    def __init__(self, state: RequestState, iterator: Any) -> None:
        self._state = state
        self._iterator = iterator

    def __iter__(self) -> WatchedIterator:
        return self

    def __next__(self) -> Any:
        previous = current.get()
        current.set(self._state)
        try:
            part = next(self._iterator)
        except BaseException as error:
            probe.attempt(tell_end, self._state, error)
            leave_no_frame(error)
            raise
        finally:
            current.set(previous)
        probe.attempt(tell_part, self._state, part)
        return part


class WatchedAsyncIterator:
    """The same for an asynchronous iterator. Under WSGI Django collects all of it before it sends the first part."""

    def __init__(self, state: RequestState, iterator: Any) -> None:
        self._state = state
        self._iterator = iterator

    def __aiter__(self) -> WatchedAsyncIterator:
        return self

    async def __anext__(self) -> Any:
        previous = current.get()
        current.set(self._state)
        try:
            part = await self._iterator.__anext__()
        except BaseException as error:
            probe.attempt(tell_end, self._state, error)
            leave_no_frame(error)
            raise
        finally:
            current.set(previous)
        probe.attempt(tell_part, self._state, part)
        return part


def tell_part(state: RequestState, part: object) -> None:
    if type(part) in (bytes, str) and not state.counts_sends:
        tell_body(state, len(part))  # type: ignore[arg-type]


def tell_end(state: RequestState, error: BaseException) -> None:
    if state.chunks and not state.counts_sends:
        tell_body(state, 0, is_last=True)
    if issubclass(type(error), Exception) and not issubclass(type(error), ENDS):
        # The status line is sent already, so nothing of Django's makes a response of it.
        tell_uncaught(state, error)
