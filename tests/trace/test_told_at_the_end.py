"""What is told in one event when it is over stands around what happened in it; steps of a transaction indent."""

from __future__ import annotations

from collections.abc import Callable

from django_acts import NOWHERE, atomic, context_processors, savepoint, step
from django_model import Journey
from scenarios import SCENARIOS, make

from reqtrace.events.kinds import CacheCalled, Event, LogRecorded, SqlExecuted
from reqtrace.trace.fold import fold
from reqtrace.trace.model import RequestTrace, Span, Stop, StopSort
from reqtrace.trace.site_model import ProcessFacts
from reqtrace.trace.spans import MAX_DEPTH, SpanBuilder

Folder = Callable[..., RequestTrace]


def inside_view(trace: RequestTrace) -> list[tuple[str, int]]:
    return [(stop.sort.value, stop.depth) for stop in trace.stops if stop.depth]


def shape(span: Span) -> tuple[str, list[object]]:
    return span.entered.KIND, [shape(child) for child in span.children]


def test_what_happened_in_it_is_inside(trace_of: Folder) -> None:
    """A signal's receiver ran a statement: it is the signal's; what ran before is not."""
    trace = trace_of(SCENARIOS["deep"])
    assert trace.view is not None
    call = trace.view.children[0]
    assert shape(call) == (
        "call.entered",
        [("sql.executed", []), ("signal.sent", [("sql.executed", [])])],
    )


def test_context_processors_are_part_of_the_template_they_ran_for(trace_of: Folder) -> None:
    """``Template.render`` calls them first, so the template began with them; its parent template did not."""
    trace = trace_of(SCENARIOS["asking_others"])
    assert trace.view is not None
    detail = trace.view.children[-1]
    assert [child.entered.KIND for child in detail.children] == ["context_processors.ran", "template.entered"]
    assert detail.start == detail.children[0].start
    assert shape(detail.children[1]) == ("template.entered", [])


def test_context_processors_without_a_template_stay_where_they_ran(trace_of: Folder) -> None:
    """The template's beginning may be lost, or something else may have come in between."""

    def view(journey: Journey) -> None:
        context_processors(journey)
        journey.sql("SELECT 1")
        with journey.template("late.html"):
            pass

    trace = trace_of(make("lost", acts={"view": view}))
    assert inside_view(trace) == [("context processors", 1), ("sql", 1), ("template", 1)]


def test_a_transaction_is_around_what_it_contains(trace_of: Folder) -> None:
    """Between BEGIN and COMMIT everything is one deeper, in a savepoint two; their own statements are no stops."""
    trace = trace_of(SCENARIOS["transaction"])
    assert [pair for pair in inside_view(trace) if pair[0] in ("transaction", "sql", "mail")][:9] == [
        ("transaction", 1),
        ("sql", 2),
        ("transaction", 2),
        ("sql", 3),
        ("transaction", 2),
        ("transaction", 2),
        ("mail", 2),
        ("transaction", 1),
        ("transaction", 1),
    ]
    assert not any("SAVEPOINT" in sql or sql == "BEGIN" for sql in statements(trace.stops))


def statements(stops: tuple[Stop, ...]) -> list[str]:
    spans = [stop.span.entered for stop in stops if stop.span is not None]
    return [entered.sql for entered in spans if isinstance(entered, SqlExecuted)]


def test_savepoints_that_follow_each_other_do_not_go_deeper(trace_of: Folder) -> None:
    """Each is released, whether it was rolled back to or not."""

    def view(journey: Journey) -> None:
        with atomic(journey, place=NOWHERE):
            for number in range(3):
                with savepoint(journey, f"s1_x{number}"):
                    journey.sql("SELECT 1")
        journey.sql("SELECT 2")

    trace = trace_of(make("savepoints", acts={"view": view}))
    assert {depth for sort, depth in inside_view(trace) if sort == "sql"} == {1, 3}
    assert inside_view(trace)[-1] == ("sql", 1)


def test_steps_whose_beginning_is_lost_do_no_harm(trace_of: Folder) -> None:
    """A COMMIT alone, a released savepoint alone."""

    def view(journey: Journey) -> None:
        step(journey, "savepoint commit")
        step(journey, "commit")
        step(journey, "something new")
        journey.sql("SELECT 1")

    trace = trace_of(make("torn", acts={"view": view}))
    assert {depth for _sort, depth in inside_view(trace)} == {1}


def test_evaluating_a_lazy_value_is_told_with_its_statements(trace_of: Folder) -> None:
    """Two statements since the hook began, and nothing else was evaluated."""
    trace = trace_of(SCENARIOS["user_evaluated"])
    changes = [change for row in trace.passes for change in row.way_in.changes if change.change.op == "!"]
    assert [(change.change.name, change.queries) for change in changes] == [("user", 2)]


def test_nesting_has_a_limit() -> None:
    """A recording that tells ever larger things around the smaller ones cannot make the tree too deep to walk."""
    builder = SpanBuilder()
    scenario = SCENARIOS["home"]
    for event in scenario.request[:3]:
        builder.take(event)
    for number in range(MAX_DEPTH * 2):
        builder.take(called(10**12 - number, 2 * number))
    deepest, spans = 0, [(span, 1) for span in builder.freeze().roots]
    while spans:
        span, depth = spans.pop()
        deepest = max(deepest, depth)
        spans += [(child, depth + 1) for child in span.children]
    assert MAX_DEPTH // 2 < deepest <= MAX_DEPTH + 1


def called(time: int, duration: int) -> Event:
    return CacheCalled(
        time=time,
        request=1,
        thread=1,
        alias="default",
        backend="b",
        operation="get",
        key="k",
        hits=1,
        keys=1,
        duration=duration,
        error="",
        file="",
        line=0,
        function="",
    )


def test_log_records_around_sending_make_no_body() -> None:
    """runserver logs the request while it is sent: that does not make it a streamed one."""

    scenario = SCENARIOS["home"]
    place = next(i for i, event in enumerate(scenario.request) if event.KIND == "response.started") + 1
    event = scenario.request[place]
    record = LogRecorded(
        time=event.time - 1, request=1, thread=1, logger="django.server", level="INFO", message="GET", file="", line=0
    )
    trace = fold([*scenario.request[:place], record, *scenario.request[place:]], ProcessFacts(number=1))
    assert StopSort.BODY not in {stop.sort for stop in trace.stops}
    assert StopSort.LOG in {stop.sort for stop in trace.stops}
