"""Whole lines out of an asyncio stream, with a limit that can change and no limit on how many."""

from __future__ import annotations

import asyncio

from reqtrace.events.wire import MAX_LINE, FrameError

__all__ = ["LineReader"]

CHUNK = 64 * 1024


class LineReader:
    """Cuts what a peer sends into lines, newline included. An unfinished last line is not a line."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._rest = bytearray()

    async def one(self, limit: int) -> bytes:
        """The next line. Raises ``FrameError`` if there is none or it is longer than ``limit``."""
        while (end := self._rest.find(b"\n") + 1) == 0:
            if len(self._rest) > limit or not await self._read():
                break
        if not 0 < end <= limit:
            raise FrameError(f"no line of at most {limit} bytes")
        line = bytes(self._rest[:end])
        del self._rest[:end]
        return line

    async def batch(self) -> list[bytes]:
        """All whole lines there are, at least one; none at the end. Raises ``FrameError`` if one is too long."""
        searched = 0
        while (end := self._rest.rfind(b"\n", searched) + 1) == 0:
            searched = len(self._rest)
            if searched > MAX_LINE:
                raise FrameError(f"a line of more than {MAX_LINE} bytes")
            if not await self._read():
                return []
        lines = bytes(self._rest[:end])
        del self._rest[:end]
        return [line + b"\n" for line in lines.split(b"\n")[:-1]]

    async def discard(self) -> None:
        """Read to the end for nothing."""
        while await self._read():
            self._rest.clear()

    async def _read(self) -> bool:
        chunk = await self._reader.read(CHUNK)
        self._rest += chunk
        return bool(chunk)
