"""What the scrolling widgets share: moving at once, growing and being entitled without more work than is needed."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget

__all__ = ["entitle", "jump", "jump_by", "set_extent"]


def jump(view: ScrollView, row: int) -> None:
    """Show a row at the top, as far as the end allows.

    Forced, because Textual refuses to scroll as long as the scrollbar is not laid out: at the first row too many.
    """
    view.scroll_to(y=row, animate=False, force=True, immediate=True)


def jump_by(view: ScrollView, rows: int) -> None:
    """Scroll by rows, up if negative."""
    jump(view, view.scroll_offset.y + rows)


def set_extent(view: ScrollView, rows: int) -> None:
    """There are that many rows.

    Setting ``virtual_size`` lays out the whole screen anew, which is only needed when a scrollbar comes or goes.
    """
    room = view.scrollable_content_region
    before, after = view.virtual_size, Size(room.width, rows)
    if before == after:
        return
    if before.width != after.width or (before.height > room.height) != (rows > room.height):
        view.virtual_size = after
    else:
        view.set_reactive(Widget.virtual_size, after)
        if view.show_vertical_scrollbar:
            view.vertical_scrollbar.window_virtual_size = rows
    # Textual does so only where there is a scrollbar: what fits by now would stay as far up as it was.
    if view.scroll_offset.y > max(rows - room.height, 0):
        jump(view, max(rows - room.height, 0))


def entitle(widget: Widget, title: str, remark: str = "") -> None:
    """Write into the border, as text and not as markup; setting what is already there would draw it all again."""
    content, note = Content(title), Content(remark)
    if widget.border_title != content.markup:
        widget.border_title = content
    if widget.border_subtitle != note.markup:
        widget.border_subtitle = note
