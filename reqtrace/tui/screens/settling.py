"""The base of screens that are painted when their layout has settled."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip

from reqtrace.tui.widgets.ground import blank_lines

__all__ = ["SettlingScreen"]

MOST_LAYOUTS = 3
Answer = TypeVar("Answer")


class SettlingScreen(Screen[Answer], Generic[Answer]):
    """What is drawn for a new size may need a scrollbar, or no longer.

    Textual paints all of it, then lays it out again and paints it once more; painting takes ten times as long as a
    layout.
    """

    def __init__(self) -> None:
        super().__init__()
        self._is_settling = False
        self._is_unsettled = False

    def settle_again(self) -> None:
        """What a layout has led to asks for another one."""
        self._is_unsettled = True

    def render_lines(self, crop: Region) -> list[Strip]:
        return blank_lines(self, crop)

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        self._is_settling = True
        for _ in range(MOST_LAYOUTS):
            self._is_unsettled = False
            super()._refresh_layout(size, scroll)
            if not self._is_unsettled:
                break
        self._is_settling = False
        if self.is_current:
            self._compositor_refresh()

    def _watch__pointer_shape(self, pointer_shape: str) -> None:
        # Textual 8.2 has every screen say how the mouse looks when it is made, though nobody may see it yet.
        if self.is_active:
            self.app._set_pointer_shape(pointer_shape)

    def _compositor_refresh(self) -> None:
        if not self._is_settling:
            super()._compositor_refresh()
