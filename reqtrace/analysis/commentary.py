"""Comments on a stop at length: what ran, what called it, what its result means, what else could have been, and why so.

What happened is classified by ``explain``; a commentary adds what is true of every stop of the sort, and what is known
of Django's own middleware. Here it is topics and values: which sentences there are on a topic, the words say
(``reqtrace.render.labels_en_explain``), and of two topics that say something to the same point the later wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from reqtrace.analysis.commentary_places import pages_of, places_of, settings_of
from reqtrace.analysis.django_code import Code
from reqtrace.analysis.explain import EXPLANATIONS
from reqtrace.analysis.known_layers import KnownLayer, known_layer
from reqtrace.analysis.messages import Value
from reqtrace.analysis.misconceptions import Misconception, misconception_of
from reqtrace.analysis.pages import Page
from reqtrace.analysis.surroundings import Surroundings
from reqtrace.events.kinds import ViewEntered
from reqtrace.trace.model import RequestTrace, Stop, StopSort, WayState

__all__ = ["Commentary", "Part", "comment"]

LAYER_STOPS = (StopSort.LAYER_IN, StopSort.LAYER_OUT)
WAYS: Mapping[StopSort, str] = {
    StopSort.LAYER_IN: "in",
    StopSort.VIEW_HOOK: "view",
    StopSort.LAYER_OUT: "out",
}
"""What is told of Django's own middleware: nothing of the hooks that none of it has."""
CALL = "__call__"


class Part(Enum):
    """What a sentence is for, in the order of reading."""

    WHAT = "what"
    """What ran."""
    DOES = "does"
    """What this code of Django is for."""
    CALLER = "caller"
    RESULT = "result"
    """What its return value means for what comes next."""
    OTHERWISE = "otherwise"
    ORDER = "order"
    """The rule of the order in which such things run."""
    SETTING = "setting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commentary:
    """Everything that is said about a stop, as topics and values."""

    topics: tuple[str, ...]
    """From the most general to the most particular."""
    values: Mapping[str, Value]
    settings: tuple[tuple[str, str], ...]
    """The settings that steer it, and their values in this process; empty where the process did not tell."""
    misconception: Misconception | None
    places: tuple[Code, ...]
    """Where Django does it."""
    pages: tuple[Page, ...]
    """Where Django's documentation explains it."""


def comment(trace: RequestTrace, stop: Stop) -> Commentary:
    """What there is to say about a stop of this trace."""
    here = Surroundings(trace, stop)
    telling = EXPLANATIONS[stop.sort](here)
    layer = here.layer_at(stop.layer) if stop.sort in WAYS else None
    known = known_layer(layer)
    topics = [f"sort.{stop.sort.value.replace(' ', '_')}", *circumstances(here), *known_topics(here, known)]
    topics += [telling.title.key, telling.why.key]
    told = dict(trace.process.settings)
    return Commentary(
        topics=tuple(topics),
        values={**surrounding_values(here), **telling.values},
        settings=tuple((name, told.get(name, "")) for name in settings_of(stop.sort, known)),
        misconception=misconception_of(trace, stop, telling.title, known.key if known else ""),
        places=tuple(places_of(here)),
        pages=pages_of(stop.sort, known),
    )


def surrounding_values(here: Surroundings) -> dict[str, Value]:
    """What every commentary may name: who is outside and inside, and the functions of Django's that run here."""
    index = here.stop.layer
    is_async = is_async_chain(here)
    inner = here.inwards(index) if index is not None else ()
    core = Code.CORE_ASYNC.function if is_async else Code.CORE.function
    return {
        "layers": len(here.trace.passes),
        "outside": here.outwards(index),
        "inside": inner[0].name if inner else core,
        "handler": here.handler,
        "core": core,
        "caller": Code.MIXIN_ACALL.function if is_async else Code.MIXIN_CALL.function,
    }


def is_async_chain(here: Surroundings) -> bool:
    """Its layer, or the whole chain, runs in an event loop."""
    layer = here.layer_at(here.stop.layer) if here.stop.sort in LAYER_STOPS else None
    if layer is not None:
        return layer.is_async
    return here.trace.chain is not None and here.trace.chain.is_async


def circumstances(here: Surroundings) -> Iterator[str]:
    """How the stop came about, where that makes a difference."""
    stop = here.stop
    if stop.sort in LAYER_STOPS and stop.layer is not None:
        row = here.trace.passes[stop.layer]
        way = row.way_in if stop.sort is StopSort.LAYER_IN else row.way_out
        by_hook = way.hook != CALL and way.state is not WayState.NO_HOOK
        yield f"called.{'hook' if by_hook else 'layer'}.{WAYS[stop.sort]}"
        if here.outwards(stop.layer) == here.handler and stop.sort is StopSort.LAYER_IN:
            yield f"called.{'hook' if by_hook else 'layer'}.outermost"
    elif stop.sort in (StopSort.RECEIVED, StopSort.STARTED, StopSort.CLOSED):
        yield f"{stop.sort.value}.entry.{here.trace.summary.entry or 'none'}"
    elif stop.sort is StopSort.VIEW and stop.span is not None and isinstance(stop.span.entered, ViewEntered):
        yield from kinds_of_view(stop.span.entered)


def kinds_of_view(view: ViewEntered) -> Iterator[str]:
    if view.sort == "class":
        yield "view.sort.class"
    if view.is_async:
        yield "view.sort.async"
    if view.atomic:
        yield "view.sort.atomic"


def known_topics(here: Surroundings, known: KnownLayer | None) -> Iterator[str]:
    """What is said of a middleware of Django's: only where its code ran."""
    stop = here.stop
    if known is None:
        return
    if stop.sort in LAYER_STOPS and stop.layer is not None:
        row = here.trace.passes[stop.layer]
        way = row.way_in if stop.sort is StopSort.LAYER_IN else row.way_out
        if way.state in (WayState.NO_HOOK, WayState.NOT_RUN, WayState.UNKNOWN):
            return
    yield f"known.{known.key}.{WAYS[stop.sort]}"
