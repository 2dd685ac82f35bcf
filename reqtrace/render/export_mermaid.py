"""A request as a Mermaid sequence diagram: who called whom, in order, and what came back."""

from __future__ import annotations

from collections.abc import Iterator

from reqtrace.events.kinds import Outcome, UrlResolved, ViewEntered
from reqtrace.render.badges import changes_text
from reqtrace.render.labels import count, text
from reqtrace.render.mermaid_inside import asked_by
from reqtrace.render.mermaid_parties import CLIENT, CORE, HANDLER, VIEW, Parties
from reqtrace.render.mermaid_text import shown
from reqtrace.trace.model import LayerPass, RequestTrace, Span, Stop, StopSort, Way, WayState

__all__ = ["mermaid"]

CALL, RETURN, FAIL = "->>", "-->>", "--x"
MOST_INSIDE = 120
"""Queries, templates and the like that are drawn: Mermaid refuses a diagram of more than 50,000 characters."""
HOOKS = {
    StopSort.VIEW_HOOK: "process_view",
    StopSort.EXCEPTION_HOOK: "process_exception",
    StopSort.TEMPLATE_RESPONSE_HOOK: "process_template_response",
}


def mermaid(trace: RequestTrace) -> str:
    """The diagram; in Markdown it stands between ```` ```mermaid ```` and ```` ``` ````."""
    sequence = SequenceDiagram(trace)
    messages = list(sequence.messages())
    lines = [f"accTitle: {shown(f'{trace.summary.method} {trace.summary.path}')}", *sequence.participants(), *messages]
    return "\n".join(["sequenceDiagram", *(f"    {line}" for line in lines)]) + "\n"


class SequenceDiagram:
    """Writes the messages of a trace, and knows who took part when they are written."""

    def __init__(self, trace: RequestTrace) -> None:
        self.trace = trace
        self._parties = Parties(trace)
        self._taking_part: set[str] = set()
        self._view: Span | None = None
        """The view, while it has not returned."""
        self._is_in_core = False
        self._status = 0
        """Of the response that is on its way out; 0 as long as there is none, or if it is not known."""
        self._is_answered = False
        """The client has been told."""
        self._inside = 0
        self._left_out = 0

    def participants(self) -> Iterator[str]:
        """From the outside to the inside, those that took part."""
        for name, words in self._parties.names.items():
            if name in self._taking_part:
                yield f"{'actor' if name == CLIENT else 'participant'} {name} as {shown(words)}"

    def messages(self) -> Iterator[str]:
        """In the order of the path."""
        summary = self.trace.summary
        query = f"?{summary.query}" if summary.query else ""
        yield self._message(CLIENT, CALL, HANDLER, f"{summary.method} {summary.path}{query}")
        for stop in self.trace.stops:
            yield from self._returns_before(stop)
            yield from self._of_stop(stop)
        yield from self._what_was_left_out()
        if self.trace.escaped is not None:
            yield self._message(HANDLER, FAIL, CLIENT, class_words(self.trace.escaped.error))
        else:
            yield from self._answer()

    def _message(self, sender: str, arrow: str, receiver: str, words: str) -> str:
        self._taking_part |= {sender, receiver}
        return f"{sender}{arrow}{receiver}: {shown(words)}"

    def _note(self, name: str, words: str) -> str:
        self._taking_part.add(name)
        return f"Note over {name}: {shown(words)}"

    def _answer(self) -> Iterator[str]:
        status = self.trace.summary.status
        if status and not self._is_answered:
            self._is_answered = True
            yield self._message(HANDLER, RETURN, CLIENT, str(status))

    def _of_stop(self, stop: Stop) -> Iterator[str]:
        row = self.trace.passes[stop.layer] if stop.layer is not None else None
        if row is not None and stop.sort is StopSort.LAYER_IN:
            yield from self._inwards(row)
        elif row is not None and stop.sort is StopSort.LAYER_OUT:
            yield from self._outwards(row)
        elif row is not None and stop.sort in HOOKS:
            yield from self._hook(row, stop)
        elif stop.sort in (StopSort.RESOLVED, StopSort.VIEW, StopSort.CONVERTED):
            yield from self._of_core(row, stop)
        elif stop.sort is StopSort.STARTED:
            yield from self._answer()
        else:
            yield from self._inside_of(row, stop)

    def _returns_before(self, stop: Stop) -> Iterator[str]:
        """What has come back by the time a stop is reached: the view, then the core."""
        view, end = self._view, stop.sort is StopSort.LAYER_OUT
        is_back = view is not None and view.end is not None and stop.time >= view.end
        if is_back or end:
            yield from self._what_was_left_out()
        if view is not None and is_back:
            self._view = None
            if view.outcome is Outcome.raised:
                yield self._message(VIEW, FAIL, CORE, error_words(view))
            else:
                self._status = view.status or 0
                yield self._message(VIEW, RETURN, CORE, self._response())
        if self._is_in_core and end and stop.layer is not None:
            self._is_in_core = False
            yield self._message(CORE, RETURN, self._parties.of(self.trace.passes[stop.layer]), self._response())

    def _response(self) -> str:
        return str(self._status) if self._status else text("export.response")

    # --- layers ------------------------------------------------------------------------------------------------

    def _outer(self, row: LayerPass) -> str:
        """Who called the layer."""
        return self._innermost(self.trace.passes[: row.layer.index])

    def _innermost(self, rows: tuple[LayerPass, ...]) -> str:
        called = [one for one in rows if one.calls]
        return self._parties.of(called[-1]) if called else HANDLER

    def _inwards(self, row: LayerPass) -> Iterator[str]:
        name, outer, way = self._parties.of(row), self._outer(row), row.way_in
        if name != outer:  # of several layers that are drawn as one
            yield self._message(outer, CALL, name, "get_response" if way.state is WayState.NO_HOOK else way.hook)
        yield from self._changes(name, way)
        if way.state is WayState.ANSWERED:
            self._status = way.status
            yield self._note(name, text("funnel.turns_back", status=way.status or "?"))
        elif way.state is WayState.RAISED and way.span is not None:
            yield self._note(name, text("funnel.raised", error=error_words(way.span)))

    def _outwards(self, row: LayerPass) -> Iterator[str]:
        name, outer, way = self._parties.of(row), self._outer(row), row.way_out
        yield from self._changes(name, way)
        if way.state not in (WayState.NO_HOOK, WayState.NOT_RUN):  # which pass the response on as it is
            self._status = way.status
        arrow = FAIL if way.state is WayState.RAISED else RETURN
        if name != outer:
            yield self._message(name, arrow, outer, self._response())

    def _changes(self, name: str, way: Way) -> Iterator[str]:
        changes = [one for one in way.changes if one.change.op in ("+", "-", "~")]
        if changes:
            yield self._note(name, changes_text(changes))

    def _hook(self, row: LayerPass, stop: Stop) -> Iterator[str]:
        name, span = self._parties.of(row), stop.span
        yield self._message(CORE, CALL, name, HOOKS[stop.sort])
        if span is not None and span.outcome is Outcome.raised:
            yield self._message(name, FAIL, CORE, error_words(span))
        elif span is not None:
            self._status = span.status or self._status
            yield self._message(name, RETURN, CORE, str(span.status) if span.status else "None")

    # --- the core, and what runs inside other code -------------------------------------------------------------

    def _of_core(self, row: LayerPass | None, stop: Stop) -> Iterator[str]:
        span = stop.span
        if span is None:
            return
        if stop.sort is StopSort.CONVERTED:
            place = self._parties.of(row) if row is not None else CORE
            self._status = span.converted[-1].status
            words = text("funnel.converted", error=class_words(span.converted[-1].error), status=self._status)
            yield self._message(place, CALL, place, words)
        elif isinstance(span.entered, ViewEntered):
            self._view = span
            yield self._message(CORE, CALL, VIEW, span.entered.name)
        else:
            self._is_in_core, self._status = True, 0
            yield self._message(self._innermost(self.trace.passes), CALL, CORE, text("export.resolve"))
            yield self._note(CORE, match_words(span))

    def _inside_of(self, row: LayerPass | None, stop: Stop) -> Iterator[str]:
        asked = asked_by(stop)
        if asked is None:
            return
        self._inside += 1
        if self._inside > MOST_INSIDE:
            self._left_out += stop.repeat
            return
        owner = self._parties.of(row) if row is not None else self._core_now()
        receiver = asked.receiver or owner
        yield self._message(owner, CALL, receiver, asked.words)
        if asked.error:
            yield self._message(receiver, FAIL, owner, asked.error)
        elif asked.answer:
            yield self._message(receiver, RETURN, owner, asked.answer)

    def _core_now(self) -> str:
        """Who runs what no layer runs: the view, the core around it, or whoever reads the body."""
        if self._view is not None:
            return VIEW
        return CORE if self._is_in_core else HANDLER

    def _what_was_left_out(self) -> Iterator[str]:
        if self._left_out:
            yield self._note(self._core_now(), count("export.left_out", self._left_out))
            self._left_out = 0


def match_words(span: Span) -> str:
    if isinstance(span.left, UrlResolved):
        return text("export.matched", route=span.left.route or "''")
    return text("export.unmatched")


def class_words(error: str) -> str:
    return error.rpartition(".")[2]


def error_words(span: Span) -> str:
    return class_words(span.raised.error) if span.raised is not None else text("export.exception")
