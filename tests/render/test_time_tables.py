"""The tables of the mode Time fit where they stand, and the two lines about a row fit into 80 columns."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rich.cells import cell_len

from reqtrace.analysis.findings import FindingId
from reqtrace.analysis.statements import Cause, Statement, statements
from reqtrace.analysis.timing import Extreme, LayerTotal, ViewTotal
from reqtrace.render.canvas import Phrase, phrase_width
from reqtrace.render.time_tables import draw_layers, draw_statements, draw_views, layer_label, share_words
from reqtrace.render.time_words import layer_narrative, sql_total, statement_narrative, view_narrative
from reqtrace.trace.model import RequestKey, RequestTrace

TraceOf = Callable[..., RequestTrace]
Golden = Callable[[str, str], None]
SECOND = 1_000_000_000
LONG = Extreme(99 * SECOND, RequestKey(1, 9))


def layer(index: int = 11, path: str = "django.contrib.auth.middleware.AuthenticationMiddleware") -> LayerTotal:
    return LayerTotal(index=index, path=path, own=1999 * SECOND, calls=2_000, requests=2_000, longest=LONG, share=0.304)


def view(name: str = "shop.views.book_list", lane: str = "chain") -> ViewTotal:
    return ViewTotal(
        view=name,
        lane=lane,
        requests=2_000,
        time=1999 * SECOND,
        queries=25_001,
        query_time=SECOND,
        longest=LONG,
        share=0.9,
    )


def words(phrases: tuple[Phrase, ...]) -> str:
    return "\n".join("".join(text for text, _ in phrase) for phrase in phrases)


def test_statements_at_80_columns(trace_of: TraceOf, golden: Golden) -> None:
    """The chosen statement stands below the table in full, with the lines that caused it."""
    rows = statements(trace_of("n_plus_one"))
    drawing = draw_statements(rows, selected=0, is_front=True, width=80, height=17)
    golden("time_statements_80x17.txt", drawing.canvas.plain())


@pytest.mark.parametrize("height", [3, 5, 8, 17, 30])
@pytest.mark.parametrize("name", ["n_plus_one", "transaction", "asking_others"])
def test_statements_fit_any_height(name: str, height: int, trace_of: TraceOf) -> None:
    """What does not fit is left out from the details, never the chosen row."""
    rows = statements(trace_of(name))
    for selected in range(len(rows)):
        drawing = draw_statements(rows, selected=selected, is_front=True, width=80, height=height)
        assert drawing.canvas.height <= height
        assert selected in drawing.entries


def test_layers_and_views_at_80_columns(golden: Golden) -> None:
    """Large numbers keep their columns; what was answered before a view is named as such."""
    layers = [layer(), layer(2, "shop.middleware.timing")]
    views = [view(), view(""), view("", "static"), view("", "server")]
    golden("time_layers_80.txt", draw_layers(layers, selected=0, is_front=True, width=80, height=5).canvas.plain())
    golden("time_views_80.txt", draw_views(views, selected=1, is_front=True, width=80, height=7).canvas.plain())


@pytest.mark.parametrize("suspicion", [None, FindingId.N_PLUS_ONE, FindingId.SAME_QUERY])
def test_what_is_said_fits(suspicion: FindingId | None) -> None:
    """Two lines of at most 77 cells, whatever the figures are."""
    cause = Cause(file="/srv/views.py", line=3, function="home", template="", times=12, duration=SECOND)
    row = Statement(
        sql='SELECT "shop_authorship"."id" FROM "shop_authorship"',
        alias="default",
        times=1_200,
        duration=12 * SECOND,
        longest=SECOND,
        share=0.65,
        stop=3,
        error="",
        suspicion=suspicion,
        causes=(cause,),
    )
    for said in (statement_narrative(row), layer_narrative(layer(), 12_345), view_narrative(view(), 12_345)):
        assert len(said) == 2
        assert all(phrase_width(phrase) <= 77 for phrase in said), words(said)


def test_hostile_names_are_harmless() -> None:
    """Names of views and layers are other people's text."""
    assert "\x1b" not in layer_label(layer(0, "shop.\x1b[2JEvil"))
    assert "\x1b" not in draw_views([view("\x1b[2J")], selected=0, is_front=True, width=80, height=4).canvas.plain()


@pytest.mark.parametrize(("share", "told"), [(0.0, "0%"), (0.001, "<1%"), (0.006, "1%"), (0.5, "50%"), (1.0, "100%")])
def test_what_is_more_than_nothing_is_never_0(share: float, told: str) -> None:
    """A share below one in two hundred is said as such."""
    assert share_words(share) == told


def test_all_statements_together(trace_of: TraceOf) -> None:
    """Number, time and share of the request; nothing without SQL."""
    trace = trace_of("n_plus_one")
    assert sql_total(statements(trace), trace.summary.duration) == "13 in 2.3ms, 70%"
    assert sql_total((), 1_000) == ""
    assert cell_len(sql_total(statements(trace), None)) > 0
