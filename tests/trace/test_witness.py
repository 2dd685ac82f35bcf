"""Traces of a real Django agree with what its own middleware wrote down."""

from __future__ import annotations

from typing import Any

import pytest

from reqtrace.events.kinds import HOOKS, HookEntered, ViewEntered
from reqtrace.trace.model import Phase, RequestTrace, Span, StopSort, WayState

pytestmark = pytest.mark.slow

NAMES = [
    "plain",
    "csrf",
    "short",
    "boom",
    "forbidden",
    "not_found",
    "handled",
    "template",
    "broken_template",
    "stream",
    "view_none",
    "raises_in",
    "raises_out",
    "raises_in_view",
    "raises_in_exception",
    "replaces",
    "own_hook",
    "super_call",
    "unused",
    "function",
    "never",
    "twice",
    "raises_before",
    "raises_after",
    "returns_none",
    "same_class_twice",
    "async_view",
    "no_middleware",
]
EVERYWHERE = pytest.mark.parametrize("entry", ["wsgi", "asgi"])


def calls_in(trace: RequestTrace) -> list[str]:
    """Hooks and view in the order in which they began."""
    calls: list[str] = []

    def visit(span: Span) -> None:
        match span.entered:
            case HookEntered(layer=layer, hook=hook):
                calls.append(f"{trace.passes[layer].layer.name}.{HOOKS[hook]}")
            case ViewEntered():
                calls.append("VIEW")
        for child in span.children:
            visit(child)

    for span in trace.root:
        visit(span)
    return calls


@EVERYWHERE
@pytest.mark.parametrize("name", NAMES)
def test_trace_agrees_with_the_witness(name: str, entry: str, witnessed: Any) -> None:
    """Order of hooks and view, and the status, are those the site itself saw; nothing is missing."""
    case, trace = witnessed.cases[f"{entry}-{name}"], witnessed.traces[f"{entry}-{name}"]
    seen = [call for call in case["witness"] if not call.endswith((".before", ".after"))]
    assert calls_in(trace) == seen
    assert trace.summary.status == case["status"]
    assert trace.is_complete


def test_every_case_of_the_site_is_looked_at(witnessed: Any) -> None:
    """A case that is added there is tested here."""
    assert {f"{entry}-{name}" for entry in ("wsgi", "asgi") for name in NAMES} == set(witnessed.cases)


@EVERYWHERE
@pytest.mark.parametrize(
    ("case", "layer", "expected"),
    [
        ("short", "Short", (WayState.ANSWERED, WayState.RAN)),
        ("short", "C", (WayState.NEVER_REACHED, WayState.NEVER_REACHED)),
        ("raises_in", "RaisesIn", (WayState.RAISED, WayState.NOT_RUN)),
        ("raises_out", "RaisesOut", (WayState.RAN, WayState.RAISED)),
        ("never", "never", (WayState.ANSWERED, WayState.NOT_RUN)),
        ("raises_before", "raises_before", (WayState.RAISED, WayState.NOT_RUN)),
        ("raises_after", "raises_after", (WayState.RAN, WayState.RAISED)),
        ("super_call", "SuperCall", (WayState.RAN, WayState.RAN)),
        ("unused", "Unused", (WayState.SKIPPED, WayState.SKIPPED)),
        ("plain", "XFrame", (WayState.NO_HOOK, WayState.RAN)),
    ],
)
def test_states_of_rows(case: str, layer: str, expected: tuple[WayState, WayState], entry: str, witnessed: Any) -> None:
    """Each shape of middleware, sync and async, gets the row it deserves."""
    trace = witnessed.traces[f"{entry}-{case}"]
    row = next(row for row in trace.passes if row.layer.name == layer)
    assert (row.way_in.state, row.way_out.state) == expected


@EVERYWHERE
def test_twice_called_layer_has_all_its_stops(entry: str, witnessed: Any) -> None:
    """An outer layer called get_response again: the path goes through the inner part again."""
    trace = witnessed.traces[f"{entry}-twice"]
    row = trace.passes[2]
    assert row.calls == 2
    stops = [stop.sort for stop in trace.stops if stop.layer == 2 and stop.sort is not StopSort.VIEW_HOOK]
    assert stops == [StopSort.LAYER_IN, StopSort.LAYER_OUT] * 2
    assert row.way_in.stop < row.way_out.stop


@EVERYWHERE
@pytest.mark.parametrize(
    ("case", "sort", "layer"),
    [("short", StopSort.LAYER_IN, 1), ("never", StopSort.LAYER_IN, 1), ("csrf", StopSort.VIEW_HOOK, 1)],
)
def test_short_circuit_is_where_it_turned_back(
    case: str, sort: StopSort, layer: int, entry: str, witnessed: Any
) -> None:
    """The stop names the layer that answered."""
    short_circuit = witnessed.traces[f"{entry}-{case}"].short_circuit
    assert (short_circuit.sort, short_circuit.layer) == (sort, layer)


@EVERYWHERE
def test_same_class_twice_is_two_rows(entry: str, witnessed: Any) -> None:
    """A layer is its place in MIDDLEWARE, not its path."""
    trace = witnessed.traces[f"{entry}-same_class_twice"]
    assert [row.layer.name for row in trace.passes] == ["A", "B", "B"]
    assert len({row.way_in.stop for row in trace.passes}) == 3


@EVERYWHERE
def test_late_sql_stands_where_it_ran(entry: str, witnessed: Any) -> None:
    """Inside a template that is rendered late, and inside a body that is sent."""
    late = next(stop for stop in witnessed.traces[f"{entry}-template"].stops if stop.sort is StopSort.SQL)
    assert late.phase is Phase.RENDER
    body = next(stop for stop in witnessed.traces[f"{entry}-stream"].stops if stop.sort is StopSort.SQL)
    assert (body.phase, body.depth, body.repeat) == (Phase.SEND, 1, 3)


@EVERYWHERE
def test_changes_name_who_made_them(entry: str, witnessed: Any) -> None:
    """A function's code before and after, and a hook that puts another response in the place of its own."""
    row = witnessed.traces[f"{entry}-function"].passes[1]
    assert [one.change.name for one in row.way_in.changes] == ["seen_by_function"]
    assert [one.change.name for one in row.way_out.changes] == ["X-Function"]
    replaces = witnessed.traces[f"{entry}-replaces"].passes[1].way_out
    assert {"object", "status"} <= {one.change.part for one in replaces.changes}
