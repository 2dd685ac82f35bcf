"""Watches what the site asks other servers through ``aiohttp``: each exchange, so redirects too.

``ClientSession._request`` makes as many exchanges as it takes. Each begins where it asks ``BaseConnector.connect`` for
a connection and is answered when ``ClientResponse.start`` has read the headers; an exception ends it where it leaves
``_request``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from types import ModuleType
from typing import Any

from reqtrace.agent.free_text import url_text
from reqtrace.agent.guard import leave_no_frame
from reqtrace.agent.http_calls import Call, probe, tell
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import RequestState, current
from reqtrace.agent.values import attributes_of, dotted_name


class Session:
    """What one ``_request`` is busy with."""

    __slots__ = ("call", "state")

    def __init__(self, state: RequestState) -> None:
        self.state = state
        self.call: Call | None = None
        """The exchange that has begun and is not answered."""


session: ContextVar[Session | None] = ContextVar("reqtrace_aiohttp", default=None)
"""Of the ``_request`` that this context is in; put back by its own value."""


def install(module: ModuleType, _probe_name: str, patches: Patches) -> None:
    """Patch the three of ``aiohttp.client``; only an address of its own class is asked for its text."""
    patches.replace(module.ClientSession, "_request", watch_request)
    patches.replace(module.BaseConnector, "connect", lambda original: watch_connect(original, module.URL))
    patches.replace(module.ClientResponse, "start", watch_start)


def watch_request(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    async def _request(self: Any, *args: Any, **kwargs: Any) -> Any:
        state, outer = current.get(), session.get()
        if state is None:
            try:
                return await original(self, *args, **kwargs)
            except BaseException as error:
                leave_no_frame(error)
                raise
        mine = Session(state)
        session.set(mine)
        try:
            return await original(self, *args, **kwargs)
        except BaseException as error:
            probe.attempt(tell_unanswered, mine, error)
            leave_no_frame(error)
            raise
        finally:
            session.set(outer)

    return _request


def watch_connect(original: Callable[..., Any], url_class: type) -> Callable[..., Any]:
    @functools.wraps(original)
    async def connect(self: Any, req: Any, *args: Any, **kwargs: Any) -> Any:
        here = session.get()
        if here is not None:
            probe.attempt(begin, here, req, url_class)
        try:
            return await original(self, req, *args, **kwargs)
        except BaseException as error:
            leave_no_frame(error)
            raise

    return connect


def watch_start(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    async def start(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            response = await original(self, *args, **kwargs)
        except BaseException as error:
            leave_no_frame(error)
            raise
        here = session.get()
        if here is not None:
            probe.attempt(tell_answered, here, response)
        return response

    return start


def begin(here: Session, request: object, url_class: type) -> None:
    attributes = attributes_of(request)
    url = attributes.get("url")
    address = url_text(str(url)) if type(url) is url_class else f"<{type(url).__name__}>"
    here.call = Call(here.state, "aiohttp", attributes.get("method"), address)


def tell_answered(here: Session, response: object) -> None:
    call, here.call = here.call, None
    if call is not None:
        tell(call, attributes_of(response).get("status"), "")


def tell_unanswered(here: Session, error: BaseException) -> None:
    call, here.call = here.call, None
    if call is not None:
        tell(call, 0, dotted_name(type(error)))
