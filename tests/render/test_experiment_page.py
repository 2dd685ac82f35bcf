"""Experiments are drawn so that the line that moved is marked, and not the lines that it passed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqtrace.analysis.experiment_bisect import Bisection, Cause
from reqtrace.analysis.experiment_changes import Change, ChangeKind, Place, apply_changes, moved_layers
from reqtrace.analysis.experiment_symptoms import read_symptom
from reqtrace.analysis.experiments import Attempt, Outcome, Remark, RemarkId
from reqtrace.hub.visit import Visit
from reqtrace.render.experiment_page import answer_words, draw_list, draw_remarks, origins, steadfast
from reqtrace.render.experiment_words import difference_words, position_words, question_words, remark_words

LIST = ("a.One", "a.Two", "a.Three", "a.Four")


def an_outcome(**fields: object) -> Outcome:
    known: dict[str, object] = {
        "status": 200,
        "failure": "",
        "exceptions": (),
        "view": "shop.start",
        "unreached": (),
        "queries": 1,
        "headers": (),
        "body": "x",
    }
    return Outcome(**{**known, **fields})  # type: ignore[arg-type]


@given(st.integers(0, 3), st.integers(0, 3))
def test_only_the_line_that_moved_is_marked(line: int, to: int) -> None:
    """Of a list in which one line was moved, that line alone did not keep its order, also if it passed only one."""
    rest = [path for path in LIST if path != LIST[line]]
    came_from = origins(LIST, [*rest[:to], LIST[line], *rest[to:]])
    assert set(range(4)) - steadfast(came_from, {line}) == ({line} if line != to else set())


def test_the_changed_list() -> None:
    """The question, and what of the list is new, moved or gone."""
    changes = [
        Change(kind=ChangeKind.MOVE, layer="4", place=Place.FIRST),
        Change(kind=ChangeKind.OFF, layer="Two"),
        Change(kind=ChangeKind.ADD, layer="b.New", place=Place.ABOVE, anchor="Three"),
    ]
    picture = draw_list(
        question_words(changes, LIST),
        LIST,
        apply_changes(LIST, changes),
        moved=moved_layers(LIST, changes),
        width=60,
        ascii_only=False,
    ).plain()
    assert picture.splitlines() == [
        " What if Four stood first and Two were off and New were",
        " added above Three?",
        " →  1 Four (was 4)",
        "    2 One",
        " →  3 New (new)",
        "    4 Three",
        " off: Two",
    ]


def test_an_unchanged_list() -> None:
    """A change that changes nothing is said to be none."""
    picture = draw_list("What if?", LIST, LIST, moved=(), width=80, ascii_only=True).plain()
    assert "nothing was changed" in picture


@pytest.mark.parametrize(
    ("positions", "words"), [((1,), "1"), ((1, 2, 3), "1–3"), ((1, 3, 4, 9), "1, 3–4, 9"), ((), "")]
)
def test_positions(positions: tuple[int, ...], words: str) -> None:
    """Neighbours are told as a range."""
    assert position_words(positions) == words


def test_differences_of_outcomes() -> None:
    """What is different is told with the most telling first, headers by name, length and tag of a body not at all."""
    other = an_outcome(
        status=500,
        exceptions=("KeyError",),
        view="",
        unreached=("A", "B", "C", "D"),
        queries=0,
        headers=(("content-length", "3"), ("vary", "Cookie")),
        body="y",
    )
    assert list(difference_words(an_outcome(headers=(("x-frame-options", "DENY"),)), other)) == [
        "answers 500",
        "raises KeyError",
        "calls no view",
        "does not reach 4 layers: A, B, C …",
        "0 SQL statements",
        "Vary: Cookie",
        "no X-Frame-Options",
    ]
    assert list(difference_words(an_outcome(), an_outcome(body="y"))) == ["another body"]
    assert list(difference_words(an_outcome(), an_outcome(failure="No module."))) == [
        "no handler can be built: No module."
    ]


def test_every_remark_has_words() -> None:
    """Whatever the lab can say of its isolation is a sentence, also with hostile values."""
    names = "alias cause subject recipients address count statement engine backend path name"
    for remark in RemarkId:
        words = remark_words(Remark(id=remark, values=tuple((name, "{\x1b[31m}") for name in names.split())))
        assert len(words.split()) > 2
    remarks = [Remark(id=RemarkId.FILE, values=(("path", "\x1b[31m"),)), Remark(id=RemarkId.MAIL, values=())]
    picture = draw_remarks(remarks[:1], width=60, ascii_only=False).plain()
    assert "\x1b" not in picture
    assert picture.startswith(" Not kept from having effects:")
    assert draw_remarks([], width=80, ascii_only=True).plain().startswith(" All of it was undone")


@pytest.mark.parametrize(
    ("symptom", "causes", "words"),
    [
        ("header X-Foo", [(0,)], "Cut does: without it, it is gone."),
        ("no header X-Foo", [(0,)], "Cut does: without it, it is there."),
        ("no header X-Foo", [(0,), (1,)], "Any of these does: without one of them, it is there."),
        ("no header X-Foo", [(0, 1)], "These 2 do together: it is there only without all of them."),
        (
            "no header X-Foo",
            [(0, 1), (0, 2)],
            "It is there without these 2, and there are 2 such sets; the first is shown.",
        ),
        ("no header X-Foo", [], "No layer takes it away: it is missing with any one or two of them off, too."),
        ("header X-Foo", [], "No layer does: it is there without any middleware, too."),
    ],
)
def test_what_a_bisection_found(symptom: str, causes: list[tuple[int, ...]], words: str) -> None:
    """Of a lack it is said when the thing is there, not when it is gone."""
    attempt = Attempt(
        middleware=("shop.Cut",),
        trace=None,
        status=200,
        headers=(),
        size=0,
        digest="",
        escaped="",
        failure="",
        remarks=(),
        output="",
    )
    found = Bisection(
        visit=Visit(method="GET", url="/"),
        symptom=read_symptom(symptom),
        original=attempt,
        middleware=("shop.Cut", "shop.Pass", "shop.Third"),
        causes=tuple(Cause(layers=layers, attempt=attempt) for layers in causes),
        is_fewest=True,
        breaking=(),
        is_elsewhere=not causes,
        attempts=4,
    )
    assert answer_words(found).startswith(words)
