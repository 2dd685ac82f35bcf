"""A request as a Mermaid sequence diagram: who called whom, in order, and what came back."""

from __future__ import annotations

from collections.abc import Iterator

from reqtrace.events.kinds import Outcome, SqlExecuted, TemplateEntered, UrlResolved, ViewEntered
from reqtrace.render.badges import changes_text
from reqtrace.render.columns import short_name
from reqtrace.render.labels import count, text
from reqtrace.render.sanitize import sanitize
from reqtrace.render.sql_text import statement_name
from reqtrace.trace.model import LayerPass, RequestTrace, Span, Stop, StopSort, Way, WayState

__all__ = ["mermaid"]

CLIENT, HANDLER, CORE, VIEW, DATABASE = "client", "handler", "core", "view", "db"
CALL, RETURN, FAIL = "->>", "-->>", "--x"
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-/()+=,?")
LONGEST = 60
HOOKS = {
    StopSort.VIEW_HOOK: "process_view",
    StopSort.EXCEPTION_HOOK: "process_exception",
    StopSort.TEMPLATE_RESPONSE_HOOK: "process_template_response",
}


def mermaid(trace: RequestTrace) -> str:
    """The diagram; in Markdown it stands between ```` ```mermaid ```` and ```` ``` ````."""
    sequence = SequenceDiagram(trace)
    messages = list(sequence.messages())
    lines = [*sequence.participants(), *messages]
    return "\n".join(["sequenceDiagram", *(f"    {line}" for line in lines)]) + "\n"


def shown(words: str) -> str:
    """Text that is nothing but text to Mermaid: whatever could mean something else becomes its number."""
    words = sanitize(words)
    cut = words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
    safe = "".join(one if one in PLAIN else f"#{ord(one)};" for one in cut)
    # ``end`` closes a block, even inside a message.
    return " ".join("e#110;d" if word.lower() == "end" else word for word in safe.split(" ")) or "#160;"


class SequenceDiagram:
    """Writes the messages of a trace, and knows who took part when they are written."""

    def __init__(self, trace: RequestTrace) -> None:
        self.trace = trace
        self._parties: set[str] = set()
        self._view: Span | None = None
        """The view, while it has not returned."""
        self._is_in_core = False

    def participants(self) -> Iterator[str]:
        """From the outside to the inside, those that took part."""
        summary, started = self.trace.summary, self.trace.started
        names = {CLIENT: text("export.client")}
        names[HANDLER] = started.handler if started is not None else text("export.server")
        names |= {name_of(row): f"{row.layer.index + 1} {short_name(row.layer)}" for row in self.trace.passes}
        names |= {CORE: text("core.urlconf"), VIEW: text("core.view"), DATABASE: text("export.database")}
        yield f"accTitle: {shown(f'{summary.method} {summary.path}')}"
        for name, words in names.items():
            if name in self._parties:
                yield f"{'actor' if name == CLIENT else 'participant'} {name} as {shown(words)}"

    def messages(self) -> Iterator[str]:
        """In the order of the path."""
        summary = self.trace.summary
        query = f"?{summary.query}" if summary.query else ""
        yield self._message(CLIENT, CALL, HANDLER, f"{summary.method} {summary.path}{query}")
        for stop in self.trace.stops:
            yield from self._returns_before(stop)
            yield from self._of_stop(stop)
        if self.trace.escaped is not None:
            yield self._message(HANDLER, FAIL, CLIENT, class_words(self.trace.escaped.error))
        elif summary.status:
            yield self._message(HANDLER, RETURN, CLIENT, str(summary.status))

    def _message(self, sender: str, arrow: str, receiver: str, words: str) -> str:
        self._parties |= {sender, receiver}
        return f"{sender}{arrow}{receiver}: {shown(words)}"

    def _note(self, name: str, words: str) -> str:
        self._parties.add(name)
        return f"Note over {name}: {shown(words)}"

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
        else:
            yield from self._inside(row, stop)

    def _returns_before(self, stop: Stop) -> Iterator[str]:
        """What has come back by the time a stop is reached: the view, then the core."""
        view = self._view
        if view is not None and view.end is not None and stop.time >= view.end:
            self._view = None
            if view.outcome is Outcome.raised:
                yield self._message(VIEW, FAIL, CORE, error_words(view))
            else:
                yield self._message(VIEW, RETURN, CORE, str(view.status or text("export.response")))
        if self._is_in_core and stop.sort is StopSort.LAYER_OUT and stop.layer is not None:
            self._is_in_core = False
            yield self._message(CORE, RETURN, name_of(self.trace.passes[stop.layer]), text("export.response"))

    # --- layers ------------------------------------------------------------------------------------------------

    def _outer(self, row: LayerPass) -> str:
        """Who called the layer."""
        called = [one for one in self.trace.passes[: row.layer.index] if one.calls]
        return name_of(called[-1]) if called else HANDLER

    def _inwards(self, row: LayerPass) -> Iterator[str]:
        name, way = name_of(row), row.way_in
        words = "get_response" if way.state is WayState.NO_HOOK else way.hook
        yield self._message(self._outer(row), CALL, name, words)
        yield from self._changes(name, way)
        if way.state is WayState.ANSWERED:
            yield self._note(name, text("funnel.turns_back", status=way.status or "?"))
        elif way.state is WayState.RAISED and way.span is not None:
            yield self._note(name, text("funnel.raised", error=error_words(way.span)))

    def _outwards(self, row: LayerPass) -> Iterator[str]:
        name, way = name_of(row), row.way_out
        yield from self._changes(name, way)
        arrow = FAIL if way.state is WayState.RAISED else RETURN
        yield self._message(name, arrow, self._outer(row), str(way.status or text("export.response")))

    def _changes(self, name: str, way: Way) -> Iterator[str]:
        changes = [one for one in way.changes if one.change.op in ("+", "-", "~")]
        if changes:
            yield self._note(name, changes_text(changes))

    def _hook(self, row: LayerPass, stop: Stop) -> Iterator[str]:
        name, span = name_of(row), stop.span
        yield self._message(CORE, CALL, name, HOOKS[stop.sort])
        if span is not None and span.outcome is Outcome.raised:
            yield self._message(name, FAIL, CORE, error_words(span))
        elif span is not None:
            yield self._message(name, RETURN, CORE, str(span.status) if span.status else "None")

    # --- the core, and what runs inside other code -------------------------------------------------------------

    def _of_core(self, row: LayerPass | None, stop: Stop) -> Iterator[str]:
        span = stop.span
        if span is None:
            return
        if stop.sort is StopSort.CONVERTED:
            place = name_of(row) if row is not None else CORE
            words = text("funnel.converted", error=class_words(span.converted[-1].error), status=stop_status(span))
            yield self._message(place, CALL, place, words)
        elif isinstance(span.entered, ViewEntered):
            self._view = span
            yield self._message(CORE, CALL, VIEW, span.entered.name)
        else:
            self._is_in_core = True
            called = [one for one in self.trace.passes if one.calls]
            yield self._message(name_of(called[-1]) if called else HANDLER, CALL, CORE, text("export.resolve"))
            yield self._note(CORE, match_words(span))

    def _inside(self, row: LayerPass | None, stop: Stop) -> Iterator[str]:
        owner = VIEW if self._view is not None else CORE
        owner = name_of(row) if row is not None else owner
        entered = stop.span.entered if stop.span is not None else None
        if isinstance(entered, SqlExecuted):
            times = f" ({count('export.times', stop.repeat)})" if stop.repeat > 1 else ""
            yield self._message(owner, CALL, DATABASE, statement_name(entered.sql) + times)
        elif isinstance(entered, TemplateEntered):
            yield self._message(owner, CALL, owner, text("export.renders", name=entered.name))


def name_of(row: LayerPass) -> str:
    """The layer's name in the diagram's own language."""
    return f"m{row.layer.index + 1}"


def match_words(span: Span) -> str:
    if isinstance(span.left, UrlResolved):
        return text("export.matched", route=span.left.route or "''")
    return text("export.unmatched")


def stop_status(span: Span) -> int:
    return span.converted[-1].status


def class_words(error: str) -> str:
    return error.rpartition(".")[2]


def error_words(span: Span) -> str:
    return class_words(span.raised.error) if span.raised is not None else text("export.exception")
