"""A list of layers is changed as a person asks for it, and a name that is not there is answered with the nearest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqtrace.analysis.experiment_changes import (
    Change,
    ChangeKind,
    Place,
    apply_changes,
    every_position,
    find_layer,
    read_list,
)
from reqtrace.errors import UsageError

LIST = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "shop.middleware.theme",
)


def changed(kind: ChangeKind, layer: str, place: Place | None = None, anchor: str = "") -> list[str]:
    """The short names after one change."""
    paths = apply_changes(LIST, [Change(kind=kind, layer=layer, place=place, anchor=anchor)])
    return [path.rpartition(".")[2].removesuffix("Middleware") for path in paths]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ((ChangeKind.MOVE, "theme", Place.ABOVE, "Session"), "Security theme Session CsrfView"),
        ((ChangeKind.MOVE, "Security", Place.BELOW, "CsrfViewMiddleware"), "Session CsrfView Security theme"),
        ((ChangeKind.MOVE, "3", Place.FIRST), "CsrfView Security Session theme"),
        ((ChangeKind.MOVE, LIST[0], Place.LAST), "Session CsrfView theme Security"),
        ((ChangeKind.OFF, "csrf"), "Security Session theme"),
        ((ChangeKind.ADD, "shop.Extra"), "Security Session CsrfView theme Extra"),
        ((ChangeKind.ADD, "shop.Extra", Place.BELOW, "1"), "Security Extra Session CsrfView theme"),
        ((ChangeKind.DUPLICATE, "session"), "Security Session Session CsrfView theme"),
        ((ChangeKind.DUPLICATE, "theme", Place.FIRST), "theme Security Session CsrfView theme"),
    ],
)
def test_changes(arguments: tuple[ChangeKind, str], names: str) -> None:
    """Layers are named by class, by its beginning, by path, or by number."""
    assert changed(*arguments) == names.split()


def test_numbers_are_those_of_the_original_list() -> None:
    """After a change the other layers keep the numbers by which they are known."""
    off, move = Change(kind=ChangeKind.OFF, layer="1"), Change(kind=ChangeKind.MOVE, layer="4", place=Place.FIRST)
    assert apply_changes(LIST, [off, move]) == (LIST[3], LIST[1], LIST[2])


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("Sesion", "There is no layer Sesion in MIDDLEWARE.", "Did you mean SessionMiddleware?"),
        ("CsrfMiddelware", "There is no layer CsrfMiddelware", "Did you mean CsrfViewMiddleware?"),
        ("Zebra", "There is no layer Zebra", "There are SecurityMiddleware, SessionMiddleware"),
        ("9", "There is no layer number 9", "It has 4 layers."),
        ("s", "There is no layer s", ""),
    ],
)
def test_unknown_layers(name: str, message: str, hint: str) -> None:
    """What is not there is said by name, with what is."""
    with pytest.raises(UsageError) as caught:
        find_layer(LIST, name)
    assert caught.value.message.startswith(message)
    assert caught.value.hint.startswith(hint)


def test_ambiguous_layers() -> None:
    """A name that two layers have is refused, with their numbers."""
    with pytest.raises(UsageError, match=r"2 layers are called Session: numbers 2, 5") as caught:
        find_layer((*LIST, "other.SessionMiddleware"), "Session")
    assert "number" in caught.value.hint
    assert find_layer((*LIST, "other.SessionMiddleware"), "5") == 4


def test_impossible_changes() -> None:
    """A layer cannot stand above itself, and what is new needs its whole path."""
    with pytest.raises(UsageError, match="cannot be moved to where it is itself"):
        changed(ChangeKind.MOVE, "theme", Place.ABOVE, "4")
    with pytest.raises(UsageError, match="no dotted path"):
        changed(ChangeKind.ADD, "GZip")
    with pytest.raises(UsageError, match="MIDDLEWARE is empty"):
        find_layer((), "Session")


def test_whole_lists() -> None:
    """Known layers by any name, new ones by their path."""
    assert read_list(LIST, ["theme", " 1", "shop.New"]) == (LIST[3], LIST[0], "shop.New")
    with pytest.raises(UsageError, match="There is no layer GZip"):
        read_list(LIST, ["GZip"])


@given(st.permutations(LIST), st.integers(0, 3))
def test_every_position_holds_the_same_layers(paths: list[str], index: int) -> None:
    """The layer stands at each place once, and the others keep their order."""
    lists = every_position(paths, paths[index])
    assert [each.index(paths[index]) for each in lists] == [0, 1, 2, 3]
    rest = [path for path in paths if path != paths[index]]
    assert all([path for path in each if path != paths[index]] == rest for each in lists)
    assert tuple(paths) in lists
