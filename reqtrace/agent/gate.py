"""Holds a request where somebody wants to look at it, and lets it go on: one step, or until the next hold.

A held request waits in its own thread or task, and only it: never in a thread that runs an event loop. It goes on by
itself when its time is up, when the hub is gone, and when this process ends. Its probes ask ``gate.is_armed`` first,
which is all that this costs while nobody holds anything.
"""

from __future__ import annotations

import asyncio
import os
import threading

from reqtrace.agent.guard import Probe
from reqtrace.agent.recorder import RequestState, number_of, perf_counter_ns
from reqtrace.agent.request_texts import path_text
from reqtrace.agent.values import plain_text
from reqtrace.events.holds import ANY, EVERYWHERE, Hold
from reqtrace.events.kinds import Hook, RequestHeld, RequestReleased

__all__ = ["HOOK_PLACE", "LAYER_PLACE", "VIEW_PLACE", "Gate", "gate"]

HELD, RELEASED = number_of(RequestHeld), number_of(RequestReleased)
LAYER_PLACE, HOOK_PLACE, VIEW_PLACE = "layer", "hook", "view"
NO_HOOK = -1

STEP, GO, LIMIT, NOBODY = "step", "go", "time limit", "nobody watches"

probe = Probe("gate")


class Ticket:
    """One request that waits; it is let go once, whichever thread says so."""

    def __init__(self, state: RequestState, hold: Hold) -> None:
        self.state = state
        self.hold = hold
        self.reason = LIMIT
        self.since = perf_counter_ns()
        self._opened = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opened_here: asyncio.Event | None = None

    def open(self, reason: str) -> None:
        """Let it go on."""
        if self._opened.is_set():
            return
        self.reason = reason
        self._opened.set()
        if self._loop is not None and self._opened_here is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._opened_here.set)

    def wait(self) -> None:
        """Wait in a thread of the request's own."""
        self._opened.wait(self.hold.seconds)

    async def wait_in_loop(self) -> None:
        """Wait in a task; the loop goes on."""
        self._opened_here = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        if not self._opened.is_set():
            handle = self._loop.call_later(self.hold.seconds, self._opened_here.set)
            try:
                await self._opened_here.wait()
            finally:
                handle.cancel()


class Gate:
    """The holds of this process, and the requests that wait."""

    def __init__(self) -> None:
        self.is_armed = False
        """There are holds, or a request goes step by step."""
        self._holds: tuple[Hold, ...] = ()
        self._waiting: dict[int, Ticket] = {}
        self._stepping: set[int] = set()
        self._lock = threading.Lock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    # --- what the watcher says; in the sender's thread --------------------------------------------------------------

    def arm(self, holds: tuple[Hold, ...]) -> None:
        """These are the holds from now on. Who waits goes on waiting."""
        with self._lock:
            self._holds = holds
            self._rearm()

    def step(self, request: int) -> None:
        """Let a held request do one step, to the next place of any sort."""
        with self._lock:
            ticket = self._waiting.get(request)
            if ticket is not None:
                self._stepping.add(request)
                ticket.open(STEP)
            self._rearm()

    def go(self, request: int) -> None:
        """Let a held request go on to the next hold; all of them if ``request`` is 0."""
        with self._lock:
            for number, ticket in list(self._waiting.items()):
                if request in (0, number):
                    self._stepping.discard(number)
                    ticket.open(GO)
            self._rearm()

    def abandon(self) -> None:
        """Nobody watches any more: forget every hold, let everybody go."""
        with self._lock:
            self._holds = ()
            self._stepping.clear()
            for ticket in self._waiting.values():
                ticket.open(NOBODY)
            self._rearm()

    def _rearm(self) -> None:
        self.is_armed = bool(self._holds or self._stepping)

    # --- on the request's time ---------------------------------------------------------------------------------------

    def pass_by(self, state: RequestState, place: str, layer: int, hook: int = NO_HOOK) -> None:
        """Wait here if somebody wants that, in the request's own thread."""
        ticket = probe.attempt(self._admit, state, place, layer, hook)
        if ticket is None:
            return
        if runs_a_loop():
            # Waiting would stop everybody.
            self._dismiss(ticket)
            return
        try:
            probe.attempt(tell_held, ticket, place, layer, hook)
            ticket.wait()
        finally:
            self._dismiss(ticket)
            probe.attempt(tell_released, ticket)

    async def pass_by_async(self, state: RequestState, place: str, layer: int, hook: int = NO_HOOK) -> None:
        """Wait here if somebody wants that, in the request's own task."""
        ticket = probe.attempt(self._admit, state, place, layer, hook)
        if ticket is None:
            return
        try:
            probe.attempt(tell_held, ticket, place, layer, hook)
            await ticket.wait_in_loop()
        finally:
            self._dismiss(ticket)
            probe.attempt(tell_released, ticket)

    def _admit(self, state: RequestState, place: str, layer: int, hook: int) -> Ticket | None:
        with self._lock:
            hold = self._hold_for(state, place, layer, hook)
            if hold is None:
                return None
            self._stepping.discard(state.number)
            ticket = self._waiting[state.number] = Ticket(state, hold)
            return ticket

    def _hold_for(self, state: RequestState, place: str, layer: int, hook: int) -> Hold | None:
        fitting = (hold for hold in self._holds if fits(hold, state, place, layer, hook))
        if state.number in self._stepping:
            return next(fitting, Hold(0))
        return next(fitting, None)

    def _dismiss(self, ticket: Ticket) -> None:
        with self._lock:
            if self._waiting.get(ticket.state.number) is ticket:
                del self._waiting[ticket.state.number]

    def forget(self, request: int) -> None:
        """The request is over: it is not stepped any further."""
        with self._lock:
            self._stepping.discard(request)
            self._rearm()

    def _after_fork(self) -> None:
        # Those who waited are in the parent.
        self._lock = threading.Lock()
        self._waiting.clear()
        self._stepping.clear()
        self._rearm()


def fits(hold: Hold, state: RequestState, place: str, layer: int, hook: int) -> bool:
    """The request is at the hold's place, and is one of those that it means."""
    is_there = hold.place in (place, EVERYWHERE) and hold.layer in (layer, ANY) and hold.hook in (hook, ANY)
    # A layer that consists of hooks begins with the first of them.
    is_there = is_there or (hold.place == LAYER_PLACE and hold.layer in (layer, ANY) and hook == Hook.process_request)
    method, path = state.target
    return is_there and hold.method in ("", plain_text(method)) and hold.path in path_text(path)


def runs_a_loop() -> bool:
    """An event loop runs in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def tell_held(ticket: Ticket, place: str, layer: int, hook: int) -> None:
    ticket.state.tell(HELD, ticket.hold.number, place, layer, hook)
    ticket.since = perf_counter_ns()


def tell_released(ticket: Ticket) -> None:
    ticket.state.tell(RELEASED, perf_counter_ns() - ticket.since, ticket.reason)


gate = Gate()
