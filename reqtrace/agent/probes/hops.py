"""Watches asgiref's hops between sync and async code, inside a traced request.

``SyncToAsync.__call__`` and ``AsyncToSync.__call__`` are timed as a whole; ``thread_handler`` and ``main_wrap``, which
run on the other side, tell when the function began and how long it ran. The two ends find each other through a context
variable in the context that asgiref carries over; where that is another one (``sync_to_async(context=…)``), or where
asgiref has changed inside, only the whole is told. The number of hops, their threads and contexts are asgiref's own.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context, ContextVar
from functools import wraps
from types import BuiltinMethodType, FunctionType, ModuleType
from typing import Any

from asgiref import sync

from reqtrace.agent.callables import callable_name
from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns
from reqtrace.agent.values import attributes_of
from reqtrace.events.kinds import ThreadHopped

HOPPED = number_of(ThreadHopped)
UNKNOWN = -1

probe = Probe("hops")


class Hop:
    """One hop under way."""

    __slots__ = ("began", "ended")

    def __init__(self) -> None:
        self.began = 0
        self.ended = 0


hop_under_way: ContextVar[Hop | None] = ContextVar("reqtrace_hop", default=None)
"""The innermost hop of this context; put back by its own value, since a coroutine may be closed in another context."""


def install(dispatcher: ModuleType, patches: Patches) -> None:
    """Patch both directions of asgiref, which ``django.dispatch.dispatcher`` imports before anything is converted."""
    patches.replace(sync.SyncToAsync, "__call__", watch_sync_to_async)
    patches.replace(sync.AsyncToSync, "__call__", watch_async_to_sync)
    if hasattr(sync.SyncToAsync, "thread_handler") and hasattr(sync.AsyncToSync, "main_wrap"):
        patches.replace(sync.SyncToAsync, "thread_handler", watch_thread_handler)
        patches.replace(sync.AsyncToSync, "main_wrap", watch_main_wrap)


# --- the side that calls -----------------------------------------------------------------------------------------


def watch_sync_to_async(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    async def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        state = current.get()
        hop, outer, start = Hop(), hop_under_way.get(), perf_counter_ns()
        if state is not None:
            state.hops = True
            hop_under_way.set(hop)
        try:
            return await original(self, *args, **kwargs)
        except BaseException as error:
            leave_no_frame(error)
            raise
        finally:
            if state is not None:
                hop_under_way.set(outer)
                probe.attempt(tell, state, "sync_to_async", self, hop, start)

    return __call__


def watch_async_to_sync(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        state = current.get()
        hop, outer, start = Hop(), hop_under_way.get(), perf_counter_ns()
        if state is not None:
            state.hops = True
            hop_under_way.set(hop)
        try:
            return original(self, *args, **kwargs)
        except BaseException as error:
            leave_no_frame(error)
            raise
        finally:
            if state is not None:
                hop_under_way.set(outer)
                probe.attempt(tell, state, "async_to_sync", self, hop, start)

    return __call__


def tell(state: RequestState, direction: str, converter: object, hop: Hop, start: int) -> None:
    duration = perf_counter_ns() - start
    if not state.has_room():
        return
    if get_ident() != state.thread:
        state.hop()
    attributes = attributes_of(converter)
    target = attributes.get("func") if direction == "sync_to_async" else attributes.get("awaitable")
    wait = hop.began - start if hop.began else UNKNOWN
    ran = hop.ended - hop.began if hop.ended else UNKNOWN
    # The time of the event is the moment of the call.
    state.log.append((HOPPED, start, direction, callable_name(target), wait, ran, duration))


# --- the other side ----------------------------------------------------------------------------------------------


def watch_thread_handler(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def thread_handler(self: Any, *args: Any, **kwargs: Any) -> Any:
        hop = probe.attempt(find_hop, self, args) or Hop()
        hop.began = perf_counter_ns()
        try:
            return original(self, *args, **kwargs)
        except BaseException as error:
            leave_no_frame(error)
            raise
        finally:
            hop.ended = perf_counter_ns()

    return thread_handler


def watch_main_wrap(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    async def main_wrap(self: Any, *args: Any, **kwargs: Any) -> Any:
        hop = probe.attempt(find_hop, self, args) or Hop()
        hop.began = perf_counter_ns()
        try:
            return await original(self, *args, **kwargs)
        finally:
            hop.ended = perf_counter_ns()

    return main_wrap


def find_hop(converter: object, args: tuple[Any, ...]) -> Hop | None:
    """The hop in the context that was carried over to this side; one that has begun already is another call's."""
    if attributes_of(converter).get("context") is not None:
        return None
    for argument in args:
        context = context_in(argument)
        if context is not None:
            hop = context.get(hop_under_way)
            return hop if hop is not None and not hop.began else None
    return None


def context_in(argument: Any) -> Context | None:
    """The context that asgiref has put into an argument: in a list, in ``context.run``, or in a function around it."""
    if type(argument) is list:
        return next((item for item in argument if type(item) is Context), None)
    if type(argument) is FunctionType:
        return context_in([cell.cell_contents for cell in argument.__closure__ or ()])
    owner = argument.__self__ if type(argument) is BuiltinMethodType else None
    return owner if type(owner) is Context else None
