"""The search finds the fewest elements whose absence removes a symptom, and says how sure it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reqtrace.analysis.experiment_bisect import Verdict, fewest


def needs(*causes: frozenset[int], breaking: frozenset[int] = frozenset()) -> tuple[list[int], object]:
    """A test that passes if one of the causes is removed, and breaks if anything of ``breaking`` is, too."""
    sizes: list[int] = []

    def test(removed: frozenset[int]) -> Verdict:
        sizes.append(len(removed))
        if removed & breaking and len(removed) < 10:
            return Verdict.BROKEN
        return Verdict.GONE if any(cause <= removed for cause in causes) else Verdict.STILL

    return sizes, test


@settings(deadline=None)
@given(st.integers(1, 9), st.data())
def test_small_sets_are_found_and_are_the_fewest(size: int, data: st.DataObject) -> None:
    """All smallest sets of up to three elements are found, and no others."""
    indexes = st.sets(st.integers(0, size - 1), min_size=1, max_size=min(3, size))
    causes = [frozenset(cause) for cause in data.draw(st.lists(indexes, min_size=1, max_size=3))]
    _, test = needs(*causes)
    found, is_fewest = fewest(size, test, 400)  # type: ignore[arg-type]
    smallest = min(len(cause) for cause in causes)
    assert set(found) == {cause for cause in causes if len(cause) == smallest}
    assert is_fewest


@settings(deadline=None)
@given(st.sets(st.integers(0, 15), min_size=4, max_size=9))
def test_large_sets_are_found_and_nothing_can_be_left_out(cause: set[int]) -> None:
    """A set too large to be tried is found by ddmin, which does not claim that it is the smallest."""
    _, test = needs(frozenset(cause))
    found, is_fewest = fewest(16, test, 400)  # type: ignore[arg-type]
    assert found == [frozenset(cause)]
    assert not is_fewest


def test_one_that_breaks_is_no_cause() -> None:
    """An element whose absence breaks everything is never said to be the cause."""
    _, test = needs(frozenset({1}), breaking=frozenset({0}))
    assert fewest(5, test, 400) == ([frozenset({1})], True)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [1, 3, 16])
def test_no_cause(size: int) -> None:
    """Where nothing helps, nothing is named."""
    found, _ = fewest(size, lambda _removed: Verdict.STILL, 400)
    assert not found


def test_the_budget_is_kept_for_small_sets() -> None:
    """With 30 layers no set of three is tried one by one."""
    sizes, test = needs(frozenset(range(20, 25)))
    found, is_fewest = fewest(30, test, 500)  # type: ignore[arg-type]
    assert found == [frozenset(range(20, 25))]
    assert not is_fewest
    assert sizes.count(3) == 0
    assert len(sizes) < 700
