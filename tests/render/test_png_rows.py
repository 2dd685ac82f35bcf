"""Short pictures come out of the rasteriser whole and as high as they are."""

from __future__ import annotations

import struct
import zlib

import pytest

from reqtrace.render import rasteriser
from reqtrace.render.png_rows import first_rows

WIDTH = 80


def rows_of(png: bytes) -> list[bytes]:
    """The pixels of a PNG with eight bits a colour, row by row (PNG specification, section 9)."""
    place, chunks = 8, []
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        name, body = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        assert zlib.crc32(name + body) == struct.unpack_from(">I", png, place + 8 + length)[0]
        chunks.append((name, body))
        place += 12 + length
    width, height, depth, colours = struct.unpack_from(">IIBB", dict(chunks)[b"IHDR"])
    assert depth == 8
    size = {2: 3, 6: 4}[colours]
    filtered = zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT"))
    assert len(filtered) == height * (1 + width * size)
    rows, above = [], bytes(width * size)
    for start in range(0, len(filtered), 1 + width * size):
        row = bytearray()
        for x, value in enumerate(filtered[start + 1 : start + 1 + width * size]):
            left, corner = (row[x - size], above[x - size]) if x >= size else (0, 0)
            guess = left + above[x] - corner
            paeth = min((left, above[x], corner), key=lambda one: abs(guess - one))
            row.append(value + (0, left, above[x], (left + above[x]) // 2, paeth)[filtered[start]] & 255)
        rows.append(above := bytes(row))
    return rows


@pytest.mark.slow
@pytest.mark.skipif(rasteriser.find_rasteriser() is None, reason="no rasteriser")
@pytest.mark.parametrize("height", [20, 108, 239, 240])
def test_a_short_picture_is_painted_down_to_its_last_row(height: int) -> None:
    """Of a window with 90 to 150 units Chromium paints the upper part only."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}">'
        '<rect width="100%" height="100%" fill="#ff0000"/></svg>'
    )
    rows = rows_of(rasteriser.rasterise(svg, (WIDTH, height)))
    assert len(rows) == 2 * height
    assert {row[:3] for row in rows} == {b"\xff\0\0"}
    assert {row[-4:] for row in rows} <= {b"\xff\0\0\xff", b"\0\xff\0\0"}  # opaque, with or without an alpha channel


@pytest.mark.parametrize("wanted", [1, 2, 3, 4])
def test_rows_are_cut_off_at_the_end(wanted: int) -> None:
    """The others stay as they were, whatever filter they have, and so do the other parts of the file."""

    def part(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    filtered = zlib.compress(b"\x00abcdef" + b"\x02\x01\x01\x01\x01\x01\x01" + b"\x01ghi\x00\x00\x00")
    png = b"\x89PNG\r\n\x1a\n" + part(b"IHDR", struct.pack(">IIBBBBB", 2, 3, 8, 2, 0, 0, 0))
    png += (
        part(b"gAMA", b"\0\0\xb1\x8f") + part(b"IDAT", filtered[:5]) + part(b"IDAT", filtered[5:]) + part(b"IEND", b"")
    )
    cut = first_rows(png, wanted)
    assert rows_of(cut) == [b"abcdef", b"bcdefg", b"ghighi"][:wanted]
    assert cut.count(b"gAMA") == cut.count(b"IEND") == 1
    assert (cut == png) is (wanted >= 3)
