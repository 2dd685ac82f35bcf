"""Turns a trace into the rows of the waterfall: the layers, what ran in the core, what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reqtrace.analysis.findings import REPEATS_WORTH_TELLING
from reqtrace.events.holds import Hold
from reqtrace.render import symbols
from reqtrace.render.badges import has_changed
from reqtrace.render.circumstances import hop_badge, hops_by_layer, second_calls
from reqtrace.render.columns import short_name
from reqtrace.render.core_view import is_on_the_way_back, is_surprise
from reqtrace.render.funnel_holds import HoldMarks
from reqtrace.render.funnel_owners import Owners
from reqtrace.render.funnel_sides import NOT_IN_CHAIN, error_name
from reqtrace.render.hold_marks import HoldMark
from reqtrace.render.inside_words import INSIDE_SORTS, inside_words
from reqtrace.render.labels import text
from reqtrace.render.layer_times import LayerTimes, layer_times
from reqtrace.render.progress import Moment, Progress
from reqtrace.render.repeats import Group, grouped
from reqtrace.render.roles import Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.stop_spans import spans_of
from reqtrace.render.waterfall_words import LABELS, alarm_words, conversion_words, raised_words, turned_words
from reqtrace.trace.model import (
    Layer,
    LayerPass,
    RequestState,
    RequestTrace,
    Span,
    Stop,
    StopSort,
    WayState,
)

__all__ = ["Bar", "TimeRow", "end_of", "time_rows"]

_HOOKS = {
    StopSort.VIEW_HOOK: "process_view",
    StopSort.EXCEPTION_HOOK: "process_exception",
    StopSort.TEMPLATE_RESPONSE_HOOK: "process_template_response",
}
_ROLES = {
    StopSort.RESOLVED: Role.OK,
    StopSort.VIEW_HOOK: Role.DOWN,
    StopSort.VIEW: Role.INK,
    StopSort.SQL: Role.WARN,
    StopSort.TEMPLATE: Role.OK,
    StopSort.EXCEPTION_HOOK: Role.UP,
    StopSort.TEMPLATE_RESPONSE_HOOK: Role.UP,
    StopSort.CONVERTED: Role.UP,
    StopSort.HTTP: Role.HOT,
    StopSort.CACHE: Role.HOT,
    StopSort.MAIL: Role.HOT,
}
_HOT_SHARE = 4
_SILENT = (WayState.NEVER_REACHED, WayState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Bar:
    """A time in which something ran."""

    start: int
    end: int
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRow:
    """One row, at one moment."""

    label: str
    stops: tuple[int, ...]
    moment: Moment
    bars: tuple[Bar, ...] = ()
    waited: tuple[tuple[int, int], ...] = ()
    duration: int | None = None
    """Of a layer, of its own code."""
    layer: int | None = None
    """Position among the layers, if it is one."""
    inside: int | None = None
    """Position of the layer in whose code it ran."""
    depth: int = 0
    """Nesting among the rows of the core, or in the layer."""
    alarm: tuple[str, ...] = ()
    """Variants of what went another way than usual."""
    remark: str = ""
    """What stands in the place of a bar."""
    is_hot: bool = False
    is_main: bool = False
    """The view: drawn bold."""
    is_hidden: bool = False
    """Its place is kept, but it would give away what is going to happen."""
    has_told: bool = False
    """A layer that changed something."""
    is_kept: bool = False
    """It is never folded, though it is short."""
    is_missing: bool = False
    """It is not in the chain."""
    mark: HoldMark | None = None

    @property
    def is_here(self) -> bool:
        """The request is here."""
        return self.moment is Moment.HERE

    @property
    def is_vital(self) -> bool:
        """It must be seen however little room there is."""
        is_told = bool(self.alarm) or self.is_hot or self.mark is not None
        return self.is_here or is_told or self.is_main or self.is_hidden or self.is_kept


def end_of(trace: RequestTrace) -> int:
    """The last moment that is known of a request."""
    ends = [stop.time + (stop.duration or 0) for stop in trace.stops]
    return max([*ends, *(span.end or span.start for span in trace.root)], default=0)


def time_rows(trace: RequestTrace, owners: Owners, progress: Progress, holds: Sequence[Hold] = ()) -> list[TimeRow]:
    """All rows, none folded, with marks where requests are held."""
    maker = _Maker(trace, progress, HoldMarks(trace=trace, holds=holds))
    times = layer_times(trace, maker.end)
    rows: list[TimeRow] = []
    for position, (layer_pass, stops) in enumerate(zip(trace.passes, owners.layers, strict=True)):
        if layer_pass.layer.state in NOT_IN_CHAIN:
            rows.append(maker.missing(layer_pass.layer, position))
        else:
            rows += maker.layer(layer_pass, position, stops, times.get(layer_pass.layer.index))
    return [*rows, *maker.answered(), *maker.core(owners.core), *maker.sent(owners.send, owners.body)]


class _Maker:
    """What the rows of one picture are made from."""

    def __init__(self, trace: RequestTrace, progress: Progress, marks: HoldMarks) -> None:
        self.trace = trace
        self.progress = progress
        self.marks = marks
        self.end = end_of(trace)
        self.hops = hops_by_layer(trace)
        self.second_calls = second_calls(trace)

    # --- layers ------------------------------------------------------------------------------------------------

    def layer(
        self, layer_pass: LayerPass, position: int, stops: Sequence[Stop], times: LayerTimes | None
    ) -> Iterable[TimeRow]:
        layer = layer_pass.layer
        mine = [stop for stop in stops if stop.sort not in INSIDE_SORTS]
        calls = f" {symbols.TIMES}{layer_pass.calls}" if layer_pass.calls > 1 else ""
        times = times or LayerTimes()
        silent = layer_pass.way_in.state in _SILENT and self.progress.has_turned
        yield TimeRow(
            label=f"{layer.index + 1} {short_name(layer)}{calls}{hop_badge(self.hops.get(layer.index, 0))}",
            stops=tuple(stop.index for stop in mine),
            moment=self.progress.among(mine) if mine else self.progress.of(layer_pass.way_in),
            bars=(
                *(Bar(*period, Role.DOWN) for period in times.inwards),
                *(Bar(*period, Role.INK) for period in times.between),
                *(Bar(*period, Role.UP) for period in times.outwards),
            ),
            waited=tuple(times.waited),
            duration=times.own,
            layer=position,
            alarm=self._layer_alarm(layer_pass, mine),
            remark=text("funnel.never_reached") if silent else "",
            is_hot=self._is_hot(times.own),
            has_told=any(has_changed(way.changes) for way in (layer_pass.way_in, layer_pass.way_out)),
            mark=self.marks.of_whole_layer(layer.index, [stop.index for stop in mine]),
        )
        yield from self._inside([stop for stop in stops if stop.sort in INSIDE_SORTS], inside=position)

    def missing(self, layer: Layer, position: int) -> TimeRow:
        """An entry of MIDDLEWARE that takes no time, because it is not in the chain."""
        reason = sanitize(layer.reason)
        return TimeRow(
            label=f"{layer.index + 1} {short_name(layer)}",
            stops=(),
            moment=Moment.LATER,
            layer=position,
            is_missing=True,
            remark=text("funnel.not_in_chain_because", reason=reason) if reason else text("funnel.not_in_chain"),
        )

    def _layer_alarm(self, layer_pass: LayerPass, stops: Sequence[Stop]) -> tuple[str, ...]:
        for stop in stops:
            if stop.sort is StopSort.CONVERTED and self._is_told(stop):
                return conversion_words(stop)
        for way in (layer_pass.way_in, layer_pass.way_out):
            if self.progress.of(way) is Moment.LATER:
                continue
            if way.state is WayState.ANSWERED:
                return turned_words(way.status)
            if way.state is WayState.RAISED:
                return raised_words(way.span)
        times = self.second_calls.get(layer_pass.layer.index, 0)
        is_told = times > 1 and self.progress.of(layer_pass.way_out) is not Moment.LATER
        return (text("funnel.called_again_short", n=times),) if is_told else ()

    def answered(self) -> Iterable[TimeRow]:
        """What ``StaticFilesHandler`` did before any layer."""
        trace = self.trace
        if trace.summary.lane == "static" and trace.started is not None and trace.response is not None:
            start, end = trace.started.time, trace.response.time
            yield TimeRow(
                label=f"{text('static.label')} {sanitize(trace.started.handler)}",
                stops=(),
                moment=Moment.DONE,
                bars=(Bar(start, end, Role.OK),),
                duration=end - start,
                is_main=True,
            )

    # --- the core ----------------------------------------------------------------------------------------------

    def core(self, stops: Sequence[Stop]) -> Iterable[TimeRow]:
        if self.trace.summary.lane != "chain" or any(stop.sort is StopSort.VIEW for stop in stops):
            yield from self._inside(stops)
            return
        turning = next((place for place, stop in enumerate(stops) if is_on_the_way_back(stop)), len(stops))
        yield from self._inside(stops[:turning])
        yield TimeRow(
            label=text("core.view"),
            stops=(),
            moment=Moment.LATER,
            remark=text("core.never_called") if self._is_over else "",
            is_main=True,
            mark=self.marks.of_view(),
        )
        yield from self._inside(stops[turning:])

    @property
    def _is_over(self) -> bool:
        """What did not run until now will not."""
        trace = self.trace
        is_settled = trace.summary.state is not RequestState.OPEN or trace.short_circuit is not None
        return self.progress.has_turned and is_settled

    def _inside(self, stops: Sequence[Stop], *, inside: int | None = None, depth: int = 0) -> Iterable[TimeRow]:
        for group in grouped(stops):
            yield self._row(group, inside, depth + group.stop.depth)

    def _row(self, group: Group, inside: int | None, depth: int) -> TimeRow:
        stop = group.stop
        moment = self.progress.among(group.members)
        spans = spans_of(self.trace, group.members)
        is_later = moment is Moment.LATER
        alarm = () if is_later else alarm_words(stop)
        role = Role.BAD if alarm and stop.sort is not StopSort.CONVERTED else _ROLES.get(stop.sort, Role.INK)
        if stop.sort is StopSort.CONVERTED:
            bars: tuple[Bar, ...] = (Bar(stop.time, stop.time, role),)
        else:
            bars = tuple(Bar(span.start, self._until(span), role) for span in spans)
        return TimeRow(
            label=self._label(group),
            stops=tuple(member.index for member in group.members),
            moment=moment,
            bars=bars,
            duration=stop.duration,
            inside=inside,
            depth=depth,
            alarm=alarm,
            is_hot=self._is_hot(stop.duration),
            is_main=stop.sort is StopSort.VIEW,
            is_hidden=is_later and is_surprise(stop),
            is_kept=stop.sort is StopSort.SQL and stop.repeat >= REPEATS_WORTH_TELLING,
            mark=self.marks.at_stops(group.members),
        )

    def _label(self, group: Group) -> str:
        stop = group.stop
        if stop.sort in _HOOKS:
            return f"{_HOOKS[stop.sort]} {self._layer_name(stop)}".rstrip()
        build = LABELS.get(stop.sort)
        if build is not None:
            return build(group)
        words = inside_words(self.trace, group)
        told = "".join(piece for piece, _ in words.variants[-1])
        return f"{words.label} {told.strip()}"

    def _layer_name(self, stop: Stop) -> str:
        if stop.layer is None:
            return ""
        layer = self.trace.passes[stop.layer].layer
        return f"{layer.index + 1} {short_name(layer)}"

    # --- sending -----------------------------------------------------------------------------------------------

    def sent(self, stops: Sequence[Stop], body: Sequence[Stop]) -> Iterable[TimeRow]:
        frame = [stop for stop in stops if stop.sort is not StopSort.BODY]
        if frame:
            escaped = next((stop for stop in frame if stop.sort is StopSort.ESCAPED), None)
            error = error_name(self.trace.escaped.error) if self.trace.escaped is not None else ""
            is_told = escaped is not None and self._is_told(escaped)
            yield TimeRow(
                label=text("send.label"),
                stops=tuple(stop.index for stop in frame),
                moment=self.progress.among(frame),
                bars=(Bar(frame[0].time, frame[-1].time, Role.UP),),
                duration=frame[-1].time - frame[0].time if len(frame) > 1 else None,
                alarm=(f"{symbols.STATUS_SERVER_ERROR} {error}",) if is_told else (),
                is_kept=True,
            )
        for stop in stops:
            if stop.sort is StopSort.BODY:
                yield TimeRow(
                    label=text("waterfall.body"),
                    stops=(stop.index,),
                    moment=self.progress.at(stop.index),
                    bars=(Bar(stop.time, stop.time + (stop.duration or 0), Role.UP),),
                    duration=stop.duration,
                    depth=1,
                    is_hot=self._is_hot(stop.duration),
                )
        yield from self._inside(body, depth=1)

    # --- common ------------------------------------------------------------------------------------------------

    def _until(self, span: Span) -> int:
        if span.end is not None:
            return span.end
        return self.end if self.trace.summary.state is RequestState.OPEN else span.start

    def _is_told(self, stop: Stop) -> bool:
        return self.progress.at(stop.index) is not Moment.LATER

    def _is_hot(self, duration: int | None) -> bool:
        total = self.trace.summary.duration
        return bool(total and duration and duration * _HOT_SHARE >= total)
