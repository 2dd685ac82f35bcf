"""``reqtrace replay``: recordings of any condition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reqtrace.events.kinds import EVENT_KINDS
from reqtrace.events.wire import FORMAT_VERSION, Encoder, dump_record, kind_numbers
from reqtrace.hub.arrival import Arrival, process_record
from reqtrace.hub.recording import RecordingWriter

pytestmark = pytest.mark.slow

NUMBERS = kind_numbers()
HOSTILE_PATH = "/\x1b]0;owned\x07/[red]\u202e"


def events() -> list[bytes]:
    """One request that finished and one that did not."""
    rows: list[tuple[Any, ...]] = []
    for request, path in ((1, HOSTILE_PATH), (2, "/open/")):
        started = (0, "wsgi", "WSGIHandler", 0, "GET", path, "", "HTTP/1.1", "127.0.0.1", (), 10**18)
        rows.append((NUMBERS["request.started"], 10 * request, request, 1, *started))
    rows.append((NUMBERS["response.started"], 11, 1, 1, 200, "OK", (), False, False))
    rows.append((NUMBERS["request.finished"], 12, 1, 1))
    return Encoder().encode(rows)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    header = {"pid": 1, "argv": ["manage.py"], "kinds": [kind.KIND for kind in EVENT_KINDS], "clock": {}}
    path = tmp_path / "課 1.reqtrace"
    writer = RecordingWriter(path)
    writer.write([Arrival(1, process_record(1, header)), *(Arrival(1, line) for line in events())])
    writer.close()
    return path


def test_every_request_of_a_recording_is_printed(start: Any, recording: Path) -> None:
    """Those that were cut off by its end, too; hostile text is shown, not obeyed."""
    program = start("replay", str(recording), "--plain")
    assert program.wait() == 0
    assert "/open/" in program.stdout
    assert "owned" in program.stdout
    assert not {"\x1b", "\x07", "\u202e"} & set(program.stdout)
    assert "[red]" in program.stdout


def test_a_recording_that_is_cut_off_is_shown_as_far_as_it_goes(start: Any, recording: Path) -> None:
    """And it is said."""
    with recording.open("ab") as file:
        file.write(b'["events",[[')
    program = start("replay", str(recording), "--plain")
    assert program.wait() == 0
    assert "owned" in program.stdout
    assert "is damaged or cut off after line" in program.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n", "is not a reqtrace recording"),
        (dump_record(["reqtrace", FORMAT_VERSION + 1, {}]), "made by a newer reqtrace"),
    ],
    ids=["empty", "foreign", "newer"],
)
def test_what_is_no_recording_is_said(content: bytes, message: str, start: Any, tmp_path: Path) -> None:
    """One sentence, exit code 3."""
    path = tmp_path / "file.reqtrace"
    path.write_bytes(content)
    program = start("replay", str(path), "--plain")
    assert program.wait() == 3
    assert message in program.stderr
    assert "Traceback" not in program.stderr


def test_a_missing_file_and_a_directory_are_said(start: Any, tmp_path: Path) -> None:
    """By name."""
    for name, message in (("nowhere", "There is no file"), (".", "is a directory")):
        program = start("replay", str(tmp_path / name), "--plain")
        assert program.wait() == 3
        assert message in program.stderr
