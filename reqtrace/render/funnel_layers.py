"""The rows of the layers: left what a layer does on the way in, right what it does on the way out."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from reqtrace.events.kinds import Outcome
from reqtrace.render import symbols
from reqtrace.render.badges import has_changed
from reqtrace.render.canvas import Canvas, Phrase, phrase_width
from reqtrace.render.circumstances import (
    calls_badge,
    hop_badge,
    hops_by_layer,
    layer_without_response,
    second_calls,
)
from reqtrace.render.columns import Columns, short_name
from reqtrace.render.figures import format_duration
from reqtrace.render.funnel_sides import ALARM, NOT_IN_CHAIN, QUIET, Side, error_name, side_of
from reqtrace.render.hold_marks import HELD_ROW, HoldMark
from reqtrace.render.inside_words import INSIDE_SORTS, inside_words
from reqtrace.render.labels import count, text
from reqtrace.render.progress import Moment, Progress
from reqtrace.render.repeats import Group
from reqtrace.render.roles import LIT, Paint, Role, Surface
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import Direction, LayerPass, RequestTrace, Stop, StopSort, Way, WayState

__all__ = ["FoldRow", "LayerRow", "LegendRow", "layer_row"]

_NAME = Paint(Role.INK, Surface.BLOCK, bold=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendRow:
    """What the two sides are, for pictures with room; or what is unusual about the request."""

    note: str = ""
    """In the place of the headings."""
    height: int = 1
    stops: tuple[int, ...] = ()
    is_vital: bool = False

    def paint(self, canvas: Canvas, y: int, columns: Columns) -> None:
        """Draw the three headings over their columns, or the note."""
        left, right = columns.block(0)
        if self.note:
            canvas.put(left + 1, y, self.note, Paint(Role.WARN), width=right - left - 2)
            return
        canvas.put(columns.name + 1, y, text("funnel.middle"), Paint(Role.SKIP))
        coming_in, coming_out = text("funnel.going_in"), text("funnel.coming_out")
        if cell_len(coming_in) > columns.name - left - 2 or cell_len(coming_out) > right - columns.name_end - 2:
            coming_in, coming_out = text("funnel.going_in_short"), text("funnel.coming_out_short")
        canvas.put(left + 1, y, coming_in, Paint(Role.DOWN))
        canvas.put(right - 1 - cell_len(coming_out), y, coming_out, Paint(Role.UP))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldRow:
    """Neighbouring layers with nothing to tell, in one row."""

    rows: tuple[LayerRow, ...]
    words: str
    """Key of what they have in common."""
    moment_in: Moment
    moment_out: Moment
    height: int = 1
    is_vital: bool = False

    @property
    def stops(self) -> tuple[int, ...]:
        """All stops of the folded layers."""
        return tuple(stop for row in self.rows for stop in row.stops)

    @property
    def position(self) -> int:
        """The place of the outermost of them."""
        return self.rows[0].position

    def paint(self, canvas: Canvas, y: int, columns: Columns) -> None:
        """Draw how many they are, and their names as far as they fit."""
        left, right = columns.block(self.position)
        canvas.fill(left, y, right, QUIET)
        is_to_come = self.words == "funnel.folded" and self.moment_in is Moment.LATER
        words = count("funnel.folded_to_come" if is_to_come else self.words, len(self.rows))
        if changing := sum(row.changes > 0 for row in self.rows):
            words = text("funnel.folded_changing", words=words, n=changing)
        names = ", ".join(short_name(row.layer_pass.layer) for row in self.rows)
        canvas.put(left + 1, y, f"{words}: {names}", QUIET, width=right - left - 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """One layer, at one moment."""

    layer_pass: LayerPass
    position: int
    stops_in: tuple[int, ...]
    stops_out: tuple[int, ...]
    moment_in: Moment
    moment_out: Moment
    side_in: Side
    side_out: Side
    height: int = 1
    time_width: int = 0
    """Cells of the widest time on the way out, so that they stand below each other."""
    is_converted: bool = False
    """The film around it made a response of an exception."""
    hops: int = 0
    """Changes between thread and event loop because of this layer."""
    mark_in: HoldMark | None = None
    mark_out: HoldMark | None = None

    @property
    def stops(self) -> tuple[int, ...]:
        """All stops shown here."""
        return self.stops_in + self.stops_out

    @property
    def is_here(self) -> bool:
        """The request is in this layer."""
        return Moment.HERE in (self.moment_in, self.moment_out)

    @property
    def is_vital(self) -> bool:
        """Something happened here that must not be folded away."""
        return self.is_striking or self.changes > 0

    @property
    def is_striking(self) -> bool:
        """It is not the usual way that the request went here, or it is here now."""
        is_marked = self.mark_in is not None or self.mark_out is not None
        is_alarming = self.side_in.is_alarm or self.side_out.is_alarm or self.is_converted
        has_another_status = any(one.change.part == "status" for one in self.layer_pass.way_out.changes)
        return self.is_here or is_marked or is_alarming or has_another_status or self.layer_pass.calls > 1

    @property
    def changes(self) -> int:
        """In how many directions it changed something."""
        return sum(has_changed(way.changes) for way in (self.layer_pass.way_in, self.layer_pass.way_out))

    @property
    def folds_as(self) -> str:
        """Key of the words for such layers folded together; empty if this one must be seen."""
        if self.is_vital:
            return ""
        if self.is_skipped:
            return "funnel.folded_skipped"
        return "funnel.folded_silent" if self.is_silent else "funnel.folded"

    @property
    def is_silent(self) -> bool:
        """Neither direction was reached."""
        silent = (WayState.NEVER_REACHED, WayState.SKIPPED)
        return self.layer_pass.way_in.state in silent and self.moment_in is Moment.DONE

    @property
    def is_skipped(self) -> bool:
        """There is no such layer in the chain."""
        return self.layer_pass.layer.state in NOT_IN_CHAIN

    def paint(self, canvas: Canvas, y: int, columns: Columns) -> None:
        """Draw the block with its three parts, and light it where the request is."""
        left, right = columns.block(self.position)
        for line in range(self.height):
            canvas.fill(left, y + line, right, QUIET)
        self._paint_in(canvas, y, left + 1, columns.name)
        self._paint_name(canvas, y, columns)
        self._paint_out(canvas, y, columns.name_end, right - 1)
        if self.is_skipped:
            for line in range(self.height):
                canvas.repaint(left, y + line, right, Paint(Role.SKIP, italic=True))
        if self.moment_in is Moment.HERE:
            alarm_end = columns.name if self.side_in.is_alarm else left
            self._light(canvas, y, left, columns.name_end, alarm_end=alarm_end, mark=self.mark_in)
        elif self.moment_out is Moment.HERE:
            self._light(canvas, y, columns.name, right, alarm_end=columns.name, mark=self.mark_out)

    def _light(self, canvas: Canvas, y: int, start: int, end: int, *, alarm_end: int, mark: HoldMark | None) -> None:
        lit = HELD_ROW if mark is HoldMark.HELD else LIT
        for line in range(self.height):
            canvas.repaint(alarm_end, y + line, end, lit._replace(bold=not line))
        if alarm_end > start:
            canvas.repaint(start, y, alarm_end, ALARM)

    def _words(self, side: Side) -> tuple[Phrase, ...]:
        """Beside a badge the hook is only named when there is no second line to name it in."""
        repeats = self.height > 1 and bool(side.below) and len(side.variants[0]) > 1
        return side.variants[1:] if repeats else side.variants

    def _paint_in(self, canvas: Canvas, y: int, left: int, end: int) -> None:
        side = self.side_in
        if self.mark_in is not None:
            left = canvas.put(left, y, self.mark_in.words, self.mark_in.paint) + 1
        room = end - left
        phrase, has_time = _choose(self._words(side), side.time, room - 1, words_first=side.is_alarm)
        if side.is_alarm:
            canvas.fill(left - 1, y, end, ALARM)
        time_x = end - cell_len(side.time)
        canvas.put_phrase(left, y, phrase, width=(time_x - 1 if has_time else end) - left)
        if has_time:
            canvas.put(time_x, y, side.time, ALARM if side.is_alarm else QUIET)
        if self.height > 1 and side.below:
            canvas.put_phrase(left, y + 1, _choose(side.below, "", room)[0], width=room - 1)

    def _paint_out(self, canvas: Canvas, y: int, start: int, right: int) -> None:
        side = self.side_out
        if self.mark_out is not None:
            width = cell_len(self.mark_out.words)
            canvas.put(right - width, y, self.mark_out.words, self.mark_out.paint)
            right -= width + 1
        room = right - start
        padding = max(self.time_width - cell_len(side.time), 0) if side.time else 0
        phrase, has_time = _choose(self._words(side), side.time, room - padding - 1, words_first=side.is_alarm)
        below_start = start
        if has_time:
            start = canvas.put(start + padding, y, side.time, QUIET) + 1
        x = max(right - phrase_width(phrase), start)
        if side.is_alarm:
            canvas.fill(x - 1, y, right + 1, ALARM)
        canvas.put_phrase(x, y, phrase, width=right - x)
        if self.height > 1 and side.below:
            below = _choose(side.below, "", room)[0]
            canvas.put_phrase(max(right - phrase_width(below), below_start), y + 1, below, width=room)

    def _paint_name(self, canvas: Canvas, y: int, columns: Columns) -> None:
        layer = self.layer_pass.layer
        paint = QUIET if self.is_silent else _NAME
        number = str(layer.index + 1).rjust(columns.number_width)
        x = canvas.put(columns.name + 1, y, f"{number} ", paint)
        calls = calls_badge(self.layer_pass.calls) + hop_badge(self.hops)
        room = columns.name_end - x - (1 if columns.name_end - x > 1 else 0)
        x = canvas.put(x, y, columns.name_of(layer), paint, width=room - cell_len(calls))
        canvas.put(x, y, calls, Paint(Role.WARN, Surface.BLOCK, bold=True))
        if self.height > 1:
            start = columns.name + 2 + columns.number_width
            room = columns.name_end - start
            modules = tuple(((words, QUIET),) for words in _origins(layer.path, layer.adapted))
            canvas.put_phrase(start, y + 1, _choose(modules, "", room - 1)[0], width=room - 1)


def _origins(path: str, adapted: str) -> tuple[str, ...]:
    """The module a layer comes from, in less and less room; ``…sessions.middleware`` ends as ``sessions``."""
    parts = sanitize(path).split(".")[:-1]
    shorter = [".".join(parts[start:]) for start in range(max(len(parts) - 1, 1))]
    if parts[-1:] == ["middleware"]:
        parts = parts[:-1]
    shorter += [".".join(parts[start:]) for start in range(len(parts))]
    if not adapted:
        return tuple(shorter)
    return (*(f"{words} {symbols.DOT} {adapted}" for words in shorter), adapted)


def _choose(variants: tuple[Phrase, ...], time: str, room: int, *, words_first: bool = False) -> tuple[Phrase, bool]:
    """The first variant that fits beside the time, else one that fits without it, else the last.

    With ``words_first`` the longest words that fit at all come before the time.
    """
    beside = room - cell_len(time)
    for phrase in () if words_first else variants:
        if phrase_width(phrase) <= beside:
            return phrase, bool(time)
    for phrase in variants:
        width = phrase_width(phrase)
        if width <= room:
            return phrase, bool(time) and width <= beside
    return variants[-1], False


def layer_row(
    trace: RequestTrace, layer_pass: LayerPass, position: int, stops: tuple[Stop, ...], progress: Progress
) -> LayerRow:
    """The row of a layer; ``stops`` are all stops that happen in it, those of its own queries included."""
    way_in, way_out = layer_pass.way_in, layer_pass.way_out
    stops_in = tuple(stop for stop in stops if _is_inward(stop))
    stops_out = tuple(stop for stop in stops if not _is_inward(stop))
    moment_in = progress.of(way_in) if not stops_in else progress.among(stops_in)
    moment_out = progress.of(way_out) if not stops_out else progress.among(stops_out)
    return LayerRow(
        layer_pass=layer_pass,
        position=position,
        hops=hops_by_layer(trace).get(layer_pass.layer.index, 0),
        is_converted=any(stop.sort is StopSort.CONVERTED for stop in stops),
        stops_in=tuple(stop.index for stop in stops_in),
        stops_out=tuple(stop.index for stop in stops_out),
        moment_in=moment_in,
        moment_out=moment_out,
        side_in=_inner_side(trace, stops_in, progress)
        or side_of(layer_pass.layer, way_in, Direction.IN, moment_in, _inner(stops_in)),
        side_out=_inner_side(trace, stops_out, progress)
        or _converted_side(stops_out, progress)
        or _no_response_side(trace, way_out, layer_pass.layer.index, moment_out)
        or _called_again_side(trace, way_out, layer_pass.layer.index, moment_out)
        or side_of(layer_pass.layer, way_out, Direction.OUT, moment_out, _inner(stops_out)),
    )


def _is_inward(stop: Stop) -> bool:
    return stop.direction is Direction.IN and stop.sort is not StopSort.CONVERTED


def _inner(stops: tuple[Stop, ...]) -> tuple[Stop, ...]:
    return tuple(stop for stop in stops if stop.sort in INSIDE_SORTS)


def _inner_side(trace: RequestTrace, stops: tuple[Stop, ...], progress: Progress) -> Side | None:
    """The statement or template that runs right now inside the layer's own code."""
    for stop in _inner(stops):
        if progress.at(stop.index) is Moment.HERE and stop.span is not None:
            told = inside_words(trace, Group(stop, (stop,)))
            label: Phrase = ((f"{told.label} ", QUIET),)
            variants = tuple(
                (*label, *((words, paint.on(Surface.BLOCK)) for words, paint in phrase)) for phrase in told.variants
            )
            return Side(variants=variants, time=format_duration(stop.duration))
    return None


def _no_response_side(trace: RequestTrace, way: Way, layer: int, moment: Moment) -> Side | None:
    """The layer lost the response: what is outside of it will fail on what it gave back instead."""
    if moment is Moment.LATER or way.state is not WayState.RAN or layer_without_response(trace) != layer:
        return None
    key = "funnel.returned_none" if way.outcome is Outcome.none else "core.no_response"
    return Side(
        variants=tuple(((text(one), ALARM),) for one in (key, "funnel.returned_other_short")),
        below=(((way.hook, QUIET),),),
        time=format_duration(way.duration) if way.duration is not None else "",
        is_alarm=True,
    )


def _called_again_side(trace: RequestTrace, way: Way, layer: int, moment: Moment) -> Side | None:
    """The layer has called ``get_response`` more than once, which matters more than whatever else it did."""
    times = second_calls(trace).get(layer, 0)
    if times < 2 or moment is Moment.LATER:
        return None
    paint = Paint(Role.WARN, Surface.BLOCK, bold=True)
    keys = ("funnel.called_again", "funnel.called_again_short")
    return Side(
        variants=tuple(((text(key, n=times), paint),) for key in keys),
        below=(((way.hook, QUIET),),),
        time=format_duration(way.duration) if way.duration is not None else "",
    )


def _converted_side(stops: tuple[Stop, ...], progress: Progress) -> Side | None:
    """The film around this layer turned an exception of its own into a response."""
    for stop in stops:
        if stop.sort is StopSort.CONVERTED and stop.span is not None and progress.at(stop.index) is not Moment.LATER:
            for converted in stop.span.converted:
                name = error_name(converted.error)
                words = text("funnel.converted", error=name, status=converted.status)
                paint = Paint(Role.BAD, Surface.BLOCK, bold=True)
                return Side(
                    variants=(((words, paint),), ((f"{symbols.ARROW} {converted.status}", paint),)),
                    below=(((text("funnel.film"), QUIET),),),
                    is_alarm=False,
                )
    return None
