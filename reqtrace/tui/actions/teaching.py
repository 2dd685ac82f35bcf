"""Explaining a step at length, and what changed there: beside the picture, or in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from reqtrace.analysis.glossary import term_of
from reqtrace.render.alteration_words import alteration_sections
from reqtrace.render.commentary_words import commentary_sections
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.roles import INK
from reqtrace.render.story_words import story_sections
from reqtrace.render.why_sections import Line, Section
from reqtrace.render.why_words import place_text
from reqtrace.trace.model import RequestTrace, Stop
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.call_view import django_locator
from reqtrace.tui.narrative import telling_stop
from reqtrace.tui.screens.glossary import GlossaryScreen
from reqtrace.tui.stop_source import source_of
from reqtrace.tui.subject import Subject
from reqtrace.tui.widgets.sections import SectionsView
from reqtrace.tui.words import word

__all__ = ["READING", "TeachActions"]

READING = "-reading"
EXPLAIN, CHANGED = "explain", "changed"


class TeachActions(FlowParts):
    """``e`` and ``d``, which stay open while the person steps on, and ``g``."""

    def __init__(self, bridge: Bridge, subject: Subject) -> None:
        super().__init__(bridge, subject)
        self._reading = SectionsView(id="reading")
        self._read = ""
        """What is open: ``explain``, ``changed``, or nothing."""
        self._reading_of: tuple[str, RequestTrace | None, Stop | None] = ("", None, None)
        """What was shown last."""

    def action_explain(self) -> None:
        """What happened at this step, and why Django does it so."""
        self._open(EXPLAIN)

    def action_changes(self) -> None:
        """What changed on the request and the response."""
        self._open(CHANGED)

    def action_glossary(self) -> None:
        """Django's terms, beginning with that of the step."""
        trace = self._trace
        self.app.push_screen(GlossaryScreen(None if trace is None else term_of(trace, self.current_stop())))

    def _open(self, what: str) -> None:
        self._read = "" if self._read == what else what
        self._body.set_class(bool(self._read), READING)
        self.show_reading()

    def close_reading(self) -> bool:
        """Whether something was open; the source and its callers need the place."""
        was_open = bool(self._read)
        self._read = ""
        self._body.remove_class(READING)
        return was_open

    def show_reading(self) -> None:
        """What is open, at the position."""
        if not self._read:
            return
        trace, stop = self._trace, self.current_stop()
        told, told_trace, told_stop = self._reading_of
        if trace is not None and trace is told_trace and (told, told_stop) == (self._read, stop):
            return
        self._reading_of = (self._read, trace, stop)
        title = reading_title(self._read, trace, stop)
        if trace is None:
            self._reading.show(title, word("reading.close"), (nothing_section(word("reading.no_request")),))
            return
        if self.has_class("-narrow"):
            # There is no lower border that could say so.
            title = f"{title}   {word('reading.close')}"
        self._reading.show(title, word("reading.close"), TOLD[self._read](trace, stop))

    def reading_exhibit(self) -> Exhibit | None:
        """What is read, if something is open."""
        trace, stop = self._trace, self.current_stop()
        if trace is None or not self._read or not self._reading.display:
            return None
        title = reading_title(self._read, trace, stop)
        # Wanted by nobody else, and the first picture should not wait for it.
        from reqtrace.tui.reading_exhibits import told_exhibit

        exhibit = told_exhibit(trace, stop, TOLD[self._read], part=self._read, title=title)
        width = self._reading.scrollable_content_region.width
        return replace(exhibit, label=word(f"export.part.{self._read}"), width=width)


def reading_title(read: str, trace: RequestTrace | None, stop: Stop | None) -> str:
    """What is read, and of which step."""
    title = word(f"{read}.title")
    if trace is not None and stop is not None:
        return f"{title}: {word('narration.step', n=stop.index + 1, total=len(trace.stops))}"
    if trace is not None and read == EXPLAIN:
        return word("story.title", n=trace.summary.ordinal)
    return title


def explained(trace: RequestTrace, stop: Stop | None) -> Sequence[Section]:
    """The commentary on a step; without one, the story of the whole request."""
    if stop is None:
        return story_sections(trace, telling_stop(trace))
    place = source_of(trace, stop)
    where = place_text(place.file, place.line) if place is not None else ""
    return commentary_sections(trace, stop, where, django_locator(trace))


TOLD: Mapping[str, Callable[[RequestTrace, Stop | None], Sequence[Section]]] = {
    EXPLAIN: explained,
    CHANGED: alteration_sections,
}


def nothing_section(words: str) -> Section:
    return Section(title="", lines=(Line(words, INK),))
