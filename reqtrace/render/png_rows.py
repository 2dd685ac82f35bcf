"""Cuts rows of pixels off the lower end of a PNG."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

__all__ = ["first_rows"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER, DATA = b"IHDR", b"IDAT"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Values of a pixel, by colour type."""


def first_rows(png: bytes, rows: int) -> bytes:
    """The same picture with at most so many rows; as it is if it is interlaced.

    A row is filtered by itself or by the one above (PNG specification, section 9), so what is left needs no decoding.
    """
    chunks = list(chunks_of(png))
    width, height, depth, colours, *_methods, is_interlaced = struct.unpack(">IIBBBBB", dict(chunks)[HEADER])
    if height <= rows or is_interlaced:
        return png
    row_length = 1 + (width * depth * CHANNELS[colours] + 7) // 8
    pixels = zlib.decompress(b"".join(body for name, body in chunks if name == DATA))
    header = struct.pack(">II", width, rows) + dict(chunks)[HEADER][8:]
    data = zlib.compress(pixels[: rows * row_length])
    first = next(place for place, (name, _body) in enumerate(chunks) if name == DATA)
    kept = [(name, header if name == HEADER else body) for name, body in chunks if name != DATA]
    return SIGNATURE + b"".join(map(chunk, [*kept[:first], (DATA, data), *kept[first:]]))


def chunks_of(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += 12 + length


def chunk(named: tuple[bytes, bytes]) -> bytes:
    name, body = named
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
