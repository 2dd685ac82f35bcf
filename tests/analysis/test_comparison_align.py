"""Two sequences beside each other."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqtrace.analysis import comparison_align
from reqtrace.analysis.comparison_align import aligned, common, longest_common, longest_of_unique

LETTERS = st.text(alphabet="abcdef", max_size=12)


@given(LETTERS, LETTERS)
def test_every_position_appears_once_and_in_order(a: str, b: str) -> None:
    """Pairs are of equal elements."""
    rows = list(aligned(a, b))
    assert [i for i, _ in rows if i is not None] == list(range(len(a)))
    assert [j for _, j in rows if j is not None] == list(range(len(b)))
    assert all(a[i] == b[j] for i, j in rows if i is not None and j is not None)


@given(LETTERS, LETTERS)
def test_equal_beginnings_and_ends_change_nothing(a: str, b: str) -> None:
    """The longest common subsequence is found, whatever was cut off before."""
    assert len(common(a, b)) == len(longest_common(a, b))


@given(st.permutations(range(9)), st.permutations(range(9)))
def test_of_what_is_unique_the_longest_is_found_without_a_table(a: Sequence[int], b: Sequence[int]) -> None:
    """As long as the true one."""
    found = longest_of_unique(a, b)
    assert len(found) == len(longest_common(a, b))
    assert all(a[i] == b[j] for i, j in found)
    assert found == sorted(found)
    assert [j for _, j in found] == sorted(j for _, j in found)


def test_long_sequences_take_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """And still match what they have in common."""
    monkeypatch.setattr(comparison_align, "MOST_CELLS", 0)
    assert common("xabcdy", "zabcdw") == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert longest_of_unique("aa", "aa") == []


def test_between_two_matches_the_shorter_side_stands_first() -> None:
    """Who turned back early did so before the other went on."""
    assert list(aligned("a123z", "axz")) == [(0, 0), (None, 1), (1, None), (2, None), (3, None), (4, 2)]
    assert list(aligned("axz", "a123z")) == [(0, 0), (1, None), (None, 1), (None, 2), (None, 3), (2, 4)]
