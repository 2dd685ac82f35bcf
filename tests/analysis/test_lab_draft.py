"""A draft of the list changes line by line, and says what Django would be given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reqtrace.analysis.experiment_changes import ChangeKind, Place, apply_changes
from reqtrace.analysis.lab_draft import Draft, changes_of, draft_of

LIST = ("a.Security", "a.Session", "a.Common", "a.Csrf")


def test_nothing_is_changed_at_first() -> None:
    """The draft is MIDDLEWARE itself."""
    draft = draft_of(LIST)
    assert draft.middleware == draft.original == LIST
    assert not draft.is_changed
    assert not draft.moved
    assert changes_of(draft) == ()


def test_a_line_is_moved_as_far_as_the_list_goes() -> None:
    """Moving tells where the line is then, and only that line counts as moved."""
    draft, line = draft_of(LIST).move(3, -2)
    assert draft.middleware == ("a.Security", "a.Csrf", "a.Session", "a.Common")
    assert (line, draft.moved) == (1, frozenset({1}))
    draft, line = draft.move(line, -9)
    assert line == 0
    draft, line = draft.move(line, 9)
    assert line == 3
    assert not draft.is_changed


def test_a_line_is_switched_off_and_on() -> None:
    """What is off keeps its place in the draft, but Django does not get it."""
    off = draft_of(LIST).switch(1)
    assert off.middleware == ("a.Security", "a.Common", "a.Csrf")
    assert off.original == LIST
    assert off.switch(1) == draft_of(LIST)


def test_of_two_lines_that_changed_places_the_one_that_was_moved_counts() -> None:
    """Moving a line down by one is not told as moving the other one up."""
    for line, distance in ((1, 1), (2, -1)):
        draft, place = draft_of(LIST).move(line, distance)
        assert draft.moved == {place}


def test_of_an_order_that_is_proposed_the_lines_that_are_to_move_count() -> None:
    """Whichever of two lines that change places it is."""
    for line in (1, 2):
        draft = draft_of(LIST).in_order([0, 2, 1, 3], {line})
        assert {draft.layers[place].origin for place in draft.moved} == {line}
        assert draft.touched == {LIST[line]}


def test_lines_are_added_and_taken_away_again() -> None:
    """A duplicate stands below its original; switching off what was added takes it away."""
    twice = draft_of(LIST).duplicate(1)
    assert twice.middleware == ("a.Security", "a.Session", "a.Session", "a.Common", "a.Csrf")
    assert twice.original == LIST
    assert twice.switch(2) == draft_of(LIST)
    assert draft_of(LIST).add(0, "b.GZip").middleware[0] == "b.GZip"
    assert draft_of(()).add(0, "b.GZip").middleware == ("b.GZip",)
    assert twice.undone() == draft_of(LIST)


def test_changes_are_told_as_on_the_command_line() -> None:
    """Off, added and moved lines, each above the next line that is left."""
    draft, _ = draft_of(LIST).switch(2).move(3, -3)
    kinds = [(change.kind, change.layer, change.place, change.anchor) for change in changes_of(draft)]
    assert kinds == [
        (ChangeKind.MOVE, "a.Csrf", Place.ABOVE, "a.Security"),
        (ChangeKind.OFF, "a.Common", None, ""),
    ]


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    draft = draft_of(tuple(f"m.L{number}" for number in range(draw(st.integers(1, 6)))))
    for _ in range(draw(st.integers(0, 6))):
        line = draw(st.integers(0, len(draft.layers) - 1))
        match draw(st.sampled_from(("move", "switch", "add"))):
            case "move":
                draft, _ = draft.move(line, draw(st.integers(-5, 5)))
            case "switch":
                draft = draft.switch(line)
            case _:
                draft = draft.add(line, f"n.New{len(draft.layers)}")
    return draft


@given(drafts())
def test_the_changes_lead_to_the_list(draft: Draft) -> None:
    """What is told in words, done one after the other from the last line up, gives the list that Django would get."""
    layers = draft.layers
    by_place = {layer.path: place for place, layer in enumerate(layers)}
    changes = sorted(changes_of(draft), key=lambda change: -by_place[change.layer])
    if len({layer.path for layer in layers}) == len(layers):
        assert apply_changes(draft.original, changes) == draft.middleware
    assert sorted(draft.original) == list(draft.original)
