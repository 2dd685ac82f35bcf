"""What of the mode Flow can be exported."""

from __future__ import annotations

from dataclasses import replace

from reqtrace.render.exhibit import Exhibit
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.widgets.picture import PictureView

__all__ = ["ExportActions"]


class ExportActions(FlowParts):
    """The picture that is shown, at its step."""

    def exhibit(self) -> Exhibit | None:
        """Of the selected request."""
        if self._trace is None:
            return None
        # Wanted by nobody else, and the first picture should not wait for it.
        from reqtrace.render.exhibit_request import request_exhibit

        picture = self.query_one(PictureView)
        exhibit = request_exhibit(self._trace, picture.picture, self._position.stop)
        return replace(exhibit, width=picture.scrollable_content_region.width)
