"""A picture with what stands around it on the screen: its title above, the sentences about it below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len

from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas, Phrase
from reqtrace.render.exhibit import Exhibit, Look, Steps
from reqtrace.render.roles import Paint, Role, Surface
from reqtrace.render.wrapping import wrap_phrase

__all__ = ["framed", "framed_exhibit"]

BOLD = Paint(bold=True)
QUIET = Paint(Role.SKIP)
GROUND = Paint(surface=Surface.BLOCK)
BAR = "▌"


def framed_exhibit(
    draw: Callable[[int], Canvas],
    *,
    name: tuple[object, ...],
    title: str,
    remark: str = "",
    said: Sequence[Phrase] = (),
    walk: Callable[[Look], Steps] | None = None,
    part: tuple[object, ...] = (),
    step: int | None = None,
) -> Exhibit:
    """A picture that is drawn for a width, in its frame."""

    def drawn(look: Look) -> Canvas:
        canvas = framed(draw(look.width), title=title, remark=remark, said=said)
        return canvas.to_ascii() if look.ascii_only else canvas

    return Exhibit(name=name, part=part, step=step, title=title, draw=drawn, walk=walk)


def framed(picture: Canvas, *, title: str, remark: str = "", said: Sequence[Phrase] = ()) -> Canvas:
    """All of it on one canvas, as wide as the picture; its blank rows at the end are left out."""
    canvas = Canvas(picture.width)
    y = put_title(canvas, title, remark)
    height = height_of(picture)
    canvas.paste(picture, 0, y, height=height)
    y += height
    rows = [row for phrase in said if phrase for row in wrap_phrase(phrase, canvas.width - 3)]
    for number, row in enumerate(rows, start=y + 1):
        canvas.fill(0, number, canvas.width, GROUND)
        canvas.put(0, number, BAR, Paint(Role.TOKEN, Surface.BLOCK))
        canvas.put_phrase(2, number, [(words, paint.on(Surface.BLOCK)) for words, paint in row])
    return canvas


def put_title(canvas: Canvas, title: str, remark: str) -> int:
    """The title in as many rows as it takes, the remark at its right if there is room; the row after the rule."""
    rows = wrap_phrase(((title, BOLD),), canvas.width - 2)
    for y, row in enumerate(rows):
        x = canvas.put_phrase(1, y, row)
    y, start = len(rows), canvas.width - cell_len(remark) - 1
    if remark and start > x + 1:
        canvas.put(start, y - 1, remark, QUIET)
    elif remark:
        canvas.put(1, y, remark, QUIET)
        y += 1
    canvas.fill(0, y, canvas.width, Paint(Role.RULE), symbols.RULE)
    return y + 1


def height_of(canvas: Canvas) -> int:
    """Rows down to the last one with something in it."""
    return next((y + 1 for y in range(canvas.height - 1, -1, -1) if canvas.line(y).strip()), 0)
