"""What is read about a request as an exhibit: the explanation of a step, or what changed there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reqtrace.render.canvas import Canvas
from reqtrace.render.exhibit import Exhibit, Look, Steps, request_name
from reqtrace.render.exhibit_request import request_steps, request_title
from reqtrace.render.framed import framed_exhibit
from reqtrace.render.why_sections import Section
from reqtrace.trace.model import RequestTrace, Stop
from reqtrace.tui.widgets.sections import sections_canvas

__all__ = ["told_exhibit"]


def told_exhibit(
    trace: RequestTrace,
    stop: Stop | None,
    told: Callable[[RequestTrace, Stop | None], Sequence[Section]],
    *,
    part: str,
    title: str,
) -> Exhibit:
    """What is told of a step, or of the whole request; a page goes through all of them."""

    def walk(look: Look) -> Steps:
        def draw(at: int | None) -> Canvas:
            canvas = sections_canvas(told(trace, None if at is None else trace.stops[at]), look.width)
            return canvas.to_ascii() if look.ascii_only else canvas

        return request_steps(trace, draw, None if stop is None else stop.index, is_quick=True)

    return framed_exhibit(
        lambda width: sections_canvas(told(trace, stop), width),
        name=request_name(trace.summary),
        part=(part,),
        step=None if stop is None else stop.index + 1,
        title=title,
        remark=request_title(trace),
        walk=walk,
    )
