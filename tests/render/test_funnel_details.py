"""Many details in a row are folded; what matters in between, and what it ran in, stays."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reqtrace.render.canvas import Phrase
from reqtrace.render.funnel_core import CoreRow
from reqtrace.render.funnel_details import fold_details
from reqtrace.render.progress import Moment
from reqtrace.render.roles import INK
from reqtrace.trace.model import StopSort

TAG, SQL, CALL = StopSort.TAG, StopSort.SQL, StopSort.CALL


def rows_of(*told: tuple[StopSort, int], here: int = -1) -> list[CoreRow]:
    words: Phrase = (("", INK),)
    return [
        CoreRow(
            sort=sort,
            stops=(number,),
            moment=Moment.HERE if number == here else Moment.DONE,
            label=f"{sort.value} {number}",
            label_paint=INK,
            variants=(words,),
            depth=depth,
            is_vital=False,
        )
        for number, (sort, depth) in enumerate(told)
    ]


def told(rows: Sequence[CoreRow]) -> list[str]:
    return [row.label or row.variants[0][0][0] for row in rows]


def test_few_details_are_all_shown() -> None:
    """Six tags are no flood."""
    rows = rows_of(*[(TAG, 1)] * 6)
    assert fold_details(rows) == rows


def test_many_are_counted_by_sort() -> None:
    """Three are shown, the rest is a row that leads to all its stops."""
    folded = fold_details(rows_of(*[(TAG, 1)] * 8, *[(CALL, 1)] * 2))
    assert told(folded) == ["tag 0", "tag 1", "tag 2", "… 5 tags, 2 calls"]
    assert folded[-1].stops == (3, 4, 5, 6, 7, 8, 9)


def test_what_a_statement_ran_in_is_shown() -> None:
    """The tag around it, and nothing else of its run."""
    folded = fold_details(rows_of(*[(TAG, 1)] * 8, (TAG, 2), (SQL, 3)))
    assert told(folded) == ["tag 0", "tag 1", "tag 2", "… 4 tags", "tag 7", "tag 8", "sql 9"]


@pytest.mark.parametrize("here", [5, 9])
def test_where_the_request_is_is_shown(here: int) -> None:
    """Stepping through a fold lights its row."""
    folded = fold_details(rows_of(*[(TAG, 1)] * 20, here=here))
    assert f"tag {here}" in told(folded)
