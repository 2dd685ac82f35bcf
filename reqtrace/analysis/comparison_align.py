"""Puts two sequences beside each other: the longest run of equal elements that both have in the same order."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Sequence

__all__ = ["aligned", "common"]

MOST_CELLS = 250_000
"""Product of the lengths up to which the longest common subsequence is worked out; beyond, it is looked for among what
occurs once on each side, which most steps do."""

Match = tuple[int, int]


def common(a: Sequence[Hashable], b: Sequence[Hashable], moved: Collection[Hashable] = ()) -> list[Match]:
    """Pairs of positions of equal elements, growing in both.

    Of several that are as long, in short sequences, one with the fewest elements that somebody has ``moved``.
    """
    start, end = equal_ends(a, b)
    inner_a, inner_b = a[start : len(a) - end], b[start : len(b) - end]
    if len(inner_a) * len(inner_b) <= MOST_CELLS:
        inner = longest_common(inner_a, inner_b, moved)
    else:
        inner = longest_of_unique(inner_a, inner_b)
    before = [(i, i) for i in range(start)]
    after = [(len(a) - end + i, len(b) - end + i) for i in range(end)]
    return [*before, *((i + start, j + start) for i, j in inner), *after]


def equal_ends(a: Sequence[Hashable], b: Sequence[Hashable]) -> tuple[int, int]:
    """How many elements are equal at the beginning, and of the rest at the end."""
    shorter = min(len(a), len(b))
    start = next((i for i in range(shorter) if a[i] != b[i]), shorter)
    rest = shorter - start
    end = next((i for i in range(rest) if a[len(a) - 1 - i] != b[len(b) - 1 - i]), rest)
    return start, end


def longest_common(a: Sequence[Hashable], b: Sequence[Hashable], moved: Collection[Hashable] = ()) -> list[Match]:
    # One more match outweighs all that can be said for matches with elements that nobody has moved.
    worth = [len(a) + 1 + (element not in moved) for element in a]
    lengths = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        row, below = lengths[i], lengths[i + 1]
        for j in range(len(b) - 1, -1, -1):
            row[j] = below[j + 1] + worth[i] if a[i] == b[j] else max(below[j], row[j + 1])
    found, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def longest_of_unique(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Match]:
    """Of the elements that both have exactly once, the most that are in the same order (by patience sorting)."""
    once_a, once_b = Counter(a), Counter(b)
    places = {element: j for j, element in enumerate(b) if once_b[element] == 1}
    pairs = [(i, places[element]) for i, element in enumerate(a) if once_a[element] == 1 and element in places]
    tops: list[int] = []
    piles: list[int] = []
    before: list[int | None] = []
    for number, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        before.append(piles[pile - 1] if pile else None)
        tops[pile : pile + 1] = [j]
        piles[pile : pile + 1] = [number]
    found: list[Match] = []
    here = piles[-1] if piles else None
    while here is not None:
        found.append(pairs[here])
        here = before[here]
    return found[::-1]


def aligned(
    a: Sequence[Hashable], b: Sequence[Hashable], moved: Collection[Hashable] = ()
) -> Iterator[tuple[int | None, int | None]]:
    """Every position of both once, in order. Between two matches the side with less stands first: who turned back
    early did so before the other went on."""
    done_a = done_b = 0
    for i, j in (*common(a, b, moved), (len(a), len(b))):
        only_a = [(k, None) for k in range(done_a, i)]
        only_b = [(None, k) for k in range(done_b, j)]
        yield from (*only_a, *only_b) if len(only_a) <= len(only_b) else (*only_b, *only_a)
        if i < len(a):
            yield i, j
        done_a, done_b = i + 1, j + 1
