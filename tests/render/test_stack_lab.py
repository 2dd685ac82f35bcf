"""The list of the lab shows what is not as it was, and a try is told with the most telling first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rich.cells import cell_len

from reqtrace.analysis.experiments import Attempt, Experiment, Remark, RemarkId
from reqtrace.analysis.lab_draft import Draft, draft_of
from reqtrace.errors import ProjectBroken
from reqtrace.hub.visit import Visit
from reqtrace.render import ascii as ascii_table
from reqtrace.render.stack_experiment import draft_question, draw_experiment, draw_refusal, outcome_line
from reqtrace.render.stack_lab import draft_words, draw_draft, line_sentence
from reqtrace.trace.model import RequestTrace

Golden = Callable[[str, str], None]
TraceOf = Callable[..., RequestTrace]
LIST = tuple(f"shop.middleware.Layer{number:02}Middleware" for number in range(1, 13))


@pytest.fixture
def changed() -> Draft:
    """One line moved, one off, one added."""
    draft, _ = draft_of(LIST).move(6, -4)
    return draft.switch(8).add(0, "django.middleware.gzip.GZipMiddleware")


def attempt(trace: RequestTrace | None, *, failure: str = "") -> Attempt:
    status = 0 if trace is None else trace.summary.status
    return Attempt(
        middleware=LIST,
        trace=trace,
        status=status,
        headers=(),
        size=10,
        digest="x",
        escaped="",
        failure=failure,
        remarks=(),
        output="",
    )


def experiment(original: Attempt, changed: Attempt) -> Experiment:
    visit = Visit(method="GET", url="/books/3/")
    return Experiment(visit=visit, original=original, changed=changed, volatile=frozenset())


def test_picture_of_a_changed_list(changed: Draft, golden: Golden) -> None:
    """Marks and remarks say what moved from where, what is off and what is new."""
    drawing = draw_draft(changed, selected=3, width=80, height=19)
    golden("stack_lab_80.txt", drawing.canvas.plain())
    assert draw_draft(changed, selected=3, width=80, height=19, ascii_only=True).canvas.plain().isascii()
    assert draft_words(changed) == "3 lines are changed; the site itself stays as it is."


@pytest.mark.parametrize("height", [6, 10, 19, 40])
def test_the_selected_line_is_always_seen(changed: Draft, height: int) -> None:
    """However low the picture is, it has its size and the selected line."""
    for selected in range(len(changed.layers)):
        drawing = draw_draft(changed, selected=selected, width=80, height=height)
        assert drawing.canvas.height == height
        assert selected in drawing.rows


def test_sentences_about_lines(changed: Draft) -> None:
    """Each line says in a sentence what was done with it."""
    said = [line_sentence(changed, place) for place in range(len(changed.layers))]
    assert said[0] == "GZipMiddleware is added."
    assert said[3] == "Layer07Middleware was line 7."
    assert said[9] == "Layer09Middleware is off: a request does not meet it."
    assert said[1] == "Layer01Middleware stands where it is in MIDDLEWARE."


def test_the_question(changed: Draft) -> None:
    """One or two changes are named, more of them are a list."""
    draft, _ = draft_of(LIST).move(1, -1)
    assert draft_question(draft) == "What if Layer02Middleware stood above Layer01Middleware?"
    assert draft_question(changed) == "What if MIDDLEWARE were this list?"


def test_a_try_is_told_from_its_verdict_on(trace_of: TraceOf) -> None:
    """First what came of it, then both paths, the list, and what was isolated."""
    made = experiment(attempt(trace_of("detail")), attempt(trace_of("csrf_403")))
    draft = draft_of(LIST).switch(2)
    remarks = (Remark(id=RemarkId.MAIL, values=(("recipients", "3"), ("subject", "Hi"))),)
    page = draw_experiment(made, draft, remarks, width=78)
    lines = page.plain().splitlines()
    assert "answers 403" in outcome_line(made)
    assert "403" in lines[0]
    order = [
        next(y for y, line in enumerate(lines) if words in line)
        for words in ("FIRST DIFFERENCE", "The list that was tried", "was not sent")
    ]
    assert order == sorted(order)
    assert {cell_len(page.line(y)) for y in range(page.height)} == {78}
    assert ascii_table.translate(page.plain()).isascii()


def test_a_list_that_cannot_be_built(trace_of: TraceOf) -> None:
    """Without a second path there is the reason."""
    made = experiment(attempt(trace_of("detail")), attempt(None, failure="Layer03 is missing"))
    page = draw_experiment(made, draft_of(LIST).switch(2), (), width=78).plain()
    assert "Layer03 is missing" in page
    assert "FIRST DIFFERENCE" not in page


def test_nothing_that_can_be_seen(trace_of: TraceOf) -> None:
    """A change without effect says so."""
    made = experiment(attempt(trace_of("detail")), attempt(trace_of("detail")))
    assert outcome_line(made) == "Nothing that can be seen of this request is different."


def test_a_refusal_names_what_to_do() -> None:
    """Message, hint and the project's own words, all of it harmless."""
    error = ProjectBroken("shop does not load: \x1b[31m.", hint="Install it.", output="Traceback\nboom")
    page = draw_refusal(error, width=60).plain()
    assert "\x1b" not in page
    for words in ("shop does not load", "Install it.", "boom"):
        assert words in page
