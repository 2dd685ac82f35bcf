"""The boxes of the onion: a layer each, or neighbours together where there is too little room for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reqtrace.render import symbols
from reqtrace.render.badges import has_changed
from reqtrace.render.canvas import Phrase
from reqtrace.render.circumstances import hop_badge
from reqtrace.render.columns import short_name
from reqtrace.render.funnel_layers import LayerRow
from reqtrace.render.funnel_sides import Side
from reqtrace.render.hold_marks import HoldMark
from reqtrace.render.labels import text
from reqtrace.render.progress import Moment
from reqtrace.render.roles import INK, LIT, Paint, Role, Surface
from reqtrace.trace.model import Way, WayState

__all__ = ["Box", "boxes_of", "joined"]

_BOLD = Paint(Role.INK, bold=True)
_QUIET = Paint(Role.SKIP)
_WARN = Paint(Role.WARN, bold=True)
_TURNING = (WayState.ANSWERED, WayState.RAISED)
_SILENT = (WayState.NEVER_REACHED, WayState.UNKNOWN)
_NOTHING, _PASSED, _CHANGED, _TELLING = 0, 1, 100, 10_000
"""How much a layer has to tell, by which it is decided who shares a box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One or more neighbouring layers."""

    rows: tuple[LayerRow, ...]

    @property
    def stops_in(self) -> tuple[int, ...]:
        """Stops that the upper edge stands for."""
        return tuple(stop for row in self.rows for stop in row.stops_in)

    @property
    def stops_out(self) -> tuple[int, ...]:
        """Stops that the lower edge stands for."""
        return tuple(stop for row in reversed(self.rows) for stop in row.stops_out)

    @property
    def is_here(self) -> bool:
        """The request is in one of its layers."""
        return any(row.is_here for row in self.rows)

    @property
    def is_entered(self) -> bool:
        """The request has come as far as here."""
        first = self.rows[0]
        return first.moment_in is not Moment.LATER and not first.is_silent

    @property
    def is_left(self) -> bool:
        """The response has come past it."""
        first = self.rows[0]
        return self.is_entered and bool(first.stops_out) and first.moment_out is Moment.DONE

    @property
    def weight(self) -> int:
        """How much there is to tell of its layers, whatever the current stop is: boxes must not jump."""
        return sum(_weight(row) for row in self.rows)

    def is_held(self, *, is_way_out: bool) -> bool:
        """The request waits at this edge."""
        return any((row.mark_out if is_way_out else row.mark_in) is HoldMark.HELD for row in self.rows)

    # --- words -------------------------------------------------------------------------------------------------

    def upper(self) -> Iterator[Phrase]:
        """Variants of what stands in the upper edge: who it is, and what was done on the way in."""
        node = _node(self.rows, [row.moment_in for row in self.rows])
        said = [self._said(row, row.side_in, row.layer_pass.way_in) for row in self.rows]
        if self.rows[0].is_silent:
            said = said[:1]
        for words in _variants(said):
            yield (node, *self._names(), *((("  ", INK), *words) if words else ()))
        if len(self.rows) > 1:
            here = [row for row in self.rows if row.moment_in is Moment.HERE]
            first, last = (row.layer_pass.layer.index + 1 for row in (self.rows[0], self.rows[-1]))
            together = text("onion.layers", first=first, last=last, n=len(self.rows))
            names = [piece for row in here for piece in (("  ", INK), *_name(row, LIT))]
            yield (node, (together, _BOLD if self.is_entered else _QUIET), *names)

    def lower(self) -> Iterator[Phrase]:
        """Variants of what stands in the lower edge: what was done on the way out."""
        rows = self.rows[::-1]
        has_run = rows[0].layer_pass.way_out.state is not WayState.NOT_RUN or rows[0].side_out.has_node
        glyph, paint = _node(rows, [row.moment_out if has_run else Moment.LATER for row in rows])
        here = [piece for row in rows if row.moment_out is Moment.HERE for piece in (*_name(row, LIT), (" ", LIT))]
        said = [] if rows[0].is_silent else [self._said(row, row.side_out, row.layer_pass.way_out) for row in rows]
        marks = [piece for row in rows for piece in _marked(row.mark_out)]
        for words in _variants(said):
            yield (*here, *((*words, (" ", INK)) if words else ()), *marks, (glyph.strip(), paint))

    def _said(self, row: LayerRow, side: Side, way: Way) -> list[Phrase]:
        """What to say beside the name, without the names of hooks that did nothing to speak of."""
        moment = row.moment_in if way is row.layer_pass.way_in else row.moment_out
        if moment is Moment.LATER or (way.state is WayState.NO_HOOK and len(self.rows) > 1):
            return []
        if way.state is WayState.NO_HOOK or side.is_alarm or not way.hook:
            return [_on_page(phrase) for phrase in side.variants]
        phrases = [_on_page(_without(phrase, way.hook)) for phrase in side.variants]
        return [phrase for phrase in phrases if phrase]

    def _names(self) -> Iterator[tuple[str, Paint]]:
        for place, row in enumerate(self.rows):
            if place:
                yield ", ", _QUIET
            yield from _marked(row.mark_in)
            reached = row.moment_in is not Moment.LATER and not row.is_silent
            yield from _name(row, LIT if row.moment_in is Moment.HERE else _BOLD if reached else _QUIET)


def boxes_of(rows: Sequence[LayerRow], most: int) -> list[Box]:
    """At most so many boxes: neighbours that have little to tell share one, those that matter never do."""
    boxes = [Box(rows=(row,)) for row in rows]
    while len(boxes) > max(most, 1):
        pairs = range(len(boxes) - 1)
        best = min(pairs, key=lambda place: (boxes[place].weight + boxes[place + 1].weight, -place))
        if max(boxes[best].weight, boxes[best + 1].weight) >= _TELLING:
            break
        boxes[best : best + 2] = [joined(boxes[best], boxes[best + 1])]
    return boxes


def joined(one: Box, other: Box) -> Box:
    """The layers of two neighbours in one box."""
    return Box(rows=one.rows + other.rows)


def _weight(row: LayerRow) -> int:
    layer_pass = row.layer_pass
    ways = layer_pass.way_in, layer_pass.way_out
    is_marked = row.mark_in is not None or row.mark_out is not None
    if is_marked or layer_pass.calls > 1 or any(way.state in _TURNING for way in ways):
        return _TELLING
    if layer_pass.way_in.state in _SILENT:
        return _NOTHING
    return _CHANGED if any(has_changed(way.changes) for way in ways) else _PASSED


# --- words -------------------------------------------------------------------------------------------------------


def _node(rows: Sequence[LayerRow], moments: Sequence[Moment]) -> tuple[str, Paint]:
    if Moment.HERE in moments:
        return f"{symbols.NODE_HERE} ", LIT
    if rows[0].is_silent or Moment.LATER in moments:
        return f"{symbols.NODE_LATER} ", _QUIET
    return f"{symbols.NODE_DONE} ", INK


def _marked(mark: HoldMark | None) -> Phrase:
    return () if mark is None else ((mark.words, mark.paint), (" ", INK))


def _name(row: LayerRow, paint: Paint) -> Iterator[tuple[str, Paint]]:
    layer = row.layer_pass.layer
    yield f"{layer.index + 1} {short_name(layer)}", paint
    calls = f" {symbols.TIMES}{row.layer_pass.calls}" if row.layer_pass.calls > 1 else ""
    badge = calls + hop_badge(row.hops)
    if badge:
        yield badge, _WARN


def _without(phrase: Phrase, hook: str) -> Phrase:
    pieces = [(words.replace(hook, "").strip(f" {symbols.DOT}"), paint) for words, paint in phrase]
    told = [(words, paint) for words, paint in pieces if words]
    return tuple(piece for place, one in enumerate(told) for piece in ([(" ", INK), one] if place else [one]))


def _on_page(phrase: Phrase) -> Phrase:
    return tuple((words, paint.on(Surface.PAGE)) for words, paint in phrase)


def _variants(said: Sequence[Sequence[Phrase]]) -> Iterator[Phrase]:
    """Everything in the longest words, in shorter ones, then nothing."""
    telling = [variants for variants in said if variants]
    for size in range(max((len(variants) for variants in telling), default=0)):
        phrases = [variants[min(size, len(variants) - 1)] for variants in telling]
        yield tuple(piece for place, one in enumerate(phrases) for piece in ([(", ", _QUIET), *one] if place else one))
    yield ()
