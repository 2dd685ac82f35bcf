"""The base of what is drawn for its size: drawn anew before the first frame that shows it in another one."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView

from reqtrace.tui.screens.settling import SettlingScreen

__all__ = ["Fitted"]


class Fitted(ScrollView, can_focus=False, inherit_bindings=False):
    """Textual tells a widget its new size when it has painted it: what was drawn would be seen cut for a frame."""

    def fit(self) -> None:
        """Draw for the room there is, if that has not been done; called whenever anything is laid out."""
        raise NotImplementedError

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        had_bar = self.show_vertical_scrollbar
        is_resized = super()._size_updated(size, virtual_size, container_size, layout)
        self.fit()
        needs_bar = self.virtual_size.height > self.container_size.height
        if needs_bar is not self.show_vertical_scrollbar:
            self.show_vertical_scrollbar = needs_bar
            self.fit()
        if needs_bar:
            self._tell_bar()
        if needs_bar is not had_bar and isinstance(self.screen, SettlingScreen):
            self.screen.settle_again()
        return is_resized

    def _tell_bar(self) -> None:
        """Textual tells it when it finds another size than before, and then not where one is."""
        bar = self.vertical_scrollbar
        bar.window_virtual_size = self.virtual_size.height
        bar.window_size = self.container_size.height - self.scrollbar_size_horizontal
        bar.position = self.scroll_y
