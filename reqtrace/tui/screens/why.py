"""Why, and why not: what did not run at a step and in the whole request, over everything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from reqtrace.render.exhibit import Exhibit
from reqtrace.render.framed import framed_exhibit
from reqtrace.render.why_sections import Section
from reqtrace.tui.keys.overlays import WHY_KEYS
from reqtrace.tui.screens.reading import ReadingScreen
from reqtrace.tui.widgets.sections import SectionsView, sections_canvas
from reqtrace.tui.words import word

__all__ = ["WhyScreen"]


class WhyScreen(ReadingScreen):
    """Lies over the picture it explains."""

    BINDINGS: ClassVar[list[BindingType]] = [*WHY_KEYS]

    def __init__(
        self, title: str, sections: Sequence[Section], *, about: tuple[object, ...], step: int | None = None
    ) -> None:
        self._text = SectionsView(id="why")
        super().__init__(self._text)
        self._title = title
        self._sections = sections
        self._about = about
        """Words for the request that it is about."""
        self._step = step

    def on_mount(self) -> None:
        self._text.show(self._title, word("why.close"), self._sections)

    def exhibit(self) -> Exhibit:
        """All of it."""
        sections = self._sections
        return framed_exhibit(
            lambda width: sections_canvas(sections, width),
            name=self._about,
            part=("why",),
            step=self._step,
            title=self._title,
        )
