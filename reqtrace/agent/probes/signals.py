"""Watches signals that have receivers, at the level ``deep`` only.

``Signal._live_receivers`` tells who will be called; it is not asked when nobody listens, so what ``Signal.send`` saves
itself then stays saved. No receiver is connected.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from types import ModuleType
from typing import Any

from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.levels import levels
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns
from reqtrace.agent.signal_names import signal_name
from reqtrace.agent.values import dotted_name
from reqtrace.events.kinds import SignalSent

SENT = number_of(SignalSent)
MAX_RECEIVERS = 50

probe = Probe("signals")


class Sending:
    """A signal on its way."""

    __slots__ = ("outer", "receivers", "signal", "start", "state")

    def __init__(self, state: RequestState, signal: object, outer: Sending | None) -> None:
        self.state = state
        self.signal = signal
        self.outer = outer
        self.receivers: tuple[str, ...] = ()
        self.start = perf_counter_ns()


under_way: ContextVar[Sending | None] = ContextVar("reqtrace_signal", default=None)


def install(dispatcher: ModuleType, patches: Patches) -> None:
    """Patch ``Signal._live_receivers`` and the four ways to send."""
    patches.replace(dispatcher.Signal, "_live_receivers", watch_live_receivers)
    for name in ("send", "send_robust"):
        patches.replace(dispatcher.Signal, name, watch_send)
    for name in ("asend", "asend_robust"):
        patches.replace(dispatcher.Signal, name, watch_asend)


def watch_live_receivers(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def _live_receivers(self: Any, sender: Any) -> Any:
        try:
            receivers = original(self, sender)
        except BaseException as error:
            leave_no_frame(error)
            raise
        sending = under_way.get()
        # ``has_listeners`` asks, too.
        if sending is not None and sending.signal is self:
            probe.attempt(note_receivers, sending, receivers)
        return receivers

    return _live_receivers


def watch_send(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def send(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        sending = probe.attempt(begin, self) if levels.is_deep and current.get() is not None else None
        try:
            responses = original(self, *args, **kwargs)
        except BaseException as error:
            if sending is not None:
                probe.attempt(end, sending, args, kwargs, dotted_name(type(error)))
            leave_no_frame(error)
            raise
        if sending is not None:
            probe.attempt(end, sending, args, kwargs, "")
        return responses

    return send


def watch_asend(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    async def asend(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        sending = probe.attempt(begin, self) if levels.is_deep and current.get() is not None else None
        try:
            responses = await original(self, *args, **kwargs)
        except BaseException as error:
            if sending is not None:
                probe.attempt(end, sending, args, kwargs, dotted_name(type(error)))
            leave_no_frame(error)
            raise
        if sending is not None:
            probe.attempt(end, sending, args, kwargs, "")
        return responses

    return asend


def begin(signal: object) -> Sending | None:
    state = current.get()
    if state is None:
        return None
    sending = Sending(state, signal, under_way.get())
    under_way.set(sending)
    return sending


def note_receivers(sending: Sending, receivers: tuple[list[Any], list[Any]]) -> None:
    """Sync receivers are called before async ones (``Signal.send``)."""
    sync, asynchronous = receivers
    sending.receivers = tuple(map(dotted_name, [*sync, *asynchronous][:MAX_RECEIVERS]))


def end(sending: Sending, args: tuple[Any, ...], kwargs: dict[str, Any], error: str) -> None:
    duration = perf_counter_ns() - sending.start
    under_way.set(sending.outer)
    state = sending.state
    if not sending.receivers or not state.has_room():
        return
    sender = args[0] if args else kwargs.get("sender")
    if get_ident() != state.thread:
        state.hop()
    # The time of the event is the start of the sending.
    state.log.append(
        (
            SENT,
            sending.start,
            signal_name(sending.signal),
            sender_name(sender),
            list(sending.receivers),
            duration,
            error,
        )
    )


def sender_name(sender: object) -> str:
    """The sender is a class as a rule; of an object its class is told."""
    if sender is None:
        return ""
    return dotted_name(sender if issubclass(type(sender), type) else type(sender))
