"""The real source of the current step, at its line."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip

from reqtrace.render.canvas import Canvas, phrase_width
from reqtrace.render.exhibit import Exhibit
from reqtrace.render.framed import framed_exhibit
from reqtrace.render.roles import INK, Paint, Role, Surface
from reqtrace.render.sanitize import sanitize
from reqtrace.tui.source_text import Excerpt, SourceUnreadable, read_excerpt, short_path
from reqtrace.tui.stop_source import SourceLine
from reqtrace.tui.strips import blank_strip, canvas_strips
from reqtrace.tui.widgets.fitted import Fitted
from reqtrace.tui.widgets.scrolling import entitle, jump, jump_by, set_extent
from reqtrace.tui.words import word

__all__ = ["SourcePane"]

GUTTER = 9
HERE = "▶"
ABOVE = 6
"""Lines of context above the marked one, where there is room."""


class SourcePane(Fitted, can_focus=False, inherit_bindings=False):
    """Shows an excerpt with the function of the hook on a bar; long lines are cut, not wrapped."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._place: SourceLine | None = None
        self._who = ""
        self._missing = word("source.no_step")
        self._request_time = 0
        self._excerpt: Excerpt | None = None
        self._message: tuple[str, ...] = (self._missing,)
        self._cache: dict[tuple[object, ...], Strip] = {}
        self._settled_in: Size | None = None

    def show(self, place: SourceLine | None, request_time: int = 0, *, who: str = "", missing: str = "") -> None:
        """Another place; ``request_time`` (ns since the epoch) tells whether the file is newer than the request.

        ``who`` is written before the place, ``missing`` in its stead.
        """
        if (place, who, missing) == (self._place, self._who, self._missing):
            return
        self._place, self._who, self._missing, self._request_time = place, who, missing, request_time
        self.reload()

    def reload(self) -> None:
        """Read the file, again if it may have changed."""
        place, self._excerpt, note = self._place, None, ""
        if place is None:
            self._message = (self._missing or word("source.none"),)
        else:
            try:
                self._excerpt = read_excerpt(place.file, place.line)
            except SourceUnreadable as error:
                self._message = (word("source.missing", why=error), sanitize(place.file))
            else:
                is_newer = 0 < self._request_time < self._excerpt.modified * 1_000_000_000
                note = word("source.changed") if is_newer else ""
        self._entitle(place, note)
        self._cache.clear()
        self._settle()

    def _entitle(self, place: SourceLine | None, note: str) -> None:
        where = word("source.title") if place is None else f"{short_path(place.file)}:{place.mark or place.line}"
        title = where if not self._who else self._who if place is None else f"{self._who}  {where}"
        entitle(self, sanitize(title), note)

    def _settle(self) -> None:
        region = self.scrollable_content_region
        self._settled_in = region.size
        excerpt = self._excerpt
        set_extent(self, len(excerpt.lines) if excerpt is not None else len(self._message))
        if excerpt is not None and self._place is not None and region.height:
            above = min(ABOVE, max(region.height // 3, 1))
            start, mark = excerpt.block.start, self._place.mark
            # The beginning of the function, unless that would leave the marked line outside.
            top = start if mark - start < region.height - above else mark
            jump(self, max(top - excerpt.first - above, 0))
        self.refresh()

    def exhibit(self, name: tuple[object, ...]) -> Exhibit | None:
        """The function and what of the file is in sight, each line whole; ``None`` if no source can be shown."""
        excerpt, place = self._excerpt, self._place
        if excerpt is None or place is None:
            return None
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        first = min(excerpt.block.start - excerpt.first, top)
        last = max(excerpt.block.stop - excerpt.first, top + height)
        rows = range(max(first, 0), min(last, len(excerpt.lines)))
        mark = place.mark or excerpt.block.start

        def draw(width: int) -> Canvas:
            longest = max((phrase_width(excerpt.lines[row]) for row in rows), default=0)
            canvas = Canvas(max(width, GUTTER + longest), len(rows))
            for y, row in enumerate(rows):
                _draw_line(canvas, y, excerpt, row, mark)
            return canvas

        where = f"{short_path(place.file)}:{mark}"
        title = sanitize(f"{self._who}  {where}" if self._who else where)
        return framed_exhibit(draw, name=name, part=("source", where), title=title)

    def scroll_rows(self, rows: int) -> None:
        """Scroll on or back."""
        jump_by(self, rows)

    def fit(self) -> None:
        if self._settled_in != self.scrollable_content_region.size:
            self._cache.clear()
            self._settle()

    def render_line(self, y: int) -> Strip:
        width, row = self.scrollable_content_region.width, y + self.scroll_offset.y
        key = (row, width, self.app.theme)
        strip = self._cache.get(key)
        if strip is None:
            strip = self._cache[key] = self._row(row, width)
        return strip

    def _row(self, row: int, width: int) -> Strip:
        excerpt = self._excerpt
        canvas = Canvas(width, 1)
        if excerpt is None:
            if row < len(self._message):
                canvas.put(1, 0, self._message[row], Paint(Role.SKIP))
        elif row < len(excerpt.lines):
            mark = self._place.mark if self._place is not None else 0
            _draw_line(canvas, 0, excerpt, row, mark or excerpt.block.start)
        else:
            return blank_strip(width, self.app.theme)
        return canvas_strips(canvas, self.app.theme)[0]


def _draw_line(canvas: Canvas, y: int, excerpt: Excerpt, row: int, mark: int) -> None:
    number = excerpt.first + row
    is_marked, is_inside = number == mark, number in excerpt.block
    canvas.put(1, y, HERE if is_marked else " ", Paint(Role.TOKEN, bold=True))
    canvas.put(3, y, f"{number:>4}", Paint(Role.TOKEN, bold=True) if is_marked else Paint(Role.SKIP))
    x = GUTTER
    if is_inside:
        canvas.fill(x, y, min(x + max(phrase_width(excerpt.lines[row]), 1), canvas.width), INK.on(Surface.BAR))
    for text, paint in excerpt.lines[row]:
        x = canvas.put(x, y, text, paint._replace(bold=True).on(Surface.BAR) if is_inside else paint)
