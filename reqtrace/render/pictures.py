"""The pictures of a request, and the one that stands below another where there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from reqtrace.events.holds import Hold
from reqtrace.render import symbols
from reqtrace.render.drawing import Drawing
from reqtrace.render.funnel import draw_funnel, funnel_height
from reqtrace.render.labels import text
from reqtrace.render.onion import draw_onion
from reqtrace.render.progress import progress_at
from reqtrace.render.roles import Paint, Role
from reqtrace.render.waterfall import draw_waterfall, paint_times
from reqtrace.trace.model import RequestTrace

__all__ = ["PICTURES", "Picture", "draw_flow", "next_picture"]

SPARE = 20
"""Rows from which on the waterfall stands below the funnel."""


class Picture(Protocol):
    """Draws a request as it is at a stop, or finished; ``holds`` are places where requests are held."""

    def __call__(
        self,
        trace: RequestTrace,
        *,
        stop: int | None,
        width: int,
        height: int | None,
        ascii_only: bool = False,
        holds: Sequence[Hold] = (),
    ) -> Drawing:
        """A pure function of all of them."""


def draw_flow(
    trace: RequestTrace,
    *,
    stop: int | None,
    width: int,
    height: int | None,
    ascii_only: bool = False,
    holds: Sequence[Hold] = (),
) -> Drawing:
    """The funnel, with the waterfall below it if ``SPARE`` rows are left when nothing of the funnel is folded."""
    if height is None or trace.summary.lane != "chain" or funnel_height(trace, width=width) + SPARE > height:
        return draw_funnel(trace, stop=stop, width=width, height=height, ascii_only=ascii_only, holds=holds)
    drawing = draw_funnel(trace, stop=stop, width=width, height=height - SPARE, holds=holds)
    canvas, top = drawing.canvas, drawing.canvas.height + 1
    x = canvas.put(1, top, text("waterfall.title"), Paint(Role.INK, bold=True)) + 1
    canvas.fill(x, top, canvas.width - 1, Paint(Role.RULE), symbols.RULE)
    targets = paint_times(canvas, trace, progress_at(trace, stop), top + 1, height - top - 1)
    return Drawing(
        canvas=canvas.to_ascii() if ascii_only else canvas,
        stop_rows=drawing.stop_rows,
        targets=(*drawing.targets, *targets),
    )


PICTURES: Mapping[str, Picture] = {
    "funnel": draw_flow,
    "onion": draw_onion,
    "waterfall": draw_waterfall,
}
"""By name, in the order in which they are shown."""


def next_picture(name: str) -> str:
    """The picture after this one, and after the last the first."""
    names = list(PICTURES)
    return names[(names.index(name) + 1) % len(names)]
