"""The glossary: Django's terms, searched by typing, over everything else."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Label

from reqtrace.analysis.glossary import Term
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.framed import framed_exhibit
from reqtrace.render.glossary_words import glossary_sections
from reqtrace.render.roles import INK
from reqtrace.render.sanitize import sanitize
from reqtrace.render.why_sections import Line, Section
from reqtrace.tui.keys.overlays import GLOSSARY_KEYS
from reqtrace.tui.screens.reading import ReadingScreen
from reqtrace.tui.widgets.key_bar import KeyBar
from reqtrace.tui.widgets.sections import SectionsView, sections_canvas
from reqtrace.tui.words import word

__all__ = ["GlossaryScreen"]


class GlossaryScreen(ReadingScreen):
    """Opened at the term of a step."""

    BINDINGS: ClassVar[list[BindingType]] = [*GLOSSARY_KEYS]

    def __init__(self, here: Term | None) -> None:
        self._text = SectionsView(id="terms")
        super().__init__(self._text)
        self._here = here
        self._input = Input(compact=True, select_on_focus=False)

    def compose(self) -> ComposeResult:
        with Horizontal(id="search"):
            yield Label(word("glossary.search"))
            yield self._input
        yield self._text
        yield KeyBar()

    def on_mount(self) -> None:
        self._input.cursor_blink = False
        self._input.focus()
        self._show("")

    def on_input_changed(self, message: Input.Changed) -> None:
        self._show(message.value)

    def exhibit(self) -> Exhibit | None:
        """The terms that are found, all of them."""
        typed = self._input.value.strip()
        found = glossary_sections(typed, self._here)
        if not found:
            return None
        title = word("glossary.title")
        return framed_exhibit(
            lambda width: sections_canvas(found, width),
            name=("glossary", typed),
            title=f"{title}: {sanitize(typed)}" if typed else title,
        )

    def _show(self, typed: str) -> None:
        found = glossary_sections(typed, self._here)
        title = word("glossary.title")
        if typed.strip():
            title = f"{title}: {word('glossary.count', n=len(found), total=len(Term))}"
        nothing = (Section(title="", lines=(Line(word("glossary.nothing"), INK),)),)
        self._text.show(title, word("glossary.close"), found or nothing)
