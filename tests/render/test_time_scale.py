"""A bar is never drawn longer than its time, and what is too short for a bar gets a mark that is none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import INK
from reqtrace.render.time_scale import TimeScale

CELLS = {symbols.BAR_FULL: 1.0, symbols.BAR_LEFT: 0.5, symbols.BAR_RIGHT: 0.5}


def row_of(scale: TimeScale, start: int, end: int) -> str:
    canvas = Canvas(scale.right + 2, 1)
    scale.paint_bar(canvas, 0, start, end, INK)
    return canvas.line(0)


@given(
    total=st.integers(1, 10**11),
    width=st.integers(1, 150),
    times=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_bar_covers_no_more_than_its_time(total: int, width: int, times: tuple[float, float]) -> None:
    """Whatever the scale, the cells of a bar are at most its share of the axis, and it lacks less than a cell."""
    scale = TimeScale(begin=1_000, end=1_000 + total, left=3, right=3 + width)
    start, end = sorted(1_000 + int(share * total) for share in times)
    row = row_of(scale, start, end)
    drawn = sum(CELLS.get(character, 0.0) for character in row)
    exact = (end - start) * width / total
    assert drawn <= exact + 1e-6
    assert drawn > exact - 1 - 1e-6
    assert (symbols.TOO_SHORT in row) is (drawn == 0)
    assert row[:3].isspace()
    assert row[3 + width :].isspace()


def test_what_fills_no_half_cell_gets_a_mark_where_it_began() -> None:
    """Forty nanoseconds of a second are a mark in their place, and no bar."""
    scale = TimeScale(begin=0, end=1_000_000_000, left=0, right=10)
    assert row_of(scale, 550_000_000, 550_000_040).rstrip() == f"     {symbols.TOO_SHORT}"
    assert scale.shortest == 50_000_000


def test_a_bar_may_begin_and_end_in_the_middle_of_a_cell() -> None:
    """Half cells are drawn as such."""
    scale = TimeScale(begin=0, end=100, left=0, right=10)
    assert row_of(scale, 5, 35).rstrip() == "▐██▌"


@given(total=st.integers(1, 10**11), width=st.integers(10, 150))
def test_ticks_are_round_and_inside(total: int, width: int) -> None:
    """The axis begins with 0, its labels do not touch, and none stands outside."""
    scale = TimeScale(begin=0, end=total, left=2, right=2 + width)
    canvas = Canvas(width + 4, 1)
    scale.paint_axis(canvas, 0)
    line = canvas.line(0)
    assert line[2:4] == f"{symbols.LANE_LATER}0"
    assert line[2 + width :].isspace()
    assert all(part for part in line.strip().split(symbols.LANE_LATER)[1:-1])
