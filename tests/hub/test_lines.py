"""Cutting a stream into lines."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from reqtrace.events.wire import MAX_LINE, FrameError
from reqtrace.hub.lines import LineReader

T = TypeVar("T")


def read_from(sent: bytes, read: Callable[[LineReader], Awaitable[T]]) -> T:
    async def feed() -> T:
        stream = asyncio.StreamReader()
        stream.feed_data(sent)
        stream.feed_eof()
        return await read(LineReader(stream))

    return asyncio.run(feed())


async def all_batches(reader: LineReader) -> list[bytes]:
    lines = []
    while batch := await reader.batch():
        lines += batch
    return lines


def test_an_unfinished_last_line_is_no_line() -> None:
    """Its sender was cut off in the middle of it."""
    assert read_from(b"a\nb\nc", all_batches) == [b"a\n", b"b\n"]


def test_only_newlines_end_a_line() -> None:
    """A carriage return or form feed within a line is a matter for the JSON decoder."""
    assert read_from(b"a\rb\x0cc\n\n", all_batches) == [b"a\rb\x0cc\n", b"\n"]


def test_a_line_may_come_in_many_parts() -> None:
    """A line longer than any chunk is put together."""
    line = b"x" * 1_000_000 + b"\n"
    assert read_from(b"a\n" + line + b"b\n", all_batches) == [b"a\n", line, b"b\n"]


def test_an_endless_line_is_not_read_to_its_end() -> None:
    """The limit of the wire holds."""
    with pytest.raises(FrameError, match="more than"):
        read_from(b"x" * (MAX_LINE + 1), all_batches)


@pytest.mark.parametrize("sent", [b"", b"abc", b"x" * 200_000, b"x" * 101 + b"\n"], ids=["none", "cut", "huge", "long"])
def test_a_first_line_has_a_limit_of_its_own(sent: bytes) -> None:
    """Whoever has not shown the token may send little."""
    with pytest.raises(FrameError, match="at most 100 bytes"):
        read_from(sent, lambda reader: reader.one(100))


def test_what_follows_the_first_line_is_kept() -> None:
    """Header and first events may arrive together."""

    async def read(reader: LineReader) -> list[bytes]:
        return [await reader.one(100), *await all_batches(reader)]

    assert read_from(b"header\na\nb\n", read) == [b"header\n", b"a\n", b"b\n"]
