"""What of the mode Flow can be exported."""

from __future__ import annotations

from dataclasses import replace

from reqtrace.render.exhibit import Exhibit, request_name
from reqtrace.trace.model import RequestTrace
from reqtrace.tui.actions.sourcing import SourceActions
from reqtrace.tui.actions.teaching import TeachActions
from reqtrace.tui.widgets.picture import PictureView
from reqtrace.tui.widgets.request_list import RequestList
from reqtrace.tui.words import word

__all__ = ["ExportActions"]

LEAST_ROWS = 2
"""A list of one row is the request that is shown."""


class ExportActions(TeachActions, SourceActions):
    """What is on the screen, and first what was opened."""

    def exhibit(self) -> Exhibit | None:
        """What the person has opened, or the picture at its step; with what else is in sight, and the picture."""
        trace = self._trace
        if trace is None:
            return None
        picture = self._picture_exhibit(trace)
        beside = [self._source_exhibit(trace), self._requests_exhibit()]
        is_in_sight = self.query_one(PictureView).display
        panes = (self.reading_exhibit(), *((picture, *beside) if is_in_sight else (*beside, picture)))
        first, *others = [pane for pane in panes if pane is not None]
        return replace(first, others=tuple(others))

    def _picture_exhibit(self, trace: RequestTrace) -> Exhibit:
        # Wanted by nobody else, and the first picture should not wait for it.
        from reqtrace.render.exhibit_request import request_exhibit

        view = self.query_one(PictureView)
        exhibit = request_exhibit(trace, view.picture, self._position.stop)
        return replace(exhibit, width=view.scrollable_content_region.width)

    def _source_exhibit(self, trace: RequestTrace) -> Exhibit | None:
        pane = self._source
        exhibit = pane.exhibit(request_name(trace.summary)) if pane.display else None
        return None if exhibit is None else replace(exhibit, label=word("export.part.source"))

    def _requests_exhibit(self) -> Exhibit | None:
        requests = self.query_one(RequestList)
        if not requests.display or requests.size.height < LEAST_ROWS:
            return None
        exhibit = requests.exhibit(word("list.title.none"))
        return replace(exhibit, label=word("export.part.requests"), width=requests.scrollable_content_region.width)
