"""The pictures are shown in turn, and the waterfall stands below the funnel where there is room."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reqtrace.render.funnel import draw_funnel, funnel_height
from reqtrace.render.pictures import PICTURES, draw_flow, next_picture
from reqtrace.trace.model import RequestTrace

TraceOf = Callable[..., RequestTrace]
Golden = Callable[[str, str], None]


def test_each_picture_leads_to_the_next() -> None:
    """Funnel, onion, waterfall, funnel."""
    assert [next_picture(name) for name in PICTURES] == ["onion", "waterfall", "funnel"]


def test_the_waterfall_stands_below_the_funnel(trace_of: TraceOf, golden: Golden) -> None:
    """Where twenty rows are left beside a whole funnel, they show where the time went."""
    golden("flow_detail_90x46.txt", draw_flow(trace_of("detail"), stop=None, width=90, height=46).canvas.plain())


@pytest.mark.parametrize("name", ["detail", "static", "refused_line", "deep", "thirty_layers"])
@pytest.mark.parametrize("height", [None, 18, 40, 60])
def test_nothing_of_the_funnel_is_folded_for_it(name: str, height: int | None, trace_of: TraceOf) -> None:
    """Either the picture is the funnel alone, or all rows of the funnel are there and the waterfall fits below."""
    trace = trace_of(name)
    alone = draw_funnel(trace, stop=5, width=80, height=height)
    both = draw_flow(trace, stop=5, width=80, height=height)
    if "WHERE THE TIME WENT" not in both.canvas.plain():
        assert both.canvas.plain() == alone.canvas.plain()
        assert both.targets == alone.targets
        return
    whole = funnel_height(trace, width=80)
    title = next(y for y in range(both.canvas.height) if "WHERE THE TIME WENT" in both.canvas.line(y))
    assert height is not None
    assert whole < title
    assert both.canvas.height <= height
    assert both.stop_rows.keys() == alone.stop_rows.keys()
    below = [target for target in both.targets if target.top > title]
    assert {target.stop for target in below} >= {stop.index for stop in trace.stops if stop.layer is not None}
    assert both.stop_at(3, below[0].top) is not None


def test_ascii_reaches_all_of_it(trace_of: TraceOf) -> None:
    """Below the funnel, too, there is nothing but ASCII."""
    drawing = draw_flow(trace_of("detail"), stop=None, width=90, height=60, ascii_only=True)
    assert drawing.canvas.plain().isascii()
