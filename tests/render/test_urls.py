"""The pictures of the mode URLs: the tree, the walk of a path, and what ``reverse()`` says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from rich.cells import cell_len
from url_answers import BOOKSHOP, FOUND, LOST, REFUSED, a_match, a_tree, included, step, value, view

from reqtrace.analysis.url_match import read_match
from reqtrace.analysis.url_reversal import call_of, read_reversal
from reqtrace.analysis.url_tree import read_tree
from reqtrace.render.canvas import Phrase
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.urls_reversal import call_text, reversal_lines, reversal_rows
from reqtrace.render.urls_rows import UrlRow, draw_rows, pattern_phrase
from reqtrace.render.urls_tree import all_includes, find_patterns, tree_rows
from reqtrace.render.urls_walk import walk_rows
from reqtrace.render.urls_words import node_lines, step_lines, verdict_lines
from reqtrace.render.wrapping import wrap_phrase

TREE = read_tree(BOOKSHOP)
COUNTS = {(0,): 12, (1,): 3, (1, 1): 3}
RAISED = a_match(
    step([1], "entered", 19),
    step([1, 3], "raised", 19, value("isbn", "9780306406157", "", "KeyError: 9"), error="KeyError: 9"),
)
NOT_LOADED = a_match(step([0], "missed", 7), step([5], "not loaded", 1))
CONVERTED = a_match(
    step([2], "matched", 0, value("slug", "le-guin", "<Author>")),
    match={
        "arguments": [["slug", "<Author>"]],
        "view_name": "author",
        "app_names": [],
        "route": "authors/<slug:slug>/",
    },
)
REFUSAL = {"path": None, "error": "NoReverseMatch", "message": "Reverse for 'x' not found.", "language": "en"}


def drawn(rows: Sequence[UrlRow], lines: Sequence[Phrase] = (), width: int = 80, cursor: int = 0) -> str:
    picture = draw_rows(rows, start=0, height=len(rows), width=width, cursor=cursor).plain()
    return "\n".join([picture, "-" * width, *("".join(words for words, _ in line) for line in lines)])


@pytest.mark.parametrize("width", [80, 120])
def test_the_tree_in_text(width: int, golden: Callable[[str, str], None]) -> None:
    """Closed, open, and what is known of each sort of pattern."""
    closed = drawn(tree_rows(TREE, (), COUNTS), width=width)
    rows = tree_rows(TREE, all_includes(TREE), COUNTS)
    pictures = [drawn(rows, node_lines(TREE, node, COUNTS), width, i) for i, node in enumerate(TREE.nodes())]
    golden(f"urls_tree_{width}.txt", "\n\n".join([closed, pictures[0], *(one[one.index("---") :] for one in pictures)]))


@pytest.mark.parametrize(
    ("name", "path", "answer"),
    [
        ("found", "/books/3/", FOUND),
        ("lost", "/books/abc", LOST),
        ("refused", "/books/isbn/9781234567890/", REFUSED),
        ("raised", "/books/isbn/9780306406157/", RAISED),
        ("not_loaded", "/later/x", NOT_LOADED),
        ("converted", "/authors/le-guin/", CONVERTED),
    ],
)
def test_the_walk_of_a_path_in_text(name: str, path: str, answer: Any, golden: Callable[[str, str], None]) -> None:
    """What each pattern did, the verdict, and a sentence about each row."""
    match = read_match(answer, TREE, path)
    rows = walk_rows(match, ())
    sentences = ["".join(words for words, _ in step_lines(match, row)[2]) for row in rows]
    golden(f"urls_walk_{name}.txt", "\n".join([drawn(rows, verdict_lines(match)), *sentences]))


def test_patterns_that_are_far_off_are_folded() -> None:
    """Never the one that matched, those that fit in part, or the one that is nearest; a fold can be opened."""
    many = [view(f"page{number}/", f"page{number}", "views.page") for number in range(40)]
    tree = read_tree(a_tree(*many, view("books/", "books", "views.books"), *many, view("last/", "last", "views.last")))
    steps = [step([number], "missed", 5) for number in range(82)]
    rows = walk_rows(read_match(a_match(*steps), tree, "/bokks/"), ())
    assert [(row.is_fold, "".join(words for words, _ in row.pattern)) for row in rows] == [
        (True, "40 others do not fit"),
        (False, "books/"),
        (True, "41 others do not fit"),
    ]
    opened = walk_rows(read_match(a_match(*steps), tree, "/bokks/"), {(0,)})
    assert len(opened) == 43
    assert (opened[0].is_open, opened[1].place) == (True, (0,))


@pytest.mark.parametrize(
    "text",
    ["shop:book_detail", "shop:book_detail id=3", "shop:book_detail abc", "published 1 2", "book_detail 3", "zzz"],
)
def test_why_reverse_gives_nothing(text: str, golden: Callable[[str, str], None]) -> None:
    """The patterns of that name with what they want, or names that are alike."""
    call = call_of(text)
    assert call is not None
    reversal = read_reversal(REFUSAL, TREE, call)
    name = "".join(letter if letter.isalnum() else "_" for letter in text)
    golden(f"urls_reverse_{name}.txt", drawn(reversal_rows(reversal), reversal_lines(reversal)))


def test_reverse_gives_a_path() -> None:
    """With the call as it would be written."""
    call = call_of("shop:book_detail pk=3")
    assert call is not None
    assert call_text(call) == "'shop:book_detail', pk=3"
    reversal = read_reversal({"path": "/books/3/"}, TREE, call)
    assert "reverse('shop:book_detail', pk=3) gives /books/3/" in reversal_lines(reversal)[0][0][0]
    assert drawn(reversal_rows(reversal)).splitlines()[0] == "▌✓ /books/3/"
    from_objects = read_reversal({"path": "/days/1/", "is_from_objects": True}, TREE, call)
    assert "to_python" in reversal_lines(from_objects)[2][0][0]


def test_what_is_looked_for_is_found_anywhere() -> None:
    """In the pattern, its name with namespaces, its view and its file; with the includes around it, open."""
    assert find_patterns(TREE, "isbn") == {(1,), (1, 3)}
    assert find_patterns(TREE, "SHOP:review") == {(1,), (1, 2)}
    assert find_patterns(TREE, "site.views.about") == {(4,), (4, 0)}
    assert find_patterns(TREE, "book int") == {(1,), (1, 1)}
    rows = tree_rows(TREE, (), {}, find_patterns(TREE, "isbn"))
    assert [(row.place, row.is_open) for row in rows] == [((1,), True), ((1, 3), None)]
    assert tree_rows(TREE, (), {}, find_patterns(TREE, "nowhere")) == ()


@pytest.mark.parametrize("width", [30, 60, 80, 200])
def test_every_row_fits(width: int) -> None:
    """However long its parts are, and whatever they are written in; control characters are shown, not sent."""
    long = view("文章/" * 30 + "\x1b[2J<slug:slug>/", "name" * 20, "views." + "view" * 30, ["slug", "C", "x"])
    tree = read_tree(a_tree(long, included("a/" * 30, "urls" * 20, long), view("b/", "", "")))
    rows = tree_rows(tree, all_includes(tree), {(0,): 12_345})
    canvas = draw_rows(rows, start=0, height=len(rows), width=width, cursor=1)
    for y in range(canvas.height):
        assert cell_len(canvas.line(y)) == width
        assert "\x1b" not in canvas.line(y)


def test_parameters_stand_out() -> None:
    """Those of a route; a regular expression is one text."""
    nodes = {node.name: node for node in TREE.nodes()}
    assert [text for text, _ in pattern_phrase(nodes["review"])] == ["<int:pk>", "/review/"]
    assert len(pattern_phrase(nodes["published"])) == 1
    assert [text for text, _ in pattern_phrase(nodes["start"])] == ["''"]


def test_sentences_are_broken_at_blanks() -> None:
    """Each piece keeps its paint; what fits stays whole."""
    bold = Paint(Role.OK, bold=True)
    phrase = (("one two ", bold), ("three four", INK))
    assert wrap_phrase(phrase, 18) == (phrase,)
    assert wrap_phrase(phrase, 8) == ((("one ", bold), ("two", bold)), (("three", INK),), (("four", INK),))
    assert wrap_phrase(phrase, 7)[0] == (("one ", bold), ("two", bold))
    assert wrap_phrase((("a" * 30, INK),), 10) == ((("a" * 30, INK),),)
