"""A canvas as SVG: every character in its own cell, whatever fonts the viewer has.

Not Rich's export, which links fonts of another host and squeezes double-width characters: here a run of plain letters
is stretched to its cells, and any other character is placed by itself. Nothing in the file is fetched or executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from rich.cells import cell_len

from reqtrace.render.canvas import Canvas, Run
from reqtrace.render.roles import DEFAULT_THEME, THEMES, Role, Surface, Theme

__all__ = ["canvas_svg", "svg_size"]

CELL_WIDTH = 8.4
CELL_HEIGHT = 19
FONT_SIZE = 14
BASELINE = 14
MARGIN = 12
FONTS = "'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace"
PLAIN_LETTERS = "font-variant-ligatures:none"
"""No attribute of SVG says it: programmers' fonts would draw ``...``, ``://`` and ``->`` as one sign."""
WORD = re.compile(r"[!-~]+(?: [!-~]+)*|[^ -~]")
"""Plain letters with single blanks between them, or one other character."""


def svg_size(canvas: Canvas) -> tuple[int, int]:
    """Width and height in pixels."""
    return round(canvas.width * CELL_WIDTH + 2 * MARGIN), canvas.height * CELL_HEIGHT + 2 * MARGIN


def canvas_svg(canvas: Canvas, *, title: str, theme: str = DEFAULT_THEME) -> str:
    """The whole picture; ``title`` is what a screen reader says."""
    colours = THEMES[theme]
    width, height = svg_size(canvas)
    page = colours.surfaces[Surface.PAGE]
    ink = colours.roles[Role.INK]
    body = "\n".join(line for y, runs in enumerate(canvas.rows()) for line in row_elements(y, runs, colours))
    frame = f'width="{width}" height="{height}"'
    return f"""<svg xmlns="http://www.w3.org/2000/svg" {frame} viewBox="0 0 {width} {height}" role="img" \
aria-label={quoteattr(title)}>
<title>{escape(title)}</title>
<rect {frame} rx="6" fill="{page}"/>
<g font-family="{FONTS}" font-size="{FONT_SIZE}" fill="{ink}" style="{PLAIN_LETTERS}" xml:space="preserve">
{body}
</g>
</svg>
"""


def row_elements(y: int, runs: list[Run], colours: Theme) -> Iterator[str]:
    """The grounds of a row, then its characters."""
    top = MARGIN + y * CELL_HEIGHT
    page = colours.surfaces[Surface.PAGE]
    placed = list(with_columns(runs))
    for column, run in placed:
        ground = colours.colours(run.paint)[1]
        if ground != page:
            yield (
                f'<rect x="{left(column):g}" y="{top}" width="{cell_len(run.text) * CELL_WIDTH:.4g}" '
                f'height="{CELL_HEIGHT}" fill="{ground}"/>'
            )
    for column, run in placed:
        attributes = attributes_of(run, colours)
        for word in WORD.finditer(run.text):
            x = column + cell_len(run.text[: word.start()])
            cells = cell_len(word.group())
            yield (
                f'<text x="{left(x):g}" y="{top + BASELINE}" textLength="{cells * CELL_WIDTH:.5g}" '
                f'lengthAdjust="spacingAndGlyphs"{attributes}>{escape(word.group())}</text>'
            )


def with_columns(runs: list[Run]) -> Iterator[tuple[int, Run]]:
    column = 0
    for run in runs:
        yield column, run
        column += cell_len(run.text)


def left(column: int) -> float:
    return round(MARGIN + column * CELL_WIDTH, 2)


def attributes_of(run: Run, colours: Theme) -> str:
    """Colour and weight, as far as they are not the usual ones."""
    paint = run.paint
    colour = colours.colours(paint)[0]
    told = "" if colour == colours.roles[Role.INK] else f' fill="{colour}"'
    told += ' font-weight="bold"' if paint.bold else ""
    told += ' font-style="italic"' if paint.italic else ""
    return told + (' text-decoration="line-through"' if paint.strike else "")
