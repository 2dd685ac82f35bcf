"""Equal statements of one loop share a row, whatever else the loop does."""

from __future__ import annotations

from collections.abc import Callable

from django_model import Journey
from scenarios import SCENARIOS, Scenario, make

from reqtrace.render.funnel import draw_funnel
from reqtrace.render.notes import notes_of
from reqtrace.render.repeats import grouped
from reqtrace.trace.model import RequestTrace, StopSort

FoldOf = Callable[[Scenario], RequestTrace]


def in_turn(journey: Journey) -> None:
    journey.sql('SELECT "b"."id" FROM "b"')
    with journey.template("shop/shelves.html"):
        for number in range(5):
            journey.sql('SELECT "a"."id" FROM "a" WHERE "a"."id" = %s', str(number))
            journey.sql('SELECT "g"."id" FROM "g" WHERE "g"."book" = %s', str(number))
            with journey.template("_stars.html"):
                journey.tape.wait(5)


def test_a_loop_takes_a_row_for_each_of_its_statements(fold_of: FoldOf) -> None:
    """Five rounds of two queries and an include are three rows, each with its number."""
    text = draw_funnel(fold_of(make("shelves", acts={"view": in_turn})), width=80).canvas.plain()
    assert text.count("SQL  ×5  SELECT … FROM a") == 1
    assert text.count("SQL  ×5  SELECT … FROM g") == 1
    assert text.count("TPL  ×5  _stars.html") == 1
    assert text.count("SQL") == 3


def test_every_stop_of_a_loop_has_its_row(fold_of: FoldOf) -> None:
    """Stepping through the loop lights the row of the statement the request is at."""
    trace = fold_of(make("shelves", acts={"view": in_turn}))
    for stop in trace.stops:
        if stop.sort is StopSort.SQL and stop.depth > 1:
            drawing = draw_funnel(trace, stop=stop.index, width=80)
            top, _ = drawing.stop_rows[stop.index]
            assert any(run.paint.reverse for run in drawing.canvas.runs(top))


def test_no_stop_is_lost_or_told_twice(fold_of: FoldOf) -> None:
    """Groups are a partition of the stops, and their numbers add up."""
    stops = fold_of(make("shelves", acts={"view": in_turn})).stops
    groups = list(grouped(stops))
    assert sorted(member.index for group in groups for member in group.members) == [stop.index for stop in stops]
    assert sum(group.stop.repeat for group in groups) == sum(stop.repeat for stop in stops)


def test_repeated_queries_are_noted_once_each(fold_of: FoldOf) -> None:
    """The notes name each repeated statement with how often it ran."""
    notes = [note.words for note in notes_of(fold_of(make("shelves", acts={"view": in_turn})))]
    assert len(notes) == 2
    assert all(note.startswith("repeated query (N+1): 5 times") for note in notes)


def test_what_ran_inside_equal_templates_is_put_together(fold_of: FoldOf) -> None:
    """An included template that asks for its author eight times is two rows, and one N+1."""
    trace = fold_of(SCENARIOS["n_plus_one_included"])
    inside = [stop for stop in trace.stops if stop.depth]
    assert [(group.stop.depth, group.stop.repeat, len(group.members)) for group in grouped(inside)] == [
        (1, 1, 1),
        (1, 1, 1),
        (2, 8, 8),
        (3, 8, 8),
    ]
    assert [note.words[:33] for note in notes_of(trace)] == ["repeated query (N+1): 8 times, 1."]


def test_a_decorator_s_hooks_before_and_after_the_view_are_two_rows(fold_of: FoldOf) -> None:
    """They are put together only where they follow each other."""
    stops = [stop for stop in fold_of(SCENARIOS["csrf_protect"]).stops if stop.depth]
    assert [(group.stop.sort.value, len(group.members)) for group in grouped(stops)] == [
        ("decorator hook", 2),
        ("template", 1),
        ("decorator hook", 1),
    ]
