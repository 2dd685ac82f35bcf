"""The pages of the mode URLs keep their place while they open, close and change."""

from __future__ import annotations

import pytest
from url_answers import BOOKSHOP, FOUND, LOST, REFUSED, a_match, a_tree, included, step, view

from reqtrace.analysis.url_match import read_match
from reqtrace.analysis.url_reversal import call_of, read_reversal
from reqtrace.analysis.url_tree import read_tree
from reqtrace.tui.typed_path import typed_path
from reqtrace.tui.url_pages import Page, UrlPages
from reqtrace.tui.widgets.url_bars import name_completion

TREE = read_tree(BOOKSHOP)
LARGE = read_tree(
    a_tree(*[included(f"app{n}/", f"app{n}.urls", view("", f"start{n}", "v"), view("x/", "x", "v")) for n in range(9)])
)


@pytest.fixture
def pages() -> UrlPages:
    pages = UrlPages()
    pages.take_tree(TREE, {})
    return pages


@pytest.fixture
def large() -> UrlPages:
    pages = UrlPages()
    pages.take_tree(LARGE, {})
    return pages


def test_a_small_tree_is_shown_open(pages: UrlPages, large: UrlPages) -> None:
    """A large one by its first level."""
    assert len(pages.rows) == len(list(TREE.nodes()))
    assert len(large.rows) == 9


def test_includes_open_and_close_under_the_cursor(large: UrlPages) -> None:
    """In and out again, as in any tree; a pattern has nothing to open."""
    large.move(2)
    large.go_in()
    assert [row.place for row in large.rows[2:5]] == [(2,), (2, 0), (2, 1)]
    large.go_in()
    assert large.row is not None
    assert large.row.place == (2, 0)
    assert not large.toggle()
    large.go_out()
    assert large.row.place == (2,)
    large.go_out()
    assert len(large.rows) == 9
    large.go_out()
    assert large.cursor == 2


def test_everything_opens_and_closes(large: UrlPages) -> None:
    """The cursor stays at its pattern, or goes to the include that hides it."""
    large.move(3)
    large.open_everything()
    assert (len(large.rows), large.rows[large.cursor].place) == (27, (3,))
    large.move(2)
    large.open_everything()
    assert (len(large.rows), large.rows[large.cursor].place) == (9, (3,))


def test_the_cursor_stays_within_the_rows(pages: UrlPages) -> None:
    """However far somebody wants to go."""
    pages.move(-5)
    assert pages.cursor == 0
    pages.move(1_000)
    assert pages.cursor == len(pages.rows) - 1
    assert UrlPages().row is None


def test_the_tree_told_anew_stays_open(large: UrlPages) -> None:
    """After every reload of the site; of another URLconf nothing is open."""
    large.toggle()
    large.take_tree(LARGE, {})
    assert len(large.rows) == 11
    large.take_tree(read_tree({**a_tree(*[view(f"{n}/", "", "v") for n in range(20)]), "urlconf": "other"}), {})
    assert len(large.rows) == 20


def test_what_is_found_is_shown_with_its_includes(large: UrlPages) -> None:
    """The way back shows everything again, with the cursor where it was."""
    large.find("start7")
    assert [row.place for row in large.rows] == [(7,), (7, 0)]
    assert large.remark() == "1 of 18 found"
    large.move(1)
    assert large.back()
    assert (large.words, len(large.rows)) == ("", 9)
    assert not large.back()


def test_a_walk_begins_where_it_matters(pages: UrlPages) -> None:
    """At the match, at the pattern that is nearest, or at the converter that refuses."""
    pages.take_match(read_match(FOUND, TREE, "/books/3/"))
    assert pages.rows[pages.cursor].place == (1, 1)
    pages.take_match(read_match(a_match(step([0], "missed", 8), step([2], "missed", 8)), TREE, "/author/x/"))
    assert pages.rows[pages.cursor].place == (2,)
    pages.take_match(read_match(REFUSED, TREE, "/books/isbn/9781234567890/"))
    assert pages.rows[pages.cursor].place == (1, 3)
    assert pages.title() == "/books/isbn/9781234567890/ in bookshop.urls"
    assert pages.back()
    assert pages.page is Page.TREE


def test_a_fold_of_a_walk_opens(pages: UrlPages) -> None:
    """And closes again; it is no pattern."""
    many = read_tree(a_tree(*[view(f"page{n}/", f"page{n}", "v") for n in range(19)]))
    pages.take_tree(many, {})
    pages.take_match(read_match(a_match(*[step([n], "missed", 1) for n in range(19)]), many, "/x"))
    assert (len(pages.rows), pages.node) == (1, None)
    assert "Enter" in pages.lines()[-1][0][0]
    assert pages.toggle()
    assert len(pages.rows) == 20
    assert pages.toggle()
    assert len(pages.rows) == 1


def test_a_name_has_a_page_of_its_own(pages: UrlPages) -> None:
    """With the candidates as rows."""
    call = call_of("book_detail 3")
    assert call is not None
    pages.take_reversal(read_reversal({"error": "NoReverseMatch", "message": "…"}, TREE, call))
    assert pages.title() == "reverse('book_detail', 3)"
    assert len(pages.rows) == 1
    assert pages.lines()[0][0][0] == "✗ No pattern has the name book_detail."


def test_what_is_not_told_is_said(pages: UrlPages) -> None:
    """Below what is known of a pattern."""
    pages.take_tree(read_tree(a_tree(view("", "start", "v"), untold=7)), {})
    assert pages.lines()[-1][0][0] == "7 more patterns are not shown: there are too many, or they are too deep."


def test_each_page_keeps_its_cursor(pages: UrlPages) -> None:
    """Back in the tree, one is where one was."""
    pages.move(4)
    pages.take_match(read_match(LOST, TREE, "/books/abc"))
    pages.move(2)
    pages.back()
    assert pages.cursor == 4


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/books/3/", "/books/3/"),
        ("books/3/", "/books/3/"),
        (" /books/?page=2#top ", "/books/"),
        ("http://127.0.0.1:8000/books/3/?x=1", "/books/3/"),
        ("https://example.com", "/"),
        ("/caf%C3%A9/", "/café/"),
        ("//a/b", "//a/b"),
        ("", "/"),
        ("http://[", "/http://["),
        ("/a:b/", "/a:b/"),
    ],
)
def test_a_path_is_typed_as_in_the_address_bar(text: str, path: str) -> None:
    """Host, query and fragment are left out, what is encoded is decoded."""
    assert typed_path(text) == path


def test_names_are_offered_while_one_is_typed() -> None:
    """Those that begin so, with or without their namespace, then those that contain it; none behind the name."""
    names = ["shop:book", "booking", "notebook", "start"]
    assert name_completion(names, "book", 4).candidates == ("booking", "shop:book", "notebook")
    assert name_completion(names, "booking", 7).candidates == ()
    assert name_completion(names, "book 3", 6).candidates == ()
    found = name_completion(names, "sta 3", 3)
    assert (found.start, found.end, found.candidates) == (0, 3, ("start",))
