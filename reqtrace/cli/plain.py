"""The viewer without a screen: one block per finished request on stdout, everything else on stderr."""

from __future__ import annotations

import shlex
import shutil
import threading
from typing import Any

from reqtrace.cli import output
from reqtrace.cli.sources import AwaitedSource
from reqtrace.events.wire import FrameError, load_record
from reqtrace.hub.arrival import HUB, Arrival, SitePhase, SiteState
from reqtrace.render.loading_words import loading_story
from reqtrace.render.plain import request_block
from reqtrace.trace.feed import Feed
from reqtrace.trace.model import RequestKey, RequestState
from reqtrace.trace.store import TraceStore

__all__ = ["PlainViewer"]

SLICE = 64
INTERVAL = 0.1
ENDED_BADLY = (SitePhase.BROKEN, SitePhase.EXITED)
WIDTH = 100
"""Columns of a block if stdout is no terminal."""
NARROWEST = 60


class PlainViewer:
    """Prints until the source is over, or ``quit`` is called from another thread."""

    keeps_output = True

    def __init__(self, *, ascii_only: bool = False, keep: int = 2000) -> None:
        self._ascii_only = ascii_only or not output.is_unicode()
        self._store = TraceStore(keep=keep)
        self._feed = Feed(self._store)
        self._printed: set[RequestKey] = set()
        self._is_quitting = threading.Event()

    def show(self, source: AwaitedSource) -> None:
        """Print what comes."""
        while not self._is_quitting.is_set():
            is_over = source.is_over
            arrivals = source.drain(SLICE)
            for arrival in arrivals:
                self._take(arrival)
            self._print_finished()
            if not arrivals:
                if is_over:
                    return
                source.wait(INTERVAL)

    def quit(self) -> None:
        """Ask ``show`` to return."""
        self._is_quitting.set()

    def _take(self, arrival: Arrival) -> None:
        self._feed.take(arrival)
        if arrival.process == HUB:
            try:
                self._tell(load_record(arrival.line))
            except FrameError as error:
                output.warn(f"A record could not be read: {error}")

    def _tell(self, record: list[Any]) -> None:
        match record:
            case ["output", _time, _stream, str(text)]:
                output.tell(text)
            case ["note", _time, str(text)]:
                output.tell(f"reqtrace: {text}")
            case ["state", {}]:
                self._tell_state(SiteState.from_fields(record[1]))

    def _tell_state(self, state: SiteState) -> None:
        if words := words_for(state):
            output.tell(f"reqtrace: {words}")
        if state.phase in ENDED_BADLY and (story := loading_story(self._store.processes(), state.detail)):
            output.tell(f"reqtrace: {story}")

    def _print_finished(self) -> None:
        summaries = self._store.summaries()
        for summary in summaries:
            if summary.state is not RequestState.OPEN and summary.key not in self._printed:
                self._print_block(summary.key)
        self._printed = {summary.key for summary in summaries if summary.state is not RequestState.OPEN}

    def _print_block(self, key: RequestKey) -> None:
        trace = self._store.trace(key)
        if trace is not None:
            width = max(NARROWEST, shutil.get_terminal_size((WIDTH, 24)).columns)
            output.answer(request_block(trace, width=width, ascii_only=self._ascii_only).plain() + "\n")


def words_for(state: SiteState) -> str:
    """What to say about a new state; nothing if the site's own output says it."""
    match state.phase:
        case SitePhase.PREPARING:
            return f"preparing: {state.detail}"
        case SitePhase.STARTING:
            return f"starting: {shlex.join(state.command)}"
        case SitePhase.SERVING:
            return f"the site is up: {state.url}"
        case SitePhase.RELOADING:
            return "reloading"
        case SitePhase.BROKEN:
            return "the project does not start (its own traceback is above); waiting for a change of its files"
        case SitePhase.EXITED | SitePhase.FAILED | SitePhase.STOPPED:
            return ""
