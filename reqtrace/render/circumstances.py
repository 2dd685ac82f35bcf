"""What is unusual about where a request runs: in which of several chains, inside which request, with how many hops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from reqtrace.analysis.answers import AnswerId, Question, Subject
from reqtrace.analysis.evidence import directly_in, walk
from reqtrace.analysis.why import why
from reqtrace.events.kinds import LayerEntered, Outcome
from reqtrace.render import symbols
from reqtrace.render.columns import short_name
from reqtrace.render.figures import format_duration
from reqtrace.render.labels import count, has, text
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import RequestSummary, RequestTrace, StopSort, WayState

__all__ = [
    "calls_badge",
    "circumstances_of",
    "entry_words",
    "hop_badge",
    "hops_by_layer",
    "layer_without_response",
    "parent_words",
    "second_calls",
]

_MOST_NAMES = 2


def circumstances_of(trace: RequestTrace) -> tuple[str, ...]:
    """Words for each, the most telling first; nothing for the only chain of a server."""
    words = (_chain_words(trace), parent_words(trace.summary), hop_total(trace), _adapted_words(trace))
    return tuple(one for one in words if one)


def _chain_words(trace: RequestTrace) -> str:
    chain, chains = trace.chain, trace.process.chains
    if chain is None or (len(chains) < 2 and not entry_words(trace.summary)):
        return ""
    handler = sanitize(trace.started.handler if trace.started is not None else chain.handler)
    if len(chains) < 2:
        return handler
    place = next((place for place, one in enumerate(chains, 1) if one.number == chain.number), chain.number)
    return text("header.chain", n=place, total=max(len(chains), place), handler=handler)


def _adapted_words(trace: RequestTrace) -> str:
    """The layers whose mode is not their neighbours', so that Django had to put a change of mode around them."""
    adapted = [row.layer for row in trace.passes if row.layer.adapted]
    if not adapted:
        return ""
    if len(adapted) > _MOST_NAMES:
        return text("header.adapted_many", n=len(adapted))
    names = ", ".join(f"{layer.index + 1} {short_name(layer)}" for layer in adapted)
    return text("header.adapted", names=names)


def entry_words(summary: RequestSummary) -> str:
    """How the request came in, if not through a server."""
    key = f"line.entry.{summary.entry}"
    return text(key) if has(key) else ""


def parent_words(summary: RequestSummary) -> str:
    """Inside which request it was made."""
    if summary.parent is None:
        return ""
    return text("header.parent", n=summary.parent_ordinal) if summary.parent_ordinal else text("header.parent_unknown")


def hop_total(trace: RequestTrace) -> str:
    """How many hops there were, and what they cost together."""
    if not trace.hops:
        return ""
    cost = format_duration(sum(hop.cost for hop in trace.hops))
    return f"{symbols.HOP} {count('header.hops', len(trace.hops), cost=cost)}"


def hops_by_layer(trace: RequestTrace) -> Mapping[int, int]:
    """How many hops happened because of each layer."""
    return Counter(hop.layer for hop in trace.hops if hop.layer is not None)


def second_calls(trace: RequestTrace) -> Mapping[int, int]:
    """The layers that called ``get_response`` more than once, and how often."""
    resolved = sum(stop.sort is StopSort.RESOLVED for stop in trace.stops)
    if resolved < 2 and all(layer_pass.calls < 2 for layer_pass in trace.passes):
        return {}
    times: dict[int, int] = {}
    for span in walk(trace.root):
        if isinstance(span.entered, LayerEntered):
            inner = sum(isinstance(child.entered, LayerEntered) for child in directly_in(span.children))
            times[span.entered.layer] = max(times.get(span.entered.layer, 0), inner)
    return {layer: number for layer, number in times.items() if number > 1}


def layer_without_response(trace: RequestTrace) -> int | None:
    """The layer that was given a response and gave back none; those outside of it only pass on what it returned."""
    ways = (row.way_out for row in trace.passes)
    if not any(way.state is WayState.RAN and way.outcome in (Outcome.none, Outcome.other) for way in ways):
        return None
    first = why(trace, Subject(question=Question.BROKEN))[0]
    return first.layer if first.id is AnswerId.BROKE_NO_RESPONSE else None


def calls_badge(calls: int) -> str:
    """What stands beside the name of a layer that was entered so often."""
    return f" {symbols.TIMES}{calls}" if calls > 1 else ""


def hop_badge(number: int) -> str:
    """What stands beside the name of a layer with so many hops."""
    return f" {symbols.HOP}{number}" if number else ""
