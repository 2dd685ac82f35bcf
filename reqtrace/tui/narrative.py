"""What is said about a request at a stop: the two lines below the picture, and the longer text beside it."""

from __future__ import annotations

from collections.abc import Iterator

from reqtrace.analysis.explain import narrate
from reqtrace.render import symbols
from reqtrace.render.canvas import Phrase, Piece
from reqtrace.render.detail_lines import detail_lines
from reqtrace.render.figures import format_duration, status_mark, status_role
from reqtrace.render.labels import count as label_count
from reqtrace.render.narration import Counted, held_text, message_text
from reqtrace.render.notes import notes_of
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.why_sections import why_here
from reqtrace.trace.model import Direction, RequestState, RequestTrace, SpanChange, Stop, StopSort
from reqtrace.tui.widgets.notice import NoticeText
from reqtrace.tui.words import word

__all__ = ["happened", "narrative", "notice_narrative", "shown_stop", "telling_stop", "why_title"]

STRONG = Paint(bold=True)
QUIET = Paint(Role.SKIP)
HELD = Paint(Role.WARN, bold=True, reverse=True)
MOST_CHANGES = 4

_DIRECTIONS: dict[Direction, tuple[str, str, Paint]] = {
    Direction.IN: ("narration.in", f" {symbols.REQUEST}", Paint(Role.DOWN, bold=True)),
    Direction.CORE: ("narration.core", "", STRONG),
    Direction.OUT: ("narration.out", f" {symbols.RESPONSE}", Paint(Role.UP, bold=True)),
}


def shown_stop(trace: RequestTrace, stop: int | None) -> Stop | None:
    """The stop the picture is at: the chosen one, the newest of an open request, none of a finished one."""
    if stop is not None and stop < len(trace.stops):
        return trace.stops[stop]
    if trace.summary.state is RequestState.OPEN and trace.stops:
        return trace.stops[-1]
    return None


def telling_stop(trace: RequestTrace) -> Stop | None:
    """The stop of a finished request whose source is most worth a look: what raised, what turned back, the view."""
    raising = next((stop for stop in trace.stops if stop.span is not None and stop.span.raised is not None), None)
    view = next((stop for stop in trace.stops if stop.sort is StopSort.VIEW), None)
    return raising or trace.short_circuit or view


def notice_narrative(notice: NoticeText) -> tuple[Phrase, ...]:
    """The same of what stands in the place of the picture."""
    more = (*notice.lines, *notice.hints)[:1]
    return ((notice.title, STRONG),), *(((line, INK),) for line in more)


def narrative(trace: RequestTrace | None, stop: int | None) -> tuple[Phrase, ...]:
    """Two lines that can be read aloud."""
    if trace is None:
        return ()
    current = shown_stop(trace, stop)
    if current is None:
        return _outcome(trace)
    narration = narrate(trace, current)
    place = word("narration.step", n=current.index + 1, total=len(trace.stops))
    direction, arrow, paint = _DIRECTIONS[current.direction]
    is_held = _is_held_at(trace, current)
    title: Phrase = (
        (place, STRONG),
        ("  ", INK),
        (word(direction) + arrow, paint),
        ("  ", INK),
        (held_text(narration.title) if is_held else message_text(narration.title), STRONG),
    )
    if is_held:
        held = (f" {word('hold.here')} ", HELD)
        return (held, ("  ", INK), *title), (
            (word("hold.hint"), STRONG),
            ("  ", INK),
            (word("hold.waits"), INK),
        )
    return title, ((message_text(narration.why), INK),)


def _is_held_at(trace: RequestTrace, stop: Stop) -> bool:
    """The request waits before what this stop is about."""
    return trace.summary.is_held and stop.index == len(trace.stops) - 1


def _outcome(trace: RequestTrace) -> tuple[Phrase, ...]:
    summary = trace.summary
    state = word(f"outcome.{summary.state.value}")
    target = sanitize(f"{summary.method} {summary.path}")
    pieces: list[Piece] = [(state, STRONG), ("  ", INK)]
    if summary.status:
        pieces += [(status_mark(summary.status), Paint(status_role(summary.status), bold=True)), ("  ", INK)]
    pieces += [(format_duration(summary.duration), STRONG), ("  ", INK), (target, STRONG)]
    notes = notes_of(trace)
    second = notes[0].words if notes else word("outcome.steps", total=Counted(len(trace.stops)))
    return tuple(pieces), ((second, INK),)


def happened(trace: RequestTrace | None, stop: int | None) -> tuple[Piece, ...]:
    """One paragraph a piece: the same in more words, with what was there before and after."""
    if trace is None:
        return ()
    current = shown_stop(trace, stop)
    if current is None:
        lines = [(note.words, Paint(note.role)) for note in notes_of(trace)]
        return (_flat(_outcome(trace)[0]), ("", INK), *lines, (_totals(trace), QUIET))
    narration = narrate(trace, current)
    is_held = _is_held_at(trace, current)
    return (
        (held_text(narration.title) if is_held else message_text(narration.title), STRONG),
        (word("hold.waits") if is_held else message_text(narration.why), INK),
        ("", INK),
        *((words, INK) for words in _changes(trace, current)),
        *((line.words, line.paint) for line in why_here(trace, current)),
        *((words, QUIET) for words in detail_lines(trace, current)),
        *_took(current),
    )


def why_title(trace: RequestTrace, stop: Stop | None) -> str:
    """What is asked about: the step, or the request."""
    if stop is None:
        return word("why.title.request", n=trace.summary.ordinal)
    place = word("narration.step", n=stop.index + 1, total=len(trace.stops))
    return word("why.title.step", place=place, title=message_text(narrate(trace, stop).title))


def _flat(phrase: Phrase) -> Piece:
    return "".join(text for text, _ in phrase), STRONG


def _totals(trace: RequestTrace) -> str:
    def count(sort: StopSort) -> int:
        return sum(stop.repeat for stop in trace.stops if stop.sort is sort)

    layers = sum(layer_pass.calls > 0 for layer_pass in trace.passes)
    queries, templates = count(StopSort.SQL), count(StopSort.TEMPLATE)
    return word("happened.totals", layers=layers, queries=queries, templates=templates)


def _changes(trace: RequestTrace, stop: Stop) -> Iterator[str]:
    changes = _changes_at(trace, stop)
    for span_change in changes[:MOST_CHANGES]:
        change = span_change.change
        name = sanitize(f"{span_change.target}.{change.name}" if change.name else change.part)
        before = sanitize(change.before) or word("happened.nothing")
        after = sanitize(change.after) or word("happened.nothing")
        if change.op == "!":
            yield _evaluated(span_change, name)
        else:
            yield word("happened.change", name=name, before=before, after=after)
    if len(changes) > MOST_CHANGES:
        yield word("happened.more", n=len(changes) - MOST_CHANGES)


def _evaluated(span_change: SpanChange, name: str) -> str:
    queries = label_count("noun.queries", span_change.queries) if span_change.queries >= 0 else ""
    more = ", ".join(filter(None, (sanitize(span_change.change.after), queries)))
    return word("happened.evaluated_as" if more else "happened.evaluated", name=name, more=more)


def _changes_at(trace: RequestTrace, stop: Stop) -> tuple[SpanChange, ...]:
    if stop.layer is not None and stop.sort in (StopSort.LAYER_IN, StopSort.LAYER_OUT):
        layer_pass = trace.passes[stop.layer]
        way = layer_pass.way_in if stop.sort is StopSort.LAYER_IN else layer_pass.way_out
        return way.changes
    return () if stop.span is None else stop.span.changes


def _took(stop: Stop) -> Iterator[Piece]:
    if stop.duration is not None:
        yield word("happened.took", duration=format_duration(stop.duration)), QUIET
