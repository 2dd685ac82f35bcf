"""Makes Textual's SVG fit for a README, and reads the characters back out of one."""

from __future__ import annotations

import re
from collections import defaultdict
from xml.etree import ElementTree

from rich.cells import cell_len

FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
TEXT = re.compile(r'(<text [^>]*?textLength=")([\d.]+)("[^>]*>)([^<]*)(</text>)')
ENTITY = re.compile(r"&#?\w+;")
SVG = "{http://www.w3.org/2000/svg}"
CELL = 12.2
"""Width of a cell in the units of Rich's SVG template."""


def tidy(svg: str) -> str:
    """Without fonts from another host, without ligatures, and with double-width characters at their width."""
    svg = FONT_FACE.sub("", svg).replace("<style>", "<style>\n    text { font-variant-ligatures: none; }", 1)
    return TEXT.sub(_with_cell_width, svg)


def _with_cell_width(match: re.Match[str]) -> str:
    # Rich counts characters where it should count cells: https://github.com/Textualize/rich/issues/2742
    opening, _, attributes, text, closing = match.groups()
    cells = cell_len(ENTITY.sub("x", text))
    return f"{opening}{cells * CELL:g}{attributes}{text}{closing}"


def rows_of(svg: str) -> list[str]:
    """The characters of each row in their columns, without the spaces at its end."""
    pieces: dict[float, list[tuple[int, str]]] = defaultdict(list)
    for element in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        if "textLength" in element.attrib:
            column = round(float(element.attrib["x"]) / CELL)
            pieces[float(element.attrib["y"])].append((column, (element.text or "").replace("\xa0", " ")))
    return [_row_of(sorted(pieces[y])) for y in sorted(pieces)]


def _row_of(pieces: list[tuple[int, str]]) -> str:
    row = ""
    for column, text in pieces:  # Rich leaves out pieces that are only spaces
        row += " " * (column - cell_len(row)) + text
    return row.rstrip()
