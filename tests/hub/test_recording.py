"""The ``.reqtrace`` file: what was written is read back, and nothing that is read does harm."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from reqtrace.errors import RecordingError
from reqtrace.events.wire import FORMAT_VERSION, MAX_LINE, dump_record
from reqtrace.hub import recording
from reqtrace.hub.arrival import Arrival, bye_record, process_record
from reqtrace.hub.recording import RecordingWriter, read_recording

HEADER = dump_record(["reqtrace", FORMAT_VERSION, {}])
EVENTS = dump_record(["events", [[19, 1, 1, 1]]])
ARRIVALS = [
    Arrival(0, dump_record(["output", 1, "stdout", "starting \u2603"])),
    Arrival(1, process_record(1, {"pid": 10, "kinds": []})),
    Arrival(1, dump_record(["strings", 0, ["GET"]])),
    Arrival(2, process_record(2, {"pid": 11, "kinds": []})),
    Arrival(1, EVENTS),
    Arrival(2, EVENTS),
    Arrival(2, bye_record(is_clean=True)),
    Arrival(0, dump_record(["note", 2, "end"])),
    Arrival(1, bye_record(is_clean=False)),
]


@pytest.fixture(params=["shop.reqtrace", "shop.reqtrace.gz", "名 前.reqtrace"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def write(path: Path, arrivals: list[Arrival]) -> None:
    writer = RecordingWriter(path, title="shop")
    writer.write(arrivals[:3])
    writer.write(arrivals[3:])
    writer.close()


def notes_of(arrivals: list[Arrival]) -> list[str]:
    records = [json.loads(line) for process, line in arrivals if process == 0]
    return [record[2] for record in records if record[0] == "note"]


def test_what_was_written_is_read_back(path: Path) -> None:
    """Line for line, with the process each is about."""
    write(path, ARRIVALS)
    assert list(read_recording(path)) == ARRIVALS


def test_the_first_record_says_what_the_file_is(path: Path) -> None:
    """Format version, reqtrace's version and a title."""
    write(path, [])
    content = path.read_bytes()
    name, version, facts = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    assert (name, version, facts["title"], facts["recording"]) == ("reqtrace", FORMAT_VERSION, "shop", True)


def test_a_compressed_recording_may_lose_its_name(tmp_path: Path) -> None:
    """The content decides, not the suffix."""
    write(tmp_path / "a.reqtrace.gz", ARRIVALS)
    renamed = (tmp_path / "a.reqtrace.gz").rename(tmp_path / "a.reqtrace")
    assert list(read_recording(renamed)) == ARRIVALS


def test_nothing_is_overwritten(path: Path) -> None:
    """Yesterday's lesson is still there."""
    path.write_bytes(b"precious")
    with pytest.raises(RecordingError, match="exists already") as caught:
        RecordingWriter(path)
    assert caught.value.hint
    assert path.read_bytes() == b"precious"


@pytest.mark.parametrize(
    ("name", "what"),
    [("missing/a.reqtrace", "No such file or directory"), (".", "exists already"), ("a" * 300, "too long")],
)
def test_a_file_that_cannot_be_made_is_said_early(name: str, what: str, tmp_path: Path) -> None:
    """Before the site is started."""
    with pytest.raises(RecordingError, match=what):
        RecordingWriter(tmp_path / name)


def test_a_recording_survives_a_crash_of_the_writer(path: Path) -> None:
    """What was flushed is read; the processes it left open are lost, and a compressed file says that it is cut off."""
    writer = RecordingWriter(path)
    writer.write(ARRIVALS[:3])
    writer.flush()
    survived = path.with_name("copy")
    survived.write_bytes(path.read_bytes())
    writer.close()
    arrivals = list(read_recording(survived))
    assert arrivals[:3] == ARRIVALS[:3]
    assert arrivals[-1] == Arrival(1, bye_record(is_clean=False))
    assert bool(notes_of(arrivals)) is (path.suffix == ".gz")


def test_a_truncated_file_is_read_to_its_last_whole_line(path: Path) -> None:
    """Wherever it is cut, what comes out is a beginning of what went in, a note, and the missing good-byes."""
    write(path, ARRIVALS)
    content = path.read_bytes()
    cut = path.with_name("cut")
    for size in range(200, len(content)):
        cut.write_bytes(content[:size])
        try:
            arrivals = list(read_recording(cut))
        except RecordingError:
            assert path.suffix == ".gz"
            continue
        sound = [arrival for arrival in arrivals if b'["note"' not in arrival.line and b'["bye"' not in arrival.line]
        expected = [arrival for arrival in ARRIVALS if arrival in sound]
        assert sound == expected
        if content[size - 1 : size] != b"\n":
            assert ["damaged or cut off" in note for note in notes_of(arrivals) if note != "end"] == [True]


def test_damage_in_the_middle_is_said(tmp_path: Path) -> None:
    """Up to there it is shown; after it nothing can be trusted."""
    path = tmp_path / "a.reqtrace"
    path.write_bytes(HEADER + ARRIVALS[0].line + b"%%%\n" + ARRIVALS[7].line)
    arrivals = list(read_recording(path))
    assert arrivals[0] == ARRIVALS[0]
    assert len(arrivals) == 2
    assert "a.reqtrace is damaged or cut off after line 2: not JSON" in notes_of(arrivals)[0]


def test_damaged_compression_is_said(tmp_path: Path) -> None:
    """A flipped bit is found by the checksum or by the lines."""
    path = tmp_path / "a.reqtrace.gz"
    write(path, ARRIVALS)
    content = bytearray(path.read_bytes())
    content[-6] ^= 0xFF
    path.write_bytes(content)
    assert "damaged or cut off" in notes_of(list(read_recording(path)))[-1]


@pytest.mark.parametrize(
    "lines",
    [
        [["from", -1]],
        [["from", 10**9]],
        [["from", 1], ["events", []]],
        [["process", 1, {}]],
        [["from", 1], ["process", 2, {}]],
        [["from", 1], ["process", 1, {}], ["process", 1, {}]],
        [["process", 0, {}]],
    ],
    ids=json.dumps,
)
def test_lines_of_nobody_are_damage(lines: list[list[Any]], tmp_path: Path) -> None:
    """A process speaks after it was introduced, once, under its own number."""
    path = tmp_path / "a.reqtrace"
    path.write_bytes(HEADER + b"".join(map(dump_record, lines)))
    assert "damaged or cut off" in notes_of(list(read_recording(path)))[-1]


def test_an_endless_line_and_an_endless_file_are_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few bytes may unpack to very many."""
    monkeypatch.setattr(recording, "MAX_BYTES", 1000)
    path = tmp_path / "bomb.reqtrace"
    path.write_bytes(gzip.compress(HEADER + b" " * (MAX_LINE * 2)))
    assert "a line of more than" in notes_of(list(read_recording(path)))[0]
    path.write_bytes(gzip.compress(HEADER + ARRIVALS[0].line * 1000))
    arrivals = list(read_recording(path))
    assert len(arrivals) < 1000 / len(ARRIVALS[0].line) + 2
    assert "more than 1000 bytes" in notes_of(arrivals)[0]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 a zip",
        b"\x00" * 5000,
        b"{}\n",
        b"[]\n",
        b'["events",[]]\n',
        b'["reqtrace","1",{}]\n',
        b'["reqtrace",0,{}]\n',
        b'["reqtrace",1]\n',
        b'["reqtrace",1,{}]',
        b"[" * 100_000 + b"\n",
        b"x" * (MAX_LINE + 2),
        gzip.compress(b"hello\n", mtime=0),
        gzip.compress(b"", mtime=0),
    ],
    ids=lambda content: repr(content[:20]),
)
def test_a_foreign_file_is_no_recording(content: bytes, tmp_path: Path) -> None:
    """It is said by name, with where recordings come from."""
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=r"holiday\.jpg is not a reqtrace recording") as caught:
        read_recording(path)
    assert "--record" in caught.value.hint


def test_a_newer_recording_asks_for_an_update(tmp_path: Path) -> None:
    """Its format cannot be guessed."""
    path = tmp_path / "tomorrow.reqtrace"
    path.write_bytes(dump_record(["reqtrace", FORMAT_VERSION + 1, {}]))
    with pytest.raises(RecordingError, match="made by a newer reqtrace") as caught:
        read_recording(path)
    assert caught.value.hint == "Update reqtrace."


def test_what_cannot_be_opened_is_said_plainly(tmp_path: Path) -> None:
    """Missing, empty, a directory, half a gzip header: one sentence each."""
    (tmp_path / "empty").touch()
    (tmp_path / "stub").write_bytes(b"\x1f\x8b\x08")
    for name, message in [
        ("nowhere", "There is no file"),
        ("empty", "is empty"),
        (".", "is a directory"),
        ("stub", "cannot be read"),
    ]:
        with pytest.raises(RecordingError, match=message):
            read_recording(tmp_path / name)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the administrator may read everything")
def test_an_unreadable_file_is_said_plainly(tmp_path: Path) -> None:
    """Permission denied is the system's word for it."""
    path = tmp_path / "secret.reqtrace"
    path.touch(mode=0o000)
    with pytest.raises(RecordingError, match="Permission denied"):
        read_recording(path)


@pytest.mark.slow
def test_random_damage_never_raises_anything_else(tmp_path: Path) -> None:
    """Five hundred mutilated files give arrivals, or a RecordingError."""
    dice = random.Random(4)
    path = tmp_path / "a"
    for suffix, _round in itertools.product((".reqtrace", ".reqtrace.gz"), range(250)):
        source = tmp_path / f"source{suffix}"
        if not source.exists():
            write(source, ARRIVALS)
        content = bytearray(source.read_bytes())
        for _ in range(dice.randint(1, 6)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        path.write_bytes(content[: dice.randint(1, len(content))])
        try:
            arrivals = list(read_recording(path))
        except RecordingError:
            continue
        assert all(isinstance(json.loads(line), list) for _process, line in arrivals)
