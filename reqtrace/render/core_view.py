"""What the rows of the core are made from, and what all of them have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reqtrace.render.canvas import Phrase
from reqtrace.render.columns import Columns, short_name
from reqtrace.render.figures import format_duration
from reqtrace.render.funnel_core import CoreRow
from reqtrace.render.progress import Moment, Progress
from reqtrace.render.roles import Paint
from reqtrace.trace.model import Phase, RequestTrace, Stop, StopSort

__all__ = ["CoreView", "core_row", "is_on_the_way_back", "is_surprise", "layer_words"]

_HOT_SHARE = 4
"""A duration is hot from this fraction of the request's on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreView:
    """What the rows are made from."""

    trace: RequestTrace
    progress: Progress
    columns: Columns
    is_roomy: bool
    """There is room for a row a URLconf level."""

    def is_hot(self, duration: int | None) -> bool:
        """Much of the request's time went here."""
        total = self.trace.summary.duration
        return bool(total and duration and duration * _HOT_SHARE >= total)


def is_surprise(stop: Stop) -> bool:
    """There would be no such row if no exception came, so it is not shown before."""
    return stop.sort in (StopSort.EXCEPTION_HOOK, StopSort.CONVERTED) or stop.phase is Phase.LEAVE


def is_on_the_way_back(stop: Stop) -> bool:
    """An error page or a conversion: the view may never have been called."""
    return stop.sort is StopSort.CONVERTED or stop.phase is Phase.LEAVE


def core_row(
    view: CoreView, stop: Stop, label: str, paint: Paint, *variants: Phrase, later: Phrase | None = None, **more: object
) -> CoreRow:
    """``later`` is what may be told before the stop is reached, if that is less."""
    duration = stop.duration
    moment = view.progress.at(stop.index)
    if moment is Moment.LATER and later is not None:
        variants = (later,)
    row = CoreRow(
        sort=stop.sort,
        stops=(stop.index,),
        moment=moment,
        label=label,
        label_paint=paint,
        variants=variants,
        depth=stop.depth,
        time=format_duration(duration) if duration is not None else "",
        is_hidden=moment is Moment.LATER and is_surprise(stop),
        is_hot=view.is_hot(duration),
    )
    return replace(row, **more) if more else row  # type: ignore[arg-type]  # fields of CoreRow by name


def layer_words(view: CoreView, stop: Stop) -> str:
    if stop.layer is None or stop.layer >= len(view.trace.passes):
        return ""
    layer = view.trace.passes[stop.layer].layer
    return f"{layer.index + 1} {short_name(layer)}"
