"""The last row of the funnel: what the server was given, after every layer was left."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase, phrase_width
from reqtrace.render.columns import Columns
from reqtrace.render.figures import format_size, status_role
from reqtrace.render.funnel_sides import ALARM, error_name
from reqtrace.render.labels import count, text
from reqtrace.render.progress import Moment, Progress
from reqtrace.render.roles import INK, LIT, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import RequestState, RequestTrace, Stop, StopSort

__all__ = ["SEND_SORTS", "SendRow", "send_row"]

SEND_SORTS = frozenset({StopSort.STARTED, StopSort.BODY, StopSort.ESCAPED, StopSort.CLOSED})
_QUIET = Paint(Role.SKIP)
_LABEL = Paint(Role.UP, bold=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRow:
    """Start, body and end of the response, each of them a stop."""

    parts: tuple[tuple[tuple[int, ...], Moment, tuple[Phrase, ...]], ...]
    """Stops, moment and variants of each part."""
    height: int = 1
    is_vital: bool = True

    @property
    def stops(self) -> tuple[int, ...]:
        """All stops shown here."""
        return tuple(stop for stops, _, _ in self.parts for stop in stops)

    def paint(self, canvas: Canvas, y: int, columns: Columns) -> None:
        """Draw the parts one after the other; where the request is, that part is lit."""
        is_later = all(moment is Moment.LATER for _, moment, _ in self.parts)
        x = canvas.put(columns.core, y, text("send.label"), _QUIET if is_later else _LABEL) + 1
        for phrase, moment in self._phrases(columns.core_end - x):
            if moment is Moment.LATER:
                phrase = tuple((words, _QUIET) for words, _ in phrase)
            start, x = x, canvas.put_phrase(x + 1, y, phrase, width=columns.core_end - x - 2) + 1
            if moment is Moment.HERE:
                canvas.repaint(start, y, min(x, columns.core_end), LIT)

    def _phrases(self, room: int) -> list[tuple[Phrase, Moment]]:
        """The longest variants that fit."""
        chosen = [0] * len(self.parts)
        while True:
            phrases = [(part[2][index], part[1]) for part, index in zip(self.parts, chosen, strict=True)]
            shorter = self._next_to_shorten(chosen)
            if shorter is None or sum(phrase_width(phrase) + 2 for phrase, _ in phrases) <= room:
                return phrases
            chosen[shorter] += 1

    def _next_to_shorten(self, chosen: list[int]) -> int | None:
        """The last part first, but not to its shortest, which has no size any more; then the others in order."""
        spare = [len(variants) - 1 - index for (_, _, variants), index in zip(self.parts, chosen, strict=True)]
        last = len(spare) - 1
        if spare[last] > min(last, 1):
            return last
        return next((index for index, left in enumerate(spare) if left), None)


def send_row(trace: RequestTrace, stops: tuple[Stop, ...], progress: Progress) -> SendRow | None:
    """The row for the stops of sending; ``None`` if nothing was sent and nothing will be."""
    parts = []
    for sort in (StopSort.STARTED, StopSort.BODY, StopSort.ESCAPED, StopSort.CLOSED):
        mine = tuple(stop for stop in stops if stop.sort is sort)
        if mine:
            moment = progress.among(mine)
            words = _VARIANTS[sort](trace) if moment is not Moment.LATER else _expected(sort)
            parts.append((tuple(stop.index for stop in mine), moment, words))
    if not parts and trace.summary.state is RequestState.OPEN:
        parts.append(((), Moment.LATER, (((text("send.waiting"), _QUIET),),)))
    elif _is_being_sent(trace, stops):
        parts.append(((), Moment.LATER, (((text("send.going"), _QUIET),), ())))
    return SendRow(parts=tuple(parts)) if parts else None


def _is_being_sent(trace: RequestTrace, stops: tuple[Stop, ...]) -> bool:
    """The server is busy with the body: for long only if the client takes it slowly, or has stopped reading."""
    return trace.summary.state is RequestState.OPEN and [stop.sort for stop in stops] == [StopSort.STARTED]


def _expected(sort: StopSort) -> tuple[Phrase, ...]:
    """What may be told of a part before it is reached."""
    key = {StopSort.STARTED: "send.waiting", StopSort.BODY: "send.body_later"}.get(sort, "")
    return (((text(key) if key else "", _QUIET),),)


def _started(trace: RequestTrace) -> tuple[Phrase, ...]:
    response = trace.response
    if response is None:
        return (((text("send.started"), INK),),)
    status = f"{response.status} {sanitize(response.reason)}".rstrip()
    paint = Paint(status_role(response.status), bold=True)
    headers = count("send.headers", len(response.headers))
    call = "http.response.start" if trace.started is not None and trace.started.entry == "asgi" else "start_response"
    return (
        ((f"{call} ", INK), (status, paint), (f" {symbols.DOT} {headers}", INK)),
        ((f"{call} ", INK), (status, paint)),
        ((str(response.status), paint),),
    )


def _body(trace: RequestTrace) -> tuple[Phrase, ...]:
    size, chunks = format_size(trace.body_bytes), count("send.chunks", trace.body_chunks)
    response = trace.response
    if response is not None and response.file:
        return (((text("send.file", size=size), INK),), ((size, INK),))
    if response is not None and response.streaming:
        words = text("send.streamed", size=size, chunks=chunks)
        return (((words, Paint(Role.HOT, bold=True)),), ((f"{size} {symbols.DOT} {chunks}", INK),), ((size, INK),))
    return (((text("send.body", size=size, chunks=chunks), INK),), ((size, INK),))


def _escaped(trace: RequestTrace) -> tuple[Phrase, ...]:
    name = error_name(trace.escaped.error) if trace.escaped is not None else ""
    if trace.summary.state is RequestState.GONE:
        return (((f" {text('send.gone')} ", ALARM),),)
    if trace.response is not None:
        place = _place(trace)
        where: Phrase = ((f" {place}", INK),) if place else ()
        told = text("send.broken_off", error=name), f"{symbols.STATUS_SERVER_ERROR} {name}"
        return (*(((f" {words} ", ALARM), *where) for words in told), ((f" {told[-1]} ", ALARM),))
    return (
        ((f" {text('send.escaped', error=name)} ", ALARM),),
        ((f" {text('send.escaped_short', error=name)} ", ALARM),),
    )


def _place(trace: RequestTrace) -> str:
    """Where the body of the stream broke off: file and line, as the detail gives them in full."""
    raised = trace.raised_outside
    return f"{sanitize(PurePath(raised.file).name)}:{raised.line}" if raised is not None and raised.file else ""


def _closed(trace: RequestTrace) -> tuple[Phrase, ...]:
    closed: Phrase = ((text("send.closed"), INK),)
    response = trace.response
    if not trace.body_chunks or (response is not None and response.streaming and not response.file):
        return (closed,)
    size, chunks = format_size(trace.body_bytes), count("send.chunks", trace.body_chunks)
    words = text("send.closed_body", size=size, chunks=chunks)
    return (((words, INK),), ((text("send.closed_size", size=size), INK),), closed)


_VARIANTS = {
    StopSort.STARTED: _started,
    StopSort.BODY: _body,
    StopSort.ESCAPED: _escaped,
    StopSort.CLOSED: _closed,
}
