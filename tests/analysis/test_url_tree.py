"""The tree is what the project told; without it, what requests have shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from url_answers import BOOKSHOP

from reqtrace.analysis.url_tree import UrlTree, matches_of, read_tree, seen_tree
from reqtrace.events.kinds import PatternSeen
from reqtrace.trace.url_sightings import UrlSightings


def seen(**patterns: tuple[str, str, str]) -> dict[int, PatternSeen]:
    """Patterns by number: sort, text, name."""
    return {
        int(number[1:]): PatternSeen(
            time=1, request=0, thread=1, pattern=int(number[1:]), sort=sort, text=text, name=name, target=f"view.{name}"
        )
        for number, (sort, text, name) in patterns.items()
    }


PATTERNS = seen(
    n1=("path", "", "start"),
    n2=("include", "books/", "shop"),
    n3=("path", "<int:pk>/", "book_detail"),
    n4=("i18n", "", ""),
    n5=("path", "about/", "about"),
    n6=("path", "", "book_list"),
)


@pytest.fixture
def tree() -> UrlTree:
    return read_tree(BOOKSHOP, 3)


def test_every_pattern_has_its_place(tree: UrlTree) -> None:
    """In the order in which Django tries them, with what stands around it."""
    assert [node.place for node in tree.nodes()][:4] == [(0,), (1,), (1, 0), (1, 1)]
    node = tree.node((1, 1))
    assert node is not None
    assert (node.text, node.name, node.file, node.line) == ("<int:pk>/", "book_detail", "/site/shop/views.py", 20)
    assert node.decorators == ("login_required",)
    assert dict(node.regexes) == {"pk": "[0-9]+"}
    assert [one.text for one in tree.chain((1, 1))] == ["books/", "<int:pk>/"]
    assert tree.full_name((1, 1)) == "shop:book_detail"
    assert tree.full_name((1,)) == ""
    assert tree.node((1, 9)) is tree.node((0, 0)) is None
    assert tree.process == 3


def test_an_include_that_is_not_loaded_has_no_patterns(tree: UrlTree) -> None:
    """And says so, unlike one that is empty."""
    later = tree.node((5,))
    assert later is not None
    assert (later.is_include, later.is_loaded, later.children) == (True, False, ())
    shop = tree.node((1,))
    assert shop is not None
    assert shop.is_loaded


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["children", "text", "sort", "name", "converters", "arguments", "line", "decorators"]),
            inner,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_anything_can_be_read(told: Any) -> None:
    """An answer is not trusted: what is no tree is an empty one."""
    for node in read_tree(told).nodes():
        assert isinstance(node.text, str)


def test_requests_show_parts_of_the_tree() -> None:
    """Those of all processes together, each pattern once."""
    first = UrlSightings(patterns=PATTERNS, paths=((1,), (2, 6), (2, 3)), matched={(2, 3): 2})
    second = UrlSightings(
        patterns=seen(n7=("path", "", "start"), n8=("i18n", "", ""), n9=("path", "about/", "about")),
        paths=((7,), (8, 9)),
        matched={(8, 9): 1, (7,): 4},
    )
    tree = seen_tree([first, second])
    assert [(node.place, node.sort, node.text) for node in tree.nodes()] == [
        ((0,), "path", ""),
        ((1,), "path", "books/"),
        ((1, 0), "path", ""),
        ((1, 1), "path", "<int:pk>/"),
        ((2,), "i18n", ""),
        ((2, 0), "path", "about/"),
    ]
    assert not tree.is_whole
    assert tree.full_name((1, 1)) == "shop:book_detail"
    assert matches_of(tree, [first, second]) == {(1, 1): 2, (1,): 2, (2, 0): 1, (2,): 1, (0,): 4}


def test_a_pattern_that_was_not_introduced_is_left_out() -> None:
    """With what is in it; the introduction may have been dropped."""
    tree = seen_tree([UrlSightings(patterns=PATTERNS, paths=((1,), (99,), (99, 1)), matched={(99,): 1})])
    assert [node.place for node in tree.nodes()] == [(0,)]
    assert matches_of(tree, [UrlSightings(patterns=PATTERNS, paths=(), matched={(99,): 1})]) == {}


def test_requests_are_counted_in_the_told_tree(tree: UrlTree) -> None:
    """By what is written, since the project numbers its patterns otherwise; a language prefix has no text."""
    sightings = UrlSightings(patterns=PATTERNS, paths=(), matched={(2, 3): 5, (4, 5): 2, (1,): 1})
    assert matches_of(tree, [sightings]) == {(1, 1): 5, (1,): 5, (4, 0): 2, (4,): 2, (0,): 1}


def test_requests_of_another_urlconf_do_not_count(tree: UrlTree) -> None:
    """Where it is known which one they were given."""
    roots = {1: "other.urls", 2: "bookshop.urls"}
    sightings = UrlSightings(patterns=PATTERNS, paths=(), matched={(1,): 4, (2, 3): 5}, roots=roots)
    assert matches_of(tree, [sightings]) == {(1, 1): 5, (1,): 5}


@pytest.mark.parametrize(
    ("prefix", "path", "told"),
    [
        ("", "/shop/a/", "/shop/a/"),
        ("/shop", "/shop/a/", "/a/"),
        ("/shop/", "/shop/a/", "/a/"),
        ("/shop", "/shop", "/"),
        ("/shop", "/shopping/", "/shopping/"),
    ],
)
def test_patterns_get_what_stands_behind_the_script_name(prefix: str, path: str, told: str) -> None:
    """As ``path_info`` of a request."""
    assert read_tree({"prefix": prefix}).path_info(path) == told
