"""What counts as a whole trace, with made-up events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import pytest
from neighbours.traces import faults

from reqtrace.events.kinds import (
    CORE_LAYER,
    Event,
    Hook,
    HookEntered,
    HookLeft,
    LayerEntered,
    LayerLeft,
    LayerLoaded,
    RequestFinished,
    RequestStarted,
    ResponseStarted,
)

LAYERS = [["app.Middleware", "Middleware", "/app.py", ["process_request"]]]
ANSWERS = [[200, [], ""]]


def event(kind: type[Event], **known: Any) -> Event:
    """An event whose other fields say nothing."""
    empty = {"int": 0, "bool": False, "str": "", "Interned": ""}
    rest = {each.name: empty.get(str(each.type), ()) for each in fields(kind)}
    return kind(**{**rest, "request": 1, **known})


def whole() -> list[Event]:
    hook = int(Hook.process_request)
    hooks = (type("HookSource", (), {"hook": "process_request"}),)
    return [
        event(LayerLoaded, path="app.Middleware", name="Middleware", file="/app.py", hooks=hooks, request=0),
        event(RequestStarted),
        event(LayerEntered, layer=0),
        event(HookEntered, layer=0, hook=hook),
        event(HookLeft, layer=0, hook=hook),
        event(LayerEntered, layer=CORE_LAYER),
        event(LayerLeft, layer=CORE_LAYER),
        event(LayerLeft, layer=0),
        event(ResponseStarted, status=200),
        event(RequestFinished),
    ]


def found(events: Sequence[Event]) -> list[str]:
    return list(faults(events, ANSWERS, LAYERS))


def test_a_whole_trace_has_no_faults() -> None:
    """Everything that was entered was left, in order."""
    assert found(whole()) == []


@pytest.mark.parametrize("lost", range(len(whole())))
def test_no_event_may_be_missing(lost: int) -> None:
    """Each one that is lost is noticed."""
    events = whole()
    del events[lost]
    assert found(events)


def test_layers_are_left_in_order() -> None:
    """The outer one may not be left before the inner one."""
    events = whole()
    events[6], events[7] = events[7], events[6]
    assert found(events)


@pytest.mark.parametrize("wrong", [{"name": "Wrapper"}, {"file": "/wrapper.py"}, {"hooks": ()}])
def test_a_layer_is_told_as_it_is_written(wrong: dict[str, Any]) -> None:
    """Not as the tool that wraps it."""
    events = whole()
    told = {each.name: getattr(events[0], each.name) for each in fields(events[0])}
    events[0] = LayerLoaded(**{**told, **wrong})
    assert found(events)


def test_the_status_is_the_clients() -> None:
    """Another one is a fault."""
    events = whole()
    events[8] = event(ResponseStarted, status=500)
    assert found(events)
