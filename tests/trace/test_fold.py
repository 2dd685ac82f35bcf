"""Folding tells what Django's loop did: the order comes from the model's own walk, not from our output."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django_model import NOTHING, STARTPROJECT, Middleware, Raised
from scenarios import FRIENDLY, SCENARIOS, Scenario, make

from reqtrace.events.kinds import HOOKS, HookEntered, ViewEntered
from reqtrace.trace.model import RequestState, RequestTrace, Span, StopSort, WayState

Folder = Callable[..., RequestTrace]


def walk(spans: tuple[Span, ...]) -> Iterator[Span]:
    for span in spans:
        yield span
        yield from walk(span.children)


def calls_in(trace: RequestTrace) -> list[str]:
    """Hooks and view in the order in which they began."""
    calls = []
    for span in sorted(walk(trace.root), key=lambda span: span.number):
        match span.entered:
            case HookEntered(layer=layer, hook=hook):
                calls.append(f"{trace.passes[layer].layer.name}.{HOOKS[hook]}")
            case ViewEntered():
                calls.append("VIEW")
    return calls


def hooks_only(scenario: Scenario) -> list[str]:
    return [call for call in scenario.calls if not call.endswith(".call")]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=lambda scenario: scenario.name)
def test_hooks_and_view_come_in_djangos_order(scenario: Scenario, trace_of: Folder) -> None:
    """The tree holds every call of the model's loop, in its order, and no other."""
    assert calls_in(trace_of(scenario)) == hooks_only(scenario)


ALL_HOOKS = {"process_request": 1, "process_view": 2, "process_exception": 3, "process_response": 4}


def layer(name: str, **hooks: int) -> Middleware:
    return Middleware(path=f"m.{name}", hooks=hooks or ALL_HOOKS)


TRUTHS = (
    layer("A"),
    layer("Csrf", process_view=1),
    layer("B"),
    layer("XFrame", process_response=1),
    layer("C"),
)
"""The chain of the truths: A, B and C have all hooks."""


def boom(journey: object) -> int:
    raise Raised("builtins.ZeroDivisionError", "division by zero")


SHORT = {"request": "req", "view": "view", "exception": "exc", "response": "resp"}


def short_calls(trace: RequestTrace) -> str:
    """``A.req B.req … VIEW … A.resp``, without the layers that have one hook only."""
    words = []
    for call in calls_in(trace):
        name, _, hook = call.partition(".process_")
        words.append(f"{name}.{SHORT[hook]}" if hook else call)
    return " ".join(word for word in words if not word.startswith("XFrame"))


@pytest.mark.parametrize(
    ("acts", "exists", "expected", "status"),
    [
        pytest.param(
            {},
            True,
            "A.req B.req C.req A.view Csrf.view B.view C.view VIEW C.resp B.resp A.resp",
            200,
            id="GET",
        ),
        pytest.param(
            {"Csrf.process_view": lambda _: 403},
            True,
            "A.req B.req C.req A.view Csrf.view C.resp B.resp A.resp",
            403,
            id="CSRF",
        ),
        pytest.param(
            {"B.process_request": lambda _: 301}, True, "A.req B.req B.resp A.resp", 301, id="process_request answers"
        ),
        pytest.param(
            {"view": boom},
            True,
            "A.req B.req C.req A.view Csrf.view B.view C.view VIEW C.exc B.exc A.exc C.resp B.resp A.resp",
            500,
            id="view raises",
        ),
        pytest.param({}, False, "A.req B.req C.req C.resp B.resp A.resp", 404, id="404"),
    ],
)
def test_five_truths(acts: dict[str, object], exists: bool, expected: str, status: int, trace_of: Folder) -> None:
    """What was measured on Django 5.2 and 6.1 is what a trace says."""
    keywords = {} if exists else {"match": None}
    trace = trace_of(make("truth", TRUTHS, acts, **keywords))  # type: ignore[arg-type]
    assert short_calls(trace) == expected
    assert trace.summary.status == status


def states(trace: RequestTrace, name: str) -> tuple[WayState, WayState]:
    row = next(row for row in trace.passes if row.layer.name == name)
    return row.way_in.state, row.way_out.state


def test_process_request_that_answers_lets_its_own_process_response_run(trace_of: Folder) -> None:
    """MiddlewareMixin calls both; what is further in is never reached."""
    trace = trace_of(SCENARIOS["short_circuit_301"])
    assert states(trace, "CommonMiddleware") == (WayState.ANSWERED, WayState.RAN)
    assert states(trace, "CsrfViewMiddleware") == (WayState.NEVER_REACHED, WayState.NEVER_REACHED)
    assert trace.short_circuit is not None
    assert trace.short_circuit.sort is StopSort.LAYER_IN
    assert trace.passes[trace.short_circuit.layer or 0].layer.name == "CommonMiddleware"
    assert trace.summary.flags == ("short-circuit",)


def test_call_that_answers_has_no_way_out(trace_of: Folder) -> None:
    """There is no code after a ``get_response`` that was not called."""
    trace = trace_of(SCENARIOS["own_call_answers"])
    assert states(trace, "MaintenanceMiddleware") == (WayState.ANSWERED, WayState.NOT_RUN)
    assert trace.passes[1].way_in.hook == "__call__"
    assert trace.passes[1].way_in.status == 503


def test_process_request_that_raises_is_converted_around_its_layer(trace_of: Folder) -> None:
    """Its own process_response does not run; those further out do."""
    trace = trace_of(SCENARIOS["request_hook_raises"])
    assert states(trace, "CommonMiddleware") == (WayState.RAISED, WayState.NOT_RUN)
    assert states(trace, "SessionMiddleware") == (WayState.RAN, WayState.RAN)
    converted = [stop for stop in trace.stops if stop.sort is StopSort.CONVERTED]
    assert [stop.layer for stop in converted] == [2]
    assert trace.short_circuit is None


def test_process_view_that_answers_is_the_short_circuit(trace_of: Folder) -> None:
    """The view is not called, and every process_response runs."""
    trace = trace_of(SCENARIOS["csrf_403"])
    assert trace.view is None
    assert trace.short_circuit is not None
    assert trace.short_circuit.sort is StopSort.VIEW_HOOK
    assert all(row.way_out.state in (WayState.RAN, WayState.NO_HOOK) for row in trace.passes)


def test_404_is_no_short_circuit(trace_of: Folder) -> None:
    """Nothing answered: the resolver raised, and the film made the response."""
    trace = trace_of(SCENARIOS["not_found_404"])
    assert trace.short_circuit is None
    assert trace.urlconf is not None
    assert trace.urlconf.raised is not None
    assert trace.urlconf.raised.error.endswith("Resolver404")


def test_layer_with_own_call_and_hooks_is_one_call(trace_of: Folder) -> None:
    """``super().__call__`` runs the hooks inside: they are part of what ``__call__`` does before and after."""
    row = next(row for row in trace_of(SCENARIOS["super_call"]).passes if row.layer.name == "LocaleAndTiming")
    assert (row.way_in.hook, row.way_in.state) == ("__call__", WayState.RAN)
    assert (row.way_out.hook, row.way_out.state) == ("__call__", WayState.RAN)
    assert isinstance(row.way_in.span, Span)
    hooks = [span for span in row.way_in.span.children if isinstance(span.entered, HookEntered)]
    assert len(hooks) == 2
    assert (row.way_in.duration or 0) >= (hooks[0].duration or 0)


def test_unused_middleware_keeps_its_row(trace_of: Folder) -> None:
    """``MiddlewareNotUsed`` leaves an entry of MIDDLEWARE without a layer, and the row says so."""
    trace = trace_of(SCENARIOS["not_used"])
    assert states(trace, "ProfilerMiddleware") == (WayState.SKIPPED, WayState.SKIPPED)
    assert trace.passes[1].layer.reason == "PROFILER is not set"
    assert len(trace.passes) == len(trace.chain.layers) if trace.chain else False


def test_view_that_returns_none_asks_no_process_exception(trace_of: Folder) -> None:
    """Django's ValueError is raised outside the try; it belongs to the core."""
    trace = trace_of(make("none", (*STARTPROJECT, FRIENDLY), {"view": lambda _: NOTHING}))
    assert trace.view is not None
    assert trace.view.raised is None
    assert not [stop for stop in trace.stops if stop.sort is StopSort.EXCEPTION_HOOK]
    converted = next(stop for stop in trace.stops if stop.sort is StopSort.CONVERTED)
    assert converted.span is not None
    assert converted.span.raised is not None
    assert converted.span.raised.error == "builtins.ValueError"


def test_static_file_passes_the_chain_by(trace_of: Folder) -> None:
    """StaticFilesHandler has no chain; the number of layers it spares is that of the process' own chain."""
    trace = trace_of(SCENARIOS["static"])
    assert trace.summary.lane == "static"
    assert trace.passes == ()
    assert trace.bypassed == 7
    assert [stop.sort for stop in trace.stops] == [StopSort.RECEIVED, StopSort.STARTED, StopSort.CLOSED]


def test_refused_line_is_the_servers(trace_of: Folder) -> None:
    """A request line that Django never sees is a request of the lane ``server``."""
    trace = trace_of(SCENARIOS["refused_line"])
    assert (trace.summary.lane, trace.summary.method, trace.is_complete) == ("server", "GET", True)
    assert [stop.sort for stop in trace.stops] == [StopSort.RECEIVED]


@pytest.mark.parametrize("name", ["home", "csrf_403", "short_circuit_301", "view_raises_500", "streaming"])
def test_a_request_under_way_grows_stop_by_stop(name: str, trace_of: Folder) -> None:
    """After every event the stops so far are the first ones of the finished path, but for repeats and ends."""
    scenario = SCENARIOS[name]
    whole = trace_of(scenario)
    for count in range(1, len(scenario.request)):
        stops = trace_of(scenario.upto(count)).stops
        assert [stop.sort for stop in stops] == [stop.sort for stop in whole.stops[: len(stops)]]


def test_rows_of_a_request_under_way(trace_of: Folder) -> None:
    """Inside the second layer's hook: the first has run, the second runs, the others wait."""
    scenario = SCENARIOS["home"]
    inside = next(
        count
        for count, event in enumerate(scenario.request, start=1)
        if isinstance(event, HookEntered) and event.layer == 1
    )
    trace = trace_of(scenario.upto(inside))
    assert trace.summary.state is RequestState.OPEN
    assert [row.way_in.state for row in trace.passes[:3]] == [WayState.RAN, WayState.RUNNING, WayState.PENDING]
    assert {row.way_out.state for row in trace.passes} == {WayState.PENDING}
    assert trace.stops[-1].layer == 1


def test_a_process_that_dies_leaves_its_request_lost(trace_of: Folder) -> None:
    """What was running is unknown, and what was not entered never was."""
    scenario = SCENARIOS["home"]
    inside = next(count for count, event in enumerate(scenario.request, start=1) if isinstance(event, ViewEntered))
    trace = trace_of(scenario.upto(inside), is_alive=False)
    assert trace.summary.state is RequestState.LOST
    assert not trace.is_complete
    assert trace.passes[0].way_out.state is WayState.UNKNOWN
    early = trace_of(scenario.upto(6), is_alive=False)
    assert early.passes[-1].way_in.state is WayState.NEVER_REACHED


def test_a_response_that_turned_back_leaves_inner_rows_never_reached_at_once(trace_of: Folder) -> None:
    """Even while the request is still on its way out."""
    scenario = SCENARIOS["short_circuit_301"]
    trace = trace_of(scenario.upto(len(scenario.request) - 12))
    assert trace.summary.state is RequestState.OPEN
    assert trace.passes[-1].way_in.state is WayState.NEVER_REACHED
    assert trace.passes[0].way_out.state is WayState.PENDING
