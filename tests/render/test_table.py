"""A table shows its chosen row however little room there is, and says how much it leaves out."""

from __future__ import annotations

import pytest

from reqtrace.render.roles import INK, Surface
from reqtrace.render.table import Column, draw_empty, draw_table, share_bar

COLUMNS = (Column(head="name"), Column(head="calls", width=6, is_number=True))


def rows(number: int) -> list[tuple[tuple[tuple[str, object], ...], ...]]:
    return [(((f"row {index}", INK),), ((str(index * 100), INK),)) for index in range(number)]


@pytest.mark.parametrize("height", [3, 5, 9, 30])
@pytest.mark.parametrize("selected", [0, 1, 7, 14, 19])
def test_the_chosen_row_is_always_shown(selected: int, height: int) -> None:
    """It is marked, and a click on any shown row means that row."""
    drawing = draw_table(COLUMNS, rows(20), selected=selected, is_front=True, width=40, height=height)  # type: ignore[arg-type]
    lines = [drawing.canvas.line(y) for y in range(drawing.canvas.height)]
    assert drawing.canvas.height <= height
    (marked,) = (y for y, line in enumerate(lines) if line.startswith("▌"))
    assert f"row {selected} " in lines[marked]
    assert drawing.entry_at(marked) == selected
    for y, line in enumerate(lines):
        entry = drawing.entry_at(y)
        assert (entry is not None) is ("row " in line)
        if entry is not None:
            assert f"row {entry} " in line
    left_out = sum(int(line.split()[1]) for line in lines if "more" in line)
    assert left_out + len(drawing.entries) == 20 or height == 3


def test_only_the_table_in_front_has_a_marked_row() -> None:
    """In another the chosen row is still told by its ground."""
    drawing = draw_table(COLUMNS, rows(3), selected=1, is_front=False, width=40, height=5)  # type: ignore[arg-type]
    assert "▌" not in drawing.canvas.plain()
    assert any(run.paint.surface is Surface.BAR for run in drawing.canvas.runs(2))


def test_numbers_stand_below_each_other() -> None:
    """A column of numbers ends at the right, below its heading."""
    drawing = draw_table(COLUMNS, rows(3), selected=0, is_front=True, width=40, height=5)  # type: ignore[arg-type]
    ends = {len(drawing.canvas.line(y).rstrip()) for y in range(4)}
    assert len(ends) == 1


def test_an_empty_table_says_why() -> None:
    """It has no rows to click."""
    drawing = draw_empty("Nothing yet.", width=30, height=4)
    assert "Nothing yet." in drawing.canvas.line(0)
    assert drawing.entry_at(0) is None


@pytest.mark.parametrize(
    ("share", "bar"), [(0.0, ""), (0.06, ""), (0.07, "▌"), (0.5, "████"), (0.99, "███████▌"), (1.0, "█" * 8)]
)
def test_a_bar_is_never_longer_than_its_share(share: float, bar: str) -> None:
    """It is rounded down to half a cell."""
    assert share_bar(share, 8) == bar
