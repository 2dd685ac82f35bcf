"""The same request as another picture."""

from __future__ import annotations

from reqtrace.render.pictures import next_picture
from reqtrace.tui.actions.parts import FlowParts
from reqtrace.tui.widgets.picture import PictureView

__all__ = ["PictureActions"]


class PictureActions(FlowParts):
    """``v``."""

    def action_picture(self) -> None:
        """Funnel, nested boxes, waterfall, and the funnel again."""
        view = self.query_one(PictureView)
        view.draw_as(next_picture(view.picture))
        self.go(self._position)
