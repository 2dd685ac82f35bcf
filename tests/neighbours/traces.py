"""Judges what was recorded on the site that has neighbours: nothing lost, nothing left open, the real names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reqtrace.events.kinds import (
    CORE_LAYER,
    HOOKS,
    CallEntered,
    CallLeft,
    Event,
    HookEntered,
    HookLeft,
    LayerEntered,
    LayerLeft,
    LayerLoaded,
    LogRecorded,
    RequestFinished,
    RequestStarted,
    ResponseStarted,
    SignalSent,
    TemplateEntered,
    TemplateLeft,
    ThreadHopped,
    ViewEntered,
    ViewLeft,
)

PAIRS = {HookLeft: HookEntered, LayerLeft: LayerEntered, TemplateLeft: TemplateEntered, ViewLeft: ViewEntered}
ON_THE_WAY = ("process_request", "process_view", "process_response")
"""Hooks that run in every request that reaches its view."""

AFTER_THE_END = frozenset((SignalSent, LogRecorded, CallEntered, CallLeft, ThreadHopped))
"""Django sends ``request_finished`` once the response is closed, and receivers and tools may call and log;
under ASGI the response is closed in another thread, and that hop is told when it is back."""

Answer = Sequence[Any]
Layer = Sequence[Any]


def faults(events: Sequence[Event], answers: Sequence[Answer], layers: Sequence[Layer]) -> Iterator[str]:
    """Everything that is wrong with what was recorded of these answers."""
    yield from layer_faults(events, layers)
    numbers = [event.request for event in events if isinstance(event, RequestStarted)]
    if len(numbers) != len(answers):
        yield f"{len(answers)} requests were made, {len(numbers)} recorded"
    for number, answer in zip(numbers, answers, strict=False):
        own = [event for event in events if event.request == number]
        for fault in request_faults(own, answer[0], len(layers)):
            yield f"request {number}: {fault}"
    if numbers:
        yield from hook_faults([event for event in events if event.request == numbers[0]], layers)


def layer_faults(events: Sequence[Event], layers: Sequence[Layer]) -> Iterator[str]:
    """Each layer is called what it is, and said to be where it is written."""
    loaded = {event.layer: event for event in events if isinstance(event, LayerLoaded)}
    if sorted(loaded) != list(range(len(layers))):
        yield f"layers {sorted(loaded)} of {len(layers)} were loaded"
        return
    for number, (path, name, file, hooks) in enumerate(layers):
        told = loaded[number]
        seen = (told.path, told.name, sorted(hook.hook for hook in told.hooks))
        real = (path, name, sorted(hooks))
        if seen != real:
            yield f"layer {number} is {real}, not {seen}"
        if Path(told.file) != Path(file) and not told.is_mixin_call:
            yield f"layer {number}, {path}, is written in {file}, not in {told.file}"


def request_faults(own: Sequence[Event], status: int, layer_count: int) -> Iterator[str]:
    """It begins, everything entered is left in order, it was answered as its client saw, and it ends."""
    kinds = [type(event) for event in own]
    if kinds[0] is not RequestStarted or kinds.count(RequestFinished) != 1:
        yield f"it begins with {kinds[0].__name__} and ends {kinds.count(RequestFinished)} times"
        return
    if late := set(kinds[kinds.index(RequestFinished) + 1 :]) - AFTER_THE_END:
        yield f"after its end come {late}"
    told = [event.status for event in own if isinstance(event, ResponseStarted)]
    if told != [status]:
        yield f"its status is {status}, not {told}"
    entered = [event.layer for event in own if isinstance(event, LayerEntered)]
    order = [*range(layer_count), CORE_LAYER]
    if entered != order[: len(entered)] or not entered:
        yield f"it entered the layers {entered}"
    yield from nesting_faults(own)


def nesting_faults(own: Sequence[Event]) -> Iterator[str]:
    """What was entered last is left first, and nothing stays open."""
    opened: list[Event] = []
    for event in own:
        if type(event) in PAIRS.values():
            opened.append(event)
        elif type(event) in PAIRS:
            inner = opened.pop() if opened else None
            if type(inner) is not PAIRS[type(event)] or identity(inner) != identity(event):
                yield f"{event} leaves {inner}"
                return
    if opened:
        yield f"still open: {opened}"


def identity(event: Event) -> tuple[int | None, int | None]:
    return getattr(event, "layer", None), getattr(event, "hook", None)


def hook_faults(own: Sequence[Event], layers: Sequence[Layer]) -> Iterator[str]:
    """A request that reaches its view passes each of these hooks of each middleware once."""
    seen = sorted((event.layer, HOOKS[event.hook]) for event in own if isinstance(event, HookEntered))
    real = sorted((number, hook) for number, (*_, hooks) in enumerate(layers) for hook in hooks if hook in ON_THE_WAY)
    if seen != real:
        yield f"hooks missed: {sorted(set(real) - set(seen))}, made up: {sorted(set(seen) - set(real))}, {seen}"
