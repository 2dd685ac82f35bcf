"""Folds the events of one request into its frozen trace. Pure: the same events give the same trace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from reqtrace.events.kinds import (
    BodySent,
    ConnectionOpened,
    Event,
    EventsDropped,
    HookEntered,
    LayerEntered,
    Outcome,
    RequestEscaped,
    RequestLineReceived,
    RequestLogged,
    RequestRefused,
    RequestStarted,
    ResponseClosed,
    ResponseStarted,
    UnknownEvent,
    UrlconfEntered,
    ViewEntered,
)
from reqtrace.trace.calls import Calls, read_calls
from reqtrace.trace.holds import without_holds
from reqtrace.trace.hops import read_hops
from reqtrace.trace.model import (
    Chain,
    Layer,
    LayerState,
    ProcessFacts,
    RequestKey,
    RequestState,
    RequestSummary,
    RequestTrace,
    Span,
    Stop,
    StopSort,
    WayState,
)
from reqtrace.trace.passes import Situation, lay_passes, way_in_state
from reqtrace.trace.path import Frame, Path, lay_path
from reqtrace.trace.spans import SpanBuilder, SpanTree
from reqtrace.trace.summary import Tally

__all__ = ["fold"]

MAX_GUESSED_LAYERS = 100
"""Rows that are made up for layers of a chain nothing is known of."""


FRAME_FACTS: dict[type[Event], str] = {
    RequestLineReceived: "line",
    RequestStarted: "started",
    ResponseStarted: "response",
    RequestRefused: "refused",
    RequestLogged: "logged",
    ResponseClosed: "closed",
    RequestEscaped: "escaped",
}
"""Where each fact about the request as a whole goes in its ``Frame``."""


@dataclass(slots=True)
class Reading:
    """The events of a request, taken apart."""

    spans: SpanBuilder = field(default_factory=SpanBuilder)
    frame: Frame = field(default_factory=Frame)
    unknown: list[UnknownEvent] = field(default_factory=list)
    has_gap: bool = False

    def take(self, event: Event) -> None:
        """Use one event that is about no span."""
        name = FRAME_FACTS.get(type(event))
        if name is not None:
            setattr(self.frame, name, event)
            return
        match event:
            case BodySent():
                self.frame.first_body = self.frame.first_body or event
                self.frame.body = event
            case EventsDropped():
                self.has_gap = True
            case UnknownEvent():
                self.unknown.append(event)


def fold(
    events: Iterable[Event],
    process: ProcessFacts,
    *,
    summary: RequestSummary | None = None,
    chain: Chain | None = None,
    connection: ConnectionOpened | None = None,
) -> RequestTrace:
    """The trace of the request whose events these are.

    ``summary`` is worked out if it is not given, ``chain`` looked up among the process's, as the request names it.
    """
    events = list(events)
    summary = summary or summarise(events, process)
    reading = read(without_holds(events))
    frame, tree = reading.frame, reading.spans.freeze()
    chain = chain or chain_of(frame.started, process)
    layers = chain.layers if chain is not None else guessed_layers(tree)
    calls = read_calls(tree, layers)
    is_chain = summary.lane == "chain"
    # Without rows no stop is in one: after a loss, a hook may be all that is left of a request of unknown lane.
    path = lay_path(tree, calls, frame, len(layers) if is_chain else 0)
    situation = survey(tree, calls, len(layers), summary.state, has_gap=reading.has_gap)
    return RequestTrace(
        summary=summary,
        process=process,
        started=frame.started,
        connection=connection,
        request_line=frame.line,
        chain=chain if is_chain else None,
        root=tree.roots,
        passes=lay_passes(layers, calls, situation, path.stops_in, path.stops_out) if is_chain else (),
        urlconf=last_of(tree, UrlconfEntered),
        view=last_of(tree, ViewEntered),
        response=frame.response,
        body_chunks=frame.body.chunks if frame.body else 0,
        body_bytes=frame.body.bytes if frame.body else 0,
        escaped=frame.escaped,
        short_circuit=find_short_circuit(tree, calls, path, situation),
        stops=path.stops,
        is_complete=situation.is_whole
        and (situation.is_live or tree.is_closed)
        and (frame.started is not None or summary.lane == "server"),
        bypassed=bypassed_layers(process) if summary.lane == "static" else 0,
        logged=frame.logged,
        hops=read_hops(
            tree, calls, layers if is_chain else (), is_async=chain.is_async if chain is not None else False
        ),
        unknown=tuple(reading.unknown),
        refused=frame.refused,
        raised_outside=tree.raised if frame.escaped is not None else None,
    )


def read(events: list[Event]) -> Reading:
    """The events taken apart."""
    reading = Reading()
    take_span = reading.spans.take
    for event in events:
        if not take_span(event):
            reading.take(event)
    return reading


def summarise(events: list[Event], process: ProcessFacts) -> RequestSummary:
    """The list's line for events that are in no list."""
    number = max((event.request for event in events), default=0)
    tally = Tally(RequestKey(process.number, number), 1, process.clock_offset)
    for event in events:
        tally.take(event)
    if not process.is_alive:
        tally.lose()
    return tally.summary()


def chain_of(started: RequestStarted | None, process: ProcessFacts) -> Chain | None:
    number = started.chain if started is not None else 0
    return next((chain for chain in process.chains if chain.number == number), None)


def bypassed_layers(process: ProcessFacts) -> int:
    """How many layers the newest chain of the process has, past which a static file went."""
    loaded = [chain for chain in process.chains if chain.is_loaded]
    return sum(layer.state is LayerState.LOADED for layer in loaded[-1].layers) if loaded else 0


def guessed_layers(tree: SpanTree) -> tuple[Layer, ...]:
    """Nameless layers, as many as the events speak of, where the loading of the chain was not heard."""
    numbers = [span.entered.layer for span in tree.spans if isinstance(span.entered, LayerEntered | HookEntered)]
    count = min(max(numbers, default=-1) + 1, MAX_GUESSED_LAYERS)
    return tuple(Layer(index=index, path="", name="", state=LayerState.UNKNOWN) for index in range(count))


def survey(tree: SpanTree, calls: Calls, layer_count: int, state: RequestState, *, has_gap: bool) -> Situation:
    """How far the request has come, for the rows it has not come to."""
    is_live = state is RequestState.OPEN
    hooks = [call.request_hook for call in calls]
    has_left = any(call.span.end is not None for call in calls)
    is_core_left = calls.core is not None and calls.core.end is not None
    return Situation(
        is_live=is_live,
        is_whole=not has_gap and tree.is_matched and (tree.is_closed or state is not RequestState.DONE),
        has_turned=has_left
        or is_core_left
        or any(hook is not None and hook.outcome is Outcome.response for hook in hooks),
        deepest=layer_count if calls.core is not None else max(calls.by_layer, default=-1),
    )


def last_of(tree: SpanTree, kind: type[UrlconfEntered] | type[ViewEntered]) -> Span | None:
    """The last span of a kind: the one whose result went out, should the core have run twice."""
    return next((span for span in reversed(tree.spans) if isinstance(span.entered, kind)), None)


def find_short_circuit(tree: SpanTree, calls: Calls, path: Path, situation: Situation) -> Stop | None:
    """The stop at which something answered, so that the view was not called."""
    if last_of(tree, ViewEntered) is not None:
        return None
    for stop in reversed(path.stops):
        if stop.sort is StopSort.VIEW_HOOK and stop.span is not None and stop.span.outcome is Outcome.response:
            return stop
    if calls.core is not None:
        return None
    answered = [call for call in calls if way_in_state(call, situation) is WayState.ANSWERED]
    return path.stops[path.stops_in[answered[-1].span.number]] if answered else None
